"""RMSProp: Tieleman and Hinton, lecture 6.5 (2012); centered and with momentum: Graves 2013 (arXiv:1308.0850)."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Twin
from optimizers._frame import COUPLED, Moments, Optimizer, decay_rate, ema, epsilon, learning_rate, weight_decay
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    v: Array  # (2, ...lanes): average squared gradient
    mean: Array  # (2, ...lanes): average gradient (centered)
    b: Array  # (2, ...lanes): the velocity, of normalised gradients


def init(theta: Array, h: Values) -> State:
    zeros = jnp.zeros_like(theta)
    return State(zeros, zeros, zeros)


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    v = ema(h.alpha, state.v, g * g)
    mean = ema(h.alpha, state.mean, g)
    # Near a constant gradient the variance rounds below 0; PyTorch takes its root unguarded and returns NaN.
    spread = jnp.where(h.centered > 0, jnp.maximum(v - mean * mean, 0.0), v)
    root_v = jnp.sqrt(spread)
    b = h.momentum * state.b + g / (root_v + h.eps)
    # The buffer holds normalised gradients. Multiplied back, it is the frame's m, so that m / (sqrt(V) + eps) is b.
    return Moments(b * (root_v + h.eps), State(v, mean, b), root_v, h.eps)


RMSPROP = Optimizer(
    title=Text("RMSProp", "RMSProp"),
    family="adaptive",
    order=60,
    source=Source("Tieleman and Hinton, COURSERA lecture 6.5", 2012, "1308.0850"),
    formula=r"V_t = \alpha V_{t-1} + (1 - \alpha) g_t^2, \quad "
    r"\theta_t = \theta_{t-1} - \eta \frac{g_t}{\sqrt{V_t} + \epsilon}",
    follows=Text(
        "PyTorch's RMSprop. Optax and Keras put eps inside the root; the lecture has alpha 0.9, PyTorch 0.99.",
        "与 PyTorch 的 RMSprop 一致。Optax、Keras 把 ε 放在根号内；讲义取 α = 0.9，PyTorch 取 0.99。",
    ),
    summary=Text(
        "AdaGrad that forgets: the step never starves, and never settles either. "
        "Its first step is lr / sqrt(1 - alpha).",
        "会遗忘的 AdaGrad：步长不会枯竭，也永不停稳。第一步长为 η/√(1 − α)。",
    ),
    twins=(
        Twin(Text("Centered: the standard deviation", "中心化\uff1a除以标准差"), "rmsprop", {"centered": True}),
        Twin(Text("Not centered: the root mean square", "不中心化\uff1a除以均方根"), "rmsprop", {"centered": False}),
        Twin(Text("Without momentum", "不加动量"), "rmsprop", {"momentum": 0.0}),
    ),
    hypers=(
        learning_rate(1e-2, 1e-4, 2.0),
        decay_rate(
            "alpha", r"\alpha", 0.99, Text("Decay rate of the squared gradient.", "梯度平方的衰减率。"), low=0.5
        ),
        epsilon(1e-8),
        weight_decay(),
        decay_rate(
            "momentum", r"\mu", 0.0, Text("Momentum of the normalised gradient.", "归一化梯度的动量。"), high=0.999
        ),
        Hyper(
            "centered",
            "c",
            False,
            kind="bool",
            doc=Text("Divide by the standard deviation in place of the root mean square.", "用标准差代替均方根。"),
        ),
    ),
    units="distance",
    init=init,
    moments=moments,
    decay=COUPLED,
)
