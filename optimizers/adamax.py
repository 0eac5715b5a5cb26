"""Adamax: Kingma and Ba 2015 (arXiv:1412.6980), Algorithm 2."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Twin
from optimizers._frame import COUPLED, Moments, Optimizer, beta1, beta2, ema, epsilon, lane, learning_rate, weight_decay
from visualizer.spec import Source, Text, Values


class State(NamedTuple):
    m: Array  # (2, ...lanes)
    u: Array  # (2, ...lanes): the fading maximum of |g|
    beta1_power: Array  # (...lanes): beta1^t


def init(theta: Array, h: Values) -> State:
    zeros = jnp.zeros_like(theta)
    return State(zeros, zeros, lane(theta, 1.0))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    m = ema(h.beta1, state.m, g)
    u = jnp.maximum(h.beta2 * state.u, jnp.abs(g) + h.eps)
    beta1_power = state.beta1_power * h.beta1
    return Moments(m / (1.0 - beta1_power), State(m, u, beta1_power), u)


ADAMAX = Optimizer(
    title=Text("Adamax", "Adamax"),
    family="adam",
    order=95,
    source=Source("Kingma and Ba, ICLR", 2015, "1412.6980", "Algorithm 2"),
    formula=r"u_t = \max(\beta_2 u_{t-1}, |g_t| + \epsilon), \quad "
    r"\theta_t = \theta_{t-1} - \frac{\eta}{1 - \beta_1^t} \frac{m_t}{u_t}",
    follows=Text(
        "PyTorch's Adamax; Optax agrees. Keras adds eps to the denominator instead; the paper has none.",
        "与 PyTorch 的 Adamax 一致\uff1bOptax 相同。Keras 把 ε 加在分母上\uff1b论文没有 ε。",
    ),
    summary=Text(
        "Adam with a fading maximum of |g| in place of the root mean square: no coordinate moves much further than lr.",
        "用衰减的 |g| 最大值代替均方根的 Adam\uff1a每个坐标每步的移动不会明显超过 η。",
    ),
    twins=(Twin(Text("Root mean square for the maximum (Adam)", "均方根代替最大值\uff08Adam\uff09"), "adam"),),
    hypers=(
        learning_rate(2e-3, 1e-4, 2.0),
        beta1(),
        beta2(),
        epsilon(
            1e-8,
            Text(
                "Added to |g| inside the maximum, against division by zero.", "加在最大值内的 |g| 上\uff0c防止除以零。"
            ),
        ),
        weight_decay(),
    ),
    units="distance",
    init=init,
    moments=moments,
    decay=COUPLED,
)
