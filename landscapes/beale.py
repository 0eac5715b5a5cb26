"""Beale's function: Beale 1958; SFU Virtual Library of Simulation Experiments."""

from jax import Array

from landscapes._landscape import Landscape, minimum, saddle
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    first = 1.5 - x + x * y
    second = 2.25 - x + x * (y * y)
    third = 2.625 - x + x * (y * y * y)
    return first * first + second * second + third * third


def smoothed(theta: Array, h: Values) -> Array:
    """Each square c - x + x p, p = y, y^2, y^3, from the mean and the variance of p."""
    x, y = theta
    yy, v = y * y, h.smooth * h.smooth
    powers = (
        (1.5, y, v),
        (2.25, yy + v, v * (4.0 * yy + 2.0 * v)),
        (2.625, y * (yy + 3.0 * v), v * (9.0 * (yy * yy) + v * (36.0 * yy + 15.0 * v))),
    )
    loss = 0.0 * x
    for c, mean, variance in powers:
        miss, slope = c - x + x * mean, 1.0 - mean
        loss = loss + miss * miss + v * (slope * slope) + (x * x + v) * variance
    return loss


POINTS = (
    minimum(3.0, 0.5, best=True),
    saddle(0.0, 1.0, 14.203125),
    saddle(0.100537937324158359, -2.64451358502312497, 9.86451228475556017),
)

BEALE = Landscape(
    title=Text("Beale", "Beale 函数"),
    family="valley",
    order=70,
    source=Source("Beale, Princeton technical report 25", 1958),
    formula=r"(1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
    f=f,
    smoothed=smoothed,
    code="""
first = 1.5 - x + x * y
second = 2.25 - x + x * y**2
third = 2.625 - x + x * y**3
loss = first**2 + second**2 + third**2
""",
    domain=(-4.5, 4.5, -4.5, 4.5),
    points=lambda params: POINTS,
    start=(0.7, 1.4),
    notes=Text(
        "Flat in the middle, walls at the corners: four optimizers, four separate roads to one minimum.",
        "中间平坦、四角陡峭：四个优化器，四条不同的路通向同一个极小值。",
    ),
    race=(
        ("sgd", {"lr": 0.01}),
        ("momentum", {"lr": 0.003}),
        ("rmsprop", {"lr": 0.02}),
        ("adam", {"lr": 0.1}),
    ),
    rates={"gradient": 0.01, "velocity": 0.003, "distance": 0.1},
    color_scale="log",
    steps=300,
)
