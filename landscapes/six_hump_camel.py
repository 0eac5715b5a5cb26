"""The six-hump camel: Jamil and Yang 2013 (arXiv:1308.4008)."""

from jax import Array

from landscapes._gaussian import even_powers
from landscapes._landscape import Landscape, maximum, minimum, saddle
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    xx, yy = x * x, y * y
    return xx * (4.0 - 2.1 * xx + xx * xx / 3.0) + x * y + yy * (4.0 * yy - 4.0)


def smoothed(theta: Array, h: Values) -> Array:
    x, y = theta
    v = h.smooth * h.smooth
    x2, x4, x6 = even_powers(x, v)
    y2, y4, _ = even_powers(y, v)
    return 4.0 * x2 - 2.1 * x4 + x6 / 3.0 + x * y + 4.0 * (y4 - y2)


# Polished by Newton's method with 40 digits.
POINTS = (
    minimum(0.0898420131003180624, -0.712656403020739633, -1.03162845348987735, best=True),
    minimum(-0.0898420131003180624, 0.712656403020739633, -1.03162845348987735, best=True),
    minimum(-1.70360671496998085, 0.796083568672625119, -0.215463824383717638),
    minimum(1.70360671496998085, -0.796083568672625119, -0.215463824383717638),
    minimum(-1.60710475292019723, -0.568651454884131371, 2.10425031031125827),
    minimum(1.60710475292019723, 0.568651454884131371, 2.10425031031125827),
    maximum(-1.23022987651665263, -0.16233458445899497, 2.49629535102357693),
    maximum(1.23022987651665263, 0.16233458445899497, 2.49629535102357693),
    saddle(0.0, 0.0),
    saddle(-1.10920533680478645, 0.768268092509539842, 0.543718600978185135),
    saddle(1.10920533680478645, -0.768268092509539842, 0.543718600978185135),
    saddle(-1.63806798418977856, -0.22867406904439407, 2.22935719753071472),
    saddle(1.63806798418977856, 0.22867406904439407, 2.22935719753071472),
    saddle(-1.29607026716710918, -0.605084388038658497, 2.22947081802985992),
    saddle(1.29607026716710918, 0.605084388038658497, 2.22947081802985992),
)

SIX_HUMP_CAMEL = Landscape(
    title=Text("Six-hump camel", "六峰驼函数"),
    family="wells",
    order=86,
    source=Source("Jamil and Yang, IJMMNO 4", 2013, "1308.4008"),
    formula=r"\left(4 - 2.1\,x^2 + \tfrac13 x^4\right) x^2 + xy + (4y^2 - 4)\,y^2",
    f=f,
    smoothed=smoothed,
    code="loss = (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2",
    domain=(-2.0, 2.0, -1.2, 1.2),
    points=lambda params: POINTS,
    start=(-1.8, -1.0),
    notes=Text(
        "One start, three heights: SGD and RMSProp stop in the nearest of the six minima, at 2.1, momentum "
        "reaches the next at -0.22, and Adam one of the two global minima at -1.03. With lr 0.1 Adam stops where "
        "SGD does.",
        "同一起点\uff0c三种高度\uff1aSGD 和 RMSProp 停在六个极小值中最近的一个\uff082.1\uff09\uff0c"
        "动量到达 -0.22 的那个\uff0cAdam 到达两个全局极小值之一\uff08-1.03\uff09。学习率改为 0.1\uff0c"
        "Adam 就和 SGD 停在一处。",
    ),
    race=(
        ("sgd", {"lr": 0.02}),
        ("momentum", {"lr": 0.005}),
        ("rmsprop", {"lr": 0.02}),
        ("adam", {"lr": 0.2}),
    ),
    rates={"gradient": 0.02, "velocity": 0.005, "distance": 0.05},
    color_scale="log",
    steps=100,
)
