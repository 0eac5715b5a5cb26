"""Rollouts: from names and numbers to recorded trajectories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from visualizer.simulate import compiled
from visualizer.simulate.job import RUNS, Job, Named, job, pack
from visualizer.simulate.program import COLUMNS, ENTRIES, Batch, columns, make_rollout
from visualizer.simulate.tables import INDICES, WIDTHS

SMALLEST, GROWTH, LARGEST = 4096, 4, 4096 * 4**5


class Info(NamedTuple):
    """Updates 1 .. T of a run, row t - 1 for update t; ``(T, 2)``, ``lr`` ``(T,)``. See ``optimizers._frame.Info``."""

    g: np.ndarray
    m: np.ndarray
    root_v: np.ndarray
    step: np.ndarray
    decay: np.ndarray
    rate: np.ndarray
    lr: np.ndarray


@dataclass(frozen=True)
class Trajectory:
    """One recorded run of T updates, float64.

    ``theta`` is ``(T + 1, 2)``, row 0 the start; ``loss`` ``(T + 1,)``, without noise. ``n_valid`` counts the rows
    until a coordinate or the loss ceased to be finite, row 0 included; the rows from there on are NaN.
    ``evaluations`` ``(T + 1,)`` is the number of gradients computed before each row's point was reached. ``aux`` holds
    further points by name, ``(T + 1, 2)``: Lookahead's ``slow`` weights, schedule-free's ``y`` and ``z``.
    """

    theta: np.ndarray
    loss: np.ndarray
    info: Info
    n_valid: int
    evaluations: np.ndarray
    aux: Mapping[str, np.ndarray] = field(default_factory=dict)

    @property
    def xy(self) -> np.ndarray:
        return self.theta

    @property
    def stopped(self) -> int | None:
        """The step at which the run left the finite world, or None."""
        return self.n_valid if self.n_valid < len(self.theta) else None


def rollout(
    landscape: str,
    optimizer: str,
    start: Sequence[float] | None = None,
    steps: int = 200,
    hyper: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    *,
    schedule: Named | None = None,
    noise: Named | None = None,
    seed: int = 0,
    normals: np.ndarray | None = None,
    rotate: float = 0.0,
) -> Trajectory:
    """Runs one optimizer on one surface and records everything.

    ``start`` is theta_0 = (x, y), the surface's own if not given; hyperparameters and parameters left out take their
    defaults. ``schedule`` and ``noise`` are (slug, values). ``normals`` ``(steps, 2)`` are standard normal draws to
    use in place of the seed's. ``rotate`` turns the surface (not the start) by so many degrees about the origin.

    Raises ``ValueError`` naming an unknown name and the known ones, or an impossible value.
    """
    if normals is not None and len(normals) < steps:
        raise ValueError(f"{steps} steps need as many pairs of normal draws, not {len(normals)}")
    one = job(landscape, optimizer, start, steps, hyper, params, schedule, noise, seed, rotate)
    return run_jobs([one], normals)[0]


def run_jobs(jobs: Sequence[Job], normals: np.ndarray | None = None) -> list[Trajectory]:
    """Rolls all jobs out in one call of the program."""
    rows = capacity(sum(one.steps + 1 for one in jobs))
    batch = pack(jobs)
    injected = np.zeros((0, 2)) if normals is None else np.asarray(normals, np.float64).reshape(-1, 2)
    buffer, valid = _rollout_program(rows, len(batch.indices), len(injected))(batch, injected)
    return list(_unpack(jobs, np.asarray(buffer), np.asarray(valid)))


def capacity(rows: int) -> int:
    """The smallest buffer that is offered, of at least ``rows`` rows: few sizes, so that few programs are compiled."""
    size = SMALLEST
    while size < rows:
        size *= GROWTH
    if size > LARGEST:
        raise ValueError(f"a race of {rows} rows is too long; at most {LARGEST} (steps times runs)")
    return size


def _rollout_program(rows: int, runs: int, injected: int) -> Any:
    def build() -> tuple[Any, tuple[Any, ...]]:
        numbers = np.zeros((runs, sum(WIDTHS.values())))
        batch = Batch(np.zeros((runs, len(INDICES)), np.int32), numbers, np.int32(0))
        return make_rollout(rows), (batch, np.zeros((injected, 2)))

    return compiled.program(f"rollout-{rows}-{runs}-{injected}", build)


def _unpack(jobs: Sequence[Job], buffer: np.ndarray, valid: np.ndarray) -> Iterable[Trajectory]:
    where, at = columns(), 0
    for k, one in enumerate(jobs):
        n_valid, total = int(valid[k]), one.steps + 1
        rows = np.array(buffer[at : at + total])
        rows[n_valid:] = np.nan
        parts = {name: rows[:, where[name]] for name in COLUMNS}
        at += total
        info = Info(*(parts[name][:-1] for name in Info._fields))._replace(lr=parts["lr"][:-1, 0])
        yield Trajectory(
            parts["theta"], parts["loss"][:, 0], info, n_valid, parts["evaluations"][:, 0], _aux(one, parts["aux"])
        )


def _aux(one: Job, rows: np.ndarray) -> dict[str, np.ndarray]:
    names = [name for name, _ in ENTRIES[one.indices[INDICES.index("optimizer")]].report]
    names = ["slow", *names[1:]] if one.wrapped else names
    return {name: rows[:, 2 * i : 2 * i + 2] for i, name in enumerate(names)}


def warm(rows: Iterable[int] = (SMALLEST, SMALLEST * GROWTH, SMALLEST * GROWTH**2)) -> None:
    """Compiles, or loads, the program at the usual sizes."""
    for size in rows:
        _rollout_program(size, RUNS, 0)
