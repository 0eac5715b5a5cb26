"""The constant learning rate; for a while a share of it, as in PyTorch's ConstantLR."""

import jax.numpy as jnp
from jax import Array

from optimizers.schedules._dials import factor_dial, steps_dial
from optimizers.schedules._schedule import Form, Rate, Schedule
from visualizer.spec import Source, Text, Values


def held_back(t: Array, steps: Array, h: Values) -> Rate:
    """PyTorch's ``ConstantLR``: lr factor for t < total_iters, lr after."""
    return Rate(h.lr * jnp.where(t < h.total_iters, h.factor, 1.0))


CONSTANT = Schedule(
    title=Text("Constant", "恒定"),
    order=0,
    source=Source("Robbins and Monro, Annals of Mathematical Statistics 22", 1951),
    formula=r"\eta_t = \eta",
    summary=Text("The same rate at every step.", "每一步使用相同的学习率。"),
    forms=(
        Form(hypers=(), rate=lambda t, steps, h: Rate(h.lr)),
        Form(
            hypers=(
                factor_dial("factor", "f", 1.0 / 3.0, Text("Share of the rate at first.", "起初的比例。")),
                steps_dial("total_iters", "T", 5, Text("For how many steps.", "持续步数。")),
            ),
            rate=held_back,
        ),
    ),
)
