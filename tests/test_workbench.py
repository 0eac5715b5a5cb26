"""The workbench: its slots make the methods they are said to make, it names what was built, and its code runs."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import strategies
from hypothesis import given, settings
from test_cards import assert_scripts_agree, scenario
from test_optimizers import history
from test_peers import gradient, random_hyper
from wording import assert_bilingual

from optimizers import RULES
from optimizers._slots import DEFAULTS, HYPERS, settled
from visualizer import rollout
from visualizer.backend import jax
from visualizer.export.python import snippets
from visualizer.scenario import Run
from visualizer.simulate import compiled
from visualizer.simulate.groups import GROUPS
from visualizer.spec import encode, row_width
from visualizer.workbench import CHOICES, TABLE, Row, built_from, clipped, differences, named

SURFACES: list[tuple[str, dict[str, float]]] = [
    ("ravine", {"kappa": 30.0, "theta_deg": 20.0, "lambda_min": 1.0}),
    ("rosenbrock", {"a": 1.0, "b": 20.0}),
    ("himmelblau", {}),
]
STEPS = 80
rows = pytest.mark.parametrize("row", TABLE, ids=[f"{row.slug}-{k}" for k, row in enumerate(TABLE)])

#: Why the slots do not make the others.
ELSEWHERE = {
    **dict.fromkeys(("nadam", "nadamw"), "a momentum that changes from step to step, by a law of its own"),
    "adadelta": "a second moment of the steps, in the numerator",
    "yogi": "a second moment that moves by g squared, and a first moment that starts where it does",
    "aggmo": "several buffers",
    "adan": "a moment of gradient differences",
    "adamod": "a moment of the rates",
    **dict.fromkeys(
        ("adabound", "amsbound", "swats", "radam"), "a rate that is bounded, switched or rectified over time"
    ),
    **dict.fromkeys(("rprop", "barzilai_borwein"), "rates from one gradient to the next"),
    **dict.fromkeys(("adafactor", "muon"), "made for matrices"),
    **dict.fromkeys(("dadapt_sgd", "dadapt_adam", "prodigy"), "a rate estimated from the whole path"),
    **dict.fromkeys(("schedulefree_sgd", "schedulefree_adamw"), "gradients taken elsewhere than at theta"),
    "sgld": "noise of its own",
    **dict.fromkeys(("gd_armijo", "bfgs", "lbfgs", "nonlinear_cg"), "line searches"),
    **dict.fromkeys(
        ("newton", "damped_newton", "saddle_free_newton", "levenberg_marquardt", "sophia"), "second derivatives"
    ),
    "built": "itself",
}


def of(slug: str, row: Row, rng: np.random.Generator) -> dict[str, Any]:
    """Values of a row's method that the row is for."""
    for _ in range(100):
        drawn = {**random_hyper(slug, rng), **row.flags}
        if row.fits(drawn):
            return drawn
    raise AssertionError(slug)


def path(slug: str, hyper: dict[str, Any], surface: Any = SURFACES[0], start: Any = (-1.0, 1.2), **more: Any) -> Any:
    return rollout(surface[0], slug, start, STEPS, hyper, surface[1], **more).theta


def tame(row: Row, rng: np.random.Generator, surface: Any, schedule: Any) -> tuple[dict[str, Any], Any, np.ndarray]:
    """Values, a start, and the path of the method, drawn until that is a path: one that a rounding does not turn."""
    for _ in range(100):
        hyper, start = of(row.slug, row, rng), rng.uniform(-1.5, 1.5, 2)
        theirs = path(row.slug, hyper, surface, start, schedule=schedule)
        twin = path(row.slug, hyper, surface, start + 1e-15, schedule=schedule)
        if len(twin) == len(theirs) == STEPS + 1 and np.abs(twin - theirs).max() < 1e-13:
            return hyper, start, theirs
    raise AssertionError(row)


def assert_same(ours: np.ndarray, theirs: np.ndarray, about: Any) -> None:
    assert ours.shape == theirs.shape
    off = np.abs(ours - theirs) / np.maximum(1.0, np.abs(theirs))
    assert off.max() <= 1e-12, (off.max(), about)


# ---- the slots make the methods --------------------------------------------------------------------------------------


def test_every_method_is_in_the_table_or_has_a_reason_not_to_be() -> None:
    """Those that the workbench was made with: a new optimizer needs neither."""
    reached = {row.slug for row in TABLE}
    assert len(reached | set(ELSEWHERE)) >= 52
    assert reached | set(ELSEWHERE) <= set(RULES)
    assert not reached & set(ELSEWHERE)


@rows
@pytest.mark.parametrize(
    "schedule", [None, ("cosine", {}), ("warmup_linear", {})], ids=["constant", "cosine", "warmup"]
)
def test_the_slots_draw_the_path_of_the_method(row: Row, schedule: Any) -> None:
    rng = np.random.default_rng([len(row.slug), *map(ord, row.slug)])
    for surface in SURFACES:
        for _ in range(3):
            hyper, start, theirs = tame(row, rng, surface, schedule)
            made = built_from(row.slug, hyper)
            assert made is not None
            assert_same(path("built", made, surface, start, schedule=schedule), theirs, (hyper, made))


@rows
def test_the_slots_follow_a_momentum_that_is_cycled(row: Row) -> None:
    """Every momentum is the slot's, but Lion's beta1, which is a quotient there."""
    schedule = ("one_cycle", {"max_lr": 1e-3, "total_steps": STEPS + 1})
    hyper = of(row.slug, row, np.random.default_rng(4))
    made = built_from(row.slug, hyper)
    assert made is not None
    ours, theirs = (path(slug, h, schedule=schedule) for slug, h in (("built", made), (row.slug, hyper)))
    if row.slug == "lion":
        assert np.abs(ours - theirs).max() > 1e-6
    else:
        assert_same(ours, theirs, (hyper, made))


# ---- and are named after them ----------------------------------------------------------------------------------------


@rows
def test_what_was_taken_apart_is_named_again(row: Row) -> None:
    rng = np.random.default_rng(5)
    for _ in range(5):
        hyper = of(row.slug, row, rng)
        made = built_from(row.slug, hyper)
        assert made is not None
        found = named(made)
        assert found.kind == "exact"
        assert row.slug in (found.slug, *found.also)
        if found.slug == row.slug:
            assert found.hyper == pytest.approx(Run(row.slug, hyper).hyper, rel=1e-12)


def test_the_defaults_of_a_method_are_named_after_it() -> None:
    """Or after the plainer one that they are."""
    for slug in dict.fromkeys(row.slug for row in TABLE):
        found = named(built_from(slug, {}) or {})
        assert slug in (found.slug, *found.also), slug
        assert found.kind == "exact"
        plain = {"padam": "padam", "qhadam": "adam", "lamb": "lamb"}
        assert found.slug == plain.get(slug, slug)


ADAM = {"phi": "ema", "psi": "ema", "correct_m": True, "correct_v": "moment"}
NAMES: list[tuple[dict[str, Any], str, str, tuple[str, ...]]] = [
    ({}, "sgd", "exact", ()),
    ({"momentum": 0.3, "beta2": 0.1, "eps": 0.5, "weight_decay": 0.7}, "sgd", "exact", ()),  # nothing reads them
    ({"phi": "heavy_ball", "momentum": 0.0, "dampening": 0.5}, "sgd", "exact", ()),
    ({"phi": "ema"}, "qhm", "exact", ()),  # nu = 1
    ({"phi": "qh", "nu": 1.5}, "qhm", "family", ("nu",)),
    ({"decay": "decoupled"}, "sgd", "exact", ()),
    ({"decay": "decoupled", "phi": "heavy_ball"}, "sgdw", "exact", ()),
    (ADAM, "adam", "exact", ()),
    ({**ADAM, "decay": "coupled"}, "adam_l2", "exact", ()),
    ({**ADAM, "decay": "decoupled"}, "adamw", "exact", ()),
    ({**ADAM, "decay": "decoupled", "weight_decay": 0.0}, "adam", "exact", ()),
    ({**ADAM, "initial_accumulator_value": 1e-9}, "adam", "family", ("initial_accumulator_value",)),
    ({**ADAM, "eps_root": 1e-16}, "adam", "family", ("eps_root",)),
    ({**ADAM, "power": 0.499}, "adam", "family", ("power",)),
    ({**ADAM, "correct_v": "rate", "power": 0.499}, "padam", "exact", ()),
    ({**ADAM, "nu2": 0.999}, "qhadam", "exact", ()),
    ({**ADAM, "correct_m": False}, "adam", "none", ("correct_m",)),
    ({**ADAM, "clip": "norm", "clip_at": 3.0}, "adam", "family", ("clip", "clip_at")),
    ({**ADAM, "trust": "lamb", "trust_coefficient": 0.99}, "lamb", "family", ("trust_coefficient",)),
    ({**ADAM, "psi": "max"}, "amsgrad", "exact", ()),
    ({**ADAM, "psi": "infinity"}, "adamax", "exact", ()),  # a maximum needs no correction
    ({"psi": "ema", "eps": 0.1}, "rmsprop", "exact", ()),
    ({"psi": "ema", "phi": "heavy_ball", "order": "after"}, "rmsprop", "exact", ()),
    ({"psi": "ema", "phi": "heavy_ball"}, "rmsprop", "none", ("order",)),
    ({"sign": True, "phi": "heavy_ball"}, "signum", "exact", ()),
    ({"sign": True, "phi": "nesterov", "momentum": 0.9}, "lion", "exact", ()),
    ({"sign": True, "phi": "heavy_ball", "dampening": 0.1}, "momentum", "none", ("sign",)),
    ({"sign": True, "decay": "coupled"}, "signum", "none", ("decay",)),  # at momentum 0
]


@pytest.mark.parametrize(("hyper", "slug", "kind", "differs"), NAMES)
def test_names(hyper: dict[str, Any], slug: str, kind: str, differs: tuple[str, ...]) -> None:
    found = named({**DEFAULTS, **hyper})
    assert (found.slug, found.kind, found.differs) == (slug, kind, differs)
    assert_bilingual(found.text)
    assert RULES[slug].title in found.text
    if kind == "exact":
        theirs = path(slug, dict(found.hyper))
        assert_same(path("built", {**hyper, "lr": DEFAULTS["lr"]}), theirs, found)


@rows
def test_a_value_just_off_is_told(row: Row) -> None:
    """Every number that is alive and the method does not have, moved by 1e-9."""
    made = built_from(row.slug, of(row.slug, row, np.random.default_rng(6)))
    assert made is not None
    for name in ("initial_accumulator_value", "eps_root", "nu2", "power", "trust_coefficient"):
        moved = {**made, name: made[name] * (1 - 1e-9) + (1e-9 if made[name] == 0 else 0.0)}
        if name not in row.values and settled(moved)[name] == moved[name] and row.slug not in ("padam", "qhadam"):
            found = named(moved)
            assert found.kind == "family" or found.slug != row.slug, name
            assert found.kind != "exact" or found.slug in ("qhadam", "padam")


@given(strategies.values(HYPERS))
def test_whatever_is_built_has_a_name_and_what_is_named_is_true(hyper: dict[str, Any]) -> None:
    whole = Run("built", hyper).hyper
    found = named(whole)
    assert_bilingual(found.text)
    back = built_from(found.slug, found.hyper)
    assert found.kind != "exact" or (back is not None and differences(back, whole) == ())


def test_what_is_idle_stands_at_its_default() -> None:
    """Whoever fills a slot of a method that was taken apart finds a momentum, a beta2, a decay there."""
    assert built_from("sgd", {"lr": 0.02}) == {**DEFAULTS, "lr": 0.02}
    made = built_from("adamw", {"beta2": 0.0, "weight_decay": 0.0}) or {}
    assert (made["beta2"], made["psi"]) == (0.0, "ema"), "alive"
    assert (made["decay"], made["weight_decay"]) == ("none", DEFAULTS["weight_decay"])
    assert made["clip_at"] == DEFAULTS["clip_at"]


@pytest.mark.parametrize(
    ("slug", "hyper"), [("nadam", {}), ("adagrad", {"lr_decay": 0.1}), ("lion", {"beta1": 0.99, "beta2": 0.1})]
)
def test_what_no_slot_holds_is_not_taken_apart(slug: str, hyper: dict[str, Any]) -> None:
    assert built_from(slug, hyper) is None


# ---- every combination -----------------------------------------------------------------------------------------------


def anything(rng: np.random.Generator) -> dict[str, Any]:
    """Slots at random, at values that teach."""
    drawn = random_hyper("built", rng)
    more = {"eps_root": float(rng.choice([0.0, 1e-3])), "power": float(rng.choice([0.5, rng.uniform(0.1, 0.5)]))}
    return {**drawn, **more, "clip_at": float(10 ** rng.uniform(-1, 1)), "lr": float(10 ** rng.uniform(-4, -2))}


@settings(max_examples=120)
@given(strategies.values(tuple(hyper for hyper in HYPERS if hyper.kind in ("choice", "bool"))))
def test_every_combination_runs_and_stays_finite_or_diverges_honestly(choices: dict[str, Any]) -> None:
    ours = rollout("ravine", "built", (1.0, 1.0), 60, {**choices, "lr": 1e-3, "eps": 1e-3}, SURFACES[0][1])
    rows = ours.theta[: ours.n_valid]
    assert np.isfinite(rows).all() and np.isfinite(ours.loss[: ours.n_valid]).all()
    assert (ours.stopped is not None) == (ours.n_valid < 61)
    moved = ours.theta[:-1] + ours.info.decay + ours.info.step
    np.testing.assert_allclose(ours.theta[1:], moved, rtol=0, atol=1e-15 * max(1.0, np.abs(rows).max()))


def loop(hyper: dict[str, Any], surface: Any, start: Any) -> np.ndarray:
    """The statements of the card, run."""
    card = RULES["built"].card
    assert card is not None
    before, step = card.statements(hyper)
    space = {**hyper, "np": np, "theta": np.array(start)}
    space["gradient"] = lambda theta: np.array(gradient(*surface, *theta))
    exec(before, space)
    found = [space["theta"]]
    for t in range(1, STEPS + 1):
        space["t"] = t
        exec(step, space)
        found.append(space["theta"])
    return np.array(found)


@pytest.mark.parametrize("seed", range(120))
def test_the_statements_draw_the_same_path(seed: int) -> None:
    """At slots drawn at random, where most have no name."""
    rng = np.random.default_rng(seed)
    hyper, surface, start = dict(Run("built", anything(rng)).hyper), SURFACES[seed % 2], rng.uniform(-1.5, 1.5, 2)
    ours, theirs = path("built", hyper, surface, start), loop(hyper, surface, start)
    # The sign of a rounding, or a root of what cancels: only as far as a start 1e-13 away leads to the same place.
    twin = path("built", hyper, surface, start + 1e-13)
    length = min(map(len, (ours, theirs, twin)))
    chaotic = ~(np.abs(twin[:length] - ours[:length]) <= 1e-11).all(1)
    reliable = int(np.argmax(chaotic)) if chaotic.any() else length
    assert reliable > 5
    np.testing.assert_allclose(ours[:reliable], theirs[:reliable], 1e-9, 1e-10, err_msg=str(hyper))


def test_slots_without_a_name_do_what_they_say() -> None:
    """Loops written by hand."""
    surface, start, lr = SURFACES[0], np.array([1.3, -0.7]), 2e-3

    def walk(update: Any) -> np.ndarray:
        theta, kept, found = start, {"b": np.zeros(2), "v": np.zeros(2), "mean": np.zeros(2)}, [start]
        for t in range(1, STEPS + 1):
            theta = theta - lr * update(np.array(gradient(*surface, *theta)), theta, kept, t)
            found.append(theta)
        return np.array(found)

    def clipped_nesterov_infinity(g: Any, theta: Any, k: Any, t: int) -> Any:
        g = g * min(1.0, 2.0 / np.hypot(*g))
        k["b"] = g if t == 1 else 0.8 * k["b"] + 0.75 * g
        k["v"] = np.maximum(0.9 * k["v"], np.abs(g) + 1e-3)
        return (g + 0.8 * k["b"]) / k["v"]

    def surprise_alone(g: Any, theta: Any, k: Any, t: int) -> Any:
        g = g + 0.1 * theta
        k["mean"] = 0.6 * k["mean"] + 0.4 * g
        k["v"] = 0.95 * k["v"] + 0.05 * (g - k["mean"]) ** 2 + 1e-4
        return g / (np.sqrt(k["v"] / (1 - 0.95**t)) + 1e-2)

    def average_of_divided(g: Any, theta: Any, k: Any, t: int) -> Any:
        k["v"] = (k["v"] if t > 1 else 0.3) + g * g
        k["b"] = 0.8 * k["b"] + 0.2 * g / (k["v"] + 1e-2) ** 0.3
        return k["b"] / (1 - 0.8**t)

    def trusted_power(g: Any, theta: Any, k: Any, t: int) -> Any:
        k["b"] = 0.8 * k["b"] + g
        k["v"] = 0.95 * k["v"] + 0.05 * g * g
        k["mean"] = np.maximum(k["mean"], k["v"])
        u = np.sqrt(1 - 0.95**t) * k["b"] / (np.sqrt(k["mean"]) + 1e-2) ** 0.5 + 0.1 * theta
        return 0.5 * np.hypot(*theta) / np.hypot(*u) * u

    def centered_by_value(g: Any, theta: Any, k: Any, t: int) -> Any:
        g = np.minimum(np.maximum(g, -2.0), 2.0)
        k["b"] = 0.8 * k["b"] + 0.2 * g
        k["v"], k["mean"] = 0.95 * k["v"] + 0.05 * g * g, 0.95 * k["mean"] + 0.05 * g
        share = 1 - 0.95**t
        return np.sign(0.4 * g + 0.6 * k["b"]) / (np.sqrt(k["v"] / share - (k["mean"] / share) ** 2 + 0.1) + 1e-2)

    rest = {"lr": lr, "beta2": 0.95, "momentum": 0.8, "weight_decay": 0.1, "eps": 1e-2}
    for update, slots in [
        (
            clipped_nesterov_infinity,
            {"phi": "nesterov", "dampening": 0.25, "psi": "infinity", "beta2": 0.9, "eps": 1e-3, "clip": "norm"}
            | {"clip_at": 2.0},
        ),
        (
            surprise_alone,
            {"psi": "belief", "momentum": 0.6, "eps_root": 1e-4, "correct_v": "moment", "decay": "coupled"},
        ),
        (
            average_of_divided,
            {"phi": "ema", "order": "after", "psi": "sum", "power": 0.3, "eps": 0.0, "eps_root": 1e-2}
            | {"initial_accumulator_value": 0.3, "correct_m": True},
        ),
        (
            trusted_power,
            {"phi": "heavy_ball", "psi": "max", "correct_v": "rate", "power": 0.25, "decay": "decoupled"}
            | {"trust": "lamb", "trust_coefficient": 0.5},
        ),
        (
            centered_by_value,
            {"phi": "qh", "nu": 0.6, "sign": True, "psi": "centered", "correct_v": "moment", "eps_root": 0.1}
            | {"clip": "value", "clip_at": 2.0},
        ),
    ]:
        assert named({**DEFAULTS, **rest, **slots}).kind == "none"
        ours = path("built", {**rest, **slots}, surface, start)
        np.testing.assert_allclose(ours, walk(update), 1e-11, 1e-12, err_msg=update.__name__)


# ---- clipping is shown -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["norm", "value", "none"])
def test_a_clipped_step_is_told_from_what_is_recorded(kind: str) -> None:
    hyper = dict(Run("built", {"clip": kind, "clip_at": 5.0, "lr": 1e-2}).hyper)
    info = rollout("himmelblau", "built", (-1.0, 2.0), 60, hyper).info
    share = clipped(hyper, info.g)
    np.testing.assert_allclose(share * info.g, info.m, rtol=1e-14)
    told = (share < 1.0).any(1)
    assert told.any() == (kind != "none") and not told.all()
    if kind == "norm":
        np.testing.assert_allclose(np.linalg.norm(info.m[told], axis=1), 5.0, rtol=1e-14)
    elif kind == "value":
        assert np.abs(info.m).max() == 5.0


# ---- one program, in lanes too ---------------------------------------------------------------------------------------


def test_no_slot_recompiles(caplog: pytest.LogCaptureFixture) -> None:
    rng = np.random.default_rng(8)
    path("built", {})
    before = set(compiled._programs)
    with jax.log_compiles(), caplog.at_level(logging.DEBUG, logger="jax"):
        jax.jit(lambda x: x + 1)(np.float64(rng.normal()))
        assert "Finished tracing" in caplog.text, "the log does show traces"
        caplog.clear()
        for _ in range(40):
            path("built", anything(rng))
        assert "tracing" not in caplog.text
        assert "ompil" not in caplog.text
    assert set(compiled._programs) == before


def test_no_other_program_carries_it() -> None:
    assert [name for name, entries in GROUPS.items() if any(entry.slug == "built" for entry in entries)] == ["built"]
    assert GROUPS["built"] == (RULES["built"],)


def test_lanes_may_each_be_another_optimizer() -> None:
    rng, width = np.random.default_rng(9), row_width(RULES)
    values = [Run("built", anything(rng)).hyper for _ in range(40)]
    every = np.array([encode(HYPERS, one, width) for one in values]).T
    theta, gradients = rng.normal(size=(2, 40)), rng.normal(size=(12, 2, 40))
    together = history("built", theta, gradients, every)
    for k in range(40):
        alone = history("built", theta[:, k], gradients[:, :, k], every[:, k])
        for ours, theirs in zip(together, alone, strict=True):
            np.testing.assert_allclose(ours[..., k], theirs, rtol=1e-12, atol=1e-14)


# ---- its code --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(16))
def test_its_code_runs_and_draws_its_path(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    assert_scripts_agree(scenario("built", {**anything(rng), "lr": 1e-3, "sign": False}, rotate=30.0))


def test_its_code_is_formatted_and_holds_no_other_slot(tmp_path: Path) -> None:
    rng = np.random.default_rng(10)
    for k in range(60):
        made = scenario("built", anything(rng))
        told = snippets(made, made.runs[0])
        for library, snippet in told.items():
            (tmp_path / f"{library}_{k}.py").write_text(snippet.code)
        for library in ("torch", "optax"):
            assert not [name for name in CHOICES if re.search(rf"\b{name} ?=", told[library].code)]
            assert named(made.runs[0].hyper).text in told[library].code.split("\n")[0]
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", str(tmp_path)]
    told_wrong = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told_wrong.returncode == 0, told_wrong.stdout


def test_the_pytorch_class_trains_several_tensors() -> None:
    """With a state for each, and a rate that a schedule may change."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: the class is not run")
    made = scenario("built", {**ADAM, "lr": 0.1})
    code = snippets(made, made.runs[0])["torch"].code
    space: dict[str, Any] = {"torch": torch}
    exec(code[code.index("class Built") : code.index("theta = torch.tensor")], space)
    weights = [torch.tensor([[1.0, -2.0], [0.5, 3.0]], requires_grad=True), torch.tensor([4.0], requires_grad=True)]
    twins = [weight.detach().clone().requires_grad_() for weight in weights]
    ours = space["Built"](weights, lr=0.1, momentum=0.9, beta2=0.999, eps=1e-8)
    theirs = torch.optim.Adam(twins, lr=0.1)
    for rule, thetas in ((ours, weights), (theirs, twins)):
        falling = torch.optim.lr_scheduler.ExponentialLR(rule, 0.9)
        for _ in range(20):
            rule.zero_grad()
            sum((theta**4).sum() for theta in thetas).backward()
            rule.step()
            falling.step()
    for one, other in zip(weights, twins, strict=True):
        torch.testing.assert_close(one, other)


def test_other_cards_have_the_statements_that_they_were_given() -> None:
    for slug, rule in RULES.items():
        if rule.card and not rule.card.written:
            assert rule.card.statements(Run(slug).hyper) == (rule.card.before, rule.card.step)
