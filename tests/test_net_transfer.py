"""The view of transfer: its parts against the engine and NumPy, and the advice on made-up numbers."""

from __future__ import annotations

import json
import threading
from typing import Any

import numpy as np
import pytest
import wording
from scipy import stats

from visualizer.networks.advice import advised, judged
from visualizer.networks.study import Learner, Study
from visualizer.networks.transfer import PAIRS, Plan, transferred
from visualizer.networks.viewing import NothingToSeeError, request, view_parts
from visualizer.scenario import Run

VALUES = {"pair": "moons_turned", "seeds": "4", "steps": 60, "last": 1}
Part = tuple[dict[str, Any], dict[str, np.ndarray]]


def study(**values: Any) -> Study:
    return Study("xor", shape={"hidden": (6, 5)}, view=("transfer", VALUES | values))


@pytest.fixture(scope="module")
def parts() -> list[Part]:
    found = [(header, dict(arrays)) for header, arrays in view_parts(study(), threading.Event())]
    for header, _ in found:
        json.dumps(header, allow_nan=False)
    return found


def of_seeds(parts: list[Part]) -> list[Part]:
    return [part for part in parts if part[0].get("of") == "seeds"]


def test_the_first_part_tells_what_is_learned_and_shows_both_tasks(parts: list[Part]) -> None:
    """The pair's points, not those of the study; the study's hidden layers."""
    header, arrays = parts[0]
    assert (header["kind"], parts[-1][0]) == ("transfer", {"kind": "whole"})
    assert (header["widths"], header["frozen"], header["parameters"]) == ((2, 6, 5, 2), 2, 18 + 35 + 12)
    source, target = PAIRS["moons_turned"].source(0), PAIRS["moons_turned"].target(0)
    for name, points in (("source", source), ("target", target)):
        np.testing.assert_array_equal(arrays[name], points.x[:150])
        np.testing.assert_array_equal(arrays[f"{name}_kind"], points.y[:150].argmax(axis=1))
    assert header["at"][0] == 0 and header["at"][-1] == 60


def test_seeds_come_bit_by_bit_and_are_those_of_the_engine(parts: list[Part]) -> None:
    """Red when two seeds at a time change places, or when a later part forgets an earlier one."""
    told = of_seeds(parts)
    assert [header["n"] for header, _ in told] == [2, 4]
    shares = [header["done"] for header, _ in parts if "done" in header]
    assert shares == sorted(shares) and shares[-1] == 1.0
    pair = PAIRS["moons_turned"]
    found = transferred(pair, pair.network((6, 5)), Plan(seeds=4, steps=60))
    _, arrays = told[-1]
    finals = np.stack([found.loss, found.mistakes])[..., -1, 1]
    np.testing.assert_allclose(arrays["finals"], finals, rtol=1e-6)
    np.testing.assert_allclose(told[0][1]["finals"], finals[..., :2], rtol=1e-6)
    np.testing.assert_allclose(arrays["taught"], found.taught, rtol=1e-6)
    assert parts[0][0]["at"] == found.at.tolist()


def test_curves_and_gains_are_means_with_students_intervals(parts: list[Part]) -> None:
    """In NumPy and SciPy, from the seeds' own numbers; gains are paired by seed."""
    _, arrays = of_seeds(parts)[-1]
    finals = arrays["finals"].astype(float)
    t = stats.t.ppf(0.975, 3)
    mean, error = finals.mean(axis=-1), finals.std(axis=-1, ddof=1) / 2
    np.testing.assert_allclose(arrays["curves"][:, :, :, -1, 1, 0], mean, rtol=1e-5)
    np.testing.assert_allclose(arrays["curves"][:, :, :, -1, 1, 2], mean + t * error, rtol=1e-4, atol=1e-7)
    for way in (1, 2):
        less = finals[:, 0] - finals[:, way]
        np.testing.assert_allclose(arrays["gains"][:, way - 1, :, 0], less.mean(axis=-1), rtol=1e-4, atol=1e-7)
        low = less.mean(axis=-1) - t * less.std(axis=-1, ddof=1) / 2
        np.testing.assert_allclose(arrays["gains"][:, way - 1, :, 1], low, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize(("slug", "kinds"), [("digits_halves", (5, 5)), ("digits_unrelated", (10, 10))])
def test_digits_show_one_of_each_class(slug: str, kinds: tuple[int, int]) -> None:
    made = view_parts(study(pair=slug, seeds="2"), threading.Event())
    header, arrays = next(made)
    made.close()
    for name, many in zip(("source", "target"), kinds, strict=True):
        assert arrays[name].shape == (many, 64)
        assert arrays[f"{name}_kind"].tolist() == list(range(many))
    assert header["digits"] == ((0, 5) if slug == "digits_halves" else (0, 0))
    assert header["similar"] == (slug == "digits_halves")


@pytest.mark.parametrize(("last", "frozen"), [(1, 2), (2, 1), (3, 0), (7, 0)])
def test_trained_layers_are_counted_from_the_last(last: int, frozen: int) -> None:
    made = view_parts(study(last=last), threading.Event())
    assert next(made)[0]["frozen"] == frozen
    made.close()


def test_it_is_given_up_soon() -> None:
    stop, heard = threading.Event(), []
    for header, _ in view_parts(study(steps=5000, seeds="16"), stop):
        heard.append(header)
        if header.get("done"):
            stop.set()
    assert heard[-1]["kind"] != "whole" and heard[-1]["done"] < 0.5


def test_networks_that_learn_beside_it_do_not_matter_and_no_hidden_layer_is_refused() -> None:
    with_one = Study("xor", shape={"hidden": (6, 5)}, learners=(Learner(Run("adam")),), view=("transfer", VALUES))
    assert request(with_one).key == request(study()).key
    assert request(study(steps=61)).key != request(study()).key
    with pytest.raises(NothingToSeeError) as refused:
        list(view_parts(Study("xor", shape={"hidden": None}, view=("transfer", VALUES)), threading.Event()))
    wording.assert_bilingual(refused.value.text)


SCRATCH = np.array([0.20, 0.22, 0.18, 0.21])
NOISE = np.array([0.002, -0.001, 0.0, -0.002])


def verdict(ways: tuple[str, ...], tuned: float, frozen: float) -> int:
    """Of final mistakes that differ from those from scratch by constants, nearly."""
    return judged(10, ways, np.stack([SCRATCH, SCRATCH + tuned + NOISE, SCRATCH + frozen - NOISE])).verdict


@pytest.mark.parametrize(
    ("ways", "tuned", "frozen", "said"),
    [
        (("frozen",), -0.05, -0.10, 1),  # better than both
        (("frozen",), -0.10, -0.10, 0),  # as good as another
        (("frozen",), -0.10, -0.05, -1),  # better than scratch, but worse than another
        (("frozen",), 0.05, 0.10, -1),
        (("tuned",), -0.05, 0.0, 1),
        (("tuned",), 0.0, 0.05, 0),
        (("scratch", "tuned"), 0.1, 0.05, 1),  # one of the two is enough
        (("scratch", "tuned"), -0.1, -0.05, 1),
        (("scratch", "tuned"), 0.0, 0.0, 0),
        (("scratch", "tuned"), 0.05, -0.05, -1),
    ],
)
def test_advice_holds_where_no_other_way_is_as_good(
    ways: tuple[str, ...], tuned: float, frozen: float, said: int
) -> None:
    assert verdict(ways, tuned, frozen) == said


def test_margins_are_those_of_the_way_that_carries_the_verdict() -> None:
    """The best on average may be the less certain one."""
    wild = np.array([-0.3, 0.5, -0.6, 0.2]) * 0.3
    final = np.stack([SCRATCH + wild - 0.02, SCRATCH, SCRATCH + 0.05 + NOISE])
    found = judged(300, ("scratch", "tuned"), final)
    assert found.verdict == 1
    ((way, rival, mean, low, high),) = found.margins
    assert (way, rival) == ("tuned", "frozen")
    assert mean == pytest.approx(0.05 + NOISE.mean()) and 0 < low < mean < high


def test_the_lectures_advice() -> None:
    assert advised(True, True) == ("frozen",)
    assert advised(True, False) == ("tuned",)
    assert advised(False, True) == advised(False, False) == ("scratch", "tuned")
