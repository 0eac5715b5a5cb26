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
from optimizers._frame import WOLFE, Bounds, dot
from visualizer.simulate import search, tables
from visualizer.simulate.first import Draw, Entries, Place, Step, nowhere, schedule_now, update
from visualizer.simulate.search import KINDS, Line
from visualizer.simulate.states import ravel, unravel
from visualizer.simulate.tables import WIDTHS
from visualizer.spec import Values, decode

HESSIAN = 2.0  # evaluations


def begin(fresh: Array) -> Array:
    """The rule's state, and how many evaluations at this point are paid for."""
    return jnp.concatenate([fresh, jnp.zeros_like(fresh, shape=1)])


def stepper(entries: Entries, run: Values, index: Values, fresh: Array) -> Callable[[Place, Draw], Step]:
    """The function that makes update i + 1 of a run from the place before it."""
    kinds = [KINDS.index(entry.search.kind if entry.search else "") for entry in entries]
    kind = jnp.array(kinds, jnp.int32)[index.optimizer]
    bounds = bounds_of(entries, index.optimizer, run.hyper)
    noisy = index.noise != list(NOISES).index("none")

    def step(place: Place, draw: Draw) -> Step:
        theta, state, paid = place.theta, place.state[:-1], place.state[-1]
        uses = uses_hessian(entries, index.optimizer, theta, state, run.hyper)
        loss, clean, hessian = tables.loss_gradient_hessian(index.landscape, theta, run.params, run.affine, uses > 0)
        g = tables.add_noise(index.noise, clean, theta, draw, run.noise)
        now, memory = schedule_now(run, index, place, loss, draw)
        now = Values(now, loss=loss, hessian=hessian)
        moved, state, info = update(entries, index.optimizer, g, theta, state, run.hyper, now)
        line = line_search(run, index, kind, theta, info.m, info.rate[0], (loss, g), bounds, draw)
        length, searched = line.found, kind > 0
        state = settled(entries, index.optimizer, theta, state, length, run.hyper)
        info = info._replace(
            step=jnp.where(searched, -length * info.m, info.step),
            rate=jnp.where(searched, length, info.rate),
            lr=jnp.where(searched, length, info.lr),
        )
        price = 1.0 + HESSIAN * uses
        spent = jnp.maximum(price - paid, 0.0) + line.tries
        stands = searched & (length == 0)
        known = jnp.where(stands, price, jnp.where(kind == KINDS.index(WOLFE), 1.0, 0.0))
        state = jnp.concatenate([state, jnp.where(noisy, 0.0, known)[None]])
        moved = jnp.where(searched, theta + info.step, moved)
        return Step(
            loss, nowhere(theta), info, Place(place.i + 1, moved, state, place.slow, memory, place.evaluations + spent)
        )

    return step


def line_search(
    run: Values,
    index: Values,
    kind: Array,
    theta: Array,
    m: Array,
    first: Array,
    start: tuple[Array, Array],
    bounds: Bounds,
    draw: Draw,
) -> Line:
    """The search of the given kind from theta along -m; ``start`` are the loss and the gradient at theta."""
    begun = (start[0], -dot(m, start[1]))

    def one(line: Line) -> Line:
        point = theta - line.trial * m
        value, clean = tables.loss_and_gradient(index.landscape, point, run.params, run.affine)
        g = tables.add_noise(index.noise, clean, point, draw, run.noise)
        return search.tried(kind, line, first, value, -dot(m, g), begun, bounds)

    return lax.while_loop(lambda line: ~line.done, one, search.begin(jnp.where(kind > 0, first, 0.0), *begun))


def uses_hessian(entries: Entries, optimizer: Array, theta: Array, state: Array, hyper: Array) -> Array:
    """1.0 where this step uses the Hessian, else 0.0."""

    def branch(entry: Any) -> Callable[[Array, Array], Array]:
        def run(state: Array, hyper: Array) -> Array:
            own = unravel(entry, state, theta, WIDTHS["hyper"])
            uses = entry.hessian(own, decode(entry.hypers, hyper)) if entry.hessian else 0.0
            return jnp.asarray(uses, theta.dtype)

        return run

    return lax.switch(optimizer, [branch(entry) for entry in entries], state, hyper)


def bounds_of(entries: Entries, optimizer: Array, hyper: Array) -> Bounds:
    """The bounds of the rule's line search; zeros if it has none."""

    def branch(entry: Any) -> Callable[[Array], Bounds]:
        def run(hyper: Array) -> Bounds:
            bounds = entry.search.bounds(decode(entry.hypers, hyper)) if entry.search else Bounds()
            return Bounds(*(jnp.asarray(bound, hyper.dtype) for bound in bounds))

        return run

    return lax.switch(optimizer, [branch(entry) for entry in entries], hyper)


def settled(
    entries: Entries, optimizer: Array, theta: Array, state: Array, length: Array, hyper: Array
) -> Array:
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
