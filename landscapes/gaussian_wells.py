"""Four Gaussian wells of different depth and width in a shallow bowl. Own."""

import jax.numpy as jnp
from jax import Array

from landscapes._gaussian import bump
from landscapes._landscape import Landscape, maximum, minimum, saddle
from visualizer.spec import Source, Text, Values

# Depth w, center (a, b), width s.
WELLS = ((1.0, -1.5, 1.0, 0.6), (1.3, 1.5, 1.2, 0.8), (1.6, 0.3, -1.5, 0.7), (0.8, -2.2, -1.6, 0.5))


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    loss = 0.02 * (x * x + y * y)
    for w, a, b, s in WELLS:
        u, v = x - a, y - b
        loss = loss - w * jnp.exp(-(u * u + v * v) / (2.0 * s * s))
    return loss


def smoothed(theta: Array, h: Values) -> Array:
    x, y = theta
    v = h.smooth * h.smooth
    loss = 0.02 * (x * x + y * y + 2.0 * v)
    for w, a, b, s in WELLS:
        loss = loss - w * bump((x - a) * (x - a) + (y - b) * (y - b), s, v)
    return loss


# Polished by Newton's method with 40 digits.
POINTS = (
    minimum(0.297229298316616912, -1.47988908016866085, -1.55530004581024359, best=True),
    minimum(1.47067614523728993, 1.17609980701835619, -1.22789482644433372),
    minimum(-1.47649064718773882, 0.985724787590276866, -0.937270648619362353),
    minimum(-2.1677740724629338, -1.57991449673064104, -0.657021386226879312),
    maximum(-0.372365259462612837, 0.164556878458373919, -0.157608048596859938),
    saddle(-0.207639938181762569, 0.976929892869809057, -0.208764918323368646),
    saddle(0.853751201415935222, -0.138070629378846054, -0.393022762980266876),
    saddle(-0.50738646496789435, 0.0486806577938184261, -0.158221100961530556),
    saddle(-1.24931040901069505, -1.48797253509386653, -0.190806144801180473),
)

GAUSSIAN_WELLS = Landscape(
    title=Text("Gaussian wells", "高斯井"),
    family="wells",
    order=94,
    source=Source("Descent Lab", 2026),
    formula=r"\frac{x^2 + y^2}{50} - \sum_{i=1}^{4} w_i \exp\left(-\frac{(x - a_i)^2 + (y - b_i)^2}{2 s_i^2}\right)",
    f=f,
    smoothed=smoothed,
    code="""
first = {np}.exp(-((x + 1.5) ** 2 + (y - 1) ** 2) / 0.72)
second = 1.3 * {np}.exp(-((x - 1.5) ** 2 + (y - 1.2) ** 2) / 1.28)
third = 1.6 * {np}.exp(-((x - 0.3) ** 2 + (y + 1.5) ** 2) / 0.98)
fourth = 0.8 * {np}.exp(-((x + 2.2) ** 2 + (y + 1.6) ** 2) / 0.5)
loss = 0.02 * (x**2 + y**2) - first - second - third - fourth
""",
    domain=(-4.0, 4.0, -4.0, 4.0),
    points=lambda params: POINTS,
    start=(-3.2, -2.0),
    notes=Text(
        "Momentum rolls through the first well, over the saddle and into the deepest one; SGD, RMSProp and Adam stay "
        "in the first, where the loss is 0.9 higher. With lr 0.15 momentum stays as well.",
        "动量法滚过第一口井\uff0c越过鞍点\uff0c落入最深的井\uff1bSGD、RMSProp 和 Adam 留在第一口井\uff0c"
        "损失高出 0.9。动量法的 lr 取 0.15 时也会留下。",
    ),
    race=(
        ("sgd", {"lr": 0.1}),
        ("momentum", {"lr": 0.2}),
        ("rmsprop", {"lr": 0.02}),
        ("adam", {"lr": 0.1}),
    ),
    rates={"gradient": 0.1, "velocity": 0.1, "distance": 0.05},
    steps=100,
)
