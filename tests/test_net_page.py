"""The script of the page of networks, without a browser: what it sends, and the way to the race and back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import streamlit
from test_page import opened, sent

from optimizers import RULES
from visualizer.networks.data import CATALOGUE
from visualizer.networks.link import CAN_LEARN
from visualizer.networks.study import MOST_RUNS, Study
from visualizer.networks.views import CATALOGUE as VIEWS
from visualizer.panels import networks, pages, race


def told(query: dict[str, str]) -> dict[str, Any]:
    header, arrays = sent(opened(query))
    assert header["page"] == "networks"
    assert not arrays, "numbers come by a way of their own"
    return header


@pytest.mark.parametrize("slug", CATALOGUE)
def test_data_are_sent_with_their_own_networks(slug: str) -> None:
    header = told({"v": "1", "net": slug})
    study = Study.suggested(slug)
    assert header["problems"] == []
    assert header["scenario"]["dataset"] == slug
    assert header["scenario"]["parameters"] == study.network.size
    assert set(header["scenario"]["data"]) == set(study.data)
    assert [one["optimizer"] for one in header["scenario"]["runs"]] == ["momentum", "adam"]
    assert header["scenario"]["looked"] == 0


@pytest.mark.parametrize("at", range(0, len(CAN_LEARN), MOST_RUNS))
def test_every_first_order_optimizer_can_learn(at: int) -> None:
    chunk = list(CAN_LEARN)[at : at + MOST_RUNS]
    header = told({"v": "1", "net": "moons", **{f"r{k + 1}": slug for k, slug in enumerate(chunk)}})
    assert header["problems"] == []
    assert [one["optimizer"] for one in header["scenario"]["runs"]] == chunk
    assert all({"batch", "dropout", "seed"} <= set(one["learn"]) for one in header["scenario"]["runs"])


def test_what_takes_more_than_a_gradient_is_refused_in_words() -> None:
    slug = next(slug for slug, rule in RULES.items() if rule.second_order)
    header = told({"v": "1", "net": "moons", "r1": slug, "r2": "adam"})
    assert len(header["problems"]) == 1 and all(header["problems"][0])
    assert [one["optimizer"] for one in header["scenario"]["runs"]] == ["adam"]


@pytest.mark.parametrize("dataset", ["moons", "wave", "digits"])
@pytest.mark.parametrize("slug", VIEWS)
def test_every_view_says_what_it_is_asked_for_or_why_there_is_none(slug: str, dataset: str) -> None:
    view = told({"v": "1", "net": dataset, "view": slug})["view"]
    assert view["slug"] == slug and view["key"].startswith("view?")
    assert set(view["values"]) == {hyper.name for hyper in VIEWS[slug].hypers}
    assert set(view["used"]) <= set(view["values"])
    fits = VIEWS[slug].fits(Study.suggested(dataset)) is None
    assert view["refused"] is None if fits else all(view["refused"])


def test_a_bad_link_is_said_and_drawn() -> None:
    header = told({"v": "1", "net": "nowhere", "steps": "many"})
    assert len(header["problems"]) == 2
    assert all(english and chinese for english, chinese in header["problems"])


class Session(dict[str, Any]):
    """A session as Streamlit has it, to which edits come."""

    def edits(self, monkeypatch: pytest.MonkeyPatch, **edit: Any) -> None:
        page = pages.PAGES[self[pages.PAGE]]
        self[page.SLOT] = SimpleNamespace(edit=edit)
        monkeypatch.setattr(streamlit, "session_state", self)
        pages._on_edit()
        monkeypatch.undo()


def session(query: dict[str, str]) -> Session:
    state = opened(query).session_state
    return Session({key: state[key] for key in (pages.PAGE, race.KEY, networks.KEY) if key in state})


def shown(state: Session) -> dict[str, Any]:
    """What the page of a session sends."""
    from conftest import ROOT
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key in (pages.PAGE, race.KEY, networks.KEY):
        if key in state:
            app.session_state[key] = state[key]
    app.run()
    assert not app.exception
    return sent(app)[0]


def test_a_way_there_and_back_loses_nothing_and_takes_the_language_along(monkeypatch: pytest.MonkeyPatch) -> None:
    """Red when a page forgets what was done on it, or falls back into its own language."""
    state = session({"v": "1", "f": "beale", "r1": "adam~lr~0.3"})
    assert state[pages.PAGE] == "race" and networks.KEY not in state
    state.edits(monkeypatch, op="lang", value="zh", seq=1)
    state.edits(monkeypatch, op="page", value="networks", seq=2)
    header = shown(state)
    assert (header["page"], header["lang"], header["first"]) == ("networks", "zh", True)

    state.edits(monkeypatch, op="dataset", value="digits", seq=3)
    state.edits(monkeypatch, op="lang", value="en", seq=4)
    state.edits(monkeypatch, op="page", value="race", seq=5)
    header = shown(state)
    assert header["lang"] == "en" and header["scenario"]["landscape"] == "beale"
    assert [run["hyper"]["lr"] for run in header["scenario"]["runs"]] == [0.3]

    state.edits(monkeypatch, op="page", value="networks", seq=6)
    header = shown(state)
    assert (header["lang"], header["scenario"]["dataset"]) == ("en", "digits")
    assert header["can"]["undo"] and "net=digits" in header["query"]


def test_there_is_no_way_to_a_page_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    state = session({"v": "1", "net": "xor"})
    for value in ("nowhere", None, ["race"], 3):
        state.edits(monkeypatch, op="page", value=value, seq=1)
        assert state[pages.PAGE] == "networks" and race.KEY not in state
