"""A student's browser, as a server sees it: the page with its files, and then edits by Streamlit's websocket."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import re
import time
from dataclasses import dataclass, field

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

HOST = "127.0.0.1"
QUERY = "v=1&f=rosenbrock&steps=500&r1=sgd~lr~0.001&r2=momentum~lr~0.001&r3=rmsprop~lr~0.01&r4=adam~lr~0.05&lang=en"
EVENTS = "$$STREAMLIT_INTERNAL_KEY_{}__events"  # how Streamlit calls what a component triggers
FINISHED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
PATIENCE = 60.0  # seconds for an answer; a student would have gone
FILES_AT_ONCE = 6  # as browsers do


@dataclass
class Seen:
    """What all students saw, in seconds and bytes."""

    firsts: list[float] = field(default_factory=list)  # from the first byte to the first picture
    runs: list[float] = field(default_factory=list)  # of the first picture's script run alone
    edits: list[float] = field(default_factory=list)
    wire: list[int] = field(default_factory=list)  # of a first visit, without the pictures
    pictures: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Files:
    """The page and what it names, over connections that are kept open, each file once."""

    def __init__(self, port: int) -> None:
        self.port, self.read = port, 0

    async def visit(self, query: str) -> None:
        """The index first: its link header and its tags say what follows."""
        reader, writer = await asyncio.open_connection(HOST, self.port)
        head, body = await self._get(reader, writer, f"/?{query}")
        writer.close()
        text = body.decode()
        named = re.findall(r'(?:src|href)="\.?(/static/[^"]+)"', text) + re.findall(r"<(/[^>]+)>; rel", head)
        waiting = list(dict.fromkeys(named))
        await asyncio.gather(*(self._some(waiting) for _ in range(FILES_AT_ONCE)))

    async def _some(self, waiting: list[str]) -> None:
        reader, writer = await asyncio.open_connection(HOST, self.port)
        while waiting:
            await self._get(reader, writer, waiting.pop(0))
        writer.close()

    async def _get(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> tuple[str, bytes]:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)).decode("latin-1")
        if " 200 " not in head.partition("\r\n")[0]:
            raise OSError(f"{path}: {head.partition(chr(13))[0]}")
        length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        if not length:
            raise OSError(f"{path}: no length")
        body = await asyncio.wait_for(reader.readexactly(int(length[1])), PATIENCE)
        self.read += len(head) + len(body)
        return head, gzip.decompress(body) if "gzip" in head.lower() and path.startswith("/?") else body


class Student:
    """A session: opened once, then edited."""

    def __init__(self, number: int, port: int, seen: Seen) -> None:
        self.port, self.seen, self.random = port, seen, random.Random(number)  # noqa: S311
        self.widget, self.fragment, self.edited = "", "", 0

    async def come(self) -> websockets.ClientConnection:
        begun = time.perf_counter()
        files = Files(self.port)
        await files.visit(QUERY)
        self.seen.wire.append(files.read)
        link = await websockets.connect(
            f"ws://{HOST}:{self.port}/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            origin=websockets.Origin(f"http://{HOST}:{self.port}"),
            max_size=None,
            open_timeout=PATIENCE,
            ping_interval=None,
        )
        ran = time.perf_counter()
        await self._run(link, BackMsg())
        now = time.perf_counter()
        self.seen.firsts.append(now - begun)
        self.seen.runs.append(now - ran)
        return link

    async def edit(self, link: websockets.ClientConnection) -> None:
        message = BackMsg()
        message.rerun_script.fragment_id = self.fragment
        widget = message.rerun_script.widget_states.widgets.add()
        widget.id = EVENTS.format(self.widget)
        self.edited += 1
        change = {**self._change(), "gesture": self.edited, "seq": self.edited}
        widget.json_trigger_value = json.dumps([{"event": "edit", "value": change}])
        begun = time.perf_counter()
        await self._run(link, message)
        self.seen.edits.append(time.perf_counter() - begun)

    def _change(self) -> dict[str, object]:
        """What a student drags: rates mostly, the start, a dial of the surface."""
        kind = self.random.random()
        if kind < 0.6:
            rate = round(10 ** self.random.uniform(-4, -1.5), 5)
            return {"op": "run_hyper", "run": self.random.randrange(4), "name": "lr", "value": rate}
        if kind < 0.85:
            start = [round(self.random.uniform(-2, 2), 2), round(self.random.uniform(-1, 3), 2)]
            return {"op": "start", "value": start}
        return {"op": "param", "name": "b", "value": round(10 ** self.random.uniform(0, 2), 2)}

    async def _run(self, link: websockets.ClientConnection, message: BackMsg) -> None:
        """Sends it and waits until the script has finished; raises for an exception on the page."""
        message.rerun_script.query_string = QUERY
        await link.send(message.SerializeToString())
        pictures = 0
        while True:
            read = await asyncio.wait_for(link.recv(), PATIENCE)
            told = ForwardMsg()
            told.ParseFromString(read if isinstance(read, bytes) else read.encode())
            kind = told.WhichOneof("type")
            if kind == "delta":
                element = told.delta.new_element
                if element.WhichOneof("type") == "exception":
                    raise RuntimeError(element.exception.message)
                if element.WhichOneof("type") == "bidi_component" and element.bidi_component.id.endswith("-lab"):
                    self.widget, self.fragment = element.bidi_component.id, told.delta.fragment_id
                    pictures += len(read)
            elif kind == "script_finished" and told.script_finished in FINISHED:
                break
        if not pictures:
            raise RuntimeError("no picture")
        self.seen.pictures.append(pictures)
