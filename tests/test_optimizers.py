"""Every update rule describes itself, accounts for what it did, and is elementwise in its lanes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from wording import assert_bilingual

from optimizers import CATALOGUE, FAMILIES, RULES, WRAPPERS
from optimizers._frame import COUPLED, DECOUPLED, NO_DECAY, SWITCHED, Moments, advance
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer import rollout
from visualizer.backend import jax
from visualizer.spec import Values, complete, decode, encode, row_width

every_rule = pytest.mark.parametrize("slug", RULES)
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
OWN_RATE = {
    "barzilai_borwein": "its rate is read off the last step",
    "levenberg_marquardt": "one trial of the whole step",
    **dict.fromkeys(("gd_armijo", "bfgs", "lbfgs", "nonlinear_cg"), "a line search"),
}
OWN_DECAY = {
    "lars": "inside the trust ratio",
    "lamb": "inside the trust ratio",
    "built": "a slot",
    "dadapt_sgd": "beside the gradient, which its estimate of the distance must not see decayed",
    "schedulefree_sgd": "at y, where the gradient is taken",
    "schedulefree_adamw": "at y, where the gradient is taken",
}


def moved(slug: str) -> dict[str, float]:
    return {hyper.name: MOVED[hyper.name] for hyper in RULES[slug].hypers if hyper.name in MOVED}


@every_rule
def test_rule_says_what_it_is(slug: str) -> None:
    entry = CATALOGUE[slug]
    assert entry.slug == slug
    assert entry.family in FAMILIES
    assert entry.units in UNITS
    assert entry.decay in (COUPLED, DECOUPLED, SWITCHED, NO_DECAY)
    names = [hyper.name for hyper in entry.hypers]
    assert ("lr" not in names) if slug in OWN_RATE else (names[0] == "lr")
    assert ("weight_decay" in names) == (entry.decay != NO_DECAY or slug in OWN_DECAY)
    assert slug not in OWN_DECAY or entry.decay == NO_DECAY
    assert ("decoupled_weight_decay" in names) == (entry.decay == SWITCHED)
    assert_describes_itself(entry)


def assert_describes_itself(entry: Any) -> None:
    assert entry.formula.strip()
    assert entry.source.citation.strip()
    assert 1700 < entry.source.year < 2100
    names = [hyper.name for hyper in entry.hypers]
    assert len(names) == len(set(names))
    assert all(hyper.symbol for hyper in entry.hypers)
    assert_bilingual(entry.title, entry.summary, entry.follows, *(h.doc for h in entry.hypers), name=entry.title)


@pytest.mark.parametrize("slug", WRAPPERS)
def test_wrapper_says_what_it_is(slug: str) -> None:
    entry = WRAPPERS[slug]
    assert (entry.slug, entry.family) == (slug, "wrapper")
    assert entry.inner.isidentifier()
    assert not {entry.inner, f"{entry.inner}_hyperparameters"} & {hyper.name for hyper in entry.hypers}
    assert_describes_itself(entry)


def test_rules_and_wrappers_are_the_catalogue() -> None:
    assert {**RULES, **WRAPPERS} == CATALOGUE
    assert not set(RULES) & set(WRAPPERS)


NOTHING_DONE = [("lookahead", {"alpha": 1.0, "k": 1}), ("lookahead", {"k": 1000}), ("sam", {"rho": 0.0})]


@pytest.mark.parametrize(("slug", "hyper"), NOTHING_DONE)
def test_a_wrapper_that_does_nothing_leaves_the_rule_as_it_is(slug: str, hyper: dict[str, Any]) -> None:
    """Slow weights that follow all the way or never; no radius to go uphill."""
    inner, inside = WRAPPERS[slug].inner, {"lr": 0.02, "beta1": 0.8}
    given = {inner: "adam", f"{inner}_hyperparameters": inside, **hyper}
    ours = rollout("himmelblau", slug, steps=100, hyper=given)
    np.testing.assert_allclose(ours.theta, rollout("himmelblau", "adam", steps=100, hyper=inside).theta, rtol=1e-13)


@pytest.mark.parametrize("slug", WRAPPERS)
def test_a_wrapper_needs_another_optimizer(slug: str) -> None:
    inner = WRAPPERS[slug].inner
    for hyper in ({}, {inner: slug}, {inner: "nothing"}, {inner: "adam", f"{inner}_hyperparameters": {"beta3": 0.1}}):
        with pytest.raises(ValueError, match=r"\w"):
            rollout("beale", slug, steps=3, hyper=hyper)


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
    own = moments_once(slug, values)
    if own.step is None:
        np.testing.assert_allclose(info.step, -info.rate * info.m, rtol=1e-12)
    queried = ours.theta if RULES[slug].query is None else ours.aux["y"]
    np.testing.assert_allclose(info.g, himmelblau_gradient(queried[:-1]), rtol=1e-12, atol=1e-10)
    whole = complete(RULES[slug].hypers, values, slug)
    decoupled = RULES[slug].decay == DECOUPLED or whole.get("decoupled_weight_decay", False)
    if own.decay is None:
        expected = -info.lr[:, None] * whole["weight_decay"] * ours.theta[:-1] if decoupled else 0.0
        np.testing.assert_allclose(info.decay, expected + np.zeros_like(info.decay), rtol=1e-14)
    unfit = RULES[slug].second_order and slug != "sophia"
    assert np.isnan(info.root_v).all() if unfit else (info.root_v >= 0).all()


def normals(number: int) -> Any:
    """Fixed draws in the place of random ones, ``(2,)`` whatever the number asked for."""
    return jax.numpy.array([0.5, -0.25])


def moments_once(slug: str, values: dict[str, Any]) -> Moments:
    """What the rule makes of one gradient: which parts of the frame it gives by itself."""
    entry = RULES[slug]
    whole = complete(entry.hypers, values, slug)
    row = jax.numpy.array(encode(entry.hypers, whole, row_width(RULES)))
    h = Values({"lr": 1.0, **decode(entry.hypers, row)}, draw=normals, **curved(jax.numpy.zeros(())))
    theta = jax.numpy.array([1.0, 2.0])
    return entry.moments(jax.numpy.array([0.5, -1.0]), theta, entry.init(theta, h), h)


def curved(lane: Any) -> dict[str, Any]:
    """A loss and a Hessian for the rules that look at them, shaped like ``lane``."""
    return {"loss": lane + 0.7, "hessian": (lane + 2.0, lane - 0.5, lane + 1.0)}


def himmelblau_gradient(theta: np.ndarray) -> np.ndarray:
    x, y = theta.T
    a, b = x * x + y - 11, x + y * y - 7
    return np.stack([4 * x * a + 2 * b, 2 * a + 4 * y * b], 1)


@every_rule
def test_rule_is_elementwise_in_its_lanes(slug: str) -> None:
    """Five lanes at once, each with its own hyperparameters, are five runs."""
    entry, rng = RULES[slug], np.random.default_rng(3)
    width = row_width(RULES)
    rate = entry.hypers[0].name if slug != "barzilai_borwein" else "lr0"
    sizes = [k + 1 if entry.hypers[0].kind == "int" and rate != "lr0" else 0.01 * (k + 1) for k in range(5)]
    values = [{**moved(slug), rate: size} for size in sizes]
    rows = np.array([encode(entry.hypers, complete(entry.hypers, v, slug), width) for v in values]).T
    theta, gradients = rng.normal(size=(2, 5)), rng.normal(size=(12, 2, 5))
    together = history(slug, theta, gradients, rows)
    for k in range(5):
        alone = history(slug, theta[:, k], gradients[:, :, k], rows[:, k])
        for ours, theirs in zip(together, alone, strict=True):
            np.testing.assert_allclose(ours[..., k], theirs, rtol=1e-13, atol=1e-15)


def history(slug: str, theta: np.ndarray, gradients: np.ndarray, row: np.ndarray) -> list[np.ndarray]:
    """theta after each of the gradients, and the numbers of the last Info."""
    entry = RULES[slug]
    lanes = jax.numpy.zeros(row.shape[1:])
    dials = {"lr": lanes + 1.0, **decode(entry.hypers, jax.numpy.asarray(row)), **curved(lanes)}
    h = Values(dials, draw=lambda number: normals(number).reshape(2, *[1] * (theta.ndim - 1)))
    place = jax.numpy.asarray(theta)
    state, path = entry.init(place, h), []
    for g in gradients:
        place, state, info = advance(entry, jax.numpy.asarray(g), place, state, h)
        if entry.search:
            state = entry.search.settle(state, info.rate[0], h)
        path.append(np.asarray(place))
        assert all(part.shape == place.shape for part in info[:-1])
        assert info.lr.shape == place.shape[1:]
    return [*path, *map(np.asarray, info)]


@pytest.mark.parametrize("slug", [slug for slug in RULES if slug not in OWN_RATE])
def test_a_rate_of_zero_moves_nothing(slug: str) -> None:
    assert (rollout("beale", slug, steps=5, hyper={**moved(slug), "lr": 0.0}).theta == (0.7, 1.4)).all()


TWINS = [
    ("adam", {}, "adam_l2", {"weight_decay": 0.0}),
    ("adam", {}, "adamw", {"weight_decay": 0.0}),
    ("adamw", {"weight_decay": 0.0, "amsgrad": True}, "amsgrad", {}),
    ("sgd", {}, "momentum", {"momentum": 0.0}),
    ("sgd", {}, "nesterov", {"momentum": 0.0}),
    ("sgd", {}, "momentum", {"momentum": 0.0, "dampening": 0.7}),
    ("sgd", {}, "sgld", {"temperature": 0.0}),
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
