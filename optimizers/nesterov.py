"""Nesterov's accelerated gradient: Nesterov 1983, in the form of Sutskever et al. 2013."""

import jax.numpy as jnp
from jax import Array

from optimizers._card import Twin
from optimizers._frame import COUPLED, Moments, Optimizer, learning_rate, momentum_rate, weight_decay
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, b: Array, h: Values) -> Moments:
    b = h.momentum * b + g
    return Moments(g + h.momentum * b, b)


NESTEROV = Optimizer(
    title=Text("Nesterov", "Nesterov 加速 NAG"),
    family="gradient",
    order=30,
    source=Source("Sutskever, Martens, Dahl and Hinton, ICML (after Nesterov 1983)", 2013),
    formula=r"b_t = \mu b_{t-1} + g_t, \quad \theta_t = \theta_{t-1} - \eta (g_t + \mu b_t)",
    follows=Text(
        "PyTorch's SGD(nesterov=True); Optax and Keras agree at a constant rate. "
        "The point drawn is the look-ahead point: "
        "the textbook form takes the same gradients but draws the point before it.",
        "与 PyTorch 的 SGD(nesterov=True) 一致；学习率恒定时 Optax、Keras 相同。"
        "画出的是前瞻点：教科书形式的梯度相同，但画的是前瞻之前的点。",
    ),
    summary=Text(
        "Momentum that looks ahead: it brakes before the slope rises, and its stability range is smaller.",
        "会前瞻的动量：坡度上升之前就刹车，但稳定范围更小。",
    ),
    twins=(
        Twin(Text("Heavy ball: no look-ahead", "重球\uff1a不前瞻"), "momentum"),
        Twin(Text("Without momentum (SGD)", "不加动量\uff08SGD\uff09"), "sgd"),
        Twin(Text("Decoupled weight decay (SGDW)", "解耦权重衰减\uff08SGDW\uff09"), "sgdw", {"nesterov": True}),
    ),
    hypers=(learning_rate(1e-3), momentum_rate(), weight_decay()),
    units="velocity",
    init=lambda theta, h: jnp.zeros_like(theta),
    moments=moments,
    decay=COUPLED,
)
