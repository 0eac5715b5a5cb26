"""Expressions of the cards' statements as closures: what they are made of, and what they note of it."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from visualizer.microscope import values as v
from visualizer.microscope.lines import Column
from visualizer.microscope.statements import UNKNOWN, dotted

Env = dict[str, Any]
Run = Callable[[Env], Any]

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "np.sqrt": v.root,
    "np.abs": v.absolute,
    "abs": v.absolute,
    "np.sign": v.sign,
    "np.maximum": v.maximum,
    "max": v.maximum,
    "np.minimum": v.minimum,
    "min": v.minimum,
    "np.clip": v.clip,
    "np.where": v.where,
    "np.mean": v.mean,
    "np.outer": v.outer,
    "np.diag": v.diagonal,
    "np.linalg.norm": v.norm,
    "singular": v.singular,
    "spectral": v.spectral,
    "solved": v.solve,
    "np.linalg.eigvalsh": v.eigenvalues,
    "eigenvalues": v.eigenvalues,
    "eigenvectors": v.eigenvectors,
    "np.array": lambda a: np.asarray(a, np.float64),
    "np.zeros": lambda size: v.settled(np.zeros(_size(size))),
    "np.full": lambda size, value: v.settled(np.full(_size(size), value)),
    "np.eye": lambda size: np.eye(int(size)),
    "len": lambda a: float(len(a)),
}
METHODS: dict[str, Callable[..., Any]] = {"sum": v.total, "max": v.largest, "mean": v.mean_of_rows}
OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: v.add,
    ast.Sub: v.subtract,
    ast.Mult: v.multiply,
    ast.Div: v.divide,
    ast.Pow: v.power,
    ast.Mod: v.modulo,
    ast.MatMult: v.matmul,
}
COMPARISONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Lt: v.compare(operator.lt, np.less),
    ast.LtE: v.compare(operator.le, np.less_equal),
    ast.Gt: v.compare(operator.gt, np.greater),
    ast.GtE: v.compare(operator.ge, np.greater_equal),
    ast.Eq: v.compare(operator.eq, np.equal),
    ast.NotEq: v.compare(operator.ne, np.not_equal),
}
# What a run tells: gradients, the Hessian, losses, draws. They are given, not computed, and each is a number to show.
TOLD = ("gradient", "here", "hessian", "loss", "rng.standard_normal")


def _size(size: Any) -> Any:
    return tuple(int(part) for part in size) if isinstance(size, tuple | list) else int(size)


class Expressions:
    """Compiles the expressions of one program, whose names and columns it holds: see ``program.Program``."""

    def __init__(
        self, known: Mapping[str, Any], state: Iterable[str], given: Mapping[str, Column], matrix: bool = False
    ) -> None:
        self.known, self.state, self.matrix = dict(known), set(state), matrix
        self.columns: list[Column] = []
        self.enter: list[tuple[str, list[Any]]] = []
        self._now: dict[str, Column] = dict(given)
        self._start: dict[str, Column] = {}

    def _column(self, name: str, rows: bool, node: ast.expr | None = None) -> Column:
        column = Column(name, node=node, rows=[] if rows else None)
        self.columns.append(column)
        return column

    def decide(self, node: ast.expr) -> Any:
        """The value of an expression of what is known, or ``UNKNOWN``."""
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} - {"np", "min", "max", "len", "abs"}
        return self.expression(node, {})(self.known) if names <= set(self.known) else UNKNOWN

    def expression(self, node: ast.expr, leaves: dict[int, Column]) -> Run:
        """The closure that evaluates a tree. Its names and told values are noted in ``leaves``."""
        made = self._expression(node, leaves)
        parts = getattr(made, "parts", None)
        if parts is None or not all(hasattr(part, "constant") for part in parts):
            return made
        return constant(made({}))

    def _expression(self, node: ast.expr, leaves: dict[int, Column]) -> Run:
        def sub(part: ast.expr) -> Run:
            return self.expression(part, leaves)

        if isinstance(node, ast.Constant):
            return constant(_number(node.value))
        if isinstance(node, ast.Name):
            return self._name(node, leaves)
        if isinstance(node, ast.BinOp):
            if isinstance(node.op, ast.Pow) and isinstance(node.right, ast.Constant) and node.right.value == 2:
                return applied(v.square, [sub(node.left)])
            return applied(OPERATORS[type(node.op)], [sub(node.left), sub(node.right)])
        if isinstance(node, ast.UnaryOp):
            wrong = isinstance(node.op, ast.Not)
            return applied(operator.not_ if wrong else v.negative, [sub(node.operand)])
        if isinstance(node, ast.Compare):
            return self._compare(node, sub)
        if isinstance(node, ast.BoolOp):
            return _logic(isinstance(node.op, ast.And), [sub(part) for part in node.values])
        if isinstance(node, ast.Call):
            return self._call(node, leaves, sub)
        if isinstance(node, ast.Attribute) and node.attr == "T":
            return applied(v.transposed, [sub(node.value)])
        if dotted(node) == "np.inf":
            return constant(float("inf"))
        if isinstance(node, ast.Subscript):
            return self._element(node, leaves, sub)
        if isinstance(node, ast.List | ast.Tuple):
            return _listed(node, sub)
        raise ValueError(f"no {ast.unparse(node)} in a card's statements")

    def _name(self, node: ast.Name, leaves: dict[int, Column]) -> Run:
        name = node.id
        if name not in self._now and name not in self._start and name in self.state:
            self._start[name] = column = self._column(name, False)
            column.now = False
            self.enter.append((name, column.values))
        if name in self._now or name in self._start:
            leaves[id(node)] = self._now.get(name) or self._start[name]
            return operator.itemgetter(name)
        if name in self.known:
            return constant(_number(self.known[name]))
        raise ValueError(f"{name} is read before it is assigned")

    def _compare(self, node: ast.Compare, sub: Callable[[ast.expr], Run]) -> Run:
        left, (kind,), (other,) = node.left, node.ops, node.comparators
        if isinstance(kind, ast.Is | ast.IsNot):
            empty = isinstance(kind, ast.Is)
            return applied(lambda value: (value is None) == empty, [sub(left)])
        return applied(COMPARISONS[type(kind)], [sub(left), sub(other)])

    def _call(self, node: ast.Call, leaves: dict[int, Column], sub: Callable[[ast.expr], Run]) -> Run:
        name = dotted(node.func)
        if name in TOLD:
            leaves[id(node)] = column = self._column(name, True, node)
            point = sub(node.args[0])  # the names in it are shown, whether its value is asked for or not
            if name not in ("loss", "here"):
                point = constant(None)
            return _kept(lambda env: env["told"](name, env, point(env)), column)
        if name in FUNCTIONS:
            return applied(FUNCTIONS[name], [sub(part) for part in node.args])
        if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            return applied(METHODS[node.func.attr], [sub(node.func.value)])
        if isinstance(node.func, ast.Attribute) and node.func.attr == "reshape":
            shape = [int(part.value) if isinstance(part, ast.Constant) else -1 for part in node.args]  # type: ignore[arg-type]
            made = self._matrix if self.matrix and shape == [1, 2] else lambda a: np.reshape(a, shape)
            return applied(made, [sub(node.func.value)])
        raise ValueError(f"no {ast.unparse(node)} in a card's statements")

    @staticmethod
    def _matrix(u: Any) -> np.ndarray:
        """The point (x, y) of a surface of matrices is [[x, y], [y, x]]."""
        return np.array([[u[0], u[1]], [u[1], u[0]]])

    def _element(self, node: ast.Subscript, leaves: dict[int, Column], sub: Callable[[ast.expr], Run]) -> Run:
        whole = sub(node.value)
        if isinstance(node.slice, ast.Slice):
            assert node.slice.upper is not None
            end = int(self.decide(node.slice.upper))
            return lambda env: whole(env)[:end]
        at = int(self.decide(node.slice))
        leaves[id(node)] = column = self._column("element", True, node)
        return _kept(lambda env: _entry(whole(env)[at]), column)


def constant(value: Any) -> Run:
    def run(env: Env) -> Any:
        return value

    run.constant = value  # type: ignore[attr-defined]
    return run


def applied(function: Callable[..., Any], parts: Sequence[Run]) -> Run:
    """A function of what the parts give, without a loop over them where they are few."""
    if len(parts) == 1:
        (one,) = parts
        run: Run = lambda env: function(one(env))  # noqa: E731
    elif len(parts) == 2:
        one, two = parts
        run = lambda env: function(one(env), two(env))  # noqa: E731
    else:
        run = lambda env: function(*[part(env) for part in parts])  # noqa: E731
    run.parts = parts  # type: ignore[attr-defined]
    return run


def _kept(run: Run, column: Column) -> Run:
    def told(env: Env) -> Any:
        found = run(env)
        column.values.append(found)
        column.rows.append(env["row"])  # type: ignore[union-attr]
        return found

    return told


def _logic(every: bool, parts: Sequence[Run]) -> Run:
    def run(env: Env) -> bool:
        for part in parts:
            if bool(part(env)) != every:
                return not every
        return every

    return run


def _listed(node: ast.List | ast.Tuple, sub: Callable[[ast.expr], Run]) -> Run:
    parts = [
        (isinstance(part, ast.Starred), sub(part.value if isinstance(part, ast.Starred) else part))
        for part in node.elts
    ]

    def run(env: Env) -> list[Any]:
        found: list[Any] = []
        for many, part in parts:
            found += part(env) if many else [part(env)]
        return found

    return run


def _number(value: Any) -> Any:
    """A literal or a hyperparameter as it is calculated with: whole numbers are floats here, truths and None remain."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _entry(value: Any) -> Any:
    return value if isinstance(value, tuple | float) else v.settled(value)
