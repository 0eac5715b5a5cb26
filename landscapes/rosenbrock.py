"""Rosenbrock's valley: Rosenbrock, The Computer Journal 3 (1960)."""

from jax import Array

from landscapes._landscape import Landscape, Params, StationaryPoint, minimum, parameter
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    across, along = y - x * x, h.a - x
    return along * along + h.b * (across * across)


def smoothed(theta: Array, h: Values) -> Array:
    """The squares of the means and the variances: x^2 has mean x^2 + v and variance 4 x^2 v + 2 v^2."""
    x, y = theta
    v = h.smooth * h.smooth
    across, along = y - x * x - v, h.a - x
    return along * along + v + h.b * (across * across + v * (1.0 + 4.0 * (x * x) + 2.0 * v))


def points(params: Params) -> tuple[StationaryPoint, ...]:
    return (minimum(params["a"], params["a"] ** 2, best=True),)


ROSENBROCK = Landscape(
    title=Text("Rosenbrock", "Rosenbrock 香蕉谷"),
    family="valley",
    order=40,
    source=Source("Rosenbrock, The Computer Journal 3", 1960),
    formula=r"(a - x)^2 + b\,(y - x^2)^2",
    f=f,
    smoothed=smoothed,
    code="loss = (a - x) ** 2 + b * (y - x**2) ** 2",
    params=(
        parameter(
            "a", "a", 1.0, -1.5, 1.5, Text("The minimum is at (a, a²).", "极小值在 (a, a²)。"), least=-1e3, most=1e3
        ),
        parameter(
            "b",
            "b",
            100.0,
            1.0,
            1000.0,
            Text("How steep the walls of the valley are.", "谷壁的陡度。"),
            "log",
            least=1e-6,
            most=1e9,
        ),
    ),
    domain=(-2.0, 2.0, -1.0, 3.0),
    points=points,
    start=(-1.2, 1.0),
    notes=Text(
        "Falling into the bent valley is easy; following it to the end is what takes thousands of steps.",
        "落入弯谷很容易，沿谷走到头却要几千步。",
    ),
    race=(
        ("sgd", {"lr": 1e-3}),
        ("momentum", {"lr": 5e-4}),
        ("rmsprop", {"lr": 0.01}),
        ("adam", {"lr": 0.1}),
    ),
    rates={"gradient": 1e-3, "velocity": 5e-4, "distance": 0.1},
    color_scale="log",
    steps=500,
)
