"""The noise cloud: its seeds are runs, and what it says of them agrees with closed forms and published tables."""

from __future__ import annotations

import json
import math
import threading
from typing import Any

import numpy as np
import pytest

from visualizer import maps, rollout
from visualizer.charts import Chart
from visualizer.ensemble import escape, stationary
from visualizer.ensemble.gibbs import SHARES, gibbs, temperature
from visualizer.ensemble.intervals import median, median_rank, wilson
from visualizer.maps.cloud import FAR, LOST
from visualizer.race import race, ticks
from visualizer.scenario import Run, Scenario

SIGMAS = {0.01: 77.0, 0.1: 53.0, 1.0: 28.5}  # the verified scenario's median exits from the saddle, of 60 seeds


def cloud_of(landscape: str, run: Run, seeds: int = 4096, **named: Any) -> dict[str, tuple[dict[str, Any], Any]]:
    """The parts by name; ``about`` is the first header."""
    scenario = Scenario(landscape, runs=(run,), chart=Chart("cloud", (0,), (), (("seeds", str(seeds)),)), **named)
    asked = maps.request(scenario)
    assert asked
    (about, _), *parts, (end, _) = asked.parts(threading.Event())
    assert end == {"kind": "whole"}
    for header in (about, *(header for header, _ in parts)):
        json.dumps(header, allow_nan=False)
    return {"about": (about, {}), **{header["of"]: (header, arrays) for header, arrays in parts}}


def places(found: dict[str, Any]) -> np.ndarray:
    """The points that were sent, ``(S, 2, n)``, in the plane."""
    (about, _), (_, arrays) = found["about"], found["cloud"]
    x0, x1, y0, y1 = about["box"]
    share = np.where(arrays["xy"] >= FAR, np.nan, arrays["xy"] / 65533)
    return np.array([x0, y0]).reshape(1, 2, 1) + share * np.array([x1 - x0, y1 - y0]).reshape(1, 2, 1)


def scattered(sigma: float) -> dict[str, Any]:
    return cloud_of(
        "saddle_floor", Run("sgd", {"lr": 0.05}), start=(1.5, 0.0), steps=150, noise=("gaussian", {"sigma": sigma})
    )


# ---- the seeds -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 7, 255])
def test_a_point_of_the_cloud_is_where_the_rollout_with_its_seed_is(seed: int) -> None:
    noise = ("gaussian", {"sigma": 0.3})
    found = cloud_of("himmelblau", Run("adam", {"lr": 0.05}), 256, noise=noise, steps=400, seed=5)
    own = rollout("himmelblau", "adam", steps=400, hyper={"lr": 0.05}, noise=noise, seed=5 + seed)
    at = found["cloud"][1]["ticks"]
    assert at[0] == 0 and at[-1] == 400 and 100 < len(at) <= 126
    np.testing.assert_allclose(places(found)[:, :, seed], own.xy[at], atol=3e-3)


def test_the_clock_counts_evaluations_where_the_race_does() -> None:
    """Two gradients an update: at tick e the cloud's first seed is where the race's own run is drawn."""
    run = Run("sgd", {"lr": 0.01}, wrappers={"sam": {"rho": 0.05}})
    named: dict[str, Any] = {"noise": ("gaussian", {"sigma": 0.5}), "steps": 101, "budget": "evaluations"}
    found = cloud_of("himmelblau", run, 256, **named)
    scenario = Scenario("himmelblau", runs=(run,), **named)
    (own,) = race(scenario)
    rows = ticks(scenario, own)[found["cloud"][1]["ticks"]]
    np.testing.assert_allclose(places(found)[:, :, 0], own.xy[rows], atol=3e-3)
    assert rows[-1] == 50


def test_what_left_the_finite_numbers_is_told_apart_from_what_is_far() -> None:
    noise = ("gaussian", {"sigma": 0.1})
    found = cloud_of("saddle", Run("sgd", {"lr": 1.2}), 256, noise=noise, start=(1.0, 0.0), steps=400)
    xy = found["cloud"][1]["xy"]
    assert (xy[-1] == LOST).all() and (xy[0] < FAR).all() and (xy == FAR).any()
    assert [(end["point"], end["count"]) for end in found["cloud"][0]["ends"]] == [(escape.DIVERGED, 256)]


@pytest.mark.parametrize(
    ("landscape", "run", "named"),
    [
        ("himmelblau", Run("adam"), {}),
        ("himmelblau", Run("sgld", {"temperature": 0.0}), {}),
        ("himmelblau", Run("sgd"), {"noise": ("gaussian", {"sigma": 0.0})}),
        ("least_squares", Run("sgd", {"lr": 0.1}), {"noise": ("minibatch", {"batch": 3, "order": "cyclic"})}),
    ],
)
def test_where_nothing_is_random_there_is_no_cloud(landscape: str, run: Run, named: Any) -> None:
    assert cloud_of(landscape, run, 256, steps=30, **named).keys() == {"about", "nothing"}


# ---- leaving ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sigma", SIGMAS)
def test_the_median_exit_from_the_saddle_is_that_of_the_scenario(sigma: float) -> None:
    """It counts |y| > 1, of which our neighborhood's edge is not far."""
    found = scattered(sigma)
    home = found["about"][0]["home"]
    assert home["kind"] == "saddle" and np.abs(home["down"][1]) == pytest.approx(1.0)
    assert home["radius"] == pytest.approx(0.1 * math.hypot(6, 6)), "a tenth of the diagonal: the minima are at 2.24"
    y = places(found)[:, 1]
    at = found["cloud"][1]["ticks"]
    exits = np.where((np.abs(y) > 1).any(axis=0), at[(np.abs(y) > 1).argmax(axis=0)], np.inf)
    assert abs(np.median(exits) - SIGMAS[sigma]) <= 2.0, "frames are two steps apart"
    middle, low, high = found["cloud"][0]["median"]
    assert SIGMAS[sigma] - 5 < low <= middle <= high <= np.median(exits)


def test_the_share_that_has_left_is_that_of_an_independent_walk() -> None:
    """On x^2 - y^2 the second coordinate is y' = (1 + 2 lr) y - lr sigma xi: an unstable AR(1) process."""
    lr, sigma, n = 0.02, 0.5, 100_000
    named: dict[str, Any] = {"noise": ("gaussian", {"sigma": sigma}), "start": (1.0, 0.0), "steps": 100}
    found = cloud_of("saddle", Run("sgd", {"lr": lr}), **named)
    radius = found["about"][0]["home"]["radius"]
    rng, y, left = np.random.default_rng(1), np.zeros(n), np.zeros(n, bool)
    share, _, _ = found["cloud"][1]["share"]
    for step in range(1, 101):
        y = (1 + 2 * lr) * y - lr * sigma * rng.standard_normal(n)
        left |= np.abs(y) > radius
        p = left.mean()
        assert abs(share[step] - p) <= 4.5 * math.sqrt(p * (1 - p) * (1 / 4096 + 1 / n)) + 1e-9
    assert 0.2 < share[-1] < 0.98, "neither none nor all: there is something to see"
    assert found["cloud"][0]["escape"]["count"] == round(share[-1] * 4096)
    assert (found["cloud"][1]["left"] <= 100).sum() == round(share[-1] * 4096)


@pytest.mark.parametrize(
    ("run", "seen"),
    [
        (Run("sgd", {"lr": 0.1}), 39),
        (Run("momentum", {"lr": 0.01}), 37),
        (Run("adam", {"lr": 0.1}), 36),
        (Run("momentum", {"lr": 0.05}), 3),
    ],
)
def test_as_many_end_in_the_sharp_minimum_as_of_the_scenarios_60_seeds(run: Run, seen: int) -> None:
    found = cloud_of("sharp_flat", run, steps=500, noise=("gaussian", {"sigma": 1.0}))
    p = next(end["share"] for end in found["cloud"][0]["ends"] if end["point"] == 0)
    assert abs(seen / 60 - p) <= 3.0 * math.sqrt(p * (1 - p) / 60)
    home = found["about"][0]["home"]
    assert (home["kind"], home["point"]) == ("minimum", 0)
    reached = found["cloud"][0]["escape"]["share"]
    flat = next(end["share"] for end in found["cloud"][0]["ends"] if end["point"] == 1)
    assert flat <= reached <= 1.0, "who is at the flat one has been there"


def test_a_home_is_what_the_start_is_nearest_to() -> None:
    """Himmelblau begins beside its maximum; a start that has left a saddle already has a minimum that it may leave."""
    noise = ("gaussian", {"sigma": 1.0})
    homes = {
        start: cloud_of("himmelblau", Run("sgd"), 256, start=start, steps=5, noise=noise)["about"][0]["home"]
        for start in ((-0.4, -0.6), (3.3, 0.1), (2.9, 2.2))
    }
    assert [home["kind"] for home in homes.values()] == ["maximum", "saddle", "minimum"]
    named: dict[str, Any] = {"start": (1.5, 1.2), "steps": 5, "noise": noise}
    assert cloud_of("saddle_floor", Run("sgd"), 256, **named)["about"][0]["home"]["kind"] == "minimum"
    assert cloud_of("ravine", Run("sgd"), 256, steps=5, noise=noise)["about"][0]["home"] is None


# ---- intervals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_that_of_a_published_table(hits: int, n: int, low: float, high: float) -> None:
    """Newcombe, Statistics in Medicine 17, 1998, table I, method 3."""
    np.testing.assert_allclose(wilson(hits, n), (low, high), atol=5e-5)
    np.testing.assert_allclose(wilson(n - hits, n), (1 - high, 1 - low), atol=5e-5)


@pytest.mark.parametrize(("n", "rank"), [(5, 0), (6, 1), (10, 2), (20, 6), (25, 8), (50, 18), (100, 40)])
def test_the_ranks_around_a_median_are_those_of_the_tables(n: int, rank: int) -> None:
    """Of two-sided sign-test intervals at 95 %, as in Conover's or Hollander and Wolfe's tables."""
    assert median_rank(n) == rank


def test_a_medians_interval_covers_it_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    inside = [low <= math.log(2) <= high for _, low, high in map(median, rng.exponential(size=(4000, 256)))]
    assert 0.95 - 3 * math.sqrt(0.05 * 0.95 / 4000) <= np.mean(inside) <= 0.97


def test_a_median_that_half_have_not_reached_is_none() -> None:
    assert median(np.array([3.0, 1.0, 2.0, np.inf, np.inf]))[0] == 3.0
    middle, low, high = median(np.r_[np.full(120, 7.0), np.full(136, np.inf)])
    assert (middle, low, high) == (np.inf, 7.0, np.inf)


# ---- spread ----------------------------------------------------------------------------------------------------------


def sgd_limit(lr: float, k: float, sigma: float) -> float:
    return lr * sigma**2 / (k * (2 - lr * k))


def momentum_limit(lr: float, k: float, sigma: float, mu: float) -> float:
    return lr * sigma**2 * (1 + mu) / ((1 - mu) * k * (2 * (1 + mu) - lr * k))


@pytest.mark.parametrize(("lr", "k"), [(0.01, 1.0), (0.1, 7.0), (0.9, 2.0)])
def test_linear_theory_has_the_closed_forms(lr: float, k: float) -> None:
    assert stationary.variance("sgd", {}, lr, k, 0.7) == pytest.approx(sgd_limit(lr, k, 0.7))
    for mu in (0.0, 0.5, 0.9):
        h = {"momentum": mu, "dampening": 0.0}
        assert stationary.variance("momentum", h, lr, k, 0.7) == pytest.approx(momentum_limit(lr, k, 0.7, mu))
        assert stationary.variance("momentum", h, lr, k, 0.7, 5000) == pytest.approx(momentum_limit(lr, k, 0.7, mu))
    heat = stationary.variance("sgld", {"temperature": 0.3}, lr, k, 0.0)
    assert heat == pytest.approx(0.3 / (k * (1 - lr * k / 2)))
    steps, decay = 13, 1 - lr * k
    after = (lr * 0.7) ** 2 * sum(decay ** (2 * j) for j in range(steps))
    assert stationary.variance("sgd", {}, lr, k, 0.7, steps) == pytest.approx(after)
    assert stationary.variance("sgd", {}, 2.1 / k, k, 0.7) == np.inf


def test_nesterovs_spread_is_that_of_a_walk_by_hand() -> None:
    lr, k, sigma, mu, n = 0.05, 4.0, 1.0, 0.8, 40_000
    rng, x, b = np.random.default_rng(3), np.zeros(n), np.zeros(n)
    for step in range(1, 81):
        g = k * x + sigma * rng.standard_normal(n)
        b = mu * b + g
        x = x - lr * (g + mu * b)
        if step in (3, 80):
            theory = stationary.variance("nesterov", {"momentum": mu}, lr, k, sigma, step)
            assert x.var() == pytest.approx(theory, rel=5 * math.sqrt(2 / n))


@pytest.mark.parametrize(
    ("run", "noise", "limit"),
    [
        (Run("sgd", {"lr": 0.1}), ("gaussian", {"sigma": 0.5}), lambda k: sgd_limit(0.1, k, 0.5)),
        (
            Run("momentum", {"lr": 0.05, "momentum": 0.8}),
            ("gaussian", {"sigma": 0.5}),
            lambda k: momentum_limit(0.05, k, 0.5, 0.8),
        ),
        (Run("sgld", {"lr": 0.1, "temperature": 0.2}), None, lambda k: 0.2 / (k * (1 - 0.1 * k / 2))),
    ],
)
def test_seeds_spread_on_a_quadratic_as_the_closed_form_says(run: Run, noise: Any, limit: Any) -> None:
    found = cloud_of("ravine", run, params={"kappa": 10.0}, noise=noise, steps=400)
    told, _ = found["spread"]
    assert told["steady"] and told["seeds"] == 4096
    for axis, k in zip(told["axes"], (10.0, 1.0), strict=True):
        assert axis["curvature"] == pytest.approx(k, rel=1e-6)
        assert axis["theory"] ** 2 == pytest.approx(limit(k), rel=1e-6)
        assert axis["value"] ** 2 == pytest.approx(limit(k), rel=4 * math.sqrt(2 / 4096))
        assert axis["low"] < axis["value"] < axis["high"] < 1.05 * axis["value"]
    about, arrays = found["sweep"]
    assert about["over"] == "lr" and arrays["x"][6] == pytest.approx(run.hyper["lr"])
    stable = (arrays["theory"] < 50).all(axis=0)
    assert stable.sum() >= 8, "of 13 rates those that are below 2 / 10 for both curvatures"
    ratio = arrays["seen"][:, 0, stable] / arrays["theory"][:, stable]
    np.testing.assert_allclose(ratio, 1, atol=5 * math.sqrt(0.5 / 256))


def test_anisotropic_noise_is_turned_into_the_directions_of_the_curvature() -> None:
    noise = ("anisotropic", {"sigma": 1.0, "sigma_across": 0.1, "angle": 20.0})
    found = cloud_of("ravine", Run("sgd", {"lr": 0.1}), params={"kappa": 10.0}, noise=noise, steps=400)
    for axis in found["spread"][0]["axes"]:
        assert axis["value"] == pytest.approx(axis["theory"], rel=3 * math.sqrt(0.5 / 4096))


def test_larger_batches_spread_less_and_all_data_not_at_all() -> None:
    noise = ("minibatch", {"batch": 2})
    found = cloud_of("least_squares", Run("sgd", {"lr": 0.05}), 256, noise=noise, steps=200)
    about, arrays = found["sweep"]
    assert about["over"] == "batch"
    assert arrays["x"].tolist() == [1, 2, 4, 5, 10, 20]
    seen = arrays["seen"][:, 0]
    assert (np.diff(seen, axis=1) < 0).all() and (seen[:, -1] == 0).all()


def test_a_spread_that_still_grows_is_called_unsteady() -> None:
    slow = cloud_of("ravine", Run("sgd", {"lr": 0.0005}), noise=("gaussian", {"sigma": 1.0}), steps=200)
    assert not slow["spread"][0]["steady"]


# ---- exp(-f/T) -------------------------------------------------------------------------------------------------------


def test_the_densest_regions_of_a_quadratic_are_its_closed_form() -> None:
    """f is then exponential with mean T: the share q lies below -T log(1 - q)."""
    grid = np.linspace(-4, 4, 401)
    losses = 0.5 * grid[None] ** 2 + 2.0 * grid[:, None] ** 2
    found = gibbs(losses, (-4, 4, -4, 4), 0.3, [(0.0, 0.0, 0.5)], [4.0])
    assert found
    np.testing.assert_allclose(found.levels, [-0.3 * math.log(1 - share) for share in SHARES], rtol=5e-3)
    assert gibbs(losses, (-4, 4, -4, 4), 1e-5, [], [4.0]) is None, "too narrow for the grid"


def test_the_mass_near_two_minima_is_that_of_another_quadrature() -> None:
    """Gauss-Legendre in panels for all, in polar coordinates for a disc; the surface written out by hand."""

    def f(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        flat, sharp = np.exp(-((x + 2) ** 2 + y**2) / 2.88), np.exp(-((x - 2) ** 2 + y**2) / 0.08)
        return 1 - flat - 1.02 * sharp + 0.01 * (x * x + y * y)

    heat = 0.05
    nodes, weights = np.polynomial.legendre.leggauss(8)

    def along(low: float, high: float, panels: int) -> tuple[np.ndarray, np.ndarray]:
        half = (high - low) / panels / 2
        middles = low + half * (2 * np.arange(panels) + 1)
        return (middles[:, None] + half * nodes).ravel(), np.tile(half * weights, panels)

    (x, wx), (y, wy) = along(-4, 4, 100), along(-3, 3, 80)
    total = wy @ np.exp(-f(x[None], y[:, None]) / heat) @ wx
    found = cloud_of("sharp_flat", Run("sgld", {"lr": 0.01, "temperature": heat}), 256, steps=10)
    told, about = found["density"][0], found["about"][0]
    assert told["temperature"] == heat and not told["formula"]
    turns = np.linspace(0, 2 * np.pi, 256, endpoint=False)
    for one in told["masses"]:
        point = about["points"][one["point"]]
        r, wr = along(0, point["radius"], 12)
        at = point["x"] + r[:, None] * np.cos(turns), point["y"] + r[:, None] * np.sin(turns)
        mass = (wr * r) @ np.exp(-f(*at) / heat).mean(axis=1) * 2 * np.pi / total
        assert one["mass"] == pytest.approx(mass, rel=5e-3)


def test_langevin_seeds_fill_the_densest_regions() -> None:
    run = Run("sgld", {"lr": 0.01, "temperature": 0.2})
    found = cloud_of("ravine", run, params={"kappa": 5.0}, steps=600)
    for region in found["density"][0]["regions"]:
        error = math.sqrt(region["mass"] * (1 - region["mass"]) / 4096)
        assert abs(region["share"] - region["mass"]) < 4 * error + 0.02, "the rate's own distortion: lr k / 4 of T"


@pytest.mark.parametrize(
    ("rule", "h", "sigma", "heat"),
    [
        ("sgd", {"lr": 1e-4}, 2.0, 2e-4),
        ("momentum", {"lr": 1e-5, "momentum": 0.9, "dampening": 0.0}, 2.0, 2e-4),
        ("nesterov", {"lr": 1e-5, "momentum": 0.9}, 2.0, 2e-4),
        ("sgld", {"lr": 1e-4, "temperature": 0.3}, 2.0, 0.3002),
    ],
)
def test_a_temperature_is_the_limit_of_the_spread(rule: str, h: Any, sigma: float, heat: float) -> None:
    assert temperature(rule, h, ("gaussian", {"sigma": sigma})) == pytest.approx(heat)
    for k in (0.5, 3.0):
        assert stationary.variance(rule, h, h["lr"], k, sigma) == pytest.approx(heat / k, rel=1e-3)


def test_what_has_no_temperature_has_no_density() -> None:
    assert temperature("adam", {"lr": 0.1}, ("gaussian", {"sigma": 1.0})) is None
    assert temperature("sgd", {"lr": 0.1}, ("student_t", {})) is None
    assert temperature("sgd", {"lr": 0.1, "weight_decay": 0.1}, ("gaussian", {"sigma": 1.0})) is None
    assert temperature("sgld", {"lr": 0.1, "temperature": 0.0}, ("none", {})) is None
    named: dict[str, Any] = {"noise": ("gaussian", {"sigma": 1.0}), "params": {"kappa": 4.0}, "steps": 20}
    told, _ = cloud_of("ravine", Run("sgd", {"lr": 0.01}), 256, **named)["density"]
    assert told["temperature"] == pytest.approx(0.01 * 1.0**2 / 2) and told["formula"] == "lr σ²/2"
    scheduled = Run("sgd", {"lr": 0.01}, schedule=("cosine", {}))
    assert "density" not in cloud_of("ravine", scheduled, 256, **named)


@pytest.mark.parametrize("landscape", ["monkey_saddle", "rare_gradient", "bukin6", "rastrigin", "formula", "hinge"])
def test_every_kind_of_surface_has_a_cloud(landscape: str) -> None:
    """Degenerate, timed, with kinks, with very many minima, typed, of data: numbers that JSON can hold."""
    found = cloud_of(landscape, Run("sgd", {"lr": 0.01}), 256, steps=20, noise=("gaussian", {"sigma": 0.5}))
    assert {"about", "cloud"} <= found.keys()
    if landscape == "rare_gradient":
        np.testing.assert_allclose(places(found)[-1, 1], 20, atol=1e-3)
