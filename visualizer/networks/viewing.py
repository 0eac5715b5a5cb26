"""The view of a study on its way to the page: what it is asked for, and whether it can be seen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from visualizer.maps import Part, Request
from visualizer.networks.link import write
from visualizer.networks.study import Study
from visualizer.networks.views import CATALOGUE
from visualizer.networks.views._view import nobody
from visualizer.simulate.tiles import Cancelled
from visualizer.spec import Text, Values

NOBODY = Text("No network is shown: add one, or show one.", "没有显示的网络\uff1a请添加或显示一个。")


class NothingToSeeError(ValueError):
    """There is no such view of a study; ``text`` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


def places(study: Study) -> list[int]:
    """The learners, by place, that the study's view is of."""
    slug, values = study.view
    return list(CATALOGUE[slug].of(study, Values(values)))


def used(study: Study) -> list[str]:
    """The dials of the view that matter now."""
    slug, values = study.view
    view = CATALOGUE[slug]
    return list(view.used(study, Values(values))) if view.used else [hyper.name for hyper in view.hypers]


def refused(study: Study) -> Text | None:
    """Why there is no such view of this study, if there is none."""
    view = CATALOGUE[study.view[0]]
    return view.fits(study) or (NOBODY if view.of is not nobody and not places(study) else None)


def request(study: Study) -> Request:
    """The numbers of a study's view. What the view does not depend on does not change its key."""
    slug, values = study.view
    matters = used(study)
    bare = CATALOGUE[slug].matters(study.only(places(study)))
    bare = replace(bare, view=(slug, {name: values[name] for name in matters}))
    return Request("view?" + urlencode(write(bare)), lambda stop: view_parts(bare, stop))


def view_parts(study: Study, stop: threading.Event) -> Iterator[Part]:
    """All parts of the view of a study. Ends early when ``stop`` is set; raises ``NothingToSeeError``."""
    slug, values = study.view
    view = CATALOGUE[slug]
    if why := refused(study):
        raise NothingToSeeError(why)
    try:
        yield from view.parts(study, Values(values), stop)
    except Cancelled:
        return
    if not stop.is_set():
        yield {"kind": "whole"}, {}


def as_header(study: Study) -> dict[str, Any]:
    """What the page is told of the view."""
    slug, values = study.view
    why = refused(study)
    return {
        "slug": slug,
        "values": dict(values),
        "used": used(study),
        "of": places(study),
        "key": request(study).key,
        "refused": why and why.pair(),
    }
