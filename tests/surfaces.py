"""The landscapes' calculus for many points at once, and the parameters that the tests go through."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from landscapes import CATALOGUE
from visualizer.backend import jax
from visualizer.spec import Hyper, Values, complete

Params = dict[str, Any]
Field = Callable[[np.ndarray, Params], np.ndarray]


def spread(hyper: Hyper) -> list[Any]:
    """The slider's two ends and its middle, on its own scale; every choice."""
    if hyper.kind == "choice":
        return list(hyper.choices)
    middle = np.sqrt(hyper.low * hyper.high) if hyper.scale == "log" else (hyper.low + hyper.high) / 2
    return [hyper.parse(round(at) if hyper.kind == "int" else at) for at in (hyper.low, float(middle), hyper.high)]


def anywhere(hyper: Hyper, rng: np.random.Generator) -> Any:
    """A value within the slider, or one of the choices."""
    if hyper.kind == "choice":
        return str(rng.choice(hyper.choices))
    if hyper.kind == "int":
        return int(rng.integers(int(hyper.low), int(hyper.high) + 1))
    return float(rng.uniform(hyper.low, hyper.high))


def numbers(slug: str, params: Params) -> Values:
    """The parameters as f takes them: a choice is its index."""
    return Values({hyper.name: hyper.encode(params[hyper.name])[0] for hyper in CATALOGUE[slug].params})


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
    told = {name: value if isinstance(value, str) else f"{value:.4g}" for name, value in case[1].items()}
    return " ".join([case[0], *(f"{name}={value}" for name, value in told.items())])


class Calculus(NamedTuple):
    """Values ``(n,)``, gradients ``(2, n)`` and Hessians ``(n, 2, 2)`` at points ``(2, n)``, by autodiff in float64."""

    f: Field
    gradient: Field
    hessian: Field


def calculus(slug: str) -> Calculus:
    def f(theta: Any, params: Params) -> Any:
        return CATALOGUE[slug].f(theta, Values(params))

    gradient = jax.vmap(jax.grad(f), (1, None), 1)
    hessian = jax.vmap(jax.hessian(f), (1, None))
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
