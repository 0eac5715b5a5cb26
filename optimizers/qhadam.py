"""QHAdam: Ma and Yarats 2019 (arXiv:1810.06801)."""

import jax.numpy as jnp
from jax import Array

from optimizers._adam import AdamState, adam_init, adam_next
from optimizers._card import Card, Twin
from optimizers._decay import switched_decay
from optimizers._frame import SWITCHED, Moments, Optimizer, beta1, beta2, ema, epsilon, learning_rate
from visualizer.spec import Hyper, Source, Text, Values


def moments(g: Array, theta: Array, state: AdamState, h: Values) -> Moments:
    state = adam_next(g, state, h)
    m = ema(h.nu1, state.m / (1.0 - state.beta1_power), g)
    v = ema(h.nu2, state.v / (1.0 - state.beta2_power), g * g)
    return Moments(m, state, jnp.sqrt(v), h.eps)


QHADAM = Optimizer(
    title=Text("QHAdam", "QHAdam"),
    family="adam",
    order=108,
    source=Source("Ma and Yarats, ICLR", 2019, "1810.06801"),
    formula=r"\theta_t = \theta_{t-1} - \eta \frac{(1 - \nu_1) g_t + \nu_1 \hat m_t}"
    r"{\sqrt{(1 - \nu_2) g_t^2 + \nu_2 \hat V_t} + \epsilon}",
    follows=Text(
        "torch_optimizer, and its defaults, which are Adam's; the paper advises nu1 = 0.7, nu2 = 1 "
        "and beta1 = 0.995. pytorch_optimizer keeps its weights in float32. Neither PyTorch, Optax "
        "nor Keras has it.",
        "与 torch_optimizer 一致\uff0c默认值也相同\uff0c即 Adam\uff1b论文建议 ν₁ = 0.7、ν₂ = 1、β₁ = "
        "0.995。pytorch_optimizer 的权重用 float32。PyTorch、Optax、Keras 都没有。",
    ),
    summary=Text(
        "Adam whose moments are mixed with the newest gradient. Both weights 1 is Adam; turn nu1 down to steady it.",
        "矩与最新梯度混合的 Adam。两个权重都为 1 就是 Adam\uff1b调小 ν₁ 使其更稳。",
    ),
    twins=(
        Twin(Text("Both weights 1: Adam", "两个权重都为 1\uff1aAdam"), "qhadam", {"nu1": 1.0, "nu2": 1.0}),
        Twin(Text("Newest gradient only (nu1 = 0)", "只用最新梯度\uff08ν₁ = 0\uff09"), "qhadam", {"nu1": 0.0}),
        Twin(Text("The paper's nu1 = 0.7", "论文的 ν₁ = 0.7"), "qhadam", {"nu1": 0.7}),
        Twin(Text("Decoupled weight decay", "解耦权重衰减"), "qhadam", {"decoupled_weight_decay": True}),
        Twin(
            Text("Coupled weight decay (L2)", "耦合权重衰减\uff08L2\uff09"), "qhadam", {"decoupled_weight_decay": False}
        ),
    ),
    hypers=(
        learning_rate(1e-3, 1e-4, 2.0),
        beta1(),
        beta2(),
        Hyper(
            "nu1",
            r"\nu_1",
            1.0,
            doc=Text(
                "Weight of the first moment against the gradient; the paper advises 0.7.",
                "一阶矩相对于梯度的权重\uff1b论文建议 0.7。",
            ),
            least=0.0,
            most=1.0,
        ),
        Hyper(
            "nu2",
            r"\nu_2",
            1.0,
            doc=Text("Weight of the second moment against the squared gradient.", "二阶矩相对于梯度平方的权重。"),
            least=0.0,
            most=1.0,
        ),
        epsilon(1e-8),
        *switched_decay(False),
    ),
    units="distance",
    init=adam_init,
    moments=moments,
    decay=SWITCHED,
    card=Card(
        parents=(
            "adam",
            "qhm",
        ),
        mends=Text(
            "Adam's fixed use of its moments: nu1 mixes the newest gradient into m, nu2 its square into "
            "V, as QHM does with momentum.",
            "Adam 对矩的固定用法\uff1a像 QHM 那样\uff0cν₁ 把最新梯度混入 m\uff0cν₂ 把其平方混入 V。",
        ),
        breaks=Text(
            "Two more dials, and the default 1 and 1 is Adam itself: nothing changes until they are turned.",
            "多两个旋钮\uff0c而默认的 1 和 1 就是 Adam\uff1a不动它们就没有任何变化。",
        ),
        use=Text(
            "To steady Adam with a long memory: nu1 0.7 with beta1 0.995, as the paper advises. And as a "
            "lesson: nu1 0 is RMSProp with corrected V, nu1 0 and nu2 0 is the sign of the gradient.",
            "用长记忆使 Adam 更稳\uff1a论文建议 ν₁ = 0.7、β₁ = 0.995。也可作教学\uff1aν₁ = 0 是修正过 V "
            "的 RMSProp\uff0cν₁ = ν₂ = 0 就是梯度的符号。",
        ),
        avoid=Text(
            "Short runs with beta1 0.995: on the Ravine at lr 0.1 and nu1 0.7 it is still 0.71 away "
            "after 200 steps, with beta1 0.9 only 0.21 (Adam 0.28).",
            "步数不多却用 β₁ = 0.995\uff1a峡谷上 η = 0.1、ν₁ = 0.7 时\uff0c200 步后仍距 0.71\uff0c而 β₁ ="
            " 0.9 只有 0.21(Adam 0.28)。",
        ),
        memory=2,
        before="""
m = np.zeros(2)
v = np.zeros(2)
""",
        step="""
g = gradient(theta)
if not decoupled_weight_decay:
    g = g + weight_decay * theta
m = beta1 * m + (1 - beta1) * g
v = beta2 * v + (1 - beta2) * g**2
mean = nu1 * m / (1 - beta1**t) + (1 - nu1) * g
square = nu2 * v / (1 - beta2**t) + (1 - nu2) * g**2
if decoupled_weight_decay:
    theta = (1 - lr * weight_decay) * theta
theta = theta - lr * mean / (np.sqrt(square) + eps)
""",
        symbols={"mean": r"\bar m", "square": r"\bar V"},
        stability=Text(
            "No fixed bound in L, as for Adam. nu2 0 with nu1 1 is dangerous: the average is divided by "
            "the newest |g| alone, which may be almost 0; on the Ravine at lr 0.1 the fortieth step "
            "alone is 145 long.",
            "与 Adam 一样没有固定的 L 上限。ν₂ = 0 而 ν₁ = 1 很危险\uff1a平均值只除以最新的 |g|\uff0c而它"
            "可能几乎为 0\uff1b峡谷上 η = 0.1 时\uff0c单是第 40 步就长 145。",
        ),
        note=Text(
            "With eps 0 a coordinate whose gradient has always been 0 becomes 0/0, NaN, as in PyTorch.",
            "ε = 0 时\uff0c梯度一直为 0 的坐标会得到 0/0\uff0c即 NaN\uff0c与 PyTorch 相同。",
        ),
    ),
)
