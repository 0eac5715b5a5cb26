"""Newton's method with a constant damping: Levenberg 1944, without his control of the damping."""

from jax import Array

from optimizers._card import Card
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
    card=Card(
        parents=("newton",),
        mends=Text(
            "A small curvature makes Newton's step huge. With damping c added to every curvature no step "
            "is longer than |g| / (lambda_min + c) where H + c I is positive definite: Rosenbrock with c "
            "= 10 never rises.",
            "曲率小时牛顿步很大。给每个曲率加上阻尼 c\uff0c只要 H + cI 正定\uff0c步长就不超过 ‖g‖/(λ_min "
            "+ c)\uff1aRosenbrock 上取 c = 10\uff0c损失从不上升。",
        ),
        breaks=Text(
            "One constant must serve everywhere: Rosenbrock with c = 10 takes 74 steps, Newton 5. Where "
            "lambda_min + c < 0 it climbs: with c = 1 it stays at the saddle of the saddle with a floor "
            "(curvature -2), with c = 10 it leaves and arrives at step 46.",
            "一个常数要处处适用\uff1aRosenbrock 上 c = 10 要 74 步\uff0c牛顿法 5 步。λ_min + c < 0 处它会"
            "上升\uff1a有底的鞍面\uff08曲率 −2\uff09上\uff0cc = 1 停在鞍点\uff0cc = 10 则离开\uff0c第 46 "
            "步到达。",
        ),
        use=Text(
            "Nearly singular Hessians; to see the passage from Newton (c = 0) to descent with rate lr / c (c large).",
            "Hessian 接近奇异时\uff1b也可观察从牛顿法\uff08c = 0\uff09到学习率为 η/c 的梯度下降\uff08c 大"
            "\uff09的过渡。",
        ),
        avoid=Text(
            "Negative curvature below -c.",
            "负曲率低于 −c 时。",
        ),
        memory=0,
        step="H = hessian(theta) + damping * np.eye(2)\ntheta = theta - lr * np.linalg.solve(H, gradient(theta))",
        cost=Text(
            "1 gradient, 1 Hessian and the solution of a linear system a step.",
            "每步 1 次梯度、1 次 Hessian\uff0c并解一个线性方程组。",
        ),
        stability=Text(
            "On a quadratic a direction of curvature k shrinks by 1 - lr k / (k + c) a step: stable for "
            "lr < 2 (1 + c / L).",
            "在二次函数上\uff0c曲率为 k 的方向每步乘以 1 − ηk/(k + c)\uff1aη < 2(1 + c/L) 时稳定。",
        ),
    ),
)
