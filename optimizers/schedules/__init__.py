"""Learning-rate schedules, one a file. ``CATALOGUE`` maps a slug to the ``Schedule``."""

from optimizers.schedules._schedule import Form, Rate, Schedule
from visualizer.spec import collect

CATALOGUE: dict[str, Schedule] = collect(__name__, __path__)

FORMS: tuple[Form, ...] = tuple(form for entry in CATALOGUE.values() for form in entry.forms)
MEMORY = 6  # numbers that a schedule may remember

__all__ = ["CATALOGUE", "FORMS", "MEMORY", "Form", "Rate", "Schedule"]
