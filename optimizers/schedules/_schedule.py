"""What a learning-rate schedule is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from jax import Array

from visualizer.spec import Hypers, Source, Text, Values

NOT_CYCLED = float("nan")


class Rate(NamedTuple):
    """The learning rate of one update, and the momentum if the schedule cycles it (else NaN)."""

    lr: Array
    momentum: Array | float = NOT_CYCLED


Rule = Callable[[Array, Array, Values], Rate]


@dataclass(frozen=True)
class Form:
    """One way to write a schedule: its dials and its rule.

    ``rate(t, steps, h)`` is the rate of update t + 1, t = 0, 1, ...; ``h.lr`` is the base rate, the optimizer's own
    unless the schedule is given one; ``steps`` the length of the run. A schedule that watches the loss has ``react``
    in its place: ``react(t, loss, memory, h) -> (rate, memory)`` with the loss reached by update t; ``memory(h)`` are
    the numbers, at most ``MEMORY``, that it starts from. All are traced, so that no dial recompiles.
    """

    hypers: Hypers
    rate: Rule | None = None
    react: Callable[[Array, Array, Array, Values], tuple[Rate, Array]] | None = None
    memory: Callable[[Values], Any] = lambda h: ()

    def takes(self, names: set[str]) -> bool:
        """Whether these hyperparameters, and no others, can be given to this form."""
        return names <= {hyper.name for hyper in self.hypers} | {"lr"}


@dataclass(frozen=True)
class Schedule:
    """A learning-rate schedule: the first of its ``forms`` is the one the page offers.

    Libraries name a schedule's numbers differently and place its corners differently: each way is a form, and the names
    that are given choose it.
    """

    title: Text
    order: int
    source: Source
    formula: str
    summary: Text
    forms: tuple[Form, ...]
    slug: str = ""

    @property
    def hypers(self) -> Hypers:
        return self.forms[0].hypers

    def form(self, given: set[str]) -> Form:
        """The form that takes these names. Raises ``ValueError`` naming them and the known ones."""
        for form in self.forms:
            if form.takes(given):
                return form
        known = "; or ".join(", ".join(hyper.name for hyper in form.hypers) for form in self.forms)
        raise ValueError(f"schedule {self.slug} takes {known}; not {', '.join(sorted(given))}")
