"""The notebook's figure: what it draws is the engine's, its losses are those of formulas written out elsewhere."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from surfaces import CALCULUS

from landscapes import CATALOGUE as LANDSCAPES
from visualizer import Run, Scenario, figure, rollout
from visualizer.export.data import link
from visualizer.figures.race import KINDS
from visualizer.race import race

MOST = 1_500_000  # bytes of a usual race as JSON
HEADS = 2  # the traces of the runs' heads, which come last


def lines(made: go.Figure) -> tuple[list[go.Scatter], list[go.Scatter]]:
    """The paths and the loss curves, in the order of the runs."""
    drawn = [trace for trace in made.data if isinstance(trace, go.Scatter) and trace.mode == "lines"]
    return drawn[0::2], drawn[1::2]


@pytest.mark.parametrize("slug", LANDSCAPES)
def test_the_race_of_every_surface(slug: str) -> None:
    """Its noise included: the curve is the loss without it, as the formula has it at the points of the path."""
    scenario = Scenario.suggested(slug)
    made = figure(scenario)
    assert len(made.to_json()) < MOST
    assert 2 <= len(made.frames) <= 60
    paths, curves = lines(made)
    assert len(paths) == len(curves) == len(scenario.runs)
    for path, curve, run in zip(paths, curves, race(scenario), strict=True):
        assert len(path.x) == len(curve.y) == run.n_valid
        np.testing.assert_array_equal(path.x[-1], run.theta[run.n_valid - 1, 0])
        expected = CALCULUS[slug].f(run.theta[: run.n_valid].T, scenario.params)
        np.testing.assert_allclose(curve.y, expected, rtol=1e-10, atol=1e-10)


def test_frames_grow_to_the_whole_path() -> None:
    """The x of a frame says how far its path goes; heads are at its end, on the curves at the loss there."""
    runs = [Run("adam", {"lr": 0.1}), Run("sgd", {"lr": 0.1}), Run("momentum", {"lr": 0.001})]
    made = figure(Scenario("rosenbrock", runs=runs, steps=150))
    found = [rollout("rosenbrock", run.optimizer, (-1.2, 1.0), 150, run.hyper) for run in runs]
    assert found[1].stopped, "the second run should leave the finite world"
    assert [frame.name for frame in made.frames] == [str(tick) for tick in np.linspace(0, 150, 60).round().astype(int)]
    for frame in made.frames:
        *paths, heads, losses = frame.data
        for number, (path, run) in enumerate(zip(paths, found, strict=True)):
            step = min(int(frame.name), run.n_valid - 1)
            np.testing.assert_array_equal(path.x, run.theta[: step + 1, 0])
            if abs(run.theta[step]).max() < 1e9:
                assert (heads.x[number], heads.y[number]) == tuple(run.theta[step])
            if run.loss[step] < 1e9:
                assert (losses.x[number], losses.y[number]) == (step, run.loss[step])
    for trace, place in zip(made.frames[0].data, made.frames[0].traces, strict=True):
        assert isinstance(made.data[place], type(trace))
    ends = made.data[-HEADS]
    assert (ends.x[0], ends.y[2]) == (found[0].theta[-1, 0], found[2].theta[-1, 1])
    assert ends.x[1] is None, "a browser cannot place what is 1e100 away"
    assert all(button["args"][1]["frame"]["redraw"] for button in made.layout.updatemenus[0].buttons)
    assert [step.args[0] for step in made.layout.sliders[0].steps] == [(frame.name,) for frame in made.frames]


def test_an_equal_budget_counts_evaluations() -> None:
    """SAM has made half the steps when the budget is spent, and its clock ticks twice a step."""
    runs = [Run("sgd", {"lr": 0.002}), Run("sgd", {"lr": 0.002}, wrappers={"sam": {"rho": 0.05}})]
    made = figure(Scenario("himmelblau", runs=runs, steps=40, budget="evaluations"))
    paths, curves = lines(made)
    assert [len(path.x) for path in paths] == [41, 21]
    np.testing.assert_array_equal(curves[1].x, np.arange(0, 41, 2))
    middle = next(frame for frame in made.frames if frame.name == "21")
    assert [len(path.x) for path in middle.data[:-HEADS]] == [22, 11]
    assert made.layout.xaxis2.title.text == "gradient evaluations"
    assert made.layout.sliders[0].currentvalue.prefix == "gradient evaluations "


def test_a_link_is_drawn_as_its_scenario() -> None:
    scenario = Scenario("ravine", runs=[Run("adam"), Run("sgd", {"lr": 0.01}, visible=False)], steps=30, rotate=20.0)
    drawn = figure(scenario, lang="zh").to_json()
    assert figure(f"https://example.org/?{link(scenario)}&lang=zh").to_json() == drawn
    assert figure(link(scenario), lang="zh").to_json() == drawn
    assert len(lines(figure(scenario))[0]) == 1, "a hidden run is not drawn"
    with pytest.raises(ValueError, match="sgdd"):
        figure("v=1&f=ravine&r1=sgdd")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_axes_legend_and_points_say_what_they_are(lang: str) -> None:
    runs = [Run("adam", {"lr": 0.1}), Run("sgd", {"lr": 0.9})]
    made = figure(Scenario("ravine", runs=runs, steps=600, noise=("gaussian", {})), "dark", lang)
    at, stopped = ("en", "zh").index(lang), race(Scenario("ravine", runs=runs, steps=600))[1].stopped
    assert stopped
    assert made.layout.title.text == LANDSCAPES["ravine"].title.pair()[at]
    assert [made.layout.xaxis.title.text, made.layout.yaxis.title.text] == ["x", "y"]
    assert made.layout.xaxis2.title.text == ("step", "步")[at]
    assert (
        made.layout.yaxis2.title.text
        == ("loss (log scale, without noise)", "损失\uff08对数刻度\uff0c不含噪声\uff09")[at]
    )
    assert made.layout.yaxis2.type == "log"
    assert made.layout.yaxis2.range[1] < 5, "what diverges leaves room for the others"
    names = [path.name for path in lines(made)[0]]
    assert names[0] == "Adam, lr 0.1"
    assert names[1].endswith((f", diverged at step {stopped}", f"\uff0c第 {stopped} 步发散")[at])
    (minimum,) = [trace for trace in made.data if trace.text is not None]
    assert (minimum.x[0], minimum.y[0]) == (0.0, 0.0)
    assert minimum.text[0] == f"{KINDS['minimum'].pair()[at]}, {('loss', '损失')[at]} 0"
    assert "%{pointNumber}" in lines(made)[0][0].hovertemplate
    assert [button.label for button in made.layout.updatemenus[0].buttons] == [["Play", "Pause"], ["播放", "暂停"]][at]


def test_it_can_stand_still_and_be_empty() -> None:
    scenario = Scenario("ravine", runs=[Run("adam")], steps=20)
    still = json.loads(figure(scenario, animate=False).to_json())
    assert not still.get("frames") and "sliders" not in still["layout"]
    assert figure(Scenario("ravine")).frames == ()
    for wrong in ({"theme": "pink"}, {"lang": "tlh"}):
        with pytest.raises(ValueError, match="light or dark"):
            figure(scenario, **wrong)


def test_a_long_race_has_fewer_frames() -> None:
    """Its paths are not thinned: a zigzag of which every second point is left out is none."""
    runs: list[Any] = [Run("sgd", {"lr": 0.002 + 0.001 * k}) for k in range(12)]
    made = figure(Scenario("ravine", runs=runs, steps=2000))
    assert len(made.frames) == 12
    assert len(made.to_json()) < 2.5 * MOST
    assert all(len(path.x) == 2001 for path in made.frames[-1].data[:-HEADS])
