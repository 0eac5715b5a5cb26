"""Barzilai and Borwein 1988: gradient descent whose rate is a secant's inverse curvature."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card, Twin
from optimizers._frame import Moments, Optimizer, dot, lane
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    theta: Array  # (2, ...lanes): the point before
    g: Array  # (2, ...lanes): the gradient before
    begun: Array  # (...lanes): 0 before the first gradient, then 1


def init(theta: Array, h: Values) -> State:
    return State(theta, jnp.zeros_like(theta), lane(theta))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    s, y = theta - state.theta, g - state.g
    first = h.variant < 2
    above, below = jnp.where(first, dot(s, s), dot(s, y)), jnp.where(first, dot(s, y), dot(y, y))
    convex = (state.begun > 0) & (dot(s, y) > 0) & (below > 0)
    rate = jnp.where(convex, above / jnp.where(convex, below, 1.0), h.lr0)
    rate = jnp.clip(rate, h.alpha_min, h.alpha_max)
    return Moments(g, State(theta, g, lane(theta, 1.0)), scale=rate)


def size(name: str, symbol: str, default: float, low: float, high: float, doc: Text) -> Hyper:
    return Hyper(name, symbol, default, low, high, "log", doc, least=0.0, most=1e100)


BARZILAI_BORWEIN = Optimizer(
    title=Text("Barzilai-Borwein", "Barzilai-Borwein 法"),
    family="second",
    order=450,
    source=Source("Barzilai and Borwein, IMA Journal of Numerical Analysis 8(1)", 1988),
    formula=r"s = \theta_{t-1} - \theta_{t-2}, \quad y = g_t - g_{t-1}, \quad "
    r"\alpha_t = \frac{s \cdot s}{s \cdot y} \text{ or } \frac{s \cdot y}{y \cdot y}, \quad "
    r"\theta_t = \theta_{t-1} - \alpha_t g_t",
    follows=Text(
        "The paper; no deep-learning library has it. Where the secant's curvature is not positive, "
        "and at the first step, the rate is lr0, which the paper leaves open. A schedule multiplies "
        "the rate.",
        "与论文一致\uff1b深度学习库中没有。割线曲率不为正时以及第一步\uff0c学习率取 lr0\uff0c论文未作"
        "规定。学习率调度与之相乘。",
    ),
    summary=Text(
        "Descent with a rate read off the last step: one over the curvature along it. "
        "The loss jumps up and down on its way, and still falls far faster.",
        "学习率取自上一步\uff1a沿该步曲率的倒数。损失忽上忽下\uff0c却下降得快得多。",
    ),
    twins=(
        Twin(Text("The short rate (variant 2)", "短步\uff08变体 2\uff09"), "barzilai_borwein", {"variant": 2}),
        Twin(Text("The long rate (variant 1)", "长步\uff08变体 1\uff09"), "barzilai_borwein", {"variant": 1}),
    ),
    hypers=(
        Hyper(
            "variant",
            "v",
            1,
            1,
            2,
            doc=Text(
                "1: the long rate s.s / s.y; 2: the short one s.y / y.y.",
                "1\uff1a长步 s·s/s·y\uff1b2\uff1a短步 s·y/y·y。",
            ),
            kind="int",
            least=1,
            most=2,
        ),
        size("lr0", r"\eta_0", 1e-3, 1e-5, 1.0, Text("Rate without a secant.", "没有割线时的学习率。")),
        size("alpha_min", r"\alpha_{\min}", 1e-10, 1e-10, 1.0, Text("Least rate.", "学习率的下限。")),
        size("alpha_max", r"\alpha_{\max}", 1e10, 1e-3, 1e10, Text("Largest rate.", "学习率的上限。")),
    ),
    units="none",
    init=init,
    moments=moments,
    card=Card(
        parents=("sgd",),
        mends=Text(
            "Descent must be told its rate. Two points and their gradients tell the curvature along the "
            "last step, and its inverse is a rate: ravine, within 1e-3 from step 7 on, where gradient "
            "descent at its best rate needs over 200.",
            "梯度下降需要给定学习率。两个点及其梯度给出上一步方向的曲率\uff0c其倒数就是学习率\uff1a峡谷上"
            "从第 7 步起损失不超过 1e-3\uff0c最佳学习率的梯度下降要 200 多步。",
        ),
        breaks=Text(
            "The loss does not fall at every step (Rosenbrock: one step is 84 long, and yet it is home "
            "by step 65), and gradient noise is read as curvature: noisy bowl with sigma 1, a cloud of "
            "radius 0.54, SGD at lr 0.1 0.27.",
            "损失不是每步下降\uff08Rosenbrock 上有一步长达 84\uff0c但 65 步就到家\uff09\uff0c而且会把梯度"
            "噪声当成曲率\uff1a噪声碗 σ = 1\uff0c云半径 0.54\uff0cη = 0.1 的 SGD 为 0.27。",
        ),
        use=Text(
            "Smooth, noiseless problems with many unknowns: image reconstruction, sparse recovery, large "
            "least squares.",
            "光滑、无噪声、未知量多的问题\uff1a图像重建、稀疏恢复、大规模最小二乘。",
        ),
        avoid=Text(
            "Minibatches; saddles: on the saddle with a floor it is still at the saddle after 100 steps, "
            "for a secant of negative curvature gives no rate.",
            "小批量\uff1b鞍点\uff1a在有底的鞍面上 100 步后仍停在鞍点\uff0c因为负曲率的割线给不出学习率。",
        ),
        memory=2,
        before="theta_old = g_old = None",
        step="g, rate = gradient(theta), lr0\n"
        "if g_old is not None:\n"
        "    s, y = theta - theta_old, g - g_old\n"
        "    if s @ y > 0:\n"
        "        rate = (s @ s) / (s @ y) if variant == 1 else (s @ y) / (y @ y)\n"
        "theta_old, g_old = theta, g\n"
        "theta = theta - np.clip(rate, alpha_min, alpha_max) * g",
        stability=Text(
            "No rate to limit: on every strictly convex quadratic it converges (Raydan 1993), though not "
            "monotonically, as long as alpha_min and alpha_max do not cut in.",
            "没有学习率可言\uff1a在任何严格凸的二次函数上都收敛\uff08Raydan 1993\uff09\uff0c但不是单调的"
            "\uff0c前提是 α_min 与 α_max 不起作用。",
        ),
    ),
)
