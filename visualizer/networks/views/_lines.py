"""The losses on straight lines between the ends of networks' paths."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from visualizer.maps import Part
from visualizer.networks import slices
from visualizer.networks.evaluate import Scores
from visualizer.networks.progress import go_on
from visualizer.networks.train import Training
from visualizer.spec import Values

if TYPE_CHECKING:
    from visualizer.networks.study import Study

TRAINED = 0.2  # of a landscape's work is training, which mostly was done before
ALONG = 100  # steps between two ends; as dense beyond them

Ways = Mapping[int, Training]  # of the learners that did not diverge, by their places among those asked for


def line_parts(
    study: Study, values: Values, ways: Ways, about: dict[str, Any], stop: threading.Event
) -> Iterator[Part]:
    """First the learner ``from`` whose end (t = 0) all lines go, and ``ts`` f4 ``(T,)``, where they are looked at.

    ``line`` to the end (t = 1) of a ``learner``: ``loss`` and ``mistakes`` f4 ``(T, 2)``, of training and test points;
    the ``length`` between the ends; the ``wall`` ``[2]`` between them, and the t ``[2]`` where it ``stands``.
    """
    first, *others = ways
    ts = places(values["room"])
    yield about | {"from": first}, singles({"ts": ts})
    a = ways[first].theta[-1]
    for done, k in enumerate(others, 1):
        go_on(stop)
        b = ways[k].theta[-1]
        scores = slices.along(study.network, study.points, a, b, ts)
        high, stands = wall(ts, scores)
        header = {
            "kind": "part",
            "of": "line",
            "learner": k,
            "length": float(np.linalg.norm(b.astype(np.float64) - a)),
            "wall": high,
            "stands": stands,
            "done": TRAINED + (1 - TRAINED) * done / len(others),
        }
        yield header, singles({"loss": scores.loss, "mistakes": scores.mistakes})


def places(room: float) -> np.ndarray:
    """Where a line is looked at: from ``room`` before its beginning to as far beyond its end, both ends among them."""
    beyond = int(np.ceil(room * ALONG))
    return np.arange(-beyond, ALONG + beyond + 1) / ALONG


def wall(ts: np.ndarray, scores: Scores) -> tuple[list[float | None], list[float | None]]:
    """How far the losses between two ends rise above the straight line from the one's to the other's, and at which t.

    Of training and of test points; 0 where they rise nowhere above it, None where they are not all finite. It is called
    the barrier by Frankle et al. 2020 (arXiv:1912.05671) and Entezari et al. 2021 (arXiv:2110.06296).
    """
    between = (ts >= 0) & (ts <= 1)
    t, loss = ts[between, None], scores.loss[between].astype(np.float64)
    above = loss - ((1 - t) * loss[0] + t * loss[-1])
    most = above.argmax(axis=0)
    finite = np.isfinite(above).all(axis=0)
    high = [float(above[most[k], k]) if finite[k] else None for k in range(2)]
    return high, [float(t[most[k], 0]) if finite[k] else None for k in range(2)]


def singles(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: array.astype(np.float32) for name, array in arrays.items()}
