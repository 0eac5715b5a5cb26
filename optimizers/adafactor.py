"""Adafactor: Shazeer and Stern 2018 (arXiv:1804.04235), Algorithm 5 for a vector."""

from dataclasses import replace
from math import sqrt
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card
from optimizers._frame import DECOUPLED, Moments, Optimizer, epsilon, lane, learning_rate, norm, weight_decay
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    v: Array  # (2, ...lanes): average squared gradient
    t: Array  # (...lanes): updates so far


def init(theta: Array, h: Values) -> State:
    return State(jnp.zeros_like(theta), lane(theta))


def rms(a: Array) -> Array:
    """The root mean square over the two coordinates, ``(...lanes)``."""
    return norm(a) / sqrt(2.0)


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    t = state.t + 1.0
    v = state.v + jnp.power(t, h.beta2_decay) * (g * g - state.v)
    root_v = jnp.maximum(jnp.sqrt(v), h.eps1)
    clip = jnp.maximum(1.0, rms(g / root_v) / h.d)
    size = jnp.maximum(h.eps2, rms(theta)) * jnp.minimum(h.lr, 1.0 / jnp.sqrt(t))
    return Moments(g, State(v, t), root_v, rate=size / (clip * root_v))


ADAFACTOR = Optimizer(
    title=Text("Adafactor", "Adafactor"),
    family="adaptive",
    order=65,
    source=Source("Shazeer and Stern, ICML", 2018, "1804.04235", "Algorithm 5"),
    formula=r"V_t = (1 - t^{c}) V_{t-1} + t^{c} g_t^2, \quad u_t = \frac{g_t}{\max(\sqrt{V_t}, \epsilon_1)}, \quad "
    r"\theta_t = \theta_{t-1} - \max(\epsilon_2, \mathrm{rms}(\theta_{t-1})) \min(\eta, \tfrac{1}{\sqrt t}) "
    r"\frac{u_t}{\max(1, \mathrm{rms}(u_t) / d)}",
    follows=Text(
        "PyTorch's Adafactor; a point is a vector, so nothing is factored. Optax does not cap the "
        "rate by 1/sqrt(t), does not multiply the decay by it, and takes the decay exponent in "
        "float32; Keras caps like PyTorch. The paper, Optax and Keras add eps1 = 1e-30 to the "
        "squared gradient, PyTorch takes machine epsilon as a floor.",
        "与 PyTorch 的 Adafactor 一致\uff1b一个点是向量\uff0c因此没有分解。Optax 不用 1/√t 限制学习率"
        "\uff0c衰减也不乘学习率\uff0c并用 float32 计算衰减指数\uff1bKeras 像 PyTorch 那样限制。论文、"
        "Optax、Keras 把 ε₁ = 1e-30 加到梯度平方上\uff0cPyTorch 以机器精度为下限。",
    ),
    summary=Text(
        "RMSProp with a memory that grows and a step measured in the size of theta: far from the origin it strides, "
        "near it it creeps.",
        "记忆越来越长的 RMSProp\uff0c步长以 θ 的大小为单位\uff1a离原点远则大步\uff0c近则小步。",
    ),
    hypers=(
        replace(
            learning_rate(1e-2, 1e-4, 1.0),
            doc=Text(
                "Learning rate relative to the size of theta; never above 1/sqrt(t).",
                "相对于 θ 大小的学习率\uff1b不超过 1/√t。",
            ),
        ),
        Hyper(
            "beta2_decay",
            "c",
            -0.8,
            -1.0,
            -0.1,
            doc=Text(
                "Exponent of t in the weight of a new squared gradient: -1 averages all alike, near 0 forgets.",
                "新梯度平方权重中 t 的指数\uff1a−1 为全体平均\uff0c接近 0 则遗忘。",
            ),
            least=-10.0,
            most=0.0,
        ),
        replace(
            epsilon(2.220446049250313e-16, Text("Least root of the second moment.", "二阶矩平方根的下限。")),
            name="eps1",
            symbol=r"\epsilon_1",
        ),
        replace(
            epsilon(1e-3, Text("Least size of theta that the step is measured in.", "步长所用的 θ 大小的下限。")),
            name="eps2",
            symbol=r"\epsilon_2",
        ),
        Hyper(
            "d",
            "d",
            1.0,
            0.1,
            10.0,
            "log",
            Text("Largest root mean square of a normalized gradient.", "归一化梯度均方根的上限。"),
            least=1e-12,
            most=1e6,
        ),
        weight_decay(0.0, decoupled=True),
    ),
    units="distance",
    init=init,
    moments=moments,
    decay=DECOUPLED,
    card=Card(
        parents=("adam",),
        mends=Text(
            "For a matrix Adam keeps two numbers a weight. Adafactor keeps one mean per row and one per "
            "column in place of V, and no momentum: almost no memory. It also measures the step in units "
            "of the weights, and clips it.",
            "对一个矩阵\uff0cAdam 每个权重存两个数。Adafactor 用每行、每列各一个均值代替 V\uff0c并省去动"
            "量\uff1a几乎不占显存。步长以权重大小为单位\uff0c并加以裁剪。",
        ),
        breaks=Text(
            "No momentum, and a step that is a share of rms(theta): near the origin it creeps. At the "
            "default lr 0.01 the ravine takes 1368 steps to 1e-3, at lr 0.1 still 360; Adam at 0.1 takes "
            "275.",
            "没有动量\uff0c步长是 rms(θ) 的一个比例\uff1a靠近原点就爬行。默认 η = 0.01 时\uff0c峡谷要 "
            "1368 步才到 1e-3\uff0cη = 0.1 也要 360 步\uff1bAdam 取 0.1 为 275 步。",
        ),
        use=Text(
            "Very large language models whose optimizer state must fit (T5 was trained with it).",
            "优化器状态必须省显存的超大语言模型\uff08T5 就是用它训练的\uff09。",
        ),
        avoid=Text(
            "Small models, where Adam's memory costs nothing; weights that should pass through zero.",
            "小模型\uff0cAdam 的显存不成问题\uff1b权重需要穿过零点时。",
        ),
        memory=1,
        torch="torch.optim.Adafactor([theta], lr={lr}, beta2_decay={beta2_decay}, eps=({eps1}, {eps2}), d={d},"
        " weight_decay={weight_decay})",
        before="v = np.zeros(2)",
        step="g = gradient(theta)\n"
        "w = t**beta2_decay\n"
        "v = (1 - w) * v + w * g**2\n"
        "u = g / np.maximum(np.sqrt(v), eps1)\n"
        "size = max(eps2, np.sqrt(np.mean(theta**2)))\n"
        "rate = size * min(lr, t**-0.5) / max(1, np.sqrt(np.mean(u**2)) / d)\n"
        "theta = (1 - lr * weight_decay) * theta - rate * u",
        stability=Text(
            "No limit of the form lr L < c: the update's rms is clipped at d, and the rate never exceeds "
            "1/sqrt(t), so every step is bounded by sqrt(2) d max(eps2, rms(theta)) min(lr, 1/sqrt(t)).",
            "没有 ηL < c 形式的界\uff1a更新量的均方根被裁剪到 d\uff0c学习率不超过 1/√t\uff0c因此每步长不"
            "超过 √2·d·max(ε₂, rms(θ))·min(η, 1/√t)。",
        ),
        note=Text(
            "Nothing is factored here, for a point is no matrix. What is left is an RMSProp with a "
            "growing memory, steps in units of theta, and a cap on each.",
            "这里没有任何分解\uff0c因为一个点不是矩阵。剩下的只是记忆渐长的 RMSProp\uff0c步长以 θ 的大小"
            "为单位并设上限。",
        ),
    ),
)
