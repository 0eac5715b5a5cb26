"""The catalogues as switches: each function picks an entry by a traced index, so that no choice recompiles."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import takewhile
from typing import Any

import jax.numpy as jnp
from jax import Array, lax

from landscapes.noise import CATALOGUE as NOISES
from optimizers import RULES
from optimizers.schedules import FORMS, MEMORY, Rate
from visualizer import backend  # noqa: F401  (sets up JAX)
from visualizer.spec import Values, decode, row_width

# The numbers of one run, in this order; the parameters of its surface follow, as many as the program's surfaces need,
# and then the place where it begins.
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
# Where a run begins that continues another: NaN for what it begins with afresh. The ravelled state comes last.
PLACE = {"theta": 2, "slow": 2, "memory": MEMORY, "evaluations": 1}
STATE = 64  # numbers that a state may take
# ``steps`` is the length of the whole run, by which schedules go; ``first`` and ``last`` are the steps of its rows.
INDICES = ("landscape", "optimizer", "schedule", "noise", "steps", "seed", "first", "last")


@cache
def place_of(name: str) -> range:
    """Where the numbers under one name of ``WIDTHS`` are in a row."""
    at = sum(width for _, width in takewhile(lambda item: item[0] != name, WIDTHS.items()))
    return range(at, at + WIDTHS[name])


def split(numbers: Array, params: int) -> Values:
    """The named parts of one run's row of numbers; its surface's parameters take ``params`` of them."""
    parts, at = {}, 0
    for name, width in {**WIDTHS, "params": params, **PLACE, "state": STATE}.items():
        parts[name] = numbers[at : at + width]
        at += width
    return Values(parts)


def schedule_memory(index: Array, row: Array) -> Array:
    """What a schedule that watches the loss starts from, ``(MEMORY, ...lanes)``."""

    def branch(entry: Any) -> Callable[[Array], Array]:
        def run(row: Array) -> Array:
            found = jnp.asarray(entry.memory(Values(decode(entry.hypers, row[1:]), lr=row[0])), row.dtype)
            return jnp.concatenate(
                [found.reshape(-1, *row.shape[1:]), jnp.zeros((MEMORY - found.shape[0], *row.shape[1:]), row.dtype)]
            )

        return run

    return lax.switch(index, [branch(entry) for entry in FORMS], row)


def scheduled(
    index: Array, t: Array, steps: Array, loss: Array, memory: Array, row: Array
) -> tuple[Array, Array, Array]:
    """Learning rate, momentum (NaN: not cycled) and memory of update t + 1; ``row`` begins with the base rate."""

    def branch(entry: Any) -> Callable[..., tuple[Array, Array, Array]]:
        def run(t: Array, steps: Array, loss: Array, memory: Array, row: Array) -> tuple[Array, Array, Array]:
            h = Values(decode(entry.hypers, row[1:]), lr=row[0])
            if entry.react is None or not memory.shape[0]:
                rate = entry.rate(t, steps, h) if entry.rate else Rate(jnp.full_like(row[0], jnp.nan))
            else:
                rate, memory = entry.react(t, loss, memory, h)
            like = jnp.zeros_like(row[0])
            return rate.lr + like, rate.momentum + like, memory

        return run

    return lax.switch(index, [branch(entry) for entry in FORMS], t, steps, loss, memory, row)
