"""What a learning-rate schedule is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from jax import Array

from visualizer.spec import Hypers, Source, Text, Values

NOT_CYCLED = float("nan")


class Rate(NamedTuple):
    """The learning rate of one update, and the momentum if the schedule cycles it (else NaN)."""

    lr: Array
    momentum: Array | float = NOT_CYCLED


@dataclass(frozen=True)
class Schedule:
    """A learning-rate schedule: ``rate(t, steps, h)`` is the rate of update t + 1, t = 0, 1, ...

    ``h.lr`` is the base rate, the optimizer's own unless the schedule is given one; ``steps`` the length of the run.
    Both are traced, so that no dial recompiles.
    """

    title: Text
    order: int
    source: Source
    formula: str
    summary: Text
    hypers: Hypers
    rate: Callable[[Array, Array, Values], Rate]
    slug: str = ""
