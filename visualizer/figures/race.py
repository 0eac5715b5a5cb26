"""A race as a Plotly figure, for notebooks: the paths over the contour, the loss curves beside it, a play button."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from visualizer.edits.opening import read
from visualizer.figures.palette import DASHES, PATHS, SURFACES
from visualizer.figures.playing import Lane, play
from visualizer.race import drawn, race, ticks
from visualizer.scenario import Run, Scenario
from visualizer.scene import least_loss, points, surface
from visualizer.simulate.rollout import Trajectory
from visualizer.spec import Text

LEVELS = 24
REACH = 10.0  # times its first loss, a run's loss has a place on the axis
GLYPHS = {"minimum": "star", "saddle": "diamond-open", "maximum": "triangle-up-open"}
KINDS = {
    "minimum": Text("minimum", "极小值"),
    "saddle": Text("saddle", "鞍点"),
    "maximum": Text("maximum", "极大值"),
}
LOSS = Text("loss", "损失")
COUNTED = {"steps": Text("step", "步"), "evaluations": Text("gradient evaluations", "梯度计算次数")}
LANGUAGES = ("en", "zh")


def figure(scenario: Scenario | str, theme: str = "light", lang: str | None = None, animate: bool = True) -> go.Figure:
    """The contour with stationary points and paths, and the loss curves beside it.

    ``scenario`` may be a link, an address of the page or what follows its question mark. ``theme`` is ``light`` or
    ``dark``, ``lang`` ``en`` or ``zh``: if not given the link's, else English. Hidden runs are left out, and losses are
    without noise. Colors, dashes and scales are the page's. Unless ``animate`` is false a button plays the race, in at
    most 60 frames, and a slider goes through it; a frame holds the paths up to there, so that as JSON a usual race has
    0.4 to 1.2 MB, 0.3 MB without frames. Beyond that it grows with the points of its runs, 60 bytes for each.

    Raises ``ValueError`` for a link in which anything is wrong, an unknown theme or language.
    """
    if isinstance(scenario, str):
        scenario, spoken = read(scenario, lang)
        lang = lang or spoken
    lang = lang or "en"
    if theme not in PATHS or lang not in LANGUAGES:
        raise ValueError(f"a figure is {' or '.join(PATHS)}, {' or '.join(LANGUAGES)}, not {theme}, {lang}")
    made = make_subplots(rows=1, cols=2, column_widths=[0.58, 0.42], horizontal_spacing=0.1)
    made.add_trace(_contour(scenario, theme), row=1, col=1)
    made.add_trace(_points(scenario, theme, lang), row=1, col=1)
    lanes = []
    for run, trajectory in zip(scenario.runs, race(scenario), strict=True):
        if run.visible and trajectory.n_valid:
            path, loss = _path(scenario, run, trajectory, theme, lang)
            lanes.append(Lane(len(made.data), path, loss, ticks(scenario, trajectory)))
            made.add_trace(path, row=1, col=1)
            made.add_trace(loss, row=1, col=2)
    _lay_out(made, scenario, theme, lang)
    _scale(made, scenario, [lane.loss.y for lane in lanes], lang)
    if animate and lanes:
        play(made, lanes, _in(COUNTED[scenario.budget], lang), lang)
    return made


def _contour(scenario: Scenario, theme: str) -> go.Contour:
    held = surface(scenario)
    x0, x1, y0, y1 = held.window
    rows, columns = held.heights.shape
    return go.Contour(
        x=np.linspace(x0, x1, columns),
        y=np.linspace(y0, y1, rows),
        z=held.heights.astype(np.float32),  # of which no more is seen than a color
        ncontours=LEVELS,
        colorscale=SURFACES[theme],
        showscale=False,
        line={"width": 0.5, "color": SURFACES[theme][-1][1]},
        hoverinfo="skip",
    )


def _points(scenario: Scenario, theme: str, lang: str) -> go.Scatter:
    marks, loss = points(scenario), _in(LOSS, lang)
    return go.Scatter(
        x=[point.x[0] for point in marks],
        y=[point.x[1] for point in marks],
        mode="markers",
        marker={
            "symbol": [GLYPHS[point.kind] for point in marks],
            "size": [12 if point.best else 7 for point in marks],
            "color": PATHS[theme][5],
        },
        text=[f"{_in(KINDS[point.kind], lang)}, {loss} {point.value:.7g}" for point in marks],
        hovertemplate="%{text}<br>x %{x:.7g}, y %{y:.7g}<extra></extra>",
        showlegend=False,
    )


def _path(scenario: Scenario, run: Run, trajectory: Trajectory, theme: str, lang: str) -> tuple[go.Scatter, go.Scatter]:
    """The path over the contour and its loss over what is counted, in one entry of the legend.

    A point's number is its step: neither trace leaves one out.
    """
    rows = np.arange(trajectory.n_valid)
    dash = ", ".join(f"{length}px" for length in DASHES[run.color]) or "solid"
    shared = {
        "name": _name(run, trajectory, lang),
        "legendgroup": str(run.color),
        "line": {"color": PATHS[theme][run.color], "dash": dash, "width": 2},
        "mode": "lines",
    }
    x, y = drawn(scenario, trajectory, rows).T
    loss = trajectory.loss[rows]
    spent = rows if scenario.budget == "steps" else trajectory.evaluations[rows].astype(int)
    step, lost = _in(COUNTED["steps"], lang), _in(LOSS, lang)
    hover = f"{step} %{{pointNumber}}<br>x %{{x:.7g}}, y %{{y:.7g}}<br>{lost} %{{customdata:.7g}}"
    more = "" if scenario.budget == "steps" else f"<br>{_in(COUNTED['evaluations'], lang)} %{{x}}"
    path = go.Scatter(x=x, y=y, customdata=loss, hovertemplate=hover, **shared)
    told = f"{step} %{{pointNumber}}{more}<br>{lost} %{{y:.7g}}"
    return path, go.Scatter(x=spent, y=loss, hovertemplate=told, showlegend=False, **shared)


def _name(run: Run, trajectory: Trajectory, lang: str) -> str:
    """What the legend says of a run: its rate, and where it left the finite world."""
    name = _in(run.title, lang) + (f", lr {run.hyper['lr']:.7g}" if "lr" in run.hyper else "")
    step = trajectory.stopped
    if step is None:
        return name
    return name + _in(Text(f", diverged at step {step}", f"\uff0c第 {step} 步发散"), lang)


def _lay_out(made: go.Figure, scenario: Scenario, theme: str, lang: str) -> None:
    x0, x1, y0, y1 = scenario.window
    paper, step = SURFACES[theme][0][1], _in(COUNTED["steps"], lang)
    made.update_layout(
        title=_in(scenario.surface.title, lang),
        template="plotly_white" if theme == "light" else "plotly_dark",
        paper_bgcolor=paper,
        plot_bgcolor=paper,
        legend={"orientation": "h", "y": -0.12, "yanchor": "top"},
        margin={"t": 60, "r": 20},
        width=1000,
        height=600,
    )
    # On a timed surface steps go upwards: the two axes have no unit in common.
    square = {} if scenario.surface.timed else {"scaleanchor": "x"}
    made.update_xaxes(range=[x0, x1], title="x", constrain="domain", row=1, col=1)
    upwards = step if scenario.surface.timed else "y"
    made.update_yaxes(range=[y0, y1], title=upwards, constrain="domain", **square, row=1, col=1)
    made.update_xaxes(title=_in(COUNTED[scenario.budget], lang), row=1, col=2)


def _scale(made: go.Figure, scenario: Scenario, losses: Sequence[np.ndarray], lang: str) -> None:
    """The loss axis: logarithmic only where all losses are positive, for they are measured from a minimum of zero.

    What a run comes to on its way out of the world would leave no room for the others: the axis ends at ``REACH``.
    """
    logarithmic = least_loss(scenario) == 0.0
    axis: dict[str, Any] = {"type": "log", "exponentformat": "power"} if logarithmic else {"type": "linear"}
    seen = np.concatenate([curve[curve <= REACH * max(1.0, abs(curve[0]))] for curve in losses] or [np.ones(1)])
    if logarithmic:
        seen = np.log10(seen[seen > 0]) if (seen > 0).any() else np.zeros(1)
        axis["dtick"] = max(1, round(np.ptp(seen) / 8))
    if len(seen):
        room = 0.05 * max(float(np.ptp(seen)), 1e-12)
        axis["range"] = [float(seen.min()) - room, float(seen.max()) + room]
    made.update_yaxes(title=_in(_lost(scenario, logarithmic), lang), **axis, row=1, col=2)


def _lost(scenario: Scenario, logarithmic: bool) -> Text:
    """What the loss axis says: on which scale, and that noise is not in it."""
    en, zh = LOSS.pair()
    said = [("log scale", "对数刻度")] if logarithmic else []
    if scenario.noise and scenario.noise[0] != "none":
        said.append(("without noise", "不含噪声"))
    if not said:
        return LOSS
    told = ", ".join(one for one, _ in said), "\uff0c".join(other for _, other in said)
    return Text(f"{en} ({told[0]})", f"{zh}\uff08{told[1]}\uff09")


def _in(text: Text, lang: str) -> str:
    return text.pair()[lang == "zh"]
