"""AdaGrad: Duchi, Hazan and Singer 2011 (diagonal form)."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._frame import COUPLED, Moments, Optimizer, epsilon, lane, learning_rate, weight_decay
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    v: Array  # (2, ...lanes): the sum of squared gradients
    t: Array  # (...lanes): updates made


def init(theta: Array, h: Values) -> State:
    return State(jnp.zeros_like(theta) + h.initial_accumulator_value, lane(theta))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    v = state.v + g * g
    return Moments(g, State(v, state.t + 1.0), jnp.sqrt(v), h.eps, scale=1.0 / (1.0 + state.t * h.lr_decay))


ADAGRAD = Optimizer(
    title=Text("AdaGrad", "AdaGrad"),
    family="adaptive",
    order=40,
    source=Source("Duchi, Hazan and Singer, JMLR 12", 2011),
    formula=r"V_t = V_{t-1} + g_t^2, \quad \theta_t = \theta_{t-1} - \eta \frac{g_t}{\sqrt{V_t} + \epsilon}",
    follows=Text(
        "PyTorch's Adagrad. Optax and Keras put eps inside the root and start V at 0.1.",
        "与 PyTorch 的 Adagrad 一致。Optax、Keras 把 ε 放在根号内，V 从 0.1 开始。",
    ),
    summary=Text(
        "Divides by the root of all squared gradients so far: brakes where it is steep, and starves as the sum grows.",
        "除以历史梯度平方和的根：陡处刹车，但随着累积越走越慢。",
    ),
    hypers=(
        learning_rate(1e-2, 1e-3, 5.0),
        Hyper(
            "lr_decay",
            r"\gamma",
            0.0,
            0.0,
            0.1,
            doc=Text("The rate falls as 1/(1 + (t - 1) lr_decay).", "学习率按 1/(1 + (t − 1) lr_decay) 衰减。"),
            least=0.0,
            most=1e6,
        ),
        weight_decay(),
        Hyper(
            "initial_accumulator_value",
            "V_0",
            0.0,
            1e-4,
            10.0,
            "log0",
            Text("Where the sum of squares starts.", "梯度平方和的初值。"),
            least=0.0,
            most=1e9,
        ),
        epsilon(1e-10),
    ),
    units="distance",
    init=init,
    moments=moments,
    decay=COUPLED,
)
