"""A race as one script for this lab: each of its runs as the page writes it, one after another."""

from __future__ import annotations

from visualizer.export.data import link
from visualizer.export.python import snippets
from visualizer.scenario import Scenario
from visualizer.spec import Text

HEAD = "from visualizer import rollout\n"


def script(scenario: Scenario, language: str = "en") -> str:
    """It ends with ``paths``, the points of each run, ``(T + 1, 2)``, in the order of the race."""
    said = Text("One for each run of the race.", "比赛中每个优化器一条。")
    parts = [f"# {link(scenario)}\n{HEAD}\npaths = []  # {_in(said, language)}\n"]
    for number, run in enumerate(scenario.runs, 1):
        code = snippets(scenario, run, language)["descent_lab"].code.removeprefix(HEAD)
        parts.append(f"\n# {number}: {_in(run.title, language)}\n{code.lstrip()}paths.append(path)\n")
    return "".join(parts)


def _in(text: Text, language: str) -> str:
    return text.pair()[language == "zh"]
