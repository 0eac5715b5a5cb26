"""Schedule-free AdamW: Defazio et al. 2024 (arXiv:2405.15682)."""

from dataclasses import replace
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card, Twin
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
        "schedulefree, the authors' package. theta is the average x. Optax keeps y in place of x and "
        "agrees at a constant rate without a warm-up, which it takes one step late; it needs beta1 > "
        "0. Keras weighs all points alike and decays y before the step. PyTorch does not have it.",
        "与作者的 schedulefree 一致。θ 是平均点 x。Optax 保存的是 y 而不是 x\uff1b学习率恒定且无预热"
        "时相同\uff0c预热则晚一步\uff1b它要求 β₁ > 0。Keras 对所有点等权平均\uff0c并在走步之前衰减 y"
        "。PyTorch 中没有。",
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
    card=Card(
        parents=(
            "schedulefree_sgd",
            "adamw",
        ),
        mends=Text(
            "The same for Adam: the average settles where Adam keeps trembling. Noisy bowl with sigma 1, "
            "lr 0.1: x ends within 0.09, Adam within 0.24. Momentum comes from the averaging, so no "
            "first moment is kept.",
            "对 Adam 做同样的事\uff1aAdam 不停颤动\uff0c平均点却能停稳。噪声碗 σ = 1、η = 0.1\uff1ax 的云"
            "半径 0.09\uff0cAdam 为 0.24。动量来自平均\uff0c因此不存一阶矩。",
        ),
        breaks=Text(
            "The average drags the past along: ravine, lr 0.1, it arrives at step 331, is carried out "
            "twice more, and is within 1e-3 for good from step 1181 on; Adam from step 275. And what is "
            "drawn, x, is not the point that moves: look at z.",
            "平均会拖着过去\uff1a峡谷上 η = 0.1\uff0c第 331 步到达\uff0c又两次被带出\uff0c从第 1181 步起"
            "损失才一直不超过 1e-3\uff1bAdam 从第 275 步起。而且画出的 x 并不是在走的点\uff1a请看 z。",
        ),
        use=Text(
            "Training of open length, in place of AdamW with a cosine schedule; it won the self-tuning "
            "track of the AlgoPerf competition in 2024.",
            "长度未定的训练\uff0c代替 AdamW 加余弦调度\uff1b它赢得了 2024 年 AlgoPerf 竞赛的自调参组。",
        ),
        avoid=Text(
            "Noiseless problems; batch normalization whose statistics are not taken anew at x.",
            "无噪声问题\uff1b批量归一化的统计量没有在 x 处重新计算时。",
        ),
        memory=2,
        before="z, v, top, total = theta, np.zeros(2), 0.0, 0.0",
        step="y = (1 - beta1) * z + beta1 * theta\n"
        "g = gradient(y)\n"
        "v = beta2 * v + (1 - beta2) * g**2\n"
        "u = g / (np.sqrt(v / (1 - beta2**t)) + eps) + weight_decay * y\n"
        "rate = lr * min(1, t / max(warmup_steps, 1))\n"
        "z = z - rate * u\n"
        "top = max(top, rate)\n"
        "w = t**r * top**weight_lr_power\n"
        "total = total + w\n"
        "if total > 0:\n"
        "    theta = theta + w / total * (z - theta)",
        symbols={"top": r"\alpha^{\max}", "total": "W"},
        stability=Text(
            "No limit of the form lr L < c: the step is divided by the root of V, and V follows the gradients.",
            "没有 ηL < c 形式的界\uff1a步长要除以 V 的平方根\uff0c而 V 随梯度变化。",
        ),
    ),
)
