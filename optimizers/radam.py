"""RAdam: Liu, Jiang, He, Chen, Liu, Gao and Han 2020 (arXiv:1908.03265), Algorithm 2."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._adam import AdamState, adam_init, adam_next
from optimizers._card import Twin
from optimizers._decay import switched_decay
from optimizers._frame import SWITCHED, Moments, Optimizer, beta1, beta2, epsilon, lane, learning_rate
from visualizer.spec import Source, Text, Values


class State(NamedTuple):
    adam: AdamState
    t: Array  # (...lanes): updates made
    rho_inf: Array  # (...lanes): the longest the simple moving average gets
    limit: Array  # (...lanes): rho_inf / ((rho_inf - 4) (rho_inf - 2))


def init(theta: Array, h: Values) -> State:
    rho = lane(theta, 2.0 / (1.0 - h.beta2) - 1.0)
    return State(adam_init(theta, h), lane(theta), rho, rho / ((rho - 4.0) * (rho - 2.0)))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    adam, t = adam_next(g, state.adam, h), state.t + 1.0
    bc2 = 1.0 - adam.beta2_power
    rho = state.rho_inf - 2.0 * t * adam.beta2_power / bc2
    rectified = rho > 5.0
    scale = jnp.sqrt(jnp.where(rectified, (rho - 4.0) * (rho - 2.0) / rho * state.limit, 1.0))
    # eps joins sqrt(V) before the correction.
    root_v = jnp.where(rectified, jnp.sqrt(adam.v / bc2), 1.0)
    eps = jnp.where(rectified, h.eps / jnp.sqrt(bc2), 0.0)
    m = adam.m / (1.0 - adam.beta1_power)
    return Moments(m, State(adam, t, state.rho_inf, state.limit), root_v, eps, scale)


RADAM = Optimizer(
    title=Text("RAdam", "RAdam"),
    family="adam",
    order=110,
    source=Source("Liu, Jiang, He, Chen, Liu, Gao and Han, ICLR", 2020, "1908.03265", "Algorithm 2"),
    formula=r"\rho_t = \rho_\infty - \frac{2 t \beta_2^t}{1 - \beta_2^t}, \quad r_t = \sqrt{\frac{(\rho_t - 4)"
    r"(\rho_t - 2) \rho_\infty}{(\rho_\infty - 4)(\rho_\infty - 2) \rho_t}}, \quad \theta_t = \theta_{t-1} - \eta\, "
    r"\hat m_t \begin{cases} r_t \sqrt{1 - \beta_2^t} / (\sqrt{V_t} + \epsilon) & \rho_t > 5 \\ "
    r"1 & \rho_t \le 5 \end{cases}",
    follows=Text(
        "PyTorch's RAdam: rectified when rho > 5 (paper: 4; Optax: at 5 too). Optax adds eps after the correction; "
        "below the threshold pytorch_optimizer makes no step at all.",
        "与 PyTorch 的 RAdam 一致\uff1aρ > 5 时才修正\uff08论文为 4\uff1bOptax 含 5\uff09。"
        "Optax 在修正之后才加 ε\uff1b阈值以下 pytorch_optimizer 不走步。",
    ),
    summary=Text(
        "Adam with a warm-up that follows from the variance of its early rate. The first five steps are plain momentum "
        "SGD at the same lr: a rate that suits Adam throws it far out on a steep surface.",
        "根据早期学习率的方差自动预热的 Adam。前五步是同一学习率的普通动量 SGD\uff1a"
        "在陡峭曲面上\uff0c适合 Adam 的学习率会把它甩得很远。",
    ),
    twins=(
        Twin(Text("Not rectified (Adam)", "不修正\uff08Adam\uff09"), "adam"),
        Twin(Text("Decoupled weight decay", "解耦权重衰减"), "radam", {"decoupled_weight_decay": True}),
        Twin(
            Text("Coupled weight decay (L2)", "耦合权重衰减\uff08L2\uff09"), "radam", {"decoupled_weight_decay": False}
        ),
    ),
    hypers=(
        learning_rate(1e-3, 1e-4, 2.0),
        beta1(),
        beta2(),
        epsilon(1e-8),
        *switched_decay(decoupled=False),
    ),
    units="gradient",  # of the first steps: they are what a rate for Adam ruins
    init=init,
    moments=moments,
    decay=SWITCHED,
)
