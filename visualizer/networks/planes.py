"""Planes and lines in the space of a network's parameters: which two-dimensional slice of the landscape is looked at.

Two solutions that answer alike may lie far apart: the hidden units of a layer can be exchanged, with all that leads to
and from them, and nothing is answered differently. So a wall between two solutions (on a line, or in the plane through
three) may only say that their units come in different orders, not that they have learned different things (Entezari et
al. 2021, arXiv:2110.06296). Nothing here puts units into a common order. Runs from one start, and what is seen along
one run, are less exposed to that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse.linalg

from visualizer.networks.architecture import Architecture

ROOM = 0.15  # around what a window is to hold, as a share of its longer side
FEW = 64  # snapshots of which all components may be found
FLAT = 1e-9  # what is shorter than this share of the rest is rounding


@dataclass(frozen=True, eq=False)
class Plane:
    """The parameters ``origin + u axes[0] + v axes[1]``; (u, v) are the coordinates. float64.

    ``origin`` ``(P,)``; ``axes`` ``(2, P)``, which need be neither orthogonal nor of length 1. ``share`` ``(2,)`` is
    the share of the variance of the snapshots along each axis, where the axes are made from snapshots.
    """

    origin: np.ndarray
    axes: np.ndarray
    share: np.ndarray | None = None

    @cached_property
    def _inverse(self) -> np.ndarray:
        return np.linalg.pinv(self.axes)

    @property
    def cosine(self) -> float:
        """Of the angle between the axes: a picture that draws them at right angles is true where this is 0."""
        a, b = self.axes
        return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))

    def coordinates(self, thetas: np.ndarray) -> np.ndarray:
        """Of the plane's points nearest to parameters ``(K, P)``: ``(K, 2)``; NaN where those are not finite."""
        offset, finite = self._offset(thetas)
        return np.where(finite, offset @ self._inverse, np.nan)

    def distance(self, thetas: np.ndarray) -> np.ndarray:
        """How far parameters ``(K, P)`` are from the plane, ``(K,)``; NaN where they are not finite."""
        offset, finite = self._offset(thetas)
        return np.where(finite[:, 0], np.linalg.norm(offset - offset @ self._inverse @ self.axes, axis=1), np.nan)

    def points(self, coordinates: np.ndarray) -> np.ndarray:
        """The parameters at coordinates ``(K, 2)``: ``(K, P)``."""
        return self.origin + np.atleast_2d(coordinates) @ self.axes

    def kept(self, thetas: np.ndarray) -> float:
        """The share of the variance of parameters ``(K, P)`` that their coordinates keep; NaN if they are all alike.

        That says how much of the way's shape is seen, not how near the plane the way runs: see ``distance``.
        """
        thetas = _finite(thetas)
        apart = thetas - thetas.mean(axis=0)
        whole = (apart**2).sum()
        return float(((apart @ self._inverse @ self.axes) ** 2).sum() / whole) if whole > 0 else np.nan

    def _offset(self, thetas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """From the origin, with 0 where parameters are not finite; and which are, ``(K, 1)``."""
        thetas = np.atleast_2d(np.asarray(thetas, np.float64))
        finite = np.isfinite(thetas).all(axis=1, keepdims=True)
        return np.where(finite, thetas, self.origin) - self.origin, finite


def principal(runs: Sequence[np.ndarray], origin: np.ndarray | None = None) -> Plane:
    """The plane along the two principal components of all runs' snapshots, ``(S, P)`` each: common axes for all.

    Li et al. 2018 (arXiv:1712.09913, section 7), who draw one run about its final parameters. Here too the components
    are those of the snapshots about their mean, and ``origin`` ``(P,)`` is the point that the plane passes through:
    their mean if not given, which is nearest to them all. Through a final point, that point is on the plane, and the
    others farther from it. Every snapshot counts the same, so a run that goes far decides the axes; those that are not
    finite are left out. The axes have length 1 and are turned so that the first run ends to the right of and above its
    first snapshot.

    High shares are no finding by themselves: the snapshots of a random walk in a space of high dimension have 6/pi^2 =
    61 % and 15 % along the first two components (Antognini and Sohl-Dickstein 2018, arXiv:1806.08805). Raises
    ``ValueError`` where no two snapshots differ.
    """
    ways = [_finite(run) for run in runs]
    apart = np.concatenate(ways)
    mean, size = apart.mean(axis=0) if len(apart) else apart, np.abs(apart).max(initial=0.0)
    apart -= mean
    if not np.abs(apart).max(initial=0.0) > FLAT * size:
        raise ValueError("principal components need snapshots that differ")
    # The eigenvectors of the products of all pairs of snapshots, which are fewer than parameters.
    gram = apart @ apart.T
    values, vectors = _largest(gram)
    values, first = values[::-1], vectors[:, -1] @ apart
    first /= np.linalg.norm(first)
    second = vectors[:, 0] @ apart
    second -= first * (first @ second)
    if not values[-1] > len(gram) * np.finfo(float).eps * values[0]:  # all on a line: any direction across it will do
        values = np.array([values[0], 0.0])
        second = -first * first[np.argmin(np.abs(first))]
        second[np.argmin(np.abs(first))] += 1.0
    second /= np.linalg.norm(second)
    way = ways[0][-1] - ways[0][0] if len(ways[0]) else np.zeros_like(first)
    axes = np.stack([axis * _sign(axis, way) for axis in (first, second)])
    return Plane(np.asarray(mean if origin is None else origin, np.float64), axes, values / np.trace(gram))


def _largest(gram: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two largest eigenvalues, rising, and their vectors: of many snapshots by Lanczos, 8 times as fast."""
    if len(gram) > FEW:
        values, vectors = scipy.sparse.linalg.eigsh(gram, 2, v0=np.random.default_rng(0).normal(size=len(gram)))
        order = np.argsort(values)
        return values[order], vectors[:, order]
    values, vectors = np.linalg.eigh(gram)
    return values[-2:], vectors[:, -2:]


def _sign(axis: np.ndarray, way: np.ndarray) -> float:
    """That which leads along the way; where the way does not decide, the largest entry becomes positive."""
    along = axis @ way
    clear = np.abs(along) > FLAT * np.linalg.norm(way)
    return float(np.sign(along if clear else axis[np.argmax(np.abs(axis))]))


def random_directions(network: Architecture, theta: np.ndarray, seed: int = 0) -> Plane:
    """The plane through parameters ``(P,)`` along two filter-normalized random directions.

    Li et al. 2018 (arXiv:1712.09913, section 4): normal numbers, of which those of each filter are scaled to the norm
    of that filter's own weights, so that a step means the same for layers and networks with weights of any size. A
    filter is what leads into one unit: a column of a weight array. Biases, gains and shifts stay as they are, as in
    the commands that their code is published with. The directions are not made orthogonal: in many dimensions they
    nearly are, and in small networks ``cosine`` says how nearly.
    """
    theta = np.asarray(theta, np.float64)
    rng = np.random.default_rng(seed)
    axes = np.zeros((2, network.size))
    for axis in axes:
        for part in network.parts:
            if part.name == "weight":
                own, drawn = theta[part.place].reshape(part.shape), rng.normal(size=part.shape)
                axis[part.place] = (drawn * np.linalg.norm(own, axis=0) / np.linalg.norm(drawn, axis=0)).ravel()
    return Plane(theta, axes)


def through(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> Plane:
    """The plane through three solutions ``(P,)``, with orthogonal axes of length 1: Garipov et al. 2018.

    ``a`` is at (0, 0), ``b`` to the right of it, ``c`` above (arXiv:1802.10026, section 3); distances in the picture
    are those between parameters. Raises ``ValueError`` where they lie on a line. See the module on what such a picture
    does not say.
    """
    a, b, c = (np.asarray(one, np.float64) for one in (a, b, c))
    u, v = b - a, c - a
    far = np.linalg.norm(u)
    across = v - u * (u @ v) / far**2 if far > 0 else np.zeros_like(v)
    if not np.linalg.norm(across) > FLAT * max(np.linalg.norm(v), far):
        raise ValueError("three points on a line span no plane")
    return Plane(a, np.stack([u / far, across / np.linalg.norm(across)]))


def line(a: np.ndarray, b: np.ndarray, ts: np.ndarray) -> np.ndarray:
    """The parameters on the straight line from ``a`` (t = 0) to ``b`` (t = 1), and beyond: ``(len(ts), P)``.

    Goodfellow et al. 2015 (arXiv:1412.6544). See the module on what a wall between the two does not say.
    """
    t = np.asarray(ts, np.float64)[:, None]
    return (1.0 - t) * np.asarray(a, np.float64) + t * np.asarray(b, np.float64)


def window(coordinates: np.ndarray, room: float = ROOM) -> tuple[float, float, float, float]:
    """What holds coordinates ``(K, 2)`` with some room: (x_low, x_high, y_low, y_high). Not finite ones are left out.

    The room on all sides is the same length, a share of the longer side. A lone point gets 1 on each side, which suits
    random directions: as far as the weights are long.
    """
    coordinates = _finite(coordinates)
    if not len(coordinates):
        coordinates = np.zeros((1, 2))
    low, high = coordinates.min(axis=0), coordinates.max(axis=0)
    most = float((high - low).max())
    free = room * most if most > 0 else 1.0
    (x0, y0), (x1, y1) = (low - free).tolist(), (high + free).tolist()
    return x0, x1, y0, y1


def _finite(rows: np.ndarray) -> np.ndarray:
    rows = np.atleast_2d(np.asarray(rows, np.float64))
    return rows[np.isfinite(rows).all(axis=1)]
