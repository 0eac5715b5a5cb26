"""A plateau that ends in a cliff. Own, after the cliffs of Pascanu, Mikolov and Bengio 2013 (arXiv:1211.5063)."""

import jax
from jax import Array

from landscapes._landscape import Landscape, minimum
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    return 0.05 * (x * x) + 0.5 * (y * y) + 10.0 * jax.nn.sigmoid(12.0 * (x - 2.0))


# Polished by Newton's method with 40 digits; the cliff's tail keeps it from the origin.
POINTS = (minimum(-4.53015899011135165e-8, 0.0, 3.77513351801899974e-10, best=True),)

PLATEAU_CLIFF = Landscape(
    title=Text("Plateau and cliff", "平台与悬崖"),
    family="plateau",
    order=130,
    source=Source("Descent Lab, after Pascanu, Mikolov and Bengio", 2026, "1211.5063"),
    formula=r"\frac{x^2}{20} + \frac{y^2}{2} + \frac{10}{1 + e^{-12 (x - 2)}}",
    f=f,
    code="""
cliff = 5 + 5 * {np}.tanh(6 * (x - 2))  # 10 / (1 + exp(-12 (x - 2))), without an overflow
loss = x**2 / 20 + y**2 / 2 + cliff
""",
    domain=(-4.0, 5.0, -3.0, 3.0),
    points=lambda params: POINTS,
    start=(4.5, 1.0),
    notes=Text(
        "At the cliff one step throws SGD by 3.5, past the minimum, and momentum coasts on to x = -3.7. RMSProp and "
        "Adam divide by the size of the gradient and come down gently, but they remember it: in the end they crawl, "
        "by less than 0.01 a step.",
        "在悬崖处\uff0cSGD 一步被抛出 3.5\uff0c越过极小点\uff1b动量法一直冲到 x = -3.7。"
        "RMSProp 和 Adam 除以梯度的大小\uff0c下得平稳\uff0c却记住了大梯度\uff1a最后每步爬行不到 0.01。",
    ),
    race=(
        ("sgd", {"lr": 0.12}),
        ("momentum", {"lr": 0.02}),
        ("rmsprop", {"lr": 0.05}),
        ("adam", {"lr": 0.1}),
    ),
    rates={"gradient": 0.12, "velocity": 0.02, "distance": 0.1},
    steps=250,
)
