"""Bias and variance of predictions, over networks that were each trained with points of their own."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from visualizer.networks.changes import Setting
from visualizer.networks.evaluate import answers
from visualizer.networks.progress import Progress, Work
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
    work, count = Work(cancel, progress), draws * repeats
    found = np.empty((count, len(x), setting.network.outputs))
    for seed in range(count):
        own, points = work.part(seed, count), setting.points(seed)
        run = train(
            setting.network,
            points,
            [replace(setting.recipe, seed=seed)],
            setting.steps,
            shown=1,
            cancel=cancel,
            progress=own.progress,
        )[0]
        found[seed] = answers(setting.network, points, run.theta[-1], x)[0]
    return found.reshape(repeats, draws, *found.shape[1:])
