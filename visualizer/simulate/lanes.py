"""Unrecorded runs by the thousand: the recorded program's own step, with lanes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from visualizer.simulate import first, second, tables
from visualizer.simulate.first import Entries, Place
from visualizer.simulate.ground import ground_of
from visualizer.simulate.groups import PARAMS
from visualizer.simulate.random import Draws
from visualizer.simulate.states import initial_state, slots
from visualizer.simulate.tables import MEMORY, WIDTHS
from visualizer.spec import Values

WIDTH = 256
TILE = 4096
VARIED = 10
EVERY = 16
SHARED = ("landscape", "optimizer", "schedule", "noise", "steps")
NEVER = 2.0**24


class Tile(NamedTuple):
    indices: Any
    numbers: Any
    limits: Any  # target, rest
    where: Any
    varied: Any
    seeds: Any
    count: Any  # chunks used
    first: Any
    last: Any


class Tally(NamedTuple):
    alive: Array
    valid: Array
    loss: Array
    best: Array
    arrived: Array
    low: Array
    rise: Array
    before: Array


def sizes(entries: Entries) -> dict[str, int]:
    state = slots(entries, jax.ShapeDtypeStruct((2, 1), jnp.float32), WIDTHS["hyper"]) + entries[0].second_order
    place = {"theta": 2, "state": state, "slow": 2, "memory": MEMORY, "evaluations": 1}
    return place | dict.fromkeys(Tally._fields, 1)


def make_lanes(entries: Entries, surfaces: str) -> Callable[[Tile, Array], Array]:
    held = sizes(entries)
    method = second if entries[0].second_order else first
    state_size = held["state"] - entries[0].second_order
    own = sum(WIDTHS.values())

    def program(tile: Tile, kept: Array) -> Array:
        index = Values(zip(SHARED, tile.indices, strict=True))
        shared = {}
        at = 0
        for name, width in {**WIDTHS, "params": PARAMS[surfaces]}.items():
            shared[name] = tile.numbers[at : at + width]
            at += width
        ground = ground_of(surfaces, index.landscape, shared["params"], shared["affine"], shared["smooth"][0])

        def chunk(c: Array, kept: Array) -> Array:
            lane = c * WIDTH
            z = jnp.int32(0)
            varied = lax.dynamic_slice(tile.varied, (z, lane), (VARIED, WIDTH))
            seeds = lax.dynamic_slice(tile.seeds, (lane,), (WIDTH,))
            numbers = jnp.broadcast_to(tile.numbers[:own, None], (own, WIDTH))
            for k in range(VARIED):
                numbers = lax.dynamic_update_slice(numbers, varied[k : k + 1], (tile.where[k], z))
            parts, at = {}, 0
            for name, width in WIDTHS.items():
                parts[name] = numbers[at : at + width]
                at += width
            run = Values(parts, noise=shared["noise"], params=shared["params"], budget=shared["budget"])
            old = lax.dynamic_slice(kept, (z, lane), (kept.shape[0], WIDTH))
            new = roll(run, Values(index, seed=seeds), old)
            return lax.dynamic_update_slice(kept, new, (z, lane))

        def roll(run: Values, index: Values, old: Array) -> Array:
            fresh = initial_state(entries, index.optimizer, run.start, run.hyper, run.schedule[0], state_size)
            step = method.stepper(entries, ground, run, index, fresh)
            zero = jnp.zeros_like(run.start[0])
            place = Place(tile.first, run.start, method.begin(fresh), run.start,
                          tables.schedule_memory(index.schedule, run.schedule), zero)
            tally = Tally(zero == 0, zero, zero + jnp.inf, zero + jnp.inf, zero + NEVER, zero + jnp.inf, zero, zero)
            begun = pack(place, tally)
            now = jnp.where(tile.first == 0, begun, old)
            place, tally = unpack(now)
            half, later = index.steps // 2, (3 * index.steps) // 4

            def go(i: Array, carry: tuple[Place, Tally]) -> tuple[Place, Tally]:
                place, tally = carry
                place = place._replace(i=i)
                made = step(place, Draws(index.seed, i, place.theta, jnp.zeros((0, 2))))
                loss, t = made.loss, tally
                ok = t.alive & jnp.isfinite(loss) & jnp.isfinite(place.theta[0]) & jnp.isfinite(place.theta[1])
                ok = ok & (place.evaluations <= run.budget[0])
                moves = ok & (i < index.steps)
                edge = (i == half) | (i == later)
                low = jnp.where(edge, loss, jnp.minimum(t.low, loss))
                rise = jnp.where(edge, 0.0, jnp.maximum(t.rise, loss - low))
                before = jnp.where(i == later, t.rise, t.before)
                new = Tally(
                    alive=ok,
                    valid=t.valid + ok.astype(loss.dtype),
                    loss=jnp.where(ok, loss, t.loss),
                    best=jnp.where(ok & (loss < t.best), loss, t.best),
                    arrived=jnp.minimum(t.arrived, jnp.where(ok & (loss <= tile.limits[0]), i.astype(loss.dtype), NEVER)),
                    low=jnp.where(ok, low, t.low),
                    rise=jnp.where(ok, rise, t.rise),
                    before=jnp.where(ok, before, t.before),
                )
                nxt = made.next
                theta = jnp.where(moves, nxt.theta, place.theta)
                evaluations = jnp.where(moves, nxt.evaluations, place.evaluations)
                return nxt._replace(i=i, theta=theta, evaluations=evaluations), new

            def block(c: Any) -> Any:
                i, carry = c
                j = jnp.minimum(i + EVERY, tile.last + 1)
                return j, lax.fori_loop(i, j, go, carry)

            _, (place, tally) = lax.while_loop(
                lambda c: (c[0] <= tile.last) & jnp.any(c[1][1].alive), block, (tile.first, (place, tally))
            )
            return pack(place, tally)

        def pack(place: Place, tally: Tally) -> Array:
            rows = [place.theta, place.state, place.slow, place.memory, place.evaluations[None]]
            return jnp.concatenate([*rows, *(part.astype(rows[0].dtype)[None] for part in tally)])

        def unpack(rows: Array) -> tuple[Place, Tally]:
            parts, at = [], 0
            for width in held.values():
                parts.append(rows[at : at + width])
                at += width
            theta, state, slow, memory, evaluations = parts[:5]
            tally = [part[0] for part in parts[5:]]
            return Place(tile.first, theta, state, slow, memory, evaluations[0]), Tally(tally[0] > 0, *tally[1:])

        return lax.fori_loop(jnp.int32(0), tile.count, chunk, kept)

    return program
