"""Recorded trajectories: of a run, and of one that begins with the rows of another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from visualizer.simulate.job import Job
from visualizer.simulate.program import COLUMNS, columns

DIVERGED, BUDGET = "diverged", "budget"
# Of the buffer's columns; a quantity of one column is a vector.
WHERE = {name: place if COLUMNS[name] > 1 else place.start for name, place in columns().items()}


class Info(NamedTuple):
    """Updates 1 .. T of a run, row t - 1 for update t; ``(T, 2)``, ``lr`` ``(T,)``. See ``optimizers._frame.Info``."""

    g: np.ndarray
    m: np.ndarray
    root_v: np.ndarray
    step: np.ndarray
    decay: np.ndarray
    rate: np.ndarray
    lr: np.ndarray


UPDATE = [WHERE[name] for name in Info._fields]


@dataclass(frozen=True, eq=False)
class Trajectory:
    """One recorded run of T updates, float64. Its arrays are read-only: they may be shared.

    ``theta`` is ``(T + 1, 2)``, row 0 the start; ``loss`` ``(T + 1,)``, without noise. ``n_valid`` counts the rows that
    were reached, row 0 included; the rows from there on are NaN. ``ended`` says why a run has fewer than T + 1:
    ``diverged`` if a coordinate or the loss ceased to be finite, ``budget`` if the next update would have taken more
    evaluations than were allowed; empty for a run that made all its steps. ``evaluations`` ``(T + 1,)`` is the number
    of gradients computed before each row's point was reached; what else counts, and how much, is said in
    ``simulate/second.py``. ``aux`` holds further points by name, ``(T + 1, 2)``: Lookahead's ``slow`` weights,
    schedule-free's ``y`` and ``z``.
    """

    theta: np.ndarray
    loss: np.ndarray
    info: Info
    n_valid: int
    evaluations: np.ndarray
    aux: Mapping[str, np.ndarray] = field(default_factory=dict)
    ended: str = ""

    @property
    def xy(self) -> np.ndarray:
        return self.theta

    @property
    def stopped(self) -> int | None:
        """The step at which the run left the finite world, or None."""
        return self.n_valid if self.n_valid < len(self.theta) and self.ended != BUDGET else None


def recorded(job: Job, rows: np.ndarray, n_valid: int, diverged: bool) -> Trajectory:
    """The trajectory in a run's rows of the buffer, which are taken over."""
    rows[n_valid:] = np.nan
    rows.flags.writeable = False
    further = rows[:, WHERE["aux"]]
    aux = {name: further[:, 2 * i : 2 * i + 2] for i, name in enumerate(job.report)}
    ended = "" if n_valid == len(rows) else DIVERGED if diverged else BUDGET
    theta, loss, spent = (rows[:, WHERE[name]] for name in ("theta", "loss", "evaluations"))
    info = Info(*(rows[:-1, place] for place in UPDATE))
    return Trajectory(theta, loss, info, n_valid, spent, aux, ended)


def continued(before: Trajectory, at: int, own: Trajectory) -> Trajectory:
    """A run that goes on from the point of step ``at`` of another: its rows up to there, then ``own``.

    Points beside theta that only one of the two records are NaN in the other's part.
    """

    def joined(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        whole = np.concatenate([one[:at], other])
        whole.flags.writeable = False
        return whole

    nowhere = np.full_like(before.theta[:at], np.nan), np.full_like(own.theta, np.nan)
    return Trajectory(
        joined(before.theta, own.theta),
        joined(before.loss, own.loss),
        Info(*(joined(one, other) for one, other in zip(before.info, own.info, strict=True))),
        at + own.n_valid,
        joined(before.evaluations, own.evaluations),
        {
            name: joined(before.aux.get(name, nowhere[0]), own.aux.get(name, nowhere[1]))
            for name in {**own.aux, **before.aux}
        },
        own.ended,
    )
