"""Forks under the microscope: every leg recomputes its recorded steps, from the state that the engine gave it."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from test_microscope import NO_NAMES, anywhere, assert_shown_is_computed, every_rule, leaves

from optimizers import RULES
from visualizer import formula
from visualizer.microscope import Replay, replay
from visualizer.race import race
from visualizer.scenario import Fork, Run, Scenario, can_be_wrapped
from visualizer.simulate.rollout import Trajectory

STEPS, AT = 45, 18
CASES = 4
SURFACES = ("rosenbrock", "himmelblau", "logistic", "ravine")
RETURNS = {"lookahead": {"k": 5, "alpha": 0.5}}
ANEW = {"lookahead": {"k": 4, "alpha": 0.5, "reset_state": True}}
# What every rule is forked into, and from: averages with and without correction, a velocity, squares alone, a method
# that keeps nothing, one that counts, one that switches, points beside theta, wrappers.
OTHERS = (
    ("adam", {}),
    ("momentum", {}),
    ("sgd", {}),
    ("adamw", RETURNS),
    ("nadam", {}),
    ("swats", {}),
    ("schedulefree_sgd", {}),
    ("adabound", {}),
    ("adam_nobias", ANEW),
)


def moved(slug: str, case: int, rng: np.random.Generator) -> dict[str, Any]:
    """Hyperparameters: the defaults first, then anywhere, with a rate at which most do not leave."""
    hyper = {one.name: anywhere(one, rng) for one in RULES[slug].hypers} if case else {}
    return hyper | ({"lr": 10 ** rng.uniform(-4, -2.5)} if "lr" in hyper else {})


def around(slug: str, case: int) -> dict[str, Any]:
    wrappers = {2: RETURNS, 3: ANEW | {"sam": {"rho": 0.05}}}.get(case, {})
    return wrappers if can_be_wrapped(slug) else {}


def forked(slug: str, case: int, back: bool = False) -> Scenario:
    """A rule, itself with other dials, afresh, a fork of a fork; and it from or into others, their states carried."""
    rng = np.random.default_rng([case, *map(ord, slug)])
    schedule = ("constant", {}) if case != 2 else ("one_cycle", {})

    def run(name: str, fork: Fork | None, wrappers: dict[str, Any], color: int, moved_at: int = case) -> Run:
        return Run(name, moved(name, moved_at, rng), schedule, wrappers=wrappers, color=color, fork=fork)

    runs = [run(slug, None, around(slug, case), 0)]
    if not back:
        runs += [
            run(slug, Fork(0, AT, True), around(slug, case), 1, 1),
            run(slug, Fork(0, AT, False), around(slug, case), 2),
        ]
        runs += [run(slug, Fork(1, 33, True), around(slug, 2 if case == 3 else 3), 3, 2)]
        runs += [run(slug, Fork(2, 16 + 9 * case, True), {}, 4, 0), run(slug, Fork(0, 0, True), {}, 5)]
        runs += [run(name, Fork(0, AT, True), ways, 6 + at) for at, (name, ways) in enumerate(OTHERS[:6])]
    else:
        runs = [run(name, None, ways, at) for at, (name, ways) in enumerate(OTHERS[:6])]
        runs += [run(slug, Fork(at, AT, True), around(slug, case), 6 + at) for at in range(6)]
    noise = ("minibatch", {}) if SURFACES[case] == "logistic" else ("gaussian", {}) if case == 3 else ("none", {})
    return Scenario(SURFACES[case], steps=STEPS, runs=tuple(runs), noise=noise, seed=case)


def assert_recomputes(legs: list[Replay], trajectory: Trajectory, told: str) -> None:
    """As in ``test_microscope``; every step belongs to one leg."""
    steps = max(0, trajectory.n_valid - 1)
    assert [step for leg in legs for step in range(leg.first, leg.first + leg.steps)] == list(range(1, steps + 1)), told
    ends = np.concatenate([leg.ends for leg in legs]) if legs else np.zeros((0, 2))
    before, after = trajectory.theta[:steps], trajectory.theta[1 : steps + 1]
    scale = np.maximum(1.0, np.maximum(np.abs(before), np.abs(after)).max(axis=1, initial=0.0))
    apart = np.abs(ends - after).max(axis=1, initial=0.0) / scale
    assert (apart <= 1e-12).all(), (told, int(np.argmax(~(apart <= 1e-12))) + 1, np.nanmax(apart))


def assert_told(scenario: Scenario) -> list[Replay]:
    """The last legs of all runs."""
    last = []
    for place, trajectory in enumerate(race(scenario)):
        legs = replay(scenario, place, trajectory)
        assert_recomputes(legs, trajectory, f"{place}: {scenario.runs[place]}")
        last += legs[-1:]
    return last


@every_rule
@pytest.mark.parametrize("case", range(CASES))
def test_a_forks_lines_recompute_its_steps(slug: str, case: int) -> None:
    """A count or a beta's power that begins anew where the engine's goes on, or goes on where it begins anew; a state
    or slow weights that were not carried; dials of the original: each turns this red.
    """
    lines = set()
    for leg in assert_told(forked(slug, case)):
        assert_shown_is_computed(leg, 2)
        lines |= {part["tex"] for line in leg.layout["lines"] for part in (line, *leaves(line["tree"]))}
    for tex in lines:
        assert not re.search(r"[A-Za-z]{2}", NO_NAMES.sub(" ", tex)), tex


@every_rule
@pytest.mark.parametrize("case", range(CASES))
def test_a_state_of_another_rule_is_told_as_the_engine_turned_it(slug: str, case: int) -> None:
    """A velocity that is not scaled, a product that is not 0, or counted on."""
    assert_told(forked(slug, case, True))


# ---- what is said ----------------------------------------------------------------------------------------------------


def legs_of(*runs: Run, at: int = -1, **changed: Any) -> list[Replay]:
    scenario = Scenario(**{"landscape": "himmelblau", "steps": 40, "runs": runs, **changed})
    place = at % len(runs)
    trajectory = race(scenario)[place]
    legs = replay(scenario, place, trajectory)
    assert_recomputes(legs, trajectory, "")
    return legs


def lines_of(leg: Replay) -> list[str]:
    lines = [line["tex"].replace(r" \, ", " ") for line in leg.layout["lines"]]
    for tex in lines:
        assert formula.draw(tex).lines, tex
    return lines


def column(leg: Replay, symbol: str) -> np.ndarray:
    """The numbers of a line's target, row by row."""
    target = next(line["target"] for line in leg.layout["lines"] if line.get("target", {}).get("tex") == symbol)
    return leg.table()[:, target["at"]]


ADAM = Run("adam", {"lr": 0.05})


def test_a_fork_that_changes_the_rate_alone_is_told_like_its_original() -> None:
    """The power goes on with the count: no product, and no other name for t."""
    one, two = legs_of(ADAM, Run("adam", {"lr": 0.01}, fork=Fork(0, 15)))
    assert (one.first, one.steps, two.first, two.steps) == (1, 15, 16, 25)
    assert lines_of(one) == lines_of(two)
    assert r"\hat m_t = \frac{m_t}{1 - \beta_1^{t}}" in lines_of(two)
    t = next(leaf["at"] for line in two.layout["lines"] for leaf in leaves(line["tree"]) if leaf["tex"] == "t")
    np.testing.assert_array_equal(two.table(16, 3)[:, t], [16, 17, 18])


def test_a_beta_that_is_moved_makes_its_power_a_product() -> None:
    _, own = legs_of(ADAM, Run("adam", {"lr": 0.05, "beta1": 0.5}, fork=Fork(0, 15)))
    assert r"\Pi_{1,t} = \Pi_{1,t-1} \beta_1" in lines_of(own)
    assert r"\hat V_t = \frac{V_t}{1 - \beta_2^{t}}" in lines_of(own)
    np.testing.assert_allclose(column(own, r"\Pi_{1,t}"), 0.9**15 * 0.5 ** np.arange(1, 26), rtol=1e-12)


def test_a_state_left_behind_counts_from_the_fork() -> None:
    _, own = legs_of(ADAM, Run("adam", {"lr": 0.05}, fork=Fork(0, 15, carried=False)))
    assert "j_t = t - 15" in lines_of(own)
    assert r"\hat m_t = \frac{m_t}{1 - \beta_1^{j_t}}" in lines_of(own)
    np.testing.assert_array_equal(column(own, "j_t"), np.arange(1, 26))
    _, own = legs_of(ADAM, Run("prodigy", fork=Fork(0, 15, carried=False)))
    assert any(r"\theta_{15}" in line for line in lines_of(own)), "the point that it measures from"


def test_a_velocity_has_no_first_gradient_and_an_average_of_it_is_complete() -> None:
    heavy = Run("momentum", {"lr": 0.003})
    _, own = legs_of(ADAM, Run("momentum", {"lr": 0.003}, fork=Fork(0, 15)))
    assert "b_t = g_t" not in lines_of(own)
    _, own = legs_of(heavy, Run("adam", {"lr": 0.05}, fork=Fork(0, 15)))
    np.testing.assert_array_equal(column(own, r"\Pi_{1,t}"), 0.0)
    assert r"\hat V_t = \frac{V_t}{1 - \beta_2^{j_t}}" in lines_of(own), "the squares begin here"


def test_of_adam_and_adamw_the_power_goes_on() -> None:
    _, own = legs_of(ADAM, Run("adamw", {"lr": 0.05}, fork=Fork(0, 15)))
    assert not any(name in line for line in lines_of(own) for name in (r"\Pi", "j"))


def test_counts_that_a_moved_dial_leaves_go_on() -> None:
    """NAdam's factor on its momentum; Sophia's steps until the next look at the Hessian."""
    _, own = legs_of(Run("nadam"), Run("nadam", {"momentum_decay": 0.1}, fork=Fork(0, 15)))
    factor = 0.96 ** (15 * 4e-3) * 0.96 ** (0.1 * np.arange(1, 26))
    np.testing.assert_allclose(column(own, r"\Phi_t"), factor, rtol=1e-12)
    _, own = legs_of(Run("sophia"), Run("sophia", {"update_interval": 3}, fork=Fork(0, 15)))
    looks = [line["truth"] for line in own.layout["lines"] if line["kind"] == "if"]
    assert np.flatnonzero(own.table()[:, looks[0]]).tolist()[:3] == [5, 8, 11], "step 21, as planned, then every third"


def test_cycled_momentum_before_the_fork_stays_in_the_product() -> None:
    cycled = Run("adam", {"lr": 0.05}, ("one_cycle", {"cycle_momentum": True}))
    one, own = legs_of(cycled, Run("adam", {"lr": 0.05}, fork=Fork(0, 15)))
    product = column(one, r"\Pi_{1,t}")[-1] * 0.9 ** np.arange(1, 26)
    np.testing.assert_allclose(column(own, r"\Pi_{1,t}"), product, rtol=1e-12)
    assert column(one, r"\Pi_{1,t}")[-1] != 0.9**15


def test_a_fork_before_its_original_begins_is_one_of_the_first_run() -> None:
    runs = (ADAM, Run("momentum", {"lr": 0.003}, fork=Fork(0, 30)), Run("rmsprop", {"lr": 0.02}, fork=Fork(1, 10)))
    assert [(leg.first, leg.steps) for leg in legs_of(*runs)] == [(1, 10), (11, 30)]
    runs = (ADAM, runs[1], Run("rmsprop", {"lr": 0.02}, fork=Fork(1, 35)))
    assert [(leg.first, leg.steps) for leg in legs_of(*runs)] == [(1, 30), (31, 5), (36, 5)]


def test_a_fork_of_a_run_that_leaves_begins_where_that_stops() -> None:
    wild = Run("sgd", {"lr": 1.0})
    one, own = legs_of(wild, Run("sgd", {"lr": 0.0}, fork=Fork(0, 30)), landscape="rosenbrock", start=(-1.2, 1.0))
    assert own.first == one.steps + 1 < 30
    assert one.steps + own.steps == 40


def test_lookahead_counts_anew_only_from_its_next_return() -> None:
    """Forked 2 steps after a return every 3 into one every 5, which comes 3 steps on."""
    three = Run("adam", wrappers={"lookahead": {"k": 3, "reset_state": True}})
    five = Run("adam", wrappers={"lookahead": {"k": 5, "reset_state": True}}, fork=Fork(0, 17))
    _, own = legs_of(three, five)
    assert column(own, "j_t")[:8].tolist() == [3, 4, 5, 1, 2, 3, 4, 5]


def test_the_workbench_keeps_the_mean_that_it_had() -> None:
    """A variance about a mean of its own becomes one about the first moment, which is not the same."""
    slots = {"phi": "ema", "momentum": 0.9, "beta2": 0.99, "lr": 0.01}
    one = Run("built", slots | {"psi": "centered"})
    legs_of(one, Run("built", slots | {"psi": "belief"}, fork=Fork(0, 15)))
    legs_of(one, Run("built", slots | {"psi": "max"}, fork=Fork(0, 15)))
    legs_of(one, Run("built", {"lr": 0.01, "phi": "heavy_ball", "dampening": 0.5}, fork=Fork(0, 15)))


def test_a_budget_of_evaluations_ends_the_last_leg() -> None:
    around = {"sam": {}}
    runs = (Run("adam", wrappers=around), Run("bfgs", fork=Fork(0, 5)), Run("bfgs", {"gtol": 1e-3}, fork=Fork(1, 9)))
    legs = legs_of(*runs, budget="evaluations")
    assert [leg.first for leg in legs] == [1, 6, 10]
