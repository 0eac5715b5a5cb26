"""The machine that runs typed formulas: values, slopes and curvatures of any formula in one compiled program."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import strategies  # noqa: F401  (Hypothesis' settings)
from hypothesis import given, settings
from typed import formulas, oracle, sensitivity

from landscapes import CATALOGUE
from landscapes._expression import parse
from landscapes._machine import CODES, CONSTANTS, WIDTH, Program, encode, run
from visualizer.backend import jax
from visualizer.spec import Values, complete

jnp, lax = jax.numpy, jax.lax
PARAMS = np.array([1.5, -0.7, 2.0])
RNG = np.random.default_rng(7)
POINTS = RNG.uniform(-2.5, 2.5, (2, 48))

# The catalogue's surfaces as someone would type them, by way of the literature's formulas.
TYPED = {
    "himmelblau": "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    "beale": "(1.5 - x + x*y)^2 + (2.25 - x + x*y²)² + (2.625 - x + x*y³)²",
    "booth": "(x + 2y - 7)^2 + (2x + y - 5)^2",
    "matyas": "0.26(x^2 + y^2) - 0.48x*y",
    "goldstein_price": "(1 + (x + y + 1)^2*(19 - 14x + 3x^2 - 14y + 6x*y + 3y^2))"
    " * (30 + (2x - 3y)^2 * (18 - 32x + 12x^2 + 48y - 36x*y + 27y^2))",
    "ackley": "-20exp(-0.2sqrt(0.5(x^2 + y^2))) - exp(0.5(cos(2pi*x) + cos(2π*y))) + e + 20",
    "eggholder": "-(y + 47)*sin(√|x/2 + y + 47|) - x*sin(√|x - (y + 47)|)",
    "mccormick": "sin(x + y) + (x - y)^2 - 1.5x + 2.5y + 1",
    "branin": "(y - 5.1*x^2/(4*pi^2) + 5*x/pi - 6)^2 + 10*(1 - 1/(8*pi))*cos(x) + 10",
    "levy13": "sin(3pi*x)^2 + (x - 1)^2*(1 + sin(3pi*y)^2) + (y - 1)^2*(1 + sin(2pi*y)^2)",
    "three_hump_camel": "2x^2 - 1.05x^4 + x^6/6 + x*y + y^2",
    "six_hump_camel": "(4 - 2.1x^2 + x^4/3)*x^2 + x*y + (-4 + 4y^2)*y^2",
    "easom": "-cos(x)*cos(y)*exp(-(x - π)^2 - (y - π)^2)",
    "drop_wave": "-(1 + cos(12sqrt(x^2 + y^2)))/((x^2 + y^2)/2 + 2)",
    "griewank": "1 + (x^2 + y^2)/4000 - cos(x)*cos(y/√2)",
    "cross_in_tray": "-0.0001*(|sin(x)*sin(y)*exp(|100 - sqrt(x^2 + y^2)/pi|)| + 1)^0.1",
    "michalewicz": "-sin(x)*sin(x^2/pi)^20 - sin(y)*sin(2*y^2/pi)^20",
    "schaffer2": "0.5 + (sin(x^2 - y^2)^2 - 0.5)/(1 + 0.001(x^2 + y^2))^2",
    "styblinski_tang": "(x^4 - 16x^2 + 5x + y^4 - 16y^2 + 5y)/2",
    "bukin6": "100√|y - 0.01x^2| + 0.01*|x + 10|",
    "monkey_saddle": "x^3 - 3x*y^2",
    "rosenbrock": "(1 - x)^2 + 100(y - x^2)^2",
}


def row(text: str) -> np.ndarray:
    return np.array(encode(parse(text).program))


@jax.jit
def hessian(row: Any, theta: Any, params: Any) -> Any:
    """Columns ``(2, 2, ...lanes)``, as the engine takes them."""
    one, zero = jnp.ones_like(theta[0]), jnp.zeros_like(theta[0])
    along = [jnp.stack([one, zero]), jnp.stack([zero, one])]
    return jnp.stack([jax.jvp(lambda at: run(row, at, params), (theta,), (d,))[1][1] for d in along])


machine = jax.jit(run)


def test_the_catalogues_formulas_typed_are_the_catalogues_surfaces() -> None:
    for slug, text in TYPED.items():
        entry = CATALOGUE[slug]
        h = Values(complete(entry.params, {}, slug))
        low_x, high_x, low_y, high_y = entry.domain
        at = RNG.uniform([[low_x], [low_y]], [[high_x], [high_y]], (2, 200))
        value, slope = map(np.asarray, machine(row(text), at, PARAMS))
        expected, pull = jax.vjp(lambda theta, entry=entry, h=h: entry.f(theta, h), at)
        size = (
            1.0 + np.abs(expected) if slug in ("ackley", "goldstein_price") else np.abs(expected)
        )  # differences cancel
        assert np.all(np.abs(value - expected) <= 1e-12 * size + 1e-14), slug
        np.testing.assert_allclose(slope, pull(np.ones(200))[0], 1e-9, 1e-9 * np.max(np.abs(slope)), err_msg=slug)


def test_one_program_runs_them_all() -> None:
    fresh = jax.jit(lambda *all: run(*all))  # with a cache of its own
    for text in TYPED.values():
        fresh(row(text), POINTS, PARAMS)
    assert fresh._cache_size() == 1
    programs = [parse(text).program for text in TYPED.values()]
    assert max(len(program.codes) for program in programs) <= CODES // 2
    assert max(len(program.constants) for program in programs) <= CONSTANTS // 2


@given(formulas())
def test_values_are_numpys_and_slopes_are_never_unknown(text: str) -> None:
    names = {"x": POINTS[0], "y": POINTS[1], **dict(zip("abc", PARAMS, strict=True))}
    value, slope = map(np.asarray, machine(row(text), POINTS, PARAMS))
    expected = np.broadcast_to(oracle(text, names), POINTS[0].shape)
    spread, sure = sensitivity(text, names)
    close = np.isclose(value, expected, rtol=1e-12, atol=20 * spread, equal_nan=True)
    assert np.all(close | ~sure), (POINTS[:, np.argmin(close | ~sure)], value, expected)
    assert not np.any(np.isnan(slope) & np.isfinite(value))


@settings(max_examples=60)
@given(formulas())
def test_slopes_are_those_of_a_direct_translation(text: str) -> None:
    parameters = dict(zip("abc", PARAMS, strict=True))
    names = {"x": POINTS[0], "y": POINTS[1], **parameters}

    def total(x: Any, y: Any) -> Any:
        return jnp.sum(jnp.broadcast_to(oracle(text, {"x": x, "y": y, **parameters}, jnp), x.shape))

    _, slope = map(np.asarray, machine(row(text), POINTS, PARAMS))
    expected = np.array(jax.grad(total, (0, 1))(*POINTS))
    _, sure = sensitivity(text, names)
    sure &= np.isfinite(oracle(text, names)) & np.all(np.abs(expected) < 1e12, axis=0)
    assert np.all(np.isclose(slope, expected, 1e-9, 1e-9) | ~sure), (slope, expected)


KINKS = [
    # text, point, value, slope
    ("|x| + y", (0.0, 2.0), 2.0, (0.0, 1.0)),
    ("sqrt(x^2 + y^2)", (0.0, 0.0), 0.0, (0.0, 0.0)),
    ("sqrt(x)*y", (0.0, 3.0), 0.0, (0.0, 0.0)),
    ("sqrt(|x|)", (0.0, 1.0), 0.0, (0.0, 0.0)),
    ("(x^2)^0.5 + y", (0.0, 1.0), 1.0, (0.0, 1.0)),
    ("|x|^0.1", (0.0, 1.0), 0.0, (0.0, 0.0)),
    ("sign(x)*y", (0.0, 3.0), 0.0, (0.0, 0.0)),
    ("sign(x)*y", (-2.0, 3.0), -3.0, (0.0, -1.0)),
    ("max(x, y)", (1.0, 1.0), 1.0, (0.5, 0.5)),
    ("min(3*x, y)", (1.0, 3.0), 3.0, (1.5, 0.5)),
    ("relu(x) + y", (0.0, 1.0), 1.0, (0.5, 1.0)),
    ("x^0 + y", (0.0, 1.0), 2.0, (0.0, 1.0)),
    ("x^1 + y", (0.0, 1.0), 1.0, (1.0, 1.0)),
    ("x^(a - 1.5) + y", (0.0, 1.0), 2.0, (0.0, 1.0)),
    ("x^(a - 0.5) + y", (0.0, 1.0), 1.0, (1.0, 1.0)),
    ("x^c + y", (-3.0, 1.0), 10.0, (-6.0, 1.0)),
    ("x^2.5", (0.0, 1.0), 0.0, (0.0, 0.0)),
    ("x^y", (0.0, 2.0), 0.0, (0.0, 0.0)),
    ("x^y", (2.0, 3.0), 8.0, (12.0, 8.0 * np.log(2.0))),
    ("2^x + e^y", (3.0, 0.0), 9.0, (8.0 * np.log(2.0), 1.0)),
    ("asin(x) + y", (1.0, 0.0), np.pi / 2, (0.0, 1.0)),
    ("acos(x) + y", (-1.0, 0.0), np.pi, (0.0, 1.0)),
    ("exp(-1/x^2) + y", (0.0, 1.0), 1.0, (0.0, 1.0)),
    ("tanh(x)", (30.0, 0.0), 1.0, (4 * np.exp(-60.0), 0.0)),
    ("sigmoid(-x)", (40.0, 0.0), np.exp(-40.0), (-np.exp(-40.0), 0.0)),
    ("x^3 - 2", (0.0, 0.0), -2.0, (0.0, 0.0)),
    ("7", (1.0, 1.0), 7.0, (0.0, 0.0)),
    ("b", (1.0, 1.0), -0.7, (0.0, 0.0)),
    ("y", (1.0, 2.0), 2.0, (0.0, 1.0)),
]


@pytest.mark.parametrize(("text", "at", "value", "slope"), KINKS, ids=[f"{row[0]} at {row[1]}" for row in KINKS])
def test_slopes_at_kinks_and_edges(text: str, at: Any, value: float, slope: Any) -> None:
    for theta in (np.array(at), np.repeat(np.array(at)[:, None], 5, 1)):  # a point and lanes are compiled differently
        ours, theirs = machine(row(text), theta, PARAMS)
        np.testing.assert_allclose(ours, np.full(theta.shape[1:], value), 1e-14)
        np.testing.assert_allclose(theirs, np.broadcast_to(slope, theirs.T.shape).T, 1e-13)


def test_a_value_that_is_not_finite_raises_nothing() -> None:
    for text, at, expected in [
        ("log(x)", (-1.0, 0.0), np.nan),
        ("x/y", (0.0, 0.0), np.nan),
        ("x/y", (1.0, 0.0), np.inf),
        ("exp(x)", (1e3, 0.0), np.inf),
        ("sqrt(x)", (-1.0, 0.0), np.nan),
        ("x^0.5", (-1.0, 0.0), np.nan),
        ("x^-1", (0.0, 0.0), np.inf),
        ("log(x)", (0.0, 0.0), -np.inf),
        ("0/0", (0.0, 0.0), np.nan),
        ("1e308*10", (0.0, 0.0), np.inf),
    ]:
        np.testing.assert_equal(float(machine(row(text), np.array(at), PARAMS)[0]), expected)


def test_curvature_is_the_derivative_of_the_slope() -> None:
    """By forward derivatives over the machine, against the catalogue's surfaces differentiated twice."""
    for slug in ("himmelblau", "goldstein_price", "ackley", "branin", "levy13", "drop_wave", "rosenbrock", "griewank"):
        entry = CATALOGUE[slug]
        h = Values(complete(entry.params, {}, slug))
        expected = jax.vmap(jax.hessian(lambda theta, entry=entry, h=h: entry.f(theta, h)), 1, 2)(POINTS)
        ours = hessian(row(TYPED[slug]), POINTS, PARAMS)
        np.testing.assert_allclose(ours, expected, 1e-9, 1e-9 * np.max(np.abs(expected)), err_msg=slug)


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("x^2 + 3*x*y", (0.0, 0.0), ((2.0, 3.0), (3.0, 0.0))),  # its slope there is 0: no derivative of it may be lost
        ("sqrt(x^2 + y^2 + 1)", (0.0, 0.0), ((1.0, 0.0), (0.0, 1.0))),
        ("x^c*y", (-2.0, 1.0), ((2.0, -4.0), (-4.0, 0.0))),
        ("x^c + y^(a + 1.5)", (0.0, 2.0), ((2.0, 0.0), (0.0, 12.0))),
        ("|x|^3 + sign(y)", (-2.0, 1.0), ((12.0, 0.0), (0.0, 0.0))),
        ("max(x^2, y)", (3.0, 1.0), ((2.0, 0.0), (0.0, 0.0))),
        ("x/y", (1.0, 2.0), ((0.0, -0.25), (-0.25, 0.25))),
        ("exp(b*x)", (0.0, 0.0), ((0.49, 0.0), (0.0, 0.0))),
    ],
)
def test_curvature_in_closed_form(text: str, at: Any, expected: Any) -> None:
    np.testing.assert_allclose(hessian(row(text), np.array(at), PARAMS), expected, 1e-13, 1e-13)


def test_lanes_of_any_shape_see_what_a_point_sees() -> None:
    text = "sin(x*y)^2 + min(x, a)*exp(-y) - x^3/(2 + cos(y))"
    grid = RNG.uniform(-2, 2, (2, 4, 5))
    value, slope = machine(row(text), grid, PARAMS)
    assert value.shape == (4, 5) and slope.shape == (2, 4, 5)
    for i, j in np.ndindex(4, 5):
        one, its = machine(row(text), grid[:, i, j], PARAMS)
        np.testing.assert_allclose([value[i, j], *slope[:, i, j]], [one, *its], 1e-13)


def test_a_row_of_zeros_is_the_formula_zero() -> None:
    value, slope = machine(np.zeros(WIDTH), np.array([1.0, 2.0]), PARAMS)
    assert (float(value), *slope) == (0.0, 0.0, 0.0)
    assert len(encode(Program((), ()))) == len(row("x + 1")) == WIDTH


def test_the_largest_formulas_fill_the_row_and_no_more() -> None:
    most = "+".join(["x"] * (CODES + 1))
    assert float(machine(row(most), np.array([1.0, 0.0]), PARAMS)[0]) == CODES + 1
    parse("+".join(f"{i + 2}*x" for i in range(CONSTANTS)))
    for text in (most + "+x", "+".join(f"{i + 2}*x" for i in range(CONSTANTS + 1))):
        with pytest.raises(ValueError, match=r"too many operations|more than"):
            parse(text)


def test_what_occurs_twice_is_computed_once_unless_the_slots_run_out() -> None:
    assert len(parse("sin(x*y)^2 + sin(y*x)").program.codes) == 4
    kept = [f"sin({i}*x)" for i in range(2, 16)]  # fourteen values are wanted a second time: more than there are slots
    text = " + ".join(f"{u}" for u in kept) + " + " + "*".join(kept)
    at = np.array([0.3, 0.0])
    parts = np.sin(0.3 * np.arange(2, 16))
    assert float(machine(row(text), at, PARAMS)[0]) == pytest.approx(parts.sum() + parts.prod(), rel=1e-13)


def test_within_a_loop_it_is_native_code() -> None:
    """In a loop of steps, with a switch around it, its slope and its curvature."""

    def descend(which: Any, row: Any, start: Any, params: Any, steps: Any) -> Any:
        def bent(theta: Any) -> Any:
            (_, slope), (_, bend) = jax.jvp(lambda at: run(row, at, params), (theta,), (jnp.array([1.0, 0.0]),))
            return slope, bend[0]

        def plain(theta: Any) -> Any:
            return run(row, theta, params)[1], jnp.ones(())

        def step(state: Any) -> Any:
            i, theta = state
            slope, bend = lax.switch(which, [plain, bent, lambda theta: (2.0 * theta, jnp.ones(()))], theta)
            return i + 1, theta - 0.001 * slope / (1.0 + jnp.abs(bend))

        return lax.while_loop(lambda state: (state[0] < steps) & jnp.all(jnp.isfinite(state[1])), step, (0, start))[1]

    start, text = np.array([-0.4, -0.6]), TYPED["himmelblau"]
    compiled = jax.jit(descend).lower(np.int32(0), row(text), start, PARAMS, 10).compile()
    assert "xla_cpu_small_call" in compiled.as_text()
    for which in (0, 1):
        theta = start.copy()
        for _ in range(300):
            x, y = theta
            u, v = x * x + y - 11, x + y * y - 7
            slope, bend = np.array([4 * x * u + 2 * v, 2 * u + 4 * y * v]), 12 * x * x + 4 * y - 42
            theta -= 0.001 * slope / (1.0 + (abs(bend) if which else 1.0))
        np.testing.assert_allclose(compiled(np.int32(which), row(text), start, PARAMS, 300), theta, 1e-12)
