"""Linear regression of a matrix [[x, y], [y, x]], on inputs whose covariance has the same form. Own."""

from jax import Array

from landscapes._landscape import Landscape, minimum, parameter
from visualizer.spec import Source, Text, Values

TARGET = (1.0, 0.5)


def f(theta: Array, h: Values) -> Array:
    """The loss of one row of the matrix, which is that of the other: a quarter of |(W - W*) X|^2."""
    x, y = theta[0] - TARGET[0], theta[1] - TARGET[1]
    return 0.25 * (h.kappa * ((x + y) * (x + y)) + (x - y) * (x - y))


def smoothed(theta: Array, h: Values) -> Array:
    """A quadratic rises by half the variance times the trace of its Hessian, whose eigenvalues are kappa and 1."""
    return f(theta, h) + 0.5 * (h.smooth * h.smooth) * (h.kappa + 1.0)


CIRCULANT = Landscape(
    title=Text("Matrix regression", "矩阵回归"),
    family="data",
    order=230,
    source=Source("Descent Lab", 2026),
    formula=r"\tfrac14 \| (W - W^*)\, X \|_F^2, \quad W = \left( \begin{matrix} x & y \\ y & x \end{matrix} \right), "
    r"\quad W^* = \left( \begin{matrix} 1 & 0.5 \\ 0.5 & 1 \end{matrix} \right), \quad "
    r"X X^T = \tfrac12 \left( \begin{matrix} \kappa + 1 & \kappa - 1 \\ \kappa - 1 & \kappa + 1 \end{matrix} \right)",
    f=f,
    code="""
a, b = x - 1, y - 0.5
loss = (kappa * (a + b) ** 2 + (a - b) ** 2) / 4
""",
    params=(
        parameter(
            "kappa",
            r"\kappa",
            25.0,
            1.0,
            1000.0,
            Text(
                "Condition number: how much stronger the inputs are along (1, 1) than along (1, -1).",
                "条件数\uff1a输入沿 (1, 1) 方向与沿 (1, -1) 方向的强度之比。",
            ),
            "log",
            least=1e-6,
            most=1e9,
        ),
    ),
    domain=(-3.0, 3.0, -3.0, 3.0),
    points=lambda params: (minimum(*TARGET, best=True),),
    start=(-2.0, 1.0),
    notes=Text(
        "The singular values of W - W* are |x + y - 1.5| and |x - y - 0.5|, and every method of this race keeps "
        "the form of W. SGD, signSGD and Adam first settle the steep direction, then follow the ravine at 45 "
        "degrees; Muon moves both singular values at one pace, along a nearly straight line. They stay within "
        "0.1 of W* from step 45 (SGD), 59, 103 and 96 (Muon). With kappa = 1000 Adam needs 1300, Muon 109.",
        "W - W* 的奇异值为 |x + y - 1.5| 和 |x - y - 0.5|\uff0c本场比赛的方法都保持 W 的形式。SGD、signSGD 和 "
        "Adam 先走完陡的方向\uff0c再沿 45 度的峡谷前进\uff1bMuon 让两个奇异值以同样的速度减小\uff0c几乎走直线。它"
        "们分别从第 45\uff08SGD\uff09、59、103 和 96 步\uff08Muon\uff09起留在距 W* 0.1 以内。κ = 1000 时 Adam 要 "
        "1300 步\uff0cMuon 要 109 步。",
    ),
    race=(
        ("sgd", {"lr": 0.07}),
        ("adam", {"lr": 0.2}),
        ("signsgd", {"lr": 0.05}),
        ("muon", {"lr": 0.05, "weight_decay": 0.0, "momentum": 0.9}),
    ),
    rates={"gradient": 0.07, "velocity": 0.02, "distance": 0.1},
    color_scale="log",
    steps=150,
    smoothed=smoothed,
    matrix=True,
)
