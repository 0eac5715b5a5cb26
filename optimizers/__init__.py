"""Every update rule, one algorithm a file. ``CATALOGUE`` maps its slug to the ``Optimizer``, or to a ``Wrapper``.

``RULES`` are those that stand by themselves; ``WRAPPERS`` go around one of them.
"""

from optimizers._frame import FAMILIES, Optimizer
from optimizers.wrappers import CATALOGUE as WRAPPERS
from optimizers.wrappers import Wrapper
from visualizer.spec import collect

RULES: dict[str, Optimizer] = collect(__name__, __path__)
CATALOGUE: dict[str, Optimizer | Wrapper] = {**RULES, **WRAPPERS}

__all__ = ["CATALOGUE", "FAMILIES", "RULES", "WRAPPERS", "Optimizer", "Wrapper"]
