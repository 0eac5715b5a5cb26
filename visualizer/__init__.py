"""Everything between the catalogues and the page; its public names are resolved when they are first used.

Lazily, because ``optimizers`` and ``landscapes`` import ``visualizer.spec``, and these names import them.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "rollout": "visualizer.simulate.rollout",
    "schedule": "visualizer.simulate.schedules",
    "sweep": "visualizer.simulate.sweep",
    "basins": "visualizer.simulate.basins",
    "tuned": "visualizer.simulate.tuning",
    "Scenario": "visualizer.scenario",
    "Run": "visualizer.scenario",
    "figure": "visualizer.figures.race",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'visualizer' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
