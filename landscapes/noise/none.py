"""The exact gradient."""

from landscapes.noise._noise import Noise
from visualizer.spec import Source, Text

NONE = Noise(
    title=Text("None", "无"),
    order=0,
    source=Source("Cauchy, Comptes Rendus 25", 1847),
    formula=r"g_t = \nabla f(\theta)",
    summary=Text("The exact gradient at every step.", "每一步都用精确梯度。"),
    hypers=(),
    apply=lambda g, theta, draw, h: g,
)
