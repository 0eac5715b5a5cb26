"""D-Adaptation, the Adam form: Defazio and Mishchenko 2023 (arXiv:2301.07733)."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Twin
from optimizers._decay import switched_decay
from optimizers._distance import (
    correction,
    first_distance,
    growth_rate,
    rate_factor,
    sum_of_sizes,
    use_bias_correction,
    where_live,
)
from optimizers._frame import SWITCHED, Moments, Optimizer, beta1, beta2, dot, ema, epsilon, lane
from visualizer.spec import Source, Text, Values


class State(NamedTuple):
    m: Array  # (2, ...lanes): average of rate times gradient
    v: Array  # (2, ...lanes): average squared gradient
    s: Array  # (2, ...lanes): the same as m, over a longer time
    d: Array  # (...lanes): lower bound of the distance from theta_0 to the solution
    r: Array  # (...lanes): average of rate times g . s / (sqrt(V) + eps)
    beta1_power: Array  # (...lanes)
    beta2_power: Array  # (...lanes)
    q: Array  # (...lanes): sqrt(beta2)


def init(theta: Array, h: Values) -> State:
    zeros, one = jnp.zeros_like(theta), lane(theta, 1.0)
    return State(zeros, zeros, zeros, lane(theta, h.d0), lane(theta), one, one, lane(theta, jnp.sqrt(h.beta2)))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    beta1_power, beta2_power = state.beta1_power * h.beta1, state.beta2_power * h.beta2
    q, before = state.q, state.d
    scale = before * correction(beta1_power, beta2_power, h.use_bias_correction)
    rate = h.lr * scale
    old = jnp.sqrt(state.v) + h.eps
    push = rate * dot(g, state.s / jnp.where(old > 0, old, 1.0))  # s is 0 wherever V is
    m, v, s = ema(h.beta1, state.m, rate * g), ema(h.beta2, state.v, g * g), ema(q, state.s, rate * g)
    r = ema(q, state.r, push)
    total = (1.0 - q) * sum_of_sizes(s)
    live = (h.lr > 0) & (total > 0)
    d_hat = r / jnp.where(total > 0, total, 1.0)
    d = jnp.maximum(before, jnp.minimum(d_hat, before * h.growth_rate))
    state = where_live(live, State(m, v, s, d, r, beta1_power, beta2_power, q), state)
    scale = jnp.where(live, scale, 0.0)
    decay = -h.lr * scale * h.weight_decay * h.decoupled_weight_decay * theta
    # The buffer holds steps. Divided by this step's rate it is the frame's m. While waiting, anything but 0 divides.
    m, eps = state.m / jnp.where(live, rate, 1.0), jnp.where(live, h.eps, 1.0)
    return Moments(m, state, jnp.sqrt(state.v), eps, scale, decay=decay)


DADAPT_ADAM = Optimizer(
    title=Text("D-Adapt Adam", "D-自适应 Adam"),
    family="free",
    order=405,
    source=Source("Defazio and Mishchenko, ICML", 2023, "2301.07733"),
    formula=r"q = \sqrt{\beta_2}, \quad r_t = q r_{t-1} + (1 - q)\, \eta d_t\, g_t \cdot "
    r"\frac{s_{t-1}}{\sqrt{V_{t-1}} + \epsilon}, \quad s_t = q s_{t-1} + (1 - q)\, \eta d_t g_t, \quad "
    r"d_{t+1} = \max\left(d_t, \frac{r_t}{(1 - q) \|s_t\|_1}\right), \quad "
    r"\theta_t = \theta_{t-1} - \frac{m_t(\eta d g)}{\sqrt{V_t} + \epsilon}",
    follows=Text(
        "dadaptation, the authors' package. Optax always corrects the bias.",
        "与作者的 dadaptation 一致。Optax 总是做偏差修正。",
    ),
    summary=Text(
        "Adam that finds its rate: gradients that keep agreeing show that the solution is further away than thought.",
        "自己找到学习率的 Adam\uff1a若梯度方向一直一致\uff0c说明解比原来估计的更远。",
    ),
    twins=(
        Twin(Text("With bias correction", "加上偏差修正"), "dadapt_adam", {"use_bias_correction": True}),
        Twin(Text("No bias correction", "不做偏差修正"), "dadapt_adam", {"use_bias_correction": False}),
        Twin(Text("Decoupled weight decay", "解耦权重衰减"), "dadapt_adam", {"decoupled_weight_decay": True}),
        Twin(
            Text("Coupled weight decay (L2)", "耦合权重衰减\uff08L2\uff09"),
            "dadapt_adam",
            {"decoupled_weight_decay": False},
        ),
    ),
    hypers=(
        rate_factor(),
        beta1(),
        beta2(),
        epsilon(1e-8),
        *switched_decay(False),
        use_bias_correction(),
        first_distance(1e-6, Text("First estimate of the distance.", "距离的初始估计。")),
        growth_rate(None, Text("Largest growth of the estimate in a step.", "估计值每步的最大增长倍数。")),
    ),
    units="none",
    init=init,
    moments=moments,
    decay=SWITCHED,
)
