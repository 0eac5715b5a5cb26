"""The edits of forks: a run that goes on from a step of another, beside it."""

from __future__ import annotations

from dataclasses import replace

from optimizers import RULES as OPTIMIZERS
from visualizer.edits.parts import (
    Change,
    Edit,
    RefusedError,
    beside,
    checked,
    of_run,
    place_of,
    slug_of,
)
from visualizer.race import step_at
from visualizer.rates import suited
from visualizer.scenario import AT, Fork, Run, Scenario, bare, can_be_wrapped
from visualizer.spec import Text


def fork(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """A run that continues another, with its state: itself, or another optimizer (``value``).

    From step ``at``, or from the step that it has reached at a ``tick`` of the player's clock.
    """
    place = place_of(scenario, edit)
    original = scenario.runs[place]
    slug = original.optimizer if edit.get("value") is None else slug_of(OPTIMIZERS, edit)
    at = min(checked(AT, edit.get("at", edit.get("tick")), AT.default, notes), scenario.steps or 0)
    if "tick" in edit:
        at = step_at(scenario, place, at)
    run = replace(original, twin=None, fork=Fork(original.color, at))
    return beside(scenario, place, with_optimizer(scenario, run, slug, notes))


def with_optimizer(scenario: Scenario, run: Run, slug: str, notes: list[Text]) -> Run:
    """The run with another optimizer; what cannot go around it is taken off, and that is said."""
    if slug == run.optimizer:
        return run
    if run.wrappers and not can_be_wrapped(slug):
        notes.append(bare(slug))
        run = replace(run, wrappers={})
    return replace(run, optimizer=slug, hyper=suited(scenario, slug))


def _fork_at(scenario: Scenario, run: Run, edit: Edit, notes: list[Text]) -> Run:
    at = checked(AT, edit.get("value"), _of(run).at, notes)
    return replace(run, fork=replace(_of(run), at=min(at, scenario.steps or 0)))


def _fork_carried(scenario: Scenario, run: Run, edit: Edit, notes: list[Text]) -> Run:
    return replace(run, fork=replace(_of(run), carried=bool(edit.get("value"))))


def _of(run: Run) -> Fork:
    if run.fork is None:
        raise RefusedError("The run continues no other.", "该优化器不是分叉。")
    return run.fork


def remove(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """Takes a run away. One that others continue stays, hidden: without it they would have nothing to continue."""
    place = place_of(scenario, edit)
    run = scenario.runs[place]
    forks = [other for i, other in enumerate(scenario.runs) if scenario.trunk(i) == place]
    if not forks:
        return replace(scenario, runs=(*scenario.runs[:place], *scenario.runs[place + 1 :]))
    en, zh = ", ".join(fork.title for fork in forks), "、".join(fork.title.zh for fork in forks)
    said = Text(
        f"{run.title} is only hidden, not removed, for it is continued by {en}. Remove that first.",
        f"{run.title.zh} 已隐藏而未移除\uff1a有分叉接着它运行\uff08{zh}\uff09。请先移除分叉。",
    )
    notes.append(said)
    runs = list(scenario.runs)
    runs[place] = replace(run, visible=False)
    return replace(scenario, runs=tuple(runs))


FORKS: dict[str, Change] = {
    "fork": fork,
    "fork_at": of_run(_fork_at),
    "fork_carried": of_run(_fork_carried),
}
