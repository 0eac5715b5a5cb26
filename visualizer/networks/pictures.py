"""Pictures of what a network of images looks for: its first weights, and the inputs that excite a unit most."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from visualizer.backend import jax
from visualizer.networks.architecture import Architecture
from visualizer.networks.data import Points
from visualizer.networks.evaluate import evaluate, single
from visualizer.networks.forward import arrays, bend, normalized
from visualizer.networks.progress import go_on
from visualizer.networks.steps import SIDE, rise
from visualizer.networks.train import Recipe, train

PIXELS = SIDE**2
NORM = 3.9  # of an image: the mean over the digits is 3.86
SEEN = 1024  # images that units are asked about at once
IMAGES, CALL = 16, 64  # images that a call climbs with, and its steps: at most 30 ms for the largest network
STRIDE = 1.0  # the length of the first step in norms of the image; the others fall to 0 as a square
ROUNDING = 1e-6  # of a value in float32, as a share of it


def first_weights(network: Architecture, theta: np.ndarray) -> np.ndarray:
    """The weights from the pixels to each unit of the first layer, ``(units, 8, 8)``. Raises ``ValueError``."""
    _images_only(network)
    part = network.parts[0]
    return np.asarray(theta)[part.place].reshape(part.shape).T.reshape(-1, SIDE, SIDE)


def bumps(images: np.ndarray) -> np.ndarray:
    """The sum of the squared differences of neighbouring pixels of each ``(..., 8, 8)``: what a penalty is on."""
    images = np.asarray(images, np.float64)
    return sum((np.diff(images, axis=axis) ** 2).sum(axis=(-2, -1)) for axis in (-2, -1))


def roughness(images: np.ndarray) -> np.ndarray:
    """The sum of the squared differences of neighbouring pixels over the sum of the squares, of each ``(..., 8, 8)``.

    0 for a constant image, 3.5 on average for independent pixels of mean 0, at most 7.7; NaN for an image of zeros.
    The digits have 1.0.
    """
    with np.errstate(invalid="ignore"):
        return bumps(images) / (np.asarray(images, np.float64) ** 2).sum(axis=(-2, -1))


def joint_roughness(images: np.ndarray) -> np.ndarray:
    """The roughness of the images ``(..., units, 8, 8)`` of a layer taken together."""
    with np.errstate(invalid="ignore"):
        return bumps(images).sum(axis=-1) / (np.asarray(images, np.float64) ** 2).sum(axis=(-3, -2, -1))


class Maximal(NamedTuple):
    """The ``images`` ``(K, 8, 8)`` found, and the ``value`` ``(K,)`` that each unit has there, before the activation
    function and without the penalty. float32.
    """

    images: np.ndarray
    value: np.ndarray


def maximal(
    network: Architecture,
    theta: np.ndarray,
    layer: int,
    units: Sequence[int] | None = None,
    penalty: float = 0.0,
    *,
    steps: int = 256,
    norm: float = NORM,
    pixels: bool = False,
    seed: int = 0,
    cancel: threading.Event | None = None,
    progress: Callable[[float], None] | None = None,
) -> Maximal:
    """Activation maximization (Erhan, Bengio, Courville and Vincent 2009): inputs that excite units of a layer most.

    ``layer`` counts from 0; that of the classes is the last. All its units, or these. Among the images of at most this
    ``norm``, or with ``pixels`` among those with pixels from 0 to 1, gradient ascent from noise looks for the largest
    value less penalty / 2 times the sum of the squared differences of neighbouring pixels. What it finds is a local
    maximum if there are hidden layers before: another ``seed`` may find another. The value is that before the
    activation function, which has the same maximum and a slope where a rectifier has none.

    Raises ``ValueError`` for what does not exist and for batch normalization, ``Cancelled`` when ``cancel`` is set.
    """
    _images_only(network)
    if network.norm == "batch":
        raise ValueError("what a unit under batch normalization answers to one image depends on the other images")
    widths = (*network.hidden, network.outputs)
    if not 0 <= layer < len(widths):
        raise ValueError(f"there are layers 0 to {len(widths) - 1}, not {layer}")
    units = range(widths[layer]) if units is None else units
    if not all(0 <= unit < widths[layer] for unit in units):
        raise ValueError(f"layer {layer} has units 0 to {widths[layer] - 1}, not {list(units)}")
    if not (0 <= penalty < np.inf and 0 < norm < np.inf and steps >= 1):
        raise ValueError(f"a penalty of {penalty}, a norm of {norm} or {steps} steps is impossible")
    program, theta = _climbing(network), np.asarray(theta, np.float32)
    numbers = np.array([penalty, norm, pixels], np.float32)
    found = Maximal(np.empty((len(units), SIDE, SIDE), np.float32), np.empty(len(units), np.float32))
    noise = np.random.default_rng(seed).normal(size=(max(widths), PIXELS))
    for at in range(0, len(units), IMAGES):
        own = np.array(units[at : at + IMAGES])
        wanted = np.zeros((IMAGES, sum(widths)), np.float32)
        wanted[np.arange(len(own)), sum(widths[:layer]) + own] = 1.0
        begin = np.zeros((IMAGES, PIXELS), np.float32)
        begin[: len(own)] = 0.5 + 0.1 * noise[own] if pixels else norm * noise[own] / SIDE / 2
        carry = _Climb(begin, begin, np.full(IMAGES, -np.inf, np.float32), np.zeros(IMAGES, np.float32))
        for first in range(0, steps, CALL):
            go_on(cancel)
            last = min(first + CALL, steps)
            carry = program(theta, wanted, numbers, carry, np.int32(first), np.int32(last), np.int32(steps))
            if progress:
                progress((at * steps + len(own) * last) / (len(units) * steps))
        found.images[at : at + len(own)] = np.asarray(carry.best)[: len(own)].reshape(-1, SIDE, SIDE)
        found.value[at : at + len(own)] = np.asarray(carry.value)[: len(own)]
    return found


def excited(network: Architecture, theta: np.ndarray, images: np.ndarray) -> list[np.ndarray]:
    """What the units of each layer get of images ``(n, 64)``, before the activation function: ``(n, units)`` float32
    each. Of several layers not under batch normalization, see ``maximal``.
    """
    _images_only(network)
    program, found = _exciting(network), []
    theta = np.asarray(theta, np.float32)
    for at in range(0, len(images), SEEN):
        part = np.zeros((SEEN, PIXELS), np.float32)
        own = images[at : at + SEEN]
        part[: len(own)] = own
        found.append(np.asarray(program(theta, part))[: len(own)])
    widths = (*network.hidden, network.outputs)
    return np.split(np.concatenate(found), np.cumsum(widths)[:-1], axis=1)


class _Climb(NamedTuple):
    """Where images stand ``(IMAGES, 64)``, the best that each has been, what that was worth, and its value alone."""

    x: Any
    best: Any
    worth: Any
    value: Any


def _excited(network: Architecture, theta: Array, x: Array) -> Array:
    """What all units of all layers get, before the activation function: ``(n, units)``."""
    found, h = [], x
    layers = arrays(network, theta)
    for k, layer in enumerate(layers):
        z = h @ layer["weight"] + layer["bias"]
        if network.norm != "none" and k < len(layers) - 1:
            z = normalized(network, z, x[:, 0]) * layer["gain"] + layer["shift"]
        found.append(z)
        h = bend(network, z)
    return jnp.concatenate(found, axis=1)


def _exciting(network: Architecture) -> Any:
    def build() -> tuple[Any, tuple[Any, ...]]:
        theta, x = np.zeros(network.size, np.float32), np.zeros((SEEN, PIXELS), np.float32)
        return jax.jit(partial(_excited, network)), (theta, x)

    return single(f"net-excite-{network.name}", build)


def _waves() -> tuple[np.ndarray, np.ndarray]:
    """The eigenvectors of differences along a line of pixels, and the eigenvalues of those of an image."""
    values, vectors = np.linalg.eigh(_chain())
    return vectors.astype(np.float32), (values[:, None] + values[None]).astype(np.float32)


def _chain() -> np.ndarray:
    steps = np.diff(np.eye(SIDE), axis=0)
    return steps.T @ steps


def _climbing(network: Architecture) -> Any:
    """The program that climbs.

    A step goes along the gradient, in a length of its own, and does the penalty's part implicitly: an explicit step
    would have to be tiny with a large penalty.
    """
    waves, curvature = _waves()

    def climb(theta: Array, wanted: Array, numbers: Array, carry: _Climb, first: Any, last: Any, steps: Any) -> _Climb:
        penalty, norm, pixels = numbers

        def value(x: Array) -> Array:
            return (wanted * _excited(network, theta, x)).sum(axis=1)

        def smooth(x: Array, strength: Array) -> Array:
            heard = waves.T @ x.reshape(-1, SIDE, SIDE) @ waves
            return (waves @ (heard / (1.0 + strength[:, None] * curvature)) @ waves.T).reshape(x.shape)

        def allowed(x: Array) -> Array:
            length = jnp.sqrt((x**2).sum(axis=1, keepdims=True))
            return jnp.where(pixels > 0, jnp.clip(x, 0, 1), x * jnp.minimum(1.0, norm / jnp.maximum(length, 1e-30)))

        def free(x: Array, slope: Array) -> Array:
            """The slope without what leads out of bounds that have been reached."""
            blocked = ((x <= 0) & (slope < 0)) | ((x >= 1) & (slope > 0))
            outward = (x * slope).sum(axis=1, keepdims=True) / norm**2
            there = (x**2).sum(axis=1, keepdims=True) > 0.999 * norm**2
            inside = slope - jnp.where(there, jnp.maximum(outward, 0.0), 0.0) * x
            return jnp.where(pixels > 0, jnp.where(blocked, 0.0, slope), inside)

        def judged(now: _Climb) -> tuple[Array, _Climb]:
            one, back = jax.vjp(value, now.x)
            pull = penalty * rise(now.x.T.reshape(SIDE, SIDE, -1)).reshape(PIXELS, -1).T
            worth = one - 0.5 * (now.x * pull).sum(axis=1)
            better = worth >= now.worth - ROUNDING * abs(worth)  # the later one, where float32 sees no difference
            best = jnp.where(better[:, None], now.x, now.best)
            kept = _Climb(now.x, best, jnp.where(better, worth, now.worth), jnp.where(better, one, now.value))
            return back(jnp.ones_like(one))[0] - pull, kept

        def step(i: Array, now: _Climb) -> _Climb:
            slope, now = judged(now)
            length = jnp.sqrt((slope**2).sum(axis=1, keepdims=True))
            share = 1.0 - i.astype(theta.dtype) / steps.astype(theta.dtype)
            rate = STRIDE * share**2 * norm / jnp.where(length > 0, length, 1.0)
            return now._replace(x=allowed(now.x + smooth(rate * free(now.x, slope), rate * penalty)))

        begun = carry._replace(x=allowed(carry.x))
        return judged(lax.fori_loop(first, last, step, begun))[1]

    def build() -> tuple[Any, tuple[Any, ...]]:
        x, one, zero = np.zeros((IMAGES, PIXELS), np.float32), np.zeros(IMAGES, np.float32), np.int32(0)
        wanted = np.zeros((IMAGES, sum(network.hidden) + network.outputs), np.float32)
        theta, numbers = np.zeros(network.size, np.float32), np.zeros(3, np.float32)
        return jax.jit(climb), (theta, wanted, numbers, _Climb(x, x, one, one), zero, zero, zero)

    return single(f"net-climb-{network.name}", build)


class Smoothing(NamedTuple):
    """Of L penalties and S seeds: ``rough`` ``(L, S)``, the roughness of the first layer's weights taken together;
    ``loss`` and ``mistakes`` ``(L, S, 2)`` on training and test points; parameters ``theta`` ``(L, S, P)``.
    """

    rough: np.ndarray
    loss: np.ndarray
    mistakes: np.ndarray
    theta: np.ndarray


def smoothing(
    network: Architecture,
    points: Points,
    recipe: Recipe,
    penalties: Sequence[float],
    seeds: Sequence[int],
    steps: int = 2000,
    *,
    cancel: threading.Event | None = None,
    progress: Callable[[float], None] | None = None,
) -> Smoothing:
    """What penalties on rough weights do: the recipe with each of them and each seed, otherwise the same."""
    _images_only(network)
    recipes = [replace(recipe, smooth=smooth, seed=seed) for smooth in penalties for seed in seeds]
    runs = train(network, points, recipes, steps, shown=1, cancel=cancel, progress=progress)
    theta = np.stack([run.theta[-1] for run in runs])
    scores = evaluate(network, points, theta)
    shape = len(penalties), len(seeds)
    rough = joint_roughness(np.stack([first_weights(network, one) for one in theta]))
    return Smoothing(
        rough.reshape(shape),
        scores.loss.reshape(*shape, 2),
        scores.mistakes.reshape(*shape, 2),
        theta.reshape(*shape, -1),
    )


def _images_only(network: Architecture) -> None:
    if network.inputs != PIXELS:
        raise ValueError(f"{network.inputs} inputs are no image of {SIDE} x {SIDE} pixels")
