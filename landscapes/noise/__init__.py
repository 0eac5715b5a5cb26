"""Gradient-noise models, one a file. ``CATALOGUE`` maps a slug to the ``Noise``."""

from landscapes.noise._noise import Noise
from visualizer.spec import collect

CATALOGUE: dict[str, Noise] = collect(__name__, __path__)

__all__ = ["CATALOGUE", "Noise"]
