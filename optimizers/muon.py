"""Muon: Jordan et al. 2024; with decoupled decay: Liu et al. 2025 (arXiv:2502.16982)."""

import jax.numpy as jnp
from jax import Array, lax

from optimizers._card import Card, Twin
from optimizers._frame import (
    DECOUPLED,
    Moments,
    Optimizer,
    ema,
    epsilon,
    learning_rate,
    momentum_rate,
    norm,
    weight_decay,
)
from visualizer.spec import Hyper, Source, Text, Values

A, B, C = 3.4445, -4.7750, 2.0315  # the quintic's coefficients, chosen by its author for a steep rise at 0


def newton_schulz(lengths: Array, steps: Array) -> Array:
    """The factors that so many Newton-Schulz iterations put on singular values, in the shape of ``lengths``.

    X <- (a + b X X^T + c (X X^T)^2) X changes a matrix's singular values, each by itself, and nothing else.
    """

    def iterate(k: Array, factor: Array) -> Array:
        square = (factor * lengths) ** 2
        return jnp.where(k < steps, factor * (A + square * (B + C * square)), factor)

    return lax.fori_loop(jnp.int32(0), jnp.max(steps).astype(jnp.int32), iterate, jnp.ones_like(lengths))


def moments(g: Array, theta: Array, b: Array, h: Values) -> Moments:
    """A point is a 1x2 matrix, with one singular value: its length.

    Where the surface says so (``h.matrix``) it is the matrix [[x, y], [y, x]], whose singular values are |x + y| and
    |x - y|, along (1, 1) and (1, -1), and whose norm is sqrt(2) times the point's.
    """
    b = ema(h.momentum, b, g)
    m = jnp.where(h.nesterov > 0, ema(h.momentum, b, g), b)
    matrix = h.get("matrix", False)  # False itself where no surface of the program is of matrices
    size = norm(m) if matrix is False else jnp.where(matrix, jnp.sqrt(2.0), 1.0) * norm(m)
    root_v = jnp.maximum(size, h.eps)
    root_v = jnp.where(root_v > 0, root_v, 1.0)
    if matrix is False:
        return Moments(m, b, root_v, scale=newton_schulz(size / root_v, h.ns_steps))
    values = jnp.stack([m[0] + m[1], m[0] - m[1], size])
    factors = newton_schulz(values / root_v, h.ns_steps)
    first, second, _ = values * factors
    mixed = 0.5 * jnp.stack([first + second, first - second])
    return Moments(jnp.where(matrix, mixed, m), b, root_v, scale=jnp.where(matrix, 1.0, factors[2]))


MUON = Optimizer(
    title=Text("Muon", "Muon"),
    family="norm",
    order=320,
    source=Source("Jordan et al., Muon: an optimizer for hidden layers in neural networks", 2024, "2502.16982"),
    formula=r"b_t = \mu b_{t-1} + (1 - \mu) g_t, \quad u_t = \mu b_t + (1 - \mu) g_t, \quad "
    r"\theta_t = (1 - \eta\lambda)\,\theta_{t-1} - \eta\, \mathrm{NS}_k\!\left(\frac{u_t}{\|u_t\|}\right)",
    follows=Text(
        "PyTorch's Muon, with Newton-Schulz in float64 where PyTorch has bfloat16 (1e-4 apart after "
        "50 steps at lr 1e-3). Keras sums its momentum and scales the step by 0.2 sqrt(max(rows, "
        "columns)); Optax corrects the momentum's bias, which changes Nesterov's mix. The author's "
        "default rate is 0.02 and decay 0; PyTorch's 1e-3 and 0.1.",
        "与 PyTorch 的 Muon 一致\uff0c但 Newton-Schulz 用 float64 而非 bfloat16\uff08η = 1e-3 时 50 "
        "步后相差 1e-4\uff09。Keras 的动量是求和\uff0c步长乘以行数与列数中较大者平方根的 0.2 倍\uff1b"
        "Optax 修正动量的偏差\uff0c因而改变 Nesterov 的混合比例。作者默认学习率 0.02、衰减 0\uff1b"
        "PyTorch 为 1e-3 和 0.1。",
    ),
    summary=Text(
        "Orthogonalizes a layer's momentum. A point of the plane is a matrix of one row, and all that is left is "
        "momentum with steps of one length; on Matrix regression the plane is one of 2x2 matrices.",
        "把一层的动量正交化。平面上的点只是一行的矩阵\uff0c只剩下步长固定的动量法\uff1b"
        "在“矩阵回归”曲面上\uff0c平面就是一族 2x2 矩阵。",
    ),
    twins=(
        Twin(Text("Nesterov's look-ahead", "改为 Nesterov 前瞻"), "muon", {"nesterov": True}),
        Twin(Text("No look-ahead", "不前瞻"), "muon", {"nesterov": False}),
    ),
    hypers=(
        learning_rate(1e-3, 1e-4, 2.0),
        weight_decay(0.1, decoupled=True),
        momentum_rate(0.95),
        Hyper(
            "nesterov",
            "N",
            True,
            kind="bool",
            doc=Text("Mix the newest gradient in once more.", "再混入一次最新的梯度\uff08Nesterov\uff09。"),
        ),
        Hyper(
            "ns_steps",
            "k",
            5,
            1,
            10,
            doc=Text(
                "Newton-Schulz iterations; here they only change the length of the step.",
                "Newton-Schulz 迭代次数\uff1b在这里只改变步长。",
            ),
            kind="int",
            least=0,
            most=99,
        ),
        epsilon(1e-7, Text("Least length that the direction is divided by.", "方向归一化时除数的下限。")),
    ),
    units="distance",
    init=lambda theta, h: jnp.zeros_like(theta),
    moments=moments,
    decay=DECOUPLED,
    card=Card(
        parents=("nesterov",),
        mends=Text(
            "The momentum of a weight matrix has a few large singular values and many small ones, so a "
            "step moves in a few directions only. Muon sets all singular values near 1: every direction "
            "of the layer gets a step of the same size.",
            "权重矩阵的动量只有少数奇异值大\uff0c多数很小\uff0c因此一步只沿少数方向移动。Muon 把所有奇异"
            "值都变到 1 附近\uff1a层内每个方向得到同样大小的步长。",
        ),
        breaks=Text(
            "The step no longer shrinks with the gradient: at a fixed rate it never settles. Ravine, lr "
            "0.05: it jumps by 0.035 for ever.",
            "步长不再随梯度缩小\uff1a学习率固定时停不下来。峡谷上 η = 0.05\uff0c它永远以 0.035 的步长跳动。",
        ),
        use=Text(
            "The hidden matrices of Transformers and other networks, beside AdamW for embeddings, biases "
            "and the output layer, with a rate that falls to 0.",
            "Transformer 等网络的隐藏层矩阵\uff1b嵌入、偏置和输出层仍用 AdamW\uff1b学习率要降到 0。",
        ),
        avoid=Text(
            "Vectors and scalars: there is nothing to orthogonalize.",
            "向量和标量\uff1a没有可正交化的东西。",
        ),
        memory=1,
        before="b = np.zeros(2)",
        step="g = gradient(theta)\n"
        "b = momentum * b + (1 - momentum) * g\n"
        "u = momentum * b + (1 - momentum) * g if nesterov else b\n"
        "U = u.reshape(1, 2)\n"
        "X = U / max(np.linalg.norm(U), eps)\n"
        "for _ in range(ns_steps):\n"
        "    A = X @ X.T\n"
        "    X = 3.4445 * X + (-4.7750 * A + 2.0315 * A @ A) @ X\n"
        "theta = (1 - lr * weight_decay) * theta - lr * X[0]",
        stability=Text(
            "No limit: without decay every step is 0.70 lr long (at 5 iterations), whatever the gradient "
            "and the momentum. It neither diverges on a quadratic nor converges.",
            "没有界\uff1a无衰减时每步长 0.70η\uff085 次迭代\uff09\uff0c与梯度和动量系数无关。在二次函数上"
            "既不发散也不收敛。",
        ),
        note=Text(
            "The orthogonalized form of a vector is the vector divided by its length: on most surfaces what is drawn "
            "is normalized momentum. Muon's idea can be seen on Matrix regression. Its default decay of 0.1 also "
            "pulls towards the origin.",
            "向量的正交化就是除以自身长度\uff1a在多数曲面上\uff0c画出来的只是归一化动量法。Muon 的思想可以在"
            "“矩阵回归”上看到。默认衰减 0.1 还会把点拉向原点。",
        ),
    ),
)
