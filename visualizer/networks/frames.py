"""What networks answer at snapshots of their training, in numbers small enough to be sent with every turn of a dial."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from weakref import WeakKeyDictionary

import numpy as np

from visualizer.networks.architecture import CLASSES, Architecture
from visualizer.networks.data import Points
from visualizer.networks.evaluate import answers, chances
from visualizer.networks.progress import go_on
from visualizer.networks.study import Study
from visualizer.networks.train import Training

GRID = (64, 64)  # where the answers to a plane of inputs are shown
LINE = 256  # as many to a line of them
FRAMES = 40  # of the answers, besides the first
UNIT = 500  # margins are sent in such parts of 1: near 0 a chance is then known to 0.0005,
FAR = 32_000  # and beyond 64 a chance is 0 or 1 to 27 digits
ROUND = 8  # frames between two looks at whether it is still wanted

Arrays = Mapping[str, np.ndarray]

_guard = threading.Lock()
_kept: WeakKeyDictionary[Training, dict[str, Arrays]] = WeakKeyDictionary()


def remembered(run: Training, name: str, make: Callable[[], Arrays]) -> Arrays:
    """What ``make`` makes of a run, made once for as long as the run is known: only what a dial changes is new."""
    with _guard:
        known = _kept.setdefault(run, {})
    if name not in known:
        known[name] = make()
    return known[name]


def shown_frames(count: int) -> np.ndarray:
    """Which of so many snapshots are shown: all, or about equally far apart, with the first and the last."""
    return np.unique(np.linspace(0, count - 1, min(count, FRAMES + 1)).round().astype(int))


def grid(study: Study) -> np.ndarray | None:
    """The inputs whose answers are shown, ``(G, inputs)``, rows upwards; None where inputs are no plane or line."""
    x0, x1, y0, y1 = study.entry.window
    if study.entry.inputs == 1:
        return np.linspace(x0, x1, LINE)[:, None]
    if study.entry.inputs != 2:
        return None
    x, y = np.meshgrid(np.linspace(x0, x1, GRID[0]), np.linspace(y0, y1, GRID[1]))
    return np.stack([x, y], axis=-1).reshape(-1, 2)


def frames(
    network: Architecture, points: Points, asked: np.ndarray | None, thetas: np.ndarray, stop: threading.Event
) -> Arrays:
    """The answers of parameters ``(F, P)``; ``asked`` is the grid. Raises ``Cancelled``.

    For classes of a plane ``margins`` i2 ``(F, G, classes - 1)`` at the grid's nodes and ``points`` i2 ``(F, N, classes
    - 1)`` at training and test points, see ``margins_of``; for values ``values`` f4 ``(F, G, outputs)`` and ``points``
    f4 ``(F, N, outputs)``. Of inputs that are no plane ``confusion`` u2 ``(F, classes, classes)``, of test points of a
    class (rows) how many were taken for which, ``taken`` u1 ``(F, test)``, for which each was, and ``chance`` u1
    ``(F, test)``, with which probability, in 255ths.
    """
    parts = []
    for first in range(0, len(thetas), ROUND):
        go_on(stop)
        parts.append(_frames(network, points, asked, thetas[first : first + ROUND]))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _frames(network: Architecture, points: Points, asked: np.ndarray | None, thetas: np.ndarray) -> Arrays:
    if asked is None:
        return _taken(network, points, thetas)
    used = points.train + points.test
    there, here = (answers(network, points, thetas, x) for x in (asked, points.x[:used]))
    if network.task != CLASSES:
        return {"values": there, "points": here}
    return {"margins": margins_of(there), "points": margins_of(here)}


def margins_of(logits: np.ndarray) -> np.ndarray:
    """By how much each class but the first leads the first, the logarithm of the ratio of their chances: i2, in
    parts of which ``UNIT`` are 1. 0 stands only for a tie, and for what is no number.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        lead = UNIT * (logits[..., 1:] - logits[..., :1]).astype(np.float64)
        whole = np.where(np.abs(lead) < 1, np.sign(lead), np.clip(lead, -FAR, FAR).round())
    return np.nan_to_num(whole).astype(np.int16)


def _taken(network: Architecture, points: Points, thetas: np.ndarray) -> Arrays:
    tested, many = slice(points.train, points.train + points.test), network.outputs
    said = answers(network, points, thetas, points.x[tested])
    taken = said.argmax(axis=2)
    right = points.y[tested].argmax(axis=1)
    counts = [np.bincount(right * many + one, minlength=many * many).reshape(many, many) for one in taken]
    with np.errstate(invalid="ignore"):
        chance = np.nan_to_num(255 * chances(said).max(axis=2)).round()
    return {
        "confusion": np.array(counts, np.uint16),
        "taken": taken.astype(np.uint8),
        "chance": chance.astype(np.uint8),
    }
