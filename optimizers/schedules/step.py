"""Step decay."""

import jax.numpy as jnp
from jax import Array

from optimizers.schedules._dials import factor_dial, steps_dial
from optimizers.schedules._schedule import Form, Rate, Schedule
from visualizer.spec import Source, Text, Values


def rate(t: Array, steps: Array, h: Values) -> Rate:
    """PyTorch's ``StepLR``."""
    return Rate(h.lr * jnp.power(h.gamma, jnp.floor(t / h.step_size)))


STEP = Schedule(
    title=Text("Step", "阶梯衰减"),
    order=20,
    source=Source("He, Zhang, Ren and Sun, CVPR (its common use)", 2016, "1512.03385"),
    formula=r"\eta_t = \eta\, \gamma^{\lfloor t / S \rfloor}",
    summary=Text("Falls by a factor every so many steps.", "每隔若干步乘以一个因子。"),
    forms=(
        Form(
            hypers=(
                steps_dial("step_size", "S", 30, Text("Steps between two falls.", "两次下降之间的步数。"), least=1),
                factor_dial("gamma", r"\gamma", 0.1, Text("Factor of each fall.", "每次下降的因子。")),
            ),
            rate=rate,
        ),
    ),
)
