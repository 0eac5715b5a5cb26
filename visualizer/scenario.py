"""A scenario: one value that describes a whole picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from landscapes import CATALOGUE as LANDSCAPES
from landscapes import Box, Landscape
from landscapes.noise import CATALOGUE as NOISES
from optimizers import RULES as OPTIMIZERS
from optimizers import WRAPPERS
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer.charts import Chart, fitting
from visualizer.dials import (
    BUDGET,
    ROTATE,
    SEED,
    STEPS,
    STRETCH,
    TOLERANCE,
    shift_dials,
    smooth_dial,
    start_limits,
    within,
)
from visualizer.plane import Placement
from visualizer.spec import Hyper, Text, complete, look_up

MOST_RUNS = 12
FIRST = "saddle_floor"

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


#: The step at which a run continues another; where that run, or the race, is shorter, it is its last.
AT = Hyper(
    "at",
    "t",
    0,
    0,
    2000,
    doc=Text("The step from which the run goes its own way.", "从这一步起，它走自己的路。"),
    kind="int",
    least=0,
    most=STEPS.most,
)


@dataclass(frozen=True)
class Fork:
    """What a run continues: the run whose colour slot is ``of``, from the point of its step ``at``.

    ``carried``: with the state that it has there (``simulate/carry.py`` says what another optimizer takes over), else
    with a fresh one, whose counters and bias corrections begin anew. Schedules, noise and minibatches go by the step
    either way, and the evaluations are counted on. Raises ``ValueError`` on anything impossible.
    """

    of: int
    at: int
    carried: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.of < MOST_RUNS:
            raise ValueError(f"a fork is of a colour slot, 0 to {MOST_RUNS - 1}, not {self.of}")
        object.__setattr__(self, "at", AT.parse(self.at))


@dataclass(frozen=True)
class Run:
    """One competitor: an optimizer with its hyperparameters, schedule and wrappers, and how it is drawn.

    ``hyper`` and the schedule's and the wrappers' values are completed with defaults; ``wrappers`` (slug -> values) are
    put into the catalogue's order, outermost first, for around each other they do the same in either order. ``color``
    is the slot of colour and dash, 0 to 11; -1 takes the run's place in the race. ``twin`` is the colour slot of the
    run that this one is compared with: a slot stays with its run when others come, go or move. ``fork`` is what the run
    continues; then its dials are those from there on. Raises ``ValueError`` on anything unknown or impossible.
    """

    optimizer: str
    hyper: Mapping[str, Any] = field(default_factory=dict)
    schedule: Named = ("constant", {})
    visible: bool = True
    color: int = -1
    wrappers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    twin: int | None = None
    fork: Fork | None = None

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


def _trunk(runs: Sequence[Run], place: int) -> int | None:
    fork = runs[place].fork
    return next((i for i, run in enumerate(runs) if fork and run.color == fork.of), None)


def _without_loops(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs without forks of what is not there, and of what comes back to them: the first of a loop begins anew."""
    kept = list(runs)
    for place, run in enumerate(runs):
        seen, at = set[int](), _trunk(kept, place)
        missing = run.fork is not None and at is None
        while at is not None and at != place and at not in seen:
            seen.add(at)
            at = _trunk(kept, at)
        if missing or at == place:
            kept[place] = replace(run, fork=None)
    return tuple(kept)


@dataclass(frozen=True)
class Scenario:
    """A race: surface, start, steps, noise, competitors.

    ``budget`` says what ``steps`` counts: updates, or gradient evaluations ("evaluations"), of which each run may use
    so many. A run whose original has left the race is nobody's twin any more. One that would continue a run which is
    not there, or itself by way of others, begins at the start like any other; ``edits`` and ``link`` see to it that
    nobody is surprised.

    ``smooth`` is the standard deviation of the Gaussian that the surface is convolved with. ``stretch``, ``rotate``
    (degrees) and ``shift`` then place it on the page, see ``visualizer.plane.Placement``. ``start`` is in the surface's
    own coordinates and so moves along: a rotation changes nothing but the axes (``placed_start`` is the start on the
    page). ``chart`` is what is mapped beside the race. What is left out, or None, is taken
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
    chart: Chart | None = None

    def __post_init__(self) -> None:
        surface = look_up(LANDSCAPES, self.landscape, "landscape")
        noise = _completed(NOISES, surface.noise if self.noise is None else self.noise, "noise model")
        if not NOISES[noise[0]].fits(surface):
            raise ValueError(f"{self.landscape} is no mean over data, so it has no {noise[0]}")
        if surface.timed and (self.rotate, self.stretch, tuple(self.shift), self.smooth) != (0.0, 1.0, (0.0, 0.0), 0.0):
            raise ValueError(f"nothing turns, stretches, moves or smooths {self.landscape}: its second axis is time")
        params = complete(surface.params, self.params, self.landscape)
        domain = surface.shape(params).domain
        x0, x1, y0, y1 = start_limits(domain, STRETCH.parse(self.stretch))
        x, y = self.start or within(surface.start, (x0, x1, y0, y1))  # a window may be made that leaves it out
        if not (x0 <= x <= x1 and y0 <= y <= y1):
            raise ValueError(f"the start ({x}, {y}) is outside [{x0}, {x1}] x [{y0}, {y1}]")
        if len(self.runs) > MOST_RUNS:
            raise ValueError(f"a race has at most {MOST_RUNS} runs, not {len(self.runs)}")
        runs = tuple(replace(run, color=i) if run.color < 0 else run for i, run in enumerate(self.runs))
        slots = {run.color for run in runs}
        runs = tuple(run if run.twin in {*slots, None} - {run.color} else replace(run, twin=None) for run in runs)
        runs = _without_loops(runs)
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
            "chart": fitting(self.chart, runs, plane=not surface.timed),
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

    def trunk(self, place: int) -> int | None:
        """The place of the run that the one at ``place`` continues, or None."""
        return _trunk(self.runs, place)

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
