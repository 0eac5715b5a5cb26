"""What Stanford's CS231n advises on transfer, held against what was measured.

"Similar data and little of it: train the last layer; similar and much: fine-tune most layers; different data: start
again or fine-tune most."
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from visualizer.networks.intervals import paired
from visualizer.networks.transfer import WAYS, Transferred


class Margin(NamedTuple):
    """By how much the share of mistakes of ``way`` is below that of ``rival``: ``mean``, and an interval."""

    way: str
    rival: str
    mean: float
    low: float
    high: float


class Advice(NamedTuple):
    """To train the target of this ``size`` in one of these ``ways``.

    ``verdict`` is 1 where it holds: one of them is better than every other way beyond doubt; -1 where one of the
    others is better than all of them; else 0. ``margins`` are those of the best of them (of those that are better
    beyond doubt, if there are any) over each of the others.
    """

    size: int
    ways: tuple[str, ...]
    verdict: int
    margins: tuple[Margin, ...]


def advised(similar: bool, little: bool) -> tuple[str, ...]:
    """Which ways, of ``WAYS``."""
    if not similar:
        return ("scratch", "tuned")
    return ("frozen",) if little else ("tuned",)


def judged(size: int, ways: tuple[str, ...], final: np.ndarray) -> Advice:
    """The advice to go these ways, by the test mistakes at the end ``(ways, seeds)``; seeds are paired."""
    by_name = dict(zip(WAYS, np.asarray(final, np.float64), strict=True))
    others = [way for way in WAYS if way not in ways]

    def better(one: str, other: str) -> bool:
        return bool(paired(by_name[other], by_name[one]).sign > 0)

    winners = [way for way in ways if all(better(way, other) for other in others)]
    fails = any(all(better(other, way) for way in ways) for other in others)
    best = min(winners or ways, key=lambda way: by_name[way].mean())
    margins = []
    for other in others:
        mean, low, high, _ = paired(by_name[other], by_name[best])
        margins.append(Margin(best, other, float(mean), float(low), float(high)))
    return Advice(size, ways, int(bool(winners)) - int(fails), tuple(margins))


def advice(similar: bool, found: Transferred) -> list[Advice]:
    """That for the smallest and for the largest target."""
    ends = sorted({0, len(found.sizes) - 1})
    final = found.mistakes[:, :, :, -1, 1]
    return [judged(found.sizes[k], advised(similar, k == 0), final[:, k]) for k in ends]
