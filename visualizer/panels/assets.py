"""What the page loads besides Streamlit itself: the player's modules and styles, generated data, plotly.js.

Modules and styles travel together, see ``bundles``. They are served under ``/lab/<digest>/<name>``. The digest covers
the contents of all of them, so a browser may keep each for ever, and one that still shows an older page never mixes old
modules with new ones.
"""

import hashlib
import importlib.resources
import json
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from visualizer import catalogue, library
from visualizer.figures import palette
from visualizer.networks import catalogue as networks
from visualizer.panels import bundles

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
    """Name -> (contents, content type), of everything as it is written; built once in a process."""
    contents = {path.name: path.read_bytes() for path in PLAYER.iterdir() if path.suffix in TYPES}
    contents |= {
        "catalogue.mjs": _module(catalogue.as_json()),
        "netcatalogue.mjs": _module(networks.as_json()),
        "palette.mjs": _module({"default": palette.palette()}),
        "strings.mjs": _module({"default": strings()}),
        "plotly.min.js": _plotly(),
    }
    return {name: (contents[name], TYPES[Path(name).suffix]) for name in sorted(contents)}


@cache
def served() -> dict[str, tuple[bytes, str]]:
    """The same as it is served: modules and styles that belong to a page are together in a few files."""
    found = {name: (text.encode(), TYPES[Path(name).suffix]) for name, text in bundles.bundled(texts()).items()}
    return files() | found


@cache
def later() -> dict[str, tuple[Callable[[], bytes], str]]:
    """Name -> (how to build the contents, what they depend on), of modules that take too long for a server's start."""
    return {"cards.mjs": (lambda: _module(library.as_json()), library.fingerprint())}


@cache
def digest() -> str:
    """Twelve hexadecimal digits that change with any byte of any file."""
    total = hashlib.sha256(Path(bundles.__file__).read_bytes())
    known = {name: content for name, (content, _) in files().items()}
    for name, content in (known | {name: stands.encode() for name, (_, stands) in later().items()}).items():
        total.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(content).digest())
    return total.hexdigest()[:12]


def folder(base: str) -> str:
    """The URL path that all of them are under, for a server at ``base`` (its ``server.baseUrlPath``)."""
    return "/".join(["", *filter(None, base.split("/")), PREFIX, digest(), ""])


def entry(query: bytes) -> str:
    """The module that the page of a link begins with."""
    return "netmain.mjs" if any(part.startswith(b"net=") for part in query.split(b"&")) else "main.mjs"


def preload(base: str, first: str = "main.mjs") -> str:
    """The ``Link`` header of the index page: the browser fetches these before any script asks for them."""
    wanted = needed_at_once(first)
    chosen = [(name, how) for suffix, how in _PRELOAD.items() for name in wanted if name.endswith(suffix)]
    return ", ".join(f"<{folder(base)}{name}>; rel={how}" for name, how in chosen)


@cache
def needed_at_once(first: str = "main.mjs") -> list[str]:
    """What a visit loads: plotly.js, the styles, and the modules that the ``first`` one imports, together."""
    sheets = bundles.sheets(first, texts())
    plotly = ["plotly.min.js"] if first == "main.mjs" else []  # the other page draws without it
    return [*plotly, *sheets, bundles.BASE, bundles.chunk(first), first]


def texts() -> dict[str, str]:
    """The modules and the styles by name, as they are written."""
    return {name: content.decode() for name, (content, _) in files().items() if Path(name).suffix in {".mjs", ".css"}}


def strings() -> dict[str, Any]:
    """Language -> the sections of its file in ``visualizer/strings/``, and of those in the folder of its name."""
    found = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(STRINGS.glob("*.toml"))}
    for path in sorted(STRINGS.glob("*/*.toml")):
        found[path.parent.name] |= tomllib.loads(path.read_text("utf-8"))
    return found


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
