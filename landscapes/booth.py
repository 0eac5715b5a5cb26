"""Booth's function, a bowl of two squares: Jamil and Yang 2013 (arXiv:1308.4008)."""

from jax import Array

from landscapes._landscape import Landscape, minimum
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    first, second = x + 2.0 * y - 7.0, 2.0 * x + y - 5.0
    return first * first + second * second


def smoothed(theta: Array, h: Values) -> Array:
    return f(theta, h) + 10.0 * (h.smooth * h.smooth)  # a quadratic is raised, and keeps its slopes


POINTS = (minimum(1.0, 3.0, best=True),)

BOOTH = Landscape(
    title=Text("Booth", "Booth 函数"),
    family="bowl",
    order=42,
    source=Source("Jamil and Yang, IJMMNO 4", 2013, "1308.4008"),
    formula=r"(x + 2y - 7)^2 + (2x + y - 5)^2",
    f=f,
    smoothed=smoothed,
    code="loss = (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2",
    domain=(-10.0, 10.0, -10.0, 10.0),
    points=lambda params: POINTS,
    start=(-8.0, 6.0),
    notes=Text(
        "The curvatures are 18 and 2, along the diagonals, and lr 0.1 = 2 / (18 + 2) is the best fixed rate for "
        "SGD: it zigzags, and each step leaves 0.8 of both errors. Momentum and Adam run past the minimum and "
        "come back.",
        "两条对角线方向的曲率是 18 和 2\uff0c0.1 = 2/(18 + 2) 是 SGD 最好的固定学习率\uff1a它走之字形\uff0c"
        "每步两个方向的误差都剩 0.8。动量和 Adam 冲过极小值再折回。",
    ),
    race=(
        ("sgd", {"lr": 0.1}),
        ("momentum", {"lr": 0.02}),
        ("rmsprop", {"lr": 0.2}),
        ("adam", {"lr": 0.5}),
    ),
    rates={"gradient": 0.1, "velocity": 0.02, "distance": 0.2},
    color_scale="log",
    steps=150,
)
