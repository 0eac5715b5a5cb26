"""The edits of the quiz: a round begins, somebody answers, goes on, leaves. Meanwhile nothing else can be changed."""

from __future__ import annotations

from dataclasses import replace

from visualizer.edits.parts import Edit
from visualizer.edits.session import Session
from visualizer.quiz import MOST_SEEDS, ROUND, Round
from visualizer.spec import Text

CLOSED = Text(
    "In the quiz nothing can be changed: leave it to turn the dials.",
    "测验中不能修改\uff1a退出测验后才能调参数。",
)


def seed_of(value: object) -> int | None:
    """The seed of a round, as a link or the page says it; None for what is none."""
    text = str(value)
    return int(text) % MOST_SEEDS if text.isascii() and text.isdigit() and len(text) < 20 else None


def begin(session: Session, seed: int) -> Session:
    """A round's first question; the scenario so far comes back when the round is left."""
    before = session.scenario if session.quiz is None else session.before
    return _at(replace(session, before=before, first=False, problems=()), Round(seed))


def _at(session: Session, played: Round) -> Session:
    return replace(session, quiz=played, scenario=played.scenario, inspected=None, scope=None)


def _quiz(session: Session, edit: Edit) -> Session:
    """Begins the round with this seed; leaves the quiz for None."""
    if edit.get("value") is None:
        if session.before is None:
            return session
        return replace(session, quiz=None, before=None, scenario=session.before, problems=())
    seed = seed_of(edit["value"])
    return session if seed is None else begin(session, seed)


def _guess(session: Session, edit: Edit) -> Session:
    played, value = session.quiz, edit.get("value")
    if played is None or played.guess is not None or not isinstance(value, int) or isinstance(value, bool):
        return session
    if not 0 <= value < len(played.question.choices):
        return session
    return _at(session, replace(played, guesses=(*played.guesses, value)))


def _next(session: Session, edit: Edit) -> Session:
    played = session.quiz
    if played is None or played.guess is None or played.number + 1 >= ROUND:
        return session
    return _at(session, replace(played, number=played.number + 1))


QUIZ = {"quiz": _quiz, "guess": _guess, "next": _next}
