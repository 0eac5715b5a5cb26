"""Lanes run as tiles: a thread for each processor, or device, takes one tile after another; any map can be given up.

Every device that this process sees takes part: a program is compiled for each, and tiles go to the device of the
thread that takes them up. What a lane computes depends on its own numbers alone, so that neither the number of devices
nor the order of the tiles changes a result. Memory is that of a few tiles, whatever the size of the map. What several
processes do of a map is in ``hosts.py``.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np

from visualizer.backend import jax
from visualizer.simulate import compiled
from visualizer.simulate.groups import GROUPS, PARAMS, SURFACES
from visualizer.simulate.job import Job
from visualizer.simulate.lanes import (
    EVERY,
    FULL,
    NEVER,
    PLAIN,
    SAME,
    SHARED,
    START,
    TILE,
    VARIED,
    WIDTH,
    Tile,
    make_lanes,
    parts_of,
    sizes,
)
from visualizer.simulate.tables import WIDTHS, place_of

CONVERGES, OSCILLATES, DIVERGES = range(3)
OUTCOMES = ("converges", "oscillates", "diverges")
SLICE = 0.02  # seconds of work between two looks at whether the map is still wanted
MOST_STEPS = 2**24 - 2  # lanes count in float32
MOST_RUNS = 2**27  # of one map, some 4 GB; more are made in shards, see `visualizer.sweeping`
Found = TypeVar("Found")
COARSEST = 16  # pixels from one start of a map's first picture to the next
ROUNDING = 1e-5  # of a loss in float32, as a share of it


class Cancelled(Exception):  # noqa: N818  (what happened, not a mistake)
    """The map was given up."""


def bounded(runs: int) -> None:
    """Raises ``ValueError`` for more runs than a machine's memory should hold at once."""
    if runs > MOST_RUNS:
        raise ValueError(
            f"{runs:,} runs are too many at once: at most {MOST_RUNS:,}, or in shards (visualizer.sweeping)"
        )


@dataclass(frozen=True)
class Field:
    """The runs of a map: what they share, as a job, and what each has of its own.

    ``where`` are the places of a lane's own numbers among the job's (``tables.WIDTHS``), the start's two not among
    them; ``values(lanes)`` gives them, and then x and y, for lanes by their numbers: ``(len(where) + 2, k)``.
    ``seeds(lanes)`` are their seeds. ``target`` is the loss at which a run has arrived, ``near`` how little one moves
    that is at rest, ``tolerance`` by how much a loss may rise that is settled, ``begin`` the loss where all runs begin,
    if that is one place.
    """

    job: Job
    where: tuple[int, ...]
    values: Callable[[np.ndarray], np.ndarray]
    seeds: Callable[[np.ndarray], Any]
    target: float = -np.inf
    near: float = 0.0
    tolerance: float = 0.0
    begin: float = -np.inf
    pace: list[int] = field(default_factory=list)  # steps of a slice; as found so far if none are given

    @cached_property
    def kind(self) -> str:
        """Which of the programs runs them: see ``lanes.py``. Second-order rules have one for all."""
        around = {at for name in ("schedule", "lookahead", "sam") for at in place_of(name)}
        base = place_of("schedule")[0]  # the rate itself, which is the rule's own
        bare = not any(self.job.index(name) for name in ("schedule", "noise"))
        bare = bare and not any(self.job.part("lookahead") + self.job.part("sam"))
        if self.job.rule.second_order or not bare or set(self.where) & (around - {base}):
            return FULL
        return PLAIN if self.where else SAME

    def part(self, name: str, rows: np.ndarray) -> np.ndarray:
        """The first number of a part, lane by lane, from the lanes' own ``rows``."""
        at = place_of(name)[0]
        own = [k for k, place in enumerate(self.where) if place == at]
        return rows[own[-1]] if own else np.full(rows.shape[1], self.job.part(name)[0])

    def cost(self, rows: np.ndarray) -> np.ndarray:
        """Gradients that an update takes, lane by lane; of rules without a line search."""
        return 1 + (self.part("sam", rows) > 0)


class Ends(NamedTuple):
    """How runs ended, ``(k,)`` each but ``theta``.

    ``theta`` ``(2, k)`` is the last point, NaN where the run diverged; ``loss`` the last loss, ``best`` the lowest, of
    finite ones, infinite where there was none. ``n_valid`` counts the points that were reached, as that of a
    trajectory. ``arrived`` is the first step with a loss within the target, ``settled`` one from which the run was
    never again seen farther than ``near`` from where it then was (it is looked at every ``EVERY`` steps, and where a
    quarter of the run begins); -1: never. ``outcome``: see ``classified``.
    """

    theta: np.ndarray
    loss: np.ndarray
    best: np.ndarray
    n_valid: np.ndarray
    arrived: np.ndarray
    settled: np.ndarray
    evaluations: np.ndarray
    outcome: np.ndarray


def classified(
    lost: np.ndarray,
    rise: np.ndarray,
    before: np.ndarray,
    low: np.ndarray,
    best: Any,
    tol: float,
    begin: float = -np.inf,
) -> Any:
    """CONVERGES, OSCILLATES or DIVERGES, by how far the loss rises again above its lowest within a quarter of the run.

    ``rise`` is that of the last quarter (the most by which a loss is above the lowest before it in that quarter),
    ``before`` that of the third, ``low`` the lowest loss of the last, ``best`` that of the run. The tolerance is
    ``tol`` and what rounding may change in a loss of that size.

    A run diverges if it left the finite numbers (``lost``); or if its rises have more than doubled and even the lowest
    loss of the last quarter is above the best of the run, each by more than the tolerance, and the highest of it above
    the loss at the start (``begin``, if that is known): slow swings, of which a quarter of the run sees a part, do not
    grow. It converges, or is still falling, if it rises by no more than the tolerance, or by at most half of what it
    did in the quarter before: its swings die away. Otherwise it oscillates, as a run does whose rate is too large for
    the place that it has come to, and every run with steady noise.

    It is the loss that is looked at: a run that goes back and forth between two points of equal loss is not seen to.
    """
    tol = tol + ROUNDING * np.abs(best)
    with np.errstate(invalid="ignore", over="ignore"):
        calm = (rise <= tol) | (rise <= 0.5 * before)
        grows = (rise > 2.0 * before + tol) & (low > best + tol) & (low + rise > begin)
    found = np.where(calm, CONVERGES, np.where(grows, DIVERGES, OSCILLATES))
    return np.where(lost, DIVERGES, found).astype(np.int8)


@cache
def _workers() -> tuple[ThreadPoolExecutor, queue.SimpleQueue[int]]:
    """The threads, and the devices that they take turns on."""
    devices, cores = (
        jax.local_devices(),
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
    )
    each = max(1, (cores or 1) // len(devices)) if devices[0].platform == "cpu" else 1
    free: queue.SimpleQueue[int] = queue.SimpleQueue()
    for _ in range(each):
        for k in range(len(devices)):
            free.put(k)
    return ThreadPoolExecutor(each * len(devices), "lanes"), free


def threads() -> int:
    """How many tiles are run at a time."""
    return _workers()[0]._max_workers


def program_of(group: tuple[str, str], kind: str, device: int = 0) -> Any:
    """The executable of a pair of groups for one of the devices."""
    rules, surfaces = group

    def build() -> tuple[Any, tuple[Any, ...]]:
        entries = GROUPS[rules]
        own = sum(WIDTHS.values()) + PARAMS[surfaces]
        zero = np.int32(0)
        limits = np.zeros(2, np.float32)
        tile = Tile(np.zeros(len(SHARED), np.int32), np.zeros(own, np.float32), limits, *_lanes(kind), *[zero] * 4)
        place = jax.sharding.SingleDeviceSharding(jax.local_devices()[device])
        program = jax.jit(
            make_lanes(entries, surfaces, kind),
            donate_argnums=1,
            in_shardings=place,
            out_shardings=place,
            compiler_options={"xla_cpu_prefer_vector_width": 512},  # a twentieth faster where there are such
        )
        return program, (tile, np.zeros((sum(sizes(entries, kind).values()), TILE), np.float32))

    with jax.enable_x64(False):
        return compiled.program(f"lanes-{rules}-{surfaces}-{kind}-{device}", build, device)


def warm(rules: Iterable[str] = tuple(GROUPS), surfaces: Iterable[str] = tuple(SURFACES)) -> None:
    """Compiles, or loads, the programs of plain runs of these groups, one after another: maps come after the race."""
    for group in [(one, other) for other in surfaces for one in rules]:
        for kind in (FULL,) if GROUPS[group[0]][0].second_order else (SAME, PLAIN):
            program_of(group, kind)


def _lanes(kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    varied = START if kind == SAME else VARIED
    return np.zeros(varied, np.int32), np.zeros((varied, TILE), np.float32), np.zeros(TILE, np.int32)


def run(
    runs: Field,
    parts: Iterable[np.ndarray],
    cancel: threading.Event | None = None,
) -> Iterator[tuple[np.ndarray, Ends]]:
    """Runs the lanes of each part, arrays of at most ``TILE`` lane numbers; yields them with their ends, in that order.

    Raises ``Cancelled`` when ``cancel`` is set; then, and when the iterator is closed, the threads are free within a
    tenth of a second.
    """
    return shared_out(runs, parts, _tile, cancel)


def shared_out(
    runs: Field,
    parts: Iterable[np.ndarray],
    work: Callable[[Field, np.ndarray, queue.SimpleQueue[int], Callable[[], bool]], Found],
    cancel: threading.Event | None = None,
) -> Iterator[Found]:
    """What ``work(runs, part, free, given_up)`` makes of each part, in that order, on all threads: see ``run``."""
    stop = threading.Event()

    def given_up() -> bool:
        return stop.is_set() or (cancel is not None and cancel.is_set())

    pool, free = _workers()
    for k in range(len(jax.local_devices())):
        program_of(runs.job.group, runs.kind, k)  # compiled before the threads need it
    waiting: deque[Future[Found]] = deque()
    try:
        for part in parts:
            waiting.append(pool.submit(work, runs, np.asarray(part), free, given_up))
            if len(waiting) > 2 * threads():
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        stop.set()
        for one in waiting:
            one.cancel()


def refined(nx: int, ny: int, dear: bool) -> Iterator[np.ndarray]:
    """The numbers (row times nx, plus column) of a map's pixels, in parts from coarse to fine; each comes once.

    Every 16th of both directions, then what every 8th adds, and so on. The first parts are small, so that there is a
    picture soon.
    """
    most, stride = TILE // 8 if dear else TILE, COARSEST
    while stride:
        rows = np.arange(0, ny, stride)
        old = 2 * stride if stride < COARSEST else 0  # what the coarser rounds have had
        band = max(1, most * max(1, threads()) // max(1, nx // stride))
        for at in range(0, len(rows), band):
            y, x = np.meshgrid(rows[at : at + band], np.arange(0, nx, stride), indexing="ij")
            new = ((y % old > 0) | (x % old > 0)) if old else np.ones_like(x, bool)
            lanes = (y * nx + x)[new]
            size = min(most, max(WIDTH, -(-len(lanes) // threads() // WIDTH) * WIDTH))
            yield from (lanes[k : k + size] for k in range(0, len(lanes), size))
        stride //= 2


def _tile(
    runs: Field, lanes: np.ndarray, free: queue.SimpleQueue[int], given_up: Callable[[], bool]
) -> tuple[np.ndarray, Ends]:
    tile, values = filled(runs, lanes)
    end = int(tile.end)
    for kept in advanced(runs, tile, [end], free, given_up):
        ends = _ends(runs, parts_of(kept[:, : len(lanes)], held_of(runs)), values, end)
    return lanes, ends


def held_of(runs: Field) -> dict[str, int]:
    """What is kept of a lane, and in how many rows."""
    return _held(runs.job.group[0], runs.kind)


@cache
def _held(rules: str, kind: str) -> dict[str, int]:
    return sizes(GROUPS[rules], kind)


def advanced(
    runs: Field, tile: Tile, stops: Iterable[int], free: queue.SimpleQueue[int], given_up: Callable[[], bool]
) -> Iterator[np.ndarray]:
    """What is kept of a tile's lanes after each of these steps, rising, ``(rows, TILE)``, to be read before the next.

    On a device of its own; in slices of steps that take about ``SLICE`` seconds, between which it can be given up.
    """
    device = free.get()
    try:
        program = program_of(runs.job.group, runs.kind, device)
        shape = (device, sum(held_of(runs).values()))
        kept, at = _spare(*shape), 0  # what it holds is not looked at before it is written
        pace = runs.pace or _paces.setdefault((runs.job.indices[:2], *runs.job.group, runs.kind), [EVERY])
        for stop in stops:
            while at <= stop:
                if given_up():
                    raise Cancelled
                steps = pace[0]
                last = min(at + steps - 1, stop)
                began = time.perf_counter()
                kept = program(tile._replace(first=np.int32(at), last=np.int32(last)), kept)
                kept.block_until_ready()
                spent = time.perf_counter() - began
                if last - at + 1 == steps:  # of the work done in a slice's time; at most 8 times as much as was tried
                    wanted = steps * min(8.0, SLICE / max(spent, 1e-6))
                    pace[0] = max(EVERY, int(wanted) // EVERY * EVERY)
                at = last + 1
            yield np.asarray(kept)
        _unused.setdefault(shape, []).append(kept)  # all have read it
    finally:
        free.put(device)


_paces: dict[tuple[Any, ...], list[int]] = {}
_unused: dict[tuple[int, int], list[Any]] = {}  # by device and rows: new memory costs as much as thirty steps


def _spare(device: int, rows: int) -> Any:
    try:
        return _unused[device, rows].pop()
    except (KeyError, IndexError):
        return jax.device_put(np.zeros((rows, TILE), np.float32), jax.local_devices()[device])


def filled(runs: Field, lanes: np.ndarray) -> tuple[Tile, np.ndarray]:
    job = runs.job
    where, varied, seeds = _lanes(runs.kind)
    values = np.asarray(runs.values(lanes), np.float64)
    own = [*runs.where, 0, 1]
    where[-len(own) :] = own  # the others write x of the start, which is written over
    varied[-len(own) :, : len(lanes)] = values
    seeds[: len(lanes)] = runs.seeds(lanes)
    numbers = np.zeros(sum(WIDTHS.values()) + PARAMS[job.group[1]], np.float32)
    numbers[: len(job.numbers)] = job.numbers
    return Tile(
        indices=np.array([job.index(name) for name in SHARED], np.int32),
        numbers=numbers,
        limits=np.array([runs.target, runs.near], np.float32),
        where=where,
        varied=varied,
        seeds=seeds,
        chunks=np.int32(-(-len(lanes) // WIDTH)),
        first=np.int32(0),
        last=np.int32(0),
        end=np.int32(_updates(runs, values)),
    ), values


def _updates(runs: Field, values: np.ndarray) -> int:
    """How many updates are made; a budget of evaluations that is the same for all lanes is one of updates."""
    (budget,) = runs.job.part("budget")
    if np.isinf(budget) or runs.job.rule.second_order:
        return runs.job.steps
    costs = set(runs.cost(values).tolist())
    return min(runs.job.steps, int(budget // max(costs)))


def _ends(runs: Field, rows: Any, values: np.ndarray, end: int) -> Ends:
    x, y = rows.theta
    valid, loss, best, arrived, near_x, near_y, since, low, rise, before = (
        rows[name][0] for name in ("valid", "loss", "best", "arrived", "x", "y", "since", "low", "rise", "before")
    )
    with np.errstate(invalid="ignore", over="ignore"):
        lost = ~np.isfinite(np.abs(loss) + np.abs(x) + np.abs(y))
        at_rest = ~lost & ((x - near_x) ** 2 + (y - near_y) ** 2 <= np.float32(runs.near) ** 2)
    if runs.job.rule.second_order:
        spent = np.where(rows.evaluations[0] < 0, -1 - rows.evaluations[0], rows.evaluations[0])
    else:
        spent = np.maximum(valid - 1, 0) * runs.cost(values)
    return Ends(
        theta=np.where(lost, np.float32(np.nan), rows.theta),
        loss=np.where(lost, np.float32(np.nan), loss),
        best=best.copy(),
        n_valid=valid.astype(np.int32),
        arrived=np.where(arrived < np.minimum(valid, NEVER), arrived, -1).astype(np.int32),
        settled=np.where(at_rest, since, -1).astype(np.int32),
        evaluations=spent.astype(np.int64),
        outcome=classified(lost, rise, before, low, np.where(np.isfinite(best), best, 0.0), runs.tolerance, runs.begin),
    )
