"""LARS: You, Gitman and Ginsburg 2017 (arXiv:1708.03888), Algorithm 1."""

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card, Twin
from optimizers._frame import Moments, Optimizer, learning_rate, momentum_rate, norm
from visualizer.spec import Hyper, Source, Text, Values


def moments(g: Array, theta: Array, state: Array, h: Values) -> Moments:
    length, below = norm(theta), norm(g) + h.weight_decay * norm(theta)
    usable = (length > 0) & (below > 0)
    trust = jnp.where(usable, h.trust_coefficient * length / jnp.where(usable, below, 1.0), 1.0)
    d = trust * (g + h.weight_decay * theta)
    # Without momentum there is no buffer, and nothing for dampening to touch.
    b = jnp.where(h.momentum > 0, h.momentum * state + (1.0 - h.dampening) * d, d)
    m = jnp.where((h.nesterov > 0) & (h.momentum > 0), d + h.momentum * b, b)
    return Moments(m, b)


LARS = Optimizer(
    title=Text("LARS", "LARS"),
    family="norm",
    order=300,
    source=Source("You, Gitman and Ginsburg, arXiv", 2017, "1708.03888", "Algorithm 1"),
    formula=r"q_t = \frac{\tau \|\theta_{t-1}\|}{\|g_t\| + \lambda \|\theta_{t-1}\|}, \quad "
    r"b_t = \mu b_{t-1} + q_t (g_t + \lambda \theta_{t-1}), \quad \theta_t = \theta_{t-1} - \eta b_t",
    follows=Text(
        "pytorch_optimizer's LARS, with (x, y) as one layer. Without decay Optax agrees at a "
        "constant rate; it divides by the norm of g + lambda theta and keeps the rate inside the "
        "buffer, so that a schedule acts late. torch_optimizer uses the ratio only with decay. "
        "Neither PyTorch nor Keras has it.",
        "与 pytorch_optimizer 的 LARS 一致\uff0c(x, y) 视为一层。无衰减且学习率恒定时 Optax 相同"
        "\uff1b它除以 g + λθ 的范数\uff0c并把学习率放进缓冲区\uff0c使调度滞后。torch_optimizer 只在有"
        "衰减时才用该比值。PyTorch 和 Keras 中没有。",
    ),
    summary=Text(
        "Momentum on gradients rescaled to the length of theta: a step is a share of the distance to the origin. "
        "So the path depends on where the origin is, and stalls near it.",
        "把梯度缩放到 θ 的长度再做动量\uff1a步长是到原点距离的一个比例。因此路径依赖原点的位置\uff0c并在原点附近停滞。",
    ),
    twins=(
        Twin(Text("Without the trust ratio (momentum)", "不用信任比\uff08动量法\uff09"), "momentum"),
        Twin(Text("Nesterov's look-ahead", "改为 Nesterov 前瞻"), "lars", {"nesterov": True}),
        Twin(Text("Heavy ball: no look-ahead", "重球\uff1a不前瞻"), "lars", {"nesterov": False}),
    ),
    hypers=(
        learning_rate(0.1, 1e-3, 100.0),
        momentum_rate(),
        Hyper(
            "dampening",
            r"\delta",
            0.0,
            doc=Text("Share of each new gradient that is held back.", "每个新梯度被抑制的比例。"),
            least=0.0,
            most=1.0,
        ),
        Hyper(
            "trust_coefficient",
            r"\tau",
            1e-3,
            1e-4,
            1.0,
            "log",
            Text(
                "Trust: how long the rescaled gradient is, as a share of theta.",
                "信任系数\uff1a缩放后梯度与 θ 的长度之比。",
            ),
            least=0.0,
            most=1e6,
        ),
        Hyper(
            "weight_decay",
            r"\lambda",
            0.0,
            1e-5,
            1.0,
            "log0",
            Text(
                "Weight decay: adds lambda theta to the gradient, and lambda |theta| to the divisor.",
                "权重衰减\uff1a梯度加上 λθ\uff0c除数加上 λ‖θ‖。",
            ),
            least=0.0,
            most=1e6,
        ),
        Hyper(
            "nesterov",
            "N",
            False,
            kind="bool",
            doc=Text("Step along d + mu b, Nesterov's look-ahead.", "沿 d + μb 走\uff0c即 Nesterov 前瞻。"),
        ),
    ),
    units="none",
    init=lambda theta, h: jnp.zeros_like(theta),
    moments=moments,
    card=Card(
        parents=("momentum",),
        mends=Text(
            "In a deep network the ratio of gradient to weight differs from layer to layer by orders of "
            "magnitude, and one rate cannot serve all. LARS gives each layer a step that is a fixed "
            "share of its weights' length; that made batches of 32 thousand images possible.",
            "深层网络中\uff0c各层梯度与权重之比可相差几个数量级\uff0c单一学习率无法兼顾。LARS 让每层的步"
            "长等于其权重长度的固定比例\uff1b正是它使三万二千张图的批量成为可能。",
        ),
        breaks=Text(
            "The origin becomes special: move a surface and the path changes. A step is a share of "
            "|theta| even at the minimum, unless that lies at the origin.",
            "原点变得特殊\uff1a平移曲面\uff0c路径就变。即使在极小点\uff0c步长仍是 ‖θ‖ 的一个比例\uff0c除"
            "非极小点就在原点。",
        ),
        use=Text(
            "Large-batch training of convolutional networks, with warm-up and a decaying rate; biases "
            "and normalization layers are left out of it.",
            "卷积网络的大批量训练\uff0c配合预热和递减的学习率\uff1b偏置和归一化层不用它。",
        ),
        avoid=Text(
            "A point of the plane, and small models: there is one layer, so nothing to balance.",
            "平面上的一个点\uff0c以及小模型\uff1a只有一层\uff0c没有什么可平衡。",
        ),
        memory=1,
        optax="optax.chain(optax.scale_by_trust_ratio(trust_coefficient={trust_coefficient}), optax.trace({mom"
        "entum}, nesterov={nesterov}), optax.scale_by_learning_rate({lr}))",
        before="b = np.zeros(2)",
        step="g = gradient(theta)\n"
        "size = np.linalg.norm(theta)\n"
        "below = np.linalg.norm(g) + weight_decay * size\n"
        "trust = trust_coefficient * size / below if size > 0 and below > 0 else 1.0\n"
        "d = trust * (g + weight_decay * theta)\n"
        "b = momentum * b + (1 - dampening) * d if momentum > 0 else d\n"
        "theta = theta - lr * (d + momentum * b if nesterov else b)",
        symbols={"below": "n"},
        stability=Text(
            "No limit of the form lr L < c: each rescaled gradient is trust |theta| long, whatever the "
            "curvature. With momentum a step is at most lr trust / (1 - momentum) times the largest "
            "|theta| so far.",
            "没有 ηL < c 形式的界\uff1a缩放后的梯度长为 τ‖θ‖\uff0c与曲率无关。有动量时\uff0c一步至多为 "
            "ητ/(1 − μ) 乘以迄今最大的 ‖θ‖。",
        ),
        note=Text(
            "At the defaults it crawls: lr 0.1 times trust 1e-3, with momentum 0.9, is a step of a "
            "thousandth of |theta|. Raise trust to 0.1. The ravine flatters it, for its minimum is the "
            "origin; look at Rosenbrock, where it jumps about (1, 1).",
            "默认值下它在爬行\uff1aη = 0.1 乘以 τ = 1e-3\uff0c动量 0.9\uff0c一步只有 ‖θ‖ 的千分之一。请把"
            " τ 提到 0.1。峡谷的极小点就是原点\uff0c因此对它有利\uff1b请看 Rosenbrock\uff0c它在 (1, 1) 附"
            "近来回跳。",
        ),
    ),
)
