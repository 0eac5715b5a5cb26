"""AdaGrad: Duchi, Hazan and Singer 2011 (diagonal form)."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card
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
        "PyTorch's Adagrad, with eps 1e-10 outside the root and V from 0. Optax and Keras put eps "
        "(1e-7) inside the root and start V at 0.1: their first steps are much shorter where |g| is "
        "well below 0.3. Only PyTorch has lr_decay. The paper's delta also stands outside the root.",
        "与 PyTorch 的 Adagrad 一致\uff1aε = 1e-10 在根号外\uff0cV 从 0 开始。Optax、Keras 把 ε(1e-7)"
        "放在根号内\uff0cV 从 0.1 开始\uff1a|g| 远小于 0.3 时\uff0c最初几步短得多。只有 PyTorch 有 "
        "lr_decay。论文的 δ 也在根号外。",
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
    card=Card(
        parents=("sgd",),
        mends=Text(
            "One rate for all: each coordinate is divided by the root of its own squared gradients so "
            "far, so steep coordinates brake and rarely touched ones keep large steps. With an aligned "
            "Ravine (angle 0) it no longer sees kappa.",
            "一个学习率管所有坐标\uff1a每个坐标除以自己历史梯度平方和的根\uff0c陡的坐标刹车\uff0c很少更新"
            "的坐标保持大步。峡谷与坐标轴对齐\uff08角度 0\uff09时\uff0c它不受 κ 影响。",
        ),
        breaks=Text(
            "The sum never forgets: after a steep beginning the rate starves. On the Ravine at lr 0.1 it "
            "is still 3.3 away after 200 steps and 0.26 after 3,000.",
            "累积和从不遗忘\uff1a开头陡峭\uff0c学习率就会枯竭。峡谷上 η = 0.1 时\uff0c200 步后仍距 3.3,"
            "3000 步后仍距 0.26。",
        ),
        use=Text(
            "Sparse features (words, clicks), convex problems, and noise: its 1/sqrt(t) is a built-in "
            "schedule. Take lr large, 0.1 to 1.",
            "稀疏特征\uff08词、点击\uff09、凸问题和有噪声的情形\uff1a自带 1/√t 的调度。学习率宜大\uff0c取 0.1 到 1。",
        ),
        avoid=Text(
            "Long training of deep networks, and valleys that are steep only at the start.",
            "深度网络的长期训练\uff1b只在开头陡峭的山谷。",
        ),
        memory=1,
        torch="torch.optim.Adagrad([theta], lr={lr}, lr_decay={lr_decay}, weight_decay={weight_decay}, "
        "initial_accumulator_value={initial_accumulator_value}, eps={eps})",
        before="v = np.full(2, initial_accumulator_value)",
        step="""
g = gradient(theta) + weight_decay * theta
v = v + g**2
theta = theta - lr / (1 + (t - 1) * lr_decay) * g / (np.sqrt(v) + eps)
""",
        stability=Text(
            "Needs no bound: on a quadratic it converges at any lr, because the sum V grows until lr L / "
            "sqrt(V) is below 2. A large lr is paid for by the excursion before.",
            "无需上限\uff1a在二次函数上任何 η 都收敛\uff0c因为 V 一直增长\uff0c直到 ηL/√V 小于 2。学习率"
            "过大的代价是先走一段弯路。",
        ),
        note=Text(
            "Its gift depends on the axes: on the Ravine at lr 1 it comes within 0.05 in 25 steps at "
            "angle 0, in 562 at angle 45. Its first step is lr in every coordinate, unless V starts "
            "above 0.",
            "它的长处依赖坐标轴\uff1a峡谷上 η = 1 时\uff0c角度 0 只需 25 步进入 0.05 以内\uff0c角度 45 需"
            "要 562 步。若 V 从 0 开始\uff0c第一步在每个坐标上都是 η。",
        ),
    ),
)
