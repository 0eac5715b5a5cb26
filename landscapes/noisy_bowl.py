"""A convex bowl (x^2 + kappa y^2) / 2 whose own race adds Gaussian gradient noise. Own."""

from jax import Array

from landscapes._landscape import Landscape, minimum, parameter
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    return 0.5 * (x * x + h.kappa * (y * y))


def smoothed(theta: Array, h: Values) -> Array:
    return f(theta, h) + 0.5 * (1.0 + h.kappa) * (h.smooth * h.smooth)  # a quadratic is raised, and keeps its slopes


NOISY_BOWL = Landscape(
    title=Text("Noisy bowl", "噪声碗"),
    family="bowl",
    order=50,
    source=Source("Descent Lab", 2026),
    formula=r"\tfrac12 (x^2 + \kappa y^2), \quad g = \nabla f + \sigma \xi",
    f=f,
    smoothed=smoothed,
    code="loss = (x**2 + kappa * y**2) / 2",
    params=(
        parameter(
            "kappa", r"\kappa", 3.0, 1.0, 100.0, Text("Condition number.", "条件数。"), "log", least=1e-6, most=1e9
        ),
    ),
    domain=(-3.0, 3.0, -3.0, 3.0),
    points=lambda params: (minimum(0.0, 0.0, best=True),),
    start=(2.5, 1.5),
    notes=Text(
        "Under noise a constant rate does not converge: it ends in a cloud whose size grows with the rate.",
        "有噪声时，恒定学习率不会收敛：最终停在一团云里，学习率越大云越大。",
    ),
    race=(
        ("sgd", {"lr": 0.1}),
        ("momentum", {"lr": 0.02}),
        ("rmsprop", {"lr": 0.02}),
        ("adam", {"lr": 0.1}),
    ),
    rates={"gradient": 0.1, "velocity": 0.02, "distance": 0.1},
    noise=("gaussian", {"sigma": 1.0}),
    tolerance=0.1,
    steps=200,
)
