"""The server around the page: what it sends besides Streamlit's own, and what it does before it answers.

``streamlit run app.py`` and ``uvicorn app:app`` are the same program: both start ``app`` of ``app.py``, which is made
of the middleware and the lifespan below. Nothing here may read Streamlit's configuration while it is imported: until
``st.App`` exists, Streamlit does not know which folder's ``.streamlit/config.toml`` is meant.
"""

import gc
import os
import re
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from visualizer.panels import assets, classroom, guard, journal, lessons, memory, metrics, save, stream, tuned

#: Who may show the page in a frame besides itself, e.g. a course's site: origins, separated by spaces.
FRAME_ANCESTORS = "DESCENT_LAB_FRAME_ANCESTORS"

#: How many of the engine's executables are held, of 20 MB each.
PROGRAMS = 32

#: When garbage is collected. A full collection looks at all that three hundred sessions hold and stops everybody for
#: half a second; by Python's own numbers there is one every seven seconds of a lecture.
COLLECT = (5000, 10, 50)

tuned.install()


def middleware() -> list[Middleware]:
    """Around Streamlit's own, the outermost first."""
    around = (journal.Numbered, SecurityHeaders, metrics.Metrics, guard.Guard)
    ours = (memory.Index, stream.Maps, lessons.Lessons, save.Saved, classroom.Classroom, memory.Missing)
    files = Middleware(memory.Memory, always=lambda: _raw().items())
    return [files, *(Middleware(one) for one in (*around, *ours))]


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Pay for imports and compilation before the port answers; keep what they leave out of every later collection."""
    from visualizer import simulate
    from visualizer.panels import pages  # noqa: F401  (the first visitor does not wait for its imports)
    from visualizer.simulate import compiled

    journal.install()
    guard.make_room()
    compiled.bound(PROGRAMS)
    simulate.warm(simulate.FIRST)
    memory.table(memory.base())
    _settle()
    gc.set_threshold(*COLLECT)
    # In a thread: compilers let go of the GIL, and the port need not wait.
    threading.Thread(target=_prepare, name="prepare", daemon=True).start()
    yield


def _prepare() -> None:
    """What visitors will ask for soon."""
    from visualizer import simulate
    from visualizer.lessons.shelf import shelf
    from visualizer.networks.warm import USUAL, warm
    from visualizer.simulate import compiled

    memory.compress_first_visit()
    simulate.warm(simulate.USUAL)
    warm(USUAL)
    shelf()
    simulate.warm(simulate.FIRST)  # asked for last, they are held longest
    compiled.trim()
    _settle()


def _settle() -> None:
    """What is there now stays: no later collection looks at it again."""
    gc.collect()
    gc.freeze()


class SecurityHeaders:
    """ASGI middleware: security headers on every answer, and on a page what its browser should begin to fetch."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_more(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = _raw()
                message["headers"] = [one for one in message["headers"] if one[0].lower() not in own] + [*own.items()]
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["link"] = assets.preload(memory.base(), assets.entry(scope["query_string"]))
                    # Or a browser would be told "not modified", and fetch what its older copy's link names.
                    del headers["etag"], headers["last-modified"]
            await send(message)

        await self.app(scope, receive, send_more if scope["type"] == "http" else send)


@cache
def _raw() -> dict[bytes, bytes]:
    """The same as ASGI has them."""
    return {name.encode(): value.encode() for name, value in security().items()}


@cache
def security() -> dict[str, str]:
    """The headers that keep a page to itself: nothing from outside is loaded, and nothing is told to the outside."""
    policy = {
        "default-src": "'self'",
        # Streamlit imports a component's script from a blob: URL; Plotly compiles its WebGL code at run time.
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": "'self' data: blob:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "frame-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": " ".join(["'self'", *_frame_ancestors()]),
    }
    return {
        "content-security-policy": "; ".join(f"{name} {sources}" for name, sources in policy.items()),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
    }


def _frame_ancestors() -> list[str]:
    """The origins of the environment; raises ``ValueError`` for what could change the rest of the policy."""
    origins = os.environ.get(FRAME_ANCESTORS, "").split()
    for origin in origins:
        if not re.fullmatch(r"https?://[\w.*-]+(:\d+)?", origin):
            raise ValueError(f"{FRAME_ANCESTORS}: {origin!r} is not an origin such as https://course.example.edu")
    return origins
