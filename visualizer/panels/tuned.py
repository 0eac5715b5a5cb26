"""Parts of Streamlit that do for every script run what has to be done once, or step by step what can be done together.

With three hundred students, most of an edit's processor time is spent in Streamlit. What is replaced is private to it:
each part here is left alone where the installed version no longer has it, and a test says so.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from streamlit import env_util, net_util
from streamlit.components.v2.bidi_component import main as components
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunner, ScriptRunnerEvent

#: What a script run tells before it ends, and that nobody needs earlier.
WAITS = frozenset({ScriptRunnerEvent.SCRIPT_STARTED, ScriptRunnerEvent.ENQUEUE_FORWARD_MSG})
HELD, OPENING = "_descent_lab_held", "_descent_lab_opening"  # a script runner's own, and a session's


class Gate:
    """At most ``room`` script runs at once, but for those that take longer than ``usual`` seconds.

    Sixty threads that all wait for the interpreter leave the event loop a sixtieth of it, and spend more time on taking
    it from each other than on their scripts. A run that takes long is compiling, or in the engine, without the
    interpreter: nobody waits for it.
    """

    def __init__(self, room: int = 3, usual: float = 0.25) -> None:
        self.room, self.usual = room, usual
        self._changed = threading.Condition()
        self._begun: dict[int, float] = {}  # by thread

    def __enter__(self) -> None:
        with self._changed:
            while (wait := self._wait()) > 0.0:
                self._changed.wait(wait)
            self._begun[threading.get_ident()] = time.monotonic()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._changed:
            self._begun.pop(threading.get_ident(), None)
            self._changed.notify()

    def _wait(self) -> float:
        """Seconds until there is room if nobody leaves; 0 if there is."""
        earliest = time.monotonic() - self.usual
        short = sorted(begun for begun in self._begun.values() if begun > earliest)
        return short[len(short) - self.room] - earliest if len(short) >= self.room else 0.0


def install() -> None:
    """Replaces them, once."""
    # Streamlit would ask a server outside for this machine's public address whenever a page's origin is not the host
    # that it asked for. The app never calls out; such an origin belongs into server.corsAllowedOrigins.
    _replace(net_util, "get_external_ip", lambda _: lambda: None)
    # Before the first element it would look for an interactive prompt in all modules' files: a quarter of a second.
    _replace(env_util, "is_repl", lambda _: lambda: False)
    _replace(app_session, "_populate_theme_msg", _remembered)
    _replace(components, "make_bidi_component_presenter", _presenter)
    _replace(AppSession, "_create_new_session_message", _opened)
    _replace(AppSession, "_on_scriptrunner_event", _together)
    _replace(ScriptRunner, "_run_script", _in_turn)


def _replace(owner: Any, name: str, made: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    found = getattr(owner, name, None)
    if found is not None and not hasattr(found, "descent_lab"):
        new = made(found)
        new.descent_lab = True  # type: ignore[attr-defined]
        setattr(owner, name, new)


def _remembered(populate: Callable[..., None]) -> Callable[..., None]:
    """Each part of the theme, worked out once.

    Streamlit reads all options of the configuration anew and writes them one by one for every script run.
    """
    known: dict[str, Any] = {}

    def quick(message: Any, section: str = "theme") -> None:
        if section not in known:
            kept = type(message)()
            populate(kept, section)
            known[section] = kept
        if known[section].ByteSize():
            message.MergeFrom(known[section])

    return quick


class Shown(dict[str, Any]):
    """What ``st.session_state`` has of a component: ``state.edit`` is the value of its event "edit", else None."""

    def __getattr__(self, name: str) -> Any:
        return self.get(name)


def _presenter(_make: Callable[..., Any]) -> Callable[..., Any]:
    """What a component's state looks like, for reading.

    Streamlit makes a class for each look at it, of which an edit takes five: most of what is left for the garbage
    collector. The class is there for writing to the state, which nothing here does.
    """

    def quick(events: str, _component: str | None = None, _allowed: Any = None) -> Callable[[Any, Any], Any]:
        def present(base: Any, state: Any) -> Any:
            values = state._new_widget_state
            about = values.widget_metadata.get(events)
            if not isinstance(base, dict) or about is None or about.value_type != "json_trigger_value":
                return base
            try:
                told = values[events] or ()
            except KeyError:
                told = ()
            told = (told,) if isinstance(told, dict) else told
            named = {one["event"]: one.get("value") for one in told if isinstance(one.get("event"), str)}
            return Shown(named | base)

        return present

    return quick


def _opened(create: Callable[..., ForwardMsg]) -> Callable[..., ForwardMsg]:
    """The message that begins a script run: made for a session's first one, from then on with another number."""

    def quick(self: AppSession, page: str, run: Any, pages: Any = None) -> ForwardMsg:
        kept = getattr(self, OPENING, None)
        if kept is None or kept[0] != page:
            kept = (page, create(self, page, run, pages))
            setattr(self, OPENING, kept)
        message = ForwardMsg()
        message.new_session.CopyFrom(kept[1].new_session)
        app_session._set_run_identity(message, run)
        status = message.new_session.initialize.session_status
        status.script_is_running = self._state == app_session.AppSessionState.APP_IS_RUNNING
        return message

    return quick


def _together(tell: Callable[..., None]) -> Callable[..., None]:
    """What a fragment's run tells the event loop: all of it at its end.

    Message by message, the loop's thread takes the interpreter from the script's for each, and Streamlit looks through
    all sessions after each.
    """

    def quick(self: AppSession, sender: Any, event: ScriptRunnerEvent, **about: Any) -> None:
        # A runner's own thread alone tells what it does; what others tell in its name (an error) does not wait for it.
        here = threading.get_ident()
        if event is ScriptRunnerEvent.SCRIPT_STARTED and about.get("fragment_ids_this_run"):
            setattr(sender, HELD, (here, []))
        thread, held = getattr(sender, HELD, (None, None))
        if held is None or thread != here:
            return tell(self, sender, event, **about)
        held.append((sender, event, about))
        if event in WAITS:
            return None
        delattr(sender, HELD)

        def all_of_it() -> None:
            for who, what, more in held:
                self._handle_scriptrunner_event_on_event_loop(who, what, **more)

        return self._call_soon_on_event_loop(all_of_it)

    return quick


def _in_turn(run: Callable[..., None]) -> Callable[..., None]:
    gate = Gate()

    def quick(self: ScriptRunner, *about: Any) -> None:
        with gate:
            run(self, *about)

    return quick
