"""One run in full, for the microscope: every update's numbers, and the surface along its path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from visualizer import race
from visualizer.edits import Session
from visualizer.panels import rule as lines
from visualizer.scenario import Run, Scenario
from visualizer.simulate.local import MOST_POINTS, local
from visualizer.simulate.trajectory import BUDGET, Info, Trajectory
from visualizer.workbench import SLUG, clipped

SAME = 1e-9  # relative: Hessians, and the gradients they foretell, that differ by less are those of a quadratic

# The clean gradient (T, 2) and the Hessian's xx, xy, yy (T, 3) at a trajectory's points.
_seen: WeakKeyDictionary[Trajectory, tuple[np.ndarray, np.ndarray]] = WeakKeyDictionary()


def place(session: Session) -> int | None:
    """The run under the microscope; None while it is closed, or the run that it was on has left the race."""
    slots = [run.color for run in session.scenario.runs]
    return slots.index(session.scope) if session.scope in slots else None


def updates(trajectory: Trajectory) -> int:
    """How many updates are known: all that were made, and the one with which a run left the finite world."""
    made = trajectory.n_valid - (trajectory.ended == BUDGET)
    return max(0, min(made, len(trajectory.info.lr)))


def header(
    scenario: Scenario, at: int, trajectory: Trajectory, rule: bool = False, sent: Sequence[str] = ()
) -> dict[str, Any]:
    """``updates``, ``points`` (further points that are sent), ``quadratic``: whether the surface is one all along.

    ``lines`` are the legs of the rule's lines, empty without any, absent where the rule is not looked at; see
    ``rule.header``.
    """
    found = {
        "run": at,
        "updates": updates(trajectory),
        "points": [name for name, _ in points(scenario, scenario.runs[at], trajectory)],
        "timed": scenario.surface.timed,
        "quadratic": is_quadratic(trajectory.theta[: trajectory.n_valid], *surroundings(scenario, trajectory)),
    }
    return found | ({"lines": lines.header(lines.told(scenario, at, trajectory), sent)} if rule else {})


def arrays(scenario: Scenario, at: int, trajectory: Trajectory, rule: bool = False) -> dict[str, np.ndarray]:
    """Float64: ``theta``, ``loss``, ``slope`` (the gradient without noise) and ``hessian`` for each point of the run;
    what ``Info`` has, and further points, for each update; ``clipped``, the gradient that went on, where one may be
    clipped; ``row``, the point shown at each tick, where ticks are not steps; ``table``, the numbers of the rule's
    lines, where they are looked at.
    """
    run, valid, many = scenario.runs[at], trajectory.n_valid, updates(trajectory)
    slope, hessian = surroundings(scenario, trajectory)
    found = {"theta": trajectory.theta[:valid], "loss": trajectory.loss[:valid], "slope": slope, "hessian": hessian}
    found |= {name: values[:many] for name, values in zip(Info._fields, trajectory.info, strict=True)}
    found |= {name: values[:many] for name, values in points(scenario, run, trajectory)}
    if run.optimizer == SLUG and run.hyper["clip"] != "none":
        found["clipped"] = found["g"] * clipped(run.hyper, found["g"])
    legs = lines.told(scenario, at, trajectory) if rule else []
    if legs:
        found["table"] = lines.table(legs)
    sent = {f"scope_{name}": values.astype("<f8") for name, values in found.items()}
    if scenario.budget != "steps":
        sent["scope_row"] = race.ticks(scenario, trajectory).astype("<i4")
    return sent


def surroundings(scenario: Scenario, trajectory: Trajectory) -> tuple[np.ndarray, np.ndarray]:
    """The gradient without noise ``(n, 2)`` and the Hessian's xx, xy, yy ``(n, 3)`` at a run's points."""
    if trajectory not in _seen:
        _seen[trajectory] = _look(scenario, trajectory.theta[: trajectory.n_valid])
    return _seen[trajectory]


def _look(scenario: Scenario, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    seen = [
        local(scenario.landscape, scenario.params, some, scenario.placement, scenario.smooth)
        for some in (at[k : k + MOST_POINTS] for k in range(0, len(at), MOST_POINTS))
    ]
    nothing = [np.zeros((0, 2)), np.zeros((0, 3))]
    slope, hessian = (
        np.concatenate([empty, *(part[k] for part in seen)]) for k, empty in zip((2, 3), nothing, strict=True)
    )
    return slope, hessian


def is_quadratic(at: np.ndarray, slope: np.ndarray, hessian: np.ndarray) -> bool:
    """Whether one Hessian without a flat direction explains the gradient at all these points."""
    if len(at) < 2 or not (np.isfinite(slope).all() and np.isfinite(hessian).all()):
        return False
    xx, xy, yy = hessian[0]
    matrix = np.array([[xx, xy], [xy, yy]])
    small, large = sorted(np.abs(np.linalg.eigvalsh(matrix)))
    if small <= SAME * large or np.abs(hessian - hessian[0]).max() > SAME * large:
        return False
    foretold = slope[0] + (at - at[0]) @ matrix
    return bool(np.abs(foretold - slope).max() <= SAME * max(float(np.abs(slope).max()), large * SAME))


def points(scenario: Scenario, run: Run, trajectory: Trajectory) -> Iterator[tuple[str, np.ndarray]]:
    """Points beside theta that an update uses, by name, each ``(T, 2)``: what was recorded, and what follows from it.

    ``base``: where Nesterov's step without its look-ahead ends. ``ascent``: where SAM takes its gradient, a radius up
    the gradient at theta, or at schedule-free's y. With noise it follows from no record, and is left out. ``z_next``:
    where schedule-free's z goes, which the next update finds there; of the last one it is not known.
    """
    yield from trajectory.aux.items()
    if "z" in trajectory.aux:
        z, known = trajectory.aux["z"], updates(trajectory)
        found = np.full_like(z, np.nan)
        found[: known - 1] = z[1:known]
        yield "z_next", found
    info, many = trajectory.info, len(trajectory.info.lr)
    theta = trajectory.theta[:many]
    coupled = run.hyper["weight_decay"] if run.optimizer == "nesterov" else 0.0
    if run.optimizer == "nesterov" or (run.optimizer == "sgdw" and run.hyper["nesterov"]):
        decay = np.zeros_like(theta) if run.optimizer == "nesterov" else info.decay
        yield "base", theta + decay - info.lr[:, None] * (info.g + coupled * theta)
    if "sam" in run.wrappers and scenario.noise is not None and scenario.noise[0] == "none":
        yield from _ascent(scenario, run, trajectory)


def _ascent(scenario: Scenario, run: Run, trajectory: Trajectory) -> Iterator[tuple[str, np.ndarray]]:
    many, known = len(trajectory.info.lr), updates(trajectory)
    if run.optimizer.startswith("schedulefree") and "y" not in trajectory.aux:
        return  # Lookahead's slow weights stand in its place
    base = trajectory.aux.get("y", trajectory.theta)[:known]
    slope = _look(scenario, base)[0] if "y" in trajectory.aux else surroundings(scenario, trajectory)[0][:known]
    length = np.hypot(*slope.T)[:, None]
    found = np.full((many, 2), np.nan)
    found[:known] = base + run.wrappers["sam"]["rho"] * slope / np.where(length > 0, length, 1.0)
    yield "ascent", found
