"""The race: one script run per edit. The session's scenario is the single source of truth."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from visualizer import race
from visualizer.edits import Session, apply
from visualizer.edits.quizzing import begin, seed_of
from visualizer.export import python
from visualizer.panels import payload, player
from visualizer.scenario import Scenario

KEY = "descent-lab"
SLOT = player.LAB


def draw(on_edit: Callable[[], None]) -> None:
    """Draws the page: the scenario of the link, and then whatever the edits made of it."""
    session: Session = st.session_state[KEY]
    st.session_state["rev"] = rev = st.session_state.get("rev", 0) + 1
    drawn = _surface(session.scenario)
    trajectories = race.race(session.scenario)
    header = payload.header(session, rev, query(session), drawn, trajectories)
    if session.asked:
        header["snippets"] = {
            "optimizer": session.asked.optimizer,
            "run": session.asked.place,
            "code": _code(session),
        }
    packed = player.pack(header, payload.arrays(session, drawn, trajectories))
    laid = tuple(leg["id"] for leg in header.get("scope", {}).get("lines", []))
    sent = {"grid_sent": drawn.header["id"], "lines_sent": laid or session.lines_sent}
    st.session_state[KEY] = replace(session, **sent, drawing=False, asked=None)
    player.mount(SLOT, packed, on_edit)


def _code(session: Session) -> dict[str, dict[str, str]]:
    """The run that was asked for as code: ``descent_lab``, ``torch``, ``optax`` -> its ``code`` and ``kind``."""
    if session.asked is None or session.asked.run is None:
        return {}
    found = python.snippets(session.scenario, session.asked.run, session.lang)
    return {library: asdict(snippet) for library, snippet in found.items()}


def opened(parameters: dict[str, str], lang: str, chosen: bool) -> Session:
    """A visitor comes to this page: the scenario of the link, or the first picture."""
    played = seed_of(parameters.pop("quiz", None))
    scenario, problems = Scenario.from_query(parameters)
    session = Session(scenario, scenario, lang=lang, lang_chosen=chosen, first=not parameters, problems=tuple(problems))
    return session if played is None else begin(session, played)


def edited(session: Session, edit: Any) -> Session:
    return apply(session, edit, time.monotonic())


def in_language(session: Session, lang: str, chosen: bool) -> Session:
    return replace(session, lang=lang, lang_chosen=chosen)


def query(session: Session) -> str:
    parameters = {"quiz": str(session.quiz.seed)} if session.quiz else session.scenario.to_query()
    if session.lang_chosen:
        parameters["lang"] = session.lang
    return urlencode(parameters)


DRAWN = ("landscape", "rotate", "stretch", "shift", "smooth", "log")  # what a surface depends on, and its parameters


def _surface(scenario: Scenario) -> payload.Surface:
    if scenario.surface.timed:  # depends on the steps and the noise as well
        return payload.surface(scenario)
    fields = tuple((name, getattr(scenario, name)) for name in DRAWN)
    return _known_surface(fields, tuple(scenario.params.items()))


@lru_cache(maxsize=256)
def _known_surface(fields: tuple[tuple[str, Any], ...], params: tuple[tuple[str, Any], ...]) -> payload.Surface:
    """Surfaces are shared by all visitors: a lecture's three hundred look at the same few."""
    return payload.surface(Scenario(**dict(fields), params=dict(params)))
