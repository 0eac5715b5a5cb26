"""The rule's lines for the microscope: drawn once for each leg of a run, and the numbers of every step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from visualizer.formula import draw
from visualizer.microscope import Replay, replay
from visualizer.scenario import Run, Scenario
from visualizer.simulate.trajectory import Trajectory

_told: WeakKeyDictionary[Trajectory, tuple[list[Run], list[Replay]]] = WeakKeyDictionary()
_laid: WeakKeyDictionary[Replay, dict[str, Any]] = WeakKeyDictionary()  # to draw and to hash it takes milliseconds


def told(scenario: Scenario, at: int, trajectory: Trajectory) -> list[Replay]:
    """The run at a place told again, leg by leg: of the runs that it continues, and its own. None without a step."""
    if trajectory.n_valid < 2:
        return []
    lineage: list[Run] = []
    place: int | None = at
    while place is not None:
        lineage.append(scenario.runs[place])
        place = scenario.trunk(place)
    if trajectory not in _told or _told[trajectory][0] != lineage:
        _told[trajectory] = lineage, replay(scenario, at, trajectory)
    return _told[trajectory][1]


def header(found: Sequence[Replay], sent: Sequence[str]) -> list[dict[str, Any]]:
    """The legs in order: the ``first`` step of each, the ``title`` of the run that made it and its layout, of which one
    that was ``sent`` before has only the ``id`` and its size.
    """
    return [{"first": leg.first, "title": leg.run.title.pair(), **_unless_sent(layout(leg), sent)} for leg in found]


def _unless_sent(laid: dict[str, Any], sent: Sequence[str]) -> dict[str, Any]:
    return {name: laid[name] for name in ("id", "steps", "slots")} if laid["id"] in sent else laid


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


def table(found: Sequence[Replay]) -> np.ndarray:
    """The slots of every step, float64: the tables of all legs ``(steps, slots)``, ravelled, one after another."""
    return np.concatenate([leg.table().ravel() for leg in found]).astype("<f8")
