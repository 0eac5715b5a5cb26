"""Rollouts at their edges: divergence, no steps, many runs, schedules, names and values that are wrong."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from landscapes import CATALOGUE as LANDSCAPES
from landscapes.noise import CATALOGUE as NOISES
from optimizers import CATALOGUE as OPTIMIZERS
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer import rollout, schedule
from visualizer.simulate.job import job
from visualizer.simulate.rollout import Info, capacity, run_jobs
from visualizer.spec import complete

LARGEST = 1.7976931348623157e308  # the largest float64


def test_divergence_stops_at_the_step_that_leaves_float64() -> None:
    """On 50 y^2 descent at lr = .03 doubles y and turns its sign: y = 1.5 (-2)^t, and 50 y^2 overflows when y does."""
    flat = {"kappa": 100.0, "theta_deg": 0.0, "lambda_min": 1.0}
    ours = rollout("ravine", "sgd", (0.0, 1.5), 600, {"lr": 0.03}, flat)
    loss = [50.0 * (1.5 * 2.0**t) ** 2 if 2 * t + 7 < 1024 else math.inf for t in range(601)]
    stop = next(t for t in range(601) if not math.isfinite(loss[t]))
    assert 500 < stop < 520
    assert ours.n_valid == ours.stopped == stop
    np.testing.assert_allclose(ours.theta[:stop, 1], 1.5 * (-2.0) ** np.arange(stop), rtol=1e-12)
    np.testing.assert_allclose(ours.loss[:stop], loss[:stop], rtol=1e-12)
    assert np.isnan(ours.theta[stop:]).all()
    assert np.isnan(ours.loss[stop:]).all()
    for part in ours.info:
        assert len(part) == 600
        assert np.isnan(part[stop:]).all()
        assert not np.isnan(part[: stop - 1]).any()


def test_a_diverged_run_does_not_touch_its_neighbours() -> None:
    wild = job("rosenbrock", "sgd", (-1.2, 1.0), 300, {"lr": 1.0})
    calm = [job("rosenbrock", slug, steps=steps) for slug, steps in (("adam", 50), ("nadam", 0), ("rmsprop", 170))]
    together = run_jobs([calm[0], wild, calm[1], wild, calm[2]])
    assert together[1].n_valid < 20
    for ours, alone in zip((together[0], together[2], together[4]), calm, strict=True):
        (expected,) = run_jobs([alone])
        assert ours.n_valid == alone.steps + 1
        np.testing.assert_array_equal(ours.theta, expected.theta)
        np.testing.assert_array_equal(ours.loss, expected.loss)
        for mine, theirs in zip(ours.info, expected.info, strict=True):
            np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("start", [(1e200, 0.0), (0.0, -LARGEST), (1e155, 1e155)])
def test_a_start_whose_loss_is_not_finite_has_no_valid_row(start: tuple[float, float]) -> None:
    ours = rollout("rosenbrock", "adam", start, 10)
    assert ours.n_valid == 0
    assert ours.stopped == 0
    assert np.isnan(ours.theta).all()


@pytest.mark.parametrize(("slug", "hyper", "made"), [("adam", {}, 40), ("sam", {"base": "adam"}, 20)])
def test_a_budget_ends_a_run_before_the_update_that_would_exceed_it(
    slug: str, hyper: dict[str, Any], made: int
) -> None:
    """SAM's two gradients a step: half the steps. An odd budget leaves one evaluation unused."""
    free = rollout("himmelblau", slug, steps=100, hyper=hyper)
    assert free.ended == ""
    for budget in (40, 41) if slug == "sam" else (40,):
        ours = rollout("himmelblau", slug, steps=100, hyper=hyper, budget=budget)
        assert (ours.n_valid, ours.ended, ours.stopped) == (made + 1, "budget", None)
        np.testing.assert_array_equal(ours.theta[: made + 1], free.theta[: made + 1])
        assert ours.evaluations[made] == 40
        assert np.isnan(ours.theta[made + 1 :]).all()
        assert np.isnan(ours.loss[made + 1 :]).all()
    enough = rollout("himmelblau", slug, steps=made, hyper=hyper, budget=40)
    assert (enough.n_valid, enough.ended) == (made + 1, "")


def test_why_a_run_ended() -> None:
    """Divergence before the budget is used is divergence; with no budget at all only the start is left."""
    wild = {"lr": 1.0}
    diverged = rollout("rosenbrock", "sgd", (-1.2, 1.0), 300, wild, budget=200)
    assert diverged.ended == "diverged"
    assert diverged.stopped == diverged.n_valid < 20
    assert rollout("rosenbrock", "sgd", (-1.2, 1.0), 300, wild, budget=3).ended == "budget"
    none = rollout("beale", "adam", steps=10, budget=0)
    assert (none.n_valid, none.ended) == (1, "budget")
    assert none.theta[0].tolist() == [0.7, 1.4]


def test_a_budget_is_each_jobs_own() -> None:
    jobs = [job("beale", "adam", steps=30, budget=budget) for budget in (5, None, 12)]
    assert [ours.n_valid for ours in run_jobs(jobs)] == [6, 31, 13]


def test_a_far_start_is_not_mistaken_for_divergence() -> None:
    ours = rollout("ravine", "adam", (1e100, -1e100), 50, {"lr": 0.1})
    assert ours.n_valid == 51


def test_no_steps_and_one_step() -> None:
    none = rollout("saddle", "sgd", (1.5, 0.5), 0)
    assert none.theta.tolist() == [[1.5, 0.5]]
    assert none.loss.tolist() == [2.0]
    assert (none.n_valid, none.stopped) == (1, None)
    assert [len(part) for part in none.info] == [0] * len(Info._fields)
    one = rollout("saddle", "sgd", (1.5, 0.5), 1, {"lr": 0.25})
    assert one.theta.tolist() == [[1.5, 0.5], [0.75, 0.75]]
    assert one.info.g.tolist() == [[3.0, -1.0]]
    assert one.evaluations.tolist() == [0, 1]


def test_shapes_are_those_of_the_interface() -> None:
    ours = rollout("beale", "nadam", steps=7)
    assert ours.xy.shape == (8, 2)
    assert ours.loss.shape == (8,)
    assert ours.xy.dtype == ours.loss.dtype == np.float64
    assert ours.info.lr.shape == (7,)
    assert {part.shape for part in ours.info[:-1]} == {(7, 2)}
    assert ours.xy[0].tolist() == list(LANDSCAPES["beale"].start)


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    long, short = (rollout("himmelblau", "adam", steps=steps) for steps in (5000, 50))
    np.testing.assert_array_equal(long.theta[:51], short.theta)


@pytest.mark.parametrize("T_max", [None, 40, 1000])
def test_recorded_rates_are_the_schedule(T_max: int | None) -> None:
    hyper = {"T_max": T_max, "eta_min": 0.01}
    ours = rollout("ravine", "momentum", steps=120, hyper={"lr": 0.02}, schedule=("cosine", hyper))
    np.testing.assert_allclose(ours.info.lr, schedule("cosine", {**hyper, "lr": 0.02}, 120).lr, rtol=1e-14)
    expected = 0.01 + 0.01 * (1 + np.cos(np.pi * np.arange(120) / (T_max or 120))) / 2
    np.testing.assert_allclose(ours.info.lr, expected, rtol=1e-12)


def test_the_schedule_is_what_moves() -> None:
    """Descent on the saddle's x multiplies it by 1 - 2 lr_t."""
    ours = rollout("saddle", "sgd", (1.0, 0.0), 80, {"lr": 0.3}, schedule=("cosine", {}))
    lr = 0.3 * (1 + np.cos(np.pi * np.arange(80) / 80)) / 2
    np.testing.assert_allclose(ours.theta[1:, 0], np.cumprod(1 - 2 * lr), rtol=1e-10, atol=1e-300)


def test_capacities() -> None:
    assert [capacity(rows) for rows in (1, 65536, 65537, 524288, 524289)] == [65536, 65536, 524288, 524288, 4194304]
    assert capacity(4_194_304) == 4_194_304
    with pytest.raises(ValueError, match="4194304"):
        capacity(4_194_305)


def test_more_than_sixteen_runs() -> None:
    rates = np.linspace(0.01, 0.4, 20)
    together = run_jobs([job("saddle", "sgd", (1.0, 0.0), 5, {"lr": lr}) for lr in rates])
    np.testing.assert_allclose([ours.theta[5, 0] for ours in together], (1 - 2 * rates) ** 5, rtol=1e-12)


UNKNOWN = [
    ({"landscape": "rosenbroc"}, "rosenbroc", LANDSCAPES),
    ({"optimizer": "adamm"}, "adamm", OPTIMIZERS),
    ({"schedule": ("cosinus", {})}, "cosinus", SCHEDULES),
    ({"noise": ("gausian", {})}, "gausian", NOISES),
    ({"hyper": {"beta3": 0.9}}, "beta3", ("lr", "beta1", "beta2", "eps")),
    ({"params": {"kappa": 3.0}}, "kappa", ("a", "b")),
    ({"schedule": ("cosine", {"T": 3})}, r"not T$", ("T_max", "eta_min")),
    ({"noise": ("gaussian", {"sgima": 3})}, "sgima", ("sigma",)),
]


@pytest.mark.parametrize(("change", "wrong", "known"), UNKNOWN)
def test_an_unknown_name_is_named_with_the_known_ones(change: dict[str, Any], wrong: str, known: Any) -> None:
    with pytest.raises(ValueError, match=wrong) as caught:
        rollout(**{"landscape": "rosenbrock", "optimizer": "adam", **change})
    assert all(name in str(caught.value) for name in known)


IMPOSSIBLE = [
    {"hyper": {"lr": math.nan}},
    {"hyper": {"lr": math.inf}},
    {"hyper": {"lr": -0.1}},
    {"hyper": {"beta1": 1.0}},
    {"hyper": {"beta2": 1.5}},
    {"hyper": {"eps": -1e-8}},
    {"hyper": {"lr": "fast"}},
    {"hyper": {"lr": None}},
    {"hyper": {"lr": [0.1, 0.2]}},
    {"params": {"b": 0.0}},
    {"start": (math.nan, 0.0)},
    {"start": (0.0, math.inf)},
    {"start": (1.0, 2.0, 3.0)},
    {"steps": -1},
    {"steps": 10**9},
    {"schedule": ("cosine", {"T_max": 0})},
    {"schedule": ("cosine", {"T_max": 2.5})},
    {"noise": ("gaussian", {"sigma": -1.0})},
    *({"steps": wrong} for wrong in (math.inf, math.nan, None, 2.7)),
    *({"seed": wrong} for wrong in (math.inf, 1.5, -1)),
    *({"budget": wrong} for wrong in (math.inf, 1.5, -1, "all")),
    *({"start": wrong} for wrong in (5, (1, None))),
    {"steps": 10, "noise": ("gaussian", {}), "normals": np.ones((3, 2))},
]


@pytest.mark.parametrize("change", IMPOSSIBLE, ids=str)
def test_an_impossible_value_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        rollout(**{"landscape": "rosenbrock", "optimizer": "adam", **change})


def test_what_is_left_out_takes_its_default() -> None:
    hyper = complete(OPTIMIZERS["adam"].hypers, {}, "adam")
    plain = rollout("rosenbrock", "adam")
    said = rollout("rosenbrock", "adam", (-1.2, 1.0), 200, hyper, {"a": 1.0, "b": 100.0}, schedule=("constant", {}))
    np.testing.assert_array_equal(plain.theta, said.theta)


def test_threads_and_earlier_races_leave_no_trace() -> None:
    """Buffers are used again: never one by two at a time, and never with a row of an earlier race left in it."""
    races = [
        [job("rosenbrock", slug, (-1.0 + 0.1 * k, 2.0), steps, {"lr": lr}) for slug in ("sgd", "adam", "rmsprop")]
        for k, (steps, lr) in enumerate([(900, 1e-3), (60, 1e-3), (700, 0.9), (0, 1e-3), (850, 1e-2), (30, 0.9)])
    ]
    alone = [run_jobs(jobs) for jobs in races]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(run_jobs, races * 8))
    for found, expected in zip(together, alone * 8, strict=True):
        for ours, same in zip(found, expected, strict=True):
            assert ours.n_valid == same.n_valid
            for array in ("theta", "loss", "evaluations"):
                np.testing.assert_array_equal(getattr(ours, array), getattr(same, array))
    assert np.isnan(alone[2][0].theta[alone[2][0].n_valid :]).all() and alone[2][0].n_valid < 700
