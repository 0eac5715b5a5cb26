"""What is mapped beside the race: which starts reach which minimum, what two dials of a run do together, and so on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optimizers import RULES as OPTIMIZERS
from optimizers import WRAPPERS
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer.spec import Hyper

#: How many runs each kind of map is of, at most: two maps of basins stand side by side.
KINDS = {"basins": 2, "grid": 1, "rates": 12, "fair": 12, "cloud": 1, "budget": 12}
#: What may be chosen for each kind of map, by name: the choices, and the usual one.
OPTIONS: dict[str, dict[str, tuple[tuple[str, ...], str]]] = {
    "fair": {
        "trials": (("16", "32", "64", "128", "256"), "64"),
        "search": (("grid", "random"), "grid"),
        "dials": (("1", "2"), "1"),
    },
    "cloud": {"seeds": (("256", "1024", "4096"), "1024")},
    "budget": {"seeds": (("1", "16", "64", "256"), "16"), "starts": (("1", "16", "64", "256"), "16")},
}
# What the second axis of a grid is, if nobody chose: the first of these that the run has.
SECOND = ("momentum", "beta1", "rho", "beta2", "beta", "alpha", "damping", "weight_decay")
LEAST_SHARE = 1e-5  # of the upper end: where an axis begins whose slider has an exact zero


@dataclass(frozen=True)
class Axis:
    """A dial along one side of a grid, from ``low`` to ``high``; a scenario puts its slider's end for None.

    The dial is a hyperparameter of the run's optimizer ("lr"), or of its schedule or of a wrapper, with whose name it
    then begins ("cosine.T_max", "lookahead.k").
    """

    dial: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Chart:
    """``kind`` of the runs in these colour slots; a grid has two ``axes``, the horizontal one first, rates have one.

    ``options`` are what ``OPTIONS`` has of the kind, by name; a scenario fills in the usual choices.
    """

    kind: str
    runs: tuple[int, ...]
    axes: tuple[Axis, ...] = ()
    options: tuple[tuple[str, str], ...] = ()

    def option(self, name: str) -> str:
        """What is chosen."""
        return dict(self.options)[name]


def dials_of(run: Any) -> dict[str, Hyper]:
    """The dials of a run that an axis may have, by name: those that are one number."""
    found = {hyper.name: hyper for hyper in OPTIMIZERS[run.optimizer].hypers}
    around = [
        (run.schedule[0], SCHEDULES[run.schedule[0]].hypers),
        *((slug, WRAPPERS[slug].hypers) for slug in run.wrappers),
    ]
    for slug, hypers in around:
        found |= {f"{slug}.{hyper.name}": hyper for hyper in hypers}
    return {name: hyper for name, hyper in found.items() if hyper.kind in ("float", "int") and hyper.codec is None}


def with_values(run: Any, values: Mapping[str, Any]) -> Any:
    """The run with these values of dials."""
    for dial, value in values.items():
        slug, _, name = dial.rpartition(".")
        if not slug:
            run = replace(run, hyper={**run.hyper, name: value})
        elif slug == run.schedule[0]:
            run = replace(run, schedule=(slug, {**run.schedule[1], name: value}))
        else:
            run = replace(run, wrappers={**run.wrappers, slug: {**run.wrappers[slug], name: value}})
    return run


def fitting(chart: Chart | None, runs: Sequence[Any], plane: bool = True) -> Chart | None:
    """The chart as far as the race has what it needs; None if nothing is left to map.

    A grid always has two axes: in the place of a dial that the run has not, or has not any more, a usual one. A run
    that continues another begins at no start and with no state of its own, so there is no map of it. Where the second
    axis is time (not a ``plane``), starts do not lie in what is drawn.
    """
    if chart is None or chart.kind not in KINDS or (chart.kind == "basins" and not plane):
        return None
    by_slot = {run.color: run for run in runs if run.fork is None}
    slots = tuple(slot for slot in dict.fromkeys(chart.runs) if slot in by_slot)[: KINDS[chart.kind]]
    if not slots:
        return None
    if chart.kind == "rates":
        return _of_rates(chart, [by_slot[slot] for slot in slots])
    if chart.kind != "grid":
        return Chart(chart.kind, slots, options=_chosen(chart))
    known = dials_of(by_slot[slots[0]])
    chosen = {axis.dial: axis for axis in reversed(chart.axes) if axis.dial in known}
    taken = [*reversed(chosen.values())][:2]
    usual = [name for name in dict.fromkeys(("lr", *SECOND, *known)) if name in known]
    taken += [Axis(name) for name in usual if name not in {axis.dial for axis in taken}][: 2 - len(taken)]
    whole = tuple(Axis(axis.dial, *ends(axis, known[axis.dial])) for axis in taken)
    return Chart("grid", slots, whole) if len(whole) == 2 else None


def _chosen(chart: Chart) -> tuple[tuple[str, str], ...]:
    asked, known = dict(chart.options), OPTIONS.get(chart.kind, {})
    return tuple((name, asked[name] if asked.get(name) in may else usual) for name, (may, usual) in known.items())


def _of_rates(chart: Chart, runs: Sequence[Any]) -> Chart | None:
    """Of the runs that have a learning rate, over what their sliders cover together."""
    rated = [run for run in runs if "lr" in dials_of(run)]
    if not rated:
        return None
    dials = [dials_of(run)["lr"] for run in rated]
    whole = replace(dials[0], low=min(dial.low for dial in dials), high=max(dial.high for dial in dials))
    asked = next((axis for axis in chart.axes if axis.dial == "lr"), Axis("lr"))
    return Chart("rates", tuple(run.color for run in rated), (Axis("lr", *ends(asked, whole)),))


def ends(axis: Axis, hyper: Hyper) -> tuple[float, float]:
    """From where to where the axis goes: within what may be typed, the lower end first; else the slider."""
    zero = hyper.scale == "log0" or (hyper.scale == "log" and hyper.low <= 0)
    low, high = hyper.low if hyper.low > 0 or not zero else hyper.high * LEAST_SHARE, hyper.high
    least, most = max(hyper.least, -1e12), min(hyper.most, 1e12)
    chosen = [axis.low if axis.low is not None else low, axis.high if axis.high is not None else high]
    if not all(math.isfinite(end) for end in chosen):
        return low, high
    first, last = (min(max(end, least), most) for end in chosen)
    logarithmic = hyper.scale in ("log", "log0")
    if first >= last or (logarithmic and first <= 0) or (hyper.scale == "log1m" and last >= 1):
        return low, high
    return first, last


def values(axis: Axis, hyper: Hyper, count: int) -> np.ndarray:
    """``count`` values along the axis, both ends included, evenly on the dial's scale; whole where it has no others."""
    low, high = ends(axis, hyper)
    if hyper.scale in ("log", "log0"):
        found = np.geomspace(low, high, count)
    elif hyper.scale == "log1m":
        found = 1.0 - np.geomspace(1.0 - low, max(1.0 - high, 1e-9), count)
    else:
        found = np.linspace(low, high, count)
    return np.rint(found) if hyper.kind == "int" else found


def write(chart: Chart) -> str:
    """``grid~0~~lr~0.001~1.0~~momentum~0.0~0.999``, ``cloud~0~~seeds~1024``: what a link says of it."""
    axes = ["~".join([axis.dial, _end(axis.low), _end(axis.high)]) for axis in chart.axes]
    options = ["~".join(pair) for pair in chart.options]
    return "~~".join(["~".join([chart.kind, *map(str, chart.runs)]), *axes, *options])


def _end(value: float | None) -> str:
    return repr(float(value or 0.0)).replace("e+", "e")  # a URL reads "+" as a space


def read(text: str) -> Chart | None:
    """The chart that a link says; None where there is none in it."""
    first, *rest = (part.split("~") for part in text.split("~~"))
    if first[0] not in KINDS or not all(slot.isdecimal() and len(slot) <= 2 for slot in first[1:]):
        return None
    axes, options = [], []
    for dial, *said in rest:
        if dial in OPTIONS.get(first[0], {}) and len(said) == 1:
            options.append((dial, said[0]))
            continue
        found = [_number(end) for end in said]
        if not dial or len(found) not in (0, 2) or any(map(math.isnan, found)):
            return None
        axes.append(Axis(dial, *found))
    return Chart(first[0], tuple(map(int, first[1:])), tuple(axes), tuple(options))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
