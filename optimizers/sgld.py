"""SGLD, stochastic gradient Langevin dynamics: Welling and Teh 2011."""

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card, Twin
from optimizers._frame import Moments, Optimizer, learning_rate
from visualizer.spec import Hyper, Source, Text, Values


def moments(g: Array, theta: Array, state: tuple[()], h: Values) -> Moments:
    shake = jnp.sqrt(2.0 * h.lr * h.temperature) * h.draw(1)
    return Moments(g, state, step=shake - h.lr * g)


SGLD = Optimizer(
    title=Text("SGLD", "朗之万动力学 SGLD"),
    family="sampling",
    order=800,
    source=Source("Welling and Teh, ICML", 2011),
    formula=r"\theta_t = \theta_{t-1} - \eta g_t + \sqrt{2 \eta T}\, \xi_t, \quad \xi_t \sim \mathcal{N}(0, I)",
    follows=Text(
        "The paper, whose step size is 2 lr and whose temperature is 1; it lets the step size fall, "
        "here a schedule does. PyTorch and Keras do not have it; Optax' noisy_sgd is another method, "
        "whose noise falls by a law of its own and is multiplied by the rate.",
        "与论文一致\uff1b其步长为 2η\uff0c温度为 1\uff1b论文让步长递减\uff0c这里由调度完成。PyTorch "
        "和 Keras 中没有\uff1bOptax 的 noisy_sgd 是另一种方法\uff0c其噪声按自身规律递减\uff0c并乘以学"
        "习率。",
    ),
    summary=Text(
        "Not a minimizer but a sampler: gradient descent shaken so that, at a small rate, it visits each place in "
        "proportion to exp(-f/T). Lower T to see it settle.",
        "不是最小化\uff0c而是采样\uff1a给梯度下降加扰动\uff0c学习率小时\uff0c到访各处的频率正比于 exp(−f/T)。"
        "降低 T 可看到它安定下来。",
    ),
    twins=(Twin(Text("Without the shaking (T = 0)", "不加扰动\uff08T = 0\uff09"), "sgld", {"temperature": 0.0}),),
    hypers=(
        learning_rate(1e-3),
        Hyper(
            "temperature",
            "T",
            1.0,
            1e-4,
            10.0,
            "log0",
            Text("Temperature: 0 is plain gradient descent.", "温度\uff1a0 即普通梯度下降。"),
            least=0.0,
            most=1e6,
        ),
    ),
    units="gradient",
    init=lambda theta, h: (),
    moments=moments,
    card=Card(
        parents=("sgd",),
        mends=Text(
            "Descent ends in one point and says nothing of how sure it is. With noise of the right size "
            "the visits of the path are draws from exp(-f/T): a Bayesian posterior, if f is the negative "
            "log posterior and T = 1.",
            "梯度下降停在一点\uff0c不说明有多大把握。加入大小恰当的噪声后\uff0c路径经过之处就是 exp(−f/T)"
            " 的样本\uff1a若 f 是负对数后验且 T = 1\uff0c便是贝叶斯后验。",
        ),
        breaks=Text(
            "It never converges and is not meant to. A finite rate distorts the density: on the ravine "
            "turned to 0°, at lr 0.01 and T = 1, the variance across the valley is 0.020, and exp(-f) "
            "has 0.010.",
            "它不收敛\uff0c也不以此为目的。有限的学习率会使密度失真\uff1a峡谷转到 0°、η = 0.01、T = 1 时"
            "\uff0c横穿山谷方向的方差为 0.020\uff0c而 exp(−f) 的方差是 0.010。",
        ),
        use=Text(
            "Sampling a posterior with minibatches; leaving local minima: on the bumpy bowl raise T and "
            "see how far it wanders.",
            "用小批量对后验采样\uff1b离开局部极小\uff1a在起伏碗上调高 T\uff0c看它走多远。",
        ),
        avoid=Text(
            "Where one best point is wanted: set T = 0, and it is gradient descent.",
            "只要一个最优点时\uff1a取 T = 0\uff0c它就是梯度下降。",
        ),
        memory=0,
        before="rng = np.random.default_rng(0)",
        step="xi = rng.standard_normal(2)\ntheta = theta - lr * gradient(theta) + np.sqrt(2 * lr * temperature) * xi",
        stability=Text(
            "Its mean is gradient descent's, so on a quadratic it stays bounded while lr < 2 / L; then "
            "the variance along a curvature k is T / (k (1 - lr k / 2)).",
            "其均值就是梯度下降\uff0c因此在二次函数上只要 η < 2/L 就有界\uff1b此时沿曲率 k 方向的方差为 "
            "T/(k(1 − ηk/2))。",
        ),
        note=Text(
            "It samples rather than optimizes: judge it by where it has been, not by its last point.",
            "它是采样而不是优化\uff1a应看它到过哪里\uff0c而不是最后一点。",
        ),
    ),
)
