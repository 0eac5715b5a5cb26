"""The compiled loop: minibatch gradients of a network, and a rule's updates of its parameters.

A run has a program to itself: gradients of several networks at once are hardly faster, and alone each batch is as large
as it is, each branch is one branch, and each run can go its own way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from optimizers._frame import advance, norm
from optimizers.schedules import FORMS, MEMORY
from visualizer.backend import jax
from visualizer.networks.architecture import Architecture
from visualizer.networks.forward import dropping, losses, outputs
from visualizer.simulate.first import Entries, look_ahead
from visualizer.simulate.ground import shuffled
from visualizer.simulate.random import DRAWS, GOLDEN, mix, normals
from visualizer.simulate.states import initial_state, returned, slots, taken
from visualizer.simulate.tables import WIDTHS
from visualizer.spec import Values, decode

MICRO = 32  # points whose gradients are taken at once; a larger batch takes several turns
CALL = 512  # steps of one call, at most
SNAPSHOTS = 16  # of one call, at most
WATCHING = [form for form in FORMS if form.react]  # schedules whose rates are not known beforehand
PURPOSES = {"order": 1, "masks": 2, "jitter": 3, "draws": 4}  # of random numbers: each has a sequence of its own
SIDE = 8  # pixels: as many inputs as an image of this side has are taken for one
# A run's numbers, in this order.
NUMBERS = {
    **{name: WIDTHS[name] for name in ("hyper", "schedule", "lookahead", "sam")},
    **dict.fromkeys(("dropout", "scale", "l1", "l2", "jitter", "smooth"), 1),
}


class Order(NamedTuple):
    """What a call is to do: steps ``first`` to ``last`` - 1, of ``steps`` in all, with a snapshot every ``stride``.

    ``place`` is that of the rule in its group. ``lr`` and ``momentum`` ``(CALL,)`` are those of the updates from
    ``first`` on, the latter NaN where none is cycled; ``watching`` is the place among WATCHING of a schedule that makes
    them of the loss instead, or -1. Whole numbers are int32, others float32.
    """

    x: Any  # (room, inputs), the training points first
    y: Any  # (room, outputs)
    train: Any  # how many those are
    numbers: Any  # see NUMBERS
    place: Any
    watching: Any
    seed: Any
    batch: Any
    steps: Any
    stride: Any
    moves: Any  # (P,): 1 for parameters that are trained
    begin: Any  # (P,)
    lr: Any
    momentum: Any
    first: Any
    last: Any


class Carry(NamedTuple):
    """Where a run stands between two calls."""

    theta: Any
    state: Any  # ravelled
    slow: Any  # Lookahead's
    memory: Any  # the schedule's


class Made(NamedTuple):
    """What came of a call: the loss that each step saw ``(CALL,)``, parameters ``(SNAPSHOTS + 1, P)``."""

    loss: Any
    theta: Any


def state_size(network: Architecture, entries: Entries) -> int:
    """How many numbers the state of the hungriest rule of a group takes."""
    return slots(entries, jax.ShapeDtypeStruct((network.size,), jnp.float32), WIDTHS["hyper"])


def make_steps(network: Architecture, entries: Entries) -> Callable[[Order, Carry], tuple[Carry, Made]]:
    """The program of an architecture and a group of rules."""
    size = state_size(network, entries)

    def run(order: Any, carry: Carry) -> tuple[Carry, Made]:
        own = _numbers(order.numbers)
        fresh = initial_state(entries, order.place, order.begin, own.hyper, own.schedule[0], size)
        begun = Carry(order.begin, fresh, order.begin, _watched(order, own, _memory))
        carry = jax.tree.map(lambda new, old: jnp.where(order.first == 0, new, old), begun, carry)
        update = _updater(network, entries, order, own, fresh)

        def step(i: Array, all_: tuple[Carry, Made, Array]) -> tuple[Carry, Made, Array]:
            carry, made, taken = all_
            loss, carry = update(i, carry)
            marked = ((i + 1) % order.stride == 0) | (i + 1 == order.steps)
            snapshots = lax.cond(
                marked,
                lambda kept: lax.dynamic_update_slice(kept, carry.theta[None], (taken, jnp.int32(0))),
                lambda kept: kept,
                made.theta,
            )
            kept = lax.dynamic_update_slice(made.loss, loss[None], (i - order.first,))
            return carry, Made(kept, snapshots), taken + marked.astype(jnp.int32)

        dtype = order.begin.dtype
        nothing = Made(jnp.zeros(CALL, dtype), jnp.zeros((SNAPSHOTS + 1, network.size), dtype))  # and the last step's
        carry, made, _ = lax.fori_loop(order.first, order.last, step, (carry, nothing, jnp.int32(0)))
        return carry, made

    return run


def _numbers(row: Array) -> Values:
    parts, at = Values(), 0
    for name, width in NUMBERS.items():
        parts[name] = row[at : at + width]
        at += width
    return parts


def key_of(seed: Array, purpose: str, counter: Array) -> Array:
    """The key of the random numbers for a purpose, of a step or an epoch: uint32, shaped like ``counter``."""
    whole = mix(seed.astype(jnp.uint32) * jnp.uint32(GOLDEN) + jnp.uint32(PURPOSES[purpose]))
    return mix(whole + counter.astype(jnp.uint32) * jnp.uint32(GOLDEN))


def picked(order: Any, i: Array, turn: Array) -> tuple[Array, Array]:
    """The points of one turn of step i + 1, ``(MICRO,)``, and which of them belong to the batch.

    Each epoch goes through all training points once, in an order of its own.
    """
    at = turn * MICRO + jnp.arange(MICRO, dtype=jnp.int32)
    passed = i * order.batch + at
    keys = key_of(order.seed, "order", passed // order.train)
    return shuffled(passed % order.train, order.train, keys), at < order.batch


def _gradient(network: Architecture, order: Any, own: Values) -> Callable[[Array, Array], tuple[Array, Array]]:
    """The function that gives the mean loss over the batch of step i + 1, and its gradient, at theta."""
    rate, scale = own.dropout[0], own.scale[0]

    def turn(theta: Array, i: Array, k: Array) -> tuple[Array, Array]:
        index, used = picked(order, i, k)
        x, y = order.x[index], order.y[index]
        x = lax.cond(own.jitter[0] > 0, lambda: x + own.jitter[0] * _noise(order, i, k, x), lambda: x)
        used = used.astype(theta.dtype)
        drop = dropping(key_of(order.seed, "masks", i), k * MICRO, rate, scale)

        def loss(theta: Array) -> Array:
            answers = outputs(network, theta, x, used / used.sum(), drop)
            return (used @ losses(network, answers, y)) / order.batch

        return jax.value_and_grad(loss)(theta)

    def whole(theta: Array, i: Array) -> tuple[Array, Array]:
        def add(k: Array, sums: tuple[Array, Array]) -> tuple[Array, Array]:
            loss, g = turn(theta, i, k)
            return sums[0] + loss, sums[1] + g

        nothing = jnp.zeros((), theta.dtype), jnp.zeros_like(theta)
        return lax.fori_loop(jnp.int32(0), (order.batch + MICRO - 1) // MICRO, add, nothing)

    return whole


def _noise(order: Any, i: Array, k: Array, like: Array) -> Array:
    key = key_of(order.seed, "jitter", i)
    counter = k.astype(jnp.uint32) * jnp.uint32(like.size) + jnp.arange(like.size, dtype=jnp.uint32).reshape(like.shape)
    return normals(key, counter, like)[0]


def _updater(
    network: Architecture, entries: Entries, order: Any, own: Values, fresh: Array
) -> Callable[[Array, Carry], tuple[Array, Carry]]:
    """The function that makes update i + 1: the loss that it saw, and where the run stands after it."""
    gradient = _gradient(network, order, own)
    weights = jnp.asarray(network.marked(), order.begin.dtype)
    sharp, wrapped = own.sam[0] > 0, own.lookahead[0] > 0

    def at(theta: Array, i: Array) -> tuple[Array, Array]:
        loss, g = gradient(theta, i)
        g = g + weights * (own.l1[0] * jnp.sign(theta) + own.l2[0] * theta)
        if network.inputs != SIDE**2:
            return loss, g
        return loss, lax.cond(own.smooth[0] > 0, lambda: _smoothing(network, theta, g, own.smooth[0]), lambda: g)

    def evaluated(point: Array, i: Array) -> tuple[Array, Array]:
        """With SAM the gradient a radius further up; of the same batch, with the same masks."""

        def one(j: Array, all_: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
            where, first, g = all_
            loss, g = at(where, i)
            length = norm(g)
            ahead = point + own.sam[0] * g / jnp.where(length > 0, length, 1.0)
            return ahead, jnp.where(j == 0, loss, first), g

        nothing = point, jnp.zeros((), point.dtype), jnp.zeros_like(point)
        _, loss, g = lax.fori_loop(jnp.int32(0), 1 + sharp.astype(jnp.int32), one, nothing)
        return loss, g

    def update(i: Array, carry: Carry) -> tuple[Array, Carry]:
        theta, state = carry.theta, carry.state
        loss, g = evaluated(_query(entries, order.place, theta, state, own.hyper), i)
        t = i.astype(theta.dtype)
        lr, momentum, memory = _rates(order, own, i, loss, carry.memory)

        def draw(j: int) -> Array:
            counter = jnp.uint32(j) * jnp.uint32(theta.size) + jnp.arange(theta.size, dtype=jnp.uint32)
            return normals(key_of(order.seed, "draws", i * DRAWS), counter, theta)[0]

        moved, state = _advanced(
            entries, order.place, g, theta, state, own.hyper, Values(lr=lr, momentum=momentum, draw=draw)
        )
        moved = theta + order.moves * (moved - theta)
        moved, state, slow = look_ahead(own, wrapped, t + 1.0, moved, state, carry.slow, fresh)
        return loss, Carry(moved, state, slow, memory)

    return update


def _watched(order: Any, own: Values, make: Callable[[Any, Values], Array]) -> Array:
    """What ``make`` makes of the schedule that watches the loss; of the first such, where there is none."""

    def branch(entry: Any) -> Callable[[Array], Array]:
        return lambda row: make(entry, Values(decode(entry.hypers, row[1:]), lr=row[0]))

    return lax.switch(jnp.maximum(order.watching, 0), [branch(entry) for entry in WATCHING], own.schedule)


def _memory(entry: Any, h: Values) -> Array:
    """What a schedule that watches the loss starts from, ``(MEMORY,)``."""
    found = jnp.asarray(entry.memory(h), h.lr.dtype)
    return jnp.concatenate([found, jnp.zeros(MEMORY - found.shape[0], h.lr.dtype)])


def _rates(order: Any, own: Values, i: Array, loss: Array, memory: Array) -> tuple[Array, Array, Array]:
    """Learning rate, momentum (NaN: not cycled) and the schedule's memory of update i + 1."""

    def react(entry: Any, h: Values) -> Array:
        rate, kept = entry.react(i.astype(loss.dtype), loss, memory, h)
        return jnp.concatenate([rate.lr[None], kept])

    k = i - order.first
    planned = lambda: jnp.concatenate([order.lr[k][None], memory])  # noqa: E731
    made = lax.cond(order.watching >= 0, lambda: _watched(order, own, react), planned)
    return made[0], order.momentum[k], made[1:]


def rise(images: Array) -> Array:
    """The gradient of half the sum of the squared differences between neighbouring pixels, like ``(8, 8, ...)``."""

    def along(axis: int) -> Array:
        between = jnp.diff(images, axis=axis)
        ends = jnp.zeros_like(lax.slice_in_dim(images, 0, 1, axis=axis))
        return jnp.concatenate([ends, between], axis) - jnp.concatenate([between, ends], axis)

    return along(0) + along(1)


def _smoothing(network: Architecture, theta: Array, g: Array, smooth: Array) -> Array:
    """``g`` with the gradient of the penalty on rough weights of the first layer, which come first in the vector."""
    end = network.parts[0].size
    rough = rise(theta[:end].reshape(SIDE, SIDE, -1)).ravel()
    return jnp.concatenate([g[:end] + smooth * rough, g[end:]])


def _query(entries: Entries, place: Array, theta: Array, state: Array, hyper: Array) -> Array:
    """Where the gradient is taken."""
    if not any(entry.query for entry in entries):
        return theta

    def branch(entry: Any) -> Callable[..., Array]:
        def run(theta: Array, state: Array, hyper: Array) -> Array:
            if not entry.query:
                return theta
            return entry.query(theta, taken(entry, state, theta, WIDTHS["hyper"]), decode(entry.hypers, hyper))

        return run

    return lax.switch(place, [branch(entry) for entry in entries], theta, state, hyper)


def _advanced(
    entries: Entries, place: Array, g: Array, theta: Array, state: Array, hyper: Array, now: Values
) -> tuple[Array, Array]:
    """One update by the rule with a traced place; ``now`` as in ``first.update``."""

    def branch(entry: Any) -> Callable[..., tuple[Array, Array]]:
        def run(g: Array, theta: Array, state: Array, hyper: Array, lr: Array, momentum: Array) -> tuple[Array, Array]:
            h = Values({**now, **decode(entry.hypers, hyper), "lr": lr})
            if entry.momentum_name:
                h[entry.momentum_name] = jnp.where(jnp.isnan(momentum), h[entry.momentum_name], momentum)
            moved, new, _ = advance(entry, g, theta, taken(entry, state, theta, WIDTHS["hyper"]), h)
            return moved, returned(entry, new, state, theta, WIDTHS["hyper"])

        return run

    branches = [branch(entry) for entry in entries]
    return lax.switch(place, branches, g, theta, state, hyper, now.lr, now.momentum)
