"""Dropout on the page: the masks of the step at the play position, worked numbers, edits by the view's own switches."""

from __future__ import annotations

import numpy as np
import pytest
from netlab import NetLab
from playwright.sync_api import expect

from visualizer.networks import train
from visualizer.networks.dropout import batch_of, masks

pytestmark = pytest.mark.browser
QUERY = {
    "r1": "adam~lr~0.01~~learn~batch~16~dropout~0.4",
    "shape": "hidden~12_10",
    "steps": "100",
    "view": "dropout",
    "lang": "en",
}


def number(text: str) -> float:
    return float(text.replace("\u2212", "-").rpartition(" ")[2])


def row(lab: NetLab, name: str) -> list[str]:
    """The two numbers in a line of the worked example."""
    line = lab.page.locator(".dl-drop-side > .dl-drop-table tbody tr", has_text=name).first
    return line.locator("td").all_inner_texts()


def test_the_masks_of_the_step_and_the_worked_sum(netlab: NetLab) -> None:
    """Of the step and the point that are chosen, against the engine and NumPy; with keys one goes to the next step."""
    netlab.open(QUERY)
    page, study = netlab.page, netlab.study()
    recipe, network, points = study.learners[0].recipe, study.network, study.points
    run = train(network, points, [recipe], 100)[0]
    netlab.stand(36)
    page.keyboard.press("ArrowRight")
    page.select_option("[data-key='dropout:row']", "2")
    page.select_option("[data-key='dropout:unit']", "4")
    strong = page.locator(".dl-drop-strong")
    expect(strong).to_contain_text("Step 37 \u2192 38")
    place = int(batch_of(points, recipe, 37)[2])
    expect(strong).to_contain_text(f"point {place}, class {int(points.y[place].argmax())}")
    kept = [layer[2] for layer in masks(network, recipe, 37, 3)]
    drawn = page.locator(".dl-drop-frame").get_attribute("data-kept")
    assert drawn == " ".join("".join(map(str, layer.astype(int))) for layer in kept)

    theta = run.theta[np.searchsorted(run.at, 37, side="right") - 1].astype(float)
    weight, bias = theta[:24].reshape(2, 12), theta[24:36]
    incoming, own = theta[36:156].reshape(12, 10)[:, 4], theta[156:166][4]
    h = np.maximum(points.x[place].astype(float) @ weight + bias, 0) * incoming
    for name, inverted, original in (
        ("this mask", own + (h * kept[0]).sum() / 0.6, own + (h * kept[0]).sum()),
        ("mean of all", own + h.sum(), own + 0.6 * h.sum()),
        ("testing", own + h.sum(), own + 0.6 * h.sum()),
        ("mistaken", own + 0.6 * h.sum(), own + h.sum()),
    ):
        assert [number(text) for text in row(netlab, name)] == pytest.approx([inverted, original], rel=2e-3, abs=2e-4)
    every = np.concatenate([masks(network, recipe, step, 8)[0] for step in range(100)])
    means = own + (every @ h) / 0.6
    said = row(netlab, "mean of 800")[0].split(" \u00b1 ")
    half = 1.96 * means.std() / np.sqrt(800)
    assert number(said[1]) == pytest.approx(half, rel=0.06)
    assert number(said[0]) == pytest.approx(means.mean(), abs=0.06 * half + 1e-9)


def test_switches_train_and_test_and_tabs_turn_pages(netlab: NetLab) -> None:
    """From off by the button; the other scale by its column; every page draws and can be taken away."""
    netlab.open({**QUERY, "r1": "adam~lr~0.01"})
    page = netlab.page
    page.get_by_role("button", name="Turn dropout on (p = 0.2)").click()
    page.wait_for_function("window.descentLab.store.state.header.scenario.runs[0].learn.dropout === 0.2")
    netlab.settled()
    page.locator("[data-key='dropout:show:0']").focus()
    for name in ("loss", "testing", "average", "spread"):
        page.keyboard.press("ArrowRight")
        page.wait_for_function(f"window.descentLab.store.state.header.view.values.show === '{name}'")
        netlab.settled()
        expect(page.locator(".dl-net-view [role=tab][aria-selected=true]").last).to_be_focused()
    expect(page.locator(".dl-drop-words")).to_contain_text("of 800 test points are wrong")
    assert netlab.study().view[1]["show"] == "spread"

    page.locator("[data-key='dropout:show:2']").click()
    page.wait_for_function("window.descentLab.store.state.header.view.values.show === 'testing'")
    netlab.settled()
    expect(page.locator("[data-way='inverted']")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-key='dropout:left']").click()
    expect(page.locator("[data-way='left_on']")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".dl-drop-words")).to_contain_text("a mask of its own")
    page.locator("[data-way='forgotten']").click()
    page.wait_for_function("window.descentLab.store.state.header.scenario.runs[0].learn.inverted === false")
    netlab.settled()
    expect(page.locator("[data-way='forgotten']")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".dl-drop-words")).to_contain_text("1.25 times what the next layer is used to")
    page.locator("[data-key='dropout:training']").click()
    expect(page.get_by_role("button", name="Turn dropout on (p = 0.2)")).to_be_visible()
    page.locator(".dl-languages button", has_text="\u4e2d\u6587").click()
    expect(page.get_by_role("button", name="\u5f00\u542f dropout")).to_be_visible()
