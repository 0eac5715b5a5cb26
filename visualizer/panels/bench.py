"""What the page is told of an optimizer that its user built."""

from __future__ import annotations

from typing import Any

from optimizers._slots import idle
from visualizer.scenario import Run
from visualizer.simulate.rollout import Trajectory
from visualizer.workbench import clipped, named


def told(run: Run, trajectory: Trajectory) -> dict[str, Any]:
    """``called``, and in how many of its steps the gradient was clipped."""
    steps = max(0, trajectory.n_valid - 1)
    kept = clipped(run.hyper, trajectory.info.g[:steps])
    return called(run) | {"clipped": int((kept < 1.0).any(axis=1).sum()), "steps": steps}


def called(run: Run) -> dict[str, Any]:
    """Its name, and the slots that its choices leave idle."""
    name = named(run.hyper)
    return {"text": name.text.pair(), "kind": name.kind, "idle": sorted(idle(run.hyper))}
