"""L-BFGS: Nocedal 1980; Liu and Nocedal 1989; Nocedal and Wright 2006, Algorithms 7.4 and 7.5."""

from collections.abc import Mapping
from typing import Any, NamedTuple

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
from visualizer.spec import Hyper, Source, Text, Values

PAIRS = 10  # as many as are kept at most
TORCH = {"history_size": "maxcor", "tolerance_grad": "gtol", "tolerance_change": "ftol"}


class State(NamedTuple):
    past: Past
    s: Array  # (2 PAIRS, ...lanes): the last steps, the newest first
    y: Array  # (2 PAIRS, ...lanes): the gradient's changes along them
    r: Array  # (PAIRS, ...lanes): 1 / s.y; 0 where there is no pair
    loss: Array  # (...lanes): where the last step began
    calm: Array  # (...lanes): steps in a row that hardly lowered the loss


def init(theta: Array, h: Values) -> State:
    none = jnp.zeros_like(theta)
    pairs = jnp.concatenate([none] * PAIRS)
    return State(no_past(theta), pairs, pairs, pairs[:PAIRS], lane(theta), lane(theta))


def pair(stack: Array, k: int) -> Array:
    return stack[2 * k : 2 * k + 2]


def two_loops(g: Array, s: Array, y: Array, r: Array) -> Array:
    """The inverse Hessian of the pairs times ``g``, without a matrix."""
    shares = []
    for k in range(PAIRS):
        shares.append(r[k] * dot(pair(s, k), g))
        g = g - shares[k] * pair(y, k)
    newest = r[0] * dot(pair(y, 0), pair(y, 0))
    g = g / jnp.where(newest > 0, newest, 1.0)
    for k in reversed(range(PAIRS)):
        g = g + (shares[k] - r[k] * dot(pair(y, k), g)) * pair(s, k)
    return g


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    past = state.past
    step, change = theta - past.theta, g - past.g
    learn = useful(step, change, past)
    inverse = 1.0 / jnp.where(learn, dot(step, change), 1.0)
    s = jnp.where(learn, jnp.concatenate([step, state.s[:-2]]), state.s)
    y = jnp.where(learn, jnp.concatenate([change, state.y[:-2]]), state.y)
    r = jnp.where(learn, jnp.concatenate([inverse[None], state.r[:-1]]), state.r)
    r = jnp.stack([jnp.where(k < h.maxcor, r[k], 0.0) for k in range(PAIRS)])

    scale = jnp.maximum(jnp.maximum(jnp.abs(state.loss), jnp.abs(h.loss)), 1.0)
    moved = (past.begun > 0) & (past.length > 0)
    little = moved & ((state.loss - h.loss) / scale <= h.ftol)
    calm = jnp.where(little, state.calm + 1.0, jnp.where(moved & (state.calm < 2), 0.0, state.calm))
    stop = stops(g, theta, past, h) | (calm >= 2)

    m = two_loops(g, s, y, r)
    again = ~(dot(m, g) > 0) | (past.failed > 0)
    r = jnp.where(again, 0.0, r)
    m = jnp.where(again, g, m)
    past, first = made(m, g, theta, past, jnp.where(r[0] > 0, 1.0, unit_length(g)), stop)
    return line_moments(m, State(past, s, y, r, lane(theta, h.loss), calm), first)


def spelled(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """PyTorch's names. Its ``lr``, there the first length to try, is 1, and its ``max_iter`` the number of steps."""
    own = dict(given)
    if not set(own) & set(TORCH) and "line_search_fn" not in own:
        return own
    if own.pop("line_search_fn", None) != "strong_wolfe":
        raise ValueError("lbfgs always searches: line_search_fn can only be 'strong_wolfe'")
    if both := sorted(set(own) & set(TORCH.values())):
        raise ValueError(f"lbfgs takes SciPy's names or PyTorch's, not both: {', '.join(both)}")
    for unused in ("lr", "max_iter"):
        own.pop(unused, None)
    return {TORCH.get(name, name): value for name, value in own.items()}


LBFGS = Optimizer(
    title=Text("L-BFGS", "L-BFGS 拟牛顿法"),
    family="second",
    order=442,
    source=Source("Liu and Nocedal, Mathematical Programming 45", 1989),
    formula=r"\theta_t = \theta_{t-1} - \alpha_t B_t g_t, \quad B_t \text{ from the last } k \text{ pairs } "
    r"s = \theta_i - \theta_{i-1},\; y = g_{i+1} - g_i",
    follows=Text(
        "SciPy's L-BFGS-B without bounds: the two-loop recursion, strong Wolfe conditions with c1 = 1e-4, c2 = 0.9, "
        "its tests for convergence, but each must hold twice running. PyTorch's names are understood: its lr is only "
        "the first length to try, here 1, its max_iter the steps, and its tolerance_change is taken for ftol.",
        "与无约束的 SciPy L-BFGS-B 一致\uff1a两次循环递推、强 Wolfe 条件\uff08c₁ = 1e-4, c₂ = 0.9\uff09与收敛判据\uff0c"
        "但须连续两步满足。也接受 PyTorch 的参数名\uff1a其 lr 只是首次尝试的步长\uff0c此处为 1\uff1b"
        "max_iter 即步数\uff1btolerance_change 当作 ftol。",
    ),
    summary=Text(
        "BFGS that keeps its last few steps in place of a matrix, which is what large problems can afford. "
        "In the plane two pairs already tell nearly all.",
        "用最近几步代替矩阵的 BFGS\uff0c大规模问题也用得起。在平面上\uff0c两对向量已几乎说明一切。",
    ),
    hypers=(
        Hyper(
            "maxcor",
            "k",
            10,
            1,
            PAIRS,
            doc=Text(
                "Pairs kept; ten is the most, a larger number means ten.",
                "保留的向量对数\uff1b最多十对\uff0c更大也按十计。",
            ),
            kind="int",
            least=1,
            most=1_000_000,
        ),
        Hyper(
            "ftol",
            r"f_{\text{tol}}",
            2.220446049250313e-09,
            1e-16,
            1e-2,
            "log0",
            Text(
                "The run stays once two steps running lowered the loss by less than this, "
                "relative to the loss or to 1.",
                "连续两步的损失下降\uff08相对于损失或 1\uff09小于此值后\uff0c停在原地。",
            ),
            least=0.0,
            most=1.0,
        ),
        gtol(),
    ),
    units="none",
    init=init,
    moments=moments,
    search=searched(0.9),
    spelled=spelled,
    card=Card(
        parents=("bfgs",),
        mends=Text(
            "BFGS keeps n² numbers. L-BFGS keeps the last 10 pairs (s, y) and rebuilds the product with "
            "the inverse from them: 20 vectors, whatever n is.",
            "BFGS 要存 n² 个数。L-BFGS 只存最近 10 对 (s, y)\uff0c由它们重建与逆矩阵的乘积\uff1a无论 n 多"
            "大\uff0c只需 20 个向量。",
        ),
        breaks=Text(
            "It forgets older curvature, so it is a little slower than BFGS for large n; in the plane "
            "two pairs say all, and there is no difference to see.",
            "它会忘掉较早的曲率\uff0cn 大时比 BFGS 略慢\uff1b在平面上两对就说明一切\uff0c看不出差别。",
        ),
        use=Text(
            "Large smooth deterministic problems: logistic regression, style transfer, physics-informed networks.",
            "大规模光滑确定性问题\uff1a逻辑回归、风格迁移、物理信息神经网络。",
        ),
        avoid=Text(
            "Minibatches, unless the same batch gives both gradients of y.",
            "小批量\uff0c除非 y 的两个梯度来自同一批。",
        ),
        memory=22,
        before="s_old = y_old = shares_old = []\nfailed_old = 0.0\ntheta_old = g_old = theta",
        told="g = gradient(theta)\n"
        "np.abs(g).max() <= gtol\n"
        "if t > 1:\n"
        "    s, y = theta - theta_old, g - g_old\n"
        "    if s @ y > 1e-10 * np.linalg.norm(s) * np.linalg.norm(y):\n"
        "        s_old, y_old = [s, *s_old][: min(maxcor, 10)], [y, *y_old][: min(maxcor, 10)]\n"
        "q = g\n"
        "shares_old = []\n"
        "for k in range(min(maxcor, 10)):\n"
        "    if k < len(s_old):\n"
        "        a = s_old[k] @ q / (s_old[k] @ y_old[k])\n"
        "        q = q - a * y_old[k]\n"
        "        shares_old = [*shares_old, a]\n"
        "p = q\n"
        "if 0 < len(s_old):\n"
        "    p = s_old[0] @ y_old[0] / (y_old[0] @ y_old[0]) * q\n"
        "for k in reversed(range(min(maxcor, 10))):\n"
        "    if k < len(s_old):\n"
        "        b = y_old[k] @ p / (s_old[k] @ y_old[k])\n"
        "        p = p + (shares_old[k] - b) * s_old[k]\n"
        "if p @ g <= 0 or failed_old > 0:\n"
        "    p = g\n"
        "    s_old, y_old = [], []\n"
        + conditions(0.9)
        + "failed_old = failed_old + 1 if length == 0 and (tried > 0 or failed_old >= 2) else 0.0\n"
        "theta_old, g_old = theta, g\n"
        "theta = theta - length * p",
        symbols={"failed": r"\#_{\alpha = 0}", "shares": "a"},
        scipy="L-BFGS-B",
        cost=Text(
            "1 gradient a step and what the line search takes.",
            "每步 1 次梯度\uff0c另加线搜索所需。",
        ),
        stability=Text(
            "As BFGS: the line search decides.",
            "同 BFGS\uff1a由线搜索决定。",
        ),
        note=Text(
            "PyTorch's LBFGS makes up to max_iter such steps in one call of step(), so counts of steps do not compare.",
            "PyTorch 的 LBFGS 一次 step() 最多做 max_iter 个这样的步\uff0c因此步数不可直接比较。",
        ),
    ),
)
