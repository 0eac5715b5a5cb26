"""Linear warmup followed by exponential decay."""

import jax.numpy as jnp
from jax import Array

from optimizers.schedules._dials import FLOORED_DECAY, INIT, PEAK, WARMUP, exponential_decay, line, own, ratio
from optimizers.schedules._schedule import Form, Rate, Schedule
from visualizer.spec import Source, Text, Values


def rate(t: Array, steps: Array, h: Values) -> Rate:
    """Optax's ``warmup_exponential_decay_schedule``: ``transition_begin`` counts from the end of the warmup."""
    peak, after = own(h.peak_value, h.lr), t - h.warmup_steps
    rise = line(h.init_value, peak, ratio(t, h.warmup_steps))
    return Rate(jnp.where(after < 0, rise, exponential_decay(after, peak, h)))


WARMUP_EXPONENTIAL = Schedule(
    title=Text("Warmup and exponential", "预热 + 指数"),
    order=32,
    source=Source("Goyal et al. (linear warmup)", 2017, "1706.02677"),
    formula=r"\eta_t = \eta_0 + (\eta - \eta_0)\, t / W \;(t < W); \quad \eta\, \gamma^{(t - W - t_0) / T}",
    summary=Text(
        "Up in a line, then down by the same factor every period.",
        "直线上升\uff0c之后每个周期乘以同一个因子。",
    ),
    forms=(Form(hypers=(INIT, PEAK, WARMUP, *FLOORED_DECAY), rate=rate),),
)
