"""Long work on the server: one for all who ask, stopped when nobody listens, kept when it is done."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from visualizer.panels.jobs import Jobs, Work


def counting(parts: int, begun: list[str], *, gate: threading.Event | None = None) -> Work:
    """Work that says when it begins, and waits for the gate before its last part."""

    def work(stop: threading.Event) -> Iterator[bytes]:
        begun.append("begun")
        for k in range(parts):
            if gate and k == parts - 1:
                while not gate.wait(0.005):
                    if stop.is_set():
                        begun.append("stopped")
                        return
            yield b"%d" % k

    return work


def run(asking: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: the browser's tests leave this one with a loop that runs."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, asking).result()


async def all_of(parts: AsyncIterator[bytes]) -> list[bytes]:
    return [part async for part in parts]


def until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 5
    while not true() and time.monotonic() < end:
        time.sleep(0.005)
    return true()


def test_it_is_done_once_for_all_who_ask_before_and_after_it_is_finished() -> None:
    begun: list[str] = []
    gate = threading.Event()

    async def ask() -> None:
        jobs = Jobs()
        first, second = jobs.listen("a", counting(3, begun, gate=gate)), jobs.listen("a", counting(3, begun))
        assert [await anext(first), await anext(first), await anext(second)] == [b"0", b"1", b"0"]
        gate.set()
        assert [await all_of(first), await all_of(second)] == [[b"2"], [b"1", b"2"]]
        assert await all_of(jobs.listen("a", counting(3, begun))) == [b"0", b"1", b"2"]
        assert await all_of(jobs.listen("b", counting(1, begun))) == [b"0"]

    run(ask())
    assert begun == ["begun", "begun"]


def test_it_goes_on_while_one_still_listens_and_stops_soon_after_the_last_has_left() -> None:
    begun: list[str] = []
    gate = threading.Event()

    async def ask() -> None:
        jobs = Jobs()
        first, second = (jobs.listen("a", counting(2, begun, gate=gate)) for _ in range(2))
        await anext(first)
        await anext(second)
        await first.aclose()
        await asyncio.sleep(0.05)
        assert begun == ["begun"]
        await second.aclose()
        assert until(lambda: begun == ["begun", "stopped"])
        gate.set()
        assert await all_of(jobs.listen("a", counting(2, begun))) == [b"0", b"1"], "what was stopped is not the result"

    run(ask())
    assert begun == ["begun", "stopped", "begun"]


def test_so_many_run_at_once_and_one_that_is_left_while_it_waits_never_begins() -> None:
    begun: list[str] = []
    gate = threading.Event()

    async def ask() -> None:
        jobs = Jobs(at_once=1)
        busy = jobs.listen("busy", counting(2, begun, gate=gate))
        await anext(busy)
        waiting = asyncio.ensure_future(anext(jobs.listen("waiting", counting(1, begun))))
        await asyncio.sleep(0.05)
        assert begun == ["begun"]
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await asyncio.sleep(0.05)  # the generator's end
        gate.set()
        assert await all_of(busy) == [b"1"]
        assert await all_of(jobs.listen("next", counting(1, begun))) == [b"0"]

    run(ask())
    assert begun == ["begun", "begun"]


def test_what_fails_is_said_and_tried_again() -> None:
    def broken(stop: threading.Event) -> Iterator[bytes]:
        yield b"0"
        raise ValueError("broken")

    async def ask() -> None:
        jobs = Jobs()
        parts = jobs.listen("a", broken)
        assert await anext(parts) == b"0"
        with pytest.raises(RuntimeError, match="a failed"):
            await anext(parts)
        assert await all_of(jobs.listen("a", counting(1, []))) == [b"0"]

    run(ask())


def test_the_oldest_make_room() -> None:
    begun: list[str] = []

    async def ask() -> None:
        jobs = Jobs(room=7)
        for key in ("a", "b", "a", "c", "a", "b"):  # three bytes each: two have room
            await all_of(jobs.listen(key, counting(3, begun)))

    run(ask())
    assert len(begun) == 4, "c pushed b out, for a was asked for later"
