"""The edge of stability: the sharpness above which a rule overshoots, and about which full-batch training hovers.

Gradient descent on a quadratic diverges in a direction of curvature above 2 / lr. On a network the largest curvature
rises until it is there, and stays: Cohen et al. 2021 (arXiv:2103.00065). For Adam it is the preconditioned sharpness,
the largest eigenvalue of D^-1 H with D the root of the second moment that steps are divided by, and 38 / lr at the
usual beta1: Cohen et al. 2022 (arXiv:2207.14484). With minibatches, dropout or jitter it is no place to hover about:
noise keeps the sharpness below.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from optimizers import RULES, WRAPPERS
from optimizers.wrappers._wrapper import unwrap
from visualizer.networks.architecture import Architecture
from visualizer.networks.curvature import product
from visualizer.networks.data import Points
from visualizer.networks.train import Recipe
from visualizer.simulate.tiles import Cancelled
from visualizer.spec import complete

PLAIN, PRECONDITIONED = "plain", "preconditioned"
DIVIDING = ("adam", "adam_nobias", "adamw", "rmsprop")  # rules whose D is known here


class Edge(NamedTuple):
    """Which sharpness, ``PLAIN`` or ``PRECONDITIONED``, is stable below ``threshold``.

    It is that of the training loss with the penalty ``l2``. ``full``: every step sees all of the loss and nothing else,
    so that training may hover there.
    """

    of: str
    threshold: float
    l2: float
    full: bool


def edge(recipe: Recipe, points: Points) -> Edge | None:
    """The threshold of a recipe; None where theory has none.

    That is so for rules without a bound on quadratics, rates that change, wrappers (SAM's edge depends on the
    gradient's length: Long and Bartlett 2023, arXiv:2309.12488), frozen layers and l1 penalties.
    """
    slug, given, around = unwrap(WRAPPERS, recipe.optimizer, recipe.hyper)
    constant = recipe.schedule is None or (recipe.schedule[0] == "constant" and not recipe.schedule[1])
    if around or recipe.wrappers or recipe.frozen or recipe.l1 or not constant:
        return None
    rule = RULES[slug]
    h = complete(rule.hypers, rule.spelled(given), slug)
    card = rule.card
    full = recipe.batch >= points.train and not (recipe.dropout or recipe.jitter)
    if card is not None and card.bound is not None and h["lr"] > 0:
        return Edge(PLAIN, card.bound.limit(h) / h["lr"], recipe.l2, full)
    times = _times(slug, h)
    return None if times is None or h["lr"] <= 0 else Edge(PRECONDITIONED, times / h["lr"], recipe.l2, full)


def _times(slug: str, h: Mapping[str, Any]) -> float | None:
    """The bound on lr times the preconditioned sharpness, with D at rest: that of an averaged or of a heavy ball."""
    if slug not in DIVIDING or h.get("amsgrad") or h.get("centered"):
        return None
    if slug == "rmsprop":
        return None if h.get("weight_decay") else 2.0 * (1.0 + h["momentum"])
    kept = 2.0 - h["lr"] * h.get("weight_decay", 0.0)
    return kept * (1.0 + h["beta1"]) / (1.0 - h["beta1"])


def preconditioners(
    network: Architecture,
    points: Points,
    recipe: Recipe,
    thetas: np.ndarray,
    at: Sequence[int],
    *,
    cancel: threading.Event | None = None,
    progress: Callable[[float], None] | None = None,
) -> np.ndarray:
    """D of a full-batch run before the updates ``at`` + 1, ``(len(at), P)``, from its parameters at all steps.

    ``thetas`` are those after 0, 1, 2, ... steps: ``train(..., shown=steps)`` keeps all. D is what the next step is
    divided by; Adam's correction of its first moment, which is nothing after some tens of steps, is part of it.
    ``top(..., scale=1 / np.sqrt(D))`` is the preconditioned sharpness. ``ValueError`` for rules without such a D;
    ``Cancelled``.
    """
    found = edge(recipe, points)
    if found is None or found.of != PRECONDITIONED or not found.full:
        raise ValueError(f"no preconditioner is known of {recipe.optimizer} with this recipe")
    slug, given, _ = unwrap(WRAPPERS, recipe.optimizer, recipe.hyper)
    h = complete(RULES[slug].hypers, RULES[slug].spelled(given), slug)
    decay = h["alpha"] if slug == "rmsprop" else h["beta2"]
    corrected = slug in ("adam", "adamw")
    penalty = recipe.l2 * network.marked()
    nothing, v, kept = np.zeros(network.size, np.float32), np.zeros(network.size), {}
    for t, theta in enumerate(thetas[: max(at) + 1], 1):
        if cancel is not None and cancel.is_set():
            raise Cancelled
        if progress:
            progress(t / (max(at) + 1))
        g = product(network, points, theta, nothing)[0] + penalty * theta
        v = decay * v + (1.0 - decay) * g * g
        if t - 1 in at:
            root = np.sqrt(v / (1.0 - decay**t) if corrected else v) + h["eps"]
            kept[t - 1] = root * (1.0 - h["beta1"] ** t) if corrected else root
    return np.array([kept[t] for t in at])
