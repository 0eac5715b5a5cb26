"""The page of networks: one script run per edit. The study of the session's desk is the single source of truth.

What is sent is small: the study as the page draws it. Its numbers, and those of its view, are fetched by its link, see
``stream.py``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from visualizer.networks import link, parts, viewing
from visualizer.networks.edits import Desk, apply
from visualizer.networks.study import Learner, Study
from visualizer.panels import bench, payload, player
from visualizer.workbench import SLUG as BUILT

KEY = "descent-lab-networks"
SLOT = player.STUDY


def draw(on_edit: Callable[[], None]) -> None:
    """Draws the page: the study of the link, or the first one, and then whatever the edits made of it."""
    desk: Desk = st.session_state[KEY]
    st.session_state["rev"] = rev = st.session_state.get("rev", 0) + 1
    player.mount(SLOT, player.pack(header(desk, rev), {}), on_edit)


def opened(parameters: dict[str, str], lang: str, chosen: bool) -> Desk:
    """A visitor comes to this page, by a link or, without parameters, from the race."""
    study, problems = link.read(parameters)
    return Desk(study, study, lang=lang, lang_chosen=chosen, first=not parameters, problems=tuple(problems))


def edited(desk: Desk, edit: Any) -> Desk:
    return apply(desk, edit, time.monotonic())


def in_language(desk: Desk, lang: str, chosen: bool) -> Desk:
    return replace(desk, lang=lang, lang_chosen=chosen)


def query(desk: Desk) -> str:
    parameters = link.write(desk.study)
    if desk.lang_chosen:
        parameters["lang"] = desk.lang
    return urlencode(parameters)


def header(desk: Desk, rev: int) -> dict[str, Any]:
    """What the page is told; ``key`` and that of the view say when their numbers are others."""
    return {
        "page": "networks",
        "rev": rev,
        "ack": desk.ack,
        "lang": desk.lang,
        "first": desk.first,
        "query": query(desk),
        "problems": [problem.pair() for problem in desk.problems],
        "can": {
            "undo": bool(desk.undo),
            "redo": bool(desk.redo),
            "reset": desk.study != desk.opened,
        },
        "scenario": _study(desk.study),
        "key": parts.request(desk.study).key,
        "view": viewing.as_header(desk.study),
    }


def _study(study: Study) -> dict[str, Any]:
    """The study, named as a race is wherever both have the same."""
    return {
        "dataset": study.dataset,
        "data": dict(study.data),
        "shape": dict(study.shape),
        "steps": study.steps,
        "parameters": study.network.size,
        "looked": study.place,
        "runs": [_learner(one) for one in study.learners],
    }


def _learner(one: Learner) -> dict[str, Any]:
    built = {"built": bench.called(one.run)} if one.run.optimizer == BUILT else {}
    return payload.run_header(one.run) | {"learn": dict(one.learn)} | built
