"""The real server, through both launchers."""

from __future__ import annotations

import gzip
import http.client
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import ROOT, streamlit_run
from streamlit import net_util
from streamlit.testing.v1 import AppTest

from visualizer.panels import server as server_module


class Answer:
    """One answer, as it travelled: nothing decompressed, no redirect followed."""

    def __init__(self, url: str, path: str, method: str = "GET", **headers: str) -> None:
        host = urlsplit(url)
        connection = http.client.HTTPConnection(host.netloc, timeout=60)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, host.path + path, headers=sent)
        response = connection.getresponse()
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.names = [name.lower() for name, _ in response.getheaders()]
        self.body = response.read()
        connection.close()


@pytest.fixture(params=["server", "uvicorn_server"])
def url(request: pytest.FixtureRequest) -> str:
    """Each test that takes it runs against both launchers."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture(scope="module")
def based(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app below a path, as behind a proxy that serves several."""
    with streamlit_run(tmp_path_factory.mktemp("based"), base="/course/lab1") as address:
        yield address


def preloaded(url: str) -> list[str]:
    """The paths in the index page's Link header, below the server's address."""
    base = urlsplit(url).path
    paths = re.findall(r"<([^>]+)>", Answer(url, "/").headers["link"])
    assert all(path.startswith(f"{base}/lab/") for path in paths)
    return [path.removeprefix(base) for path in paths]


def named(url: str, name: str) -> str:
    return next(path for path in preloaded(url) if path.endswith("/" + name))


def test_health(url: str) -> None:
    assert Answer(url, "/_stcore/health").body == b"ok"


def directives(policy: str) -> dict[str, list[str]]:
    return {words[0]: words[1:] for words in (part.split() for part in policy.split(";"))}


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/_stcore/host-config", "/lab/nothing", "/favicon.png"])
def test_every_answer_carries_the_security_headers_once(url: str, path: str) -> None:
    answer = Answer(url, path)
    for name in server_module.security():
        assert answer.names.count(name) == 1, name
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_the_policy_lets_the_player_in_and_nothing_from_outside(url: str) -> None:
    policy = directives(Answer(url, "/").headers["content-security-policy"])
    assert set(policy["script-src"]) == {"'self'", "'unsafe-inline'", "'unsafe-eval'", "blob:"}
    assert policy["default-src"] == ["'self'"]
    assert policy["object-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'self'"]
    allowed = {source for sources in policy.values() for source in sources}
    assert allowed <= {"'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "blob:", "data:"}


def test_frames_are_opened_only_to_origins(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = server_module.security.__wrapped__
    monkeypatch.setenv(server_module.FRAME_ANCESTORS, "https://course.example.edu https://*.example.org:8443")
    policy = directives(fresh()["content-security-policy"])
    assert policy["frame-ancestors"] == ["'self'", "https://course.example.edu", "https://*.example.org:8443"]
    monkeypatch.setenv(server_module.FRAME_ANCESTORS, "https://a.example;script-src *")
    with pytest.raises(ValueError, match="not an origin"):
        fresh()


class Addresses(HTMLParser):
    """What a page's elements point at."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attributes if name in {"src", "href", "action"} and value]


def test_the_index_names_no_other_host(url: str) -> None:
    addresses = Addresses(Answer(url, "/").body.decode()).found
    assert len(addresses) > 20
    assert [address for address in addresses if urlsplit(address).netloc] == []


def test_the_index_is_never_answered_from_an_older_copy(url: str) -> None:
    answer = Answer(url, "/")
    assert answer.headers["cache-control"] == "no-cache"
    assert "etag" not in answer.headers
    assert "last-modified" not in answer.headers


def test_the_index_asks_for_every_module_and_each_is_there(url: str) -> None:
    paths = preloaded(url)
    wanted = {"plotly.min.js", "main.mjs", "main.chunk.mjs", "base.chunk.mjs", "base.chunk.css"}
    assert wanted <= {path.rpartition("/")[2] for path in paths}
    for path in paths:
        answer = Answer(url, path, accept_encoding="gzip")
        assert answer.status == 200, path
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"].split(";")[0] in {"text/javascript", "text/css"}


def test_files_travel_compressed_where_asked_for(url: str) -> None:
    for path in (named(url, "plotly.min.js"), streamlit_script(url)):
        packed = Answer(url, path, accept_encoding="br, gzip")
        plain = Answer(url, path)
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert gzip.decompress(packed.body) == plain.body
        assert len(packed.body) < 0.5 * len(plain.body)
        assert packed.headers["vary"] == plain.headers["vary"] == "accept-encoding"


def streamlit_script(url: str) -> str:
    page = Answer(url, "/").body.decode()
    found = re.search(r'src="\.(/static/js/index\.[^"]+\.js)"', page)
    assert found is not None
    return found[1]


def test_a_font_is_not_compressed_again(url: str) -> None:
    page = Answer(url, "/").body.decode()
    font = re.search(r'href="\.(/static/media/[^"]+\.woff2)"', page)
    assert font is not None
    answer = Answer(url, font[1], accept_encoding="gzip")
    assert answer.headers["content-type"] == "font/woff2"
    assert "content-encoding" not in answer.headers
    assert answer.body[:4] == b"wOF2"


def test_head_and_revalidation(url: str) -> None:
    path = named(url, "plotly.min.js")
    whole = Answer(url, path, accept_encoding="gzip")
    head = Answer(url, path, method="HEAD", accept_encoding="gzip")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.body))
    again = Answer(url, path, if_none_match=whole.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert Answer(url, path, if_none_match='W/"other"').status == 200


@pytest.mark.parametrize("path", ["/lab/0123456789ab/main.mjs", "/lab/", "/lab/../app.py", "/lab/%2e%2e/app.py"])
def test_an_unknown_asset_is_not_found(url: str, path: str) -> None:
    answer = Answer(url, path)
    assert answer.status in {400, 404}
    assert b"<html" not in answer.body


def test_an_unknown_name_beside_real_assets_is_not_found(url: str) -> None:
    folder = named(url, "main.mjs").rpartition("/")[0]
    assert Answer(url, f"{folder}/secret.mjs").status == 404


def test_below_a_base_path(based: str) -> None:
    path = named(based, "main.mjs")
    assert Answer(based, path).status == 200
    assert Answer(based, streamlit_script(based), accept_encoding="gzip").headers["content-encoding"] == "gzip"
    assert Answer(based, "/lab/nothing").status == 404
    assert Answer(based.removesuffix("/course/lab1"), path).status == 404


def test_the_configuration_is_found_from_another_folder(tmp_path: Path) -> None:
    """As ``uvicorn --app-dir`` imports it, and before anything could have read a configuration without the file."""
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import app; from streamlit import config; "
        "print(config.get_option('browser.gatherUsageStats'), config.get_option('runner.postScriptGC'))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"], done.stderr


def test_the_server_asks_nobody_for_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda *_, **__: pytest.fail("it called out"))
    assert net_util.get_external_ip() is None


def test_the_page_runs_without_a_server() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    assert not app.exception
    assert [element.message for element in app.error] == []


@pytest.mark.browser
@pytest.mark.parametrize("launcher", ["server", "uvicorn_server"])
def test_the_player_appears_under_the_real_policy(launcher: str, request: pytest.FixtureRequest, page) -> None:
    url = request.getfixturevalue(launcher)
    wrong: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: message.type == "error" and wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(url)
    page.wait_for_selector(".dl .dl-contour canvas, .dl .dl-contour svg", timeout=30_000)
    page.wait_for_function("document.fonts.status === 'loaded'")
    assert wrong == []
    hosts = {urlsplit(address).netloc for address in asked if address.startswith(("http", "ws"))}
    assert hosts == {urlsplit(url).netloc}
    ours = [address for address in asked if "/lab/" in address]
    assert sorted(ours) == sorted(set(ours)), "fetched twice: a preload that does not match its use"
