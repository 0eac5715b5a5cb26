"""What a gradient-noise model is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jax import Array

from visualizer.spec import Hypers, Source, Text, Values

Draw = Callable[[int], Array]


@dataclass(frozen=True)
class Noise:
    """A model of gradient noise: ``apply(g, theta, draw, h)`` is the noisy gradient, ``(2, ...lanes)``.

    ``draw(j)`` is the j-th pair of standard normal numbers of this step and gradient evaluation, ``(2, ...lanes)``;
    all runs of a race see the same ones. A model that ``needs_data`` is only for surfaces that are a mean over
    data: the engine hands it the gradient over a batch.
    """

    title: Text
    order: int
    source: Source
    formula: str
    summary: Text
    hypers: Hypers
    apply: Callable[[Array, Array, Draw, Values], Array]
    needs_data: bool = False
    slug: str = ""
