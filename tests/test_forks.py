"""Forks: runs that go on from a step of another, held against runs that were never interrupted and two-phase loops."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimizers import RULES
from visualizer import rollout, schedule
from visualizer.simulate import carry
from visualizer.simulate import rollout as engine
from visualizer.simulate.job import Branch, Job, job
from visualizer.simulate.rollout import run_jobs
from visualizer.simulate.trajectory import Trajectory

NOISE = ("gaussian", {"sigma": 0.05})
STEPS = 90
AT = (0, 1, 37, STEPS)


def assert_same(ours: Trajectory, expected: Trajectory) -> None:
    assert (ours.n_valid, ours.ended) == (expected.n_valid, expected.ended)
    for name in ("theta", "loss", "evaluations"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(expected, name), name)
    for name, mine, theirs in zip(ours.info._fields, ours.info, expected.info, strict=True):
        np.testing.assert_array_equal(mine, theirs, name)
    assert list(ours.aux) == list(expected.aux)
    for name, points in ours.aux.items():
        np.testing.assert_array_equal(points, expected.aux[name], name)


def unchanged(original: Job) -> None:
    """Forks that change nothing are the original, bit for bit; a fork of a fork too."""
    forks = [replace(original, fork=Branch(original, at, True)) for at in AT]
    forks += [replace(original, fork=Branch(forks[2], at, True)) for at in (5, 37, 60)]
    expected, *found = run_jobs([original, *forks])
    assert expected.n_valid > 30
    for ours in found:
        assert_same(ours, expected)


# ---- a fork that changes nothing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", RULES)
def test_a_fork_that_changes_nothing_is_its_original(slug: str) -> None:
    """Every rule, under a schedule that moves and with noise: whatever it keeps from step to step is carried."""
    unchanged(job("ravine", slug, (3.0, 2.0), STEPS, schedule=("cosine", {}), noise=NOISE, seed=5))


AROUND = [
    ("adam", {"lookahead": {"k": 4, "reset_state": True}}),
    ("prodigy", {"lookahead": {"k": 7, "reset_state": True}}),  # its fresh state remembers where the run began
    ("momentum", {"lookahead": {"k": 5}, "sam": {"rho": 0.1}}),
    ("schedulefree_sgd", {"lookahead": {"k": 6}}),
    ("rmsprop", {"sam": {"rho": 0.05}}),
]


@pytest.mark.parametrize(("slug", "around"), AROUND, ids=[f"{slug} in {'+'.join(around)}" for slug, around in AROUND])
def test_nothing_of_a_wrapper_is_lost(slug: str, around: dict[str, Any]) -> None:
    unchanged(job("rosenbrock", slug, (-1.0, 1.5), STEPS, noise=NOISE, seed=2, wrappers=around))


WATCHED = [
    ("adam", ("reduce_on_plateau", {"patience": 2})),
    ("sgd", ("reduce_on_plateau", {"patience": 3, "accumulation_size": 5})),  # Optax's form
    ("adam", ("one_cycle", {})),
    ("momentum", ("cyclic", {"step_size_up": 7})),
]


@pytest.mark.parametrize(("slug", "watched"), WATCHED, ids=[f"{slug} {watched}" for slug, watched in WATCHED])
def test_a_schedule_goes_on_with_what_it_remembers(slug: str, watched: Any) -> None:
    unchanged(job("noisy_bowl", slug, (1.0, 2.0), STEPS, {"lr": 0.05}, schedule=watched, noise=NOISE, seed=1))


@pytest.mark.parametrize("order", ["cyclic", "shuffled"])
def test_minibatches_go_on(order: str) -> None:
    unchanged(job("least_squares", "adam", steps=STEPS, noise=("minibatch", {"batch": 3, "order": order}), seed=3))


@pytest.mark.parametrize("slug", ["bfgs", "newton", "sophia", "sam"])
def test_evaluations_are_counted_on(slug: str) -> None:
    """And a budget that ends the original ends the fork at the same evaluation."""
    inner, around = ("sgd", {"sam": {}}) if slug == "sam" else (slug, {})
    original = job("rosenbrock", inner, steps=STEPS, budget=15, wrappers=around)
    forks = [replace(original, fork=Branch(original, at, True)) for at in (0, 3, 80)]
    expected, *found = run_jobs([original, *forks])
    assert expected.ended == "budget" and expected.evaluations[expected.n_valid - 1] > 8
    for ours in found:
        assert_same(ours, expected)


def test_injected_draws_go_on() -> None:
    draws = np.random.default_rng(0).normal(size=(40, 2))
    given: dict[str, Any] = {"steps": 40, "noise": NOISE, "normals": draws}
    ours = rollout("beale", "adam", fork={"optimizer": "adam", "at": 20}, **given)
    assert_same(ours, rollout("beale", "adam", **given))


# ---- the state left behind -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", RULES)
def test_a_reset_fork_is_a_run_that_begins_there(slug: str) -> None:
    """Without noise and at a constant rate: counters, corrections and remembered points are those of a new run."""
    original = job("himmelblau", "momentum", (0.5, -1.0), 60, {"lr": 0.003})
    hyper = {"temperature": 0.0} if slug == "sgld" else {}  # its own noise goes by the step
    other = job("himmelblau", slug, (0.5, -1.0), 60, hyper)
    before, ours = run_jobs([original, replace(other, fork=Branch(original, 20, False))])
    alone = rollout("himmelblau", slug, before.theta[20], 40, hyper)
    np.testing.assert_array_equal(ours.theta[:20], before.theta[:20])
    np.testing.assert_array_equal(ours.theta[20:], alone.theta)
    np.testing.assert_array_equal(ours.info.lr[:20], before.info.lr[:20])
    np.testing.assert_array_equal(ours.info.g[20:], alone.info.g)
    np.testing.assert_array_equal(ours.evaluations[20:], 20 + alone.evaluations)


def test_a_reset_fork_goes_on_in_the_schedule_and_the_noise() -> None:
    hyper, given = {"lr": 0.05}, {"schedule": ("cosine", {}), "noise": NOISE, "seed": 4, "steps": 80}
    fork = {"optimizer": "adam", "hyper": hyper, "schedule": ("cosine", {}), "at": 30, "carried": False}
    ours, alone = (rollout("ravine", "adam", hyper=hyper, **given, **more) for more in ({"fork": fork}, {}))
    np.testing.assert_allclose(ours.info.lr, schedule("cosine", {"lr": 0.05}, 80).lr, rtol=1e-14)
    noise = ours.info.g - alone.info.g
    np.testing.assert_array_equal(noise[30], [0, 0])
    slope = 0.1 + np.abs(ours.info.g[30])
    assert (np.abs(ours.info.m[30] - ours.info.g[30]) <= 1e-12 * slope).all(), "the correction begins anew"


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


def test_slow_weights_are_part_of_the_state() -> None:
    """Lookahead every 10: a carried fork returns to where the original's slow weights were, a reset one to its own."""
    around = {"lookahead": {"k": 10, "alpha": 0.5}}
    original = job("saddle", "sgd", (1.0, 0.5), 20, {"lr": 0.01}, wrappers=around)
    before, carried, reset = run_jobs(
        [original, *(replace(original, fork=Branch(original, 14, carried)) for carried in (True, False))]
    )
    assert_same(carried, before)
    shrink, grow = 0.98, 1.02  # of x and y in a step of lr 0.01 on x^2 - y^2
    at = before.theta[14]
    fast = at * [shrink**6, grow**6]
    np.testing.assert_allclose(reset.theta[20], at + 0.5 * (fast - at), rtol=1e-12)


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


# ---- where a fork begins ---------------------------------------------------------------------------------------------


def test_a_fork_of_a_run_that_leaves_the_finite_world_begins_at_its_last_point() -> None:
    wild = job("rosenbrock", "sgd", (-1.2, 1.0), 300, {"lr": 1.0})
    (lost,) = run_jobs([wild])
    last = lost.n_valid - 1
    assert 2 < last < 20
    calm = job("rosenbrock", "sgd", (-1.2, 1.0), 300, {"lr": 0.0})
    for at in (last - 1, last, last + 1, 200):
        before, ours = run_jobs([wild, replace(calm, fork=Branch(wild, at, True))])
        np.testing.assert_array_equal(ours.theta[: min(at, last)], before.theta[: min(at, last)])
        assert (ours.n_valid, ours.ended) == (301, "")
        np.testing.assert_array_equal(
            ours.theta[min(at, last) :], [before.theta[min(at, last)]] * (301 - min(at, last))
        )
    far = job("rosenbrock", "sgd", (1e200, 0.0), 10)
    assert [one.n_valid for one in run_jobs([far, replace(far, fork=Branch(far, 5, True))])] == [0, 0]


def test_a_fork_may_diverge_by_itself() -> None:
    calm = job("saddle", "sgd", (1.0, 0.5), 100, {"lr": 0.1})
    wild = job("saddle", "sgd", (1.0, 0.5), 100, {"lr": 1e6}, fork=Branch(calm, 30, True))
    before, ours = run_jobs([calm, wild])
    assert (before.n_valid, ours.ended) == (101, "diverged")
    assert 31 < (ours.stopped or 0) == ours.n_valid < 60
    np.testing.assert_array_equal(ours.theta[:31], before.theta[:31])
    assert np.isnan(ours.theta[ours.n_valid :]).all() and np.isnan(ours.info.g[ours.n_valid :]).all()


def test_a_fork_of_a_fork_before_it_begins_is_one_of_the_original() -> None:
    given = {"start": START, "steps": 60}
    first, second = {"optimizer": "momentum", "hyper": {"lr": 0.003}}, {"optimizer": "adam", "hyper": {"lr": 0.1}}
    fork = {**second, "at": 20, "fork": {**first, "at": 40}}
    ours = rollout("himmelblau", "rmsprop", hyper={"lr": 0.01}, fork=fork, **given)
    expected = rollout("himmelblau", "rmsprop", hyper={"lr": 0.01}, fork={**first, "at": 20}, **given)
    assert_same(ours, expected)


def test_further_points_of_both_are_recorded() -> None:
    averaged = job("beale", "schedulefree_sgd", steps=20)
    plain = job("beale", "adam", steps=20, wrappers={"lookahead": {}}, fork=Branch(averaged, 8, True))
    before, ours = run_jobs([averaged, plain])
    assert set(ours.aux) == {"y", "z", "slow"}
    np.testing.assert_array_equal(ours.aux["z"][:8], before.aux["z"][:8])
    assert np.isnan(ours.aux["z"][8:]).all() and np.isnan(ours.aux["slow"][:8]).all()
    np.testing.assert_array_equal(ours.aux["slow"][8], ours.theta[8])


WRONG = [
    {"at": 3},
    {"optimizer": "adam"},
    {"optimizer": "adam", "at": -1},
    {"optimizer": "adam", "at": 1.5},
    {"optimizer": "adamm", "at": 3},
    {"optimizer": "adam", "at": 3, "lr": 0.1},
    {"optimizer": "adam", "at": 3, "hyper": {"beta3": 1}},
]


@pytest.mark.parametrize("fork", WRONG, ids=str)
def test_an_impossible_fork_is_refused(fork: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        rollout("beale", "sgd", steps=10, fork=fork)


# ---- calls -----------------------------------------------------------------------------------------------------------


def test_a_fork_takes_two_calls_of_one_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its original and the place where it goes on in one, itself in the next; a chain one more for each."""
    asked: list[int] = []
    run = engine._run
    monkeypatch.setattr(engine, "_run", lambda jobs, draws: asked.append(len(jobs)) or run(jobs, draws))
    original = job("beale", "adam", steps=50)
    fork = replace(original, fork=Branch(original, 20, False))
    run_jobs([fork, original, replace(original, fork=Branch(original, 20, True))])
    assert asked == [2, 2]
    asked.clear()
    run_jobs([replace(original, fork=Branch(fork, 30, True))])
    assert asked == [2, 1, 1, 1]


# ---- what is carried, in words ---------------------------------------------------------------------------------------


def test_the_table_names_fields_that_there_are() -> None:
    for slug, fields in {**carry.HOLDS, **{slug: dict.fromkeys(names) for slug, names in carry.DIALS.items()}}.items():
        names = {name for name, _ in carry._names(RULES[slug])}
        assert set(fields) <= names | {name.rpartition(".")[2] for name in names}, slug


def taken(of: str, slug: str) -> set[int]:
    """Which numbers of the state a fork takes over."""
    original = job("beale", of, steps=9)
    fork = job("beale", slug, steps=9, fork=Branch(original, 5, True))
    place = (0.5,) * (11 + sum(size for _, size in carry._names(RULES[of])))
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
