"""What the edits are made of: reading what one says, looking up the run that it means, refusing what is impossible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from visualizer.dials import mend
from visualizer.scenario import MOST_RUNS, Run, Scenario
from visualizer.spec import Hyper, Text

Edit = Mapping[str, Any]
Change = Callable[[Scenario, Edit, list[Text]], Scenario]


class RefusedError(ValueError):
    """An edit that cannot be carried out; ``text`` says why."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.text = Text(en, zh)


def checked(hyper: Hyper, value: Any, old: Any, notes: list[Text]) -> Any:
    """The value made possible, with a note if it had to be changed."""
    used, problem = mend(hyper, value, old)
    if problem:
        notes.append(problem)
    return used


def with_dial(hypers: tuple[Hyper, ...], edit: Edit, values: Mapping[str, Any], notes: list[Text]) -> dict[str, Any]:
    """The values with the one that the edit names changed."""
    for hyper in hypers:
        if hyper.name == edit.get("name"):
            return {**values, hyper.name: checked(hyper, edit.get("value"), values[hyper.name], notes)}
    raise RefusedError(f"There is no dial {edit.get('name')!r}.", f"没有名为 {edit.get('name')!r} 的参数。")


def slug_of(catalogue: Mapping[str, Any], edit: Edit) -> str:
    slug = edit.get("value")
    if not isinstance(slug, str) or slug not in catalogue:
        raise RefusedError(f"There is no {str(slug)[:40]!r}.", f"没有 {str(slug)[:40]!r}。")
    return slug


def free_color(scenario: Scenario) -> int:
    used = {run.color for run in scenario.runs}
    return next(color for color in range(MOST_RUNS + 1) if color not in used) % MOST_RUNS


def place_of(scenario: Scenario, edit: Edit) -> int:
    place = edit.get("run")
    if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(scenario.runs):
        raise RefusedError("That run is gone.", "该优化器已不在比赛中。")
    return place


def require_room(scenario: Scenario) -> None:
    if len(scenario.runs) >= MOST_RUNS:
        raise RefusedError(f"A race has at most {MOST_RUNS} runs.", f"最多 {MOST_RUNS} 个优化器。")


def beside(scenario: Scenario, place: int, run: Run) -> Scenario:
    """The race with one more run, shown in a colour of its own, below the one at ``place``."""
    require_room(scenario)
    added = replace(run, color=free_color(scenario), visible=True)
    return replace(scenario, runs=(*scenario.runs[: place + 1], added, *scenario.runs[place + 1 :]))


def of_run(change: Callable[[Scenario, Run, Edit, list[Text]], Run]) -> Change:
    """A change of one run as a change of the scenario."""

    def changed(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
        place = place_of(scenario, edit)
        runs = list(scenario.runs)
        runs[place] = change(scenario, runs[place], edit, notes)
        return replace(scenario, runs=tuple(runs))

    return changed


def field(name: str, hyper: Hyper) -> Change:
    """A change of one number of the scenario."""

    def change(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
        return replace(scenario, **{name: checked(hyper, edit.get("value"), getattr(scenario, name), notes)})

    return change
