"""Levy's function N.13: SFU Virtual Library of Simulation Experiments (2013)."""

import math

import jax.numpy as jnp
from jax import Array

from landscapes._gaussian import damping
from landscapes._landscape import Landscape, minimum, saddle
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    u, v = x - 1.0, y - 1.0
    a, b, c = jnp.sin(3.0 * math.pi * x), jnp.sin(3.0 * math.pi * y), jnp.sin(2.0 * math.pi * y)
    return a * a + u * u * (1.0 + b * b) + v * v * (1.0 + c * c)


def smoothed(theta: Array, h: Values) -> Array:
    """sin^2 is (1 - cos) / 2, its wave damped. Against a power of its own coordinate a wave e^(iky) shifts it by ikv:

    E (y + sqrt(v) z)^2 e^(ik (y + sqrt(v) z)) = exp(-k^2 v / 2) e^(iky) ((y + ikv)^2 + v).
    """
    x, y = theta
    u, w, s = x - 1.0, y - 1.0, h.smooth * h.smooth
    quick, slow, k = damping(6.0 * math.pi, s), damping(4.0 * math.pi, s), 4.0 * math.pi
    a, b = (0.5 * (1.0 - quick * jnp.cos(6.0 * math.pi * t)) for t in (x, y))
    wave = (w * w + s - (k * s) ** 2) * jnp.cos(k * y) - 2.0 * k * s * w * jnp.sin(k * y)
    return a + (u * u + s) * (1.0 + b) + 1.5 * (w * w + s) - 0.5 * slow * wave


# Polished by Newton's method with 40 digits: the global minimum and its neighbors along x, of some hundreds.
POINTS = (
    minimum(1.0, 1.0, best=True),
    minimum(1.32961947454831366, 1.0, 0.109873658358837949),
    minimum(0.670380525451686343, 1.0, 0.109873658358837949),
    saddle(1.1685647583514404, 1.0, 1.02809409225729722),
    saddle(0.8314352416485596, 1.0, 1.02809409225729722),
)

LEVY13 = Landscape(
    title=Text("Levy N.13", "Levy N.13 函数"),
    family="many",
    order=110,
    source=Source("SFU Virtual Library of Simulation Experiments", 2013),
    formula=r"\sin^2 3 \pi x + (x - 1)^2 (1 + \sin^2 3 \pi y) + (y - 1)^2 (1 + \sin^2 2 \pi y)",
    f=f,
    smoothed=smoothed,
    code="""
a = {np}.sin(3 * math.pi * x)
b = {np}.sin(3 * math.pi * y)
c = {np}.sin(2 * math.pi * y)
loss = a**2 + (x - 1) ** 2 * (1 + b**2) + (y - 1) ** 2 * (1 + c**2)
""",
    domain=(-3.0, 5.0, -3.0, 5.0),
    points=lambda params: POINTS,
    all_minima=False,
    start=(-1.4, 3.3),
    notes=Text(
        "SGD is caught by the first hollow, RMSProp and momentum by later ones; Adam reaches the global minimum in "
        "78 steps. That is luck: with lr 0.2 or 0.3 in place of 0.25 it ends elsewhere.",
        "SGD 被第一个坑困住\uff0cRMSProp 和动量法困在后面的坑里\uff1bAdam 在 78 步到达全局极小值。这是运气\uff1a"
        "lr 取 0.2 或 0.3 而不是 0.25\uff0c它就停在别处。",
    ),
    race=(
        ("sgd", {"lr": 0.002}),
        ("momentum", {"lr": 0.01}),
        ("rmsprop", {"lr": 0.05}),
        ("adam", {"lr": 0.25}),
    ),
    rates={"gradient": 0.002, "velocity": 0.002, "distance": 0.1},
    color_scale="log",
    tolerance=1e-2,
    steps=100,
)
