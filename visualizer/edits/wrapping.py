"""The edits of what is around a run, and of what it is compared with: wrappers and twins."""

from __future__ import annotations

from dataclasses import replace

from optimizers import WRAPPERS
from visualizer.edits.parts import Edit, RefusedError, beside, place_of, with_dial
from visualizer.rates import suited
from visualizer.scenario import Run, Scenario, bare, can_be_wrapped
from visualizer.spec import Text
from visualizer.twins import offers

#: What a wrapper that is added by itself goes around: the optimizers of their papers' experiments that show it best.
INSIDE = {"lookahead": "adam", "sam": "sgd"}
ANYTHING = "sgd"


def fresh(scenario: Scenario, slug: str) -> Run:
    """A newcomer: a rule by itself, or a wrapper with a rule inside."""
    inner = INSIDE.get(slug, ANYTHING) if slug in WRAPPERS else slug
    return Run(inner, suited(scenario, inner), wrappers={slug: {}} if slug in WRAPPERS else {})


def around(run: Run, edit: Edit, notes: list[Text]) -> Run:
    """Puts a wrapper around a run, or takes it off; one that is there already keeps its values."""
    slug = _known(edit.get("name"))
    if edit.get("value") and not can_be_wrapped(run.optimizer):
        told = bare(run.optimizer)
        raise RefusedError(str(told), told.zh)
    rest = {other: values for other, values in run.wrappers.items() if other != slug}
    return replace(run, wrappers={**rest, slug: run.wrappers.get(slug, {})} if edit.get("value") else rest)


def around_hyper(run: Run, edit: Edit, notes: list[Text]) -> Run:
    """One dial of a wrapper that is around a run."""
    slug = _known(edit.get("wrapper"))
    if slug not in run.wrappers:
        raise RefusedError(f"The run is not inside {slug}.", f"该优化器没有 {slug}。")
    values = with_dial(WRAPPERS[slug].hypers, edit, run.wrappers[slug], notes)
    return replace(run, wrappers={**run.wrappers, slug: values})


def _known(slug: object) -> str:
    if not isinstance(slug, str) or slug not in WRAPPERS:
        raise RefusedError(f"There is no wrapper {str(slug)[:40]!r}.", f"没有包装器 {str(slug)[:40]!r}。")
    return slug


def twin(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """The twin of a run, by its name or its place among the run's offers, beside its original."""
    place, name = place_of(scenario, edit), edit.get("name")
    found = list(enumerate(offers(scenario.runs[place])))
    offer = next((offer for i, offer in found if offer.name == name or (type(name) is int and name == i)), None)
    if offer is None:
        raise RefusedError("The run has no such twin.", "没有这样的对照。")
    if offer.reason:
        raise RefusedError(f"{offer.title}: {offer.reason}.", f"{offer.title.zh}\uff1a{offer.reason.zh}。")
    return beside(scenario, place, replace(offer.run, twin=scenario.runs[place].color))
