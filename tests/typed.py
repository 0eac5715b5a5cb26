"""Typed formulas for the tests: random ones, and an oracle that shares nothing with ours but the mathematics."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

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
            return (np.minimum if name == "min" else np.maximum)(*u)
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

    with np_errstate():
        return value(ast.parse(text.replace("^", "**").strip(), mode="eval").body)


def np_errstate() -> Any:
    return np.errstate(all="ignore")


def sensitivity(text: str, names: dict[str, Any], runs: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """By how much rounding moves the value: the spread over runs in which every operation is off by an ulp or so, and
    whether all runs agree on what is finite, infinite (of either sign) and NaN.
    """
    rng = np.random.default_rng(0)
    shape = np.shape(names["x"])

    def off(value: Any) -> Any:
        return value * (1.0 + 4e-16 * rng.uniform(-1, 1, shape))

    found = np.array([np.broadcast_to(oracle(text, names, touch=off), shape) for _ in range(runs)])
    kinds = np.where(np.isfinite(found), 0.0, found)
    same = np.all((kinds == kinds[0]) | (np.isnan(kinds) & np.isnan(kinds[0])), axis=0)
    finite = np.where(np.isfinite(found), found, 0.0)
    with np_errstate():
        return np.ptp(finite, axis=0), same


numbers = st.sampled_from(["1", "2", "3", "0.5", "10", "1e-3", "2.25", ".75", "7.", "0", "1e3", "100"])
leaves = st.sampled_from(["x", "y", "x", "y", "a", "b", "c", "pi", "e"]) | numbers
spaces = st.sampled_from(["", "", "", " ", "  "])


def longer(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A formula made of others, in parentheses of its own, or in those that are needed."""
    wrapped = inner.map(lambda text: f"({text})")

    def joined(parts: tuple[str, str, str, str, str]) -> str:
        return "".join(parts)

    operators = st.sampled_from(["+", "-", "*", "/"])
    powers = st.sampled_from(["^2", "^3", "**2", "^-1", "^0.5", "^5", "^a", "^1", "^0", "^-2", "^(1/3)", "^y", "^2^x"])
    bases = st.sampled_from(["x", "y", "a", "2", "e"]) | wrapped
    return st.one_of(
        st.tuples(inner, spaces, operators, spaces, wrapped).map(joined),
        st.tuples(leaves, spaces, operators, spaces, inner).map(joined),
        st.tuples(bases, spaces, powers, spaces, st.just("")).map(joined),
        st.tuples(st.just("-"), spaces, inner, st.just(""), st.just("")).map(joined),
        st.tuples(st.sampled_from(UNARY), wrapped).map("".join),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
        wrapped,
    )


formulas = st.recursive(leaves, longer, max_leaves=12)
