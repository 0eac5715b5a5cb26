"""Laying code out as a formatter would: what is too long for a line goes one item a line."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import indent
from typing import Any

WIDTH = 88
TAB = " " * 4


def indented(code: str, times: int = 1) -> str:
    return indent(code.strip("\n"), TAB * times)


def lines(items: list[str], times: int = 1) -> str:
    """The arguments of a call, one a line."""
    return "\n".join(indented(item + ",", times) for item in items)


def mapping(name: str, values: Mapping[str, Any]) -> list[str]:
    """``name={...}`` as an argument, or nothing where there are no values."""
    return [f"{name}={literal(values, len(name) + 1 + len(TAB))}"] if values else []


def literal(value: Any, used: int = 0) -> str:
    """A value as source; a mapping that does not fit beside the ``used`` columns, one key a line."""
    if not isinstance(value, Mapping):
        return repr(value)
    short = "{" + ", ".join(f'"{key}": {literal(entry)}' for key, entry in value.items()) + "}"
    short = short.replace("'", '"')
    if used + len(short) < WIDTH and "\n" not in short:
        return short
    rows = [f'"{key}": {literal(entry, len(key) + 4 + 2 * len(TAB))}' for key, entry in value.items()]
    return "{\n" + lines(rows).replace("'", '"') + "\n}"


def call(name: str, expression: str) -> str:
    """``name = expression``, the arguments of the outermost call one a line where it is too long."""
    if len(name) + 3 + len(expression) <= WIDTH or not expression.endswith(")"):
        return f"{name} = {expression}"
    head, _, inside = expression[:-1].partition("(")
    arguments = split(inside)
    together = ", ".join(arguments)
    body = f"{TAB}{together}" if len(TAB + together) <= WIDTH else lines(arguments)
    return f"{name} = {head}(\n{body}\n)"


def split(arguments: str) -> list[str]:
    """The arguments of a call, split at the commas that stand inside no bracket."""
    found, depth, start = [], 0, 0
    for i, letter in enumerate(arguments):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            found.append(arguments[start:i].strip())
            start = i + 1
    return [*found, arguments[start:].strip()]
