"""RAdam: Liu, Jiang, He, Chen, Liu, Gao and Han 2020 (arXiv:1908.03265), Algorithm 2."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._adam import AdamState, adam_init, adam_next
from optimizers._card import Card, Twin
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
        "PyTorch's RAdam: rectified when rho > 5 (paper: 4; Optax: at 5 too). Optax adds eps after "
        "the correction; below the threshold pytorch_optimizer makes no step at all, the paper, "
        "PyTorch and Optax step along m. torch_optimizer computes in float32. Keras has none.",
        "与 PyTorch 的 RAdam 一致\uff1aρ > 5 时才修正\uff08论文为 4\uff1bOptax 含 5\uff09。Optax 在修"
        "正之后才加 ε\uff1b阈值以下 pytorch_optimizer 不走步\uff0c论文、PyTorch、Optax 沿 m 走。"
        "torch_optimizer 用 float32 计算。Keras 没有。",
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
    card=Card(
        parents=("adam",),
        mends=Text(
            "Adam's messy beginning: with few gradients seen, 1/sqrt(V) varies wildly. RAdam waits until "
            "its variance is finite and then scales the step by r_t, a warm-up that needs no dial.",
            "改进 Adam 混乱的开头\uff1a见过的梯度太少时\uff0c1/√V 起伏很大。RAdam 等到其方差有限\uff0c再"
            "用 r_t 缩放步长\uff0c相当于不用调的预热。",
        ),
        breaks=Text(
            "The steps before, five at beta2 0.999, are SGD with momentum at Adam's lr: on Rosenbrock at "
            "lr 0.05 the first one is 10.8 long in x, where the slope is 216, and the run leaves the "
            "finite world at step 5.",
            "此前的几步\uff08β₂ = 0.999 时为五步\uff09是用 Adam 学习率的动量 SGD\uff1aRosenbrock 上 η = "
            "0.05\uff0c起点坡度为 216\uff0c第一步在 x 方向就走 10.8\uff0c第 5 步已溢出。",
        ),
        use=Text(
            "Networks whose gradients at the start are well below 1, in place of a hand-made warm-up. On "
            "Rosenbrock keep lr below about 0.005.",
            "起始梯度远小于 1 的网络\uff0c可代替手工预热。Rosenbrock 上学习率应低于约 0.005。",
        ),
        avoid=Text(
            "Steep starts. And AdamW with a linear warm-up over 2/(1 - beta2) steps does as well (Ma and "
            "Yarats 2021, arXiv:1910.04209).",
            "起点陡峭时。另外\uff0cAdamW 加 2/(1 − β₂) 步的线性预热效果相当\uff08Ma 和 Yarats 2021\uff0c"
            "arXiv:1910.04209\uff09。",
        ),
        memory=2,
        torch="torch.optim.RAdam([theta], lr={lr}, betas=({beta1}, {beta2}), eps={eps}, "
        "weight_decay={weight_decay}, decoupled_weight_decay={decoupled_weight_decay})",
        before="""
m = np.zeros(2)
v = np.zeros(2)
longest = 2 / (1 - beta2) - 1
""",
        step="""
g = gradient(theta)
if not decoupled_weight_decay:
    g = g + weight_decay * theta
m = beta1 * m + (1 - beta1) * g
v = beta2 * v + (1 - beta2) * g**2
rho = longest - 2 * t * beta2**t / (1 - beta2**t)
move = m / (1 - beta1**t)
if rho > 5:
    top = (rho - 4) * (rho - 2) * longest
    below = (longest - 4) * (longest - 2) * rho
    r = np.sqrt(top / below)
    move = r * np.sqrt(1 - beta2**t) * move / (np.sqrt(v) + eps)
if decoupled_weight_decay:
    theta = (1 - lr * weight_decay) * theta
theta = theta - lr * move
""",
        symbols={"longest": r"\rho_\infty", "move": "u", "top": "a", "below": "b"},
        stability=Text(
            "In the first steps that of gradient descent, whose limit is lr < 2/L; they are too few to "
            "diverge on a quadratic, but they throw the point far. Then as Adam. With beta2 up to 2/3 it "
            "never leaves them and is averaged momentum for ever.",
            "最初几步同梯度下降\uff0c上限为 η < 2/L\uff1b在二次函数上\uff0c步数太少不至于发散\uff0c但会把"
            "点抛远。之后同 Adam。β₂ 不超过 2/3 时\uff0c它永远停留在这一阶段\uff0c一直是平均动量。",
        ),
        note=Text(
            "With eps 0 a coordinate whose gradient has always been 0 becomes 0/0, NaN, as in PyTorch.",
            "ε = 0 时\uff0c梯度一直为 0 的坐标会得到 0/0\uff0c即 NaN\uff0c与 PyTorch 相同。",
        ),
    ),
)
