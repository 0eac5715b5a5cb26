"""The edge of stability: the sharpness above which a rule overshoots, and about which full-batch training hovers.

Gradient descent on a quadratic diverges in a direction of curvature above 2 / lr. On a network the largest curvature
rises until it is there, and stays: Cohen et al. 2021 (arXiv:2103.00065). For Adam it is the preconditioned sharpness,
the largest eigenvalue of D^-1 H with D the root of the second moment that steps are divided by, and 38 / lr at the
usual beta1: Cohen et al. 2022 (arXiv:2207.14484). A rate that changes takes its edge along. SAM's depends on the length
of the gradient: Long and Bartlett 2023 (arXiv:2309.12488). With minibatches, dropout or jitter it is no place to hover
about: noise keeps the sharpness below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from optimizers import RULES, WRAPPERS, Optimizer
from optimizers.schedules import FORMS
from optimizers.wrappers._wrapper import unwrap
from visualizer.backend import jax
from visualizer.networks.architecture import Architecture
from visualizer.networks.curvature import Stop, product
from visualizer.networks.data import Points
from visualizer.networks.progress import go_on
from visualizer.networks.steps import MICRO
from visualizer.networks.train import Recipe, Training, states
from visualizer.simulate.job import method
from visualizer.simulate.schedules import followed, planned
from visualizer.simulate.states import unravel
from visualizer.simulate.tables import WIDTHS
from visualizer.spec import complete

PLAIN, PRECONDITIONED = "plain", "preconditioned"
DIVIDING = ("adam", "adam_nobias", "adamw", "rmsprop")  # rules whose D is known here


class Edge(NamedTuple):
    """Which sharpness, ``PLAIN`` or ``PRECONDITIONED``, is stable below ``threshold``.

    It is that of the training loss with the penalty ``l2``. ``noise`` says what a step sees besides that loss, empty
    where there is nothing, so that training may hover there: "batch", "dropout", "jitter", or "norm", statistics of
    fewer points than all. The threshold is that of the base rate, and without SAM's radius ``rho``: see ``thresholds``.
    """

    of: str
    threshold: float
    l2: float
    noise: str
    rho: float

    @property
    def full(self) -> bool:
        """Every step sees all of the loss and nothing else."""
        return not self.noise


def edge(network: Architecture, points: Points, recipe: Recipe) -> Edge | None:
    """The edge of a recipe; None where theory has none, which ``missing`` explains."""
    if missing(recipe):
        return None
    rule, h, around = _taken_apart(recipe)
    rho = around.get("sam", {}).get("rho", 0.0)
    of = PRECONDITIONED if _limit(rule, h) is None else PLAIN
    return Edge(of, _threshold(rule, h), recipe.l2, _noise(network, points, recipe), rho)


def missing(recipe: Recipe) -> str:
    """Why no edge is known: "rule" without a bound on quadratics, "lookahead", "preconditioned_sam" (SAM around a rule
    that divides), "frozen" layers, a "kink" (l1), or a penalty on rough weights ("smooth"). Empty where one is.
    """
    rule, h, around = _taken_apart(recipe)
    if _limit(rule, h) is None and _times(rule, h) is None:
        return "rule"
    if "lookahead" in around:
        return "lookahead"
    if around.get("sam", {}).get("rho") and _limit(rule, h) is None:
        return "preconditioned_sam"
    there = {"frozen": recipe.frozen, "kink": recipe.l1, "smooth": recipe.smooth}
    return next((name for name, amount in there.items() if amount), "")


def thresholds(network: Architecture, points: Points, recipe: Recipe, run: Training) -> np.ndarray:
    """The threshold of the next update after each snapshot of a run, ``(S,)``: as if its rate were kept, and with SAM
    as if the gradient kept its length. After the last update that of the last. Infinite at a rate of 0.
    """
    found = edge(network, points, recipe)
    if found is None:
        raise ValueError(f"no edge is known of {recipe.optimizer} with this recipe")
    rule, h, _ = _taken_apart(recipe)
    lr, momentum = rates(recipe, run.loss)
    plain = []
    for t in np.minimum(run.at, len(lr) - 1):
        cycled = {} if np.isnan(momentum[t]) or not rule.momentum_name else {rule.momentum_name: momentum[t]}
        plain.append(_threshold(rule, {**h, **cycled, "lr": lr[t]}))
    if not found.rho:
        return np.array(plain)
    nothing, penalty = np.zeros(network.size), recipe.l2 * network.marked()
    lengths = [np.linalg.norm(product(network, points, theta, nothing)[0] + penalty * theta) for theta in run.theta]
    return sam_threshold(np.array(plain), found.rho, np.array(lengths))


def sam_threshold(threshold: np.ndarray, rho: float, length: np.ndarray) -> np.ndarray:
    """SAM's, around a rule with this ``threshold``, where the gradient is so long: Long and Bartlett 2023.

    On a quadratic SAM's gradient along an eigenvector of H is that of the curvature lambda (1 + rho lambda / length).
    It is ``threshold``, 2 / lr for gradient descent, at length / (2 rho) (sqrt(1 + 4 rho threshold / length) - 1), here
    without the difference of what is nearly equal. 0 where the gradient is: SAM leaves every minimum.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 2.0 * threshold / (1.0 + np.sqrt(1.0 + 4.0 * rho * threshold / length))
    return np.where(length > 0, np.where(np.isinf(threshold), np.inf, found), 0.0)


def rates(recipe: Recipe, loss: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Learning rate and momentum (NaN: not cycled) of all updates ``(T,)``; ``loss`` is what each of them saw."""
    how = method(recipe.optimizer, recipe.hyper, recipe.schedule, recipe.wrappers)
    if FORMS[how.form].react:
        return followed(how.form, how.schedule, loss)
    return planned(how.form, how.schedule, len(loss))


def preconditioners(
    network: Architecture,
    points: Points,
    recipe: Recipe,
    steps: int,
    at: Sequence[int],
    *,
    cancel: Stop | None = None,
    progress: Callable[[float], None] | None = None,
) -> np.ndarray:
    """D of a run before the updates ``at`` + 1, ``(len(at), P)``: what the next step is divided by.

    Adam's correction of its first moment, which is nothing after some tens of steps, is part of it. ``top(...,
    scale=1 / np.sqrt(D))`` is the preconditioned sharpness. The run is made once more, for D is part of the rule's
    state. ``ValueError`` for rules without such a D; ``Cancelled``.
    """
    found = edge(network, points, recipe)
    if found is None or found.of != PRECONDITIONED:
        raise ValueError(f"no preconditioner is known of {recipe.optimizer} with this recipe")
    rule, h, _ = _taken_apart(recipe)
    kept, like = [], jax.ShapeDtypeStruct((network.size,), np.float32)
    for done, packed in enumerate(states(network, points, recipe, steps, at, cancel=cancel), 1):
        state: Any = unravel(rule, packed, like, WIDTHS["hyper"])
        moments = getattr(state, "adam", state)
        v, power = np.asarray(moments.v, np.float64), float(getattr(moments, "beta2_power", 0.0))
        corrected = rule.slug in ("adam", "adamw")
        root = np.sqrt(v / (1.0 - power) if corrected else v) + h["eps"]
        kept.append(root * (1.0 - float(moments.beta1_power)) if corrected else root)
        if progress:
            progress(done / len(at))
    go_on(cancel)
    return np.array(kept)


def _taken_apart(recipe: Recipe) -> tuple[Optimizer, dict[str, Any], dict[str, dict[str, Any]]]:
    """The rule, all its hyperparameters, and what is around it."""
    slug, given, around = unwrap(WRAPPERS, recipe.optimizer, recipe.hyper)
    both = {**around, **(recipe.wrappers or {})}
    whole = {name: complete(WRAPPERS[name].hypers, own, name) for name, own in both.items()}
    return RULES[slug], complete(RULES[slug].hypers, RULES[slug].spelled(given), slug), whole


def _limit(rule: Optimizer, h: Mapping[str, Any]) -> float | None:
    """The bound on lr times the sharpness, of the rules that have one."""
    return None if rule.card is None or rule.card.bound is None else rule.card.bound.limit(h)


def _times(rule: Optimizer, h: Mapping[str, Any]) -> float | None:
    """The bound on lr times the preconditioned sharpness, with D at rest: that of an averaged or of a heavy ball."""
    if rule.slug not in DIVIDING or h.get("amsgrad") or h.get("centered"):
        return None
    if rule.slug == "rmsprop":
        return None if h.get("weight_decay") else 2.0 * (1.0 + h["momentum"])
    kept = 2.0 - h["lr"] * h.get("weight_decay", 0.0)
    return kept * (1.0 + h["beta1"]) / (1.0 - h["beta1"])


def _threshold(rule: Optimizer, h: Mapping[str, Any]) -> float:
    limit = _limit(rule, h)
    times = _times(rule, h) if limit is None else limit
    assert times is not None
    return times / h["lr"] if h["lr"] > 0 else np.inf


def _noise(network: Architecture, points: Points, recipe: Recipe) -> str:
    there = {
        "batch": recipe.batch < points.train,
        "dropout": recipe.dropout > 0,
        "jitter": recipe.jitter > 0,
        "norm": network.norm == "batch" and points.train > MICRO,  # each turn of a batch has statistics of its own
    }
    return next((name for name, one in there.items() if one), "")
