"""The race in sentences, for who listens to the page: what it says against the engine, when, and when not."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from lab import Lab
from playwright.sync_api import expect

from visualizer import Scenario
from visualizer.race import race

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)  # a machine that runs other tests besides
# One stays at the minimum, one only touches it, one misses it, one diverges, and one is hidden.
ENDS = {
    "v": "1",
    "f": "himmelblau",
    "steps": "80",
    "tol": "0.1",
    "r1": "sgd~lr~0.01",
    "r2": "adam~lr~0.1",
    "r3": "sgd~lr~0.03",
    "r4": "momentum~lr~0.5",
    "r5": "lion~~off",
}
# The lowest loss is not 0, and a step costs one run two evaluations.
EQUAL = {
    "v": "1",
    "f": "saddle_floor",
    "budget": "evaluations",
    "steps": "300",
    "r1": "sgd~lr~0.1",
    "r2": "sgd~lr~0.1~~sam~rho~0.001",
}
WORDS = {
    "en": {"stays": "on and ends", "touches": "does not stay", "misses": "never comes", "left": "diverges"},
    "zh": {"stays": "始终不超过", "touches": "没有保持住", "misses": "始终大于", "left": "发散"},
}


def numbers(text: str) -> list[float]:
    return [float(found) for found in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", text.replace("\u2212", "-"))]


def told(lab: Lab, count: int) -> list[str]:
    """The sentences, once there are so many."""
    found = lab.page.locator(".dl-told p")
    expect(found).to_have_count(count, timeout=20_000)
    return found.all_text_contents()


def ending(scenario: Scenario, place: int, least: float) -> tuple[str, list[float]]:
    """How a run ends, and the numbers that its sentence has besides its name: reckoned step by step, without scores."""
    run, tolerance = race(scenario)[place], scenario.tolerance
    assert tolerance is not None
    spent = [int(run.evaluations[k]) if scenario.budget == "evaluations" else k for k in range(run.n_valid)]
    if run.stopped is not None:
        return "left", [spent[-1] + 1]
    last = run.n_valid - 1
    near = [k for k in range(run.n_valid) if run.loss[k] - least <= tolerance]
    end = [*run.theta[last], run.loss[last] - least]
    if not near:
        return "misses", [tolerance, *end]
    if last not in near:
        return "touches", [tolerance, spent[near[0]], *end]
    settled = last
    while settled - 1 in near:
        settled -= 1
    return "stays", [tolerance, spent[settled], *end]


def holds(said: str, name: str, kind: str, wanted: list[float], lang: str) -> None:
    assert said.startswith(name)
    assert [key for key, words in WORDS[lang].items() if words in said] == [kind]
    found = numbers(said.removeprefix(name))
    if lang == "zh" and kind in {"stays", "touches"}:
        found[:2] = found[1::-1]  # the step comes first
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert one == pytest.approx(other, rel=0.03, abs=2e-3 if abs(other) > 1e-9 else 1e-9)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_says_how_every_run_that_is_shown_ends(lab: Lab, lang: str) -> None:
    """Red if a run has the sentence or the numbers of another end, or if a hidden one is told."""
    lab.open({**ENDS, "lang": lang})
    first, *said = told(lab, 5)
    assert numbers(first) == [4, 80, -0.4, -0.6]
    scenario = Scenario.from_query(dict(ENDS))[0]
    kinds = []
    names = lab.page.locator(".dl-lane-name").all_inner_texts()
    for place, sentence in enumerate(said):
        kind, wanted = ending(scenario, place, 0.0)
        kinds.append(kind)
        holds(sentence, names[place].strip(), kind, wanted, lang)
    assert kinds == ["stays", "touches", "misses", "left"]


def test_with_equal_budgets_it_counts_evaluations_and_losses_from_the_minimum(lab: Lab) -> None:
    """Red if steps were told for evaluations, or the loss itself where the lowest is not 0."""
    lab.open({**EQUAL, "lang": "en"})
    first, *said = told(lab, 3)
    assert "300 gradient evaluations each" in first
    scenario = Scenario.from_query(dict(EQUAL))[0]
    least = min(point.value for point in scenario.surface.points(scenario.params) if point.best)
    assert least < -0.1
    steps = []
    for place, sentence in enumerate(said):
        kind, wanted = ending(scenario, place, least)
        assert kind == "stays" and "gradient evaluation" in sentence and sentence.endswith(" above the minimum.")
        found = numbers(sentence)[-5:]
        assert found[1] == wanted[1]
        steps.append(wanted[1])
    assert steps[1] == 2 * steps[0], "SAM pays twice"


def test_the_pictures_are_named_and_the_step_is_said(lab: Lab) -> None:
    """Red if a picture is a canvas without a name, or the slider says a number without its unit."""
    lab.open({**ENDS, "lang": "en"})
    told(lab, 5)
    pictures = lab.page.get_by_role("img", name=re.compile("Himmelblau|of the runs, step by step"))
    described: Any = pictures.evaluate_all("(all) => all.map((one) => one.getAttribute('aria-describedby'))")
    assert described == ["dl-told", "dl-told"] and lab.page.locator("#dl-told").count() == 1
    lab.stand(14)
    expect(lab.page.locator(".dl-scrub")).to_have_attribute("aria-valuetext", "step 14 of 80")


def test_nothing_is_announced_while_it_plays(lab: Lab) -> None:
    """Red if a live region follows the play position: sixty a second is not to be listened to."""
    lab.open({**ENDS, "lang": "en"})
    told(lab, 5)
    heard: list[str] = lab.page.evaluate(
        """async () => {
          const { store } = window.descentLab, heard = new Set();
          const live = (node) => node?.closest("[aria-live], output, [role=status], [role=alert]");
          const seen = new MutationObserver((changes) => changes.forEach(({ target }) => {
            const region = live(target.nodeType === 3 ? target.parentElement : target);
            if (region && region.getAttribute("aria-live") !== "off") heard.add(region.className);
          }));
          store.seek(0); store.play();
          seen.observe(document.querySelector(".dl"), { subtree: true, childList: true, characterData: true });
          for (let i = 0; i < 30; i++) await new Promise(requestAnimationFrame);
          const played = store.clock.playing && store.clock.t > 1;
          seen.disconnect();
          return [...heard, ...(played ? [] : ["it did not play"])];
        }"""
    )
    assert heard == []
    assert lab.page.locator(".dl-told p").count() == 5, "what was told is not taken back by playing it again"
    lab.page.evaluate("window.descentLab.store.pause()")
    expect(lab.page.locator(".dl-count")).to_have_attribute("aria-live", "polite")


def test_the_first_race_is_told_when_it_has_ended(lab: Lab) -> None:
    """Red if a visitor who is asked who arrives first hears it before the race is over."""
    page = lab.page
    page.add_init_script(
        """window.early = 0;
        setInterval(() => {
          const store = window.descentLab?.store;
          const told = document.querySelectorAll(".dl-told p").length > 1;
          if (told && store.clock.t < store.clock.last) window.early += 1;
        }, 20);"""
    )
    lab.open()
    told(lab, 5)
    assert page.evaluate("window.early") == 0


def test_what_is_asked_is_not_told(lab: Lab) -> None:
    """Red if a lesson, a class's question or the quiz is answered by the summary before it is answered by anybody."""
    page = lab.page
    lab.open({**ENDS, "lang": "en"})
    told(lab, 5)
    page.evaluate("window.descentLab.store.lock(true)")
    assert page.locator(".dl-told p").count() == 1, "at once"
    page.evaluate("window.descentLab.store.lock(false)")
    told(lab, 5)

    page.goto(f"{lab.server}/?lang=en#lessons/momentum")
    skip = page.get_by_role("button", name="Just show me").first
    expect(skip).to_be_enabled(timeout=120_000)
    page.wait_for_function("document.body.classList.contains('dl-locked') && !window.descentLab.store.busy")
    expect(page.locator(".dl-told p")).to_have_text([re.compile("Ravine, 1000 steps")])
    page.wait_for_timeout(1500)  # longer than what is told waits
    assert page.locator(".dl-told p").count() == 1
    skip.click()
    _, one, other = told(lab, 3)
    shown = dict(parse_qsl(lab.header()["query"]))
    runs = race(Scenario.from_query({name: value for name, value in shown.items() if name != "lang"})[0])
    for sentence, run in zip((one, other), runs, strict=True):
        assert np.isclose(numbers(sentence)[-1], run.loss[run.n_valid - 1], rtol=0.06)

    lab.open({"quiz": "7", "lang": "en"})
    page.wait_for_timeout(1500)
    assert page.locator(".dl-told p").count() == 1
    page.keyboard.press("1")
    expect(page.locator("[data-key='quiz:next']")).to_be_visible()
    expect(page.locator(".dl-told p").nth(1)).to_be_attached()
