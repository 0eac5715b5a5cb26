"""Cyclical learning rates: Smith, WACV 2017 (arXiv:1506.01186)."""

import jax.numpy as jnp
from jax import Array

from optimizers.schedules._dials import CYCLED, HIGHEST, WHOLE, momentum_dials, own, rate_dial, steps_dial
from optimizers.schedules._schedule import NOT_CYCLED, Form, Rate, Schedule
from visualizer.spec import Hyper, Source, Text, Values

MODES = ("triangular", "triangular2", "exp_range")


def rate(t: Array, steps: Array, h: Values) -> Rate:
    """PyTorch's ``CyclicLR``: the momentum is cycled the other way."""
    up = h.step_size_up
    total = up + jnp.where(h.step_size_down > 0, h.step_size_down, up)
    cycle = jnp.floor(1.0 + t / total)
    place = 1.0 + t / total - cycle
    turn = up / total
    wave = jnp.where(place <= turn, place / turn, (place - 1.0) / jnp.where(turn < 1.0, turn - 1.0, -1.0))
    fade = jnp.where(h.mode == 1, jnp.power(2.0, 1.0 - cycle), jnp.where(h.mode == 2, jnp.power(h.gamma, t), 1.0))
    top = own(h.max_lr, h.lr)
    bottom = own(h.base_lr, 0.1 * top)
    momentum = h.max_momentum - (h.max_momentum - h.base_momentum) * wave * fade
    return Rate(bottom + (top - bottom) * wave * fade, jnp.where(h.cycle_momentum > 0, momentum, NOT_CYCLED))


HYPERS = (
    rate_dial(
        "base_lr",
        r"\eta_{\min}",
        None,
        Text("The lowest; automatic: a tenth of the highest.", "最低学习率\uff1b自动\uff1a最高的十分之一。"),
    ),
    HIGHEST,
    steps_dial("step_size_up", "S_1", 20, Text("Steps of the rise.", "上升的步数。"), least=1),
    Hyper(
        "step_size_down",
        "S_2",
        None,
        1,
        5000,
        "log",
        Text("Steps of the fall; automatic: as many.", "下降的步数\uff1b自动\uff1a与上升相同。"),
        kind="int",
        null=WHOLE,
        least=1,
        most=10_000_000,
    ),
    Hyper(
        "mode",
        "s_t",
        "triangular",
        kind="choice",
        choices=MODES,
        doc=Text("How the cycles fade.", "循环如何衰减。"),
    ),
    Hyper(
        "gamma",
        r"\gamma",
        1.0,
        0.9,
        1.0,
        doc=Text("Factor of each step (exp_range).", "每步因子\uff08exp_range\uff09。"),
        least=0.0,
        most=10.0,
    ),
    CYCLED,
    *momentum_dials(0.8, 0.9),
)

CYCLIC = Schedule(
    title=Text("Cyclic", "循环学习率"),
    order=40,
    source=Source("Smith, WACV", 2017, "1506.01186"),
    formula=r"\eta_t = \eta_{\min} + (\eta_{\max} - \eta_{\min})\, \wedge(t)\, s_t",
    summary=Text("Up and down between two rates, again and again.", "在两个学习率之间反复升降。"),
    forms=(Form(hypers=HYPERS, rate=rate),),
)
