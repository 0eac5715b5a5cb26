"""Prodigy: Mishchenko and Defazio 2024 (arXiv:2306.06101)."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Twin
from optimizers._decay import switched_decay
from optimizers._distance import (
    correction,
    first_distance,
    rate_factor,
    sum_of_sizes,
    use_bias_correction,
    where_live,
)
from optimizers._frame import SWITCHED, Moments, Optimizer, beta1, beta2, dot, ema, epsilon, lane
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    m: Array  # (2, ...lanes): average of d g
    v: Array  # (2, ...lanes): average of (d g)^2
    s: Array  # (2, ...lanes): weighted sum of the gradients
    start: Array  # (2, ...lanes): theta_0
    d: Array  # (...lanes): lower bound of the distance from theta_0 to the solution
    r: Array  # (...lanes): weighted sum of g . (theta_0 - theta)
    beta1_power: Array  # (...lanes)
    beta2_power: Array  # (...lanes)
    beta3: Array  # (...lanes): the given one, or sqrt(beta2)


def init(theta: Array, h: Values) -> State:
    zeros, one = jnp.zeros_like(theta), lane(theta, 1.0)
    beta3 = jnp.where(h.beta3 < 0, jnp.sqrt(h.beta2), h.beta3)
    return State(zeros, zeros, zeros, theta, lane(theta, h.d0), lane(theta), one, one, lane(theta, beta3))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    beta1_power, beta2_power = state.beta1_power * h.beta1, state.beta2_power * h.beta2
    before = state.d
    scale = before * correction(beta1_power, beta2_power, h.use_bias_correction)
    rate, beta3 = h.lr * scale, state.beta3
    m, v = ema(h.beta1, state.m, before * g), ema(h.beta2, state.v, (before * g) ** 2)
    # The weights d / d0, not d, keep the sums from becoming too small.
    r = beta3 * state.r + before / h.d0 * rate * dot(g, state.start - theta)
    s = beta3 * state.s + before / h.d0 * jnp.where(h.safeguard_warmup > 0, before, rate) * g
    total = sum_of_sizes(s)
    live = (h.lr > 0) & (total > 0)
    d = jnp.maximum(before, h.d_coef * r / jnp.where(total > 0, total, 1.0))
    state = where_live(live, State(m, v, s, state.start, d, r, beta1_power, beta2_power, beta3), state)
    scale = jnp.where(live, scale, 0.0)
    decay = -h.lr * scale * h.weight_decay * h.decoupled_weight_decay * theta
    # The moments are of d g. Divided by d they are the frame's: of gradients. While waiting, anything but 0 divides.
    eps = jnp.where(live, h.eps * (state.d / before), 1.0)
    return Moments(state.m / before, state, jnp.sqrt(state.v) / before, eps, scale, decay=decay)


PRODIGY = Optimizer(
    title=Text("Prodigy", "Prodigy"),
    family="free",
    order=410,
    source=Source("Mishchenko and Defazio, ICML", 2024, "2306.06101"),
    formula=r"r_t = \beta_3 r_{t-1} + \tfrac{d_t^2}{d_0} \eta\, g_t \cdot (\theta_0 - \theta_{t-1}), \quad "
    r"s_t = \beta_3 s_{t-1} + \tfrac{d_t^2}{d_0} \eta\, g_t, \quad "
    r"d_{t+1} = \max\left(d_t, c \frac{r_t}{\|s_t\|_1}\right), \quad "
    r"\theta_t = \theta_{t-1} - \eta d_t \frac{m_t(d g)}{\sqrt{V_t(d g)} + d_{t+1} \epsilon}",
    follows=Text(
        "prodigyopt, the authors' package. Optax always corrects the bias; pytorch_optimizer does not by default. "
        "d0 is 1e-3 here, for 1e-6 spends its first 10 to 15 steps too small to be seen.",
        "与作者的 prodigyopt 一致。Optax 总是做偏差修正\uff1bpytorch_optimizer 默认不做。"
        "这里 d₀ 取 1e-3\uff0c因为 1e-6 的前 10 到 15 步小得看不见。",
    ),
    summary=Text(
        "Adam that finds its rate: it estimates how far the solution is from the start, and the estimate only grows. "
        "Watch it creep, then leap.",
        "自己找到学习率的 Adam\uff1a估计解离起点有多远\uff0c且估计值只增不减。看它先爬行\uff0c后跃进。",
    ),
    twins=(
        Twin(Text("With bias correction", "加上偏差修正"), "prodigy", {"use_bias_correction": True}),
        Twin(Text("No bias correction", "不做偏差修正"), "prodigy", {"use_bias_correction": False}),
        Twin(Text("Warm-up safeguarded", "预热保护"), "prodigy", {"safeguard_warmup": True}),
        Twin(Text("Warm-up not safeguarded", "不做预热保护"), "prodigy", {"safeguard_warmup": False}),
        Twin(Text("Decoupled weight decay", "解耦权重衰减"), "prodigy", {"decoupled_weight_decay": True}),
        Twin(
            Text("Coupled weight decay (L2)", "耦合权重衰减\uff08L2\uff09"),
            "prodigy",
            {"decoupled_weight_decay": False},
        ),
    ),
    hypers=(
        rate_factor(),
        beta1(),
        beta2(),
        Hyper(
            "beta3",
            r"\beta_3",
            None,
            0.5,
            0.9999,
            "log1m",
            Text(
                "Decay rate of the sums behind d; by itself the root of beta2.",
                "估计 d 所用累加和的衰减率\uff1b默认为 β₂ 的平方根。",
            ),
            null=-1.0,
            least=0.0,
            most=1.0,
        ),
        epsilon(1e-8),
        *switched_decay(True),
        use_bias_correction(),
        Hyper(
            "safeguard_warmup",
            "W",
            False,
            kind="bool",
            doc=Text(
                "Leave the rate out of the denominator's sum, so that a warm-up does not inflate d.",
                "分母的累加和不含学习率\uff0c避免预热使 d 过大。",
            ),
        ),
        first_distance(
            1e-3,
            Text(
                "First estimate of the distance; the authors start from 1e-6.",
                "距离的初始估计\uff1b作者从 1e-6 开始。",
            ),
        ),
        Hyper(
            "d_coef",
            "c",
            1.0,
            0.1,
            10.0,
            "log",
            Text(
                "Factor on the estimate: the dial that the authors advise to turn.",
                "估计值的倍数\uff1a作者建议调节它。",
            ),
            least=0.0,
            most=1e6,
        ),
    ),
    units="none",
    init=init,
    moments=moments,
    decay=SWITCHED,
)
