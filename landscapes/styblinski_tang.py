"""Styblinski and Tang's function, two double wells added: Neural Networks 3 (1990)."""

from jax import Array

from landscapes._gaussian import even_powers
from landscapes._landscape import Landscape, maximum, minimum, saddle
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    xx, yy = x * x, y * y
    return 0.5 * (xx * (xx - 16.0) + 5.0 * x + yy * (yy - 16.0) + 5.0 * y)


def smoothed(theta: Array, h: Values) -> Array:
    (x2, x4, _), (y2, y4, _) = (even_powers(s, h.smooth * h.smooth) for s in theta)
    return 0.5 * (x4 + y4 - 16.0 * (x2 + y2) + 5.0 * (theta[0] + theta[1]))


# A sum over the coordinates: the pairs of the roots of 4 s^3 - 32 s + 5. Polished by Newton's method with 40 digits.
LOW, TOP, HIGH = -2.9035340277711771, 0.156731256780340103, 2.74680277099083699
POINTS = (
    minimum(LOW, LOW, -78.3323314075428309, best=True),
    minimum(LOW, HIGH, -64.1956123590553581),
    minimum(HIGH, LOW, -64.1956123590553581),
    minimum(HIGH, HIGH, -50.0588933105678852),
    maximum(TOP, TOP, 0.391224718110716142),
    saddle(TOP, LOW, -38.9705533447160574),
    saddle(LOW, TOP, -38.9705533447160574),
    saddle(TOP, HIGH, -24.8338342962285845),
    saddle(HIGH, TOP, -24.8338342962285845),
)

STYBLINSKI_TANG = Landscape(
    title=Text("Styblinski-Tang", "Styblinski-Tang 函数"),
    family="wells",
    order=88,
    source=Source("Styblinski and Tang, Neural Networks 3", 1990),
    formula=r"\tfrac12 (x^4 - 16x^2 + 5x + y^4 - 16y^2 + 5y)",
    f=f,
    smoothed=smoothed,
    code="loss = (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2",
    domain=(-5.0, 5.0, -5.0, 5.0),
    points=lambda params: POINTS,
    start=(4.5, 4.0),
    notes=Text(
        "The same double well for each coordinate, so four minima. Momentum's speed carries it over both humps to "
        "the lowest; SGD, RMSProp and Adam stop in the highest. With lr 0.012 or 0.022 momentum ends across one "
        "hump only.",
        "每个坐标各有一个相同的双势阱\uff0c所以有四个极小值。动量凭速度越过两道坎\uff0c到达最低的一个\uff1bSGD、"
        "RMSProp 和 Adam 停在最高的一个。学习率改为 0.012 或 0.022\uff0c动量最终只越过一道坎。",
    ),
    race=(
        ("sgd", {"lr": 0.01}),
        ("momentum", {"lr": 0.018}),
        ("rmsprop", {"lr": 0.05}),
        ("adam", {"lr": 0.2}),
    ),
    rates={"gradient": 0.01, "velocity": 0.01, "distance": 0.1},
    tolerance=1e-2,
    steps=120,
)
