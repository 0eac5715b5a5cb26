"""What the methods with a search for the strong Wolfe conditions share: when they stop, and how they begin."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._frame import WOLFE, Bounds, Moments, Search, dot, lane, norm
from visualizer.spec import Hyper, Text, Values

DECREASE, TRIES = 1e-4, 30


class Past(NamedTuple):
    """The last step: where it began, and what became of it."""

    theta: Array  # (2, ...lanes)
    g: Array  # (2, ...lanes)
    length: Array  # (...lanes): what the search found
    failed: Array  # (...lanes): searches in a row that found nothing
    begun: Array  # (...lanes): 0 before the first step, then 1


def no_past(theta: Array) -> Past:
    none = jnp.zeros_like(theta)
    return Past(theta, none, lane(theta), lane(theta), lane(theta))


def searched(flatten: float) -> Search:
    """The search; ``flatten`` is c2. States are NamedTuples with a ``past``."""

    def settle(state: Any, length: Array, h: Values) -> Any:
        failed = jnp.where(length > 0, 0.0, state.past.failed + 1.0)
        return state._replace(past=state.past._replace(length=length, failed=failed))

    return Search(WOLFE, lambda h: Bounds(DECREASE, flatten, most=TRIES), settle)


def conditions(flatten: float, sign: str = "-") -> str:
    """The strong Wolfe conditions on the length that was found along ``sign`` p, as claims for the microscope."""
    end, fall = f"theta {sign} length * p", f"{DECREASE} * length * (p @ g)"
    return (
        "if length > 0:\n"
        f"    loss({end}) <= loss(theta) {sign} {fall}\n"
        f"    abs(here({end}) @ p) <= {flatten} * abs(p @ g)\n"
    )


def stops(g: Array, theta: Array, past: Past, h: Values) -> Array:
    """Whether the run stays where it is: its gradient was small enough at two points running (after
    one alone, on a flat valley floor, the minimum may still be far); or two searches from here found nothing.
    """
    small = (past.begun > 0) & (jnp.max(jnp.maximum(jnp.abs(g), jnp.abs(past.g)), axis=0) <= h.gtol)
    same = jnp.all((g == past.g) & (theta == past.theta), axis=0)
    return small | (same & (past.failed >= 2))


def made(m: Array, g: Array, theta: Array, past: Past, first: Array, stop: Array) -> tuple[Past, Array]:
    """The past as it will be, and the first length to try: 0 where the run stops."""
    # A stop is not a failure of the search, but the search will report a length of 0.
    failed = jnp.where(stop & (past.failed < 2), -1.0, past.failed)
    return Past(theta, g, past.length, failed, lane(theta, 1.0)), jnp.where(stop, 0.0, first)


def unit_length(g: Array) -> Array:
    """The first length without knowledge of the curvature: a step of length 1 at most."""
    size = norm(g)
    return jnp.minimum(1.0, 1.0 / jnp.where(size > 0, size, 1.0))


def useful(s: Array, y: Array, past: Past) -> Array:
    """Whether a step and the change of the gradient along it show a positive curvature."""
    return (past.begun > 0) & (dot(s, y) > 1e-10 * norm(s) * norm(y))


def line_moments(m: Array, state: Any, first: Array) -> Moments:
    """A direction to search along; there is no second moment."""
    return Moments(m, state, root_v=jnp.nan, rate=first)


def gtol(default: float = 1e-5) -> Hyper:
    doc = Text(
        "The run stays where it is once no part of the gradient is larger than this at two points running.",
        "梯度各分量连续两点都不大于此值后\uff0c停在原地。",
    )
    return Hyper("gtol", r"g_{\text{tol}}", default, 1e-12, 1e-1, "log0", doc, least=0.0, most=1e100)
