"""Nadam: Dozat, ICLR 2016 workshop, with his momentum schedule."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Twin
from optimizers._frame import COUPLED, Moments, Optimizer, beta1, beta2, ema, epsilon, lane, learning_rate, weight_decay
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    m: Array  # (2, ...lanes)
    v: Array  # (2, ...lanes)
    beta2_power: Array  # (...lanes): beta2^t
    mu_product: Array  # (...lanes): mu_1 ... mu_t
    fade: Array  # (...lanes): 0.96^(t psi)
    fade_factor: Array  # (...lanes): 0.96^psi, computed once


def init(theta: Array, h: Values) -> State:
    zeros, one = jnp.zeros_like(theta), lane(theta, 1.0)
    return State(zeros, zeros, one, one, one, lane(theta, jnp.power(0.96, h.momentum_decay)))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    fade = state.fade * state.fade_factor
    mu = h.beta1 * (1.0 - 0.5 * fade)
    mu_next = h.beta1 * (1.0 - 0.5 * fade * state.fade_factor)
    mu_product = state.mu_product * mu
    m, v = ema(h.beta1, state.m, g), ema(h.beta2, state.v, g * g)
    beta2_power = state.beta2_power * h.beta2
    m_hat = mu_next * m / (1.0 - mu_product * mu_next) + (1.0 - mu) * g / (1.0 - mu_product)
    state = State(m, v, beta2_power, mu_product, fade, state.fade_factor)
    return Moments(m_hat, state, jnp.sqrt(v / (1.0 - beta2_power)), h.eps)


NADAM = Optimizer(
    title=Text("Nadam", "Nadam"),
    family="adam",
    order=100,
    source=Source("Dozat, ICLR workshop", 2016),
    formula=r"\mu_t = \beta_1 (1 - \tfrac12 0.96^{t\psi}), \quad P_t = \mu_1 \cdots \mu_t, \quad \hat m_t = "
    r"\frac{\mu_{t+1} m_t}{1 - P_t \mu_{t+1}} + \frac{(1 - \mu_t) g_t}{1 - P_t}, \quad "
    r"\theta_t = \theta_{t-1} - \eta \frac{\hat m_t}{\sqrt{\hat V_t} + \epsilon}",
    follows=Text(
        "PyTorch's NAdam. Optax has no momentum schedule; Keras fixes psi = 1.",
        "与 PyTorch 的 NAdam 一致。Optax 没有动量调度；Keras 固定 ψ = 1。",
    ),
    summary=Text("Adam with Nesterov's look-ahead in its first moment.", "一阶矩带 Nesterov 前瞻的 Adam。"),
    twins=(
        Twin(Text("Without the look-ahead (Adam)", "不前瞻\uff08Adam\uff09"), "adam"),
        Twin(Text("Decoupled weight decay (NAdamW)", "解耦权重衰减\uff08NAdamW\uff09"), "nadamw"),
    ),
    hypers=(
        learning_rate(2e-3, 1e-4, 2.0),
        beta1(),
        beta2(),
        epsilon(1e-8),
        weight_decay(),
        Hyper(
            "momentum_decay",
            r"\psi",
            4e-3,
            1e-4,
            1.0,
            "log0",
            Text("How fast the momentum rises to beta1.", "动量升到 β₁ 的快慢。"),
            least=0.0,
            most=1e3,
        ),
    ),
    units="distance",
    init=init,
    moments=moments,
    decay=COUPLED,
)
