"""A rare large gradient, on which Adam goes the wrong way: Reddi, Kale and Kumar 2018 (arXiv:1904.09237), Section 3."""

import math

import jax.numpy as jnp
from jax import Array

from landscapes._landscape import Landscape, Params, StationaryPoint, minimum, parameter
from visualizer.spec import Hyper, Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    """The mean over a period; the second coordinate does not matter."""
    return ((h.C - (h.period - 1.0)) / h.period) * theta[0]


def sample(theta: Array, h: Values, i: Array, shake: Array) -> Array:
    return jnp.where(i == 0, h.C, -1.0) * theta[0] + 0.0 * shake


def points(params: Params) -> tuple[StationaryPoint, ...]:
    """The lower end of the segment; both where the mean is flat."""
    slope = (params["C"] - (params["period"] - 1)) / params["period"]
    return tuple(minimum(x, 0.0, slope * x, best=True, smooth=False) for x in (-1.0, 1.0) if slope * x <= 0)


RARE_GRADIENT = Landscape(
    title=Text("Rare large gradient", "罕见的大梯度"),
    family="data",
    order=220,
    source=Source("Reddi, Kale and Kumar, ICLR", 2018, "1904.09237", "Section 3, Theorem 1"),
    formula=r"f_t(x) = \begin{cases} C x & t \bmod n = 1 \\ -x & t \bmod n \ne 1 \end{cases}, \quad |x| \le 1",
    f=f,
    code="loss = (C - (period - 1)) / period * x",
    params=(
        parameter(
            "C",
            "C",
            3.0,
            1.0,
            1010.0,
            Text(
                "The rare slope; above n - 1 the mean falls towards -1.",
                "罕见的斜率\uff1b大于 n - 1 时\uff0c均值向 -1 下降。",
            ),
            "log",
            least=0.0,
            most=1e6,
        ),
        Hyper(
            "period",
            "n",
            3,
            2,
            101,
            doc=Text("Once in so many steps the slope is C.", "每隔这么多步出现一次斜率 C。"),
            kind="int",
            least=2,
            most=1_000_000,
        ),
    ),
    domain=(-1.0, 1.0, 0.0, 1.0),
    points=points,
    start=(0.0, 0.5),
    notes=Text(
        "The mean falls towards -1. There SGD arrives at step 142, and AMSGrad is on its way. Adam with beta2 = 0.1 "
        "makes a usual step of the large slope and has forgotten it two steps later: it is at the wrong end, +1, "
        "at step 90. With beta2 = 0.999 it arrives at -1, at step 118.",
        "均值向 -1 方向下降。SGD 在第 142 步到达 -1\uff0cAMSGrad 正在途中。β₂ = 0.1 的 Adam 把大斜率变成普通的一步"
        "\uff0c两步之后就忘了它\uff1a第 90 步到达错误的一端 +1。β₂ = 0.999 时\uff0c它在第 118 步到达 -1。",
    ),
    race=(
        ("sgd", {"lr": 0.02}),
        ("adam", {"lr": 0.05, "beta1": 0.0, "beta2": 0.1}),
        ("amsgrad", {"lr": 0.05, "beta1": 0.0, "beta2": 0.1}),
    ),
    rates={"gradient": 0.02, "velocity": 0.005, "distance": 0.05},
    steps=160,
    noise=("minibatch", {"batch": 1, "order": "cyclic"}),
    timed=True,
    samples=lambda h: h.period,
    sample=sample,
    bounds=(-1.0, 1.0, -math.inf, math.inf),
)
