"""Points that are found: against the certified ones, which were polished elsewhere with 40 digits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from surfaces import CALCULUS

from landscapes import CATALOGUE
from visualizer import rollout, scene
from visualizer.scenario import Scenario
from visualizer.simulate.local import local
from visualizer.simulate.stationary import minima, stationary_points
from visualizer.spec import complete

# Where every stationary point that can be seen is declared.
WHOLE = [
    *("saddle_floor", "saddle", "ravine", "rosenbrock", "beale", "himmelblau", "booth", "matyas", "three_hump_camel"),
    *("six_hump_camel", "styblinski_tang", "goldstein_price", "mccormick", "branin", "gaussian_wells", "sharp_flat"),
    *("plateau_cliff", "least_squares", "logistic", "circulant"),
]


def found(slug: str, params: dict[str, Any] | None = None, smooth: float = 0.0) -> list[Any]:
    entry = CATALOGUE[slug]
    whole = complete(entry.params, params or {}, slug)
    return list(stationary_points(slug, tuple(whole.items()), smooth, entry.shape(whole).domain))


def typed(formula: str, reach: float = 2.0) -> list[Any]:
    return found("formula", {"formula": formula, "window": (-reach, reach, -reach, reach)})


@pytest.mark.parametrize("slug", WHOLE)
def test_what_is_found_is_what_is_declared(slug: str) -> None:
    """All of it and nothing else: place, value, kind, and which is the best."""
    declared = CATALOGUE[slug].points(complete(CATALOGUE[slug].params, {}, slug))
    x0, x1, y0, y1 = CATALOGUE[slug].domain
    inside = [point for point in declared if x0 <= point.x[0] <= x1 and y0 <= point.x[1] <= y1]
    seen = {(point.kind, point.best, *(round(v, 6) + 0.0 for v in point.x)): point.value for point in found(slug)}
    known = {(point.kind, point.best, *(round(v, 6) + 0.0 for v in point.x)): point.value for point in inside}
    assert seen.keys() == known.keys()
    for key, value in known.items():
        assert seen[key] == pytest.approx(value, rel=1e-12, abs=1e-12)


def test_minima_of_a_bumpy_bowl_are_found() -> None:
    """More than are shown: the lowest of them, all declared."""
    declared = CATALOGUE["bumpy_bowl"].points({"amplitude": 0.15, "frequency": 12.0})
    known = np.array([point.x for point in declared])
    minima = [point for point in found("bumpy_bowl") if point.kind == "minimum"]
    assert len(minima) == 32
    for point in minima:
        assert np.abs(known - point.x).max(axis=1).min() < 1e-9


@pytest.mark.parametrize("slug", ["bumpy_bowl", "griewank", "himmelblau", "branin", "styblinski_tang", "cross_in_tray"])
def test_all_minima_of_a_window_are_found_for_maps(slug: str) -> None:
    """Where every minimum of the domain is declared: those that are smooth, no more and no fewer, the lowest first."""
    entry = CATALOGUE[slug]
    params = complete(entry.params, {}, slug)
    x0, x1, y0, y1 = entry.domain
    declared = [point for point in entry.points(params) if point.kind == "minimum" and point.smooth]
    known = np.array([point.x for point in declared if x0 < point.x[0] < x1 and y0 < point.x[1] < y1])
    seen = minima(slug, tuple(params.items()), 0.0, entry.domain)
    assert len(seen) == len(known)
    for point in seen:
        assert np.abs(known - point.x).max(axis=1).min() < 1e-9
    assert [point.value for point in seen] == sorted(point.value for point in seen)


@pytest.mark.parametrize(
    ("formula", "at", "value"),
    [
        ("abs(x) + abs(y - 0.5)", (0.0, 0.5), 0.0),
        ("max(abs(x - 0.3), abs(y))", (0.3, 0.0), 0.0),
        ("sqrt(x^2 + y^2)", (0.0, 0.0), 0.0),
        ("abs(x - 0.123) + y^2", (0.123, 0.0), 0.0),
    ],
)
def test_tip_of_a_kink_is_found(formula: str, at: tuple[float, float], value: float) -> None:
    (point,) = typed(formula)
    np.testing.assert_allclose(point.x, at, atol=1e-7)
    assert point.value == pytest.approx(value, abs=1e-7)
    assert (point.kind, point.best, point.smooth) == ("minimum", True, False)


@pytest.mark.parametrize(
    "formula",
    [
        "x + y",
        "3",
        "exp(x)",
        "100*sqrt(abs(y - 0.01*x^2)) + 0.01*x",  # a ridge whose bottom falls
        "(y - x^2)^2",  # a valley without a lowest point
        "0/0",
        "sqrt(x^2 + y^2 - 1)^2",
    ],
)
def test_where_there_is_no_point_none_is_claimed(formula: str) -> None:
    assert typed(formula) == []


def test_a_saddle_at_the_very_middle_is_found() -> None:
    (point,) = typed("x*y")
    assert (point.kind, point.best) == ("saddle", False)
    assert point.x == pytest.approx((0.0, 0.0), abs=1e-12)


def test_a_lower_edge_leaves_no_best() -> None:
    assert [point.best for point in typed("x^2 - 0.1*x^4 + y^2", 4.0) if point.kind == "minimum"] == [False]


def test_smoothing_moves_the_points() -> None:
    """Two wells at +-1 of (x^2 - 1)^2 smoothed are x^4 + (6 s^2 - 2) x^2 + ...: at +-sqrt(1 - 3 s^2)."""
    entry, params = "formula", {"formula": "(x^2 - 1)^2 + y^2"}
    for sigma in (0.0, 0.2, 0.4):
        minima = [point.x for point in found(entry, params, sigma) if point.kind == "minimum"]
        where = math.sqrt(1 - 3 * sigma**2)
        np.testing.assert_allclose(sorted(minima), [(-where, 0.0), (where, 0.0)], atol=1e-9)
    assert [point.kind for point in found("saddle_floor", None, 1.9)] == ["minimum"]


@pytest.mark.parametrize("slug", ["himmelblau", "ackley", "logistic", "formula", "painted"])
def test_local_is_the_calculus_of_the_surface(slug: str) -> None:
    params = complete(CATALOGUE[slug].params, {}, slug)
    at = np.random.default_rng(2).uniform(-1.5, 1.5, (40, 2))
    seen = local(slug, params, at)
    bends = np.asarray(CALCULUS[slug].hessian(at.T, params))
    np.testing.assert_allclose(seen.loss, CALCULUS[slug].f(at.T, params), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(seen.gradient.T, CALCULUS[slug].gradient(at.T, params), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(seen.hessian, bends[:, [0, 0, 1], [0, 1, 1]], rtol=1e-9, atol=1e-9)


# ---- where one stands ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kappa", [2.0, 25.0, 400.0])
def test_the_frame_of_a_ravine(kappa: float) -> None:
    """Curvatures kappa and 1 along axes turned by 30 degrees; 2 / L is where gradient descent ceases to contract."""
    scenario = Scenario("ravine", {"kappa": kappa, "theta_deg": 30.0})
    seen = scene.inspect(scenario, (1.0, 2.0))
    assert seen.curvatures == pytest.approx((kappa, 1.0), rel=1e-9)
    assert seen.condition == pytest.approx(kappa, rel=1e-9)
    assert seen.limit == pytest.approx(2 / kappa, rel=1e-9)
    steep = np.abs(np.array(seen.axes[0]) @ [-math.sin(math.pi / 6), math.cos(math.pi / 6)])
    assert steep == pytest.approx(1.0, rel=1e-9)
    for factor, contracts in ((0.99, True), (1.01, False)):
        run = rollout("ravine", "sgd", (1.0, 2.0), 2000, {"lr": factor * seen.limit}, dict(scenario.params))
        assert (run.loss[-1] < run.loss[0]) == contracts


def test_the_frame_where_nothing_curves_up() -> None:
    seen = scene.inspect(Scenario("saddle"), (0.5, 0.5))
    assert seen.curvatures == pytest.approx((2.0, -2.0))
    assert scene.inspect(Scenario("rare_gradient"), (0.1, 0.0)).limit == math.inf


def test_the_field_is_the_gradient_at_the_cells_centres() -> None:
    scenario = Scenario("ravine", {"kappa": 4.0, "theta_deg": 0.0})
    g = scene.field(scenario, 24).reshape(24, 24, 2)
    x = np.linspace(-5, 5, 49)[1::2]
    np.testing.assert_allclose(g[..., 0], np.broadcast_to(x, (24, 24)), atol=1e-12)
    np.testing.assert_allclose(g[..., 1], np.broadcast_to(4 * x[:, None], (24, 24)), atol=1e-12)
