"""A network's outputs and losses, as functions of one vector of parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import Array, lax

from visualizer.backend import jax
from visualizer.networks.architecture import CLASSES, Architecture
from visualizer.simulate.random import GOLDEN, mix

EPS = 1e-5  # added to the variance that a layer is divided by the root of
UNIT = 2.0**-24

Drop = Callable[[int, Array], Array]  # what dropout makes of a hidden layer's activations, by the layer's number


def arrays(network: Architecture, theta: Array) -> list[dict[str, Array]]:
    """The layers' arrays by name."""
    found: list[dict[str, Array]] = [{} for _ in range(len(network.hidden) + 1)]
    for part in network.parts:
        found[part.layer][part.name] = theta[part.place].reshape(part.shape)
    return found


def bend(network: Architecture, z: Array) -> Array:
    """The activation."""
    bends: dict[str, Callable[[Array], Array]] = {
        "relu": lambda z: jnp.maximum(z, 0),
        "tanh": jnp.tanh,
        "gelu": lambda z: jax.nn.gelu(z, approximate=True),
        "linear": lambda z: z,
    }
    return bends[network.activation](z)


def keep(layer: int, h: Array) -> Array:
    """No dropout."""
    return h


def outputs(network: Architecture, theta: Array, x: Array, rows: Array, drop: Drop = keep) -> Array:
    """What the network answers to points ``(n, inputs)``, ``(n, outputs)``.

    ``rows`` ``(n,)`` are the weights, which sum to 1, of the points whose statistics batch normalization takes: those
    of the batch in training, those of the whole training set elsewhere (no running averages).
    """
    h = x
    layers = arrays(network, theta)
    for k, layer in enumerate(layers):
        z = h @ layer["weight"] + layer["bias"]
        if k == len(layers) - 1:
            return z
        if network.norm != "none":
            z = normalized(network, z, rows) * layer["gain"] + layer["shift"]
        h = drop(k, bend(network, z))
    raise AssertionError("a network has a last layer")


def normalized(network: Architecture, z: Array, rows: Array) -> Array:
    """Ioffe and Szegedy 2015 (arXiv:1502.03167) over the batch; Ba et al. 2016 (arXiv:1607.06450) over the layer."""
    mean: Any
    if network.norm == "batch":
        mean = rows @ z
        variance = rows @ (z - mean) ** 2
    else:
        mean = z.mean(axis=1, keepdims=True)
        variance = ((z - mean) ** 2).mean(axis=1, keepdims=True)
    return (z - mean) / jnp.sqrt(variance + EPS)


def losses(network: Architecture, answers: Array, y: Array) -> Array:
    """The loss of each point ``(n,)``; ``y`` ``(n, outputs)`` are the classes as rows of 0 and a 1, or the values."""
    if network.task != CLASSES:
        return ((answers - y) ** 2).mean(axis=1)
    top = lax.stop_gradient(answers.max(axis=1, keepdims=True))
    shifted = answers - top
    return jnp.log(jnp.exp(shifted).sum(axis=1)) - (shifted * y).sum(axis=1)


def mistakes(network: Architecture, answers: Array, y: Array) -> Array:
    """1 for each point whose class is not the likeliest, else 0; for values the squared error. ``(n,)``

    NaN where the answers are no numbers: those are no mistakes that could be counted.
    """
    if network.task != CLASSES:
        return losses(network, answers, y)
    right = (answers * y).sum(axis=1)
    return jnp.where(jnp.isnan(right), right, (right < answers.max(axis=1)).astype(answers.dtype))


def mask(key: Array, layer: int, h: Array, first: Array | int, rate: Array) -> Array:
    """Which units are kept, 1 or 0, like ``h`` ``(n, width)``: those of points ``first``, ``first + 1``, ...

    ``key`` is uint32, that of a step. Each point of the batch has its own mask, as in PyTorch.
    """
    n, width = h.shape
    point = jnp.asarray(first, jnp.uint32) + jnp.arange(n, dtype=jnp.uint32)[:, None]
    unit = jnp.arange(width, dtype=jnp.uint32)[None]
    word = mix(mix(key + jnp.uint32(layer + 1)) + (point * jnp.uint32(1024) + unit) * jnp.uint32(GOLDEN))
    return ((word >> 8).astype(h.dtype) * h.dtype.type(UNIT) >= rate).astype(h.dtype)


def dropping(key: Array, first: Array | int, rate: Array, scale: Array) -> Drop:
    """Dropout (Srivastava et al. 2014): units off with probability ``rate``, and the others times ``scale``.

    With a scale of 1 / (1 - rate) in training ("inverted") testing needs none; in the paper's form training has none
    and the activations, or the weights after them, are multiplied by 1 - rate in testing.
    """

    def drop(layer: int, h: Array) -> Array:
        kept = lax.cond(rate > 0, lambda: mask(key, layer, h, first, rate) * scale, lambda: jnp.ones_like(h))
        return h * kept

    return drop


def weakening(factor: Array) -> Drop:
    """What the paper's form does in testing: nothing is off, all activations times ``factor``."""
    return lambda layer, h: h * factor
