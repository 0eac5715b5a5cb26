"""How sharp the training loss is along the learners' paths, and the edge of stability of their rules."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from visualizer.maps import Part
from visualizer.networks.architecture import Architecture
from visualizer.networks.curvature import Walk, sharpest, trace
from visualizer.networks.data import Points
from visualizer.networks.edge import PLAIN, Edge, edge, missing, preconditioners, thresholds
from visualizer.networks.progress import waited
from visualizer.networks.recent import trained
from visualizer.networks.train import Recipe, Training
from visualizer.networks.views._view import View, shown
from visualizer.spec import Hyper, Text, Values

if TYPE_CHECKING:
    from visualizer.networks.study import Study

TRAINED, KNOWN, FOUND = 0.2, 0.3, 0.95  # of the work, when that is done
MANY = 16  # snapshots of one part, at most
PROBES = 32  # of the trace


class Way(NamedTuple):
    """A learner's path; ``threshold`` ``(S,)`` of the sharpness that is shown, or None; ``walk`` None: not shown."""

    run: Training
    edge: Edge | None
    missing: str
    threshold: np.ndarray | None
    walk: Walk | None


def parts(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """``edge`` parts hold a learner's ``threshold`` f8 ``(S,)``. Parts of ``values``, coarse ones first, hold the
    ``place`` u2 ``(m,)`` of snapshots, the ``value`` of their eigenvalues f8 ``(m, k)``, falling, and ``residual``
    likewise; NaN where there is none. Those of a ``trace`` hold its mean and standard error after the last step.
    """
    runs = yield from waited(lambda progress: trained(study, stop, progress), 0.0, TRAINED)
    network, points = study.network, study.points
    shares = values["measure"] == "share"
    recipes = [one.recipe for one in study.learners]

    def made(progress: Callable[[float], None]) -> list[Way]:
        found = []
        for k, (recipe, run) in enumerate(zip(recipes, runs, strict=True)):
            found.append(_way(network, points, recipe, run, shares, stop))
            progress((k + 1) / len(runs))
        return found

    ways = yield from waited(made, TRAINED, KNOWN - TRAINED)
    about = {"kind": "sharpness", "k": min(values["k"], network.size), "measure": values["measure"]}
    yield about | {"learners": [_header(way, recipe) for way, recipe in zip(ways, recipes, strict=True)]}, {}
    for learner, way in enumerate(ways):
        if way.threshold is not None:
            yield {"kind": "part", "of": "edge", "learner": learner}, {"threshold": way.threshold}
    yield from _values(network, points, ways, values["k"], stop)
    for learner, (way, recipe) in enumerate(zip(ways, recipes, strict=True)):
        if not shares and np.isfinite(way.run.theta[-1]).all():
            found = trace(network, points, way.run.theta[-1], PROBES, l2=recipe.l2, cancel=stop)
            told = {"of": "trace", "learner": learner, "mean": found.mean, "error": found.error, "probes": PROBES}
            yield {"kind": "part", **told, "done": FOUND + (1 - FOUND) * (learner + 1) / len(ways)}, {}


def _way(
    network: Architecture, points: Points, recipe: Recipe, run: Training, shares: bool, stop: threading.Event
) -> Way:
    """What is to be looked for along a path; a share of the edge needs an edge, and Adam's what it divides by."""
    found = edge(network, points, recipe)
    if found is None or (found.of != PLAIN and not shares):
        walk = None if shares else Walk(run.theta, recipe.l2)
        return Way(run, found, missing(recipe), None, walk)
    scales = None
    if found.of != PLAIN:
        D = preconditioners(network, points, recipe, len(run.loss), run.at.tolist(), cancel=stop)
        scales = 1.0 / np.sqrt(D)
    return Way(run, found, "", thresholds(network, points, recipe, run), Walk(run.theta, recipe.l2, scales))


def _header(way: Way, recipe: Recipe) -> dict[str, Any]:
    """What the page says of a learner's edge: see ``edge.Edge`` and ``edge.missing``."""
    one = way.edge
    scheduled = recipe.schedule is not None and recipe.schedule[0] != "constant"
    return {
        "at": way.run.at.tolist(),
        "sharpness": one.of if one else "",
        "noise": one.noise if one else "",
        "missing": way.missing,
        "moves": "sam" if one and one.rho else "schedule" if scheduled else "",
        "l2": recipe.l2,
    }


def _values(network: Architecture, points: Points, ways: list[Way], k: int, stop: threading.Event) -> Iterator[Part]:
    """Eigenvalues as they are found, a few snapshots at a time: the first ones soon, the later ones in larger parts."""
    learners = [learner for learner, way in enumerate(ways) if way.walk is not None]
    walks = [way.walk for way in ways if way.walk is not None]
    total, done, held = sum(len(walk.thetas) for walk in walks), 0, 0
    waiting: dict[int, list[Any]] = {learner: [] for learner in learners}
    for w, place, found in sharpest(network, points, walks, k, cancel=stop):
        waiting[learners[w]].append((place, found.values, found.residuals))
        done, held = done + 1, held + 1
        if held < min(MANY * len(walks), max(len(walks), done // 2)) and done < total:
            continue
        held = 0
        for learner, rows in waiting.items():
            if rows:
                places, value, residual = zip(*rows, strict=True)
                header = {
                    "kind": "part",
                    "of": "values",
                    "learner": learner,
                    "done": KNOWN + (FOUND - KNOWN) * done / total,
                }
                yield (
                    header,
                    {"place": np.array(places, np.uint16), "value": np.array(value), "residual": np.array(residual)},
                )
                rows.clear()


def _fits(study: Study) -> Text | None:
    if shown(study, Values({})):
        return None
    return Text("No network is shown whose path could be followed.", "没有显示的网络\uff0c无路径可循。")


SHARPNESS = View(
    title=Text("Sharpness", "尖锐度"),
    asks=Text(
        "How curved the training loss is where the networks are, and what curvature their rates bear.",
        "网络所在之处训练损失的曲率\uff0c以及各自的学习率能承受多大的曲率。",
    ),
    order=20,
    parts=parts,
    hypers=(
        Hyper(
            "measure",
            "",
            "plain",
            doc=Text(
                "The largest curvature itself, or how much of its edge of stability each rule has reached.",
                "最大曲率本身\uff0c或它占各优化器稳定边缘的份额。",
            ),
            kind="choice",
            choices=("plain", "share"),
            titles=(Text("Sharpness", "尖锐度"), Text("Share of the edge", "占稳定边缘的份额")),
        ),
        Hyper(
            "k",
            "k",
            1,
            1,
            3,
            doc=Text("How many of the largest eigenvalues.", "取前几个特征值。"),
            kind="int",
            least=1,
            most=3,
        ),
    ),
    fits=_fits,
)
