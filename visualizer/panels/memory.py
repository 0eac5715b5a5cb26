"""Files that never change, from memory: the page's own assets and Streamlit's static files.

Streamlit reads its files from the disk for every request and sends them uncompressed. 300 students who open a link at
the same moment are 300 times 2.3 MB; from here it is 0.7 MB each and hardly any work: some seventy answers a visit,
ready before they are asked for.
"""

import gzip
import hashlib
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from visualizer.panels import assets

STREAMLIT = Path(st.__file__).parent / "static"
TYPES = assets.TYPES | {".woff2": "font/woff2", ".woff": "font/woff"}
READING = frozenset({"GET", "HEAD"})
FOREVER = "public, max-age=31536000, immutable"

RawHeaders = list[tuple[bytes, bytes]]


@dataclass
class Stored:
    """One file: read and compressed once, when first asked for. ``head`` is what an answer says of it."""

    read: Callable[[], bytes]
    content_type: str
    ready: bool = False
    body: bytes = b""
    compressed: bool = False
    etag: bytes = b""
    head: RawHeaders = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def load(self) -> None:
        """Fill what follows ``ready``; whoever comes second waits for the first."""
        with self._lock:
            if self.ready:
                return
            content = self.read()
            packed = gzip.compress(content, 9, mtime=0)
            self.compressed = len(packed) < 0.9 * len(content)  # a font is compressed already
            self.body = packed if self.compressed else content
            # Weak: it names the file, whether it travels compressed or not.
            self.etag = f'W/"{hashlib.sha256(content).hexdigest()[:16]}"'.encode()
            self.head = [(b"cache-control", FOREVER.encode()), (b"etag", self.etag), (b"vary", b"accept-encoding")]
            self.ready = True


@cache
def table(base: str) -> dict[str, Stored]:
    """URL path -> file, for a server at ``base``, an empty string or ``/path``."""
    lab = assets.folder(base)
    ours = {lab + name: Stored(partial(bytes, body), kind) for name, (body, kind) in assets.served().items()}
    ours |= {lab + name: Stored(build, TYPES[".mjs"]) for name, (build, _) in assets.later().items()}
    theirs = {
        f"{base}/{path.relative_to(STREAMLIT).as_posix()}": Stored(path.read_bytes, TYPES[path.suffix])
        for path in (STREAMLIT / "static").rglob("*")
        if path.suffix in TYPES
    }
    return ours | theirs


def base() -> str:
    """``server.baseUrlPath`` as an empty string or ``/path``."""
    path = str(config.get_option("server.baseUrlPath")).strip("/")
    return f"/{path}" if path else ""


def asked(scope: Scope, below: str = "") -> str | None:
    """The name that a request has right below the app's own route, or below a folder of it; None for all others."""
    folder, _, name = scope.get("path", "").rpartition("/")
    return name if scope["type"] == "http" and folder == f"{base()}/{assets.PREFIX}{below}" else None


def compress_first_visit() -> None:
    """Load what the first visitor will ask for; the rest of Streamlit's files wait until somebody does."""
    stored, index = table(base()), _index()[0].decode()
    needed = {f"{base()}/{path}" for path in re.findall(r'"\./(static/[^"]+)"', index)}
    for path, file in stored.items():
        if path in needed or path.startswith(assets.folder(base())):
            file.load()


class Memory:
    """ASGI middleware: answers for the files of the table, passes everything else on.

    It stands before all others, which have nothing to do for a file; ``always()`` are headers of every answer.
    """

    def __init__(self, app: ASGIApp, always: Callable[[], Iterable[tuple[bytes, bytes]]]) -> None:
        self.app, self.always = app, always

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in READING:
            return await self.app(scope, receive, send)
        file = table(base()).get(scope["path"])
        if not file:
            return await self.app(scope, receive, send)
        if not file.ready:
            await run_in_threadpool(file.load)
        status, headers, body = respond(file, scope["headers"])
        headers.extend(self.always())
        await send({"type": "http.response.start", "status": status, "headers": headers})
        return await send({"type": "http.response.body", "body": body})


class Index:
    """ASGI middleware: Streamlit's index page, the same for every link. It is never answered from an older copy."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in READING or scope["path"] != f"{base()}/":
            return await self.app(scope, receive, send)
        packed = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        headers = {"cache-control": "no-cache", "vary": "accept-encoding"}
        headers |= {"content-encoding": "gzip"} if packed else {}
        return await HTMLResponse(_index()[packed], headers=headers)(scope, receive, send)


@cache
def _index() -> tuple[bytes, bytes]:
    """As it is, and compressed."""
    page = (STREAMLIT / "index.html").read_bytes()
    return page, gzip.compress(page, 9, mtime=0)


class Missing:
    """ASGI middleware: what nobody before it has answered below the app's own route is not there.

    Streamlit would answer with its index page, which a browser would then try as a module.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "http" and scope["path"].startswith(f"{base()}/{assets.PREFIX}/")
        if not ours or scope["method"] not in READING:
            return await self.app(scope, receive, send)
        missing = PlainTextResponse("no such file", HTTPStatus.NOT_FOUND, {"cache-control": "no-store"})
        return await missing(scope, receive, send)


def respond(file: Stored, asked: Iterable[tuple[bytes, bytes]]) -> tuple[int, RawHeaders, bytes]:
    """Status, headers and body: the file itself, or "not modified". ``asked`` are the headers of the request."""
    given = dict(asked)
    if file.etag in given.get(b"if-none-match", b""):
        return HTTPStatus.NOT_MODIFIED, [*file.head], b""
    body = file.body
    head = [*file.head, (b"content-type", file.content_type.encode())]
    if file.compressed and b"gzip" in given.get(b"accept-encoding", b""):
        head.append((b"content-encoding", b"gzip"))
    elif file.compressed:
        body = gzip.decompress(body)
    return HTTPStatus.OK, [*head, (b"content-length", b"%d" % len(body))], body
