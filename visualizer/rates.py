"""The rate at which an optimizer's path can be seen on a surface."""

from __future__ import annotations

from typing import Any

from optimizers import RULES as OPTIMIZERS
from visualizer import own
from visualizer.scenario import Scenario


def suited(scenario: Scenario, optimizer: str) -> dict[str, Any]:
    """A learning rate at which a newcomer's path can be seen on this surface; everything else at its default."""
    units = OPTIMIZERS[optimizer].units
    if scenario.surface.made:
        rate = own.rates(scenario).get(units)
        return {} if rate is None else {"lr": rate}
    known = dict(scenario.surface.race).get(optimizer)
    if known is not None:
        return dict(known)
    rate = scenario.surface.rates.get(units)
    return {} if rate is None else {"lr": rate}
