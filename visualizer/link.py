"""The link: a scenario as a URL's query, versioned, compact and readable.

    v=1 & f=ravine~kappa~25 & rot=45 & stretch=4 & dx=1 & dy=0.5 & smooth=0.3 & x=4 & y=1.5 & steps=300 & seed=3
    & noise=gaussian~sigma~0.5 & tol=0.001 & log=0 & budget=evaluations
    & r1=adam~lr~0.05 & r2=sgd~lr~0.01~~cosine~T_max~100 & r3=momentum~~off & r4=adam~lr~0.05~~lookahead~k~10~~twin~0
    & r5=sgd~lr~0.01~~fork~0~at~120~carried & map=grid~0~~lr~0.001~1~~momentum

An entry is a slug followed by name~value pairs; ``~~`` starts a further part of a run: a schedule, a wrapper, ``off``
for a hidden run, ``c~5`` for its colour slot, ``twin~0`` for the slot of the run that it is the twin of; and
``fork~0~at~120~carried`` or ``fork~0~at~120~reset`` for the slot of the run that it continues, from which step, and
with its state or a fresh one. A map says its kind and the slots of its runs, a grid then its axes, each from where to
where (the slider's ends, if that is not said). Values at their defaults are left out: **defaults are part of the
version**, and a changed default needs a new one (a test holds them). Only characters that a URL leaves as they are, but
for a formula's.

Reading is total: whatever a URL may hold gives a scenario, and a sentence for each thing that was wrong.
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

from landscapes import CATALOGUE as LANDSCAPES
from landscapes.noise import CATALOGUE as NOISES
from optimizers import RULES as OPTIMIZERS
from optimizers import WRAPPERS
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer import charts
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
from visualizer.reader import Reader, shown
from visualizer.scenario import AT, FIRST, MOST_RUNS, Fork, Named, Run, Scenario, bare, can_be_wrapped
from visualizer.spec import Hyper, Text

VERSION = "1"
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
    plain = _plain(scenario.landscape)
    query = {"v": VERSION, "f": entry_text(scenario.surface.params, (scenario.landscape, scenario.params))}
    assert scenario.start is not None
    assert scenario.noise is not None
    if scenario.start != plain.start:
        query["x"], query["y"] = (number_text(value) for value in scenario.start)
    for key, name in KEYS.items():
        if getattr(scenario, name) != getattr(plain, name):
            query[key] = number_text(getattr(scenario, name))
    for key, moved in zip(SHIFT_KEYS, scenario.shift, strict=True):
        if moved:
            query[key] = number_text(moved)
    if scenario.log != plain.log:
        query["log"] = "1" if scenario.log else "0"
    if scenario.budget != plain.budget:
        query["budget"] = scenario.budget
    if scenario.noise != plain.noise:
        query["noise"] = entry_text(NOISES[scenario.noise[0]].hypers, scenario.noise)
    if not scenario.runs:
        query["r"] = "none"
    if scenario.chart:
        query["map"] = charts.write(scenario.chart)
    for i, run in enumerate(scenario.runs):
        query[f"r{i + 1}"] = run_text(run, i)
    return query


@cache
def _plain(landscape: str) -> Scenario:
    return Scenario(landscape)


def run_text(run: Run, place: int) -> str:
    parts = [entry_text(OPTIMIZERS[run.optimizer].hypers, (run.optimizer, run.hyper))]
    if run.schedule[0] != "constant":
        parts.append(entry_text(SCHEDULES[run.schedule[0]].hypers, run.schedule))
    parts += [entry_text(WRAPPERS[slug].hypers, (slug, values)) for slug, values in run.wrappers.items()]
    if not run.visible:
        parts.append("off")
    if run.color != place:
        parts.append(f"c~{run.color}")
    if run.twin is not None:
        parts.append(f"twin~{run.twin}")
    if run.fork:
        parts.append(f"fork~{run.fork.of}~at~{run.fork.at}~{'carried' if run.fork.carried else 'reset'}")
    return "~~".join(parts)


def entry_text(hypers: tuple[Hyper, ...], named: Named) -> str:
    slug, values = named
    changed = [h for h in hypers if values[h.name] != h.default]
    return "~".join([slug, *(part for h in changed for part in (h.name, _value(h, values[h.name])))])


def _value(hyper: Hyper, value: Any) -> str:
    if value is None:
        return "none"
    if hyper.kind == "bool":
        return "1" if value else "0"
    if hyper.kind == "list":
        return "_".join(number_text(entry) for entry in value)
    if hyper.kind == "table":
        return "_".join(number_text(entry) for row in value for entry in row)
    return str(value) if hyper.kind in ("choice", "text") else number_text(value)


def number_text(value: float) -> str:
    """The shortest text that reads back as exactly this number."""
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value)) if math.copysign(1.0, value) > 0 or value else "-0.0"
    return repr(float(value)).replace("e+", "e")  # a URL reads "+" as a space


# ---- reading ---------------------------------------------------------------------------------------------------------


def read(query: Any) -> tuple[Scenario, list[Text]]:
    """The scenario of a query and what was wrong with it; an empty query is the first picture."""
    reader = Reader(query)
    if not reader.query:
        return Scenario.suggested(), reader.problems
    reader.version(VERSION)
    landscape, params = _landscape(reader)
    plain = Scenario(landscape, params)
    log = reader.take("log")
    if log not in (None, "0", "1"):
        reader.say(
            f"Link: log is 0 or 1, not {shown(log or '')}.", f"链接：log 应为 0 或 1，而不是 {shown(log or '')}。"
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
    runs = _runs(reader, landscape)
    scenario = Scenario(
        landscape,
        params,
        runs=runs,
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
        chart=_chart(reader),
    )
    _say_lost(reader, runs, scenario)
    reader.unused()
    return scenario, reader.problems


def _landscape(reader: Reader) -> tuple[str, dict[str, Any]]:
    text = reader.take("f")
    tokens = (text or FIRST).split("~")
    if tokens[0] not in LANDSCAPES:
        reader.say(
            f"Link: there is no landscape {shown(tokens[0])}; using {FIRST}.",
            f"链接：没有名为 {shown(tokens[0])} 的曲面，已改用 {FIRST}。",
        )
        return FIRST, {}
    return tokens[0], reader.entry(tokens, LANDSCAPES, tokens[0])


def _start(reader: Reader, plain: Scenario, stretch: float) -> tuple[float, float]:
    """Beyond the limits, the nearest point within them: the start must be visible."""
    x0, x1, y0, y1 = start_limits(plain.domain, stretch)
    assert plain.start is not None
    limits = (("x", x0, x1, plain.start[0]), ("y", y0, y1, plain.start[1]))
    x, y = (reader.number(name, Hyper(name, name, own, least=low, most=high), own) for name, low, high, own in limits)
    return x, y


def _noise(reader: Reader, plain: Scenario) -> Named:
    text = reader.take("noise")
    assert plain.noise is not None
    if text is None:
        return plain.noise
    tokens = text.split("~")
    if tokens[0] not in NOISES:
        reader.say(
            f"Link: there is no noise {shown(tokens[0])}; using none.",
            f"链接：没有噪声 {shown(tokens[0])}，已设为无。",
        )
        return "none", {}
    if not NOISES[tokens[0]].fits(plain.surface):
        reader.say(
            f"Link: {plain.surface.title} is no mean over data, so it has no minibatches; using no noise.",
            f"链接\uff1a{plain.surface.title.zh}不是数据损失的平均\uff0c没有小批量\uff0c噪声已设为无。",
        )
        return "none", {}
    return tokens[0], reader.entry(tokens, NOISES, tokens[0])


def _runs(reader: Reader, landscape: str) -> tuple[Run, ...]:
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


def _read_run(reader: Reader, key: str, place: int) -> Run | None:
    first, *parts = (part.split("~") for part in reader.query[key].split("~~"))
    if first[0] not in OPTIMIZERS:
        reader.say(
            f"Link, {key}: there is no optimizer {shown(first[0])}; left out.",
            f"链接 {key}：没有优化器 {shown(first[0])}，已略去。",
        )
        return None
    hyper = reader.entry(first, OPTIMIZERS, f"{key} ({first[0]})")
    schedule: Named = ("constant", {})
    wrappers: dict[str, Any] = {}
    visible, color, twin, fork = True, place, None, None
    for part in parts:
        if part == ["off"]:
            visible = False
        elif part[0] == "c" and is_slot(part[1:]):
            color = int(part[1])
        elif part[0] == "twin" and is_slot(part[1:]):
            twin = int(part[1])
        elif part[0] == "fork" and is_slot(part[1:2]) and len(part) <= 5:
            fork = _fork(reader, key, part)
        elif part[0] in SCHEDULES:
            schedule = part[0], reader.entry(part, SCHEDULES, f"{key} ({part[0]})")
        elif part[0] in WRAPPERS:
            wrappers[part[0]] = reader.entry(part, WRAPPERS, f"{key} ({part[0]})")
        else:
            reader.say(
                f"Link, {key}: {shown('~'.join(part))} means nothing; ignored.",
                f"链接 {key}：{shown('~'.join(part))} 没有含义，已忽略。",
            )
    if wrappers and not can_be_wrapped(first[0]):
        told = bare(first[0])
        reader.say(f"Link, {key}: {told}", f"链接 {key}\uff1a{told.zh}")
        wrappers = {}
    return Run(first[0], hyper, schedule, visible, color, wrappers, twin, fork)


def _fork(reader: Reader, key: str, part: list[str]) -> Fork:
    """What a run continues, of ``fork~0~at~120~carried``: without a step from the start, without a word carried."""
    words = [*part[2:], *["at", "0", "carried"][len(part) - 2 :]]
    at, problem = mend(AT, words[1], AT.default)
    if problem:
        reader.say(f"Link, {key}: {problem}", f"链接 {key}\uff1a{problem.zh}")
    if words[0] != "at" or words[2] not in ("carried", "reset") or len(part) < 5:
        reader.say(
            f"Link, {key}: a fork is written fork~0~at~120~carried, or ~reset; not {shown('~'.join(part))}.",
            f"链接 {key}\uff1a分叉应写作 fork~0~at~120~carried 或 ~reset\uff0c而不是 {shown('~'.join(part))}。",
        )
    return Fork(int(part[1]), at, words[2] != "reset")


def _chart(reader: Reader) -> charts.Chart | None:
    text = reader.take("map")
    found = None if text is None else charts.read(text)
    if text is not None and found is None:
        reader.say(
            f"Link: a map is written basins~0 or grid~0~~lr~~momentum, not {shown(text)}; there is none.",
            f"链接\uff1a图应写作 basins~0 或 grid~0~~lr~~momentum\uff0c而不是 {shown(text)}\uff0c已略去。",
        )
    return found


def _say_lost(reader: Reader, runs: tuple[Run, ...], scenario: Scenario) -> None:
    """A sentence for each run that continues one which is not there, or itself; and for a map of none."""
    if "map" in reader.query and charts.read(reader.query["map"]) and not scenario.chart:
        reader.say("Link: its map is of no run of the race.", "链接\uff1a图所指的优化器不在比赛中。")
    for run, kept in zip(runs, scenario.runs, strict=True):
        if run.fork and not kept.fork:
            reader.say(
                f"Link: {run.title} cannot continue the run of colour {run.fork.of}; it begins at the start.",
                f"链接\uff1a{run.title.zh} 无法从颜色为 {run.fork.of} 的优化器分叉\uff0c已从起点开始。",
            )


def is_slot(rest: list[str]) -> bool:
    """Whether these tokens are one colour slot."""
    return len(rest) == 1 and rest[0].isdecimal() and int(rest[0]) < COLORS
