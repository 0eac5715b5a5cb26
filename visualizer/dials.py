"""The dials that every scenario has, and how a value is made possible."""

from __future__ import annotations

import math
from typing import Any

from landscapes import Box, Landscape
from visualizer.spec import Hyper, HyperError, Text

ROTATE = Hyper(
    "rotate",
    r"\varphi",
    0.0,
    -180.0,
    180.0,
    doc=Text("Turns the surface and the start about the origin, in degrees.", "绕原点旋转曲面和起点（度）。"),
    least=-360.0,
    most=360.0,
)
STEPS = Hyper(
    "steps",
    "T",
    200,
    10,
    2000,
    "log",
    Text("How many updates every run makes.", "每个优化器更新的步数。"),
    kind="int",
    least=1,
    most=10_000,
)
SEED = Hyper(
    "seed",
    "s",
    0,
    0,
    99,
    doc=Text("Which random numbers: all runs of a race see the same.", "随机数种子：同场比赛的优化器共用相同的噪声。"),
    kind="int",
    least=0,
    most=2**31 - 1,
)
TOLERANCE = Hyper(
    "tolerance",
    r"\delta",
    1e-3,
    1e-9,
    1.0,
    "log",
    Text("How close to the minimum's loss counts as arrived.", "与极小值之差小于它，就算到达。"),
    least=1e-15,
    most=1e6,
)
BUDGET = Hyper(
    "budget",
    "B",
    "steps",
    kind="choice",
    choices=("steps", "evaluations"),
    doc=Text(
        "What all runs get equally many of: updates, or gradient evaluations. Some methods use more than one a step.",
        "各优化器等额的是更新步数\uff0c还是梯度计算次数。有些方法每步不止计算一次梯度。",
    ),
)
STRETCH = Hyper(
    "stretch",
    r"\chi",
    1.0,
    1.0,
    100.0,
    "log",
    Text(
        "Multiplies the curvature along the surface's second axis: a round bowl gets this condition number.",
        "曲面第二轴方向的曲率乘以它\uff1a圆碗的条件数就是这个值。",
    ),
    least=1e-3,
    most=1e6,
)
COMMON = (ROTATE, STRETCH, STEPS, SEED, TOLERANCE, BUDGET)


def shift_dials(domain: Box) -> tuple[Hyper, Hyper]:
    """How far a surface may be moved: half its width on the sliders."""
    x0, x1, y0, y1 = domain
    doc = Text(
        "Moves the surface and the start: weight decay pulls to the origin, wherever the surface is.",
        "平移曲面和起点\uff1a权重衰减总是拉向原点\uff0c不管曲面在哪里。",
    )
    spans = (("shift_x", r"\Delta x", (x1 - x0) / 2), ("shift_y", r"\Delta y", (y1 - y0) / 2))
    return tuple(  # type: ignore[return-value]
        Hyper(name, symbol, 0.0, -half, half, doc=doc, least=-1e6, most=1e6) for name, symbol, half in spans
    )


def placing_dials(entry: Landscape, domain: Box) -> tuple[Hyper, ...]:
    """The dials of every surface whose range is that of what is drawn."""
    return *shift_dials(domain), smooth_dial(entry, domain)


def smooth_dial(entry: Landscape, domain: Box) -> Hyper:
    """How far a surface may be smoothed: a standard deviation up to a quarter of its shorter side, or a tenth."""
    x0, x1, y0, y1 = domain
    most = min(x1 - x0, y1 - y0)
    # Nodes that are spread too far apart would see waves that are not there.
    reach = 0.25 if entry.smoothed else 0.1
    doc = Text(
        "Convolves the surface with a Gaussian of this standard deviation: bumps and kinks melt away.",
        "用这个标准差的高斯核与曲面卷积\uff1a起伏和尖角随之消失。",
    )
    return Hyper(
        "smooth", r"\sigma_s", 0.0, 0.0, reach * most, doc=doc, least=0.0, most=most if entry.smoothed else reach * most
    )


def within(point: tuple[float, float], box: Box) -> tuple[float, float]:
    """The point, or the nearest one of the box."""
    (x, y), (x0, x1, y0, y1) = point, box
    return min(max(x, x0), x1), min(max(y, y0), y1)


def start_limits(domain: Box, stretch: float = 1.0) -> Box:
    """Where a start may lie, in the surface's own coordinates: its domain, half as large again about its centre.

    The corners of a turned window lie outside the domain; this holds them. A surface that is stretched has become
    shorter, and its window shows more of it.
    """
    x0, x1, y0, y1 = domain
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    most = max(x1 - x0, y1 - y0)
    wide, high = (0.75 * (x1 - x0), 0.75 * (y1 - y0)) if stretch == 1.0 else (0.75 * most, 0.75 * most)
    high *= max(1.0, math.sqrt(stretch))
    return x - wide, x + wide, y - high, y + high


def mend(hyper: Hyper, value: Any, fallback: Any) -> tuple[Any, Text | None]:
    """A value made possible: itself, the nearest limit, or ``fallback``; and a sentence if it had to be changed."""
    try:
        return hyper.parse(value), None
    except HyperError as error:
        used = _nearest(hyper, value, fallback)
        shown = "none" if used is None else f"{used:g}" if isinstance(used, float) else str(used)
        return used, Text(f"{error.text}; using {shown}.", f"{error.text.zh}，已改用 {shown}。")


def _nearest(hyper: Hyper, value: Any, fallback: Any) -> Any:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return fallback
    if hyper.kind not in ("float", "int") or not math.isfinite(number):
        return fallback
    limited = min(max(number, hyper.least), hyper.most)
    return int(limited) if hyper.kind == "int" else limited
