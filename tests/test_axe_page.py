"""axe-core over the pages, in both languages, light and dark: no violation that is serious or critical."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from lab import Lab
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)  # a machine that runs other tests besides
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
RACE = {"v": "1", "f": "himmelblau", "r1": "sgd~lr~0.01", "r2": "adam~lr~0.1", "steps": "80"}
BOTH = [("en", "light"), ("zh", "dark")]


def violations(page: Page) -> list[str]:
    """What is serious: the rule, and the first of the elements that break it."""
    page.wait_for_timeout(400)  # what is being shown has its colors
    found: list[dict[str, Any]] = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize(("lang", "scheme"), BOTH)
def test_the_race_its_lessons_and_its_library(lab: Lab, lang: str, scheme: Literal["light", "dark"]) -> None:
    page = lab.page
    page.emulate_media(color_scheme=scheme)
    lab.open({**RACE, "lang": lang})
    found = {"race": violations(page)}
    page.keyboard.press("l")
    expect(page.locator(".dl-lesson-entry").first).to_be_visible()
    found["lessons"] = violations(page)
    page.locator(".dl-lesson-entry").first.click()
    expect(page.locator(".dl-lesson-prompt").first).to_be_visible()
    found["lesson"] = violations(page)
    page.keyboard.press("l")
    page.keyboard.press("o")
    expect(page.locator(".dl-lib-tab").first).to_be_visible()
    found["library"] = violations(page)
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    expect(page.locator(".dl-poll")).to_be_visible()
    found["poll"] = violations(page)
    page.keyboard.press("q")
    page.keyboard.press("p")
    expect(page.locator(".dl-modes")).to_be_visible()
    found["presentation"] = violations(page)
    assert {name: one for name, one in found.items() if one} == {}


@pytest.mark.parametrize(("lang", "scheme"), BOTH)
def test_maps_microscope_and_quiz(lab: Lab, lang: str, scheme: Literal["light", "dark"]) -> None:
    page = lab.page
    page.emulate_media(color_scheme=scheme)
    lab.open({**RACE, "lang": lang, "map": "basins~0"})
    expect(page.locator(".dl-map-legend li").first).to_be_visible(timeout=240_000)
    found = {"map": violations(page)}
    page.keyboard.press("b")
    lab.settled()
    page.keyboard.press("m")
    expect(page.locator(".dl-scope")).to_be_visible()
    found["microscope"] = violations(page)
    lab.open({"quiz": "7", "lang": lang})
    found["quiz"] = violations(page)
    assert {name: one for name, one in found.items() if one} == {}


@pytest.mark.parametrize(("lang", "scheme"), BOTH)
def test_networks_and_the_phones_page(lab: Lab, lang: str, scheme: Literal["light", "dark"]) -> None:
    page = lab.page
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{lab.server}/?net=1&lang={lang}")
    expect(page.locator(".dl-net-curves canvas").first).to_be_visible()
    page.wait_for_function("window.descentLab?.store.numbers?.whole", timeout=120_000)
    found = {"networks": violations(page)}
    page.goto(f"{lab.server}/join?lang={lang}")
    expect(page.locator("#code")).to_be_visible()
    found["join"] = violations(page)
    assert {name: one for name, one in found.items() if one} == {}
