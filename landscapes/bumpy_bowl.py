"""A bowl with high-frequency bumps: (x^2 + y^2)/2 + a (2 - cos w x - cos w y). Own."""

import math

import jax.numpy as jnp
from jax import Array

from landscapes._gaussian import damping
from landscapes._landscape import Landscape, Params, StationaryPoint, minimum, parameter
from visualizer.spec import Source, Text, Values

REACH = 3.0


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    return 0.5 * (x * x + y * y) + h.amplitude * (2.0 - jnp.cos(h.frequency * x) - jnp.cos(h.frequency * y))


def smoothed(theta: Array, h: Values) -> Array:
    x, y = theta
    v = h.smooth * h.smooth
    waves = damping(h.frequency, v) * (jnp.cos(h.frequency * x) + jnp.cos(h.frequency * y))
    return 0.5 * (x * x + y * y) + v + h.amplitude * (2.0 - waves)


def minima_of_one_coordinate(amplitude: float, frequency: float) -> list[float]:
    """The s in [-REACH, REACH] with s + a w sin(w s) = 0 and a positive second derivative, by bisection.

    The surface is a sum of one function of x and the same one of y; its minima are the pairs of these. Between two
    neighbouring inflections, where 1 + a w^2 cos(w s) changes sign, the slope is monotone: at most one root each.
    """

    def slope(s: float) -> float:
        return s + amplitude * frequency * math.sin(frequency * s)

    bend = amplitude * frequency**2
    if bend <= 1.0:
        return [0.0]
    half_width = math.acos(-1.0 / bend) / frequency  # the slope rises within this distance of each 2 pi k / w
    found = [0.0]
    for k in range(1, int(REACH * frequency / (2 * math.pi)) + 2):
        low, high = (2 * math.pi * k / frequency + side * half_width for side in (-1, 1))
        if slope(low) < 0.0 < slope(high):
            for _ in range(80):
                middle = 0.5 * (low + high)
                low, high = (middle, high) if slope(middle) < 0.0 else (low, middle)
            if low < REACH:
                found += [low, -low]
    return found


def points(params: Params) -> tuple[StationaryPoint, ...]:
    a, w = params["amplitude"], params["frequency"]
    roots = minima_of_one_coordinate(a, w)
    height = {s: 0.5 * s * s + a * (1.0 - math.cos(w * s)) for s in roots}
    return tuple(minimum(x, y, height[x] + height[y], best=x == 0.0 and y == 0.0) for x in roots for y in roots)


BUMPY_BOWL = Landscape(
    title=Text("Bumpy bowl", "起伏碗"),
    family="bowl",
    order=60,
    source=Source("Descent Lab", 2026),
    formula=r"\tfrac12 (x^2 + y^2) + a\,(2 - \cos \omega x - \cos \omega y)",
    f=f,
    smoothed=smoothed,
    code="""
bumps = 2 - {np}.cos(frequency * x) - {np}.cos(frequency * y)
loss = (x**2 + y**2) / 2 + amplitude * bumps
""",
    params=(
        parameter("amplitude", "a", 0.15, 0.0, 0.5, Text("Height of the bumps.", "起伏的高度。"), most=10.0),
        parameter("frequency", r"\omega", 12.0, 1.0, 20.0, Text("How close together they are.", "起伏的疏密。")),
    ),
    domain=(-3.0, 3.0, -3.0, 3.0),
    points=points,
    start=(2.3, -1.9),
    notes=Text(
        "Many local minima on a simple bowl: small steps get caught, momentum and large steps roll through.",
        "简单的碗上布满局部极小值：小步会被困住，动量和大步能滚过去。",
    ),
    race=(
        ("sgd", {"lr": 0.02}),
        ("momentum", {"lr": 0.02}),
        ("rmsprop", {"lr": 0.05}),
        ("adam", {"lr": 0.2}),
    ),
    rates={"gradient": 0.02, "velocity": 0.02, "distance": 0.1},
    tolerance=1e-2,
    steps=200,
)
