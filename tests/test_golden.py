"""Trajectories and schedules against float64 runs of PyTorch, Optax and others (``golden/README.md``)."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import numpy as np
import pytest
from goldens import DOCS, HOME, of_kind, slugs

from landscapes import CATALOGUE as LANDSCAPES
from optimizers import CATALOGUE as OPTIMIZERS
from optimizers import RULES
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer import rollout, schedule
from visualizer.simulate.rollout import Trajectory


def run(doc: dict[str, Any]) -> Trajectory:
    """The same run by this engine, with the same normal draws where the method draws some."""
    place = doc["landscape"]
    draws = np.array(doc["noise"]) if "noise" in doc else None
    return rollout(
        place["name"],
        doc["optimizer"],
        doc["start"],
        doc["steps"],
        doc["hyperparameters"],
        place["params"],
        normals=draws,
    )


def aux_of(doc: dict[str, Any]) -> set[str]:
    """The names of the points that the file records beside theta."""
    return {what for record in doc["records"] for what in record.get("aux", {})}


def gradient_at_theta(slug: str) -> bool:
    """Whether the rule takes its gradient at theta, and not at a point of its own."""
    return slug in RULES and RULES[slug].query is None


def reliable(doc: dict[str, Any]) -> list[dict[str, Any]]:
    return [record for record in doc["records"] if record["step"] <= doc["reliable_until"]]


def test_all_golden_files_are_here() -> None:
    """Those that the lab began with; a new optimizer brings more."""
    counts = {kind: len(of_kind(kind)) for kind in ("trajectory", "schedule", "endpoint")}
    assert all(counts[kind] >= least for kind, least in (("trajectory", 277), ("schedule", 19), ("endpoint", 14)))
    assert len(DOCS) == sum(counts.values())


def test_every_golden_is_of_the_catalogue() -> None:
    assert slugs("trajectory") | slugs("endpoint") == set(OPTIMIZERS)
    assert slugs("schedule") == set(SCHEDULES)


def test_every_optimizer_and_schedule_has_goldens() -> None:
    assert set(OPTIMIZERS) - slugs("trajectory") - slugs("endpoint") == set()
    assert set(SCHEDULES) - slugs("schedule") == set()
    assert {doc["landscape"]["name"] for doc in of_kind("trajectory").values()} <= set(LANDSCAPES)


@pytest.mark.parametrize("name", of_kind("endpoint"))
def test_end_point(name: str) -> None:
    """Paths depend on the line search, ends do not. Ours stays there, and has not tried many times more points."""
    doc = DOCS[name]
    place, allowed = doc["landscape"], doc["tolerance"]
    steps = 4 * doc["iterations"] + 10
    ours = rollout(place["name"], doc["optimizer"], doc["start"], steps, doc["hyperparameters"], place["params"])
    assert ours.n_valid == steps + 1
    distance = np.abs(np.array(doc["minima"]) - ours.theta[-1]).max(1).min()
    assert distance <= allowed["atol_xy"]
    assert ours.loss[-1] <= allowed["atol_loss"]
    assert (ours.theta[-1] == ours.theta[-5:]).all(), "it stays where it has converged"
    assert (np.diff(ours.loss) <= 0).all(), "strong Wolfe conditions never let the loss rise"
    assert ours.evaluations[-1] <= 2 * doc["function_evaluations"] + 10


@pytest.mark.parametrize("name", of_kind("trajectory"))
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


@pytest.mark.parametrize("name", [name for name in of_kind("trajectory") if aux_of(DOCS[name])])
def test_points_beside_the_path(name: str) -> None:
    """Lookahead's slow weights, schedule-free's y and z."""
    doc = DOCS[name]
    ours = run(doc)
    assert set(ours.aux) == aux_of(doc)
    for record in reliable(doc):
        for what, point in record.get("aux", {}).items():
            np.testing.assert_allclose(
                ours.aux[what][record["step"]], point, rtol=0, atol=record["tol_xy"], err_msg=f"{what} {record['step']}"
            )


@pytest.mark.parametrize("name", of_kind("trajectory"))
def test_recorded_gradient(name: str) -> None:
    """The recorded gradient is that of f alone, before any decay.

    The golden one is taken at the golden's own point: a path may differ from it by tol_xy, so the gradient by tol_xy
    times the curvature; starting a run of one step at that point takes the path out of it. Where a method takes its
    gradient elsewhere, the file holds that at theta all the same: there it is compared with what plain descent sees.
    """
    doc = DOCS[name]
    place = doc["landscape"]
    rule, hyper = (doc["optimizer"], doc["hyperparameters"]) if gradient_at_theta(doc["optimizer"]) else ("sgd", {})
    for record in reliable(doc):
        at = (record["x"], record["y"])
        g = rollout(place["name"], rule, at, 1, hyper, place["params"]).info.g[0]
        np.testing.assert_allclose(g, record["grad"], rtol=1e-10, atol=1e-10 * max(1.0, *map(abs, record["grad"])))


@pytest.mark.parametrize("name", of_kind("schedule"))
def test_schedule(name: str) -> None:
    doc = DOCS[name]
    ours = schedule(doc["schedule"], doc["hyperparameters"], steps=len(doc["values"]), metrics=doc.get("metrics"))
    assert len(ours.lr) == len(doc["values"]) == 101
    np.testing.assert_allclose(ours.lr, doc["values"], rtol=1e-9, atol=1e-12)
    if doc["momentum"] is None:
        assert ours.momentum is None
    else:
        np.testing.assert_allclose(ours.momentum, doc["momentum"], rtol=1e-9, atol=1e-12)


def test_every_file_has_the_shape_that_the_schema_says() -> None:
    validator = jsonschema.Draft202012Validator(json.loads((HOME / "schema.json").read_text()))
    assert [name for name, doc in DOCS.items() if not validator.is_valid(doc)] == []
