"""95 % intervals of means over seeds, and of differences between runs that share their seeds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit


class Interval(NamedTuple):
    """A mean and the ends of its 95 % interval, shaped like one seed's values."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


def student(values: np.ndarray) -> Interval:
    """Of ``(n, ...)`` values, one a seed: the mean, plus or minus Student's t times its standard error.

    Exact for normal values; a few seeds' means of skewed values are covered somewhat less often. One seed says nothing
    of the spread: the ends are infinite.
    """
    values = np.asarray(values, np.float64)
    n, mean = len(values), values.mean(axis=0)
    if n < 2:
        return Interval(mean, np.full_like(mean, -np.inf), np.full_like(mean, np.inf))
    half = stdtrit(n - 1, 0.975) * values.std(axis=0, ddof=1) / np.sqrt(n)
    return Interval(mean, mean - half, mean + half)


def paired(one: np.ndarray, other: np.ndarray) -> Interval:
    """The mean of ``one - other``, both ``(n, ...)`` with the same seeds: what the seeds have in common cancels."""
    return student(np.asarray(one, np.float64) - np.asarray(other, np.float64))
