"""The drop-wave function: SFU Virtual Library of Simulation Experiments."""

import jax.numpy as jnp
from jax import Array

from landscapes._landscape import Landscape, minimum
from visualizer.spec import Source, Text, Values

NEAR = 1e-6


def cosine_of_root(s: Array) -> Array:
    """cos(12 sqrt(s)), smooth at s = 0: a square root's derivatives are not, so its series is used below NEAR."""
    z = 144.0 * jnp.where(s < NEAR, s, 0.0)
    series = 1.0 - z * (0.5 - z * (1.0 / 24.0 - z / 720.0))
    return jnp.where(s < NEAR, series, jnp.cos(12.0 * jnp.sqrt(jnp.where(s < NEAR, 1.0, s))))


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    square = x * x + y * y
    return -(1.0 + cosine_of_root(square)) / (0.5 * square + 2.0)


# The other minima are whole circles: every point of one is as low as the next, so none is marked.
POINTS = (minimum(0.0, 0.0, -1.0, best=True),)

DROP_WAVE = Landscape(
    title=Text("Drop wave", "水滴波函数"),
    family="many",
    order=118,
    source=Source("SFU Virtual Library of Simulation Experiments", 2013),
    formula=r"-\frac{1 + \cos (12 \sqrt{x^2 + y^2})}{(x^2 + y^2) / 2 + 2}",
    f=f,
    code="""
square = x**2 + y**2
loss = -(1 + {np}.cos(12 * {np}.sqrt(square))) / (square / 2 + 2)
""",
    domain=(-2.0, 2.0, -2.0, 2.0),
    points=lambda params: POINTS,
    all_minima=False,
    start=(1.45, 1.0),
    notes=Text(
        "Every ring is a valley without an exit. SGD and momentum roll into the nearest, of radius 1.56; the "
        "longer first steps of AdaGrad and Adam take them to those of 0.52 and 1.04. None reaches the center.",
        "每一圈都是没有出口的谷。SGD 和动量法滚进最近的一圈\uff0c半径 1.56\uff1bAdaGrad 和 Adam 的前几步较长\uff0c"
        "分别跳进半径 0.52 和 1.04 的谷。没有一个到达中心。",
    ),
    race=(
        ("sgd", {"lr": 0.01}),
        ("momentum", {"lr": 0.01}),
        ("adagrad", {"lr": 0.35}),
        ("adam", {"lr": 0.3}),
    ),
    rates={"gradient": 0.01, "velocity": 0.005, "distance": 0.1},
    tolerance=1e-2,
    steps=80,
)
