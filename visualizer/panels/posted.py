"""What a browser sends with a request."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request


async def body(request: Request, longest: int) -> dict[str, Any]:
    """The JSON object of a request of at most ``longest`` bytes; raises ``ValueError``."""
    read = bytearray()
    async for part in request.stream():
        read += part
        if len(read) > longest:
            raise ValueError("too long")
    found = json.loads(read)
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found
