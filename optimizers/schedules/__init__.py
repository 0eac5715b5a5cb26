"""Learning-rate schedules, one a file. ``CATALOGUE`` maps a slug to the ``Schedule``."""

from optimizers.schedules._schedule import Rate, Schedule
from visualizer.spec import collect

CATALOGUE: dict[str, Schedule] = collect(__name__, __path__)

__all__ = ["CATALOGUE", "Rate", "Schedule"]
