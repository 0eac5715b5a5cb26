"""Every surface keeps its word: true gradients, lanes, turning, both languages, its own race."""

from __future__ import annotations

import numpy as np
import pytest
from surfaces import CALCULUS, cases, slopes
from wording import assert_bilingual

from landscapes import CATALOGUE, FAMILIES
from landscapes.bumpy_bowl import minima_of_one_coordinate
from landscapes.noise import CATALOGUE as NOISES
from optimizers import CATALOGUE as OPTIMIZERS
from visualizer import rollout
from visualizer.scenario import Run, Scenario
from visualizer.spec import complete

every_surface = pytest.mark.parametrize("slug", CATALOGUE)


def random_points(slug: str, count: int) -> np.ndarray:
    """Points ``(count, 2)`` of the drawn part."""
    x0, x1, y0, y1 = CATALOGUE[slug].domain
    return np.random.default_rng(7).uniform((x0, y0), (x1, y1), (count, 2))


@every_surface
def test_gradient_of_the_engine_is_that_of_finite_differences(slug: str) -> None:
    """At random points and parameters, against sixth-order differences of the surface's own values.

    Of two widths the better one: a wide step spans the bend beside a kink, a narrow one loses digits elsewhere.
    """
    picked = [params for known, params in cases() if known == slug]
    for at, params in zip(random_points(slug, 60), picked * 60, strict=False):
        g = rollout(slug, "sgd", at, 1, params=params).info.g[0]
        wide, narrow = (slopes(CALCULUS[slug].f, at[:, None], params, h)[:, 0] for h in (1e-3, 1e-4))
        expected = min(wide, narrow, key=lambda slope: np.abs(slope - g).max())
        np.testing.assert_allclose(g, expected, rtol=1e-7, atol=1e-7 * max(1.0, np.abs(g).max()))


@every_surface
def test_surface_is_elementwise_in_its_lanes(slug: str) -> None:
    points, params = random_points(slug, 5), complete(CATALOGUE[slug].params, {}, slug)
    f = CALCULUS[slug].f
    together = np.asarray(f(points.T, params))
    assert together.shape == (5,)
    np.testing.assert_allclose(together, [float(f(point, params)) for point in points], rtol=1e-14)
    assert np.shape(f(points.T[:, :, None], params)) == (5, 1)


@every_surface
@pytest.mark.parametrize("degrees", [30.0, -45.0, 90.0, 180.0, 123.4])
def test_turned_surface_is_the_same_surface_seen_from_elsewhere(slug: str, degrees: float) -> None:
    """f_rotated(R p) = f(p), and its gradient there is R times the gradient."""
    angle = np.radians(degrees)
    R = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    for p in random_points(slug, 8):
        plain = rollout(slug, "sgd", p, 1)
        turned = rollout(slug, "sgd", R @ p, 1, rotate=degrees)
        scale = max(1.0, np.abs(plain.info.g[0]).max())
        assert turned.loss[0] == pytest.approx(plain.loss[0], rel=1e-11, abs=1e-11 * scale)
        np.testing.assert_allclose(turned.info.g[0], R @ plain.info.g[0], rtol=1e-11, atol=1e-11 * scale)


@every_surface
def test_surface_says_what_it_is(slug: str) -> None:
    entry = CATALOGUE[slug]
    x0, x1, y0, y1 = entry.domain
    assert x0 < entry.start[0] < x1
    assert y0 < entry.start[1] < y1
    assert entry.slug == slug
    assert entry.formula.strip()
    assert entry.family in FAMILIES
    assert entry.color_scale in ("linear", "log")
    assert entry.source.citation
    assert 1700 < entry.source.year < 2100
    assert entry.tolerance > 0
    assert_bilingual(entry.title, entry.notes, *(hyper.doc for hyper in entry.params), name=entry.title)


@every_surface
def test_own_race_can_be_run(slug: str) -> None:
    """Only known optimizers and hyperparameters, a noise that exists, and a rate for each kind of optimizer."""
    entry = CATALOGUE[slug]
    assert 0 < len(entry.race) <= 12
    runs = tuple(Run(optimizer, hyper, color=place) for place, (optimizer, hyper) in enumerate(entry.race))
    assert Scenario.suggested(slug).runs == runs
    assert all("lr" in hyper for _, hyper in entry.race)
    assert entry.noise[0] in NOISES
    assert set(entry.rates) == {"gradient", "velocity", "distance"}
    assert all(rate > 0 for rate in entry.rates.values())
    assert {OPTIMIZERS[run.optimizer].units for run in runs} <= set(entry.rates)


def test_families_are_bilingual_and_used() -> None:
    assert_bilingual(*FAMILIES.values())
    assert {entry.family for entry in CATALOGUE.values()} == set(FAMILIES)


def test_noise_models_say_what_they_are() -> None:
    for slug, entry in NOISES.items():
        assert entry.slug == slug
        assert entry.formula.strip()
        assert_bilingual(entry.title, entry.summary, *(hyper.doc for hyper in entry.hypers))


@pytest.mark.parametrize(("a", "w"), [(0.2718, 18.766), (0.3789, 10.451), (0.4450, 16.625)])
def test_minima_near_the_edge_of_the_bumpy_bowl_are_declared(a: float, w: float) -> None:
    s = np.linspace(-3, 3, 60_002)
    slope = s + a * w * np.sin(w * s)
    assert len(minima_of_one_coordinate(a, w)) == int(((slope[:-1] < 0) & (slope[1:] >= 0)).sum())


def test_the_minima_of_the_saddle_floor_are_in_the_picture() -> None:
    entry = CATALOGUE["saddle_floor"]
    x0, x1, y0, y1 = entry.domain
    for c in (entry.params[0].low, entry.params[0].high):
        for point in entry.points({"c": c}):
            assert x0 <= point.x[0] <= x1
            assert y0 <= point.x[1] <= y1
