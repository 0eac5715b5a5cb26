"""Michalewicz' function in two dimensions, m = 10: Genetic Algorithms + Data Structures = Evolution Programs (1992)."""

import math

import jax.numpy as jnp
import numpy as np
from jax import Array

from landscapes._landscape import Landscape, minimum
from visualizer.spec import Source, Text, Values


def to_the_20th(s: Array) -> Array:
    square = s * s
    fourth = square * square
    eighth = fourth * fourth
    return eighth * eighth * fourth


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    along_x = jnp.sin(x) * to_the_20th(jnp.sin(x * x / math.pi))
    along_y = jnp.sin(y) * to_the_20th(jnp.sin(2.0 * (y * y) / math.pi))
    return -along_x - along_y


# sin^20 t = sum_k BINOMIAL[k] e^(2ikt): with sin x it is a sum of chirps sin(x + b x^2), b = 2 k c for sin^20(c x^2).
K = np.arange(-10.0, 11.0)
BINOMIAL = np.array([(-1) ** k * math.comb(20, 10 + k) / 2.0**20 for k in range(-10, 11)])


def mean(x: Array, c: float, v: Array) -> Array:
    """E of sin x sin^20(c x^2). The exponent i (x + b x^2) is quadratic, so its mean is a Gaussian integral:

    (1 - 2ibv)^(-1/2) exp((ix + ibx^2 - v/2) / (1 - 2ibv)), of which this is the imaginary part.
    """
    b, weights = (each.reshape(-1, *x.ndim * [1]) for each in (2.0 * c * K, BINOMIAL))
    wide = 1.0 + 4.0 * (b * b) * (v * v)
    phase = (x + b * (x * x) - b * (v * v)) / wide + 0.5 * jnp.arctan(2.0 * b * v)
    slope = 1.0 + 2.0 * b * x
    return (weights * wide**-0.25 * jnp.exp(-0.5 * v * (slope * slope) / wide) * jnp.sin(phase)).sum(0)


def smoothed(theta: Array, h: Values) -> Array:
    v = h.smooth * h.smooth
    return -mean(theta[0], 1.0 / math.pi, v) - mean(theta[1], 2.0 / math.pi, v)


# Polished by Newton's method with 40 digits.
POINTS = (
    minimum(2.20290552017260935, 1.57079632679489662, -1.80130341009855253, best=True),
    minimum(2.20290552017260935, 2.7115714838430144, -1.21405951562081635),
)

MICHALEWICZ = Landscape(
    title=Text("Michalewicz", "Michalewicz 函数"),
    family="many",
    order=134,
    source=Source("Michalewicz, Genetic Algorithms + Data Structures = Evolution Programs", 1992),
    formula=r"-\sin x \sin^{20} \frac{x^2}{\pi} - \sin y \sin^{20} \frac{2 y^2}{\pi}",
    f=f,
    smoothed=smoothed,
    apart=True,
    code="""
along_x = {np}.sin(x) * {np}.sin(x**2 / math.pi) ** 20
along_y = {np}.sin(y) * {np}.sin(2 * y**2 / math.pi) ** 20
loss = -along_x - along_y
""",
    domain=(0.0, math.pi, 0.0, math.pi),
    points=lambda params: POINTS,
    all_minima=False,  # there are no others, but too many random starts lie where a descent sees no slope to say so
    start=(1.4, 0.9),
    notes=Text(
        "The start lies on a plain where the gradient is 0.0005: SGD and momentum move less than 0.01 in 120 steps. "
        "RMSProp and Adam divide the gradient by its own size and cross it: they stay within 0.001 of the lowest loss "
        "from step 10 and step 77 on.",
        "起点在平地上\uff0c梯度只有 0.0005\uff1aSGD 和动量法 120 步移动不到 0.01。RMSProp 和 Adam "
        "把梯度除以它自身的大小\uff0c走过了平地\uff1a分别从第 10 步和第 77 步起\uff0c损失与最小值相差不到 0.001。",
    ),
    race=(
        ("sgd", {"lr": 0.01}),
        ("momentum", {"lr": 0.01}),
        ("rmsprop", {"lr": 0.01}),
        ("adam", {"lr": 0.05}),
    ),
    rates={"gradient": 0.01, "velocity": 0.005, "distance": 0.05},
    steps=120,
)
