"""The page under test in real Chromium, and what it knows."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlparse

import numpy as np
from PIL import Image
from playwright.sync_api import Page

from visualizer import Scenario
from visualizer.figures.palette import PATHS
from visualizer.race import race

STATE = "window.descentLab.store.state"


class Lab:
    """The page under test, and what it knows."""

    def __init__(self, page: Page, server: str) -> None:
        self.page, self.server = page, server
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: self.hosts.add(urlparse(asked.url).netloc))

    def open(self, query: dict[str, str] | None = None) -> Lab:
        self.page.goto(f"{self.server}/?{urlencode(query)}" if query else self.server)
        self.page.wait_for_function("performance.getEntriesByName('dl:painted-2d').length > 0", timeout=60_000)
        return self

    def header(self) -> dict[str, Any]:
        return self.page.evaluate(f"{STATE}.header")

    def scenario(self) -> Scenario:
        """The scenario on the page, by way of its link."""
        scenario, problems = Scenario.from_query(dict(parse_qsl(self.header()["query"])))
        assert not problems
        return scenario

    def path(self) -> np.ndarray:
        """All runs' points as the browser holds them, (rows, 2)."""
        return np.array(self.page.evaluate(f"Array.from({STATE}.path)"), np.float64).reshape(-1, 2)

    def clock(self) -> dict[str, Any]:
        return self.page.evaluate("({...window.descentLab.store.clock})")

    def stand(self, step: int) -> None:
        """Pause at a step and wait for the picture."""
        self.page.evaluate(
            """async (step) => {
              const { store } = window.descentLab;
              store.pause(); store.seek(step);
              for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
            }""",
            step,
        )

    def settled(self) -> None:
        """All edits answered and painted; no bands stand in for contours any more."""
        self.page.wait_for_function(
            "!window.descentLab.store.busy && !document.querySelector('.dl-contour .dl-sketched')"
        )
        rev = self.header()["rev"]
        self.page.wait_for_function(
            "(rev) => performance.getEntriesByName('dl:painted-2d').some((mark) => mark.detail.rev >= rev)", arg=rev
        )

    def edited(self, act: Any) -> dict[str, Any]:
        """Do something that edits the scenario; the header after it."""
        before = self.header()["rev"]
        act()
        self.page.wait_for_function(f"(rev) => {STATE}.header.rev > rev", arg=before)
        self.settled()
        return self.header()

    def pixels(self, selector: str) -> np.ndarray:
        picture = self.page.locator(selector).screenshot()
        return np.asarray(Image.open(BytesIO(picture)).convert("RGB"), np.int32)

    def colored(self, selector: str, slot: int) -> int:
        """How many pixels have the colour of a path's slot."""
        wanted = [int(PATHS["light"][slot][i : i + 2], 16) for i in (1, 3, 5)]
        return int((np.abs(self.pixels(selector) - wanted).max(axis=2) < 12).sum())

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the plane is on the screen."""
        x0, x1, y0, y1 = self.header()["window"]
        box = self.page.evaluate(
            """() => {
              const plot = document.querySelector(".dl-contour .js-plotly-plot"), { xaxis, yaxis } = plot._fullLayout;
              const box = plot.getBoundingClientRect();
              return [box.left + xaxis._offset, box.top + yaxis._offset, xaxis._length, yaxis._length];
            }"""
        )
        return box[0] + box[2] * (x - x0) / (x1 - x0), box[1] + box[3] * (y1 - y) / (y1 - y0)

    def module(self, name: str) -> str:
        """The address of one of the page's modules."""
        found = (
            "performance.getEntriesByType('resource').map(({ name }) => name).find((name) => name.endsWith('main.mjs'))"
        )
        return f"{self.page.evaluate(found).rpartition('/')[0]}/{name}"

    def call(self, name: str, expression: str, *values: Any) -> Any:
        """An expression of one of the page's modules, called ``m`` in it, and of ``a``, the values."""
        script = f"async ([address, ...a]) => {{ const m = await import(address); return {expression}; }}"
        return self.page.evaluate(script, [self.module(name), *values])


def truth(scenario: Scenario) -> np.ndarray:
    """The points of all runs as the server has them, (rows, 2)."""
    return np.concatenate([one.xy[: one.n_valid] for one in race(scenario)])
