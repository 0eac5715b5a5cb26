"""Typed formulas: what they mean, how they are written again, what is refused and where."""

from __future__ import annotations

import math
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import strategies  # noqa: F401  (Hypothesis' settings)
from hostile import ATTACKS, DEEP, LEGAL, LONG, NO_TEXT, UNSEEN
from hypothesis import given, settings
from hypothesis import strategies as st
from typed import formulas, oracle, sensitivity
from wording import CHINESE

from landscapes._expression import LENGTH, Expression, FormulaError, parse
from landscapes._latex import COST, cost
from visualizer.backend import jax
from visualizer.formula import draw

SLOWEST, MOST_MEMORY = 0.050, 2_000_000  # seconds, bytes
POINTS = np.random.default_rng(5).uniform(-2.5, 2.5, (2, 32))
NAMES = {"x": POINTS[0], "y": POINTS[1], "a": np.float64(1.5), "b": np.float64(-0.7), "c": np.float64(2.0)}


def attempt(text: object) -> Expression | FormulaError:
    try:
        return parse(text)
    except FormulaError as wrong:
        return wrong


def executed(code: str, module: str = "np", **names: Any) -> Any:
    """What a reader gets who runs the code."""
    scope = {"math": math, "np": np, "jnp": jax.numpy, **names}
    with np.errstate(all="ignore"):
        return eval(code.replace("{np}", module), scope)


# What each text means, as its canonical form says it.
MEANINGS = {
    "-x^2": "-x^2",
    "(-x)^2": "(-x)^2",
    "2^-3": "2^-3",
    "2^3^2": "2^3^2",
    "(2^3)^2": "(2^3)^2",
    "x**y**-1": "x^y^-1",
    "-2^-x^2": "-2^(-x^2)",
    "x-y-a": "x - y - a",
    "x-(y-a)": "x - (y - a)",
    "x/y/a*b": "x/y/a*b",
    "x/(y*a)": "x/(y*a)",
    "x*(y/a)": "x*(y/a)",
    "+x - +y": "x - y",
    "x--y": "x - (-y)",
    "x*-y": "x*(-y)",
    "x/-y^2": "x/(-y^2)",
    "2x": "2*x",
    "-2x^2": "-2*x^2",
    "2 sin(x)": "2*sin(x)",
    "3(x+1)(y-1)": "3*(x + 1)*(y - 1)",
    "(x+1)(y-1)^2": "(x + 1)*(y - 1)^2",
    "(x+1)y": "(x + 1)*y",
    "x/2*3y": "x/2*(3*y)",
    "2e": "2*e",
    "2e-x": "2*e - x",
    "2e-3x": "0.002*x",
    "2√(x+1)": "2*sqrt(x + 1)",
    "√x^2": "sqrt(x)^2",
    "|x|-|y-|x||": "abs(x) - abs(y - abs(x))",
    "||x|-1|^2": "abs(abs(x) - 1)^2",
    "x²+y³": "x^2 + y^3",
    "x⁻¹·y × 2 ÷ π": "x^-1*y*2/pi",
    "x − y – 1": "x - y - 1",
    "（ｘ＋１）＊ｙ": "(x + 1)*y",
    "ｍｉｎ（x，y）": "min(x, y)",
    "ln(x) + arctan(y)": "log(x) + atan(y)",
    "max(x, y, 1)": "max(x, y, 1)",
    "max(x, max(y, 1))": "max(x, max(y, 1))",
    "((((x))))": "x",
    " \t2.50\u00a0x\u3000": "2.5*x",
    ".5 + 5. + 1e-3 + 1E5 + 1e22 + 1e-7": "0.5 + 5 + 0.001 + 100000 + 1e22 + 1e-7",
    "e^-x": "e^-x",
    "e^(-(x^2))": "e^(-x^2)",
    "2^(x+1)": "2^(x + 1)",
    "(" * 150 + "x" + ")" * 150: "x",
}


@pytest.mark.parametrize("text", MEANINGS)
def test_what_a_text_means(text: str) -> None:
    assert parse(text).text == MEANINGS[text]
    assert parse(MEANINGS[text]).text == MEANINGS[text]


def test_names_are_the_parameters_that_occur() -> None:
    assert parse("c*x + a*y - a").names == ("a", "c")
    assert parse("x + pi").names == ()


LATEX = {
    "(1-x)^2+100*(y-x^2)^2": "(1 - x)^{2} + 100 (y - x^{2})^{2}",
    "x/(y+1)": r"\frac{x}{y + 1}",
    "(x/2)^2": r"\left(\frac{x}{2}\right)^{2}",
    "sqrt(x/2)": r"\sqrt{\frac{x}{2}}",
    "x^(1/2)": "x^{1 / 2}",
    "sin(x)*cos(y)": r"\sin x \, \cos y",
    "sin(x)*y": r"\sin x \cdot y",
    "sin(x)*(y+1)": r"\sin x \cdot (y + 1)",
    "sin(x)^2*y": r"\sin^{2} x \cdot y",
    "sin(x+y)^2": r"\sin^{2}(x + y)",
    "sin(x)^-1": r"(\sin x)^{-1}",
    "log(x)^2": r"(\ln x)^{2}",
    "-cos(x)*cos(y)*exp(-(x-pi)^2)": r"-\cos x \, \cos y \cdot e^{-(x - \pi)^{2}}",
    "exp(exp(x))": r"\exp(e^{x})",
    "exp(-x/2)": "e^{-x / 2}",
    "|x|*min(x,y,2)": r"|x| \, \min(x, y, 2)",
    "2*3*x*4": r"2 \cdot 3 x \cdot 4",
    "1e-7x": "10^{-7} x",
    "2.5e30": r"2.5 \cdot 10^{30}",
    "asin(x)+log10(y)": r"\arcsin x + \log_{10} y",
    "x*(-y)": "x ({-}y)",
}


@pytest.mark.parametrize("text", LATEX)
def test_latex_is_as_a_mathematician_would_write_it(text: str) -> None:
    assert parse(text).latex == LATEX[text]
    assert draw(LATEX[text]).lines


TOWERS = [  # each level within another doubles what it takes to draw a formula
    "1/(1+" * 11 + "x" + ")" * 11,
    "x^(" * 22 + "y" + ")" * 22,
    "sqrt(" * 23 + "x" + ")" * 23,
    "e^(" * 22 + "y" + ")" * 22,
    "abs(x/" * 11 + "y" + ")" * 11,
    "sqrt(1/(x/(x/y)))+" * 21 + "y",
    "x^(x^(x^(x^x)))+" * 24 + "x",
]


@pytest.mark.parametrize("text", TOWERS)
def test_a_tower_can_be_drawn_in_time(text: str) -> None:
    """Less than a second; the twelfth fraction of a fraction alone would take ten."""
    tex = parse(text).latex
    assert cost(tex) < 3 * COST
    assert draw(tex).lines


@given(formulas())
def test_a_formula_is_written_again_in_every_form(text: str) -> None:
    made = parse(text)
    again = parse(made.text)
    assert again.text == made.text and again.code == made.code and again.latex == made.latex
    assert repr(again.program) == repr(made.program)  # NaN is not equal to itself
    assert made.text.isascii() and "  " not in made.text
    expected = np.broadcast_to(oracle(text, NAMES), POINTS[0].shape)
    spread, sure = sensitivity(text, NAMES)
    for ours in (oracle(made.text, NAMES), executed(made.code, **NAMES)):
        close = np.isclose(ours, expected, rtol=1e-12, atol=20 * spread, equal_nan=True)
        assert np.all(close | ~sure), (made.code, POINTS[:, np.argmin(close | ~sure)])


@settings(max_examples=40)
@given(formulas())
def test_every_formula_can_be_drawn(text: str) -> None:
    assert draw(parse(text).latex).lines


# One of each function in the arguments that need another word: arrays, parameters alone, numbers alone.
CODES = [
    f"{name}({inner})*x" for name in ("sin", "sqrt", "sigmoid", "relu", "sign", "abs") for inner in ("x", "c", "2")
]
CODES += ["min(x, y)", "min(x, 2)", "max(c, y)", "min(a, 2)*x", "max(1, 2)*x", "max(x, y, a)", "relu(x*y - 1)"]
CODES += ["x^2^y/(1 + a^2)", "2^100*x", "10^308*x", "9^999*x + 1/0", "e^-x", "-x^2", "-(x^2)*y", "-x*y^2", "x*(-y)^2"]
CODES += [
    "(x - 2*y)^-2",
    "1e-7*x^1e-3",
    "sigmoid(-x^2)^2",
    "x^(-y)",
    "-(-x)",
    "2^-3*x",
    "(-2)^3*x",
    "x^-2 + 1e22",
    "atan(x)",
]


@pytest.mark.parametrize("module", ["np", "jnp", "torch"])
def test_code_runs_with_every_array_module(module: str) -> None:
    """With parameters that are plain numbers, as the scripts have them."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed") if module == "torch" else None
    make = {"np": np.asarray, "jnp": jax.numpy.asarray}.get(module) or torch.from_numpy  # type: ignore[union-attr]
    plain = {"a": 1.5, "b": -0.7, "c": 2.0}
    x, y = 0.1 + np.abs(POINTS)
    for text in CODES:
        ours = executed(parse(text).code, module, torch=torch, x=make(x), y=make(y), **plain)
        expected = oracle(text, {"x": x, "y": y, **{name: np.float64(value) for name, value in plain.items()}})
        np.testing.assert_allclose(np.asarray(ours), expected, 1e-12, err_msg=text)


def test_code_is_formatted_as_the_usual_formatter_leaves_it(tmp_path: Path) -> None:
    lines = [f"v{i} = {parse(text).code.replace('{np}', 'np')}\n" for i, text in enumerate([*CODES, *MEANINGS])]
    (tmp_path / "formulas.py").write_text("".join(lines))
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def test_code_has_neither_complex_nor_endless_numbers() -> None:
    """Where Python's own numbers differ from NumPy's: they raise, turn complex, or grow."""
    expected = {
        "(-8)^(1/3)": np.nan,
        "1/0": np.inf,
        "-1/0": -np.inf,
        "0^-1": np.inf,
        "9^999": np.inf,
        "9^300^1": 9.0**300,
    }
    expected |= {"log(-1)": np.nan, "sqrt(-1)": np.nan, "exp(1000)": np.inf, "asin(2)": np.nan, "0/0": np.nan}
    for text, value in expected.items():
        np.testing.assert_equal(float(executed(parse(text).code)), value)
    assert len(parse("((9^99)^3)*x").code) < 40


WRONG = [
    # text, at, length, a word of what is said, a word of what is expected
    ("", 0, 0, "Type a formula", "a number"),
    ("   ", 0, 3, "Type a formula", "a number"),
    ("foo + 1", 0, 3, "foo is not known", ""),
    ("1 + siin(x)", 4, 4, "did you mean sin?", ""),
    ("x + Sin(y)", 4, 3, "lower case", ""),
    ("X^2", 0, 1, "did you mean x? Names are in lower case", ""),
    ("2xy", 1, 2, "did you mean x*y?", ""),
    ("x2 + y", 0, 2, "did you mean x^2 or 2*x?", ""),
    ("y + \u0445", 4, 1, "did you mean x? It looks alike", ""),
    ("sin x", 4, 1, "sin needs parentheses", "("),
    ("1 + sin", 7, 0, "sin needs parentheses", "("),
    ("sin(x, y)", 0, 3, "one argument", ""),
    ("x + min(y)", 4, 3, "two arguments", ""),
    ("2*(x + 1", 2, 1, "never closed", "or )"),
    ("min(x, (y", 7, 1, "never closed", "or )"),
    ("x + 1)", 5, 1, "never opened", "an operator"),
    ("x +", 3, 0, "not finished", "a number"),
    ("|x - 1", 6, 0, "not finished", "a closing |"),
    ("x + * y", 4, 1, "cannot stand here", "a number"),
    ("()", 1, 1, "cannot stand here", "a number"),
    ("x y", 2, 1, "operator between x and y", "an operator"),
    ("x(y + 1)", 1, 1, "operator between x and (", "an operator"),
    ("2 3", 2, 1, "operator between 2 and 3", "an operator"),
    ("2|x|", 1, 1, "operator before |", "an operator"),
    ("1/2x", 3, 1, "two ways", "an operator"),
    ("x^2y", 3, 1, "two ways", "an operator"),
    ("1,5*x", 1, 1, "point", "an operator"),
    ("x, y", 1, 1, "comma", "an operator"),
    ("z = x^2", 2, 1, "right-hand side", ""),
    ("[x + 1]*y", 0, 1, "round parentheses", ""),
    ("x + y!", 5, 1, "! means nothing", ""),
    ("x.real", 1, 1, "no parts", ""),
    ("x + \u200by", 4, 1, "U+200B means nothing", ""),
    ("x^2000", 2, 1, "at most 1000", ""),
    ("y + 1e999", 4, 5, "too large", ""),
    ("x⁻ + 1", 1, 1, "exponent", ""),
    ("x" * 401, 400, 1, "longer than 400", ""),
    ("sin(" * 30 + "x" + ")" * 30, 120, 1, "nested too deeply", ""),
    ("x*" * 199 + "x", 0, 399, "too many operations", ""),
    ("+".join(f"{i}*x" for i in range(60)), 0, 289, "more than 40 numbers", ""),
]


@pytest.mark.parametrize(("text", "at", "length", "said", "wanted"), WRONG, ids=[repr(row[0][:12]) for row in WRONG])
def test_an_error_says_where_and_what(text: str, at: int, length: int, said: str, wanted: str) -> None:
    wrong = attempt(text)
    assert isinstance(wrong, FormulaError)
    assert (wrong.at, wrong.length) == (at, length)
    assert said in wrong.text and wanted in wrong.expected
    assert bool(wanted) or not wrong.expected


def checked(text: object) -> Expression | FormulaError:
    """The outcome, after its place, its words, its time and its memory have been looked at."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        outcome = attempt(text)
        times.append(time.perf_counter() - start)
    tracemalloc.start()
    attempt(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert min(times) < SLOWEST, f"{min(times)} s for {text!r:.60}"
    assert peak < MOST_MEMORY, f"{peak} bytes for {text!r:.60}"
    if isinstance(outcome, FormulaError):
        end = len(text) if isinstance(text, str) else 0
        assert 0 <= outcome.at <= outcome.at + outcome.length <= end
        quoted = text[outcome.at : outcome.at + outcome.length] if isinstance(text, str) else ""
        assert CHINESE.search(outcome.text.zh) and not CHINESE.search(outcome.text.replace(quoted, ""))
        assert len(outcome.text) < 200 and outcome.text.encode() and outcome.text.zh.encode()
    return outcome


@pytest.mark.parametrize("group", [ATTACKS, UNSEEN, DEEP, NO_TEXT], ids=["attacks", "unseen", "deep", "no text"])
def test_what_is_hostile_is_refused_at_once(group: list[object]) -> None:
    parse("x")
    refused = [text for text in group if isinstance(checked(text), FormulaError)]
    assert refused == group


def test_the_hostile_are_many() -> None:
    assert len({repr(text) for text in [*ATTACKS, *UNSEEN, *DEEP, *LONG, *NO_TEXT]}) > 400


@pytest.mark.parametrize("text", LONG, ids=[f"{len(text)} {text[:8]!r}" for text in LONG])
def test_what_is_long_costs_little(text: str) -> None:
    """Whether it fits or not: some is legal."""
    outcome = checked(text)
    assert isinstance(outcome, FormulaError) or len(outcome.latex) < 20 * LENGTH


def test_legal_mathematics_is_no_error() -> None:
    assert [text for text in LEGAL if isinstance(checked(text), FormulaError)] == []


@given(st.text(max_size=60) | st.text("xyab12.()^*/+-|,esin√²eπ =_\ud800\x00", max_size=40))
def test_reading_is_total(text: str) -> None:
    outcome = attempt(text)
    if isinstance(outcome, FormulaError):
        assert 0 <= outcome.at <= outcome.at + outcome.length <= len(text)
    else:
        assert parse(outcome.text).text == outcome.text
