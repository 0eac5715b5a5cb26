"""Nadam: Dozat, ICLR 2016 workshop, with his momentum schedule."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card, Twin
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
        "PyTorch's NAdam. Optax has no momentum schedule, and psi 0 here (mu fixed at beta1/2) is "
        "not Optax' form; Keras fixes psi = 1. Dozat's text also rescales V, which nobody follows. "
        "PyTorch keeps the product of the momenta in float32 unless the default dtype is float64.",
        "与 PyTorch 的 NAdam 一致。Optax 没有动量调度\uff0c这里取 ψ = 0\uff08μ 固定为 β₁/2\uff09也不"
        "是 Optax 的形式\uff1bKeras 固定 ψ = 1。Dozat 的原文还缩放 V\uff0c没有人采用。除非默认类型为 "
        "float64\uff0cPyTorch 用 float32 存动量的乘积。",
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
    card=Card(
        parents=(
            "adam",
            "nesterov",
        ),
        mends=Text(
            "Adam's first moment lags behind the gradient; here the newest gradient is counted at once, "
            "and the momentum one step ahead, as Nesterov does.",
            "Adam 的一阶矩滞后于梯度\uff1b这里像 Nesterov 那样\uff0c立即计入最新梯度\uff0c并把动量提前一步。",
        ),
        breaks=Text(
            "More weight on the newest gradient is more weight on its noise. And a schedule of the "
            "momentum, from beta1/2 up to beta1, that few know they use: with psi 0.004 it takes "
            "thousands of steps.",
            "更重视最新的梯度\uff0c也就更受其噪声影响。而且它带有很多人不知道的动量调度\uff1a从 β₁/2 升到"
            " β₁\uff0cψ = 0.004 时需要数千步。",
        ),
        use=Text("In place of Adam where it swings a little too much.", "Adam 摆动稍大时的替代。"),
        avoid=Text(
            "Expecting much: on the Ravine at lr 0.1 it comes within 0.05 after 272 steps, Adam after 271.",
            "期望过高时\uff1a峡谷上 η = 0.1\uff0c它 272 步进入 0.05 以内\uff0cAdam 是 271 步。",
        ),
        memory=2,
        torch="torch.optim.NAdam([theta], lr={lr}, betas=({beta1}, {beta2}), eps={eps}, "
        "weight_decay={weight_decay}, momentum_decay={momentum_decay})",
        before="""
m = np.zeros(2)
v = np.zeros(2)
product = 1.0
""",
        step="""
g = gradient(theta) + weight_decay * theta
m = beta1 * m + (1 - beta1) * g
v = beta2 * v + (1 - beta2) * g**2
mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
after = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
product = product * mu
mean = after * m / (1 - product * after) + (1 - mu) * g / (1 - product)
theta = theta - lr * mean / (np.sqrt(v / (1 - beta2**t)) + eps)
""",
        symbols={"after": r"\mu_{t+1}", "product": "P", "mean": r"\hat m"},
        stability=Text(
            "No fixed bound in L, as for Adam: too large a rate ends in swings. The look-ahead lowers "
            "the curvature, relative to sqrt(V), that it bears.",
            "与 Adam 一样没有固定的 L 上限\uff1a学习率过大时会摆动。前瞻使它能承受的相对于 √V 的曲率变小。",
        ),
        note=Text(
            "With eps 0 a coordinate whose gradient has always been 0 becomes 0/0, NaN, as in PyTorch.",
            "ε = 0 时\uff0c梯度一直为 0 的坐标会得到 0/0\uff0c即 NaN\uff0c与 PyTorch 相同。",
        ),
    ),
)
