"""Rollouts: from names and numbers to recorded trajectories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from visualizer.backend import jax
from visualizer.simulate import compiled
from visualizer.simulate.groups import GROUPS, PARAMS, SURFACES
from visualizer.simulate.job import RUNS, Job, Named, job, pack
from visualizer.simulate.program import COLUMNS, ROW, Batch, columns, make_rollout
from visualizer.simulate.tables import INDICES, WIDTHS

# One size for nearly all, since a buffer is used again and its length costs no run anything.
SMALLEST, GROWTH, LARGEST = 65_536, 8, 65_536 * 8**2
DIVERGED, BUDGET = "diverged", "budget"
NOTHING = np.zeros((0, 2))
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
    budget: int | None = None,
    stretch: float = 1.0,
    shift: Sequence[float] = (0.0, 0.0),
    smooth: float = 0.0,
) -> Trajectory:
    """Runs one optimizer on one surface and records everything.

    ``start`` is theta_0 = (x, y), the surface's own if not given; hyperparameters and parameters left out take their
    defaults. ``schedule`` and ``noise`` are (slug, values). ``normals`` ``(steps, 2)`` are standard normal draws to
    use in place of the seed's. ``smooth`` convolves the surface with a Gaussian of that standard deviation;
    ``stretch``, ``rotate`` (degrees) and ``shift`` then place it, not the start: see ``visualizer.plane.Placement``.
    ``budget`` caps the gradient evaluations: the run ends before the update that would exceed it, if not before.

    Raises ``ValueError`` naming an unknown name and the known ones, or an impossible value.
    """
    if normals is not None and len(normals) < steps:
        raise ValueError(f"{steps} steps need as many pairs of normal draws, not {len(normals)}")
    placing: dict[str, Any] = {"rotate": rotate, "stretch": stretch, "shift": shift, "smooth": smooth}
    one = job(landscape, optimizer, start, steps, hyper, params, schedule, noise, seed, **placing, budget=budget)
    return run_jobs([one], normals)[0]


def run_jobs(jobs: Sequence[Job], normals: np.ndarray | None = None) -> list[Trajectory]:
    """Rolls all jobs out, those of one group in one call of its program; the trajectories come in the jobs' order."""
    injected = NOTHING if normals is None else np.asarray(normals, np.float64).reshape(-1, 2)
    parts = [[k for k, one in enumerate(jobs) if one.group == group] for group in dict.fromkeys(j.group for j in jobs)]
    batches = [pack([jobs[k] for k in part]) for part in parts]
    sizes = [capacity(sum(jobs[k].steps + 1 for k in part)) for part in parts]
    builds = [
        _build(jobs[part[0]].group, size, len(batch.indices), len(injected))
        for part, size, batch in zip(parts, sizes, batches, strict=True)
    ]
    programs = compiled.programs(dict(builds))
    # All are under way before the first is waited for.
    results = [
        program(batch, injected, _spare(size)) for program, size, batch in zip(programs, sizes, batches, strict=True)
    ]
    found: dict[int, Trajectory] = {}
    for part, (buffer, ends) in zip(parts, results, strict=True):
        unpacked = _unpack([jobs[k] for k in part], np.asarray(buffer), np.asarray(ends))
        found.update(zip(part, unpacked, strict=True))
        _give_back(buffer)
    return [found[k] for k in range(len(jobs))]


def capacity(rows: int) -> int:
    """The smallest buffer that is offered, of at least ``rows`` rows: few sizes, so that few programs are compiled."""
    size = SMALLEST
    while size < rows:
        size *= GROWTH
    if size > LARGEST:
        raise ValueError(f"a race of {rows} rows is too long; at most {LARGEST} (steps times runs)")
    return size


_buffers: dict[int, list[Any]] = {}  # by size, those that nobody uses: to fill a new one takes a tenth of the time
MOST_SPARE, LARGEST_SPARE = 4, SMALLEST


def _spare(size: int) -> Any:
    """A buffer of ``size`` rows, whatever they hold. The program writes into this very one."""
    try:
        return _buffers[size].pop()
    except (KeyError, IndexError):
        return jax.numpy.zeros((size, ROW))


def _give_back(buffer: Any) -> None:
    """Called when everything in it has been copied."""
    spare = _buffers.setdefault(len(buffer), [])
    if len(buffer) <= LARGEST_SPARE and len(spare) < MOST_SPARE:
        spare.append(buffer)


def _build(group: tuple[str, str], size: int, runs: int, injected: int) -> tuple[str, compiled.Build]:
    """The name of the program of a group of rules and one of surfaces for so many rows, and how it is built."""
    rules, surfaces = group

    def build() -> tuple[Any, tuple[Any, ...]]:
        numbers = np.zeros((runs, sum(WIDTHS.values()) + PARAMS[surfaces]))
        batch = Batch(np.zeros((runs, len(INDICES)), np.int32), numbers, np.int32(0))
        program = jax.jit(make_rollout(GROUPS[rules], surfaces), donate_argnames="buffer")
        return program, (batch, np.zeros((injected, 2)), jax.numpy.zeros((size, ROW)))

    return f"rollout-{rules}-{surfaces}-{size}-{runs}-{injected}", build


def _unpack(jobs: Sequence[Job], buffer: np.ndarray, ends: np.ndarray) -> Iterable[Trajectory]:
    at = 0
    for one, (n_valid, diverged) in zip(jobs, ends[: len(jobs)].tolist(), strict=True):
        total = one.steps + 1
        rows = np.array(buffer[at : at + total])
        rows[n_valid:] = np.nan
        rows.flags.writeable = False
        at += total
        further = rows[:, WHERE["aux"]]
        aux = {name: further[:, 2 * i : 2 * i + 2] for i, name in enumerate(one.report)}
        ended = "" if n_valid == total else DIVERGED if diverged else BUDGET
        theta, loss, spent = (rows[:, WHERE[name]] for name in ("theta", "loss", "evaluations"))
        info = Info(*(rows[:-1, place] for place in UPDATE))
        yield Trajectory(theta, loss, info, n_valid, spent, aux, ended)


def warm(rules: Iterable[str] = tuple(GROUPS), surfaces: Iterable[str] = tuple(SURFACES)) -> None:
    """Compiles, or loads, the programs of these groups at the usual size, as many at once as there are processors."""
    groups = [(one, other) for other in surfaces for one in rules]
    compiled.programs(dict(_build(group, SMALLEST, RUNS, 0) for group in groups))
