"""Every surface's certified points are what they are called, over the whole range of its sliders."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from surfaces import CALCULUS, Params, cases, hessians, named, slopes

from landscapes import CATALOGUE
from visualizer.spec import complete

# What a user makes has points that are found: see test_local.py.
CASES = [(slug, params) for slug, params in cases() if CATALOGUE[slug].points]
every_case = pytest.mark.parametrize(("slug", "params"), CASES, ids=[named(case) for case in CASES])
SIGNS = {"minimum": (1, 1), "saddle": (-1, 1), "maximum": (-1, -1)}
UNBOUNDED = {"saddle", "monkey_saddle"}


@every_case
def test_points_are_stationary_and_have_their_value(slug: str, params: Params) -> None:
    f, gradient, _ = CALCULUS[slug]
    points = CATALOGUE[slug].points(params)
    assert points
    at = np.array([point.x for point in points]).T
    np.testing.assert_allclose(f(at, params), [point.value for point in points], rtol=1e-13, atol=1e-13)
    at = at[:, [point.smooth for point in points]]
    if not at.size:
        return
    curvature = np.abs(hessians(f, at, params)).max()
    # A point is known to the last digit of float64: what is left of the gradient is that digit times the curvature.
    rounding = 2.0**-52 * max(1.0, np.abs(at).max()) * max(1.0, curvature)
    assert np.abs(gradient(at, params)).max() <= 8 * rounding
    assert np.abs(slopes(f, at, params)).max() <= 1e-7 * max(1.0, curvature)


@every_case
def test_kinds_are_the_signs_of_the_hessian(slug: str, params: Params) -> None:
    points = [point for point in CATALOGUE[slug].points(params) if point.smooth]
    if not points:
        return
    at = np.array([point.x for point in points]).T
    exact = np.asarray(CALCULUS[slug].hessian(at, params))
    np.testing.assert_allclose(
        hessians(CALCULUS[slug].f, at, params), exact, rtol=1e-4, atol=1e-5 * np.abs(exact).max()
    )
    measured = [tuple(signs) for signs in np.sign(np.linalg.eigvalsh(exact))]
    assert measured == [SIGNS[point.kind] for point in points]
    assert all(point.kind == "minimum" for point in points if point.best)


@every_case
def test_nothing_on_a_fine_grid_is_lower_than_the_global_minimum(slug: str, params: Params) -> None:
    best = [point for point in CATALOGUE[slug].points(params) if point.best]
    if slug in UNBOUNDED:
        assert best == []
        return
    assert len({point.value for point in best}) == 1
    x0, x1, y0, y1 = CATALOGUE[slug].domain
    grid = np.stack(np.meshgrid(np.linspace(x0, x1, 1001), np.linspace(y0, y1, 1001)))
    assert CALCULUS[slug].f(grid, params).min() >= best[0].value - 1e-12


@every_case
def test_every_descent_ends_at_a_declared_minimum(slug: str, params: Params) -> None:
    """Local descents from random starts find no minimum of the drawn part that is not declared, and none lower."""
    if not CATALOGUE[slug].all_minima:
        return
    x0, x1, y0, y1 = CATALOGUE[slug].domain
    declared = [point for point in CATALOGUE[slug].points(params) if point.kind == "minimum"]
    if declared and not any(point.smooth for point in declared):
        return  # a search by gradients cannot end on a kink or an edge: see test_kinks.py
    minima = np.array([point.x for point in declared])
    if slug in UNBOUNDED:
        assert len(minima) == 0
        return
    f, gradient, hessian = CALCULUS[slug]
    arrived = 0
    for start in np.random.default_rng(7).uniform((x0, y0), (x1, y1), (8, 2)):
        found = minimize(
            lambda p: float(f(p, params)),
            start,
            method="BFGS",
            jac=lambda p: np.asarray(gradient(p[:, None], params))[:, 0],
            options={"gtol": 1e-9},
        )
        if np.hypot(*(minima - found.x).T).min() < 1e-3:
            arrived += 1
            continue
        bends = np.linalg.eigvalsh(np.asarray(hessian(found.x[:, None], params))[0])
        inside = x0 < found.x[0] < x1 and y0 < found.x[1] < y1
        # Elsewhere: down a flat tail, out of the picture, or a line search that rounding stopped before the bottom.
        certain = bends[0] > 1e-6 and np.abs(found.jac).max() <= 1e-5 * bends[1]
        assert not (inside and certain), f"a minimum at {found.x} is not declared"
    assert arrived >= 4


@pytest.mark.parametrize(("slug", "params"), cases(), ids=[named(case) for case in cases()])
def test_gradient_is_finite_wherever_it_is_drawn(slug: str, params: Params) -> None:
    """On a grid whose nodes lie on the kinks too, and on the certified points."""
    entry = CATALOGUE[slug]
    x0, x1, y0, y1 = entry.shape(complete(entry.params, params, slug)).domain
    grid = np.stack(np.meshgrid(np.linspace(x0, x1, 201), np.linspace(y0, y1, 201))).reshape(2, -1)
    known = np.array([point.x for point in entry.points(params)]).T if entry.points else np.zeros((2, 0))
    assert np.isfinite(CALCULUS[slug].gradient(np.concatenate([grid, known], axis=1), params)).all()
