"""Lanes looked at on their way: where thousands of runs are after every so many steps."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from visualizer.simulate import tiles
from visualizer.simulate.lanes import parts_of
from visualizer.simulate.sweep import cut
from visualizer.simulate.tiles import Field


class Frames(NamedTuple):
    """``k`` runs at ``S`` steps of theirs, float32: ``theta`` ``(S, 2, k)``, the rest ``(S, k)``.

    ``loss`` is the loss at theta, ``best`` the lowest of the run up to there, infinite as long as there was no finite
    one. What is not finite stays so: of a run that diverged, both theta and loss are NaN from there on. ``evaluations``
    counts the gradients taken before that step. A run whose budget of evaluations is used up, or that has made all its
    steps, stays where it is.
    """

    theta: np.ndarray
    loss: np.ndarray
    best: np.ndarray
    evaluations: np.ndarray


def frames(
    runs: Field, total: int, steps: Sequence[int], cancel: threading.Event | None = None
) -> Iterator[tuple[np.ndarray, Frames]]:
    """The lanes 0 .. total - 1 of a field, part by part, each at these steps, which rise from 0.

    Raises ``tiles.Cancelled`` when ``cancel`` is set.
    """

    def work(
        runs: Field, lanes: np.ndarray, free: queue.SimpleQueue[int], given_up: Callable[[], bool]
    ) -> tuple[np.ndarray, Frames]:
        return lanes, _seen(runs, lanes, steps, free, given_up)

    return tiles.shared_out(runs, cut(total, runs.job.part("smooth")[0] > 0), work, cancel)


def _seen(
    runs: Field, lanes: np.ndarray, steps: Sequence[int], free: queue.SimpleQueue[int], given_up: Callable[[], bool]
) -> Frames:
    tile, values = tiles.filled(runs, lanes)
    asked, where = np.unique(np.minimum(steps, int(tile.end)), return_inverse=True)
    # The loss at a place is known once the step from there is made: so each frame has two stops, one before it.
    stops = sorted({*asked.tolist(), *(asked[asked > 0] - 1).tolist()})
    theta, spent = values[-2:].astype(np.float32), np.zeros(len(lanes), np.float32)
    found: list[list[np.ndarray]] = []
    for stop, kept in zip(stops, tiles.advanced(runs, tile, stops, free, given_up), strict=True):
        rows = parts_of(kept[:, : len(lanes)], tiles.held_of(runs))
        if stop in asked:
            with np.errstate(invalid="ignore", over="ignore"):
                lost = ~np.isfinite(np.abs(rows.loss[0]) + np.abs(theta).sum(axis=0))
            seen = np.where(lost, np.float32(np.nan), np.vstack([theta, rows.loss]))
            made = np.minimum(rows.valid[0] - 1, stop).clip(0) * runs.cost(values)
            used = spent if runs.job.rule.second_order else made
            found.append([seen[:2], seen[2], rows.best[0].copy(), used.astype(np.int64)])
        theta, used = rows.theta.copy(), rows.evaluations[0]
        spent = np.where(used < 0, -1 - used, used)
    return Frames(*(np.stack(parts)[where] for parts in zip(*found, strict=True)))
