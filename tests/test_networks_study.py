"""Studies and their links: whole, total, and refusing what no network has."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.networks import DATASETS, sample
from visualizer.networks.catalogue import as_json
from visualizer.networks.evaluate import evaluate
from visualizer.networks.link import CAN_LEARN, read, write
from visualizer.networks.study import LEARN, SHAPE, STEPS, Learner, Study, data_dials
from visualizer.networks.train import train
from visualizer.panels.assets import strings
from visualizer.scenario import Run
from visualizer.spec import Hyper


def values_of(hyper: Hyper) -> st.SearchStrategy[Any]:
    """Values that a dial takes."""
    if hyper.kind == "bool":
        return st.booleans()
    if hyper.kind == "choice":
        return st.sampled_from(hyper.choices)
    if hyper.kind == "list":
        return st.none() | st.lists(st.integers(1, 64), min_size=1, max_size=hyper.length).map(tuple)
    if hyper.kind == "int":
        return st.integers(int(hyper.least), int(min(hyper.most, 2000)))
    return st.floats(hyper.least, hyper.most)


def some(hypers: tuple[Hyper, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={hyper.name: values_of(hyper) for hyper in hypers})


@st.composite
def studies(draw: Any) -> Study:
    dataset = draw(st.sampled_from(list(DATASETS)))
    learners = [
        Learner(Run(draw(st.sampled_from(list(CAN_LEARN))), visible=draw(st.booleans())), draw(some(LEARN.hypers)))
        for _ in range(draw(st.integers(0, 3)))
    ]
    data = draw(some(data_dials(DATASETS[dataset]).hypers))
    return Study(dataset, data, draw(some(SHAPE.hypers)), draw(st.integers(1, 20_000)), tuple(learners))


@settings(max_examples=60, deadline=None)
@given(studies())
def test_a_study_comes_back_from_its_link(study: Study) -> None:
    again, problems = read(write(study))
    assert problems == []
    assert again == study


@settings(max_examples=120, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["v", "net", "shape", "steps", "r", "r1", "r2", "r99", "x"]),
        st.text(alphabet="moonsadlr~_.-0123456789none%hidtrc", max_size=40)
        | st.sampled_from(
            ["moons~train~1e9", "shape~hidden~0", "hidden~none", "hidden~999_1", "adam~lr~0.1~~learn~batch~0"]
        ),
    )
)
def test_any_query_gives_a_study(query: dict[str, str]) -> None:
    study, problems = read(query)
    assert isinstance(study, Study)
    assert all(str(one) and one.zh for one in problems)


def test_what_a_link_says() -> None:
    learn = {"batch": 16, "dropout": 0.5}
    study = Study(
        "digits",
        {"train": 300},
        {"hidden": (16,), "norm": "batch"},
        2000,
        (Learner(Run("adam", {"lr": 0.01}, wrappers={"sam": {"rho": 0.1}}), learn),),
    )
    assert write(study) == {
        "v": "1",
        "net": "digits~train~300",
        "shape": "hidden~16~norm~batch",
        "steps": "2000",
        "r1": "adam~lr~0.01~~sam~rho~0.1~~learn~batch~16~dropout~0.5",
    }
    assert write(Study("xor", shape={"hidden": None}))["shape"] == "hidden~none"
    assert Study("xor", shape={"hidden": None}).network.size == 2 * 2 + 2


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"net": "mnist"}, "no data set 'mnist'"),
        ({"net": "moons~train~5000"}, "train"),
        ({"net": "moons", "r1": "newton"}, "'newton'"),
        ({"net": "moons", "r1": "adam~~fork~0~at~3~carried"}, "means nothing"),
        ({"net": "moons", "shape": "hidden~500"}, "shape"),
        ({"net": "moons", "shape": "activation~sine"}, "activation"),
        ({"net": "moons", "f": "ravine"}, "'f'"),
    ],
)
def test_what_is_wrong_with_a_link_is_said(query: dict[str, str], words: str) -> None:
    study, problems = read(query)
    assert any(words in one for one in problems), problems
    assert study.dataset == "moons"


def test_weights_are_smooth_only_where_they_are_an_image() -> None:
    learner = Learner(Run("adam"), {"smooth": 0.1, "l2": 0.2})
    assert Study("digits", learners=(learner,)).learners[0].learn["smooth"] == 0.1
    assert Study("moons", learners=(learner,)).learners[0].learn == {**learner.learn, "smooth": 0.0}


def test_impossible_studies_are_refused() -> None:
    for wrong in (
        lambda: Study("mnist"),
        lambda: Study("moons", {"train": 10_000}),
        lambda: Study(shape={"hidden": (500,)}),
        lambda: Study(steps=10**9),
        lambda: Learner(Run("bfgs")),
        lambda: Study(learners=(Learner(Run("sgd")),) * 13),
    ):
        with pytest.raises(ValueError):  # noqa: PT011  (each has a sentence of its own)
            wrong()


# ---- the data --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", DATASETS)
def test_points_are_those_of_their_set(slug: str) -> None:
    entry = DATASETS[slug]
    points = sample(slug, seed=4)
    assert points.x.shape == (points.room, entry.inputs) and points.y.shape == (points.room, entry.outputs)
    assert not points.x[points.train + points.test :].any()
    np.testing.assert_allclose(points.rows.sum(axis=1), 1.0, rtol=1e-5)
    drawn = points.x[: points.train + points.test]
    if entry.task == "classes":
        assert set(points.y[: len(drawn)].sum(axis=1)) == {1.0}
        counts = points.y[: points.train].sum(axis=0)
        assert counts.min() > 0.5 * counts.mean(), "all classes about equally often"
    if entry.inputs == 2:
        x0, x1, y0, y1 = entry.window
        inside = (drawn[:, 0] > x0) & (drawn[:, 0] < x1) & (drawn[:, 1] > y0) & (drawn[:, 1] < y1)
        assert inside.mean() > 0.97, "the window shows them"
    assert len(np.unique(drawn, axis=0)) > 0.95 * len(drawn), "test points are others than training points"


def test_more_training_points_leave_the_others_as_they_are() -> None:
    few, many = sample("digits", 100, 200, seed=1), sample("digits", 600, 200, seed=1)
    np.testing.assert_array_equal(few.x[:100], many.x[:100])
    np.testing.assert_array_equal(few.x[100:300], many.x[600:800])


def test_mislabeled_points_have_another_answer_and_are_only_trained_with() -> None:
    for slug in ("spirals", "wave"):
        points = sample(slug, 100, 100, mislabeled=0.3, seed=2)
        wrong = (points.y != points.clean).any(axis=1)
        assert wrong[:100].sum() == 30
        assert not wrong[100:].any()
    for impossible in ({"train": 0}, {"train": 3000}, {"noise": -1.0}, {"mislabeled": 2.0}):
        with pytest.raises(ValueError, match=r"points|impossible"):
            sample("moons", **impossible)


def test_steps_have_their_limits() -> None:
    assert STEPS.parse(20_000) == 20_000


def test_the_page_is_told_of_every_data_set_and_dial() -> None:
    told = as_json()
    json.dumps(told, allow_nan=False)
    assert told["datasets"].keys() == DATASETS.keys()
    assert set(told["learn"]) == {hyper.name for hyper in LEARN.hypers}
    for slug, entry in told["datasets"].items():
        thumb = entry["thumb"]
        assert len(thumb["images"]) == 10 if slug == "digits" else len(thumb["points"]) == len(thumb["kinds"]) == 120
        assert all(entry["title"]) and all(entry["notes"])


@pytest.mark.parametrize("slug", DATASETS)
def test_a_link_that_names_only_data_is_their_first_picture(slug: str) -> None:
    assert read({"net": slug}) == (Study.suggested(slug), [])
    assert read({"net": slug, "r": "none"})[0].steps == STEPS.default
    assert read({"net": "wave", "r1": "adam"})[0].steps == STEPS.default != Study.suggested("wave").steps


def ends(study: Study) -> np.ndarray:
    """Of every network in the end (shares of training points, of test points, answered wrong)."""
    runs = train(study.network, study.points, [one.recipe for one in study.learners], study.steps, shown=1)
    return np.array([evaluate(study.network, study.points, run.theta).mistakes[-1] for run in runs])


def test_a_first_visitor_is_told_what_happens() -> None:
    """All training points are right at first; what becomes of wrong labels is measured over draws of the data."""
    first = Study.suggested()
    assert [one.run.optimizer for one in first.learners] == ["momentum", "adam"]
    assert (ends(first)[:, 0] == 0).all()
    disturbed = [ends(replace(first, data={**first.data, "mislabeled": 0.2, "draw": draw})) for draw in range(16)]
    worse = 100 * np.array([adam - momentum for momentum, adam in disturbed])
    assert worse[0, 1] > 3 and worse[0, 0] < 0  # what is on the page: Adam has learned more of the wrong labels
    half = 2.131 * worse[:, 1].std(ddof=1) / 4  # Student's t for 15 degrees of freedom
    for lang in ("en", "zh"):
        numbers = [float(number) for number in re.findall(r"[0-9.]+[0-9]", strings()[lang]["net_first"]["answer"])]
        count, mean, interval = numbers[-3:] if lang == "zh" else (numbers[0], *numbers[-2:])
        assert count == pytest.approx((worse[:, 1] > 0).sum(), abs=1)
        assert (mean, interval) == pytest.approx((worse[:, 1].mean(), half), abs=0.3)


def test_the_first_curve_is_learned_by_heart() -> None:
    """Both networks get below the noise, 0.04, on the points they train with, and stay above it on others."""
    study = Study.suggested("wave")
    trained, tested = ends(study).T
    assert (trained < study.data["noise"] ** 2).all() and (tested > study.data["noise"] ** 2).all()
