"""What can be measured, and what a path in an expression means: a measure of a run, or a dial."""

from __future__ import annotations

import math
from dataclasses import dataclass

from visualizer.charts import dials_of
from visualizer.lessons.grammar import Node
from visualizer.lessons.mistakes import LessonError, shown
from visualizer.lessons.stage import Picture, Pictures, known, place_of, runs_of, turned
from visualizer.maps.fair import tuned_dials
from visualizer.networks.study import Study
from visualizer.scenario import Scenario
from visualizer.spec import Text

NUMBER, TRUTH = "number", "truth"
STEP = "step"  # a number of steps in parentheses, which may be left out

#: Of a run of a race: what stands in the parentheses, if anything, and what is measured.
OF_RUN: dict[str, tuple[str, Text]] = {
    "stays": ("", Text("step from which on it stays within the tolerance of the minimum", "从这一步起始终在容差之内")),
    "touch": ("", Text("step at which it is first within the tolerance", "首次进入容差的一步")),
    "leaves": (
        "",
        Text("step at which it has left the saddle or minimum it starts at", "离开起点附近驻点的一步"),
    ),
    "diverges": ("", Text("step at which it leaves the finite numbers", "数值发散的一步")),
    "evaluations": ("", Text("gradients computed", "梯度计算次数")),
    "length": ("", Text("length of its path", "路径长度")),
    "distance": ("", Text("how far it ends from the nearest global minimum", "终点到最近的全局极小点的距离")),
    "loss": (STEP, Text("loss at the end, or after so many steps", "终点（或若干步之后）的损失")),
    "x": (STEP, Text("x in the surface's own coordinates, at the end or after so many steps", "曲面自身坐标中的 x")),
    "y": (STEP, Text("y, in the same way", "同样的 y")),
    "first": (TRUTH, Text("first step at which a condition on x, y, loss or step holds", "条件首次成立的一步")),
    "least": (NUMBER, Text("the lowest value of something made of x, y, loss and step", "沿途的最小值")),
    "most": (NUMBER, Text("the highest value", "沿途的最大值")),
    "crossings": (NUMBER, Text("how often it changes sign on the way", "沿途变号的次数")),
}
#: Of a network, at its last step.
OF_NETWORK = {
    "train_loss": Text("mean loss on the training points", "训练集上的平均损失"),
    "test_loss": Text("mean loss on the test points", "测试集上的平均损失"),
    "train_mistakes": Text("share of training points with a wrong answer", "训练集错误率"),
    "test_mistakes": Text("share of test points with a wrong answer", "测试集错误率"),
}
#: Of a scenario: its dials, the surface's parameters and the noise's, and these.
OF_SCENARIO = {
    "L": Text("largest curvature at the best minimum", "最优极小点处的最大曲率"),
    "mu": Text("smallest curvature there", "该处的最小曲率"),
}
DIALS = ("steps", "tolerance", "rotate", "stretch", "smooth", "seed")


@dataclass(frozen=True)
class Asked:
    """A path's meaning: a measure or a dial of a run, or of a scenario (``run`` is None), perhaps ``best`` tuned."""

    scenario: str
    degrees: float
    run: int | None
    best: bool
    measure: str
    given: Node | None
    at: int

    @property
    def is_dial(self) -> bool:
        """Whether it is a setting, and nothing that comes out."""
        return self.run is None or not (self.measure in OF_RUN or self.measure in OF_NETWORK)

    def picture(self, pictures: Pictures) -> Picture:
        return turned(known(pictures, self.scenario), self.degrees)


def asked(node: Node, pictures: Pictures) -> Asked:
    """The meaning of a path; raises ``LessonError`` with its place for a name that means nothing."""
    try:
        picture = turned(known(pictures, node.name), node.value)
        found = _asked(node, picture)
    except LessonError as wrong:
        raise wrong.moved(wrong.at or node.at) from None
    return found


def _asked(node: Node, picture: Picture) -> Asked:
    first, rest = node.parts[0], node.parts[1:]
    if not rest:
        _require(first.name in dials(picture), first, ", ".join(dials(picture)))
        _no_parentheses(first)
        return Asked(node.name, node.value, None, False, first.name, None, node.at)
    place = place_of(picture, first.name)
    _no_parentheses(first)
    best = rest[0].name == "best" and len(rest) > 1
    if best:
        _no_parentheses(rest[0])
        _can_be_tuned(picture, place, rest[0])
        rest = rest[1:]
    last = rest[0]
    if len(rest) > 1:
        raise LessonError(
            f"{shown(rest[1].name)} is one name too many.", f"{shown(rest[1].name)} 是多余的。", rest[1].at
        )
    names = measures(picture, place)
    _require(last.name in names, last, ", ".join(names))
    return Asked(node.name, node.value, place, best, last.name, last.parts[0] if last.parts else None, node.at)


def _require(there: bool, part: Node, names: str) -> None:
    if not there:
        raise LessonError(
            f"There is no {shown(part.name)} to measure; there are {names}.",
            f"没有 {shown(part.name)} 可测量，只有 {names}。",
            part.at,
        )


def _no_parentheses(part: Node) -> None:
    if part.parts:
        raise LessonError(f"{part.name} takes nothing in parentheses.", f"{part.name} 之后不带括号。", part.at)


def _can_be_tuned(picture: Picture, place: int, part: Node) -> None:
    if not isinstance(picture, Scenario):
        raise LessonError("Networks are not tuned in a lesson.", "课文中不为网络调参。", part.at)
    if not tuned_dials(picture.runs[place], two=False):
        raise LessonError("This run has no learning rate to tune.", "它没有可调的学习率。", part.at)


def dials(picture: Picture) -> dict[str, float]:
    """A picture's own numbers by name; those that have to be measured are NaN."""
    if isinstance(picture, Study):
        own = {"steps": picture.steps, **picture.data}
    else:
        noise = picture.noise[1] if picture.noise else {}
        own = {name: getattr(picture, name) for name in DIALS} | {**picture.params, **noise}
        own |= {"shift_x": picture.shift[0], "shift_y": picture.shift[1], **dict.fromkeys(OF_SCENARIO, math.nan)}
    return {name: float(value) for name, value in own.items() if isinstance(value, int | float)}


def measures(picture: Picture, place: int) -> list[str]:
    """What there is of a run: what is measured, and its dials."""
    run = runs_of(picture)[place]
    measured = OF_NETWORK if isinstance(picture, Study) else OF_RUN
    learn = picture.learners[place].learn if isinstance(picture, Study) else {}
    return [*measured, *(name for name in (*dials_of(run), *learn) if "." not in name)]
