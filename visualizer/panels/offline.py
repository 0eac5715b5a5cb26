"""A race as one HTML file that plays from disk, without network and without Python.

It holds the player's own modules as they are, each after those that it imports; ``player/offlineboot.mjs`` turns them
into ``blob:`` URLs and calls the mount as Streamlit would. All else is in it too: the payload, the styles, plotly.js
(unless it is to come from a CDN), each as gzip in base64. Its policy (CSP) lets it ask nobody for anything.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import re
from dataclasses import replace
from functools import cache
from typing import Any

from visualizer.edits import Session
from visualizer.export.data import link
from visualizer.panels import assets, bundles, payload
from visualizer.panels.packing import pack
from visualizer.race import race
from visualizer.scenario import Scenario

ENTRY, BOOT = "offline.mjs", "offlineboot.mjs"
STYLES = ("player.css", "controls.css", "own.css", "bench.css", "offline.css")
PLOTLY = "plotly.min.js"
ELSEWHERE = ("net", "lesson", "poll", "join", "present", "save")  # sections of words for what only a server's page has
CDN = "https://cdn.plot.ly"

_POLICY = {
    "default-src": "'none'",
    "script-src": "'unsafe-inline' 'unsafe-eval' blob:",  # Plotly compiles its WebGL code at run time
    "style-src": "'unsafe-inline'",
    "img-src": "data: blob:",
    "worker-src": "blob:",
}

_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title} · Descent Lab</title>
<link rel="icon" href="data:,">
<style>
{style}
</style>
</head>
<body class="dl-offline">
<h1>{title}</h1>
<p id="dl-failed" hidden>{failed}</p>
<div id="dl-root"></div>
<footer>{caption}<br><code>{link}</code></footer>
<script type="application/json" id="dl-final">{final}</script>
<script type="text/plain" id="dl-payload">{payload}</script>
<script type="text/plain" id="dl-code">{code}</script>
{plotly}
<script type="module">
{boot}
</script>
</body>
</html>
"""


def page(scenario: Scenario, lang: str, *, cdn: bool = False) -> bytes:
    """The file, in this language. With ``cdn`` it is small, and asks one address for plotly.js, by its hash."""
    words, title = assets.strings()[lang]["save"], scenario.surface.title.pair()[lang == "zh"]
    scripts = _POLICY["script-src"] + (f" {CDN}" if cdn else "")
    policy = "; ".join(f"{name} {sources}" for name, sources in (_POLICY | {"script-src": scripts}).items())
    text = _PAGE.format(
        lang=lang,
        policy=html.escape(policy),
        title=html.escape(title),
        style=_style(),
        failed=html.escape(words["failed_cdn" if cdn else "failed"]),
        caption=html.escape(words["caption"]),
        link=html.escape(link(scenario)),
        final=_json(final(scenario)),
        payload=_packed(_payload(scenario, lang)),
        code=_code(lang),
        plotly=_from_cdn() if cdn else f'<script type="text/plain" id="dl-plotly">{_plotly()}</script>',
        boot=_text(BOOT),
    )
    return text.encode()


def final(scenario: Scenario) -> dict[str, Any]:
    """Where each run ended, to the last digit; ``step`` is None, as are the rest, for one that never began."""
    found: list[dict[str, Any]] = []
    for number, (run, path) in enumerate(zip(scenario.runs, race(scenario), strict=True), 1):
        last, began = path.n_valid - 1, path.n_valid > 0
        x, y, loss = (float(value) if began else None for value in (*path.theta[last], path.loss[last]))
        step = last if began else None
        found.append({"run": number, "optimizer": run.optimizer, "step": step, "x": x, "y": y, "loss": loss})
    return {"link": link(scenario), "runs": found}


def _payload(scenario: Scenario, lang: str) -> bytes:
    """What the page is sent for this race on a first visit, which then plays; without the map beside it."""
    shown = replace(scenario, chart=None)
    session = Session(shown, shown, lang=lang, first=True)
    drawn, trajectories = payload.surface(shown), race(shown)
    header = payload.header(session, 1, link(scenario), drawn, trajectories)
    return pack(header, payload.arrays(session, drawn, trajectories))


@cache
def _code(lang: str) -> str:
    """The modules as [[name, text], ...], each after those that it imports."""
    words = {name: section for name, section in assets.strings()[lang].items() if not name.startswith(ELSEWHERE)}
    strings = f"export default {json.dumps({lang: words}, ensure_ascii=False)};\n"
    order = [
        (name, strings if name == "strings.mjs" else _text(name)) for name in bundles.ordered(ENTRY, assets.texts())
    ]
    return _packed(json.dumps(order, ensure_ascii=False).encode())


@cache
def _style() -> str:
    return "\n".join(_text(name) for name in STYLES)


@cache
def _plotly() -> str:
    return _packed(assets.files()[PLOTLY][0])


def _from_cdn() -> str:
    """plotly.js of this version as the CDN's address says it, refused by a browser if it is not ours to the byte."""
    content = assets.files()[PLOTLY][0]
    version = re.search(rb"plotly\.js v(\d+\.\d+\.\d+)", content[:500])
    assert version is not None
    hashed = base64.b64encode(hashlib.sha384(content).digest()).decode()
    source = f"{CDN}/plotly-{version[1].decode()}.min.js"
    return f'<script id="dl-plotly" src="{source}" integrity="sha384-{hashed}" crossorigin="anonymous" defer></script>'


def _text(name: str) -> str:
    return assets.files()[name][0].decode()


def _packed(content: bytes) -> str:
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()


def _json(value: Any) -> str:
    """JSON that cannot end the element that holds it."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
