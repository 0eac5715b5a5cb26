"""Trajectories and schedules against float64 runs of PyTorch, Optax and others (``golden/README.md``)."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import numpy as np
import pytest
from goldens import DOCS, HOME, PENDING, of_kind, ready, slugs

from landscapes import CATALOGUE as LANDSCAPES
from optimizers import CATALOGUE as OPTIMIZERS
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer import rollout, schedule
from visualizer.simulate.rollout import Trajectory

FIRST_RULES = {"sgd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop"}
ADAM_AND_KIN = {"adam", "adamw", "adam_l2", "adam_nobias", "amsgrad", "nadam"}


def run(doc: dict[str, Any]) -> Trajectory:
    place = doc["landscape"]
    return rollout(place["name"], doc["optimizer"], doc["start"], doc["steps"], doc["hyperparameters"], place["params"])


def reliable(doc: dict[str, Any]) -> list[dict[str, Any]]:
    return [record for record in doc["records"] if record["step"] <= doc["reliable_until"]]


def test_all_golden_files_are_here() -> None:
    counts = {kind: len(of_kind(kind)) for kind in ("trajectory", "schedule", "endpoint")}
    assert counts == {"trajectory": 277, "schedule": 19, "endpoint": 14}
    assert len(DOCS) == 310


def test_the_first_twelve_optimizers_have_65_trajectories() -> None:
    ours = [name for name in ready("trajectory") if DOCS[name]["optimizer"] in FIRST_RULES | ADAM_AND_KIN]
    assert len(ours) == 65
    assert {DOCS[name]["optimizer"] for name in ours} == FIRST_RULES | ADAM_AND_KIN


def test_every_golden_is_either_built_or_pending() -> None:
    """An optimizer that is added leaves ``pending.json``, so that its goldens are compared from that day on."""
    known = {"optimizers": slugs("trajectory") | slugs("endpoint"), "schedules": slugs("schedule")}
    for kind, catalogue in (("optimizers", OPTIMIZERS), ("schedules", SCHEDULES)):
        pending = set(PENDING[kind])
        assert known[kind] - set(catalogue) - pending == set(), "neither in the catalogue nor pending"
        assert pending & set(catalogue) == set(), "in the catalogue and still called pending"
        assert pending - known[kind] == set(), "pending, but no golden has this name"
        assert all(PENDING[kind].values()), "each says why"


def test_every_optimizer_and_schedule_has_goldens() -> None:
    assert set(OPTIMIZERS) - slugs("trajectory") - slugs("endpoint") == set()
    assert set(SCHEDULES) - slugs("schedule") == set()
    assert {doc["landscape"]["name"] for doc in of_kind("trajectory").values()} <= set(LANDSCAPES)


def test_no_end_point_is_forgotten() -> None:
    """None is built yet; the first of them brings its comparison with the reference's end points."""
    assert ready("endpoint") == []


@pytest.mark.parametrize("name", ready("trajectory"))
def test_trajectory(name: str) -> None:
    doc = DOCS[name]
    ours = run(doc)
    assert len(reliable(doc)) >= 5
    for record in reliable(doc):
        t = record["step"]
        assert t < ours.n_valid, f"stopped at {ours.n_valid}"
        assert abs(ours.xy[t, 0] - record["x"]) <= record["tol_xy"], (t, doc["notes"])
        assert abs(ours.xy[t, 1] - record["y"]) <= record["tol_xy"], (t, doc["notes"])
        assert abs(ours.loss[t] - record["loss"]) <= record["tol_loss"], t


@pytest.mark.parametrize("name", ready("trajectory"))
def test_recorded_gradient(name: str) -> None:
    """The recorded gradient is that of f alone, before any decay.

    The golden one is taken at the golden's own point: a path may differ from it by tol_xy, so the gradient by tol_xy
    times the curvature; starting a run of one step at that point takes the path out of it.
    """
    doc = DOCS[name]
    place = doc["landscape"]
    for record in reliable(doc):
        at = (record["x"], record["y"])
        g = rollout(place["name"], doc["optimizer"], at, 1, doc["hyperparameters"], place["params"]).info.g[0]
        np.testing.assert_allclose(g, record["grad"], rtol=1e-10, atol=1e-10 * max(1.0, *map(abs, record["grad"])))


@pytest.mark.parametrize("name", ready("schedule"))
def test_schedule(name: str) -> None:
    doc = DOCS[name]
    ours = schedule(doc["schedule"], doc["hyperparameters"], steps=len(doc["values"]))
    assert len(ours.lr) == len(doc["values"]) == 101
    np.testing.assert_allclose(ours.lr, doc["values"], rtol=1e-9, atol=1e-12)
    if doc["momentum"] is None:
        assert ours.momentum is None
    else:
        np.testing.assert_allclose(ours.momentum, doc["momentum"], rtol=1e-9, atol=1e-12)


def test_every_file_has_the_shape_that_the_schema_says() -> None:
    validator = jsonschema.Draft202012Validator(json.loads((HOME / "schema.json").read_text()))
    assert [name for name, doc in DOCS.items() if not validator.is_valid(doc)] == []
