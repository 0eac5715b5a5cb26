"""The sum of absolute values |x| + |y|, or of Huber's rounded form of them: Huber 1964."""

from jax import Array

from landscapes._huber import huber, mean_huber, rounding
from landscapes._landscape import Landscape, minimum
from visualizer.spec import Source, Text, Values


def f(theta: Array, h: Values) -> Array:
    x, y = theta
    return huber(x, h.huber) + huber(y, h.huber)


def smoothed(theta: Array, h: Values) -> Array:
    x, y = theta
    return mean_huber(x, h.huber, h.smooth) + mean_huber(y, h.huber, h.smooth)


ABS_SUM = Landscape(
    title=Text("Absolute values", "绝对值之和"),
    family="kink",
    order=240,
    source=Source("Huber, Annals of Mathematical Statistics 35(1)", 1964),
    formula=r"H_\delta(x) + H_\delta(y), \quad H_\delta(u) = \begin{cases} \frac{u^2}{2\delta} & |u| \le \delta \\ "
    r"|u| - \frac{\delta}{2} & |u| > \delta \end{cases}, \quad H_0(u) = |u|",
    f=f,
    code="""
total = 0
for size in (abs(x), abs(y)):
    if huber > 0:
        near = {np}.clip(size, 0, huber)
        size = near * (size - near / 2) / huber
    total = total + size
loss = total
""",
    params=(rounding(),),
    domain=(-3.0, 3.0, -3.0, 3.0),
    points=lambda params: (minimum(0.0, 0.0, best=True, smooth=params["huber"] > 0),),
    start=(2.47, 1.43),
    notes=Text(
        "The slope does not shrink on the way down, so a constant rate never comes to rest: SGD ends jumping to "
        "and fro across both kinks, by 0.2 each. The jumps of AdaGrad shrink with its rate. With delta = 0.5 the "
        "loss of SGD is below 0.001 after 16 steps. Smoothing has the same effect.",
        "下降途中斜率不减小\uff0c因此恒定学习率停不下来\uff1aSGD 最终在两条棱上来回跳动\uff0c每次 0.2。AdaGrad 的"
        "跳动随学习率缩小。取 δ = 0.5\uff0cSGD 在 16 步后损失高出最小值不到 0.001。平滑也有同样的效果。",
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
