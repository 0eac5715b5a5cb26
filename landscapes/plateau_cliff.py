"""A plateau that ends in a cliff. Own, after the cliffs of Pascanu, Mikolov and Bengio 2013 (arXiv:1211.5063)."""

import math

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from landscapes._landscape import Landscape, minimum
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    return 0.05 * (x * x) + 0.5 * (y * y) + 10.0 * jax.nn.sigmoid(12.0 * (x - 2.0))


# A logistic variable is a normal one of random width 2K, K of Kolmogorov's distribution (Andrews and Mallows 1974).
# Equidistant nodes in log K give the logistic function as a sum of normal ones to the last digit.
J = np.arange(1.0, 40.0)[:, None]
K = np.geomspace(0.18, 4.0, 28)
DENSITY = 8.0 * K * (-((-1.0) ** J) * J * J * np.exp(-2.0 * J * J * K * K)).sum(0)
WEIGHTS = DENSITY * K * math.log(K[1] / K[0])


def smoothed(theta: Array, h: Values) -> Array:
    """The cliff as the mean of normal distribution functions, each of which widens to a wider one."""
    x, y = theta
    v = h.smooth * h.smooth
    widths, weights = (each.reshape(-1, *x.ndim * [1]) for each in (2.0 * K, WEIGHTS))
    steps = jax.lax.erf(12.0 * (x - 2.0) / jnp.sqrt(2.0 * (widths * widths + 144.0 * v)))
    return 0.05 * (x * x + v) + 0.5 * (y * y + v) + 5.0 + 5.0 * (weights * steps).sum(0)


# Polished by Newton's method with 40 digits; the cliff's tail keeps it from the origin.
POINTS = (minimum(-4.53015899011135165e-8, 0.0, 3.77513351801899974e-10, best=True),)

PLATEAU_CLIFF = Landscape(
    title=Text("Plateau and cliff", "平台与悬崖"),
    family="plateau",
    order=130,
    source=Source("Descent Lab, after Pascanu, Mikolov and Bengio", 2026, "1211.5063"),
    formula=r"\frac{x^2}{20} + \frac{y^2}{2} + \frac{10}{1 + e^{-12 (x - 2)}}",
    f=f,
    smoothed=smoothed,
    apart=True,
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
