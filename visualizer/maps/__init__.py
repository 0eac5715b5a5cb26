"""Maps of a scenario: from its chart to numbers that come part by part, coarse ones first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import numpy as np

from visualizer.charts import with_values
from visualizer.maps.basins import basin_parts
from visualizer.maps.budget import budget_parts
from visualizer.maps.cloud import cloud_parts
from visualizer.maps.fair import fair_parts, plain
from visualizer.maps.grid import grid_parts
from visualizer.maps.rates import rate_parts
from visualizer.scenario import Run, Scenario

#: A header that JSON can hold, and arrays.
Part = tuple[dict[str, Any], Mapping[str, np.ndarray]]

_PARTS: Mapping[str, Callable[[Scenario, list[Run], threading.Event], Iterator[Part]]] = {
    "basins": basin_parts,
    "grid": grid_parts,
    "rates": rate_parts,
    "fair": fair_parts,
    "cloud": cloud_parts,
    "budget": budget_parts,
}


@dataclass(frozen=True)
class Request:
    """A map: ``key`` is the same for all scenarios that have the same map, ``parts(stop)`` computes it.

    The first part says what is mapped, the last that it is whole; in between come numbers, as long as ``stop`` is not
    set. Raises ``ValueError`` for what cannot be mapped.
    """

    key: str
    parts: Callable[[threading.Event], Iterator[Part]]


def request(scenario: Scenario) -> Request | None:
    """The map of a scenario; None if it has none."""
    chart = scenario.chart
    if chart is None or chart.kind not in _PARTS:
        return None
    by_slot = {run.color: run for run in scenario.runs}
    runs = [by_slot[slot] for slot in chart.runs]
    swept = {axis.dial: axis.low for axis in chart.axes}
    if chart.kind == "fair":
        runs = [plain(run, chart.option("dials") == "2") for run in runs]
    bare = tuple(replace(with_values(run, swept), color=k, twin=None, visible=True) for k, run in enumerate(runs))
    slots = tuple(range(len(runs)))
    # What the map does not depend on: the other runs, how the surface is drawn, what dials along an axis say, or those
    # that are tuned, and, of basins and of curves from many starts, where the race starts.
    spread = chart.kind == "budget" and chart.option("starts") != "1"
    start = None if chart.kind == "basins" or spread else scenario.start
    alone = replace(scenario, runs=bare, chart=replace(chart, runs=slots), log=None, start=start)
    make = _PARTS[chart.kind]
    return Request(urlencode(alone.to_query()), lambda stop: make(alone, list(alone.runs), stop))
