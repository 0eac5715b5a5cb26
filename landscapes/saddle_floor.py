"""A saddle with a floor: x^2 - y^2 + c y^4. Own."""

import math

from jax import Array

from landscapes._landscape import Landscape, Params, StationaryPoint, minimum, parameter, saddle
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    return x * x - y * y + h.c * (y * y) * (y * y)


def smoothed(theta: Array, h: Values) -> Array:
    """E of c y^4; the saddle is harmonic and stays. From 6 c v = 1 on the two minima are one."""
    y, v = theta[1], h.smooth * h.smooth
    return f(theta, h) + h.c * v * (6.0 * (y * y) + 3.0 * v)


def points(params: Params) -> tuple[StationaryPoint, ...]:
    """df/dy = 2y (2 c y^2 - 1): the saddle at y = 0 and two minima at y^2 = 1 / (2 c), of value -1 / (4 c)."""
    y, value = math.sqrt(1.0 / (2.0 * params["c"])), -1.0 / (4.0 * params["c"])
    return minimum(0.0, y, value, best=True), minimum(0.0, -y, value, best=True), saddle(0.0, 0.0)


SADDLE_FLOOR = Landscape(
    title=Text("Saddle with a floor", "有底的鞍面"),
    family="saddle",
    order=10,
    source=Source("Descent Lab", 2026),
    formula=r"x^2 - y^2 + c\,y^4",
    f=f,
    smoothed=smoothed,
    code="loss = x**2 - y**2 + c * y**4",
    params=(
        parameter(
            "c", "c", 0.1, 0.06, 1.0, Text("How soon the floor comes.", "谷底的远近。"), "log", least=1e-3, most=1e3
        ),
    ),
    domain=(-3.0, 3.0, -3.0, 3.0),
    points=points,
    start=(1.5, 0.001),
    notes=Text(
        "Adaptive methods leave it early, because the escape lies along an axis: turn it by 45 degrees and see.",
        "自适应方法逃离得早，是因为逃离方向恰好沿坐标轴：旋转 45° 再看。",
    ),
    race=(
        ("sgd", {"lr": 0.05}),
        ("momentum", {"lr": 0.02}),
        ("rmsprop", {"lr": 0.01}),
        ("adam", {"lr": 0.05}),
    ),
    rates={"gradient": 0.05, "velocity": 0.02, "distance": 0.05},
    tolerance=1e-2,
    steps=150,
)
