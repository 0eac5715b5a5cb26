"""A link's query, read piece by piece, and the sentences about what was wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from visualizer.dials import mend
from visualizer.spec import Hyper, Text

LONGEST = 2000  # characters of one value that are looked at
MOST_PROBLEMS = 12


class Reader:
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

    def version(self, current: str) -> None:
        """Says so if the query is of another version than this one."""
        given = self.take("v")
        if given not in (None, current):
            self.say(
                f"The link is of version {shown(given or '')}, this is version {current}; read as well as possible.",
                f"链接版本为 {shown(given or '')}，当前版本为 {current}；已尽量读取。",
            )

    def unused(self) -> None:
        """Says so of every part that nobody has taken."""
        for key in self.query.keys() - self.used:
            self.say(f"Link: {shown(key)} means nothing here; ignored.", f"链接：{shown(key)} 没有含义，已忽略。")

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
                self.say(f"Link: {slug} has no {shown(name)}; ignored.", f"链接：{slug} 没有 {shown(name)}，已忽略。")
                continue
            hyper = hypers[name]
            given = listed(hyper, text) if hyper.kind in ("list", "table") and text != "none" else text
            values[name], problem = mend(hyper, given, hyper.default)
            if problem:
                self.say(f"Link, {where}: {problem}", f"链接 {where}：{problem.zh}")
        if len(rest) % 2:
            self.say(
                f"Link, {where}: {shown(rest[-1])} has no value; ignored.",
                f"链接 {where}：{shown(rest[-1])} 没有值，已忽略。",
            )
        return values


def shown(text: str) -> str:
    return repr(text[:40])


def listed(hyper: Hyper, text: str) -> Any:
    """What a link holds of a list or a table, as far as it can be told before it is parsed."""
    parts = text.split("_")
    width = len(hyper.fields)
    return [parts[i : i + width] for i in range(0, len(parts), width)] if hyper.kind == "table" else parts
