"""The ravine: a quadratic of given condition number, turned by a given angle."""

import jax.numpy as jnp
from jax import Array

from landscapes._landscape import Landscape, minimum, parameter
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    angle = h.theta_deg * (jnp.pi / 180.0)
    cos, sin = jnp.cos(angle), jnp.sin(angle)
    u, v = cos * x + sin * y, cos * y - sin * x
    return 0.5 * h.lambda_min * (u * u + h.kappa * (v * v))


def smoothed(theta: Array, h: Values) -> Array:
    """Only the height changes, by half the Laplacian times the variance: every slope stays what it is."""
    return f(theta, h) + 0.5 * h.lambda_min * (1.0 + h.kappa) * (h.smooth * h.smooth)


RAVINE = Landscape(
    title=Text("Ravine", "峡谷"),
    family="valley",
    order=30,
    source=Source("Polyak, USSR Computational Mathematics and Mathematical Physics 4(5)", 1964),
    formula=r"\tfrac12 \lambda_{\min} (u^2 + \kappa v^2), \quad (u, v) = R(-\vartheta)(x, y)",
    f=f,
    smoothed=smoothed,
    code="""
cos, sin = math.cos(math.radians(theta_deg)), math.sin(math.radians(theta_deg))
u, v = cos * x + sin * y, cos * y - sin * x
loss = lambda_min * (u**2 + kappa * v**2) / 2
""",
    params=(
        parameter(
            "kappa",
            r"\kappa",
            100.0,
            1.0,
            1000.0,
            Text("Condition number: steepest over flattest curvature.", "条件数：最陡与最平曲率之比。"),
            "log",
            least=1e-6,
            most=1e9,
        ),
        parameter(
            "theta_deg",
            r"\vartheta",
            30.0,
            -90.0,
            90.0,
            Text("Angle of the long axis to the x axis, in degrees.", "长轴与 x 轴的夹角（度）。"),
            least=-360.0,
            most=360.0,
        ),
        parameter(
            "lambda_min",
            r"\lambda_{\min}",
            1.0,
            0.01,
            10.0,
            Text("Curvature along the ravine.", "沿峡谷方向的曲率。"),
            "log",
            least=1e-9,
            most=1e9,
        ),
    ),
    domain=(-5.0, 5.0, -5.0, 5.0),
    points=lambda params: (minimum(0.0, 0.0, best=True),),
    start=(4.0, 1.5),
    notes=Text(
        "Gradient descent zigzags across it and converges exactly when lr is below 2 / (kappa lambda_min).",
        "梯度下降在其中来回折返；当且仅当 η < 2/(κ λ_min) 时收敛。",
    ),
    race=(
        ("sgd", {"lr": 0.0195}),
        ("momentum", {"lr": 0.01}),
        ("nesterov", {"lr": 0.01}),
        ("adam", {"lr": 0.1}),
    ),
    rates={"gradient": 0.01, "velocity": 0.01, "distance": 0.1},
    color_scale="log",
    tolerance=1e-3,
    steps=200,
)
