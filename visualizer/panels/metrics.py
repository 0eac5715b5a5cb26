"""What an operator can measure, as Prometheus reads it: ``GET /metrics`` with the token of ``DESCENT_LAB_METRICS``.

It is sent as ``Authorization: Bearer ...``. Without that variable there is no such address. Nothing is told of anybody:
the numbers are of all sessions together.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from visualizer.panels import memory

TOKEN = "DESCENT_LAB_METRICS"  # noqa: S105  (the name of a variable)
SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0)

registry = CollectorRegistry()
SESSIONS = Gauge("descent_lab_sessions", "Open websockets", registry=registry)
RERUNS = Histogram("descent_lab_rerun_seconds", "Script runs, one for an edit", buckets=SECONDS, registry=registry)
REFUSED = Counter("descent_lab_sockets_refused", "Websockets and messages that were too many", registry=registry)
SLOWED = Counter("descent_lab_messages_slowed", "Messages that came too fast", registry=registry)
ANSWERS = Counter(
    "descent_lab_http_answers", "HTTP answers, without files that never change", ["status"], registry=registry
)


class Caches(Collector):
    """How often what was asked for was there already."""

    def collect(self) -> Iterator[CounterMetricFamily]:
        from visualizer.panels import stream  # a server's start must not wait for the engine
        from visualizer.simulate import recent

        found = CounterMetricFamily("descent_lab_asked", "Pieces of work that were asked for", labels=["kind", "from"])
        for kind, (asked, kept) in {"race": recent.counts(), "map": stream.counts()}.items():
            found.add_metric([kind, "cache"], kept)
            found.add_metric([kind, "engine"], asked - kept)
        yield found


registry.register(Caches())
ProcessCollector(registry=registry)
PlatformCollector(registry=registry)


@cache
def _answers(hundreds: int) -> Counter:
    return ANSWERS.labels(f"{hundreds}xx")


class Metrics:
    """ASGI middleware: counts HTTP answers, and tells whoever has the token."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                _answers(message["status"] // 100).inc()
            await send(message)

        told = _told(scope)
        return await (told or self.app)(scope, receive, counting)


def _told(scope: Scope) -> Response | None:
    """The answer to whoever asks for the numbers; None for everything else, and where nobody may ask."""
    token = os.environ.get(TOKEN, "")
    if not token or scope["path"] != f"{memory.base()}/metrics":
        return None
    given = Headers(scope=scope).get("authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return PlainTextResponse("a token is needed", HTTPStatus.UNAUTHORIZED, {"www-authenticate": "Bearer"})
    return Response(generate_latest(registry), headers={"cache-control": "no-store"}, media_type=CONTENT_TYPE_LATEST)
