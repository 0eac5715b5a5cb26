"""The page on a projector, in strong contrast, and in a frame on somebody's page."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Literal

import numpy as np
import pytest
from lab import STATE, Lab
from PIL import Image
from playwright.sync_api import expect

from visualizer.lessons.shelf import shelf

pytestmark = pytest.mark.browser
RACE = "v=1&f=himmelblau&steps=60&r1=sgd&r2=adam&lang=en"


def come(lab: Lab, rest: str, size: tuple[int, int] = (1920, 1080)) -> None:
    lab.page.set_viewport_size({"width": size[0], "height": size[1]})
    lab.page.goto(f"{lab.server}/?{rest}")
    lab.page.wait_for_function("performance.getEntriesByName('dl:painted-2d').length > 0", timeout=60_000)


def size_of(lab: Lab, selector: str) -> float:
    return float(lab.page.locator(selector).first.evaluate("(node) => parseFloat(getComputedStyle(node).fontSize)"))


def test_only_the_player_is_presented_in_letters_for_the_last_row(lab: Lab) -> None:
    """At a quarter of its size a letter of 22 px is 5.5 px high: the least that is read. Nothing plays by itself."""
    come(lab, f"{RACE}&present=true")
    page = lab.page
    for gone in (".dl-header", ".dl-curve", ".dl-lane-dial", "[data-testid=stSidebar]", "[data-testid=stHeader]"):
        assert not page.locator(gone).first.is_visible(), gone
    for words in (".dl-lane-title", ".dl-contour .xtick text", ".dl-contour .cbaxis text", ".dl-count"):
        page.wait_for_selector(words)
        assert size_of(lab, words) >= 22, words
    titles = page.locator(".dl-lane-title")
    assert titles.evaluate_all("(all) => all.every((one) => one.scrollWidth <= one.clientWidth + 1)")
    views = page.locator(".dl-views").bounding_box()
    assert views and views["height"] > 0.75 * 1080
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert not lab.clock()["playing"] and not lab.clock()["loop"]


TEXTS = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const of = node.parentElement, range = document.createRange();
    range.selectNodeContents(node);
    const { x, y, width, height } = range.getBoundingClientRect();
    let seen = of.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    for (let box = of; box; box = box.parentElement) { // what is cut to a point is for who listens
      const { clipPath, overflowX } = getComputedStyle(box);
      if (clipPath !== "none" && overflowX === "hidden" && box.offsetWidth < 2) seen = false;
    }
    if (!node.data.trim() || !seen || of.closest(".dl-locked .dl-transport")) continue; // which is out of use
    if (width < 2 || x < 0 || y < 0 || x + width > innerWidth || y + height > innerHeight) continue;
    found.push([node.data.trim(), parseFloat(getComputedStyle(of).fontSize), x, y, width, height]);
  }
  return found;
}"""


def luminance(rgb: np.ndarray) -> np.ndarray:
    """WCAG 2.2's relative luminance of colors (..., 3) in 0..255."""
    share = rgb / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("rest", [f"{RACE}&present=true", "lang=zh&present=true#lessons/momentum"])
def test_a_quarter_of_the_picture_can_be_read(lab: Lab, rest: str, scheme: Literal["light", "dark"]) -> None:
    """Every text of a full-HD screenshot at 25 %: letters of 5.5 px and more, and of their color 3:1 is left.

    Red if a text were too small or too thin: blurred by the reduction, its ink mixes with what lies under it.
    """
    lab.page.emulate_media(color_scheme=scheme)
    come(lab, rest)
    if "lessons" in rest:
        lab.page.wait_for_selector(".dl-current", timeout=60_000)
        lab.page.wait_for_function(f"{STATE}.header.scenario.landscape === 'ravine' && !window.descentLab.store.busy")
    texts: list[Any] = []
    while not texts or texts != lab.page.evaluate(TEXTS):
        texts = lab.page.evaluate(TEXTS)
        lab.page.wait_for_timeout(1500)
    whole = Image.open(BytesIO(lab.page.screenshot())).convert("RGB")
    small = luminance(np.asarray(whole.resize((480, 270), Image.Resampling.BOX), np.float64))
    assert len(texts) > 12
    for text, size, x, y, width, height in texts:
        assert size / 4 >= 5.5, (text, size)
        box = small[int(y / 4) : int((y + height) / 4) + 1, int(x / 4) : int((x + width) / 4) + 1]
        low, high = np.quantile(box, (0.02, 0.98))
        assert (high + 0.05) / (low + 0.05) >= 3.0, (text, low, high)


def test_a_click_moves_no_start_until_it_is_unlocked(lab: Lab) -> None:
    come(lab, f"{RACE}&present=true")
    box = lab.page.locator(".dl-contour").bounding_box()
    assert box
    start = lab.header()["scenario"]["start"]
    at = box["x"] + 0.4 * box["width"], box["y"] + 0.6 * box["height"]
    lab.page.mouse.click(*at)
    lab.page.wait_for_timeout(500)
    assert lab.header()["scenario"]["start"] == start
    lab.page.keyboard.press("u")
    lab.edited(lambda: lab.page.mouse.click(*at))
    assert lab.header()["scenario"]["start"] != start


def test_page_down_goes_from_scenario_to_scenario_and_on_to_the_next_lesson(lab: Lab) -> None:
    """As a clicker does; the words below are those of what is shown."""
    first, second = shelf().contents("en")[:2]
    page = lab.page
    come(lab, f"lang=en&present=true#lessons/{first.slug}")
    here = page.locator(".dl-current")
    expect(here).to_have_count(1, timeout=60_000)
    seen = [here.inner_text()]
    for _ in range(30):
        if second.slug in page.url:
            break
        page.keyboard.press("PageDown")
        page.wait_for_timeout(700)
        expect(here).to_have_count(1, timeout=60_000)
        seen.append(here.inner_text())
        assert not lab.clock()["playing"]
    assert second.slug in page.url and len(set(seen)) == len(seen) > 4
    page.keyboard.press("PageUp")
    page.wait_for_function("(slug) => location.hash.endsWith(slug)", arg=first.slug)
    page.keyboard.press("Escape")
    expect(page.locator(".dl-header")).to_be_visible()
    page.wait_for_function("!location.search.includes('present')")


def test_strong_contrast_spans_more_of_the_range(lab: Lab) -> None:
    """Dark against light of the surface, without its few letters: red if the contours kept their calm colors."""

    def spread() -> float:
        lab.page.wait_for_timeout(1500)
        shot = Image.open(BytesIO(lab.page.locator(".dl-contour .dl-plot").screenshot())).convert("L")
        low, high = np.percentile(np.asarray(shot.crop((200, 60, 600, 600))), (5, 95))
        return float(high - low)

    come(lab, f"{RACE}&present=true")
    calm = spread()
    lab.page.keyboard.press("c")
    assert spread() > 1.5 * calm
    lab.page.wait_for_function("location.search.includes('contrast=true')")


def test_in_a_frame_there_is_the_player_and_a_way_out(lab: Lab) -> None:
    come(lab, f"{RACE}&embed=true", (800, 600))
    page = lab.page
    for gone in ("[data-testid=stSidebar]", ".dl-door", ".dl-share"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.locator(".dl-contour").is_visible() and page.locator(".dl-transport").is_visible()
    link = page.get_by_role("link", name="Open in Descent Lab")
    expect(link).to_be_visible()
    assert "embed" not in str(link.get_attribute("href")) and "f=himmelblau" in str(link.get_attribute("href"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
