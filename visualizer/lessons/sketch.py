"""How near a sketched path is to the true one."""

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
    true, drawn = _seen(path, window), np.asarray(sketch, np.float64).reshape(-1, 2)[:MOST]
    drawn = drawn[np.isfinite(drawn).all(axis=1)]
    if not len(drawn) or not len(true):
        return 0
    x0, x1, y0, y1 = window
    covered = np.hypot(*np.ptp(true, axis=0))
    reach = max(REACH * covered, LEAST * np.hypot(x1 - x0, y1 - y0))
    off = _apart(along(drawn), along(true))
    return round(100 * max(0.0, 1.0 - off / reach))


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


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    """The mean distance on the walk along both that is nearest in all; a step along both at once counts twice."""
    far = np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1)).tolist()
    above = [0.0] + [np.inf] * len(other)
    for row in far:
        left, own = np.inf, [np.inf]
        for d, corner, over in zip(row, above, above[1:], strict=False):
            left = min(left + d, corner + 2.0 * d, over + d)
            own.append(left)
        above = own
    return float(above[-1]) / (len(one) + len(other))
