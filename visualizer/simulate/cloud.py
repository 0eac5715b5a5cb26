"""All seeds of one run, looked at together on their way."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np

from visualizer.simulate.frames import Frames, frames
from visualizer.simulate.sweep import Plan

MOST_FRAMES = 250  # after the start: up to so many steps are all looked at


@dataclass(frozen=True, eq=False)
class Cloud:
    """``n`` seeds at ``S`` ticks of the player's clock, which rise from 0 to the run's last.

    ``ticks`` ``(S,)``; ``theta`` ``(S, 2, n)`` and ``loss`` ``(S, n)`` float32, NaN from where a seed left the finite
    numbers.
    """

    ticks: np.ndarray
    theta: np.ndarray
    loss: np.ndarray

    @property
    def random(self) -> bool:
        """Whether two seeds ever differ."""
        with np.errstate(invalid="ignore"):
            apart = self.theta != self.theta[:, :, :1]
        return bool((apart & ~(np.isnan(self.theta) & np.isnan(self.theta[:, :, :1]))).any())


def looked_at(steps: int, most: int = MOST_FRAMES) -> list[int]:
    """Steps 0 to ``steps``, evenly but for the last one; all of them where they are at most ``most`` + 1."""
    every = max(1, -(-steps // most))
    return [*range(0, steps, every), steps]


def cloud(plan: Plan, steps: int, by_evaluations: bool = False, cancel: threading.Event | None = None) -> Cloud:
    """The seeds of a plan whose one axis is the seed.

    The clock counts steps, or evaluations of the gradient: tick e then shows the last point looked at that was
    reached with at most e of them. Raises ``tiles.Cancelled`` when ``cancel`` is set.
    """
    (seeds,) = plan.axes.values()
    ticks = looked_at(steps)
    parts = [found for _, found in frames(plan.runs, len(seeds), ticks, cancel)]
    seen = Frames(*(np.concatenate(arrays, axis=-1) for arrays in zip(*parts, strict=True)))
    theta, loss = seen.theta, seen.loss
    if by_evaluations:
        rows = np.stack([(seen.evaluations <= tick).sum(axis=0) - 1 for tick in ticks])
        theta = np.take_along_axis(theta, rows[:, None], axis=0)
        loss = np.take_along_axis(loss, rows, axis=0)
    return Cloud(np.array(ticks), theta, loss)
