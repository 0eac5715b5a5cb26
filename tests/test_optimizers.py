"""Every update rule describes itself, accounts for what it did, and is elementwise in its lanes."""

from __future__ import annotations

import numpy as np
import pytest
from wording import assert_bilingual

from optimizers import CATALOGUE, FAMILIES
from optimizers._frame import COUPLED, DECOUPLED, NO_DECAY, advance
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer import rollout
from visualizer.backend import jax
from visualizer.spec import Values, complete, decode, encode, row_width

every_rule = pytest.mark.parametrize("slug", CATALOGUE)
UNITS = {"gradient", "velocity", "distance", "none"}
# Every flag on and every constant moved, as far as a rule has it.
MOVED = {
    "lr": 0.01,
    "momentum": 0.8,
    "dampening": 0.3,
    "beta1": 0.85,
    "beta2": 0.95,
    "alpha": 0.9,
    "rho": 0.8,
    "eps": 0.02,
    "weight_decay": 0.1,
    "lr_decay": 0.05,
    "initial_accumulator_value": 0.2,
    "centered": True,
    "amsgrad": True,
    "momentum_decay": 0.2,
}


def moved(slug: str) -> dict[str, float]:
    return {hyper.name: MOVED[hyper.name] for hyper in CATALOGUE[slug].hypers if hyper.name in MOVED}


@every_rule
def test_rule_says_what_it_is(slug: str) -> None:
    entry = CATALOGUE[slug]
    assert entry.slug == slug
    assert entry.family in FAMILIES
    assert entry.units in UNITS
    assert entry.decay in (COUPLED, DECOUPLED, NO_DECAY)
    assert entry.formula.strip()
    assert entry.source.citation.strip()
    assert 1700 < entry.source.year < 2100
    names = [hyper.name for hyper in entry.hypers]
    assert len(names) == len(set(names))
    assert names[0] == "lr"
    assert ("weight_decay" in names) == (entry.decay != NO_DECAY)
    assert all(hyper.symbol for hyper in entry.hypers)
    assert_bilingual(entry.title, entry.summary, entry.follows, *(h.doc for h in entry.hypers), name=entry.title)


def test_families_and_schedules_are_bilingual() -> None:
    assert_bilingual(*FAMILIES.values())
    assert {entry.family for entry in CATALOGUE.values()} == set(FAMILIES)
    for slug, entry in SCHEDULES.items():
        assert entry.slug == slug
        assert entry.formula.strip()
        assert_bilingual(entry.title, entry.summary, *(hyper.doc for hyper in entry.hypers))


def test_momentum_that_a_schedule_may_cycle() -> None:
    assert CATALOGUE["sgd"].momentum_name is None
    assert CATALOGUE["momentum"].momentum_name == "momentum"
    assert CATALOGUE["adam"].momentum_name == "beta1"


@every_rule
@pytest.mark.parametrize("hyper", ["defaults", "moved"])
def test_the_frame_accounts_for_every_step(slug: str, hyper: str) -> None:
    """theta_t = theta_{t-1} + decay + step, and step = -rate m: what is drawn is what happened."""
    values = {} if hyper == "defaults" else moved(slug)
    ours = rollout("himmelblau", slug, (-1.0, 2.0), 60, values, schedule=("cosine", {}))
    info = ours.info
    # Two roundings: the compiler may fuse the product lr * m into the sum.
    accounted = ours.theta[:-1] + info.decay + info.step
    np.testing.assert_allclose(ours.theta[1:], accounted, rtol=0, atol=2 * np.spacing(np.abs(ours.theta).max()))
    np.testing.assert_allclose(info.step, -info.rate * info.m, rtol=1e-12)
    np.testing.assert_allclose(info.g, himmelblau_gradient(ours.theta[:-1]), rtol=1e-12, atol=1e-10)
    decay = complete(CATALOGUE[slug].hypers, values, slug).get("weight_decay", 0.0)
    expected = -info.lr[:, None] * decay * ours.theta[:-1] if CATALOGUE[slug].decay == DECOUPLED else 0.0
    np.testing.assert_allclose(info.decay, expected + np.zeros_like(info.decay), rtol=1e-14)
    assert (info.root_v >= 0).all()


def himmelblau_gradient(theta: np.ndarray) -> np.ndarray:
    x, y = theta.T
    a, b = x * x + y - 11, x + y * y - 7
    return np.stack([4 * x * a + 2 * b, 2 * a + 4 * y * b], 1)


@every_rule
def test_rule_is_elementwise_in_its_lanes(slug: str) -> None:
    """Five lanes at once, each with its own hyperparameters, are five runs."""
    entry, rng = CATALOGUE[slug], np.random.default_rng(3)
    width = row_width(CATALOGUE)
    values = [{**moved(slug), "lr": 0.01 * (k + 1)} for k in range(5)]
    rows = np.array([encode(entry.hypers, complete(entry.hypers, v, slug), width) for v in values]).T
    theta, gradients = rng.normal(size=(2, 5)), rng.normal(size=(12, 2, 5))
    together = history(slug, theta, gradients, rows)
    for k in range(5):
        alone = history(slug, theta[:, k], gradients[:, :, k], rows[:, k])
        for ours, theirs in zip(together, alone, strict=True):
            np.testing.assert_allclose(ours[..., k], theirs, rtol=1e-13, atol=1e-15)


def history(slug: str, theta: np.ndarray, gradients: np.ndarray, row: np.ndarray) -> list[np.ndarray]:
    """theta after each of the gradients, and the numbers of the last Info."""
    entry = CATALOGUE[slug]
    h = Values(decode(entry.hypers, jax.numpy.asarray(row)))
    place = jax.numpy.asarray(theta)
    state, path = entry.init(place, h), []
    for g in gradients:
        place, state, info = advance(entry, jax.numpy.asarray(g), place, state, h)
        path.append(np.asarray(place))
        assert all(part.shape == place.shape for part in info[:-1])
        assert info.lr.shape == place.shape[1:]
    return [*path, *map(np.asarray, info)]


@every_rule
def test_a_rate_of_zero_moves_nothing(slug: str) -> None:
    assert (rollout("beale", slug, steps=5, hyper={**moved(slug), "lr": 0.0}).theta == (0.7, 1.4)).all()


TWINS = [
    ("adam", {}, "adam_l2", {"weight_decay": 0.0}),
    ("adam", {}, "adamw", {"weight_decay": 0.0}),
    ("adamw", {"weight_decay": 0.0, "amsgrad": True}, "amsgrad", {}),
    ("sgd", {}, "momentum", {"momentum": 0.0}),
    ("sgd", {}, "nesterov", {"momentum": 0.0}),
]


@pytest.mark.parametrize(("one", "first", "other", "second"), TWINS)
def test_rules_that_coincide(one: str, first: dict[str, float], other: str, second: dict[str, float]) -> None:
    """Coupled, decoupled and no decay are the same at 0; AdamW's flag is AMSGrad; no momentum is descent."""
    both = ((one, first), (other, second))
    a, b = (rollout("rosenbrock", slug, steps=100, hyper={"lr": 5e-4, **h}).theta for slug, h in both)
    np.testing.assert_allclose(a, b, rtol=1e-13)


DIFFER = [
    ("adam_l2", {"weight_decay": 0.1}, "adamw", {"weight_decay": 0.1}),
    ("adamw", {"lr": 0.2, "beta2": 0.9, "amsgrad": True}, "adamw", {"lr": 0.2, "beta2": 0.9}),
    ("rmsprop", {"centered": True}, "rmsprop", {"centered": False}),
    ("momentum", {"dampening": 0.5}, "momentum", {"dampening": 0.0}),
]


@pytest.mark.parametrize(("one", "first", "other", "second"), DIFFER)
def test_every_flag_does_something(one: str, first: dict[str, float], other: str, second: dict[str, float]) -> None:
    both = ((one, first), (other, second))
    a, b = (rollout("himmelblau", slug, steps=150, hyper={"lr": 0.005, **h}).theta for slug, h in both)
    assert np.abs(a - b).max() > 1e-3
