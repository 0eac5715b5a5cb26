"""QHM, quasi-hyperbolic momentum: Ma and Yarats 2019 (arXiv:1810.06801)."""

import jax.numpy as jnp
from jax import Array

from optimizers._card import Twin
from optimizers._decay import switched_decay
from optimizers._frame import SWITCHED, Moments, Optimizer, ema, learning_rate, momentum_rate
from visualizer.spec import Hyper, Source, Text, Values


def moments(g: Array, theta: Array, b: Array, h: Values) -> Moments:
    b = ema(h.momentum, b, g)
    return Moments(ema(h.nu, b, g), b)


QHM = Optimizer(
    title=Text("QHM", "拟双曲动量 QHM"),
    family="gradient",
    order=32,
    source=Source("Ma and Yarats, ICLR", 2019, "1810.06801"),
    formula=r"b_t = \mu b_{t-1} + (1 - \mu) g_t, \quad "
    r"\theta_t = \theta_{t-1} - \eta \left( (1 - \nu) g_t + \nu b_t \right)",
    follows=Text(
        "torch_optimizer; pytorch_optimizer agrees. The defaults of momentum and nu are the paper's.",
        "与 torch_optimizer 一致\uff1bpytorch_optimizer 相同。μ、ν 的默认值取自论文。",
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
)
