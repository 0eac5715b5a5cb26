"""Himmelblau's function: Himmelblau, Applied Nonlinear Programming (1972)."""

from jax import Array

from landscapes._landscape import Landscape, maximum, minimum, saddle
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    first, second = x * x + y - 11.0, x + y * y - 7.0
    return first * first + second * second


def smoothed(theta: Array, h: Values) -> Array:
    """The squares of the means and the variances: x^2 has mean x^2 + v and variance 4 x^2 v + 2 v^2."""
    x, y = theta
    v = h.smooth * h.smooth
    first, second = x * x + v + y - 11.0, x + y * y + v - 7.0
    return first * first + second * second + v * (2.0 + 4.0 * (x * x + y * y) + 4.0 * v)


# Polished by Newton's method with 40 digits.
POINTS = (
    minimum(3.0, 2.0, best=True),
    minimum(-2.80511808695274485, 3.13131251825057297, best=True),
    minimum(-3.77931025337774689, -3.28318599128616941, best=True),
    minimum(3.58442834033049174, -1.84812652696440355, best=True),
    maximum(-0.270844590667347613, -0.923038556479981463, 181.616521522582704),
    saddle(3.38515418360702094, 0.0738518798377492877, 13.3119262704055899),
    saddle(0.0866775045553963518, 2.88425470117477611, 67.7191500875261402),
    saddle(-3.07302575076438961, -0.0813530442879675116, 104.015162917558106),
    saddle(-0.127961346730680066, -1.95371498024457643, 178.33723920192746),
)

HIMMELBLAU = Landscape(
    title=Text("Himmelblau", "Himmelblau 函数"),
    family="wells",
    order=80,
    source=Source("Himmelblau, Applied Nonlinear Programming", 1972),
    formula=r"(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    f=f,
    smoothed=smoothed,
    code="loss = (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2",
    domain=(-6.0, 6.0, -6.0, 6.0),
    points=lambda params: POINTS,
    start=(-0.4, -0.6),
    notes=Text(
        "Four equal minima around one hill: which one is reached depends on the start and on the method.",
        "一座小山周围有四个等高的极小值：到达哪一个取决于起点和方法。",
    ),
    race=(
        ("sgd", {"lr": 0.01}),
        ("momentum", {"lr": 0.005}),
        ("rmsprop", {"lr": 0.05}),
        ("adam", {"lr": 0.2}),
    ),
    rates={"gradient": 0.01, "velocity": 0.005, "distance": 0.1},
    color_scale="log",
    steps=100,
)
