"""A surface on a grid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from landscapes import CATALOGUE as LANDSCAPES
from landscapes import Landscape
from visualizer.backend import jax
from visualizer.plane import Placement
from visualizer.simulate import compiled
from visualizer.simulate.ground import ground_of
from visualizer.simulate.groups import PARAMS, SMOOTHED, SURFACES, surface_group
from visualizer.spec import Values, complete, decode, encode, look_up

GRID = 161


def asked(
    landscape: str, params: Mapping[str, Any], placement: Placement, smooth: float
) -> tuple[str, tuple[Any, ...]]:
    """The group of programs that a surface belongs to, and their first arguments: those of ``ground_of``."""
    entry = look_up(LANDSCAPES, landscape, "landscape")
    group, place = surface_group(landscape, smooth)
    row = encode(entry.params, complete(entry.params, params, landscape), PARAMS[group])
    return group, (np.int32(place), np.array(row), np.array(placement.affine), np.float64(smooth))


def losses(
    landscape: str,
    params: Mapping[str, Any],
    placement: Placement,
    window: Sequence[float],
    smooth: float = 0.0,
    size: int = GRID,
) -> np.ndarray:
    """The surface on ``size`` x ``size`` points of the window (x_low, x_high, y_low, y_high); rows are y, upwards."""
    group, ground = asked(landscape, params, placement, smooth)
    xs, ys = np.linspace(window[0], window[1], size), np.linspace(window[2], window[3], size)
    return np.asarray(compiled.program(*_build(group, (*ground, xs, ys)))(*ground, xs, ys))


def _build(group: str, examples: tuple[Any, ...]) -> tuple[str, compiled.Build]:
    """The name of a group's program for grids like that of the examples, and how it is built."""
    return f"surface-{group}-{len(examples[-1])}", lambda: (jax.jit(_heights(group)), examples)


def sequence(landscape: str, params: Mapping[str, Any], xs: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """The losses of a timed surface at ``xs`` in these steps, in cyclic order; ``(len(steps), len(xs))``.

    Step 0, before any update, shows that of the first.
    """
    entry = look_up(LANDSCAPES, landscape, "landscape")
    assert entry.sample and entry.samples
    values = complete(entry.params, params, landscape)
    datum = np.maximum(steps - 1, 0) % int(entry.samples(Values(values)))
    given = np.array(encode(entry.params, values)), xs, datum
    name = f"sequence-{landscape}-{len(xs)}-{len(steps)}"
    return np.asarray(compiled.program(name, lambda: (jax.jit(_sequence(entry, entry.sample)), given))(*given))


def _sequence(entry: Landscape, sample: Callable[..., Any]) -> Any:
    def rows(params: Any, xs: Any, datum: Any) -> Any:
        theta = jnp.stack([xs, jnp.zeros_like(xs)])[:, None]
        losses = sample(theta, decode(entry.params, params), datum[:, None], jnp.zeros(()))
        return jnp.broadcast_to(losses, (len(datum), len(xs)))

    return rows


def _heights(group: str) -> Any:
    def heights(place: Any, params: Any, affine: Any, smooth: Any, xs: Any, ys: Any) -> Any:
        ground = ground_of(group, place, params, affine, smooth)
        return ground.loss(jnp.stack(jnp.meshgrid(xs, ys)))

    return heights


def warm(groups: Iterable[str] = tuple(SURFACES)) -> None:
    """Compiles, or loads, the programs of these groups for grids of the usual size, as many at once as can be."""
    axis = np.linspace(0.0, 1.0, GRID)
    builds: dict[str, compiled.Build] = {}
    for group in groups:
        _, ground = asked(SURFACES[group][0].slug, {}, Placement(), float(group in SMOOTHED.values()))
        builds.update([_build(group, (*ground, axis, axis))])
    compiled.programs(builds)
    for slug, entry in LANDSCAPES.items():
        if entry.timed:
            sequence(slug, {}, axis, np.arange(GRID))
