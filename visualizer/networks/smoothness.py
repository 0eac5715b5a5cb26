"""Whether smooth weights cost accuracy: what networks trained with several penalties on roughness say."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualizer.networks.intervals import Interval, paired, student

LITTLE = 0.01  # of the test points: a difference in accuracy that is none


def cost(mistakes: np.ndarray) -> Interval:
    """By how much mistakes ``(L, seeds)`` at each penalty are above those at the first, which is none: ``(L,)``."""
    return paired(mistakes.T, np.repeat(mistakes[:1], len(mistakes), axis=0).T)


def verdict(mistakes: np.ndarray, rough: np.ndarray) -> dict[str, Any]:
    """What mistakes and roughness ``(L, seeds)`` at each penalty, the first of which is none, say of smooth weights.

    ``begins`` is the place of the smallest penalty that costs accuracy beyond doubt, None if none does; ``free`` that
    of the largest before it that costs less than ``LITTLE`` beyond doubt, None if there is none. Of both, where they
    are: ``free_cost`` are the mistakes above those without a penalty, ``free_falls`` how many times as rough the
    weights are without one; mean, low and high end.
    """
    above = cost(mistakes)
    known = np.isfinite(above.low) & np.isfinite(above.high)
    costs = np.flatnonzero(known & (np.asarray(above.sign) > 0))
    begins = int(costs[0]) if len(costs) else None
    below = [k for k in range(1, len(mistakes) if begins is None else begins) if known[k] and above.high[k] < LITTLE]
    found: dict[str, Any] = {"begins": begins, "free": below[-1] if below else None}
    for name in ("free", "begins"):
        if (place := found[name]) is not None:
            found[f"{name}_cost"] = [float(above.mean[place]), float(above.low[place]), float(above.high[place])]
            found[f"{name}_falls"] = _falls(rough[0], rough[place])
    return found


def _falls(before: np.ndarray, after: np.ndarray) -> list[float] | None:
    """How many times as rough, the geometric mean over seeds, and its interval; None where weights are 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = student(np.log(before) - np.log(after))
    ends = np.exp([ratio.mean, ratio.low, ratio.high])
    return [float(end) for end in ends] if np.isfinite(ends).all() else None
