"""The page of networks under test in real Chromium, and what it knows."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from lab import STATE, Lab

from visualizer.networks.link import read
from visualizer.networks.study import Study


class NetLab(Lab):
    """The page of networks, and what it knows."""

    def open(self, query: dict[str, str] | None = None) -> NetLab:
        """Opens a study's link and waits until its numbers and its view are there."""
        self.page.goto(f"{self.server}/?{urlencode({'net': 'moons', **(query or {})})}")
        self.page.wait_for_function(f"window.descentLab?.store?.state?.header.page === 'networks' && {STATE}")
        self.settled()
        return self

    def study(self) -> Study:
        """The study on the page, by way of its link."""
        study, problems = read({k: v for k, v in parse_qsl(self.header()["query"]) if k != "lang"})
        assert not problems
        return study

    def settled(self) -> None:
        """All edits answered; the numbers and the view of the newest study have come, unless it has none."""
        self.page.wait_for_function(
            """() => {
              const { store } = window.descentLab, { header } = store.state;
              const seen = (name, key) => performance.getEntriesByName(name).some((mark) => mark.detail.key === key);
              const view = header.view.refused || document.querySelector(".dl-net-said:not([hidden])")
                || seen("dl:view", header.view.key);
              return !store.busy && store.numbers.key === header.key && store.numbers.whole && view;
            }""",
            timeout=120_000,
        )
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def numbers(self, expression: str) -> Any:
        """An expression of ``n``, the numbers of the study."""
        return self.page.evaluate(f"() => {{ const n = window.descentLab.store.numbers; return {expression}; }}")
