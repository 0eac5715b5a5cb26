"""Nonlinear conjugate gradients: Polak and Ribiere 1969, with Powell's restart (PR+)."""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card
from optimizers._conjugate import Past, conditions, gtol, line_moments, made, no_past, searched, stops, unit_length
from optimizers._frame import Moments, Optimizer, dot, lane
from visualizer.spec import Source, Text, Values

FARTHER = 10.0  # the first length tried is at most so many times the last one found


class State(NamedTuple):
    past: Past
    m: Array  # (2, ...lanes): the last direction
    slope: Array  # (...lanes): of the last search at its start


def init(theta: Array, h: Values) -> State:
    return State(no_past(theta), jnp.zeros_like(theta), lane(theta))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    past = state.past
    stop = stops(g, theta, past, h)
    before = dot(past.g, past.g)
    beta = jnp.maximum(dot(g, g - past.g) / jnp.where(before > 0, before, 1.0), 0.0)
    m = g + beta * state.m
    again = (past.begun == 0) | (past.failed != 0) | ~(dot(m, g) > 0.01 * dot(g, g))
    m = jnp.where(again, g, m)
    slope = dot(m, g)
    # As far as would bring the same fall to first order as the last step; near the end the slopes are rounding alone.
    like_last = past.length * jnp.minimum(state.slope / jnp.where(slope > 0, slope, 1.0), FARTHER)
    first = jnp.where((past.begun > 0) & (past.length > 0), like_last, unit_length(g))
    past, first = made(m, g, theta, past, first, stop)
    return line_moments(m, State(past, m, slope), first)


NONLINEAR_CG = Optimizer(
    title=Text("Conjugate gradients", "非线性共轭梯度"),
    family="second",
    order=444,
    source=Source("Polak and Ribiere, Revue francaise d'informatique et de recherche operationnelle 3(R1)", 1969),
    formula=r"\beta_t = \max\!\left(0, \frac{g_t \cdot (g_t - g_{t-1})}{g_{t-1} \cdot g_{t-1}}\right), \quad "
    r"p_t = -g_t + \beta_t p_{t-1}, \quad \theta_t = \theta_{t-1} + \alpha_t p_t",
    follows=Text(
        "SciPy's CG: Polak and Ribiere's beta, not below 0, and its test for convergence, asked for twice running. The "
        "search is nearly exact, c2 = 0.01 (SciPy: 0.4). Every point tried counts as an evaluation; the last is not "
        "paid for again.",
        "与 SciPy 的 CG 一致\uff1aPolak-Ribière 的 β\uff08不小于 0\uff09与收敛判据相同\uff08须连续两步满足\uff09。"
        "线搜索近乎精确\uff08c₂ = 0.01\uff0cSciPy 为 0.4\uff09。每个试探点计一次求值\uff0c接受的点不重复计数。",
    ),
    summary=Text(
        "Momentum with its two numbers chosen at every step: the length by a line search, the memory so that steps do "
        "not undo each other. On a quadratic of the plane two exact searches would suffice.",
        "每步自动选定两个数的动量法\uff1a步长由线搜索给出\uff0c记忆系数使各步互不抵消。"
        "平面上的二次函数\uff0c两次精确搜索即可解出。",
    ),
    hypers=(gtol(),),
    units="none",
    init=init,
    moments=moments,
    search=searched(0.01),
    card=Card(
        parents=(
            "sgd",
            "momentum",
        ),
        mends=Text(
            "Descent undoes at each step part of the one before. Conjugate directions do not: with exact "
            "line searches a quadratic of n variables takes n steps, the ravine two. It is momentum "
            "whose coefficient is computed.",
            "梯度下降每一步都部分抵消前一步。共轭方向不会\uff1a精确线搜索时\uff0cn 元二次函数 n 步解出"
            "\uff0c峡谷两步。它就是系数由计算得出的动量法。",
        ),
        breaks=Text(
            "It lives on a precise line search, and far from a quadratic the directions lose their "
            "conjugacy: hence the restarts.",
            "依赖精确的线搜索\uff1b远离二次函数时方向失去共轭性\uff0c因此需要重启。",
        ),
        use=Text(
            "Very many variables where even 20 vectors are too many; linear systems, in its linear form.",
            "变量极多、连 20 个向量都嫌多时\uff1b其线性形式用于解线性方程组。",
        ),
        avoid=Text(
            "Minibatches; where L-BFGS fits into memory, which is less sensitive to the line search.",
            "小批量\uff1b内存放得下 L-BFGS 时\uff0c后者对线搜索不那么敏感。",
        ),
        memory=2,
        before="p = g_old = np.zeros(2)\nfailed_old = 0.0",
        told="g = gradient(theta)\n"
        "np.abs(g).max() <= gtol\n"
        "if t == 1 or failed_old > 0:\n"
        "    p = -g\n"
        "else:\n"
        "    b = max(g @ (g - g_old) / (g_old @ g_old if g_old @ g_old > 0 else 1.0), 0)\n"
        "    p = -g + b * p\n"
        "    if -p @ g <= 0.01 * g @ g:\n"
        "        p = -g\n"
        + conditions(0.01, "+")
        + "failed_old = failed_old + 1 if length == 0 and (tried > 0 or failed_old >= 2) else 0.0\n"
        "g_old = g\n"
        "theta = theta + length * p",
        symbols={"failed": r"\#_{\alpha = 0}", "b": r"\beta"},
        scipy="CG",
        cost=Text(
            "1 gradient a step and what the line search takes.",
            "每步 1 次梯度\uff0c另加线搜索所需。",
        ),
        stability=Text(
            "The line search decides; restarts make every direction one of descent.",
            "由线搜索决定\uff1b重启保证每个方向都是下降方向。",
        ),
        note=Text(
            "Paths depend on the line search and on the formula of beta (Fletcher-Reeves, "
            "Polak-Ribiere), end points do not.",
            "路径取决于线搜索和 β 的公式\uff08Fletcher-Reeves、Polak-Ribière\uff09\uff0c终点不取决于它们。",
        ),
    ),
)
