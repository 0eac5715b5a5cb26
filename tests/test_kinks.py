"""Kinked surfaces: their rounded and their smoothed forms, and what autodiff says on the kinks."""

from __future__ import annotations

import functools
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize
from surfaces import CALCULUS

from landscapes import CATALOGUE
from landscapes._huber import huber, mean_huber
from landscapes.hinge import DATA, DECAY
from visualizer import rollout
from visualizer.backend import jax
from visualizer.spec import Values

KINKED = [slug for slug, entry in CATALOGUE.items() if entry.family == "kink"]
ON_KINKS = {
    "abs_sum": [(0.0, 0.0), (1.3, 0.0), (0.0, -2.0)],
    "abs_max": [(0.0, 0.0), (1.25, 1.25), (-0.5, 0.5)],
    "hinge": [(1.75, 0.75), (1.0, -1.0), (2.0, 1.0)],  # margins of exactly 1: of two data, of one, of another
}
SIGMAS = [0.05, 0.3, 1.0, 2.5]
DELTAS = [0.0, 1e-4, 0.03, 0.5, 1.0]
MEAN, MEAN_SLOPE = jax.jit(mean_huber), jax.jit(jax.grad(mean_huber))
every_kink = pytest.mark.parametrize("slug", KINKED)


def points_of(slug: str, count: int) -> np.ndarray:
    x0, x1, y0, y1 = CATALOGUE[slug].domain
    return np.random.default_rng(3).uniform((x0, y0), (x1, y1), (count, 2)).T


def plain(slug: str, x: Any, y: Any) -> Any:
    """The kinked surfaces in NumPy."""
    if slug == "abs_sum":
        return np.abs(x) + np.abs(y)
    if slug == "abs_max":
        return np.maximum(np.abs(x), np.abs(y))
    margins = np.array([x * a + y * b for a, b in DATA])
    return np.maximum(0.0, 1.0 - margins).mean(0) + DECAY * (x * x + y * y) / 2


def test_all_kinks_are_tested() -> None:
    assert set(KINKED) == set(ON_KINKS)


@every_kink
def test_without_rounding_it_is_the_kinked_surface(slug: str) -> None:
    x, y = at = points_of(slug, 200)
    np.testing.assert_allclose(CALCULUS[slug].f(at, {"huber": 0.0}), plain(slug, x, y), rtol=1e-14)


@every_kink
def test_the_rounded_surface_tends_to_the_kinked_one_from_below(slug: str) -> None:
    """By half delta for each absolute value, and no more."""
    at = points_of(slug, 200)
    sharp = np.asarray(CALCULUS[slug].f(at, {"huber": 0.0}))
    for delta in (1.0, 0.1, 1e-3, 1e-9):
        gap = sharp - np.asarray(CALCULUS[slug].f(at, {"huber": delta}))
        assert gap.min() >= -1e-15
        assert gap.max() <= delta * (1.0 if slug == "abs_sum" else 0.5) + 4e-15
        assert gap.max() > 0.2 * delta


@every_kink
def test_it_is_convex(slug: str) -> None:
    """So that the one declared minimum is the only one."""
    a, b = points_of(slug, 400).reshape(2, 2, 200).swapaxes(0, 1)
    for delta in (0.0, 0.3, 1.0):
        value = {name: np.asarray(CALCULUS[slug].f(p, {"huber": delta})) for name, p in (("a", a), ("b", b))}
        assert (CALCULUS[slug].f((a + b) / 2, {"huber": delta}) <= (value["a"] + value["b"]) / 2 + 1e-14).all()


@functools.cache
def smoothed(slug: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """Values, gradients and Hessians at points ``(2, n)`` of the smoothed form, of delta and sigma."""

    def f(theta: Any, delta: Any, sigma: Any) -> Any:
        return CATALOGUE[slug].smoothed(theta, Values(huber=delta, smooth=sigma))  # type: ignore[misc]

    lanes = [jax.vmap(one(f), (1, None, None)) for one in (lambda same: same, jax.grad, jax.hessian)]
    return tuple(map(jax.jit, lanes))  # type: ignore[return-value]


@every_kink
@pytest.mark.parametrize("delta", [0.0, 0.5])
def test_derivatives_on_kinks_are_finite(slug: str, delta: float) -> None:
    """Of the surface, and of its smoothed form, even at widths that overflow when divided by."""
    at = np.array(ON_KINKS[slug]).T
    _, gradient, hessian = CALCULUS[slug]
    assert np.isfinite(gradient(at, {"huber": delta})).all()
    assert np.isfinite(hessian(at, {"huber": delta})).all()
    for sigma in (0.0, 1e-300, 1e-9, 0.3):
        assert all(np.isfinite(of(at, delta, sigma)).all() for of in smoothed(slug))


def test_the_slope_at_a_kink_is_zero() -> None:
    assert float(jax.grad(huber)(0.0, 0.0)) == 0.0
    for slug in ("abs_sum", "abs_max"):
        assert (np.asarray(CALCULUS[slug].gradient(np.zeros((2, 1)), {"huber": 0.0})) == 0.0).all()


def rounded(u: float, delta: float) -> float:
    return abs(u) - delta / 2 if abs(u) > delta else u * u / (2 * delta or 1.0)


def rounded_slope(u: float, delta: float) -> float:
    return float(np.sign(u)) if abs(u) >= delta else u / delta


def rounded_hinge(u: float, delta: float) -> float:
    return 0.0 if u <= 0 else rounded(u, delta)


def expected(of: Callable[[float, float], float], u: float, delta: float, sigma: float) -> float:
    """E of(u + sigma Z), by quadrature piece by piece, where the pieces end as those of the function do."""
    ends = np.unique(np.clip([-12.0, *((k - u) / sigma for k in (-delta, 0.0, delta)), 0.0, 12.0], -12.0, 12.0))

    def weighed(z: float) -> float:
        return of(u + sigma * z, delta) * float(np.exp(-z * z / 2) / np.sqrt(2 * np.pi))

    return sum(quad(weighed, a, b, epsabs=1e-14, epsrel=1e-12)[0] for a, b in pairwise(ends))


@pytest.mark.parametrize("delta", DELTAS)
@pytest.mark.parametrize("sigma", [0.01, *SIGMAS])
def test_mean_of_the_rounded_absolute_value(delta: float, sigma: float) -> None:
    """And its slope, which is the mean slope. 1e-4 / 0.01 is where the series takes over."""
    for u in (-3.0, -0.5, 0.0, 1e-3, 0.9):
        assert float(MEAN(u, delta, sigma)) == pytest.approx(expected(rounded, u, delta, sigma), abs=1e-11)
        assert float(MEAN_SLOPE(u, delta, sigma)) == pytest.approx(expected(rounded_slope, u, delta, sigma), abs=1e-11)


@every_kink
@pytest.mark.parametrize("delta", [0.0, 0.4])
@pytest.mark.parametrize("sigma", SIGMAS)
def test_smoothed_is_the_convolution(slug: str, delta: float, sigma: float) -> None:
    """A linear form a x + b y of a Gaussian point is Gaussian, with standard deviation |(a, b)| sigma."""
    at = points_of(slug, 3)
    for (x, y), ours in zip(at.T, smoothed(slug)[0](at, delta, sigma), strict=True):
        if slug == "hinge":
            terms = [expected(rounded_hinge, 1 - a * x - b * y, delta, np.hypot(a, b) * sigma) for a, b in DATA]
            mean = np.mean(terms) + DECAY * (x * x + y * y + 2 * sigma**2) / 2
        elif slug == "abs_sum":
            mean = expected(rounded, x, delta, sigma) + expected(rounded, y, delta, sigma)
        else:
            mean = sum(expected(rounded, u, delta, np.sqrt(2) * sigma) for u in (x + y, x - y)) / 2
        assert float(ours) == pytest.approx(mean, abs=1e-10)


@every_kink
def test_smoothed_is_the_mean_over_a_grid_of_the_plane(slug: str) -> None:
    """To three digits, but knowing nothing of the surface's form."""
    at, sigma = points_of(slug, 3), 0.7
    z, step = np.linspace(-7, 7, 701, retstep=True)
    weight = np.exp(-z * z / 2) * step / np.sqrt(2 * np.pi)
    for (x, y), ours in zip(at.T, smoothed(slug)[0](at, 0.0, sigma), strict=True):
        mean = weight @ plain(slug, x + sigma * z[:, None], y + sigma * z[None, :]) @ weight
        assert float(ours) == pytest.approx(mean, abs=2e-4)


@every_kink
def test_smoothing_by_nothing_is_nothing(slug: str) -> None:
    at = points_of(slug, 50)
    for delta in DELTAS:
        np.testing.assert_allclose(
            smoothed(slug)[0](at, delta, 0.0), CALCULUS[slug].f(at, {"huber": delta}), rtol=1e-14, atol=1e-15
        )


@pytest.mark.parametrize("delta", [0.01, 0.137, 0.5, 0.77, 1.0])
def test_minimum_of_the_rounded_hinge(delta: float) -> None:
    """Against a search that knows no slope."""
    f, gradient, _ = CALCULUS["hinge"]
    (point,) = CATALOGUE["hinge"].points({"huber": delta})
    found = minimize(
        lambda p: float(f(p, {"huber": delta})), (1.0, 1.0), method="Nelder-Mead", options={"fatol": 1e-14}
    )
    assert point.value <= found.fun + 1e-15
    np.testing.assert_allclose(point.x, found.x, atol=1e-4)
    assert np.abs(gradient(np.array(point.x)[:, None], {"huber": delta})).max() < 1e-13


def test_minimum_of_the_sharp_hinge_is_where_two_kinks_cross() -> None:
    """The slope of the rest is held by shares between 0 and 1 of the two data's own."""
    (point,) = CATALOGUE["hinge"].points({"huber": 0.0})
    data, theta = np.array(DATA), np.array(point.x)
    margins = data @ theta
    held = margins == 1.0
    assert held.sum() == 2
    rest = DECAY * theta - data[margins < 1.0].sum(0) / len(data)
    shares = np.linalg.solve(data[held].T / len(data), rest)
    assert ((shares > 0) & (shares < 1)).all()


@pytest.mark.parametrize(("slug", "most", "size"), [("abs_sum", 0.25, 0.2), ("abs_max", 0.15, 0.2)])
def test_sgd_jumps_across_a_kink_and_rests_on_its_rounded_form(slug: str, most: float, size: float) -> None:
    """What the notes say."""
    start = CATALOGUE[slug].start
    sharp = rollout(slug, "sgd", start, 100, {"lr": size})
    assert np.abs(np.diff(sharp.theta[-20:], axis=0)).max() == pytest.approx(size)
    assert 0.05 < sharp.loss[-20:].min() < sharp.loss[-20:].max() < most
    rounded = rollout(slug, "sgd", start, 100, {"lr": size}, {"huber": 0.5})
    assert int(np.argmax(rounded.loss < 1e-3)) == {"abs_sum": 16, "abs_max": 22}[slug]
    assert rounded.loss[-1] < 1e-12


@pytest.mark.parametrize("sigma", [0.1, 1.0])
def test_a_smoothed_kink_has_a_height_and_a_curvature(sigma: float) -> None:
    """E |sigma Z| and twice the normal density: for Newton's method, at the kink itself too."""
    assert float(MEAN(0.0, 0.0, sigma)) == pytest.approx(sigma * np.sqrt(2 / np.pi), rel=1e-14)
    bend = float(jax.grad(jax.grad(mean_huber))(0.0, 0.0, sigma))
    assert bend == pytest.approx(np.sqrt(2 / np.pi) / sigma, rel=1e-14)


def test_sgd_rests_on_the_rounded_hinge_alone() -> None:
    """What the notes say: and not at the same place."""
    entry = CATALOGUE["hinge"]
    sharp = rollout("hinge", "sgd", entry.start, entry.steps, {"lr": 1.0})
    (point,) = entry.points({"huber": 0.0})
    assert np.abs(np.diff(sharp.theta[-20:], axis=0)).max() > 0.1
    assert sharp.loss[-20:].max() > point.value + 2e-3
    for delta in (0.5, 1.0):
        (lowest,) = entry.points({"huber": delta})
        rounded = rollout("hinge", "sgd", entry.start, entry.steps, {"lr": 1.0}, {"huber": delta})
        np.testing.assert_allclose(rounded.theta[-1], lowest.x, atol=1e-6)
        assert np.hypot(lowest.x[0] - point.x[0], lowest.x[1] - point.x[1]) > 0.3
        if delta == 0.5:
            assert int(np.argmax(rounded.loss < lowest.value + 1e-3)) == 13
