"""Rprop: Riedmiller and Braun 1993, in the form without backtracking of Igel and Huesken 2000 (iRprop-)."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card
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
        "PyTorch's Rprop (iRprop-): after a change of sign a coordinate waits one step. The paper of "
        "1993 undoes the last step there, and starts from 0.1. Optax 0.2.8 lags one update behind: "
        "its first step is 0. Keras has none. In PyTorch a schedule has no effect; here it scales "
        "the steps.",
        "与 PyTorch 的 Rprop\uff08iRprop−\uff09一致\uff1a梯度变号后该坐标停一步。1993 年的论文此时撤销上一步"
        "\uff0c初始步长为 0.1。Optax 0.2.8 晚一步更新\uff0c第一步为 0。Keras 没有。PyTorch 中调度不起"
        "作用\uff0c这里调度缩放步长。",
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
    card=Card(
        parents=("sgd",),
        mends=Text(
            "The dependence on the size of the gradient: only its sign counts, and each coordinate finds "
            "its own step, longer by 1.2 while the sign stays, half after a flip. It finds the length of "
            "the valley by itself: on the Ravine it arrives in 133 steps from lr 0.01.",
            "摆脱对梯度大小的依赖\uff1a只看符号\uff0c各坐标自寻步长\uff0c符号不变乘 1.2\uff0c变号减半。它"
            "自己找到山谷的尺度\uff1a峡谷上从 η = 0.01 出发\uff0c133 步到达。",
        ),
        breaks=Text(
            "Noise: a sign that flips by chance halves the step. With minibatches nine gradients of +0.1 "
            "and one of -0.9 average to 0, yet it would walk: RMSProp was made to mend this.",
            "怕噪声\uff1a偶然的变号使步长减半。小批量下\uff0c九个 +0.1 和一个 −0.9 的梯度平均为 0\uff0c它"
            "却会往前走\uff1aRMSProp 正是为此而生。",
        ),
        use=Text(
            "Full-batch training with exact gradients, and small problems where nobody wants to tune a rate.",
            "使用精确梯度的全批量训练\uff1b不想调学习率的小问题。",
        ),
        avoid=Text(
            "Minibatches. Valleys that lie oblique to the axes cost it most: both coordinates flip "
            "together and both steps collapse.",
            "小批量训练。与坐标轴斜交的山谷最吃亏\uff1a两个坐标同时变号\uff0c步长一起缩小。",
        ),
        memory=2,
        torch="torch.optim.Rprop([theta], lr={lr}, etas=({etaminus}, {etaplus}), "
        "step_sizes=({step_size_min}, {step_size_max}))",
        before="""
size = np.full(2, lr)
base = lr
last = np.zeros(2)
""",
        step="""
sign = np.sign(gradient(theta))
agree = sign * last
factor = np.where(agree > 0, etaplus, np.where(agree < 0, etaminus, 1.0))
size = np.clip(size * factor, step_size_min, step_size_max)
last = np.where(agree < 0, 0.0, sign)
theta = theta - lr / base * size * last
""",
        symbols={"size": r"\delta", "sign": "s", "base": r"\eta_0", "last": r"\bar s", "agree": "a", "factor": "c"},
        stability=Text(
            "No bound in terms of the curvature: a step that crosses the minimum is halved until it does "
            "not. A smallest step above 0 is the distance at which it keeps circling.",
            "与曲率无关\uff0c没有界\uff1a越过极小值的步长不断减半。最小步长若大于 0\uff0c最终就在这个距离内来回。",
        ),
        note=Text(
            "The first step is lr in each coordinate, in the direction of the sign; the diagonal start "
            "of its path has nothing to do with the slope.",
            "第一步在每个坐标上都是 η\uff0c方向只看符号\uff1b轨迹起初的对角线方向与坡度无关。",
        ),
    ),
)
