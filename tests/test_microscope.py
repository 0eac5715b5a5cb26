"""The microscope: its lines recompute the recorded step, what is shown is what was computed, and all of it is drawn."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import numpy as np
import pytest

from landscapes import CATALOGUE as LANDSCAPES
from optimizers import RULES
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer import formula
from visualizer.microscope import Replay, replay
from visualizer.race import race
from visualizer.scenario import Run, Scenario, can_be_wrapped
from visualizer.simulate.rollout import Trajectory
from visualizer.spec import Hyper

every_rule = pytest.mark.parametrize("slug", RULES)
# A valley, a kink, a saddle, many minima, a matrix, a feasible set, data.
SURFACES = ("rosenbrock", "ravine", "abs_sum", "saddle_floor", "rastrigin", "circulant", "rare_gradient", "logistic")
CHANGING = [slug for slug in SCHEDULES if slug != "constant"]
CASES = 9
AROUND: list[dict[str, dict[str, Any]]] = [
    {"lookahead": {"k": 3, "alpha": 0.4}},
    {"lookahead": {"k": 2, "alpha": 0.8, "reset_state": True}},
    {"sam": {"rho": 0.1}},
    {"lookahead": {"k": 4}, "sam": {"rho": 0.03}},
]


def anywhere(hyper: Hyper, rng: np.random.Generator) -> Any:
    """A value within the slider, its exact zero and None now and then; a coin for a flag."""
    if hyper.nullable and rng.random() < 0.3:
        return None
    if hyper.kind == "bool":
        return bool(rng.integers(2))
    if hyper.kind == "choice":
        return str(rng.choice(hyper.choices))
    if hyper.kind == "int":
        return int(rng.integers(int(hyper.low), int(hyper.high) + 1))
    if hyper.kind == "list":
        return tuple(float(1 - 10 ** rng.uniform(-3, 0)) for _ in range(int(rng.integers(1, hyper.length + 1))))
    if hyper.scale == "log0" and rng.random() < 0.3:
        return 0.0
    if hyper.scale in ("log", "log0"):
        return float(10 ** rng.uniform(np.log10(hyper.low), np.log10(hyper.high)))
    if hyper.scale == "log1m":
        share = rng.uniform(np.log10(1 - hyper.high), np.log10(1 - hyper.low))
        return float(np.clip(1 - 10**share, hyper.low, hyper.high))
    return float(rng.uniform(hyper.low, hyper.high))


def drawn(slug: str, case: int) -> Scenario:
    """A scenario of one run: the first cases in turn by default, with a schedule, with noise; then wrapped."""
    rng = np.random.default_rng([case, *map(ord, slug)])
    landscape = SURFACES[case % len(SURFACES)]
    surface = LANDSCAPES[landscape]
    hyper = {one.name: anywhere(one, rng) for one in RULES[slug].hypers} if case else {}
    schedule = {1: "one_cycle", 2: "cosine", 3: "warmup_linear"}.get(case) or str(rng.choice(["constant", *CHANGING]))
    noise = "gaussian" if case == 4 else "minibatch" if surface.sample and case == 7 else surface.noise[0]
    around = AROUND[case % 4] if case > 4 and can_be_wrapped(slug) else {}
    placed: dict[str, Any] = {} if surface.timed else {"rotate": float(rng.choice([0.0, 30.0]))}
    if case == 8:
        placed["smooth"] = 0.1
    run = Run(slug, hyper, (schedule if case else "constant", {}), wrappers=around)
    return Scenario(landscape, steps=60, runs=(run,), noise=(noise, {}), seed=case, **placed)


@cache
def told_case(slug: str, case: int) -> tuple[Replay, Trajectory]:
    return told(drawn(slug, case))


def told(scenario: Scenario) -> tuple[Replay, Trajectory]:
    trajectory = race(scenario)[0]
    (made,) = replay(scenario, 0, trajectory)
    return made, trajectory


def assert_recomputes(made: Replay, trajectory: Trajectory) -> None:
    """Each step's last point, from the recorded point before it, is the recorded one to 1e-12: of the larger of the two
    points, for a step that comes back from far away cannot be known better than its own rounding.
    """
    assert made.steps == max(0, trajectory.n_valid - 1)
    before, after = trajectory.theta[: made.steps], trajectory.theta[1 : made.steps + 1]
    scale = np.maximum(1.0, np.maximum(np.abs(before), np.abs(after)).max(axis=1, initial=0.0))
    apart = np.abs(made.ends - after).max(axis=1, initial=0.0) / scale
    assert not np.isnan(apart).any()
    assert (apart <= 1e-12).all(), (int(np.argmax(apart)) + 1, apart.max())


@every_rule
@pytest.mark.parametrize("case", range(CASES))
def test_the_lines_recompute_the_recorded_step(slug: str, case: int) -> None:
    """A sign, a beta's power that forgets the schedule, or a state that is not carried: each turns this red."""
    made, trajectory = told_case(slug, case)
    assert_recomputes(made, trajectory)
    assert_shown_is_computed(made)


# ---- what is shown is what was computed ------------------------------------------------------------------------------


def spectral(matrix: Any) -> Any:
    values, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(np.abs(values)) @ vectors.T


CALLS: dict[str, Any] = {
    "sign": np.sign,
    "max": np.maximum,
    "min": np.minimum,
    "clip": np.clip,
    "mean": np.mean,
    "mean_of_rows": lambda a: np.mean(a, axis=0),
    "diag": np.diag,
    "eigenvalues": np.linalg.eigvalsh,
    "eigenvectors": lambda a: np.linalg.eigh(a)[1],
    "row": lambda a: np.reshape(a, (1, 2)),
    "singular": lambda a: not np.linalg.cond(a) < 2.0**50,
    "matrix": lambda a: np.array([[a[0], a[1]], [a[1], a[0]]]),
}
OPERATORS: dict[str, Any] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "o": np.multiply,
    ".": lambda a, b: a[0] * b[0] + a[1] * b[1],  # not as BLAS may: it rounds once where two terms nearly cancel
    "@": np.matmul,
    "mod": np.mod,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
    "!=": np.not_equal,
}


def evaluated(tree: dict[str, Any], row: np.ndarray) -> Any:
    """A layout tree with the numbers of a step, as the page's reader would reckon it."""
    kind = tree["k"]
    if kind in ("num", "vec", "mat"):
        size = {"num": 1, "vec": 2, "mat": tree.get("rows", 0) * tree.get("cols", 0)}[kind]
        found = row[tree["at"] : tree["at"] + size]
        return found[0] if kind == "num" else found if kind == "vec" else found.reshape(tree["rows"], tree["cols"])
    if kind == "lit":
        return np.array(tree["v"], np.float64)[()]
    if kind == "cases":
        rows = [[evaluated(part, row) for part in parts] for parts in tree["rows"]]
        return np.select([parts[1] for parts in rows[:-1]], [parts[0] for parts in rows[:-1]], rows[-1][0])
    if kind in ("and", "or"):
        parts = (bool(evaluated(part, row)) for part in tree["of"])
        return all(parts) if kind == "and" else any(parts)
    of = [evaluated(part, row) for part in tree["of"]]
    if kind in ("op", "rel"):
        return OPERATORS[tree["op"]](*of)
    rules: dict[str, Any] = {
        "frac": np.divide,
        "pow": np.power,
        "sqrt": np.sqrt,
        "neg": np.negative,
        "paren": lambda a: a,
        "abs": lambda a: spectral(a) if np.ndim(a) == 2 else np.abs(a),
        "norm": lambda a: np.linalg.norm(a, {1: 1, 2: None, "inf": np.inf}[tree["p"]]),
        "call": lambda *parts: CALLS[tree["name"]](*parts),
        "transpose": np.transpose,
        "outer": np.outer,
        "solve": np.linalg.solve,
        "not": np.logical_not,
        "none": lambda a: np.isnan(a).all(),
    }
    return rules[kind](*of)


def leaves(tree: dict[str, Any]) -> list[dict[str, Any]]:
    rows = tree["rows"] if tree["k"] == "cases" else []
    parts = tree.get("of") or [part for row in rows for part in row]
    return [leaf for part in parts for leaf in leaves(part)] if parts else [tree]


def largest(tree: dict[str, Any], row: np.ndarray) -> float:
    """The largest term of the sums at the top of a tree: what its rounding is measured by."""
    found = float(np.max(np.abs(evaluated(tree, row))))
    if tree["k"] in ("op", "paren", "neg") and tree.get("op", "+") in "+-":
        found = max([found, *(largest(part, row) for part in tree["of"])])
    return found


def assert_shown_is_computed(made: Replay, steps: int = 5) -> None:
    layout, table = made.layout, made.table()
    assert table.shape == (layout["steps"], layout["slots"])
    json.dumps(layout, allow_nan=False)
    chosen = np.unique(np.linspace(0, len(table) - 1, min(steps, len(table))).astype(int))
    with np.errstate(all="ignore"):
        for row in table[chosen]:
            for line in (layout["lines"][at] for at in layout["patterns"][int(row[0])]):
                value = np.asarray(evaluated(line["tree"], row), np.float64)
                slot = line["target"] if line["kind"] == "assign" else {"k": "num", "at": line["truth"]}
                shown = np.asarray(evaluated(slot, row), np.float64)
                assert np.shape(value) == np.shape(shown), line["tex"]
                slack = 1e-12 * largest(line["tree"], row)
                np.testing.assert_allclose(value, shown, 1e-12, slack, err_msg=line["tex"])


def test_a_number_that_is_negative_after_an_operator_is_put_into_parentheses() -> None:
    """A vector has brackets of its own."""
    made, _ = told(Scenario("ravine", steps=3, runs=(Run("swats"),)))
    lines = {line["name"]: line for line in made.layout["lines"]}
    first, second = lines["average"]["tree"]["of"]  # beta2 average + (1 - beta2) rate
    assert [part.get("wrap") for part in first["of"]] == [None, 1]
    assert (second["of"][0]["k"], second["of"][1].get("wrap")) == ("paren", 1)
    assert lines["rate"]["tree"]["of"][1]["of"][0]["k"] == "paren", "-(p . g)"
    second = lines["g"]["tree"]["of"][1]
    assert second["of"][0]["wrap"] == 1, "the first number after a sign"


# ---- symbols ---------------------------------------------------------------------------------------------------------

NO_NAMES = re.compile(r"\\(?:text|operatorname|mathcal|begin|end)\{[^}]*\}|\\[A-Za-z]+")


@every_rule
def test_every_line_is_written_in_symbols_and_drawn(slug: str) -> None:
    """In none of them does a name of the code remain. A name without a symbol raises."""
    seen = set()
    for case in range(CASES):
        made, _ = told_case(slug, case)
        seen |= {line["tex"] for line in made.layout["lines"]}
        seen |= {leaf["tex"] for line in made.layout["lines"] for leaf in leaves(line["tree"])}
    for tex in sorted(seen):
        assert not re.search(r"[A-Za-z]{2}", NO_NAMES.sub(" ", tex)), tex
        assert not re.search(r"\\text\{(?!tol\})", tex), f"a word of one language: {tex}"
        assert formula.draw(tex).lines, tex


def lines_of(slug: str, hyper: dict[str, Any] | None = None, **changed: Any) -> list[str]:
    run = Run(slug, hyper or {}, changed.pop("schedule", ("constant", {})), wrappers=changed.pop("wrappers", {}))
    made, _ = told(Scenario(**{"landscape": "ravine", "steps": 12, "runs": (run,), **changed}))
    return [line["tex"].replace(r" \, ", " ") for line in made.layout["lines"]]


def test_adam_is_told_as_the_paper_tells_it() -> None:
    assert lines_of("adam") == [
        r"g_t = \nabla f\left(\theta_{t-1}\right)",
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t",
        r"V_t = \beta_2 V_{t-1} + (1 - \beta_2) g_t^{2}",
        r"\hat m_t = \frac{m_t}{1 - \beta_1^{t}}",
        r"\hat V_t = \frac{V_t}{1 - \beta_2^{t}}",
        r"\theta_t = \theta_{t-1} - \eta \frac{\hat m_t}{\sqrt{\hat V_t} + \epsilon}",
    ]


@pytest.mark.parametrize("landscape", ["rare_gradient", "abs_sum", "saddle_floor"])
def test_where_a_curvature_vanishes_newtons_methods_take_the_gradient(landscape: str) -> None:
    """Divided by it, the line would say NaN, where the engine goes on."""
    for slug in ("newton", "damped_newton", "saddle_free_newton"):
        damping = {"damping": 0.0} if slug != "newton" else {}
        made, trajectory = told(Scenario(landscape, steps=20, runs=(Run(slug, damping),)))
        assert_recomputes(made, trajectory)
        assert_shown_is_computed(made)


def test_only_lines_that_a_flag_leaves_are_told() -> None:
    assert not any(r"\bar V" in line for line in lines_of("adamw"))
    assert any(r"\bar V_t = \max(\bar V_{t-1}, V_t)" in line for line in lines_of("adamw", {"amsgrad": True}))


def test_a_branch_that_was_not_taken_is_not_listed() -> None:
    made, _ = told(Scenario("ravine", steps=12, runs=(Run("momentum"),)))
    pattern = made.table()[:, 0].astype(int)
    told_of = [[made.layout["lines"][at]["tex"] for at in one] for one in made.layout["patterns"]]
    assert pattern.tolist() == [pattern[0]] + [pattern[1]] * 11
    assert pattern[0] != pattern[1]
    assert "b_t = g_t" in told_of[pattern[0]]
    assert "b_t = g_t" not in told_of[pattern[1]]


def test_the_feasible_set_and_matrices_have_lines_of_their_own() -> None:
    assert r"\theta_t \leftarrow \operatorname{clip}(\theta_t, \theta_{\min}, \theta_{\max})" in lines_of(
        "adagrad", landscape="rare_gradient"
    )
    assert r"U_t = \operatorname{mat}(u_t)" in lines_of("muon", landscape="circulant")
    assert r"U_t = \operatorname{row}(u_t)" in lines_of("muon")


def test_where_there_is_no_inverse_the_gradient_is_told() -> None:
    assert lines_of("newton", landscape="abs_sum") == [
        r"\det(\nabla^2 f\left(\theta_{t-1}\right)) \approx 0",
        r"\theta_t = \theta_{t-1} - \eta \nabla f\left(\theta_{t-1}\right)",
    ]
    assert lines_of("newton") == [
        r"\theta_t = \theta_{t-1} - \eta [\nabla^2 f\left(\theta_{t-1}\right)]^{-1} \nabla f\left(\theta_{t-1}\right)"
    ]


def claims(slug: str, noise: str = "none", **changed: Any) -> dict[str, list[bool | None]]:
    """Armijo's condition and that on the slope, step by step; None where it is not claimed."""
    run = Run(slug, changed.pop("hyper", {}))
    made, trajectory = told(Scenario(**{"landscape": "rosenbrock", "runs": (run,), "noise": (noise, {}), **changed}))
    assert_recomputes(made, trajectory)
    truths = {line["says"]: made.table()[:, line["truth"]] for line in made.layout["lines"] if "says" in line}
    return {name: [None if np.isnan(one) else bool(one) for one in column] for name, column in truths.items()}


@pytest.mark.parametrize(("slug", "flat"), [("bfgs", 0.9), ("lbfgs", 0.9), ("nonlinear_cg", 0.01)])
def test_a_found_length_meets_wolfes_conditions(slug: str, flat: float) -> None:
    """Against the recorded losses and gradients; a claim at the wrong end, or with the other c2, turns this red."""
    scenario = Scenario("rosenbrock", steps=60, runs=(Run(slug),))
    (trajectory,) = race(scenario)
    found, info = claims(slug, steps=60), trajectory.info
    moved = np.flatnonzero(info.lr[: trajectory.n_valid - 2] > 0)
    assert len(moved) > 10
    for k in moved:
        slope, after = info.m[k] @ info.g[k], info.m[k] @ info.g[k + 1]
        fell = trajectory.loss[k + 1] <= trajectory.loss[k] - 1e-4 * info.lr[k] * slope
        assert (found["armijo"][k], found["curvature"][k]) == (fell, abs(after) <= flat * slope) == (True, True)
    assert found["armijo"][-1] is None, "it stays where it is"


def test_a_condition_that_does_not_hold_is_said_not_to() -> None:
    """On a tilted kink no length is flat; and a search that may not step back ends too high."""
    found = claims("nonlinear_cg", landscape="abs_sum", steps=20)
    assert False in found["curvature"]
    assert False not in found["armijo"]
    assert False in claims("gd_armijo", hyper={"max_backtracks": 2}, steps=20)["armijo"]


def test_with_noise_nothing_is_claimed_of_a_slope_that_was_not_recorded() -> None:
    assert list(claims("bfgs", "gaussian", steps=20)) == ["armijo"]


def test_a_gradient_that_vanishes_leaves_no_number_without_a_value() -> None:
    """Conjugate gradients divide by the one before: at a minimum that is 0 to the last bit."""
    made, trajectory = told(Scenario("himmelblau", start=(3.0, 2.0), steps=5, runs=(Run("nonlinear_cg"),)))
    assert not trajectory.info.g.any()
    assert_recomputes(made, trajectory)


def test_the_last_case_is_a_relation() -> None:
    (line,) = (line for line in lines_of("rprop") if r"\eta^+" in line)
    assert line.endswith(r"a_t < 0 \\ 1 & a_t = 0 \end{cases}")


def test_what_nobody_recorded_is_said_to_be_unknown() -> None:
    """With noise SAM's first gradient is unknown: no number stands for it, and the step is recomputed all the same."""
    run = Run("adam", wrappers={"sam": {"rho": 0.1}})
    for noise, unknown in (("none", []), ("gaussian", ["here"])):
        made, trajectory = told(Scenario("ravine", steps=12, runs=(run,), noise=(noise, {})))
        assert_recomputes(made, trajectory)
        assert made.layout["unknown"] == unknown
        climb = next(line["target"]["at"] for line in made.layout["lines"] if line["name"] == "climb")
        assert np.isnan(made.table()[:, climb]).all() == bool(unknown)


def test_a_window_of_the_table_is_a_part_of_it() -> None:
    made, _ = told(Scenario("ravine", steps=30, runs=(Run("rprop"),)))
    np.testing.assert_array_equal(made.table(11, 5), made.table()[10:15])
    assert made.table(29, 50).shape == (2, made.layout["slots"])


def test_a_run_without_a_step_has_nothing_to_tell() -> None:
    """SAM's first step takes two gradients, of which one was allowed."""
    run = Run("adam", wrappers={"sam": {}})
    made, _ = told(Scenario("ravine", steps=1, runs=(run,), budget="evaluations"))
    assert made.layout["steps"] == 0
    assert made.layout["lines"] == made.layout["patterns"] == []
    assert made.table().shape == (0, made.layout["slots"])


@pytest.mark.parametrize(
    "text", ["import os", "theta = open('x')", "theta = __import__('os')", "while True:\n    theta = theta"]
)
def test_only_what_cards_say_is_understood(text: str) -> None:
    from visualizer.microscope.program import Program
    from visualizer.microscope.statements import read

    decide = Program((), {}, (), {}).decide
    with pytest.raises(ValueError, match="in a card's statements"):
        Program(read(text, decide), {}, ("theta",), {})
