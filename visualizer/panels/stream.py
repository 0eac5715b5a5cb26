"""Maps and networks on their way to the browser: a request names a scenario, or a study, by its link, and the answer's
parts come as they are found.

No Streamlit is involved: a map takes longer than an edit, and the page must stay quick meanwhile. A browser that wants
another map drops the request, and the computation stops when nobody else waits for it.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from visualizer.panels import memory
from visualizer.panels.jobs import Jobs

if TYPE_CHECKING:  # a server's start must not wait for the engine
    from visualizer.maps import Request

LONGEST = 20_000  # bytes of a link

_jobs = Jobs()


def counts() -> tuple[int, int]:
    """How many maps and networks were asked for since the start, and how many of them were there or under way."""
    return _jobs.asked, _jobs.kept


class Maps:
    """ASGI middleware: answers ``GET /lab/map?<a scenario's link>``, ``/lab/net?<a study's link>`` and ``/lab/view?<the
    same>`` with frames.

    Each is a u32 length and a payload.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = memory.asked(scope)
        if name not in READERS:
            return await self.app(scope, receive, send)
        asked = _asked(name, scope["query_string"]) if scope["method"] == "GET" else None
        if asked is None:
            answer = PlainTextResponse("nothing to compute", HTTPStatus.NOT_FOUND, {"cache-control": "no-store"})
            return await answer(scope, receive, send)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}  # a proxy would keep the parts together
        stream = StreamingResponse(_frames(asked), media_type="application/octet-stream", headers=headers)
        return await stream(scope, receive, send)


def _map(query: dict[str, str]) -> Request | None:
    from visualizer import maps
    from visualizer.scenario import Scenario

    return maps.request(Scenario.from_query(query)[0])


def _study(query: dict[str, str]) -> Request | None:
    from visualizer.networks import link, parts

    return parts.request(link.read(query)[0])


def _view(query: dict[str, str]) -> Request | None:
    from visualizer.networks import link, viewing

    return viewing.request(link.read(query)[0])


READERS = {"map": _map, "net": _study, "view": _view}


def _asked(name: str, query: bytes) -> Request | None:
    return READERS[name](dict(parse_qsl(query.decode("latin-1")))) if len(query) <= LONGEST else None


async def _frames(asked: Request) -> AsyncIterator[bytes]:
    from visualizer.panels import player

    def work(stop: threading.Event) -> Iterator[bytes]:
        try:
            for header, arrays in asked.parts(stop):
                yield _frame(player.pack(header, arrays))
        except ValueError as error:  # what cannot be mapped is an answer too
            text = getattr(error, "text", None)
            yield _frame(player.pack({"kind": "refused", "text": text.pair() if text else [str(error)] * 2}, {}))

    parts = _jobs.listen(asked.key, work)
    try:
        async for part in parts:
            yield part
    finally:
        await parts.aclose()  # type: ignore[attr-defined]


def _frame(payload: bytes) -> bytes:
    return struct.pack("<I", len(payload)) + payload
