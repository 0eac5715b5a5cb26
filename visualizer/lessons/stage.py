"""A lesson's scenarios: what a link says, under a name; and what a "try" button makes of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import parse_qsl

from visualizer.lessons.mistakes import LessonError, shown
from visualizer.networks import link as network_link
from visualizer.networks.study import Study
from visualizer.scenario import Run, Scenario
from visualizer.spec import Text

LONGEST, MOST_CHANGES = 4000, 24

Picture: TypeAlias = Scenario | Study
Pictures: TypeAlias = Mapping[str, Picture]


def opened(query: Mapping[str, str]) -> Picture:
    """What a link's query shows: a race, or a study of networks. What a page would mend is a mistake here."""
    picture, problems = _known(tuple(query.items()))
    if problems:
        raise LessonError(" ".join(problems), "".join(text.zh for text in problems))
    return picture


@lru_cache(maxsize=4096)
def _known(pairs: tuple[tuple[str, str], ...]) -> tuple[Picture, list[Text]]:
    """What a page makes of a link: the languages have their scenarios in common."""
    query = dict(pairs)
    return network_link.read(query) if "net" in query else Scenario.from_query(query)


def read(text: object) -> Picture:
    """The picture of a link, or of what stands behind its question mark."""
    if not isinstance(text, str) or not text.strip():
        raise LessonError('A scenario is a link in quotes, "v=1&f=...".', '场景是引号中的链接，如 "v=1&f=..."。')
    query = pairs(text.strip().partition("?")[2] or text.strip())
    if not {"f", "net"} & query.keys():
        raise LessonError(
            "This link has no surface (f=...) and no networks (net=...).",
            "这个链接既没有曲面（f=...），也没有网络（net=...）。",
        )
    return opened(query)


def pairs(text: str) -> dict[str, str]:
    """The parts of a query."""
    if len(text) > LONGEST:
        raise LessonError(f"A link has at most {LONGEST} characters.", f"链接最多 {LONGEST} 个字符。")
    try:
        found = parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=60)
    except ValueError:
        raise LessonError(
            f"{shown(text)} is not written name=value&name=value.", f"{shown(text)} 应写作 名称=值&名称=值。"
        ) from None
    return dict(found)


def query_of(picture: Picture) -> dict[str, str]:
    """Its link, as this version writes it."""
    return picture.to_query() if isinstance(picture, Scenario) else network_link.write(picture)


def runs_of(picture: Picture) -> tuple[Run, ...]:
    """Its competitors, or how its networks are trained."""
    return tuple(picture.runs) if isinstance(picture, Scenario) else tuple(one.run for one in picture.learners)


def place_of(picture: Picture, name: str) -> int:
    """The place of a run: ``r2`` is the second; an optimizer's name is the run that has it, if only one has."""
    runs = runs_of(picture)
    if name[:1] == "r" and name[1:].isdecimal():
        place = int(name[1:]) - 1
        if 0 <= place < len(runs):
            return place
        raise LessonError(
            f"There is no run {name}; the last is r{len(runs)}.", f"没有 {name}，最后一个是 r{len(runs)}。"
        )
    found = [place for place, run in enumerate(runs) if run.optimizer == name]
    if len(found) == 1:
        return found[0]
    if found:
        numbers = ", ".join(f"r{place + 1}" for place in found)
        raise LessonError(f"Several runs are {name}: say {numbers}.", f"有多个 {name}，请写 {numbers}。")
    known = ", ".join(dict.fromkeys(run.optimizer for run in runs))
    raise LessonError(f"No run is called {shown(name)}; there are {known}.", f"没有 {shown(name)}，只有 {known}。")


def turned(picture: Picture, degrees: float) -> Picture:
    """The same surface, start and runs, turned by so many more degrees."""
    if not degrees:
        return picture
    if not isinstance(picture, Scenario):
        raise LessonError("Networks cannot be turned.", "网络不能旋转。")
    if picture.surface.timed:
        raise LessonError(f"{picture.surface.title} cannot be turned.", f"{picture.surface.title.zh}不能旋转。")
    return replace(picture, rotate=(picture.rotate + degrees + 180.0) % 360.0 - 180.0)


@dataclass(frozen=True)
class Place:
    """Where a lesson points: a scenario by name, turned by ``degrees``, with ``changes`` (a "try")."""

    scenario: str
    degrees: float = 0.0
    changes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, text: str) -> Place:
        """Of ``valley``, ``valley@45`` or ``valley@45?r2.momentum=0.99&steps=800``."""
        name, _, changes = text.partition("?")
        name, turned, degrees = name.partition("@")
        try:
            angle = float(int(degrees)) if turned else 0.0
        except ValueError:
            raise LessonError(
                f"After @ come degrees, not {shown(degrees)}.", f"@ 之后是角度，而不是 {shown(degrees)}。"
            ) from None
        found = tuple(pairs(changes).items()) if changes else ()
        if len(found) > MOST_CHANGES:
            raise LessonError(f"At most {MOST_CHANGES} changes.", f"最多 {MOST_CHANGES} 处改动。")
        return cls(name, angle, found)

    def picture(self, pictures: Pictures) -> Picture:
        """What is shown there; raises ``LessonError`` for what there is not, and for dials that cannot be set so."""
        picture = turned(known(pictures, self.scenario), self.degrees)
        return changed(picture, dict(self.changes)) if self.changes else picture


def known(pictures: Pictures, name: str) -> Picture:
    """The scenario of this name."""
    if name in pictures:
        return pictures[name]
    names = ", ".join(pictures) or "-"
    raise LessonError(
        f"There is no scenario {shown(name)}; there are {names}.", f"没有名为 {shown(name)} 的场景，只有 {names}。"
    )


def changed(picture: Picture, changes: Mapping[str, str]) -> Picture:
    """A picture with dials set, each as its link would: ``steps=800``, ``f.kappa=10``, ``noise=gaussian``,
    ``noise.sigma=1``, ``r2.momentum=0.99`` or ``momentum.momentum=0.99``, ``r1.cosine.T_max=100``; a run is added by
    ``r5=adam~lr~0.1`` and taken away by ``r5=``.
    """
    query = query_of(picture)
    for name, value in changes.items():
        key, *inner = name.split(".")
        if key not in query and not (key[:1] == "r" and key[1:].isdecimal()) and key in _slugs(picture):
            key = f"r{place_of(picture, key) + 1}"
        if inner:
            before = query.get(key) or (_noise(picture) if key == "noise" else "")
            query[key] = _with(before, key, inner, value)
        elif value == "" and key in query:
            del query[key]
        else:
            query[key] = value
    return opened(query)


def _slugs(picture: Picture) -> set[str]:
    return {run.optimizer for run in runs_of(picture)}


def _noise(picture: Picture) -> str:
    return picture.noise[0] if isinstance(picture, Scenario) and picture.noise else ""


def _with(text: str, key: str, inner: list[str], value: str) -> str:
    """An entry of a link, ``momentum~lr~0.01~~cosine~T_max~100``, with one of its values set."""
    if (not text and key != "shape") or len(inner) > 2 or "~" in value or not all(inner):
        raise LessonError(
            f"There is no dial {shown('.'.join([key, *inner]))}.", f"没有参数 {shown('.'.join([key, *inner]))}。"
        )
    parts = [part.split("~") for part in text.split("~~")] if text else [[]]
    if key == "shape":
        parts = [["", *parts[0]]]  # the only entry without a name of its own
    at = 0
    if len(inner) == 2:
        at = next((k for k, part in enumerate(parts[1:], 1) if part[0] == inner[0]), len(parts))
        parts += [[inner[0]]] if at == len(parts) else []
    head, *rest = parts[at]
    own = dict(zip(rest[::2], rest[1::2], strict=False)) | {inner[-1]: value}
    parts[at] = [head, *(word for pair in own.items() for word in pair)]
    return "~~".join("~".join(part) for part in parts).removeprefix("~")
