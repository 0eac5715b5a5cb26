"""Dropout step by step: the masks of each on the network, and how the loss that it sees jitters with them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from visualizer.maps import Part
from visualizer.networks.architecture import Architecture
from visualizer.networks.dropout import batch_of, jitter
from visualizer.networks.forward import EPS
from visualizer.networks.masks import ROWS, STEPS, along
from visualizer.networks.progress import go_on, together
from visualizer.networks.train import Recipe, Training, workers

if TYPE_CHECKING:
    from visualizer.networks.study import Study

WEIGHTS = 2**20 // 2  # numbers of all snapshots that the diagram gets
BITS = 2**20  # bytes of masks
DRAWN = 32  # masks of one batch along the training,
SHOWN = 50  # at so many of its steps
RATES = tuple(k / 10 for k in range(9))  # of which one batch's loss is drawn
COUNT = 128  # with so many masks each

BENDS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "gelu": lambda z: 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
    "linear": lambda z: z,
}


def base(recipe: Recipe) -> float:
    """What testing multiplies activations by, after this training."""
    return 1.0 if recipe.inverted else 1.0 - recipe.dropout


def diagram(study: Study, run: Training, stop: threading.Event) -> Iterator[Part]:
    """``begin`` holds the parameters ``theta`` f4 ``(F, P)`` after the steps ``at``, the training points ``x`` and
    ``y``, and with batch normalization ``statistics`` f4 ``(F, 2, units)``: mean and variance of what each hidden
    layer gets, over all training points, in testing. Parts of ``masks`` are ``bits`` u1 ``(count, rows, bytes)`` and
    ``places`` u2 ``(count, rows)`` of ``masks.Along``, of the updates from step ``first`` on.
    """
    network, points, recipe = study.network, study.points, study.learners[0].recipe
    shown = _spaced(len(run.at), max(2, WEIGHTS // network.size))
    size = -(-sum(network.hidden) // 8)
    most = max(1, BITS // (size * study.steps))
    rows = min(ROWS, recipe.batch, points.train, most)
    arrays = {"theta": run.theta[shown], "x": points.x[: points.train], "y": points.y[: points.train]}
    if network.norm == "batch":
        found = [_statistics(network, theta, arrays["x"], base(recipe)) for theta in arrays["theta"]]
        arrays["statistics"] = np.array(found, np.float32)
    yield {"kind": "part", "of": "begin", "at": run.at[shown].tolist(), "rows": rows, "parts": _parts(network)}, arrays
    for first in range(0, study.steps, STEPS):
        go_on(stop)
        found_here = along(network, points, recipe, first, rows, study.steps)
        done = min(1.0, (first + STEPS) / study.steps)
        packed = {"bits": found_here.bits, "places": found_here.places.astype(np.uint16)}
        yield {"kind": "part", "of": "masks", "first": first, "done": done}, packed


def _parts(network: Architecture) -> list[list[object]]:
    return [[part.layer, part.name, part.at, list(part.shape)] for part in network.parts]


def _spaced(count: int, most: int) -> np.ndarray:
    """Places among so many, about equally far apart, with the first and the last."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))


def _statistics(network: Architecture, theta: np.ndarray, x: np.ndarray, factor: float) -> np.ndarray:
    arrays = {(part.layer, part.name): theta[part.place].reshape(part.shape) for part in network.parts}
    h, found = x, []
    for layer in range(len(network.hidden)):
        z = h @ arrays[layer, "weight"] + arrays[layer, "bias"]
        found.append((z.mean(axis=0), z.var(axis=0)))
        z = (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + EPS) * arrays[layer, "gain"] + arrays[layer, "shift"]
        h = factor * BENDS[network.activation](z)
    return np.concatenate(found, axis=1)


class _Seen(NamedTuple):
    """What one batch's loss is: with all units on, and over masks."""

    plain: float
    mean: float
    std: float
    low: float  # of a tenth of the masks it is lower,
    high: float  # of a tenth higher


def jitters(study: Study, run: Training, stop: threading.Event) -> Iterator[Part]:
    """``begin`` holds ``seen`` f4 ``(T,)``, the loss that each update saw. Parts of ``along`` are, of the updates from
    the steps ``at`` on, the batch's loss with all units on, ``plain``, and over ``DRAWN`` masks its ``mean``, standard
    deviation ``std`` and the ends ``low`` and ``high`` of 80 % of them, f8 ``(k,)``: coarse ones first. Parts of
    ``rates`` hold ``drawn`` f4 ``(L, COUNT)`` of the batch of one step, with the weights before it.
    """
    learner = study.learners[0].recipe
    at = run.at[:-1][_spaced(len(run.at) - 1, SHOWN)]
    order = _coarse_first(len(at))
    begin = {"kind": "part", "of": "begin", "rates": RATES, "drawn": DRAWN, "count": COUNT, "shown": len(at)}
    yield begin, {"seen": run.loss}
    given_up = threading.Event()
    calls = [partial(_jittered, study, run, int(at[k]), given_up, stop) for k in order]
    some: list[_Seen] = []
    for k, one in enumerate(together(workers(), calls, given_up)):
        some.append(one)
        if len(some) == 5 or k == len(order) - 1:
            own = at[order[k + 1 - len(some) : k + 1]]
            found = np.array(some)
            header = {"kind": "part", "of": "along", "at": own.tolist(), "done": 0.6 * (k + 1) / len(order)}
            yield header, {name: found[:, i] for i, name in enumerate(_Seen._fields)}
            some = []
    moments = list(dict.fromkeys(int(run.at[k]) for k in (len(run.at) - 2, (len(run.at) - 1) // 2, 0)))
    for k, step in enumerate(moments):
        theta = run.theta[int(np.searchsorted(run.at, step))]
        batch = batch_of(study.points, learner, step)
        found = jitter(study.network, study.points, theta, batch, RATES, COUNT, base=base(learner), cancel=stop).drawn
        header = {"kind": "part", "of": "rates", "at": step, "done": 0.6 + 0.4 * (k + 1) / len(moments)}
        yield header, {"drawn": found.astype(np.float32)}


def _jittered(study: Study, run: Training, step: int, *stops: threading.Event) -> _Seen:
    """Of the batch of the update from this step on, with the weights that it began with."""
    go_on(*stops)
    recipe = study.learners[0].recipe
    theta, p = run.theta[int(np.searchsorted(run.at, step))], recipe.dropout
    batch = batch_of(study.points, recipe, step)
    losses = partial(jitter, study.network, study.points, theta, batch, base=base(recipe), seed=step)
    masked, plain = losses((p,), DRAWN), losses((0.0,), 2)
    low, high = np.quantile(masked.drawn[0], (0.1, 0.9))
    return _Seen(float(plain.mean[0]), float(masked.mean[0]), float(masked.std[0]), float(low), float(high))


def _coarse_first(count: int) -> np.ndarray:
    """0 .. count - 1, such that each beginning is spread over all of it."""
    bits = max(1, (count - 1).bit_length())
    turned = [int(f"{k:0{bits}b}"[::-1], 2) for k in range(2**bits)]
    return np.array([k for k in turned if k < count])
