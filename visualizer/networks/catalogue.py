"""The data sets and the dials of networks as plain data, for the page."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualizer.catalogue import dial, prose
from visualizer.networks.data import CATALOGUE, Dataset, sample
from visualizer.networks.link import CAN_LEARN
from visualizer.networks.study import LEARN, SHAPE, STEPS, data_dials
from visualizer.networks.views import CATALOGUE as VIEWS

SHOWN = 120  # points of a thumbnail
DIGITS = 4  # of its coordinates


def as_json() -> dict[str, Any]:
    """Everything that the page needs to know of them."""
    return {
        "datasets": {slug: _dataset(slug, entry) for slug, entry in CATALOGUE.items()},
        "shape": {hyper.name: dial(hyper) for hyper in SHAPE.hypers},
        "learn": {hyper.name: dial(hyper) for hyper in LEARN.hypers},
        "steps": dial(STEPS),
        "optimizers": list(CAN_LEARN),
        "views": {
            slug: {
                "title": view.title.pair(),
                "asks": prose(view.asks),
                "dataset": view.dataset,
                "dials": {hyper.name: dial(hyper) for hyper in view.hypers},
            }
            for slug, view in VIEWS.items()
        },
    }


def _dataset(slug: str, entry: Dataset) -> dict[str, Any]:
    return {
        "title": entry.title.pair(),
        "notes": prose(entry.notes),
        "source": [entry.source.citation, entry.source.year, entry.source.arxiv],
        "inputs": entry.inputs,
        "outputs": entry.outputs,
        "task": entry.task,
        "window": entry.window,
        "dials": {hyper.name: dial(hyper) for hyper in data_dials(entry).hypers},
        "thumb": _thumbnail(slug, entry),
    }


def _thumbnail(slug: str, entry: Dataset) -> dict[str, Any]:
    """A few points of a plane or a curve, and their classes; of images the first one of each class."""
    points = sample(slug, SHOWN, 0)
    if entry.inputs > 2:
        kinds = points.y[:SHOWN].argmax(axis=1)
        first = [int(np.flatnonzero(kinds == kind)[0]) for kind in range(entry.outputs)]
        return {"images": (points.x[first] * 16).round().astype(int).tolist()}
    x = points.x[:SHOWN] if entry.inputs == 2 else np.hstack([points.x[:SHOWN], points.y[:SHOWN]])
    kinds = points.y[:SHOWN].argmax(axis=1) if entry.inputs == 2 else np.zeros(SHOWN, int)
    return {"points": [[round(float(value), DIGITS) for value in row] for row in x], "kinds": kinds.tolist()}
