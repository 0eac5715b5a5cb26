"""The optimizers and the surfaces in groups: a pair of groups is the catalogue of one compiled program.

One program for all rules would take a new process several seconds to compile, and every run would carry the state of
the hungriest rule. So a rule's program is chosen by what the rule needs. Those of Hessians have one of their own, which
alone holds the surfaces' second derivatives; so have those of a line search without. The others fill programs of at
most ``MOST`` rules in the catalogue's order, those with points to record beside theta last. The first holds the rules
that a course begins with, so that it is small and stays the same. So it is with the surfaces: a group holds those of a
course's first hours, one those that need more than a loss (data, bounds, a matrix), one those that their
user makes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from landscapes import CATALOGUE as LANDSCAPES
from landscapes import Landscape
from optimizers import RULES
from optimizers._frame import Optimizer
from visualizer.spec import row_width

FIRST = (
    "sgd",
    "momentum",
    "nesterov",
    "adagrad",
    "adadelta",
    "rmsprop",
    "adam",
    "adam_nobias",
    "adamw",
    "adam_l2",
    "amsgrad",
    "nadam",
)
BUILT = "built"  # many rules in one: its program is its own, and no other carries it
MOST = 12
Entry = TypeVar("Entry")
CLASSIC = (
    "saddle_floor",
    "saddle",
    "ravine",
    "rosenbrock",
    "beale",
    "himmelblau",
    "noisy_bowl",
    "bumpy_bowl",
)
MOST_SURFACES = 14
MOST_DEAR = 4  # of those whose smoothed forms take long to compile


def _parts(name: str, entries: Sequence[Entry], most: int) -> dict[str, tuple[Entry, ...]]:
    """Groups of about the same size, none larger than ``most``."""
    size = -(-len(entries) // max(1, -(-len(entries) // most)))
    return {f"{name}{i // size + 1}": tuple(entries[i : i + size]) for i in range(0, len(entries), size)}


def _group() -> dict[str, tuple[Optimizer, ...]]:
    rest = [entry for slug, entry in RULES.items() if slug not in (*FIRST, BUILT)]
    bent = tuple(entry for entry in rest if entry.hessian)
    searched = tuple(entry for entry in rest if entry.search and not entry.hessian)
    # Those with points beside theta come last, so that the other programs are compiled without.
    rest = sorted((entry for entry in rest if not entry.second_order), key=lambda entry: bool(entry.report))
    return {
        "first": tuple(RULES[slug] for slug in FIRST),
        **_parts("more", rest, MOST),
        "hessian": bent,
        "search": searched,
        "built": (RULES[BUILT],),
    }


GROUPS = {name: entries for name, entries in _group().items() if entries}
PLACES = {entry.slug: (name, at) for name, entries in GROUPS.items() for at, entry in enumerate(entries)}


def _group_surfaces() -> dict[str, tuple[Landscape, ...]]:
    rest = [entry for slug, entry in LANDSCAPES.items() if slug not in CLASSIC]
    own = tuple(entry for entry in rest if entry.made)
    data = tuple(entry for entry in rest if not entry.made and (entry.sample or entry.bounds or entry.matrix))
    dear = [entry for entry in rest if entry.apart]
    rest = [entry for entry in rest if entry not in (*own, *data, *dear)]
    more = _parts("more", rest, MOST_SURFACES) | _parts("dear", dear, MOST_DEAR)
    return {"classic": tuple(LANDSCAPES[slug] for slug in CLASSIC), **more, "data": data, "own": own}


SURFACES = {name: entries for name, entries in _group_surfaces().items() if entries}
SURFACE_PLACES = {entry.slug: (name, at) for name, entries in SURFACES.items() for at, entry in enumerate(entries)}
# Where the smoothed forms are dear, they take seconds to compile as well: their programs are others.
SMOOTHED = {name: f"{name}-smooth" for name, entries in SURFACES.items() if any(entry.apart for entry in entries)}
SURFACES |= {smooth: SURFACES[name] for name, smooth in SMOOTHED.items()}
PARAMS = {name: row_width({entry.slug: entry for entry in entries}) for name, entries in SURFACES.items()}


def surface_group(landscape: str, smooth: float) -> tuple[str, int]:
    """The group whose programs hold a surface, smoothed or not, and its place there."""
    group, place = SURFACE_PLACES[landscape]
    return SMOOTHED.get(group, group) if smooth > 0 else group, place
