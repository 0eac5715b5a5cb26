"""The same training with and without one change against overfitting, measured over seeds.

The points that are not trained with are split in half: early stopping chooses by the first, the validation points, and
is judged, like everything else, by the second, the test points.
"""

from __future__ import annotations

import threading
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from visualizer.networks.architecture import Architecture
from visualizer.networks.changes import CHANGES, Setting
from visualizer.networks.data import Points
from visualizer.networks.evaluate import evaluate
from visualizer.networks.intervals import Interval, paired
from visualizer.networks.progress import Progress, by_seed, portion
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


def verdict(difference: Interval) -> str:
    """What the interval of a difference, changed minus plain, says of something that is better when it is low.

    ``helps`` or ``hurts`` where it leaves no doubt about the sign, else ``unknown``; ``same`` where nothing changed,
    ``single`` where one seed says nothing of chance, ``diverged`` where no seed has a finite difference.
    """
    if not difference.n:
        return "diverged"
    if difference.n == 1:
        return "single" if difference.mean else "same"
    if difference.low == difference.high == 0:
        return "same"
    return {-1: "helps", 0: "unknown", 1: "hurts"}[int(difference.sign)]


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
    return side_by_side(found[0], found[0] if entry.stopped else found[1], entry.stopped and bool(value))


def side_by_side(plain: Curves, changed: Curves, stopped: bool = False) -> Compared:
    """Of runs that are ``stopped`` the snapshots count that early stopping chooses."""
    return Compared(plain, changed._replace(chosen=changed.stop) if stopped else changed)


class Row(NamedTuple):
    """One setting's run of one seed: ``loss`` and ``mistakes`` ``(S, 3)``, ``zeros`` ``(S,)``; see ``Curves``.

    ``theta`` are the parameters of ``Setting.program`` after the steps ``at``, ``(S, P)``, or after the last only.
    """

    at: np.ndarray
    theta: np.ndarray
    loss: np.ndarray
    mistakes: np.ndarray
    zeros: np.ndarray


def curves(
    settings: Sequence[Setting],
    seeds: Sequence[int],
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> list[Curves]:
    """Trains each setting once for each seed, which decides points, start, order and masks; nothing is stopped."""
    rows = list(each(settings, seeds, cancel, progress))
    return [gathered([row[k] for row in rows]) for k in range(len(settings))] if rows else []


def each(
    settings: Sequence[Setting],
    seeds: Sequence[int],
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
    paths: Container[int] = (),
) -> Iterator[list[Row]]:
    """The row of each setting, seed after seed, as soon as they are trained: several seeds at a time.

    All parameters on the way are given for the seeds ``paths`` only: they are many.
    """

    def one(seed: int, told: Progress) -> list[Row]:
        rows = _rows(settings, seed, told)
        return rows if seed in paths else [row._replace(theta=row.theta[-1:].copy()) for row in rows]

    return by_seed(one, seeds, cancel, progress)


def _rows(settings: Sequence[Setting], seed: int, told: Progress) -> list[Row]:
    """Those that differ in their recipe alone are trained side by side."""
    drawn = [replace(setting, network=setting.program, host=None, recipe=Recipe()) for setting in settings]
    found: dict[int, Row] = {}
    for first, setting in enumerate(drawn):
        if first in found:
            continue
        alike = [k for k, other in enumerate(drawn) if other == setting]
        points, recipes = setting.points(seed), [settings[k].seeded(seed) for k in alike]
        share = portion(told, len(found) / len(settings), len(alike) / len(settings))
        runs = train(setting.network, points, recipes, setting.steps, progress=share)
        for k, run in zip(alike, runs, strict=True):
            found[k] = _scored(settings[k], points, run)
    return [found[k] for k in range(len(settings))]


def _scored(setting: Setting, points: Points, run: Training) -> Row:
    validation, test = (evaluate(setting.program, half, run.theta) for half in halves(points))
    loss, mistakes = (np.column_stack([one, other[:, 1]]) for one, other in zip(validation, test, strict=True))
    return Row(run.at, run.theta, loss, mistakes, sparsity(setting.network, run.theta[:, setting.places]))


def gathered(rows: Sequence[Row]) -> Curves:
    """The curves of one setting, from its rows of all seeds."""
    loss, mistakes, zeros = (np.stack([getattr(row, name) for row in rows]) for name in ("loss", "mistakes", "zeros"))
    stop = np.array([best(one[:, VALIDATION]) for one in loss])
    return Curves(rows[0].at, loss, mistakes, zeros, stop, np.full_like(stop, loss.shape[1] - 1))
