"""Where a lesson's expressions are worked out: everything that they ask for is run by the engine, once."""

from __future__ import annotations

import contextlib
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np

from visualizer.charts import dials_of
from visualizer.ensemble import intervals
from visualizer.lessons import networks, runs
from visualizer.lessons.grammar import Node, written
from visualizer.lessons.meaning import FUNCTIONS, OVER, WORDS
from visualizer.lessons.measures import OF_RUN, STEP, Asked, asked, dials
from visualizer.lessons.mistakes import LessonError
from visualizer.lessons.stage import Pictures, runs_of
from visualizer.lessons.tuning import tuned
from visualizer.networks.study import Study
from visualizer.scenario import Scenario

SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": np.divide,
    "^": np.power,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
    "!=": np.not_equal,
}
CALLS: Mapping[str, Callable[..., Any]] = {
    "abs": np.abs,
    "sqrt": np.sqrt,
    "log": np.log,
    "min": lambda *all_: reduce(np.minimum, all_),
    "max": lambda *all_: reduce(np.maximum, all_),
}
assert CALLS.keys() == FUNCTIONS.keys()


class Bench:
    """Works out expressions that ``meaning.read`` has read; what has been measured is not measured again."""

    def __init__(self, pictures: Pictures) -> None:
        self.pictures = pictures
        self._known: dict[tuple[Any, ...], np.ndarray] = {}
        self._tuned: dict[tuple[str, float, int], tuple[Scenario, float]] = {}

    def number(self, node: Node) -> float:
        """Its value; raises ``LessonError`` where it has none."""
        value = float(self._value(node))
        if math.isnan(value):
            raise LessonError("This has no value here.", "它在这里没有值。", node.at)
        return value

    def truth(self, node: Node) -> bool:
        """Whether it holds; raises ``LessonError`` where that is not determined, as of never minus never."""
        return bool(self._value(node))

    def seen(self, node: Node) -> list[tuple[Node, float]]:
        """What an expression measures, from left to right, each once, and its value; as far as it has one."""
        found: dict[str, tuple[Node, float]] = {}
        waiting = [node]
        while waiting:
            one = waiting.pop()
            if one.kind == "path" or (one.kind == "call" and one.name in OVER):
                with contextlib.suppress(LessonError):
                    found.setdefault(written(one), (one, self.number(one)))
            else:
                waiting += reversed(one.parts)
        return list(found.values())

    def interval(self, node: Node) -> tuple[float, float, float] | None:
        """Of a median over seeds or starts: itself and the ends of its 95 % interval."""
        if node.kind != "call" or node.name != "median":
            return None
        return intervals.median(self._over(node))

    def _value(self, node: Node, lanes: Node | None = None, way: Mapping[str, np.ndarray] | None = None) -> Any:
        if node.kind == "number":
            return np.float64(node.value)
        if node.kind == "word":
            return way[node.name] if way and node.name in way else np.float64(WORDS[node.name])
        if node.kind == "path":
            return self._asked(asked(node, self.pictures), lanes)
        if node.kind == "call" and node.name in OVER:
            return np.float64(self._gathered(node))
        with np.errstate(all="ignore"):
            return self._made(node, [self._value(part, lanes, way) for part in node.parts])

    def _made(self, node: Node, values: list[Any]) -> Any:
        if node.kind == "call":
            return CALLS[node.name](*values)
        if node.kind == "neg":
            return -values[0]
        if node.kind == "not":
            return np.logical_not(values[0])
        if node.kind in ("any", "all"):
            return reduce(np.logical_or if node.kind == "any" else np.logical_and, values)
        if node.kind == "row":
            made = values[0]
            for sign, value in zip(node.signs, values[1:], strict=True):
                made = SIGNS[sign](made, value)
            return made
        if any(np.ndim(value) == 0 and np.isnan(value) for value in values):
            raise LessonError("What is compared here has no value.", "这里比较的量没有值。", node.at)
        pairs = zip(node.signs, values, values[1:], strict=False)
        return reduce(np.logical_and, (SIGNS[sign](left, right) for sign, left, right in pairs))

    # ---- many seeds or starts ----

    def _over(self, node: Node) -> np.ndarray:
        lanes, inner = node.parts
        found = self._value(inner, lanes)
        return np.broadcast_to(np.asarray(found, np.float64), (int(lanes.value),))

    def _gathered(self, node: Node) -> float:
        found = self._over(node)
        if node.name == "share":
            return float(found.mean())
        if np.isnan(found).any():
            raise LessonError("Some of them have no value.", "其中有的没有值。", node.at)
        middle, low, high = intervals.median(found)
        return {"median": middle, "low": low, "high": high}[node.name]

    # ---- paths ----

    def _asked(self, what: Asked, lanes: Node | None) -> Any:
        try:
            if what.run is None:
                return np.float64(self._own(what))
            if what.is_dial and not what.best:
                return np.float64(self._dial(what))
            return self._measured(what, lanes)
        except LessonError as wrong:
            raise wrong.moved(what.at) from None
        except ValueError as wrong:  # the engine refuses
            raise LessonError(f"This cannot be run: {wrong}", f"无法运行：{wrong}", what.at) from None

    def _own(self, what: Asked) -> float:
        picture = what.picture(self.pictures)
        if what.measure in ("L", "mu"):
            assert isinstance(picture, Scenario)
            return runs.bends(picture)[("L", "mu").index(what.measure)]
        return dials(picture)[what.measure]

    def _dial(self, what: Asked) -> float:
        picture = what.picture(self.pictures)
        assert what.run is not None
        run = runs_of(picture)[what.run]
        if isinstance(picture, Study) and what.measure in picture.learners[what.run].learn:
            return float(picture.learners[what.run].learn[what.measure])
        value = run.hyper[what.measure] if what.measure in dials_of(run) else None
        return math.nan if value is None else float(value)

    def _measured(self, what: Asked, lanes: Node | None) -> np.ndarray:
        given = what.given and written(what.given)
        key = (replace(what, at=0, given=None), given, lanes and (lanes.name, lanes.value))
        if key not in self._known:
            picture = what.picture(self.pictures)
            assert what.run is not None
            if isinstance(picture, Study):
                many = None if lanes is None else int(lanes.value)
                self._known[key] = networks.measured(picture, what.run, what.measure, many)
            else:
                self._known[key] = self._raced(picture, what, what.run, lanes)
        return self._known[key]

    def _raced(self, scenario: Scenario, what: Asked, place: int, lanes: Node | None) -> np.ndarray:
        if what.best:
            scenario, rate = self._best(scenario, what, place)
            if what.measure == "lr":
                return np.array(rate)
            if what.is_dial:
                return np.array(self._dial(what))
        given = self._given(what)
        if lanes is None:
            return np.array(runs.measured(scenario, runs.one(scenario, place), what.measure, given))
        each = runs.lanes(scenario, lanes.name, int(lanes.value))
        pairs = zip(each, runs.rolled(each, place), strict=True)
        return np.array([runs.measured(own, ours, what.measure, given) for own, ours in pairs])

    def _best(self, scenario: Scenario, what: Asked, place: int) -> tuple[Scenario, float]:
        key = (what.scenario, what.degrees, place)
        if key not in self._tuned:
            self._tuned[key] = tuned(scenario, place)
        return self._tuned[key]

    def _given(self, what: Asked) -> runs.OnTheWay | float | None:
        """What stands in the parentheses: a step, or what is looked at on the way."""
        given = what.given
        if given is None:
            return None
        if OF_RUN[what.measure][0] == STEP:
            return self.number(given)

        def on_the_way(way: Mapping[str, np.ndarray]) -> np.ndarray:
            return np.broadcast_to(self._value(given, None, way), way["step"].shape)

        return on_the_way
