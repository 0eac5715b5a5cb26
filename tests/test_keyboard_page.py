"""The page without a mouse: everything is reached by Tab, turned by keys, and gives the focus back."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any, Literal

import numpy as np
import pytest
from lab import Lab
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)  # a machine that runs other tests besides
RACE = {"v": "1", "f": "himmelblau", "r1": "sgd~lr~0.01", "r2": "adam~lr~0.1", "steps": "80", "lang": "en"}
MOST = 130  # stops of a page with all of its drawers open
RING = 100  # pixels: less than that is no ring around anything
HERE = "document.activeElement"


class Keys:
    """A page that is used by its keyboard alone."""

    def __init__(self, lab: Lab, query: dict[str, str] | None = None) -> None:
        self.lab, self.page = lab, lab.page
        lab.open(query or RACE)
        lab.settled()

    def press(self, *keys: str) -> Keys:
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def on(self, selector: str) -> bool:
        return bool(self.page.evaluate(f"(selector) => {HERE}.matches(selector)", selector))

    def reach(self, selector: str, back: bool = False) -> Keys:
        """By Tab, or Shift+Tab, to the element; fails where it is no stop."""
        for _ in range(MOST):
            if self.on(selector):
                return self
            self.press("Shift+Tab" if back else "Tab")
        return pytest.fail(f"Tab does not come to {selector}")

    def key(self, name: str) -> Keys:
        return self.reach(f'[data-key="{name}"]')

    def focused(self, selector: str) -> None:
        """The focus comes to be there, or within."""
        self.page.wait_for_function(f"(selector) => {HERE}.closest(selector)", arg=selector, timeout=60_000)

    def edited(self, *keys: str) -> dict[str, Any]:
        """What these keys make of the scenario."""
        found: dict[str, Any] = self.lab.edited(lambda: self.press(*keys))["scenario"]
        return found


def ring(keys: Keys) -> int:
    """By how many pixels around it one can tell that the element has the focus: they change by more than 3:1 needs."""
    box = keys.page.evaluate(
        f"""() => {{ const {{ left, top, right, bottom }} = {HERE}.getBoundingClientRect();
          const [x, y] = [Math.min(innerWidth, right + 6), Math.min(innerHeight, bottom + 6)];
          return [Math.max(0, left - 6), Math.max(0, top - 6), x, y]; }}"""
    )
    clip: Any = {"x": box[0], "y": box[1], "width": box[2] - box[0], "height": box[3] - box[1]}

    def look() -> np.ndarray:
        return np.asarray(Image.open(BytesIO(keys.page.screenshot(clip=clip, animations="disabled"))).convert("L"), int)

    seen = look()
    keys.page.evaluate(f"(window.left = {HERE}).blur()")
    without = look()
    keys.page.evaluate("window.left.focus({ preventScroll: true, focusVisible: true })")
    return int((abs(seen - without) > 40).sum())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_stop_shows_that_it_has_the_focus(lab: Lab, scheme: Literal["light", "dark"]) -> None:
    """Red if a ring is taken away, cut off by what is around it, or too faint on one of the grounds."""
    lab.page.emulate_media(color_scheme=scheme)
    keys = Keys(lab)
    faint, stops = {}, 0
    for _ in range(MOST):
        keys.press("Tab")
        if keys.on("body"):
            break
        stops += 1
        name = keys.page.evaluate(f"{HERE}.dataset.key || {HERE}.className || {HERE}.textContent")
        if (found := ring(keys)) < RING:
            faint[name] = found
    assert stops > 45 and faint == {}


def test_a_race_is_made(lab: Lab) -> None:
    """Red if a landscape, an optimizer, a kind of dial or the start could be changed by a pointer only."""
    keys = Keys(lab)
    assert keys.reach("[role=radio]").edited("ArrowRight")["landscape"] == "three_hump_camel"
    assert keys.edited("ArrowLeft")["landscape"] == "himmelblau"
    assert keys.key("rotate45").edited("Enter")["rotate"] == 45
    assert keys.key("rotate:field").edited("Control+a", *"30", "Enter")["rotate"] == 30
    assert keys.key("rotate").edited("ArrowRight")["rotate"] > 30
    start = keys.key("placing").press("Enter").key("carried").edited("Space")["start"]
    assert keys.key("start:x").edited("Control+a", *"1.5", "Enter")["start"] == pytest.approx([1.5, start[1]])
    assert keys.key("budget:evaluations").edited("Enter")["budget"] == "evaluations"
    assert keys.key("more").press("Enter").key("seed:next").edited("Space")["seed"] == 1
    assert keys.key("noise").edited("ArrowDown")["noise"]["slug"] != "none"
    assert keys.key("log").edited("Space")["log"] is False
    assert keys.key("tolerance").edited("ArrowLeft")["tolerance"] < 0.01
    before = lab.header()["scenario"]["start"]
    assert keys.reach(".dl-origin").edited("ArrowUp")["start"][1] > before[1]

    rate = lab.header()["scenario"]["runs"][0]["hyper"]["lr"]
    assert keys.key("0:main").edited("ArrowRight")["runs"][0]["hyper"]["lr"] > rate
    assert keys.key("0:visible").edited("Space")["runs"][0]["visible"] is False
    keys.reach('[data-key="0:open"]').press("Enter").key("0:hyper:weight_decay:field")
    assert keys.edited("Control+a", *"0.1", "Enter")["runs"][0]["hyper"]["weight_decay"] == 0.1
    keys.focused('[data-key="0:hyper:weight_decay:field"]')
    back = keys.reach('[data-key="0:hyper:weight_decay:back"]', back=True).edited("Enter")
    assert back["runs"][0]["hyper"]["weight_decay"] == 0
    assert keys.focused("[data-key^='0:hyper:weight_decay']") is None, "the way back is gone, the focus is not"
    assert keys.key("0:schedule").edited("ArrowDown")["runs"][0]["schedule"]["slug"] != "constant"
    assert "lookahead" in keys.key("0:around:lookahead").edited("Space")["runs"][0]["wrappers"]

    added = keys.key("add").press("Enter").edited(*"nadam", "Enter")["runs"]
    assert [run["optimizer"] for run in added] == ["sgd", "adam", "nadam"]
    keys.focused('[data-key="add"]')
    for last in ("2:menu", "1:menu", "0:menu"):
        keys.reach(f'[data-key="{last}"]', back=True).press("Enter")
        while keys.page.evaluate(f"{HERE}.textContent") != "Remove":
            keys.press("ArrowDown")
        keys.edited("Enter")
    keys.focused('[data-key="add"]')  # nothing is left above it
    assert len(keys.edited("Control+z")["runs"]) == 1


def test_the_player_obeys(lab: Lab) -> None:
    """Red if it could not be played, stepped, scrubbed or sped up, or if the slider did not say where it stands."""
    keys = Keys(lab)
    scrub = lab.page.locator(".dl-scrub")
    keys.reach(".dl-scrub").press("Home")
    expect(scrub).to_have_attribute("aria-valuetext", "step 0 of 80")
    keys.press("ArrowRight", "ArrowRight")
    expect(scrub).to_have_attribute("aria-valuetext", "step 2 of 80")
    keys.reach(".dl-key-forward", back=True).press("Enter")
    assert lab.clock()["t"] == 3
    keys.reach(".dl-key-back", back=True).press("Space")
    assert lab.clock()["t"] == 2
    keys.reach(".dl-speed").press("ArrowUp")
    assert lab.clock()["speed"] < 1
    keys.reach(".dl-key-play", back=True).press("Enter")
    assert lab.clock()["playing"]
    keys.press("Enter")
    assert not lab.clock()["playing"]
    lab.page.evaluate(f"{HERE}.blur()")
    keys.press("End")
    assert lab.clock()["t"] == 80


WINDOWS = {
    "about": ".dl-about",
    "library": "dialog[open]",
    "save": "[role=menu]",
    "add": ".dl-picker",
    "0:menu": "[role=menu]",
    "lesson": ".dl-lesson",
    "inspect": ".dl-eye",
}


def test_windows_take_the_focus_and_give_it_back(lab: Lab) -> None:
    """Red if what opens leaves the focus behind, if Escape does not close it, or if its opener is forgotten."""
    keys = Keys(lab)
    for opener, window in WINDOWS.items():
        keys.key(opener).press("Enter")
        keys.focused(window)
        keys.press("Escape")
        keys.focused(f'[data-key="{opener}"]')
        expect(lab.page.locator(window).first).to_be_hidden()
    keys.press("q")
    keys.focused(".dl-poll")
    keys.press("Tab", "Tab", "Escape")
    keys.focused('[data-key="inspect"]')
    for opener, close in (("map", "map:close"), ("scope", "scope:close")):
        keys.key(opener).press("Enter")
        expect(lab.page.locator(f'[data-key="{close}"]')).to_be_visible()
        keys.reach(f'[data-key="{close}"]', back=True).press("Enter")
        keys.focused(f'[data-key="{opener}"]')


def test_the_point_table_says_what_is_certified(lab: Lab) -> None:
    """Red if a smooth minimum is called one on a kink, because a header leaves out what is usual."""
    Keys(lab).key("about").press("Enter")
    expect(lab.page.locator(".dl-about tbody th").first).to_have_text("Best minimum")


def test_a_lesson_is_opened_and_answered(lab: Lab) -> None:
    """Red if a lesson's question needs a pointer, or if its answer throws the reader back to the page's beginning."""
    keys = Keys(lab)
    keys.press("l")
    keys.focused(".dl-lesson-body")
    keys.reach(".dl-lesson-entry").press("Enter")
    lab.page.wait_for_function("performance.getEntriesByName('dl:lesson').length > 0", timeout=240_000)
    keys.focused(".dl-lesson-body")
    keys.reach(".dl-lesson-choice, .dl-lesson-row button:not([disabled])").press("Enter")
    keys.focused(".dl-lesson-predict")
    expect(lab.page.locator(".dl-lesson-score").first).to_be_visible()
    keys.press("Tab")
    assert keys.on(".dl-lesson *"), "it goes on from there"
    keys.press("Escape")
    keys.focused('[data-key="lesson"]')


def test_the_quiz_is_played(lab: Lab) -> None:
    """Red if a question comes unheard, or if an answer or the way out loses the focus."""
    keys = Keys(lab)
    keys.key("quiz").press("Enter")
    keys.focused(".dl-quiz h2")
    keys.reach(".dl-choice").press("Enter")
    keys.focused('[data-key="quiz:next"]')
    keys.press("Enter")
    keys.focused(".dl-quiz h2")
    keys.reach('[data-key="quiz:leave"]', back=True).press("Enter")
    keys.focused('[data-key="quiz"]')


def test_language_and_views_turn(lab: Lab) -> None:
    """Red if another language or another curve took the focus away."""
    keys = Keys(lab)
    lab.edited(lambda: keys.key("lang:zh").press("Enter"))
    expect(lab.page.locator("h1")).to_have_text(re.compile("Himmelblau"))
    keys.focused('[data-key="lang:zh"]')
    lab.edited(lambda: keys.reach(".dl-tabs [role=tab]").press("ArrowRight"))
    assert lab.header()["curve"] == "gradient"
    keys.focused("[data-kind=gradient]")
    lab.edited(lambda: keys.reach('[data-key="arrows"]', back=True).press("Enter"))
    assert lab.header()["arrows"]
    keys.press("l")
    keys.focused(".dl-lesson-body")  # a letter works wherever nothing is typed
    keys.press("Escape").reach("[role=radio]", back=True).press("o")
    keys.focused("dialog[open]")
