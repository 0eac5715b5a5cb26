"""A learning-rate schedule by itself, as an array."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from optimizers.schedules import CATALOGUE, FORMS, MEMORY
from visualizer.backend import jax
from visualizer.simulate import compiled
from visualizer.simulate.tables import WIDTHS, schedule_memory, scheduled
from visualizer.spec import complete, encode, look_up

PART = 512  # updates whose rates are computed at once: one size, so that one program is compiled


@dataclass(frozen=True)
class Rates:
    """``lr[t]`` is the rate of update t + 1, ``(steps,)`` float64; ``momentum`` likewise, None if not cycled."""

    lr: np.ndarray
    momentum: np.ndarray | None


def schedule(
    slug: str, hyper: Mapping[str, Any] | None = None, steps: int = 101, metrics: Sequence[float] | None = None
) -> Rates:
    """The rates of updates 1 .. steps. ``hyper`` may hold ``lr``, the base rate (1 if not given).

    ``metrics`` are the losses after updates 1, 2, ... for a schedule that watches them. The names in ``hyper`` choose
    between PyTorch's and Optax's form. Raises ``ValueError`` naming unknown names and the known ones.
    """
    form = look_up(CATALOGUE, slug, "schedule").form(set(hyper or {}))
    given = dict(hyper or {})
    base = float(given.pop("lr", 1.0))
    width = WIDTHS["schedule"] - 1
    row = jnp.array([base, *encode(form.hypers, complete(form.hypers, given, slug), width)])
    index = jnp.int32(FORMS.index(form))
    # The loss before the first update is not known: infinity is never a best.
    losses = np.concatenate([[np.inf], np.zeros(steps) if metrics is None else np.asarray(metrics, np.float64)])[:steps]

    lr, momentum = _rates(index, row, losses)
    cycled = not np.isnan(momentum).all()
    return Rates(np.asarray(lr), np.asarray(momentum) if cycled else None)


def planned(form: int, row: Sequence[float], steps: int) -> tuple[np.ndarray, np.ndarray]:
    """The rates and momenta (NaN: not cycled) of updates 1 .. steps, of a form that does not watch the loss.

    ``form`` is its place in FORMS, ``row`` its base rate and numbers. Of one that does, they are without a meaning.
    """
    times = np.arange(-(-steps // PART) * PART, dtype=np.float64).reshape(-1, PART)
    given = np.int32(form), np.array(row)
    program = compiled.program("planned", lambda: (_planned, (*given, times[0], np.float64(steps))))
    parts = [np.asarray(program(*given, part, np.float64(steps))) for part in times]
    lr, momentum = np.concatenate(parts, axis=1)[:, :steps]
    return lr, momentum


def followed(form: int, row: Sequence[float], losses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rates and momenta (NaN: not cycled) of the updates that saw these ``losses``, in single precision as networks
    are trained, of a form that watches them.
    """
    parts = np.zeros(-(-len(losses) // PART) * PART, np.float32)
    parts[: len(losses)] = losses
    numbers, index = np.array(row, np.float32), np.int32(form)
    found = []
    with jax.enable_x64(False):
        blank = np.float32(0), np.zeros(MEMORY, np.float32), parts[:PART]
        program = compiled.program("followed", lambda: (_followed, (index, numbers, *blank)))
        memory = np.zeros(MEMORY, np.float32)
        for first in range(0, len(parts), PART):
            memory, lr, momentum = program(index, numbers, np.float32(first), memory, parts[first : first + PART])
            found.append(np.stack([lr, momentum]))
    lr, momentum = np.concatenate(found, axis=1)[:, : len(losses)].astype(np.float64)
    return lr, momentum


@jax.jit
def _followed(
    index: jax.Array, row: jax.Array, first: jax.Array, memory: jax.Array, losses: jax.Array
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Memory, rates and momenta of the updates from ``first`` on; the first of all has no ``memory``."""

    def one(memory: Any, at: tuple[Any, Any]) -> Any:
        t, loss = at
        lr, momentum, memory = scheduled(index, t, jnp.float32(0), loss, memory, row)
        return memory, (lr, momentum)

    times = first + jnp.arange(PART, dtype=jnp.float32)
    begun = jnp.where(first == 0, schedule_memory(index, row), memory)
    memory, (lr, momentum) = jax.lax.scan(one, begun, (times, losses))
    return memory, lr, momentum


@jax.jit
def _planned(index: jax.Array, row: jax.Array, times: jax.Array, steps: jax.Array) -> jax.Array:
    memory = jnp.zeros(0)  # and no loss: neither is looked at
    return jax.vmap(lambda t: jnp.stack(scheduled(index, t, steps, t, memory, row)[:2]), out_axes=1)(times)


@jax.jit
def _rates(index: jax.Array, row: jax.Array, losses: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Rates and momenta for the losses seen; compiled once for each length."""
    steps = losses.shape[0]

    def one(memory: Any, at: tuple[Any, Any]) -> Any:
        t, loss = at
        lr, momentum, memory = scheduled(index, t, jnp.float64(steps), loss, memory, row)
        return memory, (lr, momentum)

    times = jnp.arange(steps, dtype=jnp.float64)
    return jax.lax.scan(one, schedule_memory(index, row), (times, losses))[1]
