"""What a class is asked, made here from what a lecturer points to: a browser's own HTML never reaches another one.

A question is plain data: ``kind`` (``choice`` or ``sketch``), ``lang``, ``html`` (what is asked), ``reveal`` (html,
what is told with the answer), ``formulas`` and ``glyphs`` as in ``lessons.page``; of a choice ``choices`` (html each)
and ``answer`` (its number; None where the lecturer alone knows); of a sketch ``path`` [[x, y], ...], the true one; of a
picture ``plane``: ``window``, ``start``, ``points`` (the minima, [x, y]), ``title``, and ``nx``, ``ny``, ``levels``
(base64 of 16 bits each), ``lo``, ``hi``, ``holes`` of its heights. ``color`` is the slot of the run that is sketched.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from typing import Any

import numpy as np

from visualizer import scene
from visualizer.classroom.rooms import RoomError
from visualizer.edits.opening import parameters
from visualizer.edits.parts import RefusedError
from visualizer.race import race
from visualizer.scenario import Scenario
from visualizer.spec import Text

COARSE = 2  # every second height of the page's own grid
PATH_POINTS = 400
LONGEST, MOST_CHOICES = 300, 6  # of what a lecturer types: characters, answers
LOWEST = Text("Who has the lowest loss at the end?", "最后谁的损失最低？")
SKETCH = Text("Sketch the path that {name} will take, from the start on.", "从起点开始，画出 {name} 将走的路径。")


def made(about: Mapping[str, Any]) -> dict[str, Any]:
    """The question that ``about`` points to, in its ``lang``. Raises ``RoomError``.

    {``lesson``, ``block``}: what a lesson asks there. {``query``, ``ask``: ``lowest``} or {``query``, ``ask``:
    ``sketch``, ``run``}: about the race of a link. {``text``, ``choices``}: the lecturer's own words.
    """
    lang = "zh" if about.get("lang") == "zh" else "en"
    try:
        if "lesson" in about:
            found = _of_lesson(str(about["lesson"]), int(about["block"]), lang)
        elif "query" in about:
            scenario, _ = Scenario.from_query(parameters(about["query"]))
            found = (
                _lowest(scenario, lang) if about.get("ask") == "lowest" else _path(scenario, int(about["run"]), lang)
            )
        else:
            found = _typed(about)
    except (LookupError, TypeError, ValueError, OverflowError, RefusedError):
        raise RoomError("no_question") from None
    return {"lang": lang, "formulas": {}, "glyphs": "", "reveal": ""} | found


def _of_lesson(slug: str, place: int, lang: str) -> dict[str, Any]:
    from visualizer.lessons.page import opened
    from visualizer.lessons.shelf import shelf

    lesson = shelf().find(slug, lang)
    if lesson is None:
        raise ValueError("no such lesson")
    whole = opened(lesson)
    block = whole["blocks"][place]
    if block["kind"] not in {"question", "sketch"}:
        raise ValueError("nothing is asked there")
    where = whole["places"][block["place"]]
    found = {"html": block["html"], "reveal": block["reveal"]}
    found |= {"formulas": whole["formulas"], "glyphs": whole["glyphs"]}
    if block["kind"] == "question":
        found |= {"kind": "choice", "choices": block["choices"], "answer": block["answer"]}
    if where["net"]:
        return found
    scenario, _ = Scenario.from_query(parameters(where["query"]))
    if block["kind"] == "sketch":
        return found | _sketched(scenario, block["run"], lang)
    return found | {"plane": _plane(scenario, lang)}


def _lowest(scenario: Scenario, lang: str) -> dict[str, Any]:
    shown = [place for place, run in enumerate(scenario.runs) if run.visible]
    if len(shown) < 2:
        raise ValueError("no race")
    ends = [_last(one.loss, one.n_valid, one.stopped) for one in race(scenario)]
    names = _names(scenario, lang)
    return {
        "kind": "choice",
        "html": _paragraph(LOWEST, lang),
        "choices": [html.escape(names[place]) for place in shown],
        "colors": [scenario.runs[place].color for place in shown],
        "answer": min(range(len(shown)), key=lambda k: ends[shown[k]]),
        "plane": _plane(scenario, lang),
    }


def _last(loss: np.ndarray, valid: int, stopped: int | None) -> float:
    return float("inf") if stopped is not None else float(loss[valid - 1])


def _path(scenario: Scenario, place: int, lang: str) -> dict[str, Any]:
    if not 0 <= place < len(scenario.runs):
        raise ValueError("no such run")
    prompt = _paragraph(SKETCH, lang, name=_names(scenario, lang)[place])
    return {"html": prompt} | _sketched(scenario, place, lang)


def _sketched(scenario: Scenario, place: int, lang: str) -> dict[str, Any]:
    run = race(scenario)[place]
    reached = run.theta[: run.n_valid]
    few = reached[np.unique(np.linspace(0, len(reached) - 1, PATH_POINTS).round().astype(int))]
    path = [[float(f"{x:.6g}"), float(f"{y:.6g}")] for x, y in few]
    plane = _plane(scenario, lang)
    return {"kind": "sketch", "path": path, "plane": plane, "color": scenario.runs[place].color}


def _typed(about: Mapping[str, Any]) -> dict[str, Any]:
    text, choices = about["text"], about["choices"]
    if not isinstance(text, str) or not isinstance(choices, list) or not 2 <= len(choices) <= MOST_CHOICES:
        raise ValueError("no question")
    if not all(isinstance(one, str) and 0 < len(one.strip()) <= LONGEST for one in [text, *choices]):
        raise ValueError("no question")
    return {
        "kind": "choice",
        "html": f"<p>{html.escape(text.strip())}</p>",
        "choices": [html.escape(one.strip()) for one in choices],
        "answer": None,
    }


def _paragraph(text: Text, lang: str, **values: str) -> str:
    return f"<p>{html.escape(text.pair()[lang == 'zh'].format(**values))}</p>"


def _names(scenario: Scenario, lang: str) -> list[str]:
    """What the runs are called, numbered where there are several of a kind, as on the page."""
    plain = [run.title.pair()[lang == "zh"] for run in scenario.runs]
    return [
        f"{name} {plain[: place + 1].count(name)}" if plain.count(name) > 1 else name
        for place, name in enumerate(plain)
    ]


def _plane(scenario: Scenario, lang: str) -> dict[str, Any]:
    heights = scene.surface(scenario).heights[::COARSE, ::COARSE]
    grid, ends = scene.levels(heights)
    best = [[float(x) for x in point.x] for point in scene.points(scenario) if point.kind == "minimum"]
    return {
        "title": scenario.surface.title.pair()[lang == "zh"],
        "window": [float(end) for end in scenario.window],
        "start": [float(x) for x in scenario.placed_start],
        "points": best,
        "nx": grid.shape[1],
        "ny": grid.shape[0],
        "levels": base64.b64encode(grid.tobytes()).decode(),
        **ends,
    }
