"""Work in several parts that tells how far it is, and can be given up between them."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
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
        while (share := told.get()) is not None:
            if not isinstance(share, float):
                yield share
            elif time.monotonic() - last >= PACE:
                last = time.monotonic()
                yield share
        yield result.result()


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
