"""Dropout in testing: the ways to do it, and what each costs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from visualizer.maps import Part
from visualizer.networks.architecture import CLASSES, Architecture
from visualizer.networks.dropout import on, ways
from visualizer.networks.evaluate import Testing, answers, chances
from visualizer.networks.intervals import student
from visualizer.networks.progress import waited
from visualizer.networks.recent import trained

if TYPE_CHECKING:
    from visualizer.networks.study import Study

WAYS = ("inverted", "twice", "left_on", "forgotten", "paper", "left_on_paper")
RIGHT = {"inverted": 0, "twice": 0, "left_on": 0, "forgotten": 4, "paper": 4, "left_on_paper": 4}  # places in WAYS
MASKS = 32  # of a network that is tested with dropout on
DRAWN = 12  # of which its answers to the plane are shown
GRID = (64, 64)  # where answers to a plane are asked for
LINE = 256


def asked(study: Study) -> np.ndarray:
    """The inputs of the plane or the line that is shown, rows upwards; of images the test points."""
    x0, x1, y0, y1 = study.entry.window
    if study.entry.inputs == 1:
        return np.linspace(x0, x1, LINE)[:, None]
    if study.entry.inputs != 2:
        return tested(study)
    x, y = np.meshgrid(np.linspace(x0, x1, GRID[0]), np.linspace(y0, y1, GRID[1]))
    return np.stack([x, y], axis=-1).reshape(-1, 2)


def grid(study: Study) -> tuple[int, int] | int:
    """Columns and rows of ``asked``, how many points on a line, or 0."""
    return GRID if study.entry.inputs == 2 else LINE if study.entry.inputs == 1 else 0


def tested(study: Study) -> np.ndarray:
    points = study.points
    return points.x[points.train : points.train + points.test]


def testing(study: Study, seeds: int, stop: threading.Event) -> Iterator[Part]:
    """Each training gives a part of a ``seed`` with its ``own`` loss and mistakes, each on training and test points,
    f8 ``(ways, 2, 2)``, and their ``spread`` over masks; with the ``mean`` over the seeds so far and ``half`` of its
    95 % interval; and the ``rise`` above the right way of testing the same weights, with ``rise_half``. ``answers`` are
    those of the first two networks: ``sure`` f8 ``(ways,)``, the mean probability of what is answered to test points;
    to the plane ``certain`` u1 ``(4, G, c)`` and ``drawn`` ``(2, DRAWN, G, c)``, or f4 values.
    """
    yield {"kind": "part", "of": "begin", "ways": WAYS, "seeds": seeds, "masks": MASKS}, {}
    found: list[np.ndarray] = []
    for k in range(seeds):
        pair = _both(study, k)
        runs = yield from waited(partial(trained, pair, stop), k / seeds, 0.8 / seeds)
        thetas = [run.theta[-1] for run in runs]
        one, spreads = _scored(study, thetas, stop)
        found.append(one)
        header = {"kind": "part", "of": "seed", "seed": study.learners[0].recipe.seed + k, "done": (k + 1) / seeds}
        yield header, {"own": one, "spread": spreads} | _over(found)
        if k == 0:
            found_here = _plane(study, thetas) if study.network.inputs <= 2 else {}
            if study.network.task == CLASSES:
                found_here["sure"] = _sure(study, thetas)
            yield {"kind": "part", "of": "answers", "drawn": DRAWN, "grid": grid(study)}, found_here


def _both(study: Study, k: int) -> Study:
    """The learner with inverted training and with that of the paper, from the ``k``-th seed."""
    (learner,) = study.learners
    seed = (learner.learn["seed"] + k) % 2**31
    both = [replace(learner, learn={**learner.learn, "seed": seed, "inverted": scaled}) for scaled in (True, False)]
    return replace(study, learners=tuple(both))


def _scored(study: Study, thetas: list[np.ndarray], stop: threading.Event) -> tuple[np.ndarray, np.ndarray]:
    """``(ways, 2, 2)``: loss and mistakes, each on training and test points; and their spread over masks."""
    p = study.learners[0].recipe.dropout
    found = ways(study.network, study.points, thetas[0], thetas[1], p, range(MASKS), cancel=stop)
    scores = [[found[name].loss, found[name].mistakes] for name in WAYS]
    spreads = [[found[name].loss_spread, found[name].mistakes_spread] for name in WAYS]
    return np.array(scores), np.array(spreads)


def _over(found: list[np.ndarray]) -> dict[str, np.ndarray]:
    every = np.stack(found)
    rise = student(every - every[:, [RIGHT[name] for name in WAYS]])
    mean = student(every)
    return {"mean": mean.mean, "half": mean.half, "rise": rise.mean, "rise_half": rise.half}


def _settings(p: float) -> dict[str, tuple[int, Testing]]:
    """Whose weights (0 inverted, 1 the paper's) and what testing does, in the order of ``WAYS``."""
    certain, weak = Testing(), Testing(factor=1.0 - p)
    left = on(p), on(p, 1.0 - p)
    both = ((0, certain), (0, weak), (0, left[0]), (1, certain), (1, weak), (1, left[1]))
    return dict(zip(WAYS, both, strict=True))


def _sure(study: Study, thetas: list[np.ndarray]) -> np.ndarray:
    found, seeds = [], np.arange(DRAWN, dtype=np.uint32)
    for which, how in _settings(study.learners[0].recipe.dropout).values():
        many = np.stack([thetas[which]] * (DRAWN if how.dropout else 1))
        said = answers(study.network, study.points, many, tested(study), how, seeds[: len(many)])
        found.append(chances(said.astype(np.float64)).max(axis=-1).mean())
    return np.array(found)


def _plane(study: Study, thetas: list[np.ndarray]) -> dict[str, np.ndarray]:
    network, points, x = study.network, study.points, asked(study)
    certain: list[np.ndarray] = []
    drawn: list[np.ndarray] = []
    for which, how in _settings(study.learners[0].recipe.dropout).values():
        seeds = np.arange(DRAWN if how.dropout else 1, dtype=np.uint32)
        said = answers(network, points, np.stack([thetas[which]] * len(seeds)), x, how, seeds)
        (drawn if how.dropout else certain).append(shares(network, said))
    return {"certain": np.concatenate(certain), "drawn": np.stack(drawn)}


def shares(network: Architecture, said: np.ndarray) -> np.ndarray:
    """Answers as a picture needs them: chances in 255ths, without the first where there are two classes; or values."""
    if network.task != CLASSES:
        return said
    found = chances(said)[..., 1:] if network.outputs == 2 else chances(said)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(255 * found).round().astype(np.uint8)
