"""A rule's statements as a program of closures that keeps every value: its columns, its lines, what runs them."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from visualizer.microscope import values as v
from visualizer.microscope.statements import UNKNOWN, Assign, Branch, Statement, calls, dotted

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


@dataclass(eq=False)
class Column:
    """The values of one quantity, in the order of the steps. ``rows`` are the steps, from 0, or None for all of them.

    ``name`` is the statement's; ``now`` whether it is the value of this step's assignments, and not of those before.
    """

    name: str
    now: bool = True
    node: ast.expr | None = None  # of what a run tells
    values: list[Any] = field(default_factory=list)
    rows: list[int] | None = None


@dataclass(eq=False)
class Line:
    """A line to show. ``again`` where its target had been assigned in the step before; ``leaves`` are the columns of
    the names and told values in it, by the node's identity. The result, or a condition's truth, is in ``result``.
    """

    kind: str  # "assign", "if" or "check"
    target: str
    value: ast.expr
    result: Column
    leaves: dict[int, Column]
    again: bool = False
    hidden: bool = False

    @property
    def guards(self) -> bool:
        """Whether it is a condition that only keeps a division from going wrong, and never had to."""
        if self.kind != "if":
            return False
        if calls(self.value, "singular"):
            return not any(self.result.values)
        tests = self.value.values if isinstance(self.value, ast.BoolOp) else [self.value]
        zero = all(
            isinstance(one, ast.Compare)
            and isinstance(one.ops[0], ast.Gt | ast.NotEq)
            and ast.unparse(one.comparators[0]) in ("0", "0.0")
            for one in tests
        )
        return zero and all(self.result.values)


@dataclass(eq=False)
class Fork:
    """A branch among the lines, for finding out which were run."""

    line: Line | None
    yes: list[Line | Fork]
    no: list[Line | Fork]


class Program:
    """Statements compiled. ``known`` are the values that no step changes, ``state`` those at the start of a run by
    name, ``given`` the columns of what is known of every step (t, the rate, theta before the step).

    ``step(env)`` runs one step: ``env`` holds the state by name, and ``row``; told values come from ``env["told"]``.
    """

    def __init__(
        self,
        statements: Sequence[Statement],
        known: Mapping[str, Any],
        state: Iterable[str],
        given: Mapping[str, Column],
        matrix: bool = False,
    ) -> None:
        self.known, self.matrix = dict(known), matrix
        self.state = set(state)
        self.columns: list[Column] = []
        self.enter: list[tuple[str, list[Any]]] = []
        self._now: dict[str, Column] = dict(given)
        self._start: dict[str, Column] = {}
        self._assigned: set[str] = set()
        self.lines: list[Line | Fork] = []
        self._operations = self._block(statements, 0, self.lines)

    def step(self, env: Env) -> None:
        env["path"] = 1
        for name, kept in self.enter:
            kept.append(env[name])
        for operation in self._operations:
            operation(env)

    def executed(self, path: int) -> list[Line]:
        """The lines that a step ran: ``path`` is what it left in ``env["path"]``, a bit for each branch after a 1."""
        bits = iter(format(path, "b")[1:])

        def walk(lines: Sequence[Line | Fork]) -> Iterator[Line]:
            for one in lines:
                if isinstance(one, Line):
                    yield one
                else:
                    if one.line:
                        yield one.line
                    yield from walk(one.yes if next(bits) == "1" else one.no)

        return [line for line in walk(self.lines) if not line.hidden]

    def all_lines(self) -> Iterator[tuple[Line, int]]:
        """Every line, and how many conditions that are shown it stands under."""

        def walk(lines: Sequence[Line | Fork], depth: int) -> Iterator[tuple[Line, int]]:
            for one in lines:
                if isinstance(one, Line):
                    yield one, depth
                else:
                    shown = one.line is not None and not one.line.hidden
                    if one.line:
                        yield one.line, depth
                    yield from walk(one.yes, depth + shown)
                    yield from walk(one.no, depth + shown)

        return walk(self.lines, 0)

    # ---- statements --------------------------------------------------------------------------------------------------

    def _block(self, statements: Sequence[Statement], depth: int, lines: list[Line | Fork]) -> list[Run]:
        return [
            self._branch(one, depth, lines) if isinstance(one, Branch) else self._assign(one, depth, lines)
            for one in statements
        ]

    def _column(self, name: str, rows: bool, node: ast.expr | None = None) -> Column:
        column = Column(name, node=node, rows=[] if rows else None)
        self.columns.append(column)
        return column

    def _assign(self, one: Assign, depth: int, lines: list[Line | Fork]) -> Run:
        leaves: dict[int, Column] = {}
        run = self.expression(one.value, leaves)
        target, column = one.target, self._column(one.target, depth > 0)
        idle = isinstance(one.value, ast.Name) and one.value.id == target
        line = Line("assign" if target else "check", target, one.value, column, leaves)
        line.again, line.hidden = target in self._assigned, _hidden(one) or idle
        lines.append(line)
        if target:
            self._now[target] = column
            self._assigned.add(target)
        keep, rows = column.values.append, column.rows

        def plain(env: Env) -> None:
            env[target] = found = run(env)
            keep(found)

        def inside(env: Env) -> None:
            env[target] = found = run(env)
            keep(found)
            rows.append(env["row"])  # type: ignore[union-attr]

        return plain if rows is None else inside

    def _branch(self, one: Branch, depth: int, lines: list[Line | Fork]) -> Run:
        leaves: dict[int, Column] = {}
        test = self.expression(one.test, leaves)
        truth = self._column("", depth > 0)
        hidden = one.quiet or _hidden(one) or bool(calls(one.test, "len"))
        line = None if hidden else Line("if", "", one.test, truth, leaves)
        fork = Fork(line, [], [])
        lines.append(fork)
        deeper = depth + 1
        before, assigned = dict(self._now), set(self._assigned)
        yes = self._block(one.yes, deeper, fork.yes)
        after_yes, self._now, so_far, self._assigned = self._now, before, self._assigned, assigned
        no = self._block(one.no, deeper, fork.no)
        self._assigned |= so_far
        meet = self._joined(after_yes, self._now, depth)
        keep, rows = truth.values.append, truth.rows

        def run(env: Env) -> None:
            taken = bool(test(env))
            env["path"] = 2 * env["path"] + taken
            keep(taken)
            if rows is not None:
                rows.append(env["row"])
            for operation in yes if taken else no:
                operation(env)
            for column in meet:
                column.values.append(env.get(column.name))
                if column.rows is not None:
                    column.rows.append(env["row"])

        return run

    def _joined(self, one: dict[str, Column], other: dict[str, Column], depth: int) -> list[Column]:
        """Columns for what a name is after a branch that assigned it on one side, or on both."""
        met = []
        for name in [*one, *(name for name in other if name not in one)]:
            if one.get(name) is not other.get(name):
                self._now[name] = self._column(name, depth > 0)
                met.append(self._now[name])
        return met

    # ---- expressions -------------------------------------------------------------------------------------------------

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


def _hidden(one: Statement) -> bool:
    """Whether a statement is for what the next step remembers, and for nothing else."""
    if isinstance(one, Branch):
        return all(map(_hidden, (*one.yes, *one.no)))
    return one.target.endswith("_old")


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
