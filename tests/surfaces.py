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


def spread(hyper: Hyper) -> list[float]:
    """The slider's two ends and its middle, on its own scale."""
    middle = np.sqrt(hyper.low * hyper.high) if hyper.scale == "log" else (hyper.low + hyper.high) / 2
    return [hyper.low, float(middle), hyper.high]


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
    return " ".join([case[0], *(f"{name}={value:.4g}" for name, value in case[1].items())])


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
    return Calculus(*(jax.jit(function) for function in (f, gradient, hessian)))


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
