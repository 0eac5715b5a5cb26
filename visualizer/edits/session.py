"""A visitor's session: the scenario, what can be undone, and how it is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from landscapes._expression import FormulaError
from visualizer.quiz import Round
from visualizer.scenario import Run, Scenario
from visualizer.spec import Text

CURVES = ("loss", "gradient", "rate", "momentum", "effective", "step")
LANGUAGES = ("en", "zh")
UNDO_DEPTH = 100
ONE_GESTURE = 1.5  # seconds: edits of the same dial closer together than this are undone together, e.g. by arrow keys
DRAGGED = {
    *("formula", "hill", "param", "rotate", "stretch", "shift", "smooth", "start", "steps", "seed", "tolerance"),
    *("noise_hyper", "run_hyper", "schedule_hyper", "wrapper_hyper", "fork_at"),
}


@dataclass(frozen=True)
class Session:
    """One visitor: the scenario, what can be undone, how it is looked at, and what is to be said.

    ``drawing`` asks for the drawing of a made surface's formula; ``typed`` is one that was typed just now. ``carried``
    says whether the start moves along when the surface is placed elsewhere, ``arrows`` whether the gradient field is
    shown; ``inspected`` is the point of the page whose curvature is shown, if any. ``scope`` is the colour slot of the
    run under the microscope: a slot stays with its run when others come, go or move. ``rule`` says whether the lines of
    its rule are shown, ``lines_sent`` which of them the page has. ``quiz`` is the round that is played, and ``before``
    the scenario that comes back after it.
    """

    scenario: Scenario
    opened: Scenario
    undo: tuple[Scenario, ...] = ()
    redo: tuple[Scenario, ...] = ()
    curve: str = "loss"
    carried: bool = True
    arrows: bool = False
    inspected: tuple[float, float] | None = None
    scope: int | None = None
    rule: bool = False
    lang: str = "en"
    lang_chosen: bool = False
    first: bool = False
    problems: tuple[Text, ...] = ()
    ack: int = 0
    gesture: tuple[Any, ...] = ()
    gesture_time: float = float("-inf")
    grid_sent: str = ""
    lines_sent: tuple[str, ...] = ()
    drawing: bool = False
    asked: Asked | None = None
    quiz: Round | None = None
    before: Scenario | None = None
    typed: Typed | None = None


@dataclass(frozen=True)
class Typed:
    """A formula as its user typed it, and what is wrong with it, if anything."""

    text: str
    wrong: FormulaError | None = None


@dataclass(frozen=True)
class Asked:
    """The run whose code the page wants to see: the one at ``place``, or (None) the optimizer as it would be added.

    ``run`` is None where there is no such run, or not any more.
    """

    optimizer: str
    place: int | None
    run: Run | None


def same_gesture(old: tuple[Any, ...], old_time: float, new: tuple[Any, ...], now: float) -> bool:
    """Whether an edit goes on with the one before: of the same control, and by the same press or soon after."""
    one_drag = new[3:] == old[3:] and new[3:] != (None,)
    return new[:3] == old[:3] and (one_drag or now - old_time < ONE_GESTURE)


def remember(session: Session, changed: Scenario, gesture: tuple[Any, ...], now: float) -> Session:
    """The session with a changed scenario, which can be undone; a drag is undone as a whole."""
    if changed == session.scenario:
        return session
    known = session.gesture, session.gesture_time
    going_on = gesture[0] in DRAGGED and same_gesture(*known, gesture, now) and session.undo
    undo = session.undo if going_on else (*session.undo, session.scenario)[-UNDO_DEPTH:]
    # A newcomer may get the slot of a run that left: it is not the one that was looked at.
    scope = session.scope if session.scope in {run.color for run in changed.runs} else None
    return replace(session, scenario=changed, undo=undo, redo=(), gesture=gesture, gesture_time=now, scope=scope)
