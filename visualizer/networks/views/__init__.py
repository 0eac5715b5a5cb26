"""Views of a study, one a file: ``CATALOGUE`` is slug -> ``View``. They know a study by what they are given only."""

from visualizer.networks.views._view import View
from visualizer.spec import collect

__all__ = ["CATALOGUE", "View"]

CATALOGUE: dict[str, View] = collect(__name__, __path__)
