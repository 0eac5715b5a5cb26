"""A study's link: a query like that of a race, with ``net`` in the place of ``f``.

    v=1 & net=moons~train~100~noise~0.3 & shape=hidden~16_16~activation~tanh & steps=2000
    & r1=adam~lr~0.01~~learn~batch~16~dropout~0.5 & r2=momentum~~cosine~~sam~rho~0.1~~off
    & look=1 & view=landscape~by~random

``look`` is the color slot of the learner whose answers are shown, ``view`` what is seen beside them.

Reading is total, as there: whatever a URL may hold gives a study, and a sentence for each thing that was wrong.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from optimizers import RULES, WRAPPERS
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer.link import COLORS, VERSION, entry_text, is_slot, number_text, run_text
from visualizer.networks.data import CATALOGUE
from visualizer.networks.study import FIRST, FIRST_VIEW, LEARN, MOST_RUNS, SHAPE, STEPS, Learner, Study, data_dials
from visualizer.networks.views import CATALOGUE as VIEWS
from visualizer.reader import Reader, shown
from visualizer.scenario import Named, Run
from visualizer.spec import Text

CAN_LEARN = {slug: rule for slug, rule in RULES.items() if not rule.second_order}


def write(study: Study) -> dict[str, str]:
    """The query of a study; what stands at its default is left out."""
    query = {"v": VERSION, "net": entry_text(data_dials(study.entry).hypers, (study.dataset, study.data))}
    shape = entry_text(SHAPE.hypers, ("", study.shape))
    if shape:
        query["shape"] = shape.removeprefix("~")
    if study.steps != STEPS.default:
        query["steps"] = number_text(study.steps)
    if not study.learners:
        query["r"] = "none"
    for i, one in enumerate(study.learners):
        learn = entry_text(LEARN.hypers, ("learn", one.learn))
        query[f"r{i + 1}"] = run_text(one.run, i) + (f"~~{learn}" if learn != "learn" else "")
    if study.looked != (study.learners[0].run.color if study.learners else 0):
        query["look"] = str(study.looked)
    view = entry_text(VIEWS[study.view[0]].hypers, study.view)
    if view != FIRST_VIEW:
        query["view"] = view
    return query


def read(query: Any) -> tuple[Study, list[Text]]:
    """The study of a query, and what was wrong with it; a query without ``net`` is the first picture."""
    reader = Reader(query)
    text = reader.take("net")
    if text is None:
        return Study.suggested(), reader.problems
    reader.version(VERSION)
    tokens = text.split("~")
    if tokens[0] not in CATALOGUE:
        reader.say(
            f"Link: there is no data set {shown(tokens[0])}; using {FIRST}.",
            f"链接\uff1a没有数据集 {shown(tokens[0])}\uff0c已改用 {FIRST}。",
        )
        tokens = [FIRST]
    dataset = tokens[0]
    data = reader.entry(tokens, {dataset: data_dials(CATALOGUE[dataset])}, dataset)
    shape = reader.take("shape")
    values = reader.entry(["shape", *shape.split("~")], {"shape": SHAPE}, "shape") if shape else {}
    suggested = None if _names_learners(reader) else Study.suggested(dataset)
    learners = suggested.learners if suggested else _learners(reader)
    steps = reader.number("steps", STEPS, suggested.steps if suggested else STEPS.default)
    looked, view = _looked(reader, learners), _view(reader)
    reader.unused()
    plain = Study(dataset, data, learners=learners, steps=steps, looked=looked, view=view)
    try:
        return replace(plain, shape=values), reader.problems
    except ValueError:
        reader.say(
            "Link: there is no network of this shape; using the usual one.",
            "链接\uff1a没有这种结构的网络\uff0c已改用默认结构。",
        )
        return plain, reader.problems


def _looked(reader: Reader, learners: tuple[Learner, ...]) -> int:
    text = reader.take("look")
    if text is not None and not any(str(one.run.color) == text for one in learners):
        reader.say(
            f"Link: there is no network {shown(text)} to look at; looking at the first.",
            f"链接\uff1a没有可查看的网络 {shown(text)}\uff0c已改为查看第一个。",
        )
        text = None
    return 0 if text is None else int(text)


def _view(reader: Reader) -> Named:
    text = reader.take("view")
    slug, *values = (text or FIRST_VIEW).split("~")
    if slug not in VIEWS:
        reader.say(
            f"Link: there is no view {shown(slug)}; using {FIRST_VIEW}.",
            f"链接\uff1a没有视图 {shown(slug)}\uff0c已改用 {FIRST_VIEW}。",
        )
        return FIRST_VIEW, {}
    return slug, reader.entry([slug, *values], VIEWS, slug)


def _keys(reader: Reader) -> list[str]:
    return sorted((key for key in reader.query if re.fullmatch(r"r[0-9]{1,3}", key)), key=lambda key: int(key[1:]))


def _names_learners(reader: Reader) -> bool:
    """Whether the link says who learns, or that nobody does; else the data set's own learners do, for their time."""
    return bool(_keys(reader)) or reader.take("r") is not None


def _learners(reader: Reader) -> tuple[Learner, ...]:
    """The learners in the order of their numbers."""
    keys = _keys(reader)
    if len(keys) > MOST_RUNS:
        reader.say(
            f"Link: at most {MOST_RUNS} networks; the rest is left out.",
            f"链接\uff1a最多 {MOST_RUNS} 个网络\uff0c其余已略去。",
        )
    reader.used.update(keys)
    found = (_learner(reader, key) for key in keys[:MOST_RUNS])
    return tuple(one for one in found if one)


def _learner(reader: Reader, key: str) -> Learner | None:
    first, *parts = (part.split("~") for part in reader.query[key].split("~~"))
    if first[0] not in CAN_LEARN:
        reader.say(
            f"Link, {key}: no optimizer {shown(first[0])} trains networks; left out.",
            f"链接 {key}\uff1a没有可训练网络的优化器 {shown(first[0])}\uff0c已略去。",
        )
        return None
    hyper = reader.entry(first, RULES, f"{key} ({first[0]})")
    given: dict[str, Any] = {"color": min(int(key[1:]) - 1, COLORS - 1), "wrappers": {}}
    learn: dict[str, Any] = {}
    for part in parts:
        where = f"{key} ({part[0]})"
        if part == ["off"]:
            given["visible"] = False
        elif part[0] == "c" and is_slot(part[1:]):
            given["color"] = int(part[1])
        elif part[0] == "learn":
            learn = reader.entry(part, {"learn": LEARN}, where)
        elif part[0] in SCHEDULES:
            given["schedule"] = part[0], reader.entry(part, SCHEDULES, where)
        elif part[0] in WRAPPERS:
            given["wrappers"][part[0]] = reader.entry(part, WRAPPERS, where)
        else:
            reader.say(
                f"Link, {key}: {shown('~'.join(part))} means nothing; ignored.",
                f"链接 {key}：{shown('~'.join(part))} 没有含义，已忽略。",
            )
    return Learner(Run(first[0], hyper, **given), learn)
