"""The same training with and without one change against overfitting, measured over seeds.

The points that are not trained with are split in half: early stopping chooses by the first, the validation points, and
is judged, like everything else, by the second, the test points.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from visualizer.networks.architecture import Architecture
from visualizer.networks.changes import CHANGES, Setting
from visualizer.networks.data import Points
from visualizer.networks.evaluate import evaluate
from visualizer.networks.intervals import Interval, paired
from visualizer.networks.progress import Progress, Work
from visualizer.networks.train import Recipe, Training, train
from visualizer.spec import look_up

TRAIN, VALIDATION, TEST = range(3)
SMALL = 1e-3  # a weight below this share of the largest counts as 0


def halves(points: Points) -> tuple[Points, Points]:
    """The same training points with the first half of the test points (validation), and with the second (test)."""
    middle = points.train + points.test // 2
    end = points.train + points.test
    order = np.r_[: points.train, middle:end, points.train : middle, end : points.room]
    moved = replace(points, x=points.x[order], y=points.y[order], clean=points.clean[order])
    return replace(points, test=middle - points.train), replace(moved, test=end - middle)


class Curves(NamedTuple):
    """Of runs of n seeds, after the steps ``at`` ``(S,)``: ``loss`` and ``mistakes`` ``(n, S, 3)``.

    Their last axis is training, validation and test points; wrong labels are wrong in training only. ``zeros``
    ``(n, S)`` is the share of weights below a thousandth of the largest. ``stop`` ``(n,)`` is each run's place along
    ``at`` with the lowest validation loss; ``chosen`` ``(n,)`` the place that counts: ``stop`` with early stopping,
    else the last.
    """

    at: np.ndarray
    loss: np.ndarray
    mistakes: np.ndarray
    zeros: np.ndarray
    stop: np.ndarray
    chosen: np.ndarray

    def scores(self, name: str = "loss", where: str = "chosen") -> np.ndarray:
        """``loss`` or ``mistakes`` ``(n, 3)``, or ``zeros`` ``(n,)``, at ``chosen`` or at ``stop``."""
        return getattr(self, name)[np.arange(len(self.stop)), getattr(self, where)]

    def gap(self, name: str = "loss", where: str = "chosen") -> np.ndarray:
        """Test minus training: ``(n,)``."""
        found = self.scores(name, where)
        return found[:, TEST] - found[:, TRAIN]


class Compared(NamedTuple):
    """The same seeds without and with a change."""

    plain: Curves
    changed: Curves

    def difference(self, name: str = "loss", where: str = "chosen") -> Interval:
        """Changed minus plain, on training, validation and test points: ``(3,)``. Below 0 the change is better."""
        return paired(self.changed.scores(name, where), self.plain.scores(name, where))

    def gaps(self, name: str = "loss", where: str = "chosen") -> Interval:
        """How much wider the gap between test and training became."""
        return paired(self.changed.gap(name, where), self.plain.gap(name, where))


def best(validation: np.ndarray) -> int:
    """Where early stopping stops: the lowest of the validation losses ``(S,)``, the first if there are several."""
    return int(np.where(np.isfinite(validation), validation, np.inf).argmin())


def sparsity(network: Architecture, thetas: np.ndarray) -> np.ndarray:
    """The share of weights below a thousandth of the largest, of parameters ``(..., P)``."""
    weights = np.abs(thetas[..., network.marked() > 0])
    return (weights < SMALL * weights.max(axis=-1, keepdims=True)).mean(axis=-1)


def compared(
    setting: Setting,
    change: str,
    value: float | None = None,
    seeds: Sequence[int] = range(8),
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Compared:
    """A setting without and with one of ``CHANGES`` at its dial's ``value`` (its default).

    With early stopping both are the same runs. Raises ``ValueError`` for a change or a value that does not exist.
    """
    entry = look_up(CHANGES, change, "change")
    value = entry.dial.parse(entry.dial.default if value is None else value)
    settings = [setting] if entry.stopped else [setting, entry.apply(setting, value)]
    found = curves(settings, seeds, cancel, progress)
    if entry.stopped:
        found.append(found[0]._replace(chosen=found[0].stop) if value else found[0])
    return Compared(found[0], found[1])


def curves(
    settings: Sequence[Setting],
    seeds: Sequence[int],
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> list[Curves]:
    """Trains each setting once for each seed, which decides points, start, order and masks; nothing is stopped."""
    work, rows = Work(cancel, progress), []
    for k, seed in enumerate(seeds):
        points = [setting.points(seed) for setting in settings]
        runs = _trained(settings, points, seed, work.part(k, len(seeds)))
        rows.append([_scored(*one) for one in zip(settings, points, runs, strict=True)])
    return [_curves(runs[k].at, [row[k] for row in rows]) for k in range(len(settings))] if rows else []


def _trained(settings: Sequence[Setting], points: Sequence[Points], seed: int, work: Work) -> list[Training]:
    """A run of each setting; those that differ in their recipe alone are trained side by side."""
    bare = [replace(setting, recipe=Recipe()) for setting in settings]
    recipes = [replace(setting.recipe, seed=seed) for setting in settings]
    found: dict[int, Training] = {}
    for first, setting in enumerate(bare):
        alike = [k for k, other in enumerate(bare) if other == setting and k not in found]
        if first in found:
            continue
        part = work.part(len(found), len(settings))._replace(share=work.share * len(alike) / len(settings))
        own = [recipes[k] for k in alike]
        runs = train(setting.network, points[first], own, setting.steps, cancel=work.cancel, progress=part.progress)
        found.update(zip(alike, runs, strict=True))
    return [found[k] for k in range(len(settings))]


def _scored(setting: Setting, points: Points, run: Training) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Losses ``(S, 3)``, mistakes likewise, and the share of small weights ``(S,)``."""
    validation, test = (evaluate(setting.network, half, run.theta) for half in halves(points))
    loss, mistakes = (np.column_stack([one, other[:, 1]]) for one, other in zip(validation, test, strict=True))
    return loss, mistakes, sparsity(setting.network, run.theta)


def _curves(at: np.ndarray, rows: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> Curves:
    loss, mistakes, zeros = (np.stack(part) for part in zip(*rows, strict=True))
    stop = np.array([best(one[:, VALIDATION]) for one in loss])
    return Curves(at, loss, mistakes, zeros, stop, np.full_like(stop, len(at) - 1))
