"""The head of a lesson's file: TOML between two lines of ``+++``, as Hugo and Zola have it."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from typing import Any

from visualizer.lessons import stage
from visualizer.lessons.mistakes import LessonError, Mistakes, shown
from visualizer.lessons.stage import Picture
from visualizer.spec import Text

FENCE = "+++"
KEYS = ("title", "order", "summary", "scenarios")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_SCENARIOS, LONGEST = 24, 300
PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


@dataclass(frozen=True)
class Front:
    """What the head says; ``body`` begins after ``lines`` lines of the file."""

    title: str = ""
    order: float = 0.0
    summary: str = ""
    pictures: dict[str, Picture] | None = None
    body: str = ""
    lines: int = 0


def read(text: str, mistakes: Mistakes) -> Front:
    """The head of a file, and the rest; what is wrong with it goes to ``mistakes``."""
    lines = text.split("\n")
    end = next((k for k, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if lines[0].rstrip() != FENCE or end is None:
        at = 1 if lines[0].rstrip() != FENCE else len(lines)
        mistakes.say(
            at, Text("A lesson begins with its head between two lines of +++.", "课文以两行 +++ 之间的头部开始。")
        )
        return Front()
    said = _toml(lines[1:end], mistakes)
    if said is None:
        return Front()
    head = _Head(lines[:end], said, mistakes)
    for key in sorted(said.keys() - set(KEYS)):
        head.say(key, f"The head has no {shown(key)}; it has {', '.join(KEYS)}.", f"头部没有 {shown(key)} 这一项。")
    body = "\n".join(lines[end + 1 :])
    return Front(head.text("title"), head.order(), head.text("summary"), head.pictures(), body, end + 1)


def _toml(lines: list[str], mistakes: Mistakes) -> dict[str, Any] | None:
    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as wrong:
        told = str(wrong)
        place = PLACE.search(told)
        # What is missing at the end of the document is missing on its last line.
        line = int(place[1]) + 1 if place and place[1] else len(lines) + 1
        why = PLACE.sub("", told)
        mistakes.say(min(line, len(lines) + 1), Text(f"The head is no TOML: {why}.", f"头部不是 TOML：{why}。"))
    except RecursionError:
        mistakes.say(1, Text("The head is nested too deeply.", "头部嵌套太深。"))
    return None


class _Head:
    """The head's values, each checked, with the line it stands at."""

    def __init__(self, lines: list[str], said: dict[str, Any], mistakes: Mistakes) -> None:
        self.lines, self.said, self.mistakes = lines, said, mistakes

    def line(self, key: str, after: int = 0) -> int:
        """The line that begins with the key, below another; that one, or the head's first, where none does."""
        pattern = re.compile(rf"""\s*\[?["']?{re.escape(key)}["']?\s*[\]=.]""")
        return next((k for k, line in enumerate(self.lines, 1) if k > after and pattern.match(line)), max(after, 1))

    def say(self, key: str, en: str, zh: str) -> None:
        self.mistakes.say(self.line(key), Text(en, zh))

    def text(self, key: str) -> str:
        value = self.said.get(key)
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
            self.say(
                key,
                f'The head needs {key} = "...", with at most {LONGEST} characters.',
                f'头部需要 {key} = "..."，最多 {LONGEST} 个字符。',
            )
            return ""
        return value.strip()

    def order(self) -> float:
        value = self.said.get("order")
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.say("order", "The head needs order = a number.", "头部需要 order = 一个数。")
            return 0.0
        return float(value)

    def pictures(self) -> dict[str, Picture]:
        given = self.said.get("scenarios", {})
        if not isinstance(given, dict) or len(given) > MOST_SCENARIOS:
            self.say(
                "scenarios",
                f'The head\'s [scenarios] are lines name = "link", at most {MOST_SCENARIOS}.',
                f'头部的 [scenarios] 应为 名称 = "链接"，最多 {MOST_SCENARIOS} 行。',
            )
            return {}
        found = {}
        for name, link in given.items():
            try:
                if not NAME.fullmatch(name):
                    raise LessonError(
                        f"A scenario's name is of small letters, digits and _, not {shown(name)}.",
                        f"场景名由小写字母、数字和 _ 组成，而不是 {shown(name)}。",
                    )
                found[name] = stage.read(link)
            except LessonError as wrong:
                self.mistakes.say(self.line(name, self.line("scenarios")), wrong.text)
        return found
