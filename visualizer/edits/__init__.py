"""What a user can do to a scenario: each edit is a pure function, and a session keeps what can be undone.

Edits come from the browser and are not trusted: a value that is impossible is answered by a sentence, and the scenario
stays as it was or takes the nearest possible value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from landscapes._expression import LENGTH, FormulaError
from visualizer.dials import BUDGET, SEED, STEPS, TOLERANCE
from visualizer.edits.building import apart, rival
from visualizer.edits.charting import CHARTS
from visualizer.edits.opening import open_link
from visualizer.edits.parts import Change, RefusedError, field
from visualizer.edits.quizzing import CLOSED, QUIZ
from visualizer.edits.runs import RUNS
from visualizer.edits.session import CURVES, LANGUAGES, Asked, Session, Typed, remember
from visualizer.edits.surface import SURFACE, start
from visualizer.edits.views import BACK, LOOKS
from visualizer.spec import Text

__all__ = ["CHANGES", "CURVES", "LANGUAGES", "VIEWS", "Asked", "Session", "Typed", "apply"]

VIEWS = {**LOOKS, **QUIZ}
TELLING = ("scope", "snippets")  # what would tell the answer of a question
PLACING = ("rotate", "stretch", "shift")
CHANGES: dict[str, Change] = {
    **SURFACE,
    **RUNS,
    **CHARTS,
    "steps": field("steps", STEPS),
    "seed": field("seed", SEED),
    "tolerance": field("tolerance", TOLERANCE),
    "budget": field("budget", BUDGET),
    "apart": apart,
    "rival": rival,
    "open": open_link,
    "log": lambda scenario, edit, notes: replace(scenario, log=bool(edit.get("value"))),
}


def apply(session: Session, edit: Any, now: float) -> Session:
    """The session after an edit, whatever the edit holds. ``now`` is a clock in seconds."""
    if not isinstance(edit, Mapping):
        return session
    seq = edit.get("seq")
    if isinstance(seq, int) and not isinstance(seq, bool):
        session = replace(session, ack=seq)
    op = edit.get("op")
    if not isinstance(op, str):
        return session
    if session.quiz and (op in CHANGES or op in BACK):
        return replace(session, problems=(CLOSED,))
    if session.quiz and session.quiz.guess is None and op in TELLING:
        return session
    if op in VIEWS:
        return VIEWS[op](session, edit)
    if op not in CHANGES:
        return session
    notes: list[Text] = []
    try:
        if op in (*PLACING, "smooth") and session.scenario.surface.timed:
            raise RefusedError("Its second axis is time: it stays as it is.", "第二轴是时间\uff0c只能按原样绘制。")
        changed = CHANGES[op](session.scenario, edit, notes)
        if op in PLACING and not session.carried:
            changed = start(changed, {"value": session.scenario.placed_start}, notes)
    except FormulaError as wrong:
        return replace(session, typed=Typed(str(edit.get("value"))[: 2 * LENGTH], wrong))
    except RefusedError as refusal:
        return replace(session, problems=(refusal.text,))
    except (ValueError, TypeError, KeyError, IndexError) as error:
        text = getattr(error, "text", None) or Text(f"That change is not possible: {error}", f"无法这样修改：{error}")
        return replace(session, problems=(text,))
    session = replace(session, problems=tuple(notes), first=False, typed=None)
    if op == "formula":
        session = replace(session, typed=Typed(str(edit.get("value"))))
    gesture = (op, edit.get("run"), edit.get("name") or edit.get("at"), edit.get("gesture"))
    return remember(session, changed, gesture, now)
