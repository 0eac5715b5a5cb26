"""A line's value as a layout tree: what is drawn with numbers by the page, and with symbols by ``latex``."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from visualizer.microscope.lines import Column, Line
from visualizer.microscope.statements import dotted

Tree = dict[str, Any]
Shape = tuple[int, ...]

# How tightly a tree holds together: a part that holds less tightly than its place asks for is put into parentheses.
CHOICE, TEST, SUM, PRODUCT, SIGN, POWER, ATOM = range(7)
INFIX: dict[type, tuple[str, int]] = {ast.Add: ("+", SUM), ast.Sub: ("-", SUM), ast.Mod: ("mod", PRODUCT)}
RELATIONS: dict[type, str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=", ast.NotEq: "!="}
SIGNS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "=", "!=": "<>"}  # what may hold where a relation does
CALLS = {
    "np.sign": "sign",
    "np.maximum": "max",
    "max": "max",
    "np.minimum": "min",
    "min": "min",
    "np.clip": "clip",
    "np.mean": "mean",
    "np.diag": "diag",
    "np.linalg.eigvalsh": "eigenvalues",
    "eigenvalues": "eigenvalues",
    "eigenvectors": "eigenvectors",
    "len": "count",
    "singular": "singular",
}


@dataclass(frozen=True)
class Part:
    """A tree, how tightly it holds together, and the shape of its value."""

    tree: Tree
    holds: int
    shape: Shape


class Builder:
    """Builds the trees of one program's lines. ``slot`` gives a column's first slot and its shape, ``symbol`` the LaTeX
    of a column or of a known name, ``known`` the values that no step changes.
    """

    def __init__(
        self,
        slot: Callable[[Column], tuple[int, Shape]],
        symbol: Callable[[Column | str], str],
        known: Mapping[str, Any],
    ) -> None:
        self.slot, self.symbol, self.known = slot, symbol, known
        self.told: Callable[[ast.expr, Line], str] = lambda node, line: ""

    def column(self, column: Column, tex: str) -> Part:
        at, shape = self.slot(column)
        kind = {0: "num", 1: "vec", 2: "mat"}[len(shape)]
        tree: Tree = {"k": kind, "at": at, "tex": tex}
        if len(shape) == 2:
            tree |= {"rows": shape[0], "cols": shape[1]}
        return Part(tree, ATOM, shape)

    def build(self, node: ast.expr, line: Line) -> Part:
        """The tree of a node. Raises ``ValueError`` for what has no picture."""
        if id(node) in line.leaves:
            column = line.leaves[id(node)]
            named = isinstance(node, ast.Name)
            return self.column(column, self.symbol(column) if named else self.told(node, line))
        if isinstance(node, ast.Constant | ast.Name):
            return self._literal(node)
        if isinstance(node, ast.BinOp):
            return self._operation(node, line)
        if isinstance(node, ast.UnaryOp):
            part = self.build(node.operand, line)
            if isinstance(node.op, ast.Not):
                return Part({"k": "not", "of": [self._held(part, SIGN)]}, TEST, ())
            return Part({"k": "neg", "of": [_guarded(self._held(part, SIGN))]}, PRODUCT, part.shape)
        if isinstance(node, ast.Compare):
            return self._comparison(node, line)
        if isinstance(node, ast.BoolOp):
            of = [
                self._held(self.build(part, line), TEST + 1 if isinstance(part, ast.BoolOp) else TEST)
                for part in node.values
            ]
            return Part({"k": "and" if isinstance(node.op, ast.And) else "or", "of": of}, TEST, ())
        if isinstance(node, ast.Call):
            return self._call(node, line)
        if isinstance(node, ast.Attribute) and node.attr == "T":
            part = self.build(node.value, line)
            return Part({"k": "transpose", "of": [self._held(part, ATOM)]}, POWER, part.shape[::-1])
        if dotted(node) == "np.inf":
            return Part({"k": "lit", "v": "inf", "tex": r"\infty"}, ATOM, ())
        raise ValueError(f"no picture of {ast.unparse(node)}")

    def _literal(self, node: ast.Constant | ast.Name) -> Part:
        value = node.value if isinstance(node, ast.Constant) else self.known[node.id]
        tex = number(value) if isinstance(node, ast.Constant) else self.symbol(node.id)
        return literal(value, tex)

    def _held(self, part: Part, least: int) -> Tree:
        return part.tree if part.holds >= least else {"k": "paren", "of": [part.tree]}

    def _operation(self, node: ast.BinOp, line: Line) -> Part:
        if isinstance(node.op, ast.Pow):
            return self._power(node, line)
        if isinstance(node.op, ast.Div):
            return self._fraction(node, line)
        left, right = self.build(node.left, line), self.build(node.right, line)
        if isinstance(node.op, ast.MatMult):
            shape = np.matmul(np.zeros(left.shape), np.zeros(right.shape)).shape
            op = "." if len(left.shape) == len(right.shape) == 1 else "@"
            held = [self._held(left, PRODUCT), _guarded(self._held(right, SIGN))]
            return Part({"k": "op", "op": op, "of": held}, PRODUCT, shape)
        shape = _shape(left, right)
        if isinstance(node.op, ast.Mult):
            # Between two arrays it is coordinate by coordinate.
            op = "*" if not (left.shape and right.shape) else "o"
            held = [self._held(left, PRODUCT), _guarded(self._held(right, SIGN))]
            return Part({"k": "op", "op": op, "of": held}, PRODUCT, shape)
        op, tight = INFIX[type(node.op)]
        held = [self._held(left, tight), _guarded(self._held(right, tight + 1))]
        return Part({"k": "op", "op": op, "of": held}, tight, shape)

    def _power(self, node: ast.BinOp, line: Line) -> Part:
        base, exponent = self.build(node.left, line), self.build(node.right, line)
        if isinstance(node.right, ast.Constant) and node.right.value == 0.5:
            return Part({"k": "sqrt", "of": [base.tree]}, ATOM, base.shape)
        held = _guarded(self._held(base, ATOM))
        return Part({"k": "pow", "of": [held, exponent.tree]}, POWER, _shape(base, exponent))

    def _fraction(self, node: ast.BinOp, line: Line) -> Part:
        """A number in front of a vector stays in front of the fraction: eta (m / d), not (eta m) / d."""
        top = node.left
        below = self.build(node.right, line)
        if isinstance(top, ast.BinOp) and isinstance(top.op, ast.Mult):
            front, over = self.build(top.left, line), self.build(top.right, line)
            if not front.shape and over.shape:
                fraction = {"k": "frac", "of": [over.tree, below.tree]}
                held = [self._held(front, PRODUCT), fraction]
                return Part({"k": "op", "op": "*", "of": held}, PRODUCT, _shape(over, below))
        over = self.build(top, line)
        return Part({"k": "frac", "of": [over.tree, below.tree]}, SIGN, _shape(over, below))

    def _comparison(self, node: ast.Compare, line: Line) -> Part:
        left, kind, right = self.build(node.left, line), node.ops[0], node.comparators[0]
        if isinstance(kind, ast.Is | ast.IsNot):
            tree: Tree = {"k": "none", "of": [left.tree]}
            return Part(tree if isinstance(kind, ast.Is) else {"k": "not", "of": [tree]}, TEST, ())
        other = self.build(right, line)
        of = [self._held(left, TEST + 1), self._held(other, TEST + 1)]
        return Part({"k": "rel", "op": RELATIONS[type(kind)], "of": of}, TEST, _shape(left, other))

    def _call(self, node: ast.Call, line: Line) -> Part:
        name, args = dotted(node.func), node.args
        if isinstance(node.func, ast.Attribute) and not name.startswith("np."):
            return self._method(node, node.func, line)
        if name in ("np.zeros", "np.eye"):
            whole = np.zeros(2) if name == "np.zeros" else np.eye(2)
            return literal(whole, "0" if name == "np.zeros" else "I")
        parts = [self.build(arg, line) for arg in args]
        first = parts[0]
        if name == "np.sqrt":
            return Part({"k": "sqrt", "of": [first.tree]}, ATOM, first.shape)
        if name in ("np.abs", "abs", "spectral"):
            return Part({"k": "abs", "of": [first.tree]}, ATOM, first.shape)
        if name == "np.linalg.norm":
            return Part({"k": "norm", "p": 2, "of": [first.tree]}, ATOM, ())
        if name == "solved":
            held = [self._held(first, ATOM), _guarded(self._held(parts[1], SIGN))]
            return Part({"k": "solve", "of": held}, SIGN, (2,))
        if name == "np.outer":
            of = [self._held(part, ATOM) for part in parts]
            return Part({"k": "outer", "of": of}, SIGN, (2, 2))
        if name == "np.where":
            return self._cases(args, line)
        of = [part.tree for part in parts]
        called = CALLS[name]
        shape: Shape = np.broadcast_shapes(*(part.shape for part in parts))
        shape = {
            "mean": (),
            "count": (),
            "singular": (),
            "diag": (2,),
            "eigenvalues": (2,),
            "eigenvectors": (2, 2),
        }.get(called, shape)
        return Part({"k": "call", "name": called, "of": of}, ATOM, shape)

    def _method(self, node: ast.Call, function: ast.Attribute, line: Line) -> Part:
        whole = self.build(function.value, line)
        if function.attr == "sum" and whole.tree["k"] == "abs":
            return Part({"k": "norm", "p": 1, "of": whole.tree["of"]}, ATOM, ())
        if function.attr == "max" and whole.tree["k"] == "abs":
            return Part({"k": "norm", "p": "inf", "of": whole.tree["of"]}, ATOM, ())
        if function.attr == "mean":
            return Part({"k": "call", "name": "mean_of_rows", "of": [whole.tree]}, ATOM, whole.shape[1:])
        if function.attr == "reshape":
            shape = (1, 2) if line.result.values and np.shape(line.result.values[0]) == (1, 2) else (2, 2)
            name = "row" if shape == (1, 2) else "matrix"
            return Part({"k": "call", "name": name, "of": [whole.tree]}, ATOM, shape)
        raise ValueError(f"no picture of {ast.unparse(node)}")

    def _cases(self, args: list[ast.expr], line: Line) -> Part:
        """``np.where(a, x, np.where(b, y, z))``: x where a, y where b, else z."""
        rows: list[list[Tree]] = []
        shapes: list[Shape] = []
        while True:
            test, yes, no = args
            parts = [self.build(yes, line), self.build(test, line)]
            rows.append([part.tree for part in parts])
            shapes += [part.shape for part in parts]
            if isinstance(no, ast.Call) and dotted(no.func) == "np.where":
                args = no.args
                continue
            last = self.build(no, line)
            rows.append([last.tree, *_remaining([row[1] for row in rows])])
            return Part({"k": "cases", "rows": rows}, CHOICE, np.broadcast_shapes(*shapes, last.shape))


def _remaining(tests: list[Tree]) -> list[Tree]:
    """The relation that is left where all of these fail, if they compare the same two parts."""
    if any(test["k"] != "rel" or test["of"] != tests[0]["of"] for test in tests):
        return []
    left = {"<", "=", ">"} - {sign for test in tests for sign in SIGNS[test["op"]]}
    found = [op for op, signs in SIGNS.items() if set(signs) == left]
    return [tests[0] | {"op": found[0]}] if found else []


def _shape(*parts: Part) -> Shape:
    return np.broadcast_shapes(*(part.shape for part in parts))


def literal(value: Any, tex: str) -> Part:
    """A number, vector or matrix that no step changes."""
    value = float("nan") if value is None else value
    shown = np.asarray(value, np.float64)
    tree: Tree = {"k": "lit", "v": _json(shown.tolist()), "tex": tex}
    return Part(tree, ATOM if not (shown.ndim == 0 and tex.startswith("-")) else SIGN, shown.shape)


def _json(value: Any) -> Any:
    """Lists of numbers with the infinite as strings, which JSON lacks."""
    if isinstance(value, list):
        return [_json(part) for part in value]
    return value if math.isfinite(value) else ("inf" if value > 0 else "-inf" if value < 0 else "nan")


def _guarded(tree: Tree) -> Tree:
    """The tree with its first number put into parentheses where it is negative: after an operator, or below a power."""
    if tree["k"] in ("num", "lit"):
        return tree | {"wrap": 1}
    # In "a - b c" the sign of b stands next to the operator, however deep it is.
    if tree["k"] in ("op", "rel") or (tree["k"] == "pow"):
        first, *rest = tree["of"]
        return tree | {"of": [_guarded(first), *rest]}
    return tree


def number(value: Any) -> str:
    """A literal in LaTeX: 10^{-15} where it is a power of ten."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if value and abs(value) < 1e-3 and (exponent := round(math.log10(abs(value)))) and value == float(f"1e{exponent}"):
        return f"10^{{{exponent}}}"
    return f"{value:g}" if value == float(f"{value:g}") else repr(value)
