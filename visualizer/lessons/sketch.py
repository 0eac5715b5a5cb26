"""How near sketched paths are to the true one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

POINTS = 128  # of each polyline, evenly along it
REACH = 0.2  # of the diagonal of what the path covers: so far off on average, a sketch is worth nothing
LEAST = 0.02  # of the window's diagonal: a short path need not be met more exactly
MOST = 2000  # points of a sketch that are looked at


def score(sketch: np.ndarray, path: np.ndarray, window: Sequence[float]) -> int:
    """0 to 100: how near the polyline ``sketch`` ``(n, 2)`` is to ``path`` ``(m, 2)``, both in the page's coordinates.

    Both are walked along in step, neither ever backwards, so that they keep as near to each other as they can
    (dynamic time warping, symmetric: Sakoe and Chiba, IEEE TASSP 26, 1978): it counts where the sketch goes and in
    which order, not how fast it was drawn. The mean distance on that walk is worth 100 points at 0 and none from
    ``REACH`` on. Only what is in the window (x_low, x_high, y_low, y_high) counts, up to where the path first leaves
    it; a sketch without a finite point is worth 0.
    """
    return scores([sketch], path, window)[0]


def scores(sketches: Sequence[np.ndarray], path: np.ndarray, window: Sequence[float]) -> list[int]:
    """The ``score`` of each of a class's sketches."""
    true = _seen(path, window)
    drawn = [np.asarray(one, np.float64).reshape(-1, 2)[:MOST] for one in sketches]
    drawn = [one[np.isfinite(one).all(axis=1)] for one in drawn]
    marks = [0] * len(drawn)
    there = [k for k, one in enumerate(drawn) if len(one) and len(true)]
    if not there:
        return marks
    x0, x1, y0, y1 = window
    covered = np.hypot(*np.ptp(true, axis=0))
    reach = max(REACH * covered, LEAST * np.hypot(x1 - x0, y1 - y0))
    off = _apart(np.stack([along(drawn[k]) for k in there]), along(true))
    for k, far in zip(there, off.tolist(), strict=True):
        marks[k] = round(100 * max(0.0, 1.0 - far / reach))
    return marks


def along(line: np.ndarray, count: int = POINTS) -> np.ndarray:
    """``count`` points evenly along a polyline ``(n, 2)``."""
    walked = np.r_[0.0, np.cumsum(np.hypot(*np.diff(line, axis=0).T))]
    at = np.linspace(0.0, walked[-1], count)
    return np.stack([np.interp(at, walked, column) for column in line.T], axis=-1)


def _seen(path: np.ndarray, window: Sequence[float]) -> np.ndarray:
    x0, x1, y0, y1 = window
    x, y = np.asarray(path, np.float64).reshape(-1, 2).T
    with np.errstate(invalid="ignore"):
        out = np.flatnonzero(~((x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)))
    found = path[: out[0]] if len(out) else path
    return np.asarray(found, np.float64).reshape(-1, 2)


def _apart(lines: np.ndarray, other: np.ndarray) -> np.ndarray:
    """For each of ``lines`` ``(k, n, 2)`` the mean distance on the walk along it and ``other`` ``(m, 2)`` that is
    nearest in all, ``(k,)``; a step along both at once counts twice.

    Pairs of points are gone through by the sum of their numbers: those of one sum do not depend on each other.
    """
    far = np.hypot(*(lines[:, :, None] - other[None, None]).transpose(3, 0, 1, 2))
    count, n, m = far.shape
    before, last = np.full((2, count, n + 1), np.inf)  # by the line's point, from the second place on
    before[:, 0] = 0.0
    for total in range(n + m - 1):
        low, high = max(0, total - m + 1), min(n - 1, total)
        own = np.arange(low, high + 1)
        d = far[:, own, total - own]
        near = np.minimum(last[:, own + 1] + d, np.minimum(before[:, own] + 2.0 * d, last[:, own] + d))
        now = np.full((count, n + 1), np.inf)
        now[:, own + 1] = near
        before, last = last, now
    return np.asarray(last[:, n] / (n + m))
