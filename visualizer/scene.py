"""A scenario's surface: its heights, its stationary points, and what it looks like from where one stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from landscapes import StationaryPoint
from visualizer.scenario import Scenario
from visualizer.simulate import local, stationary
from visualizer.simulate import surface as surfaces

ONE_BY_ONE = ("minibatch", {"batch": 1, "order": "cyclic", "label": 0.0})  # the order of a timed surface as it is meant
HOLE = 65535  # the level of a point where the surface is not defined
LOG_FLOOR = 1e-3  # what is added to a loss above the minimum before its logarithm is drawn


# ---- stationary points -----------------------------------------------------------------------------------------------


def own_points(scenario: Scenario) -> tuple[StationaryPoint, ...]:
    """The stationary points in the surface's own coordinates: declared, or found for one that was smoothed."""
    return stationary.known_points(scenario.landscape, tuple(scenario.params.items()), scenario.smooth)


def points(scenario: Scenario) -> tuple[StationaryPoint, ...]:
    """The surface's stationary points where the page shows them."""
    placement = scenario.placement
    if scenario.surface.timed:
        return tuple(replace(point, x=(point.x[0], float(scenario.steps or 0))) for point in own_points(scenario))
    return tuple(replace(point, x=placement.place(point.x)) for point in own_points(scenario))


def resting_points(scenario: Scenario) -> tuple[StationaryPoint, ...]:
    """The points, and all other minima in and around the window: too many to show on every picture."""
    params = tuple(scenario.params.items())
    return stationary.resting_points(scenario.landscape, params, scenario.smooth, scenario.placement, scenario.window)


def least_loss(scenario: Scenario) -> float | None:
    """The loss at the global minimum, or None for a surface without one."""
    return min((point.value for point in own_points(scenario) if point.best), default=None)


# ---- the surface from where one stands -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Local:
    """The surface at a point: its loss, gradient, and the Hessian's frame.

    ``curvatures`` are its eigenvalues, the larger first, ``axes`` the unit eigenvectors that belong to them.
    ``condition`` is the ratio of their absolute values, larger to smaller, infinite if one is 0. ``limit`` is the
    learning rate 2 / L up to which gradient descent contracts along every axis, L the larger curvature; infinite where
    nothing curves upwards. NaN where the surface has no finite value.
    """

    loss: float
    gradient: tuple[float, float]
    curvatures: tuple[float, float]
    axes: tuple[tuple[float, float], tuple[float, float]]
    condition: float
    limit: float


def inspect(scenario: Scenario, point: Sequence[float]) -> Local:
    """The surface at a point of the page."""
    seen = _local(scenario, np.array([point]))
    xx, xy, yy = seen.hessian[0]
    gradient = (float(seen.gradient[0, 0]), float(seen.gradient[0, 1]))
    if not np.isfinite(seen.hessian).all():
        nothing = (math.nan, math.nan)
        return Local(float(seen.loss[0]), gradient, nothing, (nothing, nothing), math.nan, math.nan)
    bends, vectors = np.linalg.eigh([[xx, xy], [xy, yy]])
    small, large = sorted(np.abs(bends))
    return Local(
        float(seen.loss[0]),
        gradient,
        (float(bends[1]), float(bends[0])),
        ((float(vectors[0, 1]), float(vectors[1, 1])), (float(vectors[0, 0]), float(vectors[1, 0]))),
        float(large / small) if small > 0 else math.inf,
        float(2.0 / bends[1]) if bends[1] > 0 else math.inf,
    )


def field(scenario: Scenario, size: int) -> np.ndarray:
    """The gradient at the centres of ``size`` x ``size`` cells of the window, ``(size * size, 2)``, rows upwards."""
    x0, x1, y0, y1 = scenario.window
    x, y = (x1 - x0) / size / 2, (y1 - y0) / size / 2
    return _local(scenario, local.lattice((x0 + x, x1 - x, y0 + y, y1 - y), size)).gradient


def _local(scenario: Scenario, points: np.ndarray) -> local.Local:
    return local.local(scenario.landscape, scenario.params, points, scenario.placement, scenario.smooth)


# ---- the surface -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Surface:
    """The surface as it is drawn: heights ``(GRID, GRID)`` over the window, and how a loss becomes a height.

    ``shift`` and ``eps`` are those of height(loss) = log10(max(loss - shift, 0) + eps); None on a linear scale.
    """

    window: tuple[float, float, float, float]
    heights: np.ndarray
    shift: float | None
    eps: float | None


def surface(scenario: Scenario) -> Surface:
    """The surface's heights, on a logarithmic scale if the scenario says so."""
    losses = _losses(scenario)
    finite = losses[np.isfinite(losses)]
    if scenario.surface.made:
        losses = _capped(losses, finite)
    if not scenario.log or not len(finite):
        return Surface(scenario.window, losses, None, None)
    lowest = float(finite.min())
    least = least_loss(scenario)
    shift = lowest if least is None else min(least, lowest)
    # A fixed floor would show a shallow surface as flat: at most a ten-thousandth of what there is to see.
    eps = min(LOG_FLOOR, 1e-4 * (float(finite.max()) - shift)) or LOG_FLOOR
    return Surface(scenario.window, np.log10(np.maximum(losses - shift, 0.0) + eps), shift, eps)


def levels(heights: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    """Heights as 16-bit levels, little-endian, of the same shape; ``lo`` and ``hi`` are those of 0 and 65535.

    ``holes`` says that the highest level is that of points where the surface is not defined.
    """
    known = np.isfinite(heights)
    low, high = (float(end(heights[known])) if known.any() else 0.0 for end in (np.min, np.max))
    holes = not known.all()
    top = HOLE - 1 if holes else HOLE
    grid = np.rint(np.where(known, heights - low, 0.0) * (top / (high - low or 1.0))).astype("<u2")
    grid[~known] = HOLE
    return grid, {"lo": low, "hi": low + (high - low) * HOLE / top if holes else high, "holes": holes}


def _losses(scenario: Scenario) -> np.ndarray:
    """The losses over the window. Those of a timed surface in each step, if its steps can be told apart."""
    steps = scenario.steps or 0
    if scenario.surface.timed and 0 < steps < surfaces.GRID and scenario.noise == ONE_BY_ONE:
        xs = np.linspace(*scenario.window[:2], surfaces.GRID)
        shown = np.linspace(0, steps, surfaces.GRID).round().astype(int)
        return surfaces.sequence(scenario.landscape, scenario.params, xs, shown)
    return surfaces.losses(scenario.landscape, scenario.params, scenario.placement, scenario.window, scenario.smooth)


def _capped(losses: np.ndarray, finite: np.ndarray) -> np.ndarray:
    """Without what rises to a pole, and would leave no colour for the rest; with holes where it is undefined."""
    if not len(finite):
        return np.full_like(losses, np.nan)
    low, high = np.quantile(finite, (0.02, 0.98))
    room = 20.0 * (high - low)
    return np.clip(np.where(np.isfinite(losses), losses, np.nan), low - room, high + room)
