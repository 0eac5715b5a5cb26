"""The losses of a network on a plane or a line of parameters, and the true height of a path above a plane.

What is drawn is the mean loss without penalties, nothing left out by dropout. Statistics of batch normalization are
those of all training points, anew at each node.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from visualizer.backend import jax
from visualizer.networks.architecture import Architecture
from visualizer.networks.data import Points
from visualizer.networks.evaluate import Scores, Testing, evaluate, single
from visualizer.networks.forward import losses, mistakes, outputs, weakening
from visualizer.networks.planes import Plane, line
from visualizer.networks.progress import go_on
from visualizer.networks.train import workers
from visualizer.simulate.tiles import COARSEST

MANY = 128  # nodes of one call, at most
WORK = 2**28  # multiplications of one call: 5 to 40 ms, as the activation and the normalization take
DEAR = 32  # multiplications that what follows a unit's sum takes as long as
AHEAD = 4  # calls that wait for a thread
Window = Sequence[float]  # (x_low, x_high, y_low, y_high) in a plane's coordinates


class Part(NamedTuple):
    """Some nodes of a surface: ``rows`` and ``columns`` ``(k,)``, and ``loss`` and ``mistakes`` there, ``(k, 2)``.

    As in ``Scores``: the first column is for the training points. ``done`` is the share of all nodes up to here.
    """

    rows: np.ndarray
    columns: np.ndarray
    loss: np.ndarray
    mistakes: np.ndarray
    done: float


class Surface(NamedTuple):
    """``loss`` and ``mistakes`` on all nodes, float32 ``(ny, nx, 2)``: rows are the second coordinate, upwards."""

    loss: np.ndarray
    mistakes: np.ndarray


class Path(NamedTuple):
    """Parameters ``(K, P)`` above a plane: where they are, how high, and what the plane has at the nearest point.

    ``own`` are the true scores, at the parameters themselves; ``projected`` those at ``coordinates`` ``(K, 2)``, which
    are ``distance`` ``(K,)`` away. NaN where the parameters are not finite.
    """

    coordinates: np.ndarray
    distance: np.ndarray
    own: Scores
    projected: Scores


def surface(
    network: Architecture,
    points: Points,
    plane: Plane,
    window: Window,
    size: tuple[int, int] = (101, 101),
    *,
    factor: float = 1.0,
    cancel: threading.Event | None = None,
    progress: Callable[[float], None] | None = None,
) -> Iterator[Part]:
    """The scores on (nx, ny) nodes of a window of a plane, in parts from coarse to fine; each node comes once.

    Node (row 0, column 0) is at (x_low, y_low), the last at (x_high, y_high). All activations are multiplied by
    ``factor``: see ``Testing``. ``progress`` is told the share that is done. Raises ``ValueError`` for an impossible
    window, and ``Cancelled`` when ``cancel`` is set; then, and when the iterator is closed, work ends with the calls
    under way.
    """
    nx, ny = size
    if not (len(window) == 4 and np.isfinite(window).all() and nx >= 1 and ny >= 1):
        raise ValueError(f"a window is four finite numbers with nodes in it, not {tuple(window)} with {nx} x {ny}")
    xs, ys = np.linspace(window[0], window[1], nx), np.linspace(window[2], window[3], ny)
    return _parts(network, points, plane, (xs, ys), factor, cancel, progress or (lambda share: None))


def _parts(
    network: Architecture,
    points: Points,
    plane: Plane,
    axes: tuple[np.ndarray, np.ndarray],
    factor: float,
    cancel: threading.Event | None,
    progress: Callable[[float], None],
) -> Iterator[Part]:
    program, rows = _program(network, points.room), points.rows
    frame = np.stack([plane.origin, *plane.axes]).astype(np.float32)
    stop, done, total = threading.Event(), 0, len(axes[0]) * len(axes[1])

    def work(row: np.ndarray, column: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        go_on(stop, cancel)
        at = np.zeros((MANY, 2), np.float32)
        at[: len(row), 0], at[: len(row), 1] = axes[0][column], axes[1][row]
        found = program(points.x, points.y, rows, frame, at, np.float32(factor), np.int32(len(row)))
        return row, column, np.asarray(found)[: len(row)]

    def finished() -> Part:
        nonlocal done
        row, column, found = waiting.popleft().result()
        done += len(row)
        progress(done / total)
        return Part(row, column, found[:, 0], found[:, 1], done / total)

    waiting: deque[Future[Any]] = deque()
    try:
        for row, column in refined(len(axes[0]), len(axes[1]), _most(network, points.room)):
            waiting.append(workers().submit(work, row, column))
            if len(waiting) > AHEAD:
                yield finished()
        while waiting:
            yield finished()
    finally:
        stop.set()
        for one in waiting:
            one.cancel()


def whole(
    network: Architecture,
    points: Points,
    plane: Plane,
    window: Window,
    size: tuple[int, int] = (101, 101),
    **others: Any,
) -> Surface:
    """All of ``surface``, with its arguments."""
    nx, ny = size
    found = Surface(*(np.full((ny, nx, 2), np.nan, np.float32) for _ in range(2)))
    for part in surface(network, points, plane, window, size, **others):
        at = part.rows, part.columns
        found.loss[at], found.mistakes[at] = part.loss, part.mistakes
    return found


def along(
    network: Architecture, points: Points, a: np.ndarray, b: np.ndarray, ts: np.ndarray, factor: float = 1.0
) -> Scores:
    """The scores on the straight line from parameters ``a`` (t = 0) to ``b`` (t = 1), and beyond: ``(len(ts), 2)``."""
    return evaluate(network, points, line(a, b, ts), Testing(factor=factor))


def path(network: Architecture, points: Points, plane: Plane, thetas: np.ndarray, factor: float = 1.0) -> Path:
    """Where a run's snapshots ``(K, P)`` are above a plane, and how high: their own scores, not the plane's."""
    coordinates = plane.coordinates(thetas)
    own, projected = (
        evaluate(network, points, these, Testing(factor=factor)) for these in (thetas, plane.points(coordinates))
    )
    return Path(coordinates, plane.distance(thetas), own, projected)


def refined(nx: int, ny: int, most: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The rows and columns of a grid's nodes, in parts of at most ``most`` from coarse to fine; each comes once.

    Every 16th of both directions, then what every 8th adds, and so on, as in ``tiles.refined``; that of the first
    picture in several parts, so that all threads have a share in it.
    """
    stride = COARSEST
    while stride:
        row, column = np.meshgrid(np.arange(0, ny, stride), np.arange(0, nx, stride), indexing="ij")
        old = 2 * stride if stride < COARSEST else 0  # what the coarser rounds have had
        new = ((row % old > 0) | (column % old > 0)) if old else np.ones_like(row, bool)
        row, column = row[new], column[new]
        many = min(most, max(1, -(-len(row) // 2)))
        yield from ((row[k : k + many], column[k : k + many]) for k in range(0, len(row), many))
        stride //= 2


def _most(network: Architecture, room: int) -> int:
    """How many nodes a call takes, so that it can soon be given up."""
    return max(1, min(MANY, WORK // (room * (network.size + DEAR * sum(network.hidden)))))


def _program(network: Architecture, room: int) -> Any:
    def run(x: Array, y: Array, rows: Array, frame: Array, at: Array, factor: Array, count: Array) -> Array:
        def node(k: Array) -> Array:
            return frame[0] + at[k, 0] * frame[1] + at[k, 1] * frame[2]

        def one(k: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
            found, theta = carry
            if not ahead:
                theta = node(k)
            answers = outputs(network, theta, x, rows[0], weakening(factor))
            new = jnp.stack([rows @ losses(network, answers, y), rows @ mistakes(network, answers, y)])
            found = lax.dynamic_update_slice(found, new[None], (k, jnp.int32(0), jnp.int32(0)))
            return found, node(jnp.minimum(k + 1, MANY - 1)) if ahead else theta

        # The compiler would compute gains and shifts anew for every point and unit (3 times as slow), which it cannot
        # where the next node's parameters are carried through the loop. Weights and biases alone are faster without.
        ahead = network.norm != "none"
        nothing = jnp.zeros((MANY, 2, 2), frame.dtype), node(jnp.int32(0))
        return lax.fori_loop(jnp.int32(0), count, one, nothing)[0]

    def build() -> tuple[Any, tuple[Any, ...]]:
        shapes = (room, network.inputs), (room, network.outputs), (2, room), (3, network.size), (MANY, 2)
        arrays = [np.zeros(shape, np.float32) for shape in shapes]
        return jax.jit(run), (*arrays, np.float32(1.0), np.int32(0))

    return single(f"net-slice-{network.name}-{room}", build)
