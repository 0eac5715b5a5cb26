"""The plain saddle x^2 - y^2, unbounded below."""

from jax import Array

from landscapes._landscape import Landscape
from landscapes._landscape import saddle as saddle_point
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    return x * x - y * y


def smoothed(theta: Array, h: Values) -> Array:
    """No change: it is harmonic, the mean over every circle is the value at its center."""
    return f(theta, h)


SADDLE = Landscape(
    title=Text("Saddle", "鞍面"),
    family="saddle",
    order=20,
    source=Source("Dauphin et al., NeurIPS (on saddle points)", 2014, "1406.2572"),
    formula=r"x^2 - y^2",
    f=f,
    smoothed=smoothed,
    code="loss = x**2 - y**2",
    domain=(-2.0, 2.0, -2.0, 2.0),
    points=lambda params: (saddle_point(0.0, 0.0),),
    start=(1.5, 0.01),
    notes=Text(
        "No minimum: whoever leaves the saddle falls for ever. What differs is how long they stay.",
        "没有极小值：离开鞍点就一直下落。差别在于停留多久。",
    ),
    race=(
        ("sgd", {"lr": 0.05}),
        ("momentum", {"lr": 0.02}),
        ("rmsprop", {"lr": 0.01}),
        ("adam", {"lr": 0.05}),
    ),
    rates={"gradient": 0.05, "velocity": 0.02, "distance": 0.05},
    steps=60,
)
