"""Schedule-free SGD: Defazio et al. 2024 (arXiv:2405.15682)."""

from jax import Array

from optimizers._card import Twin
from optimizers._frame import Moments, Optimizer, decay_rate, learning_rate
from optimizers._schedulefree import BETA_DOC, Average, begin, direction_of, follow, warm_up, weight_hypers
from visualizer.spec import Source, Text, Values


def query(theta: Array, state: Average, h: Values) -> Array:
    return (1.0 - h.beta) * state.z + h.beta * theta


def base(theta: Array, state: Average, h: Values) -> Array:
    return state.z


def moments(g: Array, theta: Array, state: Average, h: Values) -> Moments:
    scale = warm_up(state, h)
    rate = h.lr * scale
    step, state_next = follow(state, theta, g + h.weight_decay * query(theta, state, h), rate, h)
    return Moments(direction_of(step, rate), state_next, scale=scale, step=step)


SCHEDULEFREE_SGD = Optimizer(
    title=Text("Schedule-free SGD", "免调度 SGD"),
    family="free",
    order=420,
    source=Source("Defazio, Yang, Mehta, Mishchenko, Khaled and Cutkosky, NeurIPS", 2024, "2405.15682"),
    formula=r"y_t = (1 - \beta) z_{t-1} + \beta x_{t-1}, \quad z_t = z_{t-1} - \eta_t \nabla f(y_t), \quad "
    r"x_t = (1 - c_t) x_{t-1} + c_t z_t, \quad c_t = \frac{w_t}{\sum_{i \le t} w_i}, \quad "
    r"w_t = t^r \max_{i \le t} \eta_i^p",
    follows=Text(
        "schedulefree, the authors' package (its default rate is 1; here 1e-3, as for SGD). theta is the average x. "
        "Optax agrees without a warm-up; Keras weighs all points alike.",
        "与作者的 schedulefree 一致\uff08其默认学习率为 1\uff0c这里与 SGD 同取 1e-3\uff09。θ 是平均点 x。"
        "无预热时 Optax 相同\uff1bKeras 对所有点等权平均。",
    ),
    summary=Text(
        "A scout z steps by gradients taken between it and the average x of its path: "
        "the average settles with no schedule.",
        "侦察点 z 用它与路径平均点 x 之间的梯度前进\uff1a无需学习率调度\uff0c平均点也能停稳。",
    ),
    twins=(
        Twin(
            Text("Gradient at z (beta = 0): Polyak averaging", "在 z 处取梯度\uff08β = 0\uff09\uff1aPolyak 平均"),
            "schedulefree_sgd",
            {"beta": 0.0},
        ),
    ),
    hypers=(
        learning_rate(1e-3),
        decay_rate("beta", r"\beta", 0.9, BETA_DOC, high=0.999),
        *weight_hypers(),
    ),
    units="gradient",
    init=begin,
    moments=moments,
    query=query,
    report=(("y", query), ("z", base)),
)
