"""Lion: Chen et al. 2023 (arXiv:2302.06675), Algorithm 2."""

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card, Twin
from optimizers._frame import DECOUPLED, Moments, Optimizer, decay_rate, ema, learning_rate, weight_decay
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, state: Array, h: Values) -> Moments:
    return Moments(jnp.sign(ema(h.beta1, state, g)), ema(h.beta2, state, g))


LION = Optimizer(
    title=Text("Lion", "Lion"),
    family="sign",
    order=230,
    source=Source("Chen et al., NeurIPS", 2023, "2302.06675", "Algorithm 2"),
    formula=r"u_t = \operatorname{sign}(\beta_1 m_{t-1} + (1 - \beta_1) g_t), \quad "
    r"m_t = \beta_2 m_{t-1} + (1 - \beta_2) g_t, \quad \theta_t = (1 - \eta\lambda)\,\theta_{t-1} - \eta u_t",
    follows=Text(
        "Optax; Keras, pytorch_optimizer and the authors' code agree to rounding. It is not in "
        "PyTorch. Optax' default decay is 1e-3 and Keras' rate 1e-3; here they are 0 and 1e-4, as in "
        "the authors' code. The sign of 0 is 0. The direction drawn is u.",
        "与 Optax 一致\uff1bKeras、pytorch_optimizer 和作者代码仅差舍入误差。PyTorch 中没有。Optax 的"
        "衰减默认为 1e-3\uff0cKeras 的学习率默认为 1e-3\uff1b这里为 0 和 1e-4\uff0c与作者代码相同。0 "
        "的符号为 0。画出的方向是 u。",
    ),
    summary=Text(
        "The sign of a momentum: every coordinate moves by exactly lr. It takes a rate several times smaller than "
        "Adam's, and never settles within lr of the minimum.",
        "取动量的符号\uff1a每个坐标每步恰好移动 η。学习率应比 Adam 小数倍\uff0c且在离极小点 η 以内停不下来。",
    ),
    twins=(
        Twin(
            Text("One momentum for both (beta1 = beta2): Signum", "两处共用一个动量\uff08β₁ = β₂\uff09\uff1aSignum"),
            "lion",
            {"beta1": "beta2"},
        ),
    ),
    hypers=(
        learning_rate(1e-4, 1e-4, 0.3),
        decay_rate(
            "beta1",
            r"\beta_1",
            0.9,
            Text("Share of the old momentum in the direction of this step.", "本步方向中旧动量的比例。"),
            high=0.999,
        ),
        decay_rate(
            "beta2", r"\beta_2", 0.99, Text("Decay rate of the momentum that is kept.", "所保留动量的衰减率。"), low=0.5
        ),
        weight_decay(0.0, decoupled=True),
    ),
    units="distance",
    init=lambda theta, h: jnp.zeros_like(theta),
    moments=moments,
    decay=DECOUPLED,
    card=Card(
        parents=("signum",),
        mends=Text(
            "Signum turns late, for its direction is as slow as its memory. Lion mixes more of the "
            "newest gradient into the direction (beta1) than into the memory (beta2). Ravine, lr 0.01: "
            "it ends on a loss of 0.003, Signum swings up to 0.022. One vector of memory, where Adam "
            "keeps two.",
            "Signum 的方向与记忆一样迟缓\uff0c转向太晚。Lion 在方向中混入的最新梯度\uff08β₁\uff09比存入记"
            "忆的\uff08β₂\uff09多。峡谷上 η = 0.01\uff1a它停在损失 0.003 附近\uff0cSignum 摆动到 0.022。"
            "只存一个向量\uff0cAdam 要存两个。",
        ),
        breaks=Text(
            "Every coordinate moves by lr at every step, however near the minimum is: at a fixed rate it "
            "never comes to rest.",
            "无论离极小点多近\uff0c每个坐标每步都移动 η\uff1a学习率固定时永远停不下来。",
        ),
        use=Text(
            "Large models with large batches, at a rate 3 to 10 times below AdamW's, with a decay as "
            "many times larger, and a schedule that ends near 0. Ravine, lr 0.05, 1000 steps: it ends on "
            "a loss of 0.08, with a cosine schedule of 1000 steps on 3e-6.",
            "大模型、大批量\uff1b学习率取 AdamW 的 1/3 到 1/10\uff0c权重衰减按同样倍数加大\uff0c并用末端"
            "趋于 0 的学习率调度。峡谷上 η = 0.05 走 1000 步\uff1a最终损失 0.08\uff0c加 1000 步的余弦调度"
            "则为 3e-6。",
        ),
        avoid=Text(
            "Where the answer must be exact and the rate is fixed; where the units of the coordinates "
            "mean something, for all move alike.",
            "学习率固定而又要求结果精确时\uff1b坐标的量纲有意义时\uff0c因为所有坐标移动量相同。",
        ),
        memory=1,
        optax="optax.lion({lr}, b1={beta1}, b2={beta2}, weight_decay={weight_decay})",
        before="m = np.zeros(2)",
        step="g = gradient(theta)\n"
        "u = np.sign(beta1 * m + (1 - beta1) * g)\n"
        "m = beta2 * m + (1 - beta2) * g\n"
        "theta = theta - lr * (u + weight_decay * theta)",
        stability=Text(
            "It never diverges on a quadratic and never converges: at a fixed lr it ends in a cycle "
            "whose width is a few lr.",
            "在二次函数上既不发散也不收敛\uff1a学习率固定时\uff0c最终在宽为数个 η 的环上来回。",
        ),
    ),
)
