"""How sharp the training loss is around a network's parameters: its Hessian by products, never as a matrix.

The loss is the mean over all training points, without dropout; the statistics of batch normalization are those of all
of them. A ReLU network's loss is a patchwork: its Hessian is that of the piece that the parameters lie in.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from scipy.linalg import eigh_tridiagonal

from visualizer.backend import jax
from visualizer.networks.architecture import Architecture
from visualizer.networks.data import Points
from visualizer.networks.evaluate import single
from visualizer.networks.forward import losses, outputs
from visualizer.networks.progress import go_on, together
from visualizer.networks.train import workers

ROOMS = (64, 128, 256, 512, 768, 1024, 2048)  # training points that programs are made for
MOST = 64  # products of one search at most
CALL = 6  # products of one call
CLOSE = 1e-3  # a residual of this share of the largest eigenvalue ends the search
ROUNDING = 2e-6  # of the largest eigenvalue: what products in single precision are wrong by, measured with float64
FURTHER = 2  # vectors to begin from beside those that are looked for
FRESH = 0.1  # length of the random part of a start from vectors that are known

Stop = threading.Event
Told = Callable[[float], None]


class Top(NamedTuple):
    """The largest eigenvalues ``values`` ``(k,)``, falling, with unit ``vectors`` ``(k, P)``.

    Within ``residuals`` ``(k,)`` of each value there is an eigenvalue. NaN where there are fewer, and everywhere for
    parameters that are not finite. ``products`` counts Hessian-vector products. An eigenvalue that occurs several
    times may be found once, and rarely one after the first is skipped that is hardly larger than the next.
    """

    values: np.ndarray
    vectors: np.ndarray
    residuals: np.ndarray
    products: int


class Path(NamedTuple):
    """``Top`` at S snapshots: ``values`` and ``residuals`` ``(S, k)``, ``products`` ``(S,)``."""

    values: np.ndarray
    residuals: np.ndarray
    products: np.ndarray


class Trace(NamedTuple):
    """The sum of all eigenvalues, estimated, and the standard error of the estimate."""

    mean: float
    error: float


def top(
    network: Architecture,
    points: Points,
    theta: np.ndarray,
    k: int = 3,
    *,
    l2: float = 0.0,
    scale: np.ndarray | None = None,
    near: np.ndarray | None = None,
    cancel: Stop | None = None,
) -> Top:
    """The ``k`` largest eigenvalues of the training loss's Hessian at ``theta`` ``(P,)``, by Lanczos' method.

    ``l2`` adds the penalty's: l2 on the diagonal of the weights. With ``scale`` ``(P,)`` they are those of
    diag(scale) H diag(scale): for scale = 1 / sqrt(D) the preconditioned sharpness, that of D^-1 H; a scale of 0 takes
    a parameter out. ``near`` ``(j, P)`` are directions to begin with, such as the vectors of parameters close by.
    Raises ``Cancelled``.
    """
    search = _Search(network, points, l2, scale)
    return search.top(theta, min(k, network.size), near, cancel)[0]


def sharpness(
    network: Architecture,
    points: Points,
    thetas: np.ndarray,
    k: int = 1,
    *,
    l2: float = 0.0,
    cancel: Stop | None = None,
    progress: Told | None = None,
) -> Path:
    """The ``k`` largest eigenvalues at all parameters ``(S, P)`` of a path."""
    k, count = min(k, network.size), len(thetas)
    found = Path(np.empty((count, k)), np.empty((count, k)), np.empty(count, int))
    for done, (_, place, now) in enumerate(sharpest(network, points, [Walk(thetas, l2)], k, cancel=cancel), 1):
        found.values[place], found.residuals[place], found.products[place] = now.values, now.residuals, now.products
        if progress:
            progress(done / count)
    return found


class Walk(NamedTuple):
    """A path whose sharpness is looked for: parameters ``(S, P)``, the penalty, and a scale for each, or none."""

    thetas: np.ndarray
    l2: float = 0.0
    scales: np.ndarray | None = None


def sharpest(
    network: Architecture, points: Points, walks: Sequence[Walk], k: int = 1, *, cancel: Stop | None = None
) -> Iterator[tuple[int, int, Top]]:
    """The ``k`` largest eigenvalues along paths as they are found, coarse first: (path, snapshot, what there is).

    Each begins from the vectors of a neighbour that is known.
    """
    k, stop = min(k, network.size), Stop()
    known: list[dict[int, np.ndarray]] = [{} for _ in walks]
    order = list(_levels([len(walk.thetas) for walk in walks]))

    def work(w: int, place: int) -> Top:
        go_on(stop, cancel)
        walk = walks[w]
        nearest = min(list(known[w]), key=lambda other: abs(other - place), default=None)
        near = None if nearest is None else known[w][nearest]
        search = _Search(network, points, walk.l2, None if walk.scales is None else walk.scales[place])
        found, vectors = search.top(walk.thetas[place], k, near, cancel)
        if vectors is not None:
            known[w][place] = vectors.sum(axis=0, keepdims=True).astype(np.float32)
        return found

    results = together(workers(), [partial(work, *one) for one in order], stop)
    for (w, place), found in zip(order, results, strict=True):
        go_on(cancel)
        yield w, place, found


def coarse_first(count: int) -> list[int]:
    """So many places: the ends, then the middles of what lies between, and so on."""
    stride = 1 << max(0, count - 1).bit_length()
    order = [0, count - 1][: max(0, count)]
    while stride:
        order += range(0, count, stride)
        stride //= 2
    return list(dict.fromkeys(order))


def trace(
    network: Architecture,
    points: Points,
    theta: np.ndarray,
    probes: int = 32,
    seed: int = 0,
    *,
    l2: float = 0.0,
    cancel: Stop | None = None,
) -> Trace:
    """The trace of the Hessian, with that of the penalty, from v H v with random signs v: Hutchinson 1989."""
    rng, seen = np.random.default_rng(seed), []
    for v in rng.choice(np.array([-1.0, 1.0], np.float32), (probes, network.size)):
        go_on(cancel)
        seen.append(product(network, points, theta, v)[1].astype(np.float64) @ v)
    mean = float(np.mean(seen)) + l2 * float(network.marked().sum())
    return Trace(mean, float(np.std(seen, ddof=1) / math.sqrt(probes)))


def _levels(counts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Places of paths of these lengths, side by side, coarse first."""
    orders = [coarse_first(count) for count in counts]
    for turn in range(max(counts, default=0)):
        yield from ((w, order[turn]) for w, order in enumerate(orders) if turn < len(order))


def product(network: Architecture, points: Points, theta: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The gradient of the training loss at ``theta``, and the Hessian times ``v``: each ``(P,)``, float32."""
    data = _training(points)

    def run(x: Array, y: Array, rows: Array, theta: Array, v: Array) -> tuple[Array, Array]:
        return jax.jvp(_gradient(network, x, y, rows), (theta,), (v,))

    def build() -> tuple[Any, tuple[Any, ...]]:
        flat = np.zeros(network.size, np.float32)
        return jax.jit(run), (*(np.zeros_like(part) for part in data), flat, flat)

    call = single(f"net-curvature-product-{network.name}-{len(data[0])}", build)
    g, moved = call(*data, np.asarray(theta, np.float32), np.asarray(v, np.float32))
    return np.asarray(g), np.asarray(moved)


def _gradient(network: Architecture, x: Array, y: Array, rows: Array) -> Callable[[Array], Array]:
    return jax.grad(lambda theta: rows @ losses(network, outputs(network, theta, x, rows), y))


def _training(points: Points) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inputs, answers and weights of the training points, and no more room than they need: products cost by the row."""
    room = next(size for size in ROOMS if size >= points.train)
    own = [points.x, points.y, points.rows[0][:, None]]
    x, y, rows = (np.zeros((room, part.shape[1]), np.float32) for part in own)
    for part, given in zip((x, y, rows), own, strict=True):
        part[: points.train] = given[: points.train]
    return x, y, rows[:, 0]


class _Krylov(NamedTuple):
    """Lanczos' method on its way: orthonormal ``basis`` ``(MOST + 1, P)``, and the matrix in it, tridiagonal."""

    basis: Any
    diagonal: Any  # (MOST,)
    beside: Any  # (MOST,)


class _Search:
    """Lanczos' method for one loss: the products and the basis in the program, the small matrix here in float64."""

    def __init__(self, network: Architecture, points: Points, l2: float, scale: np.ndarray | None) -> None:
        self.data, self.size = _training(points), network.size
        self.scale = np.ones(network.size) if scale is None else np.asarray(scale, np.float64)
        self.extra = (l2 * network.marked()).astype(np.float32)
        self.call = _lanczos(network, len(self.data[0]))

    def top(
        self, theta: np.ndarray, k: int, near: np.ndarray | None, cancel: Stop | None
    ) -> tuple[Top, np.ndarray | None]:
        """What was found, and with what to begin close by: a few further vectors, for they may overtake."""
        nothing = Top(np.full(k, np.nan), np.full((k, self.size), np.nan), np.full(k, np.nan), 0)
        theta = np.asarray(theta, np.float32)
        if not np.isfinite(theta).all():
            return nothing, None
        basis = np.zeros((MOST + 1, self.size), np.float32)
        basis[0] = self._start(near)
        state = _Krylov(basis, np.zeros(MOST, np.float32), np.zeros(MOST, np.float32))
        most = min(MOST, int(np.count_nonzero(self.scale)))
        done = 0
        while True:
            go_on(cancel)
            end = min(done + CALL, most)
            state = self.call(
                *self.data, theta, self.scale.astype(np.float32), self.extra, state, np.int32(done), np.int32(end)
            )
            done = end
            diagonal, beside = (np.asarray(part, np.float64)[:done] for part in state[1:])
            if not np.isfinite(diagonal + beside).all():
                return nothing._replace(products=done), None
            used, values, parts = _ritz(diagonal, beside)
            largest = np.abs(values).max()
            residuals = np.abs(beside[used - 1] * parts[-1]) + ROUNDING * largest
            if done == most or used < done or (used > k and _settled(values, residuals, k)):
                break
        found = min(k, used)
        values, residuals = (np.append(part[:found], np.full(k - found, np.nan)) for part in (values, residuals))
        every = parts[:, : k + FURTHER].T @ np.asarray(state.basis[:used], np.float64)
        vectors = nothing.vectors
        vectors[:found] = every[:found]
        return Top(values, vectors, residuals, done), every

    def _start(self, near: np.ndarray | None) -> np.ndarray:
        """A random direction, the same every time; or what is known, and a little of it: something new may rise."""
        fresh = np.random.default_rng(0).normal(size=self.size) * (self.scale != 0)
        fresh /= np.linalg.norm(fresh)
        if near is None:
            return fresh
        known = near.sum(axis=0) * (self.scale != 0)
        found = known / max(np.linalg.norm(known), 1e-30) + FRESH * fresh
        return found / np.linalg.norm(found)


def _settled(values: np.ndarray, residuals: np.ndarray, k: int) -> bool:
    """Whether the first ``k`` are found, and the next cannot rise above them any more."""
    close = CLOSE * np.abs(values).max()
    return bool((residuals[:k] <= close).all() and values[k] + residuals[k] <= values[k - 1] + close)


def _ritz(diagonal: np.ndarray, beside: np.ndarray) -> tuple[int, np.ndarray, np.ndarray]:
    """How many directions count, the eigenvalues of the small matrix, falling, and its vectors, a column each.

    Where a product leads nowhere new, but for rounding, the directions before it hold their own products.
    """
    largest = max(np.abs(diagonal).max(), np.abs(beside).max(), 1e-30)
    ended = np.flatnonzero(beside <= ROUNDING * largest)
    used = int(ended[0]) + 1 if len(ended) else len(diagonal)
    values, parts = eigh_tridiagonal(diagonal[:used], beside[: used - 1])
    return used, values[::-1], parts[:, ::-1]


def _lanczos(network: Architecture, room: int) -> Any:
    def run(
        x: Array, y: Array, rows: Array, theta: Array, scale: Array, extra: Array, state: Any, first: Array, last: Array
    ) -> _Krylov:
        _, hessian = jax.linearize(_gradient(network, x, y, rows), theta)

        def step(j: Array, state: _Krylov) -> _Krylov:
            basis, diagonal, beside = state
            v = lax.dynamic_index_in_dim(basis, j, keepdims=False)
            w = scale * (hessian(scale * v) + extra * scale * v)
            along = v @ w
            for _ in range(2):  # once leaves what rounding brings back in
                w = w - (basis @ w) @ basis
            length = jnp.sqrt(w @ w)
            w = w / jnp.where(length > 0, length, 1.0)
            return _Krylov(
                lax.dynamic_update_slice(basis, w[None], (j + 1, jnp.int32(0))),
                lax.dynamic_update_slice(diagonal, along[None], (j,)),
                lax.dynamic_update_slice(beside, length[None], (j,)),
            )

        return lax.fori_loop(first, last, step, _Krylov(*state))

    def build() -> tuple[Any, tuple[Any, ...]]:
        x, y, rows = (np.zeros((room, wide), np.float32) for wide in (network.inputs, network.outputs, 1))
        flat, short = np.zeros(network.size, np.float32), np.zeros(MOST, np.float32)
        state = _Krylov(np.zeros((MOST + 1, network.size), np.float32), short, short)
        return jax.jit(run), (x, y, rows[:, 0], flat, flat, flat, state, np.int32(0), np.int32(0))

    return single(f"net-curvature-top-{network.name}-{room}", build)
