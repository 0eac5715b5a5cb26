"""A scenario run: its trajectories, and the score of each competitor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from optimizers import RULES as OPTIMIZERS
from visualizer.scenario import Run, Scenario
from visualizer.scene import least_loss, own_points
from visualizer.simulate import recent
from visualizer.simulate.carry import kept
from visualizer.simulate.job import Branch, Job, job
from visualizer.simulate.recent import trajectories
from visualizer.simulate.rollout import Trajectory
from visualizer.simulate.schedules import schedule
from visualizer.spec import Text


def race(scenario: Scenario) -> list[Trajectory]:
    """The trajectories of a scenario's runs, in order, in the page's coordinates, none beyond its budget.

    That of a run which continues another has the other's rows up to there.
    """
    return trajectories(jobs(scenario))


def jobs(scenario: Scenario) -> list[Job]:
    """What the engine is to do for each of a scenario's runs."""
    made: dict[int, Job] = {}
    return [_job(scenario, place, made) for place in range(len(scenario.runs))]


def job_of(scenario: Scenario, place: int) -> Job:
    """The same of one run."""
    return _job(scenario, place, {})


def _job(scenario: Scenario, place: int, made: dict[int, Job]) -> Job:
    """The job of the run at ``place``; ``made`` holds those that are made already."""
    if place not in made:
        run, trunk = scenario.runs[place], scenario.trunk(place)
        branch = None
        if run.fork and trunk is not None:
            branch = Branch(_job(scenario, trunk, made), run.fork.at, run.fork.carried)
        made[place] = job(
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
            run.wrappers,
            budget=scenario.steps if scenario.budget == "evaluations" else None,
            stretch=scenario.stretch,
            shift=scenario.shift,
            smooth=scenario.smooth,
            fork=branch,
        )
    return made[place]


def begun(scenario: Scenario, place: int) -> Job:
    """The job of a run that continues another as the program takes it: its ``first`` step, and where it begins."""
    return recent.begun(job_of(scenario, place))


def forked(scenario: Scenario, place: int, trajectories: Sequence[Trajectory]) -> int | None:
    """The step from which a run goes its own way: that of its fork, or the last one that its original reaches.

    None for a run that continues no other.
    """
    fork, trunk = scenario.runs[place].fork, scenario.trunk(place)
    return None if fork is None or trunk is None else max(0, min(fork.at, trajectories[trunk].n_valid - 1))


def step_at(scenario: Scenario, place: int, tick: int) -> int:
    """The step of a run that is shown at a tick of the player's clock; its last one where it has ended."""
    rows = ticks(scenario, race(scenario)[place])
    return int(rows[max(0, min(tick, len(rows) - 1))]) if len(rows) else 0


def tick_at(scenario: Scenario, trajectory: Trajectory, step: int) -> int:
    """The tick of the player's clock from which on a step of a run is shown."""
    return step if scenario.budget == "steps" else int(trajectory.evaluations[step])


def taken_over(scenario: Scenario, place: int) -> list[Text]:
    """What a run takes over from the one that it continues, in words; empty if nothing, or if it continues none."""
    run, trunk = scenario.runs[place], scenario.trunk(place)
    if run.fork is None or trunk is None or not run.fork.carried:
        return []
    of = scenario.runs[trunk]
    lookahead = "lookahead" in of.wrappers and "lookahead" in run.wrappers
    return kept(of.optimizer, run.optimizer, lookahead, (of.hyper, run.hyper))


# ---- equal budgets ---------------------------------------------------------------------------------------------------


def _end(trajectory: Trajectory) -> int:
    """The evaluation with which a diverged run left the finite world: its last update took as many as the one before.

    The row that would say so has ceased to be finite.
    """
    spent = trajectory.evaluations[: trajectory.n_valid]
    return int(spent[-1] + (spent[-1] - spent[-2] if len(spent) > 1 else 1)) if len(spent) else 0


def ticks(scenario: Scenario, trajectory: Trajectory) -> np.ndarray:
    """The row of a run that is shown at each tick of the player's clock, as long as the run lasts.

    The clock counts steps, and tick t shows row t; or it counts gradient evaluations, and tick e shows the last point
    that was reached with at most e of them.
    """
    if scenario.budget == "steps" or not trajectory.n_valid:
        return np.arange(trajectory.n_valid)
    spent = trajectory.evaluations[: trajectory.n_valid]
    last = (scenario.steps or 0) if trajectory.stopped is None else _end(trajectory) - 1
    return np.searchsorted(spent, np.arange(last + 1), side="right") - 1


def drawn(scenario: Scenario, trajectory: Trajectory, rows: np.ndarray) -> np.ndarray:
    """The path as the page draws it, ``(rows, 2)``: on a timed surface, the step stands in the second coordinate."""
    path = trajectory.theta[rows]
    return np.stack([path[:, 0], rows], axis=-1) if scenario.surface.timed else path


# ---- twins -----------------------------------------------------------------------------------------------------------

PARTED = 0.01  # of the length of the original's path


def partings(scenario: Scenario, trajectories: Sequence[Trajectory]) -> list[int | None]:
    """For each run, the tick at which it parts from its original; None for one that never does, or has none."""
    found: list[int | None] = []
    for place, twin in enumerate(trajectories):
        of = scenario.original(place)
        pair = None if of is None else (trajectories[of], twin)
        found.append(pair and parting(*(one.theta[ticks(scenario, one)] for one in pair)))
    return found


def parting(original: np.ndarray, twin: np.ndarray) -> int | None:
    """The first tick t at which the heads of two runs, ``(ticks, 2)``, are further apart than 1 % of a length.

    That is the length of the original's whole path; where it alone leaves the finite world, and so has no length worth
    the name, that of the twin's. When one has left and the other has not, they have parted. None if they never do.
    """
    both = min(len(original), len(twin))
    measured = twin if len(original) < len(twin) else original
    with np.errstate(over="ignore"):
        apart = np.hypot(*(original[:both] - twin[:both]).T) > PARTED * length(measured)
    if apart.any():
        return int(np.argmax(apart))
    return both if len(original) != len(twin) else None


def length(path: np.ndarray) -> float:
    """The length of a path ``(rows, 2)``; infinite where it is too long for a number."""
    with np.errstate(over="ignore"):
        return float(np.hypot(*np.diff(path, axis=0).T).sum())


# ---- momentum --------------------------------------------------------------------------------------------------------

LENGTHS = (512, 4096, 16384)  # of a schedule by itself, which is compiled once for each length


def is_cycled(run: Run) -> bool:
    """Whether the run's schedule cycles its momentum."""
    return OPTIMIZERS[run.optimizer].momentum_name is not None and bool(run.schedule[1].get("cycle_momentum"))


def momentum(run: Run, steps: int) -> np.ndarray:
    """The momentum (or beta1) of updates 1 to ``steps``, ``(steps,)``; NaN for a rule without one."""
    name = OPTIMIZERS[run.optimizer].momentum_name
    slug, values = run.schedule
    if not is_cycled(run):
        return np.full(steps, run.hyper[name] if name else np.nan)
    if values.get("total_steps", 0) is None:
        values = {**values, "total_steps": steps}  # said, for the length below is a longer one
    found = schedule(slug, values, next(size for size in LENGTHS if size >= steps)).momentum
    return np.full(steps, np.nan) if found is None else found[:steps]


def momenta(scenario: Scenario, place: int, trajectories: Sequence[Trajectory]) -> np.ndarray:
    """``momentum`` of the run at ``place``: that of the run which it continues, up to where it goes its own way."""
    steps = scenario.steps or 0
    found = momentum(scenario.runs[place], steps)
    at, trunk = forked(scenario, place, trajectories), scenario.trunk(place)
    return found if at is None or trunk is None else np.r_[momenta(scenario, trunk, trajectories)[:at], found[at:]]


# ---- scores ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Score:
    """What the scoreboard says of a run; None where a notion has no meaning on this surface.

    ``loss`` and ``distance`` (to the nearest global minimum) are those of the last valid point. ``touch`` is the
    first step with a loss within the tolerance of the minimum, ``stay`` the first from which on it never leaves again:
    a first touch flatters oscillators. With a budget of evaluations both are the evaluations spent until then.
    ``evaluations`` counts gradients, ``length`` is the length of the path.
    """

    loss: float
    distance: float | None
    touch: int | None
    stay: int | None
    evaluations: int
    length: float


_scores: WeakKeyDictionary[Trajectory, tuple[Any, Score]] = WeakKeyDictionary()


def score(scenario: Scenario, trajectory: Trajectory) -> Score:
    """The score of one of the scenario's trajectories; that of a run which has not changed is not reckoned anew."""
    best = tuple(scenario.placement.place(point.x) for point in own_points(scenario) if point.best)
    terms = (best, least_loss(scenario), scenario.tolerance, scenario.budget)
    known, found = _scores.get(trajectory, (None, None))
    if found is None or known != terms:
        found = _score(trajectory, *terms)
        _scores[trajectory] = terms, found
    return found


def _score(
    trajectory: Trajectory,
    best: Sequence[tuple[float, float]],
    least: float | None,
    tolerance: float | None,
    budget: str,
) -> Score:
    valid = trajectory.n_valid
    if not valid:
        return Score(math.nan, None, None, None, 0, 0.0)
    path, loss = trajectory.theta[:valid], trajectory.loss[:valid]
    touch = stay = None
    if least is not None and tolerance is not None:
        near = loss - least <= tolerance
        touch = int(np.argmax(near)) if near.any() else None
        if near.all():
            stay = 0
        elif near[-1] and trajectory.stopped is None:
            stay = int(valid - np.argmin(near[::-1]))
        if budget == "evaluations":
            touch, stay = (None if row is None else int(trajectory.evaluations[row]) for row in (touch, stay))
    return Score(
        loss=float(loss[-1]),
        distance=min(math.dist(point, path[-1]) for point in best) if best else None,
        touch=touch,
        stay=stay,
        evaluations=int(trajectory.evaluations[valid - 1]),
        length=length(path),
    )
