"""The moments that Adam and its relatives share."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._frame import Moments, ema, lane
from visualizer.spec import Values


class AdamState(NamedTuple):
    """First and second moment, and the running products beta1^t and beta2^t of the bias correction."""

    m: Array  # (2, ...lanes)
    v: Array  # (2, ...lanes)
    beta1_power: Array  # (...lanes)
    beta2_power: Array  # (...lanes)


def adam_init(theta: Array, h: Values) -> AdamState:
    zeros = jnp.zeros_like(theta)
    return AdamState(zeros, zeros, lane(theta, 1.0), lane(theta, 1.0))


def adam_next(g: Array, state: AdamState, h: Values) -> AdamState:
    """The state after one more gradient."""
    return AdamState(
        ema(h.beta1, state.m, g),
        ema(h.beta2, state.v, g * g),
        state.beta1_power * h.beta1,
        state.beta2_power * h.beta2,
    )


def adam_moments(g: Array, theta: Array, state: AdamState, h: Values) -> Moments:
    """Kingma and Ba (2015), Algorithm 1: both moments divided by 1 - beta^t."""
    state = adam_next(g, state, h)
    m = state.m / (1.0 - state.beta1_power)
    root_v = jnp.sqrt(state.v / (1.0 - state.beta2_power))
    return Moments(m, state, root_v, h.eps)


class MaxState(NamedTuple):
    """Adam's state and the running maximum of its second moment (AMSGrad)."""

    adam: AdamState
    v_max: Array  # (2, ...lanes)


def max_init(theta: Array, h: Values) -> MaxState:
    return MaxState(adam_init(theta, h), jnp.zeros_like(theta))


def max_moments(g: Array, state: MaxState, h: Values, use_max: Array | bool) -> Moments:
    """Adam's moments with V replaced by its running maximum where ``use_max``.

    The maximum is of the uncorrected V and the correction comes after it, as in PyTorch.
    """
    adam = adam_next(g, state.adam, h)
    v_max = jnp.maximum(state.v_max, adam.v)
    v = jnp.where(use_max, v_max, adam.v)
    m = adam.m / (1.0 - adam.beta1_power)
    root_v = jnp.sqrt(v / (1.0 - adam.beta2_power))
    return Moments(m, MaxState(adam, v_max), root_v, h.eps)
