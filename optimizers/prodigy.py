"""Prodigy: Mishchenko and Defazio 2024 (arXiv:2306.06101)."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card, Twin
from optimizers._decay import switched_decay
from optimizers._distance import (
    correction,
    first_distance,
    rate_factor,
    sum_of_sizes,
    use_bias_correction,
    where_live,
)
from optimizers._frame import SWITCHED, Moments, Optimizer, beta1, beta2, dot, ema, epsilon, lane
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    m: Array  # (2, ...lanes): average of d g
    v: Array  # (2, ...lanes): average of (d g)^2
    s: Array  # (2, ...lanes): weighted sum of the gradients
    start: Array  # (2, ...lanes): theta_0
    d: Array  # (...lanes): lower bound of the distance from theta_0 to the solution
    r: Array  # (...lanes): weighted sum of g . (theta_0 - theta)
    beta1_power: Array  # (...lanes)
    beta2_power: Array  # (...lanes)
    beta3: Array  # (...lanes): the given one, or sqrt(beta2)


def init(theta: Array, h: Values) -> State:
    zeros, one = jnp.zeros_like(theta), lane(theta, 1.0)
    beta3 = jnp.where(h.beta3 < 0, jnp.sqrt(h.beta2), h.beta3)
    return State(zeros, zeros, zeros, theta, lane(theta, h.d0), lane(theta), one, one, lane(theta, beta3))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    beta1_power, beta2_power = state.beta1_power * h.beta1, state.beta2_power * h.beta2
    before = state.d
    scale = before * correction(beta1_power, beta2_power, h.use_bias_correction)
    rate, beta3 = h.lr * scale, state.beta3
    m, v = ema(h.beta1, state.m, before * g), ema(h.beta2, state.v, (before * g) ** 2)
    # The weights d / d0, not d, keep the sums from becoming too small.
    r = beta3 * state.r + before / h.d0 * rate * dot(g, state.start - theta)
    s = beta3 * state.s + before / h.d0 * jnp.where(h.safeguard_warmup > 0, before, rate) * g
    total = sum_of_sizes(s)
    live = (h.lr > 0) & (total > 0)
    d = jnp.maximum(before, h.d_coef * r / jnp.where(total > 0, total, 1.0))
    state = where_live(live, State(m, v, s, state.start, d, r, beta1_power, beta2_power, beta3), state)
    scale = jnp.where(live, scale, 0.0)
    decay = -h.lr * scale * h.weight_decay * h.decoupled_weight_decay * theta
    # The moments are of d g. Divided by d they are the frame's: of gradients. While waiting, anything but 0 divides.
    eps = jnp.where(live, h.eps * (state.d / before), 1.0)
    return Moments(state.m / before, state, jnp.sqrt(state.v) / before, eps, scale, decay=decay)


PRODIGY = Optimizer(
    title=Text("Prodigy", "Prodigy"),
    family="free",
    order=410,
    source=Source("Mishchenko and Defazio, ICML", 2024, "2306.06101"),
    formula=r"r_t = \beta_3 r_{t-1} + \tfrac{d_t^2}{d_0} \eta\, g_t \cdot (\theta_0 - \theta_{t-1}), \quad "
    r"s_t = \beta_3 s_{t-1} + \tfrac{d_t^2}{d_0} \eta\, g_t, \quad "
    r"d_{t+1} = \max\left(d_t, c \frac{r_t}{\|s_t\|_1}\right), \quad "
    r"\theta_t = \theta_{t-1} - \eta d_t \frac{m_t(d g)}{\sqrt{V_t(d g)} + d_{t+1} \epsilon}",
    follows=Text(
        "prodigyopt, the authors' package. Optax always corrects the bias, and decouples decay; "
        "pytorch_optimizer does not correct by default. d0 is 1e-3 here, for 1e-6 spends its first "
        "10 to 15 steps too small to be seen. Neither PyTorch nor Keras has it.",
        "与作者的 prodigyopt 一致。Optax 总是做偏差修正并解耦衰减\uff1bpytorch_optimizer 默认不修正。"
        "这里 d₀ 取 1e-3\uff0c因为 1e-6 的前 10 到 15 步小得看不见。PyTorch 和 Keras 中没有。",
    ),
    summary=Text(
        "Adam that finds its rate: it estimates how far the solution is from the start, and the estimate only grows. "
        "Watch it creep, then leap.",
        "自己找到学习率的 Adam\uff1a估计解离起点有多远\uff0c且估计值只增不减。看它先爬行\uff0c后跃进。",
    ),
    twins=(
        Twin(Text("With bias correction", "加上偏差修正"), "prodigy", {"use_bias_correction": True}),
        Twin(Text("No bias correction", "不做偏差修正"), "prodigy", {"use_bias_correction": False}),
        Twin(Text("Warm-up safeguarded", "预热保护"), "prodigy", {"safeguard_warmup": True}),
        Twin(Text("Warm-up not safeguarded", "不做预热保护"), "prodigy", {"safeguard_warmup": False}),
        Twin(Text("Decoupled weight decay", "解耦权重衰减"), "prodigy", {"decoupled_weight_decay": True}),
        Twin(
            Text("Coupled weight decay (L2)", "耦合权重衰减\uff08L2\uff09"),
            "prodigy",
            {"decoupled_weight_decay": False},
        ),
    ),
    hypers=(
        rate_factor(),
        beta1(),
        beta2(),
        Hyper(
            "beta3",
            r"\beta_3",
            None,
            0.5,
            0.9999,
            "log1m",
            Text(
                "Decay rate of the sums behind d; by itself the root of beta2.",
                "估计 d 所用累加和的衰减率\uff1b默认为 β₂ 的平方根。",
            ),
            null=-1.0,
            least=0.0,
            most=1.0,
        ),
        epsilon(1e-8),
        *switched_decay(True),
        use_bias_correction(),
        Hyper(
            "safeguard_warmup",
            "W",
            False,
            kind="bool",
            doc=Text(
                "Leave the rate out of the denominator's sum, so that a warm-up does not inflate d.",
                "分母的累加和不含学习率\uff0c避免预热使 d 过大。",
            ),
        ),
        first_distance(
            1e-3,
            Text(
                "First estimate of the distance; the authors start from 1e-6.",
                "距离的初始估计\uff1b作者从 1e-6 开始。",
            ),
        ),
        Hyper(
            "d_coef",
            "c",
            1.0,
            0.1,
            10.0,
            "log",
            Text(
                "Factor on the estimate: the dial that the authors advise to turn.",
                "估计值的倍数\uff1a作者建议调节它。",
            ),
            least=0.0,
            most=1e6,
        ),
    ),
    units="none",
    init=init,
    moments=moments,
    decay=SWITCHED,
    card=Card(
        parents=("dadapt_adam",),
        mends=Text(
            "D-Adaptation's lower bound of the distance is loose. Prodigy gives later gradients more "
            "weight, which tightens it, by a logarithm in theory. Faster it is not here: from d0 = 1e-6 "
            "on the ravine its steps pass 0.1 at the 13th, D-Adapt Adam's at the 10th, and both arrive "
            "near step 100. But Prodigy stays, and D-Adapt Adam leaps out again at step 1273.",
            "D-自适应的距离下界较松。Prodigy 给后来的梯度更大权重\uff0c使下界更紧\uff0c理论上改进一个对数"
            "因子。在这里它并不更快\uff1a峡谷上从 d₀ = 1e-6 出发\uff0c它的步长在第 13 步超过 0.1\uff0cD-"
            "自适应 Adam 在第 10 步\uff0c两者都在第 100 步左右到达。但 Prodigy 留了下来\uff0cD-自适应 "
            "Adam 在第 1273 步又跳了出去。",
        ),
        breaks=Text(
            "d only grows, and a single too long step on a steep wall is not taken back: on Rosenbrock "
            "one step is 4.6 long, to a loss of thousands; it comes home after 1253 steps, later than "
            "Adam at a rate of 0.05 (1090).",
            "d 只增不减\uff0c在陡壁上迈得过长的一步无法收回\uff1a在 Rosenbrock 上有一步长达 4.6\uff0c损失"
            "达数千\uff0c1253 步后才回来\uff0c比 η = 0.05 的 Adam\uff081090 步\uff09还晚。",
        ),
        use=Text(
            "A first run on a new problem, and fine-tuning of image models, where nobody knows the rate; "
            "with a cosine schedule, as its authors advise, for it does not slow down by itself. Noisy "
            "bowl with sigma 1: over 600 steps it brings the end from a radius of 0.62 down to 0.12.",
            "新问题的第一次尝试\uff0c以及微调图像模型等不知道学习率的场合\uff1b按作者建议配合余弦调度"
            "\uff0c因为它自己不会减速。噪声碗 σ = 1\uff1a600 步余弦调度使终点的云半径从 0.62 降到 0.12。",
        ),
        avoid=Text(
            "A fixed schedule under noise: the rate stays at the distance that it found. Noisy bowl with "
            "sigma 1: the cloud's radius is 0.76, that of Adam at lr 0.1 only 0.24.",
            "有噪声而无调度时\uff1a学习率一直保持在所估计的距离。噪声碗 σ = 1\uff1a云的半径为 0.76\uff0cη"
            " = 0.1 的 Adam 只有 0.24。",
        ),
        memory=4,
        before="start, m, v, s = theta, np.zeros(2), np.zeros(2), np.zeros(2)\n"
        "d, r, n = d0, 0.0, 0\n"
        "beta3 = beta2**0.5 if beta3 is None else beta3",
        step="g = gradient(theta)\n"
        "if not decoupled_weight_decay:\n"
        "    g = g + weight_decay * theta\n"
        "if lr > 0 and np.linalg.norm(s) + np.linalg.norm(g) > 0:\n"
        "    n = n + 1\n"
        "    rate = lr * d\n"
        "    if use_bias_correction:\n"
        "        rate = rate * (1 - beta2**n) ** 0.5 / (1 - beta1**n)\n"
        "    m = beta1 * m + (1 - beta1) * d * g\n"
        "    v = beta2 * v + (1 - beta2) * (d * g) ** 2\n"
        "    r = beta3 * r + d / d0 * rate * g @ (start - theta)\n"
        "    s = beta3 * s + d / d0 * (d if safeguard_warmup else rate) * g\n"
        "    if decoupled_weight_decay:\n"
        "        theta = (1 - rate * weight_decay) * theta\n"
        "    d = max(d, d_coef * r / np.abs(s).sum())\n"
        "    theta = theta - rate * m / (np.sqrt(v) + d * eps)",
        stability=Text(
            "No rate to limit: the step is d times Adam's direction. d is a lower bound of the distance "
            "to the solution only if the loss is convex.",
            "没有学习率可言\uff1a步长是 d 乘以 Adam 的方向。只有损失为凸函数时\uff0cd 才是到解的距离的下界。",
        ),
        note=Text(
            "Not free of a rate: it estimates a distance, and d_coef is its rate in disguise. Turn it "
            "and the path changes as with lr.",
            "并非没有学习率\uff1a它估计的是距离\uff0c而 d_coef 就是变相的学习率。调节它\uff0c路径的变化与调节 η 一样。",
        ),
    ),
)
