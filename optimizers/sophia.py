"""Sophia: Liu, Li, Hall, Liang and Ma 2024 (arXiv:2305.14342), with the exact diagonal of the Hessian."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card
from optimizers._frame import (
    DECOUPLED,
    Moments,
    Optimizer,
    beta1,
    beta2,
    ema,
    epsilon,
    lane,
    learning_rate,
    weight_decay,
)
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    m: Array  # (2, ...lanes)
    curvature: Array  # (2, ...lanes): average of the Hessian's diagonal
    left: Array  # (...lanes): steps until the next look at the Hessian


def init(theta: Array, h: Values) -> State:
    zeros = jnp.zeros_like(theta)
    return State(zeros, zeros, lane(theta))


def looks(state: State, h: Values) -> Array:
    """1 in steps 1, 1 + k, 1 + 2k, ..."""
    return jnp.where(state.left <= 0, 1.0, 0.0)


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    now = looks(state, h) > 0
    m = ema(h.beta1, state.m, g)
    diagonal = jnp.stack([h.hessian[0], h.hessian[2]])
    curvature = jnp.where(now, ema(h.beta2, state.curvature, diagonal), state.curvature)
    left = jnp.where(now, h.update_interval, state.left) - 1.0
    root_v = jnp.maximum(jnp.maximum(h.gamma * curvature, h.eps), 1e-300)
    step = -h.lr * jnp.clip(m / root_v, -1.0, 1.0)
    rate = h.lr / jnp.maximum(root_v, jnp.abs(m))
    return Moments(m, State(m, curvature, left), root_v, rate=rate, step=step)


SOPHIA = Optimizer(
    title=Text("Sophia", "Sophia"),
    family="second",
    order=438,
    source=Source("Liu, Li, Hall, Liang and Ma, ICLR", 2024, "2305.14342", "Algorithm 3"),
    formula=r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \quad "
    r"h_t = \beta_2 h_{t-k} + (1 - \beta_2) \operatorname{diag} H_t, \quad "
    r"\theta_t = (1 - \eta\lambda)\, \theta_{t-1} - \eta \operatorname{clip}\!\left("
    r"\frac{m_t}{\max(\gamma h_t, \epsilon)}, -1, 1\right)",
    follows=Text(
        "The paper, with the exact diagonal in place of an estimate; h starts at 0 and no bias is corrected. "
        "pytorch_optimizer has lr / gamma for lr; Optax corrects the bias of m and looks at the Hessian one step late. "
        "A look counts as two gradients.",
        "与论文一致\uff0c但用精确对角线代替估计\uff1bh 从 0 开始\uff0c不做偏差修正。"
        "pytorch_optimizer 的学习率是 η/γ\uff1bOptax 修正 m 的偏差\uff0c且晚一步更新 Hessian。"
        "每次更新 Hessian 按两次梯度计。",
    ),
    summary=Text(
        "Momentum divided by the curvature of each axis, each coordinate's step at most lr. Where the curvature is "
        "negative or tiny it moves by signs alone.",
        "动量除以各坐标轴的曲率\uff0c每个坐标每步至多移动 η。曲率为负或极小时\uff0c只按符号移动。",
    ),
    hypers=(
        learning_rate(1e-3, 1e-4, 2.0),
        beta1(0.96),
        beta2(0.99),
        Hyper(
            "gamma",
            r"\gamma",
            0.01,
            1e-3,
            1.0,
            "log",
            Text("Scale of the curvature: smaller clips more.", "曲率的比例\uff1a越小\uff0c截断越多。"),
            least=0.0,
            most=1e6,
        ),
        epsilon(1e-12, Text("Least value that the momentum is divided by.", "动量除数的下限。")),
        weight_decay(0.0, decoupled=True),
        Hyper(
            "update_interval",
            "k",
            10,
            1,
            50,
            doc=Text("Steps from one look at the Hessian to the next.", "相邻两次更新 Hessian 之间的步数。"),
            kind="int",
            least=1,
            most=1_000_000,
        ),
    ),
    units="distance",
    init=init,
    moments=moments,
    decay=DECOUPLED,
    hessian=looks,
    card=Card(
        parents=(
            "newton",
            "signum",
        ),
        mends=Text(
            "Newton's division by the curvature, for the price of Adam: only the diagonal, looked at "
            "every k steps, and no coordinate moves by more than lr. Where the curvature is negative or "
            "stale, the clip makes it Signum: it leaves the saddle with a floor and arrives (lr 0.05) at "
            "step 286.",
            "用 Adam 的代价实现牛顿法的除以曲率\uff1a只取对角线\uff0c每 k 步更新一次\uff0c任一坐标每步不"
            "超过 η。曲率为负或过时处\uff0c裁剪使它变成 Signum\uff1a它能离开有底的鞍面上的鞍点\uff08η = "
            "0.05\uff09\uff0c第 286 步到达。",
        ),
        breaks=Text(
            "The diagonal knows only the axes: turned by 45° a ravine has a diagonal of equal entries, "
            "and nothing is divided. In a network the diagonal must be estimated from random vectors.",
            "对角线只认坐标轴\uff1a旋转 45° 的峡谷对角元相等\uff0c等于什么也没除。在网络中对角线要用随机向量估计。",
        ),
        use=Text(
            "Pretraining of language models, its authors' case, in place of AdamW.",
            "语言模型预训练\uff08作者的应用\uff09\uff0c代替 AdamW。",
        ),
        avoid=Text(
            "Small runs: its advantage over a well-tuned AdamW has not been reproduced by all who tried.",
            "小规模运行\uff1a相对于调好的 AdamW\uff0c并非所有人都复现了它的优势。",
        ),
        memory=2,
        before="m, h = np.zeros(2), np.zeros(2)",
        step="m = beta1 * m + (1 - beta1) * gradient(theta)\n"
        "if (t - 1) % update_interval == 0:\n"
        "    h = beta2 * h + (1 - beta2) * np.diag(hessian(theta))\n"
        "u = np.clip(m / np.maximum(gamma * h, eps), -1, 1)\n"
        "theta = (1 - lr * weight_decay) * theta - lr * u",
        cost=Text(
            "1 gradient a step, and the diagonal of the Hessian every k steps.",
            "每步 1 次梯度\uff0c每 k 步 1 次 Hessian 对角线。",
        ),
        stability=Text(
            "Clipped, it cannot diverge on a quadratic faster than lr a step; inside the clip the step "
            "is lr m / (gamma h); on an aligned quadratic, once h has settled, that is stable when lr is "
            "below 2 gamma (1 + beta1) / (1 - beta1).",
            "有裁剪\uff0c在二次函数上每步至多走 η\uff1b在裁剪范围内步长为 ηm/(γh)\uff0c对角二次函数上 h "
            "稳定之后\uff0cη 小于 2γ(1 + β₁)/(1 − β₁) 时稳定。",
        ),
    ),
)
