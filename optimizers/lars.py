"""LARS: You, Gitman and Ginsburg 2017 (arXiv:1708.03888), Algorithm 1."""

import jax.numpy as jnp
from jax import Array

from optimizers._card import Twin
from optimizers._frame import Moments, Optimizer, learning_rate, momentum_rate, norm
from visualizer.spec import Hyper, Source, Text, Values


def moments(g: Array, theta: Array, state: Array, h: Values) -> Moments:
    length, below = norm(theta), norm(g) + h.weight_decay * norm(theta)
    usable = (length > 0) & (below > 0)
    trust = jnp.where(usable, h.trust_coefficient * length / jnp.where(usable, below, 1.0), 1.0)
    d = trust * (g + h.weight_decay * theta)
    # Without momentum there is no buffer, and nothing for dampening to touch.
    b = jnp.where(h.momentum > 0, h.momentum * state + (1.0 - h.dampening) * d, d)
    m = jnp.where((h.nesterov > 0) & (h.momentum > 0), d + h.momentum * b, b)
    return Moments(m, b)


LARS = Optimizer(
    title=Text("LARS", "LARS"),
    family="norm",
    order=300,
    source=Source("You, Gitman and Ginsburg, arXiv", 2017, "1708.03888", "Algorithm 1"),
    formula=r"q_t = \frac{\tau \|\theta_{t-1}\|}{\|g_t\| + \lambda \|\theta_{t-1}\|}, \quad "
    r"b_t = \mu b_{t-1} + q_t (g_t + \lambda \theta_{t-1}), \quad \theta_t = \theta_{t-1} - \eta b_t",
    follows=Text(
        "pytorch_optimizer's LARS, with (x, y) as one layer. Optax divides by the norm of g + lambda theta and keeps "
        "the rate inside the buffer; torch_optimizer uses the ratio only with decay.",
        "与 pytorch_optimizer 的 LARS 一致\uff0c(x, y) 视为一层。"
        "Optax 除以 g + λθ 的范数\uff0c并把学习率放进缓冲区\uff1btorch_optimizer 只在有衰减时才用该比值。",
    ),
    summary=Text(
        "Momentum on gradients rescaled to the length of theta: a step is a share of the distance to the origin. "
        "So the path depends on where the origin is, and stalls near it.",
        "把梯度缩放到 θ 的长度再做动量\uff1a步长是到原点距离的一个比例。因此路径依赖原点的位置\uff0c并在原点附近停滞。",
    ),
    twins=(
        Twin(Text("Without the trust ratio (momentum)", "不用信任比\uff08动量法\uff09"), "momentum"),
        Twin(Text("Nesterov's look-ahead", "改为 Nesterov 前瞻"), "lars", {"nesterov": True}),
        Twin(Text("Heavy ball: no look-ahead", "重球\uff1a不前瞻"), "lars", {"nesterov": False}),
    ),
    hypers=(
        learning_rate(0.1, 1e-3, 100.0),
        momentum_rate(),
        Hyper(
            "dampening",
            r"\delta",
            0.0,
            doc=Text("Share of each new gradient that is held back.", "每个新梯度被抑制的比例。"),
            least=0.0,
            most=1.0,
        ),
        Hyper(
            "trust_coefficient",
            r"\tau",
            1e-3,
            1e-4,
            1.0,
            "log",
            Text(
                "Trust: how long the rescaled gradient is, as a share of theta.",
                "信任系数\uff1a缩放后梯度与 θ 的长度之比。",
            ),
            least=0.0,
            most=1e6,
        ),
        Hyper(
            "weight_decay",
            r"\lambda",
            0.0,
            1e-5,
            1.0,
            "log0",
            Text(
                "Weight decay: adds lambda theta to the gradient, and lambda |theta| to the divisor.",
                "权重衰减\uff1a梯度加上 λθ\uff0c除数加上 λ‖θ‖。",
            ),
            least=0.0,
            most=1e6,
        ),
        Hyper(
            "nesterov",
            "N",
            False,
            kind="bool",
            doc=Text("Step along d + mu b, Nesterov's look-ahead.", "沿 d + μb 走\uff0c即 Nesterov 前瞻。"),
        ),
    ),
    units="none",
    init=lambda theta, h: jnp.zeros_like(theta),
    moments=moments,
)
