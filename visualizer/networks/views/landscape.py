"""The loss around the learners' paths: a plane of parameters and the paths above it, or lines between their ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from visualizer.dials import SEED
from visualizer.maps import Part
from visualizer.networks import planes, slices
from visualizer.networks.evaluate import evaluate
from visualizer.networks.progress import go_on, waited
from visualizer.networks.recent import trained
from visualizer.networks.views._lines import TRAINED, Ways, line_parts, singles
from visualizer.networks.views._view import View, looked, shown
from visualizer.spec import Hyper, Text, Values

if TYPE_CHECKING:
    from visualizer.networks.study import Study

SIZE = (101, 101)  # nodes of a plane
PACE = 0.1  # seconds of work in a message: the browser draws after each, which takes time from the work
COARSE = 0.02  # of the nodes are the first picture, which is sent as it comes
RIGHT = 1e-6  # a cosine below this is that of a right angle
MISSING = {
    "three": Text(
        "A plane through three ends takes three networks that are shown and did not diverge: "
        "duplicate one and give it another seed.",
        "过三个终点的平面需要三个已显示且未发散的网络\uff1a可复制一个并换一个随机种子。",
    ),
    "line": Text(
        "A line takes the ends of two networks that are shown and did not diverge.",
        "连线需要两个已显示且未发散的网络的终点。",
    ),
}
NOBODY = Text("No network is shown that did not diverge.", "没有已显示且未发散的网络。")
ALIKE = Text("The ends lie on one line, or are the same: they span no plane.", "这些终点共线或重合\uff0c不能确定平面。")
STILL = Text("The networks did not move: there is no path.", "网络没有移动\uff0c没有路径。")


class NoSliceError(ValueError):
    """There is no such slice; ``text`` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


def parts(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """Of a plane or of lines, as ``by`` says; learners are numbered as they were asked for.

    The first part has ``by``, the learners that ``diverged``, which are left out, and ``at``, the steps of the others'
    snapshots; see ``plane_parts`` and ``line_parts``.
    """
    runs = yield from waited(lambda progress: trained(study, stop, progress), 0.0, TRAINED)
    ways = {k: run for k, run in enumerate(runs) if np.isfinite(run.theta).all()}
    least = {"three": 3, "line": 2}.get(values["by"], 1)
    if len(ways) < least:
        raise NoSliceError(MISSING.get(values["by"], NOBODY))
    about = {
        "kind": "landscape",
        "by": values["by"],
        "diverged": [k for k in range(len(runs)) if k not in ways],
        "at": next(iter(ways.values())).at.tolist(),
    }
    yield from (line_parts if values["by"] == "line" else plane_parts)(study, values, ways, about, stop)


def plane_parts(
    study: Study, values: Values, ways: Ways, about: dict[str, Any], stop: threading.Event
) -> Iterator[Part]:
    """First the ``window`` and its ``size`` in nodes; ``ends``, the learners through whose ends the plane was put;
    ``share`` ``[2]`` of the variance of all snapshots along each of the principal components; ``cosine`` of the angle
    between the axes and ``unit`` ``[2]``, their lengths.

    ``way`` of a ``learner``: ``coordinates`` f4 ``(S, 2)`` and ``distance`` f4 ``(S,)`` from the plane; the share of
    its variance that is ``kept``, and how much of that lies ``along`` each axis, where they are at right angles.
    ``heights`` of a ``learner``: its ``own`` losses f4 ``(S, 2)``, of training and test points, and the plane's at the
    nearest point, ``projected``. ``nodes``: ``rows`` and ``columns`` u1 ``(k,)``, ``loss`` and ``mistakes`` f4
    ``(k, 2)``.
    """
    network, points = study.network, study.points
    plane, ends = plane_of(study, values, ways)
    coordinates = {k: plane.coordinates(way.theta) for k, way in ways.items()}
    window = window_of(values, np.concatenate(list(coordinates.values())))
    yield (
        about
        | {"window": window, "size": SIZE, "ends": ends, "cosine": plane.cosine}
        | {"unit": np.linalg.norm(plane.axes, axis=1).tolist()}
        | {"share": None if plane.share is None else plane.share.tolist()},
        {},
    )
    for k, way in ways.items():
        kept, along = shares(plane, way.theta, coordinates[k])
        found = {"coordinates": coordinates[k], "distance": distances(plane, way.theta)}
        yield {"kind": "part", "of": "way", "learner": k, "kept": kept, "along": along}, singles(found)
    owed = list(ways)
    for part in gathered(slices.surface(network, points, plane, window, SIZE, cancel=stop)):
        nodes = {"rows": part.rows.astype(np.uint8), "columns": part.columns.astype(np.uint8)}
        done = TRAINED + (1 - TRAINED) * part.done
        yield {"kind": "part", "of": "nodes", "done": done}, nodes | {"loss": part.loss, "mistakes": part.mistakes}
        while owed and part.done >= COARSE:
            go_on(stop)
            k = owed.pop(0)
            own = evaluate(network, points, ways[k].theta)
            below = evaluate(network, points, plane.points(coordinates[k]))
            heights = {"own": own.loss, "projected": below.loss}
            yield {"kind": "part", "of": "heights", "learner": k}, singles(heights)


def plane_of(study: Study, values: Values, ways: Ways) -> tuple[planes.Plane, list[int]]:
    """The plane that is wanted, and the learners at whose ends it was put up. Raises ``NoSliceError``."""
    by, first = values["by"], next(iter(ways))
    if by == "random":
        return planes.random_directions(study.network, ways[first].theta[-1], values["seed"]), [first]
    try:
        if by == "three":
            ends = list(ways)[:3]
            return planes.through(*(ways[k].theta[-1] for k in ends)), ends
        return planes.principal([way.theta for way in ways.values()]), []
    except ValueError as error:
        raise NoSliceError(ALIKE if by == "three" else STILL) from error


def window_of(values: Values, coordinates: np.ndarray) -> tuple[float, float, float, float]:
    """A square, so that two fit side by side: around all paths, or as far as the weights at its center are long."""
    if values["by"] == "random":
        return -values["reach"], values["reach"], -values["reach"], values["reach"]
    x0, x1, y0, y1 = planes.window(coordinates, values["room"])
    x, y, half = (x0 + x1) / 2, (y0 + y1) / 2, max(x1 - x0, y1 - y0) / 2
    return x - half, x + half, y - half, y + half


def distances(plane: planes.Plane, thetas: np.ndarray) -> np.ndarray:
    """From the plane, ``(S,)``; those through which it was put lie on it, but for rounding."""
    found = plane.distance(thetas)
    return np.where(found > planes.FLAT * np.linalg.norm(thetas, axis=1), found, 0.0)


def shares(plane: planes.Plane, thetas: np.ndarray, coordinates: np.ndarray) -> tuple[float | None, list[float] | None]:
    """Of the variance of parameters ``(S, P)``: what the plane keeps, and how much of that lies along each axis; None
    where nothing varies, and where axes that are not at right angles share what they keep.
    """
    kept = plane.kept(thetas)
    if not np.isfinite(kept):
        return None, None
    if abs(plane.cosine) > RIGHT:
        return kept, None
    along = coordinates.var(axis=0) * (plane.axes**2).sum(axis=1) / thetas.astype(np.float64).var(axis=0).sum()
    return kept, along.tolist()


def gathered(found: Iterable[slices.Part]) -> Iterator[slices.Part]:
    """The parts, several in one; those of the first picture at once."""
    waiting: list[slices.Part] = []
    last = -np.inf
    for part in found:
        waiting.append(part)
        if part.done < COARSE or time.monotonic() - last >= PACE:
            yield _joined(waiting)
            waiting, last = [], time.monotonic()
    if waiting:
        yield _joined(waiting)


def _joined(waiting: list[slices.Part]) -> slices.Part:
    *columns, done = zip(*waiting, strict=True)
    rows, cols, loss, mistakes = (np.concatenate(column) for column in columns)
    return slices.Part(rows, cols, loss, mistakes, done[-1])


def of(study: Study, values: Values) -> list[int]:
    """All that are shown; where one end is the middle, or the beginning, that of the learner that is looked at."""
    if values["by"] in ("pca", "three"):
        return shown(study, values)
    first = looked(study, values)
    return first + [place for place in shown(study, values) if place not in first]


LANDSCAPE = View(
    title=Text("Landscape", "损失地形"),
    asks=Text("What the loss is like around the paths.", "路径周围的损失是什么样子。"),
    order=10,
    parts=parts,
    hypers=(
        Hyper(
            "by",
            "S",
            "pca",
            doc=Text("Which slice of the parameters' space is drawn.", "画参数空间的哪个切片。"),
            kind="choice",
            choices=("pca", "random", "three", "line"),
            titles=(
                Text("Principal components", "主成分平面"),
                Text("Random directions", "随机方向"),
                Text("Plane through three ends", "过三个终点的平面"),
                Text("Lines between ends", "终点之间的连线"),
            ),
        ),
        replace(SEED, doc=Text("Which random directions.", "哪一对随机方向。")),
        Hyper(
            "reach",
            "r",
            1.0,
            0.02,
            5.0,
            "log",
            doc=Text("How far it is drawn: 1 is as far as the weights are long.", "画多远\uff1a1 即权重自身的长度。"),
            least=1e-4,
            most=1e3,
        ),
        Hyper(
            "room",
            "m",
            0.25,
            0.05,
            5.0,
            "log",
            doc=Text(
                "How much is drawn around the paths, or beyond the ends, as a share of their extent.",
                "在路径四周或终点之外多画多少\uff0c以其跨度为单位。",
            ),
            least=0.0,
            most=100.0,
        ),
    ),
    of=of,
    used=lambda study, values: ("by", "seed", "reach") if values["by"] == "random" else ("by", "room"),
)
