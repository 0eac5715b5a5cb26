"""A scenario run: its trajectories, its surface, and the score of each competitor."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from visualizer.scenario import Scenario
from visualizer.simulate import surface as surfaces
from visualizer.simulate.job import job
from visualizer.simulate.rollout import Trajectory, run_jobs

LOG_FLOOR = 1e-3  # what is added to a loss above the minimum before its logarithm is drawn


def race(scenario: Scenario) -> list[Trajectory]:
    """The trajectories of a scenario's runs, in order, in the page's coordinates."""
    jobs = [
        job(
            scenario.landscape,
            run.optimizer,
            scenario.placed_start,
            scenario.steps or 0,
            run.hyper,
            scenario.params,
            run.schedule,
            scenario.noise,
            scenario.seed,
            scenario.rotate,
        )
        for run in scenario.runs
    ]
    return run_jobs(jobs) if jobs else []


@dataclass(frozen=True)
class Score:
    """What the scoreboard says of a run; None where a notion has no meaning on this surface.

    ``loss`` and ``distance`` (to the nearest global minimum) are those of the last valid point. ``touch`` is the
    first step with a loss within the tolerance of the minimum, ``stay`` the first from which on it never leaves again:
    a first touch flatters oscillators. ``evaluations`` counts gradients, ``length`` is the length of the path.
    """

    loss: float
    distance: float | None
    touch: int | None
    stay: int | None
    evaluations: int
    length: float


def score(scenario: Scenario, trajectory: Trajectory) -> Score:
    valid = trajectory.n_valid
    if not valid:
        return Score(math.nan, None, None, None, 0, 0.0)
    path, loss = trajectory.theta[:valid], trajectory.loss[:valid]
    best = np.array([point.x for point in scenario.points if point.best]).reshape(-1, 2)
    touch = stay = None
    if scenario.least_loss is not None and scenario.tolerance is not None:
        near = loss - scenario.least_loss <= scenario.tolerance
        touch = int(np.argmax(near)) if near.any() else None
        if near.all():
            stay = 0
        elif near[-1] and trajectory.stopped is None:
            stay = int(valid - np.argmin(near[::-1]))
    return Score(
        loss=float(loss[-1]),
        distance=float(np.hypot(*(best - path[-1]).T).min()) if len(best) else None,
        touch=touch,
        stay=stay,
        evaluations=int(trajectory.evaluations[valid - 1]),
        length=float(np.hypot(*np.diff(path, axis=0).T).sum()),
    )


@dataclass(frozen=True)
class Surface:
    """The surface as it is drawn: heights ``(GRID, GRID)`` over the window, and how a loss becomes a height.

    ``shift`` and ``eps`` are those of height(loss) = log10(max(loss - shift, 0) + eps); None on a linear scale.
    """

    window: tuple[float, float, float, float]
    heights: np.ndarray
    shift: float | None
    eps: float | None


def surface(scenario: Scenario) -> Surface:
    """The surface's heights, on a logarithmic scale if the scenario says so."""
    losses = surfaces.losses(scenario.landscape, scenario.params, scenario.rotate, scenario.window)
    if not scenario.log:
        return Surface(scenario.window, losses, None, None)
    lowest = float(losses.min())
    shift = lowest if scenario.least_loss is None else min(scenario.least_loss, lowest)
    # A fixed floor would show a shallow surface as flat: at most a ten-thousandth of what there is to see.
    eps = min(LOG_FLOOR, 1e-4 * (float(losses.max()) - shift)) or LOG_FLOOR
    return Surface(scenario.window, np.log10(np.maximum(losses - shift, 0.0) + eps), shift, eps)
