"""Newton's method with a damping that learns from each trial: after Levenberg 1944 and Marquardt 1963."""

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card
from optimizers._frame import TRIAL, Bounds, Moments, Optimizer, Search, lane
from optimizers._newton import always, damping
from optimizers._plane import definite, shifted, solve
from visualizer.spec import Hyper, Source, Text, Values


def moments(g: Array, theta: Array, now: Array, h: Values) -> Moments:
    matrix = shifted(h.hessian, now)
    return Moments(solve(matrix, g), now, root_v=jnp.nan, rate=jnp.where(definite(matrix), 1.0, 0.0))


def settle(now: Array, length: Array, h: Values) -> Array:
    less, more = jnp.maximum(now / h.down, h.damping_min), jnp.minimum(now * h.up, h.damping_max)
    return jnp.where(length > 0, less, more)


def factor(name: str, symbol: str, doc: Text) -> Hyper:
    return Hyper(name, symbol, 10.0, 1.1, 100.0, "log", doc, least=1.0, most=1e100)


def limit(name: str, symbol: str, default: float, low: float, high: float, doc: Text) -> Hyper:
    return Hyper(name, symbol, default, low, high, "log0", doc, least=0.0, most=1e300)


LEVENBERG_MARQUARDT = Optimizer(
    title=Text("Levenberg-Marquardt", "Levenberg-Marquardt 法"),
    family="second",
    order=436,
    source=Source("Marquardt, Journal of the Society for Industrial and Applied Mathematics 11(2)", 1963),
    formula=r"s = (H_t + d I)^{-1} g_t; \quad f(\theta_{t-1} - s) < f(\theta_{t-1}): \; "
    r"\theta_t = \theta_{t-1} - s, \; d \leftarrow d / \text{down}; \quad "
    r"\text{else: } \theta_t = \theta_{t-1}, \; d \leftarrow d \cdot \text{up}",
    follows=Text(
        "Marquardt's control of the damping, one trial a step, with the full Hessian: a surface is no sum of squares "
        "that could give the Gauss-Newton matrix. A trial needs H + dI positive definite. It counts as one evaluation, "
        "the Hessian as two; a point that is kept is not paid for again.",
        "采用 Marquardt 的阻尼调节\uff0c每步试一次\uff0c用完整 Hessian\uff1a"
        "一般曲面不是平方和\uff0c没有 Gauss-Newton 矩阵。"
        "仅当 H + dI 正定才尝试。尝试计一次求值\uff0cHessian 计两次\uff1b留在原点时不重复计数。",
    ),
    summary=Text(
        "Tries Newton's step with some damping. If the loss falls it goes there and dares more, otherwise it stays "
        "where it is and becomes more careful: the loss never rises.",
        "用带阻尼的牛顿步试探\uff1a损失下降就走过去并减小阻尼\uff0c否则原地不动并加大阻尼。损失从不上升。",
    ),
    hypers=(
        damping(1e-3, "damping0", Text("Damping of the first trial.", "第一次尝试的阻尼。")),
        factor("up", "u", Text("Factor on the damping after a failure.", "失败后阻尼乘以的因子。")),
        factor("down", "v", Text("Divisor of the damping after a success.", "成功后阻尼除以的因子。")),
        limit("damping_min", r"d_{\min}", 1e-12, 1e-16, 1.0, Text("Least damping.", "阻尼的下限。")),
        limit("damping_max", r"d_{\max}", 1e12, 1e-3, 1e16, Text("Largest damping.", "阻尼的上限。")),
    ),
    units="none",
    init=lambda theta, h: lane(theta, h.damping0),
    moments=moments,
    hessian=always,
    search=Search(TRIAL, lambda h: Bounds(), settle),
    card=Card(
        parents=("newton",),
        mends=Text(
            "Damped Newton's constant is chosen anew at every step: ten times smaller after a step that "
            "lowers the loss, ten times larger after one that would raise it or where H + c I is not "
            "positive definite. The loss never rises: Rosenbrock within 1e-3 at step 39, Beale at 17, "
            "Himmelblau at 28.",
            "阻尼牛顿法的常数每步重选\uff1a损失下降则缩小到十分之一\uff0c若会上升或 H + cI 不正定则放大十"
            "倍。损失从不上升\uff1a降到 1e-3 以内\uff0cRosenbrock 第 39 步\uff0cBeale 第 17 步\uff0c"
            "Himmelblau 第 28 步。",
        ),
        breaks=Text(
            "Refused trials are drawn as steps without motion, and cost as much: on the saddle with a "
            "floor it takes 74, the saddle-free method 13.",
            "被拒绝的试探画成不动的一步\uff0c代价却一样\uff1a有底的鞍面上要 74 步\uff0c无鞍点牛顿法为 13 步。",
        ),
        use=Text(
            "Curve fitting by least squares, with J'J in place of H: the standard there for sixty years.",
            "最小二乘曲线拟合\uff0c以 JᵀJ 代替 H\uff1a六十年来的标准方法。",
        ),
        avoid=Text(
            "Many parameters; minibatches, for the test of the loss is then made on noise.",
            "参数很多时\uff1b小批量时\uff0c因为对损失的检验会被噪声左右。",
        ),
        memory=0,
        before="c = damping0",
        step="H = hessian(theta) + c * np.eye(2)\n"
        "trial = theta - np.linalg.solve(H, gradient(theta))\n"
        "if np.linalg.eigvalsh(H)[0] > 0 and loss(trial) < loss(theta):\n"
        "    theta, c = trial, max(c / down, damping_min)\n"
        "else:\n"
        "    c = min(c * up, damping_max)",
        told="H = hessian(theta) + c * np.eye(2)\n"
        "trial = theta - np.linalg.solve(H, gradient(theta))\n"
        "np.linalg.eigvalsh(H)[0] > 0 and loss(trial) < loss(theta)\n"
        "if length > 0:\n"
        "    theta, c = trial, max(c / down, damping_min)\n"
        "else:\n"
        "    c = min(c * up, damping_max)",
        symbols={"c": "d"},
        cost=Text(
            "1 gradient, 1 Hessian, a linear system and 2 losses a trial.",
            "每次试探 1 次梯度、1 次 Hessian、一个线性方程组和 2 次损失。",
        ),
        stability=Text(
            "No rate; accepted steps lower the loss on every surface. On a convex quadratic it converges "
            "from every start.",
            "没有学习率\uff1b在任何曲面上被接受的步都使损失下降。在凸二次函数上从任何起点都收敛。",
        ),
        note=Text(
            "This is the method for a general loss, with the full Hessian; the one in the textbooks of "
            "least squares has J'J, which is never indefinite.",
            "这里是用完整 Hessian、面向一般损失的形式\uff1b最小二乘教科书中用的是 JᵀJ\uff0c它不会不定。",
        ),
    ),
)
