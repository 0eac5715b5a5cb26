"""Which stationary point each start of a window comes to rest at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from landscapes import CATALOGUE as LANDSCAPES
from visualizer.simulate import hosts, tiles
from visualizer.simulate.job import Named, job, placed
from visualizer.simulate.near import tree
from visualizer.simulate.stationary import resting_points
from visualizer.simulate.sweep import goal
from visualizer.simulate.tiles import Ends, Field
from visualizer.spec import complete, look_up

if TYPE_CHECKING:
    from scipy.spatial import KDTree

NOWHERE, DIVERGED = -1, -2
FEW = 16  # points: the distances to all of so few take less time than a tree of them
NEAR = 0.01  # how near a point is reached: this share of the window's diagonal


class Part(NamedTuple):
    """The starts of one tile: their pixels ``(k,)``, and for each what a map has of it (``Basins``)."""

    rows: np.ndarray
    columns: np.ndarray
    point: np.ndarray
    steps: np.ndarray
    loss: np.ndarray
    done: float  # share of the starts, of this process if there are several, that this tile completes


@dataclass(frozen=True, eq=False)
class Basins:
    """Arrays ``(ny, nx)``, rows are y, upwards: pixel (0, 0) is at (x0, y0), the last at (x1, y1).

    ``point`` int16 indexes ``points``, ``(P, 2)``: -1 where the run ends near none of them, -2 where it diverged.
    ``steps`` int32 is the step from which the run was never again seen farther than ``near`` from where it then was
    (seen every 16 steps), -1 where it did not come to rest at a point; ``loss`` float32 the last loss, NaN where it
    diverged.
    """

    points: np.ndarray
    near: float
    point: np.ndarray
    steps: np.ndarray
    loss: np.ndarray


@dataclass(frozen=True, eq=False)
class Plan:
    """A map to compute: iterate over it for its parts, from coarse to fine, each start once; or take it ``whole``.

    Of several processes (``hosts.py``) each iterates over its share of the starts; all get the whole.
    """

    runs: Field
    points: np.ndarray
    size: tuple[int, int]
    dear: bool
    cancel: threading.Event | None

    def __iter__(self) -> Iterator[Part]:
        nx, ny = self.size
        done, total = 0, hosts.count(nx * ny)
        for lanes, ends in tiles.run(self.runs, hosts.mine(tiles.refined(nx, ny, self.dear)), self.cancel):
            done += len(lanes)
            point = self._reached(ends)
            steps = np.where(point >= 0, ends.settled, -1).astype(np.int32)
            yield Part(lanes // nx, lanes % nx, point, steps, ends.loss, done / total)

    @cached_property
    def _tree(self) -> KDTree:
        return tree(self.points)

    def _reached(self, ends: Ends) -> np.ndarray:
        """Which of the points each run ended near, int16; the nearest."""
        found = np.full(ends.loss.shape, NOWHERE, np.int16)
        whole = ~np.isnan(ends.theta[0])
        found[~whole] = DIVERGED
        at = ends.theta[:, whole]
        if len(self.points) > FEW:
            apart, which = self._tree.query(at.T, distance_upper_bound=self.runs.near)
        elif len(self.points):
            x, y = self.points.T.astype(np.float32)[:, :, None]
            square = (at[0] - x) ** 2 + (at[1] - y) ** 2
            apart, which = np.sqrt(square.min(axis=0)), square.argmin(axis=0)
        else:
            return found
        found[whole] = np.where(apart <= self.runs.near, which, NOWHERE)
        return found

    def whole(self, progress: Callable[[float], None] | None = None) -> Basins:
        """All of it. Raises ``Cancelled`` when its event is set."""
        shape = self.size[::-1]
        point, steps = np.full(shape, NOWHERE, np.int16), np.full(shape, -1, np.int32)
        loss = np.full(shape, np.nan, np.float32)
        for part in self:
            at = part.rows, part.columns
            point[at], steps[at], loss[at] = part.point, part.steps, part.loss
            if progress:
                progress(part.done)
        hosts.complete([array.reshape(-1) for array in (point, steps, loss)])
        return Basins(self.points, self.runs.near, point, steps, loss)


def basins(
    landscape: str,
    optimizer: str,
    window: Sequence[float] | None = None,
    size: tuple[int, int] = (512, 512),
    steps: int = 500,
    hyper: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    *,
    schedule: Named | None = None,
    noise: Named | None = None,
    seed: int = 0,
    wrappers: Mapping[str, Mapping[str, Any]] | None = None,
    rotate: float = 0.0,
    stretch: float = 1.0,
    shift: Sequence[float] = (0.0, 0.0),
    smooth: float = 0.0,
    budget: int | None = None,
    points: Sequence[Sequence[float]] | None = None,
    near: float | None = None,
    cancel: threading.Event | None = None,
) -> Plan:
    """Runs one optimizer from every pixel of a window (x0, x1, y0, y1), in float32, unrecorded.

    Nothing is computed yet: ``basins(...).whole()`` is the map, and iterating over ``basins(...)`` gives its parts as
    they are ready, the first of which are a coarse picture of all. The other arguments are those of ``rollout``; all
    starts see the same noise. The window is the surface's domain if not given; ``size`` is (nx, ny). ``points`` are
    those that can be reached: if not given the surface's certified ones, in their order, and after them all other
    minima that a fine grid shows in and around the window, the lowest first. A run has reached the nearest of them if
    it ends within ``near`` of it: by default a hundredth of the window's diagonal, or two fifths of the distance
    between the closest two.

    Raises ``ValueError`` for what ``rollout`` would refuse. Setting ``cancel`` makes the iteration raise ``Cancelled``.
    """
    surface = look_up(LANDSCAPES, landscape, "landscape")
    given = landscape, optimizer, None, steps, hyper, params, schedule, noise, seed, rotate, wrappers, budget
    base = job(*given, stretch, shift, smooth)
    if steps > tiles.MOST_STEPS:
        raise ValueError(f"at most {tiles.MOST_STEPS} steps can be made, not {steps}")
    filled = complete(surface.params, params or {}, landscape)
    x0, x1, y0, y1 = (float(edge) for edge in (window or surface.shape(filled).domain))
    nx, ny = (int(count) for count in size)
    if min(nx, ny) < 1 or not (np.isfinite([x0, x1, y0, y1]).all() and x0 < x1 and y0 < y1):
        raise ValueError(f"no map has {nx} x {ny} starts in the window {x0, x1, y0, y1}")
    tiles.bounded(nx * ny)
    if points is None:
        about = tuple(filled.items()), smooth, placed(rotate, stretch, shift), (x0, x1, y0, y1)
        points = [point.x for point in resting_points(landscape, *about)]
    known = np.array(points, np.float64).reshape(-1, 2)
    if near is None:
        near = NEAR * float(np.hypot(x1 - x0, y1 - y0))
        if len(known) > 1:
            near = min(near, 0.4 * float(tree(known).query(known, k=2)[0][:, 1].min()))
    xs, ys = np.linspace(x0, x1, nx), np.linspace(y0, y1, ny)
    target, tolerance = goal(landscape, params, smooth, None, None)

    def starts(lanes: np.ndarray) -> np.ndarray:
        return np.stack([xs[lanes % nx], ys[lanes // nx]])

    runs = Field(base, (), starts, lambda lanes: base.index("seed"), target, near, tolerance)
    return Plan(runs, known, (nx, ny), smooth > 0, cancel)
