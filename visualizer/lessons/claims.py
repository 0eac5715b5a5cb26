"""What a claim has to say so that it is fair: its tuning rule, and both angles of an escape."""

from __future__ import annotations

import math
from collections.abc import Sequence

from visualizer.lessons.measures import Asked
from visualizer.lessons.mistakes import LessonError
from visualizer.lessons.stage import Pictures, runs_of
from visualizer.scenario import Scenario
from visualizer.spec import Text

EQUAL, EFFECTIVE, BEST, NONE = "equal lr", "equal lr/(1-beta)", "each at its best", "none"
#: How the rates of what is compared were chosen.
RULES = {
    EQUAL: Text("at equal learning rates", "学习率相同"),
    EFFECTIVE: Text("at equal lr/(1 − β)", "η/(1 − β) 相同"),
    BEST: Text("each at its best learning rate", "各取最佳学习率"),
    NONE: Text("at the learning rates shown", "学习率如图所示"),
}
SAME = 1e-9  # of a rate

#: What a claim asks for, each with the line of the file.
Asking = Sequence[tuple[int, Asked]]


def check_rule(rule: str, asking: Asking, pictures: Pictures) -> None:
    """Whether the runs that are compared are tuned as the claim says; raises ``LessonError`` at a line if not."""
    measured = [(line, path) for line, path in asking if path.run is not None and not path.is_dial]
    if rule == NONE:
        return
    for line, path in measured:
        if path.best != (rule == BEST):
            raise LessonError(
                f'"{rule}": write .best before the measure.' if rule == BEST else f'"{rule}" allows no .best.',
                f"“{rule}”：测量之前应写 .best。" if rule == BEST else f"“{rule}”之下不能用 .best。",
                line,
            )
    if rule == BEST:
        return
    rates = [_rate(line, path, pictures, rule) for line, path in measured]
    for (line, _), rate in zip(measured, rates, strict=True):
        if not math.isclose(rate, rates[0], rel_tol=SAME):
            raise LessonError(
                f'"{rule}", but here it is {rate:g}, not {rates[0]:g}.',
                f"“{rule}”，但这里是 {rate:g}，而不是 {rates[0]:g}。",
                line,
            )


def _rate(line: int, path: Asked, pictures: Pictures, rule: str) -> float:
    assert path.run is not None
    hyper = runs_of(path.picture(pictures))[path.run].hyper
    if "lr" not in hyper:
        raise LessonError("This run has no learning rate.", "它没有学习率。", line)
    return float(hyper["lr"]) / (1.0 - (float(hyper.get("momentum") or 0.0) if rule == EFFECTIVE else 0.0))


def check_escape(asking: Asking, pictures: Pictures) -> None:
    """Who leaves a saddle first is mostly a question of the axes: a claim about it is made at 0 and at 45 degrees."""
    angles: dict[tuple[str, int | None], tuple[set[float], int]] = {}
    for line, path in asking:
        picture = path.picture(pictures)
        if path.measure == "leaves" and isinstance(picture, Scenario):
            seen, _ = angles.setdefault((path.scenario, path.run), (set(), line))
            seen.add(picture.rotate % 90.0)
    for (scenario, _), (seen, line) in angles.items():
        if not {0.0, 45.0} <= seen:
            raise LessonError(
                f"Who escapes depends on the axes: measure it at 0 and at 45 degrees ({scenario}@45).",
                f"谁先逃离取决于坐标轴：应在 0 度和 45 度（{scenario}@45）都测量。",
                line,
            )
