"""The catalogues as switches: each function picks an entry by a traced index, so that no choice recompiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from landscapes import CATALOGUE as LANDSCAPES
from landscapes.noise import CATALOGUE as NOISES
from optimizers import RULES
from optimizers.schedules import FORMS, MEMORY
from visualizer import backend  # noqa: F401  (sets up JAX)
from visualizer.spec import Values, decode, row_width

# The numbers of one run, in this order.
WIDTHS = {
    "start": 2,
    "affine": 6,  # a 2x2 matrix A by rows and an offset b: the surface is f(A (theta - b))
    "params": row_width(LANDSCAPES),
    "hyper": row_width(RULES),
    "schedule": row_width({str(i): form for i, form in enumerate(FORMS)}) + 1,  # and the base rate
    "noise": row_width(NOISES),
    "lookahead": 3,  # period (0: none), share of the way, whether the inner state is reset
    "sam": 1,  # radius (0: none)
    "budget": 1,  # evaluations (infinity: no limit)
}
INDICES = ("landscape", "optimizer", "schedule", "noise", "steps", "seed")
IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def split(numbers: Array) -> Values:
    """The named parts of one run's row of numbers."""
    parts, at = {}, 0
    for name, width in WIDTHS.items():
        parts[name] = numbers[at : at + width]
        at += width
    return Values(parts)


def loss_at(landscape: Array, theta: Array, params: Array, affine: Array) -> Array:
    """f(A (theta - b)) at theta ``(2, ...lanes)``."""

    def branch(entry: Any) -> Callable[[Array, Array], Array]:
        return lambda inner, params: entry.f(inner, decode(entry.params, params))

    branches = [branch(entry) for entry in LANDSCAPES.values()]
    return lax.switch(landscape, branches, _inner(theta, affine), params)


def loss_and_gradient(landscape: Array, theta: Array, params: Array, affine: Array) -> tuple[Array, Array]:
    """f(A (theta - b)) and its gradient at theta ``(2, ...lanes)``."""

    def branch(entry: Any) -> Callable[[Array, Array], tuple[Array, Array]]:
        return lambda inner, params: _value_and_slope(entry, params)(inner)

    branches = [branch(entry) for entry in LANDSCAPES.values()]
    value, slope = lax.switch(landscape, branches, _inner(theta, affine), params)
    return value, _pulled(slope, affine)


def loss_gradient_hessian(
    landscape: Array, theta: Array, params: Array, affine: Array, uses: Array
) -> tuple[Array, Array, tuple[Array, Array, Array]]:
    """f(A (theta - b)), its gradient ``(2,)`` and, where ``uses``, its Hessian's (xx, xy, yy) at theta ``(2,)``.

    The Hessian column by column, as the gradient's derivative along A's columns, in a loop: the surfaces are compiled
    once for both.
    """

    def branch(entry: Any) -> Callable[..., tuple[tuple[Array, Array], tuple[Array, Array]]]:
        return lambda inner, along, params: jax.jvp(_value_and_slope(entry, params), (inner,), (along,))

    branches = [branch(entry) for entry in LANDSCAPES.values()]
    inner = _inner(theta, affine)

    def column(j: Array, carry: tuple[Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array]:
        along = jnp.where(j == 0, affine[0:4:2], affine[1:4:2])
        (value, slope), (_, bend) = lax.switch(landscape, branches, inner, along, params)
        new = _pulled(bend, affine)
        return value, slope, jnp.where(j == 0, new, carry[2]), jnp.where(j == 1, new, carry[3])

    nothing = jnp.zeros_like(theta)
    columns = 1 + uses.astype(jnp.int32)
    value, slope, first, second = lax.fori_loop(jnp.int32(0), columns, column, (nothing[0], nothing, nothing, nothing))
    return value, _pulled(slope, affine), (first[0], 0.5 * (first[1] + second[0]), second[1])


def _inner(theta: Array, affine: Array) -> Array:
    """A (theta - b)."""
    matrix, offset = affine[:4], affine[4:]
    dx, dy = theta[0] - offset[0], theta[1] - offset[1]
    return jnp.stack([matrix[0] * dx + matrix[1] * dy, matrix[2] * dx + matrix[3] * dy])


def _pulled(slope: Array, affine: Array) -> Array:
    """A's transpose times ``slope``."""
    return jnp.stack([affine[0] * slope[0] + affine[2] * slope[1], affine[1] * slope[0] + affine[3] * slope[1]])


def _value_and_slope(entry: Any, params: Array) -> Callable[[Array], tuple[Array, Array]]:
    """An entry's f and its gradient, as a function of the point ``(2, ...lanes)``."""
    h = decode(entry.params, params)

    def run(point: Array) -> tuple[Array, Array]:
        value, pull = jax.vjp(lambda where: entry.f(where, h), point)
        return value, pull(jnp.ones_like(value))[0]

    return run


def add_noise(model: Array, g: Array, theta: Array, draw: Callable[[int], Array], row: Array) -> Array:
    """The gradient as the noise model lets the optimizer see it."""

    def branch(entry: Any) -> Callable[[Array, Array, Array], Array]:
        return lambda g, theta, row: entry.apply(g, theta, draw, decode(entry.hypers, row))

    return lax.switch(model, [branch(entry) for entry in NOISES.values()], g, theta, row)


def schedule_memory(index: Array, row: Array) -> Array:
    """What a schedule that watches the loss starts from, ``(MEMORY,)``."""

    def branch(entry: Any) -> Callable[[Array], Array]:
        def run(row: Array) -> Array:
            found = jnp.asarray(entry.memory(Values(decode(entry.hypers, row[1:]), lr=row[0])), row.dtype)
            return jnp.concatenate([found, jnp.zeros(MEMORY - found.shape[0], row.dtype)])

        return run

    return lax.switch(index, [branch(entry) for entry in FORMS], row)


def scheduled(
    index: Array, t: Array, steps: Array, loss: Array, memory: Array, row: Array
) -> tuple[Array, Array, Array]:
    """Learning rate, momentum (NaN: not cycled) and memory of update t + 1; ``row`` begins with the base rate."""

    def branch(entry: Any) -> Callable[..., tuple[Array, Array, Array]]:
        def run(t: Array, steps: Array, loss: Array, memory: Array, row: Array) -> tuple[Array, Array, Array]:
            h = Values(decode(entry.hypers, row[1:]), lr=row[0])
            if entry.react is None:
                rate = entry.rate(t, steps, h)
            else:
                rate, memory = entry.react(t, loss, memory, h)
            like = jnp.zeros_like(row[0])
            return rate.lr + like, rate.momentum + like, memory

        return run

    return lax.switch(index, [branch(entry) for entry in FORMS], t, steps, loss, memory, row)
