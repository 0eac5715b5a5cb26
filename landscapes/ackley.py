"""Ackley's function: Ackley, A Connectionist Machine for Genetic Hillclimbing (1987)."""

import math

import jax.numpy as jnp
from jax import Array

from landscapes._landscape import Landscape, minimum
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    square = 0.5 * (x * x + y * y)
    away = square > 0.0  # at the tip of the cone there is no gradient: the cone's counts as 0
    cone = jnp.exp(-0.2 * jnp.where(away, jnp.sqrt(jnp.where(away, square, 1.0)), 0.0))
    waves = jnp.exp(0.5 * (jnp.cos(2.0 * math.pi * x) + jnp.cos(2.0 * math.pi * y)) - 1.0)
    return 20.0 * (1.0 - cone) + math.e * (1.0 - waves)  # each difference is exactly 0 at the minimum


# Polished by Newton's method with 40 digits: the nearest eight of more than a hundred in the picture.
SIDE, SIDE_VALUE = 0.952166545950171668, 2.57992755702987225
CORNER, CORNER_VALUE = 0.968477658707724377, 3.57445187725768007
POINTS = (
    minimum(0.0, 0.0, best=True, smooth=False),
    *(minimum(s * SIDE, 0.0, SIDE_VALUE) for s in (1, -1)),
    *(minimum(0.0, s * SIDE, SIDE_VALUE) for s in (1, -1)),
    *(minimum(s * CORNER, t * CORNER, CORNER_VALUE) for s in (1, -1) for t in (1, -1)),
)

ACKLEY = Landscape(
    title=Text("Ackley", "Ackley 函数"),
    family="many",
    order=116,
    source=Source("Ackley, A Connectionist Machine for Genetic Hillclimbing", 1987),
    formula=r"20 + e - 20\, e^{-0.2 \sqrt{(x^2 + y^2) / 2}} - e^{(\cos 2 \pi x + \cos 2 \pi y) / 2}",
    f=f,
    code="""
cone = {np}.exp(-0.2 * {np}.sqrt((x**2 + y**2) / 2))
waves = {np}.exp(({np}.cos(2 * math.pi * x) + {np}.cos(2 * math.pi * y)) / 2)
loss = 20 - 20 * cone + math.e - waves
""",
    domain=(-5.0, 5.0, -5.0, 5.0),
    points=lambda params: POINTS,
    all_minima=False,
    start=(3.3, -2.2),
    notes=Text(
        "SGD stays in the first pit. Momentum rolls through the center and comes to rest in the next pit. AdaGrad and "
        "Adam skip the pits and keep within 0.1 of the center from step 50 on: it is the tip of a cone, which is no "
        "flatter the nearer they come.",
        "SGD 留在第一个坑里。动量法滚过中心\uff0c停在旁边的坑里。AdaGrad 和 Adam 越过这些坑\uff0c第 50 步以后在距中心 "
        "0.1 以内徘徊\uff1a那里是锥尖\uff0c越靠近也不会变平。",
    ),
    race=(
        ("sgd", {"lr": 0.01}),
        ("momentum", {"lr": 0.03}),
        ("adagrad", {"lr": 1.0}),
        ("adam", {"lr": 0.5}),
    ),
    rates={"gradient": 0.01, "velocity": 0.01, "distance": 0.3},
    tolerance=0.5,  # steps that stay long keep leaping over a cone's tip; the next pit is at 2.58
    steps=100,
)
