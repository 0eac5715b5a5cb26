"""A study as numbers that come part by part: the data, then how far training is, curves, and what networks answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlencode

import numpy as np

from visualizer.maps import Part, Request
from visualizer.networks.architecture import Architecture
from visualizer.networks.data import Points
from visualizer.networks.evaluate import evaluate
from visualizer.networks.frames import GRID, LINE, UNIT, frames, grid, remembered, shown_frames
from visualizer.networks.link import write
from visualizer.networks.progress import with_progress
from visualizer.networks.recent import trained
from visualizer.networks.steps import CALL, NUMBERS
from visualizer.networks.study import FIRST_VIEW, Study
from visualizer.networks.train import Recipe, Training, order_of
from visualizer.simulate.schedules import schedule
from visualizer.simulate.tiles import Cancelled

CURVE = 1000  # losses of batches that a curve is drawn of: of more steps than that the lowest and highest of several


def request(study: Study) -> Request:
    """The numbers of a study; how its learners are drawn, and what is seen beside them, does not change them."""
    bare = replace(study.only(range(len(study.learners))), view=(FIRST_VIEW, {}))
    return Request("net?" + urlencode(write(bare)), lambda stop: study_parts(bare, stop))


def study_parts(study: Study, stop: threading.Event) -> Iterator[Part]:
    """What there is to see of a study: see the parts below. Ends early when ``stop`` is set."""
    points = study.points
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
        yield {"kind": "part", "of": "curves", "learner": k, "at": run.at.tolist()}, _curves(study, points, k, run)
    try:
        for name in ("last", "all"):
            for k, run in enumerate(runs):
                yield _answers(study, points, k, run, name, stop)
    except Cancelled:
        return
    yield {"kind": "whole"}, {}


def thinned(loss: np.ndarray) -> np.ndarray:
    """Losses of at most ``CURVE`` steps as they are ``(T,)``; of more the lowest and highest of each of as many parts,
    ``(2, CURVE)``, NaN where a loss was not finite.
    """
    if len(loss) <= CURVE:
        return loss
    edges = np.linspace(0, len(loss), CURVE + 1).round().astype(int)[:-1]
    return np.stack([np.minimum.reduceat(loss, edges), np.maximum.reduceat(loss, edges)])


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
    known = {"x": points.x[:used], "y": points.y[:used], "clean": points.clean[:used]}
    if entry.truth and (asked := grid(study)) is not None:
        known["truth"] = entry.truth(asked).astype(np.float32)
    return header, known


def _curves(study: Study, points: Points, place: int, run: Training) -> Mapping[str, np.ndarray]:
    """``loss`` and ``mistakes`` f4 ``(2, S)`` of training and test points, ``batch``, see ``thinned``, and likewise
    ``lr`` where it is not the same in all steps.
    """

    def make() -> Mapping[str, np.ndarray]:
        scores = evaluate(study.network, points, run.theta)
        rates = rates_of(study.network, points, study.learners[place].recipe, run.loss)
        found = {"loss": scores.loss.T, "mistakes": scores.mistakes.T, "batch": thinned(run.loss)}
        return found if rates is None else found | {"lr": thinned(rates)}

    return remembered(run, "curves", make)


def rates_of(network: Architecture, points: Points, recipe: Recipe, loss: np.ndarray) -> np.ndarray | None:
    """The learning rate of every update of a run that saw these losses, f4 ``(T,)``; None where it is constant."""
    slug, values = recipe.schedule or ("constant", {})
    if slug == "constant":
        return None
    steps = len(loss)
    order = order_of(network, points, recipe, steps, 1)[1]
    if order.watching < 0:
        return order.lr
    room = -(-steps // CALL) * CALL  # few lengths, so that few programs are compiled
    given = {**values, "lr": float(order.numbers[NUMBERS["hyper"]])}
    seen = [*loss[1:], *[0.0] * (room - steps)]  # the first loss is not reported
    return schedule(slug, given, room, seen).lr[:steps].astype(np.float32)


def _answers(study: Study, points: Points, place: int, run: Training, name: str, stop: threading.Event) -> Part:
    """What a network answers: at its last snapshot, which is looked at while a dial moves, and then at all."""
    kept = shown_frames(len(run.at))[-1 if name == "last" else 0 :]
    found = remembered(run, name, lambda: frames(study.network, points, grid(study), run.theta[kept], stop))
    return {"kind": "part", "of": "answers", "learner": place, "at": run.at[kept].tolist(), "unit": UNIT}, found
