"""The Hessian of a network by products, against NumPy, JAX in double precision and full matrices; and its edge."""

import threading

import numpy as np
import pytest

from visualizer.backend import jax
from visualizer.networks import Architecture, Points, Recipe, sample, train
from visualizer.networks.curvature import ROUNDING, product, sharpness, top, trace
from visualizer.networks.edge import PLAIN, PRECONDITIONED, edge, missing, preconditioners
from visualizer.networks.forward import losses, outputs
from visualizer.simulate import compiled
from visualizer.simulate.tiles import Cancelled

TINY = Architecture(2, (5,), 3, "tanh")  # 33 parameters
LINE = Architecture(1, (), 1, "linear", task="values")
CURVE = Architecture(1, (8, 8), 1, "tanh", task="values")


def gradient(theta: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """TINY's by hand, in double precision."""
    w, b, v, c = theta[:10].reshape(2, 5), theta[10:15], theta[15:30].reshape(5, 3), theta[30:]
    h = np.tanh(x @ w + b)
    raised = np.exp(h @ v + c)
    back = (raised / raised.sum(axis=1, keepdims=True) - y) / len(x)
    inner = (back @ v.T) * (1 - h * h)
    return np.concatenate([(x.T @ inner).ravel(), inner.sum(axis=0), (h.T @ back).ravel(), back.sum(axis=0)])


def hessian(theta: np.ndarray, points: Points) -> np.ndarray:
    """TINY's by central differences of the gradient by hand, ``(33, 33)``."""
    x, y = (part[: points.train].astype(np.float64) for part in (points.x, points.y))
    width = 1e-5
    ends = [gradient(theta + width * e, x, y) - gradient(theta - width * e, x, y) for e in np.eye(len(theta))]
    found = np.array(ends) / (2 * width)
    return (found + found.T) / 2


@pytest.fixture(scope="module")
def points() -> Points:
    return sample("spirals", 50, 30, seed=3)


@pytest.fixture(scope="module")
def theta() -> np.ndarray:
    return 1.5 * TINY.start(1).astype(np.float32).astype(np.float64) + 0.25


@pytest.fixture(scope="module")
def full(points: Points, theta: np.ndarray) -> np.ndarray:
    return hessian(theta, points)


def test_products_are_those_of_a_gradient_by_hand(points: Points, theta: np.ndarray, full: np.ndarray) -> None:
    v = np.random.default_rng(0).normal(size=TINY.size)
    g, moved = product(TINY, points, theta, v)
    x, y = (part[:50].astype(np.float64) for part in (points.x, points.y))
    np.testing.assert_allclose(g, gradient(theta, x, y), rtol=0, atol=1e-6)
    np.testing.assert_allclose(moved, full @ v, rtol=0, atol=1e-5 * np.abs(full @ v).max())


def test_products_see_through_batch_normalization(points: Points) -> None:
    """The oracle has no padding and twice the digits; statistics of a padded batch would differ."""
    network = Architecture(2, (4,), 3, "tanh", "batch")
    theta = network.start(0).astype(np.float32)
    v = np.random.default_rng(0).normal(size=network.size).astype(np.float32)
    x, y = (part[:50].astype(np.float64) for part in (points.x, points.y))
    rows = np.full(50, 1 / 50)
    matrix = jax.jit(jax.hessian(lambda t: rows @ losses(network, outputs(network, t, x, rows), y)))(np.float64(theta))
    assert matrix.dtype == np.float64
    expected = np.asarray(matrix) @ v
    np.testing.assert_allclose(product(network, points, theta, v)[1], expected, atol=2e-5 * np.abs(expected).max())


@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_top_eigenvalues_are_those_of_the_matrix(
    points: Points, theta: np.ndarray, full: np.ndarray, l2: float
) -> None:
    values, vectors = np.linalg.eigh(full + l2 * np.diag(TINY.marked()))
    found = top(TINY, points, theta, 3, l2=l2)
    assert (np.abs(found.values - values[::-1][:3]) <= found.residuals).all()
    assert (found.residuals <= 2e-3 * values[-1]).all()
    assert np.abs(found.vectors[0] @ vectors[:, -1]) > 1 - 1e-5
    assert 3 < found.products < TINY.size


def test_residuals_bound_what_products_leave(points: Points, theta: np.ndarray, full: np.ndarray) -> None:
    found = top(TINY, points, theta, 3)
    left = np.linalg.norm(found.vectors @ full - found.values[:, None] * found.vectors, axis=1)
    assert (left <= found.residuals + ROUNDING * found.values[0]).all()
    assert (found.residuals <= 30 * left + 3 * ROUNDING * found.values[0]).all()  # and says no more than it must


def test_scaled_eigenvalues_are_those_of_the_divided_matrix(
    points: Points, theta: np.ndarray, full: np.ndarray
) -> None:
    D = np.random.default_rng(0).uniform(0.1, 3.0, TINY.size)
    expected = np.sort(np.linalg.eigvals(full / D[:, None]).real)[::-1]
    found = top(TINY, points, theta, 2, scale=1 / np.sqrt(D))
    assert (np.abs(found.values - expected[:2]) <= found.residuals).all()
    frozen = TINY.trained(1)
    alone = np.linalg.eigvalsh(full[np.ix_(frozen > 0, frozen > 0)])[::-1]
    found = top(TINY, points, theta, 3, scale=frozen)
    assert (np.abs(found.values - alone[:3]) <= found.residuals).all()


def test_the_trace_is_within_its_error(points: Points, theta: np.ndarray, full: np.ndarray) -> None:
    """The spread of v H v with random signs is known: 2 sum of the squares off the diagonal."""
    spread = np.sqrt(2 * (np.sum(full**2) - np.sum(np.diag(full) ** 2)) / 400)
    found = trace(TINY, points, theta, 400)
    assert found.error == pytest.approx(spread, rel=0.2)
    assert abs(found.mean - np.trace(full)) < 3 * spread


def test_a_quadratic_has_its_curvature_in_closed_form() -> None:
    """Two parameters: the search ends where there is nowhere new to go, and has no third eigenvalue."""
    points = sample("wave", 40, 10)
    x = points.x[:40, 0].astype(np.float64)
    expected = np.linalg.eigvalsh(2 * np.array([[np.mean(x * x), x.mean()], [x.mean(), 1.0]]))
    found = top(LINE, points, np.zeros(2), 3)
    np.testing.assert_allclose(found.values, expected[::-1], rtol=1e-5)


@pytest.mark.parametrize(
    ("optimizer", "hyper"),
    [("sgd", {}), ("sgd", {"weight_decay": 0.5}), ("momentum", {"momentum": 0.8}), ("nesterov", {"momentum": 0.8})],
)
def test_training_diverges_just_above_the_edge(optimizer: str, hyper: dict[str, float]) -> None:
    """A network without a hidden layer fits a line: the loss is exactly quadratic. l2 penalizes the slope alone."""
    points, l2 = sample("wave", 40, 10), 0.2
    largest = float(top(LINE, points, np.zeros(2), 1, l2=l2).values[0])
    unit = edge(LINE, points, Recipe(optimizer, {"lr": 1.0, **hyper, "weight_decay": 0.0}))
    assert unit is not None and unit.of == PLAIN
    at = unit.threshold / (largest + hyper.get("weight_decay", 0.0))  # the rate at which the threshold is reached
    recipes = [Recipe(optimizer, {**hyper, "lr": at * share}, batch=40, l2=l2) for share in (0.98, 1.02)]
    thresholds = [edge(LINE, points, recipe) for recipe in recipes]
    assert [one is not None and one.full and one.threshold > largest for one in thresholds] == [True, False]
    below, above = train(LINE, points, recipes, 1500)
    assert np.abs(np.diff(below.loss[-5:])).max() < 1e-6
    assert not above.loss[-1] < 1e3


def test_edges_say_which_sharpness_they_are_of() -> None:
    points = sample("wave", 40, 10)
    cases = {
        ("sgd", ()): (PLAIN, 2 / 0.1),
        ("momentum", (("momentum", 0.9),)): (PLAIN, 3.8 / 0.1),
        ("adam", ()): (PRECONDITIONED, 38 / 0.1),
        ("rmsprop", ()): (PRECONDITIONED, 2 / 0.1),
    }
    for (optimizer, more), expected in cases.items():
        found = edge(CURVE, points, Recipe(optimizer, {"lr": 0.1, **dict(more)}, batch=40))
        assert found is not None and found.full
        assert (found.of, found.threshold) == (expected[0], pytest.approx(expected[1]))
    noisy = {
        "batch": Recipe("sgd", {"lr": 0.1}, batch=39),
        "dropout": Recipe("sgd", {"lr": 0.1}, batch=40, dropout=0.1),
        "jitter": Recipe("sgd", {"lr": 0.1}, batch=40, jitter=0.1),
    }
    for noise, recipe in noisy.items():
        found = edge(CURVE, points, recipe)
        assert found is not None and found.noise == noise and not found.full
    normed = edge(Architecture(1, (8,), 1, "tanh", "batch", "values"), points, Recipe("sgd", batch=40))
    assert normed is not None and normed.noise == "norm"  # of 32 points and of 8
    without = {
        "rule": [Recipe("lion"), Recipe("adamw", {"amsgrad": True})],
        "lookahead": [Recipe("sgd", wrappers={"lookahead": {}})],
        "preconditioned_sam": [Recipe("adam", wrappers={"sam": {}})],
        "frozen": [Recipe("sgd", frozen=1)],
        "kink": [Recipe("sgd", l1=0.1)],
        "smooth": [Recipe("sgd", smooth=0.1)],
    }
    for reason, recipes in without.items():
        assert [missing(recipe) for recipe in recipes] == [reason] * len(recipes)
        assert [edge(CURVE, points, recipe) for recipe in recipes] == [None] * len(recipes)


@pytest.mark.parametrize(
    ("optimizer", "hyper"), [("sgd", {"lr": 0.2}), ("momentum", {"lr": 0.3, "momentum": 0.5})], ids=["gd", "heavy ball"]
)
def test_full_batch_descent_rises_to_the_edge_and_stays(optimizer: str, hyper: dict[str, float]) -> None:
    """Cohen et al. 2021. Of 6 seeds, all began at 0.49 to 0.93 of the threshold; the median of steps 1500 to 3000 was

    0.99 to 1.06 of 2 / lr for gradient descent, and 0.98 to 1.01 of (2 + 2 mu) / lr for the heavy ball.
    """
    for seed in range(3):
        points = sample("wave", 40, 10, seed=seed)
        recipe = Recipe(optimizer, hyper, batch=40, seed=seed)
        [run] = train(CURVE, points, [recipe], 3000, shown=60)
        found = edge(CURVE, points, recipe)
        assert found is not None
        share = sharpness(CURVE, points, run.theta).values[:, 0] / found.threshold
        assert share[0] < 0.8
        assert 0.9 < np.median(share[30:]) < 1.1


def test_full_batch_rmsprop_hovers_at_its_own_edge() -> None:
    """Cohen et al. 2022: medians of 6 seeds' steps 1500 to 3000 were 1.00 to 1.04 of 2 / lr."""
    points, steps = sample("wave", 40, 10), 1500
    recipe = Recipe("rmsprop", {"lr": 0.002}, batch=40)
    [run] = train(CURVE, points, [recipe], steps, shown=steps)
    at = range(1000, steps, 50)
    found = edge(CURVE, points, recipe)
    assert found is not None
    D = preconditioners(CURVE, points, recipe, steps, at)
    seen = [top(CURVE, points, run.theta[t], 1, scale=1 / np.sqrt(d)).values[0] for t, d in zip(at, D, strict=True)]
    assert 0.9 < np.median(seen) / found.threshold < 1.1


def test_a_path_begun_from_the_last_vectors_is_the_same_path() -> None:
    """And saves products, or else there is no reason for it."""
    points = sample("wave", 40, 10)
    [run] = train(CURVE, points, [Recipe("sgd", {"lr": 0.1}, batch=8)], 300, shown=50)
    shares: list[float] = []
    warm = sharpness(CURVE, points, run.theta, 3, progress=shares.append)
    cold = [top(CURVE, points, theta, 3) for theta in run.theta]
    apart = np.abs(warm.values - [one.values for one in cold])
    assert (apart <= warm.residuals + [one.residuals for one in cold]).all()
    assert warm.products.sum() < sum(one.products for one in cold)
    assert len(shares) == len(run.theta) and max(shares) == 1.0


def test_nothing_is_compiled_for_other_data_or_parameters(points: Points, theta: np.ndarray) -> None:
    top(TINY, points, theta)
    product(TINY, points, theta, theta)
    before = list(compiled.compiled_here)
    other = sample("spirals", 64, 900, noise=0.4, seed=8)
    top(TINY, other, -theta, 2, l2=0.1, scale=TINY.trained(1))
    trace(TINY, other, -theta, 4)
    assert compiled.compiled_here == before


def test_diverged_parameters_have_no_sharpness(points: Points, theta: np.ndarray) -> None:
    thetas = np.stack([theta, np.full_like(theta, np.nan), theta])
    found = sharpness(TINY, points, thetas).values[:, 0]
    assert np.isfinite(found).tolist() == [True, False, True]


def test_a_path_can_be_given_up(points: Points, theta: np.ndarray) -> None:
    cancel = threading.Event()
    seen: list[float] = []

    def told(share: float) -> None:
        seen.append(share)
        cancel.set()

    with pytest.raises(Cancelled):
        sharpness(TINY, points, np.repeat(theta[None], 200, axis=0), cancel=cancel, progress=told)
    assert 1 <= len(seen) < 20
