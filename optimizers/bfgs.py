"""BFGS: Broyden, Fletcher, Goldfarb and Shanno 1970; Nocedal and Wright 2006, Algorithm 6.1."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card
from optimizers._conjugate import (
    Past,
    conditions,
    gtol,
    line_moments,
    made,
    no_past,
    searched,
    stops,
    unit_length,
    useful,
)
from optimizers._frame import Moments, Optimizer, dot, lane
from optimizers._plane import times
from visualizer.spec import Source, Text, Values


class State(NamedTuple):
    past: Past
    xx: Array  # (...lanes): the estimate of the inverse Hessian
    xy: Array
    yy: Array
    known: Array  # (...lanes): 0 until the estimate holds a measured curvature


def init(theta: Array, h: Values) -> State:
    return State(no_past(theta), lane(theta, 1.0), lane(theta), lane(theta, 1.0), lane(theta))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    past = state.past
    stop = stops(g, theta, past, h)
    s, y = theta - past.theta, g - past.g
    learn = useful(s, y, past)
    r = 1.0 / jnp.where(learn, dot(s, y), 1.0)
    # Before the first update the unit matrix is given the size of the measured curvature.
    unit = jnp.where(state.known > 0, 1.0, dot(s, y) / jnp.where(learn, dot(y, y), 1.0))
    old = (state.xx * unit, state.xy * unit, state.yy * unit)
    by = times(old, y)
    c = r * (1.0 + r * dot(y, by))
    new = (
        old[0] - 2.0 * r * s[0] * by[0] + c * s[0] * s[0],
        old[1] - r * (s[0] * by[1] + by[0] * s[1]) + c * s[0] * s[1],
        old[2] - 2.0 * r * s[1] * by[1] + c * s[1] * s[1],
    )
    xx, xy, yy = (jnp.where(learn, n, o) for n, o in zip(new, (state.xx, state.xy, state.yy), strict=True))
    m = times((xx, xy, yy), g)
    # Rounding can make an estimate of no use: then begin again with the gradient.
    again = ~(dot(m, g) > 0) | (past.failed > 0)
    xx, xy, yy = (jnp.where(again, o, n) for o, n in zip((1.0, 0.0, 1.0), (xx, xy, yy), strict=True))
    m = jnp.where(again, g, m)
    known = jnp.where(again, 0.0, jnp.where(learn, 1.0, state.known))
    past, first = made(m, g, theta, past, jnp.where(known > 0, 1.0, unit_length(g)), stop)
    return line_moments(m, State(past, xx, xy, yy, known), first)


BFGS = Optimizer(
    title=Text("BFGS", "BFGS 拟牛顿法"),
    family="second",
    order=440,
    source=Source("Broyden; Fletcher; Goldfarb; Shanno, four papers", 1970, "", "Nocedal and Wright, Algorithm 6.1"),
    formula=r"B_t = (I - r s y^\top) B_{t-1} (I - r y s^\top) + r s s^\top, \quad r = 1 / (s^\top y), \quad "
    r"\theta_t = \theta_{t-1} - \alpha_t B_t g_t",
    follows=Text(
        "SciPy's BFGS: strong Wolfe conditions with c1 = 1e-4, c2 = 0.9, and its test for convergence, asked for twice "
        "running; the search itself differs, so paths do, ends do not. Every point tried counts as an evaluation; "
        "the last is not paid for again.",
        "与 SciPy 的 BFGS 一致\uff1a强 Wolfe 条件\uff08c₁ = 1e-4, c₂ = 0.9\uff09与收敛判据相同"
        "\uff08须连续两步满足\uff09\uff1b搜索细节不同\uff0c故路径不同\uff0c终点相同。每个试探点计一次求值\uff0c接受的点不重复计数。",
    ),
    summary=Text(
        "Learns the curvature from how the gradient changes along its own steps, and soon moves like Newton, always "
        "downhill and without a Hessian.",
        "从自己走过的步中梯度的变化学习曲率\uff0c很快就像牛顿法一样前进\uff0c始终下坡\uff0c且不用 Hessian。",
    ),
    hypers=(gtol(),),
    units="none",
    init=init,
    moments=moments,
    search=searched(0.9),
    card=Card(
        parents=("newton",),
        mends=Text(
            "Newton's Hessian is dear and may be indefinite. BFGS builds an inverse from the changes of "
            "the gradient, positive definite by construction as long as s·y > 0, and needs gradients "
            "only.",
            "牛顿法的 Hessian 昂贵且可能不定。BFGS 由梯度的变化构造其逆\uff0c只要 s·y > 0 就保持正定"
            "\uff0c而且只需梯度。",
        ),
        breaks=Text(
            "n² numbers of memory, a line search at every step, and no tolerance of noise: y is a "
            "difference of gradients.",
            "要存 n² 个数\uff0c每步要线搜索\uff0c且不耐噪声\uff1ay 是两个梯度之差。",
        ),
        use=Text(
            "Smooth deterministic problems with up to a few thousand parameters: the default of scientific computing.",
            "参数不超过数千的光滑确定性问题\uff1a科学计算的默认选择。",
        ),
        avoid=Text(
            "Minibatches; large models; kinks.",
            "小批量\uff1b大模型\uff1b有尖点的函数。",
        ),
        memory=Text("an n by n matrix and 2 vectors", "一个 n×n 矩阵和 2 个向量"),
        before="B = np.eye(2)\nknown_old = failed_old = 0.0\ntheta_old = g_old = theta",
        told="g = gradient(theta)\n"
        "np.abs(g).max() <= gtol\n"
        "if t > 1:\n"
        "    s, y = theta - theta_old, g - g_old\n"
        "    if s @ y > 1e-10 * np.linalg.norm(s) * np.linalg.norm(y):\n"
        "        if known_old == 0:\n"
        "            B = (s @ y) / (y @ y) * np.eye(2)\n"
        "        r = 1 / (s @ y)\n"
        "        L = np.eye(2) - r * np.outer(s, y)\n"
        "        B = L @ B @ L.T + r * np.outer(s, s)\n"
        "        known_old = 1.0\n"
        "p = B @ g\n"
        "if p @ g <= 0 or failed_old > 0:\n"
        "    B, p, known_old = np.eye(2), g, 0.0\n"
        + conditions(0.9)
        + "failed_old = failed_old + 1 if length == 0 and (tried > 0 or failed_old >= 2) else 0.0\n"
        "theta_old, g_old = theta, g\n"
        "theta = theta - length * p",
        symbols={"failed": r"\#_{\alpha = 0}", "known": r"\mathbf{1}_{B \ne I}"},
        scipy="BFGS",
        cost=Text(
            "1 gradient a step and what the line search takes.",
            "每步 1 次梯度\uff0c另加线搜索所需。",
        ),
        stability=Text(
            "With an exact line search it solves a quadratic of two variables in two steps; with strong "
            "Wolfe conditions it converges on convex surfaces from every start.",
            "精确线搜索时\uff0c二元二次函数两步解出\uff1b满足强 Wolfe 条件时\uff0c在凸曲面上从任何起点收敛。",
        ),
        note=Text(
            "Paths depend on the line search, end points do not: other programs draw another way to the same minimum.",
            "路径取决于线搜索\uff0c终点不取决于它\uff1a别的程序会画出通向同一极小点的另一条路。",
        ),
    ),
)
