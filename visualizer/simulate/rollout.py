"""Rollouts: from names and numbers to recorded trajectories."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from landscapes import CATALOGUE as LANDSCAPES
from landscapes.noise import CATALOGUE as NOISES
from optimizers import CATALOGUE as OPTIMIZERS
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer.simulate import compiled
from visualizer.simulate.program import COLUMNS, IDENTITY, INDICES, WIDTHS, Batch, columns, heights, make_rollout
from visualizer.spec import complete, encode

SMALLEST, GROWTH, LARGEST = 4096, 4, 4096 * 4**5
RUNS = 16  # a batch is padded to this many runs, or a multiple of four times it
GRID = 161

Named = tuple[str, Mapping[str, Any]]


class Info(NamedTuple):
    """Updates 1 .. T of a run, row t - 1 for update t; ``(T, 2)`` but ``lr``, ``(T,)``. See ``optimizers._frame.Info``."""

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

    ``theta`` is ``(T + 1, 2)``, row 0 the start; ``loss`` ``(T + 1,)``, without noise. ``n_valid`` counts the rows until
    a coordinate or the loss ceased to be finite, row 0 included; the rows from there on are NaN. ``evaluations`` is
    the number of gradients computed, ``(T + 1,)``: before each row's point was reached.
    """

    theta: np.ndarray
    loss: np.ndarray
    info: Info
    n_valid: int
    evaluations: np.ndarray

    @property
    def xy(self) -> np.ndarray:
        return self.theta

    @property
    def stopped(self) -> int | None:
        """The step at which the run left the finite world, or None."""
        return self.n_valid if self.n_valid < len(self.theta) else None


@dataclass(frozen=True)
class Job:
    """What one run needs, all names checked: see ``job``."""

    indices: tuple[int, ...]
    numbers: tuple[float, ...]
    steps: int


def rotation(degrees: float) -> tuple[float, float, float, float]:
    """The matrix, by rows, that turns a point by ``degrees`` counter-clockwise; exact at multiples of 90."""
    quarter, rest = divmod(degrees, 90.0)
    cos, sin = (1.0, 0.0) if rest == 0 else (math.cos(math.radians(rest)), math.sin(math.radians(rest)))
    for _ in range(int(quarter) % 4):
        cos, sin = -sin, cos
    return cos, -sin, sin, cos


def surface_affine(rotate: float) -> tuple[float, ...]:
    """The (A, b) of ``program.WIDTHS`` for a surface turned by ``rotate`` degrees about the origin."""
    return (*rotation(-rotate), 0.0, 0.0) if rotate else IDENTITY


def look_up(catalogue: Mapping[str, Any], slug: str, what: str) -> Any:
    """The catalogue's entry, or a ``ValueError`` naming the unknown slug and the known ones."""
    if slug not in catalogue:
        raise ValueError(f"no {what} {slug!r}; there are {', '.join(catalogue)}")
    return catalogue[slug]


def job(
    landscape: str,
    optimizer: str,
    start: Sequence[float] | None = None,
    steps: int = 200,
    hyper: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    schedule: Named | None = None,
    noise: Named | None = None,
    seed: int = 0,
    rotate: float = 0.0,
) -> Job:
    """Names and values checked and encoded for the program. Raises ``ValueError`` on anything unknown or impossible."""
    surface = look_up(LANDSCAPES, landscape, "landscape")
    rule = look_up(OPTIMIZERS, optimizer, "optimizer")
    schedule_slug, schedule_given = schedule or ("constant", {})
    noise_slug, noise_given = noise or ("none", {})
    plan, model = look_up(SCHEDULES, schedule_slug, "schedule"), look_up(NOISES, noise_slug, "noise model")
    steps = int(steps)
    if not 0 <= steps < LARGEST:
        raise ValueError(f"steps must be between 0 and {LARGEST - 1}, not {steps}")
    x, y = (float(value) for value in (surface.start if start is None else start))
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError(f"the start must be finite, not ({x}, {y})")
    values = complete(rule.hypers, hyper or {}, optimizer)
    schedule_given = dict(schedule_given)
    base = float(schedule_given.pop("lr", values.get("lr", 1.0)))
    numbers = (
        (x, y),
        surface_affine(rotate),
        encode(surface.params, complete(surface.params, params or {}, landscape), WIDTHS["params"]),
        encode(rule.hypers, values, WIDTHS["hyper"]),
        [base, *encode(plan.hypers, complete(plan.hypers, schedule_given, schedule_slug), WIDTHS["schedule"] - 1)],
        encode(model.hypers, complete(model.hypers, noise_given, noise_slug), WIDTHS["noise"]),
    )
    positions = {
        "landscape": list(LANDSCAPES).index(landscape),
        "optimizer": list(OPTIMIZERS).index(optimizer),
        "schedule": list(SCHEDULES).index(schedule_slug),
        "noise": list(NOISES).index(noise_slug),
        "steps": steps,
        "seed": int(seed) % 2**31,
    }
    return Job(tuple(positions[name] for name in INDICES), tuple(n for part in numbers for n in part), steps)


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
    defaults. ``schedule`` and ``noise`` are (slug, values). ``normals`` ``(steps, 2)`` are standard normal draws to use in
    place of the seed's. ``rotate`` turns the surface (not the start) by so many degrees about the origin.

    Raises ``ValueError`` naming an unknown name and the known ones, or an impossible value.
    """
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


def pack(jobs: Sequence[Job]) -> Batch:
    """The jobs as arrays, padded to a few sizes."""
    size = RUNS
    while size < len(jobs):
        size *= GROWTH
    indices = np.zeros((size, len(INDICES)), np.int32)
    numbers = np.zeros((size, sum(WIDTHS.values())))
    for k, one in enumerate(jobs):
        indices[k], numbers[k] = one.indices, one.numbers
    return Batch(indices, numbers, np.int32(len(jobs)))


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
        parts = {name: rows[:, where[name]] if width > 1 else rows[:, where[name]][:, 0] for name, width in COLUMNS.items()}
        at += total
        info = Info(*(parts[name][:-1] for name in Info._fields))
        yield Trajectory(parts["theta"], parts["loss"], info, n_valid, np.arange(total))


def surface(
    landscape: str, params: Mapping[str, Any], rotate: float, window: Sequence[float], size: int = GRID
) -> np.ndarray:
    """The surface on ``size`` x ``size`` points of the window (x_low, x_high, y_low, y_high): rows are y, from the lowest."""
    entry = look_up(LANDSCAPES, landscape, "landscape")
    row = np.array(encode(entry.params, complete(entry.params, params, landscape), WIDTHS["params"]))
    xs, ys = np.linspace(window[0], window[1], size), np.linspace(window[2], window[3], size)
    arguments = (np.int32(list(LANDSCAPES).index(landscape)), row, np.array(surface_affine(rotate)), xs, ys)
    return np.asarray(compiled.program(f"surface-{size}", lambda: (heights, arguments))(*arguments))


def warm(rows: Iterable[int] = (SMALLEST, SMALLEST * GROWTH, SMALLEST * GROWTH**2)) -> None:
    """Compiles, or loads, what the page needs: the surface, and the rollout at the usual sizes."""
    surface("saddle", {}, 0.0, (-1.0, 1.0, -1.0, 1.0))
    for size in rows:
        _rollout_program(size, RUNS, 0)
