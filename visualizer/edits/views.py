"""The edits that change how a scenario is looked at, or go back to an earlier one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from optimizers import CATALOGUE
from visualizer.edits import wrapping
from visualizer.edits.parts import Edit, place_of, slug_of
from visualizer.edits.session import CURVES, LANGUAGES, Asked, Session, remember


def _undo(session: Session, edit: Edit) -> Session:
    if not session.undo:
        return session
    *undo, back = session.undo
    redo = (session.scenario, *session.redo)
    return replace(session, scenario=back, undo=tuple(undo), redo=redo, gesture=(), first=False, problems=())


def _redo(session: Session, edit: Edit) -> Session:
    if not session.redo:
        return session
    forward, *redo = session.redo
    undo = (*session.undo, session.scenario)
    return replace(session, scenario=forward, undo=undo, redo=tuple(redo), gesture=(), problems=())


def _reset(session: Session, edit: Edit) -> Session:
    return replace(remember(session, session.opened, ("reset",), 0.0), problems=())


def _curve(session: Session, edit: Edit) -> Session:
    return replace(session, curve=edit["value"]) if edit.get("value") in CURVES else session


def _lang(session: Session, edit: Edit) -> Session:
    known = edit.get("value") in LANGUAGES
    return replace(session, lang=edit["value"], lang_chosen=True) if known else session


def _flag(name: str) -> Callable[[Session, Edit], Session]:
    def change(session: Session, edit: Edit) -> Session:
        changed: dict[str, Any] = {name: bool(edit.get("value"))}
        return replace(session, **changed)

    return change


def _inspect(session: Session, edit: Edit) -> Session:
    """Looks at a point of the page; at none for anything else."""
    value = edit.get("value")
    listed = value if isinstance(value, list | tuple) else ()
    if len(listed) == 2 and all(isinstance(v, int | float) and math.isfinite(v) and abs(v) < 1e9 for v in listed):
        return replace(session, inspected=(float(listed[0]), float(listed[1])))
    return replace(session, inspected=None)


def _scope(session: Session, edit: Edit) -> Session:
    """Puts the run at a place of the race under the microscope; closes it for anything else."""
    place, runs = edit.get("value"), session.scenario.runs
    if isinstance(place, int) and not isinstance(place, bool) and 0 <= place < len(runs):
        return replace(session, scope=runs[place].color)
    return replace(session, scope=None)


def _snippets(session: Session, edit: Edit) -> Session:
    """Asks for the code of a run."""
    slug, place = str(edit.get("optimizer"))[:40], edit.get("run")
    run = None
    try:
        if place is None:
            run = wrapping.fresh(session.scenario, slug_of(CATALOGUE, {"value": slug}))
        else:
            place = place_of(session.scenario, edit)
            run = session.scenario.runs[place]
    except (ValueError, TypeError, KeyError, IndexError):
        place = None
    return replace(session, asked=Asked(slug, place, run))


#: Those that bring an earlier scenario back.
BACK = ("undo", "redo", "reset")
LOOKS: dict[Any, Callable[[Session, Edit], Session]] = {
    "undo": _undo,
    "redo": _redo,
    "reset": _reset,
    "curve": _curve,
    "lang": _lang,
    "carried": _flag("carried"),
    "arrows": _flag("arrows"),
    "inspect": _inspect,
    "scope": _scope,
    "rule": _flag("rule"),
    "snippets": _snippets,
    "need_grid": lambda session, edit: replace(session, grid_sent="", lines_sent=()),
    "drawing": lambda session, edit: replace(session, drawing=True),
    "dismiss": lambda session, edit: replace(session, problems=(), first=False),
}
