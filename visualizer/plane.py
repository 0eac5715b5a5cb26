"""Turning points of the plane."""

from __future__ import annotations

import math
from collections.abc import Sequence


def rotation(degrees: float) -> tuple[float, float, float, float]:
    """The matrix, by rows, that turns a point by ``degrees`` counter-clockwise; exact at multiples of 90."""
    quarters, rest = divmod(degrees, 90.0)
    cos, sin = (1.0, 0.0) if rest == 0 else (math.cos(math.radians(rest)), math.sin(math.radians(rest)))
    for _ in range(int(quarters) % 4):
        cos, sin = -sin, cos
    return cos, -sin, sin, cos


def turn(point: Sequence[float], degrees: float) -> tuple[float, float]:
    """A point turned counter-clockwise about the origin."""
    a, b, c, d = rotation(degrees)
    return a * point[0] + b * point[1], c * point[0] + d * point[1]
