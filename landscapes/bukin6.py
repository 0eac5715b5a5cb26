"""Bukin's function N.6: Jamil and Yang 2013 (arXiv:1308.4008)."""

import jax.numpy as jnp
from jax import Array

from landscapes._landscape import Landscape, minimum
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    off = 100.0 * y - x * x  # a hundred times y - x^2 / 100, so that it is exactly 0 at the minimum
    # Beside the crease the slope is 50 / sqrt(|y - x^2 / 100|), without bound; on it there is none, and 0 is given.
    crease = off == 0.0
    wall = jnp.where(crease, 0.0, jnp.sqrt(jnp.abs(jnp.where(crease, 1.0, off))))
    along = jnp.where(x == -10.0, 0.0, jnp.abs(x + 10.0))  # its derivative at the kink, too, is given as 0
    return 10.0 * wall + 0.01 * along


POINTS = (minimum(-10.0, 1.0, best=True, smooth=False),)

BUKIN6 = Landscape(
    title=Text("Bukin N.6", "Bukin 第六函数"),
    family="valley",
    order=60,
    source=Source("Jamil and Yang, Int. J. Mathematical Modelling and Numerical Optimisation", 2013, "1308.4008"),
    formula=r"100 \sqrt{|y - 0.01 x^2|} + 0.01\, |x + 10|",
    f=f,
    code="""
wall = {np}.sqrt({np}.abs(y - 0.01 * x**2))
loss = 100 * wall + 0.01 * {np}.abs(x + 10)
""",
    domain=(-15.0, -5.0, -3.0, 3.0),
    points=lambda params: POINTS,
    all_minima=False,  # there is no other, but no descent by gradients gets to it to say so
    start=(-13.0, 2.0),
    notes=Text(
        "All four reach the crease by step 35, then jump from side to side: the pull toward it grows without bound as "
        "it nears, while along it the loss falls by 0.01 per unit of x. After 120 steps each is still more than 3 from "
        "the minimum.",
        "四个都在 35 步内到达折痕\uff0c然后在两侧来回跳\uff1a越靠近折痕\uff0c拉向它的力越大\uff0c没有上限\uff0c"
        "而沿着它\uff0cx 每走 1 损失只降 0.01。120 步后每个离极小值仍超过 3。",
    ),
    race=(
        ("sgd", {"lr": 1e-4}),
        ("momentum", {"lr": 1e-5}),
        ("adagrad", {"lr": 0.1}),
        ("adam", {"lr": 0.01}),
    ),
    rates={"gradient": 1e-4, "velocity": 1e-5, "distance": 0.02},
    tolerance=1e-2,  # beside the crease, at the start's x, the loss is 0.03: less says that x has arrived too
    steps=120,
)
