"""The loss around the learners' paths: a plane of parameters, and where the paths are above it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from visualizer.maps import Part
from visualizer.networks import planes, slices
from visualizer.networks.progress import waited
from visualizer.networks.recent import trained
from visualizer.networks.views._view import View
from visualizer.spec import Hyper, Text, Values

if TYPE_CHECKING:
    from visualizer.networks.study import Study

SIZE = (101, 101)


def parts(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """``part`` parts hold ``rows``, ``columns`` u1 ``(k,)`` and ``loss`` f4 ``(k, 2)``; those of a ``path`` of a
    ``learner`` ``coordinates`` f4 ``(S, 2)``, ``distance`` f4 ``(S,)``, ``own`` and ``projected`` losses f4 ``(S, 2)``.
    """
    runs = yield from waited(lambda progress: trained(study, stop, progress), 0.0, 0.2)
    network, points = study.network, study.points
    plane = planes.principal([run.theta for run in runs])
    window = planes.window(np.concatenate([plane.coordinates(run.theta) for run in runs]))
    yield {"kind": "landscape", "window": window, "size": SIZE}, {}
    for k, run in enumerate(runs):
        way = slices.path(network, points, plane, run.theta)
        header = {"kind": "part", "of": "path", "learner": k, "at": run.at.tolist(), "kept": plane.kept(run.theta)}
        found = {"coordinates": way.coordinates, "distance": way.distance}
        losses = {"own": way.own.loss, "projected": way.projected.loss}
        yield header, {name: array.astype(np.float32) for name, array in (found | losses).items()}
    for part in slices.surface(network, points, plane, window, SIZE, cancel=stop):
        nodes = {"rows": part.rows.astype(np.uint8), "columns": part.columns.astype(np.uint8), "loss": part.loss}
        yield {"kind": "part", "of": "nodes", "done": 0.2 + 0.8 * part.done}, nodes


LANDSCAPE = View(
    title=Text("Landscape", "损失地形"),
    asks=Text("What the loss is like around the paths.", "路径周围的损失是什么样子。"),
    order=10,
    parts=parts,
    hypers=(
        Hyper(
            "loss",
            "L",
            "train",
            doc=Text("Whose loss is drawn.", "画哪一部分数据的损失。"),
            kind="choice",
            choices=("train", "test"),
            titles=(Text("Training loss", "训练损失"), Text("Test loss", "测试损失")),
        ),
    ),
    used=lambda study, values: (),
)
