"""AdaBelief: Zhuang, Tang, Ding, Tatikonda, Dvornek, Papademetris and Duncan 2020 (arXiv:2010.07468), Algorithm 2."""

import jax.numpy as jnp
from jax import Array

from optimizers._adam import AdamState, adam_init
from optimizers._card import Card, Twin
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
        "Optax. The authors' package agrees with rectify=False; its default rectifies like RAdam and "
        "decouples decay. torch_optimizer takes eps 1e-8 where 1e-16 stands here. Neither PyTorch "
        "nor Keras has it.",
        "与 Optax 一致。作者的包在 rectify=False 时相同\uff1b默认像 RAdam 那样修正并解耦衰减。"
        "torch_optimizer 的 ε 为 1e-8\uff0c这里为 1e-16。PyTorch 和 Keras 中没有。",
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
    card=Card(
        parents=("adam",),
        mends=Text(
            "Adam divides by the size of the gradient, so a large steady gradient gets no longer a step "
            "than a small one. AdaBelief divides by its scatter about the mean: on the saddle with a "
            "floor, at lr 0.05, it passes |y| = 1 at step 15, Adam at step 20.",
            "Adam 除以梯度的大小\uff0c因此又大又稳的梯度并不比小梯度走得远。AdaBelief 除以梯度相对其均值"
            "的离散程度\uff1a在有底的鞍面上取 η = 0.05\uff0c它在第 15 步越过 |y| = 1\uff0cAdam 在第 20 步"
            "。",
        ),
        breaks=Text(
            "No step length is promised any more: where the gradient hardly changes, V vanishes and a "
            "step exceeds lr. On the ravine turned to 0°, at lr 0.1, the longest step is 0.20, Adam's "
            "0.14.",
            "步长不再有保证\uff1a梯度几乎不变处 V 趋于零\uff0c一步可以超过 η。把峡谷转到 0°、η = 0.1 时"
            "\uff0c最长一步为 0.20\uff0cAdam 为 0.14。",
        ),
        use=Text(
            "Where Adam is in use already: the same rates serve, and the result is seldom far away. "
            "Ravine, lr 0.1, within 1e-3 for good: step 245, Adam 275.",
            "凡已使用 Adam 之处\uff1a学习率可以照搬\uff0c结果通常相差不大。峡谷上 η = 0.1\uff0c损失从此不"
            "超过 1e-3\uff1a第 245 步\uff0cAdam 为第 275 步。",
        ),
        avoid=Text(
            "As a remedy for noise: under strong noise the scatter is the gradient's size, and it is "
            "Adam again. Noisy bowl, lr 0.1: both end in clouds of the same width within 6 %.",
            "不要指望它能对付噪声\uff1a噪声强时\uff0c离散程度就是梯度大小\uff0c它又变回 Adam。噪声碗上 η "
            "= 0.1\uff0c两者最终的云宽相差不到 6%。",
        ),
        memory=2,
        optax="optax.adabelief({lr}, b1={beta1}, b2={beta2}, eps={eps}, eps_root={eps_root})",
        before="m, v = np.zeros(2), np.zeros(2)",
        step="g = gradient(theta)\n"
        "m = beta1 * m + (1 - beta1) * g\n"
        "v = beta2 * v + (1 - beta2) * (g - m) ** 2 + eps_root\n"
        "m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)\n"
        "theta = theta - lr * m_hat / (np.sqrt(v_hat) + eps)",
        stability=Text(
            "No limit of the form lr L < c: the step is divided by the root of V, and V follows the gradients.",
            "没有 ηL < c 形式的界\uff1a步长要除以 V 的平方根\uff0c而 V 随梯度变化。",
        ),
    ),
)
