"""Signum: Bernstein, Wang, Azizzadenesheli and Anandkumar 2018 (arXiv:1802.04434), Algorithm 2."""

import jax.numpy as jnp
from jax import Array

from optimizers._card import Twin
from optimizers._frame import DECOUPLED, Moments, Optimizer, ema, learning_rate, momentum_rate, weight_decay
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, state: Array, h: Values) -> Moments:
    m = ema(h.momentum, state, g)
    return Moments(jnp.sign(m), m)


SIGNUM = Optimizer(
    title=Text("Signum", "Signum"),
    family="sign",
    order=220,
    source=Source("Bernstein, Wang, Azizzadenesheli and Anandkumar, ICML", 2018, "1802.04434", "Algorithm 2"),
    formula=r"m_t = \mu m_{t-1} + (1 - \mu) g_t, \quad "
    r"\theta_t = (1 - \eta\lambda)\,\theta_{t-1} - \eta \operatorname{sign}(m_t)",
    follows=Text(
        "Optax' signum, which has no decay; with decay pytorch_optimizer's SignSGD. The direction drawn is sign(m).",
        "与 Optax 的 signum 一致\uff08没有衰减\uff09\uff1b带衰减时与 pytorch_optimizer 的 SignSGD 一致。"
        "画出的方向是 sign(m)。",
    ),
    summary=Text(
        "signSGD on a momentum: it rides over noise that would flip the sign of a single gradient, "
        "and turns late at the valley floor.",
        "对动量取符号\uff1a不会被噪声翻转单个梯度的符号所干扰\uff0c但在谷底转向较迟。",
    ),
    twins=(Twin(Text("Without momentum (signSGD)", "不加动量\uff08signSGD\uff09"), "signsgd"),),
    hypers=(learning_rate(1e-3, 1e-5, 1.0), momentum_rate(), weight_decay(0.0, decoupled=True)),
    units="distance",
    init=lambda theta, h: jnp.zeros_like(theta),
    moments=moments,
    decay=DECOUPLED,
)
