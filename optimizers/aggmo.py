"""AggMo, aggregated momentum: Lucas, Sun, Zemel and Grosse 2019 (arXiv:1804.00325)."""

import jax.numpy as jnp
from jax import Array

from optimizers._card import Bound, Card, Twin
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
        "torch_optimizer, whose equal betas share one velocity (here each has its own); "
        "pytorch_optimizer agrees. The paper's rate is 0.1, the code's 1e-3. PyTorch, Optax and "
        "Keras do not have it.",
        "与 torch_optimizer 一致\uff0c但它相同的 β 共用一个速度\uff08这里各有各的\uff09\uff1b"
        "pytorch_optimizer 相同。论文的学习率为 0.1\uff0c代码为 1e-3。PyTorch、Optax、Keras 中没有。",
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
    card=Card(
        parents=("momentum",),
        mends=Text(
            "A high momentum swings. Averaged with lower ones it does not: ravine, lr 0.01, betas 0, 0.9 "
            "and 0.99 are within 1e-3 from step 199 on, momentum 0.99 alone from step 1039.",
            "大动量会摆动\uff0c与较小的动量平均后就不会\uff1a峡谷上 η = 0.01\uff0cβ 取 0、0.9、0.99 时从"
            "第 199 步起损失不超过 1e-3\uff0c单用动量 0.99 从第 1039 步起。",
        ),
        breaks=Text(
            "It is no faster than one well-chosen momentum: 0.9 at the same rate needs 97 steps there. "
            "And one vector of memory for each beta.",
            "并不比选得好的单个动量更快\uff1a同样学习率下 0.9 只需 97 步。而且每个 β 都要存一个向量。",
        ),
        use=Text(
            "Where the condition number is unknown, so that no one momentum can be chosen: it is the safe one.",
            "条件数未知、无法选定单个动量时\uff1a它是稳妥的选择。",
        ),
        avoid=Text(
            "Where memory counts, or where the momentum has been tuned already.",
            "显存宝贵\uff0c或动量已经调好时。",
        ),
        memory=3,
        before="betas = np.array(betas).reshape(-1, 1)\nb = np.zeros((len(betas), 2))",
        step="g = gradient(theta) + weight_decay * theta\nb = betas * b + g\ntheta = theta - lr * b.mean(axis=0)",
        bound=Bound(
            r"\eta < \frac{2K}{(L + \lambda) \sum_{i=1}^{K} 1 / (1 + \beta_i)}",
            lambda h: 2 * len(h["betas"]) / sum(1 / (1 + beta) for beta in h["betas"]) - h["lr"] * h["weight_decay"],
        ),
    ),
)
