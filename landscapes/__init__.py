"""Every surface, one function a file. ``CATALOGUE`` maps its slug to the ``Landscape``."""

from landscapes._landscape import FAMILIES, Box, Landscape, StationaryPoint
from visualizer.spec import collect

CATALOGUE: dict[str, Landscape] = collect(__name__, __path__)

__all__ = ["CATALOGUE", "FAMILIES", "Box", "Landscape", "StationaryPoint"]
