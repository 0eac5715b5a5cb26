"""Gradient noise in proportion to the gradient: it fades where the surface is flat."""

from landscapes.noise._noise import Noise, strength
from visualizer.spec import Source, Text

MULTIPLICATIVE = Noise(
    title=Text("Multiplicative", "乘性"),
    order=40,
    source=Source("Polyak, Introduction to Optimization, chapter 4", 1987),
    formula=r"g_t = \nabla f(\theta) (1 + \sigma \xi_t), \quad \xi_t \sim N(0, I)",
    summary=Text(
        "Each coordinate is off by a random share of itself. Nothing is left of it at a minimum, so that a constant "
        "rate still converges there.",
        "每个坐标按自身的随机比例出错。在极小点处噪声消失\uff0c因此固定学习率仍能收敛。",
    ),
    hypers=(strength("sigma", r"\sigma", 0.5, Text("Standard deviation of the share.", "比例的标准差。")),),
    apply=lambda g, theta, draw, h: g * (1.0 + h.sigma * draw(0)),
)
