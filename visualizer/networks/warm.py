"""The programs of the networks that are seen first, made before somebody waits for them."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from visualizer.networks import parts, viewing
from visualizer.networks.data import CATALOGUE
from visualizer.networks.study import FIRST, Study

USUAL = (FIRST,)


def warm(datasets: Iterable[str] = tuple(CATALOGUE)) -> None:
    """Computes the first picture of these data sets, with its view, and so loads or compiles what that needs."""
    never = threading.Event()
    for slug in datasets:
        study = Study.suggested(slug)
        for request in (parts.request(study), viewing.request(study)):
            for _ in request.parts(never):
                pass
