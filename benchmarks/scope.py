"""The microscope in real Chromium: from a click on another run to its picture, and a held arrow key with everything on.

Usage: ``python benchmarks/scope.py``.
"""

from __future__ import annotations

import shutil
from typing import Any

from page import FLAGS, LINK, PAINTED, opened, say, served
from playwright.sync_api import Page, sync_playwright

REPEAT = 30  # a second: what keyboards send
# Presses the key as often as a keyboard would; says how long each press took until the second frame after it, how long
# the scripts of a frame took, and how far the frames were apart.
HELD = """async ([presses, every]) => {
  const waits = [], gaps = [], scripts = [];
  const native = window.requestAnimationFrame.bind(window);
  let last = 0, running = true, busy = 0;
  const timed = (act) => { const from = performance.now(); act(); busy += performance.now() - from; };
  window.requestAnimationFrame = (fn) => native((now) => timed(() => fn(now)));
  const frame = (now) => {
    if (last) { gaps.push(now - last); scripts.push(busy); }
    [last, busy] = [now, 0];
    if (running) native(frame);
  };
  native(frame);
  const begin = performance.now();
  for (let i = 0; i < presses; i++) {
    await new Promise((done) => setTimeout(done, Math.max(0, begin + i * every - performance.now())));
    const from = performance.now();
    const key = new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true });
    timed(() => document.body.dispatchEvent(key));
    await new Promise((done) => native(() => native(done)));
    waits.push(performance.now() - from);
  }
  const took = performance.now() - begin;
  running = false;
  window.requestAnimationFrame = native;
  return { waits, gaps, scripts, took };
}"""


EDIT = """([op, value]) => {
  const now = performance.now();
  window.descentLab.store.edit(op, { value });
  return now;
}"""


def edited(page: Page, what: str, op: str, values: list[Any]) -> None:
    """From an edit to the contour that answers it, at 12 runs x 1,000 steps."""
    found = []
    for value in values:
        found.append(page.evaluate(PAINTED, [page.evaluate(EDIT, [op, value]), ["dl:painted-2d"]]))
        page.wait_for_timeout(100)
    say(what, found[1:])


def held(page: Page, what: str) -> None:
    page.evaluate("window.descentLab.store.seek(100)")
    page.wait_for_timeout(1000)
    result = page.evaluate(HELD, [120, 1000 / REPEAT])
    say(f"{what}: press to the second frame after", result["waits"])
    say(f"{what}: frames apart", result["gaps"])
    say(f"{what}: scripts of a frame", result["scripts"])
    print(f"{what}: {120 / result['took'] * 1000:.1f} steps a second of {REPEAT}")


def main() -> None:
    with served() as (url, _), sync_playwright() as playwright:
        chromium: Any = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = opened(browser, url + LINK.format(steps=1000))
        page.evaluate("window.descentLab.store.pause()")
        for key in ("g", "i"):
            page.keyboard.press(key)
            page.wait_for_timeout(500)
        edited(page, "for comparison, another curve to picture", "curve", ["gradient", "rate"] * 15)
        page.evaluate(EDIT, ["curve", "loss"])
        held(page, "closed")
        edited(page, "another run to picture", "scope", [turn % 12 for turn in range(40)])
        held(page, "open")
        page.locator("[data-key='scope:rule']").click()
        page.wait_for_timeout(1000)
        edited(page, "another run to picture, its rule's lines beside it", "scope", [turn % 12 for turn in range(40)])
        held(page, "open at the rule's lines")
        browser.close()


if __name__ == "__main__":
    main()
