"""Griewank's function in two dimensions: Griewank, J. Optimization Theory and Applications 34 (1981)."""

import math

import jax.numpy as jnp
from jax import Array

from landscapes._gaussian import damping
from landscapes._landscape import Landscape, minimum, saddle
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    return 1.0 + (x * x + y * y) / 4000.0 - jnp.cos(x) * jnp.cos(y / math.sqrt(2.0))


def smoothed(theta: Array, h: Values) -> Array:
    x, y = theta
    v = h.smooth * h.smooth
    left = damping(1.0, v) * damping(1.0 / math.sqrt(2.0), v)
    return 1.0 + (x * x + y * y + 2.0 * v) / 4000.0 - left * jnp.cos(x) * jnp.cos(y / math.sqrt(2.0))


# One of each four (two on an axis) mirror images with its value, polished by Newton's method with 40 digits.
QUADRANT = {
    (0.0, 0.0): 0.0,
    (3.14002263389553985, 4.43844448092071407): 0.00739604033411508274,
    (6.28004527937990469, 0.0): 0.00986467206100621339,
    (0.0, 8.87688892909565625): 0.0197194892481848032,
    (9.42006788621359201, 4.43844443720106084): 0.0271253843954156159,
    (6.2800452175502937, 8.87688888537455111): 0.0295841612120700083,
}
SIDES = ((1.0, 1.0), (-1.0, 1.0), (1.0, -1.0), (-1.0, -1.0))
MINIMA = {(i * x, j * y): value for (x, y), value in QUADRANT.items() for i, j in SIDES}
POINTS = (
    *(minimum(x, y, value, best=value == 0.0) for (x, y), value in MINIMA.items()),
    *(saddle(i * 1.57236791043932181, j * 2.22255330257875438, 1.00185178545228301) for i, j in SIDES),
)

GRIEWANK = Landscape(
    title=Text("Griewank", "Griewank 函数"),
    family="many",
    order=114,
    source=Source("Griewank, J. Optimization Theory and Applications 34", 1981),
    formula=r"1 + \frac{x^2 + y^2}{4000} - \cos x \cos \frac{y}{\sqrt{2}}",
    f=f,
    smoothed=smoothed,
    code="loss = 1 + (x**2 + y**2) / 4000 - {np}.cos(x) * {np}.cos(y / math.sqrt(2))",
    domain=(-10.0, 10.0, -10.0, 10.0),
    points=lambda params: POINTS,
    start=(6.2, -5.0),
    notes=Text(
        "At the start the gradient points mostly along y, and SGD and momentum follow it; RMSProp and Adam step as "
        "far in x and end in another hollow. The two are only 0.030 and 0.007 above the global minimum, but behind "
        "passes of height 1.",
        "起点处梯度主要沿 y 方向\uff0cSGD 和动量法随之而去\uff1bRMSProp 和 Adam 在 x 上走得一样远\uff0c"
        "落入另一个坑。两个坑只比全局极小值高 0.030 和 0.007\uff0c中间却隔着高为 1 的垭口。",
    ),
    race=(
        ("sgd", {"lr": 0.5}),
        ("momentum", {"lr": 0.1}),
        ("rmsprop", {"lr": 0.05}),
        ("adam", {"lr": 0.5}),
    ),
    rates={"gradient": 0.5, "velocity": 0.1, "distance": 0.2},
    steps=120,
)
