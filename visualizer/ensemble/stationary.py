"""How far gradient noise spreads a run about a minimum: what linear theory says, and what seeds show.

Along a direction of curvature k the gradient is k x + sigma xi, and each of the rules below is a linear recursion
z' = A z + B xi. Its covariance obeys P' = A P A^T + B B^T, from 0, wherever the run starts; so on a quadratic surface
the variance after any number of steps is exact. In the limit SGD has lr sigma^2 / (k (2 - lr k)), and momentum
lr sigma^2 (1 + mu) / ((1 - mu) k (2 (1 + mu) - lr k)) (Mandt, Hoffman and Blei, JMLR 18, 2017, arXiv:1704.04289, have
the small-lr limit of both).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from visualizer.ensemble.intervals import Z

RULES = ("sgd", "momentum", "nesterov", "sgld")


def _linear(rule: str, h: Mapping[str, Any], lr: float, k: float, sigma: float) -> tuple[np.ndarray, np.ndarray]:
    """A and B B^T of the state (x, b), for a curvature that has the decay in it."""
    if rule == "sgld":
        variance = 2.0 * lr * h["temperature"] + (lr * sigma) ** 2
        return np.diag([1.0 - lr * k, 0.0]), np.diag([variance, 0.0])
    mu = h.get("momentum", 0.0)
    gain = 1.0 - h.get("dampening", 0.0) if mu > 0 else 1.0
    b = np.array([gain * k, mu])  # b' by x and b
    x, push = np.array([1.0, 0.0]) - lr * b, -lr * gain
    if rule == "nesterov":
        x, push = np.array([1.0 - lr * k, 0.0]) - lr * mu * b, -lr * (1.0 + mu)
    noise = sigma * np.array([push, gain])
    return np.stack([x, b]), np.outer(noise, noise)


def variance(
    rule: str, h: Mapping[str, Any], lr: float, curvature: float, sigma: float, steps: int | None = None
) -> float:
    """The variance of x after so many steps from one place, or in the limit (None); infinite where it grows for ever.

    Raises ``ValueError`` for a rule that is none of ``RULES``.
    """
    if rule not in RULES:
        raise ValueError(f"{rule} is no linear rule: {', '.join(RULES)} are")
    transition, noise = _linear(rule, h, lr, curvature + h.get("weight_decay", 0.0), sigma)
    if steps is None:
        if np.abs(np.linalg.eigvals(transition)).max() >= 1.0:
            return np.inf
        flat = np.linalg.solve(np.eye(4) - np.kron(transition, transition), noise.ravel())
        return float(flat[0])
    found, power, left = np.zeros((2, 2)), transition, steps
    with np.errstate(over="ignore", invalid="ignore"):
        while left:  # sum of A^j Q A^jT, doubling: the bits of ``steps`` from the lowest
            if left & 1:
                found = noise + power @ found @ power.T
            noise, power, left = noise + power @ noise @ power.T, power @ power, left >> 1
    return float(found[0, 0]) if np.isfinite(found[0, 0]) else np.inf


def noise_along(noise: tuple[str, Mapping[str, Any]], direction: tuple[float, float]) -> float | None:
    """The standard deviation of the gradient's noise along a unit direction; None where it is no constant."""
    slug, h = noise
    if slug == "none":
        return 0.0
    if slug == "gaussian":
        return float(h["sigma"])
    if slug != "anisotropic":
        return None
    angle = np.radians(h["angle"])
    along = direction[0] * np.cos(angle) + direction[1] * np.sin(angle)
    across = -direction[0] * np.sin(angle) + direction[1] * np.cos(angle)
    return float(np.hypot(h["sigma"] * along, h["sigma_across"] * across))


class Spread(NamedTuple):
    """The standard deviation of seeds along a direction, and its 95 % interval."""

    value: float
    low: float
    high: float


def spread(seen: np.ndarray) -> Spread:
    """Of ``(S, n)``: n seeds at S times, which are averaged seed by seed, for only seeds are independent."""
    each = ((seen - seen.mean(axis=1, keepdims=True)) ** 2).mean(axis=0) * (seen.shape[1] / (seen.shape[1] - 1))
    middle, error = float(each.mean()), float(each.std(ddof=1) / np.sqrt(len(each)))
    return Spread(*(float(np.sqrt(max(0.0, middle + k * error))) for k in (0.0, -Z, Z)))
