"""Links: they round-trip exactly, they stay what they were, and nothing that a URL may hold breaks them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlencode

import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st
from wording import CHINESE

from visualizer.charts import KINDS as CHARTS
from visualizer.scenario import MOST_RUNS, Fork, Run, Scenario
from visualizer.spec import Text

FROZEN: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "links_v1.json").read_text())
KEYS = [
    "v",
    "f",
    "x",
    "y",
    "rot",
    "steps",
    "seed",
    "tol",
    "log",
    "noise",
    "budget",
    "map",
    "r",
    "r1",
    "r2",
    "r12",
    "r999",
    "lang",
    "utm",
]


def read(query: Any) -> tuple[Scenario, list[Any]]:
    scenario, problems = Scenario.from_query(query)
    assert all(isinstance(problem, Text) and problem and CHINESE.search(problem.zh) for problem in problems)
    return scenario, problems


@given(strategies.scenarios())
def test_round_trip_is_exact(scenario: Scenario) -> None:
    assert read(scenario.to_query()) == (scenario, [])


@given(strategies.scenarios())
def test_round_trip_through_a_real_url(scenario: Scenario) -> None:
    """As an address bar and a server see it: encoded, parsed, every value a list."""
    text = urlencode(scenario.to_query())
    assert read(parse_qs(text, keep_blank_values=True)) == (scenario, [])
    assert read(dict(parse_qsl(text))) == (scenario, [])


@given(strategies.scenarios())
def test_only_characters_that_a_url_leaves_as_they_are(scenario: Scenario) -> None:
    """But in a formula that was typed."""
    typed = any(hyper.kind == "text" for hyper in scenario.surface.params)
    for key, value in scenario.to_query().items():
        assert quote(key, safe="") == key
        assert quote(value, safe="") == value or (key == "f" and typed)
        assert value


def test_an_empty_race_and_an_empty_link() -> None:
    empty = Scenario("beale", runs=())
    assert read(empty.to_query()) == (empty, [])
    assert read({}) == (Scenario.suggested(), [])
    assert read({"f": "beale"}) == (Scenario.suggested("beale"), [])


def test_links_are_short() -> None:
    """What stands at its default is left out; a lecture's QR code holds the rest."""
    assert Scenario("beale", runs=(Run("adam"),)).to_query() == {"v": "1", "f": "beale", "r1": "adam"}
    assert len(urlencode(Scenario.suggested().to_query())) < 120


# ---- version 1 stays version 1 ---------------------------------------------------------------------------------------


# What the oldest of them were written without; whatever is said nowhere means this.
WITHOUT = {"budget": "steps", "stretch": 1.0, "shift": [0.0, 0.0], "smooth": 0.0, "chart": None}
RUN_WITHOUT = {"wrappers": {}, "twin": None, "fork": None}


@pytest.mark.parametrize("link", FROZEN)
def test_a_published_link_means_what_it_meant(link: str) -> None:
    """Every number of it, so that a changed default, of a hyperparameter or of a surface, is red here."""
    scenario, problems = read(dict(parse_qsl(link)))
    assert problems == []
    meant = {**WITHOUT, **FROZEN[link], "runs": [{**RUN_WITHOUT, **run} for run in FROZEN[link]["runs"]]}
    assert json.loads(json.dumps(asdict(scenario))) == meant


def test_the_frozen_links_use_everything() -> None:
    """A link for every optimizer, schedule, wrapper, surface and noise: their defaults are part of version 1."""
    from landscapes import CATALOGUE as LANDSCAPES
    from landscapes.noise import CATALOGUE as NOISES
    from optimizers import RULES, WRAPPERS
    from optimizers.schedules import CATALOGUE as SCHEDULES

    frozen = list(FROZEN.values())
    runs = [{**RUN_WITHOUT, **run} for one in frozen for run in one["runs"]]
    assert len(frozen) >= 25
    assert {run["optimizer"] for run in runs} == set(RULES)
    assert {run["schedule"][0] for run in runs} == set(SCHEDULES)
    assert {slug for run in runs for slug in run["wrappers"]} == set(WRAPPERS)
    assert {run["twin"] for run in runs} > {None}
    assert {run["fork"]["carried"] for run in runs if run["fork"]} == {True, False}
    assert {one.get("budget", "steps") for one in frozen} == {"steps", "evaluations"}
    assert {one["noise"][0] for one in frozen} == set(NOISES)
    assert {one["chart"]["kind"] for one in frozen if one.get("chart")} == set(CHARTS)
    for name in ("stretch", "shift", "smooth"):
        assert any(one.get(name, WITHOUT[name]) != WITHOUT[name] for one in frozen), name
    assert {one["landscape"] for one in frozen} == set(LANDSCAPES)


def test_a_wrapped_run_is_readable_and_its_defaults_are_left_out() -> None:
    run = Run("adam", {"lr": 0.05}, wrappers={"sam": {"rho": 0.05}, "lookahead": {"k": 10}})
    query = Scenario("beale", runs=(Run("sgd"), replace(run, twin=0)), budget="evaluations").to_query()
    assert query["r2"] == "adam~lr~0.05~~lookahead~k~10~~sam~~twin~0"
    assert query["budget"] == "evaluations"
    assert list(run.wrappers) == ["lookahead", "sam"], "outermost first, in one order"
    assert read({"f": "beale", "r1": "adam~lr~0.05~~sam~~lookahead~k~10"})[0].runs == (replace(run, color=0),)


def test_parts_of_a_run_are_told_apart_by_their_first_word() -> None:
    from optimizers import WRAPPERS
    from optimizers.schedules import CATALOGUE as SCHEDULES

    words = [*SCHEDULES, *WRAPPERS, "off", "c", "twin", "fork"]
    assert len(set(words)) == len(words)


def test_nobody_is_the_twin_of_a_run_that_is_not_there_or_of_itself() -> None:
    for r2 in ("adam_nobias~~twin~7", "adam_nobias~~twin~1"):
        scenario, problems = read({"f": "beale", "r1": "adam", "r2": r2})
        assert (scenario.runs[1].twin, problems) == (None, [])


def test_a_fork_is_readable() -> None:
    runs = (Run("adam"), Run("sgd", {"lr": 0.01}, fork=Fork(0, 120)), Run("sgd", fork=Fork(1, 0, carried=False)))
    query = Scenario("beale", runs=runs).to_query()
    assert (query["r2"], query["r3"]) == ("sgd~lr~0.01~~fork~0~at~120~carried", "sgd~~fork~1~at~0~reset")


def test_forks_keep_to_their_colours() -> None:
    """A colour slot stays with its run, so that a link may list the runs in any order."""
    scenario, problems = read({"f": "beale", "r1": "sgd~~c~5~~fork~3~at~7~carried", "r2": "adam~~c~3"})
    assert problems == []
    assert (scenario.trunk(0), scenario.trunk(1)) == (1, None)


LOST = [
    ({"r2": "sgd~~fork~7~at~5~carried"}, [None, None, None]),
    ({"r2": "sgd~~fork~1~at~5~carried"}, [None, None, None]),
    ({"r2": "sgd~~fork~2~at~5~carried", "r3": "sgd~~fork~1~at~5~carried"}, [None, None, 1]),
    ({"r1": "adam~~fork~2~at~5~reset", "r2": "sgd~~fork~0~at~5~reset", "r3": "sgd~~fork~1~at~5~reset"}, [None, 0, 1]),
    ({"r1": "adam~~fork~1~at~9~reset", "r2": "sgd~~fork~2~at~5~reset", "r3": "sgd~~fork~1~at~5~reset"}, [1, None, 1]),
]


@pytest.mark.parametrize(("change", "trunks"), LOST, ids=str)
def test_a_fork_of_nothing_or_of_itself_begins_at_the_start(change: dict[str, str], trunks: list[int | None]) -> None:
    """One run of a loop begins at the start, and that is said; the others continue as they did."""
    scenario, problems = read({"f": "beale", "r1": "adam", "r2": "momentum", "r3": "rmsprop", **change})
    assert [scenario.trunk(place) for place in range(3)] == trunks
    assert len(problems) == 1 and "begins at the start" in problems[0]


# ---- reading is total ------------------------------------------------------------------------------------------------

anything = strategies.json_values | st.binary(max_size=9) | st.lists(st.binary(max_size=3)) | st.complex_numbers()
words = (
    "adam sgd lr 0.1 ~ ~~ cosine off c twin fork at carried lookahead sam k 5 "
    "none nan -inf 1e999 beale kappa ravine gaussian sigma T_max _ % 1_0 ٣ ² 中"
)
pieces = st.sampled_from([*words.split(), "", "9" * 40, "\x00", "\ud800"])
texts = st.lists(pieces, max_size=8).map("".join) | st.lists(pieces, max_size=8).map("~".join) | st.text(max_size=30)


def assert_usable(query: Any) -> None:
    scenario, problems = read(query)
    assert len(problems) <= 13
    assert all(len(problem) < 300 for problem in problems)
    assert read(scenario.to_query()) == (scenario, []), "whatever was read is a valid scenario"


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), texts | anything, max_size=8))
def test_reading_is_total_on_mappings(query: dict[Any, Any]) -> None:
    assert_usable(query)


@given(anything | st.dictionaries(st.none() | st.integers() | st.binary(max_size=4), anything, max_size=3))
def test_reading_is_total_on_anything(query: Any) -> None:
    assert_usable(query)


class Hostile(Mapping[str, Any]):
    """A mapping that fails when it is looked into."""

    def __getitem__(self, key: str) -> Any:
        raise RuntimeError

    def __iter__(self) -> Iterator[str]:
        return iter(["f"])

    def __len__(self) -> int:
        return 1


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    "query", [Hostile(), {"f": Unprintable()}, {Unprintable(): "1"}, object(), {"r1": "adam~lr~" * 100_000}]
)
def test_reading_survives_objects_that_fail(query: Any) -> None:
    assert_usable(query)


# ---- one broken part costs one sentence and nothing else -------------------------------------------------------------

WHOLE = Scenario(
    "ravine",
    {"kappa": 50.0, "theta_deg": 10.0},
    (Run("sgd", {"lr": 0.01}), Run("adam", {"lr": 0.1, "beta1": 0.8}, ("cosine", {"T_max": 70})), Run("rmsprop")),
    (3.0, 2.5),
    150,
    ("gaussian", {"sigma": 0.25}),
    7,
    30.0,
    False,
    0.02,
)


def with_hyper(place: int, **hyper: Any) -> Scenario:
    runs = list(WHOLE.runs)
    runs[place] = replace(runs[place], hyper={**runs[place].hyper, **hyper})
    return replace(WHOLE, runs=tuple(runs))


def with_run(place: int, **changes: Any) -> Scenario:
    return replace(
        WHOLE, runs=tuple(replace(run, **changes) if i == place else run for i, run in enumerate(WHOLE.runs))
    )


def with_params(**params: float) -> Scenario:
    return replace(WHOLE, params={**WHOLE.params, **params})


BROKEN = [
    # key, its value in the link, a word of the sentence, what is used instead
    ("v", "2", "version", WHOLE),
    ("steps", "many", "steps", replace(WHOLE, steps=200)),
    ("steps", "nan", "steps", replace(WHOLE, steps=200)),
    ("steps", "inf", "steps", replace(WHOLE, steps=200)),
    ("steps", "1000000000", "10000", replace(WHOLE, steps=10_000)),
    ("steps", "0", "steps", replace(WHOLE, steps=1)),
    ("steps", "10.5", "steps", replace(WHOLE, steps=10)),
    ("seed", "-3", "seed", replace(WHOLE, seed=0)),
    ("rot", "1000", "rotate", replace(WHOLE, rotate=360.0)),
    ("rot", "", "rotate", replace(WHOLE, rotate=0.0)),
    ("tol", "0", "tolerance", replace(WHOLE, tolerance=1e-15)),
    ("log", "yes", "log", replace(WHOLE, log=True)),
    ("x", "99", "x", replace(WHOLE, start=(7.5, 2.5))),
    ("x", "-inf", "x", replace(WHOLE, start=(4.0, 2.5))),
    ("y", "-1e300", "y", replace(WHOLE, start=(3.0, -7.5))),
    ("y", "left", "y", replace(WHOLE, start=(3.0, 1.5))),
    ("noise", "pink~sigma~1", "pink", replace(WHOLE, noise=("none", {}))),
    ("noise", "gaussian~sigma~-1", "sigma", replace(WHOLE, noise=("gaussian", {"sigma": 0.0}))),
    ("noise", "gaussian~sigma", "sigma", replace(WHOLE, noise=("gaussian", {}))),
    ("f", "ravine~kappa~0~theta_deg~10", "kappa", with_params(kappa=1e-6)),
    ("f", "ravine~kapa~3~theta_deg~10", "kapa", with_params(kappa=100.0)),
    ("f", "ravine~kappa~50~theta_deg", "theta_deg", with_params(theta_deg=30.0)),
    ("r2", "adam~lr~0.1~beta1~1.5~~cosine~T_max~70", "beta1", with_hyper(1, beta1=1 - 1e-12)),
    ("r2", "adam~lr~fast~beta1~0.8~~cosine~T_max~70", "lr", with_hyper(1, lr=0.001)),
    ("r2", "adam~lr~nan~beta1~0.8~~cosine~T_max~70", "lr", with_hyper(1, lr=0.001)),
    ("r1", "sgd~lr~0.01~momentum~0.9", "momentum", WHOLE),
    ("r3", "rmsprop~centered~maybe", "centered", WHOLE),
    ("r3", "rmsprop~~sawtooth", "sawtooth", WHOLE),
    ("r3", "rmsprop~~c~12", "c~12", WHOLE),
    ("r3", "rmsprop~~twin~12", "twin~12", WHOLE),
    ("r3", "rmsprop~~twin~0~1", "twin~0~1", WHOLE),
    ("r3", "rmsprop~~fork~12~at~5~carried", "fork~12", WHOLE),
    ("r3", "rmsprop~~fork", "fork", WHOLE),
    ("r3", "rmsprop~~fork~1~at~5~carried~0", "fork~1", WHOLE),
    ("r3", "rmsprop~~fork~1", "fork~1", with_run(2, fork=Fork(1, 0))),
    ("r3", "rmsprop~~fork~1~at~5", "fork~1", with_run(2, fork=Fork(1, 5))),
    ("r3", "rmsprop~~fork~1~at~5~kept", "kept", with_run(2, fork=Fork(1, 5))),
    ("r3", "rmsprop~~fork~1~from~5~reset", "from", with_run(2, fork=Fork(1, 5, carried=False))),
    ("r3", "rmsprop~~fork~1~at~soon~reset", "soon", with_run(2, fork=Fork(1, 0, carried=False))),
    ("r3", "rmsprop~~fork~1~at~-3~reset", "at", with_run(2, fork=Fork(1, 0, carried=False))),
    ("r3", "rmsprop~~fork~1~at~1e9~reset", "at", with_run(2, fork=Fork(1, 10_000, carried=False))),
    ("r3", "rmsprop~~lookahed", "lookahed", WHOLE),
    ("r3", "rmsprop~~lookahead~k~0", "k", with_run(2, wrappers={"lookahead": {"k": 1}})),
    ("r3", "rmsprop~~sam~rho~far", "rho", with_run(2, wrappers={"sam": {"rho": 0.05}})),
    ("budget", "time", "budget", WHOLE),
    ("r3", "rmspropp", "rmspropp", replace(WHOLE, runs=WHOLE.runs[:2])),
    ("r3", "", "optimizer", replace(WHOLE, runs=WHOLE.runs[:2])),
    ("zoom", "3", "zoom", WHOLE),
]


@pytest.mark.parametrize(("key", "text", "word", "expected"), BROKEN, ids=[f"{row[0]}={row[1]}" for row in BROKEN])
def test_one_broken_part_costs_one_sentence(key: str, text: str, word: str, expected: Scenario) -> None:
    scenario, problems = read({**WHOLE.to_query(), key: text})
    assert len(problems) == 1
    assert word in problems[0]
    assert scenario == expected


def test_an_unknown_surface_keeps_the_race() -> None:
    scenario, problems = read({**WHOLE.to_query(), "f": "canyon", "x": "1", "y": "1"})
    assert len(problems) == 1
    assert "canyon" in problems[0]
    assert scenario == replace(WHOLE, landscape="saddle_floor", params={}, start=(1.0, 1.0))


def test_too_many_runs_and_too_many_mistakes() -> None:
    many = {"f": "beale", **{f"r{i}": "adam" for i in range(1, 20)}}
    scenario, problems = read(many)
    assert len(scenario.runs) == MOST_RUNS
    assert len(problems) == 1
    wrong = {f"nonsense{i}": "1" for i in range(50)}
    assert len(read(wrong)[1]) == 13


def test_numbers_of_runs_may_have_gaps() -> None:
    scenario, problems = read({"f": "beale", "r7": "adam", "r2": "sgd", "r10": "nadam"})
    assert problems == []
    assert [run.optimizer for run in scenario.runs] == ["sgd", "adam", "nadam"]


def test_a_broken_run_leaves_the_others_their_colours() -> None:
    whole = Scenario("beale", runs=(Run("sgd"), Run("adam"), Run("nadam")))
    scenario, problems = read({**whole.to_query(), "r1": "nosuch"})
    assert len(problems) == 1
    assert [(run.optimizer, run.color) for run in scenario.runs] == [("adam", 1), ("nadam", 2)]


@pytest.mark.parametrize("start", [(1000.0, 0.0), (0.0, float("nan")), (float("-inf"), 0.0)])
def test_a_start_that_no_link_holds_is_no_scenario(start: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="outside"):
        Scenario("beale", start=start)


@pytest.mark.parametrize("twin", [MOST_RUNS, -1])
def test_a_twin_of_no_slot_is_no_run(twin: int) -> None:
    with pytest.raises(ValueError, match="twin"):
        Run("sgd", twin=twin)


@pytest.mark.parametrize(("of", "at"), [(MOST_RUNS, 0), (-1, 0), (0, -1), (0, 10_001), (0, 1.5)])
def test_a_fork_that_no_link_holds_is_no_run(of: int, at: Any) -> None:
    with pytest.raises(ValueError, match=r"fork|at"):
        Run("sgd", fork=Fork(of, at))


@pytest.mark.parametrize(
    ("slug", "values", "word"),
    [
        ("lookaheat", {}, "lookaheat"),
        ("lookahead", {"kk": 1}, "kk"),
        ("sam", {"rho": -1}, "rho"),
        ("cosine", {}, "cosine"),
    ],
)
def test_a_wrapper_that_does_not_exist_is_no_run(slug: str, values: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Run("sgd", wrappers={slug: values})


@pytest.mark.parametrize("color", [MOST_RUNS, 57, -2])
def test_a_colour_that_no_link_holds_is_no_run(color: int) -> None:
    with pytest.raises(ValueError, match="colour"):
        Run("sgd", color=color)
