"""Rprop: Riedmiller and Braun 1993, in the form without backtracking of Igel and Huesken 2000 (iRprop-)."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._frame import Moments, Optimizer, lane, learning_rate
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    size: Array  # (2, ...lanes): the step of each coordinate
    sign: Array  # (2, ...lanes): of the last gradient; 0 before the first, and after a change of sign
    lr: Array  # (...lanes): the base rate, which is the first step


def init(theta: Array, h: Values) -> State:
    zeros = jnp.zeros_like(theta)
    return State(zeros + h.lr, zeros, lane(theta, h.lr))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    agree = jnp.sign(g) * state.sign
    factor = jnp.where(agree > 0, h.etaplus, jnp.where(agree < 0, h.etaminus, 1.0))
    size = jnp.clip(state.size * factor, h.step_size_min, h.step_size_max)
    sign = jnp.where(agree < 0, 0.0, jnp.sign(g))
    # In PyTorch the rate is the first step and nothing else; here a schedule scales the steps (by 1 if it is constant).
    scheduled = jnp.where(state.lr > 0, h.lr / state.lr, 0.0)
    return Moments(sign, State(size, sign, state.lr), rate=size * scheduled)


RPROP = Optimizer(
    title=Text("Rprop", "弹性反向传播 Rprop"),
    family="sign",
    order=200,
    source=Source("Riedmiller and Braun, IEEE International Conference on Neural Networks", 1993),
    formula=r"\delta_t = \delta_{t-1} \cdot \begin{cases} \eta^+ & g_t g_{t-1} > 0 \\ \eta^- & g_t g_{t-1} < 0 \; "
    r"(\text{then } g_t := 0) \\ 1 & g_t g_{t-1} = 0 \end{cases}, \quad "
    r"\theta_t = \theta_{t-1} - \delta_t \operatorname{sign}(g_t), \quad \delta_0 = \eta",
    follows=Text(
        "PyTorch's Rprop: after a change of sign a coordinate waits one step. The paper of 1993 undoes the last step "
        "there; Optax lags one update behind. In PyTorch a schedule has no effect; here it scales the steps.",
        "与 PyTorch 的 Rprop 一致\uff1a梯度变号后该坐标停一步。1993 年的论文此时撤销上一步\uff1b"
        "Optax 晚一步更新。PyTorch 中调度不起作用\uff0c这里调度缩放步长。",
    ),
    summary=Text(
        "Only the signs of the gradient count: each coordinate lengthens its own step while the sign stays, "
        "and halves it when the sign flips. Noise makes it useless.",
        "只看梯度的符号\uff1a符号不变时各坐标的步长增大\uff0c变号时减半。有噪声时会失效。",
    ),
    hypers=(
        learning_rate(1e-2, 1e-4, 1.0),
        Hyper(
            "etaminus",
            r"\eta^-",
            0.5,
            0.1,
            0.95,
            doc=Text("Factor of the step when the sign of its gradient flips.", "梯度变号时步长的乘数。"),
            least=1e-6,
            most=1.0,
        ),
        Hyper(
            "etaplus",
            r"\eta^+",
            1.2,
            1.01,
            2.0,
            doc=Text("Factor of the step while the sign of its gradient stays.", "梯度符号不变时步长的乘数。"),
            least=1.0,
            most=1e3,
        ),
        Hyper(
            "step_size_min",
            r"\delta_{\min}",
            1e-6,
            1e-9,
            0.1,
            "log0",
            Text("The shortest step.", "最小步长。"),
            least=0.0,
            most=1e6,
        ),
        Hyper(
            "step_size_max",
            r"\delta_{\max}",
            50.0,
            1e-2,
            50.0,
            "log",
            Text("The longest step.", "最大步长。"),
            least=0.0,
            most=1e6,
        ),
    ),
    units="distance",
    init=init,
    moments=moments,
)
