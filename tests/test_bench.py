"""The workbench on the page: taken apart, named, raced against its name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from lab import Lab
from playwright.sync_api import expect

from optimizers import RULES
from visualizer import Run, Scenario
from visualizer.edits import Session, apply
from visualizer.race import race
from visualizer.scenario import MOST_RUNS
from visualizer.workbench import APART


def after(*edits: dict[str, Any], runs: tuple[Run, ...]) -> Session:
    scenario = Scenario("beale", runs=runs, steps=60)
    session = Session(scenario, scenario)
    for k, edit in enumerate(edits):
        session = apply(session, edit, 100.0 * k)
    return session


@pytest.mark.parametrize("slug", sorted(APART))
def test_what_is_taken_apart_goes_the_same_way_and_is_called_the_same(slug: str) -> None:
    original = Run(slug, {"lr": 1e-3})
    session = after({"op": "apart", "run": 0}, runs=(original,))
    assert not session.problems
    one, other = session.scenario.runs
    assert (other.optimizer, other.twin) == ("built", one.color)
    paths = [trajectory.theta for trajectory in race(session.scenario)]
    np.testing.assert_allclose(paths[1], paths[0], rtol=1e-12, atol=1e-12)
    named = after({"op": "apart", "run": 0}, {"op": "rival", "run": 1}, runs=(original,)).scenario.runs[2]
    np.testing.assert_allclose(race(session.scenario)[0].theta, paths[0])
    assert race(Scenario("beale", runs=(named,), steps=60))[0].theta == pytest.approx(paths[0], rel=1e-12, abs=1e-12)


def test_what_has_no_slots_says_so() -> None:
    refused = after({"op": "apart", "run": 0}, runs=(Run("muon"),))
    assert len(refused.scenario.runs) == 1
    assert str(RULES["muon"].title) in refused.problems[0]
    assert after({"op": "rival", "run": 0}, runs=(Run("adam"),)).problems
    full = after({"op": "apart", "run": 0}, runs=(Run("adam"),) * MOST_RUNS)
    assert len(full.scenario.runs) == MOST_RUNS
    assert full.problems


@pytest.mark.browser
def test_a_run_is_taken_apart_rebuilt_and_named(lab: Lab) -> None:
    lab.open({"v": "1", "f": "beale", "r1": "adam~lr~0.05", "steps": "300", "lang": "en"})
    lab.page.get_by_role("button", name="Actions for Adam").click()
    header = lab.edited(lambda: lab.page.get_by_role("menuitem", name="Take it apart").click())
    assert header["runs"][1]["twin"]["parts"] is None
    lab.page.locator("[data-key='1:open']").click()
    bench = lab.page.locator(".dl-bench")
    expect(bench).to_contain_text("This is Adam.")
    expect(bench.get_by_role("group", name="nu nu", exact=False).first).to_be_hidden()
    lab.edited(lambda: lab.page.locator("[data-key='1:hyper:psi']").select_option("belief"))
    expect(bench).to_contain_text("This is AdaBelief.")
    header = lab.edited(lambda: lab.page.locator("[data-key='1:hyper:clip']").select_option("norm"))
    expect(bench).to_contain_text("This is AdaBelief, but for the clipping.")
    g = race(Scenario("beale", runs=(Run("built", header["scenario"]["runs"][1]["hyper"]),), steps=300))[0].info.g
    many = int((np.hypot(*g.T) > 1.0).sum())
    assert 0 < many < 300
    expect(bench).to_contain_text(f"The gradient was clipped in {many} of 300 steps.")
    header = lab.edited(lambda: bench.get_by_role("button", name="Race it against its name").click())
    assert header["scenario"]["runs"][2]["optimizer"] == "adabelief"
