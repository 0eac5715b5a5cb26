"""The page of networks in real Chromium: a dial to its picture, a slice of the landscape, every view, frames a second.

Starts the app on a free port of 127.0.0.1, opens it once so that it is warm, and drives it headless. What is timed is
what a user waits for: from the edit to the frame after the one that drew the answer. The browser puts its window
together as it does on a computer without graphics; with ``GL``, by an emulated graphics card, which takes about 30 ms
for every part of the window that changed. Usage: ``python benchmarks/netpage.py``.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

from page import FLAGS, GL, Meter, frames_of, say, served
from playwright.sync_api import Page, sync_playwright

TWO = "net=moons&steps=2000&r1=adam~lr~0.01&r2=sgd~lr~0.1"
RULES = "sgd momentum nesterov adagrad adadelta rmsprop adam adamw amsgrad nadam radam lion".split()
TWELVE = "net=moons&steps=2000&" + "&".join(f"r{k}={slug}" for k, slug in enumerate(RULES, 1))
VIEWS = ("sharpness", "dropout", "regularization", "ensemble", "transfer", "claims", "weights", "landscape")

# Makes an edit; resolves to the ms until each mark has come for the study (or the view) that the edit led to.
WAITED = """async ([op, fields, marks]) => {
  const { store } = window.descentLab, { key, view } = store.state.header, begun = performance.now();
  store.edit(op, fields);
  const found = {};
  while (performance.now() - begun < 60000) {
    await new Promise((done) => setTimeout(done, 4));
    const { header } = store.state;
    if (store.busy || (header.key === key && header.view.key === view.key)) continue;
    for (const name of marks) {
      const own = name === "dl:field" ? header.key : header.view.key;
      const mark = performance.getEntriesByName(name).find((one) => one.detail.key === own && one.startTime > begun);
      if (mark) found[name] ??= mark.startTime - begun;
    }
    if (marks.every((name) => name in found)) return marks.map((name) => found[name]);
  }
  return marks.map((name) => found[name] ?? NaN);
}"""

SETTLED = """() => {
  const { store } = window.descentLab ?? {}, header = store?.state?.header;
  if (!header || store.busy || store.numbers.key !== header.key || !store.numbers.whole) return false;
  const seen = performance.getEntriesByName("dl:view").some((mark) => mark.detail.key === header.view.key);
  return header.view.refused || seen;
}"""


def opened(browser: Any, url: str, size: tuple[int, int] = (1440, 900)) -> Page:
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}).new_page()
    page.goto(url)
    page.wait_for_function(SETTLED, timeout=300_000)
    page.evaluate("window.descentLab.store.pause()")
    return page


def dials(browser: Any, server: str, process: subprocess.Popen[bytes], times: int = 15) -> None:
    """One network's learning rate, and the dropout of all, to the boundary at the last step."""
    for what, link in (("2", TWO), ("12", TWELVE)):
        page = opened(browser, f"{server}/?{link}&view=weights")  # of moons there are none: training alone is timed
        meter = Meter(process, 0.0)
        one, every = [], []
        for k in range(times):
            edit = {"run": 0, "name": "lr", "value": 0.011 + k / 1e4}
            one += page.evaluate(WAITED, ["run_hyper", edit, ["dl:field"]])
            page.wait_for_function(SETTLED)
            edit = {"name": "dropout", "value": (k + 1) / 40}
            every += page.evaluate(WAITED, ["learn_all", edit, ["dl:field"]])
            page.wait_for_function(SETTLED)
        say(f"lr of one of {what} networks to boundary, 2000 steps", one)
        say(f"dropout of all {what} networks to boundary, 2000 steps", every)
        print(f"server CPU of such a pair of edits: {meter.seconds() / times * 1e3:.0f} ms")
        page.context.close()


def landscape(browser: Any, server: str, process: subprocess.Popen[bytes], times: int = 7) -> None:
    """A slice of 101 x 101 nodes around random directions: its first picture, and the whole of it."""
    page = opened(browser, f"{server}/?{TWO}&view=landscape~by~random")
    first, whole, meter = [], [], Meter(process, 0.0)
    for k in range(times):
        edit = {"name": "seed", "value": k + 1}
        begun, ended = page.evaluate(WAITED, ["view_option", edit, ["dl:landscape-begun", "dl:view"]])
        first.append(begun)
        whole.append(ended)
    say("another slice, first picture", first)
    say("another slice, whole", whole)
    print(f"server CPU of a slice: {meter.seconds() / times * 1e3:.0f} ms")
    page.context.close()


def views(browser: Any, server: str) -> None:
    """From a click on a tab to the view's last part: for the first time, and of networks whose rates are others."""
    page = opened(browser, f"{server}/?{TWO}&view=landscape")
    for slug in VIEWS:
        if slug == "weights":
            page.evaluate(WAITED, ["dataset", {"value": "digits"}, ["dl:field"]])
        (first,) = page.evaluate(WAITED, ["view", {"value": slug}, ["dl:view"]])
        page.wait_for_function(SETTLED, timeout=120_000)
        page.evaluate(WAITED, ["view", {"value": "claims" if slug == "landscape" else "landscape"}, ["dl:view"]])
        page.evaluate(WAITED, ["learn_all", {"name": "l2", "value": 1e-4 * (1 + VIEWS.index(slug))}, ["dl:field"]])
        page.wait_for_function(SETTLED, timeout=120_000)
        (again,) = page.evaluate(WAITED, ["view", {"value": slug}, ["dl:view"]])
        print(f"view {slug:16} first {first:7.0f} ms, of other networks {again:7.0f} ms")
    page.context.close()


def playback(browser: Any, server: str) -> None:
    for what, link in (
        ("landscape", f"{TWO}&view=landscape"),
        ("landscape, 12 networks", f"{TWELVE}&view=landscape"),
        ("masks of dropout", f"{TWO}&view=dropout"),
        ("spirals, three classes", f"{TWO.replace('moons', 'spirals')}&view=landscape"),
    ):
        for size in ((1440, 900), (1920, 1080)):
            page = opened(browser, f"{server}/?{link}", size)
            frames_of(page, f"playing, {what}, {size[0]}x{size[1]}")
            page.context.close()


def deep(browser: Any, server: str) -> None:
    page = opened(browser, f"{server}/?{TWO}&view=landscape")
    page.get_by_role("button", name="3-D").click()
    page.wait_for_timeout(3000)
    frames_of(page, "playing, landscape in 3-D, 1440x900")
    page.context.close()


def main() -> None:
    with served() as (server, process), sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        start = playwright.chromium.launch
        browser = start(executable_path=path, args=[*(flag for flag in FLAGS if flag not in GL), "--disable-gpu"])
        opened(browser, f"{server}/?{TWELVE}&view=landscape").context.close()
        dials(browser, server, process)
        landscape(browser, server, process)
        views(browser, server)
        playback(browser, server)
        browser.close()
        browser = start(executable_path=path, args=[*FLAGS, "--disable-gpu-compositing"])
        deep(browser, server)
        browser.close()


if __name__ == "__main__":
    main()
