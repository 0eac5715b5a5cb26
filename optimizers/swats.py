"""SWATS: Keskar and Socher 2017 (arXiv:1712.07628), Algorithm 1."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._adam import MaxState, adam_next, max_init
from optimizers._card import Card, Twin
from optimizers._frame import (
    COUPLED,
    Moments,
    Optimizer,
    beta1,
    beta2,
    dot,
    ema,
    epsilon,
    lane,
    learning_rate,
    weight_decay,
)
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    moments: MaxState  # of the Adam phase
    b: Array  # (2, ...lanes): the velocity of the SGD phase
    projected: Array  # (...lanes): average of the rates gamma at which SGD would have made Adam's steps
    begun: Array  # (...lanes): 0 before the first gradient, then 1
    ratio: Array  # (...lanes): SGD's rate over the rate at the switch; 0 in the Adam phase


def init(theta: Array, h: Values) -> State:
    nothing = lane(theta)
    return State(max_init(theta, h), jnp.zeros_like(theta), nothing, nothing, nothing)


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    sgd = state.ratio > 0
    b = jnp.where(sgd, h.beta1 * state.b + g, 0.0)
    own = jnp.where(h.nesterov > 0, 1.0, 1.0 - h.beta1) * b

    adam = adam_next(g, state.moments.adam, h)
    v_max = jnp.maximum(state.moments.v_max, adam.v)
    bc2 = 1.0 - adam.beta2_power
    m = adam.m / (1.0 - adam.beta1_power)
    root_v = jnp.sqrt((jnp.where(h.amsgrad > 0, v_max, adam.v) + 1e-15) / bc2)
    eps = h.eps / jnp.sqrt(bc2)  # joins sqrt(V) before the correction

    # SGD at the rate gamma would have moved as far along g as Adam does; the switch is when gamma has settled.
    p = -h.lr * m / (root_v + eps)
    pg = dot(p, g)
    gamma = dot(p, p) / -jnp.where(pg == 0, 1.0, pg)
    projected = jnp.where(pg == 0, state.projected, ema(h.beta2, state.projected, gamma))
    settled = projected / bc2
    close = jnp.abs(settled - gamma) <= 1e-8 + h.eps * jnp.abs(gamma)
    switch = ~sgd & (pg != 0) & (state.begun > 0) & (settled > 0) & close
    ratio = jnp.where(switch, settled / jnp.where(h.lr > 0, h.lr, 1.0), state.ratio)

    new = State(MaxState(adam, v_max), b, projected, lane(theta, 1.0), ratio)
    return Moments(
        jnp.where(sgd, own, m),
        new,
        jnp.where(sgd, 1.0, root_v),
        jnp.where(sgd, 0.0, eps),
        jnp.where(sgd, state.ratio, 1.0),
    )


SWATS = Optimizer(
    title=Text("SWATS", "SWATS"),
    family="bounded",
    order=160,
    source=Source("Keskar and Socher, arXiv", 2017, "1712.07628", "Algorithm 1"),
    formula=r"\gamma_t = \frac{p_t^\top p_t}{-p_t^\top g_t}, \quad "
    r"\lambda_t = \beta_2 \lambda_{t-1} + (1 - \beta_2) \gamma_t, \quad "
    r"\left|\frac{\lambda_t}{1 - \beta_2^t} - \gamma_t\right| \le 10^{-8} + \epsilon\gamma_t \;\Rightarrow\; "
    r"\text{SGD}, \; \eta := \frac{\lambda_t}{1 - \beta_2^t}",
    follows=Text(
        "pytorch_optimizer, where eps is also the relative tolerance of the test; the paper's "
        "tolerance is 1e-9, absolute; PyTorch, Optax and Keras have none. torch_optimizer's SGD "
        "phase dies out, a bug. The nesterov flag is theirs, not Nesterov's form: it drops the "
        "factor 1 - beta1. After the switch a schedule goes on from where it is.",
        "与 pytorch_optimizer 一致\uff0c其中 ε 兼作判据的相对容差\uff1b论文用绝对容差 1e-9\uff1b"
        "PyTorch、Optax、Keras 都没有。torch_optimizer 的 SGD 阶段会逐渐停住\uff0c是个错误。nesterov "
        "开关沿用其实现\uff0c并非 Nesterov 形式\uff1a只是去掉因子 1 − β₁。切换后调度从当前位置继续。",
    ),
    summary=Text(
        "Adam until the rate that SGD would need for the same step has settled, then SGD with momentum at that rate. "
        "Raise eps to see the switch.",
        "先用 Adam\uff0c待走出同样一步所需的 SGD 学习率稳定后\uff0c改用该学习率的动量 SGD。调大 ε 可看到切换。",
    ),
    twins=(
        Twin(Text("AMSGrad's maximum", "加上 AMSGrad 的最大值"), "swats", {"amsgrad": True}),
        Twin(Text("Without the maximum", "去掉最大值"), "swats", {"amsgrad": False}),
        Twin(Text("Never switches to SGD (Adam)", "不切换到 SGD\uff08Adam\uff09"), "adam"),
    ),
    hypers=(
        learning_rate(1e-3, 1e-4, 2.0),
        beta1(),
        beta2(),
        epsilon(
            1e-6,
            Text(
                "Added to the denominator, and the relative tolerance of the switch.",
                "加在分母上\uff0c同时是切换判据的相对容差。",
            ),
        ),
        weight_decay(),
        Hyper(
            "amsgrad",
            "A",
            False,
            kind="bool",
            doc=Text("Divide by the largest second moment so far.", "除以至今最大的二阶矩。"),
        ),
        Hyper(
            "nesterov",
            "N",
            False,
            kind="bool",
            doc=Text("In the SGD phase, without the factor 1 - beta1.", "在 SGD 阶段去掉因子 1 − β₁。"),
        ),
    ),
    units="distance",
    init=init,
    moments=moments,
    decay=COUPLED,
    card=Card(
        parents=(
            "adam",
            "momentum",
        ),
        mends=Text(
            "Adam's end: it asks at every step which rate SGD would have needed to go as far along the "
            "gradient, and when that rate has settled it goes on as SGD with momentum at this rate.",
            "改进 Adam 的后期\uff1a每一步都问 SGD 需要多大的学习率才能沿梯度走同样远\uff0c待该学习率稳定"
            "后\uff0c改用它继续做动量 SGD。",
        ),
        breaks=Text(
            "The switch happens once and cannot be undone, and its test is easily met too soon: two "
            "steps in a row agree at the start. With eps 0.1 and lr 0.05 it switches at step 3 on seven "
            "of the eight surfaces, and then creeps. With eps 1e-6 and lr 0.05 it does so on none of the "
            "eight within 500 steps.",
            "切换只有一次\uff0c无法撤销\uff0c而判据很容易过早满足\uff1a开头相邻两步总是相近。ε = 0.1、η ="
            " 0.05 时\uff0c在八个曲面中的七个上第 3 步就切换\uff0c随后爬行\uff1bε = 1e-6、η = 0.05 时"
            "\uff0c八个曲面上 500 步内都不切换。",
        ),
        use=Text(
            "To see the idea of fast first, steady later. On the Ravine at lr 0.1 and eps 0.01 it "
            "switches at step 41, to a rate of 0.0049.",
            "展示“先快后稳”的想法。峡谷上 η = 0.1、ε = 0.01 时\uff0c它在第 41 步切换\uff0c学习率为 0.0049。",
        ),
        avoid=Text(
            "Real training: AdamW with a falling rate does this without a test.",
            "实际训练\uff1aAdamW 加下降的学习率不需要判据也能做到。",
        ),
        memory=2,
        before="""
m = np.zeros(2)
v = np.zeros(2)
largest = np.zeros(2)
b = np.zeros(2)
average = 0.0
ratio = None
""",
        step="""
g = gradient(theta) + weight_decay * theta
if ratio is None:
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    largest = np.maximum(largest, v)
    root = np.sqrt((largest if amsgrad else v) + 1e-15) + eps
    move = -lr * np.sqrt(1 - beta2**t) / (1 - beta1**t) * m / root
    theta = theta + move
    if move @ g != 0:
        rate = move @ move / -(move @ g)
        average = beta2 * average + (1 - beta2) * rate
        settled = average / (1 - beta2**t)
        close = abs(settled - rate) <= 1e-8 + eps * abs(rate)
        if t > 1 and settled > 0 and close:
            ratio = settled / lr
else:
    b = beta1 * b + g
    theta = theta - lr * ratio * (1 if nesterov else 1 - beta1) * b
""",
        symbols={
            "root": "R",
            "move": "p",
            "rate": r"\gamma",
            "average": r"\Lambda",
            "settled": r"\hat\Lambda",
            "close": "q",
            "ratio": "c",
        },
        stability=Text(
            "Until the switch as Adam. After it averaged momentum at a rate found on the way, stable "
            "while that rate is below 2(1 + beta1)/((1 - beta1) L), 38/L at beta1 0.9; nothing in the "
            "method makes sure of it.",
            "切换之前同 Adam。之后是平均动量\uff0c学习率由途中得出\uff0c小于 2(1 + β₁)/((1 − β₁)L)\uff08"
            "β₁ = 0.9 时为 38/L\uff09才稳定\uff1b方法本身并不保证这一点。",
        ),
        note=Text(
            "One dial does two jobs: eps is added to the denominator and is also the relative tolerance "
            "of the test, so turning it up to see the switch shortens Adam's steps too where gradients "
            "are small.",
            "一个旋钮管两件事\uff1aε 既加在分母上\uff0c又是判据的相对容差\uff1b为了看到切换而调大它\uff0c"
            "在梯度小处也会缩短 Adam 的步长。",
        ),
    ),
)
