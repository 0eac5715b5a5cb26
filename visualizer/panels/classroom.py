"""A class that is asked, as addresses: ``lab/room/...`` for the pages, ``join/CODE`` for whoever answers.

- ``POST open`` {}: {``code``, ``key``}; ``POST ask`` {``code``, ``key``, ``about``}: see ``classroom.questions``;
  ``POST show``, ``POST end`` {``code``, ``key``};
- ``POST vote`` {``code``, ``number``, ``voter``, ``answer``};
- ``GET seen?code&voter`` and ``GET results?code&key``: what ``classroom.rooms`` says. With ``&known=``, the ``mark`` of
  what was seen before, ``seen`` waits until there is something else to say, ``WAIT`` seconds at most;
- ``GET code.svg?code&at``: the address for joining, to be scanned; ``at`` is where the lecturer's page is.

What cannot be done is answered with 400 or 404 and {``refused``}, a key of the strings' section ``poll``. Nothing of it
concerns Streamlit: a phone that joins loads some 30 kB.
"""

from __future__ import annotations

import asyncio
import html
import io
import json
import re
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from visualizer.classroom import rooms
from visualizer.classroom.rooms import RoomError
from visualizer.classroom.store import UnreachableError, store
from visualizer.panels import assets, memory, posted
from visualizer.panels.guard import Pace

WAIT = 20.0  # seconds, less than any proxy's patience
LOOK = 0.5  # seconds between two looks at a room that is waited for
WAITERS = 3000  # more than these are answered at once
LONGEST = 100_000  # bytes of a request
OPENED, REFILL = 20, 3.0  # rooms that may be opened at once; seconds until there may be one more
PLACE = re.compile(r"https?://[^\s\"'<>]{1,200}")
QUIET = {"cache-control": "no-store"}


class Classroom:
    """ASGI middleware: answers for the addresses above, passes everything else on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request, name = Request(scope, receive), memory.asked(scope, "/room")
        if name is not None:
            return await (await _answer(request, name))(scope, receive, send)
        if request.method in {"GET", "HEAD"} and _joins(scope["path"]):
            return await HTMLResponse(page(request), headers=QUIET)(scope, receive, send)
        return await self.app(scope, receive, send)


def _joins(path: str) -> bool:
    """Whether this is the address of a room, with a code or without."""
    return bool(re.fullmatch(re.escape(memory.base()) + r"/join(/[A-Za-z]{0,12})?", path))


async def _answer(request: Request, name: str) -> Response:
    status, found = HTTPStatus.NOT_FOUND, None
    try:
        if request.method == "GET" and name == "code.svg":
            return _scanned(request)
        if request.method == "GET" and name in LOOKS:
            found = await LOOKS[name](dict(request.query_params))
        elif request.method == "POST" and name in ACTS:
            found = await ACTS[name](await posted.body(request, LONGEST))
        status = HTTPStatus.OK if found is not None else status
    except RoomError as refused:
        status, found = HTTPStatus.BAD_REQUEST, {"refused": str(refused)}
    except UnreachableError:
        status, found = HTTPStatus.SERVICE_UNAVAILABLE, {"refused": "no_store"}
    except (KeyError, TypeError, ValueError, RecursionError):
        status, found = HTTPStatus.BAD_REQUEST, {"refused": "no_answer"}
    return JSONResponse({"refused": "nothing"} if found is None else found, status, QUIET)


# ---- what is done ----------------------------------------------------------------------------------------------------


turnstile = Pace(OPENED, 1 / REFILL)  # nobody takes all rooms in a moment


async def _open(_asked: dict[str, Any]) -> dict[str, Any]:
    if not turnstile.passes():
        raise RoomError("full")
    return await rooms.create(store())


async def _ask(asked: dict[str, Any]) -> dict[str, Any]:
    from visualizer.classroom import questions

    code, key = str(asked["code"]), str(asked["key"])
    await rooms.held(store(), code, key, whole=False)  # before anything is worked out
    question = await run_in_threadpool(questions.made, asked["about"])
    return {"number": await rooms.ask(store(), code, key, question)}


async def _show(asked: dict[str, Any]) -> dict[str, Any]:
    await rooms.show(store(), str(asked["code"]), str(asked["key"]))
    return {}


async def _end(asked: dict[str, Any]) -> dict[str, Any]:
    await rooms.end(store(), str(asked["code"]), str(asked["key"]))
    return {}


async def _vote(asked: dict[str, Any]) -> dict[str, Any]:
    await rooms.vote(store(), str(asked["code"]), int(asked["number"]), str(asked["voter"]), asked["answer"])
    return {}


ACTS: dict[str, Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]] = {
    "open": _open,
    "ask": _ask,
    "show": _show,
    "end": _end,
    "vote": _vote,
}

# ---- what is seen ----------------------------------------------------------------------------------------------------

_waiting = 0


async def _seen(asked: dict[str, str]) -> dict[str, Any]:
    """What a room shows, as soon as that is not ``known`` any more."""
    global _waiting
    until = time.monotonic() + (WAIT if "known" in asked and _waiting < WAITERS else 0.0)
    _waiting += 1
    try:
        while (mark := await rooms.mark(store(), asked["code"])) == asked.get("known") and time.monotonic() < until:
            await asyncio.sleep(LOOK)
    finally:
        _waiting -= 1
    if mark == asked.get("known"):
        return {"mark": mark}
    return await rooms.seen(store(), asked["code"], asked.get("voter", ""))


async def _results(asked: dict[str, str]) -> dict[str, Any]:
    return await rooms.results(store(), asked["code"], asked["key"])


LOOKS: dict[str, Callable[[dict[str, str]], Awaitable[dict[str, Any]]]] = {"seen": _seen, "results": _results}


# ---- joining ---------------------------------------------------------------------------------------------------------


def _scanned(request: Request) -> Response:
    import segno

    code, at = rooms.plain_code(request.query_params["code"]), request.query_params["at"]
    if not PLACE.fullmatch(at):
        raise ValueError("no address")
    drawn = io.BytesIO()
    segno.make_qr(f"{at.rstrip('/')}/join/{code}").save(drawn, kind="svg", border=2, dark="#000", light="#fff", scale=8)
    return Response(drawn.getvalue(), headers=QUIET, media_type="image/svg+xml")


def page(request: Request) -> str:
    """The page of whoever answers: small, and without Streamlit."""
    lang = _language(request)
    folder = assets.folder(memory.base())
    words = assets.strings()
    told = {name: words[lang][name] for name in ("join", "poll")}
    data = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    return f"""<!doctype html>
<html lang="{"zh-Hans" if lang == "zh" else "en"}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>{html.escape(words[lang]["join"]["title"])} · Descent Lab</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="{folder}join.css">
<script type="application/json" id="words">{data}</script>
<script type="module" src="{folder}join.mjs"></script></head>
<body><main></main></body></html>"""


def _language(request: Request) -> str:
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return "zh" if asked.lower().startswith("zh") else "en"
