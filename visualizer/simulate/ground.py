"""The surface under a run: a traced choice among a few, smoothed, turned, stretched and shifted; and its data.

What is drawn and descended is g(theta) = E f(A (theta - b) + sigma z), z standard normal: the surface is smoothed as it
is written, and then placed. Where f has no closed form for that, the expectation is a sum over nodes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from landscapes import Landscape
from landscapes.noise import CATALOGUE as NOISES
from visualizer.simulate.groups import SMOOTHED, SURFACES
from visualizer.simulate.random import mix, normals
from visualizer.spec import Values, decode

# Gauss-Hermite quadrature, turned so that no kink along an axis meets two nodes at once; exact for polynomials of total
# degree up to 23.
ORDER, TURN = 12, 0.5 * (np.sqrt(5.0) - 1.0)


def _nodes() -> np.ndarray:
    """Nodes and weights of an expectation over a standard normal pair, ``(ORDER^2, 3)``."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(ORDER)
    u, v = np.meshgrid(nodes, nodes)
    x, y = np.cos(TURN) * u - np.sin(TURN) * v, np.sin(TURN) * u + np.cos(TURN) * v
    share = np.outer(weights, weights) / weights.sum() ** 2
    return np.stack([x, y, share], axis=-1).reshape(-1, 3)


NODES = _nodes()
CYCLIC = 1  # the place of "cyclic" among the orders of the minibatch noise
SHAKES = 128  # draws kept apart for the labels of one step


@dataclass(frozen=True)
class Ground:
    """The surfaces of a program, which of them (traced), and the numbers that place it: see ``tables.WIDTHS``."""

    entries: tuple[Landscape, ...]
    place: Array
    params: Array
    affine: Array  # (6,): A by rows, and b
    smooth: Array  # sigma
    smoothing: bool = True  # whether smoothed forms that are dear are compiled

    def loss(self, theta: Array) -> Array:
        """The loss at theta ``(2, ...lanes)``."""

        def branch(entry: Landscape) -> Callable[..., Array]:
            return lambda inner: self._f(entry)(inner, self._h(entry))

        branches = [branch(entry) for entry in self.entries]
        return self._averaged(lambda inner: lax.switch(self.place, branches, inner), self._inner(theta), self._closed)

    def loss_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        """The loss and its gradient at theta ``(2, ...lanes)``."""
        branches = [self._value_and_slope(entry) for entry in self.entries]
        if theta.ndim > 1 and self._closed is True:  # with lanes, what is placed by each branch is not written twice
            bare = [self._value_and_slope(entry, bare=True) for entry in self.entries]  # a fifth of a step is saved
            changed = jnp.any(self.affine != jnp.array([1.0, 0.0, 0.0, 1.0, 0.0, 0.0])) | (self.smooth != 0.0)
            placed = [*bare, *(self._placed(branch) for branch in branches)]
            return lax.switch(self.place + len(branches) * changed, placed, theta)
        value, slope = self._averaged(
            lambda inner: lax.switch(self.place, branches, inner), self._inner(theta), self._closed
        )
        return value, self._pulled(slope)

    def loss_gradient_hessian(self, theta: Array, uses: Array) -> tuple[Array, Array, tuple[Array, Array, Array]]:
        """The loss, its gradient ``(2,)`` and, where ``uses``, its Hessian's (xx, xy, yy) at theta ``(2,)``.

        The Hessian column by column, as the gradient's derivative along A's columns, in a loop: the surfaces are
        compiled once for both.
        """

        def branch(entry: Landscape) -> Callable[..., Any]:
            return lambda inner, along: jax.jvp(self._value_and_slope(entry), (inner,), (along,))

        branches = [branch(entry) for entry in self.entries]
        inner = self._inner(theta)

        def column(j: Array, carry: tuple[Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array]:
            along = jnp.where(j == 0, self.affine[0:4:2], self.affine[1:4:2])
            along = along.reshape(2, *[1] * (theta.ndim - 1)) + jnp.zeros_like(theta)
            (value, slope), (_, bend) = self._averaged(
                lambda at: lax.switch(self.place, branches, at, along), inner, self._closed
            )
            new = self._pulled(bend)
            return value, slope, jnp.where(j == 0, new, carry[2]), jnp.where(j == 1, new, carry[3])

        nothing = jnp.zeros_like(theta)
        columns = 1 + jnp.any(uses).astype(jnp.int32)
        value, slope, first, second = lax.fori_loop(
            jnp.int32(0), columns, column, (nothing[0], nothing, nothing, nothing)
        )
        return value, self._pulled(slope), (first[0], 0.5 * (first[1] + second[0]), second[1])

    # ---- what the surface is of ------------------------------------------------------------------------------------

    @property
    def has_data(self) -> bool:
        """Whether any of the surfaces is a mean over data."""
        return any(entry.sample for entry in self.entries)

    def batch_gradient(self, theta: Array, seed: Array, step: Array, h: Values) -> Array:
        """The gradient over the batch of update ``step`` + 1, ``(2,)``; ``h`` are the dials of the minibatch noise.

        An epoch goes through the data once, in the order of their numbers or in one drawn for the epoch; its last batch
        may be smaller than the others. All runs with the same seed see the same batches.
        """
        entries = [entry for entry in self.entries if entry.sample]
        where = jnp.array([entries.index(entry) if entry.sample else 0 for entry in self.entries], jnp.int32)[
            self.place
        ]
        n = lax.switch(where, [self._count(entry) for entry in entries])
        size = jnp.minimum(h.batch.astype(jnp.int32), n)
        batches = (n + size - 1) // size
        epoch, first = step // batches, (step % batches) * size
        count = jnp.minimum(size, n - first)
        seed = seed.astype(jnp.uint32)
        key = mix(mix(seed) + epoch.astype(jnp.uint32))
        branches = [self._sample_slope(entry) for entry in entries]

        def add(j: Array, total: Array) -> Array:
            at = first + j
            datum = jnp.where(h.order == CYCLIC, at, shuffled(at, n, key))
            draw = normals(mix(seed), (step * SHAKES + j).astype(jnp.uint32), theta)[0]
            slope = self._averaged(
                lambda inner: lax.switch(where, branches, inner, datum, h.label * draw),
                self._inner(theta),
                jnp.bool_(False),
            )
            return total + slope

        return self._pulled(lax.fori_loop(jnp.int32(0), count, add, jnp.zeros_like(theta)) / count)

    def noisy(self, model: Array, clean: Array, theta: Array, draw: Any, row: Array) -> Array:
        """The gradient as the noise model lets the optimizer see it."""
        if self.has_data:
            h = decode(NOISES["minibatch"].hypers, row)
            clean = lax.cond(
                model == list(NOISES).index("minibatch"),
                lambda: self.batch_gradient(theta, draw.seed, draw.step, h),
                lambda: clean,
            )

        def branch(entry: Any) -> Callable[[Array, Array, Array], Array]:
            return lambda g, theta, row: entry.apply(g, theta, draw, decode(entry.hypers, row))

        return lax.switch(model, [branch(entry) for entry in NOISES.values()], clean, theta, row)

    def projected(self, theta: Array) -> Array:
        """The nearest point of the feasible set."""
        if not any(entry.bounds for entry in self.entries):
            return theta
        free = (-np.inf, np.inf, -np.inf, np.inf)
        box = jnp.array([entry.bounds or free for entry in self.entries], theta.dtype)[self.place]
        low, high = (side.reshape(2, *[1] * (theta.ndim - 1)) for side in (box[0::2], box[1::2]))
        return jnp.clip(theta, low, high)

    @property
    def matrix(self) -> Array | bool:
        """Whether the point is the matrix [[x, y], [y, x]]."""
        flags = [entry.matrix for entry in self.entries]
        return jnp.array(flags)[self.place] if any(flags) else False

    # ---- the pieces ------------------------------------------------------------------------------------------------

    @property
    def _closed(self) -> Array | bool:
        flags = [entry.smoothed is not None for entry in self.entries]
        return True if all(flags) else jnp.array(flags)[self.place]

    def _h(self, entry: Landscape) -> Values:
        return Values(decode(entry.params, self.params), smooth=self.smooth)

    def _f(self, entry: Landscape) -> Callable[[Any, Values], Array]:
        return entry.f if entry.apart and not self.smoothing else entry.smoothed or entry.f

    def _value_and_slope(self, entry: Landscape, bare: bool = False) -> Callable[[Array], tuple[Array, Array]]:
        f: Callable[[Any, Values], Array] = entry.f if bare else self._f(entry)

        def run(inner: Array) -> tuple[Array, Array]:
            h = self._h(entry)
            if entry.gradient:
                return entry.gradient(inner, h)
            if inner.ndim > 1:  # x and y apart: rows of one array have slopes that are padded and summed
                value, pull = jax.vjp(lambda x, y: f((x, y), h), *inner)
                return value, jnp.stack(pull(jnp.ones_like(value)))
            value, pull = jax.vjp(lambda at: f(at, h), inner)
            return value, pull(jnp.ones_like(value))[0]

        return run

    def _placed(
        self, value_and_slope: Callable[[Array], tuple[Array, Array]]
    ) -> Callable[[Array], tuple[Array, Array]]:
        def run(theta: Array) -> tuple[Array, Array]:
            value, slope = value_and_slope(self._inner(theta))
            return value, self._pulled(slope)

        return run

    def _count(self, entry: Any) -> Callable[[], Array]:
        return lambda: jnp.asarray(entry.samples(self._h(entry)), jnp.int32)

    def _sample_slope(self, entry: Any) -> Callable[[Array, Array, Array], Array]:
        def run(inner: Array, datum: Array, shake: Array) -> Array:
            value, pull = jax.vjp(lambda at: entry.sample(at, self._h(entry), datum, shake), inner)
            return pull(jnp.ones_like(value))[0]

        return run

    def _averaged(self, f: Callable[[Array], Any], inner: Array, closed: Array | bool) -> Any:
        """The expectation of f(inner + sigma z), by nodes; of one in closed form, f(inner)."""
        if closed is True:
            return f(inner)
        table = jnp.asarray(NODES, inner.dtype)
        spread = jnp.where(closed, 0.0, self.smooth)
        alone = spread == 0.0

        def node(j: Array, total: Any) -> Any:
            x, y, share = lax.dynamic_index_in_dim(table, j, keepdims=False)
            offset = spread * jnp.stack([x, y])
            found = f(inner + offset.reshape(2, *[1] * (inner.ndim - 1)))
            weight = jnp.where(alone, 1.0, share)
            return jax.tree.map(lambda sum_, part: sum_ + weight * part, total, found)

        nothing = jax.tree.map(lambda part: jnp.zeros(part.shape, part.dtype), jax.eval_shape(f, inner))
        return lax.fori_loop(jnp.int32(0), jnp.where(alone, 1, len(NODES)).astype(jnp.int32), node, nothing)

    def _inner(self, theta: Array) -> Array:
        """A (theta - b)."""
        matrix, offset = self.affine[:4], self.affine[4:]
        dx, dy = theta[0] - offset[0], theta[1] - offset[1]
        return jnp.stack([matrix[0] * dx + matrix[1] * dy, matrix[2] * dx + matrix[3] * dy])

    def _pulled(self, slope: Array) -> Array:
        """A's transpose times ``slope``."""
        a = self.affine
        return jnp.stack([a[0] * slope[0] + a[2] * slope[1], a[1] * slope[0] + a[3] * slope[1]])


def ground_of(group: str, place: Array, params: Array, affine: Array, smooth: Array) -> Ground:
    """The ground of a program of one group of surfaces."""
    return Ground(SURFACES[group], place, params, affine, smooth, smoothing=group in SMOOTHED.values())


def shuffled(at: Array, n: Array, key: Array) -> Array:
    """The ``at``-th of 0 .. n - 1 in an order that ``key`` (uint32) chooses; all int32, traced.

    A bijection of the next power of two, made of keyed odd multiplications and shifts, walked on until it falls below
    n: no sort, no array.
    """
    mask = jnp.uint32(n) - 1
    for shift in (1, 2, 4, 8):
        mask = mask | (mask >> shift)

    def once(word: Array) -> Array:
        for turn in range(4):
            k = mix(key + jnp.uint32(turn))
            word = (word * (k | 1) + (k >> 16)) & mask
            word = word ^ (word >> 1) ^ (word >> 3)
        return word

    most = n.astype(jnp.uint32)
    again = lambda word: jnp.where(word >= most, once(word), word)  # noqa: E731
    found = lax.while_loop(lambda word: jnp.any(word >= most), again, once(at.astype(jnp.uint32)))
    return found.astype(jnp.int32)
