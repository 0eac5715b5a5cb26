"""Every update rule, one algorithm a file. ``CATALOGUE`` maps its slug to the ``Optimizer``."""

from optimizers._frame import FAMILIES, Optimizer
from visualizer.spec import collect

CATALOGUE: dict[str, Optimizer] = collect(__name__, __path__)

__all__ = ["CATALOGUE", "FAMILIES", "Optimizer"]
