"""The edits of maps: what is mapped, and a pixel of a map put into the race."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from visualizer.charts import KINDS, Axis, Chart, dials_of, with_values
from visualizer.edits.parts import Change, Edit, RefusedError, beside, checked, place_of
from visualizer.scenario import Run, Scenario
from visualizer.spec import Text

REFUSED = "There is no map of a run that continues another.", "分叉没有这样的图。"


def chart(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """Maps ``value``: its ``kind``, the places of its ``runs``, a grid's ``axes``, its ``options`` by name.

    Anything else closes the map.
    """
    asked = edit.get("value")
    if not isinstance(asked, Mapping):
        return replace(scenario, chart=None)
    places = [place_of(scenario, {"run": place}) for place in _listed(asked.get("runs"))]
    axes = [_axis(axis) for axis in _listed(asked.get("axes"))]
    chosen = asked.get("options")
    options = tuple((str(k), str(v)) for k, v in chosen.items()) if isinstance(chosen, Mapping) else ()
    slots = tuple(scenario.runs[place].color for place in places)
    changed = replace(scenario, chart=Chart(str(asked.get("kind")), slots, tuple(axes), options))
    if changed.chart is None:
        raise RefusedError(*REFUSED)
    return changed


def _listed(value: Any) -> list[Any]:
    return list(value)[: max(KINDS.values())] if isinstance(value, list | tuple) else []


def _axis(value: Any) -> Axis:
    if not isinstance(value, Mapping):
        raise RefusedError("That is no axis.", "这不是坐标轴。")
    ends = (value.get(name) for name in ("low", "high"))
    low, high = (float(end) if isinstance(end, int | float) and not isinstance(end, bool) else None for end in ends)
    return Axis(str(value.get("dial"))[:60], low, high)


def put(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """The run at a place once more, with these ``values`` of its dials, beside it."""
    place = place_of(scenario, edit)
    return beside(scenario, place, replace(_with(scenario.runs[place], edit.get("values"), notes), twin=None))


def best(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """All at once, so that one undo takes it back: ``value`` lists runs by place, each with ``values`` of its dials."""
    runs = list(scenario.runs)
    for one in _listed(edit.get("value")):
        asked = one if isinstance(one, Mapping) else {}
        place = place_of(scenario, asked)
        runs[place] = _with(runs[place], asked.get("values"), notes)
    return replace(scenario, runs=tuple(runs))


def _with(run: Run, asked: Any, notes: list[Text]) -> Run:
    known = dials_of(run)
    if not isinstance(asked, Mapping) or not asked.keys() <= known.keys():
        raise RefusedError("The run has no such dial.", "该优化器没有这个参数。")
    values = {name: checked(known[name], value, known[name].default, notes) for name, value in asked.items()}
    changed: Run = with_values(run, values)
    return changed


CHARTS: dict[str, Change] = {"chart": chart, "put": put, "best": best}
