"""Huber's rounded absolute value (Huber 1964), and its mean under a normal distribution.

    H(u) = u^2 / (2 delta) for |u| <= delta, |u| - delta/2 beyond; |u| itself at delta = 0

All functions are elementwise and have finite derivatives everywhere; that of |u| at 0 is 0.
"""

import math

import jax.numpy as jnp
from jax import Array, lax

from landscapes._landscape import parameter
from visualizer.spec import Hyper, Text

NARROW = 0.02  # delta below this share of sigma: the closed form would lose digits, four terms of a series do not


def huber(u: Array, delta: Array) -> Array:
    positive = jnp.where(delta > 0, delta, 1.0)
    return jnp.where(jnp.abs(u) <= delta, 0.5 * (u * u) / positive, jnp.abs(u) - 0.5 * delta)


def density(z: Array) -> Array:
    return jnp.exp(-0.5 * (z * z)) / math.sqrt(2.0 * math.pi)


def below(z: Array) -> Array:
    """The normal distribution function. One erfc, accurate in the lower tail; jax.scipy's ndtr compiles three."""
    return 0.5 * lax.erfc(-math.sqrt(0.5) * z)


def mean_huber(u: Array, delta: Array, sigma: Array) -> Array:
    """E H(u + sigma Z) for a standard normal Z: H(u) at sigma = 0."""
    spread = jnp.where(sigma > 0, sigma, 1.0)
    size = jnp.abs(u)  # H is even
    narrow = delta < NARROW * spread
    small, wide = jnp.where(narrow, delta, 0.0), jnp.where(narrow, spread, delta)  # neither overflows where not chosen
    found = jnp.where(narrow, _series(size, small, spread), _three_pieces(size, wide, spread))
    return jnp.where(sigma > 0, found, huber(u, delta))


def _series(u: Array, delta: Array, s: Array) -> Array:
    """H is the mean of |u - t| over |t| <= delta, less delta/2: so the mean of A(u) = E |u + s Z|, by Taylor."""
    z = jnp.clip(u / s, -40.0, 40.0)
    bump = density(z)
    ratio = (delta / s) ** 2
    bend = ratio * s * bump * (1.0 / 3.0 + ratio * (z * z - 1.0) / 60.0)
    return u * (2.0 * below(z) - 1.0) + 2.0 * s * bump + bend - 0.5 * delta


def _three_pieces(u: Array, delta: Array, s: Array) -> Array:
    """The normal moments over the parabola and over both straight parts; u >= 0 keeps them free of cancellation."""
    low, high = (jnp.clip((end - u) / s, -40.0, 40.0) for end in (-delta, delta))
    at_low, at_high = density(low), density(high)
    inside = below(high) - below(low)
    parabola = (u * u + s * s) * inside + s * ((u - delta) * at_low - (u + delta) * at_high)
    right = (u - 0.5 * delta) * below(-high) + s * at_high
    left = s * at_low - (u + 0.5 * delta) * below(low)
    return parabola / (2.0 * delta) + right + left


def rounding() -> Hyper:
    return parameter(
        "huber",
        r"\delta",
        0.0,
        0.0,
        1.0,
        Text(
            "Half width of the parabola that replaces the kink: Huber's form. 0 keeps the kink.",
            "代替尖点的抛物线的半宽\uff08Huber 形式\uff09\uff1b0 保留尖点。",
        ),
        most=1e6,
    )
