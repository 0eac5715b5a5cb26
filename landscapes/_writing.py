"""A formula's tree written again: as text, as LaTeX, as Python. Parentheses only where they are needed."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from landscapes._compiler import computed
from landscapes._grammar import Node, fold

# How tightly what is written holds together.
SUM, MINUS, PRODUCT, POWER, ATOM = range(1, 6)
SIGNS = {"add": "+", "sub": "-"}


class Written(NamedTuple):
    text: str
    level: int

    def at_least(self, level: int) -> str:
        return self.text if self.level >= level else f"({self.text})"


def number(value: float) -> str:
    """As a person writes it: 3, 0.001, 1e-7; reads back as the same float."""
    if value == math.floor(value) and value < 1e15:
        return str(int(value))
    return re.sub(r"e([-+])0?", lambda sign: "e" + sign.group(1).strip("+"), repr(value))


def as_text(tree: Node) -> str:
    """The formula as it would be typed: ASCII, one space around a plus or a minus, none around the rest."""
    return fold(tree, _text).text


def _text(node: Node, parts: list[Written]) -> Written:
    if not parts:
        return Written(number(node.value) if node.kind == "number" else node.kind, ATOM)
    first, last = parts[0], parts[-1]
    if node.kind in SIGNS:
        return Written(f"{first.at_least(SUM)} {SIGNS[node.kind]} {last.at_least(PRODUCT)}", SUM)
    if node.kind in ("mul", "div"):
        return Written(f"{first.at_least(PRODUCT)}{'*' if node.kind == 'mul' else '/'}{last.at_least(POWER)}", PRODUCT)
    if node.kind == "neg":
        return Written(f"-{first.at_least(PRODUCT)}", MINUS)
    if node.kind == "pow":
        exponent = node.parts[1]
        plain = exponent.kind == "neg" and not exponent.parts[0].parts  # 2^-3
        return Written(f"{first.at_least(ATOM)}^{last.at_least(MINUS if plain else POWER)}", POWER)
    return Written(f"{node.kind}({', '.join(_arguments(node, [part.text for part in parts]))})", ATOM)


def _arguments(node: Node, texts: list[str]) -> list[str]:
    """A function's arguments; min(min(x, y), a) is min(x, y, a)."""
    if len(texts) == 2 and node.parts[0].kind == node.kind:
        return [texts[0][len(node.kind) + 1 : -1], texts[1]]
    return texts


def as_code(tree: Node) -> str:
    """A Python expression of x, y, a, b, c, with ``{np}`` for the array module and ``math`` for constants."""
    return fold(tree, _code).text


class Code(NamedTuple):
    """Python; ``number`` is its value where it is constant, ``varies`` whether x or y is in it."""

    text: str
    level: int
    number: float | None
    varies: bool

    def at_least(self, level: int) -> str:
        return self.text if self.level >= level else f"({self.text})"

    @property
    def array(self) -> str:
        """For a function of arrays, where a parameter alone would be a plain number."""
        return self.text if self.varies else f"{self.at_least(SUM)} + 0 * x"


PLAIN = re.compile(r"-?[\w.]+|\d[\d.]*e-\d+")  # a formatter sets no spaces around a power of such
RENAMED = {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}
IN_MATH = ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "exp", "log", "log10", "sqrt")


def _code(node: Node, parts: list[Code]) -> Code:
    if not parts:
        value = {"number": node.value, "pi": math.pi, "e": math.e}.get(node.kind)
        text = number(node.value) if node.kind == "number" else node.kind if value is None else f"math.{node.kind}"
        return Code(text, ATOM, value, node.kind in "xy")
    numbers = [part.number for part in parts if part.number is not None]
    varies = any(part.varies for part in parts)
    if len(numbers) == len(parts):
        return _constant(node, parts, computed(node.kind, *numbers))
    text, level = _operation(node, parts, varies)
    return Code(text, level, None, varies)


def _constant(node: Node, parts: list[Code], value: float) -> Code:
    """Python's own numbers raise or turn complex where NumPy's are infinite or NaN, and its integers have no end."""
    if not math.isfinite(value):
        text = "math.nan" if math.isnan(value) else "math.inf" if value > 0 else "-math.inf"
        return Code(text, ATOM if value != -math.inf else MINUS, value, False)
    text, level = number(abs(value)) if value else "0", ATOM
    if abs(value) < 2.0**53:
        if node.kind in IN_MATH:
            return Code(f"math.{node.kind}({parts[0].text})", ATOM, value, False)
        if node.kind in (*SIGNS, "mul", "div", "neg", "pow"):
            return Code(*_operation(node, parts, False), value, False)
    return Code(text, level, value, False) if value >= 0 else Code(f"-{text}", MINUS, value, False)


def _operation(node: Node, parts: list[Code], varies: bool) -> tuple[str, int]:
    first, last, kind = parts[0], parts[-1], node.kind
    if kind in SIGNS:
        return f"{first.at_least(SUM)} {SIGNS[kind]} {last.at_least(PRODUCT)}", SUM
    if kind in ("mul", "div"):
        return f"{first.at_least(PRODUCT)} {'*' if kind == 'mul' else '/'} {last.at_least(POWER)}", PRODUCT
    if kind == "neg":
        plain = first.level in (ATOM, PRODUCT) and _leftmost(node.parts[0]).kind != "pow"  # as a formatter would
        return f"-{first.text}" if plain else f"-({first.text})", MINUS
    if kind == "pow":
        base, exponent = first.at_least(ATOM), last.text if PLAIN.fullmatch(last.text) else last.at_least(ATOM)
        tight = PLAIN.fullmatch(base) and PLAIN.fullmatch(exponent)
        return f"{base}**{exponent}" if tight else f"{base} ** {exponent}", POWER
    if kind in ("min", "max", "relu"):
        return _limited(kind, parts, varies), ATOM
    if kind == "sigmoid":
        minus = f"-{first.at_least(ATOM)}" if first.varies else f"-({first.array})"
        return f"1 / (1 + {{np}}.exp({minus}))", PRODUCT
    if kind == "abs" and not varies:
        return f"abs({first.text})", ATOM
    return f"{{np}}.{RENAMED.get(kind, kind)}({first.array})", ATOM


def _leftmost(node: Node) -> Node:
    """The first factor of a product or a fraction."""
    while node.kind in ("mul", "div"):
        node = node.parts[0]
    return node


def _limited(kind: str, parts: list[Code], varies: bool) -> str:
    """The smaller or the larger of two, in words that every array module has for an array and a number too."""
    first, last = parts[0], parts[1] if len(parts) == 2 else Code("0", ATOM, 0.0, False)
    if not varies:
        return f"{'min' if kind == 'min' else 'max'}({first.text}, {last.text})"
    if first.varies and last.varies:
        return f"{{np}}.{'minimum' if kind == 'min' else 'maximum'}({first.text}, {last.text})"
    moving, still = (first, last) if first.varies else (last, first)
    limits = f"None, {still.text}" if kind == "min" else f"{still.text}, None"
    return f"{{np}}.clip({moving.text}, {limits})"
