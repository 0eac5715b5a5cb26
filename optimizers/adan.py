"""Adan: Xie, Zhou, Li, Lin and Yan 2024 (arXiv:2208.06677), Algorithm 1."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card, Twin
from optimizers._frame import (
    DECOUPLED,
    Moments,
    Optimizer,
    beta1,
    decay_rate,
    ema,
    epsilon,
    lane,
    learning_rate,
    weight_decay,
)
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    m: Array  # (2, ...lanes): average gradient
    v: Array  # (2, ...lanes): average difference of gradients
    n: Array  # (2, ...lanes): average square of the looked-ahead gradient
    g: Array  # (2, ...lanes): the gradient before
    begun: Array  # (...lanes): 0 before the first gradient, then 1
    powers: tuple[Array, Array, Array]  # (...lanes) each: beta1^t, beta2^t, beta3^t


def init(theta: Array, h: Values) -> State:
    zeros, one = jnp.zeros_like(theta), lane(theta, 1.0)
    return State(zeros, zeros, zeros, zeros, lane(theta), (one, one, one))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    change = jnp.where(state.begun > 0, g - state.g, 0.0)
    ahead = g + h.beta2 * change
    m, v, n = ema(h.beta1, state.m, g), ema(h.beta2, state.v, change), ema(h.beta3, state.n, ahead * ahead)
    one, two, three = (power * beta for power, beta in zip(state.powers, (h.beta1, h.beta2, h.beta3), strict=True))
    m_hat = m / (1.0 - one) + h.beta2 * v / (1.0 - two)
    # The proximal step divides theta and the step by the same number.
    shrink = jnp.where(h.no_prox > 0, 1.0, 1.0 / (1.0 + h.lr * h.weight_decay))
    decay = -h.lr * h.weight_decay * shrink * theta
    state = State(m, v, n, g, lane(theta, 1.0), (one, two, three))
    return Moments(m_hat, state, jnp.sqrt(n / (1.0 - three)), h.eps, scale=shrink, decay=decay)


ADAN = Optimizer(
    title=Text("Adan", "Adan"),
    family="adam",
    order=105,
    source=Source("Xie, Zhou, Li, Lin and Yan, TPAMI 46(12)", 2024, "2208.06677", "Algorithm 1"),
    formula=r"d_t = g_t - g_{t-1}, \quad m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \quad "
    r"v_t = \beta_2 v_{t-1} + (1 - \beta_2) d_t, \quad n_t = \beta_3 n_{t-1} + (1 - \beta_3) (g_t + \beta_2 d_t)^2, "
    r"\quad \theta_t = \frac{1}{1 + \eta\lambda} \left( \theta_{t-1} - \eta "
    r"\frac{\hat m_t + \beta_2 \hat v_t}{\sqrt{\hat n_t} + \epsilon} \right)",
    follows=Text(
        "The authors' code, and pytorch_optimizer; the betas are one minus the paper's. Optax has 1 "
        "- beta2 where beta2 belongs, in n and in the step, and 1e-8 inside the root; adan-pytorch "
        "makes no first step. Neither PyTorch nor Keras has it.",
        "与作者代码和 pytorch_optimizer 一致\uff1bβ 等于 1 减去论文的值。Optax 在 n 和步长中应为 β₂ "
        "处用了 1 − β₂\uff0c并在根号内加 1e-8\uff1badan-pytorch 第一步不动。PyTorch 和 Keras 中没有。",
    ),
    summary=Text(
        "Adam that also averages how the gradient changes: Nesterov's look-ahead without a second point.",
        "还对梯度的变化取平均的 Adam\uff1a不需要第二个点的 Nesterov 前瞻。",
    ),
    twins=(
        Twin(Text("Shrinks before the step, as AdamW", "像 AdamW 那样先收缩再走步"), "adan", {"no_prox": True}),
        Twin(Text("Proximal: shrinks after the step", "近端\uff1a走步之后再收缩"), "adan", {"no_prox": False}),
    ),
    hypers=(
        learning_rate(1e-3, 1e-4, 2.0),
        beta1(0.98),
        decay_rate(
            "beta2",
            r"\beta_2",
            0.92,
            Text("Decay rate of the gradient's change, and its weight.", "梯度变化的衰减率\uff0c也是其权重。"),
            high=0.999,
        ),
        decay_rate(
            "beta3",
            r"\beta_3",
            0.99,
            Text("Decay rate of the squared, looked-ahead gradient.", "前瞻梯度平方的衰减率。"),
            low=0.5,
        ),
        epsilon(1e-8),
        weight_decay(0.0, decoupled=True),
        Hyper(
            "no_prox",
            "N",
            False,
            kind="bool",
            doc=Text(
                "Shrink theta as AdamW does, before the step, in place of dividing afterwards by 1 + lr lambda.",
                "像 AdamW 那样先收缩 θ 再走步\uff0c而不是事后除以 1 + ηλ。",
            ),
        ),
    ),
    units="distance",
    init=init,
    moments=moments,
    decay=DECOUPLED,
    card=Card(
        parents=(
            "adam",
            "nesterov",
        ),
        mends=Text(
            "Nesterov's look-ahead needs the gradient at another point. Adan estimates it from the "
            "change of the gradient, g + beta2 (g - g_old), at the point where it is. Noisy bowl with "
            "sigma 1, lr 0.1: its cloud has a radius of 0.16, Adam's 0.24.",
            "Nesterov 的前瞻需要另一点的梯度。Adan 在原地用梯度的变化估计它\uff1ag + β₂(g − g_旧)。噪声碗"
            " σ = 1、η = 0.1\uff1a云的半径为 0.16\uff0cAdam 为 0.24。",
        ),
        breaks=Text(
            "Four vectors of memory and three betas; and at the default betas it bursts out again and "
            "again: on the ravine at lr 0.1 it is within 1e-3 at step 136, back at a loss of up to 0.25 "
            "many times, and not at rest after 2000 steps; Adam is within it for good from step 275 on.",
            "要存四个向量\uff0c还有三个 β\uff1b默认 β 下会一再跳出\uff1a峡谷上 η = 0.1\uff0c第 136 步到 "
            "1e-3 以内\uff0c之后多次回到最高 0.25 的损失\uff0c2000 步仍不安定\uff1bAdam 从第 275 步起一直"
            "在 1e-3 以内。",
        ),
        use=Text(
            "Vision networks and Transformers, with a warm-up. On this page it wants small rates: "
            "Rosenbrock at lr 0.01 is within 1e-3 for good from step 1100 on; Adam at that rate is not "
            "after 3000.",
            "视觉网络和 Transformer\uff0c配合预热。在本页它适合小学习率\uff1aRosenbrock 上 η = 0.01\uff0c"
            "从第 1100 步起损失不超过 1e-3\uff1b同样学习率的 Adam 3000 步仍不行。",
        ),
        avoid=Text(
            "Where memory is short, and on short runs: an average over 50 gradients needs more steps "
            "than that to turn.",
            "显存紧张时\uff0c以及步数很少时\uff1a对约 50 个梯度取平均\uff0c转向所需的步数更多。",
        ),
        memory=4,
        before="m, v, n, g_old = np.zeros(2), np.zeros(2), np.zeros(2), None",
        step="g = gradient(theta)\n"
        "d = np.zeros(2) if g_old is None else g - g_old\n"
        "g_old = g\n"
        "m = beta1 * m + (1 - beta1) * g\n"
        "v = beta2 * v + (1 - beta2) * d\n"
        "n = beta3 * n + (1 - beta3) * (g + beta2 * d) ** 2\n"
        "top = m / (1 - beta1**t) + beta2 * v / (1 - beta2**t)\n"
        "u = top / (np.sqrt(n / (1 - beta3**t)) + eps)\n"
        "if no_prox:\n"
        "    theta = (1 - lr * weight_decay) * theta - lr * u\n"
        "else:\n"
        "    theta = (theta - lr * u) / (1 + lr * weight_decay)",
        symbols={"v": "v", "top": "a"},
        stability=Text(
            "No limit of the form lr L < c: the step is divided by the root of n, which follows the gradients.",
            "没有 ηL < c 形式的界\uff1a步长要除以 n 的平方根\uff0c而 n 随梯度变化。",
        ),
    ),
)
