"""Scores and heights, by hand-made trajectories and closed forms."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from visualizer import rollout
from visualizer.panels.payload import curve
from visualizer.race import Score, forked, is_cycled, momenta, momentum, partings, race, score, ticks
from visualizer.scenario import Fork, Run, Scenario
from visualizer.scene import surface
from visualizer.simulate import recent
from visualizer.simulate import rollout as rollout_module
from visualizer.simulate.rollout import Info, Trajectory

BOWL = Scenario("noisy_bowl", {"kappa": 1.0}, noise=("none", {}), tolerance=0.1)


def walked(losses: list[float], valid: int | None = None) -> Trajectory:
    """A run down the x axis of the round bowl x^2 / 2 that has these losses."""
    rows = len(losses)
    valid = rows if valid is None else valid
    theta = np.array([[math.sqrt(2 * loss), 0.0] for loss in losses])
    loss = np.array(losses, float)
    theta[valid:], loss[valid:] = np.nan, np.nan
    none = np.zeros((rows - 1, 2))
    return Trajectory(theta, loss, Info(none, none, none, none, none, none, none[:, 0]), valid, np.arange(rows))


def touch_and_stay(losses: list[float], valid: int | None = None) -> tuple[Any, Any]:
    measured = score(BOWL, walked(losses, valid))
    return measured.touch, measured.stay


ARRIVALS = [
    ("arrives and stays", [2.0, 1.0, 0.05, 0.04, 0.01], None, (2, 2)),
    ("exactly at the tolerance", [2.0, 0.1, 0.1], None, (1, 1)),
    ("never", [2.0, 1.0, 0.5, 0.2], None, (None, None)),
    ("there from the start", [0.05, 0.04, 0.01], None, (0, 0)),
    ("oscillates, then settles", [2.0, 0.05, 0.5, 0.05, 0.5, 0.05, 0.01], None, (1, 5)),
    ("touches and leaves", [2.0, 0.05, 0.5, 0.7], None, (1, None)),
    ("arrives at the last step", [2.0, 1.0, 0.05], None, (2, 2)),
    ("diverges", [2.0, 8.0, 32.0, 0.0, 0.0], 3, (None, None)),
    ("touches, then diverges", [2.0, 0.05, 32.0, 0.0, 0.0], 3, (1, None)),
    ("diverges from within the tolerance", [2.0, 1.0, 0.05, 0.0], 3, (2, None)),
]


@pytest.mark.parametrize(
    ("losses", "valid", "expected"), [row[1:] for row in ARRIVALS], ids=[row[0] for row in ARRIVALS]
)
def test_touch_and_stay(losses: list[float], valid: int | None, expected: tuple[Any, Any]) -> None:
    """A first touch flatters oscillators; a run that diverges has not stayed."""
    assert touch_and_stay(losses, valid) == expected


def test_the_rest_of_the_score() -> None:
    """Loss, distance, gradients and length are those of the valid part."""
    assert score(BOWL, walked([2.0, 0.5, 0.08, 0.02])) == Score(0.02, 0.2, 2, 2, 3, pytest.approx(1.8))
    assert score(BOWL, walked([2.0, 0.5, 8.0, 0.0, 0.0], 3)) == Score(8.0, 4.0, None, None, 2, pytest.approx(4.0))


def test_distance_is_to_the_nearest_global_minimum_on_the_turned_page() -> None:
    scenario = Scenario("saddle_floor", {"c": 0.1}, (Run("sgd", {"lr": 0.05}),), (0.1, -1.0), 300, rotate=45.0)
    (ours,) = race(scenario)
    measured = score(scenario, ours)
    assert measured.distance == pytest.approx(0.0, abs=1e-9)
    assert measured.loss == pytest.approx(-2.5, abs=1e-12)
    assert measured.length > 1.2
    side = math.sqrt(5) / math.sqrt(2)  # (0, -sqrt 5) turned by 45 degrees
    np.testing.assert_allclose(ours.theta[-1], (side, -side), atol=1e-6)


def test_without_a_minimum_nothing_arrives() -> None:
    scenario = Scenario("saddle", runs=(Run("sgd", {"lr": 0.05}),))
    measured = score(scenario, race(scenario)[0])
    assert (measured.touch, measured.stay, measured.distance) == (None, None, None)
    assert measured.loss < -1


def test_a_race_is_its_runs_one_by_one() -> None:
    """In order, hidden ones too, from the placed start, with the scenario's noise, seed and schedules."""
    runs = (Run("sgd", {"lr": 0.01}), Run("adam", {"lr": 0.1}, ("cosine", {"T_max": 30}), visible=False))
    scenario = Scenario(
        "noisy_bowl", {"kappa": 5.0}, runs, (1.0, 2.0), 60, ("gaussian", {"sigma": 0.3}), 4, rotate=90.0
    )
    together = race(scenario)
    assert len(together) == 2
    for run, ours in zip(runs, together, strict=True):
        alone = rollout(
            "noisy_bowl", run.optimizer, (-2.0, 1.0), 60, run.hyper, {"kappa": 5.0},
            schedule=run.schedule, noise=("gaussian", {"sigma": 0.3}), seed=4, rotate=90.0,
        )  # fmt: skip
        np.testing.assert_array_equal(ours.theta, alone.theta)
    assert race(Scenario("beale")) == []


def test_a_race_wraps_its_runs() -> None:
    """As the engine does that takes the wrappers as entries of the catalogue."""
    run = Run("momentum", {"lr": 0.01}, wrappers={"lookahead": {"k": 3}, "sam": {"rho": 0.2}})
    (ours,) = race(Scenario("beale", runs=(run,), steps=40))
    inner = {"base": "momentum", "base_hyperparameters": {"lr": 0.01}, "rho": 0.2}
    hyper = {"k": 3, "inner": "sam", "inner_hyperparameters": inner}
    np.testing.assert_array_equal(ours.theta, rollout("beale", "lookahead", (0.7, 1.4), 40, hyper).theta)


# ---- equal budgets ---------------------------------------------------------------------------------------------------


def spending(costs: list[int], valid: int | None = None) -> Trajectory:
    """A run whose updates cost so many evaluations each."""
    walk = walked([10.0 - k for k in range(len(costs) + 1)], valid)
    spent = np.cumsum([0.0, *costs])
    spent[walk.n_valid :] = np.nan
    return replace(walk, evaluations=spent)


def counted(budget: int) -> Scenario:
    return replace(BOWL, steps=budget, budget="evaluations")


BUDGETS = [
    # cost of each step, points before it diverges, budget; points kept, whether it diverged, the row at each tick
    ("one each", [1, 1, 1, 1], None, 4, 5, False, [0, 1, 2, 3, 4]),
    ("two each", [2, 2, 2, 2], None, 4, 3, False, [0, 0, 1, 1, 2]),
    ("an odd one is not spent", [2, 2, 2], None, 3, 2, False, [0, 0, 1, 1]),
    ("a line search", [3, 1, 4, 1], None, 5, 3, False, [0, 0, 0, 1, 2, 2]),
    ("the first step is too dear", [7, 7], None, 5, 1, False, [0] * 6),
    ("diverges within", [2, 2, 2, 2, 2], 2, 5, 2, True, [0, 0, 1, 1]),
    ("diverges with its last", [2, 2, 2, 2], 2, 4, 2, True, [0, 0, 1, 1]),
    ("diverges after", [2, 2, 2, 2], 2, 3, 2, False, [0, 0, 1, 1]),
]


@pytest.mark.parametrize(
    ("costs", "valid", "budget", "points", "diverged", "rows"),
    [row[1:] for row in BUDGETS],
    ids=[b[0] for b in BUDGETS],
)
def test_a_budget_of_evaluations(
    costs: list[int], valid: int | None, budget: int, points: int, diverged: bool, rows: list[int]
) -> None:
    whole = spending(costs, valid)
    ended = "diverged" if diverged else "budget" if points < len(costs) + 1 else ""
    ours = replace(whole, n_valid=points, ended=ended)
    assert list(ticks(counted(budget), ours)) == rows


def test_scores_within_a_budget_are_in_evaluations() -> None:
    ours = replace(walked([2.0, 0.05, 0.5, 0.05, 0.01]), evaluations=np.array([0, 2, 4, 6, 8]))
    assert (score(counted(8), ours).touch, score(counted(8), ours).stay) == (2, 6)
    assert (score(BOWL, ours).touch, score(BOWL, ours).stay) == (1, 3)
    assert score(counted(8), ours).evaluations == 8


def test_sam_makes_half_the_steps_and_the_others_all() -> None:
    runs = (Run("sgd", {"lr": 0.01}), Run("sgd", {"lr": 0.01}, wrappers={"sam": {}}))
    by_steps = Scenario("beale", runs=runs, steps=51)
    plain, sam = race(by_steps)
    plain_counted, sam_counted = race(replace(by_steps, budget="evaluations"))
    np.testing.assert_array_equal(plain_counted.theta, plain.theta)
    np.testing.assert_array_equal(sam_counted.theta[: sam_counted.n_valid], sam.theta[:26])
    assert sam_counted.n_valid == 26
    assert sam_counted.stopped is None
    assert list(ticks(by_steps, sam)) == list(range(52))


# ---- momentum --------------------------------------------------------------------------------------------------------


def test_momentum_as_pytorch_cycles_it() -> None:
    """One cycle: from the highest down to the lowest at 30 % of the steps, and back; in cosines."""
    run = Run("adam", schedule=("one_cycle", {"base_momentum": 0.85, "max_momentum": 0.95}))
    found = momentum(run, 101)
    rise, fall = 0.3 * 101 - 1, 0.7 * 101
    t = np.arange(101)
    wave = np.where(t <= rise, (1 + np.cos(np.pi * t / rise)) / 2, (1 - np.cos(np.pi * (t - rise) / fall)) / 2)
    np.testing.assert_allclose(found, 0.85 + 0.1 * wave, rtol=1e-12)
    assert is_cycled(run)


def test_momentum_without_a_cycle() -> None:
    assert (momentum(Run("adam", {"beta1": 0.8}, ("cosine", {})), 5) == 0.8).all()
    assert (momentum(Run("nesterov", {"momentum": 0.7}), 5) == 0.7).all()
    assert np.isnan(momentum(Run("sgd", schedule=("one_cycle", {})), 5)).all()
    still = Run("momentum", {"momentum": 0.5}, ("one_cycle", {"cycle_momentum": False}))
    assert (momentum(still, 5) == 0.5).all()
    assert not is_cycled(still)


def test_the_momentum_shown_is_the_one_that_was_used() -> None:
    """Read off the recorded velocities: b_t = mu_t b_{t-1} + g_t."""
    run = Run("momentum", {"lr": 0.01}, ("cyclic", {"step_size_up": 7}))
    (ours,) = race(Scenario("ravine", runs=(run,), steps=40))
    b, g = ours.info.m, ours.info.g
    used = (b[1:] - g[1:]) / b[:-1]
    np.testing.assert_allclose(used, np.repeat(momentum(run, 40)[1:, None], 2, axis=1), rtol=1e-9)


# ---- forks ---------------------------------------------------------------------------------------------------------


FORKED = Scenario(
    "himmelblau",
    runs=(
        Run("adam", {"lr": 0.05}, wrappers={"sam": {}}),
        Run("sgd", {"lr": 0.01}, fork=Fork(0, 30)),
        Run("momentum", {"lr": 0.002, "momentum": 0.8}, ("one_cycle", {}), fork=Fork(1, 50, carried=False)),
    ),
    steps=80,
)


def test_a_race_of_forks() -> None:
    """Rows before a fork are its original's, in every part; a chain is followed, in whatever order the runs stand."""
    adam, sgd, momentum_ = race(FORKED)
    for name in ("theta", "loss", "evaluations"):
        one, two, three = (getattr(run, name) for run in (adam, sgd, momentum_))
        np.testing.assert_array_equal(two[:31], one[:31])
        np.testing.assert_array_equal(three[:51], two[:51])
    assert not np.array_equal(sgd.theta[31], adam.theta[31])
    for mine, theirs in zip(sgd.info, adam.info, strict=True):
        np.testing.assert_array_equal(mine[:30], theirs[:30])
    np.testing.assert_allclose(sgd.theta[31:], sgd.theta[30:-1] - 0.01 * sgd.info.g[30:], rtol=1e-13)
    assert sgd.evaluations.tolist() == [*range(0, 60, 2), *range(60, 111)]
    turned = race(replace(FORKED, runs=tuple(reversed(FORKED.runs))))
    for ours, same in zip(reversed(turned), (adam, sgd, momentum_), strict=True):
        np.testing.assert_array_equal(ours.theta, same.theta)


def test_a_fork_within_a_budget() -> None:
    """Its evaluations are the original's and its own; the clock shows both."""
    counted = replace(FORKED, budget="evaluations")
    trajectories = race(counted)
    adam, sgd, _ = trajectories
    assert (adam.n_valid, sgd.n_valid, sgd.ended) == (41, 51, "budget")
    assert list(ticks(counted, sgd)) == [*np.repeat(np.arange(30), 2), *range(30, 51)]
    assert score(counted, sgd).evaluations == 80
    early = with_dials(counted, 0, wrappers={"sam": {}, "lookahead": {}})
    late = with_dials(early, 1, fork=Fork(0, 60))
    found = race(late)
    assert forked(late, 1, found) == 40, "the original comes no further"
    np.testing.assert_array_equal(found[1].theta[:41], found[0].theta[:41])
    assert found[1].n_valid == 41


def test_where_a_run_goes_its_own_way() -> None:
    trajectories = race(FORKED)
    assert [forked(FORKED, place, trajectories) for place in range(3)] == [None, 30, 50]
    short = replace(FORKED, steps=40)
    assert [forked(short, place, race(short)) for place in range(3)] == [None, 30, 40]
    assert partings(FORKED, trajectories) == [None] * 3


def test_the_momentum_of_a_fork_is_its_originals_before_it() -> None:
    found = momenta(FORKED, 2, race(FORKED))
    assert (found[:30] == 0.9).all() and np.isnan(found[30:50]).all()
    np.testing.assert_array_equal(found[50:], momentum(FORKED.runs[2], 80)[50:])


def test_the_momentum_that_is_drawn_of_a_fork_is_its_originals_before_it() -> None:
    """Its own dial before the fork too would show a change of beta that there is none of."""
    slow = Run("momentum", {"lr": 0.001, "momentum": 0.9})
    fork = Run("momentum", {"lr": 0.001, "momentum": 0.5}, fork=Fork(0, 20))
    scenario = Scenario("himmelblau", runs=(slow, fork), steps=40)
    drawn = curve("momentum", scenario, 1, race(scenario))[:, 0]
    np.testing.assert_allclose(drawn[:20], 0.9, rtol=1e-7)
    np.testing.assert_allclose(drawn[20:40], 0.5, rtol=1e-7)
    assert np.isnan(drawn[40])


def test_a_twin_of_a_fork_parts_after_it() -> None:
    other = Run("sgd", {"lr": 0.005}, fork=Fork(0, 30), twin=1)
    scenario = replace(FORKED, runs=(*FORKED.runs, other))
    trajectories = race(scenario)
    (at,) = [at for at in partings(scenario, trajectories) if at is not None]
    assert 30 < at < 40


# ---- heights ---------------------------------------------------------------------------------------------------------


def grid(window: tuple[float, float, float, float], size: int = 161) -> tuple[np.ndarray, np.ndarray]:
    return np.meshgrid(np.linspace(*window[:2], size), np.linspace(*window[2:], size))


def test_linear_heights_are_the_losses() -> None:
    drawn = surface(Scenario("saddle", log=False))
    assert drawn.window == (-2.0, 2.0, -2.0, 2.0)
    assert (drawn.shift, drawn.eps) == (None, None)
    x, y = grid(drawn.window)
    assert drawn.heights.shape == (161, 161)
    np.testing.assert_allclose(drawn.heights, x * x - y * y, atol=1e-14)


def test_logarithmic_heights_count_from_the_minimum() -> None:
    drawn = surface(Scenario("saddle_floor", {"c": 0.1}, log=True))
    assert drawn.shift == -2.5
    assert drawn.eps == pytest.approx(1e-3)
    x, y = grid(drawn.window)
    loss = x * x - y * y + 0.1 * y**4
    np.testing.assert_allclose(drawn.heights, np.log10(np.maximum(loss + 2.5, 0) + drawn.eps), rtol=0, atol=1e-9)
    assert np.isfinite(drawn.heights).all()


def test_a_surface_without_a_minimum_counts_from_the_lowest_point_drawn() -> None:
    drawn = surface(Scenario("saddle", log=True))
    assert drawn.shift == -4.0
    assert drawn.heights.min() == pytest.approx(math.log10(drawn.eps or 0))


def test_a_shallow_surface_is_not_drawn_flat() -> None:
    """The floor under the logarithm is at most a ten-thousandth of what there is to see."""
    drawn = surface(Scenario("ravine", {"kappa": 1.0, "lambda_min": 0.001}, log=True))
    assert drawn.eps == pytest.approx(1e-4 * 0.001 * 0.5 * 50)
    assert np.ptp(drawn.heights) > 3


@pytest.mark.parametrize("degrees", [90.0, 33.0])
def test_a_turned_surface_is_drawn_turned(degrees: float) -> None:
    """With a window about the turned centre (Rosenbrock's is at (0, 1)), rows upwards."""
    scenario = Scenario("rosenbrock", {"a": 1.0, "b": 10.0}, rotate=degrees, log=False)
    drawn, angle = surface(scenario), math.radians(degrees)
    np.testing.assert_allclose(
        drawn.window, (-math.sin(angle) - 2, -math.sin(angle) + 2, math.cos(angle) - 2, math.cos(angle) + 2), atol=1e-12
    )
    x, y = grid(drawn.window)
    u, v = math.cos(angle) * x + math.sin(angle) * y, math.cos(angle) * y - math.sin(angle) * x
    np.testing.assert_allclose(drawn.heights, (1 - u) ** 2 + 10 * (v - u * u) ** 2, rtol=1e-9, atol=1e-9)


# ---- what is kept from a moment ago ----------------------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many runs were rolled out each time that any were; nothing is kept from before."""
    counts: list[int] = []
    run = rollout_module._run

    def counted(jobs: list[Any], draws: np.ndarray) -> Any:
        counts.append(len(jobs))
        return run(jobs, draws)

    monkeypatch.setattr(rollout_module, "_run", counted)
    monkeypatch.setattr(recent, "_kept", recent.Kept())
    monkeypatch.setattr(recent, "_places", OrderedDict())
    return counts


def test_only_a_changed_run_is_rolled_out_again(asked: list[int]) -> None:
    """And a run that is there twice only once; what is handed out twice is not for writing."""
    before = Scenario("ravine", runs=(Run("sgd"), Run("adam"), Run("adam")), steps=7)
    after = replace(before, runs=(Run("sgd"), Run("adam", {"lr": 0.123}), Run("adam")))
    first, second = race(before), race(after)
    assert asked == [2, 1]
    assert first[0] is second[0] and first[2] is second[2]
    race(replace(before, seed=5)), race(replace(before, steps=8)), race(replace(before, start=(0.1, 0.2)))
    assert asked == [2, 1, 2, 2, 2], "all that a run depends on counts"
    alone = rollout("ravine", "adam", before.placed_start, 7, {"lr": 0.123}, before.params, noise=before.noise)
    assert np.array_equal(second[1].theta, alone.theta) and not np.array_equal(first[1].theta, alone.theta)
    with pytest.raises(ValueError, match="read-only"):
        first[0].theta[0] = 0


def with_dials(scenario: Scenario, place: int, **changes: Any) -> Scenario:
    return replace(
        scenario, runs=[replace(run, **changes) if i == place else run for i, run in enumerate(scenario.runs)]
    )


def test_a_fork_is_rolled_out_again_alone(asked: list[int]) -> None:
    """Its dials: one run. Its step: itself and the place there. The original's dials: everything that hangs on it."""
    adam, sgd = Run("adam", {"lr": 0.1}), Run("sgd", {"lr": 0.01}, fork=Fork(0, 20))
    before = Scenario("ravine", runs=(adam, sgd, Run("momentum")), steps=50)
    first = race(before)
    assert asked == [3, 1], "the two runs and the place where the fork goes on; the fork"
    asked.clear()
    second = race(with_dials(before, 1, hyper={"lr": 0.015}))
    assert asked == [1] and second[0] is first[0]
    asked.clear()
    race(with_dials(before, 1, fork=Fork(0, 21)))
    assert asked == [1, 1]
    asked.clear()
    race(with_dials(before, 0, hyper={"lr": 0.2}))
    assert asked == [2, 1]
    asked.clear()
    assert race(before)[1] is first[1] and asked == []


def test_a_lecture_that_comes_at_once_computes_once(asked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Red if who comes while a run is under way began it again; a run of his own is not waited for by others."""
    run, go = rollout_module._run, threading.Event()

    def held(jobs: list[Any], draws: np.ndarray) -> Any:
        assert go.wait(60)
        return run(jobs, draws)

    monkeypatch.setattr(rollout_module, "_run", held)
    one = Scenario("ravine", runs=(Run("sgd"), Run("adam")), steps=7)
    with ThreadPoolExecutor(12) as hall:
        waiting = [hall.submit(race, one) for _ in range(11)]
        other = hall.submit(race, with_dials(one, 1, hyper={"lr": 0.2}))
        time.sleep(0.3)
        go.set()
        first, *others = [one.result(60) for one in waiting]
        assert all(mine is theirs for found in others for mine, theirs in zip(first, found, strict=True))
        assert other.result(60)[0] is first[0]
    assert sorted(asked) == [1, 2] and not recent._under_way


def test_what_cannot_be_run_is_told_to_all_who_wait(asked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Red if they waited for ever, or if the run could not be asked for again."""
    one = Scenario("ravine", runs=(Run("sgd"),), steps=7)
    go = threading.Event()

    def broken(*_: Any) -> Any:
        assert go.wait(60)
        raise ValueError("too long")

    with monkeypatch.context() as for_now, ThreadPoolExecutor(4) as hall:
        for_now.setattr(recent, "run_jobs", broken)
        waiting = [hall.submit(race, one) for _ in range(4)]
        time.sleep(0.3)
        go.set()
        assert all(isinstance(one.exception(60), ValueError) for one in waiting)
    assert len(race(one)[0].theta) == 8 and asked == [1]


def test_places_that_are_kept_are_bounded(asked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MOST_PLACES", 3)
    one = Scenario("ravine", runs=(Run("adam"), Run("sgd", fork=Fork(0, 0))), steps=9)
    for at in range(8):
        race(with_dials(one, 1, fork=Fork(0, at)))
    assert len(recent._places) == 3


def test_what_is_kept_is_bounded(asked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MOST_ROWS", 25)
    one = Scenario("ravine", runs=(Run("sgd"),), steps=9)
    for seed in (0, 1, 0, 2, 0, 1):  # two of ten rows have room: the one that was asked for last stays longest
        race(replace(one, seed=seed))
    assert asked == [1, 1, 1, 1]


def test_a_score_is_of_its_scenario() -> None:
    """A trajectory that is handed out again is scored by what the scenario now says."""
    ours = walked([2.0, 0.5, 0.08, 0.02])
    assert score(BOWL, ours).stay == 2
    assert score(replace(BOWL, tolerance=0.03), ours).stay == 3
    assert score(replace(BOWL, tolerance=0.6), ours).stay == 1
