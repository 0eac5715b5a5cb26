"""The optimizers' cards: what they say is measured, and the code they give is run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from surfaces import CALCULUS, anywhere
from test_peers import random_hyper
from wording import assert_bilingual

from landscapes import CATALOGUE as LANDSCAPES
from optimizers import CATALOGUE, RULES
from optimizers._card import Card
from visualizer import rollout
from visualizer.cards import first_step
from visualizer.export.python import LIBRARIES, snippets
from visualizer.race import race
from visualizer.scenario import Run, Scenario
from visualizer.spec import Text, Values, complete

CARDS: dict[str, Card] = {slug: entry.card for slug, entry in CATALOGUE.items() if entry.card}
RULE_CARDS = [slug for slug in CARDS if slug in RULES]
every_card = pytest.mark.parametrize("slug", RULE_CARDS)
STEPS = 60
# Where the dials at random would draw noise, which the scripts do not share.
QUIET: dict[str, dict[str, Any]] = {"sgld": {"temperature": 0.0}}


def test_every_optimizer_has_a_card() -> None:
    assert [slug for slug, entry in CATALOGUE.items() if entry.card is None] == []


@pytest.mark.parametrize("slug", CARDS)
def test_a_card_is_written_in_both_languages(slug: str) -> None:
    card = CARDS[slug]
    texts = [card.mends, card.breaks, card.use, card.avoid, card.cost, card.stability, card.note]
    assert_bilingual(*(text for text in texts if text is not None))
    assert (card.bound is not None) or (card.stability is not None), "say where it is stable, or that nothing is known"


@pytest.mark.parametrize("slug", CARDS)
def test_parents_came_first(slug: str) -> None:
    """They exist, are no younger than the child, and nobody is an ancestor of himself."""
    seen, front = set(), set(CARDS[slug].parents)
    for parent in front:
        assert CATALOGUE[parent].source.year <= CATALOGUE[slug].source.year, parent
    while front:
        assert slug not in front
        seen |= front
        front = {old for one in front if (card := CATALOGUE[one].card) for old in card.parents} - seen


@every_card
def test_memory_is_within_the_state(slug: str) -> None:
    """In vectors as long as theta; what the state holds for one optional dial may be left out."""
    rule = RULES[slug]
    theta = np.array([1.0, 2.0])
    state = rule.init(theta, Values({hyper.name: _number(hyper) for hyper in rule.hypers}))
    vectors = sum(np.size(leaf) // 2 for leaf in _leaves(state))
    memory = CARDS[slug].memory
    if isinstance(memory, Text):
        assert_bilingual(memory)
    else:
        assert 0 <= memory <= vectors


def _number(hyper: Any) -> Any:
    row = np.array(hyper.encode(hyper.parse(hyper.default)))
    return hyper.decode(row, 0)


def _leaves(state: Any) -> Iterator[Any]:
    if isinstance(state, tuple):
        for part in state:
            yield from _leaves(part)
    else:
        yield state


# The surfaces in code.


@pytest.mark.parametrize("slug", LANDSCAPES)
def test_the_code_of_a_surface_is_the_surface(slug: str) -> None:
    entry, rng = LANDSCAPES[slug], np.random.default_rng(7)
    assert entry.code.strip().split("\n")[-1].startswith("loss = "), "the scripts return it"
    for _ in range(20):
        params = {hyper.name: anywhere(hyper, rng) for hyper in entry.params}
        code = entry.shape(complete(entry.params, params, slug)).code
        points = rng.uniform(*np.array(entry.domain).reshape(2, 2).T, (20, 2))
        for (x, y), expected in zip(points, np.asarray(CALCULUS[slug].f(points.T, params)), strict=True):
            space = {"x": x, "y": y, "np": np, "math": __import__("math"), **params}
            exec(code.replace("{np}", "np"), space)
            assert space["loss"] == pytest.approx(expected, rel=1e-11, abs=1e-11)


# The scripts.


def scenario(slug: str, hyper: dict[str, Any], **changed: Any) -> Scenario:
    run = Run(slug, hyper, changed.pop("schedule", ("constant", {})))
    params = {"kappa": 30.0, "theta_deg": 20.0, "lambda_min": 1.0}
    return Scenario(**{"landscape": "ravine", "params": params, "steps": STEPS, "runs": (run,), **changed})


@pytest.fixture(autouse=True)
def torch_default_dtype() -> Iterator[None]:
    """The scripts for PyTorch set it."""
    torch = sys.modules.get("torch")
    yield
    torch = torch or sys.modules.get("torch")
    if torch:
        torch.set_default_dtype(torch.float32)


def dials(slug: str, rng: np.random.Generator) -> dict[str, Any]:
    """Every hyperparameter somewhere in its slider; whole numbers and lists, which the peers do not have, too."""
    drawn = random_hyper(slug, rng) | QUIET.get(slug, {})
    for hyper in RULES[slug].hypers:
        if hyper.kind == "int":
            drawn[hyper.name] = int(rng.integers(int(hyper.low), min(int(hyper.high), int(hyper.low) + 8) + 1))
        elif hyper.kind == "list":
            drawn[hyper.name] = tuple(float(1 - 10 ** rng.uniform(-2, -0.2)) for _ in range(hyper.length - 1))
    return drawn


def reliable(made: Scenario) -> tuple[np.ndarray, int]:
    """The path, and how many of its points stay where they are, within a tenth of what is allowed, when the start moves
    by 1e-14: a jump at g = 0 is chaotic, and no script could follow it further.
    """
    x, y = made.start or (0.0, 0.0)
    path, twin = race(made)[0].theta, race(replace(made, start=(x + 1e-14, y - 1e-14)))[0].theta
    chaotic = ~np.isclose(twin, path, 1e-10, 1e-11).all(1)
    rows = int(np.argmax(chaotic)) if chaotic.any() else len(path)
    assert rows > min(20, made.steps or 0)
    return path[:rows], rows


def assert_scripts_agree(made: Scenario) -> None:
    """Each script is run as it stands; one that differs only in its comments, once."""
    (ours, rows), done = reliable(made), set()
    for library, snippet in snippets(made, made.runs[0]).items():
        code = "\n".join(line for line in snippet.code.split("\n") if not line.startswith("#"))
        if snippet.kind == "scipy":
            continue  # see test_scipy_ends_where_we_end
        if library in LIBRARIES and f"import {library}\n" in snippet.code:
            pytest.importorskip(library, reason=f"{LIBRARIES[library]} is not installed: its scripts are not run")
        if code not in done:
            done.add(code)
            space: dict[str, Any] = {}
            exec(compile(code, f"{library}.py", "exec"), space)
            assert len(space["path"]) == (made.steps or 0) + 1
            theirs = np.array(space["path"])[:rows]
            np.testing.assert_allclose(ours, theirs, 1e-9, 1e-10, err_msg=f"{library}\n{snippet.code}")


@every_card
def test_scripts_draw_the_same_path_by_default(slug: str) -> None:
    assert_scripts_agree(scenario(slug, QUIET.get(slug, {})))


@every_card
@pytest.mark.parametrize("draw", range(2))
def test_scripts_draw_the_same_path_at_any_dials(slug: str, draw: int) -> None:
    rng = np.random.default_rng([draw, *map(ord, slug)])
    assert_scripts_agree(scenario(slug, dials(slug, rng), rotate=30.0))


@every_card
def test_scripts_follow_a_short_schedule(slug: str) -> None:
    """Or say that it is left out."""
    made = scenario(slug, QUIET.get(slug, {}), steps=12, schedule=("cosine", {}))
    told = snippets(made, made.runs[0])
    if all("rates" in told[library].code for library in told if library in LIBRARIES):
        assert_scripts_agree(made)
    else:
        assert any("Left out: the schedule (Cosine)" in snippet.code for snippet in told.values())


@every_card
def test_both_libraries_have_a_script_at_any_dials(slug: str) -> None:
    """A library's form may lack a dial: then the card must have the plain loop."""
    moved = dials(slug, np.random.default_rng(3))
    for hyper in ({}, moved):
        made = scenario(slug, hyper)
        assert set(snippets(made, made.runs[0])) == {"descent_lab", *LIBRARIES}


def test_scripts_are_formatted(tmp_path: Path) -> None:
    """As the usual formatter leaves them, so that they can be pasted anywhere."""
    for slug in RULE_CARDS:
        for name, schedule in (("plain", ("constant", {})), ("scheduled", ("cosine", {}))):
            made = scenario(slug, {}, steps=9, schedule=schedule)
            for library, snippet in snippets(made, made.runs[0]).items():
                (tmp_path / f"{slug}_{library}_{name}.py").write_text(snippet.code)
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_scripts_say_what_they_leave_out() -> None:
    made = scenario("adam", {}, schedule=("cosine", {}), steps=500, noise=("gaussian", {}))
    told = snippets(made, made.runs[0])
    for library in LIBRARIES:
        assert told[library].code.startswith("# Left out: the schedule (Cosine).\n# Left out: the noise")
    assert "余弦" in snippets(made, made.runs[0], "zh")["torch"].code
    assert 'schedule=("cosine"' in told["descent_lab"].code
    assert 'noise=("gaussian"' in told["descent_lab"].code


@pytest.mark.parametrize("inner", ["sgd", "adam", "rmsprop"])
@pytest.mark.parametrize(
    "around",
    [{"lookahead": {"k": 3, "alpha": 0.4}}, {"sam": {"rho": 0.1}}, {"lookahead": {"k": 4}, "sam": {"rho": 0.03}}],
    ids=["lookahead", "sam", "both"],
)
def test_scripts_of_a_wrapped_optimizer(inner: str, around: dict[str, Any], tmp_path: Path) -> None:
    """RMSProp and Lookahead each have an alpha of their own."""
    run = Run(inner, {"lr": 0.02}, wrappers=around)
    made = replace(scenario(inner, {}), runs=(run,))
    assert_scripts_agree(made)
    told = snippets(made, run)
    assert told["torch"].code.startswith("# " + " and ".join(CATALOGUE[slug].title for slug in around))
    (tmp_path / "wrapped.py").write_text(told["torch"].code)
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", str(tmp_path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0, told["torch"].code


@pytest.mark.parametrize("slug", [slug for slug in RULE_CARDS if CARDS[slug].scipy])
@pytest.mark.parametrize("hyper", [{}, {"gtol": 1e-8}], ids=["default", "tight"])
def test_scipy_ends_where_we_end(slug: str, hyper: dict[str, Any]) -> None:
    made = scenario(slug, hyper, rotate=30.0)
    told = snippets(made, made.runs[0])
    assert {told[library].kind for library in LIBRARIES} == {"scipy"}
    space: dict[str, Any] = {}
    exec(told["torch"].code, space)
    given = made.runs[0].hyper  # the flattest curvature is 1, so that a slope is a distance, and a loss half its square
    near = 2 * given["gtol"] + np.sqrt(2 * given.get("ftol", 0.0))
    np.testing.assert_allclose(space["path"][-1], [0.0, 0.0], atol=near)
    np.testing.assert_allclose(race(made)[0].theta[-1], [0.0, 0.0], atol=near)


def test_the_labs_own_script_nests_wrappers() -> None:
    around = {"lookahead": {"k": 3, "alpha": 0.5}, "sam": {"rho": 0.1}}
    made = scenario("adam", {"lr": 0.1})
    told = snippets(made, replace(made.runs[0], wrappers=around))
    space: dict[str, Any] = {}
    exec(told["descent_lab"].code, space)
    inner = {"base": "lookahead", "base_hyperparameters": {**around["lookahead"], "inner": "adam"}}
    inner["base_hyperparameters"]["inner_hyperparameters"] = {"lr": 0.1}  # type: ignore[index]
    expected = rollout("ravine", "sam", made.start, STEPS, {**around["sam"], **inner}, made.params)
    np.testing.assert_array_equal(space["path"], expected.xy)


# The bounds.


def settings(slug: str) -> list[dict[str, Any]]:
    rng = np.random.default_rng([1, *map(ord, slug)])
    return [{}, *(dials(slug, rng) for _ in range(6))]


@pytest.mark.parametrize("slug", [slug for slug in RULE_CARDS if CARDS[slug].bound])
def test_a_bound_is_where_it_is_said_to_be(slug: str) -> None:
    """On L |theta|^2 / 2 with lr L three per cent below the limit and above it."""
    bound = CARDS[slug].bound
    assert bound is not None
    assert bound.formula.strip()
    for given in settings(slug):
        hyper = dict(Run(slug, given).hyper)
        for share in (0.97, 1.03):
            params = {"kappa": 1.0, "theta_deg": 0.0, "lambda_min": share * bound.limit(hyper) / hyper["lr"]}
            ours = rollout("ravine", slug, (1.0, -0.5), 60_000, hyper, params)
            reached = np.inf if ours.stopped else float(np.abs(ours.theta[-1]).max())
            assert reached < 1e-6 if share < 1 else reached > 1e6, (hyper, share, reached)


# The first step.


@pytest.mark.parametrize(
    ("slug", "values", "kind", "factor"),
    [
        ("sgd", {"lr": 0.3}, "gradient", 1.0),
        ("sgd", {"weight_decay": 0.5}, "gradient", 1.0),
        ("momentum", {"dampening": 0.5}, "gradient", 1.0),
        ("nesterov", {"momentum": 0.5}, "gradient", 1.5),
        ("qhm", {"momentum": 0.9, "nu": 0.7}, "gradient", 0.3 + 0.7 * 0.1),
        ("rmsprop", {"alpha": 0.99, "lr": 1.0}, "rate", 10.0),
        ("adagrad", {}, "rate", 1.0),
        ("adagrad", {"initial_accumulator_value": 1.0}, "neither", np.nan),
        ("adadelta", {}, "neither", np.nan),
        ("adam", {}, "rate", 1.0),
        ("adam", {"eps": 1.0}, "neither", np.nan),
        ("adam_nobias", {}, "rate", 0.1 / np.sqrt(0.001)),
        ("adam", {"lr": 0.0}, "neither", np.nan),
        ("radam", {}, "gradient", 1.0),
        ("rprop", {}, "rate", 1.0),
        ("signsgd", {}, "rate", 1.0),
        ("lars", {}, "neither", np.nan),
        ("sgld", {}, "neither", np.nan),
        ("sgld", {"temperature": 0.0}, "gradient", 1.0),
    ],
)
def test_first_step(slug: str, values: dict[str, Any], kind: str, factor: float) -> None:
    found = first_step(slug, values)
    assert found.kind == kind
    assert found.factor == pytest.approx(factor, rel=2e-3, nan_ok=True)
    assert_bilingual(found.text)
    if kind != "neither" and factor != 1.0:
        assert f"{factor:.3g} lr" in found.text


def test_every_rule_has_a_first_step() -> None:
    assert {first_step(slug).kind for slug in RULES} == {"rate", "gradient", "neither"}
