"""Easom's function: one narrow hole in a plain. Easom, M. Eng. thesis, University of Louisville (1990)."""

import math

import jax.numpy as jnp
from jax import Array

from landscapes._landscape import Landscape, minimum, saddle
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    u, v = x - math.pi, y - math.pi
    return -jnp.cos(x) * jnp.cos(y) * jnp.exp(-(u * u + v * v))


def smoothed(theta: Array, h: Values) -> Array:
    """The hole, cos u exp(-u^2), is the real part of a Gaussian about i/2: it widens to exp(-(u - i/2)^2 / wide)."""
    x, y = theta
    s = h.smooth * h.smooth
    wide = 1.0 + 2.0 * s
    u, v = (x - math.pi) / wide, (y - math.pi) / wide
    return -jnp.cos(u) * jnp.cos(v) * jnp.exp(-wide * (u * u + v * v) - s / wide) / wide


# A stationary point has tan u = -2 u, u = x - pi, or a vanishing cosine, and the same in y. Polished by Newton's method
# with 40 digits. There are more minima on the plain, none deeper than 1e-11.
NEAR, FAR, SHALLOW = 1.30499545043766752, 4.97818985674191896, -8.11022389157006593e-5
LOW, HIGH = 0.5 * math.pi, 1.5 * math.pi
POINTS = (
    minimum(math.pi, math.pi, -1.0, best=True),
    *(minimum(x, y, SHALLOW) for x in (NEAR, FAR) for y in (NEAR, FAR)),
    *(saddle(x, y) for x in (LOW, HIGH) for y in (LOW, HIGH)),
)

EASOM = Landscape(
    title=Text("Easom", "Easom 函数"),
    family="plateau",
    order=132,
    source=Source("Easom, M. Eng. thesis, University of Louisville", 1990),
    formula=r"-\cos x \cos y \, e^{-(x - \pi)^2 - (y - \pi)^2}",
    f=f,
    smoothed=smoothed,
    code="""
hole = {np}.exp(-((x - math.pi) ** 2) - (y - math.pi) ** 2)
loss = -{np}.cos(x) * {np}.cos(y) * hole
""",
    domain=(-2.0, 8.0, -2.0, 8.0),
    points=lambda params: POINTS,
    all_minima=False,
    start=(1.6, 1.9),
    notes=Text(
        "A plain with one hole; the gradient at the start is 0.007. RMSProp and Adam divide by its size and arrive "
        "after 15 and 77 steps, momentum sums it up and needs 109, SGD is still on the plain after 150.",
        "平原上只有一个洞\uff0c起点的梯度仅 0.007。RMSProp 和 Adam 除以梯度的大小\uff0c15 步和 77 步到达\uff1b"
        "动量法把梯度累积起来\uff0c需要 109 步\uff1bSGD 在 150 步后仍在平原上。",
    ),
    race=(
        ("sgd", {"lr": 0.1}),
        ("momentum", {"lr": 0.1}),
        ("rmsprop", {"lr": 0.02}),
        ("adam", {"lr": 0.05}),
    ),
    rates={"gradient": 0.2, "velocity": 0.05, "distance": 0.05},
    steps=150,
)
