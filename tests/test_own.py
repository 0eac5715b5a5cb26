"""Surfaces that their user makes: what they suggest, how they are edited, and that their links mean the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest

from landscapes import CATALOGUE
from landscapes._expression import FormulaError
from landscapes.painted import MOST_HILLS
from visualizer import own, race, scene
from visualizer.edits import Session, apply
from visualizer.scenario import Run, Scenario
from visualizer.simulate.surface import losses
from visualizer.spec import HyperError, complete


def session(landscape: str = "beale", **changed: Any) -> Session:
    scenario = replace(Scenario.suggested(landscape), **changed)
    return Session(scenario, scenario)


def typed(text: Any, before: Session | None = None) -> Session:
    return apply(before or session(), {"op": "formula", "value": text}, 0.0)


# ---- what a formula suggests -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "inside"),
    [
        ("x^2 + y^2", [(0, 0)]),
        ("(x - 100)^2 + (y + 30)^2", [(100, -30)]),
        ("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", [(3, 2), (-2.805, 3.131), (-3.779, -3.283), (3.584, -1.848)]),
        ("x^4 - x^2 + y^2", [(0.7071, 0), (-0.7071, 0)]),
        ("(x - 9)^2 + (y - 12)^2 + sin(x)", [(9.3, 12)]),
        ("abs(x - 1) + abs(y)", [(1, 0)]),
        ("log(x)^2 + y^2", [(1, 0)]),
    ],
)
def test_the_window_holds_the_minima(formula: str, inside: list[tuple[float, float]]) -> None:
    """With some room around them, and not lost in it."""
    scenario = typed(formula).scenario
    x0, x1, y0, y1 = scenario.domain
    for x, y in inside:
        assert x0 < x < x1
        assert y0 < y < y1
    span = max(np.ptp(np.array(inside), axis=0).max(), 1.0)
    assert x1 - x0 == pytest.approx(y1 - y0)
    assert x1 - x0 <= 6 * span


@pytest.mark.parametrize(
    "formula", ["x^2 + y^2", "(1 - x)^2 + 100*(y - x^2)^2", "1000*x^2 + y^2", "0.001*(x^2 + 3*y^2)"]
)
def test_suggested_rates_go_down_and_not_through_the_roof(formula: str) -> None:
    scenario = typed(formula).scenario
    for trajectory in race.race(scenario):
        assert trajectory.stopped is None
        assert trajectory.loss[-1] < 0.5 * trajectory.loss[0]


def test_a_formula_with_poles_is_drawn_without_them() -> None:
    drawn = scene.surface(typed("1/x + y^2").scenario)
    assert np.isnan(drawn.heights).mean() < 0.01, "the pole itself"
    assert np.nanmax(drawn.heights) - np.nanmin(drawn.heights) < 1e4, "a pole would leave no colour for the rest"
    holes = scene.surface(typed("log(x)^2 + y^2").scenario)
    assert 0.3 < np.isnan(holes.heights).mean() < 0.7


def test_a_logarithmic_scale_is_for_a_floor_that_would_vanish() -> None:
    assert typed("(1 - x)^2 + 100*(y - x^2)^2").scenario.log
    assert not typed("x^2 + y^2").scenario.log
    assert not typed("x*y").scenario.log


# ---- typing ----------------------------------------------------------------------------------------------------------


def test_a_wrong_formula_changes_nothing_and_says_where() -> None:
    before = typed("x^2 + y^2")
    after = typed("x^2 + foo(y)", before)
    assert after.scenario == before.scenario
    assert after.undo == before.undo
    assert after.typed and after.typed.wrong
    assert after.typed.text == "x^2 + foo(y)"
    assert (after.typed.wrong.at, after.typed.wrong.length) == (6, 3)
    assert after.problems == ()
    right = typed("x^2 + sin(y)", after)
    assert right.typed
    assert right.typed.wrong is None


@pytest.mark.parametrize("text", ["0/0", "log(-1) + x", None, 7, ["x"], "x" * 10_000])
def test_what_is_no_surface_is_refused(text: Any) -> None:
    after = typed(text)
    assert after.scenario == session().scenario
    assert after.typed
    assert isinstance(after.typed.wrong, FormulaError)


def test_typing_on_is_undone_at_once_and_leads_back_to_the_surface_before() -> None:
    after = session()
    for k, text in enumerate(("x^2", "x^2 + y", "x^2 + y^2")):
        after = apply(after, {"op": "formula", "value": text}, 0.1 * k)
    assert after.scenario.params["formula"] == "x^2 + y^2"
    assert apply(after, {"op": "undo"}, 1.0).scenario == session().scenario


def test_a_chosen_race_stays_and_a_suggested_one_is_made_anew() -> None:
    chosen = (Run("lion", {"lr": 0.3}), Run("adam", {"lr": 0.123}))
    kept = typed("x^2 + y^2", session(runs=chosen)).scenario
    assert [(run.optimizer, run.hyper["lr"]) for run in kept.runs] == [("lion", 0.3), ("adam", 0.123)]
    first = typed("x^2 + y^2").scenario
    second = typed("1000*x^2 + y^2", typed("x^2 + y^2")).scenario
    assert [run.optimizer for run in first.runs] == [slug for slug, _ in CATALOGUE["formula"].race]
    assert second.runs[0].hyper["lr"] < 0.1 * first.runs[0].hyper["lr"]


def test_letters_keep_their_values_and_move_the_points() -> None:
    before = typed("(x - a)^2 + y^2")
    moved = apply(before, {"op": "param", "name": "a", "value": 1.5}, 9.0).scenario
    assert [point.x for point in scene.points(moved)] == [pytest.approx((1.5, 0.0))]
    again = typed("(x + a)^2 + y^2", apply(before, {"op": "param", "name": "a", "value": 1.5}, 9.0)).scenario
    assert again.params["a"] == 1.5


def test_a_smaller_window_keeps_the_start_in_the_picture() -> None:
    before = typed("x^2 + y^2")
    after = apply(before, {"op": "param", "name": "window", "value": [0, 0.1, 0, 0.1]}, 9.0).scenario
    assert after.domain == (0.0, 0.1, 0.0, 0.1)
    assert max(abs(value) for value in after.start or ()) <= 0.2


def test_fit_frames_a_formula_anew_and_changes_nothing_else() -> None:
    before = typed("(x - a)^2 + y^2", session(runs=(Run("lion", {"lr": 0.3}),)))
    away = apply(before, {"op": "param", "name": "a", "value": 5.0}, 9.0)
    x0, x1, _, _ = apply(away, {"op": "fit"}, 19.0).scenario.domain
    assert x0 < 5 < x1 < 10
    assert apply(away, {"op": "fit"}, 19.0).scenario.runs == away.scenario.runs


# ---- painting --------------------------------------------------------------------------------------------------------


def hill(before: Session, **edit: Any) -> Session:
    return apply(before, {"op": "hill", **edit}, 0.0)


def test_hills_are_placed_moved_and_taken_away() -> None:
    start = session("painted")
    count = len(start.scenario.params["hills"])
    one = hill(start, at=None, value=[1.0, 2.0, -0.5, 0.4])
    assert one.scenario.params["hills"][-1] == (1.0, 2.0, -0.5, 0.4)
    moved = hill(one, at=count, value=[1.5, 2.5, 9.0, 0.0])
    assert moved.scenario.params["hills"][-1] == (1.5, 2.5, 5.0, 0.05), "within their limits"
    gone = hill(moved, at=count, value=None)
    assert gone.scenario.params == start.scenario.params
    refused = hill(gone, at=count, value=[0, 0, 1, 1])
    assert refused.problems
    assert refused.scenario == gone.scenario


def test_only_a_painted_surface_has_hills() -> None:
    before = session("beale")
    refused = hill(before, at=None, value=[0, 0, 1, 1])
    assert refused.scenario == before.scenario
    assert refused.problems


def test_there_is_room_for_so_many_hills_and_one_stays() -> None:
    full = session("painted")
    for _ in range(MOST_HILLS + 2):
        full = hill(full, at=None, value=[0, 0, 1, 1])
    assert len(full.scenario.params["hills"]) == MOST_HILLS
    assert full.problems
    for _ in range(MOST_HILLS + 2):
        full = hill(full, at=0, value=None)
    assert len(full.scenario.params["hills"]) == 1


def test_a_hill_is_placed_where_the_page_shows_it() -> None:
    """On a surface that is turned, stretched and moved: its top is where the click was."""
    placed = {"rotate": 30.0, "stretch": 4.0, "shift": (1.0, -0.5)}
    before = session("painted", params={"hills": [(9.0, 9.0, 1.0, 0.1)], "bowl": 0.0}, **placed)
    after = hill(before, at=None, value=[0.7, 0.4, 2.0, 0.5]).scenario
    seen = scene.inspect(after, (0.7, 0.4))
    assert seen.loss == pytest.approx(2.0)
    assert seen.gradient == pytest.approx((0.0, 0.0), abs=1e-8)


def test_painted_hills_are_the_sum_of_gaussians() -> None:
    params = complete(CATALOGUE["painted"].params, {}, "painted")
    x, y = np.meshgrid(np.linspace(-4, 4, 161), np.linspace(-4, 4, 161))
    expected = 0.025 * (x * x + y * y)
    for a, b, height, width in params["hills"]:
        expected += height * np.exp(-((x - a) ** 2 + (y - b) ** 2) / (2 * width**2))
    from visualizer.plane import Placement

    np.testing.assert_allclose(losses("painted", params, Placement(), (-4, 4, -4, 4)), expected, atol=1e-12)


@pytest.mark.parametrize("value", [None, "x", [1], [1, 2, 3], [1, 2, 3, "x"], [float("nan"), 0, 1, 1], {}, 7])
def test_nonsense_paints_nothing(value: Any) -> None:
    start = session("painted")
    after = hill(start, at=None, value=value)
    if value is None:
        assert len(after.scenario.params["hills"]) == len(start.scenario.params["hills"]) - 1
    else:
        assert after.scenario == start.scenario


# ---- links -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "made",
    [
        typed("x^2*(1 + y) - 3e-5/(1 + x^2) + |y - a| + sin(x)*cos(y)").scenario,
        replace(typed("exp(-x^2 - y^2)").scenario, rotate=20.0, stretch=3.0, shift=(0.5, 0.25), smooth=0.1),
        hill(session("painted"), at=None, value=[1.25, -2.5, -0.75, 0.375]).scenario,
    ],
)
def test_the_link_is_the_surface(made: Scenario) -> None:
    query = dict(parse_qsl(urlencode(made.to_query())))
    assert Scenario.from_query(query) == (made, [])


@pytest.mark.parametrize("text", ["x^", "__import__('os')", "", "x" * 1990, "0/0", "\x00"])
def test_a_link_with_a_wrong_formula_is_said_and_drawn(text: str) -> None:
    scenario, problems = Scenario.from_query({"v": "1", "f": f"formula~formula~{text}"})
    assert scenario.landscape == "formula"
    if text != "0/0":
        assert problems
        assert scenario.params["formula"] == CATALOGUE["formula"].params[0].parse(
            CATALOGUE["formula"].params[0].default
        )
    assert race.race(scenario)
    assert scene.surface(scenario).heights.shape == (161, 161)


def test_a_formula_is_checked_wherever_it_comes_from() -> None:
    with pytest.raises(HyperError):
        Scenario("formula", {"formula": "import os"})
    with pytest.raises(own.UndefinedError):
        own.suggested("formula", complete(CATALOGUE["formula"].params, {"formula": "0/0"}, "formula"))
