"""Bias and variance of predictions, over networks that were each trained with points of their own."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from visualizer.networks.changes import Setting
from visualizer.networks.evaluate import answers
from visualizer.networks.progress import Progress, by_seed, portion
from visualizer.networks.train import train


class BiasVariance(NamedTuple):
    """Why predictions are off the truth, in mean squares: of their mean over training sets (``bias``), and around it.

    The estimates are unbiased, so that a bias of about 0 may come out slightly below 0; their sum is ``error``, the
    mean squared distance from the truth. Test points add the variance of their noise.
    """

    bias: np.ndarray
    variance: np.ndarray
    error: np.ndarray


def bias_variance(given: np.ndarray, truth: np.ndarray) -> BiasVariance:
    """Of answers ``(..., D, G, outputs)`` of networks trained on D sets, with the truth ``(G, outputs)``: ``(...)``."""
    count, mean = given.shape[-3], given.mean(axis=-3)
    variance = given.var(axis=-3, ddof=1).mean(axis=(-2, -1))
    bias = ((mean - truth) ** 2).mean(axis=(-2, -1)) - variance / count
    error = ((given - truth) ** 2).mean(axis=(-3, -2, -1))
    return BiasVariance(bias, variance, error)


def predictions(
    setting: Setting,
    x: np.ndarray,
    draws: int = 20,
    repeats: int = 4,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> np.ndarray:
    """What networks answer at ``x`` ``(G, inputs)``: ``(repeats, draws, G, outputs)``, each trained on new points.

    The start and the order of the data are new too: the variance is that of both.
    """
    found = [row[0] for row in each([setting], x, range(draws * repeats), cancel, progress)]
    return np.stack(found).reshape(repeats, draws, *found[0].shape)


def each(
    settings: Sequence[Setting],
    x: np.ndarray,
    seeds: Sequence[int],
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Iterator[np.ndarray]:
    """Seed after seed what each setting's network answers at ``x``: float64 ``(settings, G, outputs)``."""

    def one(seed: int, told: Progress) -> np.ndarray:
        given = []
        for k, setting in enumerate(settings):
            points, part = setting.points(seed), portion(told, k / len(settings), 1 / len(settings))
            run = train(setting.program, points, [setting.seeded(seed)], setting.steps, shown=1, progress=part)[0]
            given.append(answers(setting.program, points, run.theta[-1], x)[0].astype(np.float64))
        return np.stack(given)

    return by_seed(one, seeds, cancel, progress)


def jackknifed(given: np.ndarray, truth: np.ndarray) -> BiasVariance:
    """The parts as D values each, ``(D,)``, whose mean is the estimate and whose spread says how sure it is.

    Each is D times the estimate less D - 1 times that without one of the networks (Tukey's pseudo-values); of
    answers ``(D, G, outputs)``, D at least 3. That errs on the wide side (Efron and Stein 1981).
    """
    count, whole = len(given), bias_variance(given, truth)
    rest = bias_variance(np.stack([np.delete(given, k, axis=0) for k in range(count)]), truth)
    return BiasVariance(*(count * all_ - (count - 1) * part for all_, part in zip(whole, rest, strict=True)))
