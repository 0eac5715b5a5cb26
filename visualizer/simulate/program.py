"""The universal program: one compiled loop for every schedule and noise model, a group of optimizers and of surfaces.

Their indices, all hyperparameters, the seed and the number of steps are traced, so that no dial ever recompiles. Runs
of a batch share one buffer of rows; a run takes the next ``steps + 1`` rows of it, so that capacity is counted in rows,
and one compiled program serves 8 runs of 500 steps and 2 of 2,000 alike.

A run may begin at any step, from a place that another has reached, and stop before its last: schedules, noise and
minibatches go by the step, as if nothing had been interrupted. It hands back the place where it stopped, from which it,
or another run, goes on: see ``forks.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from visualizer.simulate import first, second, tables
from visualizer.simulate.first import Entries, Place
from visualizer.simulate.ground import Ground, ground_of
from visualizer.simulate.groups import PARAMS
from visualizer.simulate.random import Draws
from visualizer.simulate.states import initial_state, slots
from visualizer.simulate.tables import INDICES, PLACE, STATE, WIDTHS
from visualizer.spec import Values

# One row of the buffer per visited point: the point, its loss, further points (slow weights, y and z), the gradients
# computed so far, and the update made from it.
COLUMNS = {
    "theta": 2,
    "loss": 1,
    "aux": 4,
    "evaluations": 1,
    "g": 2,
    "m": 2,
    "root_v": 2,
    "step": 2,
    "decay": 2,
    "rate": 2,
    "lr": 1,
}
ROW = sum(COLUMNS.values())
# What is handed back of each run: how many rows are valid, whether it diverged, and the place where it stopped.
ENDS = 2


class Batch(NamedTuple):
    """The runs to roll out: ``indices`` int32 ``(K, I)`` and ``numbers`` float64 ``(K, W)``; see ``job.pack``."""

    indices: Any
    numbers: Any
    count: Any  # int32: how many of the K are used


class Point(NamedTuple):
    """Carried through a run's loop."""

    place: Place
    alive: Array  # whether the last row is finite
    buffer: Array


def roll(
    entries: Entries, ground: Ground, run: Values, index: Values, at: Array, buffer: Array, injected: Array
) -> tuple[Array, Array]:
    """Rolls one run out into ``buffer`` from row ``at`` on: ``(buffer, its end)``; see ``ENDS``.

    The first row holds the point of step ``index.first``, the last that of step ``index.last``: its loss, and the next
    update. The loop ends early when a coordinate or the loss is not finite, or when the next row would have cost more
    evaluations than the budget.
    """
    size = slots(entries, run.start, WIDTHS["hyper"])
    if size >= STATE:
        raise ValueError(f"a state of {size} numbers: raise tables.STATE above it")
    fresh = initial_state(entries, index.optimizer, run.start, run.hyper, run.schedule[0], size)
    method = second if entries[0].second_order else first
    step = method.stepper(entries, ground, run, index, fresh)
    at = at - index.first

    def go(point: Point) -> Point:
        place = point.place
        i, theta = place.i, place.theta
        made = step(place, Draws(index.seed, i, theta, injected))
        alive = jnp.isfinite(made.loss) & jnp.all(jnp.isfinite(theta))
        parts = [theta, made.loss[None], made.aux, place.evaluations[None], *made.info[:-1], made.info.lr[None]]
        buffer = lax.dynamic_update_slice(point.buffer, jnp.concatenate(parts)[None], (at + i, jnp.int32(0)))
        return Point(made.next._replace(i=i + alive.astype(jnp.int32)), alive, buffer)

    def more(point: Point) -> Array:
        place = point.place
        return (place.i <= index.last) & point.alive & (place.evaluations <= run.budget[0])

    theta = known(run.theta, run.start)
    start = Place(
        i=index.first,
        theta=theta,
        state=known(run.state, method.begin(fresh)),
        slow=known(run.slow, theta),
        memory=known(run.memory, tables.schedule_memory(index.schedule, run.schedule)),
        evaluations=known(run.evaluations, jnp.zeros(1, theta.dtype))[0],
    )
    point = lax.while_loop(more, go, Point(start, jnp.bool_(True), buffer))
    last = point.place
    end = [(last.i - index.first).astype(theta.dtype), 1.0 - point.alive.astype(theta.dtype)]
    place = [last.theta, last.slow, last.memory, last.evaluations[None], last.state]
    return point.buffer, jnp.concatenate([jnp.stack(end), *place])


def known(given: Array, fresh: Array) -> Array:
    """What a run begins with: what its numbers say; where they say nothing (NaN), what one without a past has."""
    given = given[: fresh.shape[0]]
    return jnp.where(jnp.isnan(given), fresh, given)


def make_rollout(entries: Entries, surfaces: str) -> Callable[[Batch, Array, Array], tuple[Array, Array]]:
    """The program of a group of rules on a group of surfaces.

    ``(batch, injected, buffer) -> (buffer (rows, ROW), ends (K, ...))``: see ``ENDS``. ``injected`` are standard normal
    draws ``(steps, 2)`` to use in place of the seed's; ``(0, 2)`` for none. Of the buffer that comes back, the rows
    that no run has reached hold what they held before.
    """
    held = slots(entries, jax.ShapeDtypeStruct((2,), jnp.float64), WIDTHS["hyper"]) + entries[0].second_order

    def program(batch: Batch, injected: Array, buffer: Array) -> tuple[Array, Array]:
        runs, width = batch.indices.shape[0], ENDS + sum(PLACE.values()) + held

        def one(k: Array, carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
            buffer, ends, at = carry
            integers = lax.dynamic_index_in_dim(batch.indices, k, keepdims=False)
            index = Values(zip(INDICES, integers, strict=True))
            run = tables.split(lax.dynamic_index_in_dim(batch.numbers, k, keepdims=False), PARAMS[surfaces])
            ground = ground_of(surfaces, index.landscape, run.params, run.affine, run.smooth[0])
            buffer, end = roll(entries, ground, run, index, at, buffer, injected)
            ends = lax.dynamic_update_slice(ends, end[None], (k, jnp.int32(0)))
            return buffer, ends, at + index.last - index.first + 1

        start = (buffer, jnp.zeros((runs, width), batch.numbers.dtype), jnp.int32(0))
        buffer, ends, _ = lax.fori_loop(jnp.int32(0), batch.count, one, start)
        return buffer, ends

    return program


def columns() -> dict[str, slice]:
    """Where each quantity stands in a row."""
    found, at = {}, 0
    for name, width in COLUMNS.items():
        found[name] = slice(at, at + width)
        at += width
    return found
