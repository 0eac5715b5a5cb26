"""A lecture hall against one server: N students open the link, and then drag sliders. ``make load N=300``.

Speaks what a browser speaks: the page and the files that it names, compressed; Streamlit's websocket with the protobuf
messages of the installed package. A student comes at some moment of the first ``--join`` seconds; from then on an edit
follows every ``--every`` seconds on average, and each has to be answered with a new picture. Only this machine is ever
asked. Without ``--port`` a server of its own is started, and its processor time and memory are reported.

``--gate MS`` ends with status 1 when an edit took more processor time than that, or anything failed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gzip
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
QUERY = "v=1&f=rosenbrock&steps=500&r1=sgd~lr~0.001&r2=momentum~lr~0.001&r3=rmsprop~lr~0.01&r4=adam~lr~0.05&lang=en"
EVENTS = "$$STREAMLIT_INTERNAL_KEY_{}__events"  # how Streamlit calls what a component triggers
FINISHED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
PATIENCE = 60.0  # seconds for an answer; a student would have gone
TICKS = os.sysconf("SC_CLK_TCK")
FILES_AT_ONCE = 6  # as browsers do
START = 180  # seconds for a server to begin, and to prepare what will be asked for
IDLE = 0.05  # seconds of processor time in a second of a server that waits


@dataclass
class Seen:
    """What all students saw, in seconds and bytes."""

    firsts: list[float] = field(default_factory=list)  # from the first byte to the first picture
    runs: list[float] = field(default_factory=list)  # of the first picture's script run alone
    edits: list[float] = field(default_factory=list)
    wire: list[int] = field(default_factory=list)  # of a first visit, without the pictures
    pictures: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


# ---- a student -------------------------------------------------------------------------------------------------------


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


async def attend(student: Student, comes: float, begins: float, ends: float, every: float) -> None:
    """One student's hour: comes, waits until all have come, edits until the end."""
    await asyncio.sleep(max(0.0, comes - time.perf_counter()))
    try:
        link = await student.come()
        await asyncio.sleep(max(0.0, begins + student.random.uniform(0, every) - time.perf_counter()))
        while time.perf_counter() < ends:
            done = time.perf_counter()
            await student.edit(link)
            await asyncio.sleep(max(0.0, done + every * student.random.uniform(0.8, 1.2) - time.perf_counter()))
        await link.close()
    except Exception as error:  # whatever it was, it counts
        student.seen.failures.append(f"{type(error).__name__}: {error}"[:160])


# ---- the server ------------------------------------------------------------------------------------------------------


def processor(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident(pid: int) -> float:
    """Megabytes (2**20) that it holds in memory."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def healthy(port: int) -> None:
    """Waits until it answers; raises ``TimeoutError``."""
    begun = time.monotonic()
    while time.monotonic() - begun < START:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{HOST}:{port}/_stcore/health", timeout=5):
            return
        time.sleep(0.1)
    raise TimeoutError(f"no answer within {START} s")


def prepared(pid: int) -> None:
    """Waits until it has done what it does after its start, before a lecture begins."""
    used = processor(pid)
    for _ in range(START):
        time.sleep(1.0)
        before, used = used, processor(pid)
        if used - before < IDLE:
            return


@contextlib.contextmanager
def served() -> Iterator[tuple[int, int]]:
    """A server of its own: its port and process."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.address={HOST}", f"--server.port={port}"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        healthy(port)
        prepared(process.pid)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


async def hall(args: argparse.Namespace, port: int, pid: int | None) -> tuple[Seen, dict[str, float]]:
    """All of it; what was seen, and what it cost the server."""
    seen, now = Seen(), time.perf_counter()
    begins = now + args.join + args.settle
    ends = begins + args.seconds
    cost: dict[str, float] = {}
    held, used = (resident(pid), processor(pid)) if pid else (0.0, 0.0)
    students = [Student(number, port, seen) for number in range(args.n)]
    tasks = [
        asyncio.create_task(attend(one, now + args.join * k / args.n, begins, ends, args.every))
        for k, one in enumerate(students)
    ]
    await asyncio.sleep(begins - time.perf_counter())
    if pid:
        joined = processor(pid)
        cost |= {"joining_s": joined - used, "joined_mb": resident(pid), "before_mb": held}
    counted, peak = len(seen.edits), 0.0
    while time.perf_counter() < ends:
        await asyncio.sleep(min(1.0, max(0.05, ends - time.perf_counter())))
        peak = max(peak, resident(pid)) if pid else 0.0
    if pid:
        edits = max(1, len(seen.edits) - counted)
        cost |= {"edit_ms": 1000 * (processor(pid) - joined) / edits, "peak_mb": peak, "after_mb": resident(pid)}
    await asyncio.wait(tasks, timeout=PATIENCE)
    return seen, cost


# ---- what it was -----------------------------------------------------------------------------------------------------


def share(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")


def report(args: argparse.Namespace, seen: Seen, cost: dict[str, float]) -> None:
    def line(name: str, values: Sequence[float]) -> None:
        p50, p95, p99, top = (1000 * share(values, part) for part in (0.5, 0.95, 0.99, 1.0))
        print(f"{name:24} p50 {p50:8.1f}  p95 {p95:8.1f}  p99 {p99:8.1f}  max {top:8.1f} ms  ({len(values)})")

    print(f"{args.n} students, {args.join:g} s to come, an edit every {args.every:g} s for {args.seconds:g} s")
    line("first picture", seen.firsts)
    line("  of it the script run", seen.runs)
    line("edit", seen.edits)
    mean = sum(seen.wire) / max(1, len(seen.wire))
    print(f"a first visit's files {mean / 1e6:.2f} MB, a picture {share(seen.pictures, 0.5) / 1e3:.1f} kB (median)")
    if cost:
        visit = 1000 * cost["joining_s"] / args.n
        each = (cost["joined_mb"] - cost["before_mb"]) / args.n
        print(f"processor: {cost['edit_ms']:.1f} ms an edit, {visit:.1f} ms a first visit with its picture")
        print(
            f"memory: {cost['before_mb']:.0f} MB before, {cost['joined_mb']:.0f} when all had come "
            f"({each:.2f} a session), at most {cost['peak_mb']:.0f}, {cost['after_mb']:.0f} at the end"
        )
    print(f"failures: {len(seen.failures)}{''.join(f'{chr(10)}  {one}' for one in sorted(set(seen.failures))[:10])}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--join", type=float, default=30.0)
    parser.add_argument("--settle", type=float, default=3.0, help="seconds between the last join and the first edits")
    parser.add_argument("--every", type=float, default=5.0)
    parser.add_argument("--port", type=int, help="of a server on this machine that runs already")
    parser.add_argument("--pid", type=int, help="its process")
    parser.add_argument("--gate", type=float, help="milliseconds of processor time that an edit may take")
    args = parser.parse_args()
    with served() if args.port is None else contextlib.nullcontext((args.port, args.pid)) as (port, pid):
        seen, cost = asyncio.run(hall(args, port, pid))
    report(args, seen, cost)
    late = args.gate is not None and cost["edit_ms"] > args.gate
    return int(bool(seen.failures) or late or not seen.edits)


if __name__ == "__main__":
    sys.exit(main())
