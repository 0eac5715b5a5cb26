"""A run at its best learning rate, as a lesson means it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from visualizer.charts import dials_of, with_values
from visualizer.lessons.meaning import MOST_WORK
from visualizer.lessons.mistakes import LessonError
from visualizer.lessons.runs import rolled
from visualizer.maps.fair import tuned_dials
from visualizer.race import score
from visualizer.scenario import Scenario
from visualizer.simulate.tuning import Range, trials_of

TRIALS = 64  # in each of two rounds
SEEDS, AWAY = 15, 10**6  # an odd number, away from the seeds that a lesson compares


def tuned(scenario: Scenario, place: int) -> tuple[Scenario, float]:
    """The scenario with the run at its best learning rate, and that rate.

    ``TRIALS`` rates from one end of the run's slider to the other, evenly on a log scale, then as many between the
    neighbors of the best. The best one *stays* within the tolerance soonest; if none stays, it has the lowest loss at
    the end. (The fair race, whose trials are not recorded, goes by the first touch.) With noise the median over
    ``SEEDS`` seeds counts, other ones than those that are compared.
    """
    run = scenario.runs[place]
    (dial,) = tuned_dials(run, two=False)
    whole, noisy = dials_of(run)[dial], (scenario.noise or ("none",))[0] != "none" or run.optimizer == "sgld"
    seeds = [(scenario.seed + AWAY + k) % 2**31 for k in range(SEEDS)] if noisy else [scenario.seed]
    if 2 * TRIALS * len(seeds) * (scenario.steps or 0) > MOST_WORK:
        raise LessonError("Its tuning would take too many steps.", "为它调参需要的步数太多。")
    low, high, best = whole.low, whole.high, whole.low
    for _ in range(2):
        rates = np.unique(trials_of({dial: Range(low, high)}, TRIALS)[dial])
        merits = _merits([_at(scenario, place, dial, float(rate)) for rate in rates], place, seeds)
        at = min(range(len(rates)), key=lambda k: merits[k])
        best, low, high = float(rates[at]), float(rates[max(at - 1, 0)]), float(rates[min(at + 1, len(rates) - 1)])
    return _at(scenario, place, dial, best), best


def _at(scenario: Scenario, place: int, dial: str, rate: float) -> Scenario:
    runs = list(scenario.runs)
    runs[place] = with_values(runs[place], {dial: rate})
    return replace(scenario, runs=tuple(runs))


def _merits(trials: Sequence[Scenario], place: int, seeds: Sequence[int]) -> list[tuple[float, float]]:
    """How good each trial is: when it stays, then its loss; of the seed in the middle."""
    each = [replace(trial, seed=seed) for trial in trials for seed in seeds]
    found = []
    for scenario, trajectory in zip(each, rolled(each, place), strict=True):
        told = score(scenario, trajectory)
        stay = math.inf if told.stay is None else float(told.stay)
        found.append((stay, told.loss if trajectory.stopped is None else math.inf))
    across = len(seeds)
    return [sorted(found[k : k + across])[across // 2] for k in range(0, len(found), across)]
