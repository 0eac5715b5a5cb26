"""A lesson as plain data for the page, once its numbers have been measured.

``as_json`` gives ``slug``, ``lang``, ``title``, ``order``, ``summary``, and

- ``blocks``, in order. ``prose``: ``html``. ``show``: ``html``, ``place``; from here on the player shows that place.
  ``claim``: ``html``, ``rule`` (a sentence), ``holds``, ``measured``: [{``text``, ``seen``, ``holds``}]. ``question``:
  ``html``, ``place``, ``choices`` (html each), ``answer`` (its number; None where the conditions do not leave exactly
  one), ``reveal``. ``sketch``: ``html``, ``place``, ``run`` (its number), ``reveal``; ``sketch.score`` marks it.
- ``places``: [{``scenario``, ``net``, ``query``}], ``query`` a link's. In the HTML, ``<button class="dl-show"
  data-place="2">`` turns the player to a place, ``dl-try`` to that and plays it, ``<a data-lesson="momentum">`` goes to
  another lesson, and ``<data title="expression">`` is a measured number.
- ``formulas`` and ``glyphs``, drawn as the library's are: the page puts them where ``class="dl-tex" data-tex`` is.
- ``problems``: [``line``, sentence] for what could not be measured.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future
from typing import Any
from urllib.parse import urlencode

from visualizer import formula
from visualizer.lessons import claims, kept, markdown
from visualizer.lessons.bench import Bench
from visualizer.lessons.lesson import Block, Claim, Expression, Figure, Lesson, Prose, Question, Show, Sketch
from visualizer.lessons.mistakes import LessonError
from visualizer.lessons.numbers import interval_text, number_text, seen_text
from visualizer.lessons.stage import Place, query_of
from visualizer.networks.study import Study

UNKNOWN, WAITING = "?", "\N{HORIZONTAL ELLIPSIS}"
MOST_KEPT = 128


class Page:
    """A lesson's numbers, and what they say."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson, self.bench = lesson, Bench(lesson.pictures)
        self.problems: list[tuple[int, LessonError]] = []
        self.figures = [self._figure(one) for one in lesson.figures]

    def _figure(self, figure: Figure) -> str:
        made, lang = figure.expression, self.lesson.lang
        try:
            if figure.form == "interval" and (found := self.bench.interval(made.node)):
                return interval_text(found, lang, figure.is_step)
            return number_text(self.bench.number(made.node), figure.form, lang, figure.is_step)
        except LessonError as wrong:
            self.problems.append((made.line, wrong))
            return UNKNOWN

    def holds(self, made: Expression) -> bool | None:
        """Whether an expression is true; None where that cannot be measured, which is a problem."""
        try:
            return self.bench.truth(made.node)
        except LessonError as wrong:
            self.problems.append((made.line, wrong))
            return None

    def answer(self, question: Question) -> int | None:
        """The number of the right choice, by what is measured; anything but exactly one is a problem."""
        conditions = [choice.condition for choice in question.choices]
        held = [False if one is None else self.holds(one) for one in conditions]
        if None in conditions and not any(held) and None not in held:
            return conditions.index(None)
        if held.count(True) == 1 and None not in held:
            return held.index(True)
        right = held.count(True)
        self.problems.append(
            (
                question.line,
                LessonError(f"{right} choices are right, not one.", f"正确的选项有 {right} 个，而不是一个。"),
            )
        )
        return None

    def html(self, tokens: Any) -> str:
        return markdown.html(tokens, self.figures)

    def block(self, block: Block) -> dict[str, Any]:
        if isinstance(block, Prose):
            return {"kind": "prose", "html": self.html(block.tokens)}
        if isinstance(block, Show):
            return {"kind": "show", "html": self.html(block.tokens), "place": block.place}
        if isinstance(block, Claim):
            return self._claim(block)
        own = {"html": self.html(block.tokens), "place": block.place, "reveal": self.html(block.reveal)}
        if isinstance(block, Sketch):
            return {"kind": "sketch", "run": block.run, **own}
        choices = [self.html(choice.tokens) for choice in block.choices]
        return {"kind": "question", "choices": choices, "answer": self.answer(block), **own}

    def _claim(self, claim: Claim) -> dict[str, Any]:
        lang = self.lesson.lang
        measured = [
            {"text": made.text, "seen": seen_text(self.bench.seen(made.node), lang), "holds": self.holds(made) is True}
            for made in claim.expressions
        ]
        return {
            "kind": "claim",
            "html": self.html(claim.tokens),
            "rule": claims.RULES[claim.rule].pair()[lang == "zh"],
            "holds": all(one["holds"] for one in measured),
            "measured": measured,
        }

    def place(self, place: Place) -> dict[str, Any]:
        picture = place.picture(self.lesson.pictures)
        net = isinstance(picture, Study)
        return {"scenario": place.scenario, "net": net, "query": urlencode(query_of(picture), safe="~")}


class Draft(Page):
    """A lesson before its numbers are there: nothing is run for it."""

    def _figure(self, figure: Figure) -> str:
        return WAITING

    def answer(self, question: Question) -> int | None:
        return None

    def _claim(self, claim: Claim) -> dict[str, Any]:
        rule = claims.RULES[claim.rule].pair()[self.lesson.lang == "zh"]
        return {"kind": "claim", "html": self.html(claim.tokens), "rule": rule, "holds": None, "measured": []}


def draft(lesson: Lesson) -> dict[str, Any]:
    """``as_json`` of a lesson whose numbers are still to come: ``holds`` and ``answer`` are None."""
    return as_json(lesson, Draft(lesson)) | {"draft": True}


def as_json(lesson: Lesson, page: Page | None = None) -> dict[str, Any]:
    """The lesson, measured anew; ``opened`` keeps what it gives."""
    page = page or Page(lesson)
    blocks = [page.block(block) for block in lesson.blocks]
    drawings = {tex: formula.draw(tex) for tex in lesson.formulas}
    glyphs = {name: text for drawing in drawings.values() for name, text in drawing.glyphs.items()}
    return {
        "slug": lesson.slug,
        "lang": lesson.lang,
        "title": lesson.title,
        "order": lesson.order,
        "summary": lesson.summary,
        "blocks": blocks,
        "places": [page.place(place) for place in lesson.places],
        "formulas": {
            tex: [[line.width, line.height, line.depth, line.box, line.body] for line in drawing.lines]
            for tex, drawing in drawings.items()
        },
        "glyphs": "".join(glyphs.values()),
        "problems": [[line, wrong.text.pair()[lesson.lang == "zh"]] for line, wrong in page.problems],
    }


def _measured(lesson: Lesson) -> dict[str, Any]:
    found = as_json(lesson)
    kept.save(lesson, found)
    return found


_guard = threading.Lock()
_kept: OrderedDict[str, Future[dict[str, Any]]] = OrderedDict()  # by digest; the one asked for last comes last


def opened(lesson: Lesson) -> dict[str, Any]:
    """``as_json`` of a lesson, kept here and on disk: a class that opens it together has it measured once.

    Nobody writes into what is found.
    """
    with _guard:
        known = _kept.get(lesson.digest)
        mine = known is None
        found = known or Future()
        _kept[lesson.digest] = found
        _kept.move_to_end(lesson.digest)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    if mine:
        try:
            found.set_result(kept.load(lesson) or _measured(lesson))
        except BaseException as error:
            with _guard:
                _kept.pop(lesson.digest, None)  # who asks next tries again
            found.set_exception(error)
            raise
    return found.result()
