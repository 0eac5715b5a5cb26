"""Linear warmup followed by a half cosine."""

import jax.numpy as jnp
from jax import Array

from optimizers.schedules._dials import END, EXPONENT, INIT, PEAK, WARMUP, line, own, ratio, run_dial, whole
from optimizers.schedules._schedule import Form, Rate, Schedule
from visualizer.spec import Source, Text, Values


def warmup_cosine(
    t: Array, start: Array, peak: Array, warmup: Array, total: Array, end: Array, exponent: Array | float
) -> Array:
    """Optax's ``warmup_cosine_decay_schedule``: ``total`` includes the warmup."""
    share = jnp.clip(ratio(t - warmup, total - warmup), 0.0, 1.0)
    fall = jnp.power(0.5 * (1.0 + jnp.cos(jnp.pi * share)), exponent)
    return jnp.where(t < warmup, line(start, peak, ratio(t, warmup)), end + (peak - end) * fall)


def rate(t: Array, steps: Array, h: Values) -> Rate:
    peak, total = own(h.peak_value, h.lr), whole(h.decay_steps, steps)
    return Rate(warmup_cosine(t, h.init_value, peak, h.warmup_steps, total, h.end_value, h.exponent))


WARMUP_COSINE = Schedule(
    title=Text("Warmup and cosine", "预热 + 余弦"),
    order=31,
    source=Source("Goyal et al.; Loshchilov and Hutter", 2017, "1706.02677"),
    formula=r"\eta_t = \eta_0 + (\eta - \eta_0)\, t / W \;(t < W); \quad "
    r"\eta_{\min} + (\eta - \eta_{\min}) (\tfrac12 (1 + \cos \pi \tfrac{t - W}{T - W}))^p",
    summary=Text(
        "Up in a line, down along a cosine: the usual one today.",
        "直线上升\uff0c余弦下降\uff1a如今最常用的调度。",
    ),
    forms=(Form(hypers=(INIT, PEAK, WARMUP, run_dial("decay_steps"), END, EXPONENT), rate=rate),),
)
