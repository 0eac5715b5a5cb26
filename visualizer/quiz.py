"""Guess the optimizer: a path is shown, and one names what drew it, or what is wrong with what drew it.

A round has ``ROUND`` questions. They follow from its seed alone, so that a round can be shared by its number. What is
to be named is drawn first, each as likely as the others; then a surface, a start and wrong answers are drawn until the
right one can be seen: its path stays in the picture for a while, and goes well apart from that of every other choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random
from typing import Any

import numpy as np

from landscapes import Box
from optimizers import RULES as OPTIMIZERS
from visualizer.race import race
from visualizer.rates import suited
from visualizer.scenario import Run, Scenario
from visualizer.simulate.rollout import Trajectory
from visualizer.spec import Text
from visualizer.tells import FAULTS, SOUND, TELLS, Fault

ROUND = 10
CHOICES = 4
MOST_SEEDS = 10**6
APART = 0.12  # of the window's side: so far a path must go from that of another choice,
LASTING = 10  # and stay for so many steps in all
STEPS = 120
TRIES = 200
WHO, FAULT = "who", "fault"
SURFACES = (
    *("saddle_floor", "ravine", "rosenbrock", "booth", "matyas", "beale", "himmelblau", "three_hump_camel"),
    *("six_hump_camel", "styblinski_tang", "mccormick", "gaussian_wells", "branin", "plateau_cliff"),
)


@dataclass(frozen=True)
class Choice:
    """One possible answer: the run that it stands for, what it is called, and by what one can tell it."""

    run: Run
    title: Text
    tell: Text


@dataclass(frozen=True)
class Question:
    """``scenario`` holds the surface and the run that is to be named; ``kind`` says what is asked for.

    ``subject`` is the optimizer whose settings are in question; None where the optimizer itself is.
    """

    kind: str
    subject: Text | None
    scenario: Scenario
    choices: tuple[Choice, ...]
    answer: int

    def answered(self, guess: int) -> Scenario:
        """The picture after an answer: a wrong guess draws its own path beside the right one."""
        if guess == self.answer:
            return self.scenario
        return replace(self.scenario, runs=(*self.scenario.runs, replace(self.choices[guess].run, color=1)))


@dataclass(frozen=True)
class Round:
    """A round that somebody plays: its seed, the question it is at, and the answers given so far."""

    seed: int
    number: int = 0
    guesses: tuple[int, ...] = ()

    def at(self, number: int) -> Question:
        return question(self.seed, number)

    @property
    def question(self) -> Question:
        return self.at(self.number)

    @property
    def guess(self) -> int | None:
        """The answer given to the question it is at, if any."""
        return self.guesses[self.number] if len(self.guesses) > self.number else None

    @property
    def over(self) -> bool:
        return len(self.guesses) >= ROUND

    @property
    def scenario(self) -> Scenario:
        """What is shown now."""
        return self.question.scenario if self.guess is None else self.question.answered(self.guess)

    @property
    def right(self) -> int:
        """How many of the answers given were right."""
        return sum(guess == self.at(k).answer for k, guess in enumerate(self.guesses))


@lru_cache(maxsize=1024)
def question(seed: int, number: int) -> Question:
    """Question ``number`` = 0, 1, ... of the round with this seed."""
    chance = Random(f"descent lab {seed} {number}")  # noqa: S311  (no secret hangs on it)
    while True:
        kind = chance.choice((WHO, FAULT))
        asked = chance.choice(sorted(TELLS)) if kind == WHO else chance.choice((*FAULTS, *SOUND))
        for _ in range(TRIES):
            scenario = _place(chance)
            choices = _who(chance, scenario, asked) if isinstance(asked, str) else _fault(chance, scenario, asked)
            paths = race(replace(scenario, runs=tuple(choice.run for choice in choices)))
            if _can_be_told(paths, scenario.window):
                order = chance.sample(range(len(choices)), len(choices))
                shuffled = tuple(choices[k] for k in order)
                subject = None if isinstance(asked, str) else OPTIMIZERS[asked.slug].title
                shown = replace(scenario, runs=(choices[0].run,))
                return Question(kind, subject, shown, shuffled, order.index(0))


def _place(chance: Random) -> Scenario:
    """A surface, and a start somewhere well inside its window."""
    slug = chance.choice(SURFACES)
    scenario = Scenario(slug, steps=STEPS)
    x0, x1, y0, y1 = scenario.domain
    x, y = (low + (high - low) * chance.uniform(0.12, 0.88) for low, high in ((x0, x1), (y0, y1)))
    return replace(scenario, start=(float(f"{x:.3g}"), float(f"{y:.3g}")))


def _who(chance: Random, scenario: Scenario, asked: str) -> list[Choice]:
    """The optimizer that is asked for, and others."""
    others = chance.sample(sorted(set(TELLS) - {asked}), CHOICES - 1)
    return [
        Choice(Run(slug, suited(scenario, slug), color=0), OPTIMIZERS[slug].title, TELLS[slug])
        for slug in (asked, *others)
    ]


def _fault(chance: Random, scenario: Scenario, asked: Fault) -> list[Choice]:
    """The mistake that is asked for, and others with the same optimizer; one of them is none."""
    others = [fault for fault in FAULTS if fault.slug == asked.slug and fault is not asked]
    sound = next(one for one in SOUND if one.slug == asked.slug)
    if asked is sound:
        others = chance.sample(others, min(CHOICES - 1, len(others)))
    else:
        others = [sound, *chance.sample(others, min(CHOICES - 2, len(others)))]
    return [_faulty(scenario, fault) for fault in (asked, *others)]


def _faulty(scenario: Scenario, fault: Fault) -> Choice:
    hyper: dict[str, Any] = {**suited(scenario, fault.slug), **dict(fault.values)}
    if "lr" in hyper:
        hyper["lr"] = float(f"{fault.times * hyper['lr']:.3g}")
    return Choice(Run(fault.optimizer, hyper, color=0), fault.title, fault.tell)


def _can_be_told(paths: Sequence[Trajectory], window: Box) -> bool:
    """Whether the first path is in the picture long enough, and apart from all others there."""
    seen = _seen(paths[0], window)
    return seen >= LASTING and all(_apart(paths[0], other, seen, window) >= LASTING for other in paths[1:])


def _seen(path: Trajectory, window: Box) -> int:
    """How many of the steps are made before the path leaves the picture."""
    x0, x1, y0, y1 = window
    x, y = path.theta[: path.n_valid].T
    out = np.flatnonzero((x < x0) | (x > x1) | (y < y0) | (y > y1))
    return int(out[0]) if len(out) else path.n_valid


def _apart(path: Trajectory, other: Trajectory, seen: int, window: Box) -> int:
    """At how many of the steps that are seen the other path is elsewhere."""
    x0, x1, y0, y1 = window
    valid = min(seen, other.n_valid)
    gap = np.abs(path.theta[:valid] - other.theta[:valid]) / (x1 - x0, y1 - y0)
    return int((gap.max(axis=1) > APART).sum()) + seen - valid
