"""Linear algebra of symmetric 2x2 matrices in closed form, elementwise in the lanes.

A matrix is (a, b, c) for ((a, b), (b, c)), each ``(...lanes)``.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

Symmetric = tuple[Array, Array, Array]


def shifted(matrix: Symmetric, by: Array) -> Symmetric:
    """The matrix plus ``by`` times the identity."""
    a, b, c = matrix
    return a + by, b, c + by


def times(matrix: Symmetric, v: Array) -> Array:
    """The matrix times ``v`` ``(2, ...lanes)``."""
    a, b, c = matrix
    return jnp.stack([a * v[0] + b * v[1], b * v[0] + c * v[1]])


def definite(matrix: Symmetric) -> Array:
    """Whether the matrix is positive definite."""
    a, b, c = matrix
    return (a > 0) & (a * c - b * b > 0)


def solve(matrix: Symmetric, g: Array) -> Array:
    """The inverse matrix times ``g`` ``(2, ...lanes)``; ``g`` itself where the matrix is singular to rounding."""
    a, b, c = matrix
    size = jnp.maximum(jnp.maximum(jnp.abs(a), jnp.abs(c)), jnp.abs(b))
    by = jnp.where(size > 0, size, 1.0)  # or the products of large entries would overflow, those of small ones vanish
    a, b, c = a / by, b / by, c / by
    det = a * c - b * b
    singular = ~(jnp.abs(det) > 4.0 * jnp.finfo(g.dtype).eps * (jnp.abs(a * c) + b * b))
    adjugate = jnp.stack([c * g[0] - b * g[1], a * g[1] - b * g[0]])
    return jnp.where(singular, g, adjugate / jnp.where(singular, 1.0, det) / by)


def absolute(matrix: Symmetric) -> Symmetric:
    """The matrix with its eigenvalues replaced by their absolute values.

    Eigenvalues of one sign: the matrix times that sign. Otherwise, with mean (a + c) / 2, they are mean +- r, and
    |H| = (mean H - det I) / r, by writing the projections onto the eigenvectors as polynomials of H.
    """
    a, b, c = matrix
    det, mean, half = a * c - b * b, 0.5 * (a + c), 0.5 * (a - c)
    r = jnp.sqrt(half * half + b * b)
    sign = jnp.where(mean < 0, -1.0, 1.0)
    mixed = det < 0
    by = jnp.where(mixed, r, 1.0)
    entries = ((mean * a - det) / by, mean * b / by, (mean * c - det) / by)
    one, two, three = (jnp.where(mixed, new, sign * old) for new, old in zip(entries, matrix, strict=True))
    return one, two, three
