"""What the page is told of an optimizer that its user built."""

from __future__ import annotations

from typing import Any

from optimizers._slots import idle
from visualizer.scenario import Run
from visualizer.simulate.rollout import Trajectory
from visualizer.workbench import clipped, named


def told(run: Run, trajectory: Trajectory) -> dict[str, Any]:
    """Its name, the slots that its choices leave idle, and in how many of its steps the gradient was clipped."""
    name = named(run.hyper)
    steps = max(0, trajectory.n_valid - 1)
    kept = clipped(run.hyper, trajectory.info.g[:steps])
    return {
        "text": name.text.pair(),
        "kind": name.kind,
        "idle": sorted(idle(run.hyper)),
        "clipped": int((kept < 1.0).any(axis=1).sum()),
        "steps": steps,
    }
