"""Schaffer's function N.2: SFU Virtual Library of Simulation Experiments."""

import jax.numpy as jnp
import numpy as np
from jax import Array

from landscapes._landscape import Landscape, minimum
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    wave = jnp.sin(x * x - y * y)
    spread = 1.0 + 0.001 * (x * x + y * y)
    return 0.5 + (wave * wave - 0.5) / (spread * spread)


# Gauss-Laguerre nodes and weights of int_0^inf u e^(-u) g(u) du, from their Jacobi matrix (Golub and Welsch 1969).
OFF = np.sqrt(np.arange(1.0, 4.0) * np.arange(2.0, 5.0))
NODES, VECTORS = np.linalg.eigh(np.diag(np.arange(2.0, 9.0, 2.0)) + np.diag(OFF, 1) + np.diag(OFF, -1))


def smoothed(theta: Array, h: Values) -> Array:
    """A sum of Gaussian integrals: 1 / spread^2 = int u e^(-spread u) du is a mixture of Gaussians, and on each of them

    the wave cos 2(x^2 - y^2) has a quadratic exponent as well. It hardly depends on u, and at v = 0 not at all.
    """
    x, y = theta
    v = h.smooth * h.smooth
    square, chirp = x * x + y * y, 1.0 + 16.0 * (v * v)
    spread = 1.0 + 0.001 * square / chirp
    u, weights = (each.reshape(-1, *x.ndim * [1]) for each in (NODES, VECTORS[0] ** 2))
    p = 0.001 * u / spread  # the integral's variable scaled, so that what is left of it in the exponents is slow
    wide = (1.0 + 2.0 * p * v) ** 2 + 16.0 * (v * v)
    rate = (p * (1.0 + 2.0 * p * v) + 8.0 * v) / wide - p / chirp
    waves = jnp.exp(-square * rate) * jnp.cos(2.0 * (x * x - y * y) / wide) / jnp.sqrt(wide)
    return 0.5 - 0.5 * (weights * waves).sum(0) / (spread * spread)


# Polished by Newton's method with 40 digits: the nearest four of many, which lie on the axes near +-sqrt(k pi).
SIDE, SIDE_VALUE = 1.77231323963463624, 0.00312660313386320985
POINTS = (
    minimum(0.0, 0.0, best=True),
    *(minimum(s * SIDE, 0.0, SIDE_VALUE) for s in (1, -1)),
    *(minimum(0.0, s * SIDE, SIDE_VALUE) for s in (1, -1)),
)

SCHAFFER2 = Landscape(
    title=Text("Schaffer N.2", "Schaffer 第二函数"),
    family="many",
    order=120,
    source=Source("SFU Virtual Library of Simulation Experiments", 2013),
    formula=r"\frac12 + \frac{\sin^2 (x^2 - y^2) - \frac12}{(1 + 0.001 (x^2 + y^2))^2}",
    f=f,
    smoothed=smoothed,
    apart=True,
    code="""
spread = 1 + 0.001 * (x**2 + y**2)
loss = 0.5 + ({np}.sin(x**2 - y**2) ** 2 - 0.5) / spread**2
""",
    domain=(-10.0, 10.0, -10.0, 10.0),
    points=lambda params: POINTS,
    all_minima=False,
    start=(4.3, 2.9),
    notes=Text(
        "Each falls into a groove where x² - y² is a multiple of π: SGD and momentum into 3π, AdaGrad into 4π, Adam "
        "into -π. Along a groove there is hardly a slope: in the last 100 steps none moves by more than 0.1.",
        "每个都落入 x² - y² 为 π 的整数倍的一条沟\uff1aSGD 和动量法落入 3π\uff0cAdaGrad 落入 4π\uff0c"
        "Adam 落入 -π。沿着沟几乎没有坡度\uff1a最后 100 步里没有一个移动超过 0.1。",
    ),
    race=(
        ("sgd", {"lr": 0.005}),
        ("momentum", {"lr": 0.01}),
        ("adagrad", {"lr": 0.3}),
        ("adam", {"lr": 0.2}),
    ),
    rates={"gradient": 0.005, "velocity": 0.003, "distance": 0.1},
    steps=200,
)
