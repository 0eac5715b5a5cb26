"""The measures of a run: each a number of one recorded trajectory, in double precision as the page draws it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from visualizer.ensemble.escape import Home
from visualizer.lessons.mistakes import LessonError
from visualizer.maps.cloud import Place
from visualizer.race import job_of, race, score
from visualizer.scenario import Scenario
from visualizer.scene import inspect, least_loss, points
from visualizer.simulate.job import RUNS
from visualizer.simulate.rollout import SMALLEST, run_jobs
from visualizer.simulate.trajectory import Trajectory

#: An expression on the way: from the arrays x, y, loss, step, ``(rows,)`` each, to one of numbers or truths.
OnTheWay = Callable[[Mapping[str, np.ndarray]], np.ndarray]


def measured(scenario: Scenario, trajectory: Trajectory, measure: str, given: OnTheWay | float | None = None) -> float:
    """One measure of one of the scenario's trajectories; what never happens is infinite, as a lost run's loss is."""
    if measure in ("stays", "touch"):
        if least_loss(scenario) is None:
            raise LessonError(
                "This surface has no certified minimum to arrive at.", "这个曲面没有可到达的已确认的极小点。"
            )
        told = score(scenario, trajectory)
        return _or_never(told.stay if measure == "stays" else told.touch)
    if measure == "diverges":
        return _or_never(trajectory.stopped)
    if measure == "leaves":
        return _leaves(scenario, trajectory)
    if measure in ("first", "least", "most", "crossings"):
        assert callable(given)
        return _on_the_way(measure, given(way(scenario, trajectory)))
    if given is not None and not callable(given):
        return _at(scenario, trajectory, measure, given)
    return _at_the_end(scenario, trajectory, measure)


def _or_never(step: int | None) -> float:
    return math.inf if step is None else float(step)


def _at_the_end(scenario: Scenario, trajectory: Trajectory, measure: str) -> float:
    told = score(scenario, trajectory)
    if measure == "evaluations":
        return float(told.evaluations)
    if measure == "length":
        return told.length
    if trajectory.stopped is not None:
        return math.inf if measure in ("loss", "distance") else math.nan
    if measure == "loss":
        return told.loss
    if measure == "distance":
        if told.distance is None:
            raise LessonError("This surface has no certified minimum.", "这个曲面没有已确认的极小点。")
        return told.distance
    return float(way(scenario, trajectory)[measure][-1])


def _at(scenario: Scenario, trajectory: Trajectory, measure: str, step: float) -> float:
    """After so many steps; not a number where the run did not get so far."""
    if step != int(step) or step < 0:
        raise LessonError("Steps are counted 0, 1, 2, ...", "步数应为 0、1、2……")
    found = way(scenario, trajectory)[measure]
    return float(found[int(step)]) if step < len(found) else math.nan


def way(scenario: Scenario, trajectory: Trajectory) -> dict[str, np.ndarray]:
    """Where it was: x and y in the surface's own coordinates, loss and step, ``(rows,)``, as far as the run got.

    In these coordinates a race that is turned can be compared with the one that is not.
    """
    theta = trajectory.theta[: trajectory.n_valid]
    if not scenario.surface.timed and scenario.placement.affine != (1.0, 0.0, 0.0, 1.0, 0.0, 0.0):
        a, b, c, d, x, y = scenario.placement.affine
        theta = (theta - (x, y)) @ np.array([[a, c], [b, d]])
    steps = np.arange(float(trajectory.n_valid))
    return {"x": theta[:, 0], "y": theta[:, 1], "loss": trajectory.loss[: trajectory.n_valid], "step": steps}


def _on_the_way(measure: str, found: np.ndarray) -> float:
    if measure == "first":
        return float(np.argmax(found)) if found.any() else math.inf
    if measure == "crossings":
        signs = np.sign(found[found != 0])
        return float((signs[1:] != signs[:-1]).sum())
    return float(found.min() if measure == "least" else found.max())


def _leaves(scenario: Scenario, trajectory: Trajectory) -> float:
    """As the cloud says it: see ``ensemble.escape``. A run that leaves the finite numbers has left a saddle as well."""
    home = _home(tuple(replace(scenario, runs=(), seed=0, chart=None).to_query().items()))
    if home is None:
        raise LessonError(
            "It starts at no saddle or minimum that could be left.", "它的起点不在可离开的鞍点或极小点附近。"
        )
    found = np.flatnonzero(home.left(trajectory.theta[: trajectory.n_valid].T))
    return float(found[0]) if len(found) else _or_never(trajectory.stopped)


@lru_cache(maxsize=64)
def _home(link: tuple[tuple[str, str], ...]) -> Home | None:
    """What the start of a link's scenario is near; many seeds have it in common."""
    return Place(Scenario.from_query(dict(link))[0]).home


def bends(scenario: Scenario) -> tuple[float, float]:
    """The largest and the smallest curvature at the best minimum."""
    best = next((point for point in points(scenario) if point.best and point.smooth), None)
    if best is None:
        raise LessonError("This surface has no certified smooth minimum.", "这个曲面没有已确认的光滑极小点。")
    return inspect(scenario, best.x).curvatures


# ---- many at a time --------------------------------------------------------------------------------------------------


def lanes(scenario: Scenario, of: str, count: int) -> list[Scenario]:
    """The scenario so many times: with one seed after another, from other ``starts`` too, uniform over what is drawn.

    A start is drawn in the surface's own coordinates: turned, it is the same one.
    """
    each = [replace(scenario, seed=(scenario.seed + k) % 2**31) for k in range(count)]
    if of == "seeds":
        return each
    x0, x1, y0, y1 = scenario.domain
    share = np.random.default_rng([scenario.seed, 1]).random((count, 2))
    starts = np.array([x0, y0]) + share * np.array([x1 - x0, y1 - y0])
    return [replace(one, start=(float(x), float(y))) for one, (x, y) in zip(each, starts, strict=True)]


def rolled(scenarios: Sequence[Scenario], place: int) -> Iterator[Trajectory]:
    """The run at a place of each of them, a few at a time, so that the race's own program does."""
    few = max(1, min(RUNS, SMALLEST // ((scenarios[0].steps or 0) + 1)))
    for at in range(0, len(scenarios), few):
        yield from run_jobs([job_of(one, place) for one in scenarios[at : at + few]])


def one(scenario: Scenario, place: int) -> Trajectory:
    """The run as the race shows it, which the page then need not run again."""
    return race(scenario)[place]
