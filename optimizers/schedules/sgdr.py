"""Stochastic gradient descent with warm restarts: Loshchilov and Hutter 2017 (arXiv:1608.03983)."""

import jax.numpy as jnp
from jax import Array

from optimizers.schedules._dials import BOTTOM, steps_dial
from optimizers.schedules._schedule import Form, Rate, Schedule
from optimizers.schedules.warmup_cosine import warmup_cosine
from visualizer.spec import Hyper, Source, Text, Values

MOST_CYCLES = 6
FIELDS = ("init_value", "peak_value", "warmup_steps", "decay_steps", "end_value")
ROUNDING = 1e-9  # a restart is at a whole step: a logarithm may miss it by rounding


def rate(t: Array, steps: Array, h: Values) -> Rate:
    """PyTorch's ``CosineAnnealingWarmRestarts``: cycle i lasts T_0 T_mult^i steps."""
    growth = jnp.where(h.T_mult > 1, h.T_mult, 2.0)
    geometric = jnp.floor(jnp.log(t / h.T_0 * (growth - 1.0) + 1.0) / jnp.log(growth) + ROUNDING)
    i = jnp.where(h.T_mult > 1, geometric, jnp.floor(t / h.T_0))
    length = jnp.where(h.T_mult > 1, h.T_0 * jnp.power(growth, i), h.T_0)
    begin = jnp.where(h.T_mult > 1, h.T_0 * (jnp.power(growth, i) - 1.0) / (growth - 1.0), h.T_0 * i)
    return Rate(h.eta_min + (h.lr - h.eta_min) * (1.0 + jnp.cos(jnp.pi * (t - begin) / length)) / 2.0)


def optax_rate(t: Array, steps: Array, h: Values) -> Rate:
    """Optax's ``sgdr_schedule``: cycles given one by one, each a warmup and a cosine."""
    numbers, count = h.cycles
    width, begin, found = len(FIELDS), jnp.zeros_like(t), jnp.zeros_like(t)
    for i in range(MOST_CYCLES):
        start, peak, warmup, total, end = (numbers[width * i + j] for j in range(width))
        value = warmup_cosine(t - begin, start, peak, warmup, total, end, 1.0)
        found = jnp.where((i < count) & (t >= begin), value, found)
        begin = begin + total
    return Rate(found)


CYCLES = Hyper(
    "cycles",
    "c",
    ({"init_value": 0.0, "peak_value": 0.1, "warmup_steps": 5, "decay_steps": 50, "end_value": 0.0},),
    doc=Text("The cycles, one by one.", "逐个给出的周期。"),
    kind="table",
    fields=FIELDS,
    length=MOST_CYCLES,
    least=0.0,
    most=1e7,
)
GROWTH = Hyper(
    "T_mult",
    "m",
    2,
    1,
    3,
    doc=Text("How much longer each cycle is.", "每个周期变长的倍数。"),
    kind="int",
    least=1,
    most=100,
)

SGDR = Schedule(
    title=Text("SGDR, warm restarts", "SGDR\uff08热重启\uff09"),
    order=41,
    source=Source("Loshchilov and Hutter, ICLR", 2017, "1608.03983", "equation 5"),
    formula=r"\eta_t = \eta_{\min} + \tfrac12 (\eta - \eta_{\min}) (1 + \cos(\pi T_{\mathrm{cur}} / T_i)), "
    r"\quad T_i = T_0 T_{\mathrm{mult}}^i",
    summary=Text("A cosine that starts again, each time for longer.", "反复重新开始的余弦\uff0c一次比一次长。"),
    forms=(
        Form(
            hypers=(
                steps_dial("T_0", "T_0", 50, Text("Steps of the first cycle.", "第一个周期的步数。"), least=1),
                GROWTH,
                BOTTOM,
            ),
            rate=rate,
        ),
        Form(hypers=(CYCLES,), rate=optax_rate),
    ),
)
