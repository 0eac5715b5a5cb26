"""What the methods share that estimate the distance d to the solution: D-Adaptation and Prodigy."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from optimizers._frame import dot, learning_rate
from visualizer.spec import Hyper, Text


def correction(beta1_power: Array, beta2_power: Array, use: Array) -> Array:
    """Adam's bias correction as one factor of the rate, or 1 where it is not in ``use``."""
    return jnp.where(use > 0, jnp.sqrt(1.0 - beta2_power) / (1.0 - beta1_power), 1.0)


def sum_of_sizes(s: Array) -> Array:
    """The l1 norm over the coordinates, ``(...lanes)``."""
    return dot(s, jnp.sign(s))


def where_live(live: Array, new: Any, old: Any) -> Any:
    """The new state where ``live``, else the old one: without a rate or any gradient yet, the authors' code waits."""
    return jax.tree.map(lambda ours, theirs: jnp.where(live, ours, theirs), new, old)


def rate_factor() -> Hyper:
    doc = Text(
        "Factor on the rate that the method finds by itself; meant to stay at 1.",
        "方法自动找到的学习率的倍数\uff1b一般保持为 1。",
    )
    return replace(learning_rate(1.0, 0.01, 10.0), doc=doc)


def first_distance(default: float, doc: Text) -> Hyper:
    return Hyper("d0", "d_0", default, 1e-8, 1.0, "log", doc, least=1e-100, most=1e6)


def growth_rate(default: float | None, doc: Text) -> Hyper:
    return Hyper("growth_rate", r"\gamma", default, 1.0, 2.0, doc=doc, null=math.inf, least=1.0, most=1e6)


def use_bias_correction() -> Hyper:
    doc = Text(
        "Adam's bias correction, as a factor of the rate; the authors leave it off.",
        "把 Adam 的偏差修正作为学习率的因子\uff1b作者默认关闭。",
    )
    return Hyper("use_bias_correction", "B", False, kind="bool", doc=doc)
