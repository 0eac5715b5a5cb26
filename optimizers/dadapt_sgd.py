"""D-Adaptation, the SGD form: Defazio and Mishchenko 2023 (arXiv:2301.07733)."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card
from optimizers._distance import first_distance, growth_rate, rate_factor
from optimizers._frame import Moments, Optimizer, dot, lane, momentum_rate, norm, weight_decay
from visualizer.spec import Source, Text, Values


class State(NamedTuple):
    s: Array  # (2, ...lanes): sum of rate times gradient
    start: Array  # (2, ...lanes): theta_0
    d: Array  # (...lanes): lower bound of the distance from theta_0 to the solution
    r: Array  # (...lanes): sum of rate times g . s
    first: Array  # (...lanes): norm of the first gradient; 0 before it


def init(theta: Array, h: Values) -> State:
    return State(jnp.zeros_like(theta), theta, lane(theta, h.d0), lane(theta), lane(theta))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    # The authors' code takes this norm before it adds the decay.
    first = jnp.where(state.first > 0, state.first, norm(g))
    scale = state.d / jnp.where(first > 0, first, 1.0)
    push = h.lr * scale * (g + h.weight_decay * theta)
    r = state.r + dot(push, state.s)
    s = state.s + push
    size = norm(s)
    d_hat = 2.0 * r / jnp.where(size > 0, size, 1.0)
    grown = jnp.maximum(state.d, jnp.minimum(d_hat, state.d * h.growth_rate))
    d = jnp.where((h.lr > 0) & (size > 0), grown, state.d)
    step = (1.0 - h.momentum) * (state.start - s - theta)
    # The frame's m: what this step's rate was multiplied with, an average of gradients.
    rate = h.lr * scale
    m = jnp.where(rate > 0, -step / jnp.where(rate > 0, rate, 1.0), 0.0)
    return Moments(m, State(s, state.start, d, r, first), scale=scale, step=step)


DADAPT_SGD = Optimizer(
    title=Text("D-Adapt SGD", "D-自适应 SGD"),
    family="free",
    order=400,
    source=Source("Defazio and Mishchenko, ICML", 2023, "2301.07733"),
    formula=r"\eta_t = \frac{\eta d_t}{\|g_1\|}, \quad r_t = r_{t-1} + \eta_t\, g_t \cdot s_{t-1}, \quad "
    r"s_t = s_{t-1} + \eta_t g_t, \quad d_{t+1} = \max\left(d_t, \frac{2 r_t}{\|s_t\|}\right), \quad "
    r"\theta_t = \mu \theta_{t-1} + (1 - \mu) (\theta_0 - s_t)",
    follows=Text(
        "dadaptation, the authors' package, which lets d grow without a limit from 1e-6. On surfaces "
        "whose gradient grows with the distance that diverges; hence 1e-2 and a limit of 1.02 a step "
        "here, which only puts it off. PyTorch, Optax and Keras do not have it.",
        "与作者的 dadaptation 一致\uff1b其 d 从 1e-6 起无限制增长。在梯度随距离增大的曲面上会发散"
        "\uff0c因此这里取 1e-2\uff0c每步至多增长到 1.02 倍\uff1b这只是推迟发散。PyTorch、Optax、Keras"
        " 中没有。",
    ),
    summary=Text(
        "Descent that finds its rate: as long as gradients agree, the estimated distance to the solution grows, "
        "and the rate with it.",
        "自己找到学习率的梯度下降\uff1a只要梯度方向一致\uff0c估计的距离就增大\uff0c学习率随之增大。",
    ),
    hypers=(
        rate_factor(),
        momentum_rate(0.0),
        weight_decay(),
        first_distance(
            1e-2,
            Text(
                "First estimate of the distance; the authors start from 1e-6.",
                "距离的初始估计\uff1b作者从 1e-6 开始。",
            ),
        ),
        growth_rate(
            1.02,
            Text(
                "Largest growth of the estimate in a step; the authors set no limit.",
                "估计值每步的最大增长倍数\uff1b作者不设限。",
            ),
        ),
    ),
    units="none",
    init=init,
    moments=moments,
    card=Card(
        parents=("sgd",),
        mends=Text(
            "Descent's rate must be guessed. Here gradients that keep agreeing raise a lower bound of "
            "the distance to the solution, and the rate with it, by at most 2 % a step at this page's "
            "default.",
            "梯度下降的学习率要靠猜。这里梯度方向一直一致就会抬高到解的距离的下界\uff0c学习率随之增大"
            "\uff1b按本页默认\uff0c每步至多增大 2%。",
        ),
        breaks=Text(
            "The theory divides by a bound on the gradients; surfaces like these have none. At the "
            "default growth limit, too, it diverges on the ravine, before step 546: the rate passes 2 / "
            "L and cannot come down.",
            "理论中要除以梯度的上界\uff0c而这里的曲面没有上界。即使有默认的增长上限\uff0c它在峡谷上也会在"
            "第 546 步之前发散\uff1a学习率越过 2/L 后降不下来。",
        ),
        use=Text(
            "Convex problems with bounded gradients, such as logistic regression; to see the idea before "
            "its Adam form. Himmelblau goes well, within 1e-3 from step 65 on.",
            "梯度有界的凸问题\uff0c例如逻辑回归\uff1b也用来在 Adam 形式之前理解这一思想。Himmelblau 上效"
            "果好\uff1a从第 65 步起损失不超过 1e-3。",
        ),
        avoid=Text(
            "Quadratics, saddles, deep networks without normalization: whatever grows faster than linearly.",
            "二次函数、鞍面、没有归一化的深层网络\uff1a凡增长快于线性的函数。",
        ),
        memory=2,
        before="start, s, d, r, first = theta, np.zeros(2), d0, 0.0, 0.0\n"
        "most = np.inf if growth_rate is None else growth_rate",
        step="g = gradient(theta)\n"
        "first = first or np.linalg.norm(g)\n"
        "push = lr * d / (first or 1.0) * (g + weight_decay * theta)\n"
        "r = r + push @ s\n"
        "s = s + push\n"
        "size = np.linalg.norm(s)\n"
        "if lr > 0 and size > 0:\n"
        "    d = max(d, min(2 * r / size, d * most))\n"
        "theta = momentum * theta + (1 - momentum) * (start - s)",
        symbols={"size": "n", "first": r"\lVert g_1 \rVert", "push": "p", "most": r"\gamma"},
        stability=Text(
            "On a quadratic the rate d / |g_1| may grow past 2 / L, and then it diverges. Ravine, 2000 "
            "steps: it does so.",
            "在二次函数上\uff0c学习率 d/‖g₁‖ 可能越过 2/L\uff0c于是发散。峡谷上走 2000 步即可看到。",
        ),
        note=Text(
            "It needs no rate but estimates a distance. The growth limit is our default, not the authors'.",
            "它不需要学习率\uff0c但要估计距离。增长上限是本页的默认值\uff0c作者没有设。",
        ),
    ),
)
