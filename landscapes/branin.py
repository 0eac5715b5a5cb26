"""Branin's function: Dixon and Szegő, Towards Global Optimisation 2 (1978)."""

import math

import jax.numpy as jnp
from jax import Array

from landscapes._gaussian import damping
from landscapes._landscape import Landscape, minimum, saddle
from visualizer.spec import Source, Text, Values

BEND, TILT, HEIGHT = 5.1 / (4.0 * math.pi**2), 5.0 / math.pi, 10.0 - 10.0 / (8.0 * math.pi)


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    valley = y - BEND * (x * x) + TILT * x - 6.0
    return valley * valley + HEIGHT * jnp.cos(x) + 10.0


def smoothed(theta: Array, h: Values) -> Array:
    """The valley's mean and variance, by coordinate and by x^2's own 2 v^2; the wave damped."""
    x, y = theta
    v = h.smooth * h.smooth
    valley, slope = y - BEND * (x * x + v) + TILT * x - 6.0, TILT - 2.0 * BEND * x
    variance = v * (1.0 + slope * slope + 2.0 * BEND**2 * v)
    return valley * valley + variance + HEIGHT * damping(1.0, v) * jnp.cos(x) + 10.0


# df/dy = 0 puts the square to zero, so that sin x = 0: minima where cos x = -1, saddles where it is 1.
LOW, HIGH = 10.0 / (8.0 * math.pi), 20.0 - 10.0 / (8.0 * math.pi)
POINTS = (
    minimum(-math.pi, 12.275, LOW, best=True),
    minimum(math.pi, 2.275, LOW, best=True),
    minimum(3.0 * math.pi, 2.475, LOW, best=True),
    saddle(0.0, 6.0, HIGH),
    saddle(2.0 * math.pi, 1.1, HIGH),
)

BRANIN = Landscape(
    title=Text("Branin", "Branin 函数"),
    family="wells",
    order=98,
    source=Source("Dixon and Szegő, Towards Global Optimisation 2", 1978),
    formula=r"\left(y - \frac{5.1 x^2}{4 \pi^2} + \frac{5 x}{\pi} - 6\right)^2"
    r" + 10 \left(1 - \frac{1}{8 \pi}\right) \cos x + 10",
    f=f,
    smoothed=smoothed,
    code="""
valley = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
loss = valley**2 + 10 * (1 - 1 / (8 * math.pi)) * {np}.cos(x) + 10
""",
    domain=(-5.0, 10.0, 0.0, 15.0),
    points=lambda params: POINTS,
    start=(3.0, 10.0),
    notes=Text(
        "Three equal minima, and the race ends in all three: SGD and RMSProp in the middle one, momentum rolls on to "
        "the right one (for a moment beyond the edge), Adam sets off diagonally and ends in the left one.",
        "三个等高的极小值\uff0c各有到达者\uff1aSGD 和 RMSProp 到中间\uff0c动量法继续滚到右边\uff08"
        "一度越过图的边缘\uff09\uff0cAdam 沿对角线出发\uff0c最后到左边。",
    ),
    race=(
        ("sgd", {"lr": 0.06}),
        ("momentum", {"lr": 0.05}),
        ("rmsprop", {"lr": 0.15}),
        ("adam", {"lr": 0.5}),
    ),
    rates={"gradient": 0.06, "velocity": 0.02, "distance": 0.2},
    color_scale="log",
    steps=150,
)
