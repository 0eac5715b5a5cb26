"""What an optimizer's card says beyond its equations: where it comes from, what it is for, how libraries write it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from visualizer.spec import Text


@dataclass(frozen=True)
class Twin:
    """The same run with one idea taken out or exchanged: another optimizer, or other values; the rest is kept."""

    title: Text
    optimizer: str
    change: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Bound:
    r"""Where a method stays stable on a quadratic: it converges while lr times the largest curvature L is below
    ``limit(h)``, and diverges above. ``formula`` says so in LaTeX, as "\eta < 2 / L".
    """

    formula: str
    limit: Callable[[Mapping[str, Any]], float]


@dataclass(frozen=True)
class Card:
    """``parents`` are the slugs that the method came from. ``mends`` says what it repairs of them, ``breaks`` what that
    costs, ``use`` and ``avoid`` when to take it and when not. ``memory`` counts the vectors as long as theta that it
    keeps between steps at its default hyperparameters, or says it where it is no number of them; ``cost``, where a
    step takes other than one gradient, how many.

    ``torch`` and ``optax`` are expressions that make the optimizer there, with hyperparameters as ``{lr}``,
    ``{beta1}``, ...; the parameter is called ``theta``. Empty where the library lacks the method. There, and where a
    hyperparameter that the expression does not name is moved from its default, the reader is given a plain loop
    instead: statements in NumPy to run ``before`` the first step and at each ``step``. They have the hyperparameters by
    name (a schedule changes ``lr`` from step to step), the number of the update ``t`` = 1, 2, ..., ``gradient(theta)``,
    ``hessian(theta)`` and ``loss(theta)``, and assign ``theta`` anew (``theta = theta - ...``, never in place).
    ``scipy`` names the ``method`` of SciPy's ``minimize`` for a rule whose path depends on how a line is searched, so
    that only ends can agree. Where the statements depend on the hyperparameters, ``written`` makes ``(before, step)``
    of their values; whoever reads statements asks ``statements``.

    ``told`` are the statements of a step as the microscope tells them, where ``step`` cannot serve: of a rule with a
    line search, whose ``length`` and how many points it ``tried`` are given. A line that assigns nothing is a claim
    that is checked; a name that ends in ``_old`` is what the next step remembers, and is not shown. ``symbols`` are
    the LaTeX of names in the statements that ``visualizer.microscope.symbols`` does not give as the formula has them.

    ``note`` is what a student must know before believing the picture.
    """

    parents: tuple[str, ...]
    mends: Text
    breaks: Text
    use: Text
    avoid: Text
    memory: int | Text
    torch: str = ""
    optax: str = ""
    before: str = ""
    step: str = ""
    written: Callable[[Mapping[str, Any]], tuple[str, str]] | None = None
    told: str = ""
    symbols: Mapping[str, str] = field(default_factory=dict)
    scipy: str = ""
    cost: Text | None = None
    bound: Bound | None = None
    stability: Text | None = None
    note: Text | None = None

    def statements(self, hyper: Mapping[str, Any]) -> tuple[str, str]:
        """The plain loop of a run with these values, ``(before, step)``; empty where the card has none."""
        return self.written(hyper) if self.written else (self.before, self.step)
