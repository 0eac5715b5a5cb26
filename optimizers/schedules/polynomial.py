"""Polynomial decay."""

import jax.numpy as jnp
from jax import Array

from optimizers.schedules._dials import BEGIN, END, FIRST, LENGTH, own, power_dial, ratio, run_dial, whole
from optimizers.schedules._schedule import Form, Rate, Schedule
from visualizer.spec import Source, Text, Values


def rate(t: Array, steps: Array, h: Values) -> Rate:
    """PyTorch's ``PolynomialLR``."""
    total = whole(h.total_iters, steps)
    return Rate(h.lr * jnp.power(1.0 - jnp.minimum(t, total) / total, h.power))


def optax_rate(t: Array, steps: Array, h: Values) -> Rate:
    """Optax's ``polynomial_schedule``, with an end and a beginning."""
    start, total = own(h.init_value, h.lr), whole(h.transition_steps, steps)
    left = 1.0 - jnp.clip(ratio(t - h.transition_begin, total), 0.0, 1.0)
    return Rate((start - h.end_value) * jnp.power(left, h.power) + h.end_value)


POWER = power_dial("power", 1.0, Text("Power of the decay: 1 is a line.", "衰减的幂次\uff1a1 为直线。"))

POLYNOMIAL = Schedule(
    title=Text("Polynomial", "多项式衰减"),
    order=23,
    source=Source("Chen et al., DeepLab (the poly policy)", 2016, "1606.00915"),
    formula=r"\eta_t = \eta\, (1 - \min(t, T) / T)^p",
    summary=Text("Falls to zero along a power of the time left.", "按剩余时间的幂次降到零。"),
    forms=(
        Form(hypers=(run_dial("total_iters"), POWER), rate=rate),
        Form(hypers=(FIRST, END, POWER, LENGTH, BEGIN), rate=optax_rate),
    ),
)
