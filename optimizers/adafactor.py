"""Adafactor: Shazeer and Stern 2018 (arXiv:1804.04235), Algorithm 5 for a vector."""

from dataclasses import replace
from math import sqrt
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._frame import DECOUPLED, Moments, Optimizer, epsilon, lane, learning_rate, norm, weight_decay
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    v: Array  # (2, ...lanes): average squared gradient
    t: Array  # (...lanes): updates so far


def init(theta: Array, h: Values) -> State:
    return State(jnp.zeros_like(theta), lane(theta))


def rms(a: Array) -> Array:
    """The root mean square over the two coordinates, ``(...lanes)``."""
    return norm(a) / sqrt(2.0)


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    t = state.t + 1.0
    v = state.v + jnp.power(t, h.beta2_decay) * (g * g - state.v)
    root_v = jnp.maximum(jnp.sqrt(v), h.eps1)
    clip = jnp.maximum(1.0, rms(g / root_v) / h.d)
    size = jnp.maximum(h.eps2, rms(theta)) * jnp.minimum(h.lr, 1.0 / jnp.sqrt(t))
    return Moments(g, State(v, t), root_v, rate=size / (clip * root_v))


ADAFACTOR = Optimizer(
    title=Text("Adafactor", "Adafactor"),
    family="adaptive",
    order=65,
    source=Source("Shazeer and Stern, ICML", 2018, "1804.04235", "Algorithm 5"),
    formula=r"V_t = (1 - t^{c}) V_{t-1} + t^{c} g_t^2, \quad u_t = \frac{g_t}{\max(\sqrt{V_t}, \epsilon_1)}, \quad "
    r"\theta_t = \theta_{t-1} - \max(\epsilon_2, \mathrm{rms}(\theta_{t-1})) \min(\eta, \tfrac{1}{\sqrt t}) "
    r"\frac{u_t}{\max(1, \mathrm{rms}(u_t) / d)}",
    follows=Text(
        "PyTorch's Adafactor; a point is a vector, so nothing is factored. Optax does not cap the rate by 1/sqrt(t) "
        "and does not multiply the decay by it; the paper, Optax and Keras add eps1 to the squared gradient.",
        "与 PyTorch 的 Adafactor 一致\uff1b一个点是向量\uff0c因此没有分解。Optax 不用 1/√t 限制学习率\uff0c"
        "衰减也不乘学习率\uff1b论文、Optax、Keras 把 ε₁ 加到梯度平方上。",
    ),
    summary=Text(
        "RMSProp with a memory that grows and a step measured in the size of theta: far from the origin it strides, "
        "near it it creeps.",
        "记忆越来越长的 RMSProp\uff0c步长以 θ 的大小为单位\uff1a离原点远则大步\uff0c近则小步。",
    ),
    hypers=(
        replace(
            learning_rate(1e-2, 1e-4, 1.0),
            doc=Text(
                "Learning rate relative to the size of theta; never above 1/sqrt(t).",
                "相对于 θ 大小的学习率\uff1b不超过 1/√t。",
            ),
        ),
        Hyper(
            "beta2_decay",
            "c",
            -0.8,
            -1.0,
            -0.1,
            doc=Text(
                "Exponent of t in the weight of a new squared gradient: -1 averages all alike, near 0 forgets.",
                "新梯度平方权重中 t 的指数\uff1a−1 为全体平均\uff0c接近 0 则遗忘。",
            ),
            least=-10.0,
            most=0.0,
        ),
        replace(
            epsilon(2.220446049250313e-16, Text("Least root of the second moment.", "二阶矩平方根的下限。")),
            name="eps1",
            symbol=r"\epsilon_1",
        ),
        replace(
            epsilon(1e-3, Text("Least size of theta that the step is measured in.", "步长所用的 θ 大小的下限。")),
            name="eps2",
            symbol=r"\epsilon_2",
        ),
        Hyper(
            "d",
            "d",
            1.0,
            0.1,
            10.0,
            "log",
            Text("Largest root mean square of a normalized gradient.", "归一化梯度均方根的上限。"),
            least=1e-12,
            most=1e6,
        ),
        weight_decay(0.0, decoupled=True),
    ),
    units="distance",
    init=init,
    moments=moments,
    decay=DECOUPLED,
)
