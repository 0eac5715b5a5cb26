"""Long work that many may wait for: done once, heard by any number of listeners from its beginning.

Three hundred students who open one link wait for one map. Work that nobody listens to any more is stopped; what was
finished is kept for the next who asks, as long as there is room.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator

#: Yields the parts of a result as they are found; returns early soon after the event is set.
Work = Callable[[threading.Event], Iterator[bytes]]

AT_ONCE = 4  # pieces of work: each uses all processors, so more would only make every one of them slower
ROOM = 64 * 2**20  # bytes of finished work that are kept

log = logging.getLogger(__name__)


class Job:
    """One piece of work, and those who listen to it."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.ended = False
        self.failed = False
        self.stop = threading.Event()
        self._listeners: set[Callable[[], None]] = set()
        self._guard = threading.Lock()

    def add(self, part: bytes) -> None:
        self.parts.append(part)
        self._call()

    def end(self) -> None:
        self.ended = True
        self._call()

    def _call(self) -> None:
        with self._guard:
            listeners = list(self._listeners)
        for listener in listeners:
            listener()

    def join(self, listener: Callable[[], None]) -> None:
        """``listener`` is called, from another thread, whenever there is more, and at the end."""
        with self._guard:
            self._listeners.add(listener)

    def leave(self, listener: Callable[[], None]) -> bool:
        """Whether somebody still listens."""
        with self._guard:
            self._listeners.discard(listener)
            return bool(self._listeners)


class Jobs:
    """Jobs by what they are of."""

    def __init__(self, at_once: int = AT_ONCE, room: int = ROOM) -> None:
        self._room = room
        self._turn = threading.Semaphore(at_once)
        self._guard = threading.Lock()
        self.asked = self.kept = 0  # since the start; ``kept`` counts work under way as well
        self._running: dict[str, Job] = {}
        self._finished: OrderedDict[str, Job] = OrderedDict()  # the one that was asked for last comes last

    async def listen(self, key: str, work: Work) -> AsyncIterator[bytes]:
        """The parts of the work called ``key``, which is begun if it is not under way or finished.

        Raises ``RuntimeError`` where the work has failed. Whoever does not want the rest closes the iterator.
        """
        woken, loop = asyncio.Event(), asyncio.get_running_loop()

        def listener() -> None:
            loop.call_soon_threadsafe(woken.set)

        job = self._join(key, work, listener)
        try:
            at = 0
            while True:
                woken.clear()
                ended = job.ended  # before the parts are looked at: none comes after it
                while at < len(job.parts):
                    yield job.parts[at]
                    at += 1
                if ended:
                    break
                await woken.wait()
        finally:
            self._leave(key, job, listener)
        if job.failed:
            raise RuntimeError(f"{key} failed")

    def _join(self, key: str, work: Work, listener: Callable[[], None]) -> Job:
        with self._guard:
            job = self._finished.get(key) or self._running.get(key)
            if key in self._finished:
                self._finished.move_to_end(key)
            begun = job is not None
            self.asked += 1
            self.kept += begun
            job = job or Job()
            job.join(listener)
            if not begun:
                self._running[key] = job
        if not begun:
            threading.Thread(target=self._run, args=(key, job, work), name="job", daemon=True).start()
        return job

    def _leave(self, key: str, job: Job, listener: Callable[[], None]) -> None:
        with self._guard:
            if not job.leave(listener) and not job.ended:
                job.stop.set()
                if self._running.get(key) is job:  # the next who asks begins anew
                    del self._running[key]

    def _run(self, key: str, job: Job, work: Work) -> None:
        with self._turn:
            try:
                for part in () if job.stop.is_set() else work(job.stop):
                    job.add(part)
            except Exception:
                log.exception("a job failed")
                job.failed = True
        with self._guard:
            if self._running.get(key) is job:
                del self._running[key]
            if not job.failed and not job.stop.is_set():
                self._keep(key, job)
        job.end()

    def _keep(self, key: str, job: Job) -> None:
        self._finished[key] = job
        while sum(len(part) for one in self._finished.values() for part in one.parts) > self._room:
            self._finished.popitem(last=False)
