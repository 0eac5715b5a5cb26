"""Adam without bias correction: the ablated twin of Kingma and Ba 2015 (arXiv:1412.6980), Algorithm 1."""

import jax.numpy as jnp
from jax import Array

from optimizers._adam import AdamState, adam_init, adam_next
from optimizers._card import Card, Twin
from optimizers._frame import Moments, Optimizer, beta1, beta2, epsilon, learning_rate
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, state: AdamState, h: Values) -> Moments:
    state = adam_next(g, state, h)
    return Moments(state.m, state, jnp.sqrt(state.v), h.eps)


ADAM_NOBIAS = Optimizer(
    title=Text("Adam, no bias correction", "Adam（无偏差修正）"),
    family="adam",
    order=71,
    source=Source("Kingma and Ba, ICLR", 2015, "1412.6980", "section 6.4"),
    formula=r"\theta_t = \theta_{t-1} - \eta \frac{m_t}{\sqrt{V_t} + \epsilon}",
    follows=Text(
        "No package offers this as such; torch_optimizer's Lamb(adam=True, debias=False) is exactly "
        "it. PyTorch, Optax and Keras always correct Adam.",
        "没有软件包单独提供\uff1btorch_optimizer 的 Lamb(adam=True, debias=False) 与之完全相同。"
        "PyTorch、Optax、Keras 的 Adam 总是修正偏差。",
    ),
    summary=Text(
        "What bias correction is for: without it the first step is (1 - beta1) / sqrt(1 - beta2) = "
        "3.16 lr, and under a constant gradient the steps grow to 6.6 lr.",
        "偏差修正的作用\uff1a没有它\uff0c第一步长为 (1 − β₁)/√(1 − β₂) = 3.16η\uff0c梯度恒定时更会增大到 6.6η。",
    ),
    twins=(Twin(Text("With bias correction (Adam)", "加上偏差修正\uff08Adam\uff09"), "adam"),),
    hypers=(learning_rate(1e-3, 1e-4, 2.0), beta1(), beta2(), epsilon(1e-8)),
    units="distance",
    init=adam_init,
    moments=moments,
    card=Card(
        parents=("adam",),
        mends=Text(
            "Nothing: it is Adam with one idea taken out, to show what bias correction is for.",
            "什么也不改进\uff1a它是去掉一个想法的 Adam\uff0c用来说明偏差修正的作用。",
        ),
        breaks=Text(
            "Both averages start at 0, but V is the slower: the first step is (1 - beta1)/sqrt(1 - "
            "beta2) = 3.16 lr long, not too short as one might think. While the gradient stays the same "
            "it even grows, to 6.6 lr at step 12, and is still 1.26 lr at step 1,000.",
            "两个平均都从 0 开始\uff0c但 V 更慢\uff1a第一步长 (1 − β₁)/√(1 − β₂) = 3.16η\uff0c并不像人们"
            "以为的那样偏短。梯度不变时它还会增大\uff0c第 12 步达 6.6η\uff0c到第 1000 步仍为 1.26η。",
        ),
        use=Text("Only beside Adam, in the same race.", "只用来与 Adam 同场对比。"),
        avoid=Text(
            "For training: with beta2 0.999 the early steps are what a warm-up would forbid.",
            "用于训练\uff1aβ₂ = 0.999 时\uff0c最初的步长正是预热要避免的。",
        ),
        memory=2,
        before="""
m = np.zeros(2)
v = np.zeros(2)
""",
        step="""
g = gradient(theta)
m = beta1 * m + (1 - beta1) * g
v = beta2 * v + (1 - beta2) * g**2
theta = theta - lr * m / (np.sqrt(v) + eps)
""",
        stability=Text(
            "No fixed bound in L: the preconditioner grows with the gradient, so a rate that is too "
            "large ends in swings, not in flight. Locally it is stable while the curvature divided by "
            "sqrt(V) stays below 2(1 + beta1)/((1 - beta1) lr), 38/lr at the defaults (Cohen et al. "
            "2022, arXiv:2207.14484).",
            "没有固定的 L 上限\uff1a预条件随梯度增大\uff0c学习率过大的结果是摆动而不是飞走。局部稳定的条"
            "件是\uff1a曲率除以 √V 小于 2(1 + β₁)/((1 − β₁)η)\uff0c默认参数下为 38/η\uff08Cohen 等 2022"
            "\uff0carXiv:2207.14484\uff09。",
        ),
        note=Text(
            "On a quadratic the long first steps may even win: on the Ravine at lr 0.1 it arrives after "
            "77 steps, Adam after 271. With beta2 0.99 the first step is exactly lr, yet under a "
            "constant gradient the twelfth is 2.1 lr. With eps 0 a coordinate whose gradient has always "
            "been 0 becomes 0/0, NaN, as in PyTorch.",
            "在二次函数上\uff0c较长的最初几步甚至可能取胜\uff1a峡谷上 η = 0.1 时它 77 步到达\uff0cAdam 要"
            " 271 步。取 β₂ = 0.99 时第一步恰为 η\uff0c但梯度恒定时第 12 步仍为 2.1η。ε = 0 时\uff0c梯度"
            "一直为 0 的坐标会得到 0/0\uff0c即 NaN\uff0c与 PyTorch 相同。",
        ),
    ),
)
