"""What the slots make of a gradient. Everything is traced: a choice is a number, and selects; nothing recompiles."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._frame import Moments, ema, lane, norm
from optimizers._slots import AVERAGES, CLIP, CORRECT_V, DECAY, ORDER, PHI, PSI, TRUST
from visualizer.spec import Values


class State(NamedTuple):
    b: Array  # (2, ...lanes): the first moment's buffer
    v: Array  # (2, ...lanes): the second moment
    beside: Array  # (2, ...lanes): what else it needs, its maximum so far or the mean gradient
    momentum_power: Array  # (...lanes): mu^t
    beta2_power: Array  # (...lanes)
    begun: Array  # (...lanes): 0 before the first gradient, then 1


class Divisor(NamedTuple):
    """What a step is divided by, ``(2, ...lanes)`` each, and the factor of the rate that corrects it ``(...lanes)``."""

    root_v: Array
    eps: Array
    whole: Array  # (sqrt(V) + eps)^(2 p)
    rate: Array


def init(theta: Array, h: Values) -> State:
    zeros = jnp.zeros_like(theta)
    v = zeros + h.initial_accumulator_value
    return State(zeros, v, jnp.where(_is(h.psi, PSI, "max"), v, zeros), lane(theta, 1.0), lane(theta, 1.0), lane(theta))


def moments(g: Array, theta: Array, state: State, h: Values) -> Moments:
    pull = h.weight_decay * theta
    g = pulled(clipped(g, h), theta, h)
    divisor, v, beside, beta2_power = second(g, state, h)
    after = _is(h.order, ORDER, "after")
    m, b, momentum_power = first(jnp.where(after, g / divisor.whole, g), state, h)
    # A buffer of divided gradients, multiplied back, is the frame's m: m / (sqrt(V) + eps) is what was kept.
    m = jnp.where(after, m * divisor.whole, m)
    pull = jnp.where(_is(h.decay, DECAY, "decoupled"), pull, 0.0)
    whole = divisor.rate * m / divisor.whole + pull
    lamb = jnp.where(_is(h.trust, TRUST, "lamb"), _ratio(h, norm(theta), norm(whole)), 1.0)
    scale = divisor.rate * lamb
    return Moments(
        m,
        State(b, v, beside, momentum_power, beta2_power, lane(theta, 1.0)),
        divisor.root_v,
        divisor.eps,
        rate=h.lr * scale / divisor.whole,
        step=-h.lr * scale * m / divisor.whole,
        decay=-h.lr * lamb * pull,
    )


def clipped(g: Array, h: Values) -> Array:
    """Pascanu, Mikolov and Bengio 2013 (arXiv:1211.5063), Algorithm 1; or each entry by itself."""
    size = norm(g)
    share = jnp.where(size > h.clip_at, h.clip_at / jnp.where(size > 0, size, 1.0), 1.0)
    by_value = jnp.clip(g, -h.clip_at, h.clip_at)
    return _pick(h.clip, {"none": g, "norm": share * g, "value": by_value}, CLIP)


def pulled(g: Array, theta: Array, h: Values) -> Array:
    """With coupled decay, and as long as LARS says."""
    coupled = jnp.where(_is(h.decay, DECAY, "coupled"), h.weight_decay, 0.0)
    size = norm(theta)
    ratio = _ratio(h, size, norm(g) + coupled * size)
    g = g + coupled * theta
    return jnp.where(_is(h.trust, TRUST, "lars"), ratio * g, g)


def _ratio(h: Values, size: Array, below: Array) -> Array:
    """The trust ratio: 1 where either length is 0, as in LARS and LAMB."""
    usable = (size > 0) & (below > 0)
    return jnp.where(usable, h.trust_coefficient * size / jnp.where(usable, below, 1.0), 1.0)


def first(x: Array, state: State, h: Values) -> tuple[Array, Array, Array]:
    """The first moment of what comes in, its buffer, and mu^t."""
    # PyTorch's buffer begins with the whole first gradient, LARS's with the dampened one; without momentum is none.
    whole = (state.begun == 0) & ~_is(h.trust, TRUST, "lars") | (h.momentum == 0)
    ball = jnp.where(whole, x, h.momentum * state.b + (1.0 - h.dampening) * x)
    averaged = _is(h.phi, PHI, "ema", "qh")
    b = jnp.where(averaged, ema(h.momentum, state.b, x), ball)
    power = state.momentum_power * h.momentum
    hat = b / jnp.where(averaged & (h.correct_m > 0), 1.0 - power, 1.0)
    m = _pick(
        h.phi, {"none": x, "heavy_ball": b, "nesterov": x + h.momentum * b, "ema": hat, "qh": ema(h.nu, hat, x)}, PHI
    )
    return jnp.where(h.sign > 0, jnp.sign(m), m), b, power


def second(g: Array, state: State, h: Values) -> tuple[Divisor, Array, Array, Array]:
    """The divisor; the second moment, what it keeps beside it, and beta2^t."""
    square, belief = g * g, _is(h.psi, PSI, "belief")
    mean = ema(jnp.where(belief, h.momentum, h.beta2), state.beside, g)
    surprise = g - mean
    average = ema(h.beta2, state.v, square)
    v = _pick(
        h.psi,
        {
            "none": state.v,
            "sum": state.v + square,
            "infinity": jnp.maximum(h.beta2 * state.v, jnp.abs(g) + h.eps),
            "belief": ema(h.beta2, state.v, surprise * surprise) + h.eps_root,
            **dict.fromkeys(("ema", "max", "centered"), average),
        },
        PSI,
    )
    largest = jnp.maximum(state.beside, v)
    is_max = _is(h.psi, PSI, "max")
    power = state.beta2_power * h.beta2
    averaged, kept = _is(h.psi, PSI, *AVERAGES), 1.0 - power
    bias = jnp.where(averaged & _is(h.correct_v, CORRECT_V, "moment"), kept, 1.0)
    rate = jnp.where(averaged & _is(h.correct_v, CORRECT_V, "rate"), jnp.sqrt(kept), 1.0)
    hat = jnp.where(is_max, largest, v) / bias
    center = mean / bias
    # Near a constant gradient the variance rounds below 0.
    spread = jnp.maximum(hat - center * center, 0.0)
    hat = _pick(h.psi, {**dict.fromkeys(PSI, hat), "ema": ema(h.nu2, hat, square), "centered": spread}, PSI)
    root = jnp.sqrt(hat + jnp.where(belief, 0.0, h.eps_root))
    root = _pick(h.psi, {**dict.fromkeys(PSI, root), "none": jnp.ones_like(g), "infinity": v}, PSI)
    eps = jnp.where(_is(h.psi, PSI, "none", "infinity"), 0.0, h.eps)
    whole = jnp.where(h.power == 0.5, root + eps, jnp.power(root + eps, 2.0 * h.power))
    return Divisor(root, eps, whole, rate), v, jnp.where(is_max, largest, mean), power


def _is(value: Array, options: dict[str, Any], *names: str) -> Array:
    """Whether a choice is one of these."""
    places = list(options)
    found = value == places.index(names[0])
    for name in names[1:]:
        found = found | (value == places.index(name))
    return found


def _pick(value: Array, found: dict[str, Array], options: dict[str, Any]) -> Array:
    """The entry of the choice."""
    names = list(options)
    picked = found[names[0]]
    for name in names[1:]:
        if found[name] is not picked:
            picked = jnp.where(_is(value, options, name), found[name], picked)
    return picked
