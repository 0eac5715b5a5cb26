"""Claims measured over seeds as they come to a browser: the intervals, the verdicts, the rank correlation."""

from __future__ import annotations

import json
import threading
from typing import Any

import numpy as np
import pytest
from scipy import stats

from visualizer.networks import Recipe, sample, train
from visualizer.networks.compare import MEASURES, Comparison
from visualizer.networks.evaluate import evaluate
from visualizer.networks.intervals import rank_correlation
from visualizer.networks.questions import (
    AGAINST,
    HOLDS,
    LESS,
    MORE,
    NO_MORE,
    OPEN,
    QUESTIONS,
    RANK,
    Arm,
    Claim,
    Expected,
    Question,
    judged,
)
from visualizer.networks.study import Learner, Study
from visualizer.networks.viewing import request, view_parts
from visualizer.networks.views import claims
from visualizer.scenario import Run
from visualizer.spec import Source, Text

SMALL = Study("moons", {"train": 60, "draw": 5}, {"hidden": (8,)})
NAMED = Text("a", "甲")
CLAIM = Claim(NAMED, Source("Somebody", 2000), (Expected("other", "train_loss", MORE), Expected("", RANK, MORE)))


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Question:
    """A question of few steps, one of whose arms has rates to choose from; measured in place of the first."""
    arms = {
        "first": Arm(NAMED, Recipe("sgd", {"lr": 0.1}, batch=8)),
        "other": Arm(Text("b", "乙"), Recipe("sgd", batch=2048), (0.5, 1e-4)),
    }
    question = Question(NAMED, NAMED, NAMED, (CLAIM,), arms, "updates", 60)
    monkeypatch.setitem(QUESTIONS, "batch_epochs", question)
    return question


def asked(one: Study = SMALL, **values: Any) -> Study:
    return Study(
        one.dataset, one.data, one.shape, view=("claims", {"question": "batch_epochs", "seeds": "4", **values})
    )


def parts(one: Study) -> list[tuple[dict[str, Any], dict[str, np.ndarray]]]:
    found = [(header, dict(arrays)) for header, arrays in view_parts(one, threading.Event())]
    for header, _ in found:
        json.dumps(header, allow_nan=False)
    assert found[-1] == ({"kind": "whole"}, {})
    return [part for part in found if part[0].get("of") != "progress"]


def test_seeds_come_one_by_one_with_the_intervals_so_far(short: Question) -> None:
    found = parts(asked())
    assert [header.get("of", header["kind"]) for header, _ in found] == [
        "claims",
        "rates",
        *["seed"] * 4,
        "verdict",
        "whole",
    ]
    seeds = found[2:6]
    assert [header["seed"] for header, _ in seeds] == [0, 1, 2, 3]
    every = np.array([arrays["measured"] for _, arrays in seeds])
    assert every.shape == (4, 2, len(MEASURES))
    m = MEASURES.index("test_loss")
    for n, (_, arrays) in enumerate(seeds[1:], 2):
        mean = stats.ttest_1samp(every[:n, 1, m], 0).confidence_interval()
        apart = stats.ttest_rel(every[:n, 1, m], every[:n, 0, m]).confidence_interval()
        np.testing.assert_allclose(arrays["means"][1, m], [every[:n, 1, m].mean(), *mean])
        np.testing.assert_allclose(arrays["differences"][1, m, 1:], apart)
    assert np.isinf(seeds[0][1]["means"][..., 1:]).all()  # one seed says nothing of the spread


def test_what_is_measured_is_the_studys_data_and_shape_with_each_seed(short: Question) -> None:
    one = asked()
    seed = parts(one)[4]
    assert seed[0]["seed"] == 2
    points = sample("moons", 60, None, one.data["noise"], 0.0, 2)
    theta = train(one.network, points, [Recipe("sgd", {"lr": 0.1}, batch=8, seed=2)], 60)[0].theta[-1]
    loss, mistakes = (part[0] for part in evaluate(one.network, points, theta))
    expected = [loss[0], loss[1], mistakes[1], loss[1] - loss[0]]
    np.testing.assert_allclose(seed[1]["measured"][0, :4], expected, rtol=1e-6)


def test_rates_are_told_with_what_was_tried(short: Question) -> None:
    header = parts(asked())[1][0]
    assert header["rates"] == {"other": {"lr": 0.5, "tried": (0.5, 1e-4), "end": True}}
    assert not set(claims.VALIDATING) & set(range(int(claims.SEEDS[-1])))


def test_learners_and_the_draw_change_nothing() -> None:
    plain = asked()
    crowded = Study("moons", {"train": 60}, SMALL.shape, 77, (Learner(Run("adam")),), view=plain.view)
    assert claims.CLAIMS.of(crowded, crowded.view[1]) == []  # type: ignore[arg-type]
    assert request(crowded).key == request(plain).key
    assert request(asked(seeds="8")).key != request(plain).key != request(Study("moons", view=plain.view)).key


def test_it_can_be_given_up(short: Question) -> None:
    stop, kinds = threading.Event(), []
    for header, _ in view_parts(asked(seeds="32"), stop):
        kinds.append(header.get("of", header["kind"]))
        if kinds[-1] == "seed":
            stop.set()
    assert kinds.count("seed") < 32 and "verdict" not in kinds and "whole" not in kinds


def comparison(**measured: list[list[float]]) -> Comparison:
    names = ("first", "other")
    blank = np.zeros((2, 4))
    values = {measure: np.array(measured.get(measure, blank)) for measure in MEASURES}
    return Comparison(names, (0, 1, 2, 3), (1, 1), values)


@pytest.mark.parametrize(
    ("way", "other", "found"),
    [
        (MORE, [2.0, 2.1, 1.9, 2.0], HOLDS),
        (LESS, [2.0, 2.1, 1.9, 2.0], AGAINST),
        (NO_MORE, [2.0, 2.1, 1.9, 2.0], AGAINST),
        (NO_MORE, [0.2, 0.1, 0.0, 0.1], HOLDS),
        (LESS, [0.2, 0.1, 0.0, 0.1], HOLDS),
        (MORE, [9.0, 0.9, 1.1, 1.0], OPEN),  # one seed alone
        (NO_MORE, [1.1, 0.9, 1.1, 0.9], OPEN),
        (MORE, [np.nan, np.nan, np.nan, 3.0], OPEN),
    ],
)
def test_verdicts_say_no_more_than_the_intervals(way: str, other: list[float], found: str) -> None:
    claim = Claim(NAMED, Source("Somebody", 2000), (Expected("other", "gap", way),))
    question = Question(
        NAMED, NAMED, NAMED, (claim,), {"first": Arm(NAMED, Recipe()), "other": Arm(NAMED, Recipe())}, "", 1
    )
    [[verdict]] = judged(question, comparison(gap=[[1.0, 1.1, 0.9, 1.0], other]))
    assert verdict.found == found


def test_the_rank_correlation_is_that_of_scipy() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 3, 9))
    other += one
    one[0, 0] = np.nan
    found = rank_correlation(one, other)
    assert found.mean == pytest.approx(stats.spearmanr(one.ravel(), other.ravel(), nan_policy="omit").statistic)
    assert found.low < found.mean < found.high and found.n == 9
    assert rank_correlation(one[:, :2], other[:, :2])[1:] == (-1.0, 1.0, 2)  # of two seeds nothing is known
    assert rank_correlation(np.ones((2, 5)), other[:2, :5]).sign == 0


def test_its_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """What seeds share makes points dependent: an interval that took them for independent would miss more often."""
    rng = np.random.default_rng(1)
    arms = np.linspace(-1, 1, 5)[:, None]

    def draw(n: int) -> tuple[np.ndarray, np.ndarray]:
        shared = rng.normal(size=n)
        noise = rng.normal(size=(2, 5, n))
        return arms + shared + noise[0], 0.5 * arms + 0.7 * shared + noise[1]

    truth = stats.spearmanr(*(part.ravel() for part in draw(100_000))).statistic
    intervals = [rank_correlation(*draw(8)) for _ in range(300)]
    held = np.mean([one.low <= truth <= one.high for one in intervals])
    assert 0.91 < held < 0.99


def test_every_claim_is_of_arms_and_measures_that_there_are() -> None:
    for question in QUESTIONS.values():
        assert question.claims
        for claim in question.claims:
            assert claim.words.zh and claim.source.citation
            for arm, measure, way in claim.expected:
                assert measure == RANK or (arm in list(question.arms)[1:] and measure in MEASURES)
                assert way in (MORE, LESS, NO_MORE)
