"""What AdaBound and AMSBound share: Adam's rate between two bounds that close on the rate of SGD."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._adam import MaxState, adam_next, max_init
from optimizers._frame import Moments, beta1, beta2, epsilon, lane, learning_rate, weight_decay
from visualizer.spec import Hyper, Text, Values


class BoundedState(NamedTuple):
    """AMSGrad's state, and what the bounds depend on."""

    moments: MaxState
    t: Array  # (...lanes): updates made
    lr: Array  # (...lanes): the base rate


def bounded_init(theta: Array, h: Values) -> BoundedState:
    return BoundedState(max_init(theta, h), lane(theta), lane(theta, h.lr))


def bounded_moments(g: Array, state: BoundedState, h: Values, use_max: bool) -> Moments:
    """Luo et al. (2019) as their code has it: rate and moments uncorrected, both corrections in the rate."""
    adam, t = adam_next(g, state.moments.adam, h), state.t + 1.0
    v_max = jnp.maximum(state.moments.v_max, adam.v)
    root_v = jnp.sqrt(v_max if use_max else adam.v)
    size = h.lr * jnp.sqrt(1.0 - adam.beta2_power) / (1.0 - adam.beta1_power)
    # The final rate follows the schedule; at a base rate of 0 nothing is to move.
    final = jnp.where(state.lr > 0, h.final_lr * h.lr / state.lr, 0.0)
    lower = final * (1.0 - 1.0 / (h.gamma * t + 1.0))
    upper = final * (1.0 + 1.0 / (h.gamma * t))
    rate = jnp.clip(size / (root_v + h.eps), lower, upper)
    return Moments(adam.m, BoundedState(MaxState(adam, v_max), t, state.lr), root_v, h.eps, rate=rate)


BOUNDED_HYPERS = (
    learning_rate(1e-3, 1e-4, 2.0),
    beta1(),
    beta2(),
    Hyper(
        "final_lr",
        r"\eta^*",
        1e-3,
        1e-4,
        1.0,
        "log",
        Text(
            "The rate of SGD that both bounds close on. The paper's 0.1 is too much for most surfaces here.",
            "上下界共同趋近的 SGD 学习率。论文的 0.1 对这里的多数曲面过大。",
        ),
        least=0.0,
        most=1e6,
    ),
    Hyper(
        "gamma",
        r"\gamma",
        1e-3,
        1e-4,
        1.0,
        "log",
        Text(
            "How fast the bounds close: after 1/gamma steps they are a half and the double of final_lr.",
            "上下界收拢的快慢\uff1a1/γ 步后分别为 final_lr 的一半和两倍。",
        ),
        least=1e-9,
        most=1e3,
    ),
    epsilon(1e-8),
    weight_decay(),
)
