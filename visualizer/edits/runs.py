"""The edits of the race's runs: adding, duplicating, and the dials of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from optimizers import CATALOGUE
from optimizers import RULES as OPTIMIZERS
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer.edits import forking, wrapping
from visualizer.edits.parts import Change, Edit, beside, free_color, of_run, place_of, require_room, slug_of, with_dial
from visualizer.rates import suited
from visualizer.scenario import Run, Scenario
from visualizer.spec import Text


def _run_add(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    slug = slug_of(CATALOGUE, edit)
    require_room(scenario)
    run = wrapping.fresh(scenario, slug)
    return replace(scenario, runs=(*scenario.runs, replace(run, color=free_color(scenario))))


def _run_duplicate(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    place = place_of(scenario, edit)
    return beside(scenario, place, scenario.runs[place])


def _run_optimizer(scenario: Scenario, run: Run, edit: Edit, notes: list[Text]) -> Run:
    return forking.with_optimizer(scenario, run, slug_of(OPTIMIZERS, edit), notes)


def _run_hyper(scenario: Scenario, run: Run, edit: Edit, notes: list[Text]) -> Run:
    return replace(run, hyper=with_dial(OPTIMIZERS[run.optimizer].hypers, edit, run.hyper, notes))


def _run_reset(scenario: Scenario, run: Run, edit: Edit, notes: list[Text]) -> Run:
    """One dial, or all of them, back to what a fresh run on this surface has."""
    fresh = Run(run.optimizer, suited(scenario, run.optimizer)).hyper
    name = edit.get("name")
    if name is None:
        # What is around a run is what it is; only its dials go back.
        plain: dict[str, dict[str, Any]] = {slug: {} for slug in run.wrappers}
        return replace(run, hyper=fresh, schedule=("constant", {}), wrappers=plain)
    return replace(run, hyper={**run.hyper, name: fresh[name]})


def _run_visible(scenario: Scenario, run: Run, edit: Edit, notes: list[Text]) -> Run:
    return replace(run, visible=bool(edit.get("value")))


def _run_schedule(scenario: Scenario, run: Run, edit: Edit, notes: list[Text]) -> Run:
    slug = slug_of(SCHEDULES, edit)
    return run if slug == run.schedule[0] else replace(run, schedule=(slug, {}))


def _schedule_hyper(scenario: Scenario, run: Run, edit: Edit, notes: list[Text]) -> Run:
    slug, values = run.schedule
    return replace(run, schedule=(slug, with_dial(SCHEDULES[slug].hypers, edit, values, notes)))


RUNS: dict[str, Change] = {
    "run_add": _run_add,
    "run_duplicate": _run_duplicate,
    "run_remove": forking.remove,
    "run_optimizer": of_run(_run_optimizer),
    "run_hyper": of_run(_run_hyper),
    "run_reset": of_run(_run_reset),
    "run_visible": of_run(_run_visible),
    "run_schedule": of_run(_run_schedule),
    "schedule_hyper": of_run(_schedule_hyper),
    "wrapper": of_run(lambda scenario, run, edit, notes: wrapping.around(run, edit, notes)),
    "wrapper_hyper": of_run(lambda scenario, run, edit, notes: wrapping.around_hyper(run, edit, notes)),
    "twin": wrapping.twin,
    **forking.FORKS,
}
