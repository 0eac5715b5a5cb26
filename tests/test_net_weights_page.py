"""Weights on the page: the pictures are the network's, in step with the play position."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from netlab import NetLab
from playwright.sync_api import expect

from visualizer.networks.recent import trained
from visualizer.networks.study import Study

pytestmark = pytest.mark.browser
LINK = {"net": "digits~train~100", "shape": "hidden~9", "steps": "120", "r1": "adam~lr~0.01", "lang": "en"}


def weights(study: Study, step: int) -> np.ndarray:
    """From the pixels to each unit of the first layer, ``(9, 64)``."""
    run = trained(study)[0]
    return run.theta[run.at.tolist().index(step)][: 64 * 9].reshape(64, 9).T


def shown(netlab: NetLab, unit: int, pixel: int) -> tuple[str, list[int]]:
    """What is said of a pixel below the pointer, and its color."""
    tile = netlab.page.locator(".dl-weights-tile").nth(unit)
    box = tile.bounding_box()
    assert box
    row, column = divmod(pixel, 8)
    netlab.page.mouse.move(box["x"] + (column + 0.5) * box["width"] / 8, box["y"] + (row + 0.5) * box["height"] / 8)
    color = tile.evaluate(
        "(canvas, [x, y]) => [...canvas.getContext('2d').getImageData(x, y, 1, 1).data]", [column, row]
    )
    return netlab.page.locator(".dl-weights .dl-map-read").inner_text(), color


def number(value: float) -> str:
    return f"{value:#.7g}".replace("-", "\u2212") if abs(value) >= 1e-4 else "small"


def test_pictures_are_the_weights_of_the_step(netlab: NetLab) -> None:
    """Of the start and of the end, to seven digits; warm colors above 0, cool ones below."""
    netlab.open(LINK | {"view": "weights"})
    study = netlab.study()
    for step in (0, 120):
        netlab.stand(step)
        known = weights(study, step)
        unit, pixel = np.unravel_index(abs(known).argmax(), known.shape)
        text, (red, _, blue, _) = shown(netlab, int(unit), int(pixel))
        assert text == f"Unit {unit}, row {pixel // 8 + 1}, column {pixel % 8 + 1}: {number(known[unit, pixel])}"
        assert (red > blue) == (known[unit, pixel] > 0)

    page = netlab.page
    page.locator(".dl-weights-grid").press("ArrowRight")
    expect(page.locator(".dl-weights-detail b")).to_have_text("Unit 1")
    points = study.points
    sums = points.x[100:1100] @ weights(study, 120)[1] + trained(study)[0].theta[-1][64 * 9 + 1]
    names = points.y[100:1100].argmax(axis=1)[np.argsort(-sums)[:12]]
    assert page.locator(".dl-weights-digits small").all_text_contents() == [str(name) for name in names]

    before = netlab.header()["rev"]
    slider = page.locator(".dl-weights-knob input[type=range]")
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_function("(rev) => window.descentLab.store.state.header.rev > rev", arg=before)
    netlab.settled()
    assert netlab.study().learners[0].learn["smooth"] > 0
    expect(page.locator(".dl-weights-foot")).to_contain_text("Step 120")


def test_other_data_offer_the_digits_and_every_mode_comes(netlab: NetLab) -> None:
    """From moons by the button; images and the sweep by the dial; a click in the sweep takes its penalty."""
    netlab.open(
        {"net": "moons", "shape": "hidden~9", "steps": "60", "r1": "adam~lr~0.01", "lang": "en", "view": "weights"}
    )
    page = netlab.page
    page.get_by_role("button", name="Show it with: Digits").click()
    page.wait_for_function("window.descentLab.store.state.header.scenario.dataset === 'digits'")
    netlab.settled()
    expect(page.locator(".dl-weights-tile")).to_have_count(9)
    expect(page.get_by_role("button", name="Show it with")).to_be_hidden()

    def choose(show: str) -> None:
        page.locator('[data-key="view:weights:show"]').select_option(show)
        page.wait_for_function("(show) => window.descentLab.store.state.header.view.values.show === show", arg=show)
        netlab.settled()

    choose("maximal")
    expect(page.locator(".dl-weights-tile")).to_have_count(19)
    expect(page.locator(".dl-weights-detail b")).to_have_text("Class 0")
    expect(page.locator(".dl-weights-detail")).to_contain_text("of 4 climbs")
    choose("smoothing")
    expect(page.locator(".dl-weights-verdict")).to_contain_text("accuracy")
    frame = page.locator(".dl-weights-frame")
    frame.focus()
    for _ in range(2):
        frame.press("ArrowRight")
    expect(page.locator(".dl-weights .dl-map-read")).to_contain_text("λ 1e-4")
    header = netlab.header()
    frame.press("Enter")
    page.wait_for_function("(rev) => window.descentLab.store.state.header.rev > rev", arg=header["rev"])
    after: dict[str, Any] = netlab.header()
    assert after["scenario"]["runs"][0]["learn"]["smooth"] == 1e-4
