"""When seeds leave the stationary point that a run starts at, and near which minimum they end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landscapes import StationaryPoint
from landscapes._landscape import MINIMUM, SADDLE
from visualizer.simulate.near import tree

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


def inside(x: np.ndarray, y: np.ndarray, discs: Sequence[tuple[float, float, float]]) -> np.ndarray:
    """In which of the discs (x, y, radius), which do not overlap, each point is; -1 in none, as NaN is."""
    found = np.full(x.shape, -1)
    if not discs:
        return found
    at, radius = np.array(discs)[:, :2], np.array(discs)[:, 2]
    whole = np.isfinite(x) & np.isfinite(y)
    # A disc reaches half of the way to the next, at most: who is in one is nearest to its middle.
    apart, which = tree(at).query(np.stack([x[whole], y[whole]], axis=-1))
    found[whole] = np.where(apart <= radius[which], which, -1)
    return found


@dataclass(frozen=True)
class Home:
    """The stationary point that a run starts near, and what it is to have left it.

    A saddle is left by who is farther than ``radius`` from it along ``down``, the unit direction in which the surface
    bends down most: along the other a start may be as far away as it likes, and yet be drawn to the saddle. A maximum
    is left by who is farther away than ``radius``. A minimum is left by who comes into the neighborhood of another one
    (``others``: x, y, radius each).
    """

    point: int
    kind: str
    radius: float
    at: tuple[float, float]
    down: tuple[float, float] | None = None
    others: tuple[tuple[float, float, float], ...] = ()

    def left(self, theta: np.ndarray) -> np.ndarray:
        """Which of theta ``(..., 2, n)`` are out, ``(..., n)``. Not finite is out of a saddle, and at no minimum."""
        x, y = theta[..., 0, :], theta[..., 1, :]
        if self.kind == MINIMUM:
            return inside(x, y, self.others) >= 0
        x, y = x - self.at[0], y - self.at[1]
        away = np.hypot(x, y) if self.down is None else np.abs(self.down[0] * x + self.down[1] * y)
        return ~(away <= self.radius)


def home(
    points: Sequence[StationaryPoint],
    reach: np.ndarray,
    start: Sequence[float],
    bends: Sequence[tuple[float, tuple[float, float]]],
) -> Home | None:
    """The stationary point nearest to the start, if that is a saddle or maximum that the start has not left.

    Else the nearest minimum, if there are others to go to, and the start is at none of them; else None. ``bends`` are,
    for each point, its lowest curvature and that direction. A saddle without curvature has no such direction.
    """
    away = [math.hypot(point.x[0] - start[0], point.x[1] - start[1]) for point in points]
    nearest = min(range(len(points)), key=away.__getitem__, default=None)
    minima = [k for k, point in enumerate(points) if point.kind == MINIMUM]
    found = []
    if nearest is not None and points[nearest].kind != MINIMUM:
        point, (curvature, direction) = points[nearest], bends[nearest]
        down = direction if point.kind == SADDLE and curvature < 0 else None
        found.append(Home(nearest, point.kind, float(reach[nearest]), point.x, down))
    if len(minima) > 1:
        own = min(minima, key=away.__getitem__)
        others = tuple((*points[k].x, float(reach[k])) for k in minima if k != own)
        found.append(Home(own, MINIMUM, float(reach[own]), points[own].x, others=others))
    place = np.array(start, np.float64)[:, None]
    return next((one for one in found if not one.left(place)[0]), None)


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
    minima = [k for k, point in enumerate(points) if point.kind == MINIMUM]
    which = inside(x, y, [(*points[k].x, float(reach[k])) for k in minima])
    return np.where(which < 0, found, np.array([*minima, NOWHERE])[which])
