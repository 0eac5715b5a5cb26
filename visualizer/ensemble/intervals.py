"""Confidence intervals of shares and medians over independent seeds, none of which assumes a normal distribution."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

Z = 1.959963984540054  # the normal distribution's 97.5 % quantile


def wilson(hits: np.ndarray | int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """The 95 % interval of a share of which ``hits`` out of ``n`` were seen: Wilson, JASA 22, 1927.

    Unlike share +- 1.96 standard errors, it stays within 0..1 and has a width even where all or none were seen.
    """
    share = np.asarray(hits, np.float64) / n
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * np.sqrt(share * (1 - share) / n + (Z / (2 * n)) ** 2)
    low, high = middle - half, middle + half
    return np.where(share == 0, 0.0, np.maximum(low, 0.0)), np.where(share == 1, 1.0, np.minimum(high, 1.0))


@lru_cache(maxsize=16)
def median_rank(n: int, miss: float = 0.05) -> int:
    """The rank r, from 1, of which the r-th lowest and r-th highest of ``n`` values enclose the median.

    With probability at least 1 - ``miss``, whatever their distribution: the number of values below the median is
    binomial(n, 1/2) (Thompson, Annals of Mathematical Statistics 7, 1936). 0 where ``n`` is too small for any.
    """
    below, rank = 0.0, 0
    while rank < n:
        chance = math.lgamma(n + 1) - math.lgamma(rank + 1) - math.lgamma(n - rank + 1) - n * math.log(2)
        below += math.exp(chance)
        if below > miss / 2:
            break
        rank += 1
    return rank


def median(values: np.ndarray) -> tuple[float, float, float]:
    """The median of ``(n,)`` and the ends of its 95 % interval; infinite ones count as larger than all others.

    The median is the lowest value that half of all have reached.
    """
    n = len(values)
    ordered, rank = np.sort(values), median_rank(n)
    low, high = (ordered[rank - 1], ordered[n - rank]) if rank else (-np.inf, np.inf)
    return float(ordered[(n + 1) // 2 - 1]), float(low), float(high)
