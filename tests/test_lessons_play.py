"""Every lesson, in both languages, in the browser: it opens, asks, plays once it was answered, and comes to its end."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab
from test_lessons_page import LESSONS, Reader, reader

from visualizer.lessons.lesson import Lesson
from visualizer.lessons.page import opened

pytestmark = pytest.mark.browser
__all__ = ["reader"]  # the fixture
PATIENCE = 180_000  # ms; a lesson may train networks, beside other tests
SHOWN = """(query) => {
  const plain = (link) => [...new URLSearchParams(link)].filter(([name]) => name !== "lang").sort().join("&");
  const { store } = window.descentLab, { header } = store.state ?? {}, { numbers } = store;
  return header && plain(header.query) === plain(query)
    && (!numbers || (numbers.key === header.key && numbers.whole));
}"""
UNANSWERED = """() => {
  const shown = [...document.querySelectorAll(".dl-lesson-predict:not([hidden])")];
  return shown.find((one) => !one.querySelector(".dl-lesson-reveal"));
}"""
SKIP = f"""() => {{
  const asked = ({UNANSWERED})();
  const skip = /^(Just show me|直接看答案)$/;
  [...asked.querySelectorAll("button")].find((one) => skip.test(one.textContent.trim())).click();
}}"""


def stops(whole: dict[str, Any]) -> list[dict[str, Any]]:
    return [block for block in whole["blocks"] if "place" in block]


def plays(reader: Reader, lesson: Lesson, lang: str) -> None:
    page, whole = reader.page, opened(lesson)
    reader.measured(lesson.slug, lang)
    asked = [block for block in stops(whole) if block["kind"] != "show"]
    first = whole["places"][stops(whole)[0]["place"]]
    page.wait_for_function(SHOWN, arg=first["query"], timeout=PATIENCE)
    for _ in asked:
        page.evaluate(SKIP)
        page.wait_for_function("window.descentLab.store.clock.t > 0", timeout=PATIENCE)
    assert page.evaluate(UNANSWERED) is None
    hidden = page.locator(".dl-lesson-body > [hidden]:not(span)")
    assert hidden.count() == 0, "all of it can be read"
    assert page.locator(".dl-lesson-body .dl-lesson-broken").count() == 0 == len(whole["problems"])
    assert page.locator(".dl-lesson-body .dl-lesson-claim").count() == sum(
        b["kind"] == "claim" for b in whole["blocks"]
    )
    assert page.locator(".dl-lesson-body .dl-wrong").count() == 0
    assert page.locator(".dl-lesson header h2").inner_text().endswith(lesson.title)
    last = whole["places"][stops(whole)[-1]["place"]]
    page.evaluate("[...document.querySelectorAll('.dl-lesson-show, .dl-lesson-predict')].at(-1).scrollIntoView()")
    page.wait_for_function(SHOWN, arg=last["query"], timeout=PATIENCE)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_lesson_opens_and_plays(reader: Reader, lab: Lab, lang: str) -> None:
    """Red if a lesson's link is no picture, an answer frees nothing, or the column stops following the reader."""
    for number, lesson in enumerate(LESSONS.contents(lang)):
        if number == 0:
            reader.open(lesson.slug, lang)
        else:
            reader.page.evaluate("(slug) => (location.hash = `lessons/${slug}`)", lesson.slug)
        try:
            plays(reader, lesson, lang)
        except Exception as error:
            raise AssertionError(f"{lang}/{lesson.slug}: {error}") from error
        assert lab.errors == []
