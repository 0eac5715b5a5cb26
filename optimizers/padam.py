"""PAdam: Chen, Zhou, Tang, Yang, Cao and Gu 2020 (arXiv:1806.06763), Algorithm 1."""

import jax.numpy as jnp
from jax import Array

from optimizers._adam import MaxState, adam_next, max_init
from optimizers._card import Card, Twin
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
        "where p = 1/8 (1/4 in the code). At p = 1/2 it is Adam with eps inside the correction, as "
        "in Keras. PyTorch, Optax and Keras do not have it.",
        "与 pytorch_optimizer 一致\uff0c它不取最大值\uff1b打开 amsgrad 即作者代码与论文\uff0c论文 p ="
        " 1/8\uff0c代码 p = 1/4。p = 1/2 时是把 ε 放在修正之内的 Adam\uff0c与 Keras 相同。PyTorch、"
        "Optax、Keras 中没有。",
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
    card=Card(
        parents=(
            "amsgrad",
            "momentum",
        ),
        mends=Text(
            "Adam gives all coordinates the same step, momentum gives steep ones far more; its authors "
            "hold the first responsible for a gap in generalization. The power p goes from one to the "
            "other: 1/2 is Adam, 0 is momentum. Turn the ravine to 45°, lr 0.1: p = 1/4 is within 1e-3 "
            "from step 293 on, p = 1/2 from step 648.",
            "Adam 给各坐标同样的步长\uff0c动量法给陡的坐标大得多\uff1b作者认为前者导致泛化差距。幂次 p 在"
            "两者之间连续变化\uff1a1/2 是 Adam\uff0c0 是动量法。把峡谷转到 45°、η = 0.1\uff1ap = 1/4 从第"
            " 293 步起损失不超过 1e-3\uff0cp = 1/2 从第 648 步起。",
        ),
        breaks=Text(
            "The rate has other units at every p, so a good rate must be found anew: on Rosenbrock lr "
            "0.1 is far too large at p = 1/4 (it does not settle in 3000 steps), 0.01 serves.",
            "每个 p 下学习率的量纲都不同\uff0c必须重新寻找\uff1aRosenbrock 上 p = 1/4 时 η = 0.1 太大"
            "\uff083000 步停不下来\uff09\uff0c0.01 合适。",
        ),
        use=Text(
            "Image classification, where Adam trains fast and SGD ends better; p = 1/8 in the paper. To "
            "see what the root of V does, by taking it away bit by bit.",
            "图像分类等 Adam 训练快而 SGD 终点好的任务\uff1b论文取 p = 1/8。也可用来逐步去掉 V 的作用"
            "\uff0c看它究竟做了什么。",
        ),
        avoid=Text(
            "Where one rate must carry over between values of p.",
            "学习率需要在不同 p 之间通用时。",
        ),
        memory=2,
        before="m, v, v_max = np.zeros(2), np.zeros(2), np.zeros(2)",
        step="g = gradient(theta) + weight_decay * theta\n"
        "m = beta1 * m + (1 - beta1) * g\n"
        "v = beta2 * v + (1 - beta2) * g**2\n"
        "v_max = np.maximum(v_max, v)\n"
        "below = (np.sqrt(v_max if amsgrad else v) + eps) ** (2 * partial)\n"
        "rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)\n"
        "theta = theta - rate * m / below",
        symbols={"below": "D"},
        stability=Text(
            "None in closed form for 0 < p < 1/2: the step still grows as V shrinks. As p goes to 0 the "
            "limit of momentum in its averaged form returns, 2 (1 + beta1) / ((1 - beta1) L).",
            "0 < p < 1/2 时没有闭式的界\uff1aV 变小时步长仍会增大。p 趋于 0 时回到平均形式动量法的界 2(1 "
            "+ β₁)/((1 − β₁)L)。",
        ),
    ),
)
