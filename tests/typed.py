"""Typed formulas for the tests: random ones, and an oracle that shares nothing with ours but the mathematics."""

from __future__ import annotations

import ast
import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy
import numpy as np
from hypothesis import strategies as st

UNARY = ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "exp", "log", "ln", "log10", "sqrt")
UNARY += ("abs", "sign", "sigmoid", "relu")
RENAMED = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "ln": "log"}
OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def oracle(text: str, names: dict[str, Any], np: Any = np, touch: Callable[[Any], Any] = lambda value: value) -> Any:
    """The formula's value with Python's own parser and arrays of ``np``; ``touch`` is applied to every result."""

    def call(name: str, *u: Any) -> Any:
        if name in ("min", "max"):
            return functools.reduce(np.minimum if name == "min" else np.maximum, u)
        if name == "sigmoid":
            return 1 / (1 + np.exp(-u[0]))
        if name == "relu":
            return np.maximum(u[0], 0.0)
        return getattr(np, RENAMED.get(name, name))(*u)

    def value(node: ast.AST) -> Any:
        if isinstance(node, ast.Constant):
            return np.asarray(float(node.value))
        if isinstance(node, ast.Name):
            return {**names, "pi": np.asarray(np.pi), "e": np.asarray(np.e)}[node.id]
        if isinstance(node, ast.UnaryOp):
            return -value(node.operand)
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Name)
            return touch(call(node.func.id, *map(value, node.args)))
        assert isinstance(node, ast.BinOp)
        left, right = value(node.left), value(node.right)
        if isinstance(node.op, ast.Pow):
            return touch(np.power(left, right))
        return touch(OPERATORS[type(node.op)](left, right))

    with numpy.errstate(all="ignore"):
        return value(ast.parse(text.replace("^", "**").strip(), mode="eval").body)


def sensitivity(text: str, names: dict[str, Any], runs: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """By how much rounding moves the value, and where that leaves its first digits and its kind as they are.

    The spread over runs in which every operation is off by up to two units in the last place; the kind is finite,
    infinite of either sign, or NaN.
    """
    rng = np.random.default_rng(0)
    shape = np.shape(names["x"])

    def off(value: Any) -> Any:
        return value * (1.0 + 4e-16 * rng.uniform(-1, 1, shape))

    found = np.array([np.broadcast_to(oracle(text, names, touch=off), shape) for _ in range(runs)])
    kinds = np.where(np.isfinite(found), 0.0, found)
    same = np.all((kinds == kinds[0]) | (np.isnan(kinds) & np.isnan(kinds[0])), axis=0)
    finite = np.where(np.isfinite(found), found, 0.0)
    spread = np.ptp(finite, axis=0)
    return spread, same & (spread <= 1e-6 * np.abs(finite).max(axis=0))


NUMBERS = ("1", "2", "3", "0.5", "10", "1e-3", "2.25", ".75", "7.", "0", "1e3", "100")
NAMES = ("x", "y", "x", "y", "x", "y", "a", "b", "c", "pi", "e")
EXPONENTS = ("2", "3", "-1", "0.5", "5", "a", "1", "0", "-2", "(1/3)", "y", "2^x", "-x", "(-0.5)")


@st.composite
def formulas(draw: st.DrawFn, deep: int = 5) -> str:
    """A valid formula with spaces, signs and parentheses as they come, without a product that has no sign."""
    kind = draw(st.sampled_from(["leaf", "sum", "sum", "product", "product", "power", "minus", "call", "call", "two"]))
    if kind == "leaf" or not deep:
        return draw(st.sampled_from(NAMES + (NUMBERS if draw(st.booleans()) else ())))

    def inner(own: bool = False) -> str:
        """Another formula; one of its ``own`` parentheses, if it is more than a word."""
        text = draw(formulas(deep - 1))
        return f"({text})" if not text.isalnum() and (own or draw(st.booleans())) else text

    gap = draw(st.sampled_from(["", "", " ", "  "]))
    if kind == "minus":
        return f"-{gap}{inner(own=True)}"
    if kind == "call":
        return f"{draw(st.sampled_from(UNARY))}{gap}({gap}{inner()})"
    if kind == "two":
        return f"{draw(st.sampled_from(['min', 'max']))}({inner()},{gap}{inner()})"
    if kind == "power":
        return f"{inner(own=True)}{gap}{draw(st.sampled_from(['^', '**']))}{gap}{draw(st.sampled_from(EXPONENTS))}"
    operator = draw(st.sampled_from("+-" if kind == "sum" else "*/"))
    return f"{inner()}{gap}{operator}{gap}{inner(own=True)}"
