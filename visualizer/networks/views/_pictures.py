"""What networks answer to a plane or a line of inputs, as small pictures; and intervals as JSON holds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from visualizer.networks.architecture import CLASSES, Architecture
from visualizer.networks.data import Points
from visualizer.networks.evaluate import answers, chances
from visualizer.networks.intervals import Interval

if TYPE_CHECKING:
    from visualizer.networks.study import Study

SIDE = 64  # nodes along an edge of a plane
LINE = 256


def nodes(study: Study, side: int = SIDE) -> np.ndarray | None:
    """The inputs that are asked, ``(G, inputs)``, rows upwards; None where inputs are no plane or line."""
    x0, x1, y0, y1 = study.entry.window
    if study.entry.inputs == 1:
        return np.linspace(x0, x1, LINE)[:, None]
    if study.entry.inputs != 2:
        return None
    x, y = np.meshgrid(np.linspace(x0, x1, side), np.linspace(y0, y1, side))
    return np.stack([x, y], axis=-1).reshape(-1, 2)


def about(study: Study, side: int = SIDE) -> dict[str, Any]:
    """What a header says of them: ``grid`` as in the study's numbers."""
    inputs = study.entry.inputs
    return {"grid": [side, side] if inputs == 2 else LINE if inputs == 1 else 0, "task": study.entry.task}


def pictures(network: Architecture, points: Points, thetas: np.ndarray, x: np.ndarray) -> np.ndarray:
    """What networks ``(K, P)`` answer: see ``shades``."""
    return shades(network, answers(network, points, thetas, x))


def shades(network: Architecture, given: np.ndarray) -> np.ndarray:
    """Of answers ``(K, G, outputs)``: u1 in 255ths, of all classes but the first where there are two, or f4 values."""
    if network.task != CLASSES:
        return given.astype(np.float32)
    return bytes_of(chances(given))


def bytes_of(shares: np.ndarray) -> np.ndarray:
    """Probabilities ``(..., classes)`` as bytes; of two classes the second's only."""
    kept = shares[..., 1:] if shares.shape[-1] == 2 else shares
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(255 * kept).round().astype(np.uint8)


def number(value: Any) -> float | None:
    """As JSON can hold it."""
    return float(value) if np.isfinite(value) else None


def told(interval: Interval) -> list[float | None]:
    """An interval as the page takes it: mean, low, high, of how many; None for what is not finite."""
    return [*(number(part) for part in interval[:3]), int(interval.n)]


def listed(values: Sequence[Any]) -> list[float | None]:
    return [number(value) for value in values]
