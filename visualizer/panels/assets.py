"""What the page loads besides Streamlit itself: the player's modules and styles, generated data, plotly.js.

They are served under ``/lab/<digest>/<name>``. The digest covers the contents of all of them, so a browser may keep
each for ever, and one that still shows an older page never mixes old modules with new ones.
"""

import hashlib
import importlib.resources
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from visualizer import catalogue
from visualizer.figures import palette

PLAYER = Path(__file__).parent / "player"
STRINGS = Path(__file__).parents[1] / "strings"
PREFIX = "lab"

# Named here: the table that `mimetypes` reads differs from machine to machine, and a module served
# under a wrong type is refused by the browser.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

# How the browser is asked to start a download while Streamlit's own scripts still load; the largest first.
_PRELOAD = {".js": "preload; as=script", ".css": "preload; as=style", ".mjs": "modulepreload"}


@cache
def files() -> dict[str, tuple[bytes, str]]:
    """Name -> (contents, content type), of everything; built once in a process."""
    contents = {path.name: path.read_bytes() for path in PLAYER.iterdir() if path.suffix in TYPES}
    contents |= {
        "catalogue.mjs": _module(catalogue.as_json()),
        "palette.mjs": _module({"default": palette.palette()}),
        "strings.mjs": _module({"default": strings()}),
        "plotly.min.js": _plotly(),
    }
    return {name: (contents[name], TYPES[Path(name).suffix]) for name in sorted(contents)}


@cache
def digest() -> str:
    """Twelve hexadecimal digits that change with any byte of any file."""
    total = hashlib.sha256()
    for name, (content, _) in files().items():
        total.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(content).digest())
    return total.hexdigest()[:12]


def folder(base: str) -> str:
    """The URL path that all of them are under, for a server at ``base`` (its ``server.baseUrlPath``)."""
    return "/".join(["", *filter(None, base.split("/")), PREFIX, digest(), ""])


def preload(base: str) -> str:
    """The ``Link`` header of the index page: the browser fetches these before any script asks for them."""
    chosen = [(name, how) for suffix, how in _PRELOAD.items() for name in files() if name.endswith(suffix)]
    return ", ".join(f"<{folder(base)}{name}>; rel={how}" for name, how in chosen)


def strings() -> dict[str, Any]:
    """Language -> the sections of its file in ``visualizer/strings/``."""
    return {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(STRINGS.glob("*.toml"))}


def _module(exports: dict[str, Any]) -> bytes:
    """A JavaScript module with these exports. JSON is JavaScript, and so are its infinities as Python writes them."""
    lines = []
    for name, value in exports.items():
        literal = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        lines.append(f"export default {literal};\n" if name == "default" else f"export const {name} = {literal};\n")
    return "".join(lines).encode()


def _plotly() -> bytes:
    """plotly.js out of the installed package."""
    return (importlib.resources.files("plotly") / "package_data" / "plotly.min.js").read_bytes()
