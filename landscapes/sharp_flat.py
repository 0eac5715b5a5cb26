"""A sharp and a flat minimum: a deep narrow well beside a wide one of nearly the same depth. Own."""

import jax.numpy as jnp
from jax import Array

from landscapes._gaussian import bump
from landscapes._landscape import Landscape, minimum, saddle
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    flat = jnp.exp(-((x + 2.0) * (x + 2.0) + y * y) / 2.88)
    sharp = jnp.exp(-((x - 2.0) * (x - 2.0) + y * y) / 0.08)
    return 1.0 - flat - 1.02 * sharp + 0.01 * (x * x + y * y)


def smoothed(theta: Array, h: Values) -> Array:
    """The sharp well, of width 0.2, is filled long before the flat one, of width 1.2."""
    x, y = theta
    v = h.smooth * h.smooth
    flat = bump((x + 2.0) * (x + 2.0) + y * y, 1.2, v)
    sharp = bump((x - 2.0) * (x - 2.0) + y * y, 0.2, v)
    return 1.0 - flat - 1.02 * sharp + 0.01 * (x * x + y * y + 2.0 * v)


# Polished by Newton's method with 40 digits. Curvature 25.5 in the sharp one, 0.71 in the flat one.
POINTS = (
    minimum(1.99800958737696749, 0.0, 0.0160835857093442199, best=True),
    minimum(-1.94395305410509293, 0.0, 0.0388796554797151265),
    saddle(1.3419846624162551, 0.0, 0.992768067323941679),
)

SHARP_FLAT = Landscape(
    title=Text("Sharp and flat minimum", "尖锐与平坦极小值"),
    family="wells",
    order=96,
    source=Source("Descent Lab", 2026),
    formula=r"1 - e^{-\frac{(x + 2)^2 + y^2}{2.88}} - 1.02\,e^{-\frac{(x - 2)^2 + y^2}{0.08}} + \frac{x^2 + y^2}{100}",
    f=f,
    smoothed=smoothed,
    code="""
flat = {np}.exp(-((x + 2) ** 2 + y**2) / 2.88)
sharp = {np}.exp(-((x - 2) ** 2 + y**2) / 0.08)
loss = 1 - flat - 1.02 * sharp + (x**2 + y**2) / 100
""",
    domain=(-4.0, 4.0, -3.0, 3.0),
    points=lambda params: POINTS,
    start=(1.7, 0.6),
    notes=Text(
        "Two methods, each with a small and a large rate: small steps settle in the sharp minimum, which is lower, "
        "large ones end in the flat one. A curvature of 25.5 holds SGD only below lr = 2/25.5 = 0.078.",
        "两种方法\uff0c各取一小一大两个学习率\uff1a小步停在更低的尖锐极小值\uff0c大步落入平坦极小值。"
        "曲率为 25.5\uff0clr 小于 2/25.5 = 0.078 时 SGD 才停得住。",
    ),
    race=(
        ("sgd", {"lr": 0.05}),
        ("sgd", {"lr": 0.3}),
        ("adam", {"lr": 0.1}),
        ("adam", {"lr": 0.3}),
    ),
    rates={"gradient": 0.05, "velocity": 0.02, "distance": 0.05},
    steps=150,
)
