"""Isotropic Gaussian gradient noise, the simplest stand-in for a minibatch."""

from landscapes.noise._noise import Noise, strength
from visualizer.spec import Source, Text

GAUSSIAN = Noise(
    title=Text("Gaussian", "高斯"),
    order=10,
    source=Source("Robbins and Monro, Annals of Mathematical Statistics 22", 1951),
    formula=r"g_t = \nabla f(\theta) + \sigma \xi_t, \quad \xi_t \sim N(0, I)",
    summary=Text("The same normal noise in every direction, at every step.", "每一步、每个方向上同样强度的正态噪声。"),
    hypers=(strength("sigma", r"\sigma", 0.5, Text("Standard deviation of each coordinate.", "每个坐标的标准差。")),),
    apply=lambda g, theta, draw, h: g + h.sigma * draw(0),
)
