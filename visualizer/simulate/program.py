"""The universal program: one compiled loop for every landscape, optimizer, schedule and noise model.

Their indices, all hyperparameters, the seed and the number of steps are traced, so that no dial ever recompiles. Runs
of a batch share one buffer of rows; a run takes the next ``steps + 1`` rows of it, so that capacity is counted in rows,
and one compiled program serves 8 runs of 500 steps and 2 of 2,000 alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from landscapes import CATALOGUE as LANDSCAPES
from landscapes.noise import CATALOGUE as NOISES
from optimizers import CATALOGUE as OPTIMIZERS
from optimizers._frame import Info, advance
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer import backend  # noqa: F401  (sets up JAX)
from visualizer.simulate.random import normals
from visualizer.spec import Values, decode, row_width

WIDTHS = {
    "start": 2,
    "affine": 6,  # a 2x2 matrix A by rows and an offset b: the surface is f(A (theta - b))
    "params": row_width(LANDSCAPES),
    "hyper": row_width(OPTIMIZERS),
    "schedule": row_width(SCHEDULES) + 1,  # and the base rate
    "noise": row_width(NOISES),
}
INDICES = ("landscape", "optimizer", "schedule", "noise", "steps", "seed")
IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

# One row of the buffer per visited point: the point, its loss, and the update made from it.
COLUMNS = {"theta": 2, "loss": 1, "g": 2, "m": 2, "root_v": 2, "step": 2, "decay": 2, "rate": 2, "lr": 1}
ROW = sum(COLUMNS.values())


class Batch(NamedTuple):
    """The runs to roll out: ``indices`` int32 ``(K, 6)`` and ``numbers`` float64 ``(K, W)``; see ``rollout.pack``."""

    indices: Any
    numbers: Any
    count: Any  # int32: how many of the K are used


class Point(NamedTuple):
    """Where a run stands: carried through its loop."""

    i: Array
    theta: Array
    state: Array
    alive: Array
    buffer: Array


def split(numbers: Array) -> Values:
    """The named parts of one run's row of numbers."""
    parts, at = {}, 0
    for name, width in WIDTHS.items():
        parts[name] = numbers[at : at + width]
        at += width
    return Values(parts)


def loss_and_gradient(landscape: Array, theta: Array, params: Array, affine: Array) -> tuple[Array, Array]:
    """f(A (theta - b)) and its gradient at theta ``(2, ...lanes)``, for a traced index into the catalogue."""
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
    """The gradient as the noise model, chosen by a traced index, lets the optimizer see it."""

    def branch(entry: Any) -> Callable[[Array, Array, Array], Array]:
        return lambda g, theta, row: entry.apply(g, theta, draw, decode(entry.hypers, row))

    return lax.switch(model, [branch(entry) for entry in NOISES.values()], g, theta, row)


def scheduled(index: Array, t: Array, steps: Array, row: Array) -> tuple[Array, Array]:
    """Learning rate and momentum (NaN: not cycled) of update t + 1; the first number of ``row`` is the base rate."""

    def branch(entry: Any) -> Callable[[Array, Array, Array], tuple[Array, Array]]:
        def run(t: Array, steps: Array, row: Array) -> tuple[Array, Array]:
            h = decode(entry.hypers, row[1:])
            rate = entry.rate(t, steps, Values(h, lr=row[0]))
            return rate.lr, jnp.zeros_like(rate.lr) + rate.momentum

        return run

    return lax.switch(index, [branch(entry) for entry in SCHEDULES.values()], t, steps, row)


# ---- states of different optimizers, ravelled to the same number of slots -------------------------------------------


def leaves_of(entry: Any, theta: Array) -> tuple[list[jax.ShapeDtypeStruct], Any]:
    h = decode(entry.hypers, jnp.zeros((WIDTHS["hyper"], *theta.shape[1:]), theta.dtype))
    return jax.tree.flatten(jax.eval_shape(lambda point: entry.init(point, Values(h, lr=point[0])), theta))


def slots(theta: Array) -> int:
    """How many numbers per lane the largest state of the catalogue takes."""
    return max(
        sum(leaf.shape[0] if leaf.ndim == theta.ndim else 1 for leaf in leaves_of(entry, theta)[0])
        for entry in OPTIMIZERS.values()
    )


def ravel(state: Any, theta: Array, size: int) -> Array:
    """A state as one array ``(size, ...lanes)``."""
    rows = [leaf if leaf.ndim == theta.ndim else leaf[None] for leaf in jax.tree.leaves(state)]
    used = sum(row.shape[0] for row in rows)
    return jnp.concatenate([*rows, jnp.zeros((size - used, *theta.shape[1:]), theta.dtype)])


def unravel(entry: Any, packed: Array, theta: Array) -> Any:
    """The state that ``ravel`` packed."""
    leaves, tree = leaves_of(entry, theta)
    found, at = [], 0
    for leaf in leaves:
        wide = leaf.ndim == theta.ndim
        found.append(packed[at : at + leaf.shape[0]] if wide else packed[at])
        at += leaf.shape[0] if wide else 1
    return jax.tree.unflatten(tree, found)


def initial_state(optimizer: Array, theta: Array, hyper: Array, size: int) -> Array:
    def branch(entry: Any) -> Callable[[Array, Array], Array]:
        return lambda theta, hyper: ravel(entry.init(theta, decode(entry.hypers, hyper)), theta, size)

    return lax.switch(optimizer, [branch(entry) for entry in OPTIMIZERS.values()], theta, hyper)


def update(
    optimizer: Array, g: Array, theta: Array, state: Array, hyper: Array, lr: Array, momentum: Array
) -> tuple[Array, Array, Info]:
    """One update by the optimizer with a traced index; ``state`` is ravelled."""
    size = state.shape[0]

    def branch(entry: Any) -> Callable[..., tuple[Array, Array, Info]]:
        def run(g: Array, theta: Array, state: Array, hyper: Array, lr: Array, momentum: Array) -> Any:
            h = decode(entry.hypers, hyper)
            if entry.momentum_name:
                name = entry.momentum_name
                h = Values(h, **{name: jnp.where(jnp.isnan(momentum), h[name], momentum)})
            moved, new, info = advance(entry, g, theta, unravel(entry, state, theta), Values(h, lr=lr))
            return moved, ravel(new, theta, size), info

        return run

    branches = [branch(entry) for entry in OPTIMIZERS.values()]
    return lax.switch(optimizer, branches, g, theta, state, hyper, lr, momentum)


# ---- the recorded rollout --------------------------------------------------------------------------------------------


def roll(run: Values, index: Values, at: Array, buffer: Array, injected: Array) -> tuple[Array, Array]:
    """Rolls one run out into ``buffer`` from row ``at`` on: ``(buffer, number of valid rows)``.

    Row i holds theta_i, its loss, and update i + 1; the last row's update is computed and not used. The loop ends early
    only when a coordinate or the loss is not finite.
    """
    size = slots(run.start)
    seed = index.seed.astype(jnp.uint32)

    def draw_at(i: Array) -> Callable[[int], Array]:
        def draw(j: int) -> Array:
            if injected.shape[0]:
                return lax.dynamic_index_in_dim(injected, jnp.minimum(i, injected.shape[0] - 1), keepdims=False)
            return normals(seed, (i * 16 + j).astype(jnp.uint32), run.start)

        return draw

    def step(point: Point) -> Point:
        i, theta = point.i, point.theta
        loss, clean = loss_and_gradient(index.landscape, theta, run.params, run.affine)
        g = add_noise(index.noise, clean, theta, draw_at(i), run.noise)
        t, total = i.astype(theta.dtype), index.steps.astype(theta.dtype)
        lr, momentum = scheduled(index.schedule, t, total, run.schedule)
        moved, state, info = update(index.optimizer, g, theta, point.state, run.hyper, lr, momentum)
        alive = jnp.isfinite(loss) & jnp.all(jnp.isfinite(theta))
        row = jnp.concatenate([theta, loss[None], *info[:-1], info.lr[None]])
        buffer = lax.dynamic_update_slice(point.buffer, row[None], (at + i, jnp.int32(0)))
        return Point(i + alive.astype(jnp.int32), moved, state, alive, buffer)

    first = Point(
        jnp.int32(0),
        run.start,
        initial_state(index.optimizer, run.start, run.hyper, size),
        jnp.bool_(True),
        buffer,
    )
    last = lax.while_loop(lambda point: (point.i <= index.steps) & point.alive, step, first)
    return last.buffer, last.i


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
            run = split(lax.dynamic_index_in_dim(batch.numbers, k, keepdims=False))
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
    theta = jnp.stack([x, y])
    value, _ = loss_and_gradient(landscape, theta, params, affine)
    return value
