"""What goes wrong in a lecture: a server that dies under a live page, clients that send what no page sends."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlparse

import pytest
import websockets
from conftest import ROOT, free_port, serving
from lab import Lab
from loops import run
from playwright.sync_api import Page
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from visualizer.panels import guard

RACE = {"v": "1", "f": "booth", "r1": "adam~lr~0.1", "r2": "sgd~lr~0.05", "steps": "90", "lang": "en"}


def stream(url: str) -> str:
    return f"ws://{urlparse(url).netloc}/_stcore/stream"


def healthy(url: str) -> bool:
    with urllib.request.urlopen(f"{url}/_stcore/health", timeout=30) as answer:
        return bool(answer.status == 200)


@pytest.mark.browser
def test_a_page_goes_on_after_its_server_was_killed(page: Page, tmp_path: Path) -> None:
    """Red if the page came back to another picture, or had to be loaded again."""
    port = free_port()
    command = ["streamlit", "run", str(ROOT / "app.py"), "--server.address=127.0.0.1", f"--server.port={port}"]
    with serving(command, tmp_path, port) as url:
        lab = Lab(page, url).open(RACE)
        lab.edited(lambda: page.evaluate("window.descentLab.store.edit('seed', { value: 5 })"))
        header = lab.edited(lambda: page.evaluate("window.descentLab.store.edit('steps', { value: 77 })"))
        assert header["scenario"]["steps"] == 77 and header["rev"] == 3
        page.evaluate("window.same = true")
        sockets: list[object] = []
        page.on("websocket", lambda one: sockets.append(one))
    with serving(command, tmp_path, port):
        page.wait_for_function("window.descentLab.store.state.header.rev === 3")
        while not sockets:  # it tries again after 0.5, 1, 2, 4 and 8 s
            page.wait_for_timeout(200)
        page.wait_for_timeout(1000)
        page.evaluate("window.descentLab.store.edit('steps', { value: 33 })")
        wanted = header["query"].replace("steps=77", "steps=33")
        page.wait_for_function(
            "(query) => window.descentLab.store.state.header.query === query && !window.descentLab.store.busy",
            arg=wanted,
            timeout=60_000,
        )
        assert page.evaluate("window.same"), "the page itself was not loaded again"


async def garbage(url: str) -> None:
    """Frames that are no messages, far too long, or never end."""
    for frame in (b"", b"\xff" * 100, b"\x0a\x03abc", os.urandom(5000), b"x" * 2_000_000, "text"):
        async with websockets.connect(stream(url), subprotocols=[websockets.Subprotocol("streamlit")]) as link:
            await link.send(frame)
            try:
                await asyncio.wait_for(link.recv(), 0.5)
            except (TimeoutError, websockets.ConnectionClosed):
                continue


def test_garbage_harms_nobody_else(server: str) -> None:
    """Red if a frame took the server down."""
    run(garbage(server))
    assert healthy(server)


async def beside_a_slow_one(url: str) -> bool:
    """Whether a page is drawn while another one asks for sixty, and reads none of them."""
    asks = BackMsg()
    asks.rerun_script.query_string = "v=1&f=booth&r1=adam~lr~0.1"
    about = {"subprotocols": [websockets.Subprotocol("streamlit")], "max_size": None, "ping_interval": None}
    async with websockets.connect(stream(url), max_queue=1, **about) as slow:
        for _ in range(60):
            await slow.send(asks.SerializeToString())
        async with websockets.connect(stream(url), **about) as other:
            await other.send(asks.SerializeToString())
            told = ForwardMsg()
            while told.WhichOneof("type") != "script_finished":
                told.ParseFromString(await asyncio.wait_for(other.recv(), 60))
        slow.transport.abort()  # it would not read the answer to a farewell, either
    return told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY


def test_a_client_that_reads_nothing_harms_nobody_else(server: str) -> None:
    """Red if the server waited for it, or gave up its neighbor with it."""
    assert run(beside_a_slow_one(server))
    assert healthy(server)


def test_idle_and_half_open_connections_harm_nobody_else(server: str) -> None:
    """A thousand that say nothing, and as many that stop in the middle of a request."""
    guard.make_room()  # for this process; the server has done it for itself
    port = urlparse(server).port
    assert port
    idle = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(2000)]
    try:
        for one in idle[::2]:
            one.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        assert healthy(server)
        with urllib.request.urlopen(server, timeout=30) as answer:
            assert b"root" in answer.read()
    finally:
        for one in idle:
            one.close()


@pytest.mark.parametrize(
    "path",
    [
        "/../../../etc/passwd",
        "/lab/%2e%2e/%2e%2e/app.py",
        "/static/..%2f..%2f..%2fetc%2fpasswd",
        "/lab/../app.py",
        "//etc/passwd",
        "/component/..%5c..%5capp.py/x",
        "/lab/map?" + "x=" * 30_000,
        "/lab/lesson?slug=../../README&lang=en",
        "/join/..%2f..%2fapp",
    ],
)
def test_a_path_leads_nowhere_else(server: str, path: str) -> None:
    """Red if a file of the server's came back; sent as it is, as a browser would not."""
    address = urlparse(server)
    with socket.create_connection(("127.0.0.1", address.port or 80), 30) as link:
        link.sendall(f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := link.recv(65536):
            answer += part
    assert b"root:x:" not in answer and b"st.App(" not in answer and b"get_script_run_ctx" not in answer
    assert b"Traceback" not in answer and not answer.startswith(b"HTTP/1.1 5")


@pytest.mark.parametrize(
    "header",
    [
        "Host: evil.example\r\nX-Forwarded-Host: evil.example",
        "Content-Length: -1",
        "Transfer-Encoding: chunked, chunked",
    ],
)
def test_a_header_changes_nothing(server: str, header: str) -> None:
    """Red if an address in the page followed what a client says of itself, or the server broke."""
    address = urlparse(server)
    host = "" if header.startswith("Host") else f"Host: {address.netloc}\r\n"
    with socket.create_connection(("127.0.0.1", address.port or 80), 30) as link:
        link.sendall(f"GET / HTTP/1.1\r\n{host}{header}\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := link.recv(65536):
            answer += part
    assert b"evil.example" not in answer and not answer.startswith(b"HTTP/1.1 5")
    assert healthy(server)


def test_a_full_disk_and_a_read_only_home_are_survived(tmp_path: Path) -> None:
    """A cache that cannot be written costs a later start its speed, nothing else."""
    code = (
        "from visualizer.simulate import compiled; from visualizer import rollout; "
        "t = rollout('booth', 'sgd', steps=3); print(t.n_valid)"
    )
    env = {**os.environ, "DESCENT_LAB_CACHE": "/dev/full/cache", "HOME": "/dev/null"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and done.stdout.strip() == "4", done.stderr
