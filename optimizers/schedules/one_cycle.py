"""One cycle: Smith and Topin 2017 (arXiv:1708.07120)."""

import jax.numpy as jnp
from jax import Array

from optimizers.schedules._dials import (
    CYCLED,
    HIGHEST,
    LENGTH,
    PEAK,
    half_cosine,
    line,
    momentum_dials,
    own,
    ratio,
    run_dial,
    whole,
)
from optimizers.schedules._schedule import NOT_CYCLED, Form, Rate, Schedule
from visualizer.spec import Hyper, Source, Text, Values

STRATEGIES = ("cos", "linear")


def rate(t: Array, steps: Array, h: Values) -> Rate:
    """PyTorch's ``OneCycleLR``: the peak is at pct_start T - 1, the end at T - 1; two phases or three."""
    total = whole(h.total_steps, steps)
    peak = own(h.max_lr, h.lr)
    start = peak / h.div_factor
    end = start / h.final_div_factor
    top = h.pct_start * total - 1.0
    turn = jnp.where(h.three_phase > 0, 2.0 * top, total - 1.0)
    low = jnp.where(h.three_phase > 0, start, end)

    def anneal(a: Array, b: Array, share: Array) -> Array:
        return jnp.where(h.anneal_strategy > 0, line(a, b, share), half_cosine(a, b, share))

    def phases(a: Array, b: Array, c: Array, d: Array) -> Array:
        up, down = anneal(a, b, ratio(t, top)), anneal(b, c, ratio(t - top, turn - top))
        last = anneal(c, d, ratio(t - turn, total - 1.0 - turn))
        return jnp.where(t <= top, up, jnp.where((t <= turn) | (h.three_phase == 0), down, last))

    momentum = phases(h.max_momentum, h.base_momentum, h.max_momentum, h.max_momentum)
    return Rate(phases(start, peak, low, end), jnp.where(h.cycle_momentum > 0, momentum, NOT_CYCLED))


def optax_cosine(t: Array, steps: Array, h: Values) -> Rate:
    """Optax's ``cosine_onecycle_schedule``: the peak at int(pct_start T), the end at T."""
    total, peak = whole(h.transition_steps, steps), own(h.peak_value, h.lr)
    start, top = peak / h.div_factor, jnp.floor(h.pct_start * total)
    up = half_cosine(start, peak, ratio(t, top))
    down = half_cosine(peak, start / h.final_div_factor, ratio(t - top, total - top))
    return Rate(jnp.where(t < top, up, down))


def optax_linear(t: Array, steps: Array, h: Values) -> Rate:
    """Optax's ``linear_onecycle_schedule``: a third phase from int(pct_final T) on."""
    total, peak = whole(h.transition_steps, steps), own(h.peak_value, h.lr)
    start = peak / h.div_factor
    top, turn = jnp.floor(h.pct_start * total), jnp.floor(h.pct_final * total)
    up, down = line(start, peak, ratio(t, top)), line(peak, start, ratio(t - top, turn - top))
    last = line(start, start / h.final_div_factor, ratio(t - turn, total - turn))
    return Rate(jnp.where(t < top, up, jnp.where(t < turn, down, last)))


def share_dial(name: str, symbol: str, default: float, doc: Text) -> Hyper:
    return Hyper(name, symbol, default, 0.05, 0.95, doc=doc, least=0.0, most=1.0)


def divisor_dial(name: str, symbol: str, default: float, doc: Text) -> Hyper:
    return Hyper(name, symbol, default, 1.0, 1e6, "log", doc, least=1e-9, most=1e15)


START = share_dial("pct_start", "p", 0.3, Text("Share of the run that rises.", "上升段所占比例。"))
FINAL = share_dial("pct_final", "q", 0.85, Text("Where the last fall begins.", "最后下降的起点。"))
DIVISORS = (
    divisor_dial("div_factor", "d", 25.0, Text("Highest over first rate.", "最高与初始学习率之比。")),
    divisor_dial("final_div_factor", "D", 1e4, Text("First over last rate.", "初始与最终学习率之比。")),
)
STRATEGY = Hyper(
    "anneal_strategy",
    "a",
    "cos",
    kind="choice",
    choices=STRATEGIES,
    doc=Text("Along a cosine or a line.", "沿余弦或直线。"),
)
THREE = Hyper(
    "three_phase",
    "3",
    False,
    kind="bool",
    doc=Text("A third phase for the last fall.", "最后的下降单独成段。"),
)

ONE_CYCLE = Schedule(
    title=Text("One cycle", "单周期"),
    order=42,
    source=Source("Smith and Topin", 2017, "1708.07120"),
    formula=r"\eta_{\max} / d \to \eta_{\max} \to \eta_{\max} / (d D)",
    summary=Text(
        "One long rise and fall, the momentum the other way: large steps in the middle, none at the end.",
        "一次长长的上升与下降\uff0c动量相反\uff1a中段步子大\uff0c末尾几乎不动。",
    ),
    forms=(
        Form(
            hypers=(
                HIGHEST,
                run_dial("total_steps"),
                START,
                STRATEGY,
                CYCLED,
                *momentum_dials(0.85, 0.95),
                *DIVISORS,
                THREE,
            ),
            rate=rate,
        ),
        Form(hypers=(LENGTH, PEAK, START, *DIVISORS), rate=optax_cosine),
        Form(hypers=(LENGTH, PEAK, START, FINAL, *DIVISORS), rate=optax_linear),
    ),
)
