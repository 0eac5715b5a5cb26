"""What a fork takes over from its original: held against two-phase loops in NumPy and in PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimizers import RULES
from visualizer import rollout
from visualizer.simulate import carry
from visualizer.simulate.job import Branch, job

# ---- two-phase loops -------------------------------------------------------------------------------------------------


def gradient(theta: np.ndarray) -> np.ndarray:
    x, y = theta
    a, b = x * x + y - 11.0, x + y * y - 7.0
    return np.array([4 * x * a + 2 * b, 2 * a + 4 * y * b])


def adam(theta: np.ndarray, steps: int, lr: float) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    m, v, path = np.zeros(2), np.zeros(2), [theta]
    for t in range(1, steps + 1):
        g = gradient(theta)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        theta = theta - lr * m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        path.append(theta)
    return path, m, v


START = np.array([-0.4, -0.6])
ADAM = {"optimizer": "adam", "hyper": {"lr": 0.05}, "at": 100}


def test_adam_then_sgd() -> None:
    path, _, _ = adam(START, 100, 0.05)
    for _ in range(60):
        path.append(path[-1] - 0.01 * gradient(path[-1]))
    ours = rollout("himmelblau", "sgd", START, 160, {"lr": 0.01}, fork=ADAM)
    np.testing.assert_allclose(ours.theta, path, rtol=1e-9)
    assert ours.info.lr.tolist() == [0.05] * 100 + [0.01] * 60


@pytest.mark.parametrize(("slug", "momentum"), [("momentum", 0.9), ("nesterov", 0.8), ("sgdw", 0.9)])
def test_adams_average_becomes_a_velocity(slug: str, momentum: float) -> None:
    """m is a tenth of the sum of fading gradients that a heavy ball would have gathered with Adam's 0.9."""
    path, m, _ = adam(START, 7, 0.05)
    theta, b = path[-1], m / (1 - 0.9)
    for _ in range(60):
        g = gradient(theta)
        b = momentum * b + g
        theta = theta - 0.001 * (g + momentum * b if slug == "nesterov" else b)
        path.append(theta)
    hyper = {"lr": 0.001, "momentum": momentum, "weight_decay": 0.0}
    ours = rollout("himmelblau", slug, START, 67, hyper, fork={**ADAM, "at": 7})
    np.testing.assert_allclose(ours.theta, path, rtol=1e-9)


def test_a_velocity_becomes_adams_average_and_counts_as_complete() -> None:
    theta, b, path = START, np.zeros(2), [START]
    for t in range(40):
        b = 0.8 * b + (0.7 if t else 1.0) * gradient(theta)
        theta = theta - 0.002 * b
        path.append(theta)
    m, v = (1 - 0.8) / 0.7 * b, np.zeros(2)
    for t in range(1, 61):
        g = gradient(theta)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        theta = theta - 0.01 * m / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        path.append(theta)
    fork = {"optimizer": "momentum", "hyper": {"lr": 0.002, "momentum": 0.8, "dampening": 0.3}, "at": 40}
    ours = rollout("himmelblau", "adam", START, 100, {"lr": 0.01}, fork=fork)
    np.testing.assert_allclose(ours.theta, path, rtol=1e-8)


def test_adams_squares_go_on_in_rmsprop_and_back() -> None:
    path, _, v = adam(START, 30, 0.05)
    theta = path[-1]
    for _ in range(20):
        g = gradient(theta)
        v = 0.99 * v + 0.01 * g * g
        theta = theta - 0.01 * g / (np.sqrt(v) + 1e-8)
        path.append(theta)
    m, fork = np.zeros(2), {"optimizer": "rmsprop", "hyper": {"lr": 0.01}, "at": 50, "fork": {**ADAM, "at": 30}}
    for t in range(1, 21):
        g = gradient(theta)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        theta = theta - 0.02 * m / (1 - 0.9**t) / (np.sqrt(v) + 1e-8)
        path.append(theta)
    ours = rollout("himmelblau", "adam", START, 70, {"lr": 0.02}, fork=fork)
    np.testing.assert_allclose(ours.theta, path, rtol=1e-8)


def test_adams_products_go_on_in_amsgrad() -> None:
    path, m, v = adam(START, 25, 0.05)
    theta, highest = path[-1], np.zeros(2)
    for t in range(26, 60):
        g = gradient(theta)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        highest = np.maximum(highest, v)
        theta = theta - 0.05 * m / (1 - 0.9**t) / (np.sqrt(highest / (1 - 0.999**t)) + 1e-8)
        path.append(theta)
    ours = rollout("himmelblau", "amsgrad", START, 59, {"lr": 0.05}, fork={**ADAM, "at": 25})
    np.testing.assert_allclose(ours.theta, path, rtol=1e-8)


@pytest.mark.parametrize("mu", [0.9, 0.5])
def test_a_rate_that_changes_under_a_heavy_ball(mu: float) -> None:
    """The velocity holds gradients, not steps: the new rate acts at once on all of it; the momentum on what comes."""
    theta, b, path = START, np.zeros(2), [START]
    for t in range(80):
        b = (0.9 if t < 50 else mu) * b + gradient(theta)
        theta = theta - (0.004 if t < 50 else 0.001) * b
        path.append(theta)
    fork = {"optimizer": "momentum", "hyper": {"lr": 0.004}, "at": 50}
    ours = rollout("himmelblau", "momentum", START, 80, {"lr": 0.001, "momentum": mu}, fork=fork)
    np.testing.assert_allclose(ours.theta, path, rtol=1e-8)


def test_a_dial_that_a_state_keeps_follows_the_new_run() -> None:
    """AdaBound's base rate: its final rate is what its dial says, not that times the change of lr."""
    fork = {"optimizer": "adabound", "hyper": {"lr": 0.1, "final_lr": 0.05, "gamma": 10.0}, "at": 60}
    hyper = {"lr": 0.02, "final_lr": 0.05, "gamma": 10.0}
    ours = rollout("himmelblau", "adabound", START, 120, hyper, fork=fork)
    np.testing.assert_allclose(ours.info.rate[60:], 0.05, rtol=0.01)


def test_a_plateau_schedule_keeps_its_falls_and_takes_the_new_rate() -> None:
    watch = ("reduce_on_plateau", {"patience": 3, "factor": 0.5})
    given = {"steps": 100, "schedule": watch}
    plain = rollout("ravine", "sgd", hyper={"lr": 0.021}, **given)
    fallen = plain.info.lr[60] / 0.021
    assert fallen < 1
    fork = {"optimizer": "sgd", "hyper": {"lr": 0.021}, "schedule": watch, "at": 60}
    ours = rollout("ravine", "sgd", hyper={"lr": 0.01}, fork=fork, **given)
    np.testing.assert_allclose(ours.info.lr[60], 0.01 * fallen, rtol=1e-14)
    fresh = rollout("ravine", "sgd", hyper={"lr": 0.01}, fork={**fork, "schedule": None}, **given)
    assert fresh.info.lr[60] == 0.01


# ---- built from slots ------------------------------------------------------------------------------------------------

BUILT_ADAM = {"phi": "ema", "momentum": 0.9, "correct_m": True, "psi": "ema", "beta2": 0.999, "correct_v": "moment"}


def test_a_built_adam_goes_on_where_adam_stopped_and_back() -> None:
    path, _, _ = adam(START, 90, 0.05)
    built = {"optimizer": "built", "hyper": {**BUILT_ADAM, "lr": 0.05}, "at": 60, "fork": {**ADAM, "at": 30}}
    there = rollout("himmelblau", "built", START, 90, built["hyper"], fork={**ADAM, "at": 30})
    np.testing.assert_allclose(there.theta, path, rtol=1e-9)
    back = rollout("himmelblau", "adam", START, 90, {"lr": 0.05}, fork=built)
    np.testing.assert_allclose(back.theta, path, rtol=1e-9)


@pytest.mark.parametrize("phi", ["heavy_ball", "ema"])
@pytest.mark.parametrize("gathered", ["heavy_ball", "ema"])
def test_a_built_buffer_is_what_its_slot_says(gathered: str, phi: str) -> None:
    """The same sum of fading gradients, as it is or as an average of weights that come to 1."""
    theta, b, path = START, np.zeros(2), [START]
    weight = {"heavy_ball": 1.0, "ema": 1 - 0.8}
    for t in range(60):
        if t == 40:
            b = b / weight[gathered] * weight[phi]
        new = weight[gathered] if t < 40 else {"heavy_ball": 1.0, "ema": 1 - 0.5}[phi]
        b = (0.8 if t < 40 else 0.5) * b + new * gradient(theta)
        theta = theta - 0.001 * b
        path.append(theta)
    first = {"lr": 0.001, "phi": gathered, "momentum": 0.8, "psi": "none"}
    fork = {"optimizer": "built", "hyper": first, "at": 40}
    ours = rollout("himmelblau", "built", START, 60, {**first, "phi": phi, "momentum": 0.5}, fork=fork)
    np.testing.assert_allclose(ours.theta, path, rtol=1e-9)


@pytest.mark.parametrize(
    ("slots", "words"),
    [
        ({"phi": "ema", "momentum": 0.9}, ["the velocity"]),
        ({"phi": "nesterov", "momentum": 0.9}, ["the velocity"]),
        ({"phi": "ema", "momentum": 0.9, "trust": "lars"}, []),
        ({"phi": "ema", "momentum": 0.9, "psi": "sum", "order": "after"}, []),
        ({"phi": "none", "psi": "ema"}, []),
    ],
)
def test_what_of_a_built_state_means_the_same_in_momentum(slots: dict[str, Any], words: list[str]) -> None:
    assert [str(text) for text in carry.kept("built", "momentum", hypers=(slots, {}))] == words
    original = job("beale", "built", steps=9, hyper=slots)
    fork = job("beale", "momentum", steps=9, fork=Branch(original, 5, True))
    place = (0.5,) * (11 + sum(size for _, size in carry.fields(RULES["built"])))
    carried = carry.over(original, place, fork, 5)[1][11:]
    assert bool(words) == (not np.isnan(carried).any())


def test_a_built_second_moment_is_carried_if_it_is_an_average_of_squares() -> None:
    for psi, words in (
        ("ema", ["the average of their squares"]),
        ("max", ["the average of their squares", "its running maximum"]),
        ("centered", ["the average of their squares"]),
        ("sum", []),
        ("infinity", []),
        ("belief", []),
    ):
        assert [str(text) for text in carry.kept("built", "amsgrad", hypers=({"psi": psi}, {}))] == words, psi
    one, other = {"psi": "ema", "beta2": 0.9}, {"psi": "ema", "beta2": 0.99}
    assert carry.kept("built", "built", hypers=(one, other)) == [carry.EVERYTHING]
    assert carry.EVERYTHING not in carry.kept("built", "built", hypers=(one, {"psi": "max"}))


# ---- PyTorch ---------------------------------------------------------------------------------------------------------


def torch_path(phases: list[tuple[Any, int, float]]) -> np.ndarray:
    """Phases of (make an optimizer, or None to keep it; updates; rate)."""
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle here")
    theta = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    path, rule = [START], None
    for make, updates, lr in phases:
        rule = make(torch.optim, [theta], lr) if make else rule
        for group in rule.param_groups:
            group["lr"] = lr
        for _ in range(updates):
            rule.zero_grad()
            x, y = theta
            ((x * x + y - 11.0) ** 2 + (x + y * y - 7.0) ** 2).backward()
            rule.step()
            path.append(theta.detach().numpy().copy())
    return np.array(path)


MAKERS = {
    "sgd": (lambda o, p, lr: o.SGD(p, lr), 0.01),
    "momentum": (lambda o, p, lr: o.SGD(p, lr, momentum=0.9), 0.003),
    "nesterov": (lambda o, p, lr: o.SGD(p, lr, momentum=0.9, nesterov=True), 0.003),
    "adam": (lambda o, p, lr: o.Adam(p, lr), 0.1),
    "adamw": (lambda o, p, lr: o.AdamW(p, lr), 0.1),
    "amsgrad": (lambda o, p, lr: o.Adam(p, lr, amsgrad=True), 0.1),
    "adagrad": (lambda o, p, lr: o.Adagrad(p, lr), 0.5),
    "adadelta": (lambda o, p, lr: o.Adadelta(p, lr), 1.0),
    "adamax": (lambda o, p, lr: o.Adamax(p, lr), 0.1),
    "nadam": (lambda o, p, lr: o.NAdam(p, lr), 0.1),
    "radam": (lambda o, p, lr: o.RAdam(p, lr), 0.01),
    "rmsprop": (lambda o, p, lr: o.RMSprop(p, lr), 0.02),
    "rprop": (lambda o, p, lr: o.Rprop(p, lr), 0.01),
}


@pytest.mark.parametrize("slug", MAKERS)
def test_a_rate_changed_in_pytorch(slug: str) -> None:
    """``param_group["lr"]`` set to a third after 40 updates."""
    make, lr = MAKERS[slug]
    expected = torch_path([(make, 40, lr), (None, 40, lr / 3)])
    fork = {"optimizer": slug, "hyper": {"lr": lr}, "at": 40}
    ours = rollout("himmelblau", slug, START, 80, {"lr": lr / 3}, fork=fork)
    np.testing.assert_allclose(ours.theta, expected, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(("one", "other"), [("adam", "sgd"), ("adam", "momentum"), ("momentum", "adam")])
def test_an_optimizer_replaced_in_pytorch(one: str, other: str) -> None:
    """A new optimizer on the same parameters knows nothing of the old one's state: a fork that is reset."""
    (first, lr), (second, rate) = MAKERS[one], MAKERS[other]
    expected = torch_path([(first, 30, lr), (second, 50, rate)])
    fork = {"optimizer": one, "hyper": {"lr": lr}, "at": 30, "carried": False}
    ours = rollout("himmelblau", other, START, 80, {"lr": rate}, fork=fork)
    np.testing.assert_allclose(ours.theta, expected, rtol=1e-8, atol=1e-8)


# ---- what is carried, in words ---------------------------------------------------------------------------------------


def test_the_table_names_fields_that_there_are() -> None:
    for slug, fields in {**carry.HOLDS, **{slug: dict.fromkeys(names) for slug, names in carry.DIALS.items()}}.items():
        names = {name for name, _ in carry.fields(RULES[slug])}
        assert set(fields) <= names | {name.rpartition(".")[2] for name in names}, slug


def taken(of: str, slug: str) -> set[int]:
    """Which numbers of the state a fork takes over."""
    original = job("beale", of, steps=9)
    fork = job("beale", slug, steps=9, fork=Branch(original, 5, True))
    place = (0.5,) * (11 + sum(size for _, size in carry.fields(RULES[of])))
    return set(np.flatnonzero(~np.isnan(carry.over(original, place, fork, 5)[1][11:])).tolist())


def test_what_is_said_to_be_carried_is_what_is_carried() -> None:
    """Of every two optimizers: nothing is said where nothing is taken, and the other way round."""
    for of in RULES:
        for slug in RULES:
            assert bool(carry.kept(of, slug)) == (bool(taken(of, slug)) or of == slug), (of, slug)


def test_words_for_what_is_carried() -> None:
    assert [str(text) for text in carry.kept("adam", "momentum")] == ["the velocity"]
    assert [str(text) for text in carry.kept("adam", "rmsprop")] == ["the average of their squares"]
    assert carry.kept("adagrad", "adam") == [] == carry.kept("sgd", "bfgs")
    assert carry.kept("sgd", "sgd", lookahead=True) == [carry.EVERYTHING, carry.SLOW]
    assert [str(text) for text in carry.kept("adam", "radam")] == ["the average of the gradients"]
