"""QHAdam: Ma and Yarats 2019 (arXiv:1810.06801)."""

import jax.numpy as jnp
from jax import Array

from optimizers._adam import AdamState, adam_init, adam_next
from optimizers._card import Twin
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
        "torch_optimizer, and its defaults, which are Adam's; the paper advises nu1 = 0.7, nu2 = 1 and beta1 = 0.995. "
        "pytorch_optimizer keeps its weights in float32.",
        "与 torch_optimizer 一致\uff0c默认值也相同\uff0c即 Adam\uff1b论文建议 ν₁ = 0.7、ν₂ = 1、β₁ = 0.995。"
        "pytorch_optimizer 的权重用 float32。",
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
)
