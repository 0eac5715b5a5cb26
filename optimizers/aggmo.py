"""AggMo, aggregated momentum: Lucas, Sun, Zemel and Grosse 2019 (arXiv:1804.00325)."""

import jax.numpy as jnp
from jax import Array

from optimizers._card import Twin
from optimizers._frame import COUPLED, Moments, Optimizer, learning_rate, weight_decay
from visualizer.spec import Hyper, Source, Text, Values

MOST = 5  # velocities


def init(theta: Array, h: Values) -> tuple[Array, ...]:
    return (jnp.zeros_like(theta),) * MOST


def moments(g: Array, theta: Array, velocities: tuple[Array, ...], h: Values) -> Moments:
    betas, count = h.betas
    velocities = tuple(betas[i] * b + g for i, b in enumerate(velocities))
    total = sum(jnp.where(i < count, b, 0.0) for i, b in enumerate(velocities))
    return Moments(total / count, velocities)


AGGMO = Optimizer(
    title=Text("AggMo", "聚合动量 AggMo"),
    family="gradient",
    order=34,
    source=Source("Lucas, Sun, Zemel and Grosse, ICLR", 2019, "1804.00325"),
    formula=r"b^{(i)}_t = \beta_i b^{(i)}_{t-1} + g_t, \quad "
    r"\theta_t = \theta_{t-1} - \frac{\eta}{K} \sum_{i=1}^{K} b^{(i)}_t",
    follows=Text(
        "torch_optimizer, whose equal betas share one velocity (here each has its own); pytorch_optimizer agrees. "
        "The paper's rate is 0.1, the code's 1e-3.",
        "与 torch_optimizer 一致\uff0c但它相同的 β 共用一个速度\uff08这里各有各的\uff09\uff1bpytorch_optimizer 相同。"
        "论文的学习率为 0.1\uff0c代码为 1e-3。",
    ),
    summary=Text(
        "Several heavy balls of different inertia, averaged: "
        "the slow ones damp the fast ones' swings, so that beta = 0.99 becomes usable.",
        "惯性不同的几个重球取平均\uff1a小惯性抑制大惯性的摆动\uff0c使 β = 0.99 也可用。",
    ),
    twins=(
        Twin(
            Text("One velocity (beta = 0.9): heavy ball", "只留一个速度\uff08β = 0.9\uff09\uff1a重球"),
            "aggmo",
            {"betas": (0.9,)},
        ),
    ),
    hypers=(
        learning_rate(1e-3),
        Hyper(
            "betas",
            r"\beta_i",
            (0.0, 0.9, 0.99),
            0.0,
            0.999,
            "log1m",
            Text("The velocities' momenta, one to five.", "各速度的动量系数\uff0c一到五个。"),
            kind="list",
            length=MOST,
            least=0.0,
            most=1.0 - 1e-12,
        ),
        weight_decay(),
    ),
    units="velocity",
    init=init,
    moments=moments,
    decay=COUPLED,
)
