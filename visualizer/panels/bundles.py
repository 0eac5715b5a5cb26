"""The player's modules in a few files: a first visit asks for six where it would ask for a hundred and thirty.

Three hundred students who come at once are then two thousand requests, not forty thousand; and on a slow network a
visit waits for few answers in a row. The modules stay as they are written: each becomes a function that runs once, in
the order of the imports, and gives what it exports. Whatever is imported on demand stays a file of its own, and is
handed the very same modules. Forms of ``import`` and ``export`` other than those below are refused, so that a module
which would come out wrong is an error at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

PAGES = ("main.mjs", "netmain.mjs")  # they may follow each other in one document, so they share what both need
ALONE = ("join.mjs",)  # documents of their own
BASE, BASE_SHEET = "base.chunk.mjs", "base.chunk.css"

_IMPORT = re.compile(
    r'^import (?:\{(?P<names>[^}]*)\}|\* as (?P<all>\w+)|(?P<default>\w+)) from "\./(?P<of>[^"]+)";', re.MULTILINE
)
_STYLES = re.compile(r"^const STYLES = \[([^\]]*)\];$", re.MULTILINE)
_EXPORTS = (
    re.compile(r"^export (?=(?:const|async function\*?|function\*?|class) ([\w$]+))", re.MULTILINE),
    re.compile(r"^export (?=const [\[{]\s*([\w$]+(?:, [\w$]+)*)\s*[\]}] =)", re.MULTILINE),
    re.compile(r"^export \{ ([\w$]+(?:, [\w$]+)*) \};$", re.MULTILINE),
)
_DEFAULT = re.compile(r"^export default ", re.MULTILINE)


def bundled(sources: Mapping[str, str]) -> dict[str, str]:
    """Name -> text of all that is served in place of these modules and styles: the pages' and whatever comes later.

    ``sources`` are all modules and styles by name. Raises ``ValueError`` for a module that cannot be bundled.
    """
    closures = {page: ordered(page, sources) for page in PAGES}
    shared = [name for name in closures[PAGES[0]] if all(name in closure for closure in closures.values())]
    home = dict.fromkeys(shared, BASE)
    for page, closure in closures.items():
        home |= {name: chunk(page) for name in closure if name not in home}
    found = {name: _late(name, text, home) for name, text in sources.items() if name.endswith(".mjs")}
    for where in (BASE, *map(chunk, PAGES)):
        inside = [name for closure in closures.values() for name in closure if home[name] == where]
        found[where] = _chunk(where, list(dict.fromkeys(inside)), sources, home)
    found |= {name: _facade(name, sources[name], where) for name, where in home.items()}
    for page in ALONE:
        found[page] = _chunk(page, ordered(page, sources), sources, {})
    return found | _style_sheets(sources)


def chunk(page: str) -> str:
    """The file that holds what only this page needs."""
    return page.replace(".mjs", ".chunk.mjs")


def ordered(name: str, sources: Mapping[str, str], found: dict[str, None] | None = None) -> list[str]:
    """A module and all that it imports when it is loaded, each after those that it imports itself."""
    found = {} if found is None else found
    for one in _IMPORT.finditer(sources[name]):
        if one["of"] not in found:
            ordered(one["of"], sources, found)
    found[name] = None
    return list(found)


@cache  # each is read for its bundle, for its own place and for all that import it
def exports(name: str, text: str) -> tuple[str, ...]:
    """What a module exports, ``default`` among it. Raises ``ValueError`` for an export that is not known here."""
    groups = [one[1] for form in _EXPORTS for one in form.finditer(text)]
    if len(groups) + len(_DEFAULT.findall(text)) != len(re.findall(r"^export\b", text, re.MULTILINE)):
        raise ValueError(f"{name}: an export of another form")
    if len(_IMPORT.findall(text)) != len(re.findall(r"^import\b", text, re.MULTILINE)):
        raise ValueError(f"{name}: an import of another form")
    names = [one.strip() for group in groups for one in group.split(",")]
    return (*names, *(["default"] if _DEFAULT.search(text) else []))


def _constant(module: str) -> str:
    return "$" + re.sub(r"\W", "_", module)


def _taken(one: re.Match[str]) -> str:
    """An import of a module that is a constant by now."""
    held = _constant(one["of"])
    if one["all"]:
        return f"const {one['all']} = {held};"
    if one["default"]:
        return f"const {one['default']} = {held}.default;"
    return f"const {{{one['names'].replace(' as ', ': ')}}} = {held};"


def _chunk(where: str, inside: Sequence[str], sources: Mapping[str, str], home: Mapping[str, str]) -> str:
    """These modules one after another; those that live elsewhere are imported from there."""
    wanted = dict.fromkeys(one["of"] for name in inside for one in _IMPORT.finditer(sources[name]))
    elsewhere = [name for name in wanted if home.get(name, where) != where]
    parts = [_imported(BASE, elsewhere)] if elsewhere else []
    parts += [f"const {_constant(name)} = (() => {{\n{_body(name, sources[name])}\n}})();" for name in inside]
    parts.append(f"export {{ {', '.join(map(_constant, inside))} }};\n")
    return "\n".join(parts)


def _imported(where: str, modules: Sequence[str]) -> str:
    return f'import {{ {", ".join(map(_constant, modules))} }} from "./{where}";'


def _body(name: str, text: str) -> str:
    """A module as the body of a function."""
    given = exports(name, text)
    for form in _EXPORTS[:2]:
        text = form.sub("", text)
    text = _DEFAULT.sub("const $default = ", _EXPORTS[2].sub("", text))
    names = ", ".join(f'"{one}"' for one in sheets(name, {name: text}))
    text = _STYLES.sub(f"const STYLES = [{names}];", text)
    return f"{_IMPORT.sub(_taken, text)}\nreturn {{ {', '.join(given).replace('default', 'default: $default')} }};"


def _facade(name: str, text: str, where: str) -> str:
    """What stands in a bundled module's own place, for whoever asks for it by name."""
    held, given = _constant(name), exports(name, text)
    named = [one for one in given if one != "default"]
    parts = [_imported(where, [name])]
    parts += [f"export const {{ {', '.join(named)} }} = {held};"] if named else []
    parts += [f"export default {held}.default;"] if "default" in given else []
    return "\n".join(parts) + "\n"


def _late(name: str, text: str, home: Mapping[str, str]) -> str:
    """A module that comes on demand: what it shares with a page, it takes from there."""
    wanted: dict[str, dict[str, None]] = {}
    for one in _IMPORT.finditer(text):
        if where := home.get(one["of"]):
            wanted.setdefault(where, {})[one["of"]] = None
    text = _IMPORT.sub(lambda one: _taken(one) if one["of"] in home else one[0], text)
    return "\n".join([*(_imported(where, list(modules)) for where, modules in wanted.items()), text])


# ---- styles ----------------------------------------------------------------------------------------------------------


def styles(page: str, sources: Mapping[str, str]) -> list[str]:
    """The style sheets that a page names, in their order."""
    found = _STYLES.search(sources[page])
    return re.findall(r'"([^"]+)"', found[1]) if found else []


def sheets(page: str, sources: Mapping[str, str]) -> list[str]:
    """The style sheets that are served in place of a page's: that of all pages, that of this one, and its last."""
    return [BASE_SHEET, _sheet(page), *styles(page, sources)[-1:]]


def _sheet(page: str) -> str:
    return page.replace(".mjs", ".chunk.css")


def _style_sheets(sources: Mapping[str, str]) -> dict[str, str]:
    """The last of a page has the last word, so it stays alone; each of the others goes to one place only."""
    first = [styles(page, sources)[:-1] for page in PAGES]
    shared = [name for name in first[0] if all(name in one for one in first)]
    found = {BASE_SHEET: "\n".join(sources[name] for name in shared)}
    for page, names in zip(PAGES, first, strict=True):
        own = [name for name in names if name not in shared]
        found[_sheet(page)] = "\n".join(sources[name] for name in own)
    return found
