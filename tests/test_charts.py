"""What is mapped: it fits the race whatever happens to that, and it is part of the link."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimizers import RULES
from visualizer.charts import Axis, Chart, dials_of, ends, values, with_values
from visualizer.edits import apply
from visualizer.edits.session import Session
from visualizer.scenario import Fork, Run, Scenario

RACE = Scenario("ravine", runs=(Run("adam"), Run("sgd"), Run("momentum", schedule=("cosine", {}))))


def after(edit: dict[str, Any], scenario: Scenario = RACE) -> Session:
    return apply(Session(scenario, scenario), {"op": "chart", **edit}, 0.0)


@pytest.mark.parametrize("slug", RULES)
def test_every_optimizer_has_a_grid(slug: str) -> None:
    """Of two dials that are its own, a rate first where it has one."""
    scenario = Scenario("ravine", runs=(Run(slug),), chart=Chart("grid", (0,)))
    known = dials_of(scenario.runs[0])
    if len(known) < 2:
        assert scenario.chart is None
        return
    assert scenario.chart
    first, second = (axis.dial for axis in scenario.chart.axes)
    assert first != second and {first, second} <= known.keys()
    assert first == "lr" or "lr" not in known
    assert Scenario.from_query(scenario.to_query()) == (scenario, [])


def test_a_chart_goes_with_its_runs() -> None:
    chart = Chart("grid", (0,), (Axis("lr", 0.01, 1.0), Axis("beta2")))
    scenario = replace(RACE, chart=chart)
    beta2 = dials_of(RACE.runs[0])["beta2"]
    whole = Axis("beta2", beta2.low, beta2.high)
    assert scenario.chart == Chart("grid", (0,), (chart.axes[0], whole)), "what is left out is the slider's end"
    other = replace(scenario, runs=(replace(RACE.runs[1], color=0), *RACE.runs[1:]))
    assert other.chart and [axis.dial for axis in other.chart.axes] == ["lr", "weight_decay"], "SGD has no beta2"
    assert replace(scenario, runs=RACE.runs[1:]).chart is None
    both = replace(RACE, chart=Chart("basins", (2, 0, 1)))
    assert both.chart == Chart("basins", (2, 0)), "two side by side"
    assert replace(both, runs=both.runs[:2]).chart == Chart("basins", (0,))
    forked = replace(both, runs=(*both.runs[:2], replace(both.runs[2], fork=Fork(0, 5))))
    assert forked.chart == Chart("basins", (0,)), "a run that continues another begins at no start"
    assert Scenario("rare_gradient", runs=(Run("adam"),), chart=Chart("basins", (0,))).chart is None


def test_the_dials_of_schedules_and_wrappers_have_axes_too() -> None:
    run = Run("adam", schedule=("cosine", {}), wrappers={"lookahead": {}})
    assert {"lr", "beta1", "cosine.T_max", "lookahead.k", "lookahead.alpha"} <= dials_of(run).keys()
    assert "lookahead.reset_state" not in dials_of(run), "a flag has no axis"
    made = with_values(run, {"lr": 0.5, "cosine.T_max": 30, "lookahead.k": 3})
    assert (made.hyper["lr"], made.schedule[1]["T_max"], made.wrappers["lookahead"]["k"]) == (0.5, 30, 3)


def test_values_lie_evenly_on_the_dials_scale_with_both_ends() -> None:
    known = dials_of(Run("adam", schedule=("cosine", {})))
    lr = values(Axis("lr", 1e-4, 1.0), known["lr"], 5)
    np.testing.assert_allclose(lr, [1e-4, 1e-3, 1e-2, 1e-1, 1])
    beta = values(Axis("beta2", 0.9, 0.999), known["beta2"], 3)
    np.testing.assert_allclose(beta, [0.9, 0.99, 0.999])
    steps = values(Axis("cosine.T_max", 1, 6), known["cosine.T_max"], 11)
    assert set(steps) <= set(range(1, 7)), "whole numbers"
    for name, hyper in known.items():
        found = values(Axis(name), hyper, 7)
        assert (np.diff(found) >= 0).all() and len(found) == 7
        for value in found:
            hyper.parse(float(value))


@pytest.mark.parametrize(
    "axis", [Axis("lr", 1.0, 0.1), Axis("lr", -1.0, 0.0), Axis("lr", float("nan"), 1.0), Axis("lr", 0.5, 0.5)]
)
def test_impossible_ends_are_the_sliders(axis: Axis) -> None:
    lr = dials_of(RACE.runs[0])["lr"]
    assert ends(axis, lr) == (lr.low, lr.high)


def test_it_is_opened_changed_and_closed() -> None:
    opened = after({"value": {"kind": "basins", "runs": [1, 0]}})
    assert opened.scenario.chart == Chart("basins", (1, 0))
    axes = [{"dial": "lr", "low": 0.01, "high": 1}, {"dial": "cosine.T_max"}]
    grid = after({"value": {"kind": "grid", "runs": [2], "axes": axes}}).scenario
    assert grid.chart and grid.chart.axes[0] == Axis("lr", 0.01, 1.0)
    assert (grid.chart.runs, grid.chart.axes[1].dial) == ((2,), "cosine.T_max")
    assert after({"value": None}, grid).scenario.chart is None
    assert after({"value": {"kind": "basins", "runs": [1]}}).undo == (RACE,)


@pytest.mark.parametrize(
    "value", [{"kind": "basins", "runs": [7]}, {"kind": "x", "runs": [0]}, {"kind": "grid", "runs": [0], "axes": [3]}]
)
def test_nonsense_is_refused_with_a_sentence(value: Any) -> None:
    session = after({"value": value})
    assert session.scenario == RACE and len(session.problems) == 1


def test_a_pixel_is_put_into_the_race() -> None:
    edit = {"op": "put", "run": 2, "values": {"lr": 0.25, "cosine.T_max": 40}}
    made = after(edit).scenario.runs[3]
    assert (made.optimizer, made.hyper["lr"], made.schedule[1]["T_max"], made.color) == ("momentum", 0.25, 40, 3)
    assert after({"op": "put", "run": 2, "values": {"beta2": 0.5}}).problems
