"""Step decay at given steps."""

import jax.numpy as jnp
from jax import Array

from optimizers.schedules._dials import factor_dial
from optimizers.schedules._schedule import Form, Rate, Schedule
from visualizer.spec import Hyper, Source, Text, Values

MOST = 8


def rate(t: Array, steps: Array, h: Values) -> Rate:
    """PyTorch's ``MultiStepLR``: the factor acts from each milestone on."""
    milestones, count = h.milestones
    passed = sum(jnp.where((i < count) & (t >= milestones[i]), 1.0, 0.0) for i in range(MOST))
    return Rate(h.lr * jnp.power(h.gamma, passed))


MILESTONES = Hyper(
    "milestones",
    "T_i",
    (30.0, 80.0),
    0,
    1000,
    doc=Text("The steps at which it falls.", "下降发生的步数。"),
    kind="list",
    length=MOST,
    least=0,
    most=10_000_000,
)

MULTISTEP = Schedule(
    title=Text("Multistep", "多阶梯衰减"),
    order=21,
    source=Source("He, Zhang, Ren and Sun, CVPR (its common use)", 2016, "1512.03385"),
    formula=r"\eta_t = \eta\, \gamma^{\#\{i : T_i \le t\}}",
    summary=Text("Falls by a factor at chosen steps.", "在指定的步数乘以一个因子。"),
    forms=(
        Form(
            hypers=(MILESTONES, factor_dial("gamma", r"\gamma", 0.1, Text("Factor of each fall.", "每次下降的因子。"))),
            rate=rate,
        ),
    ),
)
