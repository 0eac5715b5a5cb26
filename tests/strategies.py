"""Arbitrary valid scenarios, and arbitrary nonsense, for Hypothesis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import hypothesis
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from surfaces import MADE, spread

from landscapes import CATALOGUE as LANDSCAPES
from landscapes.noise import CATALOGUE as NOISES
from optimizers import RULES, WRAPPERS
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer.charts import KINDS, Axis, Chart
from visualizer.dials import BUDGET, ROTATE, SEED, STEPS, STRETCH, TOLERANCE, shift_dials, smooth_dial, start_limits
from visualizer.scenario import AT, MOST_RUNS, Fork, Run, Scenario, can_be_wrapped
from visualizer.spec import Hyper, Hypers, complete

set_hypothesis_home_dir(".cache/hypothesis")
# The same examples every time, so that a red test is red for a change of the code; no deadline on a busy machine. What
# needs millions of cases is in fuzz.py.
EXAMPLES = 60
hypothesis.settings.register_profile(
    "descent-lab", derandomize=True, deadline=None, max_examples=EXAMPLES, database=None
)
hypothesis.settings.load_profile("descent-lab")


def value(hyper: Hyper) -> st.SearchStrategy[Any]:
    """Any value that a hyperparameter can take, its default now and then."""
    number = st.floats(hyper.least, hyper.most, allow_nan=False, allow_infinity=False)
    if hyper.kind == "int":
        number = st.integers(int(hyper.least), int(hyper.most))
    if hyper.kind in MADE:
        return st.sampled_from(spread(hyper))
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "bool": st.booleans(),
        "choice": st.sampled_from(hyper.choices or ("",)),
        "list": st.lists(number, min_size=1, max_size=hyper.length).map(tuple),
    }
    drawn = kinds.get(hyper.kind, number)
    return st.one_of(st.just(hyper.default), drawn, *([st.none()] if hyper.nullable else []))


def values(hypers: Hypers) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={hyper.name: value(hyper) for hyper in hypers})


def named(catalogue: Mapping[str, Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """A slug and values for it."""
    return st.sampled_from(list(catalogue)).flatmap(
        lambda slug: st.tuples(st.just(slug), values(catalogue[slug].hypers))
    )


def wrappers() -> st.SearchStrategy[dict[str, dict[str, Any]]]:
    """Some of the wrappers, or none, in either order."""
    return st.permutations(list(WRAPPERS)).flatmap(
        lambda slugs: st.fixed_dictionaries({}, optional={slug: values(WRAPPERS[slug].hypers) for slug in slugs})
    )


@st.composite
def runs(draw: st.DrawFn) -> Run:
    rule, hyper = draw(named(RULES))
    slot = st.integers(0, MOST_RUNS - 1)
    around = draw(wrappers()) if can_be_wrapped(rule) else {}
    forks = st.builds(Fork, slot, value(AT), st.booleans())
    twin, fork = draw(st.none() | slot), draw(st.none() | forks)
    return Run(rule, hyper, draw(named(SCHEDULES)), draw(st.booleans()), draw(slot), around, twin, fork)


def charts() -> st.SearchStrategy[Chart]:
    """Of runs that may not be there, with dials that they may not have."""
    dial = st.sampled_from(["lr", "momentum", "beta1", "beta2", "eps", "cosine.T_max", "lookahead.k", "sam.rho"])
    end = st.none() | st.floats(1e-9, 1e3)
    slots = st.lists(st.integers(0, MOST_RUNS - 1), min_size=1, max_size=3).map(tuple)
    axes = st.lists(st.builds(Axis, dial, end, end), max_size=3).map(tuple)
    return st.builds(Chart, st.sampled_from(list(KINDS)), slots, axes)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    landscape, params = draw(named(LANDSCAPES))
    entry = LANDSCAPES[landscape]
    domain = entry.shape(complete(entry.params, params, landscape)).domain
    stretch = 1.0 if entry.timed else draw(value(STRETCH))
    x0, x1, y0, y1 = start_limits(domain, stretch)
    suitable = {slug: model for slug, model in NOISES.items() if entry.sample or not model.needs_data}
    start = st.tuples(st.floats(x0, x1), st.floats(y0, y1))
    return Scenario(
        landscape,
        params,
        tuple(draw(st.lists(runs(), max_size=MOST_RUNS))),
        draw(st.none() | start),
        draw(st.none() | value(STEPS)),
        draw(st.none() | named(suitable)),
        draw(value(SEED)),
        0.0 if entry.timed else draw(value(ROTATE)),
        draw(st.none() | st.booleans()),
        draw(st.none() | value(TOLERANCE)),
        draw(value(BUDGET)),
        stretch,
        (0.0, 0.0) if entry.timed else (draw(value(shift_dials(domain)[0])), draw(value(shift_dials(domain)[1]))),
        0.0 if entry.timed else draw(value(smooth_dial(entry, domain))),
        draw(st.none() | charts()),
    )


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
