"""The eggholder function: Jamil and Yang 2013 (arXiv:1308.4008)."""

import jax.numpy as jnp
from jax import Array

from landscapes._landscape import Landscape, minimum
from visualizer.spec import Source, Text, Values


def root(u: Array) -> Array:
    """sqrt(|u|). Its derivative is infinite at u = 0, and counts as 0 there and only there."""
    kink = u == 0.0
    return jnp.where(kink, 0.0, jnp.sqrt(jnp.abs(jnp.where(kink, 1.0, u))))


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    up = y + 47.0
    return -up * jnp.sin(root(0.5 * x + up)) - x * jnp.sin(root(x - up))


# Polished by Newton's method with 40 digits; the first along the edge x = 512, beyond which the surface goes on down.
POINTS = (
    minimum(512.0, 404.231805113757811, -959.640662720850803, best=True, smooth=False),
    minimum(439.480997269453457, 453.977434754002563, -935.337951560580194),
)

EGGHOLDER = Landscape(
    title=Text("Eggholder", "蛋托函数"),
    family="many",
    order=124,
    source=Source("Jamil and Yang, Int. J. Mathematical Modelling and Numerical Optimisation", 2013, "1308.4008"),
    formula=r"-(y + 47) \sin \sqrt{\left| \tfrac{x}{2} + y + 47 \right|} - x \sin \sqrt{|x - (y + 47)|}",
    f=f,
    code="""
up = y + 47
first = up * {np}.sin({np}.sqrt({np}.abs(x / 2 + up)))
second = x * {np}.sin({np}.sqrt({np}.abs(x - up)))
loss = -first - second
""",
    domain=(-512.0, 512.0, -512.0, 512.0),
    points=lambda params: POINTS,
    all_minima=False,
    start=(100.0, 100.0),
    notes=Text(
        "Four optimizers, four pits, and longer steps need not help: AdaGrad ends at -207, above the -251 of SGD; Adam "
        "reaches -307, momentum -559. The lowest in the picture, -960, is on its right edge, beyond which the surface "
        "goes on down.",
        "四个优化器\uff0c四个坑\uff0c步子大也不一定更好\uff1aAdaGrad 停在 -207\uff0c比 SGD 的 -251 还高\uff1b"
        "Adam 到 -307\uff0c动量法到 -559。图中最小值 -960 在右边界上\uff0c边界以外曲面继续下降。",
    ),
    race=(
        ("sgd", {"lr": 2.0}),
        ("momentum", {"lr": 6.0}),
        ("adagrad", {"lr": 50.0}),
        ("adam", {"lr": 50.0}),
    ),
    rates={"gradient": 1.0, "velocity": 0.5, "distance": 20.0},
    tolerance=1.0,
    steps=80,
)
