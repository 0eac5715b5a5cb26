"""A surface near given points: its loss, gradient and Hessian there, and the stationary points that Newton finds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax

from landscapes import StationaryPoint
from landscapes._landscape import MAXIMUM, MINIMUM, SADDLE, Box
from visualizer.backend import jax
from visualizer.plane import Placement
from visualizer.simulate import compiled
from visualizer.simulate.ground import ground_of
from visualizer.simulate.groups import SMOOTHED, SURFACES
from visualizer.simulate.surface import GRID, asked, losses

MOST_POINTS = 1024  # of one call


class Local(NamedTuple):
    """At K points: where, the loss, the gradient, the Hessian's (xx, xy, yy)."""

    at: np.ndarray  # (K, 2)
    loss: np.ndarray  # (K,)
    gradient: np.ndarray  # (K, 2)
    hessian: np.ndarray  # (K, 3)


def lattice(box: Box, size: int) -> np.ndarray:
    """The nodes of a ``size`` x ``size`` grid over a box, ``(size * size, 2)``, rows upwards."""
    x0, x1, y0, y1 = box
    x, y = np.meshgrid(np.linspace(x0, x1, size), np.linspace(y0, y1, size))
    return np.stack([x, y], axis=-1).reshape(-1, 2)


def local(
    landscape: str,
    params: Mapping[str, Any],
    points: np.ndarray,
    placement: Placement | None = None,
    smooth: float = 0.0,
    newton: int = 0,
    reach: float = np.inf,
) -> Local:
    """The surface at points ``(K, 2)``, K at most ``MOST_POINTS``, after so many Newton steps from each.

    A step is no longer than ``reach``; it goes to the stationary point of the quadratic through the point, whatever its
    kind.
    """
    group, ground = asked(landscape, params, placement or Placement(), smooth)
    padded = np.zeros((MOST_POINTS, 2))
    padded[: len(points)] = points
    arguments = (*ground, padded, np.int32(len(points)), np.int32(newton), np.float64(reach))
    program = compiled.program(f"local-{group}", lambda: (jax.jit(_program(group)), arguments))
    found = np.asarray(program(*arguments))[: len(points)]
    return Local(found[:, :2], found[:, 2], found[:, 3:5], found[:, 5:])


def _program(group: str) -> Any:
    def look(
        place: Any, params: Any, affine: Any, smooth: Any, points: Any, count: Any, newton: Any, reach: Any
    ) -> Any:
        ground = ground_of(group, place, params, affine, smooth)

        def one(k: Any, out: Any) -> Any:
            def step(j: Any, carry: Any) -> Any:
                at, _ = carry
                loss, g, hessian = ground.loss_gradient_hessian(at, jnp.bool_(True))
                row = jnp.concatenate([at, loss[None], g, jnp.stack(hessian)])
                return jnp.where(j < newton, at + _newton(g, hessian, reach), at), row

            at = lax.dynamic_index_in_dim(points, k, keepdims=False)
            _, row = lax.fori_loop(jnp.int32(0), newton + 1, step, (at, jnp.zeros(8)))
            return lax.dynamic_update_slice(out, row[None], (k, jnp.int32(0)))

        return lax.fori_loop(jnp.int32(0), count, one, jnp.zeros((MOST_POINTS, 8)))

    return look


def _newton(g: Any, hessian: Any, reach: Any) -> Any:
    """The step to where the gradient of the quadratic vanishes, at most ``reach`` long; none where there is none."""
    xx, xy, yy = hessian
    determinant = xx * yy - xy * xy
    there = jnp.abs(determinant) > 0
    step = jnp.stack([xy * g[1] - yy * g[0], xy * g[0] - xx * g[1]]) / jnp.where(there, determinant, 1.0)
    length = jnp.sqrt(step[0] * step[0] + step[1] * step[1])
    shrink = jnp.where(length > reach, reach / jnp.where(length > 0, length, 1.0), 1.0)
    return jnp.where(there & jnp.isfinite(length), shrink * step, 0.0)


def warm() -> None:
    """Compiles, or loads, the programs of all surfaces."""
    for group, entries in SURFACES.items():
        local(entries[0].slug, {}, np.zeros((1, 2)), smooth=float(group in SMOOTHED.values()))


# ---- stationary points -----------------------------------------------------------------------------------------------

MOST_CANDIDATES = 64  # of a kind
MOST_KINKS = 4  # places where a kink is looked for
SHOWN = {MINIMUM: 32, SADDLE: 16, MAXIMUM: 8}  # the lowest of each kind: more marks would hide the picture
NEWTON = 15  # from a node next to it
FLAT = 1e-10  # of the larger curvature: below it, the sign of the other means nothing
CLOSE = 1e-5  # of a cell: so near to a lowest point, the surface around it tells a kink from a valley
TURNS = np.linspace(0, 2 * np.pi, 64, endpoint=False)
RING = np.stack([np.cos(TURNS), np.sin(TURNS)], axis=-1)
# The eight neighbours of a grid's node, around it.
AROUND = ((0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1))


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
        at = np.stack([x[nodes[:, 1]], y[nodes[:, 0]]], axis=-1)
        polished = local(landscape, known, at, None, smooth, NEWTON, cell)
        for start, point in zip(at, _rows(polished), strict=True):
            near = np.abs(point.at - start).max() <= 4 * cell and _inside(point.at, window, 1e-9 * cell)
            sort = _kind(point, cell)
            if near and sort:
                found.append(StationaryPoint((float(point.at[0]), float(point.at[1])), float(point.loss), sort))
            elif kind == MINIMUM and kinks < MOST_KINKS and not smooth:  # what is smoothed has no kinks
                kinks += 1
                found += _kink(landscape, known, start, cell, smooth, window)
    return _best(_distinct(found, 1e-5 * cell), z)


def _rows(many: Local) -> Iterable[Local]:
    return (Local(*(part[k] for part in many)) for k in range(len(many.loss)))


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
        found[kind] = nodes[order][:MOST_CANDIDATES]
    return {kind: nodes for kind, nodes in found.items() if len(nodes)}


def _kind(point: Local, cell: float) -> str:
    """What the Hessian's signs say of a point where the gradient vanishes to rounding.

    Empty if it does not, or if the surface bends less over a cell than rounding does.
    """
    xx, xy, yy = point.hessian
    whole = bool(np.isfinite(point.hessian).all())
    low, high = np.linalg.eigvalsh([[xx, xy], [xy, yy]] if whole else np.zeros((2, 2))).tolist()
    small, bend = sorted((abs(float(low)), abs(float(high))))
    scale = max(1.0, float(np.abs(point.at).max()))
    if (
        small * cell * cell <= 1e-12 * max(1.0, abs(float(point.loss)))
        or small <= FLAT * bend
        or not np.isfinite(point.loss)
    ):
        return ""
    # A step of rounding changes the gradient by so much; the issue of certainty ends there.
    if float(np.abs(point.gradient).max()) > 1e-12 * bend * scale + 1e-13 * max(1.0, abs(float(point.loss))):
        return ""
    return MINIMUM if low > 0 else MAXIMUM if high < 0 else SADDLE


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
    kept: list[StationaryPoint] = []
    for point in sorted(found, key=lambda point: (not point.smooth, point.value)):
        if all(max(abs(a - b) for a, b in zip(point.x, other.x, strict=True)) > width for other in kept):
            kept.append(point)
    return kept


def _best(found: list[StationaryPoint], z: np.ndarray) -> tuple[StationaryPoint, ...]:
    """The points to show, the lowest minima marked as best."""
    lowest = min((point.value for point in found if point.kind == MINIMUM), default=np.inf)
    room = 1e-9 * max(1.0, abs(lowest)) if np.isfinite(lowest) else 0.0
    if np.nanmin(z) < lowest - room:
        lowest = -np.inf
    marked = [replace(point, best=point.kind == MINIMUM and point.value <= lowest + room) for point in found]
    marked.sort(key=lambda point: point.value)
    return tuple(chain.from_iterable([p for p in marked if p.kind == kind][:most] for kind, most in SHOWN.items()))
