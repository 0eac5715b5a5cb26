"""Edits of a study: whatever they hold, a study comes of it, and everything can be undone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.networks.edits import CHANGES, LOOKS, Desk, apply
from visualizer.networks.link import read, write
from visualizer.networks.study import Learner, Study
from visualizer.scenario import Run

PLAIN = Study("moons", learners=(Learner(Run("adam", {"lr": 0.01})), Learner(Run("sgd"))))
DESK = Desk(PLAIN, PLAIN)

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3000),
    st.floats(allow_nan=True),
    st.sampled_from(["moons", "digits", "adam", "newton", "sam", "cosine", "tanh", "zh", "x" * 50]),
    st.lists(st.integers(0, 200), max_size=7),
)
EDITS = st.fixed_dictionaries(
    {"op": st.sampled_from([*CHANGES, *LOOKS, "nothing"]), "value": VALUES},
    optional={
        "run": st.integers(-1, 3) | st.none() | st.booleans(),
        "name": st.sampled_from(["lr", "batch", "dropout", "hidden", "norm", "train", "sam", "rho", "T_max", "nope"]),
        "wrapper": st.sampled_from(["sam", "lookahead", 3]),
        "seq": st.integers(0, 9) | st.booleans(),
        "gesture": st.integers(0, 3),
    },
)


@settings(max_examples=120, deadline=None)
@given(st.lists(EDITS, max_size=8))
def test_whatever_an_edit_holds_there_is_a_study_with_a_link(edits: list[dict[str, Any]]) -> None:
    desk = DESK
    for k, edit in enumerate(edits):
        desk = apply(desk, edit, 10.0 * k)
        assert all(str(one) and one.zh for one in desk.problems)
    assert read(write(desk.study)) == (desk.study, [])
    for _ in range(len(desk.undo)):
        desk = apply(desk, {"op": "undo"}, 0.0)
    assert not desk.undo


def edited(*edits: dict[str, Any]) -> Desk:
    desk = DESK
    for k, edit in enumerate(edits):
        desk = apply(desk, edit, 10.0 * k)
    return desk


def test_the_networks_stay_when_the_data_change() -> None:
    desk = edited({"op": "learn", "run": 0, "name": "dropout", "value": 0.5}, {"op": "dataset", "value": "spirals"})
    assert desk.study.dataset == "spirals" and desk.study.data["train"] == 200
    assert desk.study.learners[0].learn["dropout"] == 0.5
    assert desk.study.network.outputs == 3


def test_a_newcomer_has_a_rate_that_suits_it_and_a_color_of_its_own() -> None:
    desk = edited({"op": "run_add", "value": "momentum"}, {"op": "run_duplicate", "run": 0})
    assert [one.run.optimizer for one in desk.study.learners] == ["adam", "adam", "sgd", "momentum"]
    assert sorted(one.run.color for one in desk.study.learners) == [0, 1, 2, 3]
    assert desk.study.learners[3].run.hyper["lr"] == 0.03
    full = DESK
    for _ in range(15):
        full = apply(full, {"op": "run_add", "value": "sgd"}, 0.0)
    assert len(full.study.learners) == 12 and "At most 12" in full.problems[0]


def test_a_wrapper_comes_with_a_rule_inside() -> None:
    added = edited({"op": "run_add", "value": "sam"}).study.learners[-1].run
    assert (added.optimizer, list(added.wrappers), added.hyper["lr"]) == ("sgd", ["sam"], 0.1)


def test_one_dial_is_turned_for_all_networks_in_one_step() -> None:
    desk = DESK
    for k, value in enumerate((0.2, 0.3, 0.5)):
        desk = apply(desk, {"op": "learn_all", "name": "dropout", "value": value, "gesture": 4}, 5.0 * k)
    assert [one.learn["dropout"] for one in desk.study.learners] == [0.5, 0.5]
    assert [one.learn["batch"] for one in desk.study.learners] == [32, 32]
    assert desk.undo == (PLAIN,)
    high = edited({"op": "learn_all", "name": "batch", "value": 1e9})
    assert len(high.problems) == 1  # said once, not once for each network
    assert len({one.learn["batch"] for one in high.study.learners}) == 1
    assert edited({"op": "learn_all", "name": "lr", "value": 1.0}).study == PLAIN


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"op": "run_optimizer", "run": 0, "value": "newton"}, "no 'newton'"),
        ({"op": "run_hyper", "run": 9, "name": "lr", "value": 1}, "gone"),
        ({"op": "learn", "run": 0, "name": "depth", "value": 1}, "no dial"),
        ({"op": "wrapper_hyper", "run": 0, "wrapper": "sam", "name": "rho", "value": 1}, "not inside"),
        ({"op": "shape", "name": "hidden", "value": [500]}, "hidden"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_changes(edit: dict[str, Any], words: str) -> None:
    desk = apply(DESK, edit, 0.0)
    assert words in desk.problems[0]
    assert desk.study == PLAIN


def test_a_drag_is_undone_as_a_whole() -> None:
    desk = DESK
    for k, value in enumerate((0.02, 0.03, 0.04)):
        desk = apply(desk, {"op": "run_hyper", "run": 0, "name": "lr", "value": value, "gesture": 7}, 5.0 * k)
    assert len(desk.undo) == 1
    back = apply(desk, {"op": "undo"}, 20.0)
    assert back.study == PLAIN
    assert apply(back, {"op": "redo"}, 21.0).study == desk.study
    assert apply(desk, {"op": "reset"}, 30.0).study == PLAIN


def test_looking_at_a_learner_is_nothing_to_undo() -> None:
    desk = edited({"op": "look", "value": 1}, {"op": "look", "value": 5}, {"op": "lang", "value": "zh"})
    assert desk.study.looked == desk.study.place == 1
    assert (desk.lang, desk.lang_chosen, desk.undo) == ("zh", True, ())


def test_a_view_is_chosen_and_turned() -> None:
    desk = edited({"op": "view_option", "name": "room", "value": 0.5})
    assert desk.study.view[1]["room"] == 0.5
    assert apply(desk, {"op": "undo"}, 9.0).study == PLAIN
    assert edited({"op": "view", "value": "nowhere"}).problems
