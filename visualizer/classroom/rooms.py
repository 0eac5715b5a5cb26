"""Rooms: opened, asked in, answered in, shut. All of it is plain data that any server with the same store goes on with.

A room is at one question at a time, number 1, 2, ...; before the first it is at 0. A question is open to answers until
its lecturer lets everybody see (``shown``). What is kept of a room is a line of JSON that is short, for those who only
wait, and one with the question.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from visualizer.classroom.store import ROOM_BYTES, Store

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read as another, or as a digit
LENGTH = 4
TRIES = 50
VOTER = re.compile(r"[0-9a-f]{16,32}")
HIDDEN = ("answer", "reveal", "path")  # of a question, as long as it is open


class RoomError(ValueError):
    """What cannot be done in a room; the text is a key of the strings' section ``poll``."""


def plain_code(text: str) -> str:
    """A code as somebody types it, in capitals; raises ``RoomError`` for what can be none."""
    found = text.strip().upper()
    if len(found) != LENGTH or not set(found) <= set(LETTERS):
        raise RoomError("no_room")
    return found


async def create(store: Store) -> dict[str, str]:
    """A room: its ``code``, and the ``key`` that only its lecturer has. Raises ``RoomError``."""
    key = secrets.token_urlsafe(24)
    text = _text(Room(_mark(key), 0, False, None))
    for _ in range(TRIES):
        code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        if await store.create(code, text):
            return {"code": code, "key": key}
    raise RoomError("full")


def _mark(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True)
class Room:
    """``key`` is a hash of the lecturer's; ``question`` is None before the first."""

    key: str
    number: int
    shown: bool
    question: dict[str, Any] | None

    @property
    def mark(self) -> str:
        """Another one as soon as there is something else to see."""
        return f"{self.number}{'s' if self.shown else 'o'}"


def _text(room: Room) -> str:
    found = f"{json.dumps([room.key, room.number, room.shown])}\n{json.dumps(room.question, separators=(',', ':'))}"
    if len(found) > ROOM_BYTES:
        raise RoomError("too_long")
    return found


async def _room(store: Store, code: str, whole: bool = True) -> Room:
    """The room, with its question if it is wanted ``whole``; raises ``RoomError`` if there is none."""
    found = await store.read(plain_code(code))
    if found is None:
        raise RoomError("no_room")
    head, _, question = found.partition("\n")
    key, number, shown = json.loads(head)
    return Room(key, number, shown, json.loads(question) if whole else None)


async def mark(store: Store, code: str) -> str:
    """See ``Room.mark``. Raises ``RoomError``."""
    return (await _room(store, code, whole=False)).mark


async def held(store: Store, code: str, key: str, whole: bool = True) -> Room:
    """The room, for its lecturer; raises ``RoomError`` for everybody else."""
    found = await _room(store, code, whole)
    if not hmac.compare_digest(found.key, _mark(key)):
        raise RoomError("not_yours")
    return found


async def ask(store: Store, code: str, key: str, question: dict[str, Any]) -> int:
    """Put a question (see ``questions``) in place of the one before; its number. Raises ``RoomError``."""
    before = await held(store, code, key, whole=False)
    now = Room(before.key, before.number + 1, False, question)
    await store.write(plain_code(code), _text(now))
    await store.forget(plain_code(code), before.number)
    return now.number


async def show(store: Store, code: str, key: str) -> None:
    """No more answers; everybody sees. Raises ``RoomError``."""
    await store.write(plain_code(code), _text(replace(await held(store, code, key), shown=True)))


async def end(store: Store, code: str, key: str) -> None:
    """Shut the room. Raises ``RoomError``."""
    found = await held(store, code, key, whole=False)
    await store.remove(plain_code(code), found.number)


async def vote(store: Store, code: str, number: int, voter: str, answer: Any) -> None:
    """Answer, or answer anew, with a choice's number or a sketch's points. Raises ``RoomError``."""
    found = await _room(store, code)
    if found.number != number or found.shown or found.question is None:
        raise RoomError("too_late")
    if not VOTER.fullmatch(voter):
        raise RoomError("no_answer")
    kept = json.dumps(_answer(found.question, answer), separators=(",", ":"))
    if not await store.vote(plain_code(code), number, voter, kept):
        raise RoomError("crowded")


def _answer(question: dict[str, Any], answer: Any) -> Any:
    """The answer in the form in which it is kept; raises ``RoomError`` for what is none to this question."""
    from visualizer.classroom import sketches

    if question["kind"] == "sketch":
        return sketches.packed(answer, question["plane"]["window"])
    if type(answer) is not int or not 0 <= answer < len(question["choices"]):
        raise RoomError("no_answer")
    return answer


async def _votes(store: Store, code: str, number: int) -> list[Any]:
    return [json.loads(one) for one in (await store.votes(plain_code(code), number)).values()]


async def seen(store: Store, code: str, voter: str = "") -> dict[str, Any]:
    """What the class sees of a room: ``number``, ``shown``, ``question``, ``mark``, and ``mine``, a voter's answer.

    Once shown, also ``counts`` of a question with choices, or the ``score`` of the voter's sketch; not before, nor the
    question's ``answer``, ``reveal`` and ``path``. Raises ``RoomError``.
    """
    from visualizer.classroom import sketches

    found = await _room(store, code)
    question = found.question
    told: dict[str, Any] = {"number": found.number, "shown": found.shown, "mark": found.mark, "question": None}
    if question is None:
        return told
    kept = await store.voted(plain_code(code), found.number, voter) if VOTER.fullmatch(voter) else None
    mine = told["mine"] = None if kept is None else json.loads(kept)
    if not found.shown:
        return told | {"question": {name: value for name, value in question.items() if name not in HIDDEN}}
    told["question"] = question
    if question["kind"] == "choice":
        return told | {"counts": counted(question, await _votes(store, code, found.number))}
    if mine is not None:
        (told["score"],) = await asyncio.to_thread(sketches.scored, [mine], question)
    return told


async def results(store: Store, code: str, key: str) -> dict[str, Any]:
    """What the lecturer sees: ``number``, ``shown``, ``count``, ``kind``; ``counts`` and ``answer``, or ``sketches``.

    Sketches are as ``classroom.sketches`` keeps them. ``answer`` and ``scores`` are None until they are shown. Raises
    ``RoomError``.
    """
    from visualizer.classroom import sketches

    found = await held(store, code, key)
    votes, question = await _votes(store, code, found.number), found.question
    told: dict[str, Any] = {"number": found.number, "shown": found.shown, "count": len(votes)}
    if question is None:
        return told
    told["kind"] = question["kind"]
    if question["kind"] == "choice":
        return told | {"counts": counted(question, votes), "answer": question["answer"] if found.shown else None}
    told["sketches"] = votes
    return told | {"scores": await asyncio.to_thread(sketches.scored, votes, question) if found.shown else None}


def counted(question: dict[str, Any], votes: Sequence[int]) -> list[int]:
    """How many took each choice."""
    return [votes.count(k) for k in range(len(question["choices"]))]
