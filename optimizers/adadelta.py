"""AdaDelta: Zeiler 2012 (arXiv:1212.5701), Algorithm 1."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._frame import COUPLED, Moments, Optimizer, decay_rate, ema, epsilon, learning_rate, weight_decay
from visualizer.spec import Source, Text, Values


class State(NamedTuple):
    v: Array  # (2, ...lanes): average squared gradient
    d: Array  # (2, ...lanes): average squared step, before the learning rate


def init(theta: Array, h: Values) -> State:
    return State(jnp.zeros_like(theta), jnp.zeros_like(theta))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    v = ema(h.rho, state.v, g * g)
    m = jnp.sqrt(state.d + h.eps) * g
    root_v = jnp.sqrt(v + h.eps)
    step = m / root_v
    return Moments(m, State(v, ema(h.rho, state.d, step * step)), root_v)


ADADELTA = Optimizer(
    title=Text("AdaDelta", "AdaDelta"),
    family="adaptive",
    order=50,
    source=Source("Zeiler", 2012, "1212.5701", "Algorithm 1"),
    formula=r"\Delta_t = \frac{\sqrt{D_{t-1} + \epsilon}}{\sqrt{V_t + \epsilon}} g_t, \quad "
    r"D_t = \rho D_{t-1} + (1 - \rho) \Delta_t^2, \quad \theta_t = \theta_{t-1} - \eta \Delta_t",
    follows=Text(
        "PyTorch's Adadelta; Optax agrees. Keras' default rate of 0.001 makes it stand still.",
        "与 PyTorch 的 Adadelta 一致；Optax 相同。Keras 默认学习率 0.001，几乎不动。",
    ),
    summary=Text(
        "A step with the units of the parameter and no rate to set; eps is its hidden learning rate.",
        "步长与参数同量纲，无需设学习率；ε 就是它隐藏的学习率。",
    ),
    hypers=(
        learning_rate(1.0, 1e-2, 100.0),
        decay_rate("rho", r"\rho", 0.9, Text("Decay rate of both averages.", "两个平均值的衰减率。"), low=0.5),
        epsilon(
            1e-6, Text("Sets the size of the first steps: the knob to turn.", "决定最初步长：真正要调的旋钮。"), 0.1
        ),
        weight_decay(),
    ),
    units="none",
    init=init,
    moments=moments,
    decay=COUPLED,
)
