"""Reproducible normal draws inside a compiled loop: a counter hash and Box-Muller, cheap enough to recompute."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from visualizer.backend import jax

GOLDEN = 0x9E3779B9  # 2^32 / golden ratio: spreads consecutive counters over the whole range
SECOND = 0x6C8E9CF5
DRAWS = 16  # normal draws that one step may ask for, in pairs


def mix(word: Array) -> Array:
    """MurmurHash3's 32-bit finalizer (Appleby): every input bit flips each output bit with probability near 1/2."""
    word = (word ^ (word >> 16)) * jnp.uint32(0x85EBCA6B)
    word = (word ^ (word >> 13)) * jnp.uint32(0xC2B2AE35)
    return word ^ (word >> 16)


def normals(seed: Array, counter: Array, like: Array) -> Array:
    """Two independent standard normal numbers, ``(2, ...lanes)``, in the type of ``like``.

    ``seed`` and ``counter`` are uint32 ``(...lanes)``. The seed is mixed first, so that neighbouring seeds do not walk
    through each other's sequence. 24 bits a uniform number: exact in float32 too, and no draw beyond 5.9.
    """
    key = mix(seed * jnp.uint32(GOLDEN) + jnp.uint32(SECOND))
    first = mix(key + counter * jnp.uint32(GOLDEN))
    second = mix(first ^ mix(key ^ jnp.uint32(SECOND)))
    unit = like.dtype.type(2.0**-24)
    radius = jnp.sqrt(-2.0 * jnp.log(((first >> 8).astype(like.dtype) + 0.5) * unit))
    angle = 2.0 * jnp.pi * (second >> 8).astype(like.dtype) * unit
    return jnp.stack([radius * jnp.cos(angle), radius * jnp.sin(angle)])


class Draws(NamedTuple):
    """The normal draws of one step: ``draws(j)`` is the j-th pair, ``(2,)``, shaped and typed as ``like``.

    From the seed, or the ``injected`` ones, ``(steps, 2)``, if there are any: then each j is the same.
    """

    seed: Array
    step: Array
    like: Array
    injected: Array

    def __call__(self, j: int) -> Array:
        if self.injected.shape[0]:
            last = self.injected.shape[0] - 1
            return lax.dynamic_index_in_dim(self.injected, jnp.minimum(self.step, last), keepdims=False)
        return normals(self.seed.astype(jnp.uint32), (self.step * DRAWS + j).astype(jnp.uint32), self.like)


@partial(jax.jit, static_argnums=1)
def _drawn(seed: Array, steps: int, j: Array) -> Array:
    counters = jnp.arange(steps, dtype=jnp.uint32) * DRAWS + j
    return normals(seed, counters, jnp.zeros(steps)).T


def drawn(seed: int, steps: int, j: int) -> np.ndarray:
    """The j-th pair of every step of a run, ``(steps, 2)``."""
    size = 64  # few lengths, so that few programs are compiled
    while size < steps:
        size *= 8
    return np.asarray(_drawn(jnp.uint32(seed), size, jnp.uint32(j)))[:steps]
