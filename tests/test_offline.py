"""The file that plays from disk, read without a browser: what it holds, what it names, how large it is."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import plotly
import pytest
from conftest import ROOT

from visualizer import Run, Scenario
from visualizer.panels import assets, offline
from visualizer.race import race

LARGE = Scenario(
    "himmelblau",
    runs=[Run(slug, {"lr": 0.01}) for slug in ("sgd", "momentum", "nesterov", "adam", "rmsprop", "adagrad") * 2],
    steps=1000,
)


class Page(HTMLParser):
    """A file's elements: of each id its attributes and its text, and all that elements point at."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.ids: dict[str, dict[str, str | None]] = {}
        self.texts: dict[str, str] = {}
        self.addresses: list[str] = []
        self.inside = ""
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.inside = given.get("id") or tag
        self.ids[self.inside] = given
        self.addresses += [value for name, value in attributes if name in {"src", "href", "action"} and value]

    def handle_data(self, data: str) -> None:
        self.texts[self.inside] = self.texts.get(self.inside, "") + data


def inflated(text: str) -> bytes:
    return gzip.decompress(base64.b64decode(text))


def modules(content: bytes) -> list[tuple[str, str]]:
    return [(name, text) for name, text in json.loads(inflated(Page(content).texts["dl-code"]))]


@pytest.mark.parametrize(("cdn", "most"), [(False, 2_500_000), (True, 500_000)])
def test_it_is_small_enough_to_be_sent(cdn: bool, most: int) -> None:
    """The larger is mostly plotly.js, the smaller our own modules: neither may grow unseen."""
    sizes = {lang: len(offline.page(Scenario.suggested(), lang, cdn=cdn)) for lang in ("en", "zh")}
    assert max(sizes.values()) < most, sizes


def test_twelve_long_runs_stay_below_six_megabytes() -> None:
    assert len(offline.page(LARGE, "en")) < 6_000_000


def test_final_positions_are_the_engines_to_the_last_digit() -> None:
    scenario = Scenario("ravine", {}, [Run("adam", {"lr": 0.1}), Run("sgd", {"lr": 1.9})], steps=400)
    told = json.loads(Page(offline.page(scenario, "en")).texts["dl-final"])
    for run, found in zip(told["runs"], race(scenario), strict=True):
        last = found.n_valid - 1
        assert (run["step"], run["x"], run["y"], run["loss"]) == (last, *found.theta[last], found.loss[last])
    assert told["runs"][1]["step"] < 400, "the second run should diverge"


def test_it_names_no_other_place(tmp_path: Path) -> None:
    """An address, a path of this machine, a host: a file that names one works only where it was made."""
    for cdn in (False, True):
        content = offline.page(LARGE, "en", cdn=cdn)
        found = Page(content)
        assert [address for address in found.addresses if not address.startswith(("data:", offline.CDN))] == []
        open_text = re.sub(r"[A-Za-z0-9+/=]{200,}", "", content.decode())
        assert (offline.CDN in open_text) == cdn
        named = set(re.findall(r"https?://([\w.-]+)", open_text))
        assert named <= {"cdn.plot.ly", "www.w3.org"}, "the latter is a namespace, never fetched"
        for place in (str(ROOT), str(Path.home()), "127.0.0.1", "localhost"):
            assert place not in open_text
            assert not any(place in text for _, text in modules(content)), place


def test_its_policy_forbids_every_request() -> None:
    """With 'self', a host or connect-src in it, a script could ask, or be asked for, what the file does not hold."""
    for cdn, allowed in ((False, set()), (True, {offline.CDN})):
        content = html.unescape(offline.page(Scenario.suggested(), "en", cdn=cdn).decode())
        (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', content)
        directives = {words[0]: set(words[1:]) for words in (part.split() for part in policy.split(";"))}
        assert directives.pop("default-src") == {"'none'"}
        assert directives.keys() == {"script-src", "style-src", "img-src", "worker-src"}
        sources = set().union(*directives.values())
        assert sources - {"'unsafe-inline'", "'unsafe-eval'", "blob:", "data:"} == allowed


def test_modules_come_after_those_that_they_import() -> None:
    """The browser replaces each import by a URL that is known already: a circle, or a wrong order, leaves a hole."""
    known: set[str] = set()
    for name, text in modules(offline.page(Scenario.suggested(), "en")):
        for wanted in re.findall(r'^(?:import|export)\b[^;"]*?"\./([^"]+)";', text, re.MULTILINE):
            assert wanted in known, (name, wanted)
        known.add(name)
    assert "offline.mjs" in known
    assert not {"lessonreader.mjs", "quiz.mjs", "mappanel.mjs", "netmain.mjs"} & known, "these need a server"


def test_plotly_comes_from_the_cdn_by_the_hash_of_ours() -> None:
    """Another version, or another hash, is a page that no browser shows."""
    local = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()
    element = Page(offline.page(Scenario.suggested(), "en", cdn=True)).ids["dl-plotly"]
    version = plotly.offline.get_plotlyjs_version()
    assert element["src"] == f"https://cdn.plot.ly/plotly-{version}.min.js"
    assert element["integrity"] == "sha384-" + base64.b64encode(hashlib.sha384(local).digest()).decode()
    assert element["crossorigin"] == "anonymous"
    whole = Page(offline.page(Scenario.suggested(), "en"))
    assert inflated(whole.texts["dl-plotly"]) == local


def test_what_a_link_holds_cannot_leave_its_place() -> None:
    """A formula is the one text of a link that is a user's own."""
    scenario, problems = Scenario.from_query({"f": "formula~formula~x^2+(x<1)*y^2", "r1": "sgd"})
    scenario = scenario if not problems else Scenario.from_query({"f": "formula", "r1": "sgd"})[0]
    content = offline.page(scenario, "zh").decode()
    assert content.count("</script>") == content.count("<script") == 5
    assert offline._json({"a": "</script><b>"}) == '{"a": "\\u003c/script>\\u003cb>"}'


def test_its_colors_are_the_pages() -> None:
    """Changed in one of the two places only, the file would no longer look like the page."""
    config: dict[str, Any] = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"]
    light, dark = assets.files()["offline.css"][0].decode().split("@media (prefers-color-scheme: dark)")
    for part, theme in ((light, config["light"]), (dark, config["dark"])):
        for name in ("background", "text", "primary"):
            assert f"--st-{name}-color: {theme[f'{name}Color']};" in part


def test_it_is_the_same_file_every_time() -> None:
    """Nothing of the moment, or of the place, is in it."""
    assert offline.page(LARGE, "zh") == offline.page(LARGE, "zh")
