"""The page in real Chromium: first paint, slider and click to picture, frames a second, payload, server time.

Starts the app on a free port of 127.0.0.1 and drives it headless. What is timed is what a user waits for: from the
browser's own event to the second animation frame after the picture was drawn. Usage: ``python benchmarks/page.py``.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
GL = "--use-gl=angle --use-angle=swiftshader --enable-unsafe-swiftshader".split()
FLAGS = [
    *"--headless --no-sandbox --disable-background-networking --disable-component-update --disable-sync".split(),
    "--no-first-run",
    *GL,
]
RACE = (
    "r1=sgd~lr~0.0005&r2=momentum~lr~0.0002&r3=nesterov~lr~0.0002&r4=adagrad~lr~0.3&r5=adadelta&r6=rmsprop"
    "&r7=adam~lr~0.05&r8=adam_nobias~lr~0.05&r9=adamw~lr~0.05&r10=adam_l2~lr~0.05&r11=amsgrad~lr~0.05&r12=nadam~lr~0.05"
)
LINK = "/?v=1&f=rosenbrock&steps={steps}&" + RACE

# Resolves once both views have painted a payload that answers an edit sent after `since`.
PAINTED = """async ([since, marks]) => {
  const latest = (name) => performance.getEntriesByName(name).at(-1);
  for (let i = 0; i < 400; i++) {
    const found = marks.map(latest);
    if (found.every((mark) => mark && mark.startTime > since) && !window.descentLab.store.busy)
      return Math.max(...found.map((mark) => mark.startTime)) - since;
    await new Promise((done) => setTimeout(done, 5));
  }
  return NaN;
}"""
BOTH = ["dl:painted-2d", "dl:painted-3d"]


@contextmanager
def served() -> Any:
    """The app's address and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), f"--server.port={port}"]
    process = subprocess.Popen(
        [*command, "--server.address=127.0.0.1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield url, process
    finally:
        process.terminate()
        process.wait(10)


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Meter:
    """The CPU time of a server from here on, less what it takes when nobody asks anything of it."""

    def __init__(self, process: subprocess.Popen[bytes], idle: float) -> None:
        self.process, self.idle = process, idle
        self.cpu, self.clock = cpu_seconds(process), time.monotonic()

    def seconds(self) -> float:
        return cpu_seconds(self.process) - self.cpu - self.idle * (time.monotonic() - self.clock)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def say(what: str, values: list[float], unit: str = "ms") -> None:
    print(
        f"{what:58} p50 {statistics.median(values):8.1f}  p95 {percentile(values, 0.95):8.1f} {unit}  n={len(values)}"
    )


def opened(browser: Any, url: str, size: tuple[int, int] = (1440, 900)) -> Page:
    """A page in a fresh context, without a cache, both views painted and at rest."""
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}).new_page()
    page.goto(url)
    page.wait_for_function("performance.getEntriesByName('dl:painted-3d').length > 0", timeout=60000)
    return page


def first_paint(browser: Any, url: str, times: int = 5) -> None:
    flat, deep = [], []
    opened(browser, url + "/").context.close()  # the server is warm after somebody's first visit
    for _ in range(times):
        page = opened(browser, url + "/")
        for name, found in zip(BOTH, (flat, deep), strict=True):
            found.append(page.evaluate("(name) => performance.getEntriesByName(name)[0].startTime", name))
        page.context.close()
    say("opened to first painted race, cold browser, 2-D", flat)
    say("opened to first painted race, cold browser, 3-D", deep)


def latency(browser: Any, server: str, process: subprocess.Popen[bytes], times: int = 60) -> None:
    """Slider and click to picture at 12 runs x 1,000 steps, 2-D, 3-D and loss."""
    page = opened(browser, server + LINK.format(steps=1000))
    page.evaluate("window.descentLab.store.pause()")
    for kind in ("keydown", "pointerup"):
        page.evaluate("(kind) => addEventListener(kind, () => (window.since = performance.now()), true)", kind)
    print(f"controls on the page: {page.locator('input, select, button').count()}")
    meter = Meter(process, 0.0)
    time.sleep(5)
    idle = meter.seconds() / 5
    print(f"server CPU of one page at rest: {idle * 1e3:.1f} ms a second, taken off below")
    page.locator(".dl-lanes input[type=range]").first.focus()
    found, meter = [], Meter(process, idle)
    for _ in range(times):
        page.keyboard.press("ArrowRight")  # always on: what was there before is known to the server
        found.append(page.evaluate(PAINTED, [page.evaluate("window.since"), BOTH]))
    say("slider to picture, 12 x 1000", found)
    print(f"server CPU per rerun, one run changed: {meter.seconds() / times * 1e3:.1f} ms")
    box = page.locator(".dl-contour").bounding_box()
    assert box is not None
    found, meter = [], Meter(process, idle)
    for turn in range(times):
        page.wait_for_timeout(300)
        # A hand comes to rest before it presses: what the arrival paints (the card beside the pointer) is over by then.
        page.mouse.move(
            box["x"] + box["width"] * (0.3 + 0.3 * (turn * 23 % times) / times), box["y"] + box["height"] * 0.4
        )
        page.wait_for_timeout(150)
        page.mouse.down()
        page.mouse.up()
        found.append(page.evaluate(PAINTED, [page.evaluate("window.since"), BOTH]))
    say("click to picture, 12 x 1000", found)
    print(f"server CPU per rerun, all runs changed: {meter.seconds() / times * 1e3:.1f} ms")
    page.context.close()


FORMULAS = (
    "(x^2 - 1)^2 + y^2 + {k}*x*y/20",
    "(1 - x)^2 + {k}*(y - x^2)^2",
    "sin(x)*cos(y) + x^2/{k}",
    "abs(x) + abs(y - {k}/50)",
    "(x^2 + y - 11)^2 + (x + y^2 - {k})^2",
    "20 + x^2 - 10*cos({k}*x/10) + y^2 - 10*cos(2*pi*y)",
    "exp(-x^2 - y^2/{k}) + 0.1*x^2",
)


def placed_and_made(browser: Any, server: str) -> None:
    """A typed formula, a hill, and the dials of every surface, to picture in 2-D and 3-D."""
    page = opened(browser, server + "/?v=1&f=formula")
    page.evaluate("window.descentLab.store.pause()")
    page.evaluate("addEventListener('keydown', () => (window.since = performance.now()), true)")
    field, found = page.locator("textarea"), []
    for k in range(5, 5 + 6 * len(FORMULAS)):
        field.fill(FORMULAS[k % len(FORMULAS)].format(k=k))
        field.press("Enter")
        found.append(page.evaluate(PAINTED, [page.evaluate("window.since"), BOTH]))
        page.wait_for_timeout(300)  # its mathematics is drawn meanwhile
    print(f"{'first typed formula of a page to picture':58} {found[0]:12.1f} ms")
    say("typed formula to picture", found[1:])
    page.context.close()
    edits = {
        "hill moved to picture": ("painted", lambda k: ("hill", {"at": 0, "value": [-1.8 + k / 40, 1.2, -1.2, 0.7]})),
        "smoothed in closed form to picture, Rastrigin": ("rastrigin", lambda k: ("smooth", {"value": k / 100})),
        "smoothed by nodes to picture, Eggholder": ("eggholder", lambda k: ("smooth", {"value": k})),
        "stretched to picture, Himmelblau": ("himmelblau", lambda k: ("stretch", {"value": 1 + k / 10})),
    }
    for what, (slug, edit) in edits.items():
        page, found = opened(browser, f"{server}/?v=1&f={slug}"), []
        page.evaluate("window.descentLab.store.pause()")
        for k in range(1, 31):
            op, fields = edit(k)
            page.evaluate("() => (window.since = performance.now())")
            page.evaluate("([op, fields]) => window.descentLab.store.edit(op, fields)", [op, fields])
            since = page.evaluate("window.since")
            found.append(page.evaluate(PAINTED, [since, BOTH]))
        say(what, found[1:])
        page.context.close()


def payload_size() -> None:
    """Bytes of a rerun's payload whose surface the browser has: header, positions and losses."""
    sys.path.insert(0, str(ROOT))
    from dataclasses import replace
    from urllib.parse import parse_qsl

    from visualizer import race
    from visualizer.edits import Session
    from visualizer.panels import payload, player
    from visualizer.scenario import Scenario

    scenario, _ = Scenario.from_query(dict(parse_qsl(LINK.format(steps=1000)[2:])))
    drawn, trajectories = payload.surface(scenario), race.race(scenario)
    session = replace(Session(scenario, scenario), grid_sent=drawn.header["id"])
    query = LINK.format(steps=1000)[2:]
    arrays = payload.arrays(session, drawn, trajectories)
    packed = player.pack(payload.header(session, 1, query, drawn, trajectories), arrays)
    print(f"payload of a rerun, 12 x 1000: {len(packed) / 1e3:.2f} KB")


def playback(browser: Any, server: str, size: tuple[int, int]) -> None:
    """Without a GPU the browser puts the whole window together anew in every frame: its size is what counts."""
    page = opened(browser, server + LINK.format(steps=2000), size)
    time.sleep(2)
    frames_of(page, f"playback at 12 x 2000, {size[0]}x{size[1]}")
    page.context.close()


def frames_of(page: Page, what: str) -> None:
    """Plays from the start for four seconds."""
    frames = page.evaluate("""async () => {
      const { store, frames } = window.descentLab;
      store.seek(0); Object.assign(frames, { count: 0, worstMs: 0, scriptMs: 0 });
      let last = performance.now(), worst = 0, count = 0, start = last;
      store.play();
      while (performance.now() - start < 4000) {
        const now = await new Promise(requestAnimationFrame);
        worst = Math.max(worst, now - last); last = now; count++;
      }
      const seconds = (performance.now() - start) / 1e3;
      store.pause();
      return { fps: count / seconds, worst, script: frames.scriptMs / Math.max(frames.count, 1) };
    }""")
    print(
        f"{what}: {frames['fps']:.1f} frames/s, longest {frames['worst']:.1f} ms, "
        f"script {frames['script']:.2f} ms a frame"
    )


def main() -> None:
    payload_size()
    with served() as (server, process), sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        first_paint(browser, server)
        latency(browser, server, process)
        placed_and_made(browser, server)
        for size in ((1280, 720), (1440, 900)):
            playback(browser, server, size)
        browser.close()


if __name__ == "__main__":
    main()
