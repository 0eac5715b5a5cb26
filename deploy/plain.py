"""What a plain page costs: twenty sliders, and a component that is sent as much as a race. ``load.py --gate`` has it as
its measure.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

SLIDERS, BYTES = 20, 27_000


def draw() -> None:
    """Every script run is a new picture."""
    for number in range(SLIDERS):
        st.slider(f"dial {number}", 0.0, 1.0, 0.5)
    st.session_state["runs"] = runs = st.session_state.get("runs", 0) + 1
    picture = st.components.v2.component("picture", js="export default () => {}")
    picture(key="lab", data=bytes(BYTES) + str(runs).encode(), on_edit_change=lambda: None)


if get_script_run_ctx(suppress_warning=True):
    draw()
else:
    app = st.App(__file__)
