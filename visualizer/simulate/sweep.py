"""A run again and again, over a grid of its hyperparameters or of seeds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from landscapes import CATALOGUE as LANDSCAPES
from optimizers import WRAPPERS
from visualizer.simulate import tiles
from visualizer.simulate.job import Job, Named, job, placed
from visualizer.simulate.lanes import TILE, VARIED, WIDTH
from visualizer.simulate.local import local
from visualizer.simulate.tiles import OUTCOMES, Cancelled, Ends, Field
from visualizer.spec import complete

__all__ = ["OUTCOMES", "Cancelled", "Sweep", "sweep"]

SEED = "seed"


@dataclass(frozen=True, eq=False)
class Sweep:
    """How the runs of a grid ended: arrays ``(ny, nx)``, ``theta`` ``(ny, nx, 2)``; ``tiles.Ends`` says what each is.

    The first axis runs along a row, the second, if there is one, from row to row. ``outcome`` indexes ``OUTCOMES``.
    """

    axes: Mapping[str, np.ndarray]
    theta: np.ndarray
    loss: np.ndarray
    best: np.ndarray
    n_valid: np.ndarray
    arrived: np.ndarray
    settled: np.ndarray
    evaluations: np.ndarray
    outcome: np.ndarray


@dataclass(frozen=True, eq=False)
class Plan:
    """A sweep to compute: iterate over its parts, from coarse to fine, each point once; or take it ``whole``.

    A part is the numbers of its points (row times the first axis' length, plus column), and how their runs ended.
    """

    axes: Mapping[str, np.ndarray]
    runs: Field
    dear: bool
    cancel: threading.Event | None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        nx, *ny = (len(values) for values in self.axes.values())
        return (ny or [1])[0], nx

    def __iter__(self) -> Iterator[tuple[np.ndarray, Ends]]:
        ny, nx = self.shape
        return tiles.run(self.runs, tiles.refined(nx, ny, self.dear), self.cancel)

    def whole(self, progress: Callable[[float], None] | None = None) -> Sweep:
        """All of it, in the grid's order. Raises ``Cancelled`` when its event is set."""
        total, done, found = self.shape[0] * self.shape[1], 0, []
        for _, ends in tiles.run(self.runs, cut(total, self.dear), self.cancel):
            found.append(ends)
            done += len(ends.loss)
            if progress:
                progress(done / total)
        joined = [np.concatenate(parts, axis=-1) for parts in zip(*found, strict=True)]
        theta, *rest = (part.reshape(*part.shape[:-1], *self.shape) for part in joined)
        return Sweep(self.axes, np.moveaxis(theta, 0, -1), *rest)


def sweep(
    landscape: str,
    optimizer: str,
    axes: Mapping[str, Sequence[float] | np.ndarray],
    *given: Any,
    progress: Callable[[float], None] | None = None,
    **named: Any,
) -> Sweep:
    """What ``planned`` plans, computed; ``progress`` is called with the share that is done."""
    return planned(landscape, optimizer, axes, *given, **named).whole(progress)


def planned(
    landscape: str,
    optimizer: str,
    axes: Mapping[str, Sequence[float] | np.ndarray],
    start: Sequence[float] | None = None,
    steps: int = 500,
    hyper: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    *,
    schedule: Named | None = None,
    noise: Named | None = None,
    seed: int = 0,
    wrappers: Mapping[str, Mapping[str, Any]] | None = None,
    rotate: float = 0.0,
    stretch: float = 1.0,
    shift: Sequence[float] = (0.0, 0.0),
    smooth: float = 0.0,
    budget: int | None = None,
    least: float | None = None,
    tolerance: float | None = None,
    cancel: threading.Event | None = None,
) -> Plan:
    """One optimizer at every point of a grid, in float32, unrecorded; the arguments are those of ``rollout``.

    ``axes`` holds one or two axes by name: a hyperparameter of the rule; ``schedule.`` and then one of its schedule;
    ``lookahead.`` or ``sam.`` and then one of that wrapper, which is then around the rule; or ``seed``. Only
    numbers can be axes, no choices and no lists. ``least`` is the loss that the runs might reach, the lowest certified
    one of the surface if not given (and none, so that no run arrives, where it has none, or is smoothed); ``tolerance``
    what may be left above it when a run has arrived, the surface's own if not given.

    Computing it raises ``Cancelled`` when ``cancel`` is set. Raises ``ValueError`` for what ``rollout`` would refuse,
    or an axis that there is not.
    """
    grid = {name: np.asarray(values, np.float64).ravel() for name, values in axes.items()}
    if not 1 <= len(grid) <= 2 or any(not len(values) for values in grid.values()):
        raise ValueError(f"a sweep has one axis or two, of at least one value each, not {', '.join(grid) or 'none'}")

    def made(point: Mapping[str, float]) -> Job:
        own, plan, around = dict(hyper or {}), schedule, {slug: dict(h) for slug, h in (wrappers or {}).items()}
        for name, value in point.items():
            kind, _, rest = name.partition(".")
            if kind == "schedule" and rest:
                if plan is None:
                    raise ValueError(f"{name} is no axis of a run without a schedule")
                plan = (plan[0], {**plan[1], rest: value})
            elif kind in WRAPPERS and rest:
                around.setdefault(kind, {})[rest] = value
            elif name != SEED:
                own[name] = value
        number: Any = point.get(SEED, seed)
        given = landscape, optimizer, start, steps, own, params, plan, noise, number, rotate, around, budget
        return job(*given, stretch, shift, smooth)

    base, places = _places(grid, made)
    target, tolerance = goal(landscape, params, smooth, least, tolerance)
    at = np.array([base.part("start")[:2]])
    begin = float(
        local(
            landscape,
            complete(LANDSCAPES[landscape].params, params or {}, landscape),
            at,
            placed(rotate, stretch, shift),
            smooth,
        ).loss[0]
    )
    runs = replace(_field(base, places, grid, target, tolerance), begin=begin)
    return Plan(grid, runs, smooth > 0, cancel)


def goal(
    landscape: str, params: Mapping[str, Any] | None, smooth: float, least: float | None, tolerance: float | None
) -> tuple[float, float]:
    """The loss at which a run has arrived, and the tolerance in it: see ``sweep``."""
    surface = LANDSCAPES[landscape]
    tolerance = surface.tolerance if tolerance is None else tolerance
    if least is None:
        known = surface.points(complete(surface.params, params or {}, landscape)) if surface.points else ()
        least = min((point.value for point in known), default=-np.inf) if smooth == 0 else -np.inf
    return least + tolerance, tolerance


def cut(total: int, dear: bool) -> Iterator[np.ndarray]:
    """Lane numbers 0 .. total - 1 as parts for all threads, small ones where a step is ``dear``."""
    size = min(TILE // 8 if dear else TILE, -(-total // tiles.threads() // WIDTH) * WIDTH)
    return (np.arange(at, min(at + size, total)) for at in range(0, total, size))


def _places(
    grid: Mapping[str, np.ndarray], made: Callable[[Mapping[str, float]], Job]
) -> tuple[Job, dict[str, list[int]]]:
    """The job at the grid's lowest values, and which of its numbers each axis is.

    They are those that change with it, and are its value: so names, limits and what a name stands for are the job's.
    """
    low = {name: float(values.min()) for name, values in grid.items()}
    base = made(low)
    places: dict[str, list[int]] = {}
    for name, values in grid.items():
        broken = values[values != np.floor(values)]  # a whole number's limits do not say that there are none of these
        for value in (*broken[:1], values.max()):
            other = made({**low, name: float(value)})
        pairs = zip(base.numbers, other.numbers, strict=True)
        places[name] = [k for k, (a, b) in enumerate(pairs) if not (a == b or (a != a and b != b))]
        is_value = all(base.numbers[k] == low[name] and other.numbers[k] == values.max() for k in places[name])
        if name != SEED and not (is_value and other.indices == base.indices):
            raise ValueError(f"{name} is no number that could be an axis")
    if sum(map(len, places.values())) > VARIED - 2:
        raise ValueError(f"{' and '.join(places)} are too many numbers for axes")
    return base, places


def _field(
    base: Job, places: Mapping[str, list[int]], grid: Mapping[str, np.ndarray], target: float, tolerance: float
) -> Field:
    size = len(next(iter(grid.values())))

    def along(name: str, lanes: np.ndarray) -> np.ndarray:
        return grid[name][lanes % size if name == next(iter(grid)) else lanes // size]

    def values(lanes: np.ndarray) -> np.ndarray:
        own = [along(name, lanes) for name, found in places.items() for _ in found]
        return np.stack([*own, *(np.full(len(lanes), number) for number in base.part("start"))])

    def seeds(lanes: np.ndarray) -> Any:
        return along(SEED, lanes) if SEED in grid else base.index("seed")

    where = tuple(place for found in places.values() for place in found)
    near = np.sqrt(np.finfo(np.float32).eps) * max(1.0, *map(abs, base.part("start")))
    return Field(base, where, values, seeds, target, float(near), tolerance)
