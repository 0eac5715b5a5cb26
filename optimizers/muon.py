"""Muon: Jordan et al. 2024; with decoupled decay: Liu et al. 2025 (arXiv:2502.16982)."""

import jax.numpy as jnp
from jax import Array, lax

from optimizers._card import Twin
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


def newton_schulz(length: Array, steps: Array) -> Array:
    """The factor that so many Newton-Schulz iterations put on a 1x2 matrix of a given length, ``(...lanes)``.

    X <- (a + b X X^T + c (X X^T)^2) X, where X X^T is one number.
    """

    def iterate(k: Array, factor: Array) -> Array:
        square = (factor * length) ** 2
        return jnp.where(k < steps, factor * (A + square * (B + C * square)), factor)

    return lax.fori_loop(jnp.int32(0), jnp.max(steps).astype(jnp.int32), iterate, jnp.ones_like(length))


def moments(g: Array, theta: Array, b: Array, h: Values) -> Moments:
    b = ema(h.momentum, b, g)
    m = jnp.where(h.nesterov > 0, ema(h.momentum, b, g), b)
    size = norm(m)
    root_v = jnp.maximum(size, h.eps)
    root_v = jnp.where(root_v > 0, root_v, 1.0)
    return Moments(m, b, root_v, scale=newton_schulz(size / root_v, h.ns_steps))


MUON = Optimizer(
    title=Text("Muon", "Muon"),
    family="norm",
    order=320,
    source=Source("Jordan et al., Muon: an optimizer for hidden layers in neural networks", 2024, "2502.16982"),
    formula=r"b_t = \mu b_{t-1} + (1 - \mu) g_t, \quad u_t = \mu b_t + (1 - \mu) g_t, \quad "
    r"\theta_t = (1 - \eta\lambda)\,\theta_{t-1} - \eta\, \mathrm{NS}_k\!\left(\frac{u_t}{\|u_t\|}\right)",
    follows=Text(
        "PyTorch's Muon, with Newton-Schulz in float64 where PyTorch has bfloat16. Keras sums its momentum "
        "and scales the step; Optax corrects the momentum's bias; the author's default rate is 0.02.",
        "与 PyTorch 的 Muon 一致\uff0c但 Newton-Schulz 用 float64 而非 bfloat16。Keras 的动量是求和\uff0c"
        "并缩放步长\uff1bOptax 修正动量的偏差\uff1b作者的默认学习率为 0.02。",
    ),
    summary=Text(
        "Orthogonalizes a layer's momentum. A point of the plane is a matrix of one row, "
        "so all that is left of it here is momentum with steps of one length.",
        "把一层的动量正交化。平面上的点只是一行的矩阵\uff0c因此这里只剩下步长固定的动量法。",
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
)
