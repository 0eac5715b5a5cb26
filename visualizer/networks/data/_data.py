"""What a set of data is, and points drawn from one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from visualizer.networks.architecture import CLASSES
from visualizer.spec import Source, Text, look_up

ROOMS = (256, 1024, 2048)  # points that programs are made for: few sizes, so that few are compiled
MOST = ROOMS[-1]

Draw = Callable[[np.random.Generator, int, float], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Dataset:
    """Data to learn.

    ``draw(rng, n, noise)`` gives n inputs ``(n, inputs)`` and what is to be answered: classes ``(n,)`` from 0, or
    values ``(n, outputs)``. ``noise`` is the default, ``most_noise`` the end of its dial. ``window`` is what is drawn
    of a plane of inputs (x_low, x_high, y_low, y_high), or of a curve. ``finite`` is how many points there are, if not
    as many as one likes: then test points are others than training points. ``truth(x)`` are the values without noise.
    ``steps`` is how long the networks of its first picture are trained.
    """

    title: Text
    order: int
    source: Source
    notes: Text
    inputs: int
    outputs: int
    draw: Draw
    noise: float
    most_noise: float
    window: tuple[float, float, float, float]
    task: str = CLASSES
    train: int = 200
    test: int = 800
    finite: int | None = None
    steps: int = 1000
    truth: Callable[[np.ndarray], np.ndarray] | None = None
    slug: str = ""


@dataclass(frozen=True, eq=False)
class Points:
    """Training points, then test points, then room: ``x`` ``(room, inputs)`` and ``y`` ``(room, outputs)``, float32.

    ``y`` holds the classes as rows of 0 and a 1, or the values; ``clean`` the same before any label was disturbed.
    """

    x: np.ndarray
    y: np.ndarray
    clean: np.ndarray
    train: int
    test: int

    @property
    def room(self) -> int:
        return len(self.x)

    @property
    def rows(self) -> np.ndarray:
        """The weights of the training points and of the test points, each of sum 1: float32 ``(2, room)``."""
        found = np.zeros((2, self.room), np.float32)
        found[0, : self.train] = 1.0 / self.train
        found[1, self.train : self.train + self.test] = 1.0 / max(1, self.test)
        return found


def sample(
    dataset: str,
    train: int | None = None,
    test: int | None = None,
    noise: float | None = None,
    mislabeled: float = 0.0,
    seed: int = 0,
) -> Points:
    """Points of a data set, drawn with ``seed``; more training points leave the others as they are.

    ``mislabeled`` is the share of the training points that get a class of their own drawn from the others, or, where
    values are asked for, the value of another training point. Test points are never mislabeled. Raises ``ValueError``.
    """
    from visualizer.networks.data import CATALOGUE

    entry = look_up(CATALOGUE, dataset, "data set")
    train = entry.train if train is None else train
    test = entry.test if test is None else test
    most = min(MOST, entry.finite or MOST)
    if not (train >= 1 and test >= 0 and train + test <= most):
        raise ValueError(f"{dataset} gives at most {most} points, at least one to train with, not {train} and {test}")
    noise = entry.noise if noise is None else noise
    if not (0 <= noise < np.inf and 0 <= mislabeled <= 1):
        raise ValueError(f"noise {noise!r} or a share {mislabeled!r} of mislabeled points is impossible")
    x, y = _drawn(entry, seed, train, test, noise)
    if entry.task == CLASSES:
        y = np.eye(entry.outputs)[y]
    clean = y.copy()
    if mislabeled:
        rng = np.random.default_rng([seed, 2])
        chosen = rng.permutation(train)[: round(mislabeled * train)]
        if entry.task == CLASSES:
            turned = rng.integers(1, entry.outputs, len(chosen))
            y[chosen] = np.eye(entry.outputs)[(y[chosen].argmax(axis=1) + turned) % entry.outputs]
        else:
            y[chosen] = y[np.roll(chosen, 1)]
    room = next(size for size in ROOMS if size >= train + test)

    def padded(part: np.ndarray) -> np.ndarray:
        return np.concatenate([part, np.zeros((room - len(part), part.shape[1]))]).astype(np.float32)

    return Points(padded(x), padded(y), padded(clean), train, test)


def _drawn(entry: Dataset, seed: int, train: int, test: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Training and test points, each from a stream of its own; of a finite set the first and the last of one order."""
    if entry.finite:
        x, y = entry.draw(np.random.default_rng([seed, 0]), entry.finite, noise)
        kept = np.r_[:train, entry.finite - test : entry.finite]
        return x[kept], y[kept]
    parts = [entry.draw(np.random.default_rng([seed, part]), n, noise) for part, n in enumerate((train, test))]
    x, y = (np.concatenate(both) for both in zip(*parts, strict=True))
    return x, y
