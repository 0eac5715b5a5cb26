"""Maps on their way to the browser: a request names a scenario by its link, the answer's parts come as they are found.

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

from visualizer.panels import assets, memory
from visualizer.panels.jobs import Jobs

if TYPE_CHECKING:  # a server's start must not wait for the engine
    from visualizer.maps import Request

NAME = "map"
LONGEST = 20_000  # bytes of a link

_jobs = Jobs()


class Maps:
    """ASGI middleware: answers ``GET /lab/map?<a scenario's link>`` with frames, each a u32 length and a payload."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != f"{memory.base()}/{assets.PREFIX}/{NAME}":
            return await self.app(scope, receive, send)
        asked = _asked(scope["query_string"]) if scope["method"] == "GET" else None
        if asked is None:
            answer = PlainTextResponse("no map", HTTPStatus.NOT_FOUND, {"cache-control": "no-store"})
            return await answer(scope, receive, send)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}  # a proxy would keep the parts together
        stream = StreamingResponse(_frames(asked), media_type="application/octet-stream", headers=headers)
        return await stream(scope, receive, send)


def _asked(query: bytes) -> Request | None:
    from visualizer import maps
    from visualizer.scenario import Scenario

    if len(query) > LONGEST:
        return None
    scenario, _ = Scenario.from_query(dict(parse_qsl(query.decode("latin-1"))))
    return maps.request(scenario)


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
