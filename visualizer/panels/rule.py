"""The rule's lines for the microscope: drawn once for a run, and the numbers of every step."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from visualizer.formula import draw
from visualizer.microscope import Replay, replay
from visualizer.scenario import Run, Scenario
from visualizer.simulate.trajectory import Trajectory

_told: WeakKeyDictionary[Trajectory, tuple[Run, Replay]] = WeakKeyDictionary()
_laid: WeakKeyDictionary[Replay, dict[str, Any]] = WeakKeyDictionary()  # to draw and to hash it takes milliseconds


def told(scenario: Scenario, run: Run, trajectory: Trajectory) -> Replay | None:
    """The run told again; None where it continues another, whose state the lines would need, or has made no step."""
    if run.fork is not None or trajectory.n_valid < 2:
        return None
    if trajectory not in _told or _told[trajectory][0] != run:
        _told[trajectory] = run, replay(scenario, run, trajectory)
    return _told[trajectory][1]


def layout(found: Replay) -> dict[str, Any]:
    """The lines as JSON (see ``visualizer.microscope``), their symbols drawn; ``id`` tells two layouts apart."""
    if found not in _laid:
        _laid[found] = _layout(found)
    return _laid[found]


def _layout(found: Replay) -> dict[str, Any]:
    glyphs: dict[str, str] = {}
    lines = []
    for line in found.layout["lines"]:
        drawing = draw(line["tex"])
        glyphs |= drawing.glyphs
        drawn = [[part.width, part.height, part.depth, part.box, part.body] for part in drawing.lines]
        lines.append({**line, "drawing": drawn})
    whole = {**found.layout, "lines": lines, "glyphs": "".join(glyphs.values())}
    return {"id": hashlib.sha256(json.dumps(whole).encode()).hexdigest()[:16], **whole}


def table(found: Replay) -> np.ndarray:
    """The slots of every step, float64 ``(T, slots)``."""
    return found.table().astype("<f8")
