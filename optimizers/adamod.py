"""AdaMod: Ding, Ren, Luo and Sun 2019 (arXiv:1910.12249), Algorithm 1."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._adam import AdamState, adam_init, adam_next
from optimizers._card import Card, Twin
from optimizers._frame import (
    DECOUPLED,
    Moments,
    Optimizer,
    beta1,
    beta2,
    decay_rate,
    ema,
    epsilon,
    learning_rate,
    weight_decay,
)
from visualizer.spec import Source, Text, Values


class State(NamedTuple):
    adam: AdamState
    s: Array  # (2, ...lanes): average of the rates


def init(theta: Array, h: Values) -> State:
    return State(adam_init(theta, h), jnp.zeros_like(theta))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    adam = adam_next(g, state.adam, h)
    corrected = jnp.sqrt(1.0 - adam.beta2_power)
    root_v = jnp.sqrt(adam.v)
    rate = h.lr * corrected / (1.0 - adam.beta1_power) / (root_v + h.eps)
    s = ema(h.beta3, state.s, rate)
    # The correction of m is in the rates that are averaged, so that m itself is not corrected.
    return Moments(adam.m, State(adam, s), root_v / corrected, h.eps, rate=jnp.minimum(rate, s))


ADAMOD = Optimizer(
    title=Text("AdaMod", "AdaMod"),
    family="adam",
    order=112,
    source=Source("Ding, Ren, Luo and Sun", 2019, "1910.12249", "Algorithm 1"),
    formula=r"e_t = \frac{\eta \sqrt{1 - \beta_2^t}}{(1 - \beta_1^t)(\sqrt{V_t} + \epsilon)}, \quad "
    r"s_t = \beta_3 s_{t-1} + (1 - \beta_3) e_t, \quad \theta_t = \theta_{t-1} - \min(e_t, s_t)\, m_t",
    follows=Text(
        "torch_optimizer; pytorch_optimizer agrees. Their beta3 is 0.999; 0.99 here, for the warm-up "
        "that it causes takes 1 / (1 - beta3) steps. PyTorch, Optax and Keras do not have it.",
        "与 torch_optimizer 一致\uff1bpytorch_optimizer 相同。它们的 β₃ 为 0.999\uff1b这里取 0.99"
        "\uff0c因为它带来的预热约需 1/(1 − β₃) 步。PyTorch、Optax、Keras 中没有。",
    ),
    summary=Text(
        "Adam whose rates may not exceed their own past average, which starts at 0: a warm-up, and no sudden leaps.",
        "学习率不得超过自身过去平均值的 Adam\uff1b平均值从 0 开始\uff0c因而先预热\uff0c且不会突然跳跃。",
    ),
    twins=(Twin(Text("Rates without their bound (AdamW)", "学习率不设上限\uff08AdamW\uff09"), "adamw"),),
    hypers=(
        learning_rate(1e-3, 1e-4, 2.0),
        beta1(),
        beta2(),
        decay_rate(
            "beta3",
            r"\beta_3",
            0.99,
            Text(
                "Decay rate of the average of the rates; 0.999 in the paper.",
                "学习率平均值的衰减率\uff1b论文为 0.999。",
            ),
        ),
        epsilon(1e-8),
        weight_decay(0.0, decoupled=True),
    ),
    units="distance",
    init=init,
    moments=moments,
    decay=DECOUPLED,
    card=Card(
        parents=("adam",),
        mends=Text(
            "Adam's first rates rest on one or two gradients. AdaMod caps each rate by the average of "
            "the past ones, which starts at 0: a warm-up without a schedule. Noisy bowl with sigma 1, lr "
            "0.1: in 10 steps it moves 0.1 along x, Adam 0.9.",
            "Adam 最初的学习率只依据一两个梯度。AdaMod 用过去学习率的平均值给它封顶\uff0c平均值从 0 开始"
            "\uff1a不用调度的预热。噪声碗 σ = 1、η = 0.1\uff1a头 10 步沿 x 移动 0.1\uff0cAdam 为 0.9。",
        ),
        breaks=Text(
            "The warm-up takes about 1 / (1 - beta3) steps, wanted or not, and it never lets a rate rise "
            "quickly: ravine, lr 0.1, 532 steps to 1e-3, Adam 275; at the paper's beta3 of 0.999, 1278.",
            "无论需要与否\uff0c预热都约占 1/(1 − β₃) 步\uff0c而且学习率从不能快速上升\uff1a峡谷上 η = 0.1"
            "\uff0c到 1e-3 要 532 步\uff0cAdam 为 275 步\uff1b用论文的 β₃ = 0.999 为 1278 步。",
        ),
        use=Text(
            "Where Adam without a warm-up diverges at the start, as in Transformers.",
            "Adam 不加预热会在开头发散时\uff0c例如 Transformer。",
        ),
        avoid=Text(
            "Short runs; a run with a warm-up schedule, which does the same and can be seen.",
            "步数很少时\uff1b已有预热调度时\uff0c它做同样的事\uff0c而且看得见。",
        ),
        memory=3,
        before="m, v, s = np.zeros(2), np.zeros(2), np.zeros(2)",
        step="g = gradient(theta)\n"
        "m = beta1 * m + (1 - beta1) * g\n"
        "v = beta2 * v + (1 - beta2) * g**2\n"
        "rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t) / (np.sqrt(v) + eps)\n"
        "s = beta3 * s + (1 - beta3) * rate\n"
        "theta = (1 - lr * weight_decay) * theta - np.minimum(rate, s) * m",
        symbols={"rate": "e"},
        stability=Text(
            "No limit of the form lr L < c: the step is divided by the root of V, and V follows the gradients.",
            "没有 ηL < c 形式的界\uff1a步长要除以 V 的平方根\uff0c而 V 随梯度变化。",
        ),
    ),
)
