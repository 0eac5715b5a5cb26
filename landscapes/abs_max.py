"""The larger absolute value max(|x|, |y|) = (|x + y| + |x - y|) / 2, or the same rounded as Huber did (1964)."""

import math

from jax import Array

from landscapes._huber import huber, mean_huber, rounding
from landscapes._landscape import Landscape, minimum
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    return 0.5 * (huber(x + y, h.huber) + huber(x - y, h.huber))


def smoothed(theta: Array, h: Values) -> Array:
    """Sum and difference of two independent normal deviations have the square root of 2 times theirs."""
    x, y = theta
    sigma = math.sqrt(2.0) * h.smooth
    return 0.5 * (mean_huber(x + y, h.huber, sigma) + mean_huber(x - y, h.huber, sigma))


ABS_MAX = Landscape(
    title=Text("Larger absolute value", "绝对值的最大值"),
    family="kink",
    order=250,
    source=Source("Huber, Annals of Mathematical Statistics 35(1)", 1964),
    formula=r"\max(|x|, |y|) = \tfrac12 (|x + y| + |x - y|), \quad |u| \to H_\delta(u) = \begin{cases} "
    r"\frac{u^2}{2\delta} & |u| \le \delta \\ |u| - \frac{\delta}{2} & |u| > \delta \end{cases}",
    f=f,
    code="""
total = 0
for size in (abs(x + y), abs(x - y)):
    if huber > 0:
        near = {np}.clip(size, 0, huber)
        size = near * (size - near / 2) / huber
    total = total + size / 2
loss = total
""",
    params=(rounding(),),
    domain=(-3.0, 3.0, -3.0, 3.0),
    points=lambda params: (minimum(0.0, 0.0, best=True, smooth=params["huber"] > 0),),
    start=(2.47, 1.43),
    notes=Text(
        "Only the larger coordinate has a slope: SGD takes x down to y, then climbs down the kink at 45 degrees "
        "in stairs, x and y in turn, and ends jumping by 0.2 across the minimum. With delta = 0.5 the stairs are "
        "gone, and the loss is below 0.001 after 22 steps. Smoothing has the same effect.",
        "只有较大的坐标才有斜率\uff1aSGD 先把 x 降到 y\uff0c再沿 45 度的棱像下台阶一样交替移动 x 和 y\uff0c最后在"
        "极小点两侧来回跳动 0.2。取 δ = 0.5\uff0c台阶消失\uff0c22 步后损失高出最小值不到 0.001。平滑也有同样的效"
        "果。",
    ),
    race=(
        ("sgd", {"lr": 0.2}),
        ("momentum", {"lr": 0.02}),
        ("adagrad", {"lr": 0.5}),
        ("adam", {"lr": 0.1}),
    ),
    rates={"gradient": 0.2, "velocity": 0.02, "distance": 0.1},
    tolerance=1e-2,
    steps=100,
    smoothed=smoothed,
    apart=True,
)
