"""QHM, quasi-hyperbolic momentum: Ma and Yarats 2019 (arXiv:1810.06801)."""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp
from jax import Array

from optimizers._card import Bound, Card, Twin
from optimizers._decay import switched_decay
from optimizers._frame import SWITCHED, Moments, Optimizer, ema, learning_rate, momentum_rate
from visualizer.spec import Hyper, Source, Text, Values


def moments(g: Array, theta: Array, b: Array, h: Values) -> Moments:
    b = ema(h.momentum, b, g)
    return Moments(ema(h.nu, b, g), b)


def limit(h: Mapping[str, Any]) -> float:
    """2 (1 + mu) / (1 + mu - 2 nu mu), moved by the decay: coupled it adds curvature, decoupled it takes from the 2."""
    share = (1.0 + h["momentum"]) / (1.0 + h["momentum"] - 2.0 * h["nu"] * h["momentum"])
    decay = h["lr"] * h["weight_decay"]
    return (2.0 - decay) * share if h["decoupled_weight_decay"] else 2.0 * share - decay


QHM = Optimizer(
    title=Text("QHM", "拟双曲动量 QHM"),
    family="gradient",
    order=32,
    source=Source("Ma and Yarats, ICLR", 2019, "1810.06801"),
    formula=r"b_t = \mu b_{t-1} + (1 - \mu) g_t, \quad "
    r"\theta_t = \theta_{t-1} - \eta \left( (1 - \nu) g_t + \nu b_t \right)",
    follows=Text(
        "torch_optimizer; pytorch_optimizer agrees. Neither PyTorch, Optax nor Keras has it. The "
        "defaults of momentum and nu are the paper's.",
        "与 torch_optimizer 一致\uff1bpytorch_optimizer 相同。PyTorch、Optax、Keras 都没有。μ、ν 的默认值取自论文。",
    ),
    summary=Text(
        "A mixture of a plain step and a momentum step. nu = 0 is SGD, nu = 1 averaged momentum, "
        "and nu = mu is Nesterov's method with the rate times 1 - mu.",
        "普通一步与动量一步的混合。ν = 0 是 SGD\uff0cν = 1 是平均动量\uff0cν = μ 是学习率乘以 1 − μ 的 Nesterov 法。",
    ),
    twins=(
        Twin(Text("Only the gradient (nu = 0): SGD", "只用梯度\uff08ν = 0\uff09\uff1aSGD"), "qhm", {"nu": 0.0}),
        Twin(
            Text("Only the momentum (nu = 1): averaged", "只用动量\uff08ν = 1\uff09\uff1a平均动量"), "qhm", {"nu": 1.0}
        ),
        Twin(
            Text("nu = momentum: Nesterov at lr (1 - momentum)", "ν = μ\uff1a学习率乘以 1 − μ 的 Nesterov"),
            "qhm",
            {"nu": "momentum"},
        ),
        Twin(Text("Decoupled weight decay", "解耦权重衰减"), "qhm", {"decoupled_weight_decay": True}),
        Twin(Text("Coupled weight decay (L2)", "耦合权重衰减\uff08L2\uff09"), "qhm", {"decoupled_weight_decay": False}),
    ),
    hypers=(
        learning_rate(1e-3),
        momentum_rate(0.999),
        Hyper(
            "nu",
            r"\nu",
            0.7,
            doc=Text(
                "Share of the momentum in the step; the rest is the gradient.", "步长中动量的份额\uff1b其余为梯度。"
            ),
            least=0.0,
            most=1.0,
        ),
        *switched_decay(False),
    ),
    units="gradient",
    init=lambda theta, h: jnp.zeros_like(theta),
    moments=moments,
    decay=SWITCHED,
    card=Card(
        parents=(
            "momentum",
            "nesterov",
        ),
        mends=Text(
            "The fixed mixture of momentum: nu says how much of the step is the plain gradient, how much "
            "the average, so that SGD, momentum and Nesterov become three points of one dial.",
            "打破动量法固定的配比\uff1aν 规定一步中普通梯度与平均梯度各占多少\uff0c于是 SGD、动量、"
            "Nesterov 成为同一个旋钮上的三点。",
        ),
        breaks=Text(
            "The average is a true average, with a factor 1 - mu: a rate that suits momentum must be "
            "multiplied by 1/(1 - mu). And mu 0.999 remembers a thousand steps, more than most runs here "
            "last.",
            "它的平均是带因子 1 − μ 的真平均\uff1a适合动量的学习率要乘以 1/(1 − μ)。而 μ = 0.999 记住一千"
            "步\uff0c比这里多数比赛还长。",
        ),
        use=Text(
            "To go smoothly from SGD to momentum: with mu 0.9 and nu 0.9 and lr 0.1 it draws Nesterov's "
            "path at lr 0.01, point for point.",
            "在 SGD 与动量之间平滑过渡\uff1a取 μ = 0.9、ν = 0.9、η = 0.1\uff0c它逐点画出 η = 0.01 的 Nesterov 轨迹。",
        ),
        avoid=Text(
            "Short runs at the paper's default mu 0.999: the averaged share 0.7 of the step hardly moves "
            "at first, so it goes at about 0.3 lr.",
            "步数不多却用论文默认的 μ = 0.999 时\uff1a步长中占 0.7 的平均部分起初几乎不动\uff0c实际约为 0.3η。",
        ),
        memory=1,
        before="b = np.zeros(2)",
        step="""
g = gradient(theta)
if not decoupled_weight_decay:
    g = g + weight_decay * theta
b = momentum * b + (1 - momentum) * g
if decoupled_weight_decay:
    theta = (1 - lr * weight_decay) * theta
theta = theta - lr * ((1 - nu) * g + nu * b)
""",
        bound=Bound(r"\eta < \frac{2 (1 + \mu)}{(1 + \mu - 2 \nu \mu)\, L}", limit),
        note=Text(
            "The bound as written is without weight decay. At nu = 1 it is 2(1 + mu)/((1 - mu) L), that "
            "of averaged momentum: 38/L at mu 0.9.",
            "上述界不含权重衰减。ν = 1 时为 2(1 + μ)/((1 − μ)L)\uff0c即平均动量的界\uff1aμ = 0.9 时为 38/L。",
        ),
    ),
)
