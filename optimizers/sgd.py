"""Gradient descent: Cauchy 1847; stochastic: Robbins and Monro 1951."""

from jax import Array

from optimizers._card import Bound, Card, Twin
from optimizers._frame import COUPLED, Moments, Optimizer, learning_rate, weight_decay
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, state: tuple[()], h: Values) -> Moments:
    return Moments(g, state)


SGD = Optimizer(
    title=Text("SGD", "随机梯度下降 SGD"),
    family="gradient",
    order=10,
    source=Source("Robbins and Monro, Annals of Mathematical Statistics 22", 1951),
    formula=r"\theta_t = \theta_{t-1} - \eta g_t",
    follows=Text(
        "PyTorch's SGD; Optax and Keras agree. Keras' weight_decay is decoupled, PyTorch's is L2.",
        "与 PyTorch 的 SGD 一致；Optax、Keras 相同。Keras 的 weight_decay 是解耦的，PyTorch 的是 L2。",
    ),
    summary=Text(
        "Steps straight down the gradient. On a quadratic it converges exactly when the rate is below 2/L.",
        "沿负梯度直走一步。在二次函数上，当且仅当学习率小于 2/L 时收敛。",
    ),
    twins=(
        Twin(Text("With momentum (heavy ball)", "加上动量\uff08重球\uff09"), "momentum"),
        Twin(
            Text("Decoupled weight decay: the same without momentum", "解耦权重衰减\uff1a没有动量时两者相同"),
            "sgdw",
            {"momentum": 0.0},
        ),
    ),
    hypers=(learning_rate(1e-3), weight_decay()),
    units="gradient",
    init=lambda theta, h: (),
    moments=moments,
    decay=COUPLED,
    card=Card(
        parents=(),
        mends=Text(
            "The root of the tree: one gradient, one dial, nothing to remember.",
            "一切的起点\uff1a一个梯度、一个旋钮\uff0c什么也不用记。",
        ),
        breaks=Text(
            "One rate for every direction: on the Ravine the steep wall caps it at 2/L and the flat "
            "floor then gets a share 1/kappa of it. It stops wherever the gradient is 0, at a saddle as "
            "well as at a minimum.",
            "所有方向共用一个学习率\uff1a在峡谷中\uff0c陡壁把它限制在 2/L 以下\uff0c平缓的谷底因此只得到 "
            "1/κ 的收缩。梯度为 0 处它就停住\uff0c鞍点也不例外。",
        ),
        use=Text(
            "As the yardstick for every other method, and with momentum and a schedule for image "
            "networks. Turning the surface changes nothing for it: turn the Ravine and count its steps.",
            "作为衡量其他方法的标尺\uff1b配上动量和调度\uff0c常用于图像网络。曲面旋转对它毫无影响\uff1a转"
            "动峡谷\uff0c数数它的步数。",
        ),
        avoid=Text(
            "Where curvatures differ much (Ravine, kappa 100: 226 steps at lr 0.0195 until it stays "
            "within 0.05 of the minimum, 84 with momentum at lr 0.01), or where gradients of different "
            "parameters differ much in size.",
            "曲率悬殊时\uff08峡谷 κ = 100\uff1aη = 0.0195 需 226 步才稳定在极小值 0.05 以内\uff0c而 η = "
            "0.01 的动量只需 84 步\uff09\uff0c或各参数梯度大小悬殊时。",
        ),
        memory=0,
        torch="torch.optim.SGD([theta], lr={lr}, weight_decay={weight_decay})",
        optax="optax.chain(optax.add_decayed_weights({weight_decay}), optax.sgd({lr}))",
        step="""
g = gradient(theta) + weight_decay * theta
theta = theta - lr * g
""",
        bound=Bound(r"\eta < 2 / (L + \lambda)", lambda h: 2.0 - h["lr"] * h["weight_decay"]),
        note=Text(
            "Here the gradient is exact unless noise is switched on, so this is gradient descent. With "
            "noise and a constant rate it ends in a cloud: on the Noisy bowl (sigma 1) at a root mean "
            "square distance of 0.27 at lr 0.1, of 0.11 at lr 0.02.",
            "这里不开噪声时梯度是精确的\uff0c所以它就是梯度下降。有噪声而学习率恒定时\uff0c它停在一团云里"
            "\uff1a噪声碗\uff08σ = 1\uff09上\uff0cη = 0.1 时与极小值的均方根距离为 0.27\uff0cη = 0.02 时"
            "为 0.11。",
        ),
    ),
)
