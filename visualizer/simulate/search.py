"""Line searches, one trial at a time: what to make of a trial's loss and slope, and where to try next.

The program evaluates the surface in one place, in a loop; these functions are the loop's bookkeeping. A length is a
factor of -m; the slope along the line is that of the loss with respect to the length.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from optimizers._frame import ARMIJO, TRIAL, WOLFE, Bounds

NO_SEARCH = ""
FARTHEST = 1e3  # a search for a small slope goes no farther than so many first lengths: the slope may never be small
NARROWEST = 1e-12  # a bracket below this share of its far end holds nothing but rounding
EDGE = 1e-3  # an interpolated length keeps this share of the bracket away from its ends


class Line(NamedTuple):
    """A search under way."""

    tries: Array  # how many points were evaluated
    trial: Array  # the length to evaluate next
    low: Array  # (3,): length, loss and slope of the best point yet that is low enough; at first the start
    high: Array  # (3,): the bracket's other end; its length is infinite while there is none
    found: Array  # the length that the search ends with; 0: none
    done: Array


def begin(first: Array, loss: Array, slope: Array) -> Line:
    """Before the first trial, at length ``first``; none where that is not positive, or the slope not negative."""
    zero, endless = jnp.zeros_like(loss), jnp.full_like(loss, jnp.inf)
    live = (first > 0) & (slope < 0)
    low, high = jnp.stack([zero, loss, slope]), jnp.stack([endless, endless, zero])
    return Line(zero.astype(jnp.int32), first, low, high, zero, ~live)


def tried(
    kinds: Sequence[str],
    kind: Array,
    line: Line,
    first: Array,
    value: Array,
    slope: Array,
    start: tuple[Array, Array],
    bounds: Bounds,
) -> Line:
    """The search after the trial's loss and slope are known; ``start`` are those at length 0.

    ``kind`` is the traced index of the search's kind among ``kinds``, the first of which is no search.
    """
    steps = {
        NO_SEARCH: lambda: line._replace(done=jnp.ones_like(line.done)),
        TRIAL: lambda: line._replace(done=jnp.ones_like(line.done), found=jnp.where(value < start[0], line.trial, 0.0)),
        ARMIJO: lambda: armijo(line, value, start, bounds),
        WOLFE: lambda: wolfe(line, first, value, slope, start, bounds),
    }
    new = lax.switch(kind, [steps[name] for name in kinds])
    return new._replace(tries=line.tries + 1)


def armijo(line: Line, value: Array, start: tuple[Array, Array], bounds: Bounds) -> Line:
    """Back until the loss is low enough. After ``most`` steps back the last length is taken as it is, if finite."""
    excess = value - start[0] - line.trial * bounds.decrease * start[1]
    enough, last = excess <= 0, line.tries >= bounds.most
    found = jnp.where(enough | (last & (excess < jnp.inf)), line.trial, 0.0)
    return line._replace(trial=bounds.shrink * line.trial, found=found, done=enough | last)


def wolfe(line: Line, first: Array, value: Array, slope: Array, start: tuple[Array, Array], bounds: Bounds) -> Line:
    """Nocedal and Wright, Algorithms 3.5 and 3.6, as one loop: farther until a minimum is bracketed, then inwards.

    Ends with a length that meets both conditions, or, when its tries are used up, with the best that is low enough.
    """
    here = jnp.stack([line.trial, value, slope])
    ceiling = start[0] + bounds.decrease * line.trial * start[1]
    high_up = ~((value <= ceiling) & (value < line.low[1]))  # or not a number
    flat = ~high_up & (jnp.abs(slope) <= bounds.flatten * jnp.abs(start[1]))
    # Beyond the minimum, seen from the low end: the best point yet becomes the near end.
    beyond = slope * jnp.where(line.high[0] > line.low[0], 1.0, -1.0) >= 0
    high = jnp.where(high_up, here, jnp.where(beyond, line.low, line.high))
    low = jnp.where(high_up, line.low, here)
    bracketed = high[0] < jnp.inf
    farthest = FARTHEST * first
    over = ~bracketed & (low[0] >= farthest)
    width = jnp.abs(high[0] - low[0])
    narrow = bracketed & (width <= NARROWEST * jnp.maximum(high[0], low[0]))
    done = flat | over | narrow | (line.tries >= bounds.most)
    ahead = jnp.minimum(extrapolated(line.low, here), farthest)
    inside = jnp.where(jnp.mod(line.tries, 4) == 3, 0.5 * (low[0] + high[0]), interpolated(low, high))
    trial = jnp.where(bracketed, inside, ahead)
    return Line(line.tries, trial, low, high, jnp.where(flat, line.trial, jnp.where(done, low[0], 0.0)), done)


def extrapolated(old: Array, new: Array) -> Array:
    """A farther length: where the slopes of the last two points would reach 0, within 1.05 to 10 times the last."""
    rise = new[2] - old[2]
    ahead = new[0] - new[2] * (new[0] - old[0]) / jnp.where(rise > 0, rise, 1.0)
    return jnp.clip(jnp.where(rise > 0, ahead, jnp.inf), 1.05 * new[0], 10.0 * new[0])


def interpolated(low: Array, high: Array) -> Array:
    """The minimum of the cubic through both ends' losses and slopes (Nocedal and Wright, 3.59), kept off the ends."""
    across = high[0] - low[0]
    one = low[2] + high[2] - 3.0 * (low[1] - high[1]) / (low[0] - high[0])
    two = jnp.sign(across) * jnp.sqrt(jnp.maximum(one * one - low[2] * high[2], 0.0))
    share = 1.0 - (high[2] + two - one) / (high[2] - low[2] + 2.0 * two)
    share = jnp.where(jnp.isfinite(share), jnp.clip(share, EDGE, 1.0 - EDGE), 0.5)
    return low[0] + share * across
