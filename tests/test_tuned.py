"""What is replaced in Streamlit is there, and does what it did, but in fewer steps."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import env_util, net_util
from streamlit.components.v2.bidi_component import main as components
from streamlit.components.v2.presentation import make_bidi_component_presenter
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner import ScriptRunner, ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.run_descriptor import RunDescriptor

from visualizer.panels import tuned

Event = ScriptRunnerEvent


def test_all_that_is_replaced_is_there() -> None:
    """Red if a newer Streamlit has a name no longer: the server would go on, and be slow without a word."""
    places = [
        (net_util, "get_external_ip"),
        (env_util, "is_repl"),
        (app_session, "_populate_theme_msg"),
        (components, "make_bidi_component_presenter"),
        (AppSession, "_create_new_session_message"),
        (AppSession, "_on_scriptrunner_event"),
        (ScriptRunner, "_run_script"),
    ]
    tuned.install()
    assert all(getattr(owner, name).descent_lab for owner, name in places)


class Session:
    """What a session has that the replaced parts use; it counts how often the event loop is called."""

    def __init__(self) -> None:
        self.calls: list[Any] = []
        self.handled: list[tuple[Any, ...]] = []
        self._state = AppSessionState.APP_NOT_RUNNING

    def _call_soon_on_event_loop(self, callback: Any) -> None:
        self.calls.append(callback)

    def _handle_scriptrunner_event_on_event_loop(self, sender: Any, event: Event, **about: Any) -> None:
        self.handled.append((sender, event, about))


def told(session: Session, sender: Any, event: Event, **about: Any) -> None:
    session.handled.append(("at once", event, about))


def test_a_fragment_tells_all_of_it_at_its_end() -> None:
    """Red if an event is lost, comes in another order, or wakes the loop by itself."""
    session, tell, runner = Session(), tuned._together(told), SimpleNamespace()
    events = [
        (Event.SCRIPT_STARTED, {"fragment_ids_this_run": ["one"]}),
        (Event.ENQUEUE_FORWARD_MSG, {"forward_msg": 1}),
        (Event.ENQUEUE_FORWARD_MSG, {"forward_msg": 2}),
        (Event.FRAGMENT_STOPPED_WITH_SUCCESS, {}),
    ]
    for event, about in events:
        assert not session.calls
        tell(session, runner, event, **about)
    (call,) = session.calls
    call()
    assert session.handled == [(runner, event, about) for event, about in events]
    tell(session, runner, Event.SHUTDOWN, client_state=None)
    assert session.handled[-1] == ("at once", Event.SHUTDOWN, {"client_state": None})


@pytest.mark.parametrize("end", [Event.SCRIPT_STOPPED_FOR_RERUN, Event.SHUTDOWN])
def test_whatever_ends_a_fragment_lets_its_events_go(end: Event) -> None:
    """Red if what a run said stays behind where it is stopped, and the page waits for ever."""
    session, tell, runner = Session(), tuned._together(told), SimpleNamespace()
    tell(session, runner, Event.SCRIPT_STARTED, fragment_ids_this_run=["one"])
    tell(session, runner, end)
    session.calls[0]()
    assert [event for _, event, _ in session.handled] == [Event.SCRIPT_STARTED, end]


def test_runners_do_not_mix_and_others_do_not_wait() -> None:
    """Red if the end of a runner that was replaced let another's events go, or an error waited for a run to end."""
    session, tell, old, new = Session(), tuned._together(told), SimpleNamespace(), SimpleNamespace()
    tell(session, new, Event.SCRIPT_STARTED, fragment_ids_this_run=["one"])
    tell(session, old, Event.SHUTDOWN)
    tell(session, None, Event.SCRIPT_STOPPED_WITH_SUCCESS)
    other = threading.Thread(target=tell, args=(session, new, Event.ENQUEUE_FORWARD_MSG))
    other.start()
    other.join()
    assert [who for who, _, _ in session.handled] == ["at once"] * 3 and not session.calls
    tell(session, new, Event.FRAGMENT_STOPPED_WITH_SUCCESS)
    session.calls[0]()
    assert [event for _, event, _ in session.handled[3:]] == [Event.SCRIPT_STARTED, Event.FRAGMENT_STOPPED_WITH_SUCCESS]


def test_a_whole_run_is_told_step_by_step() -> None:
    """Red if a first picture that takes a while leaves the page empty until all of it is there."""
    session, tell, runner = Session(), tuned._together(told), SimpleNamespace()
    for event in (Event.SCRIPT_STARTED, Event.ENQUEUE_FORWARD_MSG, Event.SCRIPT_STOPPED_WITH_SUCCESS):
        tell(session, runner, event, fragment_ids_this_run=None)
    assert [who for who, _, _ in session.handled] == ["at once"] * 3


def test_the_message_that_begins_a_run_says_what_is_of_this_run() -> None:
    """Red if a run is announced by another run's number, fragments or state, or a page by another page's message."""
    made: list[str] = []

    def create(session: Session, page: str, run: RunDescriptor, pages: Any) -> ForwardMsg:
        made.append(page)
        message = ForwardMsg()
        app_session._set_run_identity(message, run)
        message.new_session.page_script_hash = page
        message.new_session.initialize.session_id = "me"
        return message

    session, begin = Session(), tuned._opened(create)
    first, second = RunDescriptor("a", ("one",)), RunDescriptor("b", ("two", "three"))
    begin(session, "page", first)
    session._state = AppSessionState.APP_IS_RUNNING
    message = begin(session, "page", second)
    assert made == ["page"]
    assert RunDescriptor.from_metadata(message.metadata) == second
    assert message.new_session.initialize.session_id == "me"
    assert message.new_session.initialize.session_status.script_is_running
    assert begin(session, "other", first).new_session.page_script_hash == "other"


def test_a_theme_is_worked_out_once() -> None:
    """Red if sections are mixed up, or one message's theme is shared with another."""
    asked: list[str] = []

    def populate(message: CustomThemeConfig, section: str) -> None:
        asked.append(section)
        message.primary_color = section

    quick = tuned._remembered(populate)
    found = []
    for section in ("theme", "theme.dark", "theme", "theme.dark"):
        message = CustomThemeConfig()
        quick(message, section)
        found.append(message.primary_color)
        message.primary_color = "spoiled"
    assert found == ["theme", "theme.dark"] * 2 and asked == ["theme", "theme.dark"]


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        [{"event": "edit", "value": {"op": "undo"}}],
        [{"event": "edit", "value": 1}, {"event": "edit", "value": 2}, {"event": "other", "value": 3}],
        [{"event": 5, "value": 1}, {"value": 2}, {"event": "edit"}],
        {"event": "edit", "value": 4},
    ],
)
@pytest.mark.parametrize("base", [{}, {"edit": 7}, None, "text"])
@pytest.mark.parametrize("kind", ["json_trigger_value", "json_value", None])
def test_a_component_s_state_reads_as_streamlit_shows_it(told: Any, base: Any, kind: str | None) -> None:
    """Red if an edit is lost, another one is seen, or one that came before is seen again."""

    class Values(dict[str, Any]):
        widget_metadata = {"events": SimpleNamespace(value_type=kind)} if kind else {}

    state = SimpleNamespace(_new_widget_state=Values({} if told is None else {"events": told}))
    args = ("events", "id", {"edit"})
    ours, theirs = tuned._presenter(make_bidi_component_presenter)(*args), make_bidi_component_presenter(*args)
    found, expected = ours(base, state), theirs(base, state)
    assert found == expected
    if isinstance(expected, dict):
        assert getattr(found, "edit", None) == getattr(expected, "edit", None)


def test_few_run_at_a_time_and_nobody_waits_for_a_long_one() -> None:
    """Red if all go in at once, if one that compiles for seconds keeps the others out, or one is never let in."""
    gate, inside, most = tuned.Gate(room=2, usual=0.2), SimpleNamespace(now=0), 0
    guard, done = threading.Lock(), threading.Event()

    def short() -> None:
        nonlocal most
        with gate:
            with guard:
                inside.now += 1
                most = max(most, inside.now)
            time.sleep(0.005)
            with guard:
                inside.now -= 1

    def long() -> None:
        with gate:
            done.wait(60)

    threads = [threading.Thread(target=short) for _ in range(20)]
    [one.start() for one in threads]
    [one.join(60) for one in threads]
    assert most == 2
    slow = [threading.Thread(target=long, daemon=True) for _ in range(2)]
    [one.start() for one in slow]
    late = threading.Thread(target=short)
    late.start()
    late.join(60)
    assert not late.is_alive()
    done.set()
    [one.join(60) for one in slow]
    assert not gate._begun
