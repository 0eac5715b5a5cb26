"""Sessions: every edit can be undone, a drag is one edit, and nothing that a browser sends can break one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st
from test_edits import RAVINE, SLOW, opened, play

from landscapes import CATALOGUE as LANDSCAPES
from landscapes.noise import CATALOGUE as NOISES
from optimizers import CATALOGUE as OPTIMIZERS
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer.dials import start_limits
from visualizer.edits import CHANGES, VIEWS, apply
from visualizer.scenario import Scenario

# ---- undo and redo ---------------------------------------------------------------------------------------------------

slugs = st.sampled_from([*OPTIMIZERS, *LANDSCAPES, *NOISES, *SCHEDULES])
names = st.sampled_from(
    [
        "lookahead",
        "sam",
        "k",
        "rho",
        "adam_nobias",
        "constant",
        0,
        1,
        "lr",
        "beta1",
        "kappa",
        "sigma",
        "T_max",
        "c",
        "amsgrad",
        "eps",
        "nothing",
    ]
)
sound = st.fixed_dictionaries(
    {"op": st.sampled_from([*CHANGES]), "run": st.integers(0, 4), "name": names},
    optional={
        "wrapper": slugs,
        "value": slugs | st.floats(-5, 5) | st.integers(0, 99) | st.booleans() | st.just([1.0, -1.0]),
    },
)


@given(st.lists(sound, max_size=15))
def test_undo_and_redo_are_inverse(edits: list[dict[str, Any]]) -> None:
    session = opened()
    seen = [session.scenario]
    for k, edit in enumerate(edits):
        session = apply(session, edit, SLOW * k)
        if session.scenario != seen[-1]:
            seen.append(session.scenario)
    for expected in [*reversed(seen[:-1]), seen[0]]:
        session = play(session, {"op": "undo"})
        assert session.scenario == expected
    for expected in [*seen[1:], seen[-1]]:
        session = play(session, {"op": "redo"})
        assert session.scenario == expected


def test_a_new_edit_forgets_what_was_undone() -> None:
    session = play(opened(), {"op": "steps", "value": 50}, {"op": "undo"}, {"op": "seed", "value": 3}, {"op": "redo"})
    assert session.scenario == replace(RAVINE, seed=3)
    assert session.redo == ()


def test_a_drag_is_undone_at_once() -> None:
    drag = [{"op": "start", "value": [x / 10, 1.0]} for x in range(30)]
    dragged = play(opened(), *drag, pause=0.1)
    assert dragged.scenario.start == (2.9, 1.0)
    assert play(dragged, {"op": "undo"}).scenario == RAVINE
    assert len(play(opened(), *drag, pause=2.0).undo) == 30, "with pauses they are edits of their own"


def test_two_dials_are_two_gestures() -> None:
    quick = [{"op": "run_hyper", "run": run, "name": "lr", "value": 0.001} for run in (0, 1)]
    quick += [{"op": "param", "name": "kappa", "value": 20}, {"op": "steps", "value": 20}, {"op": "seed", "value": 2}]
    assert len(play(opened(), *quick, pause=0.1).undo) == 5


def test_a_slow_drag_is_one_edit_by_its_gesture() -> None:
    """The browser numbers its drags: a pause with the button held down does not split one, a new number does."""
    slow = [{"op": "steps", "value": 50 + k, "gesture": 7} for k in range(5)]
    assert len(play(opened(), *slow).undo) == 1
    other = [{**edit, "gesture": k} for k, edit in enumerate(slow)]
    assert len(play(opened(), *other).undo) == 5


def test_what_is_no_drag_is_undone_one_by_one_however_quick() -> None:
    quick = [{"op": "run_add", "value": slug} for slug in ("adam", "nadam", "sgd")]
    quick += [
        {"op": "run_remove", "run": 0},
        {"op": "run_remove", "run": 0},
        {"op": "run_optimizer", "run": 0, "value": "amsgrad"},
    ]
    quick += [{"op": "landscape", "value": slug} for slug in ("beale", "saddle")]
    assert len(play(opened(), *quick, pause=0.1).undo) == len(quick)


def test_reset_goes_back_to_the_scenario_of_the_link_and_can_be_undone() -> None:
    mine = replace(RAVINE, seed=9)
    session = play(opened(mine), {"op": "steps", "value": 50}, {"op": "run_remove", "run": 0}, {"op": "reset"})
    assert session.scenario == mine
    back = play(session, {"op": "undo"}).scenario
    assert (back.steps, len(back.runs)) == (50, 3)


# ---- how it is looked at ---------------------------------------------------------------------------------------------


def test_views_change_no_scenario() -> None:
    session = replace(opened(), problems=("x",), grid_sent="g")  # type: ignore[arg-type]
    for op in VIEWS:
        assert play(session, {"op": op, "value": "zh"}).scenario == RAVINE
    assert play(session, {"op": "curve", "value": "step"}).curve == "step"
    assert play(session, {"op": "curve", "value": "nothing"}).curve == "loss"
    zh = play(session, {"op": "lang", "value": "zh"})
    assert (zh.lang, zh.lang_chosen) == ("zh", True)
    assert play(session, {"op": "lang", "value": "fr"}).lang == "en"
    assert play(session, {"op": "need_grid"}).grid_sent == ""
    dismissed = play(session, {"op": "dismiss"})
    assert (dismissed.problems, dismissed.first) == ((), False)
    assert play(session, {"op": "seed", "value": 1, "seq": 41}).ack == 41
    assert play(session, {"op": "undo", "seq": True}).ack is not True


# ---- hostile edits ---------------------------------------------------------------------------------------------------

hostile = st.fixed_dictionaries(
    {"op": st.sampled_from([*CHANGES, *VIEWS]) | strategies.json_values},
    optional={
        "value": strategies.json_values | slugs | st.lists(strategies.scalars, min_size=2, max_size=2),
        "name": strategies.json_values | names,
        "run": st.integers(-2, 13) | strategies.json_values,
        "seq": strategies.json_values,
    },
)


@given(strategies.scenarios(), st.lists(hostile | strategies.json_values, max_size=8))
def test_no_edit_breaks_a_session(scenario: Scenario, edits: list[Any]) -> None:
    """Never an exception, and always a scenario that its own link gives back."""
    session = opened(scenario)
    for k, edit in enumerate(edits):
        session = apply(session, edit, float(k))
        assert Scenario.from_query(session.scenario.to_query()) == (session.scenario, [])
        assert all(problem.zh for problem in session.problems)
        x0, x1, y0, y1 = start_limits(session.scenario.domain, session.scenario.stretch)
        assert x0 <= session.scenario.start[0] <= x1
        assert y0 <= session.scenario.start[1] <= y1


@pytest.mark.parametrize("op", [[], {}, [["x"]], None, 3])
def test_an_op_that_is_no_word_changes_nothing(op: Any) -> None:
    session = play(opened(), {"op": op, "seq": 1})
    assert (session.scenario, session.undo, session.problems, session.ack) == (RAVINE, (), (), 1)
