"""The catalogues as switches: each function picks an entry by a traced index, so that no choice recompiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import Array, lax

from landscapes.noise import CATALOGUE as NOISES
from optimizers import RULES
from optimizers.schedules import FORMS, MEMORY
from visualizer import backend  # noqa: F401  (sets up JAX)
from visualizer.spec import Values, decode, row_width

# The numbers of one run, in this order; the parameters of its surface follow, as many as the program's surfaces need.
WIDTHS = {
    "start": 2,
    "affine": 6,  # a 2x2 matrix A by rows and an offset b: the surface is f(A (theta - b))
    "smooth": 1,  # standard deviation
    "hyper": row_width(RULES),
    "schedule": row_width({str(i): form for i, form in enumerate(FORMS)}) + 1,  # and the base rate
    "noise": row_width(NOISES),
    "lookahead": 3,  # period (0: none), share of the way, whether the inner state is reset
    "sam": 1,  # radius (0: none)
    "budget": 1,  # evaluations (infinity: no limit)
}
INDICES = ("landscape", "optimizer", "schedule", "noise", "steps", "seed")


def split(numbers: Array) -> Values:
    """The named parts of one run's row of numbers."""
    parts, at = {}, 0
    for name, width in WIDTHS.items():
        parts[name] = numbers[at : at + width]
        at += width
    return Values(parts, params=numbers[at:])


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
