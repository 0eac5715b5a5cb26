"""Gradient descent: Cauchy 1847; stochastic: Robbins and Monro 1951."""

from jax import Array

from optimizers._card import Twin
from optimizers._frame import COUPLED, Moments, Optimizer, learning_rate, weight_decay
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, state: tuple[()], h: Values) -> Moments:
    return Moments(g, state)


SGD = Optimizer(
    title=Text("SGD", "随机梯度下降 SGD"),
    family="gradient",
    order=10,
    source=Source("Robbins and Monro, Annals of Mathematical Statistics 22", 1951),
    formula=r"\theta_t = \theta_{t-1} - \eta g_t",
    follows=Text(
        "PyTorch's SGD; Optax and Keras agree. Keras' weight_decay is decoupled, PyTorch's is L2.",
        "与 PyTorch 的 SGD 一致；Optax、Keras 相同。Keras 的 weight_decay 是解耦的，PyTorch 的是 L2。",
    ),
    summary=Text(
        "Steps straight down the gradient. On a quadratic it converges exactly when the rate is below 2/L.",
        "沿负梯度直走一步。在二次函数上，当且仅当学习率小于 2/L 时收敛。",
    ),
    twins=(
        Twin(Text("With momentum (heavy ball)", "加上动量\uff08重球\uff09"), "momentum"),
        Twin(
            Text("Decoupled weight decay: the same without momentum", "解耦权重衰减\uff1a没有动量时两者相同"),
            "sgdw",
            {"momentum": 0.0},
        ),
    ),
    hypers=(learning_rate(1e-3), weight_decay()),
    units="gradient",
    init=lambda theta, h: (),
    moments=moments,
    decay=COUPLED,
)
