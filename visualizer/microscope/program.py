"""A rule's statements as a program of closures that keeps every value: its columns, its lines, what runs them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from visualizer.microscope.expressions import Env, Expressions, Run
from visualizer.microscope.lines import Column, Fork, Line
from visualizer.microscope.statements import Assign, Branch, Statement, calls


class Program(Expressions):
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
        super().__init__(known, state, given, matrix)
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


def _hidden(one: Statement) -> bool:
    """Whether a statement is for what the next step remembers, and for nothing else."""
    if isinstance(one, Branch):
        return all(map(_hidden, (*one.yes, *one.no)))
    return one.target.endswith("_old")
