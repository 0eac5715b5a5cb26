"""The quiz in real Chromium."""

from __future__ import annotations

import pytest
from lab import STATE, Lab, truth
from playwright.sync_api import expect

from visualizer import quiz

pytestmark = pytest.mark.browser


def answer(lab: Lab, number: int) -> int:
    return quiz.question(lab.header()["quiz"]["seed"], number).answer


def test_a_link_opens_a_round_and_the_picture_does_not_tell(lab: Lab) -> None:
    lab.open({"quiz": "7", "lang": "en"})
    asked = quiz.question(7, 0)
    assert lab.path() == pytest.approx(truth(asked.scenario), abs=1e-5)
    expect(lab.page.locator(".dl-lanes")).to_be_hidden()
    expect(lab.page.locator(".dl-choice")).to_have_text([f"{k + 1}{one.title}" for k, one in enumerate(asked.choices)])
    assert lab.header()["scenario"]["runs"][0]["title"] == ["?", "\uff1f"]
    assert lab.page.evaluate("document.querySelector('.dl-dials').inert")
    lab.page.wait_for_function("location.search.includes('quiz=7')")
    expect(lab.page.get_by_role("button", name="Undo")).to_be_disabled()
    microscope = lab.page.locator("[data-key='scope']")
    expect(microscope).to_be_hidden()  # it would name the run
    lab.edited(lambda: lab.page.keyboard.press("1"))
    expect(microscope).to_be_visible()


def test_wrong_then_right_by_keys_and_back(lab: Lab) -> None:
    lab.open({"v": "1", "f": "beale", "r1": "adam~lr~0.1", "lang": "en"})
    lab.edited(lambda: lab.page.get_by_role("button", name="Guess").click())
    wrong = (answer(lab, 0) + 1) % 3
    lab.edited(lambda: lab.page.keyboard.press(str(wrong + 1)))
    seed = lab.header()["quiz"]["seed"]
    asked = quiz.question(seed, 0)
    assert lab.path() == pytest.approx(truth(asked.answered(wrong)), abs=1e-5), "both paths"
    reasons = lab.page.locator(".dl-reasons")
    expect(reasons).to_contain_text(f"It is: {asked.choices[asked.answer].title}.")
    expect(reasons).to_contain_text(str(asked.choices[wrong].tell))
    expect(lab.page.locator(".dl-wrong")).to_have_text(f"{wrong + 1}{asked.choices[wrong].title}")
    lab.edited(lambda: lab.page.keyboard.press("Enter"))  # the focus is on the way forth
    lab.edited(lambda: lab.page.keyboard.press(str(answer(lab, 1) + 1)))
    expect(reasons).to_contain_text("Right:")
    assert lab.page.evaluate(f"{STATE}.header.quiz.right") == [False, True]
    lab.edited(lambda: lab.page.get_by_role("button", name="Leave the quiz").click())
    assert lab.header()["scenario"]["runs"][0]["optimizer"] == "adam"
    expect(lab.page.locator(".dl-lanes")).to_be_visible()
    expect(lab.page.locator(".dl-quiz")).to_be_hidden()
    assert not lab.page.evaluate("document.querySelector('.dl-dials').inert")


def test_a_whole_round_ends_with_its_score_and_another_begins(lab: Lab) -> None:
    lab.page.set_viewport_size({"width": 390, "height": 844})
    lab.open({"quiz": "7", "lang": "zh"})
    for number in range(quiz.ROUND):
        lab.edited(
            lambda number=number: lab.page.evaluate(
                f"window.descentLab.store.edit('guess', {{value: {answer(lab, number)}}})"
            )
        )
        if number < quiz.ROUND - 1:
            lab.edited(lambda: lab.page.locator("[data-key='quiz:next']").click())
    expect(lab.page.locator(".dl-score-line strong")).to_have_text("10 题答对 10 题")
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= 390
    lab.edited(lambda: lab.page.get_by_role("button", name="再来一轮").click())
    assert lab.header()["quiz"]["right"] == []
