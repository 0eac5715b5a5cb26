"""Exponential decay."""

import jax.numpy as jnp
from jax import Array

from optimizers.schedules._dials import FIRST, FLOORED_DECAY, exponential_decay, own
from optimizers.schedules._schedule import Form, Rate, Schedule
from visualizer.spec import Hyper, Source, Text, Values


def rate(t: Array, steps: Array, h: Values) -> Rate:
    """PyTorch's ``ExponentialLR``."""
    return Rate(h.lr * jnp.power(h.gamma, t))


def optax_rate(t: Array, steps: Array, h: Values) -> Rate:
    """Optax's ``exponential_decay``."""
    return Rate(exponential_decay(t, own(h.init_value, h.lr), h))


GAMMA = Hyper(
    "gamma",
    r"\gamma",
    0.99,
    0.5,
    0.9999,
    "log1m",
    Text("Factor of each step.", "每一步的因子。"),
    least=0.0,
    most=1.0,
)

EXPONENTIAL = Schedule(
    title=Text("Exponential", "指数衰减"),
    order=22,
    source=Source("Robbins and Monro, Annals of Mathematical Statistics 22 (rates that fall)", 1951),
    formula=r"\eta_t = \eta\, \gamma^t",
    summary=Text("Falls by the same factor at every step.", "每一步乘以同一个因子。"),
    forms=(Form(hypers=(GAMMA,), rate=rate), Form(hypers=(FIRST, *FLOORED_DECAY), rate=optax_rate)),
)
