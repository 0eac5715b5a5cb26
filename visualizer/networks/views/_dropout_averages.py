"""What masks do on average, and how far the answers spread over them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from visualizer.maps import Part
from visualizer.networks.architecture import CLASSES, Architecture
from visualizer.networks.dropout import Expectation, Spread, expectation, pooled, spread, systematic
from visualizer.networks.evaluate import Testing, answers, chances
from visualizer.networks.intervals import SURE, ranks, student
from visualizer.networks.progress import Progress, waited
from visualizer.networks.train import Training
from visualizer.networks.views._dropout_steps import base
from visualizer.networks.views._dropout_ways import asked, grid, tested

if TYPE_CHECKING:
    from visualizer.networks.study import Study

GROUPS, GROUP = 20, 50  # of masks, for what they do on average
ASKED = 100  # test points for that,
OUTPUTS = 4000  # and outputs, at most
FIRST = 16  # masks of the first picture of a spread
UNSURE = 8  # images


class Panel(NamedTuple):
    """One comparison of the mean over masks with the scaled pass."""

    name: str
    network: Architecture
    theta: np.ndarray
    layer: int | None


def panels(network: Architecture, theta: np.ndarray) -> list[Panel]:
    """The first linear layer after dropout, the outputs, and the outputs with the same weights and nothing bent."""
    found = [Panel("first", network, theta, 1)] if len(network.hidden) > 1 else []
    found.append(Panel("outputs", network, theta, None))
    if len(network.hidden) > 1 and (network.activation != "linear" or network.norm != "none"):
        plain = replace(network, activation="linear", norm="none")
        kept = np.concatenate([theta[part.place] for part in network.parts if part.name in ("weight", "bias")])
        found.append(Panel("linear", plain, kept, None))
    return found


def averages(study: Study, run: Training, stop: threading.Event) -> Iterator[Part]:
    """Parts of each of the ``panels`` that ``begin`` names, over more and more groups of ``GROUP`` masks: ``mean``,
    ``scaled``, ``half`` f4 ``(G, outputs)`` over all of them. ``beyond`` is the share of outputs beyond the interval of
    one group, with half of its own interval over groups, as outputs hang together; each point has its own masks.
    ``squared``, from ``squared_low`` to ``squared_high``, is the mean square of the gap without what chance adds, and
    ``wide`` the standard deviation of the outputs.
    """
    recipe = study.learners[0].recipe
    every = panels(study.network, run.theta[-1])
    widest = max(one.network.hidden[1] if one.layer else one.network.outputs for one in every)
    x = tested(study)[: max(1, min(ASKED, OUTPUTS // widest))]
    names = [one.name for one in every]
    yield {"kind": "part", "of": "begin", "panels": names, "points": len(x), "groups": GROUPS, "group": GROUP}, {}
    found: list[list[Expectation]] = [[] for _ in every]
    for k in range(GROUPS):
        for i, panel in enumerate(every):
            one = expectation(
                panel.network,
                study.points,
                panel.theta,
                x,
                recipe.dropout,
                GROUP,
                layer=panel.layer,
                inverted=recipe.inverted,
                shared=False,
                seed=k,
                cancel=stop,
            )
            found[i].append(one)
            if k + 1 in (1, 3, 10, GROUPS):
                header, arrays = _averaged(found[i])
                done = (k + (i + 1) / len(every)) / GROUPS
                yield {"kind": "part", "of": "average", "panel": i, "done": done} | header, arrays


def _averaged(groups: list[Expectation]) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The groups of masks taken as one, and what each alone says."""
    found, beyond, squared = pooled(groups, GROUP), student([one.beyond for one in groups]), systematic(groups)
    numbers = {
        "masks": GROUP * len(groups),
        "beyond": beyond.mean,
        "beyond_half": beyond.half,
        "squared": squared.mean,
        "squared_low": squared.low,
        "squared_high": squared.high,
        "wide": found.scaled.std(),
    }
    return told(numbers), {name: getattr(found, name).astype(np.float32) for name in ("mean", "scaled", "half")}


def told(numbers: dict[str, Any]) -> dict[str, Any]:
    """Numbers as a header holds them: None where there is none."""
    return {name: float(value) if np.isfinite(value) else None for name, value in numbers.items()}


# ---- the spread over masks -------------------------------------------------------------------------------------------


def spreads(study: Study, run: Training, masks: int, stop: threading.Event) -> Iterator[Part]:
    """``begin`` holds ``plain`` f4 ``(G, c)``, what testing without masks gives at the points of ``asked``. Parts of
    ``spread`` over so many ``masks`` are the ``mean`` and ``std`` f4 ``(G, c)`` of chances or values, and ``info``
    ``(G,)``, the entropy that is due to the masks, in nats; ``c`` as in ``shares``. That of ``tested`` says what it is
    good for at the test points, and of images has those with the most ``info``.
    """
    network, points, recipe = study.network, study.points, study.learners[0].recipe
    theta, x, images = run.theta[-1], asked(study), study.entry.inputs > 2
    right = Testing(factor=base(recipe))

    def plain(at: np.ndarray) -> np.ndarray:
        said = answers(network, points, theta, at, right)[0]
        return chances(said) if network.task == CLASSES else said

    def over(at: np.ndarray, count: int, told_: Progress) -> Spread:
        return spread(
            network,
            points,
            theta,
            at,
            recipe.dropout,
            count,
            inverted=recipe.inverted,
            cancel=stop,
            progress=told_,
        )

    known = {"x": points.x[: points.train], "y": points.y[: points.train]}
    yield (
        {"kind": "part", "of": "begin", "grid": grid(study), "masks": masks},
        {} if images else {"plain": _shown(network, plain(x)), **known},
    )
    for count in () if images else sorted({min(FIRST, masks), masks}):
        begin = 0.0 if count < masks else 0.1
        share = 0.1 if count < masks else 0.6
        found = yield from waited(partial(over, x, count), begin, share)
        arrays = {"mean": _shown(network, found.mean), "std": _shown(network, found.std)}
        if network.task == CLASSES:
            arrays["info"] = (found.entropy - found.within).astype(np.float32)
        yield {"kind": "part", "of": "spread", "masks": count, "done": begin + share}, arrays
    if not points.test:
        return
    at = tested(study)
    found = yield from waited(partial(over, at, masks), 0.7, 0.3)
    y = points.y[points.train : points.train + points.test]
    header = {"kind": "part", "of": "tested", "masks": masks, "test": points.test, "done": 1.0}
    said = plain(at)
    yield header | told(_judged(network, found, said, y)), _unsure(found, said, at, y) if images else {}


def _shown(network: Architecture, found: np.ndarray) -> np.ndarray:
    """Without the first of two classes."""
    return (found[:, 1:] if network.task == CLASSES and network.outputs == 2 else found).astype(np.float32)


def _judged(network: Architecture, found: Spread, plain: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Of classes: how many answers are wrong, of the mean and of the plain pass, and how well those of the mean are
    ``told`` apart by the part of the entropy that is due to the masks, by the ``whole`` of it, and by that of the plain
    pass ``alone``; of values how many are within two standard deviations.
    """
    if network.task != CLASSES:
        error = [float(((one - y) ** 2).mean()) for one in (found.mean, plain)]
        inside = int((abs(y - found.mean) <= 2 * found.std).all(axis=1).sum())
        return {"inside": inside, "error": error[0], "plain_error": error[1]}
    wrong, plainly = (one.argmax(axis=1) != y.argmax(axis=1) for one in (found.mean, plain))
    alone = -(plain * np.log(np.maximum(plain, 1e-30))).sum(axis=1)
    scores = {"told": found.entropy - found.within, "whole": found.entropy, "alone": alone}
    numbers: dict[str, float] = {"wrong": int(wrong.sum()), "plain_wrong": int(plainly.sum())}
    for name, score in scores.items():
        numbers[name], numbers[f"{name}_half"] = apart(score, wrong)
    return numbers


def apart(score: np.ndarray, wrong: np.ndarray) -> tuple[float, float]:
    """In which share of the pairs of a wrong answer and a right one the wrong one has the larger ``score`` (ties are
    halves), and half of its 95 % interval: Hanley and McNeil 1982. NaN where there are no such pairs.
    """
    n, m = int(wrong.sum()), int((~wrong).sum())
    if not n or not m or not np.isfinite(score).all():
        return np.nan, np.nan
    share = float((ranks(score)[wrong].sum() - n * (n + 1) / 2) / (n * m))
    both, other = share / (2 - share), 2 * share**2 / (1 + share)
    variance = (share * (1 - share) + (n - 1) * (both - share**2) + (m - 1) * (other - share**2)) / (n * m)
    return share, float(ndtri((1 + SURE) / 2) * np.sqrt(max(variance, 0.0)))


def _unsure(found: Spread, plain: np.ndarray, x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """The images whose answers hang most on the masks."""
    info = np.nan_to_num(found.entropy - found.within, nan=-1.0)
    top = np.argsort(-info, kind="stable")[:UNSURE]
    kept = {"images": x, "plain": plain, "mean": found.mean, "std": found.std, "info": info}
    return {name: one[top].astype(np.float32) for name, one in kept.items()} | {
        "right": y[top].argmax(axis=1).astype(np.uint8)
    }
