"""Lessons in the browser: they ask before they play, speak the page's language, and lead from page to page."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from lab import Lab
from playwright.sync_api import Locator, Route, expect

from visualizer import Scenario
from visualizer.lessons.page import opened
from visualizer.lessons.shelf import shelf
from visualizer.lessons.sketch import score
from visualizer.race import race

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)  # a machine that runs other tests besides
LESSONS = shelf()
SHOWS = """(query) => {
  const plain = (link) => [...new URLSearchParams(link)].filter(([name]) => name !== "lang").sort().join("&");
  const { store } = window.descentLab, { header } = store.state, { numbers } = store;
  return !store.busy && plain(header.query) === plain(query)
    && (!numbers || (numbers.key === header.key && numbers.whole));
}"""


class Reader:
    """A lesson that is read."""

    def __init__(self, lab: Lab) -> None:
        self.lab, self.page = lab, lab.page
        self.body = self.page.locator(".dl-lesson-body")

    def open(self, slug: str, lang: str = "en", query: str = "") -> Reader:
        """Comes by the lesson's address."""
        self.page.goto(f"{self.lab.server}/?{query}lang={lang}#lessons/{slug}")
        self.measured(slug, lang)
        return self

    def measured(self, slug: str, lang: str) -> None:
        self.page.wait_for_function(
            "(it) => performance.getEntriesByName('dl:lesson').some(({ detail }) => detail.slug === it.slug"
            " && detail.lang === it.lang)",
            arg={"slug": slug, "lang": lang},
            timeout=120_000,
        )

    def known(self, slug: str) -> dict[str, Any]:
        """What the server says of an English lesson."""
        return opened(LESSONS.lessons["en"][slug])

    def asks(self) -> Locator:
        """What is to be predicted and was not yet."""
        return self.page.get_by_role("button", name="Just show me").or_(
            self.page.get_by_role("button", name="直接看答案")
        )

    def by(self, element: Locator) -> None:
        """Scrolls until the element is what is read."""
        element.evaluate("(element) => element.scrollIntoView({ block: 'start' })")
        self.page.wait_for_timeout(300)

    def shows(self, query: str) -> None:
        self.page.wait_for_function(SHOWS, arg=query, timeout=60_000)


@pytest.fixture
def reader(lab: Lab) -> Reader:
    lab.page.set_default_timeout(60_000)
    return Reader(lab)


def test_nothing_plays_before_it_was_predicted(reader: Reader) -> None:
    """Red if a key, a button or an edit could start it, or if the picture or the numbers told the answer."""
    reader.open("momentum")
    page = reader.page
    reader.by(page.locator(".dl-lesson-predict").first)
    page.evaluate("window.descentLab.store.play()")
    page.keyboard.press("End")
    page.keyboard.press(" ")
    page.wait_for_timeout(300)
    assert reader.lab.clock()["t"] == 0 and not reader.lab.clock()["playing"]
    for hidden in (".dl-contour .dl-layer:not(.dl-sketch-line)", ".dl-curve", ".dl-lane .dl-value"):
        assert page.locator(hidden).first.evaluate("(node) => getComputedStyle(node).visibility") == "hidden"
    claims = page.locator(".dl-lesson-claim")
    assert claims.count() > 1 and not claims.first.is_visible()  # it would say who is faster
    reader.asks().first.click()
    expect(claims.first).to_be_visible()
    page.wait_for_function("window.descentLab.store.clock.t > 0")


def test_a_sketch_is_drawn_marked_and_kept(reader: Reader) -> None:
    """The score is that of the drawn points against the engine's path; it stays in the picture until one goes on."""
    reader.open("momentum")
    page = reader.page
    reader.by(page.locator(".dl-lesson-predict").first)
    expect(page.locator(".dl-sketch-cover")).to_be_visible()
    box = page.locator(".dl-sketch-cover").bounding_box()
    assert box
    compare = page.get_by_role("button", name="Compare")
    expect(compare).to_be_disabled()
    with page.expect_request("**/lab/sketch") as sent:
        page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.4 * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + 0.35 * box["width"], box["y"] + 0.6 * box["height"], steps=20)
        page.mouse.up()
        compare.click()
    told: dict[str, Any] = json.loads(sent.value.post_data or "")
    scenario, _ = Scenario.from_query(dict(parse_qsl(told["query"])))
    assert told["points"][0] == list(scenario.placed_start) and len(told["points"]) > 10
    run = race(scenario)[told["run"]]
    known = score(np.array(told["points"]), run.theta[: run.n_valid], scenario.window)
    expect(page.locator(".dl-lesson-score").first).to_contain_text(f"{known} of 100")
    line = page.locator(".dl-sketch-line")
    assert line.evaluate("(c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v)")
    expect(page.locator(".dl-sketch-cover")).to_be_hidden()
    page.wait_for_function("window.descentLab.store.clock.t > 0")
    reader.by(page.locator(".dl-lesson-show").nth(1))
    expect(line).to_be_hidden()


def test_an_answer_is_marked(reader: Reader) -> None:
    """0.9 is what textbooks say, 0.669 is right: see the lesson."""
    reader.open("momentum")
    page = reader.page
    reader.asks().first.click()
    question = page.locator(".dl-lesson-predict").nth(1)
    reader.by(question)
    question.get_by_role("button", name="0.9", exact=False).nth(0).click()
    expect(question.locator(".dl-right")).to_contain_text("0.669")
    expect(question.locator(".dl-wrong")).to_contain_text("0.9")
    expect(question.get_by_text("Not quite.")).to_be_visible()


def test_what_one_had_comes_back_and_the_address_says_where_one_reads(reader: Reader) -> None:
    reader.page.goto(f"{reader.lab.server}/?v=1&f=booth&r1=adam&lang=en")
    reader.page.wait_for_function("performance.getEntriesByName('dl:painted-2d').length > 0", timeout=60_000)
    reader.page.get_by_role("button", name="Lessons").click()
    expect(reader.page.locator(".dl-lesson-entry")).to_have_count(len(LESSONS.contents("en")), timeout=60_000)
    reader.page.locator(".dl-lesson-entry").first.click()
    slug = LESSONS.contents("en")[0].slug
    reader.measured(slug, "en")
    assert reader.page.url.endswith(f"#lessons/{slug}")
    reader.page.wait_for_function("window.descentLab.store.state.header.scenario.landscape === 'ravine'")
    reader.page.get_by_role("button", name="Close the lessons").click()
    expect(reader.page.locator(".dl-lesson")).to_have_count(0)
    assert "#" not in reader.page.url
    while reader.lab.header()["scenario"]["landscape"] != "booth":
        reader.lab.edited(lambda: reader.page.keyboard.press("Control+z"))
    assert [run["optimizer"] for run in reader.lab.header()["scenario"]["runs"]] == ["adam"]


def test_the_language_of_the_page_is_that_of_the_lesson(reader: Reader) -> None:
    reader.open("momentum")
    reader.page.get_by_role("button", name="中文").click()
    reader.measured("momentum", "zh")
    expect(reader.page.locator(".dl-lesson header h2")).to_contain_text(LESSONS.lessons["zh"]["momentum"].title)


def test_on_a_phone_text_and_picture_share_the_screen(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 390, "height": 844})
    reader.open("ravine")
    text, picture = (reader.page.locator(one).bounding_box() for one in (".dl-lesson", ".dl-contour"))
    assert text and picture
    assert picture["y"] >= 0 and picture["y"] + 0.8 * picture["height"] <= text["y"]
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_lesson_on_networks_leads_to_their_page_and_another_back(reader: Reader) -> None:
    """Red if the column went with the page, began anew, or turned back to where it had come from."""
    reader.open("regularization")
    page = reader.page
    page.wait_for_function("window.descentLab.store.state.header.page === 'networks'", timeout=60_000)
    while reader.asks().count():
        reader.asks().first.click()
    last = page.locator(".dl-lesson-show").last
    reader.by(last)
    place = [block["place"] for block in reader.known("regularization")["blocks"] if block["kind"] == "show"][-1]
    reader.shows(reader.known("regularization")["places"][place]["query"])
    expect(page.locator(".dl-lesson")).to_have_count(1)
    page.get_by_role("button", name="All lessons").click()
    page.locator(".dl-lesson-entry", has_text="Momentum:").click()
    reader.measured("momentum", "en")
    page.wait_for_function("window.descentLab.store.state.header.scenario.landscape === 'ravine'", timeout=60_000)
    page.wait_for_timeout(1500)
    expect(page.locator(".dl-lesson header h2")).to_contain_text("Momentum")
    assert page.evaluate("window.descentLab.store.state.header.page") is None
    reader.asks().first.click()
    scrolled = reader.body.evaluate("(body) => (body.scrollTop = 250, body.scrollTop)")
    page.wait_for_timeout(600)
    assert reader.body.evaluate("(body) => body.scrollTop") == scrolled


def test_a_sketch_that_was_offered_before_the_figures_had_come_is_heard_of_after(reader: Reader) -> None:
    """Red if the lesson, drawn anew with its figures, left the sketch to what was there before."""
    page, held = reader.page, list[Route]()
    page.route(lambda url: "/lab/lesson?" in url and "draft" not in url, lambda route: held.append(route))
    page.goto(f"{reader.lab.server}/?lang=en#lessons/momentum")
    cover = page.locator(".dl-sketch-cover")
    expect(cover).to_be_visible(timeout=60_000)
    expect(page.locator(".dl-lesson-measuring")).to_be_visible()
    held[0].continue_()
    reader.measured("momentum", "en")
    box = cover.bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.4 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.35 * box["width"], box["y"] + 0.6 * box["height"], steps=10)
    page.mouse.up()
    with page.expect_request("**/lab/sketch") as sent:
        page.get_by_role("button", name="Compare").click()
    assert len(json.loads(sent.value.post_data or "")["points"]) > 5
