"""Nesterov's accelerated gradient: Nesterov 1983, in the form of Sutskever et al. 2013."""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp
from jax import Array

from optimizers._card import Bound, Card, Twin
from optimizers._frame import COUPLED, Moments, Optimizer, learning_rate, momentum_rate, weight_decay
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, b: Array, h: Values) -> Moments:
    b = h.momentum * b + g
    return Moments(g + h.momentum * b, b)


def limit(h: Mapping[str, Any]) -> float:
    """2 (1 + mu) / (1 + 2 mu), less the decay's own curvature."""
    return 2.0 * (1.0 + h["momentum"]) / (1.0 + 2.0 * h["momentum"]) - h["lr"] * h["weight_decay"]


NESTEROV = Optimizer(
    title=Text("Nesterov", "Nesterov 加速 NAG"),
    family="gradient",
    order=30,
    source=Source("Sutskever, Martens, Dahl and Hinton, ICML (after Nesterov 1983)", 2013),
    formula=r"b_t = \mu b_{t-1} + g_t, \quad \theta_t = \theta_{t-1} - \eta (g_t + \mu b_t)",
    follows=Text(
        "PyTorch's SGD(nesterov=True); Optax and Keras agree at a constant rate (Keras keeps the "
        "rate in its buffer). The point drawn is the look-ahead point: the textbook form, and "
        "Sutskever et al., take the same gradients but draw the point before it. Nesterov's own "
        "sequence of mu (1983) is not used by any of them.",
        "与 PyTorch 的 SGD(nesterov=True) 一致\uff1b学习率恒定时 Optax、Keras 相同\uff08Keras 把学习"
        "率放进缓冲区\uff09。画出的是前瞻点\uff1a教科书和 Sutskever 等人的形式梯度相同\uff0c但画的是"
        "前瞻之前的点。1983 年论文中逐步变化的 μ\uff0c这些库都没有采用。",
    ),
    summary=Text(
        "Momentum that looks ahead: it brakes before the slope rises, and its stability range is smaller.",
        "会前瞻的动量：坡度上升之前就刹车，但稳定范围更小。",
    ),
    twins=(
        Twin(Text("Heavy ball: no look-ahead", "重球\uff1a不前瞻"), "momentum"),
        Twin(Text("Without momentum (SGD)", "不加动量\uff08SGD\uff09"), "sgd"),
        Twin(Text("Decoupled weight decay (SGDW)", "解耦权重衰减\uff08SGDW\uff09"), "sgdw", {"nesterov": True}),
    ),
    hypers=(learning_rate(1e-3), momentum_rate(), weight_decay()),
    units="velocity",
    init=lambda theta, h: jnp.zeros_like(theta),
    moments=moments,
    decay=COUPLED,
    card=Card(
        parents=("momentum",),
        mends=Text(
            "The swings of momentum: the gradient is felt where the velocity is about to carry the "
            "point, so it brakes earlier. On the Ravine at lr 0.01 it first comes within 0.05 of the "
            "minimum at step 24, momentum at step 57.",
            "减轻动量的摆动\uff1a在速度即将到达之处感受梯度\uff0c因而更早刹车。峡谷上 η = 0.01 时\uff0c它"
            "第 24 步首次进入极小值 0.05 以内\uff0c动量是第 57 步。",
        ),
        breaks=Text(
            "The largest stable rate shrinks: 2(1 + mu)/((1 + 2 mu) L) is 1.36/L at mu 0.9, below that "
            "of plain gradient descent. On the Ravine it diverges at lr 0.0137, momentum only above "
            "0.038.",
            "最大稳定学习率变小\uff1a2(1 + μ)/((1 + 2μ)L)\uff0cμ = 0.9 时为 1.36/L\uff0c比普通梯度下降还"
            "小。峡谷上 η = 0.0137 就发散\uff0c动量要超过 0.038。",
        ),
        use=Text(
            "Where momentum swings too much at a rate well below its limit; smooth convex problems, "
            "where mu tending to 1 gives the best possible rate of first-order methods.",
            "学习率远低于上限而动量摆动过大时\uff1b光滑凸问题\uff0c此时让 μ 趋于 1\uff0c可达到一阶方法的最优收敛速度。",
        ),
        avoid=Text(
            "At rates near the limit of gradient descent, and under strong noise: looking ahead along a "
            "noisy velocity gains nothing.",
            "学习率接近梯度下降的上限时\uff1b噪声很强时\uff0c沿带噪声的速度前瞻没有好处。",
        ),
        memory=1,
        torch="torch.optim.SGD([theta], lr={lr}, momentum={momentum}, nesterov=True, weight_decay={weight_decay})",
        optax="optax.chain(optax.add_decayed_weights({weight_decay}), optax.sgd({lr}, "
        "momentum={momentum}, nesterov=True))",
        before="b = np.zeros(2)",
        step="""
g = gradient(theta) + weight_decay * theta
b = momentum * b + g
theta = theta - lr * (g + momentum * b)
""",
        bound=Bound(r"\eta < \frac{2 (1 + \mu)}{(1 + 2 \mu) (L + \lambda)}", limit),
        note=Text(
            "The famous rate of 1/t^2 belongs to the form of 1983 with a growing mu; a constant mu as "
            "here is for strongly convex surfaces.",
            "著名的 1/t² 收敛速度属于 1983 年 μ 逐步增大的形式\uff1b这里 μ 恒定\uff0c适用于强凸曲面。",
        ),
    ),
)
