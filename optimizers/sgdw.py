"""SGDW: Loshchilov and Hutter 2019 (arXiv:1711.05101), Algorithm 1."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Bound, Card, Twin
from optimizers._frame import DECOUPLED, Moments, Optimizer, lane, learning_rate, momentum_rate, weight_decay
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    b: Array  # (2, ...lanes): the velocity
    begun: Array  # (...lanes): 0 before the first gradient, then 1


def init(theta: Array, h: Values) -> State:
    return State(jnp.zeros_like(theta), lane(theta))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    # The first buffer is the whole gradient, and without momentum there is no buffer: dampening touches neither.
    kept = (state.begun > 0) & (h.momentum > 0)
    b = jnp.where(kept, h.momentum * state.b + (1.0 - h.dampening) * g, g)
    m = jnp.where(h.nesterov > 0, g + h.momentum * b, b)
    return Moments(m, State(b, lane(theta, 1.0)))


def limit(h: Mapping[str, Any]) -> float:
    """(2 - lr lambda)(1 + mu) / (1 - tau); with Nesterov's step over 1 + mu + mu (1 - tau)."""
    mu, kept = h["momentum"], 1.0 - h["dampening"] if h["momentum"] else 1.0
    over = 1.0 + mu + mu * kept if h["nesterov"] else kept
    return (2.0 - h["lr"] * h["weight_decay"]) * (1.0 + mu) / over if over else math.inf


SGDW = Optimizer(
    title=Text("SGDW", "SGDW"),
    family="gradient",
    order=35,
    source=Source("Loshchilov and Hutter, ICLR", 2019, "1711.05101", "Algorithm 1"),
    formula=r"b_t = \mu b_{t-1} + g_t, \quad \theta_t = (1 - \eta\lambda)\,\theta_{t-1} - \eta b_t",
    follows=Text(
        "pytorch_optimizer's SGDW and Keras' SGD(weight_decay=). In the paper the decay is "
        "multiplied by the schedule alone, not by lr, and the rate sits inside the buffer; PyTorch's "
        "SGD(weight_decay=) is L2; torch_optimizer subtracts lr lambda itself from every coordinate, "
        "which is a bug. Optax has it as a chain.",
        "与 pytorch_optimizer 的 SGDW、Keras 的 SGD(weight_decay=) 一致。论文中衰减只乘调度系数、不乘"
        "学习率\uff0c学习率在缓冲区内\uff1bPyTorch 的 SGD(weight_decay=) 是 L2\uff1btorch_optimizer "
        "从每个坐标直接减去 ηλ\uff0c是个错误。Optax 可用 chain 组合出它。",
    ),
    summary=Text(
        "Momentum with weight decay taken out of the velocity: theta shrinks at once, instead of the pull toward 0 "
        "building up in the buffer.",
        "把权重衰减移出速度的动量法\uff1aθ 直接收缩\uff0c指向原点的拉力不在缓冲区里累积。",
    ),
    twins=(
        Twin(Text("Coupled weight decay (L2)", "耦合权重衰减\uff08L2\uff09"), "momentum"),
        Twin(Text("Nesterov's look-ahead", "改为 Nesterov 前瞻"), "sgdw", {"nesterov": True}),
        Twin(Text("Heavy ball: no look-ahead", "重球\uff1a不前瞻"), "sgdw", {"nesterov": False}),
    ),
    hypers=(
        learning_rate(1e-3),
        momentum_rate(),
        Hyper(
            "dampening",
            r"\tau",
            0.0,
            doc=Text("Share of each new gradient that is held back.", "每个新梯度被抑制的比例。"),
            least=0.0,
            most=1.0,
        ),
        weight_decay(1e-2, decoupled=True),
        Hyper(
            "nesterov",
            "N",
            False,
            kind="bool",
            doc=Text("Step along g + mu b, Nesterov's look-ahead.", "沿 g + μb 走\uff0c即 Nesterov 前瞻。"),
        ),
    ),
    units="velocity",
    init=init,
    moments=moments,
    decay=DECOUPLED,
    card=Card(
        parents=("momentum",),
        mends=Text(
            "Weight decay inside momentum: there the pull toward 0 builds up in the velocity like any "
            "gradient; here theta shrinks by lr lambda at once.",
            "动量法里的权重衰减\uff1a在那里\uff0c指向原点的拉力像梯度一样累积在速度中\uff1b在这里\uff0cθ "
            "直接按 ηλ 收缩。",
        ),
        breaks=Text(
            "Decay and momentum no longer add up to the gradient of any penalized loss: the resting "
            "point depends on mu. At mu 0.9 the same lambda pulls ten times less than in momentum: on "
            "Himmelblau with lambda 0.5 it rests at (2.9985, 1.9979), momentum with L2 at (2.985, 1.979).",
            "衰减与动量合起来不再是某个带惩罚损失的梯度\uff1a静止点与 μ 有关。μ = 0.9 时\uff0c同样的 λ 拉"
            "力只有动量法的十分之一\uff1aHimmelblau 上 λ = 0.5 时停在 (2.9985, 1.9979)\uff0c带 L2 的动量"
            "停在 (2.985, 1.979)。",
        ),
        use=Text(
            "SGD with momentum where lambda is to be tuned apart from mu and the schedule.",
            "需要把 λ 与 μ、调度分开调节的动量 SGD。",
        ),
        avoid=Text(
            "When a lambda found with PyTorch's SGD is to be kept: divide it by 1 - mu first.",
            "想沿用 PyTorch 的 SGD 上调好的 λ 时\uff1a应先除以 1 − μ。",
        ),
        memory=1,
        optax="optax.chain(optax.trace({momentum}, nesterov={nesterov}), "
        "optax.add_decayed_weights({weight_decay}), optax.scale_by_learning_rate({lr}))",
        before="b = np.zeros(2)",
        step="""
g = gradient(theta)
if t == 1 or momentum == 0:
    b = g
else:
    b = momentum * b + (1 - dampening) * g
m = g + momentum * b if nesterov else b
theta = theta - lr * weight_decay * theta - lr * m
""",
        bound=Bound(r"\eta < \frac{(2 - \eta\lambda)(1 + \mu)}{L}", limit),
        note=Text(
            "The bound as written holds without dampening and without the Nesterov flag; with dampening "
            "tau it is 1/(1 - tau) times as large.",
            "上述界适用于不用 dampening、不开 Nesterov 的情形\uff1b有 dampening τ 时放大 1/(1 − τ) 倍。",
        ),
    ),
)
