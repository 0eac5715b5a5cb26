r"""A formula's tree as LaTeX, as a mathematician would write it: fractions, roots, products without a sign.

What draws it takes twice as long for every level of fractions, roots, exponents and stretched fences within each other:
beyond ``LEVELS``, or fewer where the formula is long, the outer ones are written flat, a / b for \frac{a}{b}.
"""

from __future__ import annotations

import re
from functools import partial
from typing import NamedTuple

from landscapes._grammar import Node, fold
from landscapes._writing import ATOM, MINUS, POWER, PRODUCT, SIGNS, SUM, number

LEVELS, COST = 4, 250
NAMES = {"asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan", "log": r"\ln", "log10": r"\log_{10}"}
OTHERS = {"sign": r"\operatorname{sgn}", "relu": r"\operatorname{relu}", "sigmoid": r"\sigma"}
RAISED = ("sin", "cos", "tan", "sinh", "cosh", "tanh")  # \sin^2 x; \ln^2 x has two readings


class Tex(NamedTuple):
    r"""LaTeX. ``open``: what followed it would be taken for part of it, \sin x. ``levels``: how deep it is to draw."""

    text: str
    level: int
    levels: int = 0
    open: bool = False

    def at_least(self, level: int) -> Tex:
        return self if self.level >= level else fenced(self)


class Both(NamedTuple):
    """The form with fractions, and the flat one that fits in an exponent."""

    tall: Tex
    flat: Tex


def as_latex(tree: Node) -> str:
    for used in range(LEVELS + 1):
        tex = fold(tree, partial(_both, used)).tall.text
        if cost(tex) <= COST:
            break
    return tex


def cost(tex: str) -> int:
    """How long it takes to draw, about, in single letters (2 ms each): twice for every brace around them."""
    total, depth = 0, 0
    for token in re.findall(r"\\operatorname{\w+}|\\[a-z]+|\S", tex):
        opens, closes = token in ("{", r"\left"), token in ("}", r"\right")
        depth += opens - closes
        total += 0 if opens or closes else 2**depth
    return total


def fenced(inner: Tex, left: str = "(", right: str = ")") -> Tex:
    """In parentheses, which stretch around a fraction. A minus at their beginning is none between two operands."""
    text = re.sub(r"^-", "{-}", inner.text)
    if r"\frac" in text and inner.levels < LEVELS:
        return Tex(rf"\left{left}{text}\right{right}", ATOM, inner.levels + 1)
    return Tex(left + text + right, ATOM, inner.levels)


def _both(used: int, node: Node, parts: list[Both]) -> Both:
    """``used``: how many of the levels are not to be used."""
    if not parts:
        leaf = _leaf(node, used)
        return Both(leaf, leaf)
    flat = [part.flat for part in parts]
    if node.kind == "pow":
        return Both(_power(node, parts[0].tall, flat[1]), _power(node, *flat))
    return Both(_tex(node, [part.tall for part in parts], flat, True), _tex(node, flat, flat, False))


def _tex(node: Node, parts: list[Tex], flat: list[Tex], tall: bool) -> Tex:
    first, last, kind = parts[0], parts[-1], node.kind
    levels = max(part.levels for part in parts)
    if kind in SIGNS:
        left, right = first.at_least(SUM), last.at_least(PRODUCT)
        return Tex(f"{left.text} {SIGNS[kind]} {right.text}", SUM, max(left.levels, right.levels), right.open)
    if kind == "neg":
        inner = first.at_least(PRODUCT)
        return Tex(f"-{inner.text}", MINUS, inner.levels, inner.open)
    if kind == "mul":
        return _product(first.at_least(PRODUCT), last.at_least(POWER))
    if kind == "div":
        return _quotient(first, last, tall and levels < LEVELS)
    if kind == "abs":
        return fenced(first, "|", "|")
    if kind == "sqrt" and levels < LEVELS:
        return Tex(rf"\sqrt{{{first.text}}}", ATOM, levels + 1)
    if kind == "exp" and flat[0].levels < LEVELS and not (tall and re.search(r"e\^|\\exp", flat[0].text)):
        return Tex(f"e^{{{flat[0].text}}}", POWER, flat[0].levels + 1)
    return _function(node, parts)


def _leaf(node: Node, used: int) -> Tex:
    if node.kind != "number":
        return Tex(r"\pi" if node.kind == "pi" else node.kind, ATOM, used)
    digits, _, exponent = number(node.value).partition("e")
    if not exponent:
        return Tex(digits, ATOM, used)
    power = f"10^{{{exponent}}}"
    return Tex(power, POWER, used) if digits == "1" else Tex(rf"{digits} \cdot {power}", PRODUCT, used)


def _product(left: Tex, right: Tex) -> Tex:
    """Written side by side, unless digits would meet or a function would take the next factor for its own."""
    function = re.match(r"\\(sin|cos|tan|arc|ln|log|exp|min|max)", right.text)
    dotted = right.text[0].isdigit() or (left.open and not function)
    between = r" \cdot " if dotted else r" \, " if function else " "
    return Tex(left.text + between + right.text, PRODUCT, max(left.levels, right.levels), right.open)


def _quotient(first: Tex, last: Tex, tall: bool) -> Tex:
    if tall:
        return Tex(rf"\frac{{{first.text}}}{{{last.text}}}", POWER, max(first.levels, last.levels) + 1)
    left = fenced(first) if first.open else first.at_least(PRODUCT)
    right = last.at_least(POWER)
    return Tex(f"{left.text} / {right.text}", PRODUCT, max(left.levels, right.levels), right.open)


def _power(node: Node, base: Tex, exponent: Tex) -> Tex:
    inner, raised = node.parts
    whole = raised.kind == "number" and raised.value == int(raised.value)
    if inner.kind in RAISED and whole:  # the function's name is what comes before its argument
        name = NAMES.get(inner.kind, rf"\{inner.kind}")
        return Tex(f"{name}^{{{exponent.text}}}{base.text[len(name) :]}", POWER, base.levels, base.open)
    base = base.at_least(ATOM)
    levels = max(base.levels, exponent.levels)
    single = raised.parts[0] if raised.kind == "neg" else raised
    if not single.parts:
        return Tex(f"{base.text}^{{{exponent.text}}}", POWER, levels)
    if levels >= LEVELS:
        return Tex(rf"\operatorname{{pow}}({base.text}, {exponent.text})", POWER, levels)
    return Tex(f"{base.text}^{{{exponent.text}}}", POWER, levels + 1)


def _function(node: Node, parts: list[Tex]) -> Tex:
    name = OTHERS.get(node.kind, NAMES.get(node.kind, rf"\{node.kind}"))
    if node.kind == "sqrt":
        name = r"\operatorname{sqrt}"
    argument = parts[0]
    if node.kind in ("min", "max"):
        first = argument.text
        if node.parts[0].kind == node.kind:  # min(min(x, y), a)
            first = re.sub(r"^\\m(in|ax)(\\left)?\(|(\\right)?\)$", "", first)
        argument = Tex(f"{first}, {parts[1].text}", SUM, max(part.levels for part in parts))
    elif argument.level == ATOM and name not in OTHERS.values() and node.kind not in ("exp", "sqrt"):
        return Tex(f"{name} {argument.text}", POWER, argument.levels, True)
    inside = fenced(argument)
    return Tex(name + inside.text, POWER, inside.levels)
