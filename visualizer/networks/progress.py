"""Work in several parts that tells how far it is, and can be given up between them."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple, TypeVar

from visualizer.maps import Part
from visualizer.simulate.tiles import Cancelled

PACE = 0.1  # seconds between two words about progress

Progress = Callable[[float], None]
Found = TypeVar("Found")


def go_on(*stops: threading.Event | None) -> None:
    """Raises ``Cancelled`` when one of the events is set."""
    if any(stop is not None and stop.is_set() for stop in stops):
        raise Cancelled


def together(pool: ThreadPoolExecutor, calls: Iterable[Callable[[], Found]], stop: threading.Event) -> Iterator[Found]:
    """What the calls give, in their order, made by a pool of threads. When one fails, and when the iterator is closed,
    ``stop`` is set, which those under way look at, and those that wait are not begun.
    """
    waiting = [pool.submit(call) for call in calls]
    try:
        for one in waiting:
            yield one.result()
    finally:
        stop.set()
        for one in waiting:
            one.cancel()


def portion(told: Progress, begin: float, share: float) -> Progress:
    """For a part of some work, which is so large a ``share`` of it."""
    return lambda done: told(begin + share * done)


def by_seed(
    work: Callable[[int, Progress], Found],
    seeds: Sequence[int],
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Iterator[Found]:
    """What the work gives for each seed, in their order, done for as many at a time as there are processors.

    The work tells how far it is often, for that is when it is given up.
    """
    stop, guard, shares = threading.Event(), threading.Lock(), dict.fromkeys(range(len(seeds)), 0.0)

    def one(k: int) -> Found:
        def told(share: float) -> None:
            go_on(stop, cancel)
            with guard:
                shares[k] = max(shares[k], share)
                if progress:
                    progress(sum(shares.values()) / len(seeds))

        told(0.0)
        found = work(seeds[k], told)
        told(1.0)
        return found

    with ThreadPoolExecutor(os.cpu_count(), "seeds") as pool:  # of its own: train's threads do the work
        yield from together(pool, [partial(one, k) for k in range(len(seeds))], stop)


class Work(NamedTuple):
    """Who may give it up, and who is told which share is done; ``begin`` to ``begin + share`` of the whole is this."""

    cancel: threading.Event | None = None
    told: Progress | None = None
    begin: float = 0.0
    share: float = 1.0

    def part(self, k: int, count: int) -> Work:
        """Part ``k`` of ``count``, all as long. Raises ``Cancelled`` when it was given up."""
        go_on(self.cancel)
        return self._replace(begin=self.begin + self.share * k / count, share=self.share / count)

    def progress(self, share: float) -> None:
        if self.told:
            self.told(min(1.0, self.begin + self.share * share))


def with_progress(work: Callable[[Callable[[Any], None]], Found]) -> Iterator[Any | Found]:
    """Shares of the work that are done, from time to time, whatever else it tells, and then what it gives; raises what
    it raises.
    """
    told: queue.SimpleQueue[Any] = queue.SimpleQueue()
    with ThreadPoolExecutor(1, "study") as pool:
        result = pool.submit(work, told.put)
        result.add_done_callback(lambda _: told.put(None))
        last = time.monotonic()
        while (news := told.get()) is not None:
            if not isinstance(news, float):
                yield news
            elif time.monotonic() - last >= PACE:
                last = time.monotonic()
                yield news
        yield result.result()


def streamed(work: Callable[[Progress], Iterator[Found]]) -> Iterator[tuple[float, Found | None]]:
    """What the work gives, as soon as it is there, with the share that is done then; from time to time a share alone.

    Raises what the work raises.
    """

    def run(told: Callable[[Any], None]) -> None:
        share = 0.0

        def tell(now: float) -> None:
            nonlocal share
            share = max(share, now)
            told(share)

        for found in work(tell):
            told((share, found))

    for news in with_progress(run):
        if news is not None:
            yield (news, None) if isinstance(news, float) else news


def waited(work: Callable[[Progress], Found], begin: float = 0.0, share: float = 1.0) -> Generator[Part, None, Found]:
    """What the work gives, to be had by ``yield from``, which meanwhile yields parts that say how far a view is.

    The work is ``share`` of the whole, and begins when ``begin`` of it is done.
    """
    for told in with_progress(work):
        if isinstance(told, float):
            yield {"kind": "part", "of": "progress", "done": begin + share * told}, {}
        else:
            found = told
    return found
