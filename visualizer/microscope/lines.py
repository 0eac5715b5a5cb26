"""What a program keeps: the columns of its values, and the lines that are shown."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from visualizer.microscope.statements import calls


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
