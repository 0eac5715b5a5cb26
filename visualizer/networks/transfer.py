"""Training that begins where another task's training ended, against training from scratch.

The advice of Stanford's CS231n: similar data and little of it, train the last layer; similar and much, fine-tune most
layers; different data, start again or fine-tune most. ``transferred`` measures it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from visualizer.networks.architecture import Architecture
from visualizer.networks.data import CATALOGUE, Points, sample
from visualizer.networks.evaluate import evaluate
from visualizer.networks.intervals import Interval, paired
from visualizer.networks.progress import Progress, Work
from visualizer.networks.steps import SIDE
from visualizer.networks.train import Recipe, train
from visualizer.spec import Text

WAYS = ("scratch", "tuned", "frozen")


def turned(points: Points, degrees: float) -> Points:
    """Inputs of a plane, turned counterclockwise around the origin."""
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return replace(points, x=(points.x @ turn).astype(np.float32))


def noisier(points: Points, sigma: float, seed: int) -> Points:
    """Normal noise of deviation ``sigma`` on all inputs."""
    noise = np.random.default_rng([seed, 3]).normal(0.0, sigma, points.x.shape)
    return replace(points, x=(points.x + noise * _used(points)).astype(np.float32))


def mirrored(points: Points) -> Points:
    """Digits as a mirror shows them, left and right changed."""
    return replace(points, x=points.x.reshape(-1, SIDE, SIDE)[:, :, ::-1].reshape(points.x.shape))


def only(points: Points, classes: Sequence[int]) -> Points:
    """The points of these classes, labeled 0, 1, ... in this order; training and test points in the old order.

    A point belongs to the class that it had before any label was disturbed, and a disturbed label outside of these
    becomes the true one.
    """
    used = points.train + points.test
    kept = [place for place in range(used) if points.clean[place].argmax() in classes]
    columns = list(classes)
    clean, y = points.clean[:, columns], points.y[:, columns]
    y = np.where(y.sum(axis=1, keepdims=True) > 0, y, clean)
    train = sum(place < points.train for place in kept)
    return _chosen(replace(points, clean=clean, y=y), kept, train)


def first(points: Points, n: int) -> Points:
    """With the first ``n`` training points only, and all test points."""
    tested = range(points.train, points.train + points.test)
    return _chosen(points, [*range(min(n, points.train)), *tested], min(n, points.train))


def later(points: Points, n: int) -> Points:
    """Without the first ``n`` training points, which another network was taught with."""
    return _chosen(points, range(n, points.train + points.test), points.train - n)


def relabeled(points: Points, seed: int) -> Points:
    """Labels, of training and of test points, that say nothing: as many of each, dealt out anew."""
    used = points.train + points.test
    order = np.r_[np.random.default_rng([seed, 4]).permutation(used), used : points.room]
    return replace(points, y=points.y[order], clean=points.clean[order])


def _used(points: Points) -> np.ndarray:
    return (np.arange(points.room) < points.train + points.test)[:, None]


def _chosen(points: Points, kept: Sequence[int], train: int) -> Points:
    """Points at these places, in the same room, so that the same programs serve."""
    if not 0 < train <= len(kept):
        raise ValueError("a target keeps at least one point to train with")

    def packed(part: np.ndarray) -> np.ndarray:
        found = np.zeros_like(part)
        found[: len(kept)] = part[list(kept)]
        return found

    return Points(packed(points.x), packed(points.y), packed(points.clean), train, len(kept) - train)


Draw = Callable[[int], Points]


@dataclass(frozen=True)
class Pair:
    """A task that is learned first, and one that is to gain by it. ``source`` and ``target`` draw points by a seed.

    ``similar`` says whether a reader of CS231n would call their data that. ``digits`` are those that the first output
    of the source and of the target stand for. Where ``fresh``, the outputs mean other things in both, and the last
    layer begins afresh.
    """

    title: Text
    notes: Text
    dataset: str
    source: Draw
    target: Draw
    similar: bool = True
    digits: tuple[int, int] = (0, 0)
    fresh: bool = False
    outputs: int | None = None

    def network(self, hidden: tuple[int, ...] = (32, 32), activation: str = "relu", norm: str = "none") -> Architecture:
        """A perceptron for both tasks."""
        entry = CATALOGUE[self.dataset]
        return Architecture(entry.inputs, hidden, self.outputs or entry.outputs, activation, norm, entry.task)


def _plane(dataset: str, seed: int, target: bool) -> Points:
    """Points in a plane; a target's are others than the source's."""
    return sample(dataset, 300, 700, seed=2 * seed + target)


def _pixels(seed: int) -> Points:
    return sample("digits", 1000, 797, seed=seed)


TAUGHT = 600  # digits that a source is taught with; its target has the 400 after them


PAIRS: dict[str, Pair] = {
    "moons_turned": Pair(
        Text("Moons, turned by 30 degrees", "双月\uff0c转 30 度"),
        Text("Similar data, the same classes.", "相似的数据\uff0c相同的类别。"),
        "moons",
        lambda seed: _plane("moons", seed, False),
        lambda seed: turned(_plane("moons", seed, True), 30.0),
    ),
    "moons_opposed": Pair(
        Text("Moons, turned by 180 degrees", "双月\uff0c转 180 度"),
        Text(
            "Each moon lies where the other was: what the source says is mostly wrong.",
            "每个月牙恰好在另一个原来的位置\uff1a源任务的答案大多是错的。",
        ),
        "moons",
        lambda seed: _plane("moons", seed, False),
        lambda seed: turned(_plane("moons", seed, True), 180.0),
        similar=False,
    ),
    "spirals_turned": Pair(
        Text("Spirals, turned by 60 degrees", "螺旋\uff0c转 60 度"),
        Text("Similar data that is hard to learn from few points.", "数据相似\uff0c但样本少时很难学。"),
        "spirals",
        lambda seed: _plane("spirals", seed, False),
        lambda seed: turned(_plane("spirals", seed, True), 60.0),
    ),
    "digits_halves": Pair(
        Text("Digits 0 to 4, then 5 to 9", "先学数字 0 到 4\uff0c再学 5 到 9"),
        Text(
            "Other classes of the same kind: the last layer begins afresh.",
            "同一种数据的其他类别\uff1a最后一层重新开始。",
        ),
        "digits",
        lambda seed: only(_pixels(seed), range(5)),
        lambda seed: only(_pixels(seed), range(5, 10)),
        digits=(0, 5),
        fresh=True,
        outputs=5,
    ),
    "digits_noisy": Pair(
        Text("Digits, then digits in noise", "先学数字\uff0c再学带噪声的数字"),
        Text(
            "The same classes, other digits than the source's, and noise of 0.4 on every pixel.",
            "类别相同\uff0c用的是源任务没见过的数字\uff0c每个像素加 0.4 的噪声。",
        ),
        "digits",
        lambda seed: first(_pixels(seed), TAUGHT),
        lambda seed: noisier(later(_pixels(seed), TAUGHT), 0.4, seed),
    ),
    "digits_mirrored": Pair(
        Text("Digits, then digits in a mirror", "先学数字\uff0c再学镜像数字"),
        Text(
            "The same classes, other digits than the source's, left and right changed.",
            "类别相同\uff0c用的是源任务没见过的数字\uff0c左右颠倒。",
        ),
        "digits",
        lambda seed: first(_pixels(seed), TAUGHT),
        lambda seed: mirrored(later(_pixels(seed), TAUGHT)),
    ),
    "digits_unrelated": Pair(
        Text("Digits with dealt-out labels, then digits", "先学标签打乱的数字\uff0c再学数字"),
        Text(
            "The source's labels say nothing: it is learned by heart. The last layer begins afresh.",
            "源任务的标签毫无意义\uff0c只能死记硬背。最后一层重新开始。",
        ),
        "digits",
        lambda seed: relabeled(first(_pixels(seed), TAUGHT), seed),
        lambda seed: later(_pixels(seed), TAUGHT),
        similar=False,
        fresh=True,
    ),
}


def begun(network: Architecture, theta: np.ndarray, kept: int, seed: int) -> np.ndarray:
    """Parameters to start from: the first ``kept`` layers of ``theta``, the others as before any training."""
    return np.where(network.trained(kept) > 0, network.start(seed), theta).astype(np.float32)


class Transferred(NamedTuple):
    """Curves of training for the target: ``loss`` and ``mistakes`` are ``(ways, sizes, seeds, S, 2)``.

    The ways are ``WAYS``: from scratch; tuned, all layers from the source's weights on; frozen, the last layer only (or
    as the plan says). Snapshots after the steps ``at`` ``(S,)``; the last axis is training and test points. ``taught``
    ``(seeds, 2)`` are the source's mistakes at its end.
    """

    at: np.ndarray
    sizes: tuple[int, ...]
    loss: np.ndarray
    mistakes: np.ndarray
    taught: np.ndarray

    def gain(self, way: str, score: str = "mistakes") -> Interval:
        """By how much a way's test score at the end is below that from scratch, for each size: ``(sizes,)``."""
        final = getattr(self, score)[:, :, :, -1, 1]
        return paired(final[0].T, final[WAYS.index(way)].T)


@dataclass(frozen=True)
class Plan:
    """How transfer is measured: ``steps`` for each target, ``taught`` steps for the source, ``seeds`` times over."""

    sizes: tuple[int, ...] = (10, 30, 100, 300)
    seeds: int = 8
    steps: int = 500
    taught: int = 1000
    shown: int = 20
    recipe: Recipe = field(default_factory=lambda: Recipe("adam", {"lr": 0.005}))
    frozen: int | None = None  # layers; all but the last


class Lesson(NamedTuple):
    """One seed's part of ``Transferred``: ``loss`` and ``mistakes`` ``(ways, sizes, S, 2)``, ``taught`` ``(2,)``."""

    at: np.ndarray
    loss: np.ndarray
    mistakes: np.ndarray
    taught: np.ndarray


def lesson(pair: Pair, network: Architecture, plan: Plan, seed: int, work: Work) -> Lesson:
    """Learning curves of the target with points, a source and a start of this seed.

    Raises ``ValueError`` for a size that the target does not have, ``Cancelled`` when the work was given up.
    """
    source, target = pair.source(seed), pair.target(seed)
    if max(plan.sizes) > target.train:
        raise ValueError(f"this target has {target.train} points to train with, not {max(plan.sizes)}")
    recipe, parts = replace(plan.recipe, seed=seed), len(plan.sizes) + 1
    own = work.part(0, parts)
    # A seed of its own, or a fresh last layer would be the one that the source's features grew up with.
    teacher = replace(recipe, seed=plan.seeds + seed)
    learned = train(network, source, [teacher], plan.taught, shown=1, cancel=own.cancel, progress=own.progress)[0]
    start = begun(network, learned.theta[-1], len(network.hidden) + (not pair.fresh), seed)
    frozen = len(network.hidden) if plan.frozen is None else plan.frozen
    recipes = [recipe, replace(recipe, start=start), replace(recipe, start=start, frozen=frozen)]
    at, found = np.zeros(0), []
    for k, size in enumerate(plan.sizes):
        own, points = work.part(k + 1, parts), first(target, size)
        runs = train(network, points, recipes, plan.steps, shown=plan.shown, cancel=own.cancel, progress=own.progress)
        at = runs[0].at
        found.append([np.stack(evaluate(network, points, run.theta)) for run in runs])
    every = np.asarray(found).transpose(2, 1, 0, 3, 4)  # was (sizes, ways, kinds of score, S, 2)
    return Lesson(at, every[0], every[1], evaluate(network, source, learned.theta[-1]).mistakes[0])


def transferred(
    pair: Pair,
    network: Architecture,
    plan: Plan = Plan(),
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Transferred:
    """Learning curves of the target, each seed with points, a source and a start of its own.

    A larger target holds the smaller ones. Raises as ``lesson``.
    """
    work = Work(cancel, progress)
    return gathered(
        plan, [lesson(pair, network, plan, seed, work.part(seed, plan.seeds)) for seed in range(plan.seeds)]
    )


def gathered(plan: Plan, lessons: Sequence[Lesson]) -> Transferred:
    """What is known after the first seeds."""
    loss, mistakes = (np.stack([getattr(one, name) for one in lessons], axis=2) for name in ("loss", "mistakes"))
    return Transferred(lessons[0].at, plan.sizes, loss, mistakes, np.stack([one.taught for one in lessons]))
