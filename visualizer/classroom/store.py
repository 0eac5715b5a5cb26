"""Where rooms are kept: in this process, or in a Redis that several servers share.

A room is one text and, for the question it is at, a text for each voter. All of it expires, and is bounded: see the
constants. Both stores behave alike; ``tests/test_classroom.py`` holds them to that.
"""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

#: The address of a Redis, e.g. ``redis://store:6379/0``; empty for a store within this process.
STORE = "DESCENT_LAB_STORE"

LASTS = 2 * 3600  # seconds from the last act of its lecturer
ROOMS = 64
VOTERS = 1000  # of a question
ROOM_BYTES = 300_000  # of its question; an answer has 450 at most


class UnreachableError(Exception):
    """The store does not answer."""


class Store(Protocol):
    """Rooms by their code; ``number`` is that of a question in its room."""

    async def create(self, code: str, room: str) -> bool:
        """Keep a new room; False if its code is taken, or all rooms are."""

    async def read(self, code: str) -> str | None: ...

    async def write(self, code: str, room: str) -> None:
        """In place of the room that is there; it lasts ``LASTS`` seconds from now."""

    async def vote(self, code: str, number: int, voter: str, vote: str) -> bool:
        """In place of the voter's earlier vote; False if there are ``VOTERS`` others."""

    async def voted(self, code: str, number: int, voter: str) -> str | None: ...

    async def votes(self, code: str, number: int) -> dict[str, str]:
        """Voter -> vote."""

    async def forget(self, code: str, number: int) -> None:
        """The votes of a question."""

    async def remove(self, code: str, number: int) -> None:
        """The room, and the votes of the question it was at."""


@dataclass
class _Room:
    text: str
    until: float
    votes: dict[int, dict[str, str]] = field(default_factory=dict)


class Embedded:
    """Rooms in this process. Not locked: everything happens in the server's one event loop."""

    def __init__(self) -> None:
        self._rooms: dict[str, _Room] = {}

    def _room(self, code: str) -> _Room | None:
        found = self._rooms.get(code)
        if found and found.until < time.monotonic():
            del self._rooms[code]
            return None
        return found

    async def create(self, code: str, room: str) -> bool:
        for known in list(self._rooms):
            self._room(known)  # what has expired goes
        if code in self._rooms or len(self._rooms) >= ROOMS:
            return False
        self._rooms[code] = _Room(room, time.monotonic() + LASTS)
        return True

    async def read(self, code: str) -> str | None:
        found = self._room(code)
        return found.text if found else None

    async def write(self, code: str, room: str) -> None:
        if found := self._room(code):
            found.text, found.until = room, time.monotonic() + LASTS

    async def vote(self, code: str, number: int, voter: str, vote: str) -> bool:
        found = self._room(code)
        if found is None:
            return False
        votes = found.votes.setdefault(number, {})
        if voter not in votes and len(votes) >= VOTERS:
            return False
        votes[voter] = vote
        return True

    async def voted(self, code: str, number: int, voter: str) -> str | None:
        return (await self.votes(code, number)).get(voter)

    async def votes(self, code: str, number: int) -> dict[str, str]:
        found = self._room(code)
        return found.votes.get(number, {}) if found else {}

    async def forget(self, code: str, number: int) -> None:
        if found := self._room(code):
            found.votes.pop(number, None)

    async def remove(self, code: str, number: int) -> None:
        self._rooms.pop(code, None)


class Redis:
    """Rooms in a Redis, under ``descent-lab:``; many who wait for the same room ask for it once."""

    FRESH = 0.3  # seconds that a room which was read is taken for what is there
    OPEN = "descent-lab:rooms"  # the codes of all rooms, by when they expire

    def __init__(self, client: Any) -> None:
        """``client``: a ``redis.asyncio.Redis`` that decodes its answers."""
        self._redis = client
        self._read: dict[str, tuple[float, asyncio.Future[str | None]]] = {}

    @staticmethod
    def _room(code: str) -> str:
        return f"descent-lab:room:{code}"

    @staticmethod
    def _votes(code: str, number: int) -> str:
        return f"descent-lab:votes:{code}:{number}"

    async def _ask(self, command: str, *given: Any, **more: Any) -> Any:
        from redis.exceptions import RedisError

        try:
            return await getattr(self._redis, command)(*given, **more)
        except (RedisError, OSError) as error:
            raise UnreachableError(str(error)) from error

    async def create(self, code: str, room: str) -> bool:
        await self._ask("zremrangebyscore", self.OPEN, "-inf", time.time())  # what has expired goes
        if await self._ask("zcard", self.OPEN) >= ROOMS:
            return False
        if not await self._ask("set", self._room(code), room, ex=LASTS, nx=True):
            return False
        await self._ask("zadd", self.OPEN, {code: time.time() + LASTS})
        return True

    async def read(self, code: str) -> str | None:
        now, known = time.monotonic(), self._read.get(code)
        if known is None or now - known[0] > self.FRESH:
            self._read = {one: held for one, held in self._read.items() if now - held[0] <= self.FRESH}
            asked = asyncio.ensure_future(self._ask("get", self._room(code)))
            known = self._read[code] = (now, asked)
        return await asyncio.shield(known[1])

    async def write(self, code: str, room: str) -> None:
        if await self._ask("set", self._room(code), room, ex=LASTS, xx=True):
            await self._ask("zadd", self.OPEN, {code: time.time() + LASTS})
        self._read.pop(code, None)

    async def vote(self, code: str, number: int, voter: str, vote: str) -> bool:
        key = self._votes(code, number)
        if await self._ask("hlen", key) >= VOTERS and not await self._ask("hexists", key, voter):
            return False
        await self._ask("hset", key, voter, vote)
        await self._ask("expire", key, LASTS)
        return True

    async def voted(self, code: str, number: int, voter: str) -> str | None:
        found = await self._ask("hget", self._votes(code, number), voter)
        return None if found is None else str(found)

    async def votes(self, code: str, number: int) -> dict[str, str]:
        return dict(await self._ask("hgetall", self._votes(code, number)))

    async def forget(self, code: str, number: int) -> None:
        await self._ask("delete", self._votes(code, number))

    async def remove(self, code: str, number: int) -> None:
        await self._ask("delete", self._room(code), self._votes(code, number))
        await self._ask("zrem", self.OPEN, code)
        self._read.pop(code, None)


@cache
def store() -> Store:
    """The one of this server, as the environment says. Raises ``ValueError`` for what is no address of a Redis."""
    address = os.environ.get(STORE, "")
    if not address:
        return Embedded()
    from redis.asyncio import Redis as Client  # only a server that shares its rooms needs it

    return Redis(Client.from_url(address, decode_responses=True, socket_timeout=2, socket_connect_timeout=2))
