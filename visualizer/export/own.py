"""A run as a script for this lab, whose own interface can say everything."""

from __future__ import annotations

from typing import Any

from optimizers import WRAPPERS
from visualizer.export.layout import lines, literal, mapping
from visualizer.scenario import Named, Run, Scenario

HEAD = "from visualizer import rollout\n"


def own(scenario: Scenario, run: Run) -> str:
    """The script; it ends with ``trajectory`` and ``path``."""
    optimizer, hyper = nested(run)
    arguments = [f'"{scenario.landscape}"', f'"{optimizer}"', f"start={scenario.placed_start!r}"]
    arguments += [f"steps={scenario.steps}", *mapping("hyper", hyper), *mapping("params", scenario.params)]
    if run.schedule[0] != "constant":
        arguments.append(f"schedule={_named(run.schedule)}")
    if scenario.noise and scenario.noise[0] != "none":
        arguments += [f"noise={_named(scenario.noise)}", f"seed={scenario.seed}"]
    if scenario.budget == "evaluations":
        arguments.append(f"budget={scenario.steps}")
    for name, plain in (("rotate", 0.0), ("stretch", 1.0), ("shift", (0.0, 0.0)), ("smooth", 0.0)):
        if getattr(scenario, name) != plain:
            arguments.append(f"{name}={getattr(scenario, name)!r}")
    arguments += mapping("fork", _fork(scenario, run))
    return f"{HEAD}\ntrajectory = rollout(\n{lines(arguments)}\n)\npath = trajectory.xy\n"


def nested(run: Run) -> tuple[str, dict[str, Any]]:
    """The run's optimizer with what is around it, as ``rollout`` takes them."""
    optimizer, hyper = run.optimizer, dict(run.hyper)
    for slug, values in run.wrappers.items():
        inner = WRAPPERS[slug].inner
        optimizer, hyper = slug, {**values, inner: optimizer, f"{inner}_hyperparameters": hyper}
    return optimizer, hyper


def trunk(scenario: Scenario, run: Run) -> Run | None:
    """The run that this one continues."""
    return next((other for other in scenario.runs if run.fork and other.color == run.fork.of), None)


def _fork(scenario: Scenario, run: Run) -> dict[str, Any]:
    """What a run continues, as ``rollout`` takes it; empty for one that begins at the start."""
    other = trunk(scenario, run)
    if other is None or run.fork is None:
        return {}
    optimizer, hyper = nested(other)
    found: dict[str, Any] = {"optimizer": optimizer, "hyper": hyper, "at": run.fork.at, "carried": run.fork.carried}
    if other.schedule[0] != "constant":
        found["schedule"] = other.schedule
    if other.fork:
        found["fork"] = _fork(scenario, other)
    return found


def _named(named: Named) -> str:
    """A slug with its values, as an argument."""
    slug, values = named
    return f'("{slug}", {literal(values)})'
