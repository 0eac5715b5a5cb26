"""Unrecorded runs by the thousand: the recorded program's own step, with lanes.

A lane is a run. The lanes of a tile share optimizer, surface, placement, schedule and noise model, all traced; start,
seed and a few numbers more (hyperparameters of the rule, its schedule, its wrappers) are a lane's own. All is
float32, coordinate axis first, in chunks of ``WIDTH`` lanes: what a step reads stays in the processor's first cache.

A pair of groups (``groups.py``) has up to three such programs. ``FULL`` is for all runs. Around a ``PLAIN`` run there
is nothing, no schedule, noise or wrapper: what would pass through unused switches costs nearly as much again. Of
``SAME`` runs, as those of a map of basins, also all numbers but the start are common: a sixth faster. None recompiles
for another optimizer, surface, number of lanes or of steps.

A step writes down the loss; what else is known of a run is made of the losses of a block of ``EVERY`` steps at once.
A tile is run in slices of steps, between which ``kept`` holds all that its lanes carry: so it can be given up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from visualizer.simulate import first, second, tables
from visualizer.simulate.first import Entries, Place
from visualizer.simulate.ground import ground_of
from visualizer.simulate.groups import PARAMS
from visualizer.simulate.random import Draws
from visualizer.simulate.states import initial_state, packed, pooled, slots
from visualizer.simulate.tables import MEMORY, WIDTHS
from visualizer.spec import Values

WIDTH = 128  # lanes of a chunk
TILE = 8192  # lanes of a tile
EVERY = 16  # steps between two looks at whether lanes are at rest, and whether any is under way; slices are multiples
VARIED = 10  # numbers that may differ from lane to lane; x and y of the start come last,
START = 2  # which are all that do where the runs are the same
SHARED = ("landscape", "optimizer", "schedule", "noise", "steps")
SAME, PLAIN, FULL = KINDS = ("same", "plain", "full")
BARE = ("hyper", "schedule", "budget")  # what there is of a plain run, beside where it starts
NEVER = 2.0**24  # counts are float32, which holds every whole number up to here


class Tile(NamedTuple):
    """The runs of one call, and which of their steps: ``first`` to ``last``, of which 0 begins afresh."""

    indices: Any  # int32 (len(SHARED),)
    numbers: Any  # float32: those of one run, see ``tables.WIDTHS``; its surface's parameters follow
    limits: Any  # float32 (2,): the loss at which a run has arrived; how near is at rest
    where: Any  # int32 (VARIED,), or (START,): which of the numbers are a lane's own
    varied: Any  # float32 (VARIED, TILE), or (START, TILE): theirs; of several for one place the last holds
    seeds: Any  # int32 (TILE,)
    chunks: Any  # int32: how many are used
    first: Any  # int32
    last: Any
    end: Any  # int32: how many updates are made, at most the length of the run, by which schedules go


class Tally(NamedTuple):
    """What is known of a lane's run so far, ``(lanes,)`` each."""

    valid: Array  # rows that were reached and finite, as ``Trajectory.n_valid``
    loss: Array  # at the point that was reached last
    best: Array  # the lowest yet
    arrived: Array  # the first step with a loss within the limit; NEVER
    x: Array  # where it was in step ``since``, and has been near whenever it was looked at since
    y: Array
    since: Array
    low: Array  # of the quarter of the run under way: the lowest loss
    rise: Array  # the most by which the loss was above the lowest before it in that quarter
    before: Array  # the same of the third quarter


def sizes(entries: Entries, kind: str) -> dict[str, int]:
    """What ``kept`` holds of each lane, and in how many rows."""
    more = 1 if kind == FULL else 0
    state = slots(entries, jax.ShapeDtypeStruct((2, 1), jnp.float32), WIDTHS["hyper"]) + entries[0].second_order
    place = {"theta": 2, "state": state, "slow": 2 * more, "memory": MEMORY * more, "evaluations": 1}
    return place | dict.fromkeys(Tally._fields, 1)


def make_lanes(entries: Entries, surfaces: str, kind: str) -> Callable[[Tile, Array], Array]:
    """The program of a group of rules on a group of surfaces: ``(tile, kept) -> kept``, float32 ``(rows, TILE)``.

    To be traced and compiled with 64-bit types off: surfaces hold tables of float64.
    """
    held = sizes(entries, kind)

    def program(tile: Tile, kept: Array) -> Array:
        zero = jnp.int32(0)
        index = Values(zip(SHARED, tile.indices, strict=True))
        shared = parts_of(tile.numbers, {**WIDTHS, "params": PARAMS[surfaces]})
        ground = ground_of(surfaces, index.landscape, shared.params, shared.affine, shared.smooth[0])

        def chunk(c: Array, kept: Array) -> Array:
            at = (zero, c * WIDTH)
            varied = lax.dynamic_slice(tile.varied, at, (len(tile.varied), WIDTH))
            seeds = lax.dynamic_slice(tile.seeds, at[1:], (WIDTH,))
            if kind == SAME:
                run = Values({name: shared[name] for name in BARE}, start=varied[-START:], plain=True)
            else:
                run = _with_own(varied, shared, tile, kind)
            old = lax.dynamic_slice(kept, at, (kept.shape[0], WIDTH))
            new = _roll(entries, ground, held, tile, run, Values(index, seed=seeds), old)
            return lax.dynamic_update_slice(kept, new, at)

        return lax.fori_loop(zero, tile.chunks, chunk, kept)

    return program


def _with_own(varied: Array, shared: Values, tile: Tile, kind: str) -> Values:
    """The numbers of a chunk's runs, with those that are a lane's own."""
    own = sum(WIDTHS.values())
    numbers = jnp.broadcast_to(tile.numbers[:own, None], (own, WIDTH))
    for k in range(VARIED):
        numbers = lax.dynamic_update_slice(numbers, varied[k : k + 1], (tile.where[k], jnp.int32(0)))
    run = Values(parts_of(numbers, WIDTHS), noise=shared.noise, budget=shared.budget)
    if kind == PLAIN:
        run = Values({name: run[name] for name in ("start", *BARE)}, plain=True)
    return run


def _roll(
    entries: Entries, ground: Any, held: Mapping[str, int], tile: Tile, run: Values, index: Values, old: Array
) -> Array:
    """Takes the lanes of a chunk from step ``tile.first``, where ``old`` is what was kept, past ``tile.last``."""
    method = second if entries[0].second_order else first
    size = held["state"] - entries[0].second_order
    fresh: Any = initial_state(entries, index.optimizer, run.start, run.hyper, run.schedule[0], size)
    zero = jnp.zeros_like(run.start[0])
    memory = zero[None][: held["memory"]]
    if held["memory"]:
        memory = tables.schedule_memory(index.schedule, run.schedule)
    begun = Place(tile.first, run.start, method.begin(fresh), run.start[: held["slow"]], memory, zero)
    x, y = run.start
    tally = Tally(zero, zero, zero + jnp.inf, zero + NEVER, x, y, zero, zero, zero, zero)
    place, tally = _unpack(jnp.where(tile.first == 0, _pack(begun, tally), old), tile.first, held)
    if method is first:  # the same for all lanes: what a run has used follows from how far it came
        common = run.hyper.ndim == 1
        pools = partial(pooled, entries, index.optimizer, theta=place.theta, width=WIDTHS["hyper"], common=common)
        place, fresh = place._replace(state=pools(place.state), evaluations=jnp.float32(0.0)), pools(fresh)
    step = method.stepper(entries, ground, run, index, fresh)

    def go(begin: Array, i: Array, carry: tuple[Place, Array, Array]) -> tuple[Place, Array, Array]:
        place, loss, rows = carry
        theta = place.theta
        made = step(place._replace(i=i), Draws(index.seed, i, theta, jnp.zeros((0, 2))))
        after = made.next._replace(i=i)
        row = made.loss + 0.0 * theta[0] + 0.0 * theta[1]  # of a finite place, or none
        if method is second:  # a search costs what it costs: one whose budget is used up goes no further
            counted = (jnp.abs(row) < jnp.inf) & (place.evaluations >= 0)
            moves = counted & (i < tile.end) & (after.evaluations <= run.budget[0])
            spent = jnp.where(moves | (i == tile.end) | ~counted, place.evaluations, -1.0 - place.evaluations)
            after = after._replace(
                theta=jnp.where(moves, after.theta, theta), evaluations=jnp.where(moves, after.evaluations, spent)
            )
            loss, row = row, jnp.where(counted, row, jnp.nan)
        return after, loss, lax.dynamic_update_slice(rows, row[None], (i - begin, jnp.int32(0)))

    half, later = tile.end // 2, (3 * tile.end) // 4  # where the third and the last quarter begin

    def block(carry: tuple[Array, tuple[Place, Tally]]) -> tuple[Array, tuple[Place, Tally]]:
        i, (place, t) = carry
        edge = (i == half) | (i == later)
        x, y = place.theta
        moved = (x - t.x) * (x - t.x) + (y - t.y) * (y - t.y)
        away = (edge | (i % EVERY == 0)) & (moved > tile.limits[1] * tile.limits[1])
        t = t._replace(
            x=jnp.where(away, x, t.x),
            y=jnp.where(away, y, t.y),
            since=jnp.where(away, i.astype(zero.dtype), t.since),
            before=jnp.where(i == later, t.rise, t.before),
            rise=jnp.where(edge, 0.0, t.rise),
            low=jnp.where(edge, jnp.inf, t.low),
        )
        # The last step, which makes no update, is a block of its own.
        stop = jnp.minimum((i // EVERY + 1) * EVERY, tile.last + 1)
        for bound in (half, later, tile.end):
            stop = jnp.where(i < bound, jnp.minimum(stop, bound), stop)
        begun = (place, t.loss, jnp.full((EVERY, *zero.shape), jnp.nan))
        after, loss, rows = lax.fori_loop(i, stop, partial(go, i), begun)
        after = after._replace(theta=jnp.where(i == tile.end, place.theta, after.theta))
        t = _counted(t, rows, i, i >= half, tile.limits[0])
        if method is first:
            loss = jnp.where(t.valid >= stop.astype(zero.dtype), rows[stop - i - 1], jnp.nan)
        return stop, (after, t._replace(loss=loss))

    def more(carry: tuple[Array, tuple[Place, Tally]]) -> Array:
        i, (_, t) = carry
        return (i <= tile.last) & jnp.any(t.valid >= i.astype(zero.dtype))

    _, (place, tally) = lax.while_loop(more, block, (tile.first, (place, tally)))
    state: Any = place.state
    if method is first:
        state = packed(entries, index.optimizer, state, place.theta, WIDTHS["hyper"], size)
    return _pack(place._replace(state=state, evaluations=place.evaluations + zero), tally)


def _counted(t: Tally, rows: Array, i: Array, late: Array, limit: Array) -> Tally:
    """The tally after the losses of a block, ``rows``, of which the first is that of step i; NaN: there is none."""
    alive = t.valid >= i.astype(t.valid.dtype)  # whatever was not finite stays so
    losses = []
    for j in range(EVERY):
        alive = alive & (jnp.abs(rows[j]) < jnp.inf)
        losses.append(jnp.where(alive, rows[j], jnp.nan))
    valid, best, arrived = t.valid, t.best, jnp.full_like(t.arrived, NEVER)
    for loss in losses:
        valid = valid + jnp.where(loss == loss, 1.0, 0.0)
        best = jnp.where(loss < best, loss, best)
    for j, loss in reversed([*enumerate(losses)]):
        arrived = jnp.where(loss <= limit, (i + j).astype(best.dtype), arrived)

    def risen(low: Array, rise: Array) -> tuple[Array, Array]:
        for loss in losses:
            low = jnp.where(loss < low, loss, low)
            rise = jnp.where(loss - low > rise, loss - low, rise)
        return low, rise

    # Of the first half nothing is asked.
    low, rise = lax.cond(late, risen, lambda low, rise: (low, rise), t.low, t.rise)
    return t._replace(valid=valid, best=best, arrived=jnp.minimum(t.arrived, arrived), low=low, rise=rise)


def _pack(place: Place, tally: Tally) -> Array:
    rows = [place.theta, place.state, place.slow, place.memory, place.evaluations[None]]
    return jnp.concatenate([*rows, *(part[None] for part in tally)])


def _unpack(rows: Array, i: Array, held: Mapping[str, int]) -> tuple[Place, Tally]:
    theta, state, slow, memory, evaluations, *tally = parts_of(rows, held).values()
    return Place(i, theta, state, slow, memory, evaluations[0]), Tally(*(part[0] for part in tally))


def parts_of(rows: Any, widths: Mapping[str, int]) -> Values:
    """Named runs of the first axis, one after another."""
    parts, at = {}, 0
    for name, width in widths.items():
        parts[name] = rows[at : at + width]
        at += width
    return Values(parts)
