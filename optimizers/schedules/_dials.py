"""The dials and the curves that several schedules share."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from visualizer.spec import Hyper, Text, Values

OWN = -1.0  # stands for None where the optimizer's own rate is meant
WHOLE = 0.0  # stands for None where the length of the run is meant


def steps_dial(name: str, symbol: str, default: int | None, doc: Text, least: int = 0, low: int = 1) -> Hyper:
    """A number of steps; None, where it is the default, is the whole run."""
    null = WHOLE if default is None else None
    return Hyper(name, symbol, default, low, 5000, "log", doc, kind="int", null=null, least=least, most=10_000_000)


def rate_dial(name: str, symbol: str, default: float | None, doc: Text) -> Hyper:
    """A learning rate; None, where it is the default, is made of the optimizer's own."""
    null = OWN if default is None else None
    return Hyper(name, symbol, default, 1e-6, 10.0, "log0", doc, null=null, least=0.0, most=1e6)


def factor_dial(name: str, symbol: str, default: float, doc: Text, low: float = 0.01, high: float = 1.0) -> Hyper:
    return Hyper(name, symbol, default, low, high, "linear", doc, least=0.0, most=1e9)


def own(value: Array, otherwise: Array) -> Array:
    """A rate that may have been left to the optimizer."""
    return jnp.where(value < 0, otherwise, value)


def whole(value: Array, steps: Array) -> Array:
    """A length that may have been left to the run."""
    return jnp.where(value > 0, value, steps)


def line(start: Array, end: Array, share: Array) -> Array:
    """From ``start`` to ``end`` in a straight line; ``share`` from 0 to 1, clipped."""
    return start + (end - start) * jnp.clip(share, 0.0, 1.0)


def half_cosine(start: Array, end: Array, share: Array) -> Array:
    """From ``start`` to ``end`` along half a cosine; ``share`` from 0 to 1, clipped."""
    return end + (start - end) * 0.5 * (1.0 + jnp.cos(jnp.pi * jnp.clip(share, 0.0, 1.0)))


def ratio(part: Array, total: Array) -> Array:
    """``part / total``; a phase of no length is over at once."""
    return jnp.where(total > 0, part / jnp.where(total > 0, total, 1.0), jnp.where(part < 0, 0.0, 1.0))


def exponential_decay(t: Array, start: Array, h: Values) -> Array:
    """Optax's ``exponential_decay`` with the dials ``FLOORED_DECAY``; the end NaN: none."""
    share = (t - h.transition_begin) / h.transition_steps
    share = jnp.where(h.staircase > 0, jnp.floor(share), share)
    value = jnp.where(t <= h.transition_begin, start, start * jnp.power(h.decay_rate, share))
    end = h.end_value
    bounded = jnp.where(h.decay_rate < 1.0, jnp.maximum(value, end), jnp.minimum(value, end))
    return jnp.where(jnp.isnan(end), value, bounded)


def run_dial(name: str, low: int = 1) -> Hyper:
    doc = Text("How many steps it takes; automatic: the run.", "持续的步数\uff1b自动\uff1a整个过程。")
    return steps_dial(name, "T", None, doc, least=1, low=low)


def power_dial(name: str, default: float, doc: Text) -> Hyper:
    return Hyper(name, "p", default, 0.1, 5.0, doc=doc, least=1e-6, most=1e3)


def momentum_dials(base: float, top: float) -> tuple[Hyper, Hyper]:
    """The two ends of a cycled momentum."""
    ends = (
        ("base_momentum", r"\mu_{\min}", base, Text("The lowest momentum.", "最低动量。")),
        ("max_momentum", r"\mu_{\max}", top, Text("The highest momentum.", "最高动量。")),
    )
    low, high = (
        Hyper(name, symbol, default, 0.0, 0.999, "log1m", doc, least=0.0, most=1.0 - 1e-12)
        for name, symbol, default, doc in ends
    )
    return low, high


PEAK_DOC = Text("The highest rate; automatic: the optimizer's own.", "最高学习率\uff1b自动\uff1a优化器自身的学习率。")
HIGHEST = rate_dial("max_lr", r"\eta_{\max}", None, PEAK_DOC)
BOTTOM = rate_dial("eta_min", r"\eta_{\min}", 0.0, Text("The rate at the bottom.", "最低学习率。"))
CYCLED = Hyper(
    "cycle_momentum",
    "c",
    True,
    kind="bool",
    doc=Text("Cycle the momentum the other way.", "动量反向循环。"),
)
WARMUP = steps_dial("warmup_steps", "W", 20, Text("Steps of the rise.", "预热步数。"))

# Dials of Optax's forms.

FIRST = rate_dial("init_value", r"\eta_0", None, Text("The first rate.", "初始学习率。"))
INIT = rate_dial("init_value", r"\eta_0", 0.0, Text("The rate at the first step.", "第一步的学习率。"))
PEAK = rate_dial("peak_value", r"\eta_{\max}", None, PEAK_DOC)
END = rate_dial("end_value", r"\eta_{\min}", 0.0, Text("The rate at the end.", "最终学习率。"))
LENGTH = run_dial("transition_steps")
BEGIN = steps_dial("transition_begin", "t_0", 0, Text("Steps before the change begins.", "变化开始前的步数。"))
EXPONENT = power_dial("exponent", 1.0, Text("Power of the cosine.", "余弦的幂次。"))
FLOORED_DECAY = (
    steps_dial("transition_steps", "T", 10, Text("Steps of one period.", "一个周期的步数。"), least=1),
    factor_dial("decay_rate", r"\gamma", 0.9, Text("Factor of each period.", "每个周期的衰减因子。")),
    BEGIN,
    Hyper("staircase", "s", False, kind="bool", doc=Text("In steps, not smoothly.", "阶梯式衰减。")),
    Hyper(
        "end_value",
        r"\eta_{\min}",
        None,
        1e-6,
        1.0,
        "log0",
        Text("No lower than this.", "不低于此值。"),
        null=float("nan"),
        least=0.0,
        most=1e6,
    ),
)
