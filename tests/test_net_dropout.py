"""The view of dropout, part by part: against the engine's own masks, NumPy in float64, and closed forms."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from visualizer.networks import Architecture, Recipe, sample, train
from visualizer.networks.dropout import Expectation, batch_of, expectation, masks, pooled, systematic
from visualizer.networks.masks import STEPS, along
from visualizer.networks.recent import trained
from visualizer.networks.study import Learner, Study
from visualizer.networks.viewing import NothingToSeeError, view_parts
from visualizer.networks.views._dropout_averages import GROUP, GROUPS, apart, panels
from visualizer.networks.views._dropout_ways import WAYS
from visualizer.scenario import Run

SHAPE = {"hidden": (12, 10)}
Found = list[tuple[dict[str, Any], dict[str, np.ndarray]]]


def study(show: str, dataset: str = "moons", shape: dict[str, Any] | None = None, **more: Any) -> Study:
    learn = {"dropout": 0.4, "batch": 16} | more
    options = {name: learn.pop(name) for name in ("seeds", "masks") if name in learn}
    learner = Learner(Run("adam", {"lr": 0.01}), learn)
    data = {"train": 60} if dataset == "moons" else {}
    return Study(dataset, data, shape or SHAPE, 150, (learner,), view=("dropout", {"show": show} | options))


def parts(of: Study) -> Found:
    """All but those that only say how far training is."""
    every = [(header, dict(arrays)) for header, arrays in view_parts(of, threading.Event())]
    done = [header["done"] for header, _ in every if "done" in header]
    assert done == sorted(done) and all(0 <= share <= 1 for share in done)
    found = [part for part in every if part[0].get("of") != "progress"]
    for header, arrays in found:
        json.dumps(header, allow_nan=False)
        assert {array.dtype.str[1:] for array in arrays.values()} <= {"f4", "f8", "u1", "u2"}
    assert found[-1][0] == {"kind": "whole"}
    return found


def named(found: Found, kind: str) -> Found:
    return [part for part in found if part[0].get("of") == kind]


def layers(network: Architecture, theta: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    found, at = [], 0
    for wide, out in pairwise((network.inputs, *network.hidden, network.outputs)):
        weight = theta[at : at + wide * out].reshape(wide, out).astype(float)
        found.append((weight, theta[at + wide * out : at + (wide + 1) * out].astype(float)))
        at += (wide + 1) * out
    return found


def passed(network: Architecture, theta: np.ndarray, x: np.ndarray, kept: Sequence[Any]) -> np.ndarray:
    """In float64, with hidden activations times ``kept``."""
    h = x.astype(float)
    *hidden, last = layers(network, theta)
    for (weight, bias), own in zip(hidden, kept, strict=True):
        h = np.maximum(h @ weight + bias, 0) * own
    return h @ last[0] + last[1]


def losses(answers: np.ndarray, y: np.ndarray) -> np.ndarray:
    top = answers.max(axis=-1, keepdims=True)
    return np.log(np.exp(answers - top).sum(axis=-1)) + top[..., 0] - (answers * y).sum(axis=-1)


def test_masks_along_a_training_are_those_of_each_step() -> None:
    """Fails if a step, the layers' order or the bits' order is off: a call's last step too, and a short call."""
    network, points, recipe = Architecture(2, (24, 17), 2), sample("moons", 60, 150), Recipe(dropout=0.4, seed=3)
    for first, last in ((0, 200), (130, 137)):
        found = along(network, points, recipe, first, 5, last)
        assert len(found.kept) == min(STEPS, last - first)
        for step in {first, first + 6, first + len(found.kept) - 1}:
            whole = np.concatenate(masks(network, recipe, step, 5), axis=1)
            np.testing.assert_array_equal(found.kept[step - first], whole)
            np.testing.assert_array_equal(found.places[step - first], batch_of(points, recipe, step)[:5])
            unpacked = np.unpackbits(found.bits[step - first], axis=-1, count=41, bitorder="little")
            np.testing.assert_array_equal(unpacked, whole)
    with pytest.raises(ValueError, match="1 to 8"):
        along(network, points, recipe, 0, 9, 10)


def test_the_diagram_has_the_masks_and_weights_of_training() -> None:
    of = study("masks")
    found = parts(of)
    assert found[0][0] | {"kind": "dropout", "page": "masks", "p": 0.4, "hidden": (12, 10)} == found[0][0]
    ((begin, arrays),) = named(found, "begin")
    run = train(of.network, of.points, [of.learners[0].recipe], 150)[0]
    np.testing.assert_array_equal(arrays["theta"], run.theta[np.searchsorted(run.at, begin["at"])])
    every = np.concatenate([part["bits"] for _, part in named(found, "masks")])
    places = np.concatenate([part["places"] for _, part in named(found, "masks")])
    assert every.shape == (150, 8, 3) and places.shape == (150, 8)
    recipe = of.learners[0].recipe
    for step in (0, 64, 149):
        kept = np.unpackbits(every[step], axis=-1, count=22, bitorder="little")
        np.testing.assert_array_equal(kept, np.concatenate(masks(of.network, recipe, step, 8), axis=1))
        np.testing.assert_array_equal(places[step], batch_of(of.points, recipe, step)[:8])


def test_with_batch_normalization_come_the_statistics_of_testing() -> None:
    ((_, arrays),) = named(parts(study("masks", shape=SHAPE | {"norm": "batch"})), "begin")
    of = study("masks", shape=SHAPE | {"norm": "batch"})
    theta = arrays["theta"][-1].astype(float)
    weight, bias = theta[:24].reshape(2, 12), theta[24:36]
    z = of.points.x[:60] @ weight + bias
    np.testing.assert_allclose(arrays["statistics"][-1, 0, :12], z.mean(axis=0), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(arrays["statistics"][-1, 1, :12], z.var(axis=0), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("inverted", [True, False])
def test_the_loss_that_a_step_saw_is_one_of_those_over_masks(inverted: bool) -> None:
    """The seen one from NumPy with the step's masks; the plain one with all units and the right factor; 32 masks agree
    with 2000 of NumPy's own within 4.5 standard errors.
    """
    of = study("loss", inverted=inverted)
    found = parts(of)
    recipe, network, points = of.learners[0].recipe, of.network, of.points
    run = trained(of)[0]
    seen = named(found, "begin")[0][1]["seen"]
    scale, factor = (1 / 0.6, 1.0) if inverted else (1.0, 0.6)
    at = [step for header, _ in named(found, "along") for step in header["at"]]
    every = {
        name: np.concatenate([part[name] for _, part in named(found, "along")]) for name in ("plain", "mean", "std")
    }
    assert len(at) == len(set(at)) == 50 and 0 in at
    rng = np.random.default_rng(1)
    for k in (0, 1, 17):
        step = at[k]
        theta = run.theta[np.searchsorted(run.at, step)]
        batch = batch_of(points, recipe, step)
        x, y = points.x[batch], points.y[batch]
        kept = [scale * one for one in masks(network, recipe, step, 16)]
        assert seen[step] == pytest.approx(losses(passed(network, theta, x, kept), y).mean(), rel=1e-4)
        assert every["plain"][k] == pytest.approx(
            losses(passed(network, theta, x, (factor, factor)), y).mean(), rel=1e-4
        )
        drawn = [
            losses(passed(network, theta, x, [scale * (rng.random((16, w)) < 0.6) for w in (12, 10)]), y).mean()
            for _ in range(2000)
        ]
        assert abs(every["mean"][k] - np.mean(drawn)) < 4.5 * np.std(drawn) * np.sqrt(1 / 32 + 1 / 2000)
    rates = named(found, "rates")
    assert [header["at"] for header, _ in rates] == sorted({header["at"] for header, _ in rates}, reverse=True)
    drawn_last = rates[0][1]["drawn"]
    assert drawn_last.shape == (9, 128) and np.ptp(drawn_last[0]) == 0 < np.ptp(drawn_last[1])


def test_six_ways_of_testing_over_seeds() -> None:
    """The scores of every seed in NumPy where nothing is random; what is right rises by nothing; paired differences."""
    of = study("testing", seeds=3)
    found = parts(of)
    assert named(found, "begin")[0][0]["ways"] == WAYS
    seeds = named(found, "seed")
    assert [header["seed"] for header, _ in seeds] == [0, 1, 2]
    own = np.stack([arrays["own"] for _, arrays in seeds])
    for k in range(3):
        for column, inverted in enumerate((True, False)):
            recipe = replace(of.learners[0].recipe, seed=k, inverted=inverted)
            theta = train(of.network, of.points, [recipe], 150)[0].theta[-1]
            for factor, way in ((1.0, ("inverted", "forgotten")[column]), (0.6, ("twice", "paper")[column])):
                answers = passed(of.network, theta, of.points.x[:860], (factor, factor))
                wrong = answers.argmax(axis=1) != of.points.y[:860].argmax(axis=1)
                scores = own[k, WAYS.index(way)]
                loss = losses(answers, of.points.y[:860])
                np.testing.assert_allclose(scores[0], [loss[:60].mean(), loss[60:].mean()], rtol=1e-4)
                np.testing.assert_allclose(scores[1], [wrong[:60].mean(), wrong[60:].mean()], atol=1e-6)
    last = seeds[-1][1]
    np.testing.assert_allclose(last["mean"], own.mean(axis=0))
    half = 4.302653 * own.std(axis=0, ddof=1) / np.sqrt(3)  # Student's t of 2 degrees
    np.testing.assert_allclose(last["half"], half, rtol=1e-6, atol=1e-12)
    rise = own - own[:, [0, 0, 0, 4, 4, 4]]
    np.testing.assert_allclose(last["rise"], rise.mean(axis=0), atol=1e-12)
    assert not last["rise_half"][[0, 4]].any()
    assert (last["rise"][[2, 5], 0] > 0).all(), "dropout left on costs training loss"
    ((_, plane),) = named(found, "answers")
    assert plane["certain"].shape == (4, 4096, 1) and plane["drawn"].shape == (2, 12, 4096, 1)
    assert (plane["drawn"].std(axis=1) > 0).any(), "another mask, another answer"
    confident = plane["sure"][WAYS.index("forgotten")] > plane["sure"][WAYS.index("paper")]
    assert confident, "larger activations make surer"


def test_averages_are_equal_where_masks_are_linear_and_apart_elsewhere() -> None:
    """The first layer's and the control's intervals around a squared gap of 0 hold it; the outputs' is above. The share
    beyond is 0.05 within its own interval, twice as wide.
    """
    found = parts(study("average", dropout=0.5))
    assert named(found, "begin")[0][0]["panels"] == ["first", "outputs", "linear"]
    last = {header["panel"]: (header, arrays) for header, arrays in named(found, "average")}
    assert {header["masks"] for header, _ in last.values()} == {GROUP * GROUPS}
    assert last[0][1]["mean"].shape == (100, 10)
    for panel, equal in ((0, True), (1, False), (2, True)):
        header = last[panel][0]
        assert (header["squared_low"] <= 0) == equal, panel
        if equal:
            assert abs(header["beyond"] - 0.05) <= 2 * header["beyond_half"]


def test_one_hidden_layer_has_nothing_to_bend() -> None:
    theta = np.zeros(1000, np.float32)
    assert [one.name for one in panels(Architecture(2, (8,), 2), theta)] == ["outputs"]
    assert [one.name for one in panels(Architecture(2, (8, 8), 2, "linear"), theta)] == ["first", "outputs"]
    normed = panels(Architecture(2, (8, 6), 2, "relu", "layer"), np.arange(1000, dtype=np.float32))
    assert [one.name for one in normed] == ["first", "outputs", "linear"]
    assert len(normed[2].theta) == normed[2].network.size


def test_groups_of_masks_taken_as_one() -> None:
    """Mean and spread of all draws; no gap is found where there is none."""
    network, points = Architecture(2, (9, 7), 2), sample("moons", 60, 150)
    theta = (network.start(0) + 0.1 * np.random.default_rng(0).normal(size=network.size)).astype(np.float32)
    x = points.x[60:90]
    groups = [expectation(network, points, theta, x, 0.3, 30, layer=1, shared=False, seed=k) for k in range(12)]
    whole = pooled(groups, 30)
    np.testing.assert_allclose(whole.mean, np.mean([one.mean for one in groups], axis=0))
    total = np.sqrt(
        (sum(29 * one.spread**2 for one in groups) + sum(30 * (one.mean - whole.mean) ** 2 for one in groups)) / 359
    )
    np.testing.assert_allclose(whole.half, 1.966613 * total / np.sqrt(360), rtol=1e-5)  # Student's t of 359 degrees
    none = systematic(groups)
    assert none.low < 0 < none.high


@pytest.mark.parametrize(("gap", "least"), [(0.0, 0.95), (0.5, 0.91)])
def test_the_interval_of_the_squared_gap_covers_it(gap: float, least: float) -> None:
    """Of 600 sets of groups with noise on a known gap, 95 % within 4.5 standard errors; the mean has no bias."""
    rng, found = np.random.default_rng(0), []
    for _ in range(600):
        drawn = gap + 0.2 * rng.normal(size=(12, 30, 7))
        nothing = np.zeros((30, 7))
        found.append(systematic([Expectation(one, nothing, nothing, nothing) for one in drawn]))
    assert np.mean([one.low < gap**2 < one.high for one in found]) >= least
    means = np.array([one.mean for one in found])
    assert abs(means.mean() - gap**2) < 4.5 * means.std() / np.sqrt(600)


def test_points_have_their_own_masks_where_they_are_not_shared() -> None:
    """One point asked for twice: the same answers with shared masks, others without."""
    network, points = Architecture(2, (9, 7), 2), sample("moons", 60, 150)
    x = np.repeat(points.x[:1], 2, axis=0)
    theta = network.start(0).astype(np.float32)
    shared, apart_ = (expectation(network, points, theta, x, 0.5, 20, shared=kind).mean for kind in (True, False))
    np.testing.assert_array_equal(shared[0], shared[1])
    assert abs(apart_[0] - apart_[1]).max() > 1e-3


def test_the_spread_over_the_plane_and_what_it_is_good_for() -> None:
    of = study("spread", masks=40)
    found = parts(of)
    theta, network = trained(of)[0].theta[-1], of.network
    spreads = named(found, "spread")
    assert [header["masks"] for header, _ in spreads] == [16, 40]
    assert spreads[-1][1]["std"].shape == (4096, 1) and spreads[-1][1]["info"].shape == (4096,)
    begin, arrays = named(found, "begin")[0]
    assert begin["grid"] == (64, 64)
    right = passed(network, theta, np.array([[-2.4, 1.7]]), (1.0, 1.0))[0]
    corner = 1 / (1 + np.exp(right[0] - right[1]))
    assert arrays["plain"][64 * 63, 0] == pytest.approx(corner, abs=1e-5), "rows go upwards"
    ((told, _),) = named(found, "tested")
    answers = passed(network, theta, of.points.x[60:860], (1.0, 1.0))
    assert told["plain_wrong"] == (answers.argmax(axis=1) != of.points.y[60:860].argmax(axis=1)).sum()
    assert 0.5 < told["alone"] <= 1


def test_digits_and_curves_have_spreads_of_their_own() -> None:
    found = parts(study("spread", "digits", masks=16))
    assert not named(found, "spread")
    ((_, arrays),) = named(found, "tested")
    assert arrays["images"].shape == (8, 64) and arrays["mean"].shape == (8, 10)
    np.testing.assert_allclose(arrays["mean"].sum(axis=1), 1, atol=1e-5)
    assert (np.diff(arrays["info"]) <= 0).all()
    curve = parts(study("spread", "wave", masks=16))
    assert named(curve, "spread")[-1][1]["std"].shape == (256, 1)
    assert 0 <= named(curve, "tested")[0][0]["inside"] <= 400


def test_telling_apart_by_hand() -> None:
    """Of pairs (wrong, right): 5 of 6 in order, a tie counts a half; nothing to compare gives nothing."""
    score, wrong = np.array([3.0, 1.0, 2.0, 1.0, 0.0]), np.array([True, True, False, False, False])
    share, half = apart(score, wrong)
    assert share == pytest.approx((3 + 0 + 0.5 + 1) / 6)
    assert 0.3 < half < 0.8
    assert np.isnan(apart(score, np.zeros(5, bool))[0])


@pytest.mark.parametrize("show", ["masks", "loss", "testing", "average", "spread"])
def test_where_nothing_is_dropped_there_is_one_part(show: str) -> None:
    off = parts(study(show, dropout=0.0))
    assert [header["kind"] for header, _ in off] == ["dropout", "whole"] and off[0][0]["p"] == 0
    lost = replace(study(show), learners=(Learner(Run("sgd", {"lr": 1e4}), {"dropout": 0.5}),))
    told = [header for header, _ in parts(lost)]
    assert [header["kind"] for header in told] == ["dropout", "whole"] and told[0]["diverged"]


def test_refusals() -> None:
    for of, word in (
        (study("masks", shape={"hidden": None}), "hidden layer"),
        (Study("moons", view=("dropout", {})), "look"),
    ):
        if word == "look":
            of = replace(of, learners=())
        with pytest.raises(NothingToSeeError, match=word) as refused:
            list(view_parts(of, threading.Event()))
        assert refused.value.text.zh


@pytest.mark.parametrize("show", ["masks", "loss", "testing", "average", "spread"])
def test_every_page_can_be_given_up(show: str) -> None:
    """After its first part of its own it ends, without the last word."""
    stop, seen = threading.Event(), []
    for header, _ in view_parts(study(show, seeds=20) if show == "testing" else study(show), stop):
        seen.append(header)
        if header.get("of") == "begin":
            stop.set()
    assert seen[-1]["kind"] != "whole"
    assert len([header for header in seen if header.get("of") not in ("begin", "progress")]) <= 2
