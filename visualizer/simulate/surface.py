"""A surface on a grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from landscapes import CATALOGUE as LANDSCAPES
from visualizer.backend import jax
from visualizer.simulate import compiled
from visualizer.simulate.job import surface_affine
from visualizer.simulate.program import heights
from visualizer.simulate.tables import WIDTHS
from visualizer.spec import complete, encode, look_up

GRID = 161


def losses(
    landscape: str, params: Mapping[str, Any], rotate: float, window: Sequence[float], size: int = GRID
) -> np.ndarray:
    """The surface on ``size`` x ``size`` points of the window (x_low, x_high, y_low, y_high); rows are y, upwards."""
    entry = look_up(LANDSCAPES, landscape, "landscape")
    row = np.array(encode(entry.params, complete(entry.params, params, landscape), WIDTHS["params"]))
    xs, ys = np.linspace(window[0], window[1], size), np.linspace(window[2], window[3], size)
    arguments = (np.int32(list(LANDSCAPES).index(landscape)), row, np.array(surface_affine(rotate)), xs, ys)
    return np.asarray(compiled.program(f"surface-{size}", lambda: (jax.jit(heights), arguments))(*arguments))


def warm() -> None:
    """Compiles, or loads, the program for grids of the usual size."""
    losses("saddle", {}, 0.0, (-1.0, 1.0, -1.0, 1.0))
