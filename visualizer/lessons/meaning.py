"""Whether an expression makes sense, before anything is run: names, numbers and truths, and how much it would take."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from visualizer.lessons import grammar
from visualizer.lessons.grammar import Node
from visualizer.lessons.measures import NUMBER, OF_RUN, STEP, TRUTH, Asked, asked
from visualizer.lessons.mistakes import LessonError, shown
from visualizer.lessons.stage import Pictures
from visualizer.networks.study import Study

FUNCTIONS = {"abs": (1, 1), "sqrt": (1, 1), "log": (1, 1), "min": (2, 9), "max": (2, 9)}
OVER = {"share": TRUTH, "median": NUMBER, "low": NUMBER, "high": NUMBER}
STEPS = ("stays", "touch", "leaves", "diverges", "first")
LANES = ("seeds", "starts")
WORDS = {"never": math.inf, "true": True, "false": False}
ON_THE_WAY = ("x", "y", "loss", "step")
MOST_LANES, MOST_NETWORKS, MOST_WORK = 4096, 32, 8_000_000


def read(text: str, pictures: Pictures, kind: str) -> Node:
    """An expression of this kind, all of whose names mean something."""
    node = grammar.read(text)
    found = Checking(pictures).kind(node)
    if found != kind:
        raise _mixed(node, kind)
    return node


def _mixed(node: Node, wanted: str) -> LessonError:
    if wanted == TRUTH:
        return LessonError("Here stands a number; a claim compares two.", "这里是一个数；断言应比较两个数。", node.at)
    return LessonError("Here has to stand a number, not a comparison.", "这里应是一个数，而不是比较。", node.at)


@dataclass
class Checking:
    """Finds the kind of every node. ``lanes`` are those that it stands in, ``way`` says whether it is about a step."""

    pictures: Pictures
    lanes: Node | None = None
    way: bool = False

    def kind(self, node: Node) -> str:
        return str(getattr(self, f"_{node.kind}")(node))

    def _all(self, node: Node) -> str:
        for part in node.parts:
            self.want(part, TRUTH)
        return TRUTH

    _any = _not = _all

    def _row(self, node: Node) -> str:
        for part in node.parts:
            self.want(part, NUMBER)
        return NUMBER

    _neg = _row

    def _compare(self, node: Node) -> str:
        self._row(node)
        return TRUTH

    def want(self, node: Node, kind: str) -> None:
        if self.kind(node) != kind:
            raise _mixed(node, kind)

    def _number(self, node: Node) -> str:
        if not math.isfinite(node.value):
            raise LessonError("This number is too large.", "这个数太大。", node.at)
        return NUMBER

    def _lanes(self, node: Node) -> str:
        raise LessonError(
            "So many seeds or starts stand first in share(...), median(...), low(...) or high(...).",
            "种子数或起点数只能作为 share(...)、median(...)、low(...)、high(...) 的第一项。",
            node.at,
        )

    def _word(self, node: Node) -> str:
        if node.name in WORDS:
            return TRUTH if isinstance(WORDS[node.name], bool) else NUMBER
        if not (self.way and node.name in ON_THE_WAY):
            raise LessonError(
                f"{shown(node.name)} alone means nothing; write scenario.run.measure.",
                f"单独的 {shown(node.name)} 没有含义，应写作 场景.优化器.测量。",
                node.at,
            )
        return NUMBER

    def _call(self, node: Node) -> str:
        if node.name in OVER:
            return self._over(node)
        if node.name not in FUNCTIONS:
            names = ", ".join([*FUNCTIONS, *OVER])
            raise LessonError(
                f"There is no function {shown(node.name)}; there are {names}.",
                f"没有函数 {shown(node.name)}，只有 {names}。",
                node.at,
            )
        least, most = FUNCTIONS[node.name]
        if not least <= len(node.parts) <= most:
            raise LessonError(
                f"{node.name} does not take {len(node.parts)} values.",
                f"{node.name} 不能有 {len(node.parts)} 项。",
                node.at,
            )
        return self._row(node)

    def _over(self, node: Node) -> str:
        """A share or a median over seeds or starts."""
        first = node.parts[0]
        right = len(node.parts) == 2 and first.kind == "lanes" and first.name in LANES
        if not right or self.lanes or self.way:
            raise LessonError(
                f"Write {node.name}(60 seeds, ...) or {node.name}(1000 starts, ...), one not within another.",
                f"应写作 {node.name}(60 seeds, ...) 或 {node.name}(1000 starts, ...)，且不能嵌套。",
                node.at,
            )
        if not (1 <= first.value <= MOST_LANES and first.value == int(first.value)):
            raise LessonError(f"1 to {MOST_LANES} {first.name}.", f"{first.name} 应为 1 至 {MOST_LANES} 个。", first.at)
        inner = Checking(self.pictures, first)
        inner.want(node.parts[1], OVER[node.name])
        return NUMBER

    def _path(self, node: Node) -> str:
        if self.way:
            raise LessonError(
                "On the way there are only x, y, loss and step.", "沿途只有 x、y、loss 和 step。", node.at
            )
        found = asked(node, self.pictures)
        last = node.parts[-1]
        takes = "" if found.is_dial else OF_RUN.get(found.measure, ("",))[0]
        if len(last.parts) > 1 or (last.parts and not takes) or (not last.parts and takes in (NUMBER, TRUTH)):
            raise LessonError(
                f"In the parentheses of {found.measure} stands {'one thing' if takes else 'nothing'}.",
                f"{found.measure} 的括号里应有{'一项' if takes else '零项'}。",
                last.at,
            )
        if last.parts:
            inner = Checking(self.pictures, way=takes != STEP)
            inner.want(last.parts[0], NUMBER if takes == STEP else takes)
        self._bounded(found, last)
        return NUMBER

    def _bounded(self, found: Asked, last: Node) -> None:
        """A lesson is opened by many: what it measures is over in seconds."""
        picture, lanes = found.picture(self.pictures), int(self.lanes.value) if self.lanes else 1
        if isinstance(picture, Study):
            if self.lanes and (self.lanes.name != "seeds" or lanes > MOST_NETWORKS):
                raise LessonError(
                    f"Networks are compared over at most {MOST_NETWORKS} seeds.",
                    f"网络最多比较 {MOST_NETWORKS} 个种子。",
                    self.lanes.at,
                )
            return
        if self.lanes and self.lanes.name == "starts" and found.measure == "leaves":
            raise LessonError("From other starts there is nothing to leave.", "换了起点，就没有可离开的驻点。", last.at)
        work = lanes * (picture.steps or 1)
        if work > MOST_WORK:
            raise LessonError(
                f"This takes {work} steps; at most {MOST_WORK}.", f"这需要 {work} 步，最多 {MOST_WORK} 步。", last.at
            )


def paths(node: Node, pictures: Pictures) -> Iterator[Asked]:
    """Everything that an expression asks for, from left to right."""
    return (asked(part, pictures) for part in node.walk() if part.kind == "path")


def is_step(node: Node) -> bool:
    """Whether it is a step that may never come, and nothing reckoned from one."""
    if node.kind == "call" and node.name in ("median", "low", "high"):
        node = node.parts[1]
    return node.kind == "path" and node.parts[-1].name in STEPS
