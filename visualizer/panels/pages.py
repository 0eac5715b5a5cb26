"""Which page a visitor is on: the race on surfaces, or networks. Both are in one session, so that a way there and back
loses nothing, and the way takes no longer than an edit.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import streamlit as st

from visualizer.edits import LANGUAGES
from visualizer.edits.opening import parameters
from visualizer.edits.parts import RefusedError
from visualizer.panels import metrics, networks, player, race

PAGE = "page"
MODES = ("present", "contrast")  # how the page is shown is the browser's own affair
PAGES: dict[str, ModuleType] = {"race": race, "networks": networks}


def draw() -> None:
    """Draws the page that the link asks for, or the one that an edit has turned to."""
    if PAGE not in st.session_state:
        _open_link()
    name = st.session_state[PAGE]
    with st.sidebar:
        player.mount_dials(PAGES[name].SLOT)
    _picture(name)


@st.fragment
def _picture(name: str) -> None:
    """What an edit draws again, alone: the settings of the page and the dials in the sidebar stay as they are."""
    if st.session_state[PAGE] != name:
        st.rerun()  # another page has other dials
    with metrics.RERUNS.time():
        PAGES[name].draw(_on_edit)


def _open_link() -> None:
    """A new visitor: the page of the link; the language asked for, or the browser's."""
    asked = dict(st.query_params)
    for name in MODES:
        asked.pop(name, None)
    lang = asked.pop("lang", None)
    chosen = lang in LANGUAGES
    if not chosen:
        lang = "zh" if (st.context.locale or "").lower().startswith("zh") else "en"
    st.session_state[PAGE] = name = "networks" if "net" in asked else "race"
    page = PAGES[name]
    st.session_state[page.KEY] = page.opened(asked, lang or "en", chosen)


def _on_edit() -> None:
    """Called before the script run that an edit causes."""
    page = PAGES[st.session_state[PAGE]] if PAGE in st.session_state else None
    if page is None or page.KEY not in st.session_state:
        return
    edit = getattr(st.session_state.get(page.SLOT), "edit", None)
    if isinstance(edit, dict) and edit.get("op") == "page":
        _turn(page, edit.get("value"))
        return
    if isinstance(edit, dict) and edit.get("op") == "open" and (name := _page_of(edit.get("value"))):
        _turn(page, name)
        page = PAGES[name]
    if edit is not None:
        st.session_state[page.KEY] = page.edited(st.session_state[page.KEY], edit)


def _page_of(link: Any) -> str | None:
    """The page that a link leads to; None where there is no such link."""
    try:
        return "networks" if "net" in parameters(link) else "race"
    except RefusedError:
        return None


def _turn(page: ModuleType, value: Any) -> None:
    """To another page, in the language of this one: as it was left, or as it is first seen."""
    if not isinstance(value, str) or value not in PAGES:
        return
    st.session_state[PAGE] = value
    other, here = PAGES[value], st.session_state[page.KEY]
    there = st.session_state.get(other.KEY) or other.opened({}, here.lang, here.lang_chosen)
    st.session_state[other.KEY] = other.in_language(there, here.lang, here.lang_chosen)
