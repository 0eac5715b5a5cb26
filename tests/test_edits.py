"""Edits: what each of them does to a scenario."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

from landscapes import CATALOGUE as LANDSCAPES
from visualizer.edits import Session, apply
from visualizer.plane import turn
from visualizer.scenario import MOST_RUNS, Fork, Run, Scenario

SLOW = 10.0  # seconds between two edits that are undone one by one


def opened(scenario: Scenario | None = None) -> Session:
    scenario = scenario or Scenario.suggested("ravine")
    return Session(scenario, scenario, first=True)


def play(session: Session, *edits: dict[str, Any], pause: float = SLOW) -> Session:
    for k, edit in enumerate(edits):
        session = apply(session, edit, 1000.0 + pause * k)
    return session


def after(edit: dict[str, Any], scenario: Scenario | None = None) -> Scenario:
    """The scenario after one edit that is carried out without a word."""
    session = play(opened(scenario), edit)
    assert session.problems == ()
    return session.scenario


RAVINE = Scenario.suggested("ravine")
NOISY = Scenario.suggested("noisy_bowl")


def test_every_edit_of_a_field() -> None:
    assert after({"op": "param", "name": "kappa", "value": 25}).params == {**RAVINE.params, "kappa": 25.0}
    assert after({"op": "rotate", "value": -30}) == replace(RAVINE, rotate=-30.0)
    assert after({"op": "start", "value": [1.0, -2.0]}) == replace(RAVINE, start=(1.0, -2.0))
    assert after({"op": "steps", "value": 77}) == replace(RAVINE, steps=77)
    assert after({"op": "seed", "value": 5}) == replace(RAVINE, seed=5)
    assert after({"op": "log", "value": False}) == replace(RAVINE, log=False)
    assert after({"op": "tolerance", "value": 1e-6}) == replace(RAVINE, tolerance=1e-6)
    assert after({"op": "noise", "value": "gaussian"}) == replace(RAVINE, noise=("gaussian", {"sigma": 0.5}))
    assert after({"op": "noise_hyper", "name": "sigma", "value": 2}, NOISY).noise == ("gaussian", {"sigma": 2.0})


def test_another_surface_brings_its_own_race_unless_the_race_was_changed() -> None:
    assert after({"op": "landscape", "value": "beale"}) == Scenario.suggested("beale")
    mine = replace(RAVINE, runs=RAVINE.runs[:2], seed=3, steps=17)
    moved = after({"op": "landscape", "value": "beale"}, mine)
    assert moved == Scenario("beale", runs=mine.runs, seed=3)
    assert after({"op": "suggested"}, moved).runs == Scenario.suggested("beale").runs


def test_every_edit_of_a_run() -> None:
    runs = list(RAVINE.runs)
    assert [run.optimizer for run in runs] == ["sgd", "momentum", "nesterov", "adam"]
    assert after({"op": "run_remove", "run": 1}).runs == (runs[0], *runs[2:])
    assert after({"op": "run_visible", "run": 2, "value": False}).runs[2] == replace(runs[2], visible=False)
    changed = after({"op": "run_hyper", "run": 3, "name": "beta1", "value": 0.5})
    assert changed.runs == (*runs[:3], replace(runs[3], hyper={**runs[3].hyper, "beta1": 0.5}))
    cosine = after({"op": "run_schedule", "run": 0, "value": "cosine"})
    assert cosine.runs[0].schedule == ("cosine", {"T_max": None, "eta_min": 0.0})
    bent = after({"op": "schedule_hyper", "run": 0, "name": "T_max", "value": 50}, cosine)
    assert bent.runs[0].schedule == ("cosine", {"T_max": 50, "eta_min": 0.0})
    assert after({"op": "run_reset", "run": 3, "name": "beta1"}, changed) == RAVINE
    assert after({"op": "run_reset", "run": 0}, bent) == RAVINE
    other = after({"op": "run_optimizer", "run": 0, "value": "nadam"}).runs[0]
    assert (other.optimizer, other.color, other.hyper["lr"]) == ("nadam", 0, LANDSCAPES["ravine"].rates["distance"])


def test_a_newcomer_suits_the_surface() -> None:
    """The rate of the surface's own race, or one that suits its kind; AdaDelta keeps its own."""
    for slug, lr in (("adam", 0.1), ("adamw", 0.1), ("momentum", 0.01), ("adadelta", 1.0), ("sgd", 0.0195)):
        run = after({"op": "run_add", "value": slug}).runs[-1]
        assert (run.optimizer, run.hyper["lr"], run.color, run.visible) == (slug, lr, 4, True)


def test_a_wrapper_is_added_with_an_optimizer_inside_or_put_around_one() -> None:
    """By itself it brings one that suits the surface; around a run it changes nothing else of it."""
    added = after({"op": "run_add", "value": "lookahead"}).runs[-1]
    assert added == Run("adam", {"lr": 0.1}, color=4, wrappers={"lookahead": {}})
    added = after({"op": "run_add", "value": "sam"}).runs[-1]
    assert added == Run("sgd", {"lr": 0.0195}, color=4, wrappers={"sam": {}})
    one = after({"op": "wrapper", "run": 3, "name": "sam", "value": True})
    assert one.runs[3] == replace(RAVINE.runs[3], wrappers={"sam": {"rho": 0.05}})
    both = after({"op": "wrapper", "run": 3, "name": "lookahead", "value": True}, one)
    assert str(both.runs[3].title) == "Lookahead(SAM(Adam))"
    dialed = after({"op": "wrapper_hyper", "run": 3, "wrapper": "lookahead", "name": "k", "value": 9}, both)
    assert dialed.runs[3].wrappers == {"lookahead": {"k": 9, "alpha": 0.5, "reset_state": False}, "sam": {"rho": 0.05}}
    assert after({"op": "wrapper", "run": 3, "name": "lookahead", "value": True}, dialed) == dialed
    assert after({"op": "wrapper", "run": 3, "name": "lookahead", "value": False}, dialed) == one
    assert after({"op": "run_reset", "run": 3}, dialed).runs[3] == both.runs[3]


def test_a_wrapper_stays_when_the_optimizer_inside_is_exchanged() -> None:
    wrapped = after({"op": "wrapper", "run": 0, "name": "sam", "value": True})
    assert after({"op": "run_optimizer", "run": 0, "value": "adam"}, wrapped).runs[0].wrappers == {"sam": {"rho": 0.05}}


def test_the_budget_is_kept_on_another_surface() -> None:
    counted = after({"op": "budget", "value": "evaluations"})
    assert counted == replace(RAVINE, budget="evaluations")
    assert after({"op": "landscape", "value": "beale"}, counted) == replace(
        Scenario.suggested("beale"), budget="evaluations"
    )


def test_adding_until_the_race_is_full() -> None:
    session = opened(Scenario("beale"))
    for k in range(MOST_RUNS):
        session = play(session, {"op": "run_duplicate", "run": 0} if k % 3 == 2 else {"op": "run_add", "value": "adam"})
        assert session.problems == ()
        colors = [run.color for run in session.scenario.runs]
        assert sorted(colors) == list(range(k + 1)), "each has a colour of its own"
    for edit in ({"op": "run_add", "value": "sgd"}, {"op": "run_duplicate", "run": 0}):
        refused = play(session, edit)
        assert refused.scenario == session.scenario
        assert str(MOST_RUNS) in refused.problems[0]


def test_a_twin_stands_beside_its_original_and_a_freed_colour_is_used_again() -> None:
    twins = after({"op": "run_duplicate", "run": 1}).runs
    assert twins[2] == replace(twins[1], color=4)
    assert [run.optimizer for run in twins] == ["sgd", "momentum", "momentum", "nesterov", "adam"]
    fewer = after({"op": "run_remove", "run": 1})
    assert after({"op": "run_add", "value": "sgd"}, fewer).runs[-1].color == 1


# ---- forks -----------------------------------------------------------------------------------------------------------

FORKED = after({"op": "fork", "run": 3, "at": 50})


def test_a_fork_stands_beside_its_original_and_changes_nothing_yet() -> None:
    adam = RAVINE.runs[3]
    assert FORKED.runs == (*RAVINE.runs, replace(adam, color=4, fork=Fork(3, 50)))
    middle = after({"op": "fork", "run": 1, "at": 0}, replace(RAVINE, runs=[replace(r, twin=0) for r in RAVINE.runs]))
    assert middle.runs[2] == replace(RAVINE.runs[1], color=4, fork=Fork(1, 0)), "a fork is nobody's twin"
    assert middle.runs[3:] == tuple(replace(run, twin=0) for run in RAVINE.runs[2:])
    assert after({"op": "fork", "run": 4, "at": 70}, FORKED).runs[5].fork == Fork(4, 70)


def test_a_fork_into_another_optimizer() -> None:
    """With a rate that suits the surface; what cannot go around it is taken off, and that is said."""
    sgd = after({"op": "fork", "run": 3, "at": 50, "value": "sgd"}).runs[4]
    assert (sgd.optimizer, sgd.hyper["lr"], sgd.fork) == ("sgd", RAVINE.runs[0].hyper["lr"], Fork(3, 50))
    wrapped = after({"op": "wrapper", "run": 3, "name": "sam", "value": True})
    session = play(opened(wrapped), {"op": "fork", "run": 3, "at": 50, "value": "newton"})
    assert (session.scenario.runs[4].wrappers, len(session.problems)) == ({}, 1)
    assert session.scenario.runs[3].wrappers, "the original keeps it"


def test_the_dials_of_a_fork() -> None:
    assert after({"op": "fork_at", "run": 4, "value": 80}, FORKED).runs[4].fork == Fork(3, 80)
    assert after({"op": "fork_at", "run": 4, "value": 9999}, FORKED).runs[4].fork == Fork(3, FORKED.steps)
    assert after({"op": "fork", "run": 3, "at": 9999}).runs[4].fork == Fork(3, RAVINE.steps)
    reset = after({"op": "fork_carried", "run": 4, "value": False}, FORKED)
    assert reset.runs[4].fork == Fork(3, 50, carried=False)
    assert after({"op": "fork_carried", "run": 4, "value": True}, reset) == FORKED
    dragged = play(opened(FORKED), *({"op": "fork_at", "run": 4, "value": at} for at in range(40, 60)), pause=0.02)
    assert dragged.undo == (FORKED,), "a drag is undone as a whole"


def test_a_fork_stays_one_whatever_is_done_to_it() -> None:
    for edit in (
        {"op": "run_optimizer", "run": 4, "value": "sgd"},
        {"op": "run_duplicate", "run": 4},
        {"op": "run_reset", "run": 4},
        {"op": "twin", "run": 4, "name": 0},
        {"op": "wrapper", "run": 4, "name": "sam", "value": True},
        {"op": "steps", "value": 20},
    ):
        assert after(edit, FORKED).runs[-1].fork == Fork(3, 50), edit


def test_a_run_that_is_continued_is_hidden_in_place_of_being_removed() -> None:
    session = play(opened(FORKED), {"op": "run_remove", "run": 3})
    hidden = replace(FORKED.runs[3], visible=False)
    assert session.scenario == replace(FORKED, runs=(*FORKED.runs[:3], hidden, FORKED.runs[4]))
    assert "Adam" in session.problems[0] and len(session.problems) == 1
    again = play(session, {"op": "run_remove", "run": 3})
    assert (again.scenario, len(again.problems)) == (session.scenario, 1)
    assert play(session, {"op": "undo"}).scenario == FORKED
    gone = play(session, {"op": "run_remove", "run": 4}, {"op": "run_remove", "run": 3})
    assert (gone.scenario.runs, gone.problems) == (RAVINE.runs[:3], ())


# ---- turning ---------------------------------------------------------------------------------------------------------


@given(strategies.scenarios(), st.floats(-360, 360))
def test_turning_there_and_back_is_exactly_nothing(scenario: Scenario, degrees: float) -> None:
    session = play(opened(scenario), {"op": "rotate", "value": degrees}, {"op": "rotate", "value": scenario.rotate})
    assert session.scenario == scenario


@given(
    st.sampled_from([slug for slug, entry in LANDSCAPES.items() if not entry.timed]),
    st.floats(-360, 360),
    st.floats(-1, 1),
    st.floats(-1, 1),
)
def test_a_click_on_a_turned_surface_starts_there(slug: str, degrees: float, u: float, v: float) -> None:
    scenario = replace(Scenario(slug), rotate=degrees)
    x0, x1, y0, y1 = scenario.window
    click = [(x0 + x1) / 2 + u * (x1 - x0) / 2, (y0 + y1) / 2 + v * (y1 - y0) / 2]
    moved = after({"op": "start", "value": click}, scenario)
    np.testing.assert_allclose(moved.placed_start, click, rtol=0, atol=1e-12)
    angle = np.radians(-degrees)
    R = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    np.testing.assert_allclose(moved.start, R @ click, rtol=0, atol=1e-12)


def test_a_quarter_turn_is_exact() -> None:
    for degrees, expected in ((90, (-2.0, 3.0)), (180, (-3.0, -2.0)), (-90, (2.0, -3.0)), (360, (3.0, 2.0))):
        assert turn((3.0, 2.0), degrees) == expected


# ---- what is not possible --------------------------------------------------------------------------------------------

REFUSED = [
    {"op": "landscape", "value": "nowhere"},
    {"op": "start", "value": [1.0]},
    {"op": "start", "value": "here"},
    {"op": "run_remove", "run": 4},
    {"op": "run_remove", "run": -1},
    {"op": "run_remove", "run": True},
    {"op": "run_add", "value": ["adam"]},
    {"op": "run_hyper", "run": 0, "name": "beta1", "value": 0.5},
    {"op": "param", "name": "c", "value": 1},
    {"op": "noise_hyper", "name": "sigma", "value": 1},
    {"op": "run_schedule", "run": 0, "value": "lunar"},
    {"op": "run_reset", "run": 0, "name": "nothing"},
    {"op": "run_optimizer", "run": 0, "value": "sam"},
    {"op": "wrapper", "run": 0, "name": "adam", "value": True},
    {"op": "wrapper", "run": 9, "name": "sam", "value": True},
    {"op": "wrapper_hyper", "run": 0, "wrapper": "sam", "name": "rho", "value": 1},
    {"op": "wrapper_hyper", "run": 0, "wrapper": ["sam"], "name": "rho", "value": 1},
    {"op": "fork", "run": 4, "at": 5},
    {"op": "fork", "run": 0, "at": 5, "value": "lookahead"},
    {"op": "fork_at", "run": 0, "value": 5},
    {"op": "fork_carried", "run": 0, "value": False},
    {"op": "budget", "value": "time"},
    {"op": "budget", "value": ["steps"]},
]


@pytest.mark.parametrize("edit", REFUSED, ids=str)
def test_an_impossible_edit_is_answered_by_a_sentence(edit: dict[str, Any]) -> None:
    session = play(opened(), edit)
    assert session.scenario == RAVINE
    assert session.undo == ()
    assert len(session.problems) == 1


def test_a_value_beyond_its_limits_takes_the_nearest_and_says_so() -> None:
    session = play(opened(), {"op": "steps", "value": 10**9})
    assert session.scenario.steps == 10_000
    assert "10000" in session.problems[0]
    session = play(opened(), {"op": "start", "value": [99.0, 1.0]})
    assert session.scenario.start == (7.5, 1.0)
    session = play(opened(), {"op": "run_hyper", "run": 3, "name": "beta2", "value": "much"})
    assert session.scenario.runs == (*RAVINE.runs[:3], Run("adam", {"lr": 0.1}, color=3))
    assert "beta2" in session.problems[0]
    for at in (-3, "soon", None):
        session = play(opened(), {"op": "fork", "run": 3, "at": at})
        assert session.scenario.runs[4].fork == Fork(3, 0) and "at" in session.problems[0]
    assert play(session, {"op": "seed", "value": 1}).problems == (), "the next good edit clears it"
