"""The best loss against the gradient evaluations that it took, over seeds and starts."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from visualizer import scene
from visualizer.maps._run import surroundings
from visualizer.scenario import Run, Scenario
from visualizer.simulate.frames import Frames, frames
from visualizer.simulate.job import job
from visualizer.simulate.tiles import Cancelled, Field

DENSE = (
    32  # evaluations, from the first on, that are all looked at; then as many on a log and as many on a linear scale
)
SEARCHED = 512  # steps of a line search that are all looked at
QUANTILES = (0.25, 0.5, 0.75)
MARKS = (0.1, 0.5, 1.0)  # shares of the budget at which the runs are compared
SAME = 1e-6  # losses are the same that differ by this share of themselves: float32 tells them apart no better
PLASTIC = 1.324717957244746  # the root of x^3 = x + 1, on which the two-dimensional golden ratio sequence is built


def budget_parts(
    scenario: Scenario, runs: list[Run], stop: threading.Event
) -> Iterator[tuple[dict[str, Any], Mapping[str, np.ndarray]]]:
    """A part for each run: the quartiles of its lanes' best losses, ``(3, G)``; then who is best at a few budgets.

    Every run may use as many gradient evaluations as the scenario has steps, whatever those count. A lane is a seed and
    a start; one that has met no finite loss yet counts as infinite. Where a run's steps all cost the same, its best at
    each budget is exact; of a line search it is that of the last step looked at that the budget allows.
    """
    assert scenario.chart
    most, count = scenario.steps or 1, int(scenario.chart.option("starts"))
    places = spread(scenario, count) if count > 1 else np.array([scenario.placed_start]).T
    seeds = [seeds_of(scenario, run, int(scenario.chart.option("seeds"))) for run in runs]
    grid, marks = budgets(most)
    about = {
        "kind": "budget",
        "budget": most,
        "starts": count,
        "seeds": max(map(len, seeds)),
        "least": scene.least_loss(scenario),
        "tolerance": scenario.tolerance,
        "quantiles": QUANTILES,
    }
    yield about, {"evaluations": grid.astype("<f8"), "starts": places.astype("<f8")}
    at_marks, medians = [], []
    try:
        for place, (run, own) in enumerate(zip(runs, seeds, strict=True)):
            field = _field(scenario, run, places, own)
            best = _best(field, places.shape[1] * len(own), grid, stop)
            bands = quantiles(best)
            medians.append(bands[1, np.searchsorted(grid, marks)])
            at_marks.append(best[np.searchsorted(grid, marks)].reshape(len(marks), len(own), count))
            header = {"kind": "part", "map": place, "done": (place + 1) / len(runs), "seeds": len(own)}
            yield header | {"cost": _cost(field)}, {"loss": bands.astype("<f4")}
    except Cancelled:
        return
    told = [
        {
            "evaluations": int(mark),
            "best": winners(np.array(medians)[:, k]),
            "shares": shares([one[k] for one in at_marks]),
        }
        for k, mark in enumerate(marks)
    ]
    yield {"kind": "part", "map": 0, "done": 1.0, "marks": told}, {}
    yield {"kind": "whole"}, {}


def seeds_of(scenario: Scenario, run: Run, count: int) -> np.ndarray:
    """So many seeds from the scenario's on, or that one alone if the run would do the same with every seed."""
    slug, values = scenario.noise or ("none", {})
    ordered = slug == "minibatch" and values["order"] == "cyclic" and not values["label"]
    chance = (slug != "none" and not ordered) or run.optimizer == "sgld"
    return (scenario.seed + np.arange(count if chance else 1)) % 2**31


def spread(scenario: Scenario, count: int) -> np.ndarray:
    """``count`` starts ``(2, count)`` over the window: Roberts' R2 sequence, the same for all runs and every time.

    Point n is at the fractional parts of 1/2 + n / g and 1/2 + n / g^2, g the plastic number; it leaves no gaps and
    makes no clusters. On a surface whose second axis is time every start has time 0.
    """
    x0, x1, y0, y1 = scenario.window
    n = np.arange(1, count + 1)
    u, v = (0.5 + n / PLASTIC) % 1.0, (0.5 + n / PLASTIC**2) % 1.0
    return np.stack([x0 + (x1 - x0) * u, np.zeros(count) if scenario.surface.timed else y0 + (y1 - y0) * v])


def budgets(most: int) -> tuple[np.ndarray, np.ndarray]:
    """The budgets 0 .. ``most`` that curves have points at, and those of them at which runs are compared."""
    marks = np.unique(np.ceil(most * np.array(MARKS)).astype(int))
    rows = [np.arange(min(DENSE, most) + 1), marks, np.linspace(0, most, 2 * DENSE), np.geomspace(1, most, 2 * DENSE)]
    return np.unique(np.rint(np.concatenate(rows)).astype(int)), marks


def _field(scenario: Scenario, run: Run, places: np.ndarray, seeds: np.ndarray) -> Field:
    """A lane for every seed and start, the starts of a seed side by side."""
    around = surroundings(scenario, run) | {"budget": scenario.steps or 1}
    steps, start = scenario.steps or 1, scenario.placed_start
    base = job(scenario.landscape, run.optimizer, start, steps, run.hyper, scenario.params, **around)
    count = places.shape[1]
    return Field(base, (), lambda lanes: places[:, lanes % count], lambda lanes: seeds[lanes // count])


def _cost(field: Field) -> int | None:
    """Gradient evaluations of a step; None where a line search takes what it takes."""
    return None if field.job.rule.second_order else int(field.cost(np.zeros((2, 1)))[0])


def _best(field: Field, lanes: int, grid: np.ndarray, stop: threading.Event) -> np.ndarray:
    """The best loss of every lane at every budget of the grid, ``(G, lanes)``; infinite where there was none yet."""
    cost, most = _cost(field), int(grid[-1])
    if cost is None:
        far = np.geomspace(SEARCHED, max(SEARCHED, most), SEARCHED)
        steps = np.unique(np.rint([*range(min(SEARCHED, most) + 1), *far]).astype(int))
        steps = steps[steps <= most]
    else:
        steps = np.unique(grid // cost)
    found = [_stepped(seen, steps, grid, cost) for _, seen in frames(field, lanes, steps.tolist(), stop)]
    best = np.concatenate(found, axis=1)
    return np.where(np.isfinite(best), best, np.inf)


def _stepped(seen: Frames, steps: np.ndarray, grid: np.ndarray, cost: int | None) -> np.ndarray:
    if cost is not None:
        return seen.best[np.searchsorted(steps, grid // cost)]
    many = seen.evaluations.shape[1]
    apart = np.arange(many) * (int(grid[-1]) + 1)  # so that one sorted row holds all lanes' evaluations
    row = (seen.evaluations + apart).T.ravel()
    place = np.searchsorted(row, grid[:, None] + apart, side="right") - 1
    return seen.best.T.ravel()[place]


def quantiles(best: np.ndarray) -> np.ndarray:
    """The ``QUANTILES`` of each row of ``(G, lanes)``, ``(3, G)``: so far has that share of lanes come, or better."""
    places = [max(0, math.ceil(share * best.shape[1] - 1e-9) - 1) for share in QUANTILES]
    return np.partition(best, places, axis=1)[:, places].T


def winners(losses: np.ndarray) -> list[int]:
    """The places of the lowest of these losses; several where they are the same, none where none is finite."""
    return np.flatnonzero(_lowest(losses)).tolist()


def shares(best: list[np.ndarray]) -> list[float]:
    """In what share of the lanes each run is the best of all; runs that are equally good share the lane.

    Each run's losses are ``(seeds, starts)``; lanes of one seed and start are compared, and a run that is the same with
    every seed has one, which is compared with each. A lane without a finite loss is nobody's.
    """
    together = np.stack(np.broadcast_arrays(*best)).reshape(len(best), -1)
    lowest = _lowest(together)
    return (lowest / np.maximum(lowest.sum(axis=0), 1)).mean(axis=1).tolist()


def _lowest(losses: np.ndarray) -> np.ndarray:
    """Which of the finite losses along the first axis are the lowest, as far as float32 can tell."""
    low = losses.min(axis=0).astype(np.float64)
    return np.isfinite(losses) & (losses <= low + SAME * np.abs(low))
