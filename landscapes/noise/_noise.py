"""What a gradient-noise model is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jax import Array

from landscapes._landscape import Landscape
from visualizer.spec import Hyper, Hypers, Source, Text, Values

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

    def fits(self, surface: Landscape) -> bool:
        """Whether the surface has what the model needs."""
        return not self.needs_data or surface.sample is not None


def strength(name: str, symbol: str, default: float, doc: Text) -> Hyper:
    """The dial of a standard deviation, or of another scale of the noise."""
    return Hyper(name, symbol, default, 1e-3, 10.0, "log0", doc, least=0.0, most=1e6)
