"""The edits of the workbench: an optimizer taken apart into slots, and what was built beside the one that it is."""

from __future__ import annotations

from dataclasses import replace

from optimizers import RULES
from visualizer.edits.parts import Edit, RefusedError, beside, place_of
from visualizer.scenario import Scenario
from visualizer.spec import Text
from visualizer.workbench import SLUG, built_from, named


def apart(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """Adds the same optimizer as slots, beside it: their paths are one until a slot is changed."""
    place = place_of(scenario, edit)
    run = scenario.runs[place]
    slots = built_from(run.optimizer, run.hyper)
    if slots is None:
        title = RULES[run.optimizer].title
        raise RefusedError(f"{title} does not come apart into these slots.", f"{title.zh} 无法拆成这些插槽。")
    return beside(scenario, place, replace(run, optimizer=SLUG, hyper=slots, twin=run.color))


def rival(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """Adds the optimizer that was built, or the nearest that has a name, beside it."""
    place = place_of(scenario, edit)
    run = scenario.runs[place]
    if run.optimizer != SLUG:
        raise RefusedError("This run has a name already.", "它已经有名字了。")
    found = named(run.hyper)
    return beside(scenario, place, replace(run, optimizer=found.slug, hyper=found.hyper, twin=run.color))
