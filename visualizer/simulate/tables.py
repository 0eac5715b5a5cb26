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


def loss_and_gradient(landscape: Array, theta: Array, params: Array, affine: Array) -> tuple[Array, Array]:
    """f(A (theta - b)) and its gradient at theta ``(2, ...lanes)``."""
    matrix, offset = affine[:4], affine[4:]
    dx, dy = theta[0] - offset[0], theta[1] - offset[1]
    inner = jnp.stack([matrix[0] * dx + matrix[1] * dy, matrix[2] * dx + matrix[3] * dy])

    def branch(entry: Any) -> Callable[[Array, Array], tuple[Array, Array]]:
        def run(inner: Array, params: Array) -> tuple[Array, Array]:
            h = decode(entry.params, params)
            value, pull = jax.vjp(lambda point: entry.f(point, h), inner)
            return value, pull(jnp.ones_like(value))[0]

        return run

    value, slope = lax.switch(landscape, [branch(entry) for entry in LANDSCAPES.values()], inner, params)
    gradient = [matrix[0] * slope[0] + matrix[2] * slope[1], matrix[1] * slope[0] + matrix[3] * slope[1]]
    return value, jnp.stack(gradient)


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
