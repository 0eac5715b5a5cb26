"""The universal program: one compiled loop for every landscape, optimizer, schedule and noise model.

Their indices, all hyperparameters, the seed and the number of steps are traced, so that no dial ever recompiles. Runs
of a batch share one buffer of rows; a run takes the next ``steps + 1`` rows of it, so that capacity is counted in rows,
and one compiled program serves 8 runs of 500 steps and 2 of 2,000 alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from optimizers import RULES
from optimizers._frame import Info, advance, norm
from visualizer.simulate import tables
from visualizer.simulate.random import normals
from visualizer.simulate.states import initial_state, ravel, slots, unravel
from visualizer.simulate.tables import INDICES, WIDTHS
from visualizer.spec import Values, decode

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
ENTRIES = tuple(RULES.values())
DRAWS = 16  # normal draws that one step may ask for, in pairs


class Batch(NamedTuple):
    """The runs to roll out: ``indices`` int32 ``(K, 6)`` and ``numbers`` float64 ``(K, W)``; see ``job.pack``."""

    indices: Any
    numbers: Any
    count: Any  # int32: how many of the K are used


class Point(NamedTuple):
    """Where a run stands: carried through its loop."""

    i: Array
    theta: Array
    state: Array
    slow: Array
    memory: Array
    evaluations: Array
    alive: Array
    buffer: Array


def flagged(optimizer: Array, has: Callable[[Any], Any]) -> Array:
    """Whether the optimizer with a traced index has a property."""
    return jnp.array([bool(has(entry)) for entry in ENTRIES])[optimizer]


def further_points(optimizer: Array, theta: Array, state: Array, hyper: Array) -> tuple[Array, Array]:
    """Where the gradient is taken, and what is to be recorded beside theta ``(4,)``, NaN where there is nothing."""

    def branch(entry: Any) -> Callable[..., tuple[Array, Array]]:
        def run(theta: Array, state: Array, hyper: Array) -> tuple[Array, Array]:
            h, own = decode(entry.hypers, hyper), unravel(entry, state, theta, WIDTHS["hyper"])
            points = [point(theta, own, h) for _, point in entry.report]
            nothing = jnp.full((4 - 2 * len(points),), jnp.nan, theta.dtype)
            return entry.query(theta, own, h) if entry.query else theta, jnp.concatenate([*points, nothing])

        return run

    special = [entry for entry in ENTRIES if entry.query or entry.report]
    places = jnp.array([special.index(entry) if entry in special else 0 for entry in ENTRIES], jnp.int32)
    return lax.switch(places[optimizer], [branch(entry) for entry in special], theta, state, hyper)


def update(
    optimizer: Array, g: Array, theta: Array, state: Array, hyper: Array, scheduled: Values
) -> tuple[Array, Array, Info]:
    """One update by the optimizer with a traced index; ``state`` is ravelled. ``scheduled`` holds ``lr``,
    ``momentum`` (NaN: not cycled) and ``draw``.
    """
    size = state.shape[0]

    def branch(entry: Any) -> Callable[..., tuple[Array, Array, Info]]:
        def run(g: Array, theta: Array, state: Array, hyper: Array, lr: Array, momentum: Array) -> Any:
            h = Values(decode(entry.hypers, hyper), lr=lr, draw=scheduled.draw)
            if entry.momentum_name:
                name = entry.momentum_name
                h = Values(h, **{name: jnp.where(jnp.isnan(momentum), h[name], momentum)})
            moved, new, info = advance(entry, g, theta, unravel(entry, state, theta, WIDTHS["hyper"]), h)
            return moved, ravel(new, theta, size), info

        return run

    branches = [branch(entry) for entry in ENTRIES]
    return lax.switch(optimizer, branches, g, theta, state, hyper, scheduled.lr, scheduled.momentum)


def evaluate(
    run: Values, index: Values, theta: Array, query: Array, has_query: Array, draw: Callable[[int], Array]
) -> tuple[Array, Array]:
    """The loss at theta, and the gradient that the update uses.

    That is the gradient at theta; or at ``query``; or, with SAM, at the point a radius further up from there. One after
    another in a loop, so that the surfaces are compiled once. Both gradients of SAM see the same noise.
    """
    radius = run.sam[0]
    count = 1 + has_query.astype(jnp.int32) + (radius > 0).astype(jnp.int32)

    def one(j: Array, carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        point, loss, _ = carry
        value, clean = tables.loss_and_gradient(index.landscape, point, run.params, run.affine)
        g = tables.add_noise(index.noise, clean, point, draw, run.noise)
        length = norm(g)
        uphill = point + radius * g / jnp.where(length > 0, length, 1.0)
        return jnp.where((j == 0) & has_query, query, uphill), jnp.where(j == 0, value, loss), g

    nothing = (theta, jnp.zeros_like(theta[0]), jnp.zeros_like(theta))
    _, loss, g = lax.fori_loop(jnp.int32(0), count, one, nothing)
    return loss, g


def look_ahead(
    run: Values, t: Array, moved: Array, state: Array, slow: Array, fresh: Array
) -> tuple[Array, Array, Array]:
    """Lookahead (Zhang et al. 2019): after every k-th update the fast weights return to the slow ones, which follow."""
    period, share, reset = run.lookahead
    now = (period > 0) & (jnp.mod(t, jnp.where(period > 0, period, 1.0)) == 0)
    slow = jnp.where(now, slow + share * (moved - slow), slow)
    return jnp.where(now, slow, moved), jnp.where(now & (reset > 0), fresh, state), slow


def roll(run: Values, index: Values, at: Array, buffer: Array, injected: Array) -> tuple[Array, Array]:
    """Rolls one run out into ``buffer`` from row ``at`` on: ``(buffer, number of valid rows)``.

    Row i holds theta_i, its loss, and update i + 1; the last row's update is computed and not used. The loop ends early
    only when a coordinate or the loss is not finite.
    """
    fresh = initial_state(
        ENTRIES,
        index.optimizer,
        run.start,
        run.hyper,
        run.schedule[0],
        slots(ENTRIES, run.start, WIDTHS["hyper"]),
    )
    has_query = flagged(index.optimizer, lambda entry: entry.query)
    has_report = flagged(index.optimizer, lambda entry: entry.query or entry.report)
    wrapped = run.lookahead[0] > 0
    cost = 1.0 + (run.sam[0] > 0)

    def step(point: Point) -> Point:
        i, theta = point.i, point.theta
        draw = _draws(index.seed, i, theta, injected)
        query, aux = lax.cond(
            has_report,
            lambda: further_points(index.optimizer, theta, point.state, run.hyper),
            lambda: (theta, jnp.full(4, jnp.nan, theta.dtype)),
        )
        loss, g = evaluate(run, index, theta, query, has_query, draw)
        t = i.astype(theta.dtype)
        total = index.steps.astype(theta.dtype)
        lr, momentum, memory = tables.scheduled(index.schedule, t, total, loss, point.memory, run.schedule)
        now = Values(lr=lr, momentum=momentum, draw=draw)
        fast, state, info = update(index.optimizer, g, theta, point.state, run.hyper, now)
        moved, state, slow = look_ahead(run, t + 1.0, fast, state, point.slow, fresh)
        info = info._replace(step=info.step + (moved - fast))
        aux = jnp.where(wrapped, jnp.concatenate([point.slow, aux[2:]]), aux)
        alive = jnp.isfinite(loss) & jnp.all(jnp.isfinite(theta))
        row = [theta, loss[None], aux, point.evaluations[None], *info[:-1], info.lr[None]]
        buffer = lax.dynamic_update_slice(point.buffer, jnp.concatenate(row)[None], (at + i, jnp.int32(0)))
        count = i + alive.astype(jnp.int32)
        return Point(count, moved, state, slow, memory, point.evaluations + cost, alive, buffer)

    first = Point(
        i=jnp.int32(0),
        theta=run.start,
        state=fresh,
        slow=run.start,
        memory=tables.schedule_memory(index.schedule, run.schedule),
        evaluations=jnp.zeros_like(run.start[0]),
        alive=jnp.bool_(True),
        buffer=buffer,
    )
    last = lax.while_loop(lambda point: (point.i <= index.steps) & point.alive, step, first)
    return last.buffer, last.i


def _draws(seed: Array, i: Array, like: Array, injected: Array) -> Callable[[int], Array]:
    """The normal draws of step i + 1: from the seed, or the injected ones."""

    def draw(j: int) -> Array:
        if injected.shape[0]:
            return lax.dynamic_index_in_dim(injected, jnp.minimum(i, injected.shape[0] - 1), keepdims=False)
        return normals(seed.astype(jnp.uint32), (i * DRAWS + j).astype(jnp.uint32), like)

    return draw


def make_rollout(rows: int) -> Callable[[Batch, Array], tuple[Array, Array]]:
    """The program for a buffer of ``rows`` rows: ``(batch, injected) -> (buffer (rows, ROW), valid rows (K,))``.

    ``injected`` are standard normal draws ``(steps, 2)`` to use in place of the seed's; ``(0, 2)`` for none.
    """

    def program(batch: Batch, injected: Array) -> tuple[Array, Array]:
        runs = batch.indices.shape[0]

        def one(k: Array, carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
            buffer, valid, at = carry
            integers = lax.dynamic_index_in_dim(batch.indices, k, keepdims=False)
            index = Values(zip(INDICES, integers, strict=True))
            run = tables.split(lax.dynamic_index_in_dim(batch.numbers, k, keepdims=False))
            buffer, used = roll(run, index, at, buffer, injected)
            return buffer, lax.dynamic_update_slice(valid, used[None], (k,)), at + index.steps + 1

        empty = jnp.zeros((rows, ROW), batch.numbers.dtype)
        start = (empty, jnp.zeros(runs, jnp.int32), jnp.int32(0))
        buffer, valid, _ = lax.fori_loop(jnp.int32(0), batch.count, one, start)
        return buffer, valid

    return program


def columns() -> dict[str, slice]:
    """Where each quantity stands in a row."""
    found, at = {}, 0
    for name, width in COLUMNS.items():
        found[name] = slice(at, at + width)
        at += width
    return found


def heights(landscape: Array, params: Array, affine: Array, xs: Array, ys: Array) -> Array:
    """The surface on the grid ``ys x xs``, shape ``(len(ys), len(xs))``."""
    x, y = jnp.meshgrid(xs, ys)
    value, _ = tables.loss_and_gradient(landscape, jnp.stack([x, y]), params, affine)
    return value
