"""What wraps another optimizer, one a file. ``CATALOGUE`` maps a slug to the ``Wrapper``."""

from optimizers.wrappers._wrapper import Wrapper
from visualizer.spec import collect

CATALOGUE: dict[str, Wrapper] = collect(__name__, __path__)

__all__ = ["CATALOGUE", "Wrapper"]
