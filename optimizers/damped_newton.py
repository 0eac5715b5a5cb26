"""Newton's method with a constant damping: Levenberg 1944, without his control of the damping."""

from jax import Array

from optimizers._frame import Moments, Optimizer
from optimizers._newton import always, damping, newton_moments, newton_rate
from optimizers._plane import shifted, solve
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, state: tuple[()], h: Values) -> Moments:
    return newton_moments(solve(shifted(h.hessian, h.damping), g), h)


DAMPED_NEWTON = Optimizer(
    title=Text("Damped Newton", "阻尼牛顿法"),
    family="second",
    order=432,
    source=Source("Levenberg, Quarterly of Applied Mathematics 2", 1944),
    formula=r"\theta_t = \theta_{t-1} - \eta\, (H_t + d I)^{-1} g_t",
    follows=Text(
        "The equation, with a constant damping and no check of signs. Where the matrix is singular the step is lr "
        "times the gradient. A step counts as three gradients: the Hessian costs two.",
        "与公式一致\uff0c阻尼不变\uff0c不检查正负。矩阵奇异处改走学习率乘梯度。"
        "每步按三次梯度计\uff1aHessian 相当于两次。",
    ),
    summary=Text(
        "Between Newton's step and a short gradient step. Where a negative curvature outweighs the damping it still "
        "climbs towards the saddle.",
        "介于牛顿步与短梯度步之间。若某方向的负曲率超过阻尼\uff0c它仍会爬向鞍点。",
    ),
    hypers=(newton_rate(), damping(10.0)),
    units="none",
    init=lambda theta, h: (),
    moments=moments,
    hessian=always,
)
