"""Data to learn, one set a file. ``CATALOGUE`` maps a slug to the ``Dataset``."""

from visualizer.networks.data._data import Dataset, Points, sample
from visualizer.spec import collect

CATALOGUE: dict[str, Dataset] = collect(__name__, __path__)

__all__ = ["CATALOGUE", "Dataset", "Points", "sample"]
