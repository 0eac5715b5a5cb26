"""Newton's method: Newton 1669, Raphson 1690; for minimization as in Nocedal and Wright 2006, section 2.2."""

from jax import Array

from optimizers._frame import Moments, Optimizer
from optimizers._newton import always, newton_moments, newton_rate
from optimizers._plane import solve
from visualizer.spec import Source, Text, Values


def moments(g: Array, theta: Array, state: tuple[()], h: Values) -> Moments:
    return newton_moments(solve(h.hessian, g), h)


NEWTON = Optimizer(
    title=Text("Newton", "牛顿法"),
    family="second",
    order=430,
    source=Source("Nocedal and Wright, Numerical Optimization, 2nd edition", 2006, place="section 2.2"),
    formula=r"\theta_t = \theta_{t-1} - \eta\, H_t^{-1} g_t, \quad H_t = \nabla^2 f(\theta_{t-1})",
    follows=Text(
        "The equation. Where the Hessian is singular the step is lr times the gradient. No package has it as an "
        "update rule. A step counts as three gradients: the Hessian costs two.",
        "与公式一致。Hessian 奇异处改走学习率乘梯度。没有软件包把它作为更新规则。"
        "每步按三次梯度计\uff1aHessian 相当于两次。",
    ),
    summary=Text(
        "Jumps to where the parabola that fits the surface here is flat: the bottom of a bowl in one step, but a "
        "saddle or a summit just as gladly.",
        "跳到此处拟合曲面的二次函数的驻点\uff1a碗底一步即到\uff0c但鞍点与山顶它同样会去。",
    ),
    hypers=(newton_rate(),),
    units="none",
    init=lambda theta, h: (),
    moments=moments,
    hessian=always,
)
