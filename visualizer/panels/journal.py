"""What an operator reads: one JSON object a line with ``DESCENT_LAB_LOG=json``, plain lines without.

A line has ``time``, ``level``, ``logger``, ``message``, and where there are such ``request``, ``session``, ``error``.
A request's number is also the ``x-request-id`` of its answer. Nothing is written about a person: no addresses, no
links, no formulas.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from contextvars import ContextVar
from datetime import UTC, datetime

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.scriptrunner import get_script_run_ctx

FORM = "DESCENT_LAB_LOG"
request: ContextVar[str] = ContextVar("request", default="")
log = logging.getLogger("descent-lab")


class Lines(logging.Formatter):
    """A record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        context = get_script_run_ctx(suppress_warning=True)
        more = {
            "request": request.get(),
            "session": context.session_id if context else "",
            "error": self.formatException(record.exc_info) if record.exc_info else "",
        }
        return json.dumps(told | {name: value for name, value in more.items() if value}, ensure_ascii=False)


def install() -> None:
    """Gives every handler that there is this form, if it is asked for; access logs would name addresses and links."""
    logging.getLogger("uvicorn.access").disabled = True
    if os.environ.get(FORM) != "json":
        return
    if not logging.root.handlers:
        logging.basicConfig(level=logging.INFO)
    known = [
        logging.root,
        *(one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)),
    ]
    for handler in {handler for logger in known for handler in logger.handlers}:
        handler.setFormatter(Lines())


class Numbered:
    """ASGI middleware: numbers requests, and writes down those that end in an error of ours."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            return await self.app(scope, receive, send)
        number = secrets.token_hex(8)
        token = request.set(number)

        async def numbered(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["x-request-id"] = number
                if message["status"] >= 500:
                    log.error("%s was answered with %s", scope["path"], message["status"])
            await send(message)

        try:
            await self.app(scope, receive, numbered)
        except Exception:
            log.exception("%s failed", scope["path"])
            raise
        finally:
            request.reset(token)
        return None
