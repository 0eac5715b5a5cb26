"""States of different optimizers, ravelled to the same number of slots so that one loop can carry any of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from visualizer.spec import Values, decode

_known: dict[Any, Any] = {}  # tracing an init takes a millisecond, and every branch asks for it


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
    rows = [leaf if leaf.ndim == theta.ndim else leaf[None] for leaf in jax.tree.leaves(state)]
    used = sum(row.shape[0] for row in rows)
    return jnp.concatenate([*rows, jnp.zeros((size - used, *theta.shape[1:]), theta.dtype)])


def unravel(entry: Any, packed: Array, theta: Array, width: int) -> Any:
    """The state that ``ravel`` packed."""
    leaves, tree = leaves_of(entry, theta, width)
    found, at = [], 0
    for leaf in leaves:
        wide = leaf.ndim == theta.ndim
        found.append(packed[at : at + leaf.shape[0]] if wide else packed[at])
        at += leaf.shape[0] if wide else 1
    return jax.tree.unflatten(tree, found)


Pools = dict[int, tuple[Array, ...]]  # arrays of a state by their rows, 0 for one that is shaped like a lane


def taken(entry: Any, held: Any, theta: Array, width: int) -> Any:
    """The state of a rule, out of what is held: one ravelled array, or pools."""
    if not isinstance(held, dict):
        return unravel(entry, held, theta, width)
    leaves, tree = leaves_of(entry, theta, width)
    pools = {rows: iter(pool) for rows, pool in held.items()}
    return jax.tree.unflatten(tree, [next(pools[_rows(leaf, theta)]) for leaf in leaves])


def returned(state: Any, held: Any, theta: Array) -> Any:
    """What is held, with a new state in it."""
    if not isinstance(held, dict):
        return ravel(state, theta, held.shape[0])
    new: dict[int, list[Array]] = {rows: [] for rows in held}
    for leaf in jax.tree.leaves(state):
        new[_rows(leaf, theta)].append(leaf)
    return {rows: (*pool, *held[rows][len(pool) :]) for rows, pool in new.items()}


def pooled(entries: Sequence[Any], optimizer: Array, packed: Array, theta: Array, width: int) -> Pools:
    """A ravelled state as pools, in which every rule's arrays have a place as they are: nothing is put together or
    taken apart from step to step.
    """
    most: dict[int, int] = {}
    for entry in entries:
        rows = [_rows(leaf, theta) for leaf in leaves_of(entry, theta, width)[0]]
        most |= {kind: max(most.get(kind, 0), rows.count(kind)) for kind in rows}
    empty = {
        rows: (jnp.zeros((rows, *theta.shape[1:]) if rows else theta.shape[1:], theta.dtype),) * most[rows]
        for rows in most
    }

    def branch(entry: Any) -> Callable[[Array], Pools]:
        return lambda packed: returned(unravel(entry, packed, theta, width), empty, theta)

    return lax.switch(optimizer, [branch(entry) for entry in entries], packed)


def packed(entries: Sequence[Any], optimizer: Array, pools: Pools, theta: Array, width: int, size: int) -> Array:
    """The ravelled state that ``pooled`` took apart."""

    def branch(entry: Any) -> Callable[[Pools], Array]:
        return lambda pools: ravel(taken(entry, pools, theta, width), theta, size)

    return lax.switch(optimizer, [branch(entry) for entry in entries], pools)


def _rows(leaf: Any, theta: Array) -> int:
    return int(leaf.shape[0]) if leaf.ndim == theta.ndim else 0


def initial_state(entries: Sequence[Any], optimizer: Array, theta: Array, hyper: Array, lr: Array, size: int) -> Array:
    """The ravelled state before the first update, for a traced index; ``lr`` is the base rate."""

    def branch(entry: Any) -> Callable[[Array, Array], Array]:
        return lambda theta, hyper: ravel(entry.init(theta, Values(decode(entry.hypers, hyper), lr=lr)), theta, size)

    return lax.switch(optimizer, [branch(entry) for entry in entries], theta, hyper)
