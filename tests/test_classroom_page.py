"""A class is asked: a lecturer's page and two phones, in one browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from lab import Lab
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
expect.set_options(timeout=30_000)  # a machine that runs other tests besides
RACE = {"v": "1", "f": "ravine", "r1": "sgd~lr~0.01", "r2": "momentum~lr~0.01", "steps": "100", "lang": "en"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


class Phone:
    """One of a class: its page, and what went wrong on it."""

    def __init__(self, browser: Browser, server: str, locale: str) -> None:
        self.context = browser.new_context(**PHONE, locale=locale)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.server = server
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def join(self, code: str) -> Phone:
        """Types the code, as it is on the projector."""
        self.page.goto(f"{self.server}/join")
        self.page.locator("#code").fill(code.lower())
        self.page.locator("form button").click()
        expect(self.page.locator("header a")).to_have_text(code)
        return self

    def draw(self, shares: list[tuple[float, float]]) -> None:
        """A stroke through points of the picture, in shares of its width and height from its upper left corner."""
        box = self.page.locator(".plane").bounding_box()
        assert box
        at = [(box["x"] + u * box["width"], box["y"] + v * box["height"]) for u, v in shares]
        self.page.mouse.move(*at[0])
        self.page.mouse.down()
        for x, y in at[1:]:
            self.page.mouse.move(x, y, steps=4)
        self.page.mouse.up()


@pytest.fixture
def phones(browser: Browser, server: str) -> Iterator[list[Phone]]:
    made = [Phone(browser, server, locale) for locale in ("en-US", "zh-CN")]
    yield made
    assert [one.errors for one in made] == [[], []]
    for one in made:
        one.context.close()


def asked(lab: Lab, what: str) -> str:
    """Asks about the picture by the card; the code of the room."""
    lab.open(RACE)
    lab.page.keyboard.press("q")
    lab.page.locator(".dl-poll").get_by_role("button", name=what).click()
    return lab.page.locator(".dl-poll-join b").inner_text()


def bars(lab: Lab) -> list[tuple[str, str]]:
    rows = lab.page.locator(".dl-poll-bars li")
    return [(row.locator("kbd").inner_text(), row.locator("em").inner_text()) for row in rows.all()]


def test_answers_come_in_live_and_the_player_waits_for_them(lab: Lab, phones: list[Phone]) -> None:
    """Red if the picture told, if a phone saw the answer early, or if a vote were lost on its way to the projector."""
    code = asked(lab, "Who is lowest at the end?")
    lab.page.keyboard.press(" ")
    assert lab.clock()["t"] == 0 and not lab.clock()["playing"], "held"
    hidden = lab.page.locator(".dl-contour .dl-layer:not(.dl-sketch-line)").first
    assert hidden.evaluate("(node) => getComputedStyle(node).visibility") == "hidden"
    english, chinese = (phone.join(code) for phone in phones)
    expect(english.page.locator(".choice")).to_have_count(2)
    assert english.page.locator(".choice em").count() == 0
    english.page.locator(".choice").nth(0).click()
    chinese.page.locator(".choice").nth(1).click()
    expect(english.page.locator(".status")).to_have_text("Sent. You can change it until the answer is shown.")
    expect(chinese.page.locator(".status")).to_have_text("已提交。公布之前可以修改。")
    expect(lab.page.locator(".dl-poll-count")).to_have_text("2 answers")
    assert bars(lab) == [("A", "50 %"), ("B", "50 %")]
    english.page.locator(".choice").nth(1).click()
    expect(lab.page.locator(".dl-poll-bars em").nth(1)).to_have_text("100 %")

    lab.page.get_by_role("button", name="Hide the answers").click()
    expect(lab.page.locator(".dl-poll-bars")).to_be_hidden()
    lab.page.get_by_role("button", name="Show the answer", exact=True).click()
    expect(lab.page.locator(".dl-poll-bars .dl-right kbd")).to_have_text("B")
    expect(lab.page.locator(".dl-poll-verdict")).to_have_text("100 % were right.")
    expect(english.page.locator(".choice.right")).to_contain_text("Momentum")
    expect(chinese.page.locator(".status.good")).to_have_text("答对了。")
    lab.page.wait_for_function("window.descentLab.store.clock.t > 0")

    lab.page.get_by_role("button", name="End the room").click()
    expect(lab.page.locator(".dl-poll")).to_have_count(0)
    expect(english.page.get_by_role("alert")).to_have_text("There is no room with this code. It may have ended.")


def test_sketches_of_a_class_lie_over_the_picture(lab: Lab, phones: list[Phone]) -> None:
    """Red if a sketch came out elsewhere on the projector than it was drawn on the phone, or stayed afterwards."""
    code = asked(lab, "Sketch the path of SGD")
    told: list[Any] = []
    lab.page.on("response", lambda answer: told.append(answer) if "/room/results" in answer.url else None)
    before = lab.pixels(".dl-contour")
    strokes = [[(0.9, 0.1), (0.1, 0.1)], [(0.9, 0.9), (0.1, 0.9)]]
    for phone, stroke in zip(phones, strokes, strict=True):
        phone.join(code)
        expect(phone.page.locator("button.main")).to_be_disabled()
        phone.draw(stroke)
        phone.page.locator("button.main").click()
        expect(phone.page.locator("button.main")).to_be_disabled()
    expect(lab.page.locator(".dl-poll-count")).to_have_text("2 answers")
    lab.page.wait_for_timeout(200)
    x0, x1, y0, y1 = lab.header()["window"]
    root = lab.page.locator(".dl-contour").bounding_box()
    assert root
    change = np.abs(lab.pixels(".dl-contour") - before).max(axis=2)
    for share in (0.1, 0.9):  # from the top
        x, y = lab.at(x0 + 0.3 * (x1 - x0), y1 - share * (y1 - y0))
        row, column = round(y - root["y"]), round(x - root["x"])
        assert change[row - 3 : row + 4, column].max() > 25, f"a line at {share}"
    x, y = lab.at(x0 + 0.3 * (x1 - x0), y1 - 0.7 * (y1 - y0))
    assert change[round(y - root["y"]) - 8 : round(y - root["y"]) + 8, round(x - root["x"])].max() < 12

    lab.page.get_by_role("button", name="Show the answer", exact=True).click()
    for phone in phones:
        expect(phone.page.locator(".status")).to_contain_text("0")
        assert phone.page.locator("button.main").count() == 0
    lab.page.get_by_role("button", name="Ask something else").click()
    lab.page.wait_for_timeout(200)
    assert lab.page.evaluate("document.querySelector('.dl-sketch-line').hidden")
    assert "sketches" in json.loads(told[-1].text())


def test_a_lessons_own_question_is_put_to_the_class(lab: Lab, phones: list[Phone]) -> None:
    """Red if the reader's column and the class were not at the same question, or the answer came before the class's."""
    lab.page.set_default_timeout(120_000)  # its numbers may have to be measured
    lab.page.goto(f"{lab.server}/?lang=en#lessons/momentum")
    ask = lab.page.locator(".dl-lesson-predict:not([hidden])").get_by_role("button", name="Ask the class").first
    ask.evaluate("(button) => button.click()")
    code = lab.page.locator(".dl-poll-join b").inner_text()
    phone = phones[0].join(code).page
    prompt = lab.page.locator(".dl-lesson-predict:not([hidden]) .dl-lesson-prompt").first.inner_text()
    expect(phone.locator(".prompt")).to_contain_text(prompt.split()[0])
    assert lab.page.locator(".dl-lesson-reveal").count() == 0
    lab.page.get_by_role("button", name="Show the answer", exact=True).click()
    expect(lab.page.locator(".dl-lesson-reveal").first).to_be_visible()
    expect(phone.locator(".reveal")).to_be_visible()


def test_a_phone_says_what_is_wrong(lab: Lab, phones: list[Phone]) -> None:
    """Red if a code that is over, or a server that is away, left an empty page."""
    lab.page.goto("about:blank")
    phone = phones[0].page
    phone.goto(f"{lab.server}/join/ZZZZ")
    expect(phone.get_by_role("alert")).to_have_text("There is no room with this code. It may have ended.")
    assert phone.locator("#code").input_value() == "ZZZZ"
    phone.route("**/lab/room/**", lambda route: route.abort())
    phone.reload()
    expect(phone.get_by_role("alert")).to_have_text("No connection. Trying again.")
