"""A step of the rules that take more than a gradient: the Hessian, or a line search.

What is counted as evaluations: a point's gradient, with its loss, is one. A Hessian, or its diagonal, is two, as many
gradients as forward differences would take in the plane, in steps that use it. Each point that a line search tries is
one. Nothing is counted twice: where a search has computed the gradient of the point that it ends at (strong Wolfe
conditions), or where a run stands still, the next step has it already; unless there is noise, for then each step sees
another gradient.

The search sees the loss without noise, and gradients with the noise of its step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import Array, lax

from landscapes.noise import CATALOGUE as NOISES
from optimizers._frame import TRIAL, WOLFE, Bounds, dot, lane
from visualizer.simulate import search
from visualizer.simulate.first import Entries, Place, Step, nowhere, schedule_now, update
from visualizer.simulate.ground import Ground
from visualizer.simulate.random import Draws
from visualizer.simulate.search import NO_SEARCH, Line
from visualizer.simulate.states import ravel, unravel
from visualizer.simulate.tables import WIDTHS
from visualizer.spec import Values, decode

HESSIAN = 2.0  # evaluations


def begin(fresh: Array) -> Array:
    """The rule's state, and how many evaluations at this point are paid for."""
    return jnp.concatenate([fresh, jnp.zeros_like(fresh[:1])])


def stepper(
    entries: Entries, ground: Ground, run: Values, index: Values, fresh: Array
) -> Callable[[Place, Draws], Step]:
    """The function that makes update i + 1 of a run from the place before it."""
    own = [entry.search.kind if entry.search else NO_SEARCH for entry in entries]
    kinds = (NO_SEARCH, *sorted(set(own) - {NO_SEARCH}))
    kind = jnp.array([kinds.index(name) for name in own], jnp.int32)[index.optimizer]
    searched, sees_slope = kind > 0, jnp.array([name == WOLFE for name in own])[index.optimizer]
    bounds = bounds_of(entries, index.optimizer, run.hyper)
    noisy = index.noise != list(NOISES).index("none")
    bent = any(entry.hessian for entry in entries)

    def step(place: Place, draw: Draws) -> Step:
        theta, state, paid = place.theta, place.state[:-1], place.state[-1]
        uses, hessian = jnp.zeros_like(paid), None
        if bent:
            uses = uses_hessian(entries, index.optimizer, theta, state, run.hyper)
            found = ground.loss_gradient_hessian(theta, uses > 0)
            loss, clean, hessian = found
        else:
            loss, clean = ground.loss_and_gradient(theta)
        g = ground.noisy(index.noise, clean, theta, draw, run.noise)
        now, memory = schedule_now(run, index, place, loss, draw)
        now = Values(now, loss=loss, hessian=hessian, matrix=ground.matrix)
        moved, state, info = update(entries, index.optimizer, g, theta, state, run.hyper, now)

        def trial(point: Array) -> tuple[Array, Array]:
            if set(kinds) <= {NO_SEARCH, TRIAL}:  # looks at the loss alone: no gradient need be compiled
                return ground.loss(point), jnp.zeros_like(loss)
            value, clean = ground.loss_and_gradient(point)
            return value, -dot(info.m, ground.noisy(index.noise, clean, point, draw, run.noise))

        start, first, scalar = (loss, -dot(info.m, g)), info.rate[0], loss.ndim == 0

        def one(line: Line) -> Line:
            value, slope = trial(theta - line.trial * info.m)
            new = search.tried(kinds, kind, line, first, value, slope, start, bounds)
            return (
                new if scalar else Line(*(jnp.where(line.done, old, part) for old, part in zip(line, new, strict=True)))
            )

        line = lax.while_loop(
            lambda line: ~jnp.all(line.done), one, search.begin(jnp.where(searched, first, 0.0), *start)
        )
        length = line.found
        state = settled(entries, index.optimizer, theta, state, length, run.hyper)
        info = info._replace(
            step=jnp.where(searched, -length * info.m, info.step),
            rate=jnp.where(searched, length, info.rate),
            lr=jnp.where(searched, length, info.lr),
        )
        moved = jnp.where(searched, theta + info.step, moved)
        inside = ground.projected(moved)
        moved, info = inside, info._replace(step=info.step + (inside - moved))
        price = 1.0 + HESSIAN * uses
        spent = place.evaluations + jnp.maximum(price - paid, 0.0) + line.tries
        known = jnp.where(searched & (length == 0), price, jnp.where(sees_slope, 1.0, 0.0))
        state = jnp.concatenate([state, jnp.where(noisy, 0.0, known + lane(theta))[None]])
        return Step(loss, nowhere(theta), info, Place(place.i + 1, moved, state, place.slow, memory, spent))

    return step


def uses_hessian(entries: Entries, optimizer: Array, theta: Array, state: Array, hyper: Array) -> Array:
    """1.0 where this step uses the Hessian, else 0.0."""

    def branch(entry: Any) -> Callable[[Array, Array], Array]:
        def run(state: Array, hyper: Array) -> Array:
            own = unravel(entry, state, theta, WIDTHS["hyper"])
            uses = entry.hessian(own, decode(entry.hypers, hyper)) if entry.hessian else 0.0
            return lane(theta, uses)

        return run

    return lax.switch(optimizer, [branch(entry) for entry in entries], state, hyper)


def bounds_of(entries: Entries, optimizer: Array, hyper: Array) -> Bounds:
    """The bounds of the rule's line search; zeros if it has none."""

    def branch(entry: Any) -> Callable[[Array], Bounds]:
        def run(hyper: Array) -> Bounds:
            bounds = entry.search.bounds(decode(entry.hypers, hyper)) if entry.search else Bounds()
            return Bounds(*(bound + jnp.zeros_like(hyper[0]) for bound in bounds))

        return run

    return lax.switch(optimizer, [branch(entry) for entry in entries], hyper)


def settled(entries: Entries, optimizer: Array, theta: Array, state: Array, length: Array, hyper: Array) -> Array:
    """The ravelled state after the line search."""
    size = state.shape[0]

    def branch(entry: Any) -> Callable[..., Array]:
        def run(state: Array, length: Array, hyper: Array) -> Array:
            if entry.search is None:
                return state
            own = unravel(entry, state, theta, WIDTHS["hyper"])
            return ravel(entry.search.settle(own, length, decode(entry.hypers, hyper)), theta, size)

        return run

    return lax.switch(optimizer, [branch(entry) for entry in entries], state, length, hyper)
