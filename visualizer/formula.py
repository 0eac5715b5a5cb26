"""LaTeX drawn as SVG, by ziamath: the same picture everywhere, without fonts or a script in the browser.

Glyphs are shared: a formula says where each of them stands (``<use>``), and the page holds each outline once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

SIZE = 20.0  # points while drawing; what leaves here is in units of the font size
_GLYPH = re.compile(r'<symbol id="([^"]+)" viewBox="([^"]+)">(.*?)</symbol>')
_SPACE = re.compile(r'<symbol id="[^"]+" viewBox="[^"]+" />|<use [^>]*width="0"[^>]*/>')
_SVG = re.compile(r'<svg [^>]*viewBox="([^"]+)"[^>]*>(.*)</svg>', re.DOTALL)

# Where the translation to MathML loses space or a sign that TeX would set.
_MEND = [
    (r"\:=", r"\\coloneqq "),
    (r"\\operatorname\{", r"\\,\\operatorname{"),
    (r"\\bmod", r"\\;\\mathrm{mod}\\;"),
    (r"\\sim\b", r"\\;\\sim\\;"),
    (r"(\^\S) \\max_", r"\1\\,\\max_"),
]


@dataclass(frozen=True)
class Line:
    """A line of a formula: what stands in its ``<svg>``, and its size in em; ``depth`` is below the baseline."""

    width: float
    height: float
    depth: float
    box: str
    body: str


@dataclass(frozen=True)
class Drawing:
    """A formula's lines, and its glyphs: id -> ``<symbol>``."""

    lines: tuple[Line, ...]
    glyphs: dict[str, str]


def split(tex: str) -> list[str]:
    r"""The formula's lines: what ``, \quad`` separates outside every brace, fence and case."""
    lines, depth, start = [], 0, 0
    for token in re.finditer(r"\\(?:left|right|begin|end|quad)\b|\\[{}]|[{},]", tex):
        text = token.group()
        if text in ("{", r"\left", r"\begin"):
            depth += 1
        elif text in ("}", r"\right", r"\end"):
            depth -= 1
        elif text == r"\quad" and depth == 0 and tex[start : token.start()].rstrip().endswith(","):
            lines.append(tex[start : token.start()].rstrip().removesuffix(",").strip())
            start = token.end()
    return [*lines, tex[start:].strip()]


@lru_cache(maxsize=2048)  # all of the catalogue, and what is typed
def draw(tex: str) -> Drawing:
    """The drawing of a formula. Raises whatever ziamath raises for LaTeX that it does not know."""
    glyphs: dict[str, str] = {}
    return Drawing(tuple(_line(line, glyphs) for line in split(tex)), glyphs)


def unknown(tex: str) -> str:
    """The first command that would be drawn as its name, for ziamath does not know it; empty if there is none."""
    found = re.search(r"\\[A-Za-z]+", _ziamath().tex.tex2mml(tex))
    return found.group() if found else ""


def _ziamath() -> Any:
    """The package. It reads its font when it is imported, a third of a second: not at a server's start."""
    import ziamath

    return ziamath


def _line(tex: str, glyphs: dict[str, str]) -> Line:
    for found, better in _MEND:
        tex = re.sub(found, better, tex)
    # The wide hat that the translation takes for \hat is wider than its letter, and pushes it to the right.
    mathml = _ziamath().tex.tex2mml(tex).replace("&#x00302;", "&#x002C6;")
    drawn = _ziamath().Math(mathml, size=SIZE)
    svg = _SVG.fullmatch(drawn.svg())
    assert svg is not None
    box, inside = svg.groups()
    inside = _SPACE.sub("", inside)
    for name, view, path in _GLYPH.findall(inside):
        glyphs[_short(name)] = f'<symbol id="{_short(name)}" viewBox="{view}">{path}</symbol>'
    inside = re.sub(r'href="#([^"]+)"', lambda use: f'href="#{_short(use.group(1))}"', _GLYPH.sub("", inside))
    inside = inside.replace(' fill="black"', "").replace('stroke="black"', 'stroke="currentColor"').replace(" />", "/>")
    _, top, width, height = map(float, box.split())
    return Line(round(width / SIZE, 3), round(height / SIZE, 3), round((top + height) / SIZE, 3), box, inside)


def _short(glyph: str) -> str:
    """A glyph's id in the page: the font's name would be most of the text."""
    return "dl-g" + glyph.replace("STIXTwoMathRegular", "").replace("_", "-").strip("-")
