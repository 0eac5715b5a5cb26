"""Lion: Chen et al. 2023 (arXiv:2302.06675), Algorithm 2."""

import jax.numpy as jnp
from jax import Array

from optimizers._card import Twin
from optimizers._frame import DECOUPLED, Moments, Optimizer, decay_rate, ema, learning_rate, weight_decay
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, state: Array, h: Values) -> Moments:
    return Moments(jnp.sign(ema(h.beta1, state, g)), ema(h.beta2, state, g))


LION = Optimizer(
    title=Text("Lion", "Lion"),
    family="sign",
    order=230,
    source=Source("Chen et al., NeurIPS", 2023, "2302.06675", "Algorithm 2"),
    formula=r"u_t = \operatorname{sign}(\beta_1 m_{t-1} + (1 - \beta_1) g_t), \quad "
    r"m_t = \beta_2 m_{t-1} + (1 - \beta_2) g_t, \quad \theta_t = (1 - \eta\lambda)\,\theta_{t-1} - \eta u_t",
    follows=Text(
        "Optax; Keras, pytorch_optimizer and the authors' code agree. It is not in PyTorch. "
        "Optax' default decay is 1e-3; here it is 0. The direction drawn is u.",
        "与 Optax 一致\uff1bKeras、pytorch_optimizer 和作者代码相同。PyTorch 中没有。"
        "Optax 的衰减默认为 1e-3\uff0c这里为 0。画出的方向是 u。",
    ),
    summary=Text(
        "The sign of a momentum: every coordinate moves by exactly lr. It takes a rate several times smaller than "
        "Adam's, and never settles within lr of the minimum.",
        "取动量的符号\uff1a每个坐标每步恰好移动 η。学习率应比 Adam 小数倍\uff0c且在离极小点 η 以内停不下来。",
    ),
    twins=(
        Twin(
            Text("One momentum for both (beta1 = beta2): Signum", "两处共用一个动量\uff08β₁ = β₂\uff09\uff1aSignum"),
            "lion",
            {"beta1": "beta2"},
        ),
    ),
    hypers=(
        learning_rate(1e-4, 1e-4, 0.3),
        decay_rate(
            "beta1",
            r"\beta_1",
            0.9,
            Text("Share of the old momentum in the direction of this step.", "本步方向中旧动量的比例。"),
            high=0.999,
        ),
        decay_rate(
            "beta2", r"\beta_2", 0.99, Text("Decay rate of the momentum that is kept.", "所保留动量的衰减率。"), low=0.5
        ),
        weight_decay(0.0, decoupled=True),
    ),
    units="distance",
    init=lambda theta, h: jnp.zeros_like(theta),
    moments=moments,
    decay=DECOUPLED,
)
