"""A learning-rate schedule by itself, as an array."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizers.schedules import CATALOGUE
from visualizer.backend import jax
from visualizer.spec import Values, complete, decode, encode, look_up, row_width


@dataclass(frozen=True)
class Rates:
    """``lr[t]`` is the rate of update t + 1, ``(steps,)`` float64; ``momentum`` likewise, None if not cycled."""

    lr: np.ndarray
    momentum: np.ndarray | None


def schedule(slug: str, hyper: Mapping[str, Any] | None = None, steps: int = 101) -> Rates:
    """The rates of updates 1 .. steps. ``hyper`` may hold ``lr``, the base rate (1 if not given).

    Raises ``ValueError`` naming an unknown name and the known ones.
    """
    entry = look_up(CATALOGUE, slug, "schedule")
    given = dict(hyper or {})
    base = float(given.pop("lr", 1.0))
    row = np.array(encode(entry.hypers, complete(entry.hypers, given, slug), row_width(CATALOGUE)))

    def rate(t: Any) -> Any:
        return entry.rate(t, float(steps), Values(decode(entry.hypers, row), lr=base))

    rates = jax.vmap(rate, out_axes=0)(np.arange(steps, dtype=np.float64))
    lr = np.broadcast_to(np.asarray(rates.lr, np.float64), (steps,)).copy()
    momentum = np.broadcast_to(np.asarray(rates.momentum, np.float64), (steps,))
    return Rates(lr, None if np.isnan(momentum).all() else momentum.copy())
