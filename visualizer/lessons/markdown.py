"""The Markdown of lessons: CommonMark and tables, mathematics, measured figures; no HTML, nothing that is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

MATH = ("math_inline", "math_inline_double", "math_block")
FIGURE = "figure"
OUTSIDE = ("http://", "https://", "mailto:")


@cache
def parser() -> MarkdownIt:
    """Turns text into tokens; ``html`` turns these into HTML."""
    made = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
    made.enable("table")
    made.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False)
    made.inline.ruler.before("link", FIGURE, _figure)
    for name, rule in {"link_open": _open, "link_close": _close, FIGURE: _shown_figure}.items():
        made.add_render_rule(name, rule)
    for name in MATH:
        made.add_render_rule(name, _shown_math)
    return made


def blocks(text: str) -> list[Token]:
    """The tokens of a text; ``map`` says from which line to which, from 0."""
    return parser().parse(text)


def inline(text: str) -> list[Token]:
    """The tokens of one paragraph, without being one."""
    return parser().parseInline(text)


def html(tokens: Sequence[Token], figures: Sequence[str]) -> str:
    """The HTML of tokens whose figures have been measured: their ``meta["figure"]`` are places in ``figures``."""
    return str(parser().renderer.render(tokens, parser().options, {"figures": figures})).strip()


def placed(tokens: Sequence[Token], line: int) -> Iterator[tuple[Token, int]]:
    """Every token within, and its line: that of the whole is ``line`` where it does not say one itself.

    An inline token does not know its line: it is as many below its paragraph's as there are ends of lines before it.
    """
    for token in tokens:
        line = token.map[0] if token.map else line
        yield token, line
        below = line
        for child in token.children or ():
            below = line + child.meta["line"] if child.type == FIGURE else below
            yield child, below
            below += child.type in ("softbreak", "hardbreak") or child.content.count("\n")


def _figure(state: StateInline, silent: bool) -> bool:
    """``{expression : format}``; one that is never closed is told from its content, which is None."""
    if state.src[state.pos] != "{":
        return False
    end = state.src.find("}", state.pos)
    if end < 0 or end >= state.posMax:
        end = state.posMax - 1
    if not silent:
        token = state.push(FIGURE, "", 0)
        closed = state.src[end] == "}" and end > state.pos
        token.content = state.src[state.pos + 1 : end]
        token.meta = {"closed": closed, "line": state.src.count("\n", 0, state.pos)}
    state.pos = end + 1
    return True


# ---- rendering -------------------------------------------------------------------------------------------------------


def _attributes(**values: object) -> str:
    return "".join(f' {name.replace("_", "-")}="{escape(str(value))}"' for name, value in values.items())


def _shown_figure(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    token = tokens[at]
    text = env["figures"][token.meta["figure"]]
    return f"<data{_attributes(value=text, title=token.content.strip())}>{escape(text)}</data>"


def _shown_math(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """Its LaTeX, in whose place the page puts the drawing."""
    token = tokens[at]
    tag, tex = ("p" if token.type == "math_block" else "span"), token.content.strip()
    return f"<{tag}{_attributes(class_='dl-tex', data_tex=tex).replace('class-', 'class')}>{escape(tex)}</{tag}>"


def _open(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """A link outside; or a button that turns the player to a place, or goes to a lesson."""
    meta, href = tokens[at].meta, str(tokens[at].attrs.get("href", ""))
    if "place" in meta:
        return f'<button type="button" class="dl-{meta["kind"]}" data-place="{meta["place"]}">'
    if "lesson" in meta:
        return f"<a{_attributes(data_lesson=meta['lesson'])}>"
    return f'<a{_attributes(href=href)} target="_blank" rel="noopener noreferrer">'


def _close(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """As what it closes: links do not nest."""
    opened = next(token for token in reversed(tokens[:at]) if token.type == "link_open")
    return "</button>" if "place" in opened.meta else "</a>"
