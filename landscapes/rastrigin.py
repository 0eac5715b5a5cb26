"""Rastrigin's function in two dimensions: Rastrigin, Systems of Extremal Control (1974)."""

import math

import jax.numpy as jnp
from jax import Array

from landscapes._gaussian import damping
from landscapes._landscape import Landscape, minimum
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    waves = jnp.cos(2.0 * math.pi * x) + jnp.cos(2.0 * math.pi * y)
    return 20.0 + x * x + y * y - 10.0 * waves


def smoothed(theta: Array, h: Values) -> Array:
    x, y = theta
    v = h.smooth * h.smooth
    waves = jnp.cos(2.0 * math.pi * x) + jnp.cos(2.0 * math.pi * y)
    return 20.0 + x * x + y * y + 2.0 * v - 10.0 * damping(2.0 * math.pi, v) * waves


# The surface is a sum of the same function of x and of y: its 121 minima are the pairs of this one's. Here the lowest
# with their values, polished by Newton's method with 40 digits.
ONE_COORDINATE = {
    0.0: 0.0,
    0.994958637652334795: 0.994959057093291393,
}
VALUES = {sign * s: value for s, value in ONE_COORDINATE.items() for sign in (1.0, -1.0)}
POINTS = tuple(minimum(x, y, VALUES[x] + VALUES[y], best=x == y == 0.0) for x in VALUES for y in VALUES)

RASTRIGIN = Landscape(
    title=Text("Rastrigin", "Rastrigin 函数"),
    family="many",
    order=112,
    source=Source("Rastrigin, Systems of Extremal Control", 1974),
    formula=r"20 + x^2 + y^2 - 10 \left(\cos 2 \pi x + \cos 2 \pi y\right)",
    f=f,
    smoothed=smoothed,
    code="""
waves = {np}.cos(2 * math.pi * x) + {np}.cos(2 * math.pi * y)
loss = 20 + x**2 + y**2 - 10 * waves
""",
    domain=(-5.12, 5.12, -5.12, 5.12),
    points=lambda params: POINTS,
    start=(3.4, -2.0),
    notes=Text(
        "121 hollows on a bowl, four runs, four of the hollows, and none is the lowest. SGD falls into the nearest "
        "one (loss 12.9), momentum rolls over three ridges before it is caught (4.0).",
        "碗上有 121 个坑\uff0c四个优化器落入四个不同的坑\uff0c都不是最低的。SGD 落入最近的\uff08损失 12.9\uff09"
        "\uff0c动量法翻过三道脊才被困住\uff084.0\uff09。",
    ),
    race=(
        ("sgd", {"lr": 0.002}),
        ("momentum", {"lr": 0.005}),
        ("rmsprop", {"lr": 0.05}),
        ("adam", {"lr": 0.5}),
    ),
    rates={"gradient": 0.002, "velocity": 0.002, "distance": 0.1},
    tolerance=1e-2,
    steps=100,
    all_minima=False,
)
