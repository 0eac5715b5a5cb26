"""Who wins a race of scores, by how much, and whether it is clear."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualizer.simulate import tuning

NOT_LIKELY = 1.96  # standard deviations of a fair coin's heads minus tails: it is farther off once in twenty times


def median(scores: np.ndarray) -> np.ndarray:
    """Of each run's scores ``(R, S)``; S is odd."""
    return np.sort(scores, axis=1)[:, scores.shape[1] // 2]


def verdict(scores: np.ndarray, limit: int) -> dict[str, Any]:
    """``winner``, a run's place or None where it is not clear, of scores ``(R, S)`` in paired columns, S odd.

    The first two by their medians are compared: with one column by these, with more column by column, where the first
    has to be ahead more often than chance alone would make it once in twenty times (a sign test). ``first`` and
    ``second`` are their places, ``ahead`` and ``behind`` in how many columns the first is so. A run that diverged wins
    nothing, and one that has nobody to beat wins.
    """
    middle = median(scores)
    order = np.argsort(middle, kind="stable")
    first = int(order[0])
    if not np.isfinite(middle[first]):
        return {"winner": None, "first": None, "second": None, "ahead": 0, "behind": 0}
    if len(scores) == 1:
        return {"winner": first, "first": first, "second": None, "ahead": 0, "behind": 0}
    second = int(order[1])
    apart = ~tuning.level(scores[first], scores[second], limit)
    ahead = int((apart & (scores[first] < scores[second])).sum())
    behind = int((apart & (scores[first] > scores[second])).sum())
    clear = ahead > behind if scores.shape[1] == 1 else ahead - behind > NOT_LIKELY * np.sqrt(ahead + behind)
    return {"winner": first if clear else None, "first": first, "second": second, "ahead": ahead, "behind": behind}


def shares(scores: np.ndarray, limit: int) -> dict[str, Any]:
    """In how many columns of ``(R, S)`` each run wins clearly, in how many none does, in how many all diverge."""
    best = scores.min(axis=0)
    near = tuning.level(scores, best[None], limit) | (scores == best)
    lost = ~np.isfinite(best)
    alone = (near.sum(axis=0) == 1) & ~lost
    wins = [int((near[k] & alone).sum()) for k in range(len(scores))]
    return {"wins": wins, "level": int((~alone & ~lost).sum()), "lost": int(lost.sum()), "of": scores.shape[1]}
