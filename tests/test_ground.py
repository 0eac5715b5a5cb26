"""What every surface can do: be placed, smoothed by nodes, seen through minibatches, and kept within bounds."""

from __future__ import annotations

import numpy as np
import pytest
from surfaces import CALCULUS

from landscapes import CATALOGUE
from visualizer import rollout
from visualizer.backend import jax
from visualizer.plane import Placement
from visualizer.simulate.ground import NODES, shuffled
from visualizer.simulate.local import local
from visualizer.simulate.surface import losses

PLACED = Placement(30.0, 9.0, (1.5, -0.5))


# ---- placing ---------------------------------------------------------------------------------------------------------


def test_a_placed_surface_is_the_surface_seen_from_elsewhere() -> None:
    """g(place(u)) = f(u); and by hand: stretched by 3 along y, turned by 30 degrees, moved by (1.5, -0.5)."""
    turn = np.array([[np.cos(np.pi / 6), -np.sin(np.pi / 6)], [np.sin(np.pi / 6), np.cos(np.pi / 6)]])
    for own in np.random.default_rng(3).uniform(-2, 2, (20, 2)):
        page = turn @ (own * [1.0, 1 / 3]) + [1.5, -0.5]
        np.testing.assert_allclose(PLACED.place(own), page, atol=1e-14)
        np.testing.assert_allclose(PLACED.own(page), own, atol=1e-14)
        seen = rollout("himmelblau", "sgd", page, 1, rotate=30.0, stretch=9.0, shift=(1.5, -0.5))
        plain = rollout("himmelblau", "sgd", own, 1)
        assert seen.loss[0] == pytest.approx(plain.loss[0], rel=1e-12)
        expected = turn @ (plain.info.g[0] * [1.0, 3.0])
        np.testing.assert_allclose(seen.info.g[0], expected, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("stretch", [1.0, 4.0, 25.0, 100.0])
def test_a_stretched_round_bowl_has_that_condition_number(stretch: float) -> None:
    seen = local("ravine", {"kappa": 1.0}, np.array([[0.3, -0.2]]), Placement(20.0, stretch))
    xx, xy, yy = seen.hessian[0]
    small, large = np.linalg.eigvalsh([[xx, xy], [xy, yy]])
    assert large / small == pytest.approx(stretch, rel=1e-9)


def test_a_shift_changes_nothing_but_where_weight_decay_pulls() -> None:
    plain = rollout("himmelblau", "adamw", (-0.4, -0.6), 200, {"lr": 0.05, "weight_decay": 0.0})
    there = rollout("himmelblau", "adamw", (9.6, 19.4), 200, {"lr": 0.05, "weight_decay": 0.0}, shift=(10.0, 20.0))
    np.testing.assert_allclose(there.theta - [10.0, 20.0], plain.theta, atol=1e-9)
    pulled = rollout("himmelblau", "adamw", (9.6, 19.4), 200, {"lr": 0.05, "weight_decay": 0.1}, shift=(10.0, 20.0))
    assert np.hypot(*pulled.theta[-1]) < np.hypot(*there.theta[-1]) - 0.1


# ---- smoothing -------------------------------------------------------------------------------------------------------


def test_nodes_are_a_standard_normal_pair() -> None:
    """Its moments up to degree 23, in any direction: E of (a x + b y)^2k is (2k - 1)!! on the unit circle."""
    x, y, share = NODES.T
    for angle in (0.0, 0.7, 2.0):
        along, expected = np.cos(angle) * x + np.sin(angle) * y, 1.0
        for k in range(12):
            assert share @ along ** (2 * k) == pytest.approx(expected, rel=1e-11)
            assert share @ along ** (2 * k + 1) == pytest.approx(0.0, abs=1e-9 * expected * 10)
            expected *= 2 * k + 1


@pytest.mark.parametrize("sigma", [0.0, 0.1, 0.4])
def test_smoothing_by_nodes_is_exact_for_polynomials(sigma: float) -> None:
    """A typed formula is smoothed by nodes, the surface of the catalogue in closed form."""
    typed = {"formula": "(1 - x)^2 + 100*(y - x^2)^2", "window": (-4, 4, -4, 4)}
    one, other = (
        rollout(slug, "adam", (-1.2, 1.0), 100, {"lr": 0.05}, params, smooth=sigma)
        for slug, params in (("formula", typed), ("rosenbrock", {}))
    )
    np.testing.assert_allclose(one.theta, other.theta, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(one.loss, other.loss, rtol=1e-9)


@pytest.mark.parametrize("slug", [slug for slug, entry in CATALOGUE.items() if not entry.smoothed and not entry.timed])
def test_gradient_and_hessian_of_a_smoothed_surface_are_its_own(slug: str) -> None:
    """Of the very surface that is drawn, nodes and all: central differences of its values."""
    entry = CATALOGUE[slug]
    x0, x1, y0, y1 = entry.domain
    sigma = 0.05 * min(x1 - x0, y1 - y0)
    h = 1e-6 * sigma  # so small that hardly a node crosses a kink
    for at in np.random.default_rng(4).uniform((x0, y0), (x1, y1), (4, 2)):
        steps = np.array([[i, j] for i in (-1, 0, 1) for j in (-1, 0, 1)]) * h
        seen = local(slug, {}, at + steps, None, sigma)
        z = seen.loss.reshape(3, 3)
        g = np.array([z[2, 1] - z[0, 1], z[1, 2] - z[1, 0]]) / (2 * h)
        scale = max(np.abs(z).max() / sigma, np.abs(seen.gradient).max())
        np.testing.assert_allclose(seen.gradient[4], g, atol=1e-5 * scale, rtol=1e-4)


def test_smoothing_melts_a_kink() -> None:
    """|x| + |y| smoothed: at 0 the mean of |s z| twice, s sqrt(2 / pi); and the gradient is continuous."""
    sigma = 0.3
    seen = local("abs_sum", {}, np.array([[0.0, 0.0], [1e-6, 1e-6]]), None, sigma)
    assert seen.loss[0] == pytest.approx(2 * sigma * np.sqrt(2 / np.pi), rel=1e-12)
    assert np.abs(seen.gradient[1]).max() < 1e-5
    assert np.abs(local("abs_sum", {}, np.array([[1e-6, 1e-6]])).gradient).min() == 1.0


def test_sgd_no_longer_gets_stuck_on_a_smoothed_bumpy_bowl() -> None:
    stuck = rollout("bumpy_bowl", "sgd", steps=300, hyper={"lr": 0.02})
    free = rollout("bumpy_bowl", "sgd", steps=300, hyper={"lr": 0.02}, smooth=0.3)
    assert np.hypot(*stuck.theta[-1]) > 1.0
    assert np.hypot(*free.theta[-1]) < 0.02


def test_the_drawn_surface_is_the_one_that_is_descended() -> None:
    """Placed and smoothed, for one in closed form and one by nodes: the heights on a grid are the losses of runs."""
    for slug in ("himmelblau", "eggholder"):
        x0, x1, _, _ = CATALOGUE[slug].domain
        window, sigma = (0.1 * x0, 0.3 * x1, 0.1 * x0, 0.2 * x1), 0.02 * (x1 - x0)
        grid = losses(slug, {}, PLACED, window, sigma, size=161)
        for j, i in ((0, 0), (80, 17), (160, 160)):
            at = (window[0] + (window[1] - window[0]) * i / 160, window[2] + (window[3] - window[2]) * j / 160)
            one = rollout(slug, "sgd", at, 0, rotate=30.0, stretch=9.0, shift=(1.5, -0.5), smooth=sigma)
            assert one.loss[0] == pytest.approx(grid[j, i], rel=1e-11)


@pytest.mark.parametrize("wrong", [{"smooth": -1.0}, {"smooth": np.nan}, {"stretch": 0.0}, {"shift": (np.inf, 0)}])
def test_an_impossible_placement_is_said(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="finite"):
        rollout("beale", "sgd", steps=1, **wrong)


# ---- data ------------------------------------------------------------------------------------------------------------

BATCH = [(slug, size) for slug in ("least_squares", "logistic") for size in (1, 3, 7, 20)]


def gradients(slug: str, batch: int, steps: int, **more: object) -> np.ndarray:
    """What SGD is given at the start, step by step: its rate is 0."""
    noise = ("minibatch", {"batch": batch, **more})
    return rollout(slug, "sgd", (0.5, 0.7), steps, {"lr": 0.0}, noise=noise, seed=5).info.g


@pytest.mark.parametrize(("slug", "size"), BATCH)
@pytest.mark.parametrize("order", ["shuffled", "cyclic"])
def test_an_epoch_sees_every_datum_once(slug: str, size: int, order: str) -> None:
    """The batches' gradients, each as often as it has data, add up to n times the gradient of the whole."""
    n = {"least_squares": 20, "logistic": 40}[slug]
    sizes = np.diff([*range(0, n, size), n])
    g = gradients(slug, size, 3 * len(sizes), order=order).reshape(3, len(sizes), 2)
    whole = np.asarray(CALCULUS[slug].gradient(np.array([[0.5], [0.7]]), {"data": "even"}))[:, 0]
    for epoch in g:
        np.testing.assert_allclose((epoch * sizes[:, None]).sum(axis=0) / n, whole, rtol=1e-12, atol=1e-14)
    if order == "cyclic":
        np.testing.assert_array_equal(g[0], g[1])
    elif size > 1 or n > 1:
        assert (g[0] != g[1]).any(), "each epoch has an order of its own"


def test_a_cyclic_batch_is_the_data_in_their_order() -> None:
    """The gradient of (w x_i + b - y_i)^2 / 2 by hand."""
    i = np.arange(20)
    x = -1 + 2 * i / 19
    y = 0.8 * x - 0.4 + 0.3 * np.sin(7 * i)
    residual = 0.5 * x + 0.7 - y
    expected = np.stack([residual * x, residual], axis=-1)
    np.testing.assert_allclose(gradients("least_squares", 1, 20, order="cyclic"), expected, rtol=1e-12, atol=1e-14)
    pairs = expected.reshape(10, 2, 2).mean(axis=1)
    np.testing.assert_allclose(gradients("least_squares", 2, 10, order="cyclic"), pairs, rtol=1e-12, atol=1e-14)


def test_all_runs_see_the_same_batches_and_another_seed_others() -> None:
    noise = ("minibatch", {"batch": 2})
    one = rollout("least_squares", "sgd", steps=30, hyper={"lr": 0.0}, noise=noise, seed=1).info.g
    same = rollout("least_squares", "adam", steps=30, hyper={"lr": 0.0}, noise=noise, seed=1).info.g
    other = rollout("least_squares", "sgd", steps=30, hyper={"lr": 0.0}, noise=noise, seed=2).info.g
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


def test_label_noise_shakes_the_labels_and_nothing_else() -> None:
    """With every datum in the batch, the mean gradient stays, and its bias part varies by label^2 / n."""
    g = gradients("least_squares", 20, 4000, label=2.0)
    quiet = gradients("least_squares", 20, 1)[0]
    assert g[:, 1].mean() == pytest.approx(quiet[1], abs=4 * 2.0 / np.sqrt(20 * 4000))
    assert g[:, 1].std() == pytest.approx(2.0 / np.sqrt(20), rel=0.05)
    x = -1 + 2 * np.arange(20) / 19
    assert g[:, 0].std() == pytest.approx(2.0 * np.sqrt((x**2).mean() / 20), rel=0.05)


def test_minibatches_need_data() -> None:
    with pytest.raises(ValueError, match="no mean over data"):
        rollout("beale", "sgd", steps=1, noise=("minibatch", {}))


@pytest.mark.parametrize("n", [1, 2, 3, 20, 40, 101, 128, 1000])
def test_a_shuffle_is_an_order(n: int) -> None:
    at, keys = jax.numpy.arange(n, dtype=np.int32), jax.numpy.arange(50, dtype=np.uint32) * np.uint32(2654435761)
    orders = jax.vmap(lambda key: jax.vmap(lambda i: shuffled(i, jax.numpy.int32(n), key))(at))(keys)
    assert (np.sort(orders, axis=1) == np.arange(n)).all()


def test_shuffles_are_fair() -> None:
    """Every datum at every place equally often, and every pair of neighbours: chi-squared within five deviations."""
    n, count = 20, 20_000
    keys = np.random.default_rng(1).integers(2**32, size=count, dtype=np.uint64).astype(np.uint32)
    at = jax.numpy.arange(n, dtype=np.int32)
    order = jax.vmap(lambda key: jax.vmap(lambda i: shuffled(i, jax.numpy.int32(n), key))(at))
    orders = np.asarray(order(jax.numpy.asarray(keys)))
    for table in (
        np.stack([np.bincount(orders[:, place], minlength=n) for place in range(n)]),
        np.bincount(orders[:, 4] * n + orders[:, 5], minlength=n * n).reshape(n, n)[~np.eye(n, dtype=bool)],
    ):
        expected = table.sum() / table.size
        chi, free = ((table - expected) ** 2 / expected).sum(), table.size
        assert chi < free + 5 * np.sqrt(2 * free)


# ---- bounds ----------------------------------------------------------------------------------------------------------


def reddi(beta2: float, largest: bool, lr: float, steps: int) -> np.ndarray:
    """Adam or AMSGrad with beta1 = 0 on f_t, projected to [-1, 1]: a plain loop."""
    x, v, top, path = 0.0, 0.0, 0.0, [0.0]
    for t in range(1, steps + 1):
        g = 3.0 if t % 3 == 1 else -1.0
        v = beta2 * v + (1 - beta2) * g * g
        top = max(top, v)
        used = top if largest else v
        x = float(np.clip(x - lr * g / (np.sqrt(used / (1 - beta2**t)) + 1e-8), -1, 1))
        path.append(x)
    return np.array(path)


@pytest.mark.parametrize(("slug", "largest", "end"), [("adam", False, 1.0), ("amsgrad", True, -1.0)])
def test_adam_goes_the_wrong_way_on_a_rare_large_gradient(slug: str, largest: bool, end: float) -> None:
    hyper = {"lr": 0.05, "beta1": 0.0, "beta2": 0.1, "eps": 1e-8}
    noise = ("minibatch", {"batch": 1, "order": "cyclic"})
    ours = rollout("rare_gradient", slug, steps=600, hyper=hyper, noise=noise)
    np.testing.assert_allclose(ours.theta[:, 0], reddi(0.1, largest, 0.05, 600), atol=1e-9)
    assert abs(ours.theta[-3:, 0] - end).min() < 0.06
    assert np.abs(ours.theta[:, 0]).max() == 1.0
    np.testing.assert_allclose(ours.theta[1:] - ours.theta[:-1], ours.info.step + ours.info.decay, atol=1e-15)
