"""What an optimizer's card says that is measured and not written: the size of the first step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizers import RULES
from optimizers._frame import advance
from visualizer.backend import jax
from visualizer.spec import Text, Values, complete, decode, encode

SIZES = (1e-3, 1.0, 1e3)  # of the gradient
PLACES = ((1.0, 2.0), (-3.0, 0.5))  # of theta: a rule may look at it
SAME = 2e-3  # relative: what is left of eps must not show
RATE, GRADIENT, NEITHER = "rate", "gradient", "neither"


@dataclass(frozen=True)
class FirstStep:
    """``kind``: the first step is ``factor`` lr whatever the gradient (``rate``), ``factor`` lr |g| (``gradient``), or
    depends on the gradient in another way, on theta, or not on lr alone (``neither``, factor NaN).
    """

    kind: str
    factor: float

    @property
    def text(self) -> Text:
        times = "" if f"{self.factor:.3g}" == "1" else f"{self.factor:.3g} "
        return {
            RATE: Text(f"The first step is {times}lr, whatever the gradient.", f"第一步长 {times}η\uff0c与梯度无关。"),
            GRADIENT: Text(f"The first step is {times}lr |g|.", f"第一步长 {times}η |g|。"),
            NEITHER: Text("The first step is no multiple of lr or lr |g|.", "第一步长不是 η 或 η|g| 的固定倍数。"),
        }[self.kind]


def first_step(slug: str, values: Mapping[str, Any] | None = None) -> FirstStep:
    """The first step of a rule at these hyperparameters, in units of lr: the rule itself is run at three gradients.

    The gradient has one coordinate that is not 0, so that a step per coordinate and one by the norm are the same.
    Weight decay is left out: it depends on where theta is. Constant rate, no noise in the gradient; a rule that shakes
    itself draws a one. Raises ``ValueError`` on unknown
    names and impossible values.
    """
    rule = RULES[slug]
    hyper = complete(rule.hypers, values or {}, slug)
    if "weight_decay" in hyper:
        hyper["weight_decay"] = 0.0
    if not hyper.get("lr") or rule.second_order:
        return FirstStep(NEITHER, math.nan)
    steps = np.array([[_step(slug, hyper, size, place) for size in SIZES] for place in PLACES]) / hyper["lr"]
    for kind, sizes in ((RATE, np.ones(len(SIZES))), (GRADIENT, np.array(SIZES))):
        factors = steps / sizes
        factor = float(factors[0, 1])
        if factor > 0.0 and math.isfinite(factor) and (np.abs(factors - factor) <= SAME * factor).all():
            return FirstStep(kind, factor)
    return FirstStep(NEITHER, math.nan)


def _step(slug: str, hyper: Mapping[str, Any], size: float, place: tuple[float, float]) -> float:
    """The length of the first step from ``place`` along a gradient ``(size, 0)``."""
    rule = RULES[slug]
    width = sum(one.width for one in rule.hypers)
    theta, g = jax.numpy.array(place), jax.numpy.array([size, 0.0])
    row = jax.numpy.array(encode(rule.hypers, hyper, width))
    h = Values(decode(rule.hypers, row), draw=lambda index: jax.numpy.ones(2))
    _, _, info = advance(rule, g, theta, rule.init(theta, h), h)
    return float(np.abs(info.step[0]))
