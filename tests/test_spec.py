"""Dials: what they accept, and how they become numbers and come back."""

from __future__ import annotations

import math
import pickle
from typing import Any

import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

from landscapes import CATALOGUE as LANDSCAPES
from landscapes.noise import CATALOGUE as NOISES
from optimizers import CATALOGUE as OPTIMIZERS
from optimizers import RULES, WRAPPERS
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer.dials import COMMON
from visualizer.spec import Hyper, HyperError, Text, collect, complete, decode, encode, look_up, row_width

RATE = Hyper("lr", "l", 0.1, 0.0, 1.0, "log0", least=0.0, most=10.0)
COUNT = Hyper("n", "n", 3, kind="int", least=1, most=100)
FLAG = Hyper("flag", "f", False, kind="bool")
CHOICE = Hyper("mode", "m", "b", kind="choice", choices=("a", "b", "c"))
BETAS = Hyper("betas", "b", (0.0, 0.9), kind="list", length=4, least=0.0, most=1.0)
PERIOD = Hyper("T", "T", None, kind="int", null=0.0, least=1, most=50)
ALL = (RATE, COUNT, FLAG, CHOICE, BETAS, PERIOD)
EVERY = [
    *COMMON,
    *(h for part in (OPTIMIZERS, LANDSCAPES, SCHEDULES, NOISES) for entry in part.values() for h in entry.hypers),
]

ACCEPTED: list[tuple[Hyper, Any, Any]] = [
    (RATE, "0.5", 0.5),
    (RATE, 1, 1.0),
    (RATE, 0.0, 0.0),
    (RATE, 10, 10.0),
    (COUNT, "7", 7),
    (COUNT, 7.0, 7),
    (COUNT, "1e2", 100),
    (FLAG, 1, True),
    (FLAG, "true", True),
    (FLAG, "1", True),
    (FLAG, 0, False),
    (FLAG, "false", False),
    (CHOICE, "c", "c"),
    (BETAS, [0.5], (0.5,)),
    (BETAS, ["0", "1", 0.25, 1], (0.0, 1.0, 0.25, 1.0)),
    (PERIOD, None, None),
    (PERIOD, "none", None),
    (PERIOD, 5, 5),
]


@pytest.mark.parametrize(("hyper", "given_value", "parsed"), ACCEPTED)
def test_a_possible_value_is_taken_in_its_own_type(hyper: Hyper, given_value: Any, parsed: Any) -> None:
    ours = hyper.parse(given_value)
    assert ours == parsed
    assert type(ours) is type(parsed)


REFUSED: list[tuple[Hyper, Any]] = [
    *((RATE, wrong) for wrong in (None, "none", "", "fast", -1e-9, 10.1, math.nan, "nan", math.inf, "1e999", True, [])),
    *((COUNT, wrong) for wrong in (None, 2.5, 0, 101, "x", math.inf, 10**400, False, {})),
    *((FLAG, wrong) for wrong in (None, 2, "yes", [], -1)),
    *((CHOICE, wrong) for wrong in (None, "d", "", 1, ["a"])),
    *((BETAS, wrong) for wrong in (None, [], [0.1] * 5, [2.0], "0.5", [None], [math.nan], 0.5, {})),
    *((PERIOD, wrong) for wrong in (0, 51, 1.5, "auto")),
]


@pytest.mark.parametrize(("hyper", "wrong"), REFUSED)
def test_an_impossible_value_gets_a_sentence_in_both_languages(hyper: Hyper, wrong: Any) -> None:
    with pytest.raises(HyperError) as caught:
        hyper.parse(wrong)
    assert isinstance(caught.value, ValueError)
    assert str(caught.value).startswith(f"{hyper.name} cannot be ")
    assert caught.value.text.zh.startswith(f"{hyper.name} 不能取 ")
    assert len(str(caught.value)) < 120


def test_a_wrong_default_or_kind_is_found_when_the_dial_is_made() -> None:
    for bad in ({"default": 2.0, "most": 1.0}, {"default": 0.1, "scale": "cubic"}, {"default": 0.1, "kind": "complex"}):
        with pytest.raises(ValueError, match="x"):
            Hyper("x", "x", **bad)


def test_encoding_by_hand() -> None:
    values = {"lr": 0.5, "n": 7, "flag": True, "mode": "c", "betas": (0.1, 0.2), "T": None}
    row = encode(ALL, values, 12)
    assert row == [0.5, 7.0, 1.0, 2.0, 0.1, 0.2, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0]
    assert [hyper.width for hyper in ALL] == [1, 1, 1, 1, 5, 1]
    h = decode(ALL, row)
    assert (h.lr, h.n, h.flag, h.mode, h.T) == (0.5, 7.0, 1.0, 2.0, 0.0)
    assert h.betas == ([0.1, 0.2, 0.0, 0.0], 2.0)
    with pytest.raises(AttributeError):
        _ = h.nothing


@given(strategies.values(ALL))
def test_what_is_encoded_can_be_read_back(given_values: dict[str, Any]) -> None:
    whole = complete(ALL, given_values, "it")
    h = decode(ALL, encode(ALL, whole, 20))
    numbers, count = h.betas
    assert tuple(numbers[: int(count)]) == whole["betas"]
    assert (h.lr, h.n, bool(h.flag), CHOICE.choices[int(h.mode)]) == tuple(
        whole[n] for n in ("lr", "n", "flag", "mode")
    )
    assert (None if h.T == 0.0 else h.T) == whole["T"]


@given(st.sampled_from(EVERY), strategies.json_values)
def test_a_dial_takes_a_value_or_says_why_not(hyper: Hyper, anything: Any) -> None:
    """Never another exception; what it takes, it takes again, and encodes as finite numbers."""
    try:
        parsed = hyper.parse(anything)
    except HyperError:
        return
    assert hyper.parse(parsed) == parsed
    assert all(math.isfinite(number) for number in hyper.encode(parsed))
    assert len(hyper.encode(parsed)) == hyper.width


@pytest.mark.parametrize("hyper", EVERY, ids=lambda hyper: hyper.name)
def test_every_dial_of_the_catalogues_is_in_order(hyper: Hyper) -> None:
    """The slider lies within the hard limits, its scale can show its ends, and null is no value that can be typed."""
    assert hyper.name.isidentifier()
    assert hyper.parse(hyper.default) == hyper.default
    if hyper.kind in ("float", "int"):
        assert hyper.least <= hyper.low < hyper.high <= hyper.most
        assert hyper.scale not in ("log", "log0") or hyper.low > 0
        assert hyper.scale != "log0" or hyper.least == 0
        assert hyper.scale != "log1m" or hyper.high < 1
    if hyper.nullable:
        assert not hyper.least <= hyper.null <= hyper.most


def test_unknown_names_and_slugs() -> None:
    with pytest.raises(ValueError, match=r"adam has no hyperparameter 'bta'; it has lr, n") as caught:
        complete(ALL, {"bta": 1}, "adam")
    assert all(hyper.name in str(caught.value) for hyper in ALL)
    with pytest.raises(ValueError, match=r"no pet 'cow'; there are cat, dog"):
        look_up({"cat": 1, "dog": 2}, "cow", "pet")


def test_row_width_is_that_of_the_hungriest() -> None:
    class Entry:
        def __init__(self, *hypers: Hyper) -> None:
            self.hypers = hypers

    assert row_width({"a": Entry(RATE), "b": Entry(*ALL), "c": Entry()}) == 10
    assert row_width({"a": Entry(), "b": Entry()}) == 1


def test_text_holds_two_languages_and_can_be_pickled() -> None:
    text = pickle.loads(pickle.dumps(Text("bowl", "碗")))
    assert (text, text.zh, text.pair()) == ("bowl", "碗", ["bowl", "碗"])


def test_catalogues_are_collected_in_their_own_order() -> None:
    import optimizers

    found = collect("optimizers", optimizers.__path__)
    assert list(found) == list(RULES)
    assert list(OPTIMIZERS) == [*RULES, *WRAPPERS]
    orders = [entry.order for entry in found.values()]
    assert orders == sorted(orders)
    assert all(slug == entry.slug for slug, entry in found.items())
