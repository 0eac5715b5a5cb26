"""Intervals of means over seeds, and of differences between runs that share their seeds."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import stdtrit

SURE = 0.95


class Interval(NamedTuple):
    """A mean and the ends of its interval, shaped like one seed's values, and of how many values it is."""

    mean: Any
    low: Any
    high: Any
    n: Any

    @property
    def sign(self) -> Any:
        """1 or -1 where the interval leaves no doubt about the sign, else 0."""
        return (np.asarray(self.low) > 0).astype(int) - (np.asarray(self.high) < 0).astype(int)

    @property
    def half(self) -> Any:
        """How far the ends are from the mean."""
        return (self.high - self.low) / 2


def student(values: Any, sure: float = SURE) -> Interval:
    """Of ``(n, ...)`` values, one a seed: the mean, plus or minus Student's t times its standard error.

    Of the finite ones. Exact for normal values; a few seeds' means of skewed values are covered somewhat less often.
    One seed says nothing of the spread: the ends are infinite.
    """
    values = np.asarray(values, np.float64)
    known = np.isfinite(values)
    n = known.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, values, 0.0).sum(axis=0) / n
        spread = (np.where(known, values - mean, 0.0) ** 2).sum(axis=0) / (n - 1)
        half = np.where(n > 1, stdtrit(np.maximum(n - 1, 1), (1 + sure) / 2) * np.sqrt(spread / n), np.inf)
        ends = np.where(n > 1, mean - half, -np.inf), np.where(n > 1, mean + half, np.inf)
    return Interval(*(part[()] for part in (np.asarray(mean), *ends, np.asarray(n))))


def margin(spread: Any, n: int, sure: float = SURE) -> Any:
    """How far the ends are from the mean of n values whose standard deviation is ``spread``."""
    return stdtrit(n - 1, (1 + sure) / 2) * spread / np.sqrt(n)


def paired(one: Any, other: Any, sure: float = SURE) -> Interval:
    """The mean of ``one - other``, both ``(n, ...)`` with the same seeds: what the seeds have in common cancels."""
    return student(np.asarray(one, np.float64) - np.asarray(other, np.float64), sure)
