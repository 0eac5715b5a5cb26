"""What the page loads is complete, consistent, and named by its contents."""

import json
import re
from pathlib import Path

import pytest

from visualizer.panels import assets

LATE = {name: (build(), "") for name, (build, _) in assets.later().items()}
MODULES = {name: body.decode() for name, (body, _) in (assets.files() | LATE).items() if name.endswith(".mjs")}


def test_every_relative_import_is_served() -> None:
    missing = {
        (name, wanted)
        for name, text in MODULES.items()
        for wanted in re.findall(r"""(?:from|import)\s*\(?\s*["']\./([^"']+)["']""", text)
        if wanted not in assets.files() | LATE
    }
    assert missing == set()


def test_modules_load_nothing_but_their_neighbors() -> None:
    """A bare name would need a bundler, an address a network."""
    for name, text in MODULES.items():
        for wanted in re.findall(r"""^\s*(?:import|export)\b[^"';]*?from\s*["']([^"']+)["']""", text, re.MULTILINE):
            assert wanted.startswith("./"), (name, wanted)
        for address in re.findall(r"""["'`]https?://[^"'`]+""", text):
            assert "www.w3.org/" in address, (name, address)  # a namespace, never fetched


def test_styles_load_nothing_from_outside() -> None:
    for name, (body, _) in assets.files().items():
        if name.endswith(".css"):
            assert re.findall(r"@import|url\(\s*['\"]?(?:https?:)?//", body.decode()) == [], name


def test_generated_modules_are_json_in_javascript() -> None:
    catalogue = dict(re.findall(r"^export const (\w+) = (.*);$", MODULES["catalogue.mjs"], re.MULTILINE))
    assert {"optimizers", "landscapes", "schedules", "noises", "families", "common"} <= set(catalogue)
    assert "adam" in json.loads(catalogue["optimizers"])
    symbols = set(re.findall(r'"symbol": ?"((?:[^"\\]|\\.)*)"', MODULES["catalogue.mjs"]))
    assert "g<sub>tol</sub>" in symbols
    assert not [symbol for symbol in symbols if re.search(r"[\\{}]", symbol)]
    for name in ("strings.mjs", "palette.mjs"):
        assert json.loads(MODULES[name].removeprefix("export default ").removesuffix(";\n"))


def leaves(table: dict, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    found = {}
    for key, value in table.items():
        found |= leaves(value, (*path, key)) if isinstance(value, dict) else {(*path, key): value}
    return found


def test_both_languages_say_the_same_things() -> None:
    strings = assets.strings()
    assert set(strings) == {"en", "zh"}
    english, chinese = leaves(strings["en"]), leaves(strings["zh"])
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", chinese[key])), key


def test_the_digest_follows_every_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = assets.digest.__wrapped__
    before = fresh()
    changed = dict(assets.files())
    body, kind = changed["main.mjs"]
    changed["main.mjs"] = (body + b"\n", kind)
    monkeypatch.setattr(assets, "files", lambda: changed)
    assert fresh() != before
    assert re.fullmatch(r"[0-9a-f]{12}", before)


@pytest.mark.parametrize("base", ["", "/", "/course", "course/lab1/"])
def test_the_folder_honors_the_base_path(base: str) -> None:
    below = f"/{base.strip('/')}" if base.strip("/") else ""
    assert assets.folder(base) == f"{below}/lab/{assets.digest()}/"


def test_plotly_is_the_installed_one() -> None:
    import plotly

    installed = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    assert assets.files()["plotly.min.js"][0] == installed.read_bytes()
