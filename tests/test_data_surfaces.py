"""Surfaces that are a mean over data, and the matrix: what they say of their parts agrees with the whole."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from surfaces import CALCULUS, cases, numbers

from landscapes import CATALOGUE
from landscapes.circulant import TARGET
from visualizer import rollout
from visualizer.backend import jax
from visualizer.simulate.surface import sequence
from visualizer.spec import Values

OF_DATA = [(slug, params) for slug, params in cases() if CATALOGUE[slug].sample]
every_set = pytest.mark.parametrize(
    ("slug", "params"), OF_DATA, ids=[f"{s}-{'-'.join(map(str, p.values()))}" for s, p in OF_DATA]
)


def parts(slug: str, params: dict[str, Any], shake: float = 0.0) -> tuple[Callable[..., Any], int]:
    """theta -> the losses of all data, each at its own traced index; and how many there are."""
    entry, h = CATALOGUE[slug], numbers(slug, params)
    assert entry.samples is not None and entry.sample is not None
    count = int(entry.samples(h))
    sample = entry.sample

    def losses(theta: Any) -> Any:
        return jax.vmap(lambda i: sample(theta, h, i, shake))(np.arange(count, dtype=np.int32))

    return losses, count


def points_of(slug: str, count: int = 6) -> np.ndarray:
    x0, x1, y0, y1 = CATALOGUE[slug].domain
    return np.random.default_rng(5).uniform((x0, y0), (x1, y1), (count, 2))


def test_the_surfaces_of_data_are_these() -> None:
    assert {slug for slug, _ in OF_DATA} == {"least_squares", "logistic", "rare_gradient"}
    assert all((entry.samples is None) == (entry.sample is None) for entry in CATALOGUE.values())


@every_set
def test_the_mean_of_the_data_is_the_surface(slug: str, params: dict[str, Any]) -> None:
    losses, count = parts(slug, params)
    slope = jax.jit(jax.jacrev(losses))
    for theta in points_of(slug):
        each = np.asarray(losses(theta))
        assert each.shape == (count,)
        scale = max(1.0, np.abs(each).max())
        assert float(CALCULUS[slug].f(theta, params)) == pytest.approx(
            math.fsum(each) / count, rel=0, abs=1e-14 * scale
        )
        whole = np.asarray(CALCULUS[slug].gradient(theta[:, None], params))[:, 0]
        np.testing.assert_allclose(whole, np.asarray(slope(theta)).mean(0), rtol=0, atol=1e-13 * scale)


@every_set
def test_a_datum_is_elementwise_in_its_lanes(slug: str, params: dict[str, Any]) -> None:
    """A label shaken in each lane."""
    entry, h, at = CATALOGUE[slug], numbers(slug, params), points_of(slug).T
    shake = np.linspace(-2, 2, at.shape[1])
    assert entry.sample is not None
    together = np.asarray(entry.sample(at, h, np.int32(1), shake))
    assert together.shape == shake.shape
    alone = [float(entry.sample(p, h, np.int32(1), s)) for p, s in zip(at.T, shake, strict=True)]
    np.testing.assert_allclose(together, alone, rtol=1e-14)


def hand(data: str, i: int) -> tuple[float, float, float]:
    """Features and label as the catalogue writes them."""
    x = -1 + 2 * i / 19
    if data == "even":
        return x, 1.0, 0.8 * x - 0.4 + 0.3 * math.sin(7 * i)
    other = 0.9 * x + 0.3 * math.cos(3 * i)
    return x, other, 1.5 * x - 0.7 * other + 0.2 * math.sin(11 * i)


@pytest.mark.parametrize(
    ("data", "place", "value", "curvatures"),
    [
        ("even", (0.744016068594104, -0.383369025972693), 0.0209536963265, (0.368, 1.0)),
        ("correlated", (1.4594268973594, -0.6243022832844), 0.0097411891002, (0.0219, 0.685)),
    ],
)
def test_least_squares_is_solved_by_linear_algebra(
    data: str, place: tuple[float, float], value: float, curvatures: tuple[float, float]
) -> None:
    """And its condition numbers are those that the dial states."""
    rows = np.array([hand(data, i) for i in range(20)])
    solution, squares, _, _ = np.linalg.lstsq(rows[:, :2], rows[:, 2])
    (point,) = CATALOGUE["least_squares"].points({"data": data})
    np.testing.assert_allclose(point.x, solution, rtol=1e-13)
    np.testing.assert_allclose(point.x, place, atol=1e-13)
    assert point.value == pytest.approx(squares[0] / 40, rel=1e-13) == pytest.approx(value, abs=1e-13)
    bends = np.linalg.eigvalsh(np.asarray(CALCULUS["least_squares"].hessian(np.zeros((2, 1)), {"data": data}))[0])
    np.testing.assert_allclose(bends, curvatures, atol=5e-4)
    assert f"{bends[1] / bends[0]:.2g}" in CATALOGUE["least_squares"].params[0].doc


@pytest.mark.parametrize("data", ["even", "correlated"])
def test_a_shaken_label_moves_the_target_of_its_datum_alone(data: str) -> None:
    losses, _ = parts("least_squares", {"data": data}, shake=0.7)
    for w, b in points_of("least_squares"):
        expected = [(w * p + b * q - (y + 0.7)) ** 2 / 2 for p, q, y in (hand(data, i) for i in range(20))]
        np.testing.assert_allclose(losses(np.array([w, b])), expected, rtol=1e-12, atol=1e-14)


def test_the_minimum_of_logistic_regression_is_the_catalogues() -> None:
    (point,) = CATALOGUE["logistic"].points({})
    np.testing.assert_allclose(point.x, (1.3069762647601, 3.3144417588482), atol=5e-14)
    assert point.value == pytest.approx(0.2922142126602, abs=1e-13)
    bends = np.linalg.eigvalsh(np.asarray(CALCULUS["logistic"].hessian(np.array(point.x)[:, None], {}))[0])
    assert [f"{bend:.3f}" for bend in bends] == ["0.027", "0.080"], "as the notes say"


@pytest.mark.parametrize(("shake", "flipped"), [(0.0, ()), (0.9, ()), (-1.5, (0,)), (1.5, (1,))])
def test_a_shaken_class_flips_where_its_sign_does(shake: float, flipped: tuple[int, ...]) -> None:
    """-1.5 turns the even data, which are of class 1; 1.5 the odd ones."""
    losses, _ = parts("logistic", {}, shake)
    for u, v in points_of("logistic"):
        for i, ours in enumerate(np.asarray(losses(np.array([u, v])))):
            s = 1 if i % 2 == 0 else -1
            a, b = 0.6 * s + 1.2 * math.sin(1.7 * i), 0.4 * s + 0.5 * math.cos(2.3 * i)
            seen = -s if i % 2 in flipped else s
            assert ours == pytest.approx(
                math.log1p(math.exp(-seen * (u * a + v * b))) + 0.005 * (u * u + v * v), abs=1e-12
            )


@pytest.mark.parametrize("slug", ["least_squares", "circulant"])
def test_a_smoothed_quadratic_is_its_mean_at_nine_places(slug: str) -> None:
    """Gauss-Hermite with three nodes a side is exact for it."""
    entry, sigma = CATALOGUE[slug], 0.7
    nodes, weights = np.sqrt(3.0) * np.array([-1, 0, 1]), np.array([1, 4, 1]) / 6
    for known, params in cases():
        if known != slug:
            continue
        for theta in points_of(slug):
            grid = theta[:, None, None] + sigma * np.stack(np.meshgrid(nodes, nodes))
            mean = weights @ np.asarray(CALCULUS[slug].f(grid, params)) @ weights
            h = Values({**numbers(slug, params), "smooth": sigma})
            assert float(entry.smoothed(theta, h)) == pytest.approx(mean, rel=1e-12)  # type: ignore[misc]


# The rare large gradient, by a loop of its own: cyclic order, projection onto [-1, 1].


def segment(method: str, lr: float, steps: int, beta2: float = 0.1) -> list[float]:
    """Adam and AMSGrad as in PyTorch with beta1 = 0, from x = 0."""
    x, v, most, path = 0.0, 0.0, 0.0, [0.0]
    for t in range(1, steps + 1):
        g = 3.0 if t % 3 == 1 else -1.0
        v = beta2 * v + (1 - beta2) * g * g
        most = max(most, v)
        second = {"sgd": 1.0, "adam": v, "amsgrad": most}[method] / (1.0 if method == "sgd" else 1 - beta2**t)
        x = min(1.0, max(-1.0, x - lr * g / (math.sqrt(second) + (0.0 if method == "sgd" else 1e-8))))
        path.append(x)
    return path


@pytest.mark.parametrize(
    ("method", "beta2", "end", "arrived"),
    [("sgd", 0.1, -1, 142), ("amsgrad", 0.1, -1, 166), ("adam", 0.1, 1, 90), ("adam", 0.999, -1, 118)],
)
def test_who_goes_where_on_the_rare_gradient(method: str, beta2: float, end: int, arrived: int) -> None:
    """The steps that the notes name, at the rates of the race."""
    entry = CATALOGUE["rare_gradient"]
    (lr,) = {hyper["lr"] for slug, hyper in entry.race if slug == method}
    path = segment(method, lr, 200, beta2)
    assert next(t for t, x in enumerate(path) if abs(x) > 1 - 1e-12) == arrived
    # The race is over before AMSGrad arrives, so that each of its steps can be told apart in the picture.
    assert str(arrived) in entry.notes or arrived > entry.steps
    assert all(abs(x - end) < 0.06 for x in path[arrived:])


def test_the_loop_is_what_the_data_say() -> None:
    losses, count = parts("rare_gradient", {"C": 3.0, "period": 3})
    assert count == 3
    np.testing.assert_array_equal(np.asarray(jax.jacrev(losses)(np.array([0.3, 0.2]))), [[3, 0], [-1, 0], [-1, 0]])


# The matrix, as four free numbers.


def entries(x: float, y: float) -> np.ndarray:
    return np.array([[x, y], [y, x]])


def free(method: str, start: tuple[float, float], steps: int, lr: float, kappa: float) -> np.ndarray:
    """W ``(steps + 1, 2, 2)`` under the gradient of |(W - W*) X|^2 / 2, all four entries on their own."""
    W, covariance = entries(*start), entries((kappa + 1) / 2, (kappa - 1) / 2)
    m, v, path = np.zeros((2, 2)), np.zeros((2, 2)), [W]
    for t in range(1, steps + 1):
        G = (W - entries(*TARGET)) @ covariance
        if method == "adam":
            m, v = 0.9 * m + 0.1 * G, 0.999 * v + 0.001 * G * G
            step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        elif method == "muon":
            m = 0.9 * m + 0.1 * G
            step = 0.9 * m + 0.1 * G
            step = step / np.linalg.norm(step)
            for _ in range(5):
                A = step @ step.T
                step = 3.4445 * step + (-4.7750 * A + 2.0315 * A @ A) @ step
        else:
            step = G
        W = W - lr * step
        path.append(W)
    return np.array(path)


@pytest.mark.parametrize(("method", "lr"), [("sgd", 0.07), ("adam", 0.2), ("muon", 0.05)])
@pytest.mark.parametrize("kappa", [1.0, 25.0])
def test_a_circulant_matrix_stays_one(method: str, lr: float, kappa: float) -> None:
    """So that the plane is all there is; SGD and Adam of the lab draw that very path."""
    start = CATALOGUE["circulant"].start
    path = free(method, start, 60, lr, kappa)
    np.testing.assert_allclose(path[:, 0, 0], path[:, 1, 1], rtol=0, atol=1e-12)
    np.testing.assert_allclose(path[:, 0, 1], path[:, 1, 0], rtol=0, atol=1e-12)
    if method != "muon":
        ours = rollout("circulant", method, start, 60, {"lr": lr}, {"kappa": kappa})
        np.testing.assert_allclose(ours.theta, path[:, 0], rtol=0, atol=1e-10)


def test_the_surface_is_half_the_matrixs_loss() -> None:
    """X is any root of the covariance. A circulant covariance has its eigenvectors (1, 1) and (1, -1)."""
    X = np.linalg.cholesky(entries(13.0, 12.0))
    for theta in points_of("circulant"):
        whole = np.linalg.norm((entries(*theta) - entries(*TARGET)) @ X) ** 2 / 2
        assert float(CALCULUS["circulant"].f(theta, {"kappa": 25.0})) == pytest.approx(whole / 2, rel=1e-13)
        gradient = np.asarray(CALCULUS["circulant"].gradient(theta[:, None], {"kappa": 25.0}))[:, 0]
        np.testing.assert_allclose(
            gradient, ((entries(*theta) - entries(*TARGET)) @ entries(13.0, 12.0))[0], rtol=1e-12
        )


def test_muon_walks_straight_where_others_turn() -> None:
    """What the notes say: from when on each stays within 0.1 of the target."""
    start, notes = np.array(CATALOGUE["circulant"].start), CATALOGUE["circulant"].notes
    across = np.array([0.5, 3.0]) / np.hypot(0.5, 3.0)
    for method, lr, arrived in (("sgd", 0.07, 45), ("adam", 0.2, 103), ("muon", 0.05, 96)):
        path = free(method, tuple(start), 150, lr, 25.0)
        path = (path[:, 0] + path[:, 1, ::-1]) / 2  # what rounding made of the other two is left out
        away = np.hypot(*(path - TARGET).T)
        assert int(np.max(np.nonzero(away >= 0.1))) + 1 == arrived
        assert str(arrived) in notes
        off = np.abs((path[:arrived] - start) @ across).max()
        assert off < 0.08 if method == "muon" else off > 1.0


def test_a_timed_surface_is_drawn_step_by_step() -> None:
    """Against the definition: C x once in a period, and -x in all other steps; step 0 shows what the first update sees.

    Red if the rows were those of one datum, or began one step late.
    """
    xs, steps = np.linspace(-1.0, 1.0, 5), np.arange(8)
    slopes = [4.0, 4.0, -1.0, -1.0, 4.0, -1.0, -1.0, 4.0]
    drawn = sequence("rare_gradient", {"C": 4.0, "period": 3}, xs, steps)
    assert np.array_equal(drawn, np.outer(slopes, xs))
