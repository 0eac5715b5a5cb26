"""The monkey saddle Re (x + iy)^3, unbounded below: Hilbert and Cohn-Vossen, Anschauliche Geometrie (1932)."""

from jax import Array

from landscapes._landscape import SADDLE, Landscape, StationaryPoint
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    return x * (x * x - 3.0 * (y * y))


def smoothed(theta: Array, h: Values) -> Array:
    """No change: a real part of an analytic function is harmonic, its mean over a circle is its center's value."""
    return f(theta, h)


# Its Hessian vanishes, so no sign of an eigenvalue certifies its kind.
POINTS = (StationaryPoint((0.0, 0.0), 0.0, SADDLE, smooth=False),)

MONKEY_SADDLE = Landscape(
    title=Text("Monkey saddle", "猴鞍面"),
    family="saddle",
    order=12,
    source=Source("Hilbert and Cohn-Vossen, Anschauliche Geometrie", 1932),
    formula=r"x^3 - 3xy^2",
    f=f,
    smoothed=smoothed,
    code="loss = x**3 - 3 * x * y**2",
    domain=(-1.5, 1.5, -1.5, 1.5),
    points=lambda params: POINTS,
    start=(0.9, 0.05),
    notes=Text(
        "In the middle both the gradient and the Hessian are zero, and three ways lead down. SGD, RMSProp and "
        "Adam take the same one; momentum runs past the middle, turns, and is left within 0.02 of it, where "
        "hardly anything pushes it.",
        "正中央的梯度和 Hessian 都为零\uff0c有三条下山的路。SGD、RMSProp 和 Adam 走了同一条\uff1b"
        "动量冲过中央又折回\uff0c停在距它 0.02 以内\uff0c那里几乎没有推力。",
    ),
    race=(
        ("sgd", {"lr": 0.02}),
        ("momentum", {"lr": 0.01}),
        ("rmsprop", {"lr": 0.007}),
        ("adam", {"lr": 0.02}),
    ),
    rates={"gradient": 0.02, "velocity": 0.01, "distance": 0.01},
    steps=60,
)
