"""AdaBelief: Zhuang, Tang, Ding, Tatikonda, Dvornek, Papademetris and Duncan 2020 (arXiv:2010.07468), Algorithm 2."""

import jax.numpy as jnp
from jax import Array

from optimizers._adam import AdamState, adam_init
from optimizers._card import Twin
from optimizers._frame import Moments, Optimizer, beta1, beta2, ema, epsilon, learning_rate
from visualizer.spec import Hyper, Source, Text, Values


def moments(g: Array, theta: Array, state: AdamState, h: Values) -> Moments:
    m = ema(h.beta1, state.m, g)
    surprise = g - m
    v = ema(h.beta2, state.v, surprise * surprise) + h.eps_root
    state = AdamState(m, v, state.beta1_power * h.beta1, state.beta2_power * h.beta2)
    root_v = jnp.sqrt(v / (1.0 - state.beta2_power))
    return Moments(m / (1.0 - state.beta1_power), state, root_v, h.eps)


ADABELIEF = Optimizer(
    title=Text("AdaBelief", "AdaBelief"),
    family="adam",
    order=120,
    source=Source("Zhuang et al., NeurIPS", 2020, "2010.07468", "Algorithm 2"),
    formula=r"V_t = \beta_2 V_{t-1} + (1 - \beta_2)(g_t - m_t)^2 + \epsilon_r, \quad "
    r"\theta_t = \theta_{t-1} - \eta \frac{\hat m_t}{\sqrt{\hat V_t} + \epsilon}",
    follows=Text(
        "Optax. The authors' package agrees with rectify=False; its default rectifies like RAdam and decouples decay.",
        "与 Optax 一致。作者的包在 rectify=False 时相同\uff1b默认像 RAdam 那样修正并解耦衰减。",
    ),
    summary=Text(
        "Divides by how far gradients stray from their mean instead of by their size: long steps where the gradient "
        "is steady, even if it is large.",
        "除以梯度偏离其均值的程度\uff0c而不是梯度的大小\uff1a梯度稳定时\uff0c即使很大也迈大步。",
    ),
    twins=(Twin(Text("V of the gradient itself (Adam)", "V 取梯度本身\uff08Adam\uff09"), "adam"),),
    hypers=(
        learning_rate(1e-3, 1e-4, 2.0),
        beta1(),
        beta2(),
        epsilon(1e-16),
        Hyper(
            "eps_root",
            r"\epsilon_r",
            1e-16,
            1e-16,
            1.0,
            "log0",
            Text(
                "Added to V at every step: it accumulates up to eps_root / (1 - beta2).",
                "每步加到 V 上\uff0c会累积到 ε/(1 − β₂)。",
            ),
            least=0.0,
            most=1e6,
        ),
    ),
    units="distance",
    init=adam_init,
    moments=moments,
)
