"""PAdam: Chen, Zhou, Tang, Yang, Cao and Gu 2020 (arXiv:1806.06763), Algorithm 1."""

import jax.numpy as jnp
from jax import Array

from optimizers._adam import MaxState, adam_next, max_init
from optimizers._card import Twin
from optimizers._frame import COUPLED, Moments, Optimizer, beta1, beta2, epsilon, learning_rate, weight_decay
from visualizer.spec import Hyper, Source, Text, Values


def moments(g: Array, theta: Array, state: MaxState, h: Values) -> Moments:
    adam = adam_next(g, state.adam, h)
    v_max = jnp.maximum(state.v_max, adam.v)
    v = jnp.where(h.amsgrad > 0, v_max, adam.v)
    # The bias of V is corrected outside the power, as one factor of the rate.
    corrected = jnp.sqrt(1.0 - adam.beta2_power)
    rate = h.lr * corrected / jnp.power(jnp.sqrt(v) + h.eps, 2.0 * h.partial)
    m = adam.m / (1.0 - adam.beta1_power)
    return Moments(m, MaxState(adam, v_max), jnp.sqrt(v) / corrected, h.eps, rate=rate)


PADAM = Optimizer(
    title=Text("PAdam", "PAdam"),
    family="bounded",
    order=155,
    source=Source("Chen, Zhou, Tang, Yang, Cao and Gu, IJCAI", 2020, "1806.06763", "Algorithm 1"),
    formula=r"\theta_t = \theta_{t-1} - \eta \sqrt{1 - \beta_2^t} \frac{\hat m_t}{(\sqrt{V_t} + \epsilon)^{2p}}",
    follows=Text(
        "pytorch_optimizer, which has no maximum; with amsgrad the authors' code and the paper, "
        "where p = 1/8 (1/4 in the code).",
        "与 pytorch_optimizer 一致\uff0c它不取最大值\uff1b打开 amsgrad 即作者代码与论文\uff0c"
        "论文 p = 1/8\uff0c代码 p = 1/4。",
    ),
    summary=Text(
        "Divides by a power of Adam's denominator: p = 1/2 is Adam, p = 0 is momentum.",
        "除以 Adam 分母的幂\uff1ap = 1/2 是 Adam\uff0cp = 0 是动量法。",
    ),
    twins=(
        Twin(
            Text("The whole root (p = 1/2): Adam", "完整的根\uff08p = 1/2\uff09\uff1aAdam"), "padam", {"partial": 0.5}
        ),
        Twin(Text("AMSGrad's maximum", "加上 AMSGrad 的最大值"), "padam", {"amsgrad": True}),
        Twin(Text("Without the maximum", "去掉最大值"), "padam", {"amsgrad": False}),
    ),
    hypers=(
        learning_rate(0.1, 1e-4, 2.0),
        beta1(),
        beta2(),
        Hyper(
            "partial",
            "p",
            0.25,
            0.01,
            0.5,
            doc=Text(
                "How much of Adam's scaling is kept: 0 none, 1/2 all.",
                "保留多少 Adam 的缩放\uff1a0 没有\uff0c1/2 全部。",
            ),
            least=0.0,
            most=1.0,
        ),
        epsilon(1e-8),
        weight_decay(),
        Hyper(
            "amsgrad",
            "A",
            False,
            kind="bool",
            doc=Text("Divide by the largest second moment so far.", "除以至今最大的二阶矩。"),
        ),
    ),
    units="distance",
    init=max_init,
    moments=moments,
    decay=COUPLED,
)
