"""Schedule-free AdamW: Defazio et al. 2024 (arXiv:2405.15682)."""

from dataclasses import replace
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Twin
from optimizers._frame import Moments, Optimizer, beta1, beta2, ema, epsilon, lane, learning_rate
from optimizers._schedulefree import BETA_DOC, Average, begin, direction_of, follow, warm_up, weight_hypers
from visualizer.spec import Source, Text, Values


class State(NamedTuple):
    average: Average
    v: Array  # (2, ...lanes): average squared gradient
    beta2_power: Array  # (...lanes): beta2^t


def init(theta: Array, h: Values) -> State:
    return State(begin(theta, h), jnp.zeros_like(theta), lane(theta, 1.0))


def query(theta: Array, state: State, h: Values) -> Array:
    return (1.0 - h.beta1) * state.average.z + h.beta1 * theta


def base(theta: Array, state: State, h: Values) -> Array:
    return state.average.z


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    v, beta2_power = ema(h.beta2, state.v, g * g), state.beta2_power * h.beta2
    root_v = jnp.sqrt(v / (1.0 - beta2_power))
    scale = warm_up(state.average, h)
    rate = h.lr * scale
    direction = g / (root_v + h.eps) + h.weight_decay * query(theta, state, h)
    step, average = follow(state.average, theta, direction, rate, h)
    m = direction_of(step, rate) * (root_v + h.eps)
    return Moments(m, State(average, v, beta2_power), root_v, h.eps, scale, step=step)


SCHEDULEFREE_ADAMW = Optimizer(
    title=Text("Schedule-free AdamW", "免调度 AdamW"),
    family="free",
    order=425,
    source=Source("Defazio, Yang, Mehta, Mishchenko, Khaled and Cutkosky, NeurIPS", 2024, "2405.15682"),
    formula=r"y_t = (1 - \beta_1) z_{t-1} + \beta_1 x_{t-1}, \quad "
    r"z_t = z_{t-1} - \eta_t \left( \frac{\nabla f(y_t)}{\sqrt{\hat V_t} + \epsilon} + \lambda y_t \right), \quad "
    r"x_t = (1 - c_t) x_{t-1} + c_t z_t",
    follows=Text(
        "schedulefree, the authors' package. theta is the average x. Optax agrees without a warm-up; "
        "Keras weighs all points alike and decays y before the step.",
        "与作者的 schedulefree 一致。θ 是平均点 x。无预热时 Optax 相同\uff1b"
        "Keras 对所有点等权平均\uff0c并在走步之前衰减 y。",
    ),
    summary=Text(
        "Adam without momentum leads; the average of its path follows, and is the answer. "
        "Between the two the gradient is taken.",
        "无动量的 Adam 在前\uff0c其路径的平均点跟随并作为结果\uff1b梯度取在两者之间。",
    ),
    twins=(
        Twin(
            Text("Gradient at z (beta1 = 0): Polyak averaging", "在 z 处取梯度\uff08β₁ = 0\uff09\uff1aPolyak 平均"),
            "schedulefree_adamw",
            {"beta1": 0.0},
        ),
    ),
    hypers=(
        learning_rate(2.5e-3, 1e-4, 2.0),
        replace(beta1(), doc=BETA_DOC),
        beta2(),
        epsilon(1e-8),
        *weight_hypers(),
    ),
    units="distance",
    init=init,
    moments=moments,
    query=query,
    report=(("y", query), ("z", base)),
)
