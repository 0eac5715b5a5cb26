"""The modes of the view of ensembles: seeds, snapshots of one run, means of parameters, and what each is worth.

All are of the learner that is looked at; the first seed is its own. ``member`` parts hold the ``place`` of a network,
its ``loss`` and ``mistakes`` (training, test), its ``picture`` ``(1, G, ...)`` where inputs are a plane or a line. A
``mean`` part has those of several as one, ``count`` of them, and where they differ: ``spread`` f4 ``(G,)``, in nats for
classes, a standard deviation for values.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from visualizer.maps import Part
from visualizer.networks import ensembles
from visualizer.networks.architecture import CLASSES
from visualizer.networks.data import sample
from visualizer.networks.ensembles import Cycles, at_points, base_rate, between, costs, mean_weights, mixtures, scored
from visualizer.networks.evaluate import Scores, answers, evaluate
from visualizer.networks.intervals import paired, student
from visualizer.networks.progress import streamed, waited
from visualizer.networks.recent import trained
from visualizer.networks.regularization import verdict
from visualizer.networks.train import SHOWN, Training
from visualizer.networks.views import _pictures as pictures
from visualizer.spec import Values

if TYPE_CHECKING:
    from visualizer.networks.study import Study

NODES = 41  # networks on a line between two
TILES = 6  # snapshots of a tail that are shown


class Shown:
    """A study's points, and what its networks answer to them and to the inputs of a picture."""

    def __init__(self, study: Study) -> None:
        self.network, self.points = study.network, study.points
        self.x = pictures.nodes(study)

    def answers(self, thetas: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """At the points, and at the inputs of a picture: float64 ``(K, n, outputs)`` each."""
        if self.x is None:
            return at_points(self.network, self.points, thetas), None
        given = answers(self.network, self.points, thetas, self.x).astype(np.float64)
        return at_points(self.network, self.points, thetas), given

    def member(self, place: int, known: np.ndarray, seen: np.ndarray | None, done: float, **about: Any) -> Part:
        """One network, of its answers ``(n, outputs)`` at the points and in the picture."""
        scores = scored(self.network, self.points, mixtures(self.network, known[None]))
        arrays = {} if seen is None else {"picture": pictures.leads(self.network, seen[None])}
        return {"kind": "part", "of": "member", "place": place, "done": done, **plain(scores), **about}, arrays

    def mean(self, known: np.ndarray, seen: np.ndarray | None, done: float, **about: Any) -> Part:
        """What many answer together."""
        scores = scored(self.network, self.points, mixtures(self.network, known)[-1:])
        header = {"kind": "part", "of": "mean", "count": len(known), "done": done, **plain(scores), **about}
        return header, {} if seen is None else self.together(seen)

    def together(self, seen: np.ndarray) -> dict[str, np.ndarray]:
        found = ensembles.differing(self.network, seen)
        spread = np.sqrt(found.spread) if self.network.task != CLASSES else found.spread
        picture = pictures.leads(self.network, mixtures(self.network, seen)[-1:])
        return {"picture": picture, "spread": spread.astype(np.float32)}

    def alone(self, theta: np.ndarray, name: str, done: float) -> Part:
        """One network that is not a member: a ``mean`` part without a spread."""
        known, seen = self.answers(theta[None])
        header, arrays = self.member(0, known[0], None if seen is None else seen[0], done)
        return {**header, "of": "mean", "name": name}, arrays


def plain(scores: Scores, row: int = 0) -> dict[str, list[float | None]]:
    """One row of scores as JSON."""
    return {"loss": pictures.listed(scores.loss[row]), "mistakes": pictures.listed(scores.mistakes[row])}


def members_of(study: Study, count: int) -> Study:
    """The study of so many learners that differ in their seeds, from the only one's on."""
    first = study.learners[0]
    seed = first.learn["seed"]
    return replace(
        study,
        learners=tuple(
            replace(first, run=replace(first.run, color=k), learn={**first.learn, "seed": seed + k})
            for k in range(count)
        ),
    )


def grown(
    study: Study, shown: Shown, count: int, stop: threading.Event, share: float
) -> Generator[Part, None, tuple[np.ndarray, np.ndarray]]:
    """Parts of the members, as many at a time as there are processors, and of their ensemble so far.

    Gives their last parameters ``(K, P)``, and what they answer to the points.
    """
    whole, many = members_of(study, count), os.cpu_count() or 1
    last: list[np.ndarray] = []
    known: list[np.ndarray] = []
    seen: list[np.ndarray] = []
    for begin in range(0, count, many):
        own = replace(whole, learners=whole.learners[begin : begin + many])
        work = partial(trained, own, stop)
        for run in (yield from waited(work, share * begin / count, share * len(own.learners) / count)):
            mine, picture = shown.answers(run.theta[-1:])
            last.append(run.theta[-1])
            known.append(mine[0])
            if picture is not None:
                seen.append(picture[0])
            done = share * len(last) / count
            yield shown.member(len(last) - 1, mine[0], None if picture is None else picture[0], done)
        if len(known) > 1:
            yield shown.mean(np.stack(known), np.stack(seen) if seen else None, done, name="ensemble")
    return np.stack(last), np.stack(known)


def seeds(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """A ``sizes`` part has arrays ``loss``, ``mistakes`` f4 ``(3, K, 2)``: mean, lowest and highest of the ensembles of
    1, 2, ..., K neighbours on the circle of members. Of digits ``doubts`` tells where members differ most.
    """
    count, shown = int(values.members), Shown(study)
    yield header(study, values, members=count, cost=count), {}
    _, known = yield from grown(study, shown, count, stop, 0.9)
    circle = ensembles.circled(shown.network, shown.points, known)
    sizes = {name: ranged(getattr(circle, name)) for name in ("loss", "mistakes")}
    yield {"kind": "part", "of": "sizes", "done": 1.0}, sizes
    if shown.x is None:
        yield doubts(shown, known)


def ranged(values: np.ndarray) -> np.ndarray:
    """Mean, lowest and highest over the first axis."""
    return np.stack([values.mean(axis=0), values.min(axis=0), values.max(axis=0)]).astype(np.float32)


DOUBTS = 10


def doubts(shown: Shown, known: np.ndarray) -> Part:
    """The test points whose classes members disagree about most: ``points`` u2 ``(n,)`` among all points, ``votes`` u1
    ``(n, classes)``, their ``truth`` and what the ensemble says, u1 ``(n,)``, and the inputs f4 ``(n, inputs)``.
    """
    points = shown.points
    tested = slice(points.train, points.train + points.test)
    own = known[:, tested]
    order = np.argsort(-ensembles.differing(shown.network, own).spread, kind="stable")[:DOUBTS]
    votes = np.eye(shown.network.outputs)[own[:, order].argmax(axis=-1)].sum(axis=0)
    said = mixtures(shown.network, own[:, order])[-1].argmax(axis=-1)
    arrays = {
        "votes": votes.astype(np.uint8),
        "truth": points.y[tested][order].argmax(axis=-1).astype(np.uint8),
        "said": said.astype(np.uint8),
        "images": points.x[tested][order].astype(np.float32),
    }
    return {"kind": "part", "of": "doubts"}, arrays


def reference(study: Study, shown: Shown, stop: threading.Event, share: float) -> Generator[Part, None, Training]:
    """The learner's own run, which a ``plain`` part tells of."""
    run = (yield from waited(partial(trained, study, stop), 0.0, share))[0]
    scores = evaluate(shown.network, shown.points, run.theta)
    said = {"kind": "part", "of": "plain", "done": share, "at": run.at.tolist(), "final": plain(scores, -1)["loss"]}
    yield said, {"loss": curve(scores)}
    return run


def curve(scores: Scores) -> np.ndarray:
    return scores.loss.T.astype(np.float32)


def snapshots(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """A ``plain`` part is of the learner's own run; a ``cycles`` part of the one in cycles: ``loss`` f4 ``(2, S)``
    ``at`` its snapshots, ``rate`` f4 ``(R,)`` of every ``stride``-th step. Then its members, the ensembles of the first
    ones after each (``so_far``), and of all.
    """
    count, shown = int(values.members), Shown(study)
    cycles = Cycles(count, max(1, study.steps // count), values.shape)
    recipe = study.learners[0].recipe
    yield header(study, values, members=count, cost=1, length=cycles.length, steps=cycles.steps), {}
    yield from reference(study, shown, stop, 0.45)

    def work(progress: Any) -> Training:
        return ensembles.snapshots(shown.network, shown.points, [recipe], cycles, stop, progress)[0]

    run = yield from waited(work, 0.45, 0.45)
    rates = cycles.rates(recipe)
    stride = max(1, len(rates) // 1000)
    about = {"at": run.at.tolist(), "stride": stride, "base": base_rate(recipe), "done": 0.9}
    arrays = {
        "loss": curve(evaluate(shown.network, shown.points, run.theta)),
        "rate": rates[::stride].astype(np.float32),
    }
    yield {"kind": "part", "of": "cycles", **about}, arrays
    known, seen = shown.answers(cycles.members(run))
    for k in range(count):
        yield shown.member(k, known[k], None if seen is None else seen[k], 0.95, at=(k + 1) * cycles.length)
    first = scored(shown.network, shown.points, mixtures(shown.network, known))
    so_far = {"loss": curve(first), "mistakes": first.mistakes.T.astype(np.float32)}
    yield {"kind": "part", "of": "so_far", "done": 0.97}, so_far
    yield shown.mean(known, seen, 1.0, name="ensemble")


def swa(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """A ``plain`` part is of the learner's own run; a ``tail`` part has the losses of its snapshots and of the means of
    the parameters up to each: ``own``, ``running`` f4 ``(2, n)``, ``at`` the last steps. A few snapshots are members.
    """
    shown = Shown(study)
    at = np.append(np.arange(0, study.steps, max(1, -(-study.steps // SHOWN))), study.steps)
    many = int((at >= (1.0 - values.tail) * study.steps).sum())
    yield header(study, values, members=min(TILES, many), cost=1, tail=values.tail), {}
    run = yield from reference(study, shown, stop, 0.8)
    kept = ensembles.tail(run, values.tail)
    at = run.at[len(run.at) - len(kept) :]
    own, running = (evaluate(shown.network, shown.points, thetas) for thetas in (kept, ensembles.running(kept)))
    said = {"kind": "part", "of": "tail", "done": 0.9, "at": at.tolist()}
    yield said, {"own": curve(own), "running": curve(running)}
    places = np.unique(np.linspace(0, len(kept) - 1, min(len(kept), TILES)).round().astype(int))
    known, seen = shown.answers(kept[places])
    for k, place in enumerate(places):
        yield shown.member(k, known[k], None if seen is None else seen[k], 0.95, at=int(at[place]))
    yield shown.alone(mean_weights(kept), "swa", 1.0)


def weights(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """Members and their ensemble as with ``seeds``; then the network of their mean parameters, a ``mean`` part called
    ``weights``; then ``lines`` f4 ``(3, 2, N)``: the losses on the straight lines from the first member to one of its
    own last snapshots, to itself with its units in another order, and to the second member.
    """
    count, shown = int(values.members), Shown(study)
    yield header(study, values, members=count, cost=count), {}
    last, _ = yield from grown(study, shown, count, stop, 0.8)
    yield shown.alone(mean_weights(last), "weights", 0.85)
    run = trained(study, stop)[0]
    turned = ensembles.permuted(shown.network, last[0], study.learners[0].learn["seed"])
    ends = {"own": ensembles.tail(run)[0], "permuted": turned, "other": last[1]}
    lines = [evaluate(shown.network, shown.points, between(last[0], end, NODES)) for end in ends.values()]
    yield (
        {"kind": "part", "of": "lines", "done": 1.0, "names": list(ends)},
        {"lines": np.stack([curve(one) for one in lines])},
    )


def worth(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """``ways`` parts hold rows of what each way is worth after so many repeats, and ``loss`` f4 ``(ways, n)``: each
    repeat's difference from a single network.
    """
    count, repeats, data = int(values.members), int(values.repeats), study.data
    recipe = study.learners[0].recipe

    def draw(repeat: int) -> Any:
        return sample(study.dataset, data["train"], None, data["noise"], data["mislabeled"], data["draw"] + repeat)

    about = {"members": count, "repeats": repeats, "length": max(1, study.steps // count), "costs": costs(count)}
    yield header(study, values, **about), {}
    rows: list[Mapping[str, Scores]] = []

    def work(told: Any) -> Iterator[Mapping[str, Scores]]:
        return ensembles.each(study.network, draw, recipe, count, study.steps, range(repeats), 0.25, stop, told)

    for done, found in streamed(work):
        if found is None:
            yield {"kind": "part", "of": "progress", "done": done}, {}
            continue
        rows.append(found)
        yield _ways(rows, study.entry.task, done)


def _ways(rows: Sequence[Mapping[str, Scores]], task: str, done: float) -> Part:
    def test(way: str, name: str) -> np.ndarray:
        return np.array([getattr(row[way], name)[1] for row in rows])

    found, differences = [], []
    for way in ensembles.WAYS:
        loss, wrong = test(way, "loss"), test(way, "mistakes")
        difference = paired(loss, test("single", "loss"))
        differences.append(loss - test("single", "loss"))
        fewer = pictures.told(paired(wrong, test("single", "mistakes"))) if task == CLASSES else None
        found.append(
            {
                "way": way,
                "loss": pictures.told(student(loss)),
                "mistakes": pictures.told(student(wrong)) if task == CLASSES else None,
                "difference": pictures.told(difference),
                "fewer": fewer,
                "verdict": verdict(difference),
            }
        )
    said = {"kind": "part", "of": "ways", "done": done, "n": len(rows), "rows": found}
    return said, {"loss": np.array(differences, np.float32)}


def header(study: Study, values: Values, **about: Any) -> dict[str, Any]:
    finite = study.entry.finite is not None
    return {
        "kind": "ensemble",
        "mode": values.kind,
        "finite": finite,
        "own": study.steps,
        **pictures.about(study),
        **about,
    }
