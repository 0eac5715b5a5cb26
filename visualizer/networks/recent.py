"""Networks that were trained a moment ago: only those that a change concerns are trained again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from visualizer.networks.train import Training, train

if TYPE_CHECKING:
    from visualizer.networks.study import Study

ROOM = 256 * 2**20  # bytes of parameters that are kept

_guard = threading.Lock()
_kept: OrderedDict[str, Training] = OrderedDict()  # the one that was asked for last comes last


def trained(
    study: Study, cancel: threading.Event | None = None, progress: Callable[[float], None] | None = None
) -> list[Training]:
    """The way of every learner of a study; see ``train``. What is returned is shared: nobody writes into it."""
    recipes = [one.recipe for one in study.learners]
    common = repr((study.network.name, study.dataset, sorted(study.data.items()), study.steps))
    keys = [f"{common} {recipe!r}" for recipe in recipes]
    with _guard:
        known = {key: _kept[key] for key in keys if key in _kept}
        for key in known:
            _kept.move_to_end(key)
    missing = {key: recipe for key, recipe in zip(keys, recipes, strict=True) if key not in known}
    if missing:
        made = train(study.network, study.points, list(missing.values()), study.steps, cancel=cancel, progress=progress)
        known |= zip(missing, made, strict=True)
        _keep({key: known[key] for key in missing})
    return [known[key] for key in keys]


def _keep(found: dict[str, Training]) -> None:
    for one in found.values():
        for array in (one.at, one.theta, one.loss):
            array.flags.writeable = False
    with _guard:
        _kept.update(found)
        while len(_kept) > 1 and sum(one.theta.nbytes for one in _kept.values()) > ROOM:
            _kept.popitem(last=False)
