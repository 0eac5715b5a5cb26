"""The quiz: its questions follow from the seed, and each can be answered by what is seen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from typing import Any

import numpy as np
import pytest
from conftest import ROOT

from visualizer import Scenario, quiz, rollout
from visualizer.edits import CHANGES, Session, apply
from visualizer.edits.quizzing import seed_of
from visualizer.panels.quiz import told

ALL = [(seed, number) for seed in range(8) for number in range(quiz.ROUND)]


@pytest.mark.parametrize("seed", range(8))
def test_a_question_has_one_answer_and_shows_only_that(seed: int) -> None:
    for number in range(quiz.ROUND):
        asked = quiz.question(seed, number)
        titles = [str(choice.title) for choice in asked.choices]
        assert 3 <= len(titles) == len(set(titles)) <= quiz.CHOICES
        assert [run.optimizer for run in asked.scenario.runs] == [asked.choices[asked.answer].run.optimizer]
        assert asked.scenario.runs[0].hyper == asked.choices[asked.answer].run.hyper
        assert all(choice.tell.zh and choice.title.zh for choice in asked.choices)


def test_the_answer_can_be_seen() -> None:
    """By trajectories rolled out one by one: nobody else's path is beside that of the answer all the time."""
    for seed, number in ALL[::3]:
        asked = quiz.question(seed, number)
        scenario = asked.scenario
        x0, x1, y0, y1 = scenario.window
        paths = [
            rollout(scenario.landscape, choice.run.optimizer, scenario.start, scenario.steps or 0, choice.run.hyper)
            for choice in asked.choices
        ]
        right = paths[asked.answer].xy
        inside = (right[:, 0] >= x0) & (right[:, 0] <= x1) & (right[:, 1] >= y0) & (right[:, 1] <= y1)
        leaves = int(np.argmin(inside)) if not inside.all() else len(inside)
        assert leaves >= 10
        for k, other in enumerate(paths):
            if k != asked.answer:
                gap = np.abs(right - other.xy)[:leaves] / (x1 - x0, y1 - y0)
                assert (~(gap.max(axis=1) <= 0.12)).sum() >= 10, (seed, number, k)  # a NaN is elsewhere, too


def test_nothing_can_be_guessed_from_what_is_asked_more_often() -> None:
    asked = [quiz.question(*one) for one in ALL]
    places = Counter(one.answer for one in asked)
    assert min(places.values()) > len(ALL) / 10
    who = Counter(str(one.choices[one.answer].title) for one in asked if one.kind == quiz.WHO)
    assert set(who) <= {str(quiz.OPTIMIZERS[slug].title) for slug in quiz.TELLS}
    assert max(who.values()) < sum(who.values()) / 2


def test_a_round_is_the_same_in_every_process() -> None:
    told = (
        "from visualizer import quiz; print([(q.scenario, q.answer) for q in (quiz.question(5, k) for k in range(2))])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", told],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    }
    assert said == {f"{[(q.scenario, q.answer) for q in (quiz.question(5, k) for k in range(2))]}\n".encode()}


def test_a_round_is_scored_and_ends() -> None:
    right = [quiz.question(3, k).answer for k in range(quiz.ROUND)]
    wrong = [(answer + 1) % 3 for answer in right]
    assert quiz.Round(3, 9, tuple(right)).right == quiz.ROUND
    assert quiz.Round(3, 9, tuple(right)).over
    mixed = quiz.Round(3, 6, (*right[:4], *wrong[4:7]))
    assert (mixed.right, mixed.over) == (4, False)


def test_a_wrong_guess_draws_its_own_path_beside_the_right_one() -> None:
    asked = quiz.question(1, 0)
    guess = (asked.answer + 1) % len(asked.choices)
    assert asked.answered(asked.answer) == asked.scenario
    one, other = asked.answered(guess).runs
    assert (one.optimizer, other.optimizer) == (asked.scenario.runs[0].optimizer, asked.choices[guess].run.optimizer)
    assert one.color != other.color


# ---- what the tells say is true --------------------------------------------------------------------------------------


def strides(slug: str, steps: int, **hyper: float) -> np.ndarray:
    """The absolute displacements in both coordinates, in units of the rate, where the gradient is (nearly) constant."""
    ours = rollout("booth", slug, (1e6, 1e6), steps, {"lr": 1e-3, **hyper})
    return np.abs(np.diff(ours.xy, axis=0)) / 1e-3


def test_first_strides_are_as_told() -> None:
    np.testing.assert_allclose(strides("adam", 1), 1.0, rtol=1e-3)
    np.testing.assert_allclose(strides("adagrad", 1), 1.0, rtol=1e-3)
    np.testing.assert_allclose(strides("rmsprop", 1), 10.0, rtol=1e-3)
    np.testing.assert_allclose(strides("signsgd", 9), 1.0, rtol=1e-3)
    bare = strides("adam_nobias", 10)
    np.testing.assert_allclose(bare[0], 10**0.5, rtol=1e-3)
    assert (np.diff(bare, axis=0) > 0).all()


def test_later_strides_are_as_told() -> None:
    assert strides("rmsprop", 600)[-1] == pytest.approx([1.0, 1.0], rel=0.01)
    for surface in ("beale", "himmelblau", "rosenbrock"):
        ours = rollout(surface, "adagrad", steps=300, hyper={"lr": 0.1})
        assert np.abs(np.diff(ours.xy, axis=0)).max() <= 0.1 * (1 + 1e-9)
    long, short = (strides("momentum", 200, lr=1e-9, momentum=momentum)[-1] for momentum in (0.9, 0.0))
    assert long / short == pytest.approx([10.0, 10.0], rel=0.01)


# ---- a visitor plays -------------------------------------------------------------------------------------------------


def opened() -> Session:
    scenario = Scenario.suggested("beale")
    return Session(scenario, scenario)


def play(session: Session, *edits: dict[str, Any]) -> Session:
    for k, edit in enumerate(edits):
        session = apply(session, edit, 100.0 * k)
    return session


def test_a_visitor_plays_and_comes_back_to_the_picture_of_before() -> None:
    before = play(opened(), {"op": "rotate", "value": 30})
    first = play(before, {"op": "quiz", "value": 4})
    assert first.scenario == quiz.question(4, 0).scenario
    answered = play(first, {"op": "guess", "value": 1})
    assert answered.scenario == quiz.question(4, 0).answered(1)
    assert play(answered, {"op": "guess", "value": 2}) == answered, "one answer a question"
    second = play(answered, {"op": "next"})
    assert second.scenario == quiz.question(4, 1).scenario
    assert play(second, {"op": "next"}) == second, "an answer first"
    back = play(second, {"op": "quiz", "value": None})
    assert (back.scenario, back.undo, back.quiz) == (before.scenario, before.undo, None)


def test_another_round_still_comes_back_to_the_picture_of_before() -> None:
    again = play(opened(), {"op": "quiz", "value": 4}, {"op": "quiz", "value": 5}, {"op": "quiz", "value": None})
    assert again.scenario == opened().scenario


@pytest.mark.parametrize("op", [*CHANGES, "undo", "redo", "reset"])
def test_nothing_else_changes_in_the_quiz(op: str) -> None:
    playing = play(opened(), {"op": "rotate", "value": 30}, {"op": "quiz", "value": 4})
    tried = play(playing, {"op": op, "value": 1, "name": "lr", "run": 0})
    assert tried.scenario == playing.scenario
    assert tried.problems


@pytest.mark.parametrize("value", [True, -1, 4, 99, "1", None, 1.5, [0]])
def test_what_is_no_answer_is_none(value: Any) -> None:
    playing = play(opened(), {"op": "quiz", "value": 4})
    assert play(playing, {"op": "guess", "value": value}) == playing


@pytest.mark.parametrize("value", ["", "x", "-3", "1e3", "٣", [], {}, "9" * 30])
def test_what_is_no_seed_begins_nothing(value: Any) -> None:
    assert play(opened(), {"op": "quiz", "value": value}).quiz is None
    assert seed_of(value) is None


def test_the_page_is_told_the_answer_only_after_one_is_given() -> None:
    playing = play(opened(), {"op": "quiz", "value": 4})
    assert playing.quiz
    before = told(playing.quiz)
    assert not {"answer", "tells", "guess"} & set(before)
    right = quiz.question(4, 0).answer
    answered = play(playing, {"op": "guess", "value": right})
    assert answered.quiz
    after = told(answered.quiz)
    assert (after["answer"], after["guess"], after["right"], list(after["tells"])) == (right, right, [True], [right])
