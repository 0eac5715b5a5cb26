"""Dropout: masks against a hash written here, averages over masks against the scaled pass, spreads in float64."""

import threading
from itertools import pairwise

import numpy as np
import pytest

from visualizer.networks import Architecture, Points, Recipe, evaluate, sample, train
from visualizer.networks.dropout import batch_of, expectation, jitter, masks, spread, ways
from visualizer.networks.intervals import student
from visualizer.simulate import compiled
from visualizer.simulate.tiles import Cancelled

M = 2**32
NET = Architecture(2, (24, 16), 2)
LINEAR = Architecture(2, (24, 16), 2, "linear")
POINTS = sample("moons", 60, 150, noise=0.3)
X = np.random.default_rng(5).normal(size=(40, 2))
COUNT = 4000  # masks of an average
RNG = np.random.default_rng(3)


def mixed(word: np.ndarray) -> np.ndarray:
    """MurmurHash3's finalizer, from its description, on Python-sized integers."""
    word = word % M
    word = (word ^ (word >> 16)) * 0x85EBCA6B % M
    word = (word ^ (word >> 13)) * 0xC2B2AE35 % M
    return word ^ (word >> 16)


def one(number: int) -> np.ndarray:
    return np.array(number, object)


def kept(key: int, layer: int, rows: int, width: int, rate: float) -> np.ndarray:
    base = int(mixed(one(key + layer + 1)))
    counter = np.arange(rows).astype(object)[:, None] * 1024 + np.arange(width).astype(object)
    word = mixed(base + counter * 0x9E3779B9)
    return (word >> 8).astype(float) / 2**24 >= np.float32(rate)


def of_step(seed: int, step: int) -> int:
    return int(mixed(one(int(mixed(one(seed * 0x9E3779B9 + 2))) + step * 0x9E3779B9)))


def theta_of(network: Architecture, seed: int = 0) -> np.ndarray:
    """Parameters with biases, in float32's numbers."""
    rng = np.random.default_rng(seed)
    return (network.start(seed) + 0.1 * rng.normal(size=network.size)).astype(np.float32)


def layers(network: Architecture, theta: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    found, at = [], 0
    widths = (network.inputs, *network.hidden, network.outputs)
    for wide, out in pairwise(widths):
        weight = theta[at : at + wide * out].reshape(wide, out).astype(float)
        at += wide * out
        found.append((weight, theta[at : at + out].astype(float)))
        at += out
    return found


def passed(network: Architecture, theta: np.ndarray, x: np.ndarray, kept: list[np.ndarray], scale: float) -> np.ndarray:
    h = x.astype(np.float32).astype(float)
    parts = layers(network, theta)
    for k, (weight, bias) in enumerate(parts):
        z = h @ weight + bias
        if k == len(parts) - 1:
            return z
        h = (np.maximum(z, 0) if network.activation == "relu" else z) * kept[k] * scale
    raise AssertionError


def crossed(answers: np.ndarray, y: np.ndarray) -> np.ndarray:
    top = answers.max(axis=1, keepdims=True)
    return np.log(np.exp(answers - top).sum(axis=1)) + top[:, 0] - (answers * y).sum(axis=1)


@pytest.mark.parametrize(("step", "rate"), [(0, 0.5), (777, 0.2)])
def test_masks_are_those_of_the_hash(step: int, rate: float) -> None:
    """Fails if the step, the layer or the turn within the batch does not enter the key as in training."""
    found = masks(NET, Recipe(dropout=rate, seed=11), step, 50)
    for layer, width in enumerate(NET.hidden):
        assert found[layer].dtype == bool
        np.testing.assert_array_equal(found[layer], kept(of_step(11, step), layer, 50, width, rate))


def test_a_step_of_training_used_these_masks_and_this_batch() -> None:
    """The loss that the program reported, from NumPy with our masks on our batch: nothing else gives these digits."""
    recipe = Recipe("sgd", {"lr": 0.05}, batch=40, dropout=0.4, seed=3)
    run = train(NET, POINTS, [recipe], 6, shown=6)[0]
    for step in range(6):
        at = batch_of(POINTS, recipe, step)
        answers = passed(NET, run.theta[step], POINTS.x[at], masks(NET, recipe, step, 40), 1 / 0.6)
        assert run.loss[step] == pytest.approx(crossed(answers, POINTS.y[at]).mean(), rel=2e-5)
    assert sorted(np.concatenate([batch_of(POINTS, recipe, step) for step in range(3)])) == sorted([*range(60)] * 2)


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_masks_have_the_right_rate(rate: float) -> None:
    """Over 200 steps of 32 points, within 5 standard errors, overall, and for each unit within 5 of its own."""
    found = np.stack([masks(NET, Recipe(dropout=rate, seed=2), step, 32)[0] for step in range(200)])
    error = np.sqrt(rate * (1 - rate) / found.size)
    assert abs(1 - found.mean() - rate) <= 5 * error
    assert (abs(1 - found.mean(axis=(0, 1)) - rate) <= 5 * error * np.sqrt(found.shape[2])).all()


def largest(found: object) -> float:
    """How many standard errors the worst of the outputs is off."""
    return float((abs(found.gap) / (found.spread / np.sqrt(COUNT))).max())


@pytest.mark.parametrize("inverted", [True, False])
def test_a_linear_network_is_the_scaled_one_on_average(inverted: bool) -> None:
    """Within 4.5 standard errors at 80 outputs, which are two independent numbers a point; the mistake of forgetting
    the scale in testing is far beyond, and so is scaling twice.
    """
    theta = theta_of(LINEAR)
    right = expectation(LINEAR, POINTS, theta, X, 0.5, COUNT, inverted=inverted)
    assert largest(right) < 4.5
    wrong = evaluate.Testing(factor=0.5) if inverted else evaluate.Testing()
    mistaken = expectation(LINEAR, POINTS, theta, X, 0.5, COUNT, inverted=inverted, testing=wrong)
    assert largest(mistaken) > 15
    assert mistaken.beyond > 0.8


def test_both_forms_agree_with_the_plain_pass_in_the_first_layer_after_dropout() -> None:
    """Of a network with rectifiers too; the second layer after dropout has a gap that more masks do not close."""
    theta = theta_of(NET)
    plain = passed(NET, theta, X, [1.0, 1.0], 1.0)
    first = [expectation(NET, POINTS, theta, X, 0.5, COUNT, layer=1, inverted=inverted) for inverted in (True, False)]
    assert max(map(largest, first)) < 4.5
    assert first[0].mean.shape == (40, 16)
    weight, bias = layers(NET, theta)[1]
    h = np.maximum(X.astype(np.float32) @ layers(NET, theta)[0][0] + layers(NET, theta)[0][1], 0)
    np.testing.assert_allclose(first[0].scaled, h @ weight + bias, atol=1e-5)
    np.testing.assert_allclose(first[1].scaled, 0.5 * h @ weight + bias, atol=1e-5)
    last = expectation(NET, POINTS, theta, X, 0.5, COUNT)
    np.testing.assert_allclose(last.scaled, plain, atol=1e-5)
    assert largest(last) > 8
    assert last.beyond > 0.5


def test_the_interval_covers_as_often_as_it_says() -> None:
    """Of 5 draws, where the normal's 1.96 would cover 88 %."""
    found = student(RNG.normal(size=(5, 20_000)))
    mean, half = found.mean, found.half
    assert (abs(mean) < half).mean() == pytest.approx(0.95, abs=0.01)
    assert student(np.zeros((1, 2))).half.tolist() == [np.inf, np.inf]


def test_spread_is_that_of_the_same_masks_in_float64() -> None:
    theta, p, count = theta_of(NET), 0.3, 40
    found = spread(NET, POINTS, theta, X, p, count, seed=9)
    seeds = np.random.default_rng(9).integers(0, M, count, dtype=np.uint32)
    likely = []
    for seed in seeds:
        key = int(mixed(one(int(seed))))
        answers = passed(NET, theta, X, [kept(key, k, 1, w, p) for k, w in enumerate(NET.hidden)], 1 / (1 - p))
        odds = np.exp(answers - answers.max(axis=1, keepdims=True))
        likely.append(odds / odds.sum(axis=1, keepdims=True))
    mean = np.mean(likely, axis=0)
    np.testing.assert_allclose(found.mean, mean, atol=2e-5)
    np.testing.assert_allclose(found.std, np.std(likely, axis=0), atol=2e-5)
    np.testing.assert_allclose(found.entropy, -(mean * np.log(mean)).sum(axis=1), atol=5e-5)
    within = -(np.array(likely) * np.log(likely)).sum(axis=2).mean(axis=0)
    np.testing.assert_allclose(found.within, within, atol=5e-5)
    assert (found.within < found.entropy).all()


def test_the_jitter_of_a_batch_is_that_of_the_same_masks() -> None:
    theta, batch = theta_of(NET), np.array([5, 3, 40, 17, 22, 8])
    found = jitter(NET, POINTS, theta, batch, (0.0, 0.2, 0.5), 48, seed=4)
    seeds = np.random.default_rng(4).integers(0, M, 48, dtype=np.uint32)
    for k, p in enumerate((0.0, 0.2, 0.5)):
        drawn = []
        for seed in seeds:
            key = int(mixed(one(int(seed))))
            own = [kept(key, layer, 6, width, p) for layer, width in enumerate(NET.hidden)]
            drawn.append(crossed(passed(NET, theta, POINTS.x[batch], own, 1 / (1 - p)), POINTS.y[batch]).mean())
        assert found.std[k] == pytest.approx(np.std(drawn, ddof=1), rel=1e-3, abs=1e-6)
        assert found.mean[k] == pytest.approx(np.mean(drawn), rel=1e-4)
    assert found.std[0] < 1e-6 < found.std[1] < found.std[2]
    paper = jitter(NET, POINTS, theta, batch, (0.0, 0.2), 48, base=0.8, seed=4)
    own = [
        [kept(int(mixed(one(int(seed)))), layer, 6, width, 0.2) for layer, width in enumerate(NET.hidden)]
        for seed in seeds
    ]
    drawn = [crossed(passed(NET, theta, POINTS.x[batch], two, 1.0), POINTS.y[batch]).mean() for two in own]
    assert paper.mean[1] == pytest.approx(np.mean(drawn), rel=1e-4), "with p itself units that are on are not scaled"
    weak = crossed(passed(NET, theta, POINTS.x[batch], [0.8, 0.8], 1.0), POINTS.y[batch]).mean()
    assert paper.mean[0] == pytest.approx(weak, rel=1e-4)


def test_ways_of_testing() -> None:
    """Against NumPy where nothing is random, and with dropout on against the mean over many masks of NumPy's own."""
    inverted, paper = theta_of(NET, 1), theta_of(NET, 2)
    found = ways(NET, POINTS, inverted, paper, 0.5, range(40))
    certain = [("inverted", inverted, 1.0), ("twice", inverted, 0.5), ("paper", paper, 0.5), ("forgotten", paper, 1.0)]
    for name, theta, factor in certain:
        answers = passed(NET, theta, POINTS.x[:210], [1.0, 1.0], factor)
        losses = crossed(answers, POINTS.y[:210])
        wrong = answers.argmax(axis=1) != POINTS.y[:210].argmax(axis=1)
        np.testing.assert_allclose(found[name].loss, [losses[:60].mean(), losses[60:].mean()], rtol=1e-4)
        np.testing.assert_allclose(found[name].mistakes, [wrong[:60].mean(), wrong[60:].mean()], atol=1e-6)
        assert not found[name].loss_half.any()
    for name, theta, scale in (("left_on_paper", paper, 1.0), ("left_on", inverted, 2.0)):
        drawn = []
        for _ in range(400):
            own = [RNG.random((210, width)) < 0.5 for width in NET.hidden]
            losses = crossed(passed(NET, theta, POINTS.x[:210], own, scale), POINTS.y[:210])
            drawn.append([losses[:60].mean(), losses[60:].mean()])
        left = found[name]
        error = np.hypot(left.loss_spread / np.sqrt(40), np.std(drawn, axis=0) / 20)
        assert (abs(left.loss - np.mean(drawn, axis=0)) < 4.5 * error).all()
    assert left.loss_half == pytest.approx(2.0227 * left.loss_spread / np.sqrt(40), rel=1e-4)
    assert (left.loss > found["inverted"].loss).all()


def test_nothing_is_compiled_again() -> None:
    """On no rate, seed, step, number of masks or of rows, and no data."""

    def everything(p: float, seed: int, count: int, points: Points) -> None:
        theta = theta_of(NET, seed)
        recipe = Recipe(dropout=p, seed=seed)
        masks(NET, recipe, seed, count)
        batch = batch_of(points, recipe, seed)
        spread(NET, points, theta, X, p, count, seed=seed)
        jitter(NET, points, theta, batch, (p, p / 2), count, seed=seed)
        ways(NET, points, theta, theta, p, range(count))

    everything(0.5, 1, 8, POINTS)
    before = list(compiled.compiled_here)
    everything(0.25, 2, 50, sample("moons", 40, 100, noise=0.1, seed=3))
    assert compiled.compiled_here == before


def test_progress_and_cancel() -> None:
    shares: list[float] = []
    spread(NET, POINTS, theta_of(NET), X, 0.5, 30, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    gone = threading.Event()
    gone.set()
    for call in (
        lambda: spread(NET, POINTS, theta_of(NET), X, 0.5, 30, cancel=gone),
        lambda: jitter(NET, POINTS, theta_of(NET), np.arange(5), (0.5,), 30, cancel=gone),
        lambda: ways(NET, POINTS, theta_of(NET), theta_of(NET), 0.5, range(9), cancel=gone),
    ):
        with pytest.raises(Cancelled):
            call()
