"""Intervals of means over seeds, and of differences between runs that share their seeds."""

from __future__ import annotations

import math
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


def ranks(values: np.ndarray) -> np.ndarray:
    """Places from 1 in rising order; equal values share the mean of theirs."""
    from scipy.stats import rankdata  # takes as long as JAX's import: not at a server's start

    return np.asarray(rankdata(values))


def rank_correlation(one: Any, other: Any, sure: float = SURE) -> Interval:
    """Spearman's correlation of two measures ``(m, n)``: m values of each of n seeds, all of them together.

    The interval leaves out a seed at a time (the jackknife, of Fisher's transform), with Student's t: what shares a
    seed is not independent. ``n`` counts the seeds that have a pair; NaN where the values of a measure are all equal.
    """
    one, other = (np.asarray(part, np.float64) for part in (one, other))
    known = (np.isfinite(one) & np.isfinite(other)).any(axis=0)
    one, other, n = one[:, known], other[:, known], int(known.sum())
    whole = _spearman(one, other)
    if n < 3 or not math.isfinite(whole):
        return Interval(whole, -1.0, 1.0, n)
    left = [np.delete(np.arange(n), j) for j in range(n)]
    without = np.array([_fisher(_spearman(one[:, rest], other[:, rest])) for rest in left])
    half = stdtrit(n - 1, (1 + sure) / 2) * math.sqrt((n - 1) / n * np.sum((without - without.mean()) ** 2))
    low, high = (math.tanh(_fisher(whole) + side * half) for side in (-1, 1))
    return Interval(whole, low, high, n)


def _spearman(one: np.ndarray, other: np.ndarray) -> float:
    known = np.isfinite(one) & np.isfinite(other)
    x, y = (ranks(part[known]) - (known.sum() + 1) / 2 for part in (one, other))
    lengths = math.sqrt(np.sum(x**2) * np.sum(y**2))
    return float(x @ y / lengths) if lengths else math.nan


def _fisher(correlation: float) -> float:
    """Spread evenly over the line; ranks that agree wholly are not infinitely far."""
    return math.atanh(max(-0.999, min(0.999, correlation)))
