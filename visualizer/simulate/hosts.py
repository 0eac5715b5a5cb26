"""Several processes that compute one map together, on one machine or many: each takes its share of the lanes.

They are the processes of ``jax.distributed``, which ``DESCENT_LAB_HOSTS`` joins (``backend.py``), or a program's own
call; a process alone has all of the lanes, and runs the same code. All of them call the same functions with the same
arguments. The lanes are dealt out by their numbers, ``BLOCK`` of them in turn to each, so that the shares are equally
large and equally dear, and are the same whatever the processors and devices of each. Nothing is sent before the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
from jax.experimental import multihost_utils

from visualizer.backend import jax
from visualizer.simulate.lanes import TILE

BLOCK = 128  # lanes: a chunk of them, which a step computes at once


def mine(parts: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """This process' lanes of the parts, which are arrays of lane numbers, in parts of about their size."""
    parts, (index, processes) = iter(parts), place()
    while some := list(islice(parts, processes)):
        lanes = np.concatenate(some)
        own = lanes[lanes // BLOCK % processes == index]
        yield from (own[at : at + TILE] for at in range(0, len(own), TILE))


def count(total: int) -> int:
    """How many of the lanes 0 .. total - 1 are this process'."""
    index, processes = place()
    rounds, rest = divmod(total, BLOCK * processes)
    return rounds * BLOCK + min(max(rest - index * BLOCK, 0), BLOCK)


def place() -> tuple[int, int]:
    """This process' number, and how many there are."""
    return jax.process_index(), jax.process_count()


def complete(arrays: Sequence[np.ndarray]) -> None:
    """Fills arrays ``(total, ...)``, of which each process has its own lanes, with those of all the others.

    All processes get all of it: what does not fit one memory belongs into files (``shards.py``). Every process has to
    come here, or those that have wait for it. They need as many devices each.
    """
    index, processes = place()
    if processes == 1:
        return  # there are no others
    total = len(arrays[0])
    owner = np.arange(total) // BLOCK % processes
    lanes = [np.flatnonzero(owner == k) for k in range(processes)]
    for array in arrays:
        sent = np.zeros((len(lanes[0]), *array.shape[1:]), array.dtype)  # the first process has the most
        sent[: len(lanes[index])] = array[lanes[index]]
        raw = sent.reshape(len(sent), -1).view(np.uint8)  # no arithmetic, so no NaN is changed
        for own, part in zip(lanes, multihost_utils.process_allgather(raw), strict=True):
            array[own] = np.ascontiguousarray(part[: len(own)]).view(array.dtype).reshape(len(own), *array.shape[1:])
