"""Adamax: Kingma and Ba 2015 (arXiv:1412.6980), Algorithm 2."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card, Twin
from optimizers._frame import COUPLED, Moments, Optimizer, beta1, beta2, ema, epsilon, lane, learning_rate, weight_decay
from visualizer.spec import Source, Text, Values


class State(NamedTuple):
    m: Array  # (2, ...lanes)
    u: Array  # (2, ...lanes): the fading maximum of |g|
    beta1_power: Array  # (...lanes): beta1^t


def init(theta: Array, h: Values) -> State:
    zeros = jnp.zeros_like(theta)
    return State(zeros, zeros, lane(theta, 1.0))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    m = ema(h.beta1, state.m, g)
    u = jnp.maximum(h.beta2 * state.u, jnp.abs(g) + h.eps)
    beta1_power = state.beta1_power * h.beta1
    return Moments(m / (1.0 - beta1_power), State(m, u, beta1_power), u)


ADAMAX = Optimizer(
    title=Text("Adamax", "Adamax"),
    family="adam",
    order=95,
    source=Source("Kingma and Ba, ICLR", 2015, "1412.6980", "Algorithm 2"),
    formula=r"u_t = \max(\beta_2 u_{t-1}, |g_t| + \epsilon), \quad "
    r"\theta_t = \theta_{t-1} - \frac{\eta}{1 - \beta_1^t} \frac{m_t}{u_t}",
    follows=Text(
        "PyTorch's Adamax; Optax agrees: eps is added to |g| inside the maximum. Keras adds it to "
        "the denominator instead, and has lr 1e-3 where PyTorch and the paper have 2e-3; the paper "
        "has no eps.",
        "与 PyTorch 的 Adamax 一致\uff1bOptax 相同\uff1aε 加在最大值内的 |g| 上。Keras 加在分母上"
        "\uff0c学习率默认 1e-3\uff0c而 PyTorch 和论文为 2e-3\uff1b论文没有 ε。",
    ),
    summary=Text(
        "Adam with a fading maximum of |g| in place of the root mean square: no coordinate moves much further than lr.",
        "用衰减的 |g| 最大值代替均方根的 Adam\uff1a每个坐标每步的移动不会明显超过 η。",
    ),
    twins=(Twin(Text("Root mean square for the maximum (Adam)", "均方根代替最大值\uff08Adam\uff09"), "adam"),),
    hypers=(
        learning_rate(2e-3, 1e-4, 2.0),
        beta1(),
        beta2(),
        epsilon(
            1e-8,
            Text(
                "Added to |g| inside the maximum, against division by zero.", "加在最大值内的 |g| 上\uff0c防止除以零。"
            ),
        ),
        weight_decay(),
    ),
    units="distance",
    init=init,
    moments=moments,
    decay=COUPLED,
    card=Card(
        parents=("adam",),
        mends=Text(
            "Adam's average of squares by a fading maximum of |g|: no bias correction is needed for it, "
            "and no coordinate moves further than about lr in a step.",
            "用衰减的 |g| 最大值代替 Adam 的平方平均\uff1a它不需要偏差修正\uff0c每个坐标每步也不会超过约 η。",
        ),
        breaks=Text(
            "One large gradient sets the rate for about 1/(1 - beta2) = 1,000 steps. On the Ravine at lr "
            "0.1 it is 2.4 away after 200 steps, Adam 0.3.",
            "一次大梯度决定此后约 1/(1 − β₂) = 1000 步的学习率。峡谷上 η = 0.1 时\uff0c200 步后它仍距 2.4"
            "\uff0cAdam 为 0.3。",
        ),
        use=Text(
            "Models with embeddings, as Keras' documentation suggests; lower beta2 to 0.9 on short runs.",
            "含嵌入层的模型\uff08Keras 文档的建议\uff09\uff1b步数少时把 β₂ 降到 0.9。",
        ),
        avoid=Text("Short runs that start on a steep wall.", "从陡壁出发的短程比赛。"),
        memory=2,
        torch="torch.optim.Adamax([theta], lr={lr}, betas=({beta1}, {beta2}), eps={eps}, weight_decay={weight_decay})",
        optax="optax.chain(optax.add_decayed_weights({weight_decay}), optax.adamax({lr}, b1={beta1}, "
        "b2={beta2}, eps={eps}))",
        before="""
m = np.zeros(2)
u = np.zeros(2)
""",
        step="""
g = gradient(theta) + weight_decay * theta
m = beta1 * m + (1 - beta1) * g
u = np.maximum(beta2 * u, np.abs(g) + eps)
theta = theta - lr / (1 - beta1**t) * m / u
""",
        stability=Text(
            "No fixed bound in L: the maximum grows with the gradient and holds the step at about lr, so "
            "that too large a rate ends in swings.",
            "没有固定的 L 上限\uff1a最大值随梯度增大\uff0c把步长限制在约 η\uff0c学习率过大时会摆动。",
        ),
        note=Text(
            "With eps 0 a coordinate whose gradient has always been 0 becomes 0/0, NaN, as in PyTorch.",
            "ε = 0 时\uff0c梯度一直为 0 的坐标会得到 0/0\uff0c即 NaN\uff0c与 PyTorch 相同。",
        ),
    ),
)
