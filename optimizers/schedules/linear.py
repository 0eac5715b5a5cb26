"""A linear change of the rate, mostly a warmup."""

import jax.numpy as jnp
from jax import Array

from optimizers.schedules._dials import BEGIN, END, FIRST, LENGTH, factor_dial, line, own, ratio, steps_dial, whole
from optimizers.schedules._schedule import Form, Rate, Schedule
from visualizer.spec import Source, Text, Values


def rate(t: Array, steps: Array, h: Values) -> Rate:
    """PyTorch's ``LinearLR``."""
    share = jnp.minimum(t, h.total_iters) / h.total_iters
    return Rate(h.lr * (h.start_factor + (h.end_factor - h.start_factor) * share))


def optax_rate(t: Array, steps: Array, h: Values) -> Rate:
    """Optax's ``linear_schedule``."""
    share = ratio(t - h.transition_begin, whole(h.transition_steps, steps))
    return Rate(line(own(h.init_value, h.lr), h.end_value, share))


LINEAR = Schedule(
    title=Text("Linear", "线性"),
    order=24,
    source=Source("Goyal et al. (linear warmup)", 2017, "1706.02677"),
    formula=r"\eta_t = \eta\, (s + (e - s) \min(t, T) / T)",
    summary=Text("From a share of the rate to another in a straight line.", "从学习率的一个比例沿直线变到另一个比例。"),
    forms=(
        Form(
            hypers=(
                factor_dial("start_factor", "s", 1.0 / 3.0, Text("Share at the beginning.", "开始时的比例。")),
                factor_dial("end_factor", "e", 1.0, Text("Share at the end.", "结束时的比例。")),
                steps_dial("total_iters", "T", 5, Text("Steps of the change.", "变化的步数。"), least=1),
            ),
            rate=rate,
        ),
        Form(hypers=(FIRST, END, LENGTH, BEGIN), rate=optax_rate),
    ),
)
