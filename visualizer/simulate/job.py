"""Jobs: the names and values of a run, checked, and encoded as the numbers that the program reads."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from landscapes import CATALOGUE as LANDSCAPES
from landscapes.noise import CATALOGUE as NOISES
from optimizers import CATALOGUE as OPTIMIZERS
from optimizers import RULES, WRAPPERS, Optimizer
from optimizers.schedules import CATALOGUE as SCHEDULES
from optimizers.schedules import FORMS
from optimizers.wrappers._wrapper import unwrap
from visualizer.plane import Placement
from visualizer.simulate.groups import GROUPS, PARAMS, PLACES, surface_group
from visualizer.simulate.program import Batch
from visualizer.simulate.tables import INDICES, PLACE, STATE, WIDTHS, place_of
from visualizer.spec import complete, encode, look_up

CHOICES = INDICES[:-2]  # all but the steps of the first and the last row
RUNS, GROWTH = 16, 4  # a batch is padded to 16 runs, or 64, ...: few sizes, so that few programs are compiled
MOST_STEPS, MOST_EVALUATIONS = 4_000_000, 2**53

Named = tuple[str, Mapping[str, Any]]


class Branch(NamedTuple):
    """What a run continues: another, from the point of its step ``at``, with its state or without."""

    of: Job
    at: int
    carried: bool


@dataclass(frozen=True)
class Job:
    """What one run needs, all names checked: see ``job``. ``group`` names its program's rules and surfaces.

    One that continues another has a ``fork``. ``forks.py`` makes of it what the program takes: a run that begins at
    step ``first``, at ``place``, the numbers of ``tables.PLACE``; or (``last``) one that stops before it is at its end.
    """

    indices: tuple[int, ...]
    numbers: tuple[float, ...]
    steps: int
    group: tuple[str, str]
    report: tuple[str, ...] = ()  # names of the points recorded beside theta
    fork: Branch | None = None
    first: int = 0
    last: int | None = None
    place: tuple[float, ...] = ()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:  # a job is looked up again and again, and holds a hundred numbers
        return hash((self.indices, self.numbers, self.group, self.fork, self.first, self.last, self.place))

    @property
    def rule(self) -> Optimizer:
        return GROUPS[self.group[0]][self.index("optimizer")]

    @property
    def rows(self) -> int:
        """How many rows of the buffer it takes: one for each step from ``first`` to the last, both included."""
        return (self.steps if self.last is None else self.last) - self.first + 1

    def index(self, name: str) -> int:
        return self.indices[CHOICES.index(name)]

    def part(self, name: str) -> tuple[float, ...]:
        """The numbers of ``tables.WIDTHS`` under one name."""
        place = place_of(name)
        return self.numbers[place.start : place.stop]


def job(
    landscape: str,
    optimizer: str,
    start: Sequence[float] | None = None,
    steps: int = 200,
    hyper: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    schedule: Named | None = None,
    noise: Named | None = None,
    seed: int = 0,
    rotate: float = 0.0,
    wrappers: Mapping[str, Mapping[str, Any]] | None = None,
    budget: int | None = None,
    stretch: float = 1.0,
    shift: Sequence[float] = (0.0, 0.0),
    smooth: float = 0.0,
    fork: Branch | None = None,
) -> Job:
    """Names and values checked and encoded for the program. Raises ``ValueError`` on anything unknown or impossible.

    ``budget`` caps the evaluations (``Trajectory.evaluations``): the run ends before the update that would exceed it.
    ``fork`` says which run of the same race this one continues.
    """
    surface = look_up(LANDSCAPES, landscape, "landscape")
    how = method(optimizer, hyper, schedule, wrappers)
    noise_slug, noise_given = noise or ("none", {})
    model = look_up(NOISES, noise_slug, "noise model")
    if not model.fits(surface):
        raise ValueError(f"{landscape} is no mean over data, so it has no {noise_slug}")
    steps, seed = _whole("steps", steps, MOST_STEPS), _whole("seed", seed, 2**31 - 1)
    x, y = _point(surface.start if start is None else start)
    numbers = (
        (x, y),
        placed(rotate, stretch, shift).affine,
        [_smooth(smooth)],
        how.hyper,
        how.schedule,
        encode(model.hypers, complete(model.hypers, noise_given, noise_slug), WIDTHS["noise"]),
        *how.wrappers,
        [math.inf if budget is None else _whole("budget", budget, MOST_EVALUATIONS)],
        encode(surface.params, complete(surface.params, params or {}, landscape)),
    )
    surfaces, where = surface_group(landscape, smooth)
    positions = {
        "landscape": where,
        "optimizer": how.place,
        "schedule": how.form,
        "noise": list(NOISES).index(noise_slug),
        "steps": steps,
        "seed": seed,
    }
    return Job(
        tuple(positions[name] for name in CHOICES),
        tuple(chain.from_iterable(numbers)),
        steps,
        (how.group, surfaces),
        how.report,
        fork and fork._replace(at=_whole("the step of a fork", fork.at, MOST_STEPS)),
    )


class Method(NamedTuple):
    """An optimizer with its numbers: where its rule is among the programs, and what those read."""

    rule: Optimizer
    group: str
    place: int
    hyper: list[float]
    form: int
    schedule: list[float]  # the base rate first
    wrappers: list[list[float]]
    report: tuple[str, ...]


def method(
    optimizer: str,
    hyper: Mapping[str, Any] | None = None,
    schedule: Named | None = None,
    wrappers: Mapping[str, Mapping[str, Any]] | None = None,
) -> Method:
    """Names and values checked and encoded. Raises ``ValueError`` on anything unknown or impossible."""
    look_up(OPTIMIZERS, optimizer, "optimizer")
    inner, given, around = unwrap(WRAPPERS, optimizer, hyper or {})
    rule = look_up(RULES, inner, "optimizer")
    values = complete(rule.hypers, rule.spelled(given), inner)
    around = {**around, **{slug: dict(own) for slug, own in (wrappers or {}).items()}}
    if around and rule.second_order:
        raise ValueError(f"{', '.join(around)} cannot wrap {inner}: its steps take more than one gradient each")
    form, rates = _schedule(schedule or ("constant", {}), values.get("lr", 1.0))
    numbers = encode(rule.hypers, values, WIDTHS["hyper"])
    return Method(rule, *PLACES[inner], numbers, form, rates, _wrappers(around), _report(rule, around))


def _report(rule: Optimizer, around: Mapping[str, Any]) -> tuple[str, ...]:
    """The points recorded beside theta: the rule's own, the first of which gives way to Lookahead's slow weights."""
    names = tuple(name for name, _ in rule.report)
    return ("slow", *names[1:]) if "lookahead" in around else names


def placed(rotate: float, stretch: float, shift: Sequence[float]) -> Placement:
    """The placement, checked; ``ValueError`` for what is impossible."""
    x, y = _point(shift)
    if not (math.isfinite(rotate) and math.isfinite(stretch) and stretch > 0):
        raise ValueError(f"rotate and a positive stretch must be finite, not {rotate!r} and {stretch!r}")
    return Placement(float(rotate), float(stretch), (x, y))


def _smooth(smooth: float) -> float:
    if not (math.isfinite(smooth) and smooth >= 0):
        raise ValueError(f"smooth is a standard deviation, finite and not negative, not {smooth!r}")
    return float(smooth)


def _whole(name: str, value: Any, most: int) -> int:
    """A whole number from 0 to ``most``; ``ValueError`` for anything else."""
    whole = isinstance(value, int | np.integer) or (isinstance(value, float) and value.is_integer())
    if not whole or not 0 <= value <= most:
        raise ValueError(f"{name} must be a whole number between 0 and {most}, not {value!r}")
    return int(value)


def _point(start: Any) -> tuple[float, float]:
    """Two finite numbers; ``ValueError`` for anything else."""
    try:
        x, y = (float(value) for value in start)
    except (TypeError, ValueError):
        raise ValueError(f"a start is two numbers, not {start!r}") from None
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError(f"the start must be finite, not ({x}, {y})")
    return x, y


def _schedule(named: Named, lr: float) -> tuple[int, list[float]]:
    """The form that the names choose, and the base rate followed by its numbers."""
    slug, given = named
    form = look_up(SCHEDULES, slug, "schedule").form(set(given))
    own = dict(given)
    base = float(own.pop("lr", lr))
    return FORMS.index(form), [base, *encode(form.hypers, complete(form.hypers, own, slug), WIDTHS["schedule"] - 1)]


def _wrappers(around: Mapping[str, Mapping[str, Any]]) -> list[list[float]]:
    """The numbers of each wrapper, zeros for one that is not there."""
    for slug in around:
        look_up(WRAPPERS, slug, "wrapper")
    return [
        encode(entry.hypers, complete(entry.hypers, around[slug], slug), WIDTHS[slug])
        if slug in around
        else [0.0] * WIDTHS[slug]
        for slug, entry in WRAPPERS.items()
    ]


def pack(jobs: Sequence[Job]) -> Batch:
    """The jobs of one group as arrays, padded to a few sizes."""
    size = RUNS
    while size < len(jobs):
        size *= GROWTH
    batch = blank(size, jobs[0].group[1])
    place = batch.numbers.shape[1] - STATE - sum(PLACE.values())
    for k, one in enumerate(jobs):
        batch.indices[k] = *one.indices, one.first, one.first + one.rows - 1
        batch.numbers[k, : len(one.numbers)] = one.numbers
        batch.numbers[k, place : place + len(one.place)] = one.place
    return batch._replace(count=np.int32(len(jobs)))


def blank(runs: int, surfaces: str) -> Batch:
    """A batch of so many runs on a group of surfaces, none of which is used, and none has a past."""
    own = sum(WIDTHS.values()) + PARAMS[surfaces]
    numbers = np.zeros((runs, own + sum(PLACE.values()) + STATE))
    numbers[:, own:] = np.nan
    return Batch(np.zeros((runs, len(INDICES)), np.int32), numbers, np.int32(0))
