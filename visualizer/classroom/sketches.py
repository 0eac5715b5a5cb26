"""Sketches of a class: small enough to keep a thousand, and marked together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from visualizer.classroom.rooms import RoomError
from visualizer.lessons.sketch import MOST, along, scores

POINTS = 32
TOP = 65535  # a coordinate is kept as a share of the window's side, in so many parts


def packed(points: Any, window: Sequence[float]) -> list[int]:
    """A sketch [[x, y], ...] as it is kept: ``POINTS`` points along it, x and y in turn, within the window.

    Raises ``RoomError`` for what is none.
    """
    try:
        line = np.array(points[:MOST], np.float64).reshape(-1, 2)
    except (TypeError, ValueError):
        raise RoomError("no_answer") from None
    if len(line) < 2 or not np.isfinite(line).all():
        raise RoomError("no_answer")
    x0, x1, y0, y1 = window
    shares = (line - (x0, y0)) / (x1 - x0, y1 - y0)
    return [int(one) for one in np.rint(along(np.clip(shares, 0.0, 1.0), POINTS) * TOP).ravel()]


def unpacked(kept: Sequence[int], window: Sequence[float]) -> np.ndarray:
    """The points ``(POINTS, 2)`` of a sketch, in the page's coordinates."""
    x0, x1, y0, y1 = window
    return np.asarray(np.reshape(kept, (-1, 2)) / TOP * (x1 - x0, y1 - y0) + (x0, y0), np.float64)


def scored(kept: Sequence[Sequence[int]], question: Mapping[str, Any]) -> list[int]:
    """What each sketch is worth, 0 to 100, see ``lessons.sketch``."""
    window = question["plane"]["window"]
    return scores([unpacked(one, window) for one in kept], np.array(question["path"], np.float64), window)
