"""Signum: Bernstein, Wang, Azizzadenesheli and Anandkumar 2018 (arXiv:1802.04434), Algorithm 2."""

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card, Twin
from optimizers._frame import DECOUPLED, Moments, Optimizer, ema, learning_rate, momentum_rate, weight_decay
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, state: Array, h: Values) -> Moments:
    m = ema(h.momentum, state, g)
    return Moments(jnp.sign(m), m)


SIGNUM = Optimizer(
    title=Text("Signum", "Signum"),
    family="sign",
    order=220,
    source=Source("Bernstein, Wang, Azizzadenesheli and Anandkumar, ICML", 2018, "1802.04434", "Algorithm 2"),
    formula=r"m_t = \mu m_{t-1} + (1 - \mu) g_t, \quad "
    r"\theta_t = (1 - \eta\lambda)\,\theta_{t-1} - \eta \operatorname{sign}(m_t)",
    follows=Text(
        "Optax' signum, which has no decay; with decay pytorch_optimizer's SignSGD, and Optax' own "
        "parts put together. Neither PyTorch nor Keras has it. The momentum is an average, begun at "
        "0: the factor 1 - mu does not change a sign. The direction drawn is sign(m).",
        "与 Optax 的 signum 一致\uff08没有衰减\uff09\uff1b带衰减时与 pytorch_optimizer 的 SignSGD 以"
        "及用 Optax 部件拼成的形式一致。PyTorch 和 Keras 中没有。动量是从 0 开始的平均值\uff1a因子 1 "
        "− μ 不改变符号。画出的方向是 sign(m)。",
    ),
    summary=Text(
        "signSGD on a momentum: it rides over noise that would flip the sign of a single gradient, "
        "and turns late at the valley floor.",
        "对动量取符号\uff1a不会被噪声翻转单个梯度的符号所干扰\uff0c但在谷底转向较迟。",
    ),
    twins=(Twin(Text("Without momentum (signSGD)", "不加动量\uff08signSGD\uff09"), "signsgd"),),
    hypers=(learning_rate(1e-3, 1e-5, 1.0), momentum_rate(), weight_decay(0.0, decoupled=True)),
    units="distance",
    init=lambda theta, h: jnp.zeros_like(theta),
    moments=moments,
    decay=DECOUPLED,
    card=Card(
        parents=(
            "signsgd",
            "momentum",
        ),
        mends=Text(
            "The sign of an average does not flip with every gradient: where signSGD locks on the floor "
            "of the ravine (lr 0.01, loss 0.09), Signum travels on, to a loss of 0.003 to 0.02.",
            "平均值的符号不会随单个梯度翻转\uff1asignSGD 卡在峡谷底\uff08η = 0.01\uff0c损失 0.09\uff09时"
            "\uff0cSignum 能继续前进到损失 0.003 至 0.02。",
        ),
        breaks=Text(
            "It turns late and at full length, so it swings wider than signSGD. Noisy bowl with sigma 1, "
            "lr 0.05: the cloud's radius is 0.35, signSGD's 0.22; momentum does not make the end calmer "
            "here.",
            "转向晚而步长不减\uff0c因此摆幅比 signSGD 大。噪声碗 σ = 1、η = 0.05\uff1a云的半径为 0.35"
            "\uff0csignSGD 为 0.22\uff1b动量在这里并不使终点更平静。",
        ),
        use=Text(
            "As signSGD, where the noise flips single signs on the way; with a schedule that ends near 0.",
            "与 signSGD 相同的场合\uff0c且途中噪声会翻转单个符号时\uff1b配合末端趋于 0 的学习率调度。",
        ),
        avoid=Text(
            "A fixed rate with a high momentum: on the saddle with a floor at lr 0.05 it swings about "
            "the minimum and never stays within 1e-2.",
            "固定学习率加大动量\uff1a在有底的鞍面上 η = 0.05 时\uff0c它绕极小点摆动\uff0c损失始终不能保持"
            "在 1e-2 以内。",
        ),
        memory=1,
        optax="optax.chain(optax.ema({momentum}, debias=False), optax.scale_by_sign(), optax.add_decayed_weigh"
        "ts({weight_decay}), optax.scale_by_learning_rate({lr}))",
        before="m = np.zeros(2)",
        step="m = momentum * m + (1 - momentum) * gradient(theta)\n"
        "theta = theta - lr * (np.sign(m) + weight_decay * theta)",
        stability=Text(
            "No limit: it can neither diverge nor converge on a quadratic at a fixed lr. The swing is "
            "several lr, for the average must change its sign first.",
            "没有界\uff1a学习率固定时在二次函数上既不发散也不收敛。摆幅为数个 η\uff0c因为平均值要先变号。",
        ),
    ),
)
