"""Tuning: one optimizer at every trial of a search over its dials, all trials side by side, and which of them is best.

What makes a comparison of optimizers fair is the tuning more than anything else (Choi et al. 2019, arXiv:1910.05446;
Sivaprasad et al. 2020, arXiv:1910.11758), so it is all stated here. Each trial runs from one start, with each of the
seeds if there is noise. A trial's results are in one order:

1. Runs that end within the tolerance of the least loss come first, those that were first within it sooner before
   others. What is left of the loss does not count among them: float32 cannot tell it.
2. Then those that end above it, the lower final loss first.
3. Last those that diverged (``tiles.classified``).

``score`` writes that order as a number; a trial's score is the median over its seeds. Of trials with the best score the
one in the middle is taken. Trials are rounded to three digits before they are run, so what is said is what was run.
They are run in float32; ``raced`` runs the best in double precision, as everything that is recorded, and what came of
rounding shows as a difference of the two.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from optimizers import RULES
from visualizer.simulate import tiles
from visualizer.simulate.job import RUNS, Job
from visualizer.simulate.rollout import SMALLEST, run_jobs
from visualizer.simulate.sweep import SEED, cut, goal, planned
from visualizer.simulate.tiles import DIVERGES, Cancelled, Ends
from visualizer.spec import look_up

__all__ = ["Cancelled", "Range", "Tuned", "ends", "level", "raced", "score", "trials_of", "tuned", "within_twice"]

SEARCHES = ("grid", "random")
DIGITS = 3  # of a trial's value; of 1 - value on a scale of log1m
LEVEL = 0.01  # results that differ by no more than this share, or by one step, are level
RESOLUTION = 4 * float(np.finfo(np.float32).eps)  # of a loss, as a share of it


class Range(NamedTuple):
    """From where to where a dial is searched, both ends included; trials are even on that scale (``spec.Hyper``)."""

    low: float
    high: float
    scale: str = "log"

    def at(self, share: np.ndarray) -> np.ndarray:
        """The values at these shares of the way."""
        if self.scale in ("log", "log0"):
            found = rounded(self.low * (self.high / self.low) ** share)
        elif self.scale == "log1m":
            away = rounded((1.0 - self.low) * ((1.0 - self.high) / (1.0 - self.low)) ** share)
            found = np.round(1.0 - away, 12)  # 0.809, not 0.8089999999999999
        else:
            found = rounded(self.low + (self.high - self.low) * share)
        return np.clip(found, self.low, self.high)


def rounded(values: np.ndarray) -> np.ndarray:
    return np.array([float(f"{value:.{DIGITS}g}") for value in values])


def trials_of(ranges: Mapping[str, Range], count: int, search: str = "grid", draw: int = 0) -> dict[str, np.ndarray]:
    """The values of each dial, trial by trial, ``(count,)``; without a dial there is one trial, which has no values.

    A grid has both ends of each range; over two dials it is as square as ``count`` allows, the first has more values.
    A random search is uniform on each scale, and seeded by ``draw``: the shares of the way are the same whatever is
    searched, and a shorter search is the beginning of a longer one. Raises ``ValueError`` for more than two dials.
    """
    if search not in SEARCHES or count < 1 or len(ranges) > 2:
        raise ValueError(f"no search {search!r} has {count} trials over {len(ranges)} dials")
    if search == "random":
        shares = np.random.default_rng([draw, 0]).random((count, 2)).T
    elif len(ranges) == 2:
        few = max(k for k in range(1, int(count**0.5) + 1) if count % k == 0)
        first, second = np.meshgrid(_even(count // few), _even(few))
        shares = np.stack([first.ravel(), second.ravel()])
    else:
        shares = _even(count)[None]
    return {name: own.at(share) for (name, own), share in zip(ranges.items(), shares, strict=False)}


def _even(count: int) -> np.ndarray:
    return np.linspace(0.0, 1.0, count) if count > 1 else np.array([0.5])


@dataclass(frozen=True, eq=False)
class Tuned:
    """A search's trials, ``(N,)`` each, and the best of them.

    ``dials`` are the values by name; ``score`` is a trial's (see ``score``), ``loss`` its median final loss, infinite
    where that seed diverged, ``lost`` the share of its seeds that did. ``best`` is its number, ``values`` its dials.
    ``sensitivity`` is the share of the trials ``within_twice`` of the best; ``edge`` names the dials whose best value
    is at an end of what was tried, so that it may be that end which decided. ``least`` and ``tolerance`` are those that
    the scores were made with, ``limit`` the steps, or evaluations, that they count up to.
    """

    dials: Mapping[str, np.ndarray]
    score: np.ndarray
    loss: np.ndarray
    lost: np.ndarray
    best: int
    edge: tuple[str, ...]
    least: float
    tolerance: float
    limit: int

    @property
    def values(self) -> dict[str, float]:
        return {name: float(column[self.best]) for name, column in self.dials.items()}

    @property
    def sensitivity(self) -> float:
        return float(within_twice(self.score, self.limit).mean())


def tuned(
    landscape: str,
    optimizer: str,
    ranges: Mapping[str, Sequence[Any]] | None = None,
    trials: int = 64,
    search: str = "grid",
    start: Sequence[float] | None = None,
    steps: int = 500,
    hyper: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    *,
    seeds: Sequence[int] = (0,),
    draw: int = 0,
    least: float | None = None,
    tolerance: float | None = None,
    budget: int | None = None,
    **named: Any,
) -> Tuned:
    """One optimizer tuned over ``ranges``: by name of a dial (``planned``'s axes) its low, its high, and its scale.

    The learning rate over its slider if not given, one trial as it is where there is none. ``seeds`` are an odd number
    of seeds, of which the median counts; ``budget`` caps the evaluations, which are then what is counted. The least
    loss is the surface's certified one if not given, and where it has none the lowest final loss of these trials. The
    other arguments are those of ``planned``. Raises ``ValueError`` as that does, ``Cancelled`` when its event is set.
    """
    if len(seeds) % 2 == 0:
        raise ValueError(f"the median needs an odd number of seeds, not {len(seeds)}")
    if ranges is None:
        rate = next((hyper for hyper in look_up(RULES, optimizer, "optimizer").hypers if hyper.name == "lr"), None)
        ranges = {"lr": (rate.low, rate.high)} if rate else {}
    spread = {name: Range(*own) for name, own in ranges.items()}
    dials = trials_of(spread, trials, search, draw)
    target, usual = goal(landscape, params, named.get("smooth", 0.0), least, tolerance)
    given = landscape, optimizer, dials, seeds, start, steps, hyper, params
    named = {**named, "budget": budget}
    known = target - usual
    if not np.isfinite(known):
        first = ends(*given, **named)
        final = first.loss[(first.outcome != DIVERGES) & np.isfinite(first.loss)]
        known = float(final.min()) if final.size else 0.0
    near = max(usual, RESOLUTION * abs(known))
    found = ends(*given, least=known, tolerance=near, **named)
    limit = steps if budget is None else budget
    every = score(found, known, near, limit, budget is not None)
    middle = _median(every)
    lost = found.outcome == DIVERGES
    loss = _median(np.where(lost, np.inf, found.loss.astype(np.float64)))
    best = _best(middle, dials)
    edge = tuple(name for name, column in dials.items() if _at_an_end(column, best, spread[name]))
    return Tuned(dials, middle, loss, lost.mean(axis=1), best, edge, known, near, limit)


def _median(values: np.ndarray) -> np.ndarray:
    """Of the odd number of seeds in a row: one of them, which an infinite neighbor does not make NaN."""
    return np.sort(values, axis=1)[:, values.shape[1] // 2]


def _best(scores: np.ndarray, dials: Mapping[str, np.ndarray]) -> int:
    found = np.flatnonzero(scores == scores.min())
    if dials:
        found = found[np.lexsort([column[found] for column in reversed([*dials.values()])])]
    return int(found[(len(found) - 1) // 2])


def _at_an_end(column: np.ndarray, best: int, own: Range) -> bool:
    """A momentum of 0 is no end of the range: there is nothing below."""
    low = column[best] == column.min() and not (own.scale == "log1m" and own.low == 0.0)
    return len(column) > 1 and bool(low or column[best] == column.max())


def ends(
    landscape: str,
    optimizer: str,
    dials: Mapping[str, np.ndarray],
    seeds: Sequence[int],
    start: Sequence[float] | None = None,
    steps: int = 500,
    hyper: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    *,
    cancel: threading.Event | None = None,
    **named: Any,
) -> Ends:
    """How every trial ends with every seed: ``Ends`` of arrays ``(N, S)``, ``theta`` ``(2, N, S)``.

    ``dials`` are columns ``(N,)`` of at most two, none for one trial as it is.
    """
    number, across = np.array(seeds, np.int64), len(seeds)
    many = len(next(iter(dials.values()), [0]))
    axes: Mapping[str, Any] = dials or {SEED: number[:1]}
    plan = planned(landscape, optimizer, axes, start, steps, hyper, params, cancel=cancel, **named)

    def values(lanes: np.ndarray) -> np.ndarray:
        trial = lanes // across
        return plan.runs.values(trial * many + trial if len(dials) == 2 else trial)  # the grid's diagonal

    runs = replace(plan.runs, values=values, seeds=lambda lanes: number[lanes % across])
    found = [part for _, part in tiles.run(runs, cut(many * across, plan.dear), cancel)]
    joined = (np.concatenate(parts, axis=-1) for parts in zip(*found, strict=True))
    return Ends(*(part.reshape(*part.shape[:-1], many, across) for part in joined))


def score(found: Ends, least: float, tolerance: float, limit: int, evaluations: bool = False) -> np.ndarray:
    """Each run's place in the order of this module: the lower the better.

    -1 to 0 for those that end within the tolerance: how many steps below ``limit`` + 1 they needed, as a share of that.
    Else how far above the least loss they end; infinite where they diverged. ``evaluations``: those are counted instead
    of steps, at what a step of that run takes in the mean.
    """
    with np.errstate(invalid="ignore"):
        gap = np.maximum(found.loss.astype(np.float64) - least, 0.0)
        # The target is compared in float32, and so rounded.
        inside = (found.arrived >= 0) & (gap <= tolerance + RESOLUTION * abs(least))
    made = np.maximum(found.n_valid - 1, 1)
    taken = found.arrived * (found.evaluations / made if evaluations else 1.0)
    lost = (found.outcome == DIVERGES) | ~np.isfinite(gap)
    return np.where(lost, np.inf, np.where(inside, np.minimum(taken, limit) / (limit + 1) - 1.0, gap))


def raced(
    jobs: Sequence[Job], least: float, tolerance: float, evaluations: bool, cancel: threading.Event | None = None
) -> tuple[np.ndarray, int]:
    """The jobs rolled out in double precision, as a race is: their scores, and the evaluations that they take (median).

    One that is beyond float32's numbers at the end has diverged. Raises ``Cancelled`` when its event is set.
    """
    found, spent = [], []
    few = max(1, min(RUNS, SMALLEST // (jobs[0].steps + 1)))  # so that the race's own program does
    for at in range(0, len(jobs), few):
        if cancel is not None and cancel.is_set():
            raise Cancelled
        for one, own in zip(run_jobs(jobs[at : at + few]), jobs[at : at + few], strict=True):
            (budget,) = own.part("budget")
            loss = one.loss[: one.n_valid]
            gap = max(float(loss[-1]) - least, 0.0)
            inside = np.flatnonzero(loss <= least + tolerance)
            limit = budget if evaluations else own.steps
            taken = inside[:1] if not evaluations else one.evaluations[inside[:1]]
            lost = one.stopped is not None or not gap <= np.finfo(np.float32).max
            found.append(np.inf if lost else float(taken[0]) / (limit + 1) - 1.0 if gap <= tolerance else gap)
            spent.append(float(one.evaluations[one.n_valid - 1]))
    return np.array(found), int(np.median(spent))


def steps_of(scores: np.ndarray, limit: int) -> np.ndarray:
    """The steps, or evaluations, of scores below 0."""
    return np.rint((scores + 1.0) * (limit + 1))


def within_twice(scores: np.ndarray, limit: int) -> np.ndarray:
    """Which are at most twice the best: twice its steps to the tolerance; if it does not get there, twice its gap."""
    best = scores.min()
    if not np.isfinite(best):
        return np.zeros(scores.shape, bool)
    if best >= 0:
        return np.asarray(scores <= 2.0 * best)
    return np.asarray((scores < 0) & (steps_of(scores, limit) <= 2.0 * steps_of(best, limit)))


def level(one: np.ndarray, other: np.ndarray, limit: int, share: float = LEVEL) -> np.ndarray:
    """Whether two scores are too near to call: within that share of each other, or one step, or both diverged."""
    one, other = np.broadcast_arrays(one, other)
    with np.errstate(invalid="ignore"):
        near = np.abs(one - other) <= share * np.minimum(one, other)
        a, b = steps_of(one, limit), steps_of(other, limit)
        alike = np.abs(a - b) <= np.maximum(1.0, share * np.minimum(a, b))
    arrived, above = (one < 0) & (other < 0), (one >= 0) & (other >= 0)
    return np.where(arrived, alike, above & (near | (one == other)))
