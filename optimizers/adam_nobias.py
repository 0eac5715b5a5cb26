"""Adam without bias correction: the ablated twin of Kingma and Ba 2015 (arXiv:1412.6980), Algorithm 1."""

import jax.numpy as jnp
from jax import Array

from optimizers._adam import AdamState, adam_init, adam_next
from optimizers._card import Twin
from optimizers._frame import Moments, Optimizer, beta1, beta2, epsilon, learning_rate
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, state: AdamState, h: Values) -> Moments:
    state = adam_next(g, state, h)
    return Moments(state.m, state, jnp.sqrt(state.v), h.eps)


ADAM_NOBIAS = Optimizer(
    title=Text("Adam, no bias correction", "Adam（无偏差修正）"),
    family="adam",
    order=71,
    source=Source("Kingma and Ba, ICLR", 2015, "1412.6980", "section 6.4"),
    formula=r"\theta_t = \theta_{t-1} - \eta \frac{m_t}{\sqrt{V_t} + \epsilon}",
    follows=Text(
        "No package offers this as such; torch_optimizer's Lamb(adam=True, debias=False) is exactly it.",
        "没有软件包单独提供；torch_optimizer 的 Lamb(adam=True, debias=False) 与之完全相同。",
    ),
    summary=Text(
        "What bias correction is for: without it the early steps are up to (1 - beta1) / sqrt(1 - beta2) = 3.16 lr.",
        "偏差修正的作用：没有它，最初的步长可达 (1 − β₁)/√(1 − β₂) = 3.16 η。",
    ),
    twins=(Twin(Text("With bias correction (Adam)", "加上偏差修正\uff08Adam\uff09"), "adam"),),
    hypers=(learning_rate(1e-3, 1e-4, 2.0), beta1(), beta2(), epsilon(1e-8)),
    units="distance",
    init=adam_init,
    moments=moments,
)
