"""A websocket's bounds: how many there are, how long a message is, how often one may come.

A page sends its next edit when it has drawn the last one, some 60 a second at most while a slider is dragged. Whoever
sends faster is heard at a bounded pace, so that one client cannot take a processor from everybody else; whoever sends
what no page sends is let go.
"""

from __future__ import annotations

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from visualizer.panels import metrics

SOCKETS = 2000  # at once; a page has one
LONGEST = 1_000_000  # bytes of a message; an edit with painted hills has some thousands
BURST, RATE = 80, 40.0  # messages at once, and a second from then on
TOO_BIG, TRY_LATER = 1009, 1013  # RFC 6455, section 7.4, and its registry

FILES = 4 * SOCKETS  # a browser keeps some connections open beside its websocket


def make_room() -> None:
    """Lets this process have so many sockets; a shell's usual limit of 1,024 files is fewer than a hall's."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


class Pace:
    """When one more may come: ``burst`` at once, and then ``rate`` a second."""

    def __init__(self, burst: float = BURST, rate: float = RATE) -> None:
        self.burst, self.rate = float(burst), rate
        self.left, self.then = self.burst, time.monotonic()

    def wait(self) -> float:
        """Seconds until one more may come; it counts as having come."""
        self._refill()
        self.left -= 1.0
        return max(0.0, -self.left / self.rate)

    def passes(self) -> bool:
        """Whether one more may come now; one that may not does not count."""
        self._refill()
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True

    def _refill(self) -> None:
        now = time.monotonic()
        self.left, self.then = min(self.burst, self.left + (now - self.then) * self.rate), now


class Guard:
    """ASGI middleware around websockets; everything else passes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.open = app, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return await self.app(scope, receive, send)
        if self.open >= SOCKETS:
            metrics.REFUSED.inc()
            await receive()  # its "connect", which has to be read before it is answered
            return await send({"type": "websocket.close", "code": TRY_LATER})
        self.open += 1
        metrics.SESSIONS.set(self.open)
        try:
            await self.app(scope, _paced(receive, send), send)
        finally:
            self.open -= 1
            metrics.SESSIONS.set(self.open)
        return None


def _paced(receive: Receive, send: Send) -> Receive:
    pace = Pace()

    async def next_message() -> Message:
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        if len(message.get("bytes") or message.get("text") or "") > LONGEST:
            metrics.REFUSED.inc()
            await send({"type": "websocket.close", "code": TOO_BIG})
            return {"type": "websocket.disconnect", "code": TOO_BIG}
        if wait := pace.wait():
            metrics.SLOWED.inc()
            await asyncio.sleep(wait)
        return message

    return next_message
