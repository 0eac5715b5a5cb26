"""A step of the first-order rules: one gradient, or two, and the update made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from optimizers._frame import Info, Optimizer, advance, norm
from visualizer.simulate import tables
from visualizer.simulate.ground import Ground
from visualizer.simulate.random import Draws
from visualizer.simulate.states import returned, taken
from visualizer.simulate.tables import WIDTHS
from visualizer.spec import Values, decode

Entries = tuple[Optimizer, ...]


class Place(NamedTuple):
    """Where a run stands before update i + 1: carried from step to step."""

    i: Array
    theta: Array
    state: Any  # ravelled, or in pools: see ``states.py``
    slow: Array  # Lookahead's slow weights
    memory: Array  # the schedule's
    evaluations: Array


class Step(NamedTuple):
    """What a step made: the loss at its point, further points to record, the update, and the next place."""

    loss: Array
    aux: Array
    info: Info
    next: Place


def nowhere(theta: Array) -> Array:
    """Further points of a rule that has none, ``(4, ...lanes)``."""
    return jnp.full((4, *theta.shape[1:]), jnp.nan, theta.dtype)


def begin(fresh: Array) -> Array:
    """What is carried as the state before the first update."""
    return fresh


def stepper(
    entries: Entries, ground: Ground, run: Values, index: Values, fresh: Array
) -> Callable[[Place, Draws], Step]:
    """The function that makes update i + 1 of a run from the place before it; ``fresh`` is the state at the start."""
    special = any(entry.query or entry.report for entry in entries)
    has_query = flagged(entries, index.optimizer, lambda entry: entry.query) if special else jnp.bool_(False)
    has_report = flagged(entries, index.optimizer, lambda entry: entry.query or entry.report)
    wrapped, sharp = (jnp.any(run[name][0] > 0) if name in run else None for name in ("lookahead", "sam"))
    cost = 1.0 if sharp is None else 1.0 + sharp

    def step(place: Place, draw: Draws) -> Step:
        i, theta = place.i, place.theta
        query, aux = theta, nowhere(theta)
        if special:
            query, aux = lax.cond(
                has_report,
                lambda: further_points(entries, index.optimizer, theta, place.state, run.hyper),
                lambda: (theta, nowhere(theta)),
            )
        loss, g = evaluate(ground, run, index, theta, query, has_query, sharp, draw)
        now, memory = schedule_now(run, index, place, loss, draw)
        now = Values(now, matrix=ground.matrix)
        fast, state, info = update(entries, index.optimizer, g, theta, place.state, run.hyper, now)
        moved, slow = fast, place.slow
        if wrapped is not None:
            t = i.astype(theta.dtype) + 1.0
            moved, state, slow = look_ahead(run, wrapped, t, fast, state, slow, fresh)
            aux = jnp.where(wrapped, jnp.concatenate([place.slow, aux[2:]]), aux)
        moved = ground.projected(moved)
        info = info._replace(step=info.step + (moved - fast))
        return Step(loss, aux, info, Place(i + 1, moved, state, slow, memory, place.evaluations + cost))

    return step


def flagged(entries: Entries, optimizer: Array, has: Callable[[Any], Any]) -> Array:
    """Whether the optimizer with a traced index has a property."""
    return jnp.array([bool(has(entry)) for entry in entries])[optimizer]


def schedule_now(run: Values, index: Values, place: Place, loss: Array, draw: Draws) -> tuple[Values, Array]:
    """``lr``, ``momentum`` (NaN: not cycled) and ``draw`` of update i + 1; and the schedule's memory."""
    if "plain" in run:
        return Values(lr=run.schedule[0], momentum=jnp.float32(jnp.nan), draw=draw), place.memory
    t = place.i.astype(loss.dtype)
    total = index.steps.astype(loss.dtype)
    lr, momentum, memory = tables.scheduled(index.schedule, t, total, loss, place.memory, run.schedule)
    return Values(lr=lr, momentum=momentum, draw=draw), memory


def further_points(entries: Entries, optimizer: Array, theta: Array, state: Array, hyper: Array) -> tuple[Array, Array]:
    """Where the gradient is taken, and what is to be recorded beside theta ``(4,)``, NaN where there is nothing."""

    def branch(entry: Any) -> Callable[..., tuple[Array, Array]]:
        def run(theta: Array, state: Array, hyper: Array) -> tuple[Array, Array]:
            h, own = decode(entry.hypers, hyper), taken(entry, state, theta, WIDTHS["hyper"])
            points = [point(theta, own, h) for _, point in entry.report]
            nothing = nowhere(theta)[2 * len(points) :]
            return entry.query(theta, own, h) if entry.query else theta, jnp.concatenate([*points, nothing])

        return run

    special = [entry for entry in entries if entry.query or entry.report]
    places = jnp.array([special.index(entry) if entry in special else 0 for entry in entries], jnp.int32)
    return lax.switch(places[optimizer], [branch(entry) for entry in special], theta, state, hyper)


def update(
    entries: Entries, optimizer: Array, g: Array, theta: Array, state: Array, hyper: Array, now: Values
) -> tuple[Array, Array, Info]:
    """One update by the optimizer with a traced index; ``state`` is ravelled. ``now`` holds ``lr``, ``momentum`` (NaN:
    not cycled) and whatever else a rule reads off its ``h``: draws, the loss, the Hessian.
    """

    def branch(entry: Any) -> Callable[..., tuple[Array, Array, Info]]:
        def run(g: Array, theta: Array, state: Array, hyper: Array, lr: Array, momentum: Array) -> Any:
            h = Values({**now, **decode(entry.hypers, hyper), "lr": lr})
            if entry.momentum_name:
                h[entry.momentum_name] = jnp.where(jnp.isnan(momentum), h[entry.momentum_name], momentum)
            moved, new, info = advance(entry, g, theta, taken(entry, state, theta, WIDTHS["hyper"]), h)
            return moved, returned(entry, new, state, theta, WIDTHS["hyper"]), info

        return run

    branches = [branch(entry) for entry in entries]
    return lax.switch(optimizer, branches, g, theta, state, hyper, now.lr, now.momentum)


def evaluate(
    ground: Ground,
    run: Values,
    index: Values,
    theta: Array,
    query: Array,
    has_query: Array,
    sharp: Array | None,
    draw: Draws,
) -> tuple[Array, Array]:
    """The loss at theta, and the gradient that the update uses.

    That is the gradient at theta; or at ``query``; or, with SAM (``sharp``), at the point a radius further up from
    there. One after another in a loop, so that the surfaces are compiled once; where there is only the first (``sharp``
    is None, no query), without one. Both gradients of SAM see the same noise.
    """

    def at(point: Array) -> tuple[Array, Array]:
        value, clean = ground.loss_and_gradient(point)
        if "plain" in run:
            return value, clean
        return value, ground.noisy(index.noise, clean, point, draw, run.noise)

    if sharp is None and query is theta:
        return at(theta)
    radius = run.sam[0] if sharp is not None else 0.0
    sharp = jnp.bool_(False) if sharp is None else sharp
    count = 1 + has_query.astype(jnp.int32) + sharp.astype(jnp.int32)

    def uphill(point: Array, g: Array) -> Array:
        length = norm(g)
        return point + radius * g / jnp.where(length > 0, length, 1.0)

    def one(j: Array, carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        point, loss, _ = carry
        value, g = at(point)
        # A square root and a division, which most runs have no use for.
        ahead = lax.cond(sharp, uphill, lambda point, g: point, point, g)
        return jnp.where((j == 0) & has_query, query, ahead), jnp.where(j == 0, value, loss), g

    nothing = (theta, jnp.zeros_like(theta[0]), jnp.zeros_like(theta))
    _, loss, g = lax.fori_loop(jnp.int32(0), count, one, nothing)
    return loss, g


def look_ahead(
    run: Values, wrapped: Array, t: Array, moved: Array, state: Array, slow: Array, fresh: Array
) -> tuple[Array, Array, Array]:
    """Lookahead (Zhang et al. 2019): after every k-th update the fast weights return to the slow ones, which follow."""
    period, share, reset = run.lookahead
    # A remainder takes as long as the rest of a plain step.
    now = lax.cond(wrapped, lambda: jnp.mod(t, period) == 0, lambda: period != period)
    slow = jnp.where(now, slow + share * (moved - slow), slow)
    again = now & (reset > 0)
    state = jax.tree.map(lambda begun, part: jnp.where(again, begun, part), fresh, state)
    return jnp.where(now, slow, moved), state, slow
