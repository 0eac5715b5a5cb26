"""Fixtures shared by all tests: a running server, Chromium, a page."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlparse

import pytest

if TYPE_CHECKING:
    from lab import Lab
    from netlab import NetLab
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# A graphics card that is emulated takes longer than all the rest of a test, and draws everything, not the surface in
# space alone. Without one there is no WebGL, and the page leaves that surface out.
NO_GPU = ["--disable-gpu", "--disable-software-rasterizer"]
EMULATED_GPU = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
START_LIMIT = 120  # seconds; a first start compiles the engine


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: list[str], cwd: Path, port: int, base: str = "", **env: str) -> Iterator[str]:
    """Run a server until the block ends; yields its address without a slash at the end."""
    log = cwd / f"server-{port}.log"
    url = f"http://127.0.0.1:{port}{base}"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=cwd, env={**os.environ, **env}, stdout=out, stderr=out
        )
    try:
        _wait_for_health(process, url, log)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for_health(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"the server did not become healthy; its log ends:\n{log.read_text()[-3000:]}")


@contextmanager
def streamlit_run(cwd: Path, base: str = "") -> Iterator[str]:
    port = free_port()
    command = ["streamlit", "run", str(ROOT / "app.py"), "--server.address=127.0.0.1", f"--server.port={port}"]
    with serving([*command, f"--server.baseUrlPath={base}"], cwd, port, base) as url:
        yield url


@contextmanager
def uvicorn_run(cwd: Path) -> Iterator[str]:
    port = free_port()
    command = ["uvicorn", "--app-dir", str(ROOT), "app:app", "--host=127.0.0.1", f"--port={port}"]
    with serving(command, cwd, port) as url:
        yield url


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, started with ``streamlit run`` from a folder that is not its own."""
    with streamlit_run(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture(scope="session")
def uvicorn_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same app, started with ``uvicorn``."""
    with uvicorn_run(tmp_path_factory.mktemp("uvicorn")) as url:
        yield url


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def chromium_path(playwright: Playwright) -> str | None:
    """Chromium of the PATH, or None for the one that Playwright itself downloaded."""
    for name in CHROMIUM_NAMES:
        if path := shutil.which(name):
            return path
    if Path(playwright.chromium.executable_path).exists():
        return None
    return pytest.fail(f"no browser: put one of {', '.join(CHROMIUM_NAMES)} on the PATH (`make test` does)")


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium_path: str | None) -> Iterator[Browser]:
    """For contexts of a test's own, each of which loads and compiles the page anew: see ``page``."""
    opened = playwright.chromium.launch(executable_path=chromium_path, args=[*CHROMIUM_FLAGS, *NO_GPU])
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def space_browser(playwright: Playwright, chromium_path: str | None) -> Iterator[Browser]:
    """The same with WebGL."""
    opened = playwright.chromium.launch(executable_path=chromium_path, args=[*CHROMIUM_FLAGS, *EMULATED_GPU])
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def profile(
    playwright: Playwright, chromium_path: str | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[bool], BrowserContext]]:
    """``in_space`` -> a browser that keeps what it has compiled: a page takes half of the processor time."""
    known: dict[bool, BrowserContext] = {}

    def opened(in_space: bool) -> BrowserContext:
        if in_space not in known:
            known[in_space] = playwright.chromium.launch_persistent_context(
                tmp_path_factory.mktemp("profile"),
                executable_path=chromium_path,
                args=[*CHROMIUM_FLAGS, *(EMULATED_GPU if in_space else NO_GPU)],
                viewport={"width": 1440, "height": 780},
            )
        return known[in_space]

    yield opened
    for context in known.values():
        context.close()


@pytest.fixture
def page(request: pytest.FixtureRequest, profile: Callable[[bool], BrowserContext]) -> Iterator[Page]:
    """An empty page of a laptop's size, in a browser that remembers nothing of other tests but compiled scripts."""
    context = profile(request.node.get_closest_marker("space") is not None)
    first, page = context.pages[0], context.new_page()  # without its first page the browser would end
    yield page
    origins = set()
    for one in context.pages[1:]:
        origins.add(one.url.split("?")[0])
        one.close()
    session = context.new_cdp_session(first)
    for origin in origins:
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "local_storage,indexeddb"})
    session.detach()
    context.clear_cookies()
    context.clear_permissions()


@pytest.fixture
def lab(page: Page, server: str) -> Iterator[Lab]:
    """The lab; whatever a test did, nothing may have gone wrong in the console or been asked of another host."""
    from lab import Lab

    lab = Lab(page, server)
    yield lab
    assert lab.errors == []
    assert lab.hosts <= {urlparse(server).netloc, ""}


@pytest.fixture
def netlab(page: Page, server: str) -> Iterator[NetLab]:
    """The page of networks, as ``lab``."""
    from netlab import NetLab

    lab = NetLab(page, server)
    yield lab
    assert lab.errors == []
    assert lab.hosts <= {urlparse(server).netloc, ""}
