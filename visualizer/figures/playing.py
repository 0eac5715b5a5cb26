"""A race's figure in motion: frames that hold the paths up to a tick, a button and a slider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from visualizer.spec import Text

FRAMES, FEWEST = 60, 12
POINTS = 60_000  # of all paths in all frames, 11 bytes each; fewer frames where there would be more
FAR = 1e9  # a head that is further off is not drawn: a browser cannot place it
PAUSE = 70  # ms from frame to frame
PLAY, STOP = Text("Play", "播放"), Text("Pause", "暂停")


@dataclass(frozen=True)
class Lane:
    """A run in the figure: the place of its path among the traces, the traces, and its row at each tick."""

    place: int
    path: go.Scatter
    loss: go.Scatter
    rows: np.ndarray

    def row(self, tick: int) -> int:
        """The row at a tick of the clock; its last where it has ended."""
        return int(self.rows[min(tick, len(self.rows) - 1)])


def play(made: go.Figure, lanes: Sequence[Lane], counted: str, lang: str) -> None:
    """Adds to a figure the heads of its runs, frames, the button and the slider; it shows the end until it is played.

    The curves stay and their heads move along: of a frame, only the paths grow with the steps.
    """
    shown = instants(lanes)
    for column in (0, 1):
        made.add_trace(_heads(lanes, shown[-1], column, whole=True), row=1, col=column + 1)
    traces = [*(lane.place for lane in lanes), len(made.data) - 2, len(made.data) - 1]
    made.frames = [go.Frame(name=str(tick), data=_moved(lanes, tick), traces=traces) for tick in shown]
    # Without redrawing, Plotly would lose the contour under the lines that move.
    at_once: dict[str, Any] = {"frame": {"duration": PAUSE, "redraw": True}, "transition": {"duration": 0}}
    still = {**at_once, "mode": "immediate", "frame": {"duration": 0, "redraw": True}}
    labels = [text.pair()[lang == "zh"] for text in (PLAY, STOP)]
    buttons = [
        {"label": labels[0], "method": "animate", "args": [None, {**at_once, "fromcurrent": True}]},
        {"label": labels[1], "method": "animate", "args": [[None], still]},
    ]
    ink = made.layout.template.layout.font.color
    steps = [{"label": str(tick), "method": "animate", "args": [[str(tick)], still]} for tick in shown]
    made.update_layout(
        updatemenus=[
            {"type": "buttons", "direction": "left", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"}
            | {"buttons": buttons, "showactive": False, "pad": {"t": 0, "r": 10}}
        ],
        sliders=[
            {"steps": steps, "active": len(steps) - 1, "x": 0.2, "len": 0.8, "y": 1.02, "yanchor": "bottom"}
            | {"currentvalue": {"prefix": f"{counted} ", "xanchor": "right", "font": {"size": 13, "color": ink}}}
            | {"ticklen": 0, "minorticklen": 0, "font": {"color": "rgba(0, 0, 0, 0)", "size": 1}, "pad": {"t": 0}}
        ],
        margin={"t": 130},
    )


def instants(lanes: Sequence[Lane]) -> list[int]:
    """The ticks that have a frame, from the first to the last of any run."""
    last = max(len(lane.rows) for lane in lanes) - 1
    total = sum(len(lane.path.x) for lane in lanes)
    count = min(max(2 * POINTS // total, FEWEST), FRAMES)
    return np.unique(np.linspace(0, last, count).round().astype(int)).tolist()


def _moved(lanes: Sequence[Lane], tick: int) -> list[go.Scatter]:
    """What a frame changes. A line ends with the shorter of its coordinates: x alone says how far it goes."""
    paths = [go.Scatter(x=lane.path.x[: lane.row(tick) + 1]) for lane in lanes]
    return [*paths, *(_heads(lanes, tick, column) for column in (0, 1))]


def _heads(lanes: Sequence[Lane], tick: int, column: int, whole: bool = False) -> go.Scatter:
    """The heads of all runs, over the contour (0) or on the curves (1); their looks, too, if ``whole``."""
    traces = [(lane.loss if column else lane.path, lane.row(tick)) for lane in lanes]
    looks: dict[str, Any] = {}
    if whole:
        colors = [trace.line.color for trace, _ in traces]
        looks = {"mode": "markers", "marker": {"color": colors, "size": 9}, "hoverinfo": "skip", "showlegend": False}
    places = [(trace.x[row], trace.y[row]) for trace, row in traces]
    seen = [place if max(map(abs, place)) < FAR else (None, None) for place in places]
    return go.Scatter(x=[x for x, _ in seen], y=[y for _, y in seen], **looks)
