"""Isotropic Gaussian gradient noise, the simplest stand-in for a minibatch."""

from landscapes.noise._noise import Noise
from visualizer.spec import Hyper, Source, Text

GAUSSIAN = Noise(
    title=Text("Gaussian", "高斯"),
    order=10,
    source=Source("Robbins and Monro, Annals of Mathematical Statistics 22", 1951),
    formula=r"g_t = \nabla f(\theta) + \sigma \xi_t, \quad \xi_t \sim N(0, I)",
    summary=Text("The same normal noise in every direction, at every step.", "每一步、每个方向上同样强度的正态噪声。"),
    hypers=(
        Hyper(
            "sigma",
            r"\sigma",
            0.5,
            1e-3,
            10.0,
            "log0",
            Text("Standard deviation of each coordinate.", "每个坐标的标准差。"),
            least=0.0,
            most=1e6,
        ),
    ),
    apply=lambda g, theta, draw, h: g + h.sigma * draw(0),
)
