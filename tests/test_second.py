"""Second-order rules and line searches: closed forms, other libraries, and what each promises."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from surfaces import CALCULUS

from landscapes import CATALOGUE as LANDSCAPES
from optimizers import RULES
from optimizers._plane import absolute, shifted, solve
from visualizer import rollout
from visualizer.backend import jax
from visualizer.plane import Placement
from visualizer.simulate.job import job
from visualizer.simulate.local import local
from visualizer.simulate.rollout import run_jobs
from visualizer.spec import complete

SECOND = [slug for slug, entry in RULES.items() if entry.second_order]
DESCENT = ("levenberg_marquardt", "gd_armijo", "bfgs", "lbfgs", "nonlinear_cg")
LAST_LENGTH = {"gd_armijo": 62}  # evaluations of a step that takes its last length: a gradient and 61 trials
QUASI = ("bfgs", "lbfgs", "nonlinear_cg")
MINIMA = {
    "rosenbrock": [(1.0, 1.0)],
    "ravine": [(0.0, 0.0)],
    "himmelblau": [
        (3.0, 2.0),
        (-2.8051180869527, 3.1313125182506),
        (-3.7793102533777, -3.2831859912862),
        (3.5844283403305, -1.8481265269644),
    ],
}


def matrices() -> np.ndarray:
    """Symmetric 2x2 matrices of all signs, ``(n, 2, 2)``, sizes from 1e-3 to 1e3."""
    rng = np.random.default_rng(0)
    found = []
    for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        for _ in range(50):
            angle, sizes = rng.uniform(0, np.pi), 10 ** rng.uniform(-3, 3, 2)
            turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
            found.append(turn @ np.diag(sizes * signs) @ turn.T)
    return np.array(found)


def packed(many: np.ndarray) -> tuple[Any, Any, Any]:
    return jax.numpy.array(many[:, 0, 0]), jax.numpy.array(many[:, 0, 1]), jax.numpy.array(many[:, 1, 1])


def test_closed_forms_are_linear_algebra() -> None:
    """Against LAPACK; an inverse loses as many digits as the matrix's condition has."""
    many = matrices()
    values, vectors = np.linalg.eigh(many)
    expected = np.einsum("nij,nj,nkj->nik", vectors, np.abs(values), vectors)
    ours = absolute(packed(many))
    size = np.abs(values).max(1)
    for entry, (i, j) in zip(ours, ((0, 0), (0, 1), (1, 1)), strict=True):
        np.testing.assert_allclose(entry / size, expected[:, i, j] / size, rtol=0, atol=1e-13)
    g = np.random.default_rng(1).normal(size=(2, len(many)))
    found = np.asarray(solve(packed(many), jax.numpy.array(g)))
    expected = np.linalg.solve(many, g.T[:, :, None])[:, :, 0].T
    condition = size / np.abs(values).min(1)
    np.testing.assert_array_less(np.hypot(*(found - expected)), 1e-14 * condition * np.hypot(*expected))


def test_a_singular_matrix_gives_the_gradient() -> None:
    g = jax.numpy.array([1.0, 2.0])
    for matrix in ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (3.0, 0.0, 0.0), (1e200, 1e200, 1e200)):
        singular = tuple(jax.numpy.float64(entry) for entry in matrix)
        assert solve(singular, g).tolist() == [1.0, 2.0]  # type: ignore[arg-type]
    large = solve(shifted((jax.numpy.float64(1e200),) * 3, jax.numpy.float64(1e199)), g)
    np.testing.assert_allclose(large, np.linalg.solve([[1.1e200, 1e200], [1e200, 1.1e200]], [1.0, 2.0]), rtol=1e-13)


@pytest.mark.parametrize("slug", LANDSCAPES)
@pytest.mark.parametrize("rotate", [0.0, 37.0])
def test_hessian_of_a_surface(slug: str, rotate: float) -> None:
    """That of the surface turned by R is R H(R^T theta) R^T; the calculus is JAX's own, without our switches."""
    entry, angle = LANDSCAPES[slug], np.radians(rotate)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    params = complete(entry.params, {}, slug)
    points = np.random.default_rng(5).uniform(-1.5, 1.5, (5, 2))
    seen = local(slug, params, points, Placement(rotate))
    for point, loss, g, (xx, xy, yy) in zip(points, seen.loss, seen.gradient, seen.hessian, strict=True):
        inner = turn.T @ point
        expected = turn @ np.asarray(CALCULUS[slug].hessian(inner[:, None], params))[0] @ turn.T
        np.testing.assert_allclose([[xx, xy], [xy, yy]], expected, rtol=1e-9, atol=1e-9)
        slope = turn @ np.asarray(CALCULUS[slug].gradient(inner[:, None], params))[:, 0]
        np.testing.assert_allclose(g, slope, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(loss, CALCULUS[slug].f(inner, params), rtol=1e-12, atol=1e-14)


def test_newton_solves_a_quadratic_at_once() -> None:
    for kappa in (1.0, 100.0, 1e6):
        ours = rollout("ravine", "newton", (4.0, 1.5), 3, params={"kappa": kappa}, rotate=20.0)
        assert np.abs(ours.theta[1]).max() < 1e-15 * kappa * 10
    saddle = rollout("saddle", "newton", (1.0, 0.5), 1)
    np.testing.assert_allclose(saddle.theta[1], 0.0, atol=1e-15)


def test_saddle_free_newton_leaves_the_saddle() -> None:
    """Where the curvatures are 2 and -2: x shrinks and y grows by the same Newton step, damped by 2 / (2 + d)."""
    ours = rollout("saddle", "saddle_free_newton", (1.0, 0.5), 5, {"damping": 0.5})
    np.testing.assert_allclose(ours.theta[:, 0], (1 - 2 / 2.5) ** np.arange(6), rtol=1e-13)
    np.testing.assert_allclose(ours.theta[:, 1], 0.5 * (1 + 2 / 2.5) ** np.arange(6), rtol=1e-13)


@pytest.mark.parametrize("slug", DESCENT)
@pytest.mark.parametrize("surface", [slug for slug, entry in LANDSCAPES.items() if not entry.bounds])
def test_the_loss_never_rises(slug: str, surface: str) -> None:
    """But by the rounding of f, which is not 0 where the lowest loss is not; and not beyond 1e6, where on a surface
    without a floor the halvings of a step are used up; nor in a step that takes its last length for want of others,
    as beside a ridge of infinite slope.
    """
    starts = np.random.default_rng(2).uniform(-2, 2, (8, 2))
    for ours in run_jobs([job(surface, slug, start, 60) for start in starts]):
        seen = np.abs(ours.theta[: ours.n_valid]).max(1) < 1e6
        loss, evaluations = ours.loss[: ours.n_valid][seen], ours.evaluations[: ours.n_valid][seen]
        rounding = 0.0 if loss[-1] >= 0 and loss[-1] < 1e-9 else 2.0**-50 * max(1.0, abs(loss[0]))
        assert ((np.diff(loss) <= rounding) | (np.diff(evaluations) == LAST_LENGTH.get(slug))).all()
        # On Easom's plain the gradient is less than theta's last digit: there is nowhere to go.
        moves = (ours.theta[0] - ours.info.g[0] != ours.theta[0]).any()
        assert loss[-1] < loss[0] or not moves


@pytest.mark.parametrize("slug", QUASI)
@pytest.mark.parametrize("surface", MINIMA)
def test_they_arrive_and_stay(slug: str, surface: str) -> None:
    """From anywhere near, in a few dozen steps, to 1e-6 with the default gtol."""
    starts = np.random.default_rng(3).uniform(-1.5, 1.5, (12, 2))
    for ours in run_jobs([job(surface, slug, start, 120) for start in starts]):
        distance = np.abs(np.array(MINIMA[surface]) - ours.theta[-1]).max(1).min()
        assert distance < 2e-6
        assert (ours.theta[-20:] == ours.theta[-1]).all()
        assert ours.evaluations[-1] == ours.evaluations[-20], "standing still costs nothing"


def test_conjugate_gradients_solve_a_quadratic_in_two_steps() -> None:
    for start in np.random.default_rng(4).uniform(-4, 4, (8, 2)):
        ours = rollout("ravine", "nonlinear_cg", start, 3, params={"kappa": 50.0})
        assert ours.loss[2] < 1e-3 * ours.loss[0]
        assert ours.loss[3] < 1e-10 * ours.loss[0]


@pytest.mark.parametrize("slug", QUASI)
def test_accepted_steps_meet_the_wolfe_conditions(slug: str) -> None:
    flatten = {"nonlinear_cg": 0.01}.get(slug, 0.9)
    ours = rollout("rosenbrock", slug, steps=18)
    at = ours.info.g
    m, length = ours.info.m[:-1], ours.info.lr[:-1]
    slope = -(m * at[:-1]).sum(1)
    moved = length > 0
    assert moved.sum() >= 15
    fall = ours.loss[1:-1] - ours.loss[:-2]
    assert (fall[moved] <= (1e-4 * length * slope)[moved] + 1e-18).all()
    assert (np.abs((m * at[1:]).sum(1)) <= flatten * np.abs(slope) + 1e-18)[moved].all()


def test_bfgs_keeps_what_a_matrix_would() -> None:
    """The estimate, rebuilt in NumPy from the recorded points and gradients, gives the recorded directions."""
    ours = rollout("himmelblau", "bfgs", steps=8)
    b, identity = np.eye(2), np.eye(2)
    for k in range(1, 7):
        s, y = ours.theta[k] - ours.theta[k - 1], ours.info.g[k] - ours.info.g[k - 1]
        if k == 1:
            b = b * (s @ y) / (y @ y)
        r = 1 / (s @ y)
        b = (identity - r * np.outer(s, y)) @ b @ (identity - r * np.outer(y, s)) + r * np.outer(s, s)
        np.testing.assert_allclose(ours.info.m[k], b @ ours.info.g[k], rtol=1e-6)


def test_lbfgs_with_enough_pairs_begins_like_bfgs() -> None:
    """With one pair they are the same matrix, whichever way it is kept."""
    a, b = (rollout("beale", slug, steps=2).theta for slug in ("bfgs", "lbfgs"))
    np.testing.assert_allclose(a, b, rtol=1e-12)
    one, ten = (rollout("rosenbrock", "lbfgs", steps=12, hyper={"maxcor": k}).theta for k in (1, 10))
    assert np.abs(one - ten).max() > 1e-3


def test_lbfgs_understands_pytorch() -> None:
    torch = {"lr": 1.0, "max_iter": 200, "history_size": 4, "tolerance_grad": 1e-7, "tolerance_change": 1e-9}
    theirs = rollout("beale", "lbfgs", hyper={**torch, "line_search_fn": "strong_wolfe"})
    ours = rollout("beale", "lbfgs", hyper={"maxcor": 4, "gtol": 1e-7, "ftol": 1e-9})
    np.testing.assert_array_equal(ours.theta, theirs.theta)
    for wrong in (torch, {**torch, "line_search_fn": None}, {"history_size": 3, "gtol": 1e-3}, {"lr": 1.0}):
        with pytest.raises(ValueError, match=r"lbfgs"):
            rollout("beale", "lbfgs", hyper=wrong)


@pytest.mark.parametrize("growth", [None, 1.5, 3.0])
def test_armijo_agrees_with_optax(growth: float | None) -> None:
    optax = pytest.importorskip("optax", reason="Optax is not installed: the goldens hold its numbers")
    hyper = {"alpha0": 1.7, "c1": 0.2, "backtrack": 0.6, "growth": growth, "max_backtracks": 7}

    def f(point: Any) -> Any:
        return (1.0 - point[0]) ** 2 + 20.0 * (point[1] - point[0] ** 2) ** 2

    rule = optax.chain(
        optax.sgd(1.0),
        optax.scale_by_backtracking_linesearch(
            7, slope_rtol=0.2, decrease_factor=0.6, increase_factor=growth or np.inf, max_learning_rate=1.7
        ),
    )
    theta = jax.numpy.array([0.3, 0.9])
    state, path = rule.init(theta), [theta]
    for _ in range(25):
        value, g = jax.value_and_grad(f)(theta)
        change, state = rule.update(g, state, theta, value=value, grad=g, value_fn=f)
        theta = theta + change
        path.append(theta)
    ours = rollout("rosenbrock", "gd_armijo", (0.3, 0.9), 25, hyper, {"a": 1.0, "b": 20.0})
    np.testing.assert_allclose(ours.theta, path, rtol=1e-9, atol=1e-10)


def test_evaluations_are_counted_as_documented() -> None:
    newton = rollout("beale", "newton", steps=4)
    assert newton.evaluations.tolist() == [0, 3, 6, 9, 12]
    sophia = rollout("beale", "sophia", steps=5, hyper={"update_interval": 3})
    assert sophia.evaluations.tolist() == [0, 3, 4, 5, 8, 9]
    # Not positive definite at first: it stays, has everything already, and tries nothing until the damping is enough.
    marquardt = rollout("himmelblau", "levenberg_marquardt", steps=12)
    stays = (np.diff(marquardt.theta, axis=0) == 0).all(1)
    assert stays[:3].all()
    assert not stays.all()
    assert marquardt.evaluations[:4].tolist() == [0, 3, 3, 3]
    # Each point's gradient and Hessian, and a trial from it.
    assert rollout("ravine", "levenberg_marquardt", steps=3).evaluations.tolist() == [0, 4, 8, 12]
    # Every length tried, and the gradient of each new point.
    armijo = rollout("rosenbrock", "gd_armijo", steps=10)
    backtracks = np.log2(1.0 / armijo.info.lr).round()
    assert np.diff(armijo.evaluations).tolist() == (backtracks + 2).tolist()
    # Wolfe's search knows the gradient of the point that it takes: one evaluation is the start's.
    bfgs = rollout("ravine", "bfgs", steps=3)
    assert bfgs.evaluations[1] >= 2
    assert (np.diff(bfgs.evaluations)[1:] >= 1).all()
    noisy = rollout("ravine", "newton", steps=2, noise=("gaussian", {"sigma": 0.1}))
    assert noisy.evaluations.tolist() == [0, 3, 6]


def test_a_budget_holds_for_line_searches() -> None:
    """The search under way when it is used up is not carried out: its point is not reached."""
    for slug in SECOND:
        free = rollout("rosenbrock", slug, steps=60)
        ours = rollout("rosenbrock", slug, steps=60, budget=23)
        expected = int(np.searchsorted(free.evaluations, 23, side="right"))
        assert (ours.n_valid, ours.ended) == (expected, "budget")
        np.testing.assert_array_equal(ours.theta[:expected], free.theta[:expected])


@pytest.mark.parametrize("slug", SECOND)
def test_no_wrapper_goes_around(slug: str) -> None:
    for wrapper, inner in (("lookahead", "inner"), ("sam", "base")):
        with pytest.raises(ValueError, match=f"{wrapper} cannot wrap {slug}"):
            rollout("beale", wrapper, hyper={inner: slug})
        with pytest.raises(ValueError, match=f"{wrapper} cannot wrap {slug}"):
            job("beale", slug, wrappers={wrapper: {}})


@pytest.mark.parametrize("slug", SECOND)
def test_noise_reaches_them(slug: str) -> None:
    """Through the gradient; the runs stay finite on a bowl, and the same seed gives the same run."""
    noise: Any = ("gaussian", {"sigma": 0.3})
    a, b, c = (rollout("ravine", slug, (0.05, -0.05), 80, noise=noise, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(a.theta, b.theta)
    assert np.abs(a.theta - c.theta).max() > 1e-6
    assert a.ended == ""
