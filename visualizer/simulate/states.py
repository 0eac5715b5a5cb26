"""States of different optimizers, ravelled to the same number of slots so that one loop can carry any of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.extend.core import Var

from optimizers._frame import advance
from visualizer.spec import Values, decode

_known: dict[Any, Any] = {}  # tracing an init takes a millisecond, and every branch asks for it
_following: dict[Any, list[bool]] = {}


def leaves_of(entry: Any, theta: Array | jax.ShapeDtypeStruct, width: int) -> tuple[list[jax.ShapeDtypeStruct], Any]:
    """Shapes and structure of an optimizer's state."""
    key = (entry.init, entry.slug, theta.shape, theta.dtype, width)
    if key not in _known:
        like = jax.ShapeDtypeStruct(theta.shape, theta.dtype)
        row = jax.ShapeDtypeStruct((width, *theta.shape[1:]), theta.dtype)
        shapes = jax.eval_shape(lambda point, row: entry.init(point, decode(entry.hypers, row)), like, row)
        _known[key] = jax.tree.flatten(shapes)
    return _known[key]


def slots(entries: Sequence[Any], theta: Array | jax.ShapeDtypeStruct, width: int) -> int:
    """How many numbers per lane the largest state takes."""
    return max(
        sum(leaf.shape[0] if leaf.ndim == theta.ndim else 1 for leaf in leaves_of(entry, theta, width)[0])
        for entry in entries
    )


def ravel(state: Any, theta: Array, size: int) -> Array:
    """A state as one array ``(size, ...lanes)``."""
    lanes = theta.shape[1:]
    rows = [leaf if leaf.ndim == theta.ndim else jnp.broadcast_to(leaf, lanes)[None] for leaf in jax.tree.leaves(state)]
    used = sum(row.shape[0] for row in rows)
    return jnp.concatenate([*rows, jnp.zeros((size - used, *theta.shape[1:]), theta.dtype)])


def unravel(entry: Any, packed: Any, theta: Array | jax.ShapeDtypeStruct, width: int) -> Any:
    """The state that ``ravel`` packed."""
    leaves, tree = leaves_of(entry, theta, width)
    found, at = [], 0
    for leaf in leaves:
        wide = leaf.ndim == theta.ndim
        found.append(packed[at : at + leaf.shape[0]] if wide else packed[at])
        at += leaf.shape[0] if wide else 1
    return jax.tree.unflatten(tree, found)


LANES, COMMON = 0, -1
# Arrays of a state by their rows, or LANES: shaped like a lane, or COMMON: one number for all lanes.
Pools = dict[int, tuple[Array, ...]]


def taken(entry: Any, held: Any, theta: Array, width: int) -> Any:
    """The state of a rule, out of what is held: one ravelled array, or pools."""
    if not isinstance(held, dict):
        return unravel(entry, held, theta, width)
    _, tree = leaves_of(entry, theta, width)
    pools = {kind: iter(pool) for kind, pool in held.items()}
    return jax.tree.unflatten(tree, [next(pools[kind]) for kind in kinds_of(entry, theta, width, COMMON in held)])


def returned(entry: Any, state: Any, held: Any, theta: Array, width: int) -> Any:
    """What is held, with a new state in it."""
    if not isinstance(held, dict):
        return ravel(state, theta, held.shape[0])
    new: dict[int, list[Array]] = {kind: [] for kind in held}
    for kind, leaf in zip(kinds_of(entry, theta, width, COMMON in held), jax.tree.leaves(state), strict=True):
        one = leaf.reshape(-1)[0] if kind == COMMON else jnp.broadcast_to(leaf, held[kind][0].shape)
        new[kind].append(one)
    return {kind: (*pool, *held[kind][len(pool) :]) for kind, pool in new.items()}


def pooled(entries: Sequence[Any], optimizer: Array, packed: Array, theta: Array, width: int, common: bool) -> Pools:
    """A ravelled state as pools, in which every rule's arrays have a place as they are: nothing is put together or
    taken apart from step to step. With ``common`` hyperparameters, what follows from them alone is one number.
    """
    most = dict.fromkeys((LANES, COMMON) if common else (LANES,), 1)
    for entry in entries:
        kinds = kinds_of(entry, theta, width, common)
        most |= {kind: max(most.get(kind, 0), kinds.count(kind)) for kind in kinds}
    lanes = theta.shape[1:]
    empty = {
        kind: (jnp.zeros({LANES: lanes, COMMON: ()}.get(kind, (kind, *lanes)), theta.dtype),) * count
        for kind, count in most.items()
    }

    def branch(entry: Any) -> Callable[[Array], Pools]:
        def run(packed: Array) -> Pools:
            leaves, tree = jax.tree.flatten(unravel(entry, packed, theta, width))
            kinds = kinds_of(entry, theta, width, common)
            own = [leaf[0] if kind == COMMON else leaf for kind, leaf in zip(kinds, leaves, strict=True)]
            return returned(entry, jax.tree.unflatten(tree, own), empty, theta, width)

        return run

    return lax.switch(optimizer, [branch(entry) for entry in entries], packed)


def packed(entries: Sequence[Any], optimizer: Array, pools: Pools, theta: Array, width: int, size: int) -> Array:
    """The ravelled state that ``pooled`` took apart."""

    def branch(entry: Any) -> Callable[[Pools], Array]:
        return lambda pools: ravel(taken(entry, pools, theta, width), theta, size)

    return lax.switch(optimizer, [branch(entry) for entry in entries], pools)


def kinds_of(entry: Any, theta: Array, width: int, common: bool) -> list[int]:
    """In which pool each array of a state is."""
    leaves, _ = leaves_of(entry, theta, width)
    follows = _follows(entry, width) if common else [False] * len(leaves)
    rows = [int(leaf.shape[0]) if leaf.ndim == theta.ndim else LANES for leaf in leaves]
    return [COMMON if alone and kind == LANES else kind for kind, alone in zip(rows, follows, strict=True)]


def _follows(entry: Any, width: int) -> list[bool]:
    """Of each array of a state, whether it follows from the hyperparameters and the number of the step alone."""
    key = (entry.init, entry.slug, width)
    if key not in _following:
        _following[key] = _found_to_follow(entry, width)
    return _following[key]


def _found_to_follow(entry: Any, width: int) -> list[bool]:
    theta, row, one = (jax.ShapeDtypeStruct(shape, jnp.float32) for shape in ((2, 1), (width,), ()))
    draw = jax.ShapeDtypeStruct((2, 1), jnp.float32)
    leaves, tree = leaves_of(entry, theta, width)

    def begin(theta: Array, row: Array, lr: Array) -> Any:
        return jax.tree.leaves(entry.init(theta, Values(decode(entry.hypers, row), lr=lr)))

    def move(g: Array, theta: Array, leaves: Any, draw: Array, row: Array, lr: Array) -> Any:
        h = Values({**decode(entry.hypers, row), "lr": lr, "draw": lambda j: draw, "matrix": jnp.bool_(False)})
        return jax.tree.leaves(advance(entry, g, theta, jax.tree.unflatten(tree, leaves), h)[1])

    found = [not tainted for tainted in _tainted(begin, (theta, row, one), [True, False, False])]
    while True:
        own = [True, True, *(not alone for alone in found), True, False, False]
        again = [not tainted for tainted in _tainted(move, (theta, theta, leaves, draw, row, one), own)]
        again = [one and other for one, other in zip(found, again, strict=True)]
        if again == found:
            return found
        found = again


def _tainted(function: Callable[..., Any], examples: tuple[Any, ...], inputs: list[bool]) -> list[bool]:
    """Which of the arrays that a function returns may depend on those of its inputs."""
    traced = jax.make_jaxpr(function)(*examples).jaxpr
    known = {var for var, own in zip(traced.invars, inputs, strict=True) if own}
    for equation in traced.eqns:
        if any(isinstance(var, Var) and var in known for var in equation.invars):
            known.update(equation.outvars)
    return [isinstance(var, Var) and var in known for var in traced.outvars]


def initial_state(entries: Sequence[Any], optimizer: Array, theta: Array, hyper: Array, lr: Array, size: int) -> Array:
    """The ravelled state before the first update, for a traced index; ``lr`` is the base rate."""

    def branch(entry: Any) -> Callable[[Array, Array], Array]:
        return lambda theta, hyper: ravel(entry.init(theta, Values(decode(entry.hypers, hyper), lr=lr)), theta, size)

    return lax.switch(optimizer, [branch(entry) for entry in entries], theta, hyper)
