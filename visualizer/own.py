"""What a surface that its user made suggests: how much of it to draw, on which scale, from where, at which rates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from landscapes import CATALOGUE as LANDSCAPES
from landscapes import Box, StationaryPoint
from optimizers import RULES
from visualizer.plane import Placement
from visualizer.scenario import Run, Scenario
from visualizer.simulate.local import lattice, local
from visualizer.simulate.stationary import stationary_points
from visualizer.simulate.surface import losses

REACHES = (4.0, 16.0, 64.0, 0.5)  # half the widths of the squares that are looked at, until there is something to see
NICE = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
PLAIN = (-3.0, 3.0, -3.0, 3.0)
KEPT = 12  # of the stationary points, the lowest: what a picture should hold
FARTHEST = 1e5  # from the origin
STEPPED = 0.9  # the rate suits this share of the curvatures in the picture


class UndefinedError(ValueError):
    """Nowhere near the origin has the surface a finite value."""


def suggested(landscape: str, params: Mapping[str, Any]) -> Scenario:
    """A race on a surface that was just made: its window, its scale, a start that is worth one, and rates.

    Raises ``UndefinedError`` where there is nothing to draw.
    """
    if "window" in params:
        params = {**params, "window": framed(landscape, params)}
    x0, x1, y0, y1 = domain = LANDSCAPES[landscape].shape(params).domain
    if not np.isfinite(losses(landscape, params, Placement(), domain)).any():
        raise UndefinedError
    scenario = Scenario(landscape, params, start=((x0 + x1) / 2, (y0 + y1) / 2))
    start, log = _start(scenario), _log(scenario)
    scenario = replace(scenario, start=start, log=log)
    found = rates(scenario)
    race = [Run(slug, {**hyper, "lr": found[RULES[slug].units]}) for slug, hyper in scenario.surface.race]
    return replace(scenario, runs=tuple(race))


def framed(landscape: str, params: Mapping[str, Any]) -> Box:
    """A window that holds the lowest stationary points with some room; failing these, where the surface is defined."""
    for reach in REACHES:
        window = (-reach, reach, -reach, reach)
        wide = {**params, "window": window}
        found = stationary_points(landscape, tuple(wide.items()), 0.0, window)
        if found:
            return _around(sorted(found, key=lambda point: point.value)[:KEPT], reach)
    far = _far(landscape, params)
    if far:
        return _around(far, 4.0)
    for reach in REACHES[:3]:
        window = (-reach, reach, -reach, reach)
        z = losses(landscape, {**params, "window": window}, Placement(), window)
        rows, columns = np.nonzero(np.isfinite(z))
        if 0.02 < len(rows) / z.size < 0.6:
            at = np.linspace(-reach, reach, len(z))
            return float(at[columns.min()]), float(at[columns.max()]), float(at[rows.min()]), float(at[rows.max()])
    return PLAIN


def _far(landscape: str, params: Mapping[str, Any]) -> list[StationaryPoint]:
    """Points that Newton's method finds from near the origin, wherever they are."""
    found = local(landscape, params, lattice((-3, 3, -3, 3), 5), newton=60)
    for at in found.at[np.isfinite(found.loss)]:
        x, y = (float(v) for v in at)
        window = (x - 2.0, x + 2.0, y - 2.0, y + 2.0)
        if np.abs(at).max() < FARTHEST:
            near = stationary_points(landscape, tuple({**params, "window": window}.items()), 0.0, window)
            if near:
                return list(near)
    return []


def _around(points: list[StationaryPoint], reach: float) -> Box:
    at = np.array([point.x for point in points])
    middle = (at.min(axis=0) + at.max(axis=0)) / 2
    half = 1.6 * float(np.ptp(at, axis=0).max()) / 2 or (2.0 if reach > 0.5 else 0.5)
    if np.abs(middle).max() <= half / 2:  # the origin is a good centre if it costs little
        half, middle = half + float(np.abs(middle).max()), np.zeros(2)
    half = _nice(half)
    grain = half / 10
    x, y = (float(np.round(v / grain) * grain) for v in middle)
    return tuple(float(f"{v:.10g}") for v in (x - half, x + half, y - half, y + half))  # type: ignore[return-value]


def _nice(value: float) -> float:
    """The next round number."""
    power = 10.0 ** math.floor(math.log10(value))
    return power * next(nice for nice in NICE if nice * power >= value * (1 - 1e-9))


def _start(scenario: Scenario) -> tuple[float, float]:
    """Of a few points well inside the window one three quarters up; the middle where the surface is defined nowhere."""
    x0, x1, y0, y1 = scenario.domain
    x, y = 0.12 * (x1 - x0), 0.12 * (y1 - y0)
    at = lattice((x0 + x, x1 - x, y0 + y, y1 - y), 9)
    seen = local(scenario.landscape, scenario.params, at)
    known = np.flatnonzero(np.isfinite(seen.loss) & np.isfinite(seen.gradient).all(axis=1))
    if not len(known):
        return (x0 + x1) / 2, (y0 + y1) / 2
    order = known[np.argsort(seen.loss[known], kind="stable")]
    x, y = at[order[int(0.75 * (len(order) - 1))]]
    return float(f"{x:.6g}"), float(f"{y:.6g}")


def _log(scenario: Scenario) -> bool:
    """Whether there is a lowest point, and most of the picture would be one colour on a linear scale."""
    params = tuple(scenario.params.items())
    if not any(point.best for point in stationary_points(scenario.landscape, params, 0.0, scenario.domain)):
        return False
    z = losses(scenario.landscape, scenario.params, Placement(), scenario.domain)
    z = z[np.isfinite(z)]
    if not len(z) or np.ptp(z) == 0:
        return False
    return bool(np.quantile(z, 0.1) - z.min() < 0.02 * np.ptp(z))


def rates(scenario: Scenario) -> dict[str, float]:
    """A learning rate for each kind of optimizer: see ``landscapes.Landscape.rates``."""
    return dict(_rates(scenario.landscape, tuple(scenario.params.items())))


@lru_cache(maxsize=512)
def _rates(landscape: str, params: tuple[tuple[str, Any], ...]) -> tuple[tuple[str, float], ...]:
    """1 / L for the curvature that few places of the picture exceed, and a fiftieth of its width."""
    x0, x1, y0, y1 = LANDSCAPES[landscape].shape(dict(params)).domain
    seen = local(landscape, dict(params), lattice((x0, x1, y0, y1), 24))
    half = min(x1 - x0, y1 - y0) / 2
    xx, xy, yy = seen.hessian[np.isfinite(seen.hessian).all(axis=1)].T
    bends = np.hypot((xx - yy) / 2, xy) + np.abs(xx + yy) / 2  # the larger eigenvalue, by size
    slopes = np.hypot(*seen.gradient[np.isfinite(seen.gradient).all(axis=1)].T)
    sharp = float(np.quantile(bends, STEPPED)) if len(bends) else 1.0
    steep = float(np.quantile(slopes, STEPPED)) if len(slopes) else 1.0
    # Along a kink there is no curvature, and a step should not cross the picture.
    rate = min(1.0 / sharp if sharp > 0 else math.inf, 0.2 * half / steep if steep > 0 else math.inf)
    rate = _short(min(max(rate, 1e-6), 1e3)) if math.isfinite(rate) else 0.1
    return (("gradient", rate), ("velocity", _short(0.3 * rate)), ("distance", _short(0.03 * half)))


def _short(value: float) -> float:
    return float(f"{value:.1g}")
