"""A scenario's run as the engine's maps take it."""

from __future__ import annotations

from typing import Any

from visualizer.scenario import Run, Scenario


def surroundings(scenario: Scenario, run: Run) -> dict[str, Any]:
    """What goes around the run, and how its surface is placed: arguments of ``basins`` and ``sweep`` alike."""
    return {
        "schedule": run.schedule,
        "noise": scenario.noise,
        "seed": scenario.seed,
        "wrappers": run.wrappers,
        "rotate": scenario.rotate,
        "stretch": scenario.stretch,
        "shift": scenario.shift,
        "smooth": scenario.smooth,
        "budget": scenario.steps if scenario.budget == "evaluations" else None,
    }
