"""Goldstein and Price's function: On descent from local minima, Mathematics of Computation 25 (1971)."""

from jax import Array

from landscapes._landscape import Landscape, maximum, minimum, saddle
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    s, d = x + y, 2.0 * x - 3.0 * y
    first = 1.0 + (s + 1.0) * (s + 1.0) * (19.0 + s * (3.0 * s - 14.0))
    second = 30.0 + d * d * (18.0 + d * (3.0 * d - 16.0))
    return first * second


POINTS = (
    minimum(0.0, -1.0, 3.0, best=True),
    minimum(-0.6, -0.4, 30.0),
    minimum(1.8, 0.2, 84.0),
    minimum(1.2, 0.8, 840.0),
    maximum(0.8, 0.2, 1155.0),
    saddle(-0.4, -0.6, 35.0),
    saddle(1.2, -0.2, 99.0),
    saddle(1.4, 0.6, 980.0),
    saddle(0.6, 0.4, 990.0),
)

GOLDSTEIN_PRICE = Landscape(
    title=Text("Goldstein-Price", "Goldstein-Price 函数"),
    family="wells",
    order=90,
    source=Source("Goldstein and Price, Mathematics of Computation 25", 1971),
    formula=(
        r"\left(1 + (s + 1)^2 (19 - 14s + 3s^2)\right) \left(30 + d^2 (18 - 16d + 3d^2)\right),"
        r" \quad s = x + y, \, d = 2x - 3y"
    ),
    f=f,
    code="""
s, d = x + y, 2 * x - 3 * y
first = 1 + (s + 1) ** 2 * (19 - 14 * s + 3 * s**2)
loss = first * (30 + d**2 * (18 - 16 * d + 3 * d**2))
""",
    domain=(-2.0, 2.0, -2.0, 2.0),
    points=lambda params: POINTS,
    start=(-1.2, 1.0),
    notes=Text(
        "Values from 3 to a million: SGD diverges at lr 1e-5, and what it can bear at the wall leaves a crawl "
        "below. RMSProp crawls because it remembers the wall's gradients. Momentum and Adam arrive at the global "
        "minimum.",
        "函数值从 3 到一百万\uff1aSGD 的学习率取 1e-5 就发散\uff0c而在陡壁上能承受的学习率\uff0c"
        "到了谷底就只能爬行。RMSProp 爬行是因为它还记着陡壁的梯度。动量和 Adam 到达全局极小值。",
    ),
    race=(
        ("sgd", {"lr": 3e-06}),
        ("momentum", {"lr": 1e-06}),
        ("rmsprop", {"lr": 0.05}),
        ("adam", {"lr": 0.5}),
    ),
    rates={"gradient": 3e-06, "velocity": 1e-06, "distance": 0.2},
    color_scale="log",
    tolerance=0.1,
    steps=250,
)
