"""Twins: what is offered, that one idea is all that differs, and the step at which the two part."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import strategies
from hypothesis import given
from test_edits import after, opened, play

from optimizers import RULES
from visualizer import rollout
from visualizer.race import parting, partings, race, ticks
from visualizer.scenario import MOST_RUNS, Run, Scenario
from visualizer.spec import Text
from visualizer.twins import NO_DECAY_YET, Offer, offers

ROSENBROCK = Scenario("rosenbrock", start=(-1.2, 1.0), steps=120, runs=())


def offered(run: Run) -> dict[str, Offer]:
    return {offer.name: offer for offer in offers(run)}


def path(run: Run) -> np.ndarray:
    return race(replace(ROSENBROCK, runs=(replace(run, twin=None),)))[0].theta


@given(strategies.runs())
def test_every_run_has_twins_that_can_race(run: Run) -> None:
    """Whatever its values: another run than itself, with all that both rules know carried over but the change."""
    found = offers(run)
    assert len({offer.name for offer in found}) == len(found)
    for offer in found:
        assert offer.run != run
        assert isinstance(offer.title, Text) and offer.title.zh
        assert Scenario("beale", runs=(offer.run,)).to_query()
        if offer.name.startswith("no_") or offer.name == "constant":
            assert offer.run.optimizer == run.optimizer
        else:
            assert (offer.run.schedule, offer.run.wrappers) == (run.schedule, run.wrappers)


@pytest.mark.parametrize("slug", RULES)
def test_a_file_names_twins_that_exist(slug: str) -> None:
    """And that change nothing but what they name: all other shared values are the run's, the rest at rest."""
    run = Run(slug)
    for twin in RULES[slug].twins:
        known = {hyper.name for hyper in RULES[twin.optimizer].hypers}
        assert twin.change.keys() <= known
        change = {name: run.hyper.get(v, v) if isinstance(v, str) else v for name, v in twin.change.items()}
        other = Run(twin.optimizer, {**{name: run.hyper[name] for name in known & run.hyper.keys()}, **change})
        neutral = {"weight_decay": 0.0, "dampening": 0.0, "amsgrad": False, "nesterov": False, "centered": False}
        for name in known & neutral.keys() - run.hyper.keys() - change.keys():
            assert other.hyper[name] == neutral[name], f"{name} comes along uninvited"


# Two runs that are one method in two guises, from the papers' own words; each twin is checked against the other guise.
GUISES: list[tuple[Run, str, str, dict[str, Any]]] = [
    (Run("qhm", {"lr": 1e-3, "momentum": 0.9}), "qhm~nu~0.0", "sgd", {"lr": 1e-3}),
    (Run("qhm", {"lr": 1e-2, "momentum": 0.9}), "qhm~nu~momentum", "nesterov", {"lr": 1e-3, "momentum": 0.9}),
    (Run("aggmo", {"lr": 1e-3}), "aggmo~betas~(0.9,)", "momentum", {"lr": 1e-3}),
    (Run("qhadam", {"lr": 0.1, "nu1": 0.5}), "qhadam~nu1~1.0~nu2~1.0", "adam", {"lr": 0.1}),
    (Run("padam", {"lr": 0.1}), "padam~partial~0.5", "adam", {"lr": 0.1}),
    (Run("lion", {"lr": 0.01, "beta1": 0.5, "beta2": 0.9}), "lion~beta1~beta2", "signum", {"lr": 0.01}),
    (Run("sgld", {"lr": 1e-3}), "sgld~temperature~0.0", "sgd", {"lr": 1e-3}),
    (Run("adamw", {"lr": 0.1}), "no_decay", "adam", {"lr": 0.1}),
    (Run("adam_l2", {"lr": 0.1}), "no_decay", "adam", {"lr": 0.1}),
    (Run("sgdw", {"lr": 1e-3, "nesterov": True}), "no_decay", "nesterov", {"lr": 1e-3}),
    (Run("adamw", {"lr": 0.1, "weight_decay": 0.0}), "adamw~amsgrad~True", "amsgrad", {"lr": 0.1}),
    (Run("nadamw", {"lr": 0.1}), "nadam", "nadam", {"lr": 0.1, "weight_decay": 0.01}),
    (Run("adam", {"lr": 0.1}, wrappers={"sam": {}}), "no_sam", "adam", {"lr": 0.1}),
    (Run("adam", {"lr": 0.1}, wrappers={"lookahead": {}}), "no_lookahead", "adam", {"lr": 0.1}),
    (Run("adam", {"lr": 0.1}, ("cosine", {})), "constant", "adam", {"lr": 0.1}),
]


@pytest.mark.parametrize(("run", "name", "guise", "hyper"), GUISES, ids=[f"{g[0].optimizer}-{g[1]}" for g in GUISES])
def test_a_twin_is_the_method_that_its_title_says(run: Run, name: str, guise: str, hyper: dict[str, Any]) -> None:
    theirs = rollout("rosenbrock", guise, ROSENBROCK.start, ROSENBROCK.steps or 0, hyper).theta
    np.testing.assert_allclose(path(offered(run)[name].run), theirs, rtol=1e-6, atol=1e-9)
    assert np.abs(path(run) - theirs).max() > 1e-4, "the original is another"


def test_averaged_momentum_but_for_the_first_step() -> None:
    """PyTorch's dampening leaves the first gradient whole; from a buffer that holds it, it is an average."""
    run = offered(Run("momentum", {"lr": 1e-3}))["momentum~dampening~momentum"].run
    assert run.hyper["dampening"] == run.hyper["momentum"] == 0.9
    info = race(replace(ROSENBROCK, runs=(run,)))[0].info
    m = info.g[0]
    np.testing.assert_array_equal(info.m[0], m)
    for t in range(1, 50):
        m = 0.9 * m + 0.1 * info.g[t]
        np.testing.assert_allclose(info.m[t], m, rtol=1e-12)


# ---- what would teach nothing ----------------------------------------------------------------------------------------

AT_ZERO = ["momentum", "nesterov", "nadam", "qhm", "radam", "qhadam", "adan", "prodigy", "dadapt_adam"]


@pytest.mark.parametrize("slug", AT_ZERO)
def test_decays_at_zero_are_the_same_and_say_so(slug: str) -> None:
    """The refused twin runs the very path of its original; with a decay it is offered, and runs another."""
    run = Run(slug, {"lr": 1.0 if slug in ("prodigy", "dadapt_adam") else 1e-3})
    (refused,) = [offer for offer in offers(run) if offer.reason == NO_DECAY_YET]
    np.testing.assert_allclose(path(refused.run), path(run), rtol=1e-12)
    decayed = replace(run, hyper={**run.hyper, "weight_decay": 0.5})
    free = offered(decayed)[refused.name]
    assert free.reason is None
    assert np.abs(path(free.run) - path(decayed)).max() > 1e-9


def test_without_momentum_both_decays_are_one_method() -> None:
    """lr (g + lambda theta) either way: the twin is offered, and its title says that it never parts."""
    run = Run("sgd", {"lr": 1e-3, "weight_decay": 0.5})
    twin = offered(run)["sgdw~momentum~0.0"]
    assert twin.reason is None and "the same" in twin.title
    np.testing.assert_allclose(path(twin.run), path(run), rtol=1e-12)
    assert np.abs(path(run) - path(Run("sgd", {"lr": 1e-3}))).max() > 1e-3


def test_a_twin_that_would_lose_more_than_one_idea_says_what() -> None:
    reason = offered(Run("amsgrad", {"weight_decay": 0.1}))["adam"].reason
    assert reason and "weight_decay" in reason and "weight_decay" in reason.zh
    assert offered(Run("amsgrad"))["adam"].reason is None
    assert "amsgrad" in (offered(Run("adamw", {"amsgrad": True}))["adam_l2"].reason or "")
    assert offered(Run("adamw"))["adam_l2"].reason is None


def test_what_a_run_is_already_is_not_offered() -> None:
    assert "rmsprop~centered~False" not in offered(Run("rmsprop"))
    assert "rmsprop~centered~True" not in offered(Run("rmsprop", {"centered": True}))


# ---- the edit --------------------------------------------------------------------------------------------------------

PAIR = Scenario("beale", runs=(Run("sgd"), Run("adam", {"lr": 0.05, "beta1": 0.8}, ("cosine", {}))))


def test_a_twin_comes_beside_its_original_with_all_that_both_have() -> None:
    for name in ("adam_nobias", 0):
        runs = after({"op": "twin", "run": 1, "name": name}, PAIR).runs
        assert runs[2] == Run("adam_nobias", PAIR.runs[1].hyper, ("cosine", {}), color=2, twin=1)
        assert runs[:2] == PAIR.runs


def test_a_twin_remembers_its_original_wherever_that_goes() -> None:
    scenario = after({"op": "twin", "run": 1, "name": "adam_nobias"}, PAIR)
    assert scenario.original(2) == 1
    fewer = after({"op": "run_remove", "run": 0}, scenario)
    assert fewer.original(1) == 0
    assert Scenario.from_query(fewer.to_query()) == (fewer, [])
    more = after({"op": "run_duplicate", "run": 0}, fewer)
    assert (more.original(0), more.original(1), more.original(2)) == (None, None, 0)
    alone = after({"op": "run_remove", "run": 1}, scenario)
    assert alone.runs[1].twin is None
    assert after({"op": "run_add", "value": "sgd"}, alone).runs[1].twin is None, "its colour's next owner is a stranger"


def test_a_twin_that_is_refused_or_unknown_is_answered() -> None:
    full = replace(PAIR, runs=[Run("adam")] * MOST_RUNS)
    for scenario, run, name in (
        (PAIR, 0, "sgdw~momentum~0.0"),
        (PAIR, 0, "adam"),
        (PAIR, 0, 99),
        (PAIR, 0, True),
        (PAIR, 0, None),
        (PAIR, 7, "adam_nobias"),
        (full, 0, "adam_nobias"),
    ):
        session = play(opened(scenario), {"op": "twin", "run": run, "name": name})
        assert session.scenario == scenario
        assert len(session.problems) == 1 and session.problems[0].zh


# ---- parting ---------------------------------------------------------------------------------------------------------


def line(*xs: float) -> np.ndarray:
    return np.array([[x, 0.0] for x in xs])


PARTINGS = [
    ("never", line(0, 50, 100), line(0, 50, 101), None),
    ("exactly 1 % is not more", line(0, 50, 100), line(0, 51, 100), None),
    ("just more", line(0, 50, 100), line(0, 51.01, 100), 1),
    ("of the whole path, not of the part so far", line(0, 1, 200), line(0, 2, 200), None),
    ("the first step counts, though they meet again", line(0, 1, 2, 3), line(0, 2, 2, 5), 1),
    ("the length is the path's, not the way's", line(0, 100, 0), line(0, 101.9, 0), None),
    ("an original that stands still", line(1, 1, 1), line(1, 1, 1.5), 2),
    ("both stand still", line(1, 1, 1), line(1, 1, 1), None),
    ("the twin leaves the finite world", line(0, 50, 100, 100), line(0, 50, 100), 3),
    ("the original does: the twin's length counts", line(0, 1, 1e9), line(0, 3, 100, 100), 1),
    ("a length beyond all numbers", line(0, 1e308, -1e308), line(0, 1e308, -1e308), None),
]


@pytest.mark.parametrize(
    ("original", "twin", "expected"), [row[1:] for row in PARTINGS], ids=[row[0] for row in PARTINGS]
)
def test_parting(original: np.ndarray, twin: np.ndarray, expected: int | None) -> None:
    assert parting(original, twin) == expected


def test_partings_of_a_race_by_the_definition() -> None:
    runs = (
        Run("sgd", {"lr": 0.01}),
        Run("adam", {"lr": 0.1}),
        Run("adam_l2", {"lr": 0.1, "weight_decay": 1e-3}, twin=1),
    )
    scenario = Scenario("ravine", runs=runs, steps=150)
    _, original, twin = race(scenario)
    length = sum(np.linalg.norm(b - a) for a, b in zip(original.theta, original.theta[1:], strict=False))
    apart = [np.linalg.norm(a - b) > 0.01 * length for a, b in zip(original.theta, twin.theta, strict=True)]
    found = partings(scenario, race(scenario))
    assert found == [None, None, apart.index(True) if any(apart) else None]


def test_with_a_budget_of_evaluations_they_are_compared_at_equal_ones() -> None:
    """A wrapped run and its twin: SAM with radius 0.1 stands at half the steps."""
    runs = (Run("sgd", {"lr": 1e-3}), Run("sgd", {"lr": 1e-3}, wrappers={"sam": {"rho": 0.1}}, twin=0))
    scenario = Scenario("rosenbrock", runs=runs, steps=100, budget="evaluations")
    found = race(scenario)
    one, other = (t.theta[ticks(scenario, t)] for t in found)
    assert len(one) == len(other) == 101
    assert partings(scenario, found) == [None, parting(one, other)]
    at = partings(scenario, found)[1]
    assert at is not None and np.linalg.norm(one[at] - other[at]) > 0.01 * np.hypot(*np.diff(one, axis=0).T).sum()
