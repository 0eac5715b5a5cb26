"""A lesson read: from the text of a file to a ``Lesson``, or to what is wrong with it, line by line.

Reading runs nothing: names, dials and the sense of every expression are checked, its numbers are measured when the
lesson is opened (``page.py``) or checked (``check.py``). It is total: whatever a file holds, it raises nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from markdown_it.token import Token

from visualizer import formula
from visualizer.lessons import front, markdown, meaning
from visualizer.lessons.directives import DIRECTIVES, Piece, pieces
from visualizer.lessons.lesson import Block, Expression, Figure, Lesson, Prose, Show
from visualizer.lessons.measures import NUMBER
from visualizer.lessons.mistakes import LessonError, Mistakes, shown
from visualizer.lessons.numbers import FORMAT
from visualizer.lessons.stage import Place
from visualizer.spec import Text

LONGEST = 60_000  # characters of a file
MOST_FIGURES, MOST_TEX = 200, 400
LESSON = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def read(text: str, slug: str, lang: str, path: str = "") -> tuple[Lesson | None, Mistakes]:
    """The lesson of a file's text, or None and its mistakes."""
    mistakes = Mistakes()
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST:
        mistakes.say(1, Text(f"A lesson has at most {LONGEST} characters.", f"课文最多 {LONGEST} 个字符。"))
        return None, mistakes
    head = front.read(text, mistakes)
    if head.pictures is None:
        return None, mistakes
    reading = Reading(head, mistakes)
    try:
        blocks = reading.blocks()
    except RecursionError:
        mistakes.say(head.lines + 1, Text("The text is nested too deeply.", "正文嵌套太深。"))
        blocks = ()
    if mistakes:
        mistakes.sort(key=lambda one: one.line)
        return None, mistakes
    lesson = Lesson(
        slug,
        lang,
        head.title,
        head.order,
        head.summary,
        head.pictures,
        tuple(reading.places),
        tuple(reading.figures),
        blocks,
        tuple(dict.fromkeys(reading.formulas)),
        tuple(reading.links),
        hashlib.sha256(f"{slug} {lang} {text}".encode("utf-8", "replace")).hexdigest(),
        path,
    )
    return lesson, mistakes


def _directive_of(token: Token) -> str:
    """The kind of what stands on its own; nothing for any other token."""
    words = token.info.split() if token.type == "fence" else []
    return words[0] if words and words[0] in DIRECTIVES else ""


class Reading:
    """What is found on the way through a body."""

    def __init__(self, head: front.Front, mistakes: Mistakes) -> None:
        self.head, self.pictures, self.mistakes = head, head.pictures or {}, mistakes
        self.places: list[Place] = []
        self.figures: list[Figure] = []
        self.formulas: list[str] = []
        self.links: list[tuple[int, str]] = []

    def blocks(self) -> tuple[Block, ...]:
        """The body in order: prose, and what stands on its own."""
        found: list[Block] = []
        prose: list[Token] = []
        tokens = markdown.blocks(self.head.body)
        self._look(tokens, self.head.lines + 1)
        at = 0
        while at < len(tokens):
            alone, show = _directive_of(tokens[at]) and not tokens[at].level, self._show(tokens[at : at + 3])
            made = show or (self._directive(tokens[at]) if alone else None)
            if made or alone:
                found += [Prose(tuple(prose))] if prose else []
                found += [made] if made else []
                prose = []
            else:
                prose.append(tokens[at])
            at += 3 if show else 1
        return (*found, Prose(tuple(prose))) if prose else tuple(found)

    def _show(self, tokens: Sequence[Token]) -> Show | None:
        if [token.type for token in tokens] != ["paragraph_open", "inline", "paragraph_close"] or tokens[0].level:
            return None
        children = tokens[1].children or []
        alone = children and children[0].type == "link_open" and children[-1].type == "link_close"
        if not alone or sum(child.type == "link_open" for child in children) > 1:
            return None
        meta = children[0].meta
        return Show((tokens[1],), meta["place"]) if meta.get("kind") == "show" else None

    # ---- what is inside a text ----

    def _look(self, tokens: Sequence[Token], line: int) -> None:
        """Reads the figures, links and mathematics of tokens whose first line is this one of the file."""
        for token, below in markdown.placed(tokens, 0):
            at = line + below
            if token.type == markdown.FIGURE:
                self._figure(token, at)
            elif token.type == "link_open":
                self._link(token, at)
            elif token.type in markdown.MATH:
                self._math(token, at)
            elif token.type == "image":
                self.mistakes.say(at, Text("A lesson loads no images.", "课文不加载图片。"))
            elif token.level and (kind := _directive_of(token)):
                self.mistakes.say(
                    at,
                    Text(
                        f"A {kind} stands on its own, not in a list or a quotation.",
                        f"{kind} 应独立成段，不能放在列表或引用中。",
                    ),
                )

    def _figure(self, token: Token, line: int) -> None:
        if not token.meta["closed"]:
            self.mistakes.say(
                line, Text(r"This { is never closed; a brace itself is \{.", r"这个 { 没有闭合；花括号本身写作 \{。")
            )
        elif len(self.figures) >= MOST_FIGURES:
            self.mistakes.say(line, Text(f"More than {MOST_FIGURES} figures.", f"测量数字超过 {MOST_FIGURES} 个。"))
        else:
            text, _, form = token.content.partition(":")
            made = self.expression(text, line, NUMBER)
            form = form.strip()
            if form and not FORMAT.fullmatch(form):
                told = shown(form)
                self.mistakes.say(
                    line,
                    Text(
                        f"After the colon stands %, .2 (decimals), 3 (digits) or interval, not {told}.",
                        f"冒号之后应为 %、.2（小数位）、3（有效数字）或 interval，而不是 {told}。",
                    ),
                )
            elif made:
                self.figures.append(Figure(made, form, meaning.is_step(made.node)))
                if form == "interval" and not (made.node.kind == "call" and made.node.name == "median"):
                    self.mistakes.say(line, Text("Only a median has an interval.", "只有中位数才有区间。"))
        token.meta["figure"] = len(self.figures) - 1

    def _link(self, token: Token, line: int) -> None:
        href = str(token.attrs.get("href", ""))
        scheme, _, rest = href.partition(":")
        try:
            if scheme in ("show", "try"):
                token.meta = {"kind": scheme, "place": self.place(rest)}
            elif scheme == "lesson":
                if not LESSON.fullmatch(rest):
                    raise LessonError(f"No lesson is called {shown(rest)}.", f"没有名为 {shown(rest)} 的课文。")
                token.meta = {"lesson": rest}
                self.links.append((line, rest))
            elif not href.startswith(markdown.OUTSIDE):
                raise LessonError(
                    f"A link begins with show:, try:, lesson: or https://, not {shown(href)}.",
                    f"链接以 show:、try:、lesson: 或 https:// 开头，而不是 {shown(href)}。",
                )
        except LessonError as wrong:
            self.mistakes.say(line, wrong.text)

    def place(self, text: str) -> int:
        """The number of a place, whose scenario and changes are possible."""
        made = Place.read(text)
        made.picture(self.pictures)
        if made not in self.places:
            self.places.append(made)
        return self.places.index(made)

    def _math(self, token: Token, line: int) -> None:
        tex = token.content.strip()
        try:
            if len(tex) > MOST_TEX:
                raise ValueError(f"more than {MOST_TEX} characters")
            formula.draw(tex)
            if word := formula.unknown(tex):
                raise ValueError(word)
        except Exception as wrong:  # whatever the drawing raises for LaTeX that it does not know
            told = shown(tex)
            why = str(wrong)[:80]
            self.mistakes.say(
                line, Text(f"The formula {told} cannot be drawn: {why}.", f"公式 {told} 无法绘制：{why}。")
            )
        self.formulas.append(tex)

    def expression(self, text: str, line: int, kind: str) -> Expression | None:
        """The expression, or None and a mistake that says where in the line it is."""
        try:
            return Expression(line, text.strip(), meaning.read(text.strip(), self.pictures, kind))
        except LessonError as wrong:
            here = text.strip()
            about = f" ({here[: wrong.at]}⟨?⟩{here[wrong.at :]})"[:200] if here else ""
            self.mistakes.say(line, Text(f"{wrong.text}{about}", f"{wrong.text.zh}{about}"))
        return None

    # ---- what stands on its own ----

    def _directive(self, fence: Token) -> Block | None:
        assert fence.map is not None
        line = self.head.lines + 1 + fence.map[0]
        kind, _, about = fence.info.strip().partition(" ")
        try:
            return DIRECTIVES[kind](self, line, about.strip(), pieces(fence.content, line + 1))
        except LessonError as wrong:
            self.mistakes.say(line + wrong.at, wrong.text)
        return None

    def text(self, piece: Piece | None) -> tuple[Token, ...]:
        """The tokens of a piece of text; of none, nothing."""
        if piece is None:
            return ()
        tokens = markdown.inline(piece.text)
        self._look(tokens, piece.line)
        return tuple(tokens)
