"""The landscapes' calculus for many points at once, and the parameters that the tests go through."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from landscapes import CATALOGUE
from visualizer.backend import jax
from visualizer.spec import Hyper, Values, complete, decode, encode

Params = dict[str, Any]
Field = Callable[[np.ndarray, Params], np.ndarray]


# What a user may type or paint, for parameters that no slider has.
MADE: dict[str, list[Any]] = {
    "text": ["a*x^2 + b*y^2 + c*sin(3*x)*y", "exp(-x^2 - y^2/4) + abs(x - 0.1)^3"],
    "list": [],
    "table": [[(0.5, -1.0, 2.0, 1.5)], [(1.0, 1.0, -1.0, 0.3), (-2.0, 0.0, 0.7, 2.0)]],
}


def spread(hyper: Hyper) -> list[Any]:
    """The slider's two ends and its middle, on its own scale; every choice; some formulas, some hills."""
    if hyper.kind in MADE:
        return [hyper.parse(value) for value in (hyper.default, *MADE[hyper.kind])]
    if hyper.kind == "choice":
        return list(hyper.choices)
    middle = np.sqrt(hyper.low * hyper.high) if hyper.scale == "log" else (hyper.low + hyper.high) / 2
    return [hyper.parse(round(at) if hyper.kind == "int" else at) for at in (hyper.low, float(middle), hyper.high)]


def anywhere(hyper: Hyper, rng: np.random.Generator) -> Any:
    """A value within the slider, or one of the choices."""
    if hyper.kind in MADE:
        values = spread(hyper)
        return values[int(rng.integers(len(values)))]
    if hyper.kind == "choice":
        return str(rng.choice(hyper.choices))
    if hyper.kind == "int":
        return int(rng.integers(int(hyper.low), int(hyper.high) + 1))
    return float(rng.uniform(hyper.low, hyper.high))


def numbers(slug: str, params: Params) -> Values:
    """The parameters as f takes them: a choice is its index, a formula a row of numbers."""
    hypers = CATALOGUE[slug].params
    return decode(hypers, np.array(encode(hypers, params)))


def cases() -> list[tuple[str, Params]]:
    """Every surface at its defaults and at all combinations of its sliders' ends and middles."""
    found = []
    for slug, entry in CATALOGUE.items():
        found.append((slug, complete(entry.params, {}, slug)))
        names = [hyper.name for hyper in entry.params]
        if names:
            found += [(slug, dict(zip(names, row, strict=True))) for row in product(*map(spread, entry.params))]
    return found


def named(case: tuple[str, Params]) -> str:
    told = {name: f"{value:.4g}" if isinstance(value, float | int) else str(value) for name, value in case[1].items()}
    return " ".join([case[0], *(f"{name}={value}" for name, value in told.items())])


class Calculus(NamedTuple):
    """Values ``(n,)``, gradients ``(2, n)`` and Hessians ``(n, 2, 2)`` at points ``(2, n)``, by autodiff in float64."""

    f: Field
    gradient: Field
    hessian: Field


def calculus(slug: str) -> Calculus:
    def f(theta: Any, params: Params) -> Any:
        return CATALOGUE[slug].f(theta, Values(params))

    slope = jax.jacfwd(f) if CATALOGUE[slug].gradient else jax.grad(f)  # the machine runs forwards only
    gradient = jax.vmap(slope, (1, None), 1)
    hessian = jax.vmap(jax.jacfwd(slope), (1, None))
    fast = [jax.jit(function) for function in (f, gradient, hessian)]
    return Calculus(*(lambda at, params, one=one: one(at, dict(numbers(slug, params))) for one in fast))


CALCULUS = {slug: calculus(slug) for slug in CATALOGUE}


def slopes(f: Field, at: np.ndarray, params: Params, h: float = 1e-3) -> np.ndarray:
    """Gradients ``(2, n)`` by central differences of sixth order, from values alone."""
    weights = {1: 45 / 60, 2: -9 / 60, 3: 1 / 60}
    axes = h * np.eye(2)[:, :, None]
    pairs = [[w * (f(at + k * e, params) - f(at - k * e, params)) for k, w in weights.items()] for e in axes]
    return np.array([sum(terms) / h for terms in pairs])


def hessians(f: Field, at: np.ndarray, params: Params, h: float = 1e-4) -> np.ndarray:
    """Hessians ``(n, 2, 2)`` by second differences, from values alone: good to a few digits."""
    a, b = h * np.eye(2)[:, :, None]
    mixed = [f(at + s * a + t * b, params) * s * t for s in (1, -1) for t in (1, -1)]
    cross = sum(mixed) / (4 * h * h)
    twice = [(f(at + e, params) - 2 * f(at, params) + f(at - e, params)) / (h * h) for e in (a, b)]
    return np.moveaxis(np.array([[twice[0], cross], [cross, twice[1]]]), 2, 0)
