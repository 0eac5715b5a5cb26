"""D-Adaptation, the Adam form: Defazio and Mishchenko 2023 (arXiv:2301.07733)."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card, Twin
from optimizers._decay import switched_decay
from optimizers._distance import (
    correction,
    first_distance,
    growth_rate,
    rate_factor,
    sum_of_sizes,
    use_bias_correction,
    where_live,
)
from optimizers._frame import SWITCHED, Moments, Optimizer, beta1, beta2, dot, ema, epsilon, lane
from visualizer.spec import Source, Text, Values


class State(NamedTuple):
    m: Array  # (2, ...lanes): average of rate times gradient
    v: Array  # (2, ...lanes): average squared gradient
    s: Array  # (2, ...lanes): the same as m, over a longer time
    d: Array  # (...lanes): lower bound of the distance from theta_0 to the solution
    r: Array  # (...lanes): average of rate times g . s / (sqrt(V) + eps)
    beta1_power: Array  # (...lanes)
    beta2_power: Array  # (...lanes)
    q: Array  # (...lanes): sqrt(beta2)


def init(theta: Array, h: Values) -> State:
    zeros, one = jnp.zeros_like(theta), lane(theta, 1.0)
    return State(zeros, zeros, zeros, lane(theta, h.d0), lane(theta), one, one, lane(theta, jnp.sqrt(h.beta2)))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    beta1_power, beta2_power = state.beta1_power * h.beta1, state.beta2_power * h.beta2
    q, before = state.q, state.d
    scale = before * correction(beta1_power, beta2_power, h.use_bias_correction)
    rate = h.lr * scale
    old = jnp.sqrt(state.v) + h.eps
    push = rate * dot(g, state.s / jnp.where(old > 0, old, 1.0))  # s is 0 wherever V is
    m, v, s = ema(h.beta1, state.m, rate * g), ema(h.beta2, state.v, g * g), ema(q, state.s, rate * g)
    r = ema(q, state.r, push)
    total = (1.0 - q) * sum_of_sizes(s)
    live = (h.lr > 0) & (total > 0)
    d_hat = r / jnp.where(total > 0, total, 1.0)
    d = jnp.maximum(before, jnp.minimum(d_hat, before * h.growth_rate))
    state = where_live(live, State(m, v, s, d, r, beta1_power, beta2_power, q), state)
    scale = jnp.where(live, scale, 0.0)
    decay = -h.lr * scale * h.weight_decay * h.decoupled_weight_decay * theta
    # The buffer holds steps. Divided by this step's rate it is the frame's m. While waiting, anything but 0 divides.
    m, eps = state.m / jnp.where(live, rate, 1.0), jnp.where(live, h.eps, 1.0)
    return Moments(m, state, jnp.sqrt(state.v), eps, scale, decay=decay)


DADAPT_ADAM = Optimizer(
    title=Text("D-Adapt Adam", "D-自适应 Adam"),
    family="free",
    order=405,
    source=Source("Defazio and Mishchenko, ICML", 2023, "2301.07733"),
    formula=r"q = \sqrt{\beta_2}, \quad r_t = q r_{t-1} + (1 - q)\, \eta d_t\, g_t \cdot "
    r"\frac{s_{t-1}}{\sqrt{V_{t-1}} + \epsilon}, \quad s_t = q s_{t-1} + (1 - q)\, \eta d_t g_t, \quad "
    r"d_{t+1} = \max\left(d_t, \frac{r_t}{(1 - q) \|s_t\|_1}\right), \quad "
    r"\theta_t = \theta_{t-1} - \frac{m_t(\eta d g)}{\sqrt{V_t} + \epsilon}",
    follows=Text(
        "dadaptation, the authors' package. Optax' dadapt_adamw always corrects the bias and "
        "decouples decay, and has no limit of growth. Neither PyTorch nor Keras has it.",
        "与作者的 dadaptation 一致。Optax 的 dadapt_adamw 总是做偏差修正并解耦衰减\uff0c且没有增长上"
        "限。PyTorch 和 Keras 中没有。",
    ),
    summary=Text(
        "Adam that finds its rate: gradients that keep agreeing show that the solution is further away than thought.",
        "自己找到学习率的 Adam\uff1a若梯度方向一直一致\uff0c说明解比原来估计的更远。",
    ),
    twins=(
        Twin(Text("With bias correction", "加上偏差修正"), "dadapt_adam", {"use_bias_correction": True}),
        Twin(Text("No bias correction", "不做偏差修正"), "dadapt_adam", {"use_bias_correction": False}),
        Twin(Text("Decoupled weight decay", "解耦权重衰减"), "dadapt_adam", {"decoupled_weight_decay": True}),
        Twin(
            Text("Coupled weight decay (L2)", "耦合权重衰减\uff08L2\uff09"),
            "dadapt_adam",
            {"decoupled_weight_decay": False},
        ),
    ),
    hypers=(
        rate_factor(),
        beta1(),
        beta2(),
        epsilon(1e-8),
        *switched_decay(False),
        use_bias_correction(),
        first_distance(1e-6, Text("First estimate of the distance.", "距离的初始估计。")),
        growth_rate(None, Text("Largest growth of the estimate in a step.", "估计值每步的最大增长倍数。")),
    ),
    units="none",
    init=init,
    moments=moments,
    decay=SWITCHED,
    card=Card(
        parents=(
            "dadapt_sgd",
            "adam",
        ),
        mends=Text(
            "Adam's rate must be guessed. Here it is the largest lower bound, found so far, of the "
            "distance from the start to the solution; lr stays at 1.",
            "Adam 的学习率要靠猜。这里它取迄今得到的、起点到解的距离的最大下界\uff1blr 保持为 1。",
        ),
        breaks=Text(
            "The estimate is in Adam's own units and never falls. V shrinks, d does not, and so it may "
            "leave again. On the ravine it is within 1e-3 from step 97 on, Adam at lr 0.1 from step 275; "
            "but at step 1273 it leaps out, to a loss of 19. On Rosenbrock it arrives at step 188 and "
            "leaps out from step 1286 on.",
            "估计值以 Adam 自身的尺度计\uff0c且从不下降。V 缩小而 d 不减\uff0c因此可能再次离开。峡谷上它"
            "从第 97 步起损失不超过 1e-3\uff0cη = 0.1 的 Adam 从第 275 步起\uff1b但第 1273 步它又跳了出去"
            "\uff0c损失达 19。在 Rosenbrock 上它第 188 步到达\uff0c从第 1286 步起又反复跳出。",
        ),
        use=Text(
            "As a starting point where the rate is unknown, with a schedule that falls to 0; Prodigy is "
            "its faster successor.",
            "学习率未知时作为起点\uff0c并配合降到 0 的调度\uff1bProdigy 是更快的后继者。",
        ),
        avoid=Text(
            "A constant schedule under noise (noisy bowl with sigma 1: a cloud of radius 1.7, Adam's at "
            "lr 0.1 is 0.24); losses that are far from convex.",
            "有噪声而学习率恒定时\uff08噪声碗 σ = 1\uff1a云半径 1.7\uff0cη = 0.1 的 Adam 为 0.24\uff09"
            "\uff1b远非凸的损失。",
        ),
        memory=3,
        before="m, v, s = np.zeros(2), np.zeros(2), np.zeros(2)\n"
        "d, r, q, n = d0, 0.0, beta2**0.5, 0\n"
        "most = np.inf if growth_rate is None else growth_rate",
        step="g = gradient(theta)\n"
        "if not decoupled_weight_decay:\n"
        "    g = g + weight_decay * theta\n"
        "if lr > 0 and np.linalg.norm(s) + np.linalg.norm(g) > 0:\n"
        "    n = n + 1\n"
        "    rate = lr * d\n"
        "    if use_bias_correction:\n"
        "        rate = rate * (1 - beta2**n) ** 0.5 / (1 - beta1**n)\n"
        "    if n > 1:\n"
        "        r = q * r + (1 - q) * rate * g @ (s / (np.sqrt(v) + eps))\n"
        "    m = beta1 * m + (1 - beta1) * rate * g\n"
        "    v = beta2 * v + (1 - beta2) * g**2\n"
        "    s = q * s + (1 - q) * rate * g\n"
        "    d_hat = r / ((1 - q) * np.abs(s).sum())\n"
        "    d = max(d, min(d_hat, d * most))\n"
        "    if decoupled_weight_decay:\n"
        "        theta = (1 - rate * weight_decay) * theta\n"
        "    theta = theta - m / (np.sqrt(v) + eps)",
        symbols={"most": r"\gamma"},
        stability=Text(
            "No rate to limit. The guarantee is for convex functions with bounded gradients; a "
            "quadratic's gradients are not bounded.",
            "没有学习率可言。其理论保证针对梯度有界的凸函数\uff1b二次函数的梯度无界。",
        ),
        note=Text(
            "It needs no rate but estimates a distance: how far the solution is from the start, not how "
            "steep the surface is.",
            "它不需要学习率\uff0c但要估计距离\uff1a解离起点多远\uff0c而不是曲面多陡。",
        ),
    ),
)
