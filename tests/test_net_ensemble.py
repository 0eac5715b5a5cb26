"""The view of ensembles, against NumPy in double precision."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from visualizer.networks import ensembles, train, viewing
from visualizer.networks.evaluate import answers
from visualizer.networks.intervals import paired
from visualizer.networks.recent import trained
from visualizer.networks.study import Learner, Study
from visualizer.networks.views import _ensembling as modes
from visualizer.scenario import Run

ADAM = Learner(Run("adam", {"lr": 0.02}), {"seed": 3})
STUDY = Study("moons", {"train": 30, "noise": 0.35}, {"hidden": (12, 12)}, 90, (ADAM,))
WAVE = Study("wave", {"train": 20}, {"hidden": (12,)}, 60, (ADAM,))
MEMBERS = 3
TEST = 1


def seen(study: Study, **values: Any) -> Study:
    return replace(study, view=("ensemble", {"members": MEMBERS, **values}))


@cache
def parts(kind: str, dataset: str = "moons") -> list[Any]:
    study = WAVE if dataset == "wave" else STUDY
    return list(viewing.view_parts(seen(study, kind=kind, repeats="4"), threading.Event()))


def of(found: list[Any], kind: str) -> list[Any]:
    return [part for part in found if part[0].get("of") == kind]


def softmax(logits: np.ndarray) -> np.ndarray:
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@cache
def chances() -> np.ndarray:
    """Of the members' test points: ``(K, n, 2)``."""
    points = STUDY.points
    thetas = np.stack([run.theta[-1] for run in trained(modes.members_of(STUDY, MEMBERS))])
    return softmax(answers(STUDY.network, points, thetas, points.x[30:830]).astype(np.float64))


def losses(given: np.ndarray) -> np.ndarray:
    right = STUDY.points.y[30:830].astype(bool)
    return -np.log(given[..., right]).mean(axis=-1)


def test_members_are_the_learner_with_other_seeds() -> None:
    whole = modes.members_of(STUDY, MEMBERS)
    assert [one.recipe.seed for one in whole.learners] == [3, 4, 5]
    assert whole.learners[0].recipe == STUDY.learners[0].recipe
    found = of(parts("seeds"), "member")
    assert [header["place"] for header, _ in found] == [0, 1, 2]
    assert [header["loss"][TEST] for header, _ in found] == pytest.approx(losses(chances()), rel=1e-4)


def test_together_they_answer_the_mean_of_their_chances() -> None:
    """Red when logits are averaged. And the ensemble's loss is at most the members' mean (Jensen)."""
    header, _ = of(parts("seeds"), "mean")[-1]
    assert header["count"] == MEMBERS
    assert header["loss"][TEST] == pytest.approx(losses(chances().mean(axis=0)), rel=1e-4)
    assert header["loss"][TEST] < losses(chances()).mean()
    wrong = (chances().mean(axis=0).argmax(axis=-1) != STUDY.points.y[30:830].argmax(axis=-1)).mean()
    assert header["mistakes"][TEST] == pytest.approx(wrong, abs=1e-9)


def test_sizes_are_of_neighbours_on_a_circle() -> None:
    _, arrays = of(parts("seeds"), "sizes")[0]
    own = chances()
    for size in range(1, MEMBERS + 1):
        each = [losses(np.roll(own, -k, axis=0)[:size].mean(axis=0)) for k in range(MEMBERS)]
        expected = [np.mean(each), np.min(each), np.max(each)]
        assert arrays["loss"][:, size - 1, TEST] == pytest.approx(expected, rel=1e-4)
    means = arrays["loss"][0, :, TEST]
    assert (np.diff(means) <= 1e-6).all()  # in the mean over the circle more are never worse


def test_pictures_lead_as_chances_do() -> None:
    grid = np.stack(np.meshgrid(np.linspace(-2.4, 2.4, 64), np.linspace(-1.7, 1.7, 64)), axis=-1).reshape(-1, 2)
    thetas = np.stack([run.theta[-1] for run in trained(modes.members_of(STUDY, MEMBERS))])
    logits = answers(STUDY.network, STUDY.points, thetas, grid).astype(np.float64)
    mean = softmax(logits).mean(axis=0)
    _, arrays = of(parts("seeds"), "mean")[-1]
    expected = np.clip(500 * (np.log(mean[:, 1]) - np.log(mean[:, 0])), -32000, 32000)
    assert arrays["picture"][0, :, 0] == pytest.approx(expected, abs=1.0)
    entropy = lambda p: -(p * np.log(p)).sum(axis=-1)  # noqa: E731
    differ = entropy(mean) - entropy(softmax(logits)).mean(axis=0)
    assert arrays["spread"] == pytest.approx(np.maximum(differ, 0.0), abs=1e-5)
    _, one = of(parts("seeds"), "member")[1]
    ahead = np.clip(500 * (logits[1, :, 1] - logits[1, :, 0]), -32000, 32000)
    assert one["picture"][0, :, 0] == pytest.approx(ahead, abs=1.0)


def test_values_are_averaged_as_they_are() -> None:
    members = np.stack([arrays["picture"][0, :, 0] for _, arrays in of(parts("seeds", "wave"), "member")])
    _, arrays = of(parts("seeds", "wave"), "mean")[-1]
    assert arrays["picture"][0, :, 0] == pytest.approx(members.mean(axis=0), abs=1e-5)
    assert arrays["spread"] == pytest.approx(members.std(axis=0), abs=1e-5)


def test_of_digits_the_doubts_are_shown() -> None:
    study = Study("digits", {"train": 60}, {"hidden": (12,)}, 40, (ADAM,))
    found = list(viewing.view_parts(seen(study), threading.Event()))
    assert all("picture" not in arrays for _, arrays in found)
    _, arrays = of(found, "doubts")[0]
    assert (arrays["votes"].sum(axis=1) == MEMBERS).all()
    points, tested = study.points, slice(60, 1060)
    thetas = np.stack([run.theta[-1] for run in trained(modes.members_of(study, MEMBERS))])
    own = softmax(answers(study.network, points, thetas, points.x[tested]).astype(np.float64))
    mean = own.mean(axis=0)
    spread = -(mean * np.log(mean)).sum(axis=-1) + (own * np.log(own)).sum(axis=-1).mean(axis=0)
    most = int(spread.argmax())
    assert arrays["images"][0] == pytest.approx(points.x[tested][most])
    assert arrays["said"][0] == mean[most].argmax()
    assert arrays["truth"][0] == points.y[tested][most].argmax()


@pytest.mark.parametrize("shape", ensembles.SHAPES)
def test_rates_of_cycles_are_known_curves(shape: str) -> None:
    cycles = ensembles.Cycles(3, 20, shape)
    found = cycles.rates(STUDY.learners[0].recipe)
    t = np.arange(60) % 20
    cosine = 0.01 * (1 + np.cos(np.pi * t / 20))
    triangle = 0.02 * (1 - np.abs(t - 10) / 10)
    assert found == pytest.approx(cosine if shape == "cosine" else triangle, abs=1e-9)


def test_cycles_of_an_odd_length_end_low() -> None:
    found = ensembles.Cycles(4, 7, "triangle").rates(STUDY.learners[0].recipe).reshape(4, 7)
    assert found == pytest.approx(np.tile(found[0], (4, 1)))
    assert found[0].argmax() == 3
    assert found[0, -1] < 0.3 * found[0].max()


def test_there_are_no_other_cycles() -> None:
    with pytest.raises(ValueError, match="shape"):
        ensembles.Cycles(3, 20, "square")


def test_snapshots_take_the_steps_of_one_network() -> None:
    found = parts("snapshots")
    header, _ = found[0]
    assert header["length"] * MEMBERS == header["steps"] == STUDY.steps
    assert header["cost"] == 1
    members = of(found, "member")
    assert [part["at"] for part, _ in members] == [30, 60, 90]
    said, arrays = of(found, "cycles")[0]
    for part, _ in members:  # each is a point of the curve
        assert arrays["loss"][TEST, said["at"].index(part["at"])] == pytest.approx(part["loss"][TEST], rel=1e-4)
    cycles = ensembles.Cycles(MEMBERS, 30)
    run = train(STUDY.network, STUDY.points, [replace(ADAM.recipe, schedule=cycles.schedule)], 90)[0]
    own = softmax(answers(STUDY.network, STUDY.points, run.theta[[30, 60, 90]], STUDY.points.x[30:830]).astype(float))
    _, far = of(found, "so_far")[0]
    expected = [losses(own[:k].mean(axis=0)) for k in range(1, MEMBERS + 1)]
    assert far["loss"][TEST] == pytest.approx(expected, rel=1e-3)


def test_swa_is_the_mean_of_the_tail() -> None:
    found = parts("swa")
    said, arrays = of(found, "tail")[0]
    run = trained(STUDY)[0]
    kept = run.theta[run.at >= 0.75 * 90].astype(np.float64)
    assert said["at"] == run.at[run.at >= 0.75 * 90].tolist()
    points = STUDY.points
    for k in (0, len(kept) // 2, len(kept) - 1):
        theta = kept[: k + 1].mean(axis=0)
        own = softmax(answers(STUDY.network, points, theta[None], points.x[30:830])[0].astype(float))
        assert arrays["running"][TEST, k] == pytest.approx(losses(own), rel=1e-3)
    assert of(found, "mean")[0][0]["loss"][TEST] == pytest.approx(arrays["running"][TEST, -1], rel=1e-4)
    assert len(of(found, "member")) == found[0][0]["members"]
    few = list(viewing.view_parts(seen(STUDY, kind="swa", tail=0.02), threading.Event()))
    assert len(of(few, "member")) == few[0][0]["members"] == 2


def test_lines_begin_and_end_at_networks() -> None:
    found = parts("weights")
    said, arrays = of(found, "lines")[0]
    assert said["names"] == ["own", "permuted", "other"]
    own, permuted, other = arrays["lines"][:, TEST]
    members = [header["loss"][TEST] for header, _ in of(found, "member")]
    assert [line[0] for line in (own, permuted, other)] == pytest.approx([members[0]] * 3, rel=1e-4)
    assert permuted[-1] == pytest.approx(members[0], rel=1e-4)  # the very same function
    assert other[-1] == pytest.approx(members[1], rel=1e-4)
    assert abs(permuted[20] - members[0]) > 10 * abs(permuted[-1] - members[0])
    weights = next(header for header, _ in of(found, "mean") if header["name"] == "weights")
    thetas = np.stack([run.theta[-1] for run in trained(modes.members_of(STUDY, MEMBERS))]).astype(np.float64)
    points = STUDY.points
    given = softmax(answers(STUDY.network, points, thetas.mean(axis=0)[None], points.x[30:830])[0].astype(float))
    assert weights["loss"][TEST] == pytest.approx(losses(given), rel=1e-3)


def test_worth_is_what_is_measured() -> None:
    found = parts("worth")
    header, _ = found[0]
    assert header["costs"] == {**dict.fromkeys(ensembles.WAYS, 1), "ensemble": MEMBERS, "weights": MEMBERS}
    said, arrays = of(found, "ways")[-1]
    assert said["n"] == 4
    setting = STUDY.points

    def draw(repeat: int) -> Any:
        return replace(STUDY, data={**STUDY.data, "draw": repeat}).points

    assert np.array_equal(draw(0).x, setting.x)
    known = ensembles.measured(STUDY.network, draw, ADAM.recipe, members=MEMBERS, steps=90, repeats=4)
    for place, row in enumerate(said["rows"]):
        difference = paired(known[row["way"]].loss[:, TEST], known["single"].loss[:, TEST])
        assert row["difference"][:3] == pytest.approx(difference[:3], rel=1e-6, abs=1e-9)
        assert arrays["loss"][place].mean() == pytest.approx(difference.mean, rel=1e-4, abs=1e-7)
    rows = {row["way"]: row for row in said["rows"]}
    assert rows["ensemble"]["difference"][0] <= 0.0  # Jensen, in every repeat
    assert (arrays["loss"][ensembles.WAYS.index("ensemble")] <= 1e-7).all()


@pytest.mark.parametrize("kind", ["seeds", "snapshots", "weights", "worth"])
def test_it_can_be_given_up(kind: str) -> None:
    stop = threading.Event()
    stop.set()
    study = replace(STUDY, learners=(replace(ADAM, learn={"seed": 77}),))
    found = list(viewing.view_parts(seen(study, kind=kind), stop))
    assert [header["kind"] for header, _ in found] == ["ensemble"]


def test_nobody_is_no_ensemble() -> None:
    with pytest.raises(viewing.NothingToSeeError):
        list(viewing.view_parts(seen(replace(STUDY, learners=())), threading.Event()))


@pytest.mark.parametrize("kind", ["seeds", "snapshots", "swa", "weights", "worth"])
def test_progress_only_grows(kind: str) -> None:
    told = [header["done"] for header, _ in parts(kind) if "done" in header]
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
