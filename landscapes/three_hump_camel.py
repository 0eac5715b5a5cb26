"""The three-hump camel: Jamil and Yang 2013 (arXiv:1308.4008)."""

from jax import Array

from landscapes._gaussian import even_powers
from landscapes._landscape import Landscape, minimum, saddle
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    xx = x * x
    return xx * (2.0 - 1.05 * xx + xx * xx / 6.0) + x * y + y * y


def smoothed(theta: Array, h: Values) -> Array:
    x, y = theta
    v = h.smooth * h.smooth
    second, fourth, sixth = even_powers(x, v)
    return 2.0 * second - 1.05 * fourth + sixth / 6.0 + x * y + y * y + v


# Polished by Newton's method with 40 digits.
POINTS = (
    minimum(0.0, 0.0, best=True),
    minimum(1.7475523458302889, -0.873776172915144449, 0.29863844223685982),
    minimum(-1.7475523458302889, 0.873776172915144449, 0.29863844223685982),
    saddle(1.07054229182365997, -0.535271145911829987, 0.87736155776314018),
    saddle(-1.07054229182365997, 0.535271145911829987, 0.87736155776314018),
)

THREE_HUMP_CAMEL = Landscape(
    title=Text("Three-hump camel", "三峰驼函数"),
    family="wells",
    order=84,
    source=Source("Jamil and Yang, IJMMNO 4", 2013, "1308.4008"),
    formula=r"2x^2 - 1.05\,x^4 + \tfrac16 x^6 + xy + y^2",
    f=f,
    smoothed=smoothed,
    code="loss = 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2",
    domain=(-2.5, 2.5, -2.5, 2.5),
    points=lambda params: POINTS,
    start=(2.2, 0.5),
    notes=Text(
        "Only momentum is fast enough to cross the ridge to the global minimum in the middle: SGD, RMSProp and "
        "Adam stop in the first hollow, 0.3 above it. With lr 0.3 Adam crosses too.",
        "只有动量的速度够快\uff0c能翻过山脊到达中间的全局极小值\uff1aSGD、RMSProp 和 Adam 停在第一个洼地\uff0c"
        "比它高 0.3。学习率改为 0.3\uff0cAdam 也能翻过去。",
    ),
    race=(
        ("sgd", {"lr": 0.05}),
        ("momentum", {"lr": 0.01}),
        ("rmsprop", {"lr": 0.02}),
        ("adam", {"lr": 0.1}),
    ),
    rates={"gradient": 0.05, "velocity": 0.01, "distance": 0.05},
    color_scale="log",
    steps=100,
)
