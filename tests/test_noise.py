"""Gradient noise: reproducible, shared by a race, and normal. Bounds are five standard errors of the statistic."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from visualizer import rollout
from visualizer.backend import jax
from visualizer.simulate.job import job
from visualizer.simulate.random import normals
from visualizer.simulate.rollout import run_jobs

N = 100_000
SIGMAS = 5.0
NOISE = ("gaussian", {"sigma": 0.5})


def draws(seed: int, steps: int = N) -> np.ndarray:
    """The normal draws ``(steps, 2)`` that the engine used, read off the recorded gradients of a flat surface.

    At a rate of 0 the point stays at the minimum, where the gradient is nothing but noise.
    """
    hyper = {"lr": 0.0}
    ours = rollout("noisy_bowl", "sgd", (0.0, 0.0), steps, hyper, noise=("gaussian", {"sigma": 1.0}), seed=seed)
    return ours.info.g


@pytest.fixture(scope="module")
def sample() -> np.ndarray:
    return draws(0)


def test_same_seed_same_numbers_other_seed_other_numbers() -> None:
    first, again, other = (rollout("himmelblau", "adam", steps=100, noise=NOISE, seed=seed).theta for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert (first[1:] != other[1:]).any(axis=1).all()


def test_all_runs_of_a_race_see_the_same_noise() -> None:
    """Whatever the optimizer, its rate, its place in the batch or the length of its run."""
    slugs = [("sgd", 40), ("adam", 90), ("nesterov", 40), ("adamw", 10), ("rmsprop", 77)]
    jobs = [job("noisy_bowl", slug, (0.0, 0.0), steps, {"lr": 0.0}, noise=NOISE, seed=11) for slug, steps in slugs]
    gradients = [ours.info.g for ours in run_jobs(jobs)]
    for g in gradients:
        np.testing.assert_array_equal(g, gradients[1][: len(g)])


def test_noise_is_added_to_the_gradient_and_only_there() -> None:
    """The loss is f itself; the gradient differs from f's by sigma times the draw."""
    ours = rollout("noisy_bowl", "sgd", (2.5, 1.5), 200, {"lr": 0.05}, {"kappa": 3.0}, noise=NOISE, seed=2)
    x, y = ours.theta.T
    np.testing.assert_allclose(ours.loss, (x * x + 3 * y * y) / 2, rtol=1e-13)
    exact = ours.theta[:-1] * (1.0, 3.0)
    np.testing.assert_allclose(ours.info.g, exact + 0.5 * draws(2, 200), rtol=1e-12, atol=1e-14)


def test_injected_normals_are_used_exactly() -> None:
    xi = np.random.default_rng(5).normal(size=(30, 2))
    ours = rollout("noisy_bowl", "sgd", (2.5, 1.5), 30, {"lr": 0.1}, {"kappa": 3.0}, noise=NOISE, seed=9, normals=xi)
    theta = np.array([2.5, 1.5])
    for t in range(30):
        theta = theta - 0.1 * (theta * (1.0, 3.0) + 0.5 * xi[t])
        np.testing.assert_allclose(ours.theta[t + 1], theta, rtol=1e-13)


def test_no_noise_means_none() -> None:
    a, b = (rollout("beale", "adam", steps=50, noise=("none", {}), seed=seed).theta for seed in (0, 1))
    np.testing.assert_array_equal(a, b)
    c = rollout("beale", "adam", steps=50, noise=("gaussian", {"sigma": 0.0})).theta
    np.testing.assert_array_equal(a, c)


@pytest.mark.parametrize("seed", [0, 1, 12345, 2**31 - 1])
def test_moments_are_those_of_a_normal_distribution(seed: int) -> None:
    x = draws(seed)
    assert np.isfinite(x).all()
    error = SIGMAS / math.sqrt(N)
    assert (np.abs(x.mean(0)) < error).all()
    assert (np.abs(x.var(0) - 1) < error * math.sqrt(2)).all()  # Var x^2 = 2
    assert (np.abs((x**3).mean(0)) < error * math.sqrt(15)).all()  # Var x^3 = 15
    assert (np.abs((x**4).mean(0) - 3) < error * math.sqrt(96)).all()  # Var x^4 = 105 - 9


def test_distribution_is_normal_everywhere(sample: np.ndarray) -> None:
    """Kolmogorov and Smirnov: sup |F_n - F| < 2.23 / sqrt(n) but for one sample in 40,000."""
    for x in sample.T:
        theory = np.array([0.5 * math.erfc(-value / math.sqrt(2)) for value in np.sort(x)])
        assert np.abs(theory - (np.arange(N) + 0.5) / N).max() < 2.23 / math.sqrt(N)
    assert np.abs(sample).max() < 5.9
    assert (np.abs(sample) > 3).mean() == pytest.approx(0.0027, abs=SIGMAS * math.sqrt(0.0027 / (2 * N)))


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a, b)[0, 1])


def test_draws_are_not_correlated(sample: np.ndarray) -> None:
    """The two coordinates, consecutive steps, and the sizes of both."""
    error = SIGMAS / math.sqrt(N)
    x, y = sample.T
    for transform in (np.asarray, np.square):
        a, b = transform(x), transform(y)
        assert abs(correlation(a, b)) < error
        for lag in (1, 2, 3, 16):
            assert abs(correlation(a[:-lag], a[lag:])) < error
            assert abs(correlation(b[:-lag], b[lag:])) < error
            assert abs(correlation(a[:-lag], b[lag:])) < error


@pytest.mark.parametrize("other", [1, 2, 3, 16, 65536])
def test_neighbouring_seeds_have_nothing_in_common(sample: np.ndarray, other: int) -> None:
    """Neither the draws nor their sizes, at the same step or as one sequence shifted into the other."""
    error, theirs = SIGMAS / math.sqrt(N), draws(other)
    for transform in (np.asarray, np.square):
        for ours, other_draws in zip(transform(sample).T, transform(theirs).T, strict=True):
            assert abs(correlation(ours, other_draws)) < error
            for lag in (1, 2):
                assert abs(correlation(ours[lag:], other_draws[:-lag])) < error
                assert abs(correlation(ours[:-lag], other_draws[lag:])) < error
    assert len(set(sample[:, 0]) & set(theirs[:, 0])) < 0.01 * N, "one seed walks through the other's numbers"


def test_first_draw_of_consecutive_seeds_is_normal_too() -> None:
    """What an ensemble over seeds sees: the same step under seeds 0, 1, 2, ..."""
    words = np.arange(N, dtype=np.uint32)
    x = np.asarray(normals(words, np.zeros(N, np.uint32), jax.numpy.zeros((2, N))))
    error = SIGMAS / math.sqrt(N)
    assert (np.abs(x.mean(1)) < error).all()
    assert (np.abs(x.var(1) - 1) < error * math.sqrt(2)).all()
    assert abs(correlation(x[0], x[1])) < error
    assert abs(correlation(x[0, :-1], x[0, 1:])) < error


# ---- the other models ------------------------------------------------------------------------------------------------


def noise_at(theta: tuple[float, float], noise: tuple[str, dict[str, float]], seed: int = 3) -> np.ndarray:
    """The noisy gradients ``(N, 2)`` of the round bowl at a point: at a rate of 0 the point stays."""
    return rollout("noisy_bowl", "sgd", theta, N, {"lr": 0.0}, {"kappa": 1.0}, noise=noise, seed=seed).info.g


def test_anisotropic_noise_has_the_covariance_that_it_says() -> None:
    """R diag(s1^2, s2^2) R^T, with s1 along the angle."""
    found = np.cov(noise_at((0.0, 0.0), ("anisotropic", {"sigma": 2.0, "sigma_across": 0.5, "angle": 30.0})).T)
    along, across = np.array([math.sqrt(3) / 2, 0.5]), np.array([-0.5, math.sqrt(3) / 2])
    expected = 4.0 * np.outer(along, along) + 0.25 * np.outer(across, across)
    np.testing.assert_allclose(found, expected, atol=SIGMAS * 4.0 * math.sqrt(2 / N))


@pytest.mark.parametrize("nu", [1.0, 1.5, 3.0, 30.0])
def test_heavy_tails_are_those_of_student(nu: float) -> None:
    """Kolmogorov and Smirnov against SciPy's t, for both coordinates and for their sum: the pair is round."""
    x, y = noise_at((0.0, 0.0), ("student_t", {"sigma": 2.0, "nu": nu})).T / 2.0
    for sample in (x, y, (x + y) / math.sqrt(2)):
        theory = stats.t(nu).cdf(np.sort(sample))
        assert np.abs(theory - (np.arange(N) + 0.5) / N).max() < 2.23 / math.sqrt(N)
    # R^2 / 2 of a round t pair has Fisher's F of 2 and nu degrees: the coordinates are shocked together.
    theory = stats.f(2, nu).cdf(np.sort((x * x + y * y) / 2))
    assert np.abs(theory - (np.arange(N) + 0.5) / N).max() < 2.23 / math.sqrt(N)


def test_student_s_noise_is_gaussian_with_many_degrees_of_freedom() -> None:
    """With the very same draws, a race may be compared under both; a draw of nothing is nothing."""
    normal = noise_at((0.0, 0.0), ("gaussian", {"sigma": 0.7}))
    np.testing.assert_allclose(noise_at((0.0, 0.0), ("student_t", {"sigma": 0.7, "nu": 1e6})), normal, rtol=1e-4)
    still = rollout("noisy_bowl", "sgd", steps=1, noise=("student_t", {}), normals=np.zeros((1, 2)))
    plain = rollout("noisy_bowl", "sgd", steps=1)
    np.testing.assert_array_equal(still.info.g, plain.info.g)


def test_multiplicative_noise_is_a_share_of_the_gradient() -> None:
    """g (1 + sigma xi) with the draws of the others; none at the minimum, where descent therefore arrives."""
    share = noise_at((0.0, 0.0), ("gaussian", {"sigma": 0.3}))
    found = noise_at((2.0, -1.0), ("multiplicative", {"sigma": 0.3}))
    np.testing.assert_allclose(found, np.array([2.0, -1.0]) * (1.0 + share), rtol=1e-12)
    ours = rollout("noisy_bowl", "sgd", (2.0, -1.0), 2000, {"lr": 0.1}, noise=("multiplicative", {"sigma": 1.0}))
    assert ours.loss[-1] < 1e-30 < rollout("noisy_bowl", "sgd", (2.0, -1.0), 2000, {"lr": 0.1}, noise=NOISE).loss[-1]
