"""The animated picture in the browser: a Streamlit component for each page, mounted once in it and once in the sidebar.

Both mounts run the same ES modules, which share one store, so that a dial in the sidebar and the views beside it
can never disagree. Python sends one ``bytes`` payload a rerun; the browser answers with edits.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from visualizer.panels import assets, memory
from visualizer.panels.packing import pack

__all__ = ["DIALS", "ENTRIES", "LAB", "STUDY", "mount", "mount_dials", "pack"]

LAB, STUDY = "lab", "study"  # the component of each page,
ENTRIES = {LAB: "main.mjs", STUDY: "netmain.mjs"}  # and the module that it begins with
DIALS = "dials"

# Streamlit imports this text from a blob: URL, where relative imports do not work, so it is only a bootstrap: it
# imports the real modules from the app's own route, whose URL carries the hash of their contents.
_BOOTSTRAP = """
const modules = import(new URL("%s", window.location.origin).href);
export default (component) => {
  const cleanup = modules.then((main) => main.default(component)).catch((error) => {
    console.error(error);
    component.parentElement.textContent = "The page could not load its modules. Reload it to try again.";
  });
  return () => cleanup.then((run) => run?.());
};
"""


@cache
def _component(name: str) -> Any:
    """Registered at the first mount: at import Streamlit does not know its configuration yet."""
    bootstrap = _BOOTSTRAP % (assets.folder(memory.base()) + ENTRIES[name])
    # Plotly puts styles of its own into the page, which a shadow root would keep out.
    return st.components.v2.component(name, js=bootstrap, isolate_styles=False)


def mount(name: str, payload: bytes, on_edit: Callable[[], None]) -> None:
    """Show a payload in the main area. ``on_edit`` is called before the next rerun, with the edit as
    ``st.session_state[name].edit``.
    """
    _component(name)(key=name, data=payload, on_edit_change=on_edit)


def mount_dials(name: str) -> None:
    """The place of a page's dials, in the sidebar. Their values come with its payload; the data never changes."""
    _component(name)(key=f"{name}-{DIALS}", data={"slot": DIALS})
