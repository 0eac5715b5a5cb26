"""Bounds around websockets, and what an operator sees."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from loops import run

from visualizer import basins, rollout, sweep
from visualizer.panels import guard, journal, metrics

Message = dict[str, Any]
SOCKET = {"type": "websocket", "path": "/_stcore/stream", "headers": []}


def http(path: str, **headers: str) -> Message:
    found = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": "GET", "path": path, "headers": found, "query_string": b"f=secret"}


async def through(app: Any, scope: Message, incoming: list[Message]) -> list[Message]:
    """What an application sends when it is sent this."""
    sent: list[Message] = []
    left = list(incoming)

    async def receive() -> Message:
        return left.pop(0) if left else {"type": "websocket.disconnect", "code": 1000}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def hears(heard: list[Message]) -> Callable[..., Awaitable[None]]:
    """An application that takes all that comes, until it is disconnected."""

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] != "websocket.disconnect":
            heard.append(message)

    return app


def test_what_a_page_sends_is_heard_at_once_and_a_flood_at_a_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Red if a dragged slider waited, or if a thousand messages a second were all served."""
    now = [0.0]
    monkeypatch.setattr(guard.time, "monotonic", lambda: now[0])
    pace = guard.Pace()
    for _ in range(600):  # ten seconds of dragging, an edit a frame
        now[0] += 1 / guard.RATE
        assert pace.wait() == 0
    flood = guard.Pace()
    waits = []
    for _ in range(1000):
        waits.append(flood.wait())
        now[0] += waits[-1]  # it is served only then
    assert not any(waits[: guard.BURST])
    assert sum(waits) == pytest.approx((1000 - guard.BURST) / guard.RATE, rel=0.01)


def test_a_message_that_no_page_sends_ends_its_socket_alone() -> None:
    heard: list[Message] = []
    app = guard.Guard(hears(heard))
    small = {"type": "websocket.receive", "bytes": b"x" * guard.LONGEST}
    large = {"type": "websocket.receive", "bytes": b"x" * (guard.LONGEST + 1)}
    sent = run(through(app, SOCKET, [small, large, small]))
    assert heard == [small] and sent[-1] == {"type": "websocket.close", "code": 1009}
    assert app.open == 0


def test_sockets_are_counted_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Red if one too many were let in, or one that has gone kept its place."""
    monkeypatch.setattr(guard, "SOCKETS", 1)
    inside: list[list[Message]] = []

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        assert outer.open == 1
        if not inside:
            inside.append([])
            inside[0] += await through(outer, SOCKET, [{"type": "websocket.connect"}])

    outer = guard.Guard(app)
    run(through(outer, SOCKET, []))
    assert inside == [[{"type": "websocket.close", "code": 1013}]] and outer.open == 0
    inside.clear()
    run(through(outer, SOCKET, []))
    assert inside, "the next is let in"


def test_a_shell_s_limit_leaves_room_for_a_hall() -> None:
    """Red if a process that may have 1,024 files kept to them, or asked for more than it may have."""
    program = (
        "import resource as r; from visualizer.panels import guard; "
        "r.setrlimit(r.RLIMIT_NOFILE, ({soft}, {hard})); guard.make_room(); print(r.getrlimit(r.RLIMIT_NOFILE)[0])"
    )
    for soft, hard, expected in ((256, 2000, 2000), (1024, 9000, guard.FILES), (8500, 9000, 8500)):
        command = [sys.executable, "-c", program.format(soft=soft, hard=hard)]
        told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
        assert int(told.stdout) == expected


async def _plain(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"page"})


def test_metrics_are_closed_unless_a_token_opens_them(monkeypatch: pytest.MonkeyPatch) -> None:
    app = metrics.Metrics(_plain)

    def told(**headers: str) -> tuple[int, bytes]:
        start, body = run(through(app, http("/metrics", **headers), []))
        return start["status"], body["body"]

    monkeypatch.delenv(metrics.TOKEN, raising=False)
    assert told(authorization="Bearer ") == (200, b"page"), "there is no such address"
    monkeypatch.setenv(metrics.TOKEN, "open-sesame")
    assert told()[0] == 401 == told(authorization="Bearer other")[0]
    status, text = told(authorization="Bearer open-sesame")
    assert status == 200 and b"descent_lab_rerun_seconds_bucket" in text and b"process_resident_memory_bytes" in text


def test_the_caches_are_counted() -> None:
    """Red if what was kept were counted as computed, or were computed again."""
    before = {sample.labels["from"]: sample.value for sample in _samples("race")}
    from visualizer.race import race
    from visualizer.scenario import Run, Scenario

    scenario = Scenario("booth", runs=(Run("sgd", {"lr": 0.0123}),), steps=7)
    race(scenario)
    race(scenario)
    after = {sample.labels["from"]: sample.value for sample in _samples("race")}
    assert {name: after[name] - before[name] for name in after} == {"cache": 1, "engine": 1}


def _samples(kind: str) -> list[Any]:
    (family,) = metrics.Caches().collect()
    return [sample for sample in family.samples if sample.labels["kind"] == kind]


def test_a_line_of_the_log_is_json_and_names_nobody() -> None:
    """Red if a link, an address or a header got into it, or if a traceback broke it into lines."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(journal.Lines())
    journal.log.addHandler(handler)

    async def broken(_scope: Any, _receive: Any, _send: Any) -> None:
        raise RuntimeError("a\nb")

    try:
        with pytest.raises(RuntimeError):
            run(through(journal.Numbered(broken), http("/lab/map", cookie="me"), []))
        start, _ = run(through(journal.Numbered(_plain), http("/"), []))
    finally:
        journal.log.removeHandler(handler)
    (line,) = out.getvalue().splitlines()
    told = json.loads(line)
    assert told["message"] == "/lab/map failed" and "RuntimeError" in told["error"] and told["level"] == "error"
    assert len(told["request"]) == 16 and "secret" not in line and "me" not in told.get("session", "")
    assert len(dict(start["headers"])[b"x-request-id"]) == 16 and journal.request.get() == ""


def test_what_no_memory_holds_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="steps must be a whole number between 0 and"):
        rollout("ravine", "sgd", steps=10**9)
    with pytest.raises(ValueError, match=r"10,000,000,000 runs are too many at once: at most [\d,]+, or in shards"):
        basins("ravine", "sgd", size=(10**5, 10**5))
    with pytest.raises(ValueError, match="runs are too many at once"):
        sweep("ravine", "sgd", {"lr": np.geomspace(1e-4, 1e-1, 10**5), "seed": np.arange(10**5)})
