"""SGDW: Loshchilov and Hutter 2019 (arXiv:1711.05101), Algorithm 1."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Twin
from optimizers._frame import DECOUPLED, Moments, Optimizer, lane, learning_rate, momentum_rate, weight_decay
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    b: Array  # (2, ...lanes): the velocity
    begun: Array  # (...lanes): 0 before the first gradient, then 1


def init(theta: Array, h: Values) -> State:
    return State(jnp.zeros_like(theta), lane(theta))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    # The first buffer is the whole gradient, and without momentum there is no buffer: dampening touches neither.
    kept = (state.begun > 0) & (h.momentum > 0)
    b = jnp.where(kept, h.momentum * state.b + (1.0 - h.dampening) * g, g)
    m = jnp.where(h.nesterov > 0, g + h.momentum * b, b)
    return Moments(m, State(b, lane(theta, 1.0)))


SGDW = Optimizer(
    title=Text("SGDW", "SGDW"),
    family="gradient",
    order=35,
    source=Source("Loshchilov and Hutter, ICLR", 2019, "1711.05101", "Algorithm 1"),
    formula=r"b_t = \mu b_{t-1} + g_t, \quad \theta_t = (1 - \eta\lambda)\,\theta_{t-1} - \eta b_t",
    follows=Text(
        "pytorch_optimizer's SGDW and Keras' SGD(weight_decay=). In the paper the decay is multiplied by the schedule "
        "alone; torch_optimizer subtracts lr lambda itself, which is a bug.",
        "与 pytorch_optimizer 的 SGDW、Keras 的 SGD(weight_decay=) 一致。论文中衰减只乘调度系数\uff1b"
        "torch_optimizer 直接减去 ηλ\uff0c是个错误。",
    ),
    summary=Text(
        "Momentum with weight decay taken out of the velocity: theta shrinks at once, instead of the pull toward 0 "
        "building up in the buffer.",
        "把权重衰减移出速度的动量法\uff1aθ 直接收缩\uff0c指向原点的拉力不在缓冲区里累积。",
    ),
    twins=(
        Twin(Text("Coupled weight decay (L2)", "耦合权重衰减\uff08L2\uff09"), "momentum"),
        Twin(Text("Nesterov's look-ahead", "改为 Nesterov 前瞻"), "sgdw", {"nesterov": True}),
        Twin(Text("Heavy ball: no look-ahead", "重球\uff1a不前瞻"), "sgdw", {"nesterov": False}),
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
        weight_decay(1e-2, decoupled=True),
        Hyper(
            "nesterov",
            "N",
            False,
            kind="bool",
            doc=Text("Step along g + mu b, Nesterov's look-ahead.", "沿 g + μb 走\uff0c即 Nesterov 前瞻。"),
        ),
    ),
    units="velocity",
    init=init,
    moments=moments,
    decay=DECOUPLED,
)
