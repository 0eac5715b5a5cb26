"""The sidebar and the first line of the page of networks: data, layers, and the question for a first visitor."""

from __future__ import annotations

import pytest
from lab import STATE
from netlab import NetLab
from playwright.sync_api import expect

from visualizer.networks.architecture import Architecture

pytestmark = pytest.mark.browser


def answered(lab: NetLab, condition: str) -> None:
    """The study is so, and nothing is on its way; its numbers may still come."""
    lab.page.wait_for_function(
        f"!window.descentLab.store.busy && (({{ shape, data, dataset }}) => {condition})({STATE}.header.scenario)"
    )


def test_data_are_chosen_with_the_arrows_and_drawn_with_a_die(netlab: NetLab) -> None:
    netlab.open({"r": "none"})
    page = netlab.page
    page.locator("[data-key='dataset:moons']").focus()
    page.keyboard.press("ArrowRight")
    answered(netlab, "dataset === 'circles'")
    expect(page.locator("[data-key='dataset:circles']")).to_be_focused()
    expect(page.locator("[role=radio][aria-checked=true]")).to_have_count(1)
    page.locator("[data-key='data:draw:next']").click()
    page.locator("[data-key='data:draw:next']").click()
    answered(netlab, "data.draw === 2")
    inked = """() => [...document.querySelectorAll('.dl-tile canvas')].map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const seen = new Set();
      for (let i = 0; i < data.length; i += 4) seen.add(data.slice(i, i + 3).join());
      return seen.size;
    })"""
    assert min(page.evaluate(inked)) > 8  # something is drawn on every one

    page.locator("[data-key=about]").click()
    about = page.locator(".dl-about")
    expect(about).to_contain_text("Circles")
    expect(about).to_contain_text("arXiv:1201.0490")
    expect(about).to_contain_text("800, none changed")


def test_layers_come_go_and_grow(netlab: NetLab) -> None:
    netlab.open({"r": "none"})
    page = netlab.page
    page.locator("[data-key='layer:add']").click()
    answered(netlab, "shape.hidden.join() === '32,32,32'")
    slider = page.locator("[data-key='layer:2']")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    answered(netlab, "shape.hidden.join() === '32,32,24'")
    field = page.locator("[data-key='layer:0:field']")
    field.fill("7")
    field.press("Enter")
    answered(netlab, "shape.hidden.join() === '7,32,24'")
    expect(page.locator(".dl-dials")).to_contain_text(
        f"{Architecture(2, (7, 32, 24), 2).size:_} parameters".replace("_", "\u202f")
    )
    for _ in range(3):
        page.locator("[data-key='layer:0:remove']").click()
    answered(netlab, "shape.hidden === null")
    expect(page.locator(".dl-layers")).to_contain_text("a linear model")
    expect(page.locator("[data-key='layer:add']")).to_be_focused()  # what had the focus is gone
    for _ in range(6):
        page.locator("[data-key='layer:add']").click()
    answered(netlab, "shape.hidden?.length === 6")
    expect(page.locator("[data-key='layer:add']")).to_be_disabled()


def test_a_first_visitor_predicts_and_sees(netlab: NetLab) -> None:
    page = netlab.page
    page.goto(netlab.server)
    page.wait_for_function("performance.getEntriesByName('dl:painted-2d').length > 0", timeout=60_000)
    page.locator("[data-key=net]").click()
    page.wait_for_function(f"{STATE}?.header.page === 'networks'")
    netlab.settled()
    netlab.stand(1000)
    errors = page.locator(".dl-col-trainError .dl-value")
    expect(errors).to_have_text(["0.0%", "0.0%"])  # as the question says
    page.locator("[data-key='hint:act']").click()
    answered(netlab, "data.mislabeled === 0.2")
    netlab.settled()
    answer = page.locator(".dl-notices")
    expect(answer).to_contain_text("Adam does", timeout=60_000)  # when it has been played
    momentum, adam = (
        float(text.removesuffix("%")) for text in page.locator(".dl-col-final .dl-value").all_inner_texts()
    )
    assert adam > momentum + 3
    page.locator("[data-key=undo]").click()
    answered(netlab, "data.mislabeled === 0")
    expect(answer).not_to_contain_text("Adam does")
