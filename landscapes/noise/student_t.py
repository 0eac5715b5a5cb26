"""Heavy-tailed gradient noise: Student's t in the plane, by Bailey's polar method."""

import jax.numpy as jnp
from jax import Array

from landscapes.noise._noise import Draw, Noise, strength
from visualizer.spec import Hyper, Source, Text, Values


def apply(g: Array, theta: Array, draw: Draw, h: Values) -> Array:
    """Of a normal pair the direction is kept, and its length r becomes that of a t pair: with U = exp(-r^2 / 2),
    which is uniform, nu (U^(-2 / nu) - 1) is nu (exp(r^2 / nu) - 1).
    """
    pair = draw(0)
    square = pair[0] * pair[0] + pair[1] * pair[1]
    apart = square > 0.0
    ratio = h.nu * jnp.expm1(square / h.nu) / jnp.where(apart, square, 1.0)
    return g + h.sigma * jnp.sqrt(jnp.where(apart, ratio, 1.0)) * pair


STUDENT_T = Noise(
    title=Text("Student's t, heavy-tailed", "学生 t\uff08重尾\uff09"),
    order=30,
    source=Source("Bailey, Mathematics of Computation 62", 1994),
    formula=r"g_t = \nabla f(\theta) + \sigma \tau_t, \quad \tau_t \sim t_\nu",
    summary=Text(
        "Mostly small, now and then enormous: at nu = 1 it has no mean, up to nu = 2 no variance. See who clips a "
        "shock and who is thrown far off.",
        "大多很小\uff0c偶尔极大\uff1aν = 1 时没有均值\uff0cν ≤ 2 时没有方差。看谁能压住冲击\uff0c谁会被甩得很远。",
    ),
    hypers=(
        strength("sigma", r"\sigma", 0.5, Text("Scale of each coordinate.", "每个坐标的尺度。")),
        Hyper(
            "nu",
            r"\nu",
            2.0,
            1.0,
            100.0,
            "log",
            Text(
                "Degrees of freedom: the smaller, the heavier the tails; 100 is nearly normal.",
                "自由度\uff1a越小尾部越重\uff0c100 时接近正态。",
            ),
            least=0.5,
            most=1e6,
        ),
    ),
    apply=apply,
)
