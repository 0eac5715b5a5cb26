"""The masks of dropout along a whole training, and whose they are: those of ``dropout.py``, many steps at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from visualizer.backend import jax
from visualizer.networks.architecture import Architecture
from visualizer.networks.data import Points
from visualizer.networks.dropout import Picking
from visualizer.networks.evaluate import single
from visualizer.networks.forward import mask
from visualizer.networks.steps import key_of, picked
from visualizer.networks.train import Recipe

STEPS = 64  # of one call
ROWS = 8  # of a batch, at most: as many as anybody looks at


class Along(NamedTuple):
    """The first points of the batches of steps ``first``, ``first + 1``, ...

    ``kept`` ``(count, rows, units)`` are the units that are on, those of the first hidden layer first; ``places``
    ``(count, rows)`` are the points' places in the data.
    """

    first: int
    kept: np.ndarray
    places: np.ndarray

    @property
    def bits(self) -> np.ndarray:
        """``kept`` as bytes ``(count, rows, bytes)``, the first unit in the lowest bit."""
        return np.packbits(self.kept, axis=-1, bitorder="little")


def along(network: Architecture, points: Points, recipe: Recipe, first: int, rows: int, last: int) -> Along:
    """Those of ``rows`` points and of steps ``first`` to ``last`` - 1, at most ``STEPS`` of them."""
    count, size = min(STEPS, last - first), min(recipe.batch, points.train)
    if not 1 <= rows <= min(ROWS, size):
        raise ValueError(f"there are 1 to {min(ROWS, size)} points to look at, not {rows}")
    kept = _kept(network)(np.int32(recipe.seed), np.int32(first), np.float32(recipe.dropout))
    places = _places()(*(np.int32(one) for one in (recipe.seed, size, points.train, first)))
    return Along(first, np.asarray(kept)[:count, :rows], np.asarray(places)[:count, :rows])


def _kept(network: Architecture) -> Any:
    def one(seed: Array, step: Array, rate: Array) -> Array:
        key = key_of(seed, "masks", step)
        layers = enumerate(network.hidden)
        blank = [(layer, jnp.zeros((ROWS, width), jnp.float32)) for layer, width in layers]
        return jnp.concatenate([mask(key, layer, like, 0, rate) for layer, like in blank], axis=1) > 0

    def run(seed: Array, first: Array, rate: Array) -> Array:
        return jax.vmap(lambda step: one(seed, step, rate))(first + jnp.arange(STEPS, dtype=jnp.int32))

    def build() -> tuple[Any, tuple[Any, ...]]:
        return jax.jit(run), (np.int32(0), np.int32(0), np.float32(0))

    return single(f"net-along-{'-'.join(map(str, network.hidden))}", build)


def _places() -> Any:
    def run(seed: Array, batch: Array, train: Array, first: Array) -> Array:
        steps = first + jnp.arange(STEPS, dtype=jnp.int32)
        return jax.vmap(lambda step: picked(Picking(seed, batch, train), step, jnp.int32(0))[0][:ROWS])(steps)

    def build() -> tuple[Any, tuple[Any, ...]]:
        return jax.jit(run), (np.int32(0),) * 4

    return single("net-places", build)
