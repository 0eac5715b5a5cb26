"""Heavy ball: Polyak 1964."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Bound, Card, Twin
from optimizers._frame import COUPLED, Moments, Optimizer, lane, learning_rate, momentum_rate, weight_decay
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    b: Array  # (2, ...lanes): the velocity
    begun: Array  # (...lanes): 0 before the first gradient, then 1


def init(theta: Array, h: Values) -> State:
    return State(jnp.zeros_like(theta), lane(theta))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    # The first buffer is the whole gradient: dampening does not touch it (PyTorch's convention).
    # Without momentum it keeps no buffer, and dampening has no meaning.
    b = jnp.where((state.begun > 0) & (h.momentum > 0), h.momentum * state.b + (1.0 - h.dampening) * g, g)
    return Moments(b, State(b, lane(theta, 1.0)))


def limit(h: Mapping[str, Any]) -> float:
    """2 (1 + mu) / (1 - tau), less the decay's own curvature; without momentum there is no buffer to dampen."""
    kept = 1.0 - h["dampening"] if h["momentum"] else 1.0
    return (2.0 * (1.0 + h["momentum"]) / kept if kept else math.inf) - h["lr"] * h["weight_decay"]


MOMENTUM = Optimizer(
    title=Text("Momentum", "动量 SGDM"),
    family="gradient",
    order=20,
    source=Source("Polyak, USSR Computational Mathematics and Mathematical Physics 4(5)", 1964),
    formula=r"b_t = \mu b_{t-1} + g_t, \quad \theta_t = \theta_{t-1} - \eta b_t",
    follows=Text(
        "PyTorch's SGD(momentum=). Keras and Polyak's paper keep the rate inside the buffer: the "
        "same at a constant rate, different under a schedule. The first step ignores dampening, in "
        "PyTorch alone: b starts as the whole gradient; Optax and Keras have no dampening. Dampening "
        "equal to mu is an averaged gradient, but for that first step.",
        "与 PyTorch 的 SGD(momentum=) 一致。Keras 和 Polyak 的论文把学习率放进缓冲区\uff1a学习率恒定"
        "时相同\uff0c有调度时不同。PyTorch 特有\uff1a第一步不受 dampening 影响\uff0cb 从完整的梯度开"
        "始\uff1bOptax、Keras 没有 dampening。取 dampening = μ\uff0c除第一步外就是梯度的滑动平均。",
    ),
    summary=Text(
        "A heavy ball: past gradients accumulate, so it coasts through flat parts and overshoots.",
        "像一个重球：累积过去的梯度，能滑过平坦处，也会冲过头。",
    ),
    twins=(
        Twin(Text("Without momentum (SGD)", "不加动量\uff08SGD\uff09"), "sgd"),
        Twin(Text("Nesterov's look-ahead", "改为 Nesterov 前瞻"), "nesterov"),
        Twin(
            Text(
                "EMA momentum: dampening = momentum, but for the first step",
                "指数平均动量\uff1adampening = momentum\uff0c第一步除外",
            ),
            "momentum",
            {"dampening": "momentum"},
        ),
        Twin(Text("Heavy ball: no dampening", "重球\uff1a不加 dampening"), "momentum", {"dampening": 0.0}),
        Twin(Text("Decoupled weight decay (SGDW)", "解耦权重衰减\uff08SGDW\uff09"), "sgdw"),
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
        weight_decay(),
    ),
    units="velocity",
    init=init,
    moments=moments,
    decay=COUPLED,
    card=Card(
        parents=("sgd",),
        mends=Text(
            "Zigzags of gradient descent: sideways pulls cancel in the velocity, pulls along the floor "
            "add up to 1/(1 - mu) times the step. It may use a rate (1 + mu) times as large.",
            "修正梯度下降的来回折返\uff1a横向的拉力在速度中抵消\uff0c沿谷底的拉力累积到 1/(1 − μ) 倍。可"
            "用的学习率也大到 (1 + μ) 倍。",
        ),
        breaks=Text(
            "It overshoots and swings: watch it cross the floor of the Ravine. Under noise it is no "
            "steadier than SGD at the rate lr/(1 - mu): on the Noisy bowl its cloud at lr 0.002 is that "
            "of SGD at lr 0.02.",
            "会冲过头、会摆动\uff1a看它怎样越过峡谷的谷底。有噪声时\uff0c它并不比学习率为 η/(1 − μ) 的 "
            "SGD 更稳\uff1a噪声碗上 η = 0.002 的云与 η = 0.02 的 SGD 一样大。",
        ),
        use=Text(
            "Ill-conditioned but smooth surfaces, and image networks, where SGD with mu 0.9 and a "
            "falling rate is hard to beat. It rolls through small bumps: on the Bumpy bowl it gets much "
            "lower than SGD at the same rate 0.02.",
            "病态但光滑的曲面\uff1b在图像网络上\uff0cμ = 0.9 加上逐步下降的学习率很难被超越。它能滚过小坑"
            "\uff1a在起伏碗上\uff0c同样 η = 0.02\uff0c它比 SGD 低得多。",
        ),
        avoid=Text(
            "When lr is copied from SGD: the effective rate is 1/(1 - mu) times larger, 10 times at 0.9. "
            "Divide lr when you raise mu.",
            "照搬 SGD 的学习率时\uff1a有效学习率大 1/(1 − μ) 倍\uff0cμ = 0.9 时为 10 倍。调大 μ 时应相应调小 η。",
        ),
        memory=1,
        torch="torch.optim.SGD([theta], lr={lr}, momentum={momentum}, dampening={dampening}, "
        "weight_decay={weight_decay})",
        optax="optax.chain(optax.add_decayed_weights({weight_decay}), optax.sgd({lr}, momentum={momentum}))",
        before="b = np.zeros(2)",
        step="""
g = gradient(theta) + weight_decay * theta
if t == 1 or momentum == 0:
    b = g
else:
    b = momentum * b + (1 - dampening) * g
theta = theta - lr * b
""",
        bound=Bound(r"\eta < \frac{2 (1 + \mu)}{(1 - \tau) (L + \lambda)}", limit),
        note=Text(
            "A ball does not escape every local minimum: it needs the speed to climb out. On the Bumpy "
            "bowl from the usual start it stops in a pit at a distance of 0.7, and Nesterov at the same "
            "dials reaches the centre.",
            "小球并不能逃出每个局部极小值\uff1a要有足够的速度才爬得出来。在起伏碗上从默认起点出发\uff0c它"
            "停在距中心 0.7 的坑里\uff0c而同样参数的 Nesterov 到达中心。",
        ),
    ),
)
