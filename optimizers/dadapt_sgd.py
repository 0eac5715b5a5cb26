"""D-Adaptation, the SGD form: Defazio and Mishchenko 2023 (arXiv:2301.07733)."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._distance import first_distance, growth_rate, rate_factor
from optimizers._frame import Moments, Optimizer, dot, lane, momentum_rate, norm, weight_decay
from visualizer.spec import Source, Text, Values


class State(NamedTuple):
    s: Array  # (2, ...lanes): sum of rate times gradient
    start: Array  # (2, ...lanes): theta_0
    d: Array  # (...lanes): lower bound of the distance from theta_0 to the solution
    r: Array  # (...lanes): sum of rate times g . s
    first: Array  # (...lanes): norm of the first gradient; 0 before it


def init(theta: Array, h: Values) -> State:
    return State(jnp.zeros_like(theta), theta, lane(theta, h.d0), lane(theta), lane(theta))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    # The authors' code takes this norm before it adds the decay.
    first = jnp.where(state.first > 0, state.first, norm(g))
    scale = state.d / jnp.where(first > 0, first, 1.0)
    push = h.lr * scale * (g + h.weight_decay * theta)
    r = state.r + dot(push, state.s)
    s = state.s + push
    size = norm(s)
    d_hat = 2.0 * r / jnp.where(size > 0, size, 1.0)
    grown = jnp.maximum(state.d, jnp.minimum(d_hat, state.d * h.growth_rate))
    d = jnp.where((h.lr > 0) & (size > 0), grown, state.d)
    step = (1.0 - h.momentum) * (state.start - s - theta)
    # The frame's m: what this step's rate was multiplied with, an average of gradients.
    rate = h.lr * scale
    m = jnp.where(rate > 0, -step / jnp.where(rate > 0, rate, 1.0), 0.0)
    return Moments(m, State(s, state.start, d, r, first), scale=scale, step=step)


DADAPT_SGD = Optimizer(
    title=Text("D-Adapt SGD", "D-自适应 SGD"),
    family="free",
    order=400,
    source=Source("Defazio and Mishchenko, ICML", 2023, "2301.07733"),
    formula=r"\eta_t = \frac{\eta d_t}{\|g_1\|}, \quad r_t = r_{t-1} + \eta_t\, g_t \cdot s_{t-1}, \quad "
    r"s_t = s_{t-1} + \eta_t g_t, \quad d_{t+1} = \max\left(d_t, \frac{2 r_t}{\|s_t\|}\right), \quad "
    r"\theta_t = \mu \theta_{t-1} + (1 - \mu) (\theta_0 - s_t)",
    follows=Text(
        "dadaptation, the authors' package, which lets d grow without a limit from 1e-6. On surfaces whose gradient "
        "grows with the distance that diverges; hence 1e-2 and a limit of 1.02 a step here.",
        "与作者的 dadaptation 一致\uff1b其 d 从 1e-6 起无限制增长。在梯度随距离增大的曲面上会发散\uff0c"
        "因此这里取 1e-2\uff0c每步至多增长到 1.02 倍。",
    ),
    summary=Text(
        "Descent that finds its rate: as long as gradients agree, the estimated distance to the solution grows, "
        "and the rate with it.",
        "自己找到学习率的梯度下降\uff1a只要梯度方向一致\uff0c估计的距离就增大\uff0c学习率随之增大。",
    ),
    hypers=(
        rate_factor(),
        momentum_rate(0.0),
        weight_decay(),
        first_distance(
            1e-2,
            Text(
                "First estimate of the distance; the authors start from 1e-6.",
                "距离的初始估计\uff1b作者从 1e-6 开始。",
            ),
        ),
        growth_rate(
            1.02,
            Text(
                "Largest growth of the estimate in a step; the authors set no limit.",
                "估计值每步的最大增长倍数\uff1b作者不设限。",
            ),
        ),
    ),
    units="none",
    init=init,
    moments=moments,
)
