"""Heavy ball: Polyak 1964."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Twin
from optimizers._frame import COUPLED, Moments, Optimizer, lane, learning_rate, momentum_rate, weight_decay
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    b: Array  # (2, ...lanes): the velocity
    begun: Array  # (...lanes): 0 before the first gradient, then 1


def init(theta: Array, h: Values) -> State:
    return State(jnp.zeros_like(theta), lane(theta))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    # The first buffer is the whole gradient: dampening does not touch it (PyTorch's convention).
    # Without momentum it keeps no buffer, and dampening has no meaning.
    b = jnp.where((state.begun > 0) & (h.momentum > 0), h.momentum * state.b + (1.0 - h.dampening) * g, g)
    return Moments(b, State(b, lane(theta, 1.0)))


MOMENTUM = Optimizer(
    title=Text("Momentum", "动量 SGDM"),
    family="gradient",
    order=20,
    source=Source("Polyak, USSR Computational Mathematics and Mathematical Physics 4(5)", 1964),
    formula=r"b_t = \mu b_{t-1} + g_t, \quad \theta_t = \theta_{t-1} - \eta b_t",
    follows=Text(
        "PyTorch's SGD(momentum=). Keras keeps the rate inside the buffer: the same at a constant rate, "
        "different under a schedule. The first step ignores dampening.",
        "与 PyTorch 的 SGD(momentum=) 一致。Keras 把学习率放进缓冲区：学习率恒定时相同，有调度时不同。"
        "第一步不受 dampening 影响。",
    ),
    summary=Text(
        "A heavy ball: past gradients accumulate, so it coasts through flat parts and overshoots.",
        "像一个重球：累积过去的梯度，能滑过平坦处，也会冲过头。",
    ),
    twins=(
        Twin(Text("Without momentum (SGD)", "不加动量\uff08SGD\uff09"), "sgd"),
        Twin(Text("Nesterov's look-ahead", "改为 Nesterov 前瞻"), "nesterov"),
        Twin(
            Text(
                "EMA momentum: dampening = momentum, but for the first step",
                "指数平均动量\uff1adampening = momentum\uff0c第一步除外",
            ),
            "momentum",
            {"dampening": "momentum"},
        ),
        Twin(Text("Heavy ball: no dampening", "重球\uff1a不加 dampening"), "momentum", {"dampening": 0.0}),
        Twin(Text("Decoupled weight decay (SGDW)", "解耦权重衰减\uff08SGDW\uff09"), "sgdw"),
    ),
    hypers=(
        learning_rate(1e-3),
        momentum_rate(),
        Hyper(
            "dampening",
            r"\tau",
            0.0,
            doc=Text("Share of each new gradient that is held back.", "每个新梯度被抑制的比例。"),
            least=0.0,
            most=1.0,
        ),
        weight_decay(),
    ),
    units="velocity",
    init=init,
    moments=moments,
    decay=COUPLED,
)
