"""SGLD, stochastic gradient Langevin dynamics: Welling and Teh 2011."""

import jax.numpy as jnp
from jax import Array

from optimizers._card import Twin
from optimizers._frame import Moments, Optimizer, learning_rate
from visualizer.spec import Hyper, Source, Text, Values


def moments(g: Array, theta: Array, state: tuple[()], h: Values) -> Moments:
    shake = jnp.sqrt(2.0 * h.lr * h.temperature) * h.draw(1)
    return Moments(g, state, step=shake - h.lr * g)


SGLD = Optimizer(
    title=Text("SGLD", "朗之万动力学 SGLD"),
    family="sampling",
    order=800,
    source=Source("Welling and Teh, ICML", 2011),
    formula=r"\theta_t = \theta_{t-1} - \eta g_t + \sqrt{2 \eta T}\, \xi_t, \quad \xi_t \sim \mathcal{N}(0, I)",
    follows=Text(
        "The paper, whose step size is 2 lr and whose temperature is 1. Optax' noisy_sgd is another method.",
        "与论文一致\uff1a其步长为 2η\uff0c温度为 1。Optax 的 noisy_sgd 是另一种方法。",
    ),
    summary=Text(
        "Not a minimizer but a sampler: gradient descent shaken so that, at a small rate, it visits each place in "
        "proportion to exp(-f/T). Lower T to see it settle.",
        "不是最小化\uff0c而是采样\uff1a给梯度下降加扰动\uff0c学习率小时\uff0c到访各处的频率正比于 exp(−f/T)。"
        "降低 T 可看到它安定下来。",
    ),
    twins=(Twin(Text("Without the shaking (T = 0)", "不加扰动\uff08T = 0\uff09"), "sgld", {"temperature": 0.0}),),
    hypers=(
        learning_rate(1e-3),
        Hyper(
            "temperature",
            "T",
            1.0,
            1e-4,
            10.0,
            "log0",
            Text("Temperature: 0 is plain gradient descent.", "温度\uff1a0 即普通梯度下降。"),
            least=0.0,
            most=1e6,
        ),
    ),
    units="gradient",
    init=lambda theta, h: (),
    moments=moments,
)
