"""The link: a scenario as a URL's query, versioned, compact and readable.

    v=1 & f=ravine~kappa~25 & rot=45 & stretch=4 & dx=1 & dy=0.5 & smooth=0.3 & x=4 & y=1.5 & steps=300 & seed=3
    & noise=gaussian~sigma~0.5 & tol=0.001 & log=0 & budget=evaluations
    & r1=adam~lr~0.05 & r2=sgd~lr~0.01~~cosine~T_max~100 & r3=momentum~~off & r4=adam~lr~0.05~~lookahead~k~10~~twin~0

An entry is a slug followed by name~value pairs; ``~~`` starts a further part of a run: a schedule, a wrapper, ``off``
for a hidden run, ``c~5`` for its colour slot, ``twin~0`` for the slot of the run that it is the twin of. Values at
their defaults are left out: **defaults are part of the version**, and a changed default needs a new one (a test holds
them). Only characters that a URL leaves as they are.

Reading is total: whatever a URL may hold gives a scenario, and a sentence for each thing that was wrong.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from landscapes import CATALOGUE as LANDSCAPES
from landscapes.noise import CATALOGUE as NOISES
from optimizers import RULES as OPTIMIZERS
from optimizers import WRAPPERS
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer.dials import (
    BUDGET,
    ROTATE,
    SEED,
    STEPS,
    STRETCH,
    TOLERANCE,
    mend,
    shift_dials,
    smooth_dial,
    start_limits,
)
from visualizer.scenario import FIRST, MOST_RUNS, Named, Run, Scenario, bare, can_be_wrapped
from visualizer.spec import Hyper, Text

VERSION = "1"
LONGEST = 2000  # characters of one value that are looked at
MOST_PROBLEMS = 12
COLORS = 12
KEYS = {
    "rot": "rotate",
    "stretch": "stretch",
    "smooth": "smooth",
    "steps": "steps",
    "seed": "seed",
    "tol": "tolerance",
}
SHIFT_KEYS = ("dx", "dy")
PLACING = ("rot", "stretch", "smooth", *SHIFT_KEYS)


# ---- writing ---------------------------------------------------------------------------------------------------------


def write(scenario: Scenario) -> dict[str, str]:
    """The query of a scenario; what stands at its default is left out."""
    plain = Scenario(scenario.landscape)
    query = {"v": VERSION, "f": _entry(scenario.surface.params, (scenario.landscape, scenario.params))}
    assert scenario.start is not None
    assert scenario.noise is not None
    if scenario.start != plain.start:
        query["x"], query["y"] = (_number(value) for value in scenario.start)
    for key, name in KEYS.items():
        if getattr(scenario, name) != getattr(plain, name):
            query[key] = _number(getattr(scenario, name))
    for key, moved in zip(SHIFT_KEYS, scenario.shift, strict=True):
        if moved:
            query[key] = _number(moved)
    if scenario.log != plain.log:
        query["log"] = "1" if scenario.log else "0"
    if scenario.budget != plain.budget:
        query["budget"] = scenario.budget
    if scenario.noise != plain.noise:
        query["noise"] = _entry(NOISES[scenario.noise[0]].hypers, scenario.noise)
    if not scenario.runs:
        query["r"] = "none"
    for i, run in enumerate(scenario.runs):
        query[f"r{i + 1}"] = _run(run, i)
    return query


def _run(run: Run, place: int) -> str:
    parts = [_entry(OPTIMIZERS[run.optimizer].hypers, (run.optimizer, run.hyper))]
    if run.schedule[0] != "constant":
        parts.append(_entry(SCHEDULES[run.schedule[0]].hypers, run.schedule))
    parts += [_entry(WRAPPERS[slug].hypers, (slug, values)) for slug, values in run.wrappers.items()]
    if not run.visible:
        parts.append("off")
    if run.color != place:
        parts.append(f"c~{run.color}")
    if run.twin is not None:
        parts.append(f"twin~{run.twin}")
    return "~~".join(parts)


def _entry(hypers: tuple[Hyper, ...], named: Named) -> str:
    slug, values = named
    changed = [h for h in hypers if values[h.name] != h.default]
    return "~".join([slug, *(part for h in changed for part in (h.name, _value(h, values[h.name])))])


def _value(hyper: Hyper, value: Any) -> str:
    if value is None:
        return "none"
    if hyper.kind == "bool":
        return "1" if value else "0"
    if hyper.kind == "list":
        return "_".join(_number(entry) for entry in value)
    if hyper.kind == "table":
        return "_".join(_number(entry) for row in value for entry in row)
    return str(value) if hyper.kind in ("choice", "text") else _number(value)


def _listed(hyper: Hyper, text: str) -> Any:
    """What ``_value`` wrote of a list or a table, as far as it can be told before it is parsed."""
    parts = text.split("_")
    width = len(hyper.fields)
    return [parts[i : i + width] for i in range(0, len(parts), width)] if hyper.kind == "table" else parts


def _number(value: float) -> str:
    """The shortest text that reads back as exactly this number."""
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value)) if math.copysign(1.0, value) > 0 or value else "-0.0"
    return repr(float(value)).replace("e+", "e")  # a URL reads "+" as a space


# ---- reading ---------------------------------------------------------------------------------------------------------


class _Reader:
    """The query, and the sentences about what was wrong with it."""

    def __init__(self, query: Any) -> None:
        self.problems: list[Text] = []
        self.query = self._strings(query)
        self.used: set[str] = set()

    def _strings(self, query: Any) -> dict[str, str]:
        try:
            items = list(dict(query).items())
        except Exception:  # not a mapping, or one that fails: there is nothing to read
            self.say("The link cannot be read.", "链接无法读取。")
            return {}
        return {self._string(key)[:60]: self._string(value) for key, value in items}

    @staticmethod
    def _string(value: Any) -> str:
        if isinstance(value, list | tuple):
            value = value[-1] if value else ""
        try:
            return str(value)[:LONGEST]
        except Exception:  # an object whose str() fails is as good as nothing
            return ""

    def say(self, en: str, zh: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Text(en, zh))
        elif len(self.problems) == MOST_PROBLEMS:
            self.problems.append(Text("There is more wrong with the link.", "链接中还有其他问题。"))

    def take(self, key: str) -> str | None:
        self.used.add(key)
        return self.query.get(key)

    def number(self, key: str, hyper: Hyper, fallback: Any) -> Any:
        text = self.take(key)
        if text is None:
            return fallback
        value, problem = mend(hyper, text, fallback)
        if problem:
            self.say(f"Link: {problem}", f"链接：{problem.zh}")
        return value

    def entry(self, tokens: list[str], catalogue: Mapping[str, Any], where: str) -> dict[str, Any]:
        """The name~value pairs after a known slug."""
        slug, rest = tokens[0], tokens[1:]
        hypers = {hyper.name: hyper for hyper in catalogue[slug].hypers}
        values: dict[str, Any] = {}
        for name, text in zip(rest[::2], rest[1::2], strict=False):
            if name not in hypers:
                self.say(f"Link: {slug} has no {_shown(name)}; ignored.", f"链接：{slug} 没有 {_shown(name)}，已忽略。")
                continue
            hyper = hypers[name]
            given = _listed(hyper, text) if hyper.kind in ("list", "table") else text
            values[name], problem = mend(hyper, given, hyper.default)
            if problem:
                self.say(f"Link, {where}: {problem}", f"链接 {where}：{problem.zh}")
        if len(rest) % 2:
            self.say(
                f"Link, {where}: {_shown(rest[-1])} has no value; ignored.",
                f"链接 {where}：{_shown(rest[-1])} 没有值，已忽略。",
            )
        return values


def _shown(text: str) -> str:
    return repr(text[:40])


def read(query: Any) -> tuple[Scenario, list[Text]]:
    """The scenario of a query and what was wrong with it; an empty query is the first picture."""
    reader = _Reader(query)
    if not reader.query:
        return Scenario.suggested(), reader.problems
    version = reader.take("v")
    if version not in (None, VERSION):
        reader.say(
            f"The link is of version {_shown(version or '')}, this is version {VERSION}; read as well as possible.",
            f"链接版本为 {_shown(version or '')}，当前版本为 {VERSION}；已尽量读取。",
        )
    landscape, params = _landscape(reader)
    plain = Scenario(landscape, params)
    log = reader.take("log")
    if log not in (None, "0", "1"):
        reader.say(
            f"Link: log is 0 or 1, not {_shown(log or '')}.", f"链接：log 应为 0 或 1，而不是 {_shown(log or '')}。"
        )
        log = None
    placed = {key: reader.take(key) for key in PLACING} if plain.surface.timed else {}
    if any(placed.values()):
        reader.say(
            f"Link: {plain.surface.title} cannot be turned, stretched, moved or smoothed; drawn as it is.",
            f"链接\uff1a{plain.surface.title.zh}不能旋转、拉伸、平移或平滑\uff0c已按原样绘制。",
        )
        reader.query = {key: text for key, text in reader.query.items() if key not in PLACING}
    stretch = reader.number("stretch", STRETCH, 1.0)
    shift = [reader.number(key, dial, 0.0) for key, dial in zip(SHIFT_KEYS, shift_dials(plain.domain), strict=True)]
    scenario = Scenario(
        landscape,
        params,
        runs=_runs(reader, landscape),
        start=_start(reader, plain, stretch),
        steps=reader.number("steps", STEPS, plain.steps),
        noise=_noise(reader, plain),
        seed=reader.number("seed", SEED, 0),
        rotate=reader.number("rot", ROTATE, 0.0),
        stretch=stretch,
        shift=(shift[0], shift[1]),
        smooth=reader.number("smooth", smooth_dial(plain.surface, plain.domain), 0.0),
        log=None if log is None else log == "1",
        tolerance=reader.number("tol", TOLERANCE, plain.tolerance),
        budget=reader.number("budget", BUDGET, plain.budget),
    )
    for key in reader.query.keys() - reader.used:
        reader.say(f"Link: {_shown(key)} means nothing here; ignored.", f"链接：{_shown(key)} 没有含义，已忽略。")
    return scenario, reader.problems


def _landscape(reader: _Reader) -> tuple[str, dict[str, Any]]:
    text = reader.take("f")
    tokens = (text or FIRST).split("~")
    if tokens[0] not in LANDSCAPES:
        reader.say(
            f"Link: there is no landscape {_shown(tokens[0])}; using {FIRST}.",
            f"链接：没有名为 {_shown(tokens[0])} 的曲面，已改用 {FIRST}。",
        )
        return FIRST, {}
    return tokens[0], reader.entry(tokens, LANDSCAPES, tokens[0])


def _start(reader: _Reader, plain: Scenario, stretch: float) -> tuple[float, float]:
    """Beyond the limits, the nearest point within them: the start must be visible."""
    x0, x1, y0, y1 = start_limits(plain.domain, stretch)
    assert plain.start is not None
    limits = (("x", x0, x1, plain.start[0]), ("y", y0, y1, plain.start[1]))
    x, y = (reader.number(name, Hyper(name, name, own, least=low, most=high), own) for name, low, high, own in limits)
    return x, y


def _noise(reader: _Reader, plain: Scenario) -> Named:
    text = reader.take("noise")
    assert plain.noise is not None
    if text is None:
        return plain.noise
    tokens = text.split("~")
    if tokens[0] not in NOISES:
        reader.say(
            f"Link: there is no noise {_shown(tokens[0])}; using none.",
            f"链接：没有噪声 {_shown(tokens[0])}，已设为无。",
        )
        return "none", {}
    if not NOISES[tokens[0]].fits(plain.surface):
        reader.say(
            f"Link: {plain.surface.title} is no mean over data, so it has no minibatches; using no noise.",
            f"链接\uff1a{plain.surface.title.zh}不是数据损失的平均\uff0c没有小批量\uff0c噪声已设为无。",
        )
        return "none", {}
    return tokens[0], reader.entry(tokens, NOISES, tokens[0])


def _runs(reader: _Reader, landscape: str) -> tuple[Run, ...]:
    """The runs in the order of their numbers; a link that names none gets the surface's own race."""
    keys = sorted((key for key in reader.query if re.fullmatch(r"r[0-9]{1,3}", key)), key=lambda key: int(key[1:]))
    if not keys and reader.take("r") is None:
        return tuple(Scenario.suggested(landscape).runs)
    if len(keys) > MOST_RUNS:
        reader.say(
            f"Link: at most {MOST_RUNS} runs; the rest is left out.", f"链接：最多 {MOST_RUNS} 个优化器，其余已略去。"
        )
    reader.used.update(keys)
    runs: list[Run] = []
    for key in keys[:MOST_RUNS]:
        run = _read_run(reader, key, min(int(key[1:]) - 1, COLORS - 1))
        if run:
            runs.append(run)
    return tuple(runs)


def _read_run(reader: _Reader, key: str, place: int) -> Run | None:
    first, *parts = (part.split("~") for part in reader.query[key].split("~~"))
    if first[0] not in OPTIMIZERS:
        reader.say(
            f"Link, {key}: there is no optimizer {_shown(first[0])}; left out.",
            f"链接 {key}：没有优化器 {_shown(first[0])}，已略去。",
        )
        return None
    hyper = reader.entry(first, OPTIMIZERS, f"{key} ({first[0]})")
    schedule: Named = ("constant", {})
    wrappers: dict[str, Any] = {}
    visible, color, twin = True, place, None
    for part in parts:
        if part == ["off"]:
            visible = False
        elif part[0] == "c" and _is_slot(part[1:]):
            color = int(part[1])
        elif part[0] == "twin" and _is_slot(part[1:]):
            twin = int(part[1])
        elif part[0] in SCHEDULES:
            schedule = part[0], reader.entry(part, SCHEDULES, f"{key} ({part[0]})")
        elif part[0] in WRAPPERS:
            wrappers[part[0]] = reader.entry(part, WRAPPERS, f"{key} ({part[0]})")
        else:
            reader.say(
                f"Link, {key}: {_shown('~'.join(part))} means nothing; ignored.",
                f"链接 {key}：{_shown('~'.join(part))} 没有含义，已忽略。",
            )
    if wrappers and not can_be_wrapped(first[0]):
        told = bare(first[0])
        reader.say(f"Link, {key}: {told}", f"链接 {key}\uff1a{told.zh}")
        wrappers = {}
    return Run(first[0], hyper, schedule, visible, color, wrappers, twin)


def _is_slot(rest: list[str]) -> bool:
    """Whether these tokens are one colour slot."""
    return len(rest) == 1 and rest[0].isdecimal() and int(rest[0]) < COLORS
