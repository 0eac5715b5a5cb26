"""Twins: the same run with one idea taken out or exchanged.

What an optimizer's file names, and what any run has: a wrapper, a schedule, a weight decay to do without. A twin never
touches its original, so where the two would be the same, or would differ in more than the idea, the offer says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from optimizers import RULES as OPTIMIZERS
from optimizers import WRAPPERS
from optimizers._card import Twin
from optimizers._frame import COUPLED, DECOUPLED, SWITCHED
from visualizer.scenario import Run
from visualizer.spec import Text

#: Where these stand, they do nothing: a rule that lacks them leaves nothing out.
NEUTRAL: Mapping[str, Any] = {
    "weight_decay": 0.0,
    "dampening": 0.0,
    "amsgrad": False,
    "nesterov": False,
    "centered": False,
}
#: Flags that mean nothing without weight decay.
OF_DECAY = {"decoupled_weight_decay", "no_prox"}

AT_A_CONSTANT_RATE = Text("At a constant rate", "学习率恒定")
WITHOUT_DECAY = Text("Without weight decay", "不加权重衰减")
NO_DECAY_YET = Text("The same at weight decay 0: raise it first", "权重衰减为 0 时两者相同\uff0c请先调大")


#: The twins that any optimizer may have: name -> title.
ANY = {
    "no_decay": WITHOUT_DECAY,
    "constant": AT_A_CONSTANT_RATE,
    **{f"no_{slug}": Text(f"Without {it.title}", f"不加 {it.title.zh}") for slug, it in WRAPPERS.items()},
}


@dataclass(frozen=True)
class Offer:
    """A twin that a run may be given; ``reason`` says why it would not teach anything, and then it cannot be added.

    ``name`` identifies it among the offers of its run: the optimizer and what is changed, as in a link.
    """

    name: str
    title: Text
    run: Run
    reason: Text | None = None


def offers(run: Run) -> list[Offer]:
    """The twins of a run as it stands, in the order in which a menu lists them."""
    return [
        *(offer for twin in OPTIMIZERS[run.optimizer].twins if (offer := _own(run, twin))),
        *_of_any(run),
    ]


def _own(run: Run, twin: Twin) -> Offer | None:
    """A twin of the optimizer's file; None where the run is like it already."""
    change = {name: _value(run, value) for name, value in twin.change.items()}
    shared = {hyper.name for hyper in OPTIMIZERS[twin.optimizer].hypers} & run.hyper.keys()
    other = replace(run, optimizer=twin.optimizer, hyper={**{name: run.hyper[name] for name in shared}, **change})
    if other == run:
        return None
    return Offer(name_of(twin), twin.title, other, _reason(run, other, set(twin.change)))


def name_of(twin: Twin) -> str:
    """The optimizer and what is changed, as in a link."""
    return "~".join([twin.optimizer, *(str(part) for pair in twin.change.items() for part in pair)])


def places(optimizer: str) -> dict[str, int]:
    """Where each twin of an optimizer's file stands in it, by name."""
    return {name_of(twin): place for place, twin in enumerate(OPTIMIZERS[optimizer].twins)}


def _value(run: Run, value: Any) -> Any:
    """A change may name another hyperparameter of the run, whose value it takes: dampening = momentum."""
    return run.hyper.get(value, value) if isinstance(value, str) else value


def _reason(run: Run, other: Run, changed: set[str]) -> Text | None:
    for name, neutral in NEUTRAL.items():
        if name not in other.hyper and run.hyper.get(name, neutral) != neutral:
            title = OPTIMIZERS[other.optimizer].title
            return Text(
                f"{title} has no {name}: set it to {neutral:g} first, or two things change",
                f"{title.zh} 没有 {name}\uff1a请先设为 {neutral:g}\uff0c否则改变的不止一处",
            )
    ways = {_decay(run), _decay(other)}
    about_decay = ways == {COUPLED, DECOUPLED} or bool(changed & OF_DECAY)
    return NO_DECAY_YET if about_decay and not run.hyper["weight_decay"] else None


def _decay(run: Run) -> str:
    """How weight decay enters a run, its rule's flag read."""
    way = OPTIMIZERS[run.optimizer].decay
    if way == SWITCHED:
        return DECOUPLED if run.hyper["decoupled_weight_decay"] else COUPLED
    return way


def _of_any(run: Run) -> Iterator[Offer]:
    if run.hyper.get("weight_decay") and run.hyper.get("decay") != "none":
        yield Offer("no_decay", WITHOUT_DECAY, replace(run, hyper={**run.hyper, "weight_decay": 0.0}))
    for slug in run.wrappers:
        rest = {other: values for other, values in run.wrappers.items() if other != slug}
        yield Offer(f"no_{slug}", ANY[f"no_{slug}"], replace(run, wrappers=rest))
    if run.schedule[0] != "constant":
        yield Offer("constant", AT_A_CONSTANT_RATE, replace(run, schedule=("constant", {})))
