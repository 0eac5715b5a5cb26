"""Where no motion is wanted: nothing plays by itself, and nothing of the page slides, fades or blinks."""

from __future__ import annotations

import pytest
from lab import Lab
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)  # a machine that runs other tests besides
# All of the page's elements, and what stands before and after them, that would move if something of them changed.
MOVES = """() => {
  const found = new Set(), seconds = (text) => text.split(",").some((one) => parseFloat(one) > 0);
  const ours = ":is(.dl, .dl-dials, .dl-lesson, .dl-poll, .dl-popover)";
  const all = [...document.querySelectorAll(`${ours}, ${ours} *`)];
  for (const [node, part] of all.flatMap((one) => [[one, null], [one, "::before"], [one, "::after"]])) {
    const { content, animationName, animationDuration, transitionDuration } = getComputedStyle(node, part);
    if (part && content === "none") continue;
    const moves = (animationName !== "none" && seconds(animationDuration)) || seconds(transitionDuration);
    if (moves) found.add(`${node.className}${part ?? ""}`);
  }
  return [...found];
}"""
PLAYED = """window.played = 0;
setInterval(() => { if (window.descentLab?.store.clock.playing) window.played += 1; }, 20);"""


def test_nothing_plays_or_moves(lab: Lab) -> None:
    """Red if a race, a new landscape, the hint or a quiz plays by itself, or if a style sheet leaves something out."""
    page = lab.page
    page.emulate_media(reduced_motion="reduce")
    page.add_init_script(PLAYED)
    lab.open()
    lab.settled()
    assert lab.clock()["t"] == lab.clock()["last"] > 0, "the finished picture"
    page.get_by_role("button", name="Rotate by 45°").click()
    lab.edited(lambda: page.locator('[data-key="landscape:beale"]').click())
    page.locator('[data-key="more"]').click()
    page.locator('[data-key="0:open"]').click()
    page.locator('[data-key="add"]').click()
    moves = page.evaluate(MOVES)
    page.keyboard.press("Escape")
    for key, there in (("l", ".dl-lesson-entry"), ("q", ".dl-poll-offer button"), ("o", ".dl-lib-tab")):
        page.keyboard.press(key)
        expect(page.locator(there).first).to_be_visible()
        moves += page.evaluate(MOVES)
    page.keyboard.press("Escape")
    lab.edited(lambda: page.locator('[data-key="quiz"]').click())
    expect(page.locator(".dl-choice").first).to_be_visible()
    moves += page.evaluate(MOVES)
    page.wait_for_timeout(400)
    assert moves == []
    assert page.evaluate("window.played") == 0
    assert (
        page.evaluate("document.getAnimations().filter(({ effect }) => effect.target.closest('.dl, .dl-dials')).length")
        == 0
    )


def test_what_is_asked_to_play_does(lab: Lab) -> None:
    """Red if no motion by itself had become no motion at all, or if the first race of others did not play."""
    page = lab.page
    page.add_init_script(PLAYED)
    lab.open()
    page.wait_for_function("window.played > 0")
    assert page.evaluate(MOVES), "there is something to be turned off"
    page.emulate_media(reduced_motion="reduce")
    lab.stand(0)
    page.keyboard.press(" ")
    assert lab.clock()["playing"]
