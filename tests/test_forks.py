"""Forks: runs that go on from a step of another, held against runs that were never interrupted and two-phase loops."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimizers import RULES
from visualizer import rollout, schedule
from visualizer.export.python import snippets
from visualizer.race import race
from visualizer.scenario import Fork, Run, Scenario
from visualizer.simulate import rollout as engine
from visualizer.simulate.job import Branch, Job, job
from visualizer.simulate.rollout import run_jobs
from visualizer.simulate.trajectory import Trajectory

NOISE = ("gaussian", {"sigma": 0.05})
STEPS = 90
AT = (0, 1, 37, STEPS)


def assert_same(ours: Trajectory, expected: Trajectory) -> None:
    assert (ours.n_valid, ours.ended) == (expected.n_valid, expected.ended)
    for name in ("theta", "loss", "evaluations"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(expected, name), name)
    for name, mine, theirs in zip(ours.info._fields, ours.info, expected.info, strict=True):
        np.testing.assert_array_equal(mine, theirs, name)
    assert list(ours.aux) == list(expected.aux)
    for name, points in ours.aux.items():
        np.testing.assert_array_equal(points, expected.aux[name], name)


def unchanged(original: Job) -> None:
    """Forks that change nothing are the original, bit for bit; a fork of a fork too."""
    forks = [replace(original, fork=Branch(original, at, True)) for at in AT]
    forks += [replace(original, fork=Branch(forks[2], at, True)) for at in (5, 37, 60)]
    expected, *found = run_jobs([original, *forks])
    assert expected.n_valid > 30
    for ours in found:
        assert_same(ours, expected)


# ---- a fork that changes nothing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", RULES)
def test_a_fork_that_changes_nothing_is_its_original(slug: str) -> None:
    """Every rule, under a schedule that moves and with noise: whatever it keeps from step to step is carried."""
    unchanged(job("ravine", slug, (3.0, 2.0), STEPS, schedule=("cosine", {}), noise=NOISE, seed=5))


AROUND = [
    ("adam", {"lookahead": {"k": 4, "reset_state": True}}),
    ("prodigy", {"lookahead": {"k": 7, "reset_state": True}}),  # its fresh state remembers where the run began
    ("momentum", {"lookahead": {"k": 5}, "sam": {"rho": 0.1}}),
    ("schedulefree_sgd", {"lookahead": {"k": 6}}),
    ("rmsprop", {"sam": {"rho": 0.05}}),
]


@pytest.mark.parametrize(("slug", "around"), AROUND, ids=[f"{slug} in {'+'.join(around)}" for slug, around in AROUND])
def test_nothing_of_a_wrapper_is_lost(slug: str, around: dict[str, Any]) -> None:
    unchanged(job("rosenbrock", slug, (-1.0, 1.5), STEPS, noise=NOISE, seed=2, wrappers=around))


WATCHED = [
    ("sgd", ("reduce_on_plateau", {"patience": 2})),
    ("sgd", ("reduce_on_plateau", {"patience": 1, "accumulation_size": 3})),  # Optax's form
    ("adam", ("one_cycle", {})),
    ("momentum", ("cyclic", {"step_size_up": 7})),
]


@pytest.mark.parametrize(("slug", "watched"), WATCHED, ids=[f"{slug} {watched}" for slug, watched in WATCHED])
def test_a_schedule_goes_on_with_what_it_remembers(slug: str, watched: Any) -> None:
    original = job("ravine", slug, (3.0, 2.0), STEPS, {"lr": 0.021}, schedule=watched, noise=NOISE, seed=1)
    assert run_jobs([original])[0].info.lr[36] != 0.021, "it has done something by the time of the fork"
    unchanged(original)


@pytest.mark.parametrize("order", ["cyclic", "shuffled"])
def test_minibatches_go_on(order: str) -> None:
    unchanged(job("least_squares", "adam", steps=STEPS, noise=("minibatch", {"batch": 3, "order": order}), seed=3))


@pytest.mark.parametrize("slug", ["bfgs", "newton", "sophia", "sam"])
def test_evaluations_are_counted_on(slug: str) -> None:
    """And a budget that ends the original ends the fork at the same evaluation."""
    inner, around = ("sgd", {"sam": {}}) if slug == "sam" else (slug, {})
    original = job("rosenbrock", inner, steps=STEPS, budget=15, wrappers=around)
    forks = [replace(original, fork=Branch(original, at, True)) for at in (0, 3, 80)]
    expected, *found = run_jobs([original, *forks])
    assert expected.ended == "budget" and expected.evaluations[expected.n_valid - 1] > 8
    for ours in found:
        assert_same(ours, expected)


def test_injected_draws_go_on() -> None:
    draws = np.random.default_rng(0).normal(size=(40, 2))
    given: dict[str, Any] = {"steps": 40, "noise": NOISE, "normals": draws}
    ours = rollout("beale", "adam", fork={"optimizer": "adam", "at": 20}, **given)
    assert_same(ours, rollout("beale", "adam", **given))


# ---- the state left behind -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", RULES)
def test_a_reset_fork_is_a_run_that_begins_there(slug: str) -> None:
    """Without noise and at a constant rate: counters, corrections and remembered points are those of a new run."""
    original = job("himmelblau", "momentum", (0.5, -1.0), 60, {"lr": 0.003})
    hyper = {"temperature": 0.0} if slug == "sgld" else {}  # its own noise goes by the step
    other = job("himmelblau", slug, (0.5, -1.0), 60, hyper)
    before, ours = run_jobs([original, replace(other, fork=Branch(original, 20, False))])
    alone = rollout("himmelblau", slug, before.theta[20], 40, hyper)
    np.testing.assert_array_equal(ours.theta[:20], before.theta[:20])
    np.testing.assert_array_equal(ours.theta[20:], alone.theta)
    np.testing.assert_array_equal(ours.info.lr[:20], before.info.lr[:20])
    np.testing.assert_array_equal(ours.info.g[20:], alone.info.g)
    np.testing.assert_array_equal(ours.evaluations[20:], 20 + alone.evaluations)


def test_a_reset_fork_goes_on_in_the_schedule_and_the_noise() -> None:
    hyper, given = {"lr": 0.05}, {"schedule": ("cosine", {}), "noise": NOISE, "seed": 4, "steps": 80}
    fork = {"optimizer": "adam", "hyper": hyper, "schedule": ("cosine", {}), "at": 30, "carried": False}
    ours, alone = (rollout("ravine", "adam", hyper=hyper, **given, **more) for more in ({"fork": fork}, {}))
    np.testing.assert_allclose(ours.info.lr, schedule("cosine", {"lr": 0.05}, 80).lr, rtol=1e-14)
    noise = ours.info.g - alone.info.g
    np.testing.assert_array_equal(noise[30], [0, 0])
    slope = 0.1 + np.abs(ours.info.g[30])
    assert (np.abs(ours.info.m[30] - ours.info.g[30]) <= 1e-12 * slope).all(), "the correction begins anew"


def test_slow_weights_are_part_of_the_state() -> None:
    """Lookahead every 10: a carried fork returns to where the original's slow weights were, a reset one to its own."""
    around = {"lookahead": {"k": 10, "alpha": 0.5}}
    original = job("saddle", "sgd", (1.0, 0.5), 20, {"lr": 0.01}, wrappers=around)
    before, carried, reset = run_jobs(
        [original, *(replace(original, fork=Branch(original, 14, carried)) for carried in (True, False))]
    )
    assert_same(carried, before)
    shrink, grow = 0.98, 1.02  # of x and y in a step of lr 0.01 on x^2 - y^2
    at = before.theta[14]
    fast = at * [shrink**6, grow**6]
    np.testing.assert_allclose(reset.theta[20], at + 0.5 * (fast - at), rtol=1e-12)


# ---- where a fork begins ---------------------------------------------------------------------------------------------


def test_a_fork_of_a_run_that_leaves_the_finite_world_begins_at_its_last_point() -> None:
    wild = job("rosenbrock", "sgd", (-1.2, 1.0), 300, {"lr": 1.0})
    (lost,) = run_jobs([wild])
    last = lost.n_valid - 1
    assert 2 < last < 20
    calm = job("rosenbrock", "sgd", (-1.2, 1.0), 300, {"lr": 0.0})
    for at in (last - 1, last, last + 1, 200):
        before, ours = run_jobs([wild, replace(calm, fork=Branch(wild, at, True))])
        np.testing.assert_array_equal(ours.theta[: min(at, last)], before.theta[: min(at, last)])
        assert (ours.n_valid, ours.ended) == (301, "")
        np.testing.assert_array_equal(
            ours.theta[min(at, last) :], [before.theta[min(at, last)]] * (301 - min(at, last))
        )
    far = job("rosenbrock", "sgd", (1e200, 0.0), 10)
    assert [one.n_valid for one in run_jobs([far, replace(far, fork=Branch(far, 5, True))])] == [0, 0]


def test_a_fork_may_diverge_by_itself() -> None:
    calm = job("saddle", "sgd", (1.0, 0.5), 100, {"lr": 0.1})
    wild = job("saddle", "sgd", (1.0, 0.5), 100, {"lr": 1e6}, fork=Branch(calm, 30, True))
    before, ours = run_jobs([calm, wild])
    assert (before.n_valid, ours.ended) == (101, "diverged")
    assert 31 < (ours.stopped or 0) == ours.n_valid < 60
    np.testing.assert_array_equal(ours.theta[:31], before.theta[:31])
    assert np.isnan(ours.theta[ours.n_valid :]).all() and np.isnan(ours.info.g[ours.n_valid :]).all()


def test_a_fork_of_a_fork_before_it_begins_is_one_of_the_original() -> None:
    given = {"steps": 60}
    first, second = {"optimizer": "momentum", "hyper": {"lr": 0.003}}, {"optimizer": "adam", "hyper": {"lr": 0.1}}
    fork = {**second, "at": 20, "fork": {**first, "at": 40}}
    ours = rollout("himmelblau", "rmsprop", hyper={"lr": 0.01}, fork=fork, **given)
    expected = rollout("himmelblau", "rmsprop", hyper={"lr": 0.01}, fork={**first, "at": 20}, **given)
    assert_same(ours, expected)


def test_further_points_of_both_are_recorded() -> None:
    averaged = job("beale", "schedulefree_sgd", steps=20)
    plain = job("beale", "adam", steps=20, wrappers={"lookahead": {}}, fork=Branch(averaged, 8, True))
    before, ours = run_jobs([averaged, plain])
    assert set(ours.aux) == {"y", "z", "slow"}
    np.testing.assert_array_equal(ours.aux["z"][:8], before.aux["z"][:8])
    assert np.isnan(ours.aux["z"][8:]).all() and np.isnan(ours.aux["slow"][:8]).all()
    np.testing.assert_array_equal(ours.aux["slow"][8], ours.theta[8])


WRONG = [
    {"at": 3},
    {"optimizer": "adam"},
    {"optimizer": "adam", "at": -1},
    {"optimizer": "adam", "at": 1.5},
    {"optimizer": "adamm", "at": 3},
    {"optimizer": "adam", "at": 3, "lr": 0.1},
    {"optimizer": "adam", "at": 3, "hyper": {"beta3": 1}},
]


@pytest.mark.parametrize("fork", WRONG, ids=str)
def test_an_impossible_fork_is_refused(fork: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        rollout("beale", "sgd", steps=10, fork=fork)


# ---- as a script -----------------------------------------------------------------------------------------------------


def test_the_labs_own_script_draws_a_chain_of_forks() -> None:
    """Wrapped, under a schedule, carried and reset; the other scripts say what they leave out."""
    runs = (
        Run("adam", {"lr": 0.05}, ("cosine", {}), wrappers={"lookahead": {"k": 3}}),
        Run("momentum", {"lr": 0.002}, fork=Fork(0, 12)),
        Run("adamw", {"lr": 0.1}, ("exponential", {"gamma": 0.99}), fork=Fork(1, 30, carried=False)),
    )
    scenario = Scenario("himmelblau", runs=runs, steps=50, noise=NOISE, seed=3)
    for run, expected in zip(scenario.runs, race(scenario), strict=True):
        space: dict[str, Any] = {}
        told = snippets(scenario, run)
        exec(told["descent_lab"].code, space)
        np.testing.assert_array_equal(space["path"], expected.xy)
        said = f"up to step {run.fork.at}, which this run continues" if run.fork else None
        for library in ("torch", "optax"):
            assert said in told[library].code if said else "continues" not in told[library].code
    assert "Lookahead(Adam)\uff08到第 12 步" in snippets(scenario, scenario.runs[1], "zh")["torch"].code


# ---- calls -----------------------------------------------------------------------------------------------------------


def test_a_fork_takes_two_calls_of_one_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its original and the place where it goes on in one, itself in the next; a chain one more for each."""
    asked: list[int] = []
    run = engine._run
    monkeypatch.setattr(engine, "_run", lambda jobs, draws: asked.append(len(jobs)) or run(jobs, draws))
    original = job("beale", "adam", steps=50)
    fork = replace(original, fork=Branch(original, 20, False))
    run_jobs([fork, original, replace(original, fork=Branch(original, 20, True))])
    assert asked == [2, 2]
    asked.clear()
    run_jobs([replace(original, fork=Branch(fork, 30, True))])
    assert asked == [2, 1, 1, 1]
