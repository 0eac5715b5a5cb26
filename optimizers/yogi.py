"""Yogi: Zaheer, Reddi, Sachan, Kale and Kumar, NeurIPS 2018, Algorithm 2."""

import jax.numpy as jnp
from jax import Array

from optimizers._adam import AdamState
from optimizers._card import Card
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
        "Optax, as TensorFlow Addons: m and V both start at the initial value, both are corrected "
        "for bias; pytorch_optimizer and torch_optimizer do the same. The paper has no correction "
        "and takes V_0 from the first minibatches. Neither PyTorch nor Keras has it.",
        "与 Optax 一致\uff0c沿用 TensorFlow Addons\uff1am 和 V 都从初值开始\uff0c都做偏差修正\uff1b"
        "pytorch_optimizer 和 torch_optimizer 相同。论文没有修正\uff0cV₀ 取自最初的小批量。PyTorch 和"
        " Keras 中没有。",
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
    card=Card(
        parents=("adam",),
        mends=Text(
            "Adam forgets a large gradient at the rate beta2, and its rate climbs again. Yogi takes at "
            "most (1 - beta2) g² off V in a step, so that small gradients cannot wipe out the memory of "
            "a large one.",
            "Adam 按 β₂ 的速度遗忘大梯度\uff0c学习率随之回升。Yogi 每步至多从 V 中减去 (1 − β₂)g²\uff0c小"
            "梯度抹不掉对大梯度的记忆。",
        ),
        breaks=Text(
            "For the same reason it is slow to recover from one bad gradient. Rosenbrock starts with "
            "one: at lr 0.05 it stays within 1e-3 from step 1378 on, Adam from step 1090.",
            "同理\uff0c遇到一个坏梯度后恢复也慢。Rosenbrock 的起点就有这样的大梯度\uff1aη = 0.05 时\uff0c"
            "它从第 1378 步起损失不超过 1e-3\uff0cAdam 从第 1090 步起。",
        ),
        use=Text(
            "Where gradients are sparse or heavy-tailed and the rate must not jump back after each rare "
            "large one. Draw the effective rate on Rosenbrock at lr 0.05: at step 400 it is 16 % below "
            "Adam's.",
            "梯度稀疏或重尾、且每次罕见的大梯度之后学习率不应立刻反弹时。在 Rosenbrock 上取 η = 0.05 并画"
            "出有效学习率\uff1a第 400 步时比 Adam 低 16%。",
        ),
        avoid=Text(
            "Where the start is far steeper than the rest of the way, as on Rosenbrock.",
            "起点远比后面的路陡峭时\uff0c例如 Rosenbrock。",
        ),
        memory=2,
        optax="optax.chain(optax.scale_by_yogi({beta1}, {beta2}, {eps}, initial_accumulator_value={initial_acc"
        "umulator_value}), optax.scale_by_learning_rate({lr}))",
        before="m = v = np.full(2, initial_accumulator_value)",
        step="g = gradient(theta)\n"
        "m = beta1 * m + (1 - beta1) * g\n"
        "v = v + (1 - beta2) * np.sign(g**2 - v) * g**2\n"
        "m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)\n"
        "theta = theta - lr * m_hat / (np.sqrt(v_hat) + eps)",
        stability=Text(
            "No limit of the form lr L < c: the step is divided by the root of V, and V follows the gradients.",
            "没有 ηL < c 形式的界\uff1a步长要除以 V 的平方根\uff0c而 V 随梯度变化。",
        ),
    ),
)
