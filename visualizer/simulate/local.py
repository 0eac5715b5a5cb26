"""A surface near given points: its loss, gradient and Hessian there, or where Newton's steps go from there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax

from landscapes._landscape import Box
from visualizer.backend import jax
from visualizer.plane import Placement
from visualizer.simulate import compiled
from visualizer.simulate.ground import ground_of
from visualizer.simulate.groups import SMOOTHED, SURFACES
from visualizer.simulate.surface import asked

MOST_POINTS = 1024  # of one call


class Local(NamedTuple):
    """At K points: where, the loss, the gradient, the Hessian's (xx, xy, yy)."""

    at: np.ndarray  # (K, 2)
    loss: np.ndarray  # (K,)
    gradient: np.ndarray  # (K, 2)
    hessian: np.ndarray  # (K, 3)


def lattice(box: Box, size: int) -> np.ndarray:
    """The nodes of a ``size`` x ``size`` grid over a box, ``(size * size, 2)``, rows upwards."""
    x0, x1, y0, y1 = box
    x, y = np.meshgrid(np.linspace(x0, x1, size), np.linspace(y0, y1, size))
    return np.stack([x, y], axis=-1).reshape(-1, 2)


def local(
    landscape: str,
    params: Mapping[str, Any],
    points: np.ndarray,
    placement: Placement | None = None,
    smooth: float = 0.0,
    newton: int = 0,
    reach: float = np.inf,
) -> Local:
    """The surface at points ``(K, 2)``, K at most ``MOST_POINTS``, after so many Newton steps from each.

    A step is no longer than ``reach``; it goes to the stationary point of the quadratic through the point, whatever its
    kind.
    """
    group, ground = asked(landscape, params, placement or Placement(), smooth)
    padded = np.zeros((MOST_POINTS, 2))
    padded[: len(points)] = points
    arguments = (*ground, padded, np.int32(len(points)), np.int32(newton), np.float64(reach))
    program = compiled.program(f"local-{group}", lambda: (jax.jit(_program(group)), arguments))
    found = np.asarray(program(*arguments))[: len(points)]
    return Local(found[:, :2], found[:, 2], found[:, 3:5], found[:, 5:])


def _program(group: str) -> Any:
    def look(
        place: Any, params: Any, affine: Any, smooth: Any, points: Any, count: Any, newton: Any, reach: Any
    ) -> Any:
        ground = ground_of(group, place, params, affine, smooth)

        def one(k: Any, out: Any) -> Any:
            def step(j: Any, carry: Any) -> Any:
                at, _ = carry
                loss, g, hessian = ground.loss_gradient_hessian(at, jnp.bool_(True))
                row = jnp.concatenate([at, loss[None], g, jnp.stack(hessian)])
                return jnp.where(j < newton, at + _newton(g, hessian, reach), at), row

            at = lax.dynamic_index_in_dim(points, k, keepdims=False)
            _, row = lax.fori_loop(jnp.int32(0), newton + 1, step, (at, jnp.zeros(8)))
            return lax.dynamic_update_slice(out, row[None], (k, jnp.int32(0)))

        return lax.fori_loop(jnp.int32(0), count, one, jnp.zeros((MOST_POINTS, 8)))

    return look


def _newton(g: Any, hessian: Any, reach: Any) -> Any:
    """The step to where the gradient of the quadratic vanishes, at most ``reach`` long; none where there is none."""
    xx, xy, yy = hessian
    determinant = xx * yy - xy * xy
    there = jnp.abs(determinant) > 0
    step = jnp.stack([xy * g[1] - yy * g[0], xy * g[0] - xx * g[1]]) / jnp.where(there, determinant, 1.0)
    length = jnp.sqrt(step[0] * step[0] + step[1] * step[1])
    shrink = jnp.where(length > reach, reach / jnp.where(length > 0, length, 1.0), 1.0)
    return jnp.where(there & jnp.isfinite(length), shrink * step, 0.0)


def warm(groups: Iterable[str] = tuple(SURFACES)) -> None:
    """Compiles, or loads, the programs of these groups of surfaces."""
    for group in groups:
        entries = SURFACES[group]
        local(entries[0].slug, {}, np.zeros((1, 2)), smooth=float(group in SMOOTHED.values()))
