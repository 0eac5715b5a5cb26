"""Which stationary point each start comes to rest at, for one run or two."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from visualizer import scene
from visualizer.maps._run import surroundings
from visualizer.scenario import Run, Scenario
from visualizer.simulate.basins import Part, Plan, basins
from visualizer.simulate.tiles import Cancelled

SIZE = (512, 512)
NEVER = 65535  # steps of a start that came to rest nowhere


def basin_parts(
    scenario: Scenario, runs: list[Run], stop: threading.Event
) -> Iterator[tuple[dict[str, Any], Mapping[str, np.ndarray]]]:
    """The parts of one map for each run, in turn."""
    points = scene.resting_points(scenario)
    plans = [_plan(scenario, run, [point.x for point in points], stop) for run in runs]
    yield (
        {
            "kind": "basins",
            "size": SIZE,
            "window": scenario.window,
            "near": plans[0].runs.near,
            "points": [{"x": p.x[0], "y": p.x[1], "value": p.value, "kind": p.kind, "best": p.best} for p in points],
        },
        {},
    )
    waiting = list(enumerate(map(iter, plans)))
    try:
        while waiting:
            for one in list(waiting):
                place, parts = one
                part = next(parts, None)
                if part is None:
                    waiting.remove(one)
                else:
                    yield _packed(place, part)
    except Cancelled:
        return
    yield {"kind": "whole"}, {}


def _packed(place: int, part: Part) -> tuple[dict[str, Any], Mapping[str, np.ndarray]]:
    pixels = part.rows * SIZE[0] + part.columns
    steps = np.where(part.steps < 0, NEVER, np.minimum(part.steps, NEVER - 1))
    arrays = {"pixel": pixels.astype("<u4"), "point": part.point.astype("<i2"), "steps": steps.astype("<u2")}
    return {"kind": "part", "map": place, "done": part.done}, arrays


def _plan(scenario: Scenario, run: Run, points: list[tuple[float, float]], stop: threading.Event) -> Plan:
    return basins(
        scenario.landscape,
        run.optimizer,
        scenario.window,
        SIZE,
        scenario.steps or 1,
        run.hyper,
        scenario.params,
        **surroundings(scenario, run),
        points=points,
        cancel=stop,
    )
