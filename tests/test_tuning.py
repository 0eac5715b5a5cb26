"""Tuning and the fair race: the best settings are those of closed forms, the order is as stated, nobody is favored."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from visualizer import maps, rollout, tuned
from visualizer.charts import Chart, dials_of
from visualizer.edits import apply
from visualizer.edits.session import Session
from visualizer.maps._verdict import shares, verdict
from visualizer.maps.fair import TESTED, TUNING, Bench, tuned_dials
from visualizer.scenario import Run, Scenario
from visualizer.simulate import tuning
from visualizer.simulate.tuning import Range, level, score, steps_of, trials_of, within_twice

BOWL: dict[str, Any] = {"kappa": 4.0, "theta_deg": 0.0, "lambda_min": 1.0}  # (x^2 + 4 y^2) / 2
CURVATURES = np.array([1.0, 4.0])
RACE = Scenario(
    "rosenbrock",
    runs=(Run("sgd"), Run("momentum"), Run("adam")),
    steps=300,
    chart=Chart("fair", (0, 1, 2), options=(("trials", "32"),)),
)


def descended(lr: np.ndarray, steps: int, start: tuple[float, float]) -> np.ndarray:
    """Gradient descent on the bowl in closed form: losses ``(len(lr), steps + 1)``."""
    factor = np.abs(1.0 - np.outer(lr, CURVATURES))[:, None, :] ** np.arange(steps + 1)[None, :, None]
    with np.errstate(over="ignore"):
        return (0.5 * CURVATURES * (factor * np.array(start)) ** 2).sum(axis=2)


def parts_of(scenario: Scenario) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any], list[Any]]:
    """What is said of all, the rows by place, the verdict, the rows' arrays."""
    asked = maps.request(scenario)
    assert asked
    (about, _), *middle, (end, _) = asked.parts(threading.Event())
    assert end == {"kind": "whole"}
    rows = {header["map"]: header["row"] for header, _ in middle if "row" in header}
    arrays = {header["map"]: given for header, given in middle if "row" in header}
    (told,) = (header["verdict"] for header, _ in middle if "verdict" in header)
    assert all(middle[-1 - k][0]["done"] == 1.0 for k in range(len(rows)))
    return about, [rows[k] for k in range(len(rows))], told, [arrays[k] for k in range(len(rows))]


# ---- the search ------------------------------------------------------------------------------------------------------


def test_the_best_rate_of_gradient_descent_is_that_of_the_closed_form() -> None:
    """Steps too few to arrive: the lowest final loss; enough of them: the fewest steps."""
    start = (3.0, 2.0)
    for steps, arrives in ((6, False), (60, True)):
        found = tuned("ravine", "sgd", {"lr": (1e-3, 1.0)}, 64, "grid", start, steps, params=BOWL, tolerance=1e-3)
        lr = found.dials["lr"]
        assert lr[0] == 1e-3 and lr[-1] == 1.0 and len(lr) == 64
        loss = descended(lr, steps, start)
        there = loss <= 1e-3
        first = np.where(there[:, -1], there.argmax(axis=1), steps + 1)
        assert there[:, -1].any() == arrives
        best = first.min() if arrives else loss[:, -1].min()
        equal = lr[first == best] if arrives else lr[loss[:, -1] == best]
        assert found.values["lr"] in equal
        assert found.values["lr"] == equal[(len(equal) - 1) // 2], "the middle one of those that are equally good"
        inside = found.score < 0
        np.testing.assert_array_equal(inside, there[:, -1])
        np.testing.assert_array_equal(steps_of(found.score[inside], steps), first[inside])
        above = ~inside & (lr <= 0.5)
        np.testing.assert_allclose(found.score[above], loss[above, -1], rtol=1e-3)
        twice = (first <= 2 * best) if arrives else (loss[:, -1] <= 2 * best)
        assert found.sensitivity == pytest.approx(twice.mean())
        diverges = lr > 0.5  # 2 / L
        assert np.isinf(found.score[lr > 0.55]).all() and np.isfinite(found.score[~diverges]).all()
        assert found.edge == ()


def test_two_dials_of_heavy_ball_are_tuned_together() -> None:
    """A grid of 8 x 8, by the recurrence in numpy."""
    ranges = {"lr": (1e-2, 1.0), "momentum": (0.0, 0.99, "log1m")}
    found = tuned("ravine", "momentum", ranges, 64, "grid", (3.0, 2.0), 40, params=BOWL, tolerance=1e-25)
    lr, momentum = found.dials["lr"], found.dials["momentum"]
    assert (len(set(lr)), len(set(momentum)), len(set(zip(lr, momentum, strict=True)))) == (8, 8, 64)
    theta, v = np.tile([[3.0], [2.0]], 64), np.zeros((2, 64))
    for _ in range(40):
        v = momentum * v + CURVATURES[:, None] * theta
        theta = theta - lr * v
    loss = 0.5 * (CURVATURES[:, None] * theta**2).sum(axis=0)
    calm = loss < 10
    np.testing.assert_allclose(found.score[calm], loss[calm], rtol=2e-3, atol=1e-9)
    assert found.best == loss.argmin()


def test_a_best_at_the_end_of_its_range_is_told() -> None:
    low = tuned("ravine", "sgd", {"lr": (1e-4, 1e-2)}, 16, "grid", (3.0, 2.0), 20, params=BOWL)
    assert (low.values["lr"], low.edge) == (1e-2, ("lr",))
    # Without momentum a bowl that is round is left in one step: and there is nothing below 0.
    ranges = {"lr": (0.01, 1.0), "momentum": (0.0, 0.99, "log1m")}
    round_one = {**BOWL, "kappa": 1.0}
    plain = tuned("ravine", "momentum", ranges, 64, "grid", (3.0, 2.0), 20, params=round_one)
    assert plain.values == {"lr": 1.0, "momentum": 0.0}
    assert plain.edge == ("lr",)


def test_a_random_search_stays_in_its_ranges_and_is_the_same_for_all() -> None:
    ranges = {"lr": Range(1e-4, 2.0), "beta1": Range(0.0, 0.999, "log1m")}
    draws = trials_of(ranges, 4096, "random", 7)
    for name, (low, high, _) in ranges.items():
        assert low <= draws[name].min() and draws[name].max() <= high
    share = np.log(draws["lr"] / 1e-4) / np.log(2e4)
    np.testing.assert_allclose(np.quantile(share, [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.03)
    away = np.log(1.0 - draws["beta1"]) / np.log(1e-3)
    np.testing.assert_allclose(np.quantile(away, [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.03)
    assert abs(np.corrcoef(share, away)[0, 1]) < 0.05
    shorter = trials_of({"lr": ranges["lr"]}, 64, "random", 7)
    np.testing.assert_array_equal(shorter["lr"], draws["lr"][:64])
    assert (trials_of(ranges, 64, "random", 8)["lr"] != draws["lr"][:64]).all()


@pytest.mark.parametrize("count", [1, 8, 16, 32, 64, 128, 512])
def test_a_grid_has_as_many_trials_as_were_asked_for_whatever_the_dials(count: int) -> None:
    one, two = {"lr": Range(1e-5, 2.0)}, {"lr": Range(1e-5, 2.0), "momentum": Range(0.0, 0.999, "log1m")}
    for ranges in (one, two):
        found = trials_of(ranges, count)
        assert {len(column) for column in found.values()} == {count}
        assert len(set(zip(*found.values(), strict=True))) == count, "each trial is another"
    if count > 1:
        np.testing.assert_allclose(trials_of(one, count)["lr"], np.geomspace(1e-5, 2.0, count), rtol=0.005)  # 3 digits
    with pytest.raises(ValueError, match="3 dials"):
        trials_of({**two, "x": Range(0.1, 1.0)}, count)


def test_trials_are_what_rollout_does_at_these_values() -> None:
    ranges = {"lr": (1e-3, 0.3), "beta1": (0.0, 0.99, "log1m")}
    given: dict[str, Any] = {"noise": ("gaussian", {"sigma": 0.5})}
    found = tuned("himmelblau", "adam", ranges, 16, "random", (1.0, 1.0), 60, seeds=(3, 8, 5), **given)
    for k in (0, 5, 11):
        hyper = {name: column[k] for name, column in found.dials.items()}
        ends = [rollout("himmelblau", "adam", (1.0, 1.0), 60, hyper, seed=seed, **given).loss[-1] for seed in (3, 8, 5)]
        assert found.loss[k] == pytest.approx(np.median(ends), rel=5e-3, abs=1e-5)
    with pytest.raises(ValueError, match="odd number"):
        tuned("himmelblau", "adam", seeds=(1, 2))


def test_a_rule_without_a_rate_has_one_trial() -> None:
    found = tuned("rosenbrock", "bfgs", steps=60)
    assert (len(found.score), found.values, found.edge) == (1, {}, ())
    loss = rollout("rosenbrock", "bfgs", None, 60).loss
    assert steps_of(found.score, 60)[0] == np.flatnonzero(loss <= found.tolerance)[0]


def test_where_no_minimum_is_known_the_lowest_loss_takes_its_place() -> None:
    found = tuned("himmelblau", "adam", {"lr": (1e-2, 1.0)}, 16, steps=200, smooth=0.5)
    assert found.least == found.loss.min()
    assert found.score[found.loss.argmin()] < 0


# ---- the order -------------------------------------------------------------------------------------------------------


def ends(loss: list[float], arrived: list[int], outcome: list[int], evaluations: list[int]) -> tuning.Ends:
    few = np.zeros(len(loss))
    valid = np.full(len(loss), 101)
    return tuning.Ends(
        few, np.array(loss), few, valid, np.array(arrived), few, np.array(evaluations), np.array(outcome)
    )


def test_scores_are_in_the_stated_order() -> None:
    """Arrived, sooner first; then by loss; then the diverged. What is left within the tolerance does not count."""
    found = ends(
        [1e-4, 1e-9, 5e-4, 0.3, 0.2, 0.9, np.nan, 1e-5],
        [40, 70, 40, 10, -1, -1, -1, 3],
        [0, 0, 0, 1, 0, 0, 2, 2],
        [100] * 8,
    )
    made = score(found, 0.0, 1e-3, 100)
    assert made[0] == made[2] < made[1] < 0 < made[4] < made[3] < made[5] < np.inf
    assert np.isinf(made[6:]).all(), "one that grows has diverged, wherever it is at the last step"
    np.testing.assert_array_equal(steps_of(made[:3], 100), [40, 70, 40])
    dear = score(replace_spent(found, 200), 0.0, 1e-3, 300, evaluations=True)
    np.testing.assert_array_equal(steps_of(dear[:3], 300), [80, 140, 80])
    np.testing.assert_array_equal(within_twice(made, 100), [1, 1, 1, 0, 0, 0, 0, 0])
    np.testing.assert_array_equal(within_twice(made[3:7], 100), [1, 1, 0, 0])
    assert not within_twice(made[6:], 100).any()


def replace_spent(found: tuning.Ends, spent: int) -> tuning.Ends:
    return found._replace(evaluations=np.full(len(found.loss), spent))


def test_what_is_too_near_to_call_is_level() -> None:
    def at(steps: int) -> float:
        return steps / 1001 - 1.0

    pairs = [(at(10), at(11), True), (at(10), at(12), False), (at(500), at(505), True), (at(500), at(506), False)]
    pairs += [(0.5, 0.504, True), (0.5, 0.506, False), (at(990), 0.001, False), (np.inf, np.inf, True)]
    for one, other, near in pairs:
        assert bool(level(np.array(one), np.array(other), 1000)) is near, (one, other)
        assert bool(level(np.array(other), np.array(one), 1000)) is near, (other, one)


def test_a_winner_over_seeds_is_ahead_more_often_than_a_coin() -> None:
    """Of 65 columns: 41 to 24 happens once in twenty times or less by a fair coin, 40 to 25 does not."""

    def told(ahead: int) -> dict[str, Any]:
        second = np.where(np.arange(65) < ahead, 2.0, 0.5)
        return verdict(np.stack([np.ones(65), second]), 100)

    assert told(41)["winner"] == 0
    assert (told(40)["winner"], told(40)["ahead"], told(40)["behind"]) == (None, 40, 25)
    assert verdict(np.array([[0.5], [0.502]]), 100)["winner"] is None, "level"
    assert verdict(np.array([[np.inf], [np.inf]]), 100)["first"] is None
    assert verdict(np.array([[np.inf], [3.0]]), 100)["winner"] == 1
    scores = np.array([[1.0, 2.0, np.inf, 1.0], [2.0, 1.0, np.inf, 1.001]])
    assert shares(scores, 100) == {"wins": [1, 1], "level": 1, "lost": 1, "of": 4}


# ---- the race --------------------------------------------------------------------------------------------------------


def test_everyone_gets_the_same_trials_of_the_same_rates() -> None:
    for search in ("grid", "random"):
        about, rows, _, arrays = parts_of(replace(RACE, chart=Chart("fair", (0, 1, 2), options=(("search", search),))))
        assert [row["trials"] for row in rows] == [64, 64, 64]
        assert about["ranges"][0] == about["ranges"][1] == about["ranges"][2]
        low, high = about["ranges"][0][0]["low"], about["ranges"][0][0]["high"]
        sliders = [dials_of(run)["lr"] for run in RACE.runs]
        assert (low, high) == (min(one.low for one in sliders), max(one.high for one in sliders))
        for given in arrays[1:]:
            np.testing.assert_array_equal(given["x"], arrays[0]["x"])


def test_the_table_says_what_the_runs_do_at_their_best() -> None:
    _, rows, told, arrays = parts_of(RACE)
    for run, row, given in zip(RACE.runs, rows, arrays, strict=True):
        loss = rollout("rosenbrock", run.optimizer, RACE.start, 300, {**run.hyper, **row["values"]}).loss
        assert row["twice"] == np.mean(within_twice(given["score"], 300))
        if row["steps"] is None:
            assert row["gap"] == loss[-1]
        else:
            assert loss[-1] <= RACE.tolerance
            assert row["steps"] == np.flatnonzero(loss <= RACE.tolerance)[0]
    assert told["first"] == int(np.argmin([row["score"] for row in rows]))


def test_the_order_of_the_runs_favors_nobody() -> None:
    noisy = replace(RACE, noise=("gaussian", {"sigma": 0.3}), steps=100)
    turned = replace(noisy, runs=tuple(replace(run, color=k) for k, run in enumerate(reversed(noisy.runs))))
    _, rows, told, _ = parts_of(noisy)
    _, others, retold, _ = parts_of(turned)
    assert others[::-1] == rows
    flip = {None: None, 0: 2, 1: 1, 2: 0}
    assert flip[retold["winner"]] == told["winner"] and flip[retold["first"]] == told["first"]
    assert retold["starts"]["wins"][::-1] == told["starts"]["wins"]
    assert [flip[one["winner"]] for one in retold["others"]] == [one["winner"] for one in told["others"]]
    assert parts_of(noisy)[1:3] == (rows, told), "the same twice"


def test_seeds_that_chose_the_settings_do_not_judge_them() -> None:
    noisy = replace(RACE, noise=("gaussian", {"sigma": 0.3}), seed=2**31 - 9)
    bench = Bench(noisy, list(noisy.runs), threading.Event())
    assert (len(bench.seeds), len(bench.tested)) == (TUNING, TESTED)
    assert len({*bench.seeds, *bench.tested}) == TUNING + TESTED
    assert max(*bench.seeds, *bench.tested) < 2**31
    run, place = noisy.runs[2], 2
    found = bench.tune(place, trials=8)
    raced, _ = bench.race(place, found)
    hyper = {**run.hyper, **found.values}
    for k in (0, 30, 64):
        given: dict[str, Any] = {"noise": noisy.noise, "seed": bench.tested[k]}
        loss = rollout("rosenbrock", "adam", noisy.start, 300, hyper, **given).loss
        assert loss[-1] > noisy.tolerance
        assert raced[k] == loss[-1]
    quiet = Bench(RACE, list(RACE.runs), threading.Event())
    assert quiet.seeds == quiet.tested == [0]


def test_other_starts_are_other_starts_and_other_budgets_are_tuned_anew() -> None:
    bench = Bench(RACE, list(RACE.runs), threading.Event())
    starts = bench.starts()
    x0, x1, y0, y1 = RACE.window
    assert starts.shape == (64, 2)
    assert ((starts >= [x0, y0]) & (starts <= [x1, y1])).all() and len(np.unique(starts[:, 1])) == 64
    found = bench.tune(2)
    raced, _ = bench.race(2, found, starts)
    for k in (1, 20, 63):
        loss = rollout("rosenbrock", "adam", starts[k], 300, {**RACE.runs[2].hyper, **found.values}).loss
        if raced[k] >= 0:
            assert raced[k] == loss[-1]
        else:
            assert np.flatnonzero(loss <= RACE.tolerance)[0] == steps_of(raced[k : k + 1], 300)[0]
    assert (raced < 0).any() and (raced >= 0).any(), "both kinds were looked at"
    assert bench.others() == [("trials", 16), ("trials", 64), ("steps", 150), ("steps", 600)]
    longer = bench.tune(2, steps=600)
    assert longer.limit == 600 and len(bench.tune(2, trials=64).score) == 64
    again = tuned("rosenbrock", "adam", bench.ranges[2], 32, steps=600, tolerance=RACE.tolerance)
    np.testing.assert_array_equal(longer.score, again.score)
    timed = Scenario("rare_gradient", runs=(Run("adam"),), chart=Chart("fair", (0,)))
    assert (Bench(timed, list(timed.runs), threading.Event()).starts()[:, 1] == 0).all(), "there y is the time"


def test_evaluations_are_counted_where_they_are_the_budget() -> None:
    runs = (Run("adam"), Run("adam", wrappers={"sam": {"rho": 1e-9}}))
    race = replace(RACE, runs=runs, budget="evaluations", chart=Chart("fair", (0, 1)), tolerance=0.5)
    _, (plain, sam), told, _ = parts_of(race)
    assert (plain["spent"], sam["spent"]) == (300, 300)
    hyper = {**race.runs[0].hyper, **sam["values"]}
    loss = rollout("rosenbrock", "adam", race.start, 150, hyper).loss  # so small a radius changes nothing
    assert sam["steps"] is not None
    assert sam["steps"] == 2 * np.flatnonzero(loss <= 0.5)[0]
    assert told["winner"] == 0


@pytest.mark.parametrize(
    ("run", "one", "two"),
    [
        (Run("momentum"), ["lr"], ["lr", "momentum"]),
        (Run("sgd"), ["lr"], ["lr"]),  # weight decay would change the loss that is minimized
        (Run("adadelta"), ["lr"], ["lr", "rho"]),
        (Run("lbfgs"), [], []),
        (Run("adam", schedule=("cosine", {})), ["lr"], ["lr", "beta1"]),
        (Run("adam", schedule=("one_cycle", {"max_lr": 0.1, "cycle_momentum": True})), *[["one_cycle.max_lr"]] * 2),
    ],
    ids=lambda value: value.optimizer if isinstance(value, Run) else None,
)
def test_what_is_tuned(run: Run, one: list[str], two: list[str]) -> None:
    assert (tuned_dials(run, False), tuned_dials(run, True)) == (one, two)


def test_a_schedule_with_a_peak_of_its_own_is_tuned_in_that() -> None:
    """Its rate is what the schedule says: lr alone would change nothing."""
    run = Run("sgd", schedule=("one_cycle", {"max_lr": 0.1, "cycle_momentum": False}))
    scenario = replace(RACE, runs=(run,), chart=Chart("fair", (0,)))
    _, (row,), told, (given,) = parts_of(scenario)
    assert list(row["values"]) == ["one_cycle.max_lr"]
    assert len(set(given["score"])) > 10
    assert told["second"] is None


def test_the_fair_race_does_not_depend_on_what_its_dials_say_now() -> None:
    """So that racing at the best computes nothing anew."""
    runs = [replace(run, hyper={**run.hyper, "lr": 0.123}) for run in RACE.runs]
    one, other = maps.request(RACE), maps.request(replace(RACE, runs=runs))
    assert one and other and one.key == other.key
    slower = [
        replace(run, hyper={**run.hyper, "momentum": 0.5}) if "momentum" in run.hyper else run for run in RACE.runs
    ]
    third = maps.request(replace(RACE, runs=slower))
    assert third and third.key != one.key


def test_all_race_at_their_best_in_one_step_that_can_be_undone() -> None:
    value = [{"run": 0, "values": {"lr": 0.25}}, {"run": 2, "values": {"lr": 0.5, "beta1": 0.8}}]
    session = apply(Session(RACE, RACE), {"op": "best", "value": value}, 0.0)
    assert [run.hyper["lr"] for run in session.scenario.runs] == [0.25, RACE.runs[1].hyper["lr"], 0.5]
    assert session.scenario.runs[2].hyper["beta1"] == 0.8
    assert session.undo == (RACE,)
    for wrong in ([{"run": 9, "values": {"lr": 1}}], [{"run": 0, "values": {"beta1": 0.5}}], [3], [{"run": 0}]):
        refused = apply(Session(RACE, RACE), {"op": "best", "value": wrong}, 0.0)
        assert refused.scenario == RACE and len(refused.problems) == 1
