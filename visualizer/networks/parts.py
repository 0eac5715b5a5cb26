"""A study as numbers that come part by part: the data, then how far training is, curves, and what networks answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlencode

import numpy as np

from visualizer.maps import Part, Request
from visualizer.networks.architecture import CLASSES
from visualizer.networks.data import Points
from visualizer.networks.evaluate import answers, chances, evaluate
from visualizer.networks.link import write
from visualizer.networks.progress import with_progress
from visualizer.networks.recent import trained
from visualizer.networks.study import FIRST_VIEW, Study
from visualizer.networks.train import Training
from visualizer.simulate.tiles import Cancelled

GRID = (64, 64)  # where the answers to a plane of inputs are shown
LINE = 256  # as many to a line of them
FRAMES = 40  # of the answers, besides the first
CURVE = 1000  # losses of batches that a curve is drawn of: of more steps than that the lowest and highest of several


def request(study: Study) -> Request:
    """The numbers of a study; how its learners are drawn, and what is seen beside them, does not change them."""
    bare = replace(study.only(range(len(study.learners))), view=(FIRST_VIEW, {}))
    return Request("net?" + urlencode(write(bare)), lambda stop: study_parts(bare, stop))


def study_parts(study: Study, stop: threading.Event) -> Iterator[Part]:
    """What there is to see of a study: see the parts below. Ends early when ``stop`` is set."""
    points, network = study.points, study.network
    yield _about(study, points)
    runs: list[Training] = []
    try:
        for told in with_progress(lambda progress: trained(study, stop, progress)):
            if isinstance(told, float):
                yield {"kind": "part", "of": "progress", "done": told}, {}
            else:
                runs = told
    except Cancelled:
        return
    for k, run in enumerate(runs):
        scores = evaluate(network, points, run.theta)
        curves = {"loss": scores.loss.T, "mistakes": scores.mistakes.T, "batch": thinned(run.loss)}
        stretches = CURVE if curves["batch"].ndim > 1 else 0
        yield {"kind": "part", "of": "curves", "learner": k, "at": run.at.tolist(), "stretches": stretches}, curves
    for k, run in enumerate(runs):
        if stop.is_set():
            return
        kept = shown_frames(len(run.at))
        frames = {"kind": "part", "of": "answers", "learner": k, "at": run.at[kept].tolist()}
        yield frames, _answers(study, points, run.theta[kept])
    yield {"kind": "whole"}, {}


def shown_frames(count: int) -> np.ndarray:
    """Which of so many snapshots are shown: all, or about equally far apart, with the first and the last."""
    return np.unique(np.linspace(0, count - 1, min(count, FRAMES + 1)).round().astype(int))


def thinned(loss: np.ndarray) -> np.ndarray:
    """Losses of at most ``CURVE`` steps as they are ``(T,)``; of more the lowest and highest of each of as many parts,
    ``(2, CURVE)``, NaN where a loss was not finite.
    """
    if len(loss) <= CURVE:
        return loss
    edges = np.linspace(0, len(loss), CURVE + 1).round().astype(int)[:-1]
    return np.stack([np.minimum.reduceat(loss, edges), np.maximum.reduceat(loss, edges)])


def grid(study: Study) -> np.ndarray | None:
    """The inputs whose answers are shown, ``(G, inputs)``, rows upwards; None where inputs are no plane or line."""
    x0, x1, y0, y1 = study.entry.window
    if study.entry.inputs == 1:
        return np.linspace(x0, x1, LINE)[:, None]
    if study.entry.inputs != 2:
        return None
    x, y = np.meshgrid(np.linspace(x0, x1, GRID[0]), np.linspace(y0, y1, GRID[1]))
    return np.stack([x, y], axis=-1).reshape(-1, 2)


def _about(study: Study, points: Points) -> Part:
    entry, used = study.entry, points.train + points.test
    header = {
        "kind": "study",
        "task": entry.task,
        "inputs": entry.inputs,
        "outputs": entry.outputs,
        "window": entry.window,
        "train": points.train,
        "test": points.test,
        "grid": GRID if entry.inputs == 2 else LINE if entry.inputs == 1 else 0,
        "parameters": study.network.size,
    }
    known: Mapping[str, np.ndarray] = {"x": points.x[:used], "y": points.y[:used], "clean": points.clean[:used]}
    return header, known


def _answers(study: Study, points: Points, thetas: np.ndarray) -> dict[str, np.ndarray]:
    """``chances`` u1 ``(F, G, c)`` in 255ths, of all classes but the first where there are two; ``values`` f4 ``(F, G,
    outputs)``; or, of inputs that are no plane, ``confusion`` u2 ``(F, classes, classes)``: of test points of a class
    (rows) how many were taken for which.
    """
    network, asked = study.network, grid(study)
    if asked is None:
        tested = slice(points.train, points.train + points.test)
        said = answers(network, points, thetas, points.x[tested]).argmax(axis=2)
        right, many = points.y[tested].argmax(axis=1), study.entry.outputs
        counts = [np.bincount(right * many + one, minlength=many * many).reshape(many, many) for one in said]
        return {"confusion": np.array(counts, np.uint16)}
    said = answers(network, points, thetas, asked)
    if study.entry.task != CLASSES:
        return {"values": said}
    shares = chances(said)[..., 1:] if study.entry.outputs == 2 else chances(said)
    with np.errstate(invalid="ignore"):
        return {"chances": np.nan_to_num(255 * shares).round().astype(np.uint8)}
