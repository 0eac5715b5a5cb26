"""A scenario: one value that describes a whole picture."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from landscapes import CATALOGUE as LANDSCAPES
from landscapes import Box, Landscape
from landscapes.noise import CATALOGUE as NOISES
from optimizers import RULES as OPTIMIZERS
from optimizers import WRAPPERS
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer.plane import Placement
from visualizer.spec import Hyper, HyperError, Text, complete, look_up

MOST_RUNS = 12
FIRST = "saddle_floor"

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


Named = tuple[str, Mapping[str, Any]]


def _completed(catalogue: Mapping[str, Any], named: Named, what: str) -> Named:
    slug, given = named
    return slug, complete(look_up(catalogue, slug, what).hypers, given, slug)


def can_be_wrapped(optimizer: str) -> bool:
    """Whether Lookahead or SAM can go around: not where a step takes more than one gradient."""
    return not OPTIMIZERS[optimizer].second_order


def bare(optimizer: str) -> Text:
    """The sentence that says so."""
    title = OPTIMIZERS[optimizer].title
    return Text(
        f"Nothing can go around {title}: its step takes more than one gradient.",
        f"{title.zh} 不能再被包装\uff1a它的一步需要不止一次梯度。",
    )


@dataclass(frozen=True)
class Run:
    """One competitor: an optimizer with its hyperparameters, schedule and wrappers, and how it is drawn.

    ``hyper`` and the schedule's and the wrappers' values are completed with defaults; ``wrappers`` (slug -> values) are
    put into the catalogue's order, outermost first, for around each other they do the same in either order. ``color``
    is the slot of colour and dash, 0 to 11; -1 takes the run's place in the race. ``twin`` is the colour slot of the
    run that this one is compared with: a slot stays with its run when others come, go or move. Raises ``ValueError``
    on anything unknown or impossible.
    """

    optimizer: str
    hyper: Mapping[str, Any] = field(default_factory=dict)
    schedule: Named = ("constant", {})
    visible: bool = True
    color: int = -1
    wrappers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    twin: int | None = None

    def __post_init__(self) -> None:
        rule = look_up(OPTIMIZERS, self.optimizer, "optimizer")
        if not -1 <= self.color < MOST_RUNS:
            raise ValueError(f"a colour slot is 0 to {MOST_RUNS - 1}, not {self.color}")
        if self.twin is not None and not 0 <= self.twin < MOST_RUNS:
            raise ValueError(f"a twin is of a colour slot, 0 to {MOST_RUNS - 1}, not {self.twin}")
        if self.wrappers and not can_be_wrapped(self.optimizer):
            raise ValueError(bare(self.optimizer))
        around = dict(_completed(WRAPPERS, named, "wrapper") for named in self.wrappers.items())
        object.__setattr__(self, "hyper", complete(rule.hypers, self.hyper, self.optimizer))
        object.__setattr__(self, "schedule", _completed(SCHEDULES, self.schedule, "schedule"))
        object.__setattr__(self, "wrappers", {slug: around[slug] for slug in WRAPPERS if slug in around})

    @property
    def title(self) -> Text:
        """What the run is called: "Lookahead(Adam)"."""
        en, zh = OPTIMIZERS[self.optimizer].title.pair()
        for slug in reversed(list(self.wrappers)):
            title = WRAPPERS[slug].title
            short = title.zh.partition("\uff08")[0]  # without its explanation
            en, zh = f"{title}({en})", f"{short}({zh})"  # of Latin names mostly: half-width in Chinese too
        return Text(en, zh)


@dataclass(frozen=True)
class Scenario:
    """A race: surface, start, steps, noise, competitors.

    ``budget`` says what ``steps`` counts: updates, or gradient evaluations ("evaluations"), of which each run may use
    so many. A run whose original has left the race is nobody's twin any more.

    ``smooth`` is the standard deviation of the Gaussian that the surface is convolved with. ``stretch``, ``rotate``
    (degrees) and ``shift`` then place it on the page, see ``visualizer.plane.Placement``. ``start`` is in the surface's
    own coordinates and so moves along: a rotation changes nothing but the axes (``placed_start`` is the start on the
    page). What is left out, or None, is taken
    from the surface: its start, steps, tolerance, colour scale and noise. Raises ``ValueError`` on anything unknown or
    impossible; ``from_query`` never does.
    """

    landscape: str = FIRST
    params: Mapping[str, Any] = field(default_factory=dict)
    runs: Sequence[Run] = ()
    start: tuple[float, float] | None = None
    steps: int | None = None
    noise: Named | None = None
    seed: int = 0
    rotate: float = 0.0
    log: bool | None = None
    tolerance: float | None = None
    budget: str = "steps"
    stretch: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)
    smooth: float = 0.0

    def __post_init__(self) -> None:
        surface = look_up(LANDSCAPES, self.landscape, "landscape")
        noise = _completed(NOISES, surface.noise if self.noise is None else self.noise, "noise model")
        if NOISES[noise[0]].needs_data and surface.sample is None:
            raise ValueError(f"{self.landscape} is no mean over data, so it has no {noise[0]}")
        if surface.timed and (self.rotate, self.stretch, tuple(self.shift), self.smooth) != (0.0, 1.0, (0.0, 0.0), 0.0):
            raise ValueError(f"nothing turns, stretches, moves or smooths {self.landscape}: its second axis is time")
        params = complete(surface.params, self.params, self.landscape)
        domain = surface.shape(params).domain
        x0, x1, y0, y1 = start_limits(domain, STRETCH.parse(self.stretch))
        x, y = self.start or _within(surface.start, (x0, x1, y0, y1))  # a window may be made that leaves it out
        if not (x0 <= x <= x1 and y0 <= y <= y1):
            raise ValueError(f"the start ({x}, {y}) is outside [{x0}, {x1}] x [{y0}, {y1}]")
        if len(self.runs) > MOST_RUNS:
            raise ValueError(f"a race has at most {MOST_RUNS} runs, not {len(self.runs)}")
        runs = tuple(replace(run, color=i) if run.color < 0 else run for i, run in enumerate(self.runs))
        slots = {run.color for run in runs}
        runs = tuple(run if run.twin in {*slots, None} - {run.color} else replace(run, twin=None) for run in runs)
        values = {
            "params": params,
            "runs": runs,
            "start": (float(x), float(y)),
            "steps": STEPS.parse(surface.steps if self.steps is None else self.steps),
            "noise": noise,
            "seed": SEED.parse(self.seed),
            "rotate": ROTATE.parse(self.rotate),
            "stretch": STRETCH.parse(self.stretch),
            "shift": tuple(dial.parse(value) for dial, value in zip(shift_dials(domain), self.shift, strict=True)),
            "smooth": smooth_dial(surface, domain).parse(self.smooth),
            "log": surface.color_scale == "log" if self.log is None else bool(self.log),
            "tolerance": TOLERANCE.parse(surface.tolerance if self.tolerance is None else self.tolerance),
            "budget": BUDGET.parse(self.budget),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @staticmethod
    def suggested(landscape: str = FIRST) -> Scenario:
        """The race that a surface suggests for itself."""
        surface = look_up(LANDSCAPES, landscape, "landscape")
        return Scenario(landscape, runs=tuple(Run(slug, hyper) for slug, hyper in surface.race))

    @staticmethod
    def from_query(query: Any) -> tuple[Scenario, list[Text]]:
        """The scenario of a link, and a sentence for each thing in it that was wrong. Never raises."""
        from visualizer.link import read

        return read(query)

    def to_query(self) -> dict[str, str]:
        """The link: ``from_query`` gives exactly this scenario back."""
        from visualizer.link import write

        return write(self)

    def original(self, place: int) -> int | None:
        """The place of the run that the one at ``place`` is the twin of, or None."""
        slot = self.runs[place].twin
        return next((i for i, run in enumerate(self.runs) if run.color == slot), None)

    @property
    def surface(self) -> Landscape:
        return LANDSCAPES[self.landscape]

    @property
    def domain(self) -> Box:
        """The part of the surface that is drawn, in its own coordinates."""
        return self.surface.shape(self.params).domain

    @property
    def placed_start(self) -> tuple[float, float]:
        """The start where the page shows it."""
        assert self.start is not None
        if self.surface.timed:
            return self.start[0], 0.0
        return self.placement.place(self.start)

    @property
    def placement(self) -> Placement:
        return Placement(self.rotate, self.stretch, self.shift)

    @property
    def window(self) -> tuple[float, float, float, float]:
        """What the page draws: as much as the surface's domain, about where its centre is now."""
        x0, x1, y0, y1 = self.domain
        if self.surface.timed:
            return x0, x1, 0.0, float(self.steps or 1)
        x, y = self.placement.place(((x0 + x1) / 2, (y0 + y1) / 2))
        half_width, half_height = (x1 - x0) / 2, (y1 - y0) / 2
        return x - half_width, x + half_width, y - half_height, y + half_height


def _within(point: tuple[float, float], box: Box) -> tuple[float, float]:
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
