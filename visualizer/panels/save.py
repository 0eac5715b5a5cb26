"""Files for whoever wants to take a race away: ``GET /lab/save/<kind>?<link>``, with a kind of ``takeaway.TYPES``.

A link that the page would mend is refused with 404, as is everything else that nobody on the page asks for. No
Streamlit is involved: whoever saves does not disturb who plays.
"""

from __future__ import annotations

from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from visualizer.panels import memory

LONGEST = 20_000  # bytes of a link


class Saved:
    """ASGI middleware: answers with a file to keep, passes everything else on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = memory.asked(scope, "/save")
        if kind is None:
            return await self.app(scope, receive, send)
        found = None
        if scope["method"] == "GET" and len(scope["query_string"]) <= LONGEST:
            found = await run_in_threadpool(_file, kind, scope["query_string"])
        answer = found or PlainTextResponse("nothing to save", HTTPStatus.NOT_FOUND, {"cache-control": "no-store"})
        return await answer(scope, receive, send)


def _file(kind: str, query: bytes) -> Response | None:
    """The file of a link, to be kept and not to be shown; None where there is none."""
    from visualizer.panels import takeaway  # a server's start must not wait for the engine

    try:
        scenario, lang = takeaway.read(query.decode("ascii"))
        content = takeaway.content(kind, scenario, lang)
    except ValueError:
        return None
    name = takeaway.name(kind, scenario)
    headers = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type=takeaway.TYPES[kind])
