"""Matyas' function, a narrow bowl along the diagonal: Jamil and Yang 2013 (arXiv:1308.4008)."""

from jax import Array

from landscapes._landscape import Landscape, minimum
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    return 0.26 * (x * x + y * y) - 0.48 * (x * y)


def smoothed(theta: Array, h: Values) -> Array:
    return f(theta, h) + 0.52 * (h.smooth * h.smooth)  # a quadratic is raised, and keeps its slopes


POINTS = (minimum(0.0, 0.0, best=True),)

MATYAS = Landscape(
    title=Text("Matyas", "Matyas 函数"),
    family="bowl",
    order=43,
    source=Source("Jamil and Yang, IJMMNO 4", 2013, "1308.4008"),
    formula=r"0.26\,(x^2 + y^2) - 0.48\,xy",
    f=f,
    smoothed=smoothed,
    code="loss = 0.26 * (x**2 + y**2) - 0.48 * x * y",
    domain=(-10.0, 10.0, -10.0, 10.0),
    points=lambda params: POINTS,
    start=(8.0, -4.0),
    notes=Text(
        "The curvature is 1 across the valley and 0.04 along it: SGD at lr 1 is on the valley's floor after one "
        "step, then covers 4% of the rest at each. The valley runs along the diagonal, where a rate for each axis "
        "(RMSProp, Adam) does not help.",
        "横跨谷的曲率是 1\uff0c沿谷只有 0.04\uff1a学习率为 1 的 SGD 一步就到谷底\uff0c"
        "此后每步只走完剩余路程的 4%。山谷沿对角线\uff0c所以 RMSProp、Adam 的逐坐标学习率帮不上忙。",
    ),
    race=(
        ("sgd", {"lr": 1.0}),
        ("momentum", {"lr": 0.1}),
        ("rmsprop", {"lr": 0.2}),
        ("adam", {"lr": 0.5}),
    ),
    rates={"gradient": 1.0, "velocity": 0.1, "distance": 0.2},
    color_scale="log",
    steps=200,
)
