"""Gradient descent with Armijo's backtracking: Armijo 1966."""

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card
from optimizers._frame import ARMIJO, Bounds, Moments, Optimizer, Search, lane
from visualizer.spec import Hyper, Source, Text, Values


def moments(g: Array, theta: Array, previous: Array, h: Values) -> Moments:
    grown = jnp.minimum(h.growth * previous, h.alpha0)
    return Moments(g, previous, root_v=jnp.nan, rate=jnp.where(h.growth < 0, h.alpha0, grown))


def settle(previous: Array, length: Array, h: Values) -> Array:
    return jnp.where(length > 0, length, previous)


GD_ARMIJO = Optimizer(
    title=Text("Descent with Armijo's rule", "Armijo 回溯梯度下降"),
    family="second",
    order=446,
    source=Source("Armijo, Pacific Journal of Mathematics 16(1)", 1966),
    formula=r"\alpha_t = \max\{\alpha = \alpha_0 b^j : "
    r"f(\theta_{t-1} - \alpha g_t) \le f(\theta_{t-1}) - c_1 \alpha \|g_t\|^2\}, "
    r"\quad \theta_t = \theta_{t-1} - \alpha_t g_t",
    follows=Text(
        "Optax' scale_by_backtracking_linesearch. With a growth the first length tried is that times the last one "
        "accepted, which starts at 1, and never above alpha0. If all backtracks fail the last length is taken. Every "
        "length tried counts as an evaluation. The search sees the loss without noise.",
        "与 Optax 的 scale_by_backtracking_linesearch 一致。若设增长因子\uff0c首次尝试为它乘以上次接受的步长"
        "\uff08初值 1\uff09\uff0c且不超过 α₀。回溯用尽则取最后的步长。每次尝试计一次求值。搜索看到的损失不含噪声。",
    ),
    summary=Text(
        "No rate to choose: it tries a long step down the gradient and shortens it until the loss falls enough. "
        "Every step pays for its trials.",
        "无需选学习率\uff1a先试一大步\uff0c再缩短\uff0c直到损失下降得足够。每次尝试都要花一次求值。",
    ),
    hypers=(
        Hyper(
            "alpha0",
            r"\alpha_0",
            1.0,
            1e-3,
            10.0,
            "log",
            Text("Longest length tried.", "尝试的最大步长。"),
            least=0.0,
            most=1e100,
        ),
        Hyper(
            "c1",
            "c_1",
            1e-4,
            1e-6,
            0.5,
            "log0",
            Text("Share of the promised fall that is asked for.", "要求达到的下降比例。"),
            least=0.0,
            most=1.0,
        ),
        Hyper(
            "backtrack",
            "b",
            0.5,
            0.1,
            0.95,
            doc=Text("Factor of each backtrack.", "每次回溯的缩短因子。"),
            least=0.0,
            most=1.0,
        ),
        Hyper(
            "growth",
            "u",
            None,
            1.0,
            10.0,
            "log",
            Text("Growth from the last length; none: begin at alpha0.", "相对上次步长的增长\uff1b无则从 α₀ 开始。"),
            least=0.0,
            most=1e100,
            null=-1.0,
        ),
        Hyper(
            "max_backtracks",
            "n",
            60,
            0,
            60,
            doc=Text("Most backtracks in one step.", "每步最多回溯次数。"),
            kind="int",
            least=0,
            most=1000,
        ),
    ),
    units="none",
    init=lambda theta, h: lane(theta, 1.0),
    moments=moments,
    search=Search(ARMIJO, lambda h: Bounds(h.c1, shrink=h.backtrack, most=h.max_backtracks), settle),
    card=Card(
        parents=("sgd",),
        mends=Text(
            "Nobody has to choose a rate: try a long step and shorten it until the loss has fallen "
            "enough. The loss never rises on a smooth surface, and the rate is found anew at every step: "
            "Rosenbrock within 1e-3 at step 842, from any start without tuning; the saddle with a floor "
            "at step 8.",
            "不必选学习率\uff1a先试一大步\uff0c再缩短到损失下降得足够为止。在光滑曲面上损失从不上升\uff0c"
            "每步重新找学习率\uff1aRosenbrock 第 842 步降到 1e-3 以内\uff0c无需调参\uff1b有底的鞍面第 8 "
            "步。",
        ),
        breaks=Text(
            "It is still descent and zigzags: the ravine takes 205 steps, like the best constant rate. "
            "And every trial costs a loss.",
            "它仍是梯度下降\uff0c照样走之字\uff1a峡谷要 205 步\uff0c与最好的固定学习率相当。而且每次试探"
            "都要算一次损失。",
        ),
        use=Text(
            "Deterministic losses that are cheap to evaluate; inside BFGS and Newton's method.",
            "计算便宜的确定性损失\uff1b用在 BFGS 和牛顿法之内。",
        ),
        avoid=Text(
            "Minibatches: the comparison of two losses needs the same data and loses its meaning under noise.",
            "小批量\uff1a比较两个损失要用同样的数据\uff0c有噪声时失去意义。",
        ),
        memory=0,
        before="a = 1.0",
        step="g = gradient(theta)\n"
        "a = alpha0 if growth is None else min(growth * a, alpha0)\n"
        "for _ in range(max_backtracks):\n"
        "    if loss(theta - a * g) <= loss(theta) - c1 * a * g @ g:\n"
        "        break\n"
        "    a = a * backtrack\n"
        "theta = theta - a * g",
        told="g = gradient(theta)\n"
        "first = alpha0 if growth is None else min(growth * a, alpha0)\n"
        "length <= first\n"
        "loss(theta - length * g) <= loss(theta) - c1 * length * g @ g\n"
        "a = length if length > 0 else a\n"
        "theta = theta - length * g",
        symbols={"first": r"\alpha^{(0)}", "a": r"\bar\alpha"},
        cost=Text(
            "1 gradient a step, and one loss for every trial of the line search.",
            "每步 1 次梯度\uff0c线搜索每次试探 1 次损失。",
        ),
        stability=Text(
            "None to choose: where the loss is bounded below the accepted rates are, too, and the gradient tends to 0.",
            "无需选择\uff1a只要损失有下界且光滑\uff0c梯度就趋于 0。",
        ),
    ),
)
