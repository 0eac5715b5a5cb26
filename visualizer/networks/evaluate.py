"""What trained parameters are worth: losses and mistakes on training and test points, answers to any points."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from visualizer.backend import jax
from visualizer.networks.architecture import Architecture
from visualizer.networks.data import Points
from visualizer.networks.forward import Drop, losses, mask, mistakes, outputs
from visualizer.simulate import compiled
from visualizer.simulate.random import mix

MANY = 32  # networks of one call
GRIDS = (256, 1024, 4096)  # points that answers are asked for at once: few sizes, so that few programs are compiled


class Testing(NamedTuple):
    """What dropout does in testing: hidden units are off with probability ``dropout``, all times ``factor``.

    Nothing by default, as it is right after training with the inverted scale. The paper's form has a ``factor`` of
    1 - p; forgetting that leaves it 1. Who leaves dropout on has ``dropout`` p, and the factor of training.
    """

    dropout: float = 0.0
    factor: float = 1.0


class Scores(NamedTuple):
    """Of K networks, on training points (first column) and test points: the mean ``loss``, and ``mistakes``, the share
    of points whose class is not the likeliest, or the mean squared error. float32 ``(K, 2)``; NaN after divergence.
    """

    loss: np.ndarray
    mistakes: np.ndarray


def evaluate(
    network: Architecture,
    points: Points,
    thetas: np.ndarray,
    testing: Testing = Testing(),  # noqa: B008  (a constant)
    seeds: np.ndarray | None = None,
) -> Scores:
    """The scores of parameters ``(K, P)``. ``seeds`` ``(K,)`` choose the masks, where units are off; one mask a point.

    Statistics of batch normalization are those of all training points, without any running average.
    """
    program = _scores(network, points.room)
    thetas = np.atleast_2d(thetas).astype(np.float32)
    seeds = np.zeros(len(thetas), np.uint32) if seeds is None else np.asarray(seeds, np.uint32)
    numbers = np.array(testing, np.float32)
    found = []
    for at in range(0, len(thetas), MANY):
        part, own = _padded(thetas[at : at + MANY]), np.zeros(MANY, np.uint32)
        count = min(MANY, len(thetas) - at)
        own[:count] = seeds[at : at + count]
        found.append(np.asarray(program(points.x, points.y, points.rows, part, own, numbers, np.int32(count)))[:count])
    every = np.concatenate(found)
    return Scores(every[:, 0], every[:, 1])


def answers(
    network: Architecture,
    points: Points,
    thetas: np.ndarray,
    x: np.ndarray,
    testing: Testing = Testing(),  # noqa: B008
    seeds: np.ndarray | None = None,
    shared: bool = True,
) -> np.ndarray:
    """What networks with parameters ``(K, P)`` answer to ``x`` ``(G, inputs)``: ``(K, G, outputs)``, float32.

    Logits for classes (``chances`` makes probabilities of them). With ``seeds`` ``(K,)`` and units that are off, the
    same mask for every point: a network without those units. If that is not ``shared``, each point has its own mask.
    """
    thetas = np.atleast_2d(thetas).astype(np.float32)
    seeds = np.zeros(len(thetas), np.uint32) if seeds is None else np.asarray(seeds, np.uint32)
    size = next((size for size in GRIDS if size >= len(x)), GRIDS[-1])
    program = _answers(network, points.room, size, shared)
    found = np.empty((len(thetas), len(x), network.outputs), np.float32)
    numbers = np.array(testing, np.float32)
    for at in range(0, len(x), size):
        part = np.zeros((size, network.inputs), np.float32)
        own = x[at : at + size]
        part[: len(own)] = own
        for k, theta in enumerate(thetas):
            answer = program(points.x, points.rows[0], part, theta, seeds[k], numbers)
            found[k, at : at + len(own)] = np.asarray(answer)[: len(own)]
    return found


def chances(logits: np.ndarray) -> np.ndarray:
    """The softmax over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def _padded(part: np.ndarray) -> np.ndarray:
    return np.concatenate([part, np.zeros((MANY - len(part), part.shape[1]), np.float32)])


def tested(seed: Array, numbers: Array, shared: bool) -> Drop:
    """Dropout in testing: ``numbers`` are those of ``Testing``. One mask for all points if they have it in common."""
    rate, factor = numbers

    def drop(layer: int, h: Array) -> Array:
        like = h[:1] if shared else h
        kept = lax.cond(
            rate > 0,
            lambda: mask(mix(seed), layer, like, 0, rate),
            lambda: jnp.ones_like(like),
        )
        return h * kept * factor

    return drop


def _scores(network: Architecture, room: int) -> Any:
    def run(x: Array, y: Array, rows: Array, thetas: Array, seeds: Array, numbers: Array, count: Array) -> Array:
        def one(k: Array, found: Array) -> Array:
            drop = tested(seeds[k], numbers, shared=False)
            answer = outputs(network, thetas[k], x, rows[0], drop)
            new = jnp.stack([rows @ losses(network, answer, y), rows @ mistakes(network, answer, y)])
            return lax.dynamic_update_slice(found, new[None], (k, jnp.int32(0), jnp.int32(0)))

        return lax.fori_loop(jnp.int32(0), count, one, jnp.zeros((MANY, 2, 2), thetas.dtype))

    def build() -> tuple[Any, tuple[Any, ...]]:
        x, y, rows = _blank(network, room)
        thetas = np.zeros((MANY, network.size), np.float32)
        return jax.jit(run), (x, y, rows, thetas, np.zeros(MANY, np.uint32), np.zeros(2, np.float32), np.int32(0))

    return single(f"net-scores-{network.name}-{room}", build)


def _answers(network: Architecture, room: int, size: int, shared: bool) -> Any:
    def run(x: Array, rows: Array, asked: Array, theta: Array, seed: Array, numbers: Array) -> Array:
        drop = tested(seed, numbers, shared)
        if network.norm != "batch":
            return outputs(network, theta, asked, rows, drop)
        both, weights = jnp.concatenate([x, asked]), jnp.concatenate([rows, jnp.zeros(size, rows.dtype)])
        return outputs(network, theta, both, weights, drop)[room:]

    def build() -> tuple[Any, tuple[Any, ...]]:
        x, _, rows = _blank(network, room)
        asked, theta = np.zeros((size, network.inputs), np.float32), np.zeros(network.size, np.float32)
        return jax.jit(run), (x, rows[0], asked, theta, np.uint32(0), np.zeros(2, np.float32))

    return single(f"net-answers-{network.name}-{room}-{size}{'' if shared else '-each'}", build)


def _blank(network: Architecture, room: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    shapes = (room, network.inputs), (room, network.outputs), (2, room)
    x, y, rows = (np.zeros(shape, np.float32) for shape in shapes)
    return x, y, rows


def single(name: str, build: compiled.Build) -> Any:
    """The executable of this name, which works in single precision."""
    with jax.enable_x64(False):
        return compiled.program(name, build)
