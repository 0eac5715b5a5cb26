"""The density exp(-f/T) over a window, which SGLD samples at small rates, and how much of it lies where.

SGLD at rate lr and temperature T moves by -lr grad f + sqrt(2 lr T) xi. SGD with normal noise of deviation sigma moves
by -lr grad f + lr sigma xi: the same with T = lr sigma^2 / 2. Both have exp(-f/T) in the limit of small rates only. On
a quadratic of curvature k the variance is T / (k (1 - lr k / 2)), larger than the density's T / k. Momentum mu spreads
as SGD does at the rate lr / (1 - mu), again in that limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

SHARES = (0.5, 0.9)  # of the mass: the regions that are drawn
COARSE = 0.6  # cells per standard deviation of a minimum: with fewer, a sum over cells is off by more than a thousandth


def temperature(rule: str, h: Mapping[str, Any], noise: tuple[str, Mapping[str, Any]]) -> float | None:
    """T of the density that a run's cloud approaches at small rates; None where there is no such density, or no noise.

    The noise has to be the same in every direction and everywhere.
    """
    if noise[0] not in ("none", "gaussian"):
        return None
    lr, sigma = h.get("lr"), noise[1].get("sigma", 0.0)
    if rule == "sgld":
        found = h["temperature"] + lr * sigma**2 / 2.0
    elif rule in ("sgd", "momentum", "nesterov") and lr and not h.get("weight_decay", 0.0):
        mu = h.get("momentum", 0.0)
        gain = 1.0 - h.get("dampening", 0.0) if mu > 0 else 1.0
        if mu >= 1.0:
            return None
        found = lr * gain * sigma**2 / (2.0 * (1.0 - mu))
    else:
        return None
    return float(found) if found > 0 else None


def formula(rule: str, h: Mapping[str, Any]) -> str:
    """What ``temperature`` is computed by, for a run that has one; empty for SGLD, which has it as a dial."""
    if rule == "sgld":
        return ""
    if not h.get("momentum", 0.0):
        return "lr σ²/2"
    return "lr (1 − τ) σ²/(2 (1 − μ))" if h.get("dampening", 0.0) else "lr σ²/(2 (1 − μ))"


@dataclass(frozen=True, eq=False)
class Gibbs:
    """exp(-f/T), normalized over a window.

    ``levels`` are the losses up to which the densest regions of ``SHARES`` of the mass reach; ``masses`` how much is
    within each disc that was asked for.
    """

    temperature: float
    levels: tuple[float, ...]
    masses: np.ndarray


def gibbs(
    losses: np.ndarray,
    window: Sequence[float],
    temperature: float,
    discs: Sequence[tuple[float, float, float]],
    curvatures: Sequence[float],
) -> Gibbs | None:
    """From the losses ``(ny, nx)`` on a grid of the window; discs are x, y, radius each.

    By the midpoint rule. None where the grid is too coarse for a minimum with one of these curvatures.
    """
    ny, nx = losses.shape
    x, y = np.linspace(window[0], window[1], nx), np.linspace(window[2], window[3], ny)
    cell = max(x[1] - x[0], y[1] - y[0])
    if any(k > 0 and np.sqrt(temperature / k) < COARSE * cell for k in curvatures):
        return None
    finite = np.where(np.isfinite(losses), losses, np.inf)
    weight = np.exp(-(finite - finite.min()) / temperature)
    total = weight.sum()
    order = np.argsort(finite, axis=None)
    within = np.cumsum(weight.ravel()[order]) / total
    levels = [float(finite.ravel()[order[np.searchsorted(within, share)]]) for share in SHARES]
    masses = [_mass(weight, x, y, disc) / total for disc in discs]
    return Gibbs(temperature, tuple(levels), np.array(masses))


def _mass(weight: np.ndarray, x: np.ndarray, y: np.ndarray, disc: tuple[float, float, float]) -> float:
    """The weights of the nodes in a disc."""
    across, up, radius = disc
    columns = slice(np.searchsorted(x, across - radius), np.searchsorted(x, across + radius, "right"))
    rows = slice(np.searchsorted(y, up - radius), np.searchsorted(y, up + radius, "right"))
    apart = np.hypot(x[None, columns] - across, y[rows, None] - up)
    return float(weight[rows, columns][apart <= radius].sum())
