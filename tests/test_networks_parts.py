"""A study's numbers as they come to a browser."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from visualizer.networks import Recipe, train
from visualizer.networks.evaluate import answers, evaluate
from visualizer.networks.frames import grid, margins_of, shown_frames
from visualizer.networks.parts import request, study_parts, thinned
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
    """In NumPy, at the last frame: by how much the second class leads, in 500ths, on the grid and at the points."""
    study = Study("moons", {"train": 60}, SHAPE, 300, TWO)
    last, every = of(parts(study), "answers")[::2]
    theta = train(study.network, study.points, [TWO[0].recipe], 300)[0].theta[-1].astype(float)
    w1, b1, w2, b2 = np.split(theta, [16, 24, 40])

    def lead(x: np.ndarray) -> np.ndarray:
        z = np.maximum(x @ w1.reshape(2, 8) + b1, 0) @ w2.reshape(8, 2) + b2
        return z[:, 1] - z[:, 0]

    asked = grid(study)
    assert asked is not None and asked[64 * 63].tolist() == [-2.4, 1.7], "rows upwards"
    assert last[0]["at"] == [300]
    assert every[0]["at"][0] == 0 and every[0]["at"][-1] == 300
    for header, arrays in (last, every):
        assert (header["learner"], header["unit"]) == (0, 500)
        assert np.abs(arrays["margins"][-1, :, 0] - 500 * lead(asked)).max() <= 0.51
        assert np.abs(arrays["points"][-1, :, 0] - 500 * lead(study.points.x[: 60 + 800])).max() <= 0.51


def test_margins_keep_who_leads() -> None:
    logits = np.array([[0.0, 1e-5], [1e-5, 0.0], [1.0, 1.0], [0.0, 1e3], [np.nan, 1.0], [np.inf, np.inf]], np.float32)
    assert margins_of(logits)[:, 0].tolist() == [1, -1, 0, 32000, 0, 0]
    three = np.array([[[0.5, -1.0, 2.0]]], np.float32)
    assert margins_of(three).tolist() == [[[-750, 750]]]


def test_every_data_set_has_answers() -> None:
    for slug, shapes in (
        ("spirals", {"margins": (41, 4096, 2), "points": (41, 1000, 2)}),
        ("wave", {"values": (41, 256, 1), "points": (41, 440, 1)}),
        ("digits", {"confusion": (41, 10, 10), "taken": (41, 1000), "chance": (41, 1000)}),
    ):
        study = Study(slug, shape=SHAPE, steps=200, learners=TWO[:1])
        found = parts(study)
        last, every = of(found, "answers")
        assert {name: array.shape for name, array in every[1].items()} == shapes
        for name, array in last[1].items():
            np.testing.assert_array_equal(array, every[1][name][-1:])
        header, known = found[0]
        wrong = of(found, "curves")[0][1]["mistakes"][1, -1]
        if slug == "digits":
            right = known["y"][header["train"] :]
            confusion, taken = every[1]["confusion"], every[1]["taken"]
            np.testing.assert_array_equal(confusion.sum(axis=2), np.tile(right.sum(axis=0), (41, 1)))
            assert np.trace(confusion[-1]) == round((1 - wrong) * header["test"])
            for truth, said in ((0, 0), (8, 1), (3, 9)):
                assert confusion[-1, truth, said] == ((right.argmax(axis=1) == truth) & (taken[-1] == said)).sum()
            assert every[1]["chance"].min() >= 25, "the likeliest of ten has a tenth at least"
        elif slug == "wave":
            x = np.linspace(-2.3, 2.3, 256)
            np.testing.assert_allclose(known["truth"][:, 0], 0.8 * np.sin(2 * x + x**2), atol=1e-6)
            squares = (every[1]["points"][-1, header["train"] :] - known["y"][header["train"] :]) ** 2
            assert squares.mean() == pytest.approx(wrong, rel=1e-5)


def test_what_is_known_of_a_run_is_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dial of one network turned: the other one's curves and answers are those of before."""
    first = parts(Study("xor", shape=SHAPE, steps=60, learners=TWO))
    asked: list[Any] = []
    monkeypatch.setattr("visualizer.networks.frames.answers", lambda *given: asked.append(given) or answers(*given))
    turned = replace(TWO[1], run=Run("sgd", {"lr": 0.2}))
    second = parts(Study("xor", shape=SHAPE, steps=60, learners=(TWO[0], turned)))
    for kind in ("curves", "answers"):
        for name, array in of(first, kind)[0][1].items():
            assert of(second, kind)[0][1][name] is array
    assert sum(len(thetas) for _, _, thetas, _ in asked) == 2 * (1 + 41), (
        "of one network, on the grid and at the points"
    )


def test_answers_can_be_given_up() -> None:
    stop = threading.Event()
    for header, _ in study_parts(Study("xor", {"draw": 5}, SHAPE, 60, TWO), stop):
        assert header["kind"] != "whole"
        if header.get("of") == "curves" and header["learner"] == 1:
            stop.set()
        assert header.get("of") != "answers"


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


def test_rates_come_with_the_curves_where_they_are_not_constant() -> None:
    """A cosine from the closed form; a long one thinned as the losses are."""
    learners = (TWO[0], Learner(Run("sgd", {"lr": 0.2}, schedule=("cosine", {}))))
    for steps, shape in ((80, (80,)), (1500, (2, 1000))):
        constant, cosine = of(parts(Study("xor", shape=SHAPE, steps=steps, learners=learners)), "curves")
        assert "lr" not in constant[1]
        assert cosine[1]["lr"].shape == shape == cosine[1]["batch"].shape
        t = np.arange(steps)
        expected = thinned((0.1 * (1 + np.cos(np.pi * t / steps))).astype(np.float32))
        np.testing.assert_allclose(cosine[1]["lr"], expected, atol=2e-7)


def test_the_rate_of_a_schedule_that_watches_the_loss_is_the_one_that_was_taken() -> None:
    """Without a hidden layer the gradient is known: each step of SGD, over all data, is the rate times it."""
    schedule = ("reduce_on_plateau", {"patience": 2, "factor": 0.5, "threshold": 0.3})
    learner = Learner(Run("sgd", {"lr": 0.05}, schedule=schedule), {"batch": 40})
    study = Study("wave", shape={"hidden": None}, steps=60, learners=(learner,))
    ((_, curves),) = of(parts(study), "curves")
    theta = train(study.network, study.points, [learner.recipe], 60)[0].theta.astype(float)
    x, y = study.points.x[:40, 0].astype(float), study.points.y[:40, 0].astype(float)
    error = theta[:-1, :1] * x + theta[:-1, 1:] - y
    slopes = 2 * np.stack([(error * x).mean(axis=1), error.mean(axis=1)], axis=1)
    moves = theta[1:] - theta[:-1]
    taken = -(moves * slopes).sum(axis=1) / (slopes**2).sum(axis=1)
    begin = curves["lr"] > 1e-3  # later steps are rounding
    assert 2 < len(np.unique(curves["lr"][begin])) < begin.sum() / 2
    np.testing.assert_allclose(curves["lr"][begin], taken[begin], rtol=1e-2)
