"""A race as a Plotly figure: for notebooks and exports."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from visualizer.figures.palette import DASHES, PATHS, SURFACES
from visualizer.race import race
from visualizer.scenario import Run, Scenario
from visualizer.scene import least_loss, points, surface
from visualizer.simulate.rollout import Trajectory

LEVELS = 24
GLYPHS = {"minimum": "star", "saddle": "diamond-open", "maximum": "triangle-up-open"}


def figure(scenario: Scenario, theme: str = "light") -> go.Figure:
    """The contour with the paths, and the loss curves beside it; ``theme`` is ``light`` or ``dark``.

    Hidden runs are left out. Colours, dashes and scales are the page's.
    """
    drawn = make_subplots(rows=1, cols=2, column_widths=[0.58, 0.42], horizontal_spacing=0.1)
    drawn.add_trace(_contour(scenario, theme), row=1, col=1)
    drawn.add_trace(_points(scenario, theme), row=1, col=1)
    for run, trajectory in zip(scenario.runs, race(scenario), strict=True):
        if run.visible:
            path, loss = _path(run, trajectory, theme, scenario.budget)
            drawn.add_trace(path, row=1, col=1)
            drawn.add_trace(loss, row=1, col=2)
    _lay_out(drawn, scenario, theme)
    return drawn


def _contour(scenario: Scenario, theme: str) -> go.Contour:
    held = surface(scenario)
    x0, x1, y0, y1 = held.window
    rows, columns = held.heights.shape
    return go.Contour(
        x=np.linspace(x0, x1, columns),
        y=np.linspace(y0, y1, rows),
        z=held.heights,
        ncontours=LEVELS,
        colorscale=SURFACES[theme],
        showscale=False,
        line={"width": 0.5, "color": SURFACES[theme][-1][1]},
        hoverinfo="skip",
    )


def _points(scenario: Scenario, theme: str) -> go.Scatter:
    marks = points(scenario)
    return go.Scatter(
        x=[point.x[0] for point in marks],
        y=[point.x[1] for point in marks],
        mode="markers",
        marker={
            "symbol": [GLYPHS[point.kind] for point in marks],
            "size": [12 if point.best else 7 for point in marks],
            "color": PATHS[theme][5],
        },
        text=[f"{point.kind}, loss {point.value:.7g}" for point in marks],
        hovertemplate="%{text}<br>x %{x:.7g}, y %{y:.7g}<extra></extra>",
        showlegend=False,
    )


def _path(run: Run, trajectory: Trajectory, theme: str, budget: str) -> tuple[go.Scatter, go.Scatter]:
    """The path over the contour and its loss over what is counted, in one entry of the legend."""
    valid = trajectory.n_valid
    name = f"{run.title}, lr {run.hyper['lr']:g}" if "lr" in run.hyper else str(run.title)
    dash = ", ".join(f"{length}px" for length in DASHES[run.color]) or "solid"
    shared = {
        "name": name,
        "legendgroup": str(run.color),
        "line": {"color": PATHS[theme][run.color], "dash": dash, "width": 2},
        "mode": "lines",
    }
    x, y = trajectory.xy[:valid].T
    loss = trajectory.loss[:valid]
    hover = "step %{customdata[0]}<br>x %{x:.7g}, y %{y:.7g}<br>loss %{customdata[1]:.7g}"
    steps = np.arange(valid)
    spent, unit = (steps, "step") if budget == "steps" else (trajectory.evaluations[:valid], "evaluation")
    path = go.Scatter(x=x, y=y, customdata=np.column_stack([steps, loss]), hovertemplate=hover, **shared)
    curve = go.Scatter(x=spent, y=loss, hovertemplate=unit + " %{x}<br>loss %{y:.7g}", showlegend=False, **shared)
    return path, curve


def _lay_out(drawn: go.Figure, scenario: Scenario, theme: str) -> None:
    x0, x1, y0, y1 = scenario.window
    paper = SURFACES[theme][0][1]
    drawn.update_layout(
        title=f"{scenario.surface.title}, {scenario.steps} {scenario.budget}",
        template="plotly_white" if theme == "light" else "plotly_dark",
        paper_bgcolor=paper,
        plot_bgcolor=paper,
        legend={"orientation": "h", "y": -0.12},
        width=1000,
        height=560,
    )
    drawn.update_xaxes(range=[x0, x1], title="x", constrain="domain", row=1, col=1)
    drawn.update_yaxes(range=[y0, y1], title="y", scaleanchor="x", constrain="domain", row=1, col=1)
    drawn.update_xaxes(title=scenario.budget[:-1], row=1, col=2)
    # Only losses that are all positive have a logarithm: those measured from a minimum of zero.
    positive = least_loss(scenario) == 0.0
    scale = {"type": "log", "exponentformat": "power", "dtick": 1} if positive else {"type": "linear"}
    drawn.update_yaxes(title="loss", **scale, row=1, col=2)
