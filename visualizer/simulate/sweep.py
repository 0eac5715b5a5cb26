"""A run again and again, over a grid of its hyperparameters or of seeds."""

from __future__ import annotations

import inspect
import itertools
import math
import operator
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ParamSpec, TypeVar

import numpy as np

from landscapes import CATALOGUE as LANDSCAPES
from optimizers import WRAPPERS
from visualizer.simulate import hosts, tiles
from visualizer.simulate.job import Job, Named, job, placed
from visualizer.simulate.lanes import TILE, VARIED, WIDTH
from visualizer.simulate.local import local
from visualizer.simulate.tiles import OUTCOMES, Cancelled, Ends, Field
from visualizer.spec import complete

__all__ = ["OUTCOMES", "Cancelled", "Sweep", "sweep"]

SEED = "seed"
Given = ParamSpec("Given")
Found = TypeVar("Found")


TYPES = dict(zip(Ends._fields, ("<f4", "<f4", "<f4", "<i4", "<i4", "<i4", "<i8", "<i1"), strict=True))


@dataclass(frozen=True, eq=False)
class Sweep:
    """How the runs of a grid ended: arrays ``(ny, nx)``, ``theta`` ``(ny, nx, 2)``; ``tiles.Ends`` says what each is.

    The first axis runs along a row, the second, if there is one, from row to row; a third would come before them, and
    so on. ``outcome`` indexes ``OUTCOMES``.
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

    A part is the numbers of its points (row times the first axis' length, plus column), and how their runs ended. Of
    several processes (``hosts.py``) each iterates over its share of the points; all get the whole.
    """

    axes: Mapping[str, np.ndarray]
    runs: Field
    dear: bool
    cancel: threading.Event | None = None
    progress: Callable[[float], None] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and columns; before them the lengths of further axes, the last first."""
        nx, *more = (len(values) for values in self.axes.values())
        return (*reversed(more or [1]), nx)

    @property
    def total(self) -> int:
        """How many runs there are."""
        return math.prod(self.shape)

    def __iter__(self) -> Iterator[tuple[np.ndarray, Ends]]:
        nx = self.shape[-1]
        return tiles.run(self.runs, hosts.mine(tiles.refined(nx, self.total // nx, self.dear)), self.cancel)

    def whole(self) -> Sweep:
        """All of it, in the grid's order. Raises ``Cancelled``, and ``ValueError`` for too many runs."""
        tiles.bounded(self.total)
        done, found = 0, blank(self.total)
        for lanes, ends in tiles.run(self.runs, hosts.mine(cut(self.total, self.dear)), self.cancel):
            fill(found, lanes, ends)
            done += len(lanes)
            if self.progress:
                self.progress(done / hosts.count(self.total))
        hosts.complete(list(found.values()))
        return Sweep(self.axes, **{name: part.reshape(*self.shape, *part.shape[1:]) for name, part in found.items()})


def blank(total: int) -> dict[str, np.ndarray]:
    """Room for the ends of so many runs, run by run, ``theta`` ``(total, 2)``."""
    return {name: np.zeros((total, 2) if name == "theta" else total, kind) for name, kind in TYPES.items()}


def fill(found: Mapping[str, np.ndarray], lanes: np.ndarray, ends: Ends) -> None:
    """Puts the ends of lanes where they belong."""
    for name, part in ends._asdict().items():
        found[name][lanes] = part.T


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
    progress: Callable[[float], None] | None = None,
) -> Plan:
    """One optimizer at every point of a grid, in float32, unrecorded; the arguments are those of ``rollout``.

    ``axes`` holds axes by name, mostly one or two: a hyperparameter of the rule; ``schedule.`` and then one of its
    schedule; ``lookahead.`` or ``sam.`` and then one of that wrapper, which is then around the rule; or ``seed``. Only
    numbers can be axes, no choices and no lists. ``least`` is the loss that the runs might reach, the lowest certified
    one of the surface if not given (and none, so that no run arrives, where it has none, or is smoothed); ``tolerance``
    what may be left above it when a run has arrived, the surface's own if not given.

    Computing it calls ``progress`` with the share that is done, of this process' runs if there are several, and raises
    ``Cancelled`` when ``cancel`` is set, which several processes have to do together. Raises ``ValueError`` for what
    ``rollout`` would refuse, or an axis that there is not.
    """
    grid = {name: np.asarray(values, np.float64).ravel() for name, values in axes.items()}
    if not grid or any(not len(values) for values in grid.values()):
        raise ValueError(f"a sweep has axes, of at least one value each, not {', '.join(grid) or 'none'}")

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
    return Plan(grid, runs, smooth > 0, cancel, progress)


def _arguments_of(plan: Callable[Given, Any]) -> Callable[[Callable[..., Found]], Callable[Given, Found]]:
    """Of a function that hands its arguments on to ``plan``: so mypy, editors and ``help`` know them."""

    def declared(function: Callable[..., Found]) -> Callable[Given, Found]:
        own = inspect.signature(plan).replace(return_annotation=inspect.signature(function).return_annotation)
        function.__signature__ = own  # type: ignore[attr-defined]
        return function

    return declared


@_arguments_of(planned)
def sweep(*given: Any, **named: Any) -> Sweep:
    """What ``planned`` plans, computed; see there."""
    return planned(*given, **named).whole()


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
    sizes = [len(values) for values in grid.values()]
    strides = dict(zip(grid, itertools.accumulate([1, *sizes[:-1]], operator.mul), strict=True))

    def along(name: str, lanes: np.ndarray) -> np.ndarray:
        return grid[name][lanes // strides[name] % len(grid[name])]

    def values(lanes: np.ndarray) -> np.ndarray:
        own = [along(name, lanes) for name, found in places.items() for _ in found]
        return np.stack([*own, *(np.full(len(lanes), number) for number in base.part("start"))])

    def seeds(lanes: np.ndarray) -> Any:
        return along(SEED, lanes) if SEED in grid else base.index("seed")

    where = tuple(place for found in places.values() for place in found)
    near = np.sqrt(np.finfo(np.float32).eps) * max(1.0, *map(abs, base.part("start")))
    return Field(base, where, values, seeds, target, float(near), tolerance)
