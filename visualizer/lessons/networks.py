"""The measures of a study of networks: what each ends with, as it stands or over seeds of data and training."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from visualizer.networks.evaluate import Scores, evaluate
from visualizer.networks.link import read, write
from visualizer.networks.recent import trained
from visualizer.networks.study import Study

COLUMNS = {"train": 0, "test": 1}


def measured(study: Study, place: int, measure: str, seeds: int | None) -> np.ndarray:
    """The measure of a learner: ``()``, or over so many seeds ``(seeds,)``; infinite where it diverged.

    Each seed draws the data, the weights before training and the order anew, so that its learners have the same data,
    and differences between them may be taken seed by seed.
    """
    which, _, what = measure.partition("_")
    each = [study] if seeds is None else [_seeded(study, k) for k in range(seeds)]
    scores = [_scores(tuple(write(one).items()))[place] for one in each]
    found = np.array([float(getattr(own, what)[0, COLUMNS[which]]) for own in scores])
    found = np.where(np.isfinite(found), found, np.inf)
    return found[0] if seeds is None else found


def _seeded(study: Study, k: int) -> Study:
    learners = tuple(replace(one, learn={**one.learn, "seed": one.learn["seed"] + k}) for one in study.learners)
    return replace(study, data={**study.data, "draw": study.data["draw"] + k}, learners=learners)


@lru_cache(maxsize=256)
def _scores(link: tuple[tuple[str, str], ...]) -> tuple[Scores, ...]:
    """Of each learner of the study of a link, at its last step."""
    study, _ = read(dict(link))
    return tuple(evaluate(study.network, study.points, one.theta[-1]) for one in trained(study))
