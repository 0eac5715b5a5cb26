"""The cross-in-tray function: Jamil and Yang 2013 (arXiv:1308.4008)."""

import math

import jax.numpy as jnp
from jax import Array

from landscapes._landscape import Landscape, minimum
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    """-0.0001 (e^height + 1)^0.1 with height = log |sin x sin y| + |100 - r / pi|, so that no e^100 overflows early."""
    x, y = theta
    square = x * x + y * y
    away = square > 0.0  # at the kinks, here and on the ridges, the derivative counts as 0
    r = jnp.where(away, jnp.sqrt(jnp.where(away, square, 1.0)), 0.0)
    product = jnp.abs(jnp.sin(x) * jnp.sin(y))
    ridge = product < 1e-300
    height = jnp.where(ridge, 0.0, jnp.log(jnp.where(ridge, 1.0, product)) + jnp.abs(100.0 - r / math.pi))
    return -1e-4 * jnp.where(ridge, 1.0, jnp.exp(0.1 * jnp.logaddexp(height, 0.0)))


# One in each cell of the grid; x, y and value of those with 0 < x <= y, polished by Newton's method with 40 digits.
CORNERS = (
    (1.34940661715391079, 1.34940661715391079, -2.06261187082273688),
    (1.47062216216743181, 4.41907587425687227, -1.88993804578556688),
    (1.50852133143571134, 7.55142246440101589, -1.7154894160540037),
    (4.49099927074370403, 4.49099927074370403, -1.79060172381040477),
    (4.55012198563707137, 7.58748868615687017, -1.65388526561717775),
    (7.63259192433349727, 7.63259192433349727, -1.55446333780377148),
)
POINTS = tuple(
    minimum(s * x, t * y, value, best=value < -2.06)
    for one, other, value in CORNERS
    for x, y in dict.fromkeys(((one, other), (other, one)))
    for s in (1, -1)
    for t in (1, -1)
)

CROSS_IN_TRAY = Landscape(
    title=Text("Cross in tray", "托盘十字函数"),
    family="many",
    order=122,
    source=Source("Jamil and Yang, Int. J. Mathematical Modelling and Numerical Optimisation", 2013, "1308.4008"),
    formula=r"-0.0001 \left( \left| \sin x \sin y \; e^{|100 - \sqrt{x^2 + y^2} / \pi|} \right| + 1 \right)^{0.1}",
    f=f,
    code="""
distance = {np}.sqrt(x**2 + y**2)
height = {np}.sin(x) * {np}.sin(y) * {np}.exp({np}.abs(100 - distance / math.pi))
loss = -0.0001 * ({np}.abs(height) + 1) ** 0.1
""",
    domain=(-10.0, 10.0, -10.0, 10.0),
    points=lambda params: POINTS,
    start=(3.0, -4.0),
    notes=Text(
        "Sharp ridges fence in one minimum each, and three runs settle in the pit where they start. Adam, with steps "
        "of 2.2, leaps the ridges and lands in one of the four deepest by luck: with 2.1 or 2.3 it ends outside.",
        "尖锐的山脊围出一格一格\uff0c每格一个极小值\uff1b三个优化器停在起点所在的格里。Adam 步长 2.2\uff0c"
        "跳过山脊\uff0c碰巧落入四个最深的格之一\uff1a换成 2.1 或 2.3\uff0c它停在图外。",
    ),
    race=(
        ("sgd", {"lr": 0.5}),
        ("momentum", {"lr": 0.5}),
        ("adagrad", {"lr": 0.5}),
        ("adam", {"lr": 2.2}),
    ),
    rates={"gradient": 0.5, "velocity": 0.2, "distance": 0.1},
    steps=100,
)
