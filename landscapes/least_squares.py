"""Linear regression on 20 data, one of two sets: features that are even, or nearly the same. Own."""

import math
from fractions import Fraction
from typing import Any

import jax.numpy as jnp
from jax import Array

from landscapes._landscape import Landscape, Params, StationaryPoint, minimum
from visualizer.spec import Hyper, Source, Text, Values

COUNT = 20
SETS = ("even", "correlated")


def datum(i: Any, correlated: bool, xp: Any) -> tuple[Any, Any, Any]:
    """Both features and the label of datum i; ``xp`` is ``math`` or ``jnp``."""
    first = -1.0 + 2.0 * i / 19.0
    if correlated:
        second = 0.9 * first + 0.3 * xp.cos(3.0 * i)
        return first, second, 1.5 * first - 0.7 * second + 0.2 * xp.sin(11.0 * i)
    return first, 1.0, 0.8 * first - 0.4 + 0.3 * xp.sin(7.0 * i)


def quadratic(correlated: bool) -> tuple[float, ...]:
    """Of the mean loss: minimum (w, b), its value, and the Hessian's entries ww, wb, bb.

    Rational arithmetic, so that the form about the minimum is as exact as the data are.
    """
    rows = [[Fraction(entry) for entry in datum(float(i), correlated, math)] for i in range(COUNT)]

    def mean(a: int, b: int) -> Fraction:
        return sum((row[a] * row[b] for row in rows), Fraction(0)) / COUNT

    ww, wb, bb, right_w, right_b = mean(0, 0), mean(0, 1), mean(1, 1), mean(0, 2), mean(1, 2)
    area = ww * bb - wb * wb
    w, b = (bb * right_w - wb * right_b) / area, (ww * right_b - wb * right_w) / area
    value = (mean(2, 2) - w * right_w - b * right_b) / 2
    return tuple(map(float, (w, b, value, ww, wb, bb)))


FORMS = tuple(quadratic(name == "correlated") for name in SETS)


def form(h: Values) -> list[Array]:
    """``quadratic`` of the set that h names, traced."""
    return [jnp.where(h.data > 0.5, correlated, even) for even, correlated in zip(*FORMS, strict=True)]


def f(theta: Array, h: Values) -> Array:
    w, b, value, ww, wb, bb = form(h)
    dw, db = theta[0] - w, theta[1] - b
    return value + 0.5 * (ww * (dw * dw) + 2.0 * wb * (dw * db) + bb * (db * db))


def smoothed(theta: Array, h: Values) -> Array:
    """A quadratic rises by half the variance times the trace of its Hessian."""
    *_, ww, _, bb = form(h)
    return f(theta, h) + 0.5 * (h.smooth * h.smooth) * (ww + bb)


def sample(theta: Array, h: Values, i: Array, shake: Array) -> Array:
    def error(correlated: bool) -> Array:
        first, second, label = datum(1.0 * i, correlated, jnp)
        return theta[0] * first + theta[1] * second - (label + shake)

    wrong = jnp.where(h.data > 0.5, error(True), error(False))
    return 0.5 * (wrong * wrong)


def points(params: Params) -> tuple[StationaryPoint, ...]:
    w, b, value, *_ = FORMS[SETS.index(params["data"])]
    return (minimum(w, b, value, best=True),)


LEAST_SQUARES = Landscape(
    title=Text("Least squares", "最小二乘"),
    family="data",
    order=200,
    source=Source("Descent Lab", 2026),
    formula=r"\frac{1}{2n} \sum_{i=1}^{n} (w x_i + b z_i - y_i)^2, \quad \theta = (w, b), \quad n = 20",
    f=f,
    code="""
total = 0
for i in range(20):
    first = 2 * i / 19 - 1
    if data == "even":
        second, label = 1, 0.8 * first - 0.4 + 0.3 * math.sin(7 * i)
    else:
        second = 0.9 * first + 0.3 * math.cos(3 * i)
        label = 1.5 * first - 0.7 * second + 0.2 * math.sin(11 * i)
    total = total + (x * first + y * second - label) ** 2
loss = total / 40
""",
    params=(
        Hyper(
            "data",
            "D",
            "even",
            kind="choice",
            choices=SETS,
            doc=Text(
                "The data: a line with evenly spread x and an intercept (condition number 2.7), or two features that "
                "are nearly the same (31).",
                "数据\uff1ax 均匀分布、带截距的直线\uff08条件数 2.7\uff09\uff0c或两个几乎相同的特征\uff0831\uff09。",
            ),
        ),
    ),
    domain=(-2.0, 3.0, -2.0, 2.0),
    points=points,
    start=(-1.5, 1.5),
    notes=Text(
        "With all data in every gradient SGD comes to rest at the minimum. With a batch of them it ends in a "
        "cloud around it: at this rate some 0.1 away with batches of 1, 0.03 with batches of 5. A falling rate "
        "shrinks the cloud. The correlated data make a long valley: at the same rate SGD, with all of them, is "
        "still 0.96 away after 200 steps.",
        "每个梯度都用全部数据时\uff0cSGD 停在极小点\uff1b每次只用一批时\uff0c它停在极小点周围的一团云里\uff1a在此"
        "学习率下\uff0c批量为 1 时距离约 0.1\uff0c为 5 时约 0.03。学习率递减会使云缩小。相关的数据形成长长的山谷"
        "\uff1a同样的学习率\uff0cSGD 用全部数据走 200 步后仍相距 0.96。",
    ),
    noise=("minibatch", {"batch": 1}),
    race=(
        ("sgd", {"lr": 0.3}),
        ("momentum", {"lr": 0.05}),
        ("rmsprop", {"lr": 0.02}),
        ("adam", {"lr": 0.1}),
    ),
    rates={"gradient": 0.3, "velocity": 0.05, "distance": 0.1},
    color_scale="log",
    steps=200,
    smoothed=smoothed,
    samples=lambda h: COUNT,
    sample=sample,
)
