"""The averaging that the schedule-free methods share: Defazio et al. 2024 (arXiv:2405.15682)."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from optimizers._frame import lane
from visualizer.spec import Hyper, Hypers, Text, Values


class Average(NamedTuple):
    """The base iterate z, and the weights of the average x, which is theta."""

    z: Array  # (2, ...lanes)
    t: Array  # (...lanes): updates so far
    lr_max: Array  # (...lanes): the largest rate so far
    weight_sum: Array  # (...lanes)


def begin(theta: Array, h: Values) -> Average:
    return Average(theta, lane(theta), lane(theta), lane(theta))


def warm_up(average: Average, h: Values) -> Array:
    """The factor on the rate of this update: a straight line up to 1 over the first ``warmup_steps``."""
    return jnp.minimum(1.0, (average.t + 1.0) / jnp.maximum(h.warmup_steps, 1.0))


def follow(average: Average, theta: Array, direction: Array, lr: Array, h: Values) -> tuple[Array, Average]:
    """The step is taken by z, and x moves towards it: ``(displacement of x, next average)``."""
    t = average.t + 1.0
    lr_max = jnp.maximum(average.lr_max, lr)
    weight = jnp.power(t, h.r) * jnp.power(lr_max, h.weight_lr_power)
    weight_sum = average.weight_sum + weight
    share = jnp.where(weight_sum > 0, weight / jnp.where(weight_sum > 0, weight_sum, 1.0), 0.0)
    z = average.z - lr * direction
    return share * (z - theta), Average(z, t, lr_max, weight_sum)


def direction_of(step: Array, rate: Array) -> Array:
    """The frame's m of a displacement: what the rate was multiplied with, 0 where there was none."""
    return jnp.where(rate > 0, -step / jnp.where(rate > 0, rate, 1.0), 0.0)


BETA_DOC = Text(
    "Where the gradient is taken: 0 at z, 1 at the average x.",
    "在何处取梯度\uff1a0 在 z 处\uff0c1 在平均点 x 处。",
)


def weight_hypers() -> Hypers:
    """``weight_decay``, the warm-up and the two exponents of the average's weights."""
    decay_doc = Text("Weight decay, added to the direction at y.", "权重衰减\uff0c在 y 处加到更新方向上。")
    warmup_doc = Text("Updates over which the rate rises to lr.", "学习率升到 η 所用的步数\uff08预热\uff09。")
    r_doc = Text(
        "Weights of the average grow as t^r: later points count more.", "平均权重按 t^r 增长\uff1a越晚的点越重。"
    )
    power_doc = Text(
        "Weights of the average grow as the largest rate so far to this power.",
        "平均权重按至今最大学习率的此次幂增长。",
    )
    return (
        Hyper("weight_decay", r"\lambda", 0.0, 1e-5, 1.0, "log0", decay_doc, least=0.0, most=1e6),
        Hyper("warmup_steps", "w", 0, 0, 200, doc=warmup_doc, kind="int", least=0, most=1_000_000),
        Hyper("r", "r", 0.0, 0.0, 4.0, doc=r_doc, least=0.0, most=100.0),
        Hyper("weight_lr_power", "p", 2.0, 0.0, 4.0, doc=power_doc, least=0.0, most=100.0),
    )
