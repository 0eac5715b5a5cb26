"""A server of its own on this machine, and what its process uses."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from students import HOST

ROOT = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
START = 180  # seconds for a server to begin, and to prepare what will be asked for
IDLE = 0.05  # seconds of processor time in a second of a server that waits


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
def served(app: Path = ROOT / "app.py") -> Iterator[tuple[int, int]]:
    """A server of an app: its port and process."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(app), f"--server.address={HOST}", f"--server.port={port}"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        healthy(port)
        prepared(process.pid)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
