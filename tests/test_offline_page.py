"""The file that plays from disk, opened in Chromium without a network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lab import STATE, Lab
from playwright.sync_api import Browser, expect

from visualizer import Run, Scenario
from visualizer.__main__ import main
from visualizer.export.data import link
from visualizer.race import race

pytestmark = pytest.mark.browser
TWINS = Scenario(
    "rosenbrock",
    {},
    [Run("sgd", {"lr": 0.01}), Run("adam", {"lr": 0.1}), Run("adam", {"lr": 0.1, "beta1": 0.5}, twin=1)],
    steps=120,
    rotate=30.0,
)
TIMED = Scenario.suggested("rare_gradient")
CARDS = {"en": "Loss", "zh": "损失"}


class Opened(Lab):
    """A file in place of the page; whatever it asked for is in ``asked``."""

    def __init__(self, browser: Browser, **options: Any) -> None:
        self.context = browser.new_context(viewport={"width": 1440, "height": 780}, **options)
        self.context.set_offline(True)
        self.asked: list[str] = []
        page = self.context.new_page()
        page.on("request", lambda request: self.asked.append(request.url))
        super().__init__(page, "")

    def load(self, path: Path) -> Opened:
        self.page.goto(path.as_uri())
        for mark in ("dl:painted-2d", "dl:painted-3d"):
            self.page.wait_for_function(f"performance.getEntriesByName('{mark}').length > 0", timeout=90_000)
        return self


@pytest.fixture
def opened(space_browser: Browser) -> Iterator[Opened]:
    found = Opened(space_browser)
    yield found
    found.context.close()
    assert found.errors == []
    elsewhere = [url for url in found.asked if not url.startswith(("file:", "blob:", "data:"))]
    assert elsewhere == []


def written(scenario: Scenario, lang: str, folder: Path) -> Path:
    target = folder / "race.html"
    assert main(["render", link(scenario), "-o", str(target), "--lang", lang]) == 0
    return target


@pytest.mark.parametrize(("lang", "scenario"), [("en", TWINS), ("zh", TIMED)], ids=["en", "zh"])
def test_it_plays_to_the_end_without_a_network(opened: Opened, lang: str, scenario: Scenario, tmp_path: Path) -> None:
    """From the start, by itself; and what it shows is the race, which the engine tells once more here."""
    opened.load(written(scenario, lang, tmp_path))
    assert opened.page.evaluate("document.documentElement.lang") == lang
    expect(opened.page.locator("h1")).to_have_text(scenario.surface.title.pair()[lang == "zh"])
    expect(opened.page.locator("footer code")).to_have_text(link(scenario))
    expect(opened.page.locator(".dl-tabs button:visible")).to_have_text([CARDS[lang]])
    opened.page.evaluate("window.descentLab.store.setClock({speed: 4})")
    opened.page.wait_for_function("window.descentLab.store.clock.t === window.descentLab.store.clock.last")
    assert opened.clock()["last"] == scenario.steps
    final = json.loads(opened.page.locator("#dl-final").text_content() or "")
    paths = opened.path()
    rows = np.cumsum([one["valid"] for one in opened.header()["runs"]]) - 1
    for told, row, run in zip(final["runs"], rows, race(scenario), strict=True):
        theta = run.theta[run.n_valid - 1]
        assert (told["x"], told["y"]) == pytest.approx(tuple(theta), abs=1e-9, rel=1e-12)
        seen = (theta[0], run.n_valid - 1) if scenario.surface.timed else theta
        assert paths[row] == pytest.approx(np.asarray(seen, np.float32), rel=1e-6, abs=1e-7)


def test_it_shows_all_views(opened: Opened, tmp_path: Path) -> None:
    """Empty, a view would be of one color; at the start, the paths would not be there."""
    opened.load(written(TWINS, "en", tmp_path))
    opened.stand(0)
    at_start = opened.colored(".dl-contour", 1)
    opened.stand(120)
    assert opened.colored(".dl-contour", 1) > at_start + 50
    assert opened.colored(".dl-curve-plot", 1) > 100
    assert len(np.unique(opened.pixels(".dl-surface").reshape(-1, 3), axis=0)) > 100
    lanes = opened.page.locator(".dl-lane")
    expect(lanes).to_have_count(3)
    expect(opened.page.locator(".dl-mark")).to_have_count(1)
    score = f"{race(TWINS)[1].loss[-1]:.2g}".rstrip("0")[:3]
    expect(lanes.nth(1).locator(".dl-col-final .dl-value")).to_contain_text(score)


def test_what_needs_python_is_out_of_reach(opened: Opened, tmp_path: Path) -> None:
    """A click on the contour, an arrow on the start, a dial: each would be an edit that nobody answers."""
    opened.load(written(TWINS, "en", tmp_path))
    page, before = opened.page, opened.header()
    opened.stand(0)
    for hidden in (
        ".dl-tools",
        ".dl-lanes-foot",
        ".dl-lane-menu .dl-button",
        ".dl-check",
        ".dl-lane-dial [type=range]",
    ):
        expect(page.locator(f"{hidden}:visible")).to_have_count(0)
    assert page.locator(".dl-lanes :is(button, input, select):enabled").count() == 0
    assert page.locator(".dl-contour button:enabled").count() == 0
    page.mouse.click(*opened.at(0.5, 2.0))
    page.wait_for_timeout(400)  # as long as a click waits to be no double click, and longer
    for key in ("m", "b", "l", "Control+z"):
        page.keyboard.press(key)
    assert opened.header() == before
    assert not page.evaluate("window.descentLab.store.busy")
    page.keyboard.press("ArrowRight")
    assert opened.clock()["t"] == 1, "the player itself is for the keyboard too"


def test_it_follows_the_browser_into_the_dark(space_browser: Browser, tmp_path: Path) -> None:
    """Colors that are read once would stay those of the light page."""
    opened = Opened(space_browser, color_scheme="light").load(written(TWINS, "en", tmp_path))
    opened.stand(120)
    assert opened.pixels("footer").max() == 255
    opened.page.emulate_media(color_scheme="dark")
    opened.page.wait_for_function(f"getComputedStyle(document.body).backgroundColor === 'rgb(18, 22, 28)' && {STATE}")
    opened.page.wait_for_timeout(500)
    assert np.median(opened.pixels(".dl-curve-plot")) < 60
    assert np.median(opened.pixels(".dl-contour")) < 110
    assert opened.errors == []
    opened.context.close()


def test_without_its_cdn_it_says_why(browser: Browser, tmp_path: Path) -> None:
    """Nothing but the one address is asked for; the page is not silently empty."""
    target = tmp_path / "race.html"
    assert main(["render", link(TWINS), "-o", str(target), "--cdn"]) == 0
    opened = Opened(browser)
    opened.page.goto(target.as_uri())
    expect(opened.page.locator("#dl-failed")).to_contain_text("plotly.js")
    outside = [url for url in opened.asked if not url.startswith(("file:", "blob:", "data:"))]
    assert len(outside) == 1 and outside[0].startswith("https://cdn.plot.ly/plotly-")
    opened.context.close()
