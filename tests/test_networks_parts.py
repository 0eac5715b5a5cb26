"""A study's numbers as they come to a browser."""

from __future__ import annotations

import json
import threading
from typing import Any

import numpy as np
import pytest

from visualizer.networks import Recipe, train
from visualizer.networks.evaluate import evaluate
from visualizer.networks.parts import grid, request, shown_frames, study_parts, thinned
from visualizer.networks.study import Learner, Study
from visualizer.scenario import Run

SHAPE = {"hidden": (8,)}
TWO = (Learner(Run("adam", {"lr": 0.02})), Learner(Run("sgd", {"lr": 0.1}), {"batch": 8}))


def parts(study: Study) -> list[tuple[dict[str, Any], dict[str, np.ndarray]]]:
    found = [(header, dict(arrays)) for header, arrays in study_parts(study, threading.Event())]
    for header, _ in found:
        json.dumps(header, allow_nan=False)
    return found


def of(found: Any, kind: str) -> list[tuple[dict[str, Any], dict[str, np.ndarray]]]:
    return [part for part in found if part[0].get("of") == kind]


def test_the_parts_of_a_study_are_those_of_its_training() -> None:
    study = Study("moons", {"train": 60}, SHAPE, 300, TWO)
    found = parts(study)
    (about, known), end = found[0], found[-1]
    assert (about["kind"], end[0]) == ("study", {"kind": "whole"})
    assert known["x"].shape == (about["train"] + about["test"], 2)
    runs = train(study.network, study.points, [one.recipe for one in TWO], 300)
    for k, (run, (header, curves)) in enumerate(zip(runs, of(found, "curves"), strict=True)):
        scores = evaluate(study.network, study.points, run.theta)
        assert header["learner"] == k and header["at"] == run.at.tolist()
        np.testing.assert_array_equal(curves["loss"], scores.loss.T)
        np.testing.assert_array_equal(curves["mistakes"], scores.mistakes.T)
        np.testing.assert_array_equal(curves["batch"], run.loss)


def test_the_answers_to_the_plane_are_the_networks() -> None:
    """In NumPy, at the last frame: the second class's chance in 255ths."""
    study = Study("moons", {"train": 60}, SHAPE, 300, TWO)
    header, arrays = of(parts(study), "answers")[0]
    theta = train(study.network, study.points, [TWO[0].recipe], 300)[0].theta[-1].astype(float)
    w1, b1, w2, b2 = np.split(theta, [16, 24, 40])
    asked = grid(study)
    assert asked is not None
    z = np.maximum(asked @ w1.reshape(2, 8) + b1, 0) @ w2.reshape(8, 2) + b2
    expected = 255 / (1 + np.exp(z[:, 0] - z[:, 1]))
    assert header["at"][0] == 0 and header["at"][-1] == 300
    assert np.abs(arrays["chances"][-1, :, 0] - expected).max() <= 0.51


def test_every_data_set_has_answers() -> None:
    for slug, name, shape in (
        ("spirals", "chances", (41, 4096, 3)),
        ("wave", "values", (41, 256, 1)),
        ("digits", "confusion", (41, 10, 10)),
    ):
        found = parts(Study(slug, shape=SHAPE, steps=200, learners=TWO[:1]))
        ((_, arrays),) = of(found, "answers")
        assert arrays[name].shape == shape
        if slug == "digits":
            header, known = found[0]
            right = known["y"][header["train"] :].sum(axis=0)
            np.testing.assert_array_equal(arrays[name].sum(axis=2), np.tile(right, (41, 1)))
            wrong = of(found, "curves")[0][1]["mistakes"][1, -1]
            assert np.trace(arrays[name][-1]) == round((1 - wrong) * header["test"])


def test_a_long_study_says_how_far_it_is_and_can_be_given_up() -> None:
    study = Study("moons", shape=SHAPE, steps=20_000, learners=TWO)
    stop = threading.Event()
    shares = []
    for header, _ in study_parts(study, stop):
        assert header["kind"] != "whole"
        if header.get("of") == "progress":
            shares.append(header["done"])
            if len(shares) == 2:
                stop.set()
    assert shares == sorted(shares) and 0 < shares[0] < 1


def test_no_learner_is_a_study_too() -> None:
    assert [header["kind"] for header, _ in parts(Study("xor"))] == ["study", "whole"]


def test_frames_and_thinned_curves() -> None:
    assert shown_frames(7).tolist() == [0, 1, 2, 3, 4, 5, 6]
    frames = shown_frames(101)
    assert (len(frames), frames[0], frames[-1]) == (41, 0, 100)
    loss = np.random.default_rng(0).normal(size=2500).astype(np.float32)
    low, high = thinned(loss)
    assert len(low) == 1000 and low.min() == loss.min() and high.max() == loss.max()
    assert (low <= high).all()


def test_one_request_for_what_looks_alike() -> None:
    study = Study("moons", learners=TWO)
    assert request(study).key == request(Study("moons", learners=TWO)).key
    assert request(study).key != request(Study("moons", learners=TWO[:1])).key
    assert Recipe("adam", {"lr": 0.02}).batch == study.learners[0].recipe.batch


@pytest.mark.parametrize("lr", [1e4])
def test_a_network_that_diverges_is_shown_as_far_as_it_goes(lr: float) -> None:
    found = parts(Study("wave", shape=SHAPE, steps=60, learners=(Learner(Run("sgd", {"lr": lr})),)))
    curves = of(found, "curves")[0][1]
    assert not np.isfinite(curves["loss"][:, -1]).any()
    assert np.isfinite(curves["loss"][:, 0]).all()
