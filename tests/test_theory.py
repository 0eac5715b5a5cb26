"""What theory says of the rules: rates, stability limits, first steps. All closed forms, all measured."""

from __future__ import annotations

import math

import numpy as np
import pytest

from visualizer import rollout
from visualizer.simulate.rollout import Trajectory

MU, L = 1.0, 100.0
KAPPA = L / MU
STEPS = 3000


def ravine(optimizer: str, start: tuple[float, float] = (4.0, 1.5), steps: int = STEPS, **hyper: float) -> Trajectory:
    """The aligned quadratic (x^2 + 100 y^2) / 2."""
    return rollout("ravine", optimizer, start, steps, hyper, {"kappa": KAPPA, "theta_deg": 0.0, "lambda_min": MU})


def contraction(ours: Trajectory, late: slice) -> float:
    """The factor per step by which the distance to the minimum shrinks, over a late part of the run."""
    distance = np.hypot(*ours.theta[late].T)
    return float((distance[-1] / distance[0]) ** (1 / (len(distance) - 1)))


def test_descent_at_its_best_rate() -> None:
    """lr = 2 / (mu + L) contracts both axes by (kappa - 1) / (kappa + 1), at every single step."""
    ours = ravine("sgd", lr=2 / (MU + L), steps=300)
    distance = np.hypot(*ours.theta.T)
    np.testing.assert_allclose(distance[1:] / distance[:-1], (KAPPA - 1) / (KAPPA + 1), rtol=1e-9)


@pytest.mark.parametrize("lr", [0.001, 0.01, 0.015, 0.019])
def test_descent_at_any_rate_is_the_closed_form(lr: float) -> None:
    t = np.arange(201)
    expected = np.stack([4.0 * (1 - lr * MU) ** t, 1.5 * (1 - lr * L) ** t], 1)
    np.testing.assert_allclose(ravine("sgd", lr=lr, steps=200).theta, expected, rtol=1e-11, atol=1e-16)


# The largest rate of a quadratic of curvature L, as a multiple of 1 / L.
LIMITS = [("sgd", {}, 2.0)]
LIMITS += [("momentum", {"momentum": beta}, 2 * (1 + beta)) for beta in (0.5, 0.9, 0.99)]
LIMITS += [("nesterov", {"momentum": beta}, 2 * (1 + beta) / (1 + 2 * beta)) for beta in (0.5, 0.9, 0.99)]


@pytest.mark.parametrize(("optimizer", "hyper", "limit"), LIMITS)
def test_stability_limit(optimizer: str, hyper: dict[str, float], limit: float) -> None:
    """One per cent below it the steep axis converges, one per cent above it leaves the finite world."""
    below = ravine(optimizer, (0.0, 1.5), 20_000, lr=0.99 * limit / L, **hyper)
    above = ravine(optimizer, (0.0, 1.5), 100_000, lr=1.01 * limit / L, **hyper)
    assert below.stopped is None
    assert abs(below.theta[-1, 1]) < 1e-12
    assert above.stopped is not None
    assert abs(above.theta[above.n_valid - 1, 1]) > 1e100


def test_heavy_ball_at_its_best_rate() -> None:
    """lr = 4 / (sqrt L + sqrt mu)^2 and beta = rate^2 with rate = (sqrt kappa - 1) / (sqrt kappa + 1)."""
    rate = (math.sqrt(KAPPA) - 1) / (math.sqrt(KAPPA) + 1)
    lr = 4 / (math.sqrt(L) + math.sqrt(MU)) ** 2
    ours = ravine("momentum", lr=lr, momentum=rate**2, steps=1000)
    # A double root: the distance is (a + b t) rate^t, so that the measured factor is rate (1 + 1/t) late in the run.
    assert contraction(ours, slice(500, 1000)) == pytest.approx(rate, rel=3e-3)
    assert contraction(ravine("sgd", lr=2 / (MU + L), steps=1000), slice(500, 1000)) > rate + 0.15


@pytest.mark.parametrize(
    ("optimizer", "roots"), [("momentum", (1.9 - 0.01, 0.9)), ("nesterov", (1.9 * 0.99, 0.9 * 0.99))]
)
def test_momentum_on_one_curvature_is_its_recurrence(optimizer: str, roots: tuple[float, float]) -> None:
    """On x^2 / 2 with lr = .01, beta = .9: x_{t+1} = p x_t - q x_{t-1}, from the textbook form of either rule."""
    p, q = roots
    x = ravine(optimizer, (1.0, 0.0), 300, lr=0.01, momentum=0.9).theta[:, 0]
    if optimizer == "nesterov":
        x = x[1:]  # the first look-ahead point has no momentum behind it
    np.testing.assert_allclose(x[2:], p * x[1:-1] - q * x[:-2], rtol=0, atol=1e-14)


def first_step(optimizer: str, **hyper: float) -> np.ndarray:
    ours = ravine(optimizer, (4.0, -1.5), 1, **hyper)
    return ours.theta[1] - ours.theta[0]


def test_first_step_of_adam_is_lr_whatever_the_gradient() -> None:
    """-lr sign(g) |g| / (|g| + eps); the gradient is (4, -150)."""
    g = np.array([4.0, -150.0])
    np.testing.assert_allclose(first_step("adam", lr=0.1), -0.1 * np.sign(g), rtol=1e-8)
    np.testing.assert_allclose(first_step("adam", lr=0.1, eps=0.5), -0.1 * g / (np.abs(g) + 0.5), rtol=1e-13)


def test_first_step_without_bias_correction_is_three_times_as_long() -> None:
    """(1 - beta1) / sqrt(1 - beta2) = 3.16 times lr at the defaults."""
    expected = -0.1 * math.sqrt(10) * np.array([1.0, -1.0])
    np.testing.assert_allclose(first_step("adam_nobias", lr=0.1), expected, rtol=1e-6)


@pytest.mark.parametrize("alpha", [0.5, 0.9, 0.99])
def test_first_step_of_rmsprop(alpha: float) -> None:
    """lr / sqrt(1 - alpha): ten times lr at the default alpha."""
    expected = -0.01 / math.sqrt(1 - alpha) * np.array([1.0, -1.0])
    np.testing.assert_allclose(first_step("rmsprop", lr=0.01, alpha=alpha, eps=0.0), expected, rtol=1e-12)


def test_first_step_of_adagrad_and_adadelta() -> None:
    np.testing.assert_allclose(first_step("adagrad", lr=0.5, eps=0.0), [-0.5, 0.5], rtol=1e-14)
    eps, g = 1e-3, np.array([4.0, -150.0])
    expected = -math.sqrt(eps) / np.sqrt(0.1 * g * g + eps) * g
    np.testing.assert_allclose(first_step("adadelta", eps=eps), expected, rtol=1e-12)


def test_first_step_of_heavy_ball_ignores_dampening() -> None:
    np.testing.assert_allclose(first_step("momentum", lr=1e-3, dampening=0.9), [-0.004, 0.15], rtol=1e-13)


def test_adagrad_starves_and_amsgrad_never_recovers() -> None:
    """Rates per coordinate only fall: AdaGrad's by its sum, AMSGrad's (bias correction taken out) by its maximum."""
    adagrad = rollout("himmelblau", "adagrad", steps=300, hyper={"lr": 0.5}).info.rate
    assert (np.diff(adagrad, axis=0) <= 0).all()
    assert (np.diff(adagrad[:20], axis=0) < 0).all()
    t = np.arange(1, 501)[:, None]
    hyper = {"lr": 0.2, "eps": 0.0, "beta2": 0.9}
    amsgrad = rollout("himmelblau", "amsgrad", steps=500, hyper=hyper).info.rate / np.sqrt(1 - 0.9**t)
    assert (np.diff(amsgrad, axis=0) <= 1e-12 * amsgrad[1:]).all()
    adam = rollout("himmelblau", "adam", steps=500, hyper=hyper).info.rate / np.sqrt(1 - 0.9**t)
    assert (np.diff(adam, axis=0) > 0).any(), "Adam's own rate rises again where the gradient shrinks"


def test_decoupled_decay_alone_is_a_geometric_shrinking() -> None:
    """At the minimum of a quadratic the gradient vanishes and only the decay acts; the origin is a fixed point."""
    flat = {"kappa": 1.0, "lambda_min": 1e-9}
    ours = rollout("ravine", "adamw", (4.0, 1.5), 100, {"lr": 0.1, "weight_decay": 0.5, "eps": 1e6}, flat)
    expected = np.outer(0.95 ** np.arange(101), (4.0, 1.5))
    np.testing.assert_allclose(ours.theta, expected, rtol=1e-10)


def test_coupled_decay_is_a_steeper_bowl() -> None:
    """SGD with L2 on (x^2 + 100 y^2) / 2 contracts by 1 - lr (curvature + lambda)."""
    t = np.arange(51)
    ours = ravine("sgd", lr=0.01, weight_decay=2.0, steps=50).theta
    np.testing.assert_allclose(ours, np.stack([4 * 0.97**t, 1.5 * (-0.02) ** t], 1), rtol=1e-11)
