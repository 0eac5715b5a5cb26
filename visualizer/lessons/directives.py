"""What stands on its own in a lesson: claims, questions, sketches.

Each is a fenced block whose lines begin with a sign:

= an expression: what is claimed; or, below a choice, when that is the right one
- a choice
> what is told with the answer
anything else is text, or goes on with the line before
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from visualizer.lessons import claims, meaning
from visualizer.lessons.lesson import Block, Choice, Claim, Question, Sketch
from visualizer.lessons.measures import TRUTH
from visualizer.lessons.mistakes import LessonError, shown
from visualizer.lessons.stage import Place, place_of

if TYPE_CHECKING:
    from visualizer.lessons.reading import Reading

TEXT, CONDITION, CHOICE, REVEAL = "", "=", "-", ">"
MOST_CHOICES = 6


@dataclass(frozen=True)
class Piece:
    """Lines that belong together: their sign, the line of the file where they begin, and what they say."""

    sign: str
    line: int
    text: str


def pieces(content: str, first: int) -> list[Piece]:
    """The pieces of a fenced block whose content begins at line ``first``."""
    found: list[Piece] = []
    for line, text in enumerate(content.split("\n"), first):
        said = text.strip()
        sign = next((sign for sign in (CONDITION, CHOICE, REVEAL) if said.startswith(sign + " ")), TEXT)
        if not said:
            continue
        before = found[-1] if found else None
        if before and (sign == TEXT or sign == before.sign == REVEAL):
            found[-1] = replace(before, text=f"{before.text}\n{said.removeprefix(sign).strip()}")
        else:
            found.append(Piece(sign, line, said.removeprefix(sign).strip()))
    return found


def _taken(found: list[Piece], line: int, allowed: str, kind: str) -> None:
    for piece in found:
        if piece.sign and piece.sign not in allowed:
            raise LessonError(
                f"A {kind} has no line with {piece.sign}.",
                f"{kind} 中没有以 {piece.sign} 开头的行。",
                piece.line - line,
            )
    if not found or found[0].sign:
        raise LessonError(f"A {kind} begins with a sentence.", f"{kind} 应以一句话开头。")


def _claim(reading: Reading, line: int, about: str, found: list[Piece]) -> Claim | None:
    """``claim each at its best``: a sentence, and what it says in numbers."""
    if about not in claims.RULES:
        known = ", ".join(claims.RULES)
        raise LessonError(
            f"A claim says how rates were chosen: {known}; not {shown(about)}.",
            f"断言要说明学习率如何选取：{known}；而不是 {shown(about)}。",
        )
    _taken(found, line, CONDITION, "claim")
    tokens = reading.text(found[0])
    if len(found) == 1:
        raise LessonError("A claim has a line = expression.", "断言应有一行 = 表达式。")
    expressions = [reading.expression(piece.text, piece.line, TRUTH) for piece in found[1:]]
    whole = tuple(made for made in expressions if made)
    if len(whole) < len(expressions):
        return None
    asking = [(made.line, path) for made in whole for path in meaning.paths(made.node, reading.pictures)]
    try:
        claims.check_rule(about, asking, reading.pictures)
        claims.check_escape(asking, reading.pictures)
    except LessonError as wrong:
        raise wrong.moved(wrong.at - line) from None
    return Claim(line, about, tokens, whole)


def _question(reading: Reading, line: int, about: str, found: list[Piece]) -> Question | None:
    """``question valley``: what is asked about a place, the choices, each with its condition, and what is revealed."""
    place = reading.place(about)
    _taken(found, line, CONDITION + CHOICE + REVEAL, "question")
    tokens, reveal = reading.text(found[0]), None
    choices: list[Choice] = []
    broken = False
    for before, piece in pairwise(found):
        if piece.sign == CHOICE:
            choices.append(Choice(reading.text(piece), None))
        elif piece.sign == REVEAL:
            reveal = piece
        elif before.sign == CHOICE:
            condition = reading.expression(piece.text, piece.line, TRUTH)
            broken = broken or condition is None
            choices[-1] = replace(choices[-1], condition=condition)
        else:
            raise LessonError("A condition stands below its choice.", "条件应写在所属选项的下一行。", piece.line - line)
    if not 2 <= len(choices) <= MOST_CHOICES:
        raise LessonError(f"A question has 2 to {MOST_CHOICES} choices.", f"问题应有 2 至 {MOST_CHOICES} 个选项。")
    if sum(choice.condition is None for choice in choices) > 1 and not broken:
        raise LessonError(
            "Each choice but one says below it, after =, when it is right.",
            "除一个之外，每个选项都要在下一行的 = 之后写明何时为正确。",
        )
    return None if broken else Question(line, place, tokens, tuple(choices), reading.text(reveal))


def _sketch(reading: Reading, line: int, about: str, found: list[Piece]) -> Sketch:
    """``sketch valley.momentum``: the path of a run is to be drawn before it is seen."""
    name, dot, run = about.rpartition(".")
    if not dot:
        raise LessonError("A sketch is of a run: sketch scenario.run.", "手绘的是某个优化器：sketch 场景.优化器。")
    place = reading.place(name)
    picture = Place.read(name).picture(reading.pictures)
    if not hasattr(picture, "landscape"):
        raise LessonError("Networks have no path to sketch.", "网络没有可手绘的路径。")
    _taken(found, line, REVEAL, "sketch")
    reveal = next((piece for piece in found if piece.sign == REVEAL), None)
    return Sketch(line, place, place_of(picture, run), reading.text(found[0]), reading.text(reveal))


DIRECTIVES: Mapping[str, Callable[[Reading, int, str, list[Piece]], Block | None]] = {
    "claim": _claim,
    "question": _question,
    "sketch": _sketch,
}
