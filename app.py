"""Descent Lab. Start it with ``streamlit run app.py`` or ``uvicorn app:app``.

The file is both halves of the program: imported by a server it makes ``app``; run by Streamlit for a visitor it
draws the page.
"""

import gc

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke-width="3">
<path d="M3 6c5 26 21 26 26 0" stroke="#7f8b99"/><circle cx="16" cy="25" r="4" fill="#3d55c4"/></svg>"""


def draw() -> None:
    """Set up the page and draw it."""
    from visualizer.panels import pages

    # An "about" entry brings up the menu, and with it the choice between light and dark.
    about = "**Descent Lab**: an interactive loss-landscape visualizer for teaching optimization."
    st.set_page_config("Descent Lab", ICON, layout="wide", menu_items={"About": about})
    pages.draw()


if get_script_run_ctx(suppress_warning=True):
    draw()
else:
    # Nothing that imports make is garbage: looking for it would take a tenth of a start. `server` sets what holds then.
    gc.set_threshold(100_000, 100, 1000)
    from visualizer.panels import server

    app = st.App(__file__, middleware=server.middleware(), lifespan=server.lifespan)
