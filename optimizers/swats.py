"""SWATS: Keskar and Socher 2017 (arXiv:1712.07628), Algorithm 1."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._adam import MaxState, adam_next, max_init
from optimizers._card import Twin
from optimizers._frame import (
    COUPLED,
    Moments,
    Optimizer,
    beta1,
    beta2,
    dot,
    ema,
    epsilon,
    lane,
    learning_rate,
    weight_decay,
)
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    moments: MaxState  # of the Adam phase
    b: Array  # (2, ...lanes): the velocity of the SGD phase
    projected: Array  # (...lanes): average of the rates gamma at which SGD would have made Adam's steps
    begun: Array  # (...lanes): 0 before the first gradient, then 1
    ratio: Array  # (...lanes): SGD's rate over the rate at the switch; 0 in the Adam phase


def init(theta: Array, h: Values) -> State:
    nothing = lane(theta)
    return State(max_init(theta, h), jnp.zeros_like(theta), nothing, nothing, nothing)


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    sgd = state.ratio > 0
    b = jnp.where(sgd, h.beta1 * state.b + g, 0.0)
    own = jnp.where(h.nesterov > 0, 1.0, 1.0 - h.beta1) * b

    adam = adam_next(g, state.moments.adam, h)
    v_max = jnp.maximum(state.moments.v_max, adam.v)
    bc2 = 1.0 - adam.beta2_power
    m = adam.m / (1.0 - adam.beta1_power)
    root_v = jnp.sqrt((jnp.where(h.amsgrad > 0, v_max, adam.v) + 1e-15) / bc2)
    eps = h.eps / jnp.sqrt(bc2)  # joins sqrt(V) before the correction

    # SGD at the rate gamma would have moved as far along g as Adam does; the switch is when gamma has settled.
    p = -h.lr * m / (root_v + eps)
    pg = dot(p, g)
    gamma = dot(p, p) / -jnp.where(pg == 0, 1.0, pg)
    projected = jnp.where(pg == 0, state.projected, ema(h.beta2, state.projected, gamma))
    settled = projected / bc2
    close = jnp.abs(settled - gamma) <= 1e-8 + h.eps * jnp.abs(gamma)
    switch = ~sgd & (pg != 0) & (state.begun > 0) & (settled > 0) & close
    ratio = jnp.where(switch, settled / jnp.where(h.lr > 0, h.lr, 1.0), state.ratio)

    new = State(MaxState(adam, v_max), b, projected, lane(theta, 1.0), ratio)
    return Moments(
        jnp.where(sgd, own, m),
        new,
        jnp.where(sgd, 1.0, root_v),
        jnp.where(sgd, 0.0, eps),
        jnp.where(sgd, state.ratio, 1.0),
    )


SWATS = Optimizer(
    title=Text("SWATS", "SWATS"),
    family="bounded",
    order=160,
    source=Source("Keskar and Socher, arXiv", 2017, "1712.07628", "Algorithm 1"),
    formula=r"\gamma_t = \frac{p_t^\top p_t}{-p_t^\top g_t}, \quad "
    r"\lambda_t = \beta_2 \lambda_{t-1} + (1 - \beta_2) \gamma_t, \quad "
    r"\left|\frac{\lambda_t}{1 - \beta_2^t} - \gamma_t\right| \le 10^{-8} + \epsilon\gamma_t \;\Rightarrow\; "
    r"\text{SGD}, \; \eta := \frac{\lambda_t}{1 - \beta_2^t}",
    follows=Text(
        "pytorch_optimizer, where eps is also the relative tolerance of the test; the paper's tolerance is 1e-9, "
        "absolute. torch_optimizer's SGD phase dies out, a bug. The nesterov flag is theirs, not Nesterov's form: it "
        "drops the factor 1 - beta1. After the switch a schedule goes on from where it is.",
        "与 pytorch_optimizer 一致\uff0c其中 ε 兼作判据的相对容差\uff1b论文用绝对容差 1e-9。"
        "torch_optimizer 的 SGD 阶段会逐渐停住\uff0c是个错误。nesterov 开关沿用其实现\uff0c并非 Nesterov 形式\uff1a"
        "只是去掉因子 1 − β₁。切换后调度从当前位置继续。",
    ),
    summary=Text(
        "Adam until the rate that SGD would need for the same step has settled, then SGD with momentum at that rate. "
        "Raise eps to see the switch.",
        "先用 Adam\uff0c待走出同样一步所需的 SGD 学习率稳定后\uff0c改用该学习率的动量 SGD。调大 ε 可看到切换。",
    ),
    twins=(
        Twin(Text("AMSGrad's maximum", "加上 AMSGrad 的最大值"), "swats", {"amsgrad": True}),
        Twin(Text("Without the maximum", "去掉最大值"), "swats", {"amsgrad": False}),
        Twin(Text("Never switches to SGD (Adam)", "不切换到 SGD\uff08Adam\uff09"), "adam"),
    ),
    hypers=(
        learning_rate(1e-3, 1e-4, 2.0),
        beta1(),
        beta2(),
        epsilon(
            1e-6,
            Text(
                "Added to the denominator, and the relative tolerance of the switch.",
                "加在分母上\uff0c同时是切换判据的相对容差。",
            ),
        ),
        weight_decay(),
        Hyper(
            "amsgrad",
            "A",
            False,
            kind="bool",
            doc=Text("Divide by the largest second moment so far.", "除以至今最大的二阶矩。"),
        ),
        Hyper(
            "nesterov",
            "N",
            False,
            kind="bool",
            doc=Text("In the SGD phase, without the factor 1 - beta1.", "在 SGD 阶段去掉因子 1 − β₁。"),
        ),
    ),
    units="distance",
    init=init,
    moments=moments,
    decay=COUPLED,
)
