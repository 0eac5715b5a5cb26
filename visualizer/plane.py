"""Placing a surface in the plane: turned, stretched and shifted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


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


@dataclass(frozen=True)
class Placement:
    """Where a surface lies on the page: stretched, then turned, then shifted.

    ``stretch`` multiplies the curvature along the surface's second axis, which becomes shorter by its root; ``rotate``
    is in degrees, counter-clockwise about the origin; ``shift`` is where the origin goes.
    """

    rotate: float = 0.0
    stretch: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)

    def place(self, point: Sequence[float]) -> tuple[float, float]:
        """Where a point of the surface's own coordinates is on the page."""
        x, y = turn((point[0], point[1] / math.sqrt(self.stretch)), self.rotate)
        return x + self.shift[0], y + self.shift[1]

    def own(self, point: Sequence[float]) -> tuple[float, float]:
        """A point of the page in the surface's own coordinates."""
        x, y = turn((point[0] - self.shift[0], point[1] - self.shift[1]), -self.rotate)
        return x, y * math.sqrt(self.stretch)

    @property
    def affine(self) -> tuple[float, ...]:
        """A by rows, and b: the surface on the page is f(A (theta - b))."""
        a, b, c, d = rotation(-self.rotate)
        root = math.sqrt(self.stretch)
        return a, b, root * c, root * d, *self.shift
