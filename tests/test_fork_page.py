"""A fork on the page: made at the play position, moved, with its state and without."""

from __future__ import annotations

import numpy as np
import pytest
from lab import STATE, Lab, truth
from playwright.sync_api import expect

from visualizer import Scenario

pytestmark = pytest.mark.browser


def test_a_run_is_forked_where_it_stands_and_goes_its_own_way_from_there(lab: Lab) -> None:
    lab.open({"v": "1", "f": "beale", "r1": "momentum~lr~0.002", "steps": "120", "lang": "en"})
    lab.stand(40)
    lab.page.get_by_role("button", name="Actions for Momentum").click()
    header = lab.edited(lambda: lab.page.get_by_role("menuitem", name="Fork at step 40").click())
    takes = [["the whole state", "全部状态"]]
    assert header["runs"][1]["fork"] == {"of": 0, "at": 40, "tick": 40, "carried": True, "takes": takes}
    path = lab.path().reshape(2, -1, 2)
    np.testing.assert_array_equal(path[1], path[0])
    line = lab.page.locator(".dl-lane-forked").nth(1)
    expect(line).to_contain_text("continues Momentum 1 from step")
    expect(line).to_contain_text("with the whole state")

    lab.page.locator("[data-key='1:open']").click()
    lab.edited(lambda: lab.page.locator("[data-key='1:optimizer']").select_option("adam"))
    expect(line).to_contain_text("with the average of the gradients")
    path = lab.path().reshape(2, -1, 2)
    np.testing.assert_array_equal(path[1, :41], path[0, :41])
    assert np.abs(path[1, 45] - path[0, 45]).max() > 1e-3

    field = line.get_by_role("textbox", name="Step of the fork")
    field.fill("10")
    lab.edited(lambda: field.press("Enter"))
    lab.edited(lambda: line.get_by_role("switch", name="Carry the state over").click())
    expect(line).to_contain_text("with a fresh state")
    query = {key: value for key, value in _query(lab).items() if key != "lang"}
    scenario, problems = Scenario.from_query(query)
    assert not problems
    fork = scenario.runs[1].fork
    assert fork
    assert (fork.of, fork.at, fork.carried) == (0, 10, False)
    np.testing.assert_allclose(lab.path(), truth(scenario), rtol=1e-6, atol=1e-6)


def _query(lab: Lab) -> dict[str, str]:
    return lab.page.evaluate(f"Object.fromEntries(new URLSearchParams({STATE}.header.query))")


def test_a_run_is_forked_at_an_evaluation_of_a_race_by_evaluations(lab: Lab) -> None:
    """The clock counts gradients, of which SAM takes two a step: the fork's own step is half of what the clock says."""
    lab.open({"v": "1", "f": "beale", "r1": "sgd~lr~0.002~~sam", "budget": "evaluations", "steps": "120", "lang": "en"})
    lab.stand(41)
    lab.page.locator("[data-key='0:menu']").click()
    header = lab.edited(lambda: lab.page.get_by_role("menuitem", name="Fork at evaluation 41").click())
    fork = header["runs"][1]["fork"]
    assert (fork["at"], fork["tick"]) == (20, 40)
    field = lab.page.locator(".dl-lane-forked").nth(1).get_by_role("textbox", name="Step of the fork")
    expect(field).to_have_value("20")
    mark = lab.page.locator(".dl-mark")
    expect(mark).to_have_count(1)
    mark.click()
    assert lab.clock()["t"] == 40
