"""Training: against plain NumPy in double precision, rule by rule; what is drawn, and what does not compile again."""

from __future__ import annotations

import re
import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimizers import RULES
from optimizers._frame import advance
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer.backend import jax
from visualizer.networks import Architecture, Points, Recipe, sample, train
from visualizer.networks.evaluate import evaluate
from visualizer.networks.steps import make_steps, picked, state_size
from visualizer.networks.train import blank, order_of, part_of
from visualizer.simulate import compiled
from visualizer.simulate.groups import GROUPS
from visualizer.simulate.job import method
from visualizer.simulate.schedules import planned, schedule
from visualizer.simulate.tables import WIDTHS
from visualizer.simulate.tiles import Cancelled
from visualizer.spec import Values, decode

NET = Architecture(2, (7, 5), 3, activation="tanh")
POINTS = sample("spirals", 40, 60, seed=3)


# ---- independent arithmetic ------------------------------------------------------------------------------------------


def unpacked(net: Architecture, theta: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Weights and biases, layer after layer, by the widths alone."""
    widths, found, at = (net.inputs, *net.hidden, net.outputs), [], 0
    for a, b in pairwise(widths):
        found.append((theta[at : at + a * b].reshape(a, b), theta[at + a * b : at + a * b + b]))
        at += a * b + b
    assert at == len(theta)
    return found


def backward(net: Architecture, theta: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean loss and gradient by hand-written backpropagation, for tanh and relu, classes and values."""
    layers, inputs, bends = unpacked(net, theta), [x], []
    for k, (w, b) in enumerate(layers):
        z = inputs[-1] @ w + b
        if k < len(layers) - 1:
            bends.append(1 - np.tanh(z) ** 2 if net.activation == "tanh" else (z > 0).astype(float))
            inputs.append(np.tanh(z) if net.activation == "tanh" else np.maximum(z, 0))
    if net.task == "values":
        loss, slope = ((z - y) ** 2).mean(), 2 * (z - y) / z.size
    else:
        chances = np.exp(z - z.max(1, keepdims=True))
        chances /= chances.sum(1, keepdims=True)
        loss, slope = -np.log((chances * y).sum(1)).mean(), (chances - y) / len(x)
    found: list[np.ndarray] = []
    for k in range(len(layers) - 1, -1, -1):
        found = [(inputs[k].T @ slope).ravel(), slope.sum(0), *found]
        slope = (slope @ layers[k][0].T) * (bends[k - 1] if k else 1)
    return float(loss), np.concatenate(found)


def data(points: Points) -> tuple[np.ndarray, np.ndarray]:
    return points.x[: points.train].astype(float), points.y[: points.train].astype(float)


# ---- the rules -------------------------------------------------------------------------------------------------------

FIRST_ORDER = [slug for slug, rule in RULES.items() if not rule.second_order and slug != "sgld"]
LINE = Architecture(1, (), 1, task="values")
CURVE = sample("wave", 30, 10, seed=1)


def in_double_precision(slugs: list[str]) -> dict[str, np.ndarray]:
    """Parameters after 3, 6, ... 39 and 40 steps on all of the data, by the program of each rule's group."""
    programs, found = {}, {}
    for slug in slugs:
        recipe = Recipe(slug, batch=100, start=np.array([1.5, -1.0]))
        group, order = order_of(LINE, CURVE, recipe, 40, 3, np.float64)
        if group not in programs:
            programs[group] = jax.jit(make_steps(LINE, GROUPS[group])), state_size(LINE, GROUPS[group])
        program, state = programs[group]
        _, made = program(part_of(order, 0, 40), blank(LINE.size, state, np.float64))
        found[slug] = np.asarray(made.theta)[:14]
    return found


@pytest.fixture(scope="module")
def trained() -> dict[str, np.ndarray]:
    return in_double_precision(FIRST_ORDER)


@pytest.mark.parametrize("slug", FIRST_ORDER)
def test_a_rule_moves_a_network_as_its_equations_say(slug: str, trained: dict[str, np.ndarray]) -> None:
    """A line through points, without the packing of states, the switch and the loop that the program has."""
    x, y = data(CURVE)
    how = method(slug)
    numbers = np.array([*how.hyper, *[0.0] * WIDTHS["hyper"]])
    h = Values({**decode(how.rule.hypers, numbers), "lr": how.schedule[0]})
    theta = np.array([1.5, -1.0])
    state = how.rule.init(jax.numpy.asarray(theta), h)
    path = []
    for _ in range(40):
        at = np.asarray(how.rule.query(theta, state, h) if how.rule.query else theta)
        slope = 2 * (at[0] * x + at[1] - y) / len(x)
        g = np.array([(slope * x).sum(), slope.sum()])
        moved, state, _ = advance(how.rule, jax.numpy.asarray(g), jax.numpy.asarray(theta), state, h)
        theta = np.asarray(moved)
        path.append(theta)
    np.testing.assert_allclose(trained[slug], [*path[2::3], path[-1]], rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_descent_over_all_data_is_that_of_numpy(activation: str) -> None:
    """Batches of 40 take two turns of 32 points; the penalties are on weights alone."""
    net = Architecture(2, (7, 5), 3, activation=activation)
    x, y = data(POINTS)
    weights = np.concatenate([np.r_[np.ones(w.size), np.zeros(b.size)] for w, b in unpacked(net, np.zeros(net.size))])
    (run,) = train(net, POINTS, [Recipe("sgd", {"lr": 0.1}, batch=40, l1=0.003, l2=0.01, seed=5)], 30)
    theta = net.start(5)
    for t in range(30):
        loss, g = backward(net, theta, x, y)
        assert run.loss[t] == pytest.approx(loss, rel=1e-5)
        theta = theta - 0.1 * (g + weights * (0.003 * np.sign(theta) + 0.01 * theta))
        np.testing.assert_allclose(run.theta[t + 1], theta, atol=2e-5)


def test_sam_and_lookahead_around_a_rule() -> None:
    x, y = data(POINTS)
    around = {"sam": {"rho": 0.1}, "lookahead": {"k": 4, "alpha": 0.5}}
    sharp, looking = train(
        NET, POINTS, [Recipe("sgd", {"lr": 0.2}, wrappers={name: own}, batch=64) for name, own in around.items()], 12
    )
    theta = NET.start(0)
    for t in range(12):
        _, g = backward(NET, theta, x, y)
        _, g = backward(NET, theta + 0.1 * g / np.linalg.norm(g), x, y)
        theta = theta - 0.2 * g
        np.testing.assert_allclose(sharp.theta[t + 1], theta, atol=2e-5)
    slow = theta = NET.start(0)
    for t in range(12):
        theta = theta - 0.2 * backward(NET, theta, x, y)[1]
        if (t + 1) % 4 == 0:
            slow = theta = slow + 0.5 * (theta - slow)
        np.testing.assert_allclose(looking.theta[t + 1], theta, atol=2e-5)


def test_a_schedule_moves_the_rate() -> None:
    x, y = data(POINTS)
    (run,) = train(NET, POINTS, [Recipe("sgd", {"lr": 0.3}, ("step", {"step_size": 5, "gamma": 0.1}), batch=64)], 12)
    theta = NET.start(0)
    for t in range(12):
        theta = theta - 0.3 * 0.1 ** (t // 5) * backward(NET, theta, x, y)[1]
        np.testing.assert_allclose(run.theta[t + 1], theta, atol=2e-5)


def test_a_rate_falls_when_the_loss_of_the_batches_stops_falling() -> None:
    """PyTorch's reduce on plateau, told the loss that each step saw."""
    x, y = data(POINTS)
    plateau = ("reduce_on_plateau", {"factor": 0.5, "patience": 2, "threshold": 0.02})
    (run,) = train(NET, POINTS, [Recipe("sgd", {"lr": 0.2}, plateau, batch=64)], 60)
    theta, lr, best, bad, rates = NET.start(0), 0.2, np.inf, 0, []
    for t in range(60):
        loss, g = backward(NET, theta, x, y)
        if t:
            better = loss < best * (1 - 0.02)
            best, bad = (loss, 0) if better else (best, bad + 1)
            if bad > 2:
                lr, bad = lr * 0.5, 0
        rates.append(lr)
        theta = theta - lr * g
        np.testing.assert_allclose(run.theta[t + 1], theta, atol=2e-5)
    assert len(set(rates)) > 2, "it fell more than once"


@pytest.mark.parametrize("slug", [slug for slug in SCHEDULES if not SCHEDULES[slug].forms[0].react])
def test_the_rates_that_a_network_is_given_are_those_of_the_schedule(slug: str) -> None:
    """More steps than are computed at once."""
    form, row = method("sgd", {"lr": 0.3}, (slug, {}))[4:6]
    lr, momentum = planned(form, row, 700)
    own = schedule(slug, {"lr": 0.3}, 700)
    np.testing.assert_allclose(lr, own.lr, rtol=1e-12)
    assert np.isnan(momentum).all() if own.momentum is None else np.allclose(momentum, own.momentum, rtol=1e-12)


def test_normalization_is_that_of_numpy() -> None:
    """Batch statistics over all points of a batch, layer statistics over the units of a point, each with 1e-5."""
    for norm, axis in (("batch", 0), ("layer", 1)):
        net = Architecture(2, (7,), 3, norm=norm)
        rng = np.random.default_rng(0)
        theta = net.start(1) + 0.3 * rng.normal(size=net.size)
        w1, b1, gain, shift, w2, b2 = np.split(theta, np.cumsum([14, 7, 7, 7, 21]))
        x, y = data(POINTS)
        z = x @ w1.reshape(2, 7) + b1
        mean, variance = z.mean(axis, keepdims=True), z.var(axis, keepdims=True)
        z = np.maximum((z - mean) / np.sqrt(variance + 1e-5) * gain + shift, 0) @ w2.reshape(7, 3) + b2
        chances = np.exp(z) / np.exp(z).sum(1, keepdims=True)
        loss = evaluate(net, POINTS, theta).loss[0, 0]
        assert loss == pytest.approx(-np.log((chances * y).sum(1)).mean(), rel=1e-5)
        first = sample("spirals", 32, 60, seed=3)  # one turn: statistics of the whole batch
        (run,) = train(net, first, [Recipe("sgd", start=theta, batch=32)], 1)
        assert run.loss[0] == pytest.approx(evaluate(net, first, theta).loss[0, 0], rel=1e-4)


# ---- what is drawn ---------------------------------------------------------------------------------------------------


def test_an_epoch_sees_every_point_once_in_an_order_of_its_own() -> None:
    class Order:
        seed, batch, train = (np.int32(value) for value in (7, 8, 40))

    draw = jax.jit(lambda i: picked(Order, i, np.int32(0)))
    orders = []
    for epoch in range(3):
        seen = []
        for i in range(5 * epoch, 5 * epoch + 5):
            index, used = (np.asarray(part) for part in draw(np.int32(i)))
            assert used.sum() == 8
            seen += index[used].tolist()
        assert sorted(seen) == list(range(40))
        orders.append(seen)
    assert orders[0] != orders[1] != orders[2]


def test_the_same_recipe_gives_the_same_run_and_another_seed_another() -> None:
    one, again, other, dropped, coarse = (
        Recipe("adam", {"lr": 0.01}, batch=8, dropout=0.3, jitter=0.1, seed=seed, **more)
        for seed, more in ((1, {}), (1, {}), (2, {"start": NET.start(1)}), (1, {"inverted": False}), (1, {}))
    )
    runs = train(NET, POINTS, [one, again, other, dropped], 50, shown=50)
    np.testing.assert_array_equal(runs[0].theta, runs[1].theta)
    assert np.abs(runs[0].theta[5] - runs[2].theta[5]).max() > 1e-3, "order and masks are the seed's too"
    assert np.abs(runs[0].theta[5] - runs[3].theta[5]).max() > 1e-3, "the scale of what is kept"
    (fewer,) = train(NET, POINTS, [coarse], 50, shown=7)
    assert fewer.at.tolist() == [0, 8, 16, 24, 32, 40, 48, 50]
    np.testing.assert_array_equal(fewer.theta, runs[0].theta[fewer.at])
    np.testing.assert_array_equal(fewer.loss, runs[0].loss)


def test_noise_on_the_inputs_has_the_size_that_is_asked_for() -> None:
    """The mean over many steps of a quadratic loss rises by the variance of the noise times the squared slope."""
    points = sample("wave", 32, 10, seed=1)
    still = Recipe("sgd", {"lr": 0.0}, batch=32, start=np.array([2.0, 0.0]))
    plain, noisy = train(
        LINE, points, [still, Recipe("sgd", {"lr": 0.0}, batch=32, start=still.start, jitter=0.5)], 2000
    )
    assert np.ptp(plain.loss) < 1e-5
    rise = noisy.loss.astype(float) - plain.loss
    assert abs(rise.mean() - 2.0**2 * 0.5**2) < 4 * rise.std() / np.sqrt(len(rise))


def test_frozen_layers_stay_and_the_others_move() -> None:
    (run,) = train(NET, POINTS, [Recipe("adamw", {"weight_decay": 0.1}, frozen=1)], 20)
    first = 2 * 7 + 7
    np.testing.assert_array_equal(run.theta[-1][:first], run.theta[0][:first])
    assert (run.theta[-1][first:] != run.theta[0][first:]).mean() > 0.9


def test_sgld_adds_noise_of_its_own_to_every_parameter() -> None:
    """At a gradient scaled to nothing the steps are sqrt(2 lr T) times standard normal draws."""
    flat = Points(np.zeros((256, 2), np.float32), *[np.zeros((256, 3), np.float32)] * 2, 32, 0)
    (run,) = train(NET, flat, [Recipe("sgld", {"lr": 1e-4, "temperature": 1.0}, start=np.zeros(NET.size))], 60)
    moved = np.diff(run.theta.astype(float), axis=0)[:, : 2 * 7 + 7 + 7 * 5]  # what no gradient reaches at 0
    size = np.sqrt(2 * 1e-4)
    assert moved.std() == pytest.approx(size, rel=0.05)
    assert abs(np.corrcoef(moved[:, 0], moved[:, 1])[0, 1]) < 0.5
    assert len(np.unique(np.round(moved / size, 6))) > 0.99 * moved.size


# ---- the work --------------------------------------------------------------------------------------------------------


def test_nothing_compiles_for_other_numbers() -> None:
    train(NET, POINTS, [Recipe("sgd")], 10)
    before = len(compiled.compiled_here)
    more = sample("spirals", 100, 50, noise=0.5, mislabeled=0.2, seed=9)
    recipes = [
        Recipe("adam", {"lr": 0.1, "beta1": 0.5}, ("cosine", {}), batch=70, dropout=0.5, l2=0.1, seed=4),
        Recipe("momentum", wrappers={"sam": {"rho": 0.1}}, batch=1, inverted=False, jitter=0.2, frozen=2),
    ]
    train(NET, more, recipes, 33, shown=5)
    assert compiled.compiled_here[before:] == []


def test_progress_is_told_and_work_given_up() -> None:
    told: list[float] = []
    train(NET, POINTS, [Recipe("sgd"), Recipe("adam")], 3000, progress=told.append)
    assert len(told) > 4 and max(told) == 1.0 and all(0 < share <= 1 for share in told)
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        train(NET, POINTS, [Recipe("sgd")], 3000, cancel=stop)


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ({"optimizer": "newton"}, "first-order"),
        ({"optimizer": "adan_"}, "adan_"),
        ({"dropout": 1.0}, "probability below 1"),
        ({"l2": -1.0}, "not negative"),
        ({"batch": 0}, "no batch"),
        ({"start": np.zeros(3)}, "parameters"),
    ],
)
def test_impossible_recipes_are_refused(recipe: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        train(NET, POINTS, [Recipe(**recipe)], 10)


def test_a_run_that_diverges_says_so_and_the_others_do_not() -> None:
    wild, tame = train(LINE, CURVE, [Recipe("sgd", {"lr": 100.0}), Recipe("sgd")], 60)
    assert not np.isfinite(wild.theta[-1]).all()
    assert np.isfinite(tame.theta).all()


def test_a_network_that_answers_no_numbers_makes_no_mistakes_that_count() -> None:
    theta = np.full((2, NET.size), np.nan)
    theta[1] = NET.start(0)
    scores = evaluate(NET, POINTS, theta)
    assert np.isnan(scores.loss[0]).all() and np.isnan(scores.mistakes[0]).all()
    assert np.isfinite(scores.mistakes[1]).all()


def test_every_module_that_traces_is_part_of_what_its_programs_are_kept_by() -> None:
    """Or a change of it would go on with executables of before."""
    root = Path(__file__).resolve().parents[1]
    tracing = {
        path.relative_to(root).as_posix()
        for path in (root / "visualizer/networks").rglob("*.py")
        if re.search(r"^(import jax|from jax|from visualizer.backend import)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert tracing <= set(compiled.FURTHER["net"])
    assert all((root / name).is_file() for name in compiled.FURTHER["net"])
