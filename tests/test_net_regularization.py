"""The view of regularization: what is compared, what is counted of it, and what it then says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats

from visualizer.networks import Recipe, bias, changes, regularization, train, viewing
from visualizer.networks.changes import CHANGES
from visualizer.networks.intervals import Interval
from visualizer.networks.recent import trained
from visualizer.networks.study import Learner, Study
from visualizer.networks.views import _regularizing as modes
from visualizer.scenario import Run
from visualizer.simulate import compiled
from visualizer.spec import HyperError

ADAM = Learner(Run("adam", {"lr": 0.02}), {"seed": 3})
STUDY = Study("moons", {"train": 30, "noise": 0.35, "draw": 5}, {"hidden": (12, 12)}, 90, (ADAM,))
WAVE = Study("wave", {"train": 20}, {"hidden": (12,)}, 60, (ADAM,))


def seen(study: Study, **values: Any) -> Study:
    return replace(study, view=("regularization", {"seeds": "4", **values}))


@cache
def parts(mode: str, change: str = "l2") -> list[Any]:
    study = WAVE if mode == "bias" else STUDY
    return list(viewing.view_parts(seen(study, mode=mode, change=change), threading.Event()))


def of(found: list[Any], kind: str) -> list[Any]:
    return [part for part in found if part[0].get("of") == kind]


def cross_entropy(study: Study, theta: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    """Of a ReLU network, in double precision."""
    h = x.astype(np.float64)
    arrays = [theta[part.place].reshape(part.shape).astype(np.float64) for part in study.network.parts]
    for k in range(0, len(arrays), 2):
        h = h @ arrays[k] + arrays[k + 1]
        h = np.maximum(h, 0.0) if k < len(arrays) - 2 else h
    top = h.max(axis=1, keepdims=True)
    return float((np.log(np.exp(h - top).sum(axis=1)) + top[:, 0] - (h * y).sum(axis=1)).mean())


def test_the_first_seed_is_the_network_on_the_page() -> None:
    """Red when seeds start at 0, or when the points are not the study's."""
    run = trained(STUDY)[0]
    ((header, arrays),) = of(parts("one"), "answers")
    assert header["at"][-1] == STUDY.steps
    assert arrays["without"].shape == arrays["with"].shape == (len(header["at"]), 64 * 64, 1)
    points = STUDY.points
    assert (arrays["classes"] == points.y[:30].argmax(axis=1)).all()
    (_, first), *_ = of(parts("one"), "seed")
    middle = points.train + 400
    for k, part in enumerate((slice(0, 30), slice(30, middle), slice(middle, middle + 400))):
        by_hand = cross_entropy(STUDY, run.theta[-1], points.x[part], points.y[part])
        assert first["loss"][0, -1, k] == pytest.approx(by_hand, rel=1e-4)


def test_the_table_is_of_differences_of_seeds() -> None:
    """Against SciPy's paired t-test."""
    found = of(parts("one"), "seed")
    loss = np.stack([arrays["loss"][:, -1] for _, arrays in found])  # (seeds, sides, points)
    table = {row["name"]: row for row in found[-1][0]["table"]}
    pairs = {"train": loss[:, :, 0], "test": loss[:, :, 2], "gap": loss[:, :, 2] - loss[:, :, 0]}
    for name, values in pairs.items():
        test = stats.ttest_rel(values[:, 1], values[:, 0])
        low, high = test.confidence_interval()
        assert table[name]["difference"][:3] == pytest.approx([np.diff(values).mean(), low, high], rel=1e-4, abs=1e-7)
        assert table[name]["with"][0] == pytest.approx(values[:, 1].mean(), rel=1e-5)
    assert [header["place"] for header, _ in found] == [0, 1, 2, 3]
    assert found[0][0]["table"][0]["difference"][1:3] == [None, None]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((-0.2, -0.3, -0.1, 8), "helps"),
        ((0.2, 0.1, 0.3, 8), "hurts"),
        ((-0.2, -0.5, 0.1, 8), "unknown"),
        ((0.0, 0.0, 0.0, 8), "same"),
        ((-0.2, -np.inf, np.inf, 1), "single"),
        ((0.0, -np.inf, np.inf, 1), "same"),
        ((np.nan, np.nan, np.nan, 0), "diverged"),
    ],
)
def test_verdicts_follow_from_intervals(values: Any, said: str) -> None:
    assert regularization.verdict(Interval(*values)) == said


def test_a_change_that_was_there_is_left_out() -> None:
    for learn, change in (({"l2": 0.1}, "l2"), ({"jitter": 0.3}, "jitter")):
        setting = modes.setting_of(replace(STUDY, learners=(replace(ADAM, learn=learn),)))
        settings: list[changes.Setting] = []
        pair = modes.pair_of(setting, change, 0.02, settings)
        assert [getattr(one.recipe, change) for one in (settings[pair.without], settings[pair.with_])] == [0.0, 0.02]
    for rule in ("adamw", "adam_l2", "momentum"):
        run = Run(rule, {"weight_decay": 0.2})
        setting = modes.setting_of(replace(STUDY, learners=(Learner(run),)))
        assert changes.decayed(setting, 0.0).recipe.hyper["weight_decay"] == 0.0
        assert changes.decayed(setting, 0.5).recipe.hyper["weight_decay"] == 0.5


def test_rules_with_decoupled_decay_keep_their_name() -> None:
    assert [changes.decays(rule) for rule in ("lion", "adam", "sgd", "nesterov")] == ["lion", "adamw", "sgdw", None]


@pytest.mark.parametrize(
    ("study", "values"),
    [
        (replace(STUDY, learners=(Learner(Run("nesterov")),)), {"change": "decay"}),
        (replace(STUDY, shape={"hidden": None}), {"change": "dropout"}),
        (replace(STUDY, shape={"hidden": None}), {"change": "narrow", "mode": "sweep"}),
        (STUDY, {"mode": "bias"}),
        (WAVE, {"mode": "bias", "change": "stopping"}),
    ],
)
def test_what_cannot_be_compared_is_said(study: Study, values: dict[str, Any]) -> None:
    with pytest.raises(HyperError) as error:
        list(viewing.view_parts(seen(study, **values), threading.Event()))
    assert error.value.text.zh


def test_nobody_can_be_regularized() -> None:
    with pytest.raises(viewing.NothingToSeeError):
        list(viewing.view_parts(seen(replace(STUDY, learners=())), threading.Event()))


def test_all_changes_are_compared_with_one_plain_run() -> None:
    header, _ = parts("all")[0]
    assert header["changes"] == list(CHANGES)
    said, arrays = of(parts("all"), "changes")[-1]
    one = {row["name"]: row for row in of(parts("one"), "seed")[-1][0]["table"]}
    l2 = said["rows"][0]
    assert l2["loss"] == pytest.approx(one["test"]["difference"], rel=1e-5)
    assert arrays["loss"][0].mean() == pytest.approx(one["test"]["difference"][0], rel=1e-4, abs=1e-6)
    for row in said["rows"]:
        joint, alone = row["joint"]["loss"], row["loss"]
        ratio = stats.t.ppf(1 - 0.025 / len(CHANGES), 3) / stats.t.ppf(0.975, 3)
        assert joint[2] - joint[1] == pytest.approx(ratio * (alone[2] - alone[1]), rel=1e-6)


def test_what_is_refused_is_left_out_of_all() -> None:
    study = seen(replace(STUDY, learners=(Learner(Run("nesterov", {"lr": 0.03})),)), mode="all", seeds="1")
    header = next(iter(viewing.view_parts(study, threading.Event())))[0]
    assert "decay" not in header["changes"]
    assert list(header["refused"]) == ["decay"]


def test_a_strength_is_chosen_by_validation_and_judged_by_test() -> None:
    header, _ = parts("sweep")[0]
    said, arrays = of(parts("sweep"), "strengths")[-1]
    assert header["strengths"][header["none"]] == 0.0
    assert said["chosen"] == arrays["validation"][0].argmin()
    assert arrays["difference"][0, header["none"]] == 0.0
    mean = arrays["test"][0, said["chosen"]] - arrays["test"][0, header["none"]]
    assert said["best"][0] == pytest.approx(mean, abs=1e-5)
    default = header["strengths"].index(0.01)
    one = {row["name"]: row for row in of(parts("one"), "seed")[-1][0]["table"]}
    assert arrays["test"][:, default] == pytest.approx(one["test"]["with"][:3], rel=1e-4, abs=1e-5)


def test_early_stopping_is_swept_over_its_steps() -> None:
    said, arrays = of(parts("sweep", "stopping"), "strengths")[-1]
    assert said["at"][-1] == STUDY.steps
    assert arrays["test"].shape == (3, len(said["at"]))
    assert arrays["difference"][0, -1] == 0.0


def test_every_strength_is_on_its_dial() -> None:
    for name, change in CHANGES.items():
        if not change.stopped:
            swept = modes.strengths(name)
            assert len(set(swept)) == modes.SWEPT + 1
            assert change.without in swept
            assert all(change.dial.low <= value <= change.dial.high for value in swept)


@pytest.mark.parametrize("rule", ["adam", "momentum", "lamb"])
def test_a_narrow_network_is_trained_within_a_wide_one(rule: str) -> None:
    """As the narrow network itself is; the other units stay off, with masks and jitter too."""
    setting = modes.setting_of(STUDY)
    setting = replace(setting, recipe=Recipe(rule, dropout=0.2, jitter=0.1), steps=40)
    narrow = changes.narrowed(setting, 0.5)
    assert narrow.network.hidden == (6, 6)
    points = setting.points(0)
    within = train(narrow.program, points, [narrow.seeded(7)], 40)[0].theta
    alone = train(narrow.network, points, [replace(narrow.recipe, seed=7)], 40)[0].theta
    assert within[:, narrow.places] == pytest.approx(alone, abs=1e-4)
    rest = np.delete(within, narrow.places, axis=1)
    assert (rest == 0).all()


def test_no_dial_compiles_anything() -> None:
    parts("one")
    before = len(compiled.compiled_here)
    for values in ({"l2": 0.5}, {"change": "narrow", "narrow": 0.3}, {"change": "dropout"}, {"change": "mislabeled"}):
        list(viewing.view_parts(seen(STUDY, **values, seeds="1"), threading.Event()))
    assert len(compiled.compiled_here) == before


def test_bias_and_variance_are_of_the_same_draws() -> None:
    found = parts("bias")
    truth, x = found[0][1]["truth"], found[0][1]["x"]
    assert truth == pytest.approx(0.8 * np.sin(2 * x + x**2), abs=1e-5)
    drawn = of(found, "draw")
    answers = np.stack([arrays["answers"] for _, arrays in drawn]).astype(np.float64)
    rows = {row["name"]: row for row in drawn[-1][0]["table"]}
    for side, name in enumerate(("without", "with")):
        variance = answers[:, side].var(axis=0, ddof=1).mean()
        off = ((answers[:, side].mean(axis=0) - truth) ** 2).mean() - variance / len(drawn)
        assert rows["variance"][name][0] == pytest.approx(variance, rel=1e-3)
        assert rows["bias"][name][0] == pytest.approx(off, rel=1e-3, abs=1e-6)
    assert drawn[1][0]["table"] == []


def test_pseudo_values_have_the_mean_of_what_they_stand_for() -> None:
    """Exactly, for both are means over pairs; and their spread is at least that of the estimates (Efron and Stein)."""
    rng = np.random.default_rng(1)
    x = np.linspace(-1, 1, 30)
    truth = np.sin(3 * x)[:, None]
    given = truth + 0.3 * x[:, None] + 0.5 * rng.normal(size=(300, 12, 1, 1)) * np.cos(x)[:, None]
    whole = bias.bias_variance(given, truth)
    each = [bias.jackknifed(one, truth) for one in given]
    for name in ("bias", "variance", "error"):
        values = np.stack([getattr(one, name) for one in each])
        assert values.mean(axis=1) == pytest.approx(getattr(whole, name), rel=1e-9)
        guessed = np.sqrt((values.var(axis=1, ddof=1) / values.shape[1]).mean())
        assert 0.9 < guessed / getattr(whole, name).std() < 1.6


@pytest.mark.parametrize("mode", ["one", "all", "sweep"])
def test_it_can_be_given_up(mode: str) -> None:
    stop = threading.Event()
    stop.set()
    found = list(viewing.view_parts(seen(STUDY, mode=mode, l2=0.123), stop))
    assert [header["kind"] for header, _ in found] == ["regularization"]


def test_progress_only_grows() -> None:
    def shares(found: list[Any]) -> Iterator[float]:
        return (header["done"] for header, _ in found if "done" in header)

    for mode in ("one", "all", "sweep"):
        told = list(shares(parts(mode)))
        assert told == sorted(told)
        assert told[-1] == pytest.approx(1.0)
        assert parts(mode)[-1][0] == {"kind": "whole"}
