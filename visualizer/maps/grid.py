"""What two dials of a run do together: final loss, steps until it has arrived, and how it ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from optimizers import RULES
from visualizer import scene
from visualizer.charts import Axis, dials_of, with_values
from visualizer.charts import values as along
from visualizer.maps._run import surroundings
from visualizer.scenario import Run, Scenario
from visualizer.simulate.sweep import Plan, planned
from visualizer.simulate.tiles import Cancelled, Ends

SIZE = 256
NEVER = 65535  # steps of a run that has not arrived
EDGE = 129  # points of a bound


def grid_parts(
    scenario: Scenario, runs: list[Run], stop: threading.Event
) -> Iterator[tuple[dict[str, Any], Mapping[str, np.ndarray]]]:
    """The parts of the map, the coarse ones first."""
    (run,) = runs
    assert scenario.chart
    known = dials_of(run)
    axes = {axis.dial: along(axis, known[axis.dial], SIZE) for axis in scenario.chart.axes}
    plan = planned_for(scenario, run, axes, stop)
    about = {
        "kind": "grid",
        "size": (SIZE, SIZE),
        "axes": [{"dial": axis.dial, "symbol": known[axis.dial].symbol} for axis in scenario.chart.axes],
        "least": scene.least_loss(scenario),
        "tolerance": scenario.tolerance,
        "bound": None,
    }
    found: dict[str, np.ndarray] = dict(zip(("x", "y"), axes.values(), strict=True))
    edge = bound(scenario, run, scenario.chart.axes)
    if edge is not None:
        card = RULES[run.optimizer].card
        assert card and card.bound
        about["bound"] = card.bound.formula
        found["bound"] = edge
    yield about, found
    done = 0
    try:
        for pixels, ends in plan:
            done += len(pixels)
            yield {"kind": "part", "map": 0, "done": done / SIZE**2}, _packed(pixels, ends)
    except Cancelled:
        return
    yield {"kind": "whole"}, {}


def _packed(pixels: np.ndarray, ends: Ends) -> Mapping[str, np.ndarray]:
    arrived = np.where(ends.arrived < 0, NEVER, np.minimum(ends.arrived, NEVER - 1))
    return {
        "pixel": pixels.astype("<u4"),
        "loss": ends.loss.astype("<f4"),
        "arrived": arrived.astype("<u2"),
        "outcome": ends.outcome.astype("u1"),
    }


def planned_for(scenario: Scenario, run: Run, axes: Mapping[str, np.ndarray], stop: threading.Event) -> Plan:
    """The sweep of a scenario's run over these values of its dials."""
    slug = run.schedule[0]
    named = {
        f"schedule.{dial.removeprefix(f'{slug}.')}" if dial.startswith(f"{slug}.") else dial: values
        for dial, values in axes.items()
    }
    return planned(
        scenario.landscape,
        run.optimizer,
        named,
        scenario.placed_start,
        scenario.steps or 1,
        run.hyper,
        scenario.params,
        **surroundings(scenario, run),
        least=scene.least_loss(scenario),
        tolerance=scenario.tolerance,
        cancel=stop,
    )


def bound(scenario: Scenario, run: Run, axes: tuple[Axis, ...]) -> np.ndarray | None:
    """Where the theory puts the end of stability, points ``(K, 2)`` in the axes' values; None where it says nothing.

    That is where lr times the largest curvature at the minimum is what the optimizer's card says. It is exact on a
    quadratic, and near a minimum elsewhere; for a constant rate, and with nothing around the rule.
    """
    card = RULES[run.optimizer].card
    names = [axis.dial for axis in axes]
    best = next((point for point in scene.points(scenario) if point.best and point.smooth), None)
    plain = run.schedule[0] == "constant" and not run.wrappers
    if not (card and card.bound and best and plain and "lr" in names):
        return None
    largest = scene.inspect(scenario, best.x).curvatures[0]
    if not (np.isfinite(largest) and largest > 0):
        return None
    rate = axes[names.index("lr")]
    assert rate.low is not None
    assert rate.high is not None
    other = axes[1 - names.index("lr")]
    limit, found = card.bound.limit, []

    def beyond(lr: float, value: float) -> bool:
        hyper = with_values(run, {"lr": lr, other.dial: value}).hyper
        return not lr * largest < limit(hyper)

    for value in along(other, dials_of(run)[other.dial], EDGE):
        low, high = rate.low, rate.high
        if beyond(low, float(value)) or not beyond(high, float(value)):
            continue  # the edge is outside
        for _ in range(40):
            middle = np.sqrt(low * high) if low > 0 else (low + high) / 2
            low, high = (low, middle) if beyond(float(middle), float(value)) else (middle, high)
        found.append((low, float(value)) if names[0] == "lr" else (float(value), low))
    return np.array(found, "<f8") if found else None
