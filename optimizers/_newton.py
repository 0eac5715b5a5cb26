"""What the relatives of Newton's method share: their dials, and what is recorded of their step."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from optimizers._frame import Moments
from visualizer.spec import Hyper, Text, Values


def newton_moments(direction: Array, h: Values, state: object = ()) -> Moments:
    """A step of lr along ``direction``; there is no second moment."""
    return Moments(direction, state, root_v=jnp.nan, rate=h.lr)


def always(state: object, h: Values) -> float:
    """Every step uses the Hessian."""
    return 1.0


def newton_rate() -> Hyper:
    doc = Text(
        "Share of the full step; 1 is the full one, which solves a quadratic at once.",
        "走完整步的比例\uff1b取 1 即完整的一步\uff0c可一步解出二次函数。",
    )
    return Hyper("lr", r"\eta", 1.0, 0.01, 1.0, "linear", doc, least=0.0, most=1e6)


def damping(default: float, name: str = "damping", doc: Text | None = None) -> Hyper:
    doc = doc or Text("Added to every curvature.", "加到每个曲率上的阻尼。")
    return Hyper(name, "d" if name == "damping" else "d_0", default, 1e-8, 1e3, "log0", doc, least=0.0, most=1e300)
