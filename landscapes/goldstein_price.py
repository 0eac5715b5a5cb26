"""Goldstein and Price's function: On descent from local minima, Mathematics of Computation 25 (1971)."""

import math
from functools import reduce

import numpy as np
from jax import Array

from landscapes._landscape import Landscape, maximum, minimum, saddle
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    s, d = x + y, 2.0 * x - 3.0 * y
    first = 1.0 + (s + 1.0) * (s + 1.0) * (19.0 + s * (3.0 * s - 14.0))
    second = 30.0 + d * d * (18.0 + d * (3.0 * d - 16.0))
    return first * second


# Its two factors as polynomials of s and of d, and their derivatives, the highest power first.
FIRST, SECOND = ([np.polyder(p, k) for k in range(5)] for p in ((3, -8, -6, 24, 20), (3, -16, 18, 0, 30)))


def means(derivatives: list[np.ndarray], s: Array, v: Array) -> list[Array]:
    """E p = p + v p'' / 2 + v^2 p'''' / 8 for a quartic p, and the same for its derivatives."""
    p = [reduce(lambda value, c: value * s + float(c), each, 0.0 * s) for each in derivatives] + 4 * [0.0 * s]
    return [p[k] + v * (0.5 * p[k + 2] + 0.125 * v * p[k + 4]) for k in range(5)]


def smoothed(theta: Array, h: Values) -> Array:
    """E p(s) q(d) = sum_k cov^k / k! E p^(k) E q^(k), where s and d have variances 2v and 13v and covariance -v."""
    v = h.smooth * h.smooth
    s, d = theta[0] + theta[1], 2.0 * theta[0] - 3.0 * theta[1]
    first, second = means(FIRST, s, 2.0 * v), means(SECOND, d, 13.0 * v)
    return sum((-v) ** k / math.factorial(k) * p * q for k, (p, q) in enumerate(zip(first, second, strict=True)))


POINTS = (
    minimum(0.0, -1.0, 3.0, best=True),
    minimum(-0.6, -0.4, 30.0),
    minimum(1.8, 0.2, 84.0),
    minimum(1.2, 0.8, 840.0),
    maximum(0.8, 0.2, 1155.0),
    saddle(-0.4, -0.6, 35.0),
    saddle(1.2, -0.2, 99.0),
    saddle(1.4, 0.6, 980.0),
    saddle(0.6, 0.4, 990.0),
)

GOLDSTEIN_PRICE = Landscape(
    title=Text("Goldstein-Price", "Goldstein-Price 函数"),
    family="wells",
    order=90,
    source=Source("Goldstein and Price, Mathematics of Computation 25", 1971),
    formula=(
        r"\left(1 + (s + 1)^2 (19 - 14s + 3s^2)\right) \left(30 + d^2 (18 - 16d + 3d^2)\right),"
        r" \quad s = x + y, \, d = 2x - 3y"
    ),
    f=f,
    smoothed=smoothed,
    code="""
s, d = x + y, 2 * x - 3 * y
first = 1 + (s + 1) ** 2 * (19 - 14 * s + 3 * s**2)
loss = first * (30 + d**2 * (18 - 16 * d + 3 * d**2))
""",
    domain=(-2.0, 2.0, -2.0, 2.0),
    points=lambda params: POINTS,
    start=(-1.2, 1.0),
    notes=Text(
        "Values from 3 to a million: SGD diverges at lr 1e-5, and what it can bear at the wall leaves a crawl "
        "below. RMSProp crawls because it remembers the wall's gradients. Momentum and Adam arrive at the global "
        "minimum.",
        "函数值从 3 到一百万\uff1aSGD 的学习率取 1e-5 就发散\uff0c而在陡壁上能承受的学习率\uff0c"
        "到了谷底就只能爬行。RMSProp 爬行是因为它还记着陡壁的梯度。动量和 Adam 到达全局极小值。",
    ),
    race=(
        ("sgd", {"lr": 3e-06}),
        ("momentum", {"lr": 1e-06}),
        ("rmsprop", {"lr": 0.05}),
        ("adam", {"lr": 0.5}),
    ),
    rates={"gradient": 3e-06, "velocity": 1e-06, "distance": 0.2},
    color_scale="log",
    tolerance=0.1,
    steps=250,
)
