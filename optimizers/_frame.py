"""One frame for every optimizer.

    g_t     = grad f(theta_{t-1})  (+ lambda theta_{t-1} when the decay is coupled, "L2")
    m_t     = phi(g_1 .. g_t)      first moment, the direction
    V_t     = psi(g_1 .. g_t)      second moment, per coordinate
    theta_t = theta_{t-1} - lr_t lambda theta_{t-1} [decoupled decay] - lr_t m_t / (sqrt(V_t) + eps)

An optimizer supplies phi and psi (``moments``) and its state; ``advance`` does the rest, so that what is drawn
(gradient, moments, step, decay, effective rate) means the same thing for all of them.

Arrays have the coordinate axis first: theta, g, m and sqrt(V) are ``(2, ...lanes)``, hyperparameters and counters
``(...lanes)``; a recorded rollout has no lanes, a sweep has hundreds. Rules must therefore be elementwise in the lanes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._card import Card, Twin
from visualizer.spec import Hyper, Hypers, Source, Text, Values

FAMILIES = {
    "gradient": Text("Gradient and momentum", "梯度与动量"),
    "adaptive": Text("Adaptive rates", "自适应学习率"),
    "adam": Text("Adam and its kin", "Adam 及其变体"),
    "bounded": Text("Between Adam and SGD", "Adam 与 SGD 之间"),
    "sign": Text("Sign methods", "符号方法"),
    "norm": Text("Layer-wise and matrix methods", "逐层与矩阵方法"),
    "free": Text("Without a rate or a schedule", "免学习率与免调度"),
    "wrapper": Text("Around another optimizer", "包装其他优化器"),
    "second": Text("Second order and line search", "二阶方法与线搜索"),
    "sampling": Text("Sampling", "采样"),
    "built": Text("Workbench", "工作台"),
}

# How weight decay enters: through the gradient, beside the step, as the rule's flag decoupled_weight_decay says, or not
# at all (also where the rule does it by itself).
COUPLED, DECOUPLED, SWITCHED, NO_DECAY = "coupled", "decoupled", "switched", "none"


class Moments(NamedTuple):
    """What an update rule makes of the gradients so far; all but ``state`` broadcast to theta's shape.

    ``scale`` is a factor that the method itself puts on the learning rate (AdaGrad's ``lr_decay``). What does
    not fit the frame is given directly: the effective ``rate`` where it is not lr scale / (sqrt(V) + eps) (AdaBound
    clips it), the displacements ``step`` and ``decay`` where they are not -rate m and -lr lambda theta.
    """

    m: Array
    state: Any
    root_v: Array | float = 1.0
    eps: Array | float = 0.0
    scale: Array | float = 1.0
    rate: Array | None = None
    step: Array | None = None
    decay: Array | None = None


class Info(NamedTuple):
    """What happened in one update: drawn and recorded, never carried. All ``(2, ...lanes)`` but ``lr``.

    ``g`` is the gradient that was used, before any decay; ``step`` and ``decay`` are displacements, so that
    theta_t = theta_{t-1} + decay + step; ``rate`` is the effective learning rate lr scale / (sqrt(V) + eps).
    """

    g: Array
    m: Array
    root_v: Array
    step: Array
    decay: Array
    rate: Array
    lr: Array


class Bounds(NamedTuple):
    """What a line search asks of a step, ``(...lanes)`` each; Nocedal and Wright (2006), chapter 3.

    ``decrease`` is c1: the loss must fall by this share of what the slope promises. ``flatten`` is c2, for a search
    that looks at slopes: the slope must shrink to this share. ``shrink`` is the factor of a search that only steps
    back. ``most`` is how many further points may be tried after the first.
    """

    decrease: Array | float = 0.0
    flatten: Array | float = 0.0
    shrink: Array | float = 0.5
    most: Array | float = 0.0


# How a rule with a search finds the length of its step along -m: one trial that counts if the loss falls; backtracking
# until it falls enough (Armijo); bracketing and zooming until the slope is small as well (strong Wolfe conditions).
TRIAL, ARMIJO, WOLFE = "trial", "armijo", "wolfe"


@dataclass(frozen=True)
class Search:
    """A line search: its kind, its bounds, and what the rule makes of the length that it found.

    ``settle(state, length, h)`` is the state after the search; a length of 0 means that no better point was found. The
    rule's ``moments`` give the direction m and, as ``rate``, the first length to try, ``(...lanes)``; 0 means to stay.
    """

    kind: str
    bounds: Callable[[Values], Bounds]
    settle: Callable[[Any, Array, Values], Any] = lambda state, length, h: state


@dataclass(frozen=True)
class Optimizer:
    """An update rule as data: how it is called, where it comes from, its dials, its two moments.

    ``init(theta, h)`` returns the state before the first update, a NamedTuple of arrays shaped like theta or like a
    lane; ``moments(g, theta, state, h)`` one update's moments. ``h`` holds the hyperparameters by name, traced, with
    ``lr`` (and a cycled momentum) already scheduled. ``follows`` says whose conventions the numbers agree with, and
    how others differ. ``units`` says what the learning rate measures, and with it which rate suits a surface: a step
    per gradient (``gradient``), the same for a velocity that accumulates (``velocity``), a length of its own whatever
    the gradient (``distance``), or nothing (``none``).

    ``query(theta, state, h)`` is the point where the gradient is taken, if that is not theta (schedule-free's y).
    ``report`` names further points to record beside theta, at most two, each a function of the same arguments.

    A rule of second order reads the Hessian off its ``h``: ``h.hessian`` are (f_xx, f_xy, f_yy), each ``(...lanes)``,
    and ``hessian(state, h)`` says, as 1 or 0, whether this step does. ``search`` is its line search. Both kinds find
    ``h.loss`` too. ``spelled`` turns hyperparameters as another library names them into the rule's own.
    """

    title: Text
    family: str
    order: int
    source: Source
    formula: str
    follows: Text
    summary: Text
    hypers: Hypers
    init: Callable[[Array, Values], Any]
    moments: Callable[[Array, Array, Any, Values], Moments]
    decay: str = NO_DECAY
    units: str = "distance"
    query: Callable[[Array, Any, Values], Array] | None = None
    report: tuple[tuple[str, Callable[[Array, Any, Values], Array]], ...] = ()
    hessian: Callable[[Any, Values], Array | float] | None = None
    search: Search | None = None
    spelled: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict
    twins: tuple[Twin, ...] = ()
    card: Card | None = None
    slug: str = ""

    @property
    def second_order(self) -> bool:
        """Whether a step takes more than gradients: Hessians, or a line search. No wrapper goes around those."""
        return self.hessian is not None or self.search is not None

    @property
    def momentum_name(self) -> str | None:
        """The hyperparameter that a schedule may cycle: ``momentum``, or ``beta1``, or none."""
        names = [hyper.name for hyper in self.hypers]
        return next((name for name in ("momentum", "beta1") if name in names), None)


def advance(optimizer: Optimizer, g: Array, theta: Array, state: Any, h: Values) -> tuple[Array, Any, Info]:
    """One update in the frame: ``(theta_t, state_t, info_t)`` from the gradient ``g`` at ``theta``."""
    none = jnp.zeros_like(theta)
    coupled, decoupled = decays(optimizer, h)
    used = g if coupled is None else g + coupled * theta
    moments = optimizer.moments(used, theta, state, h)
    denominator = moments.root_v + moments.eps
    rate = h.lr * moments.scale / denominator if moments.rate is None else moments.rate
    if moments.step is not None:
        step = moments.step
    elif moments.rate is None:
        step = -h.lr * moments.scale * moments.m / denominator + none
    else:
        step = -rate * moments.m + none
    decay = none if decoupled is None else -h.lr * decoupled * theta
    decay = decay if moments.decay is None else moments.decay + none
    info = Info(
        g=g,
        m=moments.m + none,
        root_v=moments.root_v + none,
        step=step,
        decay=decay,
        rate=rate + none,
        lr=h.lr + none[0],
    )
    return theta + decay + step, moments.state, info


def ema(beta: Array, old: Array, new: Array) -> Array:
    """Exponential moving average: ``beta old + (1 - beta) new``."""
    return beta * old + (1.0 - beta) * new


def decays(optimizer: Optimizer, h: Values) -> tuple[Array | None, Array | None]:
    """The coefficients of coupled and of decoupled decay; None where there is none."""
    if optimizer.decay == COUPLED:
        return h.weight_decay, None
    if optimizer.decay == DECOUPLED:
        return None, h.weight_decay
    if optimizer.decay == SWITCHED:
        flag = h.decoupled_weight_decay
        return h.weight_decay * (1.0 - flag), h.weight_decay * flag
    return None, None


def dot(a: Array, b: Array) -> Array:
    """The inner product over the coordinates, ``(...lanes)``: the only way for a rule to mix coordinates."""
    return jnp.sum(a * b, axis=0)


def norm(a: Array) -> Array:
    """The Euclidean norm over the coordinates, ``(...lanes)``."""
    return jnp.sqrt(dot(a, a))


def lane(theta: Array, value: Any = 0.0) -> Array:
    """A number per lane, shaped ``(...lanes)``: for counters and running products in a state."""
    return jnp.zeros_like(theta[0]) + value


# The dials that many optimizers share; defaults differ, so each file states its own.


def learning_rate(default: float, low: float = 1e-5, high: float = 1.0) -> Hyper:
    doc = Text("Learning rate: the length scale of a step.", "学习率：每一步的尺度。")
    return Hyper("lr", r"\eta", default, low, high, "log", doc, least=0.0, most=1e6)


def decay_rate(name: str, symbol: str, default: float, doc: Text, low: float = 0.0, high: float = 0.9999) -> Hyper:
    """A decay rate in [0, 1): beta, momentum, alpha, rho. The slider moves log10(1 - value)."""
    return Hyper(name, symbol, default, low, high, "log1m", doc, least=0.0, most=1.0 - 1e-12)


def momentum_rate(default: float = 0.9) -> Hyper:
    doc = Text("Momentum: the share of the velocity kept at each step.", "动量系数：每步保留的速度比例。")
    return decay_rate("momentum", r"\mu", default, doc, high=0.999)


def beta1(default: float = 0.9) -> Hyper:
    doc = Text("Decay rate of the first moment (the mean gradient).", "一阶矩（梯度均值）的衰减率。")
    return decay_rate("beta1", r"\beta_1", default, doc, high=0.999)


def beta2(default: float = 0.999) -> Hyper:
    doc = Text("Decay rate of the second moment (the mean squared gradient).", "二阶矩（梯度平方均值）的衰减率。")
    return decay_rate("beta2", r"\beta_2", default, doc, low=0.5)


def epsilon(default: float, doc: Text | None = None, high: float = 1.0) -> Hyper:
    doc = doc or Text("Added to the denominator against division by zero.", "加在分母上，防止除以零。")
    return Hyper("eps", r"\epsilon", default, 1e-16, high, "log0", doc, least=0.0, most=1e6)


def weight_decay(default: float = 0.0, decoupled: bool = False) -> Hyper:
    coupled_doc = Text(
        "Weight decay, coupled: adds lambda theta to the gradient (L2).",
        "权重衰减（耦合）：梯度加上 λθ\uff08L2 正则\uff09。",
    )
    decoupled_doc = Text(
        "Weight decay, decoupled: shrinks theta by lr lambda, outside the moments.",
        "解耦权重衰减：θ 直接按 ηλ 收缩，不进入矩。",
    )
    doc = decoupled_doc if decoupled else coupled_doc
    return Hyper("weight_decay", r"\lambda", default, 1e-5, 1.0, "log0", doc, least=0.0, most=1e6)
