"""AdaDelta: Zeiler 2012 (arXiv:1212.5701), Algorithm 1."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card
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
        "PyTorch's Adadelta; Optax agrees, and both put eps inside both roots. Rho is 0.95 in the "
        "paper and in Keras, 0.9 in PyTorch and Optax. Keras' default rate of 0.001 makes it stand "
        "still: the paper has none, that is 1.",
        "与 PyTorch 的 Adadelta 一致\uff1bOptax 相同\uff0cε 都在两个根号内。ρ 在论文和 Keras 中为 "
        "0.95\uff0c在 PyTorch 和 Optax 中为 0.9。Keras 默认学习率 0.001\uff0c几乎不动\uff1a论文没有学"
        "习率\uff0c即取 1。",
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
    card=Card(
        parents=("adagrad",),
        mends=Text(
            "AdaGrad's starving rate, by a decaying average as in RMSProp, and its missing units: the "
            "step is multiplied by the root mean square of past steps, so that lr can stay 1.",
            "用衰减平均\uff08与 RMSProp 相同\uff09解决 AdaGrad 学习率枯竭\uff1b又乘以过去步长的均方根"
            "\uff0c使步长与参数同量纲\uff0c学习率可固定为 1。",
        ),
        breaks=Text(
            "The first steps are about sqrt(eps/(1 - rho)) = 0.003 long and grow only as fast as they "
            "feed themselves: on the Ravine it has moved 0.3 after 200 steps. It does not settle either: "
            "from step 2,000 to 10,000 its distance grows again, from 0.02 to 0.07.",
            "最初的步长约为 √(ε/(1 − ρ)) = 0.003\uff0c只能靠自身慢慢放大\uff1a峡谷上 200 步后只走了 0.3。"
            "它也不会停稳\uff1a从第 2000 步到第 10000 步\uff0c距离又从 0.02 升到 0.07。",
        ),
        use=Text(
            "Where nobody can tune a rate: quick prototypes, old code. Turn eps, not lr: it is the "
            "hidden learning rate.",
            "无法调学习率时\uff1a快速原型、旧代码。该调的是 ε 而不是学习率\uff1a它才是隐藏的学习率。",
        ),
        avoid=Text(
            "Where speed matters, or precision at the end; Adam with a schedule gives both. It needs two "
            "running averages, as Adam does.",
            "看重速度或最终精度时\uff1a带调度的 Adam 两者兼顾。它也要存两个滑动平均\uff0c与 Adam 一样多。",
        ),
        memory=2,
        torch="torch.optim.Adadelta([theta], lr={lr}, rho={rho}, eps={eps}, weight_decay={weight_decay})",
        optax="optax.chain(optax.add_decayed_weights({weight_decay}), optax.adadelta({lr}, rho={rho}, eps={eps}))",
        before="""
v = np.zeros(2)
d = np.zeros(2)
""",
        step="""
g = gradient(theta) + weight_decay * theta
v = rho * v + (1 - rho) * g**2
step = np.sqrt(d + eps) / np.sqrt(v + eps) * g
d = rho * d + (1 - rho) * step**2
theta = theta - lr * step
""",
        symbols={"d": "D", "step": r"\Delta"},
        stability=Text(
            "No bound is known. Steps grow until the sign of the gradient flips, then V holds them; with "
            "eps 0.01 on the Ravine they keep growing slowly and the run wanders 7 away by step 10,000.",
            "没有已知的界。步长一直增大\uff0c直到梯度变号才被 V 抑制\uff1b峡谷上 ε = 0.01 时步长持续缓慢"
            "增大\uff0c到第 10000 步时游荡到距离 7 处。",
        ),
        note=Text(
            "The sentence that it has no learning rate to set is half true: eps sets it. At eps 1e-6, "
            "1e-4 and 1e-2 the distance on the Ravine after 200 steps is 3.98, 0.79 and 0.90.",
            "“无需设学习率”只对一半\uff1aε 就是它。峡谷上 ε 取 1e-6、1e-4、1e-2 时\uff0c200 步后的距离为 "
            "3.98、0.79、0.90。",
        ),
    ),
)
