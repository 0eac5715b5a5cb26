"""Cosine annealing: Loshchilov and Hutter 2017 (arXiv:1608.03983), equation 5, without restarts."""

import jax.numpy as jnp
from jax import Array

from optimizers.schedules._schedule import Form, Rate, Schedule
from visualizer.spec import Hyper, Source, Text, Values


def rate(t: Array, steps: Array, h: Values) -> Rate:
    """PyTorch's ``CosineAnnealingLR``, which climbs again after T_max; Optax and Keras stay at the end."""
    period = jnp.where(h.T_max > 0, h.T_max, steps)
    return Rate(h.eta_min + (h.lr - h.eta_min) * (1.0 + jnp.cos(jnp.pi * t / period)) / 2.0)


COSINE = Schedule(
    title=Text("Cosine", "余弦退火"),
    order=10,
    source=Source("Loshchilov and Hutter, ICLR", 2017, "1608.03983", "equation 5"),
    formula=r"\eta_t = \eta_{\min} + \tfrac12 (\eta - \eta_{\min}) (1 + \cos(\pi t / T))",
    summary=Text(
        "Falls from the base rate to the final one along half a cosine.", "沿半个余弦从初始学习率降到最终学习率。"
    ),
    forms=(
        Form(
            hypers=(
                Hyper(
                    "T_max",
                    "T",
                    None,
                    10,
                    5000,
                    "log",
                    Text(
                        "Steps from the top to the bottom; automatic: the whole run.",
                        "从最高到最低的步数；自动：整个过程。",
                    ),
                    kind="int",
                    null=0.0,
                    least=1,
                    most=1_000_000,
                ),
                Hyper(
                    "eta_min",
                    r"\eta_{\min}",
                    0.0,
                    1e-6,
                    1.0,
                    "log0",
                    Text("The rate at the bottom.", "最低学习率。"),
                    least=0.0,
                    most=1e6,
                ),
            ),
            rate=rate,
        ),
    ),
)
