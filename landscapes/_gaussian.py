"""What a surface's smoothed form is made of: means over a Gaussian of variance v, E g(x + sqrt(v) z).

A square is smoothed as E g^2 = (E g)^2 + Var g, a product of functions of x and of y factor by factor, and what is
harmonic (x^2 - y^2, xy) not at all. A polynomial gains sum_k (v/2)^k Laplacian^k f / k!.
"""

import jax.numpy as jnp
from jax import Array


def even_powers(x: Array, v: Array) -> tuple[Array, Array, Array]:
    """E of the second, fourth and sixth power."""
    xx = x * x
    return (
        xx + v,
        xx * xx + v * (6.0 * xx + 3.0 * v),
        xx * xx * xx + v * (15.0 * (xx * xx) + v * (45.0 * xx + 15.0 * v)),
    )


def damping(w: float | Array, v: Array) -> Array:
    """What is left of a wave of angular frequency w: E cos(w (x + sqrt(v) z)) = cos(w x) exp(-w^2 v / 2)."""
    return jnp.exp(-0.5 * (w * w) * v)


def bump(square: Array, width: float, v: Array) -> Array:
    """E of exp(-square / (2 width^2)) in the plane, ``square`` being the squared distance from its center.

    A Gaussian of variance width^2 becomes one of variance width^2 + v; its volume stays.
    """
    wide = width * width + v
    return width * width / wide * jnp.exp(-square / (2.0 * wide))
