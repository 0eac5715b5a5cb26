"""Every surface's smoothed form is its convolution with a Gaussian, which is summed here from values of f alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from surfaces import CALCULUS, Params, cases, named, numbers

from landscapes import CATALOGUE
from visualizer.backend import jax
from visualizer.spec import Values

SHARES = (0.02, 0.1, 0.3, 1.0)  # of half the domain's width
TOO_FINE = {"schaffer2", "michalewicz", "plateau_cliff"}  # ever closer waves, or a cliff, for a rule of wide spacing
# Kinks want another rule: see test_kinks.py.
SMOOTHED = [slug for slug, entry in CATALOGUE.items() if entry.smoothed and entry.family != "kink"]


def settings() -> list[tuple[str, Params]]:
    """Each of them at its defaults, and with all its sliders at their lower and at their upper end."""
    found = []
    for slug in SMOOTHED:
        default, *others = [case for case in cases() if case[0] == slug]
        found += [default, *others[:1], *others[-1:]]
    return found


every_setting = pytest.mark.parametrize(("slug", "params"), settings(), ids=[named(case) for case in settings()])
every_share = pytest.mark.parametrize("share", SHARES)


def half_width(slug: str) -> float:
    x0, x1, y0, y1 = CATALOGUE[slug].domain
    return max(x1 - x0, y1 - y0) / 2


def somewhere(slug: str, n: int) -> np.ndarray:
    """Points ``(2, n)`` of the domain, its middle among them."""
    x0, x1, y0, y1 = CATALOGUE[slug].domain
    rng = np.random.default_rng(3)
    return np.stack([np.append((lo + hi) / 2, rng.uniform(lo, hi, n - 1)) for lo, hi in ((x0, x1), (y0, y1))])


@cache
def smoothed(slug: str) -> Callable[..., Any]:
    """Its smoothed form at points ``(2, n)``, as a function of the parameters and the width too."""

    def run(at: Any, params: Params, sigma: Any) -> Any:
        entry = CATALOGUE[slug].smoothed
        assert entry
        return entry(at, Values(params, smooth=sigma))

    return run


@cache
def compiled(slug: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """Its values ``(n,)``, gradients ``(2, n)`` and Hessians ``(n, 2, 2)`` at points ``(2, n)``."""
    run = smoothed(slug)
    gradient = jax.vmap(jax.grad(run), (1, None, None), 1)
    fast = [jax.jit(one) for one in (run, gradient, jax.vmap(jax.hessian(run), (1, None, None)))]
    first, second, third = (
        lambda at, params, sigma, one=one: one(at, dict(numbers(slug, params)), sigma) for one in fast
    )
    return first, second, third


def plane(slug: str, at: np.ndarray, sigma: float) -> tuple[np.ndarray, np.ndarray]:
    """Points ``(2, ...)`` about ``at`` and their weights, by a rule that is exact to rounding.

    An equidistant sum of what is analytic and falls off like a Gaussian converges faster than any power. Where f has
    a kink at the origin, the rule is taken in polar coordinates about it, in which there is none.
    """
    if slug == "ackley":
        far = np.hypot(*at)
        low, high = max(0.0, far - 9.0 * sigma), far + 9.0 * sigma
        nodes, weights = np.polynomial.legendre.leggauss(600)
        r, angle = low + (high - low) * (nodes + 1) / 2, np.arange(1200) * (2 * np.pi / 1200)
        points = np.stack([np.outer(r, np.cos(angle)), np.outer(r, np.sin(angle))])
        square = ((points - at[:, None, None]) ** 2).sum(0)
        density = np.exp(-square / (2 * sigma**2)) / (2 * np.pi * sigma**2)
        return points, density * (weights * r)[:, None] * (high - low) / 2 * (2 * np.pi / 1200)
    z = np.linspace(-9.0, 9.0, 901)
    w = np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * (z[1] - z[0])
    return at[:, None, None] + sigma * np.stack(np.meshgrid(z, z)), np.outer(w, w)


def weighted(slug: str, params: Params, at: np.ndarray, sigma: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Points ``(2, ...)`` about ``at``, f there times their weights, and the width of these.

    What the rule is too wide to follow is taken smoothed a little, as the smaller shares have been checked to do.
    """
    if slug in TOO_FINE and sigma > 0.3 * half_width(slug):
        little = 0.1 * half_width(slug)
        rest = float(np.sqrt(sigma**2 - little**2))
        where, weights = plane(slug, at, rest)
        return where, weights * np.asarray(compiled(slug)[0](where, params, little)), rest
    where, weights = plane(slug, at, sigma)
    assert weights.sum() == pytest.approx(1.0, rel=1e-12)
    return where, weights * np.asarray(CALCULUS[slug].f(where, params)), sigma


@every_setting
def test_without_smoothing_it_is_the_surface(slug: str, params: Params) -> None:
    at = somewhere(slug, 200)
    value, gradient, hessian = (np.asarray(run(at, params, 0.0)) for run in compiled(slug))
    for ours, theirs in (
        (value, CALCULUS[slug].f),
        (gradient, CALCULUS[slug].gradient),
        (hessian, CALCULUS[slug].hessian),
    ):
        expected = np.asarray(theirs(at, params))
        np.testing.assert_allclose(ours, expected, rtol=1e-13, atol=1e-13 * max(1.0, np.abs(expected).max()))


@every_share
@every_setting
def test_it_is_the_mean_over_a_gaussian(slug: str, params: Params, share: float) -> None:
    sigma, at = share * half_width(slug), somewhere(slug, 3)
    ours = np.asarray(compiled(slug)[0](at, params, sigma))
    for point, value in zip(at.T, ours, strict=True):
        heights = weighted(slug, params, point, sigma)[1]
        assert value == pytest.approx(heights.sum(), rel=1e-9, abs=1e-9 * np.abs(heights).sum() + 1e-13)


@pytest.mark.parametrize("slug", ["bumpy_bowl", "levy13", "beale"])
def test_smoothing_twice_adds_the_variances(slug: str) -> None:
    params = dict(next(params for name, params in cases() if name == slug))
    first, second = 0.1 * half_width(slug), 0.07 * half_width(slug)
    run = compiled(slug)[0]
    for point in somewhere(slug, 3).T:
        where, weights = plane(slug, point, second)
        twice = (weights * np.asarray(run(where, params, first))).sum()
        assert run(point[:, None], params, np.hypot(first, second))[0] == pytest.approx(twice, rel=1e-10)


@every_setting
def test_it_is_finite_and_has_slopes_everywhere(slug: str, params: Params) -> None:
    """From no smoothing to the domain's whole width, on a grid that holds the middle and reaches out of the domain."""
    x0, x1, y0, y1 = CATALOGUE[slug].domain
    xs, ys = ((lo + hi) / 2 + (hi - lo) * np.linspace(-2.0, 2.0, 17) for lo, hi in ((x0, x1), (y0, y1)))
    at = np.stack(np.meshgrid(xs, ys)).reshape(2, -1)
    for sigma in (0.0, 1e-9, 1e-4, *(share * half_width(slug) for share in (*SHARES, 2.0))):
        value, gradient, hessian = (np.asarray(run(at, params, sigma)) for run in compiled(slug))
        assert np.isfinite(value).all() and np.isfinite(gradient).all() and np.isfinite(hessian).all()
        lanes = np.asarray(compiled(slug)[0](at.reshape(2, 17, 17), params, sigma))
        np.testing.assert_allclose(lanes.ravel(), value, rtol=1e-13, atol=1e-13 * np.abs(value).max())


@every_share
@every_setting
def test_its_gradient_is_that_of_its_values(slug: str, params: Params, share: float) -> None:
    """Against the mean of z f(x + sigma z) / sigma, which is the smoothed gradient and takes no derivative."""
    sigma, point = share * half_width(slug), somewhere(slug, 2)[:, 1]
    where, heights, width = weighted(slug, params, point, sigma)
    expected = (heights * (where - point[:, None, None])).sum((1, 2)) / width**2
    scale = np.abs(heights).sum() / sigma + 1e-4
    ours = np.asarray(compiled(slug)[1](point[:, None], params, sigma))[:, 0]
    np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=1e-9 * scale)
