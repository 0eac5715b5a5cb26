"""What networks answer to a plane or a line of inputs, as small pictures; and intervals as JSON holds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from visualizer.networks.architecture import CLASSES, Architecture
from visualizer.networks.data import Points
from visualizer.networks.evaluate import answers
from visualizer.networks.intervals import Interval

if TYPE_CHECKING:
    from visualizer.networks.study import Study

SIDE = 64  # nodes along an edge of a plane
LINE = 256
UNIT, FAR = 500, 32_000


def nodes(study: Study) -> np.ndarray | None:
    """The inputs that are asked, ``(G, inputs)``, rows upwards; None where inputs are no plane or line."""
    x0, x1, y0, y1 = study.entry.window
    if study.entry.inputs == 1:
        return np.linspace(x0, x1, LINE)[:, None]
    if study.entry.inputs != 2:
        return None
    x, y = np.meshgrid(np.linspace(x0, x1, SIDE), np.linspace(y0, y1, SIDE))
    return np.stack([x, y], axis=-1).reshape(-1, 2)


def about(study: Study) -> dict[str, Any]:
    """What a header says of them: ``grid`` and ``unit`` as in the study's numbers."""
    inputs = study.entry.inputs
    return {"grid": [SIDE, SIDE] if inputs == 2 else LINE if inputs == 1 else 0, "task": study.entry.task, "unit": UNIT}


def pictures(network: Architecture, points: Points, thetas: np.ndarray, x: np.ndarray) -> np.ndarray:
    """What networks ``(K, P)`` answer: see ``leads``."""
    return leads(network, answers(network, points, thetas, x))


def leads(network: Architecture, given: np.ndarray) -> np.ndarray:
    """Of logits or logarithms of chances ``(K, G, classes)``, i2 ``(K, G, classes - 1)``: by how much each class
    but the first leads the first, in parts of which ``UNIT`` are 1; of values f4 ``(K, G, outputs)``.
    """
    if network.task != CLASSES:
        return given.astype(np.float32)
    with np.errstate(invalid="ignore", over="ignore"):
        ahead = UNIT * (given[..., 1:] - given[..., :1]).astype(np.float64)
    return np.nan_to_num(np.clip(ahead, -FAR, FAR)).round().astype(np.int16)


def number(value: Any) -> float | None:
    """As JSON can hold it."""
    return float(value) if np.isfinite(value) else None


def told(interval: Interval) -> list[float | None]:
    """An interval as the page takes it: mean, low, high, of how many; None for what is not finite."""
    return [*(number(part) for part in interval[:3]), int(interval.n)]


def listed(values: Sequence[Any]) -> list[float | None]:
    return [number(value) for value in values]
