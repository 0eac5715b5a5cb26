"""Pictures of digits networks: the penalty on rough weights, and inputs that excite a unit most."""

import threading

import numpy as np
import pytest
from scipy.optimize import brentq, minimize

from visualizer.networks import Architecture, Recipe, sample, train
from visualizer.networks.pictures import first_weights, maximal, roughness, smoothing
from visualizer.simulate import compiled
from visualizer.simulate.tiles import Cancelled

FLAT = Architecture(64, (), 10)
DEEP = Architecture(64, (20, 12), 10)
POINTS = sample("digits", 200, 56)  # the smallest room: the same program for all
RNG = np.random.default_rng(1)


def energy(images: np.ndarray) -> float:
    """The sum of the squared differences of neighbours, pair by pair."""
    total = 0.0
    for image in images.reshape(-1, 8, 8):
        for a in range(8):
            for b in range(8):
                total += (image[a, b] - image[a + 1, b]) ** 2 if a < 7 else 0.0
                total += (image[a, b] - image[a, b + 1]) ** 2 if b < 7 else 0.0
    return total


LAPLACIAN = np.array(
    [  # the matrix of that form, from its values: energy(e + f) = energy(e) + energy(f) + 2 e' L f
        [(energy(e + f) - energy(e) - energy(f)) / 2 for f in np.eye(64)] for e in np.eye(64)
    ]
)


def test_roughness() -> None:
    assert roughness(np.ones((2, 8, 8))).tolist() == [0, 0]
    board = np.indices((8, 8)).sum(axis=0) % 2 * 2.0 - 1
    assert roughness(board) == pytest.approx(112 * 4 / 64)
    images = RNG.normal(size=(2000, 8, 8))
    assert roughness(images).mean() == pytest.approx(3.5, abs=0.03)
    assert roughness(images[0]) == pytest.approx(energy(images[0]) / (images[0] ** 2).sum())
    values, vectors = np.linalg.eigh(LAPLACIAN)
    assert values[-1] == pytest.approx(float(roughness(vectors[:, -1].reshape(8, 8))))
    assert 7.6 < values[-1] < 7.7


def test_first_weights_are_the_columns_of_the_first_matrix() -> None:
    """The picture of a unit, laid on an image and summed, is what the unit gets of it."""
    theta = DEEP.start(0)
    pictures = first_weights(DEEP, theta)
    assert pictures.shape == (20, 8, 8)
    image = RNG.normal(size=64)
    weight = theta[: 64 * 20].reshape(64, 20)
    np.testing.assert_allclose((pictures * image.reshape(8, 8)).sum(axis=(1, 2)), image @ weight)
    with pytest.raises(ValueError, match="no image"):
        first_weights(Architecture(2, (8,), 2), theta)


@pytest.mark.parametrize("smooth", [0.03, 2.0])
def test_the_penalty_pulls_by_its_gradient(smooth: float) -> None:
    """One step of SGD with and without it: what differs is lr times the slope of smooth / 2 times the energy of the
    first layer's weights, by central differences, and nothing beside them. A quadratic form: they are exact.
    """
    theta = (DEEP.start(1) + 0.1 * RNG.normal(size=DEEP.size)).astype(np.float32)
    recipes = [Recipe("sgd", {"lr": 0.5}, smooth=one, start=theta) for one in (0.0, smooth)]
    without, with_ = (run.theta[-1].astype(float) for run in train(DEEP, POINTS, recipes, 1))
    own = theta[: 64 * 20].astype(float)
    slope = np.empty(64 * 20)
    for k in range(64 * 20):
        unit = k % 20
        pictures = [own.reshape(64, 20)[:, unit].copy() for _ in range(2)]
        pictures[0][k // 20] += 0.5
        pictures[1][k // 20] -= 0.5
        slope[k] = smooth / 2 * (energy(pictures[0]) - energy(pictures[1]))
    np.testing.assert_allclose((without - with_)[: 64 * 20], 0.5 * slope, atol=2e-6)
    np.testing.assert_array_equal(with_[64 * 20 :], without[64 * 20 :])


def test_only_images_can_be_smooth() -> None:
    with pytest.raises(ValueError, match="no image"):
        train(Architecture(2, (24, 16), 2), sample("moons", 60, 150), [Recipe(smooth=0.1)], 1)
    with pytest.raises(ValueError, match="smooth is finite"):
        Recipe(smooth=-0.1)


def flat() -> np.ndarray:
    return (FLAT.start(3) + 0.2 * np.random.default_rng(2).normal(size=FLAT.size)).astype(np.float32)


def test_a_linear_class_looks_for_its_weights() -> None:
    """w / |w| times the norm; pixels between 0 and 1 are on where the weight is positive."""
    theta = flat()
    weight, bias = theta[:640].reshape(64, 10).astype(float), theta[640:]
    length = np.linalg.norm(weight, axis=0)
    found = maximal(FLAT, theta, 0, norm=2.5)
    np.testing.assert_allclose(found.images.reshape(10, 64), (2.5 * weight / length).T, atol=1e-4)
    np.testing.assert_allclose(found.value, 2.5 * length + bias, rtol=1e-5)
    boxed = maximal(FLAT, theta, 0, pixels=True, steps=1000)
    clear = abs(weight.T) > 0.01 * length[:, None]
    np.testing.assert_allclose(boxed.images.reshape(10, 64)[clear], (weight.T > 0)[clear], atol=1e-5)


@pytest.mark.parametrize("penalty", [0.1, 1.0, 10.0])
def test_a_penalty_leads_where_its_equations_do(penalty: float) -> None:
    """(penalty L + mu) x = w with the mu that gives the norm; with pixels against SciPy's L-BFGS-B."""
    theta = flat()
    weight, bias = theta[:640].reshape(64, 10).astype(float), theta[640:]
    values, vectors = np.linalg.eigh(LAPLACIAN)
    balls, boxes = (maximal(FLAT, theta, 0, [2, 7], penalty, norm=3.0, pixels=pixels) for pixels in (False, True))
    for k, unit in enumerate((2, 7)):
        w = weight[:, unit]
        heard = vectors.T @ w

        def length(mu: float, heard: np.ndarray = heard) -> float:
            return float(np.linalg.norm(heard / (penalty * values + mu)) - 3.0)

        exact = vectors @ (heard / (penalty * values + brentq(length, 1e-9, 1e3)))
        assert balls.value[k] == pytest.approx(w @ balls.images[k].ravel() + bias[unit], rel=1e-5)

        def cost(x: np.ndarray, w: np.ndarray = w) -> tuple[float, np.ndarray]:
            return penalty / 2 * x @ LAPLACIAN @ x - w @ x, penalty * LAPLACIAN @ x - w

        assert cost(balls.images[k].ravel().astype(float))[0] == pytest.approx(cost(exact)[0], rel=3e-4)
        best = None
        for _ in range(4):  # one search may end at a step that it cannot tell from none: it goes on from there
            best = minimize(
                cost,
                np.full(64, 0.5) if best is None else best.x,
                jac=True,
                bounds=[(0, 1)] * 64,
                options={"ftol": 0.0, "gtol": 1e-9, "maxiter": 9999, "maxfun": 99999},
            )
        assert best.fun - 1e-5 < cost(boxes.images[k].ravel().astype(float))[0] < 0.97 * best.fun


def excited(theta: np.ndarray, x: np.ndarray, layer: int) -> np.ndarray:
    """What a layer of DEEP gets, in float64."""
    h, at = x, 0
    for k, (wide, out) in enumerate(((64, 20), (20, 12), (12, 10))):
        z = h @ theta[at : at + wide * out].reshape(wide, out) + theta[at + wide * out : at + wide * out + out]
        if k == layer:
            return z
        h, at = np.maximum(z, 0), at + wide * out + out
    raise AssertionError


@pytest.mark.parametrize("pixels", [False, True])
@pytest.mark.parametrize("layer", [0, 1, 2])
def test_what_is_found_beats_random_images(layer: int, pixels: bool) -> None:
    """20,000 of them; it keeps to its bounds, and the value is that of the image."""
    theta = DEEP.start(4).astype(np.float32)
    found = maximal(DEEP, theta, layer, pixels=pixels)
    many = RNG.normal(size=(20_000, 64))
    many = RNG.random((20_000, 64)) if pixels else 3.9 * many / np.linalg.norm(many, axis=1, keepdims=True)
    assert (found.value > excited(theta.astype(float), many, layer).max(axis=0)).all()
    images = found.images.reshape(-1, 64).astype(float)
    own = excited(theta.astype(float), images, layer)
    np.testing.assert_allclose(found.value, own.diagonal(), rtol=1e-4)
    if pixels:
        assert 0 <= images.min() < images.max() <= 1
    else:
        assert (np.linalg.norm(images, axis=1) < 3.9001).all()


def test_a_penalty_makes_smoother_images_that_excite_less() -> None:
    theta = DEEP.start(4).astype(np.float32)
    found = [maximal(DEEP, theta, 2, penalty=penalty) for penalty in (0.0, 0.1, 1.0, 10.0)]
    rough = [float(np.mean(roughness(one.images))) for one in found]
    assert rough == sorted(rough, reverse=True)
    assert rough[0] > 10 * rough[-1]
    value = [float(one.value.mean()) for one in found]
    assert value == sorted(value, reverse=True)


def test_smoothing_lowers_roughness_without_touching_other_numbers() -> None:
    """More at each penalty, for each seed; what is said of the weights is said of these parameters."""
    found = smoothing(DEEP, POINTS, Recipe("adam", {"lr": 3e-3}), (0.0, 0.01, 0.1), (0, 1), 300)
    assert (np.diff(found.rough, axis=0) < 0).all()
    assert (found.rough[0] > 3 * found.rough[2]).all()
    weight = found.theta[1, 1][: 64 * 20].reshape(64, 20).T.astype(float)
    assert found.rough[1, 1] == pytest.approx(energy(weight) / (weight**2).sum(), rel=1e-5)
    alone = train(DEEP, POINTS, [Recipe("adam", {"lr": 3e-3}, smooth=0.1, seed=1)], 300)[0]
    np.testing.assert_array_equal(alone.theta[-1], found.theta[2, 1])


def test_nothing_is_compiled_again_and_work_can_be_given_up() -> None:
    theta = DEEP.start(0)
    maximal(DEEP, theta, 0)
    smoothing(DEEP, POINTS, Recipe("adam"), (0.1,), (0,), 5)
    before, shares = list(compiled.compiled_here), []
    maximal(DEEP, theta, 1, penalty=0.3, steps=99, norm=2.0, seed=5, progress=shares.append)
    maximal(DEEP, theta, 2, [3], pixels=True)
    smoothing(DEEP, POINTS, Recipe("adam", batch=20, dropout=0.3), (0.0, 0.7), (3,), 7)
    assert compiled.compiled_here == before
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    gone = threading.Event()
    gone.set()
    with pytest.raises(Cancelled):
        maximal(DEEP, theta, 0, cancel=gone)


@pytest.mark.parametrize(("layer", "units"), [(3, None), (-1, None), (1, [12])])
def test_units_that_do_not_exist(layer: int, units: list[int] | None) -> None:
    with pytest.raises(ValueError, match="layer"):
        maximal(DEEP, DEEP.start(0), layer, units)


def test_batch_normalization_has_no_answer_to_one_image() -> None:
    network = Architecture(64, (20,), 10, norm="batch")
    with pytest.raises(ValueError, match="batch normalization"):
        maximal(network, network.start(0), 0)


def test_layer_normalization_is_part_of_what_a_class_gets() -> None:
    network = Architecture(64, (9,), 10, norm="layer")
    theta = network.start(2).astype(np.float32)
    found = maximal(network, theta, 1, [4, 0], 0.2)
    x = found.images.reshape(2, 64).astype(float)
    z = x @ theta[: 64 * 9].reshape(64, 9)  # biases and shifts are 0 and gains are 1 before training
    z = (z - z.mean(axis=1, keepdims=True)) / np.sqrt(z.var(axis=1, keepdims=True) + 1e-5)
    last = theta[64 * 9 + 27 : 64 * 9 + 27 + 90].reshape(9, 10)
    np.testing.assert_allclose(found.value, (np.maximum(z, 0) @ last)[[0, 1], [4, 0]], rtol=1e-4)
