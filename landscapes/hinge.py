"""The mean hinge loss of a linear classifier on six data, with a small L2 term.

The data are our own. The rounded hinge is the smoothed one of Shalev-Shwartz and Zhang 2013 (arXiv:1209.1873); with
delta = 1 it is that of Rennie and Srebro 2005.
"""

import math

import jax.numpy as jnp
import numpy as np
from jax import Array

from landscapes._huber import mean_huber, rounding
from landscapes._landscape import Landscape, Params, StationaryPoint, minimum
from visualizer.spec import Source, Text, Values

# Each datum's features times its class, 1 or -1: its margin is (u, v) times this.
DATA = ((1.5, 0.5), (0.5, 1.5), (2.0, -0.5), (-0.5, 1.0), (1.0, -1.0), (0.25, 0.75))
DECAY = 0.05


def lost(short: Array, delta: Array) -> Array:
    """The loss of a margin that falls ``short`` of 1 by so much."""
    positive = jnp.where(delta > 0, delta, 1.0)
    beyond = jnp.where(short <= delta, 0.5 * (short * short) / positive, short - 0.5 * delta)
    return jnp.where(short <= 0, 0.0, beyond)


def f(theta: Array, h: Values) -> Array:
    u, v = theta
    total = sum(lost(1.0 - (u * a + v * b), h.huber) for a, b in DATA)
    return total / len(DATA) + 0.5 * DECAY * (u * u + v * v)


def smoothed(theta: Array, h: Values) -> Array:
    """The rounded hinge of s is half of s' + H(s') + w/2 with w = delta/2, s' = s - w and Huber's H of half width w.

    The data are a leading axis: unrolled, they take four times as long to compile.
    """
    u, v = theta
    a, b = np.array(DATA).T.reshape(2, len(DATA), *(1,) * u.ndim)
    w = 0.5 * h.huber
    short = 1.0 - (u * a + v * b) - w
    means = 0.5 * (short + mean_huber(short, w, np.hypot(a, b) * h.smooth) + 0.5 * w)
    return jnp.mean(means, 0) + 0.5 * DECAY * (u * u + v * v) + DECAY * (h.smooth * h.smooth)


SHARP = (1.75, 0.75)  # the minimum at delta = 0, where the margins of the last two data are exactly 1


def slope(u: float, v: float, delta: float) -> tuple[float, ...]:
    """The gradient at (u, v) for delta > 0, and the Hessian's entries uu, uv, vv."""
    found = [DECAY * u, DECAY * v, DECAY, 0.0, DECAY]
    for a, b in DATA:
        share = min(max((1.0 - u * a - v * b) / delta, 0.0), 1.0)
        bend = 1.0 / delta if 0.0 < share < 1.0 else 0.0
        terms = (-share * a, -share * b, bend * a * a, bend * a * b, bend * b * b)
        found = [entry + term / len(DATA) for entry, term in zip(found, terms, strict=True)]
    return tuple(found)


def lowest(delta: float) -> tuple[float, float]:
    """The minimum, by Newton's method, its steps halved until the slope falls: it ends, the parabolas being finite."""
    u, v = SHARP
    if delta == 0:
        return u, v
    here = slope(u, v, delta)
    for _ in range(60):
        gu, gv, uu, uv, vv = here
        area = uu * vv - uv * uv
        du, dv = (uv * gv - vv * gu) / area, (uv * gu - uu * gv) / area
        for halvings in range(30):
            tried = u + du * 0.5**halvings, v + dv * 0.5**halvings
            there = slope(*tried, delta)
            if math.hypot(*there[:2]) < math.hypot(gu, gv):
                (u, v), here = tried, there
                break
        else:
            break
    return u, v


def points(params: Params) -> tuple[StationaryPoint, ...]:
    delta = params["huber"]
    u, v = lowest(delta)
    value = DECAY * (u * u + v * v) / 2
    for a, b in DATA:
        short = max(1.0 - u * a - v * b, 0.0)
        value += (short - delta / 2 if short >= delta else short * short / (2 * delta)) / len(DATA)
    return (minimum(u, v, value, best=True, smooth=delta > 0),)


HINGE = Landscape(
    title=Text("Hinge loss", "合页损失"),
    family="kink",
    order=260,
    source=Source("Shalev-Shwartz and Zhang, Journal of Machine Learning Research 14", 2013, "1209.1873"),
    formula=r"\frac1n \sum_{i=1}^{n} H_\delta(1 - s_i (u a_i + v b_i)) + \frac{\lambda}{2} (u^2 + v^2), \quad "
    r"H_\delta(r) = \begin{cases} 0 & r \le 0 \\ \frac{r^2}{2\delta} & 0 < r \le \delta \\ "
    r"r - \frac{\delta}{2} & r > \delta \end{cases}, \quad \theta = (u, v), \quad n = 6, \quad \lambda = 0.05",
    f=f,
    code="""
total = 0
for a, b in ((1.5, 0.5), (0.5, 1.5), (2, -0.5), (-0.5, 1), (1, -1), (0.25, 0.75)):
    short = 1 - (x * a + y * b)
    short = (abs(short) + short) / 2
    if huber > 0:
        near = {np}.clip(short, 0, huber)
        short = near * (short - near / 2) / huber
    total = total + short / 6
loss = total + 0.025 * (x**2 + y**2)
""",
    params=(rounding(),),
    domain=(-2.0, 5.0, -3.0, 4.0),
    points=points,
    start=(-1.0, -1.0),
    notes=Text(
        "Every datum has a kink where its margin is 1, and the minimum lies where two of them cross. SGD jumps "
        "from one side to the other and never settles. With delta = 1 or 0.5 the same rate comes to rest "
        "(at 0.5 its loss is within 0.001 of the lowest after 13 steps), at a minimum that has moved: a smooth "
        "loss is another loss.",
        "每个数据在间隔为 1 处有一条棱\uff0c极小点在其中两条的交点上。SGD 在两侧来回跳动\uff0c停不下来。取 δ = "
        "1 或 0.5\uff0c同样的学习率就会停下\uff080.5 时 13 步后相差不到 0.001\uff09\uff0c但极小点已经移动\uff1a光"
        "滑后的损失是另一个损失。",
    ),
    race=(
        ("sgd", {"lr": 1.0}),
        ("momentum", {"lr": 0.1}),
        ("adagrad", {"lr": 0.7}),
        ("adam", {"lr": 0.1}),
    ),
    rates={"gradient": 1.0, "velocity": 0.1, "distance": 0.1},
    steps=150,
    smoothed=smoothed,
    apart=True,
)
