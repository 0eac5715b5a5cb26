"""Newton's method: Newton 1669, Raphson 1690; for minimization as in Nocedal and Wright 2006, section 2.2."""

from jax import Array

from optimizers._card import Card
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
    source=Source("Simpson, Essays on Mathematicks", 1740, place="Nocedal and Wright, section 2.2"),
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
    card=Card(
        parents=(),
        mends=Text(
            "Descent's rate depends on the curvature and differs by direction. Newton divides by the "
            "curvature in each direction and jumps to the stationary point of the local quadratic: any "
            "ravine takes one step, Rosenbrock five.",
            "梯度下降的学习率取决于曲率\uff0c且各方向不同。牛顿法在每个方向上除以曲率\uff0c直接跳到局部二"
            "次模型的驻点\uff1a任何峡谷一步即到\uff0cRosenbrock 五步。",
        ),
        breaks=Text(
            "It looks for any stationary point. On the saddle with a floor its first step lands on the "
            "saddle, and there it stays; on Beale it ends in the saddle (0, 1), on Himmelblau in the "
            "maximum. And a step may raise the loss: Rosenbrock, step 2, from 4.7 to 1412. For n "
            "parameters the Hessian has n² entries, the solution costs n³ operations.",
            "它寻找的是任意驻点。在有底的鞍面上第一步就落在鞍点并停住\uff1b在 Beale 上停在鞍点 (0, 1)"
            "\uff0c在 Himmelblau 上停在极大点。一步也可能使损失上升\uff1aRosenbrock 第 2 步从 4.7 升到 "
            "1412。n 个参数的 Hessian 有 n² 个元素\uff0c求解需 n³ 次运算。",
        ),
        use=Text(
            "Convex problems with few parameters, such as logistic regression; the last steps of another method.",
            "参数少的凸问题\uff0c例如逻辑回归\uff1b或作为其他方法的最后几步。",
        ),
        avoid=Text(
            "Starts far from a minimum, saddles, minibatches, networks.",
            "起点远离极小点、鞍点、小批量、神经网络。",
        ),
        memory=0,
        step="theta = theta - lr * np.linalg.solve(hessian(theta), gradient(theta))",
        cost=Text(
            "1 gradient, 1 Hessian and the solution of a linear system a step.",
            "每步 1 次梯度、1 次 Hessian\uff0c并解一个线性方程组。",
        ),
        stability=Text(
            "On a quadratic it converges for 0 < lr < 2, whatever the curvatures; lr = 1 takes one step. "
            "Lecture notes say it needs no learning rate: near a minimum that is true.",
            "在二次函数上\uff0c只要 0 < η < 2 就收敛\uff0c与曲率无关\uff1bη = 1 一步即到。讲义说它不需要"
            "学习率\uff1a在极小点附近的确如此。",
        ),
    ),
)
