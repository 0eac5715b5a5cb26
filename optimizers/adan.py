"""Adan: Xie, Zhou, Li, Lin and Yan 2024 (arXiv:2208.06677), Algorithm 1."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Twin
from optimizers._frame import (
    DECOUPLED,
    Moments,
    Optimizer,
    beta1,
    decay_rate,
    ema,
    epsilon,
    lane,
    learning_rate,
    weight_decay,
)
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    m: Array  # (2, ...lanes): average gradient
    v: Array  # (2, ...lanes): average difference of gradients
    n: Array  # (2, ...lanes): average square of the looked-ahead gradient
    g: Array  # (2, ...lanes): the gradient before
    begun: Array  # (...lanes): 0 before the first gradient, then 1
    powers: tuple[Array, Array, Array]  # (...lanes) each: beta1^t, beta2^t, beta3^t


def init(theta: Array, h: Values) -> State:
    zeros, one = jnp.zeros_like(theta), lane(theta, 1.0)
    return State(zeros, zeros, zeros, zeros, lane(theta), (one, one, one))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    change = jnp.where(state.begun > 0, g - state.g, 0.0)
    ahead = g + h.beta2 * change
    m, v, n = ema(h.beta1, state.m, g), ema(h.beta2, state.v, change), ema(h.beta3, state.n, ahead * ahead)
    one, two, three = (power * beta for power, beta in zip(state.powers, (h.beta1, h.beta2, h.beta3), strict=True))
    m_hat = m / (1.0 - one) + h.beta2 * v / (1.0 - two)
    # The proximal step divides theta and the step by the same number.
    shrink = jnp.where(h.no_prox > 0, 1.0, 1.0 / (1.0 + h.lr * h.weight_decay))
    decay = -h.lr * h.weight_decay * shrink * theta
    state = State(m, v, n, g, lane(theta, 1.0), (one, two, three))
    return Moments(m_hat, state, jnp.sqrt(n / (1.0 - three)), h.eps, scale=shrink, decay=decay)


ADAN = Optimizer(
    title=Text("Adan", "Adan"),
    family="adam",
    order=105,
    source=Source("Xie, Zhou, Li, Lin and Yan, TPAMI 46(12)", 2024, "2208.06677", "Algorithm 1"),
    formula=r"d_t = g_t - g_{t-1}, \quad m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \quad "
    r"v_t = \beta_2 v_{t-1} + (1 - \beta_2) d_t, \quad n_t = \beta_3 n_{t-1} + (1 - \beta_3) (g_t + \beta_2 d_t)^2, "
    r"\quad \theta_t = \frac{1}{1 + \eta\lambda} \left( \theta_{t-1} - \eta "
    r"\frac{\hat m_t + \beta_2 \hat v_t}{\sqrt{\hat n_t} + \epsilon} \right)",
    follows=Text(
        "The authors' code, and pytorch_optimizer; the betas are one minus the paper's. "
        "Optax has 1 - beta2 where beta2 belongs; adan-pytorch makes no first step.",
        "与作者代码和 pytorch_optimizer 一致\uff1bβ 等于 1 减去论文的值。"
        "Optax 在应为 β₂ 处用了 1 − β₂\uff1badan-pytorch 第一步不动。",
    ),
    summary=Text(
        "Adam that also averages how the gradient changes: Nesterov's look-ahead without a second point.",
        "还对梯度的变化取平均的 Adam\uff1a不需要第二个点的 Nesterov 前瞻。",
    ),
    twins=(
        Twin(Text("Shrinks before the step, as AdamW", "像 AdamW 那样先收缩再走步"), "adan", {"no_prox": True}),
        Twin(Text("Proximal: shrinks after the step", "近端\uff1a走步之后再收缩"), "adan", {"no_prox": False}),
    ),
    hypers=(
        learning_rate(1e-3, 1e-4, 2.0),
        beta1(0.98),
        decay_rate(
            "beta2",
            r"\beta_2",
            0.92,
            Text("Decay rate of the gradient's change, and its weight.", "梯度变化的衰减率\uff0c也是其权重。"),
            high=0.999,
        ),
        decay_rate(
            "beta3",
            r"\beta_3",
            0.99,
            Text("Decay rate of the squared, looked-ahead gradient.", "前瞻梯度平方的衰减率。"),
            low=0.5,
        ),
        epsilon(1e-8),
        weight_decay(0.0, decoupled=True),
        Hyper(
            "no_prox",
            "N",
            False,
            kind="bool",
            doc=Text(
                "Shrink theta as AdamW does, before the step, in place of dividing afterwards by 1 + lr lambda.",
                "像 AdamW 那样先收缩 θ 再走步\uff0c而不是事后除以 1 + ηλ。",
            ),
        ),
    ),
    units="distance",
    init=init,
    moments=moments,
    decay=DECOUPLED,
)
