"""Dropout looked at: the masks of a step, the ways of testing, what it does on average, and the spread over masks."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from visualizer.backend import jax
from visualizer.networks.architecture import CLASSES, Architecture
from visualizer.networks.data import Points
from visualizer.networks.data._data import ROOMS
from visualizer.networks.evaluate import MANY, Scores, Testing, answers, chances, evaluate, single
from visualizer.networks.forward import mask
from visualizer.networks.intervals import Interval, margin, student
from visualizer.networks.progress import Progress, go_on, together
from visualizer.networks.steps import MICRO, key_of, picked
from visualizer.networks.train import Recipe, workers

PIECE = 4  # masks of one call


def masks(network: Architecture, recipe: Recipe, step: int, rows: int) -> list[np.ndarray]:
    """Which hidden units the update from step ``step`` to the next keeps: for each hidden layer bool ``(rows, width)``.

    Those of the first ``rows`` points of its batch, whose places in the data are ``batch_of``. The same as in training,
    to the bit.
    """
    program = _masks(network)
    found: list[list[np.ndarray]] = [[] for _ in network.hidden]
    for first in range(0, rows, MICRO):
        made = program(np.int32(recipe.seed), np.int32(step), np.uint32(first), np.float32(recipe.dropout))
        for layer, one in zip(found, made, strict=True):
            layer.append(np.asarray(one)[: rows - first] > 0)
    return [np.concatenate(layer) for layer in found]


def batch_of(points: Points, recipe: Recipe, step: int) -> np.ndarray:
    """Which training points the update from step ``step`` to the next sees, in the order of ``masks``."""
    program, size = _batch(), min(recipe.batch, points.train)
    turns = [
        np.asarray(program(*(np.int32(one) for one in (recipe.seed, size, points.train, step, turn))))
        for turn in range(-(-size // MICRO))
    ]
    return np.concatenate(turns)[:size]


class Way(NamedTuple):
    """One way of testing, on training points and test points: float64 ``(2,)`` each.

    Means over masks of ``loss`` and ``mistakes``, their standard deviations from mask to mask (``_spread``), and half
    of the means' 95 % intervals (``_half``): both are 0 where nothing is random.
    """

    loss: np.ndarray
    mistakes: np.ndarray
    loss_spread: np.ndarray
    mistakes_spread: np.ndarray
    loss_half: np.ndarray
    mistakes_half: np.ndarray


def ways(
    network: Architecture,
    points: Points,
    theta_inverted: np.ndarray,
    theta_paper: np.ndarray,
    p: float,
    seeds: Sequence[int],
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> dict[str, Way]:
    """Six ways of testing networks that were trained with dropout ``p``, inverted and as in the paper.

    ``inverted``: the inverted one as it is. ``twice``: the same with its activations times 1 - p, which training made
    up for already. ``paper`` (Srivastava et al. 2014): the other one with that factor, and ``forgotten`` without.
    ``left_on`` and ``left_on_paper``: each with dropout on as in training, each of ``seeds`` another mask for every
    point.
    """
    certain = {
        "inverted": (theta_inverted, Testing()),
        "twice": (theta_inverted, Testing(factor=1.0 - p)),
        "paper": (theta_paper, Testing(factor=1.0 - p)),
        "forgotten": (theta_paper, Testing()),
    }
    found = {}
    for name, (theta, testing) in certain.items():
        loss, mistakes = (part[0].astype(np.float64) for part in evaluate(network, points, theta, testing))
        nothing = np.zeros(2)
        found[name] = Way(loss, mistakes, nothing, nothing, nothing, nothing)
    drawn: dict[str, list[Scores]] = {"left_on": [], "left_on_paper": []}
    for own in _pieces(seeds, 8, cancel, progress):
        for name, theta, base in (("left_on", theta_inverted, 1.0), ("left_on_paper", theta_paper, 1.0 - p)):
            many = np.stack([theta] * len(own))
            drawn[name].append(evaluate(network, points, many, on(p, base), np.array(own)))
    return found | {name: _over(scores) for name, scores in drawn.items()}


def _over(drawn: Sequence[Scores]) -> Way:
    """What scores with several masks say."""
    both = [np.concatenate([one[k] for one in drawn]).astype(np.float64) for k in range(2)]
    (loss, loss_half), (mistakes, mistakes_half) = ((one.mean, one.half) for one in map(student, both))
    loss_spread, mistakes_spread = (one.std(axis=0, ddof=min(1, len(one) - 1)) for one in both)
    return Way(loss, mistakes, loss_spread, mistakes_spread, loss_half, mistakes_half)


class Expectation(NamedTuple):
    """The ``mean`` over masks beside the ``scaled`` pass, and ``half`` of the mean's 95 % interval, for each point and
    output: float64 ``(G, outputs)``.
    """

    mean: np.ndarray
    scaled: np.ndarray
    half: np.ndarray
    spread: np.ndarray  # the standard deviation from mask to mask

    @property
    def gap(self) -> np.ndarray:
        """How far the mean is from the scaled pass."""
        return self.mean - self.scaled

    @property
    def beyond(self) -> float:
        """The share of the outputs whose interval leaves the scaled pass out: about 0.05 where both are equal."""
        return float((abs(self.gap) > self.half).mean())


def expectation(
    network: Architecture,
    points: Points,
    theta: np.ndarray,
    x: np.ndarray,
    p: float,
    count: int = 1000,
    *,
    layer: int | None = None,
    inverted: bool = True,
    testing: Testing | None = None,
    shared: bool = True,
    seed: int = 0,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Expectation:
    """The mean over ``count`` masks of what a layer gets for ``x`` ``(G, inputs)``, beside the pass of testing.

    ``layer`` counts from 0, and None is the last, whose numbers are the outputs; the numbers are those before any
    normalization and activation function. Those of layer 1, the first after dropout, are linear in the masks: mean and
    scaled pass are equal. So they are in each layer of a linear network without normalization, as the masks of the
    layers are independent. Elsewhere they are not. ``testing`` replaces the right way of testing by another one. If
    masks are not ``shared``, each point has its own, and what chance does at the points averages out.
    """
    part, own = _until(network, theta, layer)
    testing = testing or (Testing() if inverted else Testing(factor=1.0 - p))
    training = on(p, 1.0 if inverted else 1.0 - p)
    drawn = _draws(part, points, own, x, training, count, seed, cancel, progress, shared).astype(np.float64)
    found = student(drawn)
    scaled = answers(part, points, own, x, testing)[0].astype(np.float64)
    return Expectation(found.mean, scaled, found.half, drawn.std(axis=0, ddof=1))


def pooled(groups: Sequence[Expectation], count: int) -> Expectation:
    """Groups of ``count`` masks each, of the same points and network, taken as one."""
    n, means = count * len(groups), np.stack([one.mean for one in groups])
    mean = means.mean(axis=0)
    squares = sum((count - 1) * one.spread**2 for one in groups) + count * ((means - mean) ** 2).sum(axis=0)
    spread = np.sqrt(squares / (n - 1))
    return Expectation(mean, groups[0].scaled, margin(spread, n), spread)


def systematic(groups: Sequence[Expectation]) -> Interval:
    """The mean square of the gap without what chance adds to it, and its 95 % interval: around 0 if there is no gap.

    The product of two groups' gaps has no bias; the interval is that of a jackknife over groups.
    """
    gaps, n = np.stack([one.gap for one in groups]), len(groups)

    def squared(total: np.ndarray, squares: np.ndarray, count: int) -> float:
        return float(((total**2 - squares) / (count * (count - 1))).mean())

    total, squares = gaps.sum(axis=0), (gaps**2).sum(axis=0)
    if n < 3:
        return Interval(squared(total, squares, n) if n > 1 else np.nan, -np.inf, np.inf, n)
    mean = squared(total, squares, n)
    without = np.array([squared(total - own, squares - own**2, n - 1) for own in gaps])
    half = margin(np.sqrt((n - 1) * ((without - without.mean()) ** 2).sum()), n)
    return Interval(mean, mean - half, mean + half, n)


class Spread(NamedTuple):
    """Monte Carlo dropout at points ``x``: the ``mean`` over masks and the standard deviation ``std`` of each class's
    probability, or of each value, ``(G, outputs)``; ``entropy`` ``(G,)`` of the mean probabilities, in nats, and
    ``within``, the mean entropy over masks: what is left of it, ``entropy - within``, is due to the masks. Both NaN
    for values. float64.
    """

    mean: np.ndarray
    std: np.ndarray
    entropy: np.ndarray
    within: np.ndarray


def spread(
    network: Architecture,
    points: Points,
    theta: np.ndarray,
    x: np.ndarray,
    p: float,
    count: int = 100,
    *,
    inverted: bool = True,
    seed: int = 0,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Spread:
    """The spread of the answers to ``x`` ``(G, inputs)`` over ``count`` masks (Gal and Ghahramani 2016).

    Every mask is one network without some of its units, for all points. arXiv:1506.02142.
    """
    training = on(p, 1.0 if inverted else 1.0 - p)
    drawn = _draws(network, points, theta, x, training, count, seed, cancel, progress).astype(np.float64)
    nothing = np.full(len(x), np.nan)
    if network.task != CLASSES:
        return Spread(drawn.mean(axis=0), drawn.std(axis=0), nothing, nothing)
    likely = chances(drawn)
    mean = likely.mean(axis=0)
    return Spread(mean, likely.std(axis=0), _entropy(mean), _entropy(likely).mean(axis=0))


class Jitter(NamedTuple):
    """The loss of one batch with each probability of dropout: its ``mean`` over masks and standard deviation ``std``,
    ``(L,)``, and all losses ``drawn`` ``(L, count)``.
    """

    mean: np.ndarray
    std: np.ndarray
    drawn: np.ndarray


def jitter(
    network: Architecture,
    points: Points,
    theta: np.ndarray,
    batch: np.ndarray,
    rates: Sequence[float],
    count: int = 128,
    *,
    base: float = 1.0,
    seed: int = 0,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Jitter:
    """How the loss that a step sees hangs on its masks: those of ``count`` masks at one theta, with one ``batch``.

    ``batch`` are the places of its points, as of ``batch_of``; each point has its own mask. What an activation is on
    average is the same with each probability: ``base`` times what it is with all units on, which is 1 after inverted
    training, and 1 - p after training with p as in the paper.
    """
    room = next(size for size in ROOMS if size >= len(batch))
    x, y = (np.zeros((room, part.shape[1]), np.float32) for part in (points.x, points.y))
    x[: len(batch)], y[: len(batch)] = points.x[batch], points.y[batch]
    seen = replace(points, x=x, y=y, clean=y, train=len(batch), test=0)
    drawn, every = np.empty((len(rates), count)), _seeds(seed, count)
    work = [(k, at) for k in range(len(rates)) for at in range(0, count, MANY)]
    for ((k, at),) in _pieces(work, 1, cancel, progress):
        part = every[at : at + MANY]
        scores = evaluate(network, seen, np.stack([theta] * len(part)), on(rates[k], base), part)
        drawn[k, at : at + len(part)] = scores.loss[:, 0]
    return Jitter(drawn.mean(axis=1), drawn.std(axis=1, ddof=1), drawn)


def on(p: float, base: float = 1.0) -> Testing:
    """Dropout as in training, where an activation is on average ``base`` times what it is with all units on: 1 in
    inverted training, 1 - p in that of the paper.
    """
    return Testing(p, base / (1.0 - p))


def _entropy(likely: np.ndarray) -> np.ndarray:
    return -(likely * np.log(np.maximum(likely, 1e-300))).sum(axis=-1)


def _seeds(seed: int, count: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2**32, count, dtype=np.uint32)


def _until(network: Architecture, theta: np.ndarray, layer: int | None) -> tuple[Architecture, np.ndarray]:
    """The network whose outputs are what a layer gets, and its parameters: the first ones."""
    if layer is None or layer == len(network.hidden):
        return network, theta
    if not 0 <= layer < len(network.hidden):
        raise ValueError(f"there are layers 0 to {len(network.hidden)}, not {layer}")
    part = replace(network, hidden=network.hidden[:layer], outputs=network.hidden[layer])
    return part, theta[: part.size]


def _pieces(
    work: Sequence[Any], size: int, cancel: threading.Event | None, progress: Progress | None
) -> Iterator[Sequence[Any]]:
    """Work in pieces, between which it can be given up."""
    for at in range(0, len(work), size):
        go_on(cancel)
        yield work[at : at + size]
        if progress:
            progress(min(at + size, len(work)) / len(work))


def _draws(
    network: Architecture,
    points: Points,
    theta: np.ndarray,
    x: np.ndarray,
    testing: Testing,
    count: int,
    seed: int,
    cancel: threading.Event | None,
    progress: Progress | None,
    shared: bool = True,
) -> np.ndarray:
    """The answers with ``count`` masks, ``(count, G, outputs)``, by all processors."""
    found = np.empty((count, len(x), network.outputs), np.float32)
    every, stop = _seeds(seed, count), threading.Event()

    def work(at: int) -> int:
        go_on(stop, cancel)
        own = every[at : at + PIECE]
        found[at : at + PIECE] = answers(network, points, np.stack([theta] * len(own)), x, testing, own, shared)
        return len(own)

    done = 0
    for many in together(workers(), [partial(work, at) for at in range(0, count, PIECE)], stop):
        done += many
        if progress:
            progress(done / count)
    return found


def _masks(network: Architecture) -> Any:
    def run(seed: Array, step: Array, first: Array, rate: Array) -> tuple[Array, ...]:
        key = key_of(seed, "masks", step)
        return tuple(
            mask(key, layer, jnp.zeros((MICRO, width), jnp.float32), first, rate)
            for layer, width in enumerate(network.hidden)
        )

    def build() -> tuple[Any, tuple[Any, ...]]:
        return jax.jit(run), (np.int32(0), np.int32(0), np.uint32(0), np.float32(0))

    return single(f"net-masks-{'-'.join(map(str, network.hidden))}", build)


class Picking(NamedTuple):
    """What ``picked`` asks of an order."""

    seed: Any
    batch: Any
    train: Any


def _batch() -> Any:
    def run(seed: Array, batch: Array, train: Array, step: Array, turn: Array) -> Array:
        return picked(Picking(seed, batch, train), step, turn)[0]

    def build() -> tuple[Any, tuple[Any, ...]]:
        return jax.jit(run), (np.int32(0),) * 5

    return single("net-batch", build)
