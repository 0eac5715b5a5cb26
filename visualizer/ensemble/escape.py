"""When seeds leave the stationary point that a run starts at, and near which minimum they end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landscapes import StationaryPoint
from landscapes._landscape import MINIMUM, SADDLE

WIDEST = 0.1  # of the window's diagonal: the largest neighborhood of a stationary point
NOWHERE, DIVERGED, OUTSIDE = -1, -2, -3


def radii(points: Sequence[StationaryPoint], window: Sequence[float]) -> np.ndarray:
    """How far the neighborhood of each point reaches, ``(P,)``: half of the way to the nearest other, so none overlap.

    At most a tenth of the diagonal of the window (x_low, x_high, y_low, y_high).
    """
    at = np.array([point.x for point in points], np.float64).reshape(-1, 2)
    apart: np.ndarray = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    widest = WIDEST * math.hypot(window[1] - window[0], window[3] - window[2])
    return np.minimum(widest, 0.5 * apart.min(axis=1, initial=np.inf))


@dataclass(frozen=True)
class Home:
    """The stationary point at which a run starts, and what it is to have left it.

    A saddle is left by who is farther than ``radius`` from it along ``down``, the unit direction in which the surface
    bends down most: along the other a start may be as far away as it likes, and yet be drawn to the saddle. A minimum
    is left by who comes into the neighborhood of another one (``others``: x, y, radius each).
    """

    point: int
    kind: str
    radius: float
    at: tuple[float, float]
    down: tuple[float, float] | None = None
    others: tuple[tuple[float, float, float], ...] = ()

    def left(self, theta: np.ndarray) -> np.ndarray:
        """Which of theta ``(..., 2, n)`` are out, ``(..., n)``. Who left the finite numbers has left a saddle."""
        if self.down is not None:
            along = self.down[0] * (theta[..., 0, :] - self.at[0]) + self.down[1] * (theta[..., 1, :] - self.at[1])
            return ~(np.abs(along) <= self.radius)
        found = np.zeros((*theta.shape[:-2], theta.shape[-1]), bool)
        for x, y, reach in self.others:
            found |= np.hypot(theta[..., 0, :] - x, theta[..., 1, :] - y) <= reach  # NaN is not
        return found


def home(
    points: Sequence[StationaryPoint],
    reach: np.ndarray,
    start: Sequence[float],
    bends: Sequence[tuple[float, tuple[float, float]]],
) -> Home | None:
    """The nearest saddle that the start has not left, or minimum that has others around it; None if there is neither.

    ``bends`` are, for each point, its lowest curvature and that direction.
    """
    from_start = [float(np.hypot(point.x[0] - start[0], point.x[1] - start[1])) for point in points]
    minima = [k for k, point in enumerate(points) if point.kind == MINIMUM]
    for k in np.argsort(from_start, kind="stable"):
        point, radius = points[k], float(reach[k])
        if point.kind == SADDLE and bends[k][0] < 0:
            found = Home(int(k), SADDLE, radius, point.x, bends[k][1])
        elif point.kind == MINIMUM and len(minima) > 1:
            others = tuple((*points[j].x, float(reach[j])) for j in minima if j != k)
            found = Home(int(k), MINIMUM, radius, point.x, others=others)
        else:
            continue
        if not found.left(np.array(start, np.float64)[:, None])[0]:
            return found
    return None


def first(out: np.ndarray) -> np.ndarray:
    """For each column of ``(S, n)`` the first row in which it is true, ``(n,)``; -1 where there is none."""
    return np.where(out.any(axis=0), out.argmax(axis=0), -1)


def ends(
    theta: np.ndarray, points: Sequence[StationaryPoint], reach: np.ndarray, window: Sequence[float]
) -> np.ndarray:
    """Near which minimum each of theta ``(2, n)`` is, ``(n,)``, by its place among the points.

    Else NOWHERE (near none), OUTSIDE of the window, or DIVERGED.
    """
    x0, x1, y0, y1 = window
    x, y = theta
    within = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
    found = np.where(within, NOWHERE, np.where(np.isnan(x), DIVERGED, OUTSIDE))
    for k, point in enumerate(points):
        if point.kind == MINIMUM:
            found[np.hypot(x - point.x[0], y - point.x[1]) <= reach[k]] = k
    return found
