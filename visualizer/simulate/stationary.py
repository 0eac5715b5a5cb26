"""The stationary points of a surface that a grid shows and Newton's method certifies."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np

from landscapes import CATALOGUE as LANDSCAPES
from landscapes import StationaryPoint
from landscapes._landscape import MAXIMUM, MINIMUM, SADDLE, Box
from visualizer.plane import Placement
from visualizer.simulate.local import MOST_POINTS, Local, lattice, local
from visualizer.simulate.near import tree
from visualizer.simulate.surface import GRID, losses

MOST_CANDIDATES = 64  # of a kind
MOST_KINKS = 4  # places where a kink is looked for
SHOWN = {MINIMUM: 32, SADDLE: 16, MAXIMUM: 8}  # the lowest of each kind: more marks would hide the picture
SAME = 1e-6  # of the larger side of a window: what is found so near to a known point is that point
NEWTON = 15  # from a node next to it
FLAT = 1e-10  # of the larger curvature: below it, the sign of the other means nothing
CLOSE = 1e-5  # of a cell: so near to a lowest point, the surface around it tells a kink from a valley
TURNS = np.linspace(0, 2 * np.pi, 64, endpoint=False)
RING = np.stack([np.cos(TURNS), np.sin(TURNS)], axis=-1)
# The eight neighbours of a grid's node, around it.
AROUND = ((0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1))


@lru_cache(maxsize=512)
def known_points(landscape: str, params: tuple[tuple[str, Any], ...], smooth: float) -> tuple[StationaryPoint, ...]:
    """The declared points of a surface, in its own coordinates; those found in its domain where none are declared."""
    entry = LANDSCAPES[landscape]
    if smooth == 0 and entry.points:
        return entry.points(dict(params))
    return stationary_points(landscape, params, smooth, entry.shape(dict(params)).domain)


@lru_cache(maxsize=512)
def stationary_points(
    landscape: str, params: tuple[tuple[str, Any], ...], smooth: float, window: Box
) -> tuple[StationaryPoint, ...]:
    """The minima, saddles and maxima within the window that can be seen on a grid of it, certified.

    A node below all its neighbours may be near a minimum, one that they pass up and down twice or more near a saddle.
    Newton's method goes on from there; what it finds counts if the gradient vanishes to rounding and the Hessian has
    the signs of its kind. A lowest node without such a point is the place of a kink, if finer grids close in on it. The
    lowest minimum is the best, unless something on the window's edge is lower still.
    """
    known = dict(params)
    cell = max(window[1] - window[0], window[3] - window[2]) / (GRID - 1)
    # A little smaller than the window and not about its centre, so that no symmetry puts a point on a node, or makes
    # two nodes equal.
    x0, x1, y0, y1 = (end + share * cell for end, share in zip(window, (0.137, -0.291, 0.173, -0.377), strict=True))
    z = losses(landscape, known, Placement(), (x0, x1, y0, y1), smooth)
    if not np.isfinite(z).any():
        return ()
    x, y = np.linspace(x0, x1, z.shape[1]), np.linspace(y0, y1, z.shape[0])
    found: list[StationaryPoint] = []
    kinks = 0
    for kind, nodes in _candidates(z).items():
        nodes = nodes[:MOST_CANDIDATES]
        at = np.stack([x[nodes[:, 1]], y[nodes[:, 0]]], axis=-1)
        for start, point in zip(at, _polished(landscape, known, at, smooth, window, cell), strict=True):
            if point:
                found.append(point)
            elif kind == MINIMUM and kinks < MOST_KINKS and not smooth:  # what is smoothed has no kinks
                kinks += 1
                found += _kink(landscape, known, start, cell, smooth, window)
    return _best(_distinct(found, 1e-5 * cell), z)


def resting_points(
    landscape: str, params: tuple[tuple[str, Any], ...], smooth: float, placement: Placement, window: Box
) -> tuple[StationaryPoint, ...]:
    """Where runs from a window of the page may come to rest, on the page: the known points, and then all ``minima``.

    Those in the window and an eighth of it around, which is as far as most runs leave it.
    """
    known = known_points(landscape, params, smooth)
    x0, x1, y0, y1 = window
    wide, high = (x1 - x0) / 8, (y1 - y0) / 8
    corners = [placement.own((x, y)) for x in (x0 - wide, x1 + wide) for y in (y0 - high, y1 + high)]
    (left, below), (right, above) = np.min(corners, axis=0), np.max(corners, axis=0)
    found = minima(landscape, params, smooth, (float(left), float(right), float(below), float(above)))
    if known and found:
        close = SAME * max(right - left, above - below)
        apart = tree([point.x for point in known]).query([point.x for point in found])[0]
        found = tuple(point for point, far in zip(found, apart, strict=True) if far > close)
    return tuple(replace(point, x=placement.place(point.x)) for point in (*known, *found))


@lru_cache(maxsize=64)
def minima(
    landscape: str, params: tuple[tuple[str, Any], ...], smooth: float, window: Box
) -> tuple[StationaryPoint, ...]:
    """All smooth minima of a window that a grid of twice ``GRID`` shows, certified, the lowest first.

    For maps, which tell apart what would be too many marks on a picture: at most ``MOST_POINTS``, the lowest. One that
    is smoothed is looked at on ``GRID`` points, for it is dear and has no details.
    """
    known, parts = dict(params), 1 if smooth else 2
    x0, x1, y0, y1 = window
    size = parts * GRID
    # Nodes off the centre, so that no symmetry puts a point on one, or makes two equal.
    x, y = x0 + (np.arange(size) + 0.437) * (x1 - x0) / size, y0 + (np.arange(size) + 0.573) * (y1 - y0) / size
    z = np.empty((size, size))
    for i, j in np.ndindex(parts, parts):  # grids of the usual size, one between the nodes of the other
        ends = [float(end) for end in (x[j], x[j - parts], y[i], y[i - parts])]
        z[i::parts, j::parts] = losses(landscape, known, Placement(), ends, smooth)
    nodes = _candidates(z).get(MINIMUM, np.zeros((0, 2), int))[:MOST_POINTS]
    starts = np.stack([x[nodes[:, 1]], y[nodes[:, 0]]], axis=-1)
    cell = max(x1 - x0, y1 - y0) / size
    found = _polished(landscape, known, starts, smooth, window, cell)
    return tuple(_distinct([point for point in found if point and point.kind == MINIMUM], 1e-5 * cell))


def _inside(at: np.ndarray, window: Box, slack: float) -> bool:
    x0, x1, y0, y1 = window
    return bool(x0 - slack <= at[0] <= x1 + slack and y0 - slack <= at[1] <= y1 + slack)


def _candidates(z: np.ndarray) -> dict[str, np.ndarray]:
    """Rows and columns of the inner nodes that may be near a point of each kind, the lowest first."""
    inner = z[1:-1, 1:-1]
    height, width = z.shape
    with np.errstate(invalid="ignore"):
        higher = np.array([z[1 + i : height - 1 + i, 1 + j : width - 1 + j] > inner for i, j in AROUND])
        lower = np.array([z[1 + i : height - 1 + i, 1 + j : width - 1 + j] < inner for i, j in AROUND])
    whole = (higher | lower).sum(axis=0) >= 6  # a plateau has no points of its own
    changes = (higher != np.roll(higher, 1, axis=0)).sum(axis=0)
    kinds = {
        MINIMUM: ~lower.any(axis=0) & whole,
        MAXIMUM: ~higher.any(axis=0) & whole,
        SADDLE: (changes >= 4) & whole,
    }
    found = {}
    for kind, where in kinds.items():
        nodes = np.argwhere(where & np.isfinite(inner)) + 1
        order = np.argsort(z[nodes[:, 0], nodes[:, 1]], kind="stable")
        found[kind] = nodes[order]
    return {kind: nodes for kind, nodes in found.items() if len(nodes)}


def _polished(
    landscape: str, params: dict[str, Any], starts: np.ndarray, smooth: float, window: Box, cell: float
) -> list[StationaryPoint | None]:
    """The stationary point next to each start ``(K, 2)``, by Newton's method; None where there is none."""
    found = local(landscape, params, starts, None, smooth, NEWTON, cell)
    near = np.abs(found.at - starts).max(axis=1) <= 4 * cell
    near &= np.array([_inside(at, window, 1e-9 * cell) for at in found.at], bool)
    return [
        StationaryPoint((float(x), float(y)), float(loss), str(kind)) if kind and close else None
        for (x, y), loss, kind, close in zip(found.at, found.loss, _kinds(found, cell), near, strict=True)
    ]


def _kinds(points: Local, cell: float) -> np.ndarray:
    """What the Hessian's signs say of points where the gradient vanishes to rounding, ``(K,)``.

    Empty where it does not, or where the surface bends less over a cell than rounding does.
    """
    xx, xy, yy = np.where(np.isfinite(points.hessian).all(axis=1), points.hessian.T, 0.0)
    bends = np.linalg.eigvalsh(np.stack([xx, xy, xy, yy], axis=-1).reshape(-1, 2, 2))
    small, bend = np.sort(np.abs(bends)).T
    size = np.maximum(1.0, np.abs(points.loss))
    # A step of rounding changes the gradient by so much: certainty ends there.
    rounding = 1e-12 * bend * np.maximum(1.0, np.abs(points.at).max(axis=1)) + 1e-13 * size
    with np.errstate(invalid="ignore"):
        sure = (small * cell * cell > 1e-12 * size) & (small > FLAT * bend)
        sure &= np.isfinite(points.loss) & (np.abs(points.gradient).max(axis=1) <= rounding)
    return np.where(sure, np.where(bends[:, 0] > 0, MINIMUM, np.where(bends[:, 1] < 0, MAXIMUM, SADDLE)), "")


def _kink(
    landscape: str, params: dict[str, Any], start: np.ndarray, cell: float, smooth: float, window: Box
) -> list[StationaryPoint]:
    """The lowest point near a node where no gradient vanishes: the tip of a kink.

    Finer and finer grids must close in on the same point, wherever they begin, and the surface must rise from it in all
    directions: in a narrow valley, or on a ridge, neither holds. (A crease that is oblique to the axes, and smooth
    along its bottom, is not resolved so; nothing is claimed of it.)
    """
    ends: list[np.ndarray] = []
    for angle in (0.6, 2.9, 4.7):
        begin = start + 0.3 * cell * np.array([np.cos(angle), np.sin(angle)])
        ends.append(_closing_in(landscape, params, begin, 2 * cell, CLOSE * cell, smooth))
        apart = np.abs(ends[-1] - ends[0]).max()
        # In a smooth valley it goes on down from there, and closing in further is for nothing.
        if apart > 1e-3 * cell or _outward(landscape, params, ends[-1], 1e-2 * cell, smooth) <= 0:
            return []
    tip = _closing_in(landscape, params, ends[0], CLOSE * cell, 0.0, smooth)
    if not _rises(landscape, params, tip, cell, smooth):
        return []
    # Known to so many digits of the picture, and no dust beyond them.
    digits = 9 - math.floor(math.log10(cell))
    at = np.round(tip, digits) + 0.0
    value = local(landscape, params, at[None], None, smooth).loss[0]
    if not _inside(at, window, 0.0):
        return []
    return [StationaryPoint((float(at[0]), float(at[1])), float(value), MINIMUM, smooth=False)]


def _rises(landscape: str, params: dict[str, Any], at: np.ndarray, cell: float, smooth: float) -> bool:
    """Whether the surface rises from a point in all directions, near it and farther off."""
    around = local(landscape, params, np.stack([at, *(at + 0.1 * cell * RING)]), None, smooth).loss
    return _outward(landscape, params, at, 1e-4 * cell, smooth) > 1e-7 and bool(around[1:].min() > around[0])


def _outward(landscape: str, params: dict[str, Any], at: np.ndarray, radius: float, smooth: float) -> float:
    """The least slope away from a point on a ring around it, in units of the largest derivative there; or 0."""
    slopes = local(landscape, params, at + radius * RING, None, smooth).gradient
    steepest = float(np.abs(slopes).max())
    return float((slopes * RING).sum(axis=1).min()) / steepest if steepest > 0 else 0.0


def _closing_in(
    landscape: str, params: dict[str, Any], at: np.ndarray, reach: float, least: float, smooth: float
) -> np.ndarray:
    """The lowest point that grids about the lowest point so far find, each a third as wide as the one before.

    The first is ``reach`` to each side, the last ``least`` or the rounding of the coordinates.
    """
    steps = lattice((-1, 1, -1, 1), 9)
    while reach > max(least, 1e-12 * max(1.0, np.abs(at).max())):
        near = local(landscape, params, at + reach * steps, None, smooth)
        at = near.at[int(np.argmin(np.where(np.isnan(near.loss), np.inf, near.loss)))]
        reach /= 3
    return at


def _distinct(found: list[StationaryPoint], width: float) -> list[StationaryPoint]:
    """The lowest of those that are within ``width`` of each other, smooth ones first."""
    found = sorted(found, key=lambda point: (not point.smooth, point.value))
    if not found:
        return []
    again = tree([point.x for point in found]).query_pairs(width, p=np.inf, output_type="ndarray").max(axis=1)
    return [point for k, point in enumerate(found) if k not in set(again.tolist())]


def _best(found: list[StationaryPoint], z: np.ndarray) -> tuple[StationaryPoint, ...]:
    """The points to show, the lowest minima marked as best."""
    lowest = min((point.value for point in found if point.kind == MINIMUM), default=np.inf)
    room = 1e-9 * max(1.0, abs(lowest)) if np.isfinite(lowest) else 0.0
    if np.nanmin(z) < lowest - room:
        lowest = -np.inf
    marked = [replace(point, best=point.kind == MINIMUM and point.value <= lowest + room) for point in found]
    marked.sort(key=lambda point: point.value)
    return tuple(chain.from_iterable([p for p in marked if p.kind == kind][:most] for kind, most in SHOWN.items()))
