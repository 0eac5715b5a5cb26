"""Gaussian gradient noise that is stronger in one direction, as that of minibatches is."""

import jax.numpy as jnp
from jax import Array

from landscapes.noise._noise import Draw, Noise, strength
from visualizer.spec import Hyper, Source, Text, Values


def apply(g: Array, theta: Array, draw: Draw, h: Values) -> Array:
    along, across = draw(0)
    along, across = h.sigma * along, h.sigma_across * across
    angle = h.angle * (jnp.pi / 180.0)
    cos, sin = jnp.cos(angle), jnp.sin(angle)
    return g + jnp.stack([cos * along - sin * across, sin * along + cos * across])


ANISOTROPIC = Noise(
    title=Text("Gaussian, anisotropic", "各向异性高斯"),
    order=20,
    source=Source("Zhu, Wu, Yu, Wu and Ma, ICML", 2019, "1803.00195"),
    formula=r"g_t = \nabla f(\theta) + R_\varphi (\sigma_1 \xi_1, \sigma_2 \xi_2)^T, \quad \xi \sim N(0, I)",
    summary=Text(
        "Normal noise, stronger in one direction: a minibatch's is strongest where the loss bends most.",
        "某一方向更强的正态噪声\uff1a小批量的噪声在曲率最大的方向上最强。",
    ),
    hypers=(
        strength("sigma", r"\sigma_1", 1.0, Text("Standard deviation along the angle.", "沿该角度方向的标准差。")),
        strength("sigma_across", r"\sigma_2", 0.1, Text("Standard deviation across it.", "垂直方向的标准差。")),
        Hyper(
            "angle",
            r"\varphi",
            0.0,
            -90.0,
            90.0,
            "linear",
            Text(
                "Direction of the stronger noise, in degrees from the x axis.",
                "较强噪声的方向\uff0c与 x 轴的夹角\uff08度\uff09。",
            ),
            least=-360.0,
            most=360.0,
        ),
    ),
    apply=apply,
)
