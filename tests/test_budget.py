"""Budget curves: the best loss within a number of gradient evaluations, against recorded runs and closed forms."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from visualizer import maps
from visualizer.charts import Chart
from visualizer.maps.budget import budgets, quantiles, shares, spread, winners
from visualizer.scenario import Run, Scenario
from visualizer.simulate.rollout import rollout

SGD, ADAM = Run("sgd", {"lr": 0.005}), Run("adam", {"lr": 0.1})
SAM = Run("sgd", {"lr": 0.005}, wrappers={"sam": {"rho": 0.05}})
ARMIJO = Run("gd_armijo")


def scenario(*runs: Run, seeds: int = 1, starts: int = 1, steps: int = 60, **more: Any) -> Scenario:
    options = (("seeds", str(seeds)), ("starts", str(starts)))
    chart = Chart("budget", tuple(range(len(runs))), options=options)
    return Scenario(more.pop("landscape", "himmelblau"), runs=runs, steps=steps, chart=chart, **more)


def computed(asked: Scenario) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]], list[np.ndarray]]:
    """The first header and its arrays, the marks, and each run's header and quartiles."""
    found = maps.request(asked)
    assert found
    (about, given), *parts, (marks, _), (end, _) = found.parts(threading.Event())
    assert end == {"kind": "whole"}
    assert [header["map"] for header, _ in parts] == list(range(len(asked.runs)))
    about["headers"] = [header for header, _ in parts]
    return about, dict(given), marks["marks"], [arrays["loss"] for _, arrays in parts]


def recorded(asked: Scenario, run: Run, start: Any, seed: int) -> Any:
    """The same run recorded in float64, within the budget of evaluations."""
    name, hyper = run.optimizer, dict(run.hyper)
    if "sam" in run.wrappers:
        name, hyper = "sam", {"base": name, "base_hyperparameters": hyper, **run.wrappers["sam"]}
    about = {"noise": asked.noise, "seed": seed, "budget": asked.steps, "rotate": asked.rotate}
    return rollout(asked.landscape, name, start, asked.steps, hyper, asked.params, **about)


def best_of(run: Any, grid: np.ndarray) -> np.ndarray:
    """By brute force: the lowest loss among the points that took at most so many evaluations."""
    spent, loss = run.evaluations[: run.n_valid], run.loss[: run.n_valid]
    return np.array([loss[spent <= most].min() for most in grid])


@pytest.mark.parametrize("run", [SGD, ADAM, SAM, ARMIJO], ids=["sgd", "adam", "sam", "armijo"])
def test_quartiles_are_those_of_the_runs_of_every_seed_and_start(run: Run) -> None:
    asked = scenario(run, seeds=16, starts=16, steps=40, noise=("gaussian", {"sigma": 0.05}), seed=3)
    _, given, _, (bands,) = computed(asked)
    grid = given["evaluations"]
    lanes = [best_of(recorded(asked, run, start, seed), grid) for seed in range(3, 19) for start in given["starts"].T]
    wanted = np.sort(np.array(lanes), axis=0)[[63, 127, 191]]  # the 64th, 128th, 192nd of 256
    np.testing.assert_allclose(bands, wanted, rtol=5e-3, atol=2e-3)
    assert (np.diff(bands, axis=1) <= 0).all(), "the best never rises"


def test_gradient_descent_on_a_quadratic_is_the_closed_form() -> None:
    """On (x^2 + kappa y^2) / 2 each coordinate shrinks by 1 - lr times its curvature with every evaluation."""
    lr, kappa, (x, y) = 0.01, 25.0, (1.0, -0.5)
    bowl = {"kappa": kappa, "theta_deg": 0.0, "lambda_min": 1.0}
    _, given, _, (bands,) = computed(scenario(Run("sgd", {"lr": lr}), landscape="ravine", params=bowl, start=(x, y)))
    e = given["evaluations"]
    loss = (x * (1 - lr) ** e) ** 2 / 2 + kappa * (y * (1 - lr * kappa) ** e) ** 2 / 2
    np.testing.assert_allclose(bands, [loss] * 3, rtol=1e-4)


def test_sam_pays_twice() -> None:
    """With a radius of next to nothing it is its inner method at half the speed."""
    tiny = Run("sgd", SGD.hyper, wrappers={"sam": {"rho": 1e-6}})
    about, given, _, (plain, doubled) = computed(scenario(SGD, tiny))
    assert [header["cost"] for header in about["headers"]] == [1, 2]
    grid = given["evaluations"].astype(int)
    half = np.searchsorted(grid, grid // 2)
    known = grid[half] == grid // 2
    np.testing.assert_allclose(doubled[:, known], plain[:, half[known]], rtol=1e-3)
    assert (doubled[1, 2:] > plain[1, 2:]).all()


def test_a_line_search_pays_for_every_trial() -> None:
    about, given, _, (bands,) = computed(scenario(ARMIJO))
    run = recorded(scenario(ARMIJO), ARMIJO, scenario(ARMIJO).placed_start, 0)
    assert about["headers"][0]["cost"] is None
    assert run.evaluations[1] > 1, "its first step takes several"
    assert (bands[1][given["evaluations"] < run.evaluations[1]] == bands[1, 0]).all(), "until then it has the start"
    np.testing.assert_allclose(bands[1], best_of(run, given["evaluations"]), rtol=1e-3, atol=1e-5)


def test_the_order_of_the_runs_is_nothing_to_them() -> None:
    runs = (SGD, ADAM, SAM, ARMIJO)
    _, _, marks, bands = computed(scenario(*runs, starts=16))
    _, _, turned, others = computed(scenario(*runs[::-1], starts=16))
    for one, other in zip(bands, others[::-1], strict=True):
        np.testing.assert_array_equal(one, other)
    for mark, other in zip(marks, turned, strict=True):
        assert mark["shares"] == pytest.approx(other["shares"][::-1])
        assert sorted(mark["best"]) == sorted(3 - place for place in other["best"])


def test_who_is_best_is_counted_start_by_start() -> None:
    asked = scenario(SGD, ADAM, starts=64, steps=50)
    _, given, marks, bands = computed(asked)
    grid = given["evaluations"]
    assert [mark["evaluations"] for mark in marks] == [5, 25, 50]
    lanes = [np.array([best_of(recorded(asked, run, at, 0), grid) for at in given["starts"].T]) for run in asked.runs]
    for mark in marks:
        k = int(np.searchsorted(grid, mark["evaluations"]))
        wins = float((lanes[0][:, k] < lanes[1][:, k]).mean())
        assert mark["shares"] == pytest.approx([wins, 1 - wins], abs=1.5 / 64), "but for one that float32 decides"
        assert mark["best"] == [int(bands[0][1, k] > bands[1][1, k])]


def test_equals_share_and_nobody_wins_without_a_finite_loss() -> None:
    inf = np.inf
    one, other = np.array([[1.0, 2.0, inf, 5.0]]), np.array([[1.0, 3.0, inf, 4.0], [2.0, 1.0, inf, inf]])
    # Lanes (seed, start): tie, one; nobody; other | one, other; nobody; one.
    assert shares([one, other]) == [3.5 / 8, 2.5 / 8]
    assert winners(np.array([2.0, 1.0, 1.0])) == [1, 2]
    assert winners(np.array([inf, inf])) == []
    assert winners(np.array([-1.0, -1.0 - 1e-8])) == [0, 1], "float32 cannot tell these apart"


def test_what_diverges_keeps_its_best_and_what_never_was_finite_is_infinite() -> None:
    wild = Run("sgd", {"lr": 10.0})
    asked = scenario(wild, SGD, landscape="ravine")
    _, _, marks, (lost, _) = computed(asked)
    assert (lost == lost[0, 0]).all() and np.isfinite(lost).all(), "the start was its best"
    assert marks[-1]["shares"] == [0.0, 1.0]
    best = np.array([[np.inf, 1.0, 2.0], [3.0, np.inf, np.inf]])
    np.testing.assert_array_equal(quantiles(best), [[1.0, 3.0], [2.0, np.inf], [np.inf, np.inf]])


def test_seeds_count_only_where_there_is_chance() -> None:
    quiet = computed(scenario(SGD, Run("sgld", {"lr": 0.001}), seeds=16))[0]
    assert [header["seeds"] for header in quiet["headers"]] == [1, 16]
    noisy = computed(scenario(SGD, seeds=16, noise=("gaussian", {"sigma": 0.1})))[0]
    assert noisy["headers"][0]["seeds"] == 16
    in_order = ("minibatch", {"batch": 1, "order": "cyclic", "label": 0.0})
    cyclic = computed(scenario(SGD, seeds=16, noise=in_order, landscape="least_squares"))[0]
    assert cyclic["headers"][0]["seeds"] == 1


def test_starts_fill_the_window_and_are_always_the_same() -> None:
    asked = scenario(SGD, starts=256, shift=(1.0, 0.0))
    x0, x1, y0, y1 = asked.window
    x, y = spread(asked, 256)
    assert ((x0 <= x) & (x <= x1) & (y0 <= y) & (y <= y1)).all()
    cells = np.floor((x - x0) / (x1 - x0) * 8) * 8 + np.floor((y - y0) / (y1 - y0) * 8)
    counts = np.bincount(cells.astype(int), minlength=64)
    assert counts.min() >= 2 and counts.max() <= 6, "256 starts in 64 cells, where chance leaves some empty"
    np.testing.assert_array_equal(spread(replace(asked, seed=7), 16), np.stack([x, y])[:, :16])
    alone = computed(scenario(SGD, start=(1.0, 2.0)))[1]["starts"]
    np.testing.assert_array_equal(alone, [[1.0], [2.0]])


@pytest.mark.parametrize("most", [1, 10, 500, 10_000])
def test_budgets_are_fine_where_they_begin(most: int) -> None:
    grid, marks = budgets(most)
    assert (grid[0], grid[-1], marks[-1]) == (0, most, most)
    assert (np.diff(grid) > 0).all() and set(marks) <= set(grid)
    assert grid[: min(most, 32) + 1].tolist() == list(range(min(most, 32) + 1))
    assert np.diff(grid).max() <= max(1, most / 60)


def test_nobody_is_given_more_than_the_scenario_has_steps() -> None:
    """Whatever its steps count: with a budget of updates SAM would have had twice as much."""
    by_steps, by_evaluations = (computed(scenario(SGD, SAM, budget=kind)) for kind in ("steps", "evaluations"))
    for one, other in zip(by_steps[3], by_evaluations[3], strict=True):
        np.testing.assert_array_equal(one, other)


def test_curves_from_many_starts_are_the_same_wherever_the_race_starts() -> None:
    def key(starts: int, start: tuple[float, float]) -> str:
        asked = maps.request(scenario(SGD, starts=starts, start=start))
        assert asked
        return asked.key

    assert key(16, (1.0, 1.0)) == key(16, (2.0, 0.0)) != key(64, (1.0, 1.0))
    assert key(1, (1.0, 1.0)) != key(1, (2.0, 0.0))
