"""In real Chromium: the bands that stand in for the contours of another surface until Plotly has drawn them."""

from __future__ import annotations

import numpy as np
import pytest
from lab import Lab
from playwright.sync_api import expect

from visualizer import Scenario

pytestmark = pytest.mark.browser

SKETCHED = ".dl-contour .dl-sketched"
PLOT = """(() => {
  const { xaxis, yaxis } = document.querySelector(".dl-contour .js-plotly-plot")._fullLayout;
  return [xaxis._offset, yaxis._offset, xaxis._length, yaxis._length];
})()"""
HELD = """
  window.rested = [];
  const usual = window.setTimeout;
  window.setTimeout = (fn, ms, ...more) => (ms === 300 ? window.rested.push(fn) : usual(fn, ms, ...more));
"""


def sketched(lab: Lab, scenario: Scenario, wheel: int, edit: str) -> None:
    """A page whose bands stay until `rested` is called, after an edit of the surface."""
    lab.page.add_init_script(HELD)
    lab.open(scenario.to_query())
    lab.settled()
    if wheel:
        lab.page.mouse.move(*lab.at(0.5, 0.5))
        lab.page.mouse.wheel(0, wheel)
    lab.page.mouse.move(5, 5)
    lab.stand(scenario.steps or 0)
    lab.page.wait_for_timeout(500)
    lab.page.evaluate(f"window.descentLab.store.edit({edit})")
    expect(lab.page.locator(SKETCHED)).to_have_count(1)
    lab.page.wait_for_timeout(300)


def finish(lab: Lab) -> None:
    lab.page.evaluate("window.rested.forEach((fn) => fn())")
    expect(lab.page.locator(SKETCHED)).to_have_count(0)
    lab.page.wait_for_timeout(300)


@pytest.mark.parametrize(
    ("scenario", "wheel", "edit"),
    [
        (Scenario.suggested("himmelblau"), 0, "'stretch', {value: 3}"),
        (Scenario.suggested("himmelblau"), -400, "'stretch', {value: 3}"),
        (Scenario.suggested("rosenbrock"), 0, "'shift', {name: 'shift_x', value: 1.2}"),
        (Scenario("formula", {"formula": "log(x) + a*y^2"}), 0, "'param', {name: 'a', value: 2}"),
    ],
    ids=["plain", "zoomed", "moved", "with a hole"],
)
def test_nothing_jumps_when_the_contours_replace_the_bands(lab: Lab, scenario: Scenario, wheel: int, edit: str) -> None:
    sketched(lab, scenario, wheel, edit)
    bands = lab.pixels(".dl-contour")
    finish(lab)
    contours = lab.pixels(".dl-contour")
    left, top, width, height = lab.page.evaluate(PLOT)
    inside = np.s_[int(top) + 2 : int(top + height) - 2, int(left) + 2 : int(left + width) - 2]
    bands, contours = bands[inside], contours[inside]
    assert (np.abs(bands - contours).max(axis=2) > 24).mean() < 0.01
    assert np.abs(bands - contours).mean() < 2


def test_numbers_of_the_surface_before_are_hidden_and_those_that_hold_are_not(lab: Lab) -> None:
    sketched(lab, Scenario.suggested("himmelblau"), 0, "'stretch', {value: 3}")
    of_axis, of_bar = (lab.page.locator(f".dl-contour .{name} text").first for name in ("xtick", "cbaxis"))
    expect(of_axis).to_be_visible()
    expect(of_bar).to_be_hidden()
    lab.page.evaluate("window.descentLab.store.edit('shift', {name: 'shift_x', value: 1})")
    expect(of_axis).to_be_hidden()
    finish(lab)
    expect(of_axis).to_be_visible()
    expect(of_bar).to_be_visible()


def test_a_press_on_the_bands_takes_hold_of_contours(lab: Lab) -> None:
    """Plotly would move its picture of the surface before."""
    sketched(lab, Scenario.suggested("himmelblau"), 0, "'shift', {name: 'shift_x', value: 1}")
    lab.page.mouse.move(*lab.at(-2.0, -4.0))
    lab.page.mouse.down()
    expect(lab.page.locator(SKETCHED)).to_have_count(0)
    lab.page.mouse.up()
    assert lab.page.evaluate("document.querySelector('.dl-contour .js-plotly-plot')._fullLayout.xaxis.range") == [-5, 7]


def test_undo_on_the_bands_shows_the_contours_that_are_still_there(lab: Lab) -> None:
    sketched(lab, Scenario.suggested("himmelblau"), 0, "'stretch', {value: 3}")
    lab.page.evaluate("window.descentLab.store.edit('undo')")
    expect(lab.page.locator(SKETCHED)).to_have_count(0)
    expect(lab.page.locator(".dl-contour .cbaxis text").first).to_be_visible()
