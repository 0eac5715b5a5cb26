"""RMSProp: Tieleman and Hinton, lecture 6.5 (2012); centered and with momentum: Graves 2013 (arXiv:1308.0850)."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card, Twin
from optimizers._frame import COUPLED, Moments, Optimizer, decay_rate, ema, epsilon, learning_rate, weight_decay
from visualizer.spec import Hyper, Source, Text, Values


class State(NamedTuple):
    v: Array  # (2, ...lanes): average squared gradient
    mean: Array  # (2, ...lanes): average gradient (centered)
    b: Array  # (2, ...lanes): the velocity, of normalised gradients


def init(theta: Array, h: Values) -> State:
    zeros = jnp.zeros_like(theta)
    return State(zeros, zeros, zeros)


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    v = ema(h.alpha, state.v, g * g)
    mean = ema(h.alpha, state.mean, g)
    # Near a constant gradient the variance rounds below 0; PyTorch takes its root unguarded and returns NaN.
    spread = jnp.where(h.centered > 0, jnp.maximum(v - mean * mean, 0.0), v)
    root_v = jnp.sqrt(spread)
    b = h.momentum * state.b + g / (root_v + h.eps)
    # The buffer holds normalised gradients. Multiplied back, it is the frame's m, so that m / (sqrt(V) + eps) is b.
    return Moments(b * (root_v + h.eps), State(v, mean, b), root_v, h.eps)


RMSPROP = Optimizer(
    title=Text("RMSProp", "RMSProp"),
    family="adaptive",
    order=60,
    source=Source("Tieleman and Hinton, COURSERA lecture 6.5", 2012, "1308.0850"),
    formula=r"V_t = \alpha V_{t-1} + (1 - \alpha) g_t^2, \quad "
    r"\theta_t = \theta_{t-1} - \eta \frac{g_t}{\sqrt{V_t} + \epsilon}",
    follows=Text(
        "PyTorch's RMSprop, eps 1e-8 outside the root. Optax (by default) and Keras put eps inside; "
        "Graves' paper too, 1e-4. The lecture, Optax and Keras have alpha 0.9 (decay, rho), Graves "
        "0.95, PyTorch 0.99. Optax and Keras multiply by the rate before the momentum buffer: the "
        "same unless a schedule moves it. Centered, PyTorch takes the root of a variance that may "
        "round below 0, which is NaN; here it is held at 0.",
        "与 PyTorch 的 RMSprop 一致\uff0cε = 1e-8 在根号外。Optax\uff08默认\uff09和 Keras 放在根号内"
        "\uff1bGraves 的论文也是\uff0c取 1e-4。讲义、Optax、Keras 的 α 为 0.9\uff08名为 decay、rho"
        "\uff09\uff0cGraves 0.95\uff0cPyTorch 0.99。Optax、Keras 在动量缓冲区之前乘学习率\uff1a除非有"
        "调度\uff0c否则相同。centered 时 PyTorch 对可能舍入为负的方差开方\uff0c得 NaN\uff1b这里以 0 "
        "为下限。",
    ),
    summary=Text(
        "AdaGrad that forgets: the step never starves, and never settles either. "
        "Its first step is lr / sqrt(1 - alpha).",
        "会遗忘的 AdaGrad：步长不会枯竭，也永不停稳。第一步长为 η/√(1 − α)。",
    ),
    twins=(
        Twin(Text("Centered: the standard deviation", "中心化\uff1a除以标准差"), "rmsprop", {"centered": True}),
        Twin(Text("Not centered: the root mean square", "不中心化\uff1a除以均方根"), "rmsprop", {"centered": False}),
        Twin(Text("Without momentum", "不加动量"), "rmsprop", {"momentum": 0.0}),
    ),
    hypers=(
        learning_rate(1e-2, 1e-4, 2.0),
        decay_rate(
            "alpha", r"\alpha", 0.99, Text("Decay rate of the squared gradient.", "梯度平方的衰减率。"), low=0.5
        ),
        epsilon(1e-8),
        weight_decay(),
        decay_rate(
            "momentum", r"\mu", 0.0, Text("Momentum of the normalised gradient.", "归一化梯度的动量。"), high=0.999
        ),
        Hyper(
            "centered",
            "c",
            False,
            kind="bool",
            doc=Text("Divide by the standard deviation in place of the root mean square.", "用标准差代替均方根。"),
        ),
    ),
    units="distance",
    init=init,
    moments=moments,
    decay=COUPLED,
    card=Card(
        parents=(
            "adagrad",
            "rprop",
        ),
        mends=Text(
            "AdaGrad's endless sum: an average over about 1/(1 - alpha) steps forgets a steep beginning. "
            "It is also Rprop made fit for minibatches: divide by the size of the gradient, but by an "
            "average that neighbours share.",
            "AdaGrad 无尽的累积和\uff1a改为约 1/(1 − α) 步的平均\uff0c忘掉陡峭的开头。它也是适用于小批量"
            "的 Rprop\uff1a除以梯度的大小\uff0c但用相邻各步共享的平均值。",
        ),
        breaks=Text(
            "It does not settle: near a minimum it ends up stepping back and forth by lr. On the Ravine "
            "at lr 0.1 both coordinates end 0.05 = lr/2 from the minimum. And with V starting at 0 and "
            "uncorrected, the first step is lr/sqrt(1 - alpha), 10 lr at alpha 0.99.",
            "它停不稳\uff1a在极小值附近以 η 为步长来回跳。峡谷上 η = 0.1 时\uff0c两个坐标最终都距极小值 "
            "0.05 = η/2。V 从 0 开始且不修正\uff0c所以第一步为 η/√(1 − α)\uff0cα = 0.99 时是 10η。",
        ),
        use=Text(
            "Recurrent networks and reinforcement learning, where the size of the gradient changes over "
            "time; with a falling rate.",
            "循环网络和强化学习\uff1a梯度大小随时间变化\uff1b应配合下降的学习率。",
        ),
        avoid=Text(
            "Where the last digits matter and lr stays constant; where a first step of 10 lr is dangerous.",
            "需要高精度而学习率恒定时\uff1b第一步 10η 过于危险时。",
        ),
        memory=1,
        torch="torch.optim.RMSprop([theta], lr={lr}, alpha={alpha}, eps={eps}, "
        "weight_decay={weight_decay}, momentum={momentum}, centered={centered})",
        optax="optax.chain(optax.add_decayed_weights({weight_decay}), optax.rmsprop({lr}, decay={alpha}, "
        "eps={eps}, eps_in_sqrt=False, centered={centered}, momentum={momentum}))",
        before="""
v = np.zeros(2)
mean = np.zeros(2)
b = np.zeros(2)
""",
        step="""
g = gradient(theta) + weight_decay * theta
v = alpha * v + (1 - alpha) * g**2
mean = alpha * mean + (1 - alpha) * g
spread = v - mean**2 if centered else v
b = momentum * b + g / (np.sqrt(spread) + eps)
theta = theta - lr * b
""",
        symbols={"mean": r"\bar g", "spread": "S"},
        stability=Text(
            "No bound: where lr L / sqrt(V) exceeds 2 the point swings, its gradient grows, V follows "
            "and holds it. So it never runs away from a quadratic, but circles at a distance of about "
            "lr/2.",
            "没有界\uff1aηL/√V 超过 2 时开始摆动\uff0c梯度变大\uff0cV 随之变大并将其拉住。所以在二次函数"
            "上不会发散\uff0c而是在约 η/2 处来回。",
        ),
        note=Text(
            "It escapes the Saddle with a floor in 18 steps at lr 0.01, because the way out is an axis: "
            "turn the surface by 45 degrees and it takes 186. With eps 0 a coordinate whose gradient has "
            "always been 0 becomes 0/0, NaN, as in PyTorch.",
            "在有底的鞍面上 η = 0.01 时 18 步逃离\uff0c因为出路正好沿坐标轴\uff1a旋转 45° 后要 186 步。ε "
            "= 0 时\uff0c梯度一直为 0 的坐标会得到 0/0\uff0c即 NaN\uff0c与 PyTorch 相同。",
        ),
    ),
)
