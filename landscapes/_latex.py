"""A formula's tree as LaTeX, as a mathematician would write it: fractions, roots, products without a sign."""

from __future__ import annotations

import re
from typing import NamedTuple

from landscapes._grammar import Node, fold
from landscapes._writing import ATOM, MINUS, POWER, PRODUCT, SIGNS, SUM, number

NAMES = {"asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan", "log": r"\ln", "log10": r"\log_{10}"}
OTHERS = {"sign": r"\operatorname{sgn}", "relu": r"\operatorname{relu}", "sigmoid": r"\sigma"}
RAISED = ("sin", "cos", "tan", "sinh", "cosh", "tanh")  # \sin^2 x; \ln^2 x has two readings


class Tex(NamedTuple):
    r"""LaTeX; ``open`` says that what followed it would be taken for part of it: \sin x."""

    text: str
    level: int
    open: bool = False

    def at_least(self, level: int) -> str:
        return self.text if self.level >= level else fenced(self.text)


class Both(NamedTuple):
    """The form with fractions, and the flat one that fits in an exponent."""

    tall: Tex
    flat: Tex


def as_latex(tree: Node) -> str:
    return fold(tree, _both).tall.text


def fenced(text: str) -> str:
    """In parentheses; a minus right after one stands in braces, or it would be set as between two operands."""
    text = re.sub(r"^-", "{-}", text)
    tall = re.search(r"\\frac|\\left|\\sqrt", text)
    return rf"\left({text}\right)" if tall else f"({text})"


def _both(node: Node, parts: list[Both]) -> Both:
    flat = [part.flat for part in parts]
    if node.kind == "pow":
        return Both(_power(node, parts[0].tall, flat[1]), _power(node, flat[0], flat[1]))
    return Both(_tex(node, [part.tall for part in parts], parts, True), _tex(node, flat, parts, False))


def _tex(node: Node, parts: list[Tex], both: list[Both], tall: bool) -> Tex:
    if not parts:
        return _leaf(node)
    first, last, kind = parts[0], parts[-1], node.kind
    if kind in SIGNS:
        return Tex(f"{first.at_least(SUM)} {SIGNS[kind]} {last.at_least(PRODUCT)}", SUM, last.open)
    if kind == "neg":
        return Tex(f"-{first.at_least(PRODUCT)}", MINUS, first.open)
    if kind == "mul":
        return _product(first, last)
    if kind == "div":
        if tall:
            return Tex(rf"\frac{{{first.text}}}{{{last.text}}}", POWER)
        left = first.text if first.level >= PRODUCT and not first.open else fenced(first.text)
        return Tex(f"{left} / {last.at_least(POWER)}", PRODUCT)
    if kind == "abs":
        return Tex(rf"\left|{first.text}\right|", ATOM)
    if kind == "sqrt":
        return Tex(rf"\sqrt{{{first.text}}}", ATOM)
    if kind == "exp":
        inner = both[0].flat.text
        if not tall or not re.search(r"e\^|\\exp", inner):
            return Tex(f"e^{{{inner}}}", POWER)
        return Tex(rf"\exp{fenced(first.text)}", POWER)
    return _function(node, parts)


def _leaf(node: Node) -> Tex:
    if node.kind != "number":
        return Tex(r"\pi" if node.kind == "pi" else node.kind, ATOM)
    digits, _, exponent = number(node.value).partition("e")
    if not exponent:
        return Tex(digits, ATOM)
    return Tex(f"10^{{{exponent}}}", POWER) if digits == "1" else Tex(rf"{digits} \cdot 10^{{{exponent}}}", PRODUCT)


def _product(first: Tex, last: Tex) -> Tex:
    """Written side by side, unless digits would meet or a function would take the next factor for its own."""
    left, right = first.at_least(PRODUCT), last.at_least(POWER)
    function = re.match(r"\\(sin|cos|tan|arc|ln|log|exp|min|max)", right)
    dotted = right[0].isdigit() or (first.open and first.level >= PRODUCT and not function)
    between = r" \cdot " if dotted else r" \, " if function else " "
    return Tex(left + between + right, PRODUCT, last.open and last.level >= POWER)


def _power(node: Node, base: Tex, exponent: Tex) -> Tex:
    inner, raised = node.parts
    whole = raised.kind == "number" and raised.value == int(raised.value)
    if inner.kind in RAISED and whole:  # the function's name is what comes before its argument
        name = NAMES.get(inner.kind, rf"\{inner.kind}")
        return Tex(f"{name}^{{{exponent.text}}}{base.text[len(name) :]}", POWER, base.open)
    return Tex(f"{base.at_least(ATOM)}^{{{exponent.text}}}", POWER)


def _function(node: Node, parts: list[Tex]) -> Tex:
    name = OTHERS.get(node.kind, NAMES.get(node.kind, rf"\{node.kind}"))
    if node.kind in ("min", "max"):
        first = parts[0].text
        if node.parts[0].kind == node.kind:  # min(min(x, y), a)
            first = re.sub(r"^\\m(in|ax)(\\left)?\(|(\\right)?\)$", "", first)
        return Tex(name + fenced(f"{first}, {parts[1].text}"), POWER)
    argument = parts[0]
    if argument.level == ATOM and node.kind not in OTHERS:
        return Tex(f"{name} {argument.text}", POWER, True)
    return Tex(name + fenced(argument.text), POWER)
