"""Yogi: Zaheer, Reddi, Sachan, Kale and Kumar, NeurIPS 2018, Algorithm 2."""

import jax.numpy as jnp
from jax import Array

from optimizers._adam import AdamState
from optimizers._frame import Moments, Optimizer, beta1, beta2, ema, epsilon, lane, learning_rate
from visualizer.spec import Hyper, Source, Text, Values


def init(theta: Array, h: Values) -> AdamState:
    start = jnp.zeros_like(theta) + h.initial_accumulator_value
    return AdamState(start, start, lane(theta, 1.0), lane(theta, 1.0))


def moments(g: Array, theta: Array, state: AdamState, h: Values) -> Moments:
    m, square = ema(h.beta1, state.m, g), g * g
    v = state.v - (1.0 - h.beta2) * jnp.sign(state.v - square) * square
    state = AdamState(m, v, state.beta1_power * h.beta1, state.beta2_power * h.beta2)
    root_v = jnp.sqrt(v / (1.0 - state.beta2_power))
    return Moments(m / (1.0 - state.beta1_power), state, root_v, h.eps)


YOGI = Optimizer(
    title=Text("Yogi", "Yogi"),
    family="adam",
    order=130,
    source=Source("Zaheer, Reddi, Sachan, Kale and Kumar, NeurIPS", 2018, "", "Algorithm 2"),
    formula=r"V_t = V_{t-1} - (1 - \beta_2) \operatorname{sign}(V_{t-1} - g_t^2)\, g_t^2, \quad "
    r"\theta_t = \theta_{t-1} - \eta \frac{\hat m_t}{\sqrt{\hat V_t} + \epsilon}",
    follows=Text(
        "Optax, as TensorFlow Addons: m and V both start at the initial value, both are corrected for bias. "
        "The paper has no correction and takes V_0 from the first minibatches.",
        "与 Optax 一致\uff0c沿用 TensorFlow Addons\uff1am 和 V 都从初值开始\uff0c都做偏差修正。"
        "论文没有修正\uff0cV₀ 取自最初的小批量。",
    ),
    summary=Text(
        "Adam whose V moves by g squared whatever the gap: after a large gradient the rate recovers slowly and evenly, "
        "where Adam forgets exponentially.",
        "V 每步按 g² 增减、与差距无关的 Adam\uff1a大梯度之后\uff0c学习率缓慢而均匀地恢复\uff0c而 Adam 是指数式遗忘。",
    ),
    hypers=(
        learning_rate(1e-2, 1e-4, 2.0),
        beta1(),
        beta2(),
        epsilon(1e-3),
        Hyper(
            "initial_accumulator_value",
            "V_0",
            1e-6,
            1e-8,
            10.0,
            "log0",
            Text("Where both moments start.", "两个矩的初值。"),
            least=0.0,
            most=1e9,
        ),
    ),
    units="distance",
    init=init,
    moments=moments,
)
