"""What a view of a study is: a picture beside its networks, computed part by part."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from visualizer.maps import Part
from visualizer.spec import Hypers, Text, Values

if TYPE_CHECKING:  # a study holds the view that it is seen with
    from visualizer.networks.study import Study

Parts = Callable[["Study", Values, threading.Event], Iterator[Part]]


def shown(study: Study, values: Values) -> list[int]:
    """The places of all learners that are shown."""
    return [place for place, one in enumerate(study.learners) if one.run.visible]


def looked(study: Study, values: Values) -> list[int]:
    """The place of the learner whose answers are shown; none where nobody learns."""
    place = study.place
    return [] if place is None else [place]


def nobody(study: Study, values: Values) -> list[int]:
    """For a view that depends on the data and the shape only."""
    return []


def always(study: Study) -> Text | None:
    return None


def whole(study: Study) -> Study:
    return study


@dataclass(frozen=True)
class View:
    """``title`` is on its tab, ``asks`` says what is to be seen; ``hypers`` are its dials.

    ``parts(study, values, stop)`` computes it for a study whose only learners are those at the places ``of(study,
    values)``, in that order. The first part's header has the view's slug as its ``kind``; those of further ones have
    the kind ``part``, and the share of the work that is ``done``. It ends early soon after ``stop`` is set, and raises
    ``ValueError``, with a ``text`` in both languages, for what cannot be shown. ``fits`` says so in advance, of a study
    that has no such view at all; ``dataset`` is the one to turn to, where it is of one only. ``used`` are the dials
    that matter with these values, all of them if not given; ``matters`` gives a study all that the view does not depend
    on as it is at first.
    """

    title: Text
    asks: Text
    order: int
    parts: Parts
    hypers: Hypers = ()
    of: Callable[[Study, Values], Sequence[int]] = shown
    fits: Callable[[Study], Text | None] = always
    dataset: str = ""
    used: Callable[[Study, Values], Sequence[str]] | None = None
    matters: Callable[[Study], Study] = whole
    slug: str = ""
