"""The networks' lanes: scores as the engine has them, whose answers are shown, one dial for all, who has diverged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from netlab import NetLab
from playwright.sync_api import Locator, expect

from visualizer.networks.evaluate import evaluate
from visualizer.networks.study import Study
from visualizer.networks.train import train

pytestmark = pytest.mark.browser

THREE = {"net": "moons~mislabeled~0.2", "r1": "momentum~lr~0.03", "r2": "adam~lr~0.01", "r3": "sgd~lr~1000"}


def lane(lab: NetLab, run: int) -> Locator:
    return lab.page.locator(".dl-lane").nth(run)


def score(lab: NetLab, run: int, column: str) -> str:
    return lane(lab, run).locator(f".dl-col-{column} .dl-value").inner_text()


def truth(study: Study) -> list[tuple[np.ndarray, Any]]:
    """Of every network the steps of its snapshots, and its scores at them."""
    runs = train(study.network, study.points, [one.recipe for one in study.learners], study.steps)
    return [(run.at, evaluate(study.network, study.points, run.theta)) for run in runs]


def test_scores_are_those_of_the_engine(netlab: NetLab) -> None:
    netlab.open(THREE)
    known = truth(netlab.study())
    for step in (1000, 305):
        netlab.stand(step)
        netlab.page.wait_for_timeout(250)  # they follow ten times a second
        for run, (at, scores) in enumerate(known[:2]):
            k = np.flatnonzero(at <= step)[-1]
            loss, mistakes = scores.loss[k], scores.mistakes[k]
            assert float(score(netlab, run, "train")) == pytest.approx(loss[0], rel=6e-3)
            assert float(score(netlab, run, "test")) == pytest.approx(loss[1], rel=6e-3)
            gap = float(score(netlab, run, "gap").replace("\u2212", "-"))
            assert gap == pytest.approx(loss[1] - loss[0], rel=6e-3, abs=1e-5)
            for column, many, share in (("trainError", 200, mistakes[0]), ("testError", 800, mistakes[1])):
                assert float(score(netlab, run, column).removesuffix("%")) == pytest.approx(
                    100 * round(share * many) / many, abs=0.051
                )
    for run, (at, scores) in enumerate(known[:2]):  # of the whole training, wherever one stands
        assert float(score(netlab, run, "final").removesuffix("%")) == pytest.approx(
            100 * scores.mistakes[-1, 1], abs=0.06
        )
        lowest = scores.loss[:, 1].argmin()
        assert float(score(netlab, run, "lowest")) == pytest.approx(scores.loss[lowest, 1], rel=6e-3)
        assert lane(netlab, run).locator(".dl-col-lowest .dl-aside").inner_text() == f"({at[lowest]})"
    best = int(np.argmin([scores.mistakes[-1, 1] for _, scores in known[:2]]))
    marked = netlab.page.locator(".dl-col-final .dl-best")
    expect(marked).to_have_count(1)
    assert lane(netlab, best).locator(".dl-col-final .dl-best").count() == 1

    # The third has left the finite world, which it says from then on.
    expect(lane(netlab, 2).locator(".dl-badge")).to_contain_text("diverged at step")
    netlab.stand(0)
    expect(lane(netlab, 2).locator(".dl-badge")).to_be_hidden()
    assert score(netlab, 2, "final") == "\u2013"

    # All of it is on a screen.
    room = netlab.page.evaluate(
        "(() => { const e =document.querySelector('[data-testid=stMain]');return e.scrollHeight - e.clientHeight })()"
    )
    assert room <= 0


def test_a_lane_shows_its_answers(netlab: NetLab) -> None:
    netlab.open({"r1": "momentum~lr~0.03", "r2": "adam~lr~0.01"})
    expect(lane(netlab, 0)).to_contain_text("answers shown")
    netlab.edited(lane(netlab, 1).locator(".dl-col-gap").click)
    assert netlab.header()["scenario"]["looked"] == 1
    expect(lane(netlab, 1)).to_contain_text("answers shown")
    expect(lane(netlab, 0)).not_to_contain_text("answers shown")
    assert not netlab.header()["can"]["undo"]  # looking around is nothing to undo
    swatch = lane(netlab, 0).locator("[data-key='0:look']")
    swatch.focus()
    netlab.edited(lambda: netlab.page.keyboard.press("Enter"))
    assert netlab.header()["scenario"]["looked"] == 0
    expect(swatch).to_have_attribute("aria-pressed", "true")


def test_a_dial_is_turned_for_one_or_for_all(netlab: NetLab) -> None:
    netlab.open({"r1": "momentum~lr~0.03", "r2": "adam~lr~0.01"})
    page = netlab.page
    lane(netlab, 0).locator("[data-key='0:open']").click()
    choices = lane(netlab, 0).locator("[data-key='0:optimizer'] option")
    assert "newton" not in [choice.get_attribute("value") for choice in choices.all()]

    def turned(value: str) -> list[float]:
        field = page.locator("[data-key='0:learn:dropout:field']")
        field.fill(value)
        netlab.edited(lambda: field.press("Enter"))
        return [run["learn"]["dropout"] for run in netlab.header()["scenario"]["runs"]]

    assert turned("0.3") == [0.3, 0]
    expect(lane(netlab, 0).locator(".dl-lane-schedule")).to_have_text("Dropout 0.3")
    page.locator("[data-key='0:all']").click()
    assert turned("0.5") == [0.5, 0.5]
    netlab.edited(lambda: page.locator("[data-key=undo]").click())
    assert [run["learn"]["dropout"] for run in netlab.header()["scenario"]["runs"]] == [0.3, 0]
    page.locator("[data-key='0:all']").click()


def test_networks_come_and_go(netlab: NetLab) -> None:
    netlab.open({"r": "none"})
    page = netlab.page
    expect(page.locator(".dl-alone")).to_contain_text("No network learns yet")
    page.locator("[data-key=add]").click()
    page.keyboard.type("newton")
    expect(page.locator(".dl-option")).to_have_count(0)  # it takes more than a gradient
    page.keyboard.press("Control+A")
    page.keyboard.type("adamw")
    netlab.edited(lambda: page.keyboard.press("Enter"))
    assert [run["optimizer"] for run in netlab.header()["scenario"]["runs"]] == ["adamw"]
    expect(page.locator(".dl-alone")).to_have_count(0)
    lane(netlab, 0).locator("[data-key='0:menu']").click()
    netlab.edited(lambda: page.get_by_role("menuitem", name="Remove").click())
    netlab.edited(lambda: page.locator("[data-key=again]").click())
    assert netlab.study().learners == Study.suggested("moons").learners
