"""Ackley's function: Ackley, A Connectionist Machine for Genetic Hillclimbing (1987)."""

import math

import jax.numpy as jnp
import numpy as np
from jax import Array

from landscapes._gaussian import damping
from landscapes._landscape import Landscape, minimum
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    square = 0.5 * (x * x + y * y)
    away = square > 0.0  # at the tip of the cone there is no gradient: the cone's counts as 0
    cone = jnp.exp(-0.2 * jnp.where(away, jnp.sqrt(jnp.where(away, square, 1.0)), 0.0))
    waves = jnp.exp(0.5 * (jnp.cos(2.0 * math.pi * x) + jnp.cos(2.0 * math.pi * y)) - 1.0)
    return 20.0 * (1.0 - cone) + math.e * (1.0 - waves)  # each difference is exactly 0 at the minimum


# exp(cos(u) / 2) = BESSEL[0] + 2 sum_n BESSEL[n] cos(n u), with I_n(1/2); the next is below 1e-17.
BESSEL = [sum(0.25 ** (n + 2 * k) / (math.factorial(k) * math.factorial(n + k)) for k in range(10)) for n in range(13)]


def mean_wave(s: Array, v: Array) -> Array:
    """E exp(cos(2 pi s) / 2): its cosine series, each term damped, summed by Clenshaw's recurrence."""
    cos, last, before = jnp.cos(2.0 * math.pi * s), 0.0 * s, 0.0 * s
    for n in range(12, 0, -1):
        last, before = 2.0 * BESSEL[n] * damping(2.0 * math.pi * n, v) + 2.0 * cos * last - before, last
    return BESSEL[0] + cos * last - before


# The nodes q = w^2 of a sum over t, w = exp(1.5 sinh(t / 1.5)), and their weights dw / dt.
T = np.linspace(-3.5, 3.5, 48)
NODES = np.exp(3.0 * np.sinh(T / 1.5))
WEIGHTS = np.sqrt(NODES) * np.cosh(T / 1.5) * (T[1] - T[0])


def mean_cone(square: Array, v: Array) -> Array:
    """E exp(-0.2 sqrt(square)), square = (x^2 + y^2) / 2, to 2e-11 for every square and v.

    exp(-2 r) = (2 / sqrt(pi)) int_0^inf r exp(-r^2 w^2 - 1 / w^2) dw is a mixture of Gaussians in the plane: with
    r^2 = 0.01 (square + v) and share = v / (square + v) the smoothed one has the 1 / w^2 replaced by what stands in
    ``change``. The difference falls off on both sides, so that a few nodes sum it, and is 0 where v is 0.
    """
    away = square + v > 0.0  # at the tip, if not smoothed, there is no gradient: the cone's counts as 0
    whole = jnp.where(away, square + v, 1.0)
    share, r = v / whole, 0.1 * jnp.sqrt(whole)
    q, weights = (each.reshape(-1, *square.ndim * [1]) for each in (NODES, WEIGHTS))
    change = q / (q + share) * jnp.exp((share - 1.0) / (q + share)) - np.exp(-1.0 / q)
    sums = (weights * jnp.exp(-r * r * q) * change).sum(0)
    return jnp.where(away, jnp.exp(-2.0 * r) + 2.0 / math.sqrt(math.pi) * r * sums, 1.0)


def smoothed(theta: Array, h: Values) -> Array:
    x, y = theta
    v = h.smooth * h.smooth
    waves = mean_wave(jnp.stack([*theta]), v)  # of x and of y, independent of each other
    return 20.0 * (1.0 - mean_cone(0.5 * (x * x + y * y), v)) + math.e - waves[0] * waves[1]


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
    smoothed=smoothed,
    apart=True,
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
