"""signSGD: Bernstein, Wang, Azizzadenesheli and Anandkumar 2018 (arXiv:1802.04434), Algorithm 1."""

import jax.numpy as jnp
from jax import Array

from optimizers._card import Twin
from optimizers._frame import Moments, Optimizer, learning_rate
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, state: tuple[()], h: Values) -> Moments:
    return Moments(jnp.sign(g), state)


SIGNSGD = Optimizer(
    title=Text("signSGD", "符号梯度下降 signSGD"),
    family="sign",
    order=210,
    source=Source("Bernstein, Wang, Azizzadenesheli and Anandkumar, ICML", 2018, "1802.04434", "Algorithm 1"),
    formula=r"\theta_t = \theta_{t-1} - \eta \operatorname{sign}(g_t)",
    follows=Text(
        "Optax' sign_sgd and the paper. The sign of 0 is 0.",
        "与 Optax 的 sign_sgd 及论文一致。0 的符号为 0。",
    ),
    summary=Text(
        "Every coordinate moves by exactly lr, so the path runs along diagonals. "
        "At a fixed rate it ends in a 2-cycle of width lr.",
        "每个坐标每步恰好移动 η\uff0c路径沿对角线。学习率固定时\uff0c最终在宽 η 的两点间来回跳。",
    ),
    twins=(
        Twin(Text("With momentum (Signum)", "加上动量\uff08Signum\uff09"), "signum"),
        Twin(Text("The gradient, not its sign (SGD)", "用梯度而不是符号\uff08SGD\uff09"), "sgd"),
    ),
    hypers=(learning_rate(1e-3, 1e-5, 1.0),),
    units="distance",
    init=lambda theta, h: (),
    moments=moments,
)
