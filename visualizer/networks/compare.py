"""Ways to train compared over seeds: what each ends with, and intervals of the means and of the paired differences.

Every recipe meets the same seeds: the same data, the same parameters before training. So differences are taken seed by
seed, which leaves out what a seed does to all of them.
"""

from __future__ import annotations

import dataclasses
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from visualizer.networks.architecture import Architecture
from visualizer.networks.curvature import top
from visualizer.networks.data import sample
from visualizer.networks.evaluate import evaluate
from visualizer.networks.intervals import Interval, paired, student
from visualizer.networks.progress import go_on, together
from visualizer.networks.train import Recipe, train

MEASURES = ("train_loss", "test_loss", "test_mistakes", "gap", "sharpness")


@dataclass(frozen=True, eq=False)
class Comparison:
    """What each recipe ended with after its ``steps``, by measure: float64 ``(recipes, seeds)``; NaN where it diverged.

    ``train_loss`` and ``test_loss`` are means over the points, without penalties and dropout; ``test_mistakes`` is the
    share of them, or the mean squared error; ``gap`` is test loss - train loss; ``sharpness`` the largest eigenvalue of
    the training loss's Hessian.
    """

    names: tuple[str, ...]
    seeds: tuple[int, ...]
    steps: tuple[int, ...]
    measured: Mapping[str, np.ndarray]

    def of(self, name: str, measure: str) -> Interval:
        """The mean over seeds. ``n`` is how many did not diverge: compare it with how many there are."""
        return student(self.measured[measure][self.names.index(name)])

    def difference(self, name: str, reference: str, measure: str) -> Interval:
        """How much more than the ``reference`` it has, seed by seed; over the seeds where neither diverged."""
        one, other = (self.measured[measure][self.names.index(which)] for which in (name, reference))
        return paired(one, other)


def compared(
    network: Architecture,
    dataset: str,
    recipes: Mapping[str, Recipe],
    seeds: Sequence[int],
    steps: int | Mapping[str, int] = 2000,
    *,
    data: Mapping[str, Any] | None = None,
    fresh: bool = True,
    curved: bool = True,
    cancel: threading.Event | None = None,
    progress: Callable[[float], None] | None = None,
    seen: Callable[[int, np.ndarray], None] | None = None,
) -> Comparison:
    """Trains a network by each recipe with each seed, which replaces the recipe's own.

    ``steps`` may differ by recipe. ``data`` are arguments of ``sample``; a ``fresh`` comparison draws the data with
    each seed as well: its intervals are about the data set, and else about the one draw. ``curved`` measures the
    sharpness. ``seen`` is told the place of each seed and what its recipes ended with, ``(recipes, measures)``, in the
    order of the seeds. Raises what ``sample`` and ``train`` raise; ``Cancelled``.
    """
    names, seeds = tuple(recipes), tuple(seeds)
    lengths = tuple(steps if isinstance(steps, int) else steps[name] for name in names)
    drawn = {seed: sample(dataset, **{**(data or {}), **({"seed": seed} if fresh else {})}) for seed in seeds}
    # A large batch takes longer: progress counts points.
    train_points = drawn[seeds[0]].train if seeds else 0
    weights = [n * min(recipes[name].batch, train_points) for name, n in zip(names, lengths, strict=True)]
    measured = {measure: np.full((len(names), len(seeds)), np.nan) for measure in MEASURES}
    shares = np.zeros((len(names), len(seeds)))
    stop = threading.Event()

    def work(i: int, j: int) -> None:
        def told(share: float) -> None:
            go_on(stop, cancel)
            shares[i, j] = share
            if progress:
                progress(float(weights @ shares.sum(axis=1)) / (sum(weights) * len(seeds)))

        points = drawn[seeds[j]]
        recipe = dataclasses.replace(recipes[names[i]], seed=seeds[j])
        theta = train(network, points, [recipe], lengths[i], shown=1, cancel=cancel, progress=told)[0].theta[-1]
        scores = evaluate(network, points, theta)
        if not (np.isfinite(theta).all() and np.isfinite(scores.loss).all()):
            return
        measured["train_loss"][i, j], measured["test_loss"][i, j] = scores.loss[0]
        measured["test_mistakes"][i, j] = scores.mistakes[0, 1]
        measured["gap"][i, j] = measured["test_loss"][i, j] - measured["train_loss"][i, j]
        if curved:
            measured["sharpness"][i, j] = top(network, points, theta, 1, cancel=cancel).values[0]

    with ThreadPoolExecutor(os.cpu_count(), "compared") as pool:  # of its own: train's threads do the work
        places = [(i, j) for j in range(len(seeds)) for i in range(len(names))]
        for (i, j), _ in zip(places, together(pool, [partial(work, *place) for place in places], stop), strict=True):
            if seen and i == len(names) - 1:
                seen(j, np.array([measured[measure][:, j] for measure in MEASURES]).T)
    return Comparison(names, seeds, lengths, measured)


class Tuned(NamedTuple):
    """The rate that was best of ``rates``, and the mean over seeds that each got, infinite if any seed diverged."""

    lr: float
    rates: tuple[float, ...]
    means: np.ndarray


def tuned(
    network: Architecture,
    dataset: str,
    recipe: Recipe,
    rates: Sequence[float],
    seeds: Sequence[int],
    steps: int = 2000,
    *,
    by: str = "test_loss",
    data: Mapping[str, Any] | None = None,
    cancel: threading.Event | None = None,
    progress: Callable[[float], None] | None = None,
) -> Tuned:
    """The learning rate with the lowest mean of a measure.

    By ``test_loss`` these points validate: compare with other ``seeds`` then, whose data are others.
    """
    recipes = {f"{lr:g}": dataclasses.replace(recipe, hyper={**recipe.hyper, "lr": lr}) for lr in rates}
    found = compared(
        network, dataset, recipes, seeds, steps, data=data, curved=by == "sharpness", cancel=cancel, progress=progress
    )
    means = np.where(np.isfinite(found.measured[by]), found.measured[by], np.inf).mean(axis=1)
    return Tuned(float(rates[int(means.argmin())]), tuple(rates), means)
