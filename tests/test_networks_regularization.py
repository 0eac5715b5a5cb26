"""Training with and without one change: what is split, chosen and compared, and what robustly comes of it."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import wording

from visualizer.networks import Architecture, Points, Recipe, bias, changes, sample, train
from visualizer.networks import regularization as of
from visualizer.networks.evaluate import answers, evaluate
from visualizer.networks.intervals import paired
from visualizer.simulate.tiles import Cancelled
from visualizer.spec import HyperError

NET = Architecture(2, (12, 12), 2, norm="batch")
BASE = changes.Setting(NET, Recipe("adam", {"lr": 0.02}), "moons", 40, 210, noise=0.35, steps=600)
SEEDS = (3, 4, 5, 6, 7, 8, 9, 10)
CHANGED = ("l2", "l1", "dropout", "jitter", "mislabeled")
VALUES = {"l2": 0.03, "l1": 0.01, "dropout": 0.5, "jitter": 0.3, "mislabeled": 0.3}


@cache
def told() -> tuple[dict[str, of.Curves], list[float]]:
    heard: list[float] = []
    settings = [BASE, *(changes.CHANGES[name].apply(BASE, VALUES[name]) for name in CHANGED)]
    found = of.curves(settings, SEEDS, progress=heard.append)
    return dict(zip(("plain", *CHANGED), found, strict=True)), heard


def blamed(points: Points, part: slice) -> Points:
    """With the other label on some points."""
    y = points.y.copy()
    y[part] = 1.0 - y[part]
    return replace(points, y=y)


def test_test_points_are_halved() -> None:
    points = sample("moons", 40, 211)
    validation, test = of.halves(points)
    assert (validation.train, validation.test, test.train, test.test) == (40, 105, 40, 106)
    for half, part in ((validation, slice(40, 145)), (test, slice(145, 251))):
        end = 40 + half.test
        assert np.array_equal(half.x[:40], points.x[:40])
        assert np.array_equal(half.y[:40], points.y[:40])
        assert np.array_equal(half.x[40:end], points.x[part])
        assert np.array_equal(half.y[40:end], points.y[part])
        assert np.array_equal(half.clean[40:end], points.clean[part])


def test_the_lowest_validation_loss_stops() -> None:
    assert of.best(np.array([3.0, 1.0, 2.0, 1.0])) == 1
    assert of.best(np.array([3.0, 2.0, np.nan, np.inf])) == 1
    assert of.best(np.array([np.nan, np.nan])) == 0


def test_early_stopping_never_looks_at_the_test_points() -> None:
    """With other labels on the test half it stops where it did; on the validation half, elsewhere."""
    points = BASE.points(3)
    run = train(NET, points, [replace(BASE.recipe, seed=3)], BASE.steps)[0]

    def scored(these: Points) -> tuple[np.ndarray, np.ndarray, int]:
        _, _, loss, mistakes, _ = of._scored(BASE, these, run)
        return loss, mistakes, of.best(loss[:, of.VALIDATION])

    loss, _, stop = scored(points)
    spoiled, _, same = scored(blamed(points, slice(145, 250)))
    assert same == stop
    assert not np.allclose(spoiled[:, of.TEST], loss[:, of.TEST])
    assert np.array_equal(spoiled[:, of.VALIDATION], loss[:, of.VALIDATION])
    assert scored(blamed(points, slice(40, 145)))[2] != stop
    # Here the choice by test points is another one: a mistake that swaps the halves would show.
    assert loss[:, of.TEST].argmin() != stop


def test_curves_are_scores_of_the_halves() -> None:
    found, points = told()[0]["plain"], BASE.points(4)
    run = train(NET, points, [replace(BASE.recipe, seed=4)], BASE.steps)[0]
    assert found.at.tolist() == run.at.tolist()
    for column, half in ((of.VALIDATION, 0), (of.TEST, 1)):
        scores = evaluate(NET, of.halves(points)[half], run.theta)
        assert found.loss[1, :, column] == pytest.approx(scores.loss[:, 1], rel=1e-5)
        assert found.mistakes[1, :, column] == pytest.approx(scores.mistakes[:, 1], abs=1e-6)
        assert found.loss[1, :, of.TRAIN] == pytest.approx(scores.loss[:, 0], rel=1e-4, abs=1e-6)
    weights = np.abs(np.concatenate([run.theta[-1][part.place] for part in NET.parts if part.name == "weight"]))
    assert found.zeros[1, -1] == pytest.approx(np.mean(weights < weights.max() / 1000))
    assert (found.stop == found.loss[:, :, of.VALIDATION].argmin(axis=1)).all()
    assert (found.chosen == len(found.at) - 1).all()


def test_a_comparison_pairs_its_seeds() -> None:
    found = of.compared(BASE, "l2", VALUES["l2"], SEEDS)
    plain, changed = told()[0]["plain"], told()[0]["l2"]
    assert found.plain.loss == pytest.approx(plain.loss, rel=1e-6)
    assert found.changed.loss == pytest.approx(changed.loss, rel=1e-6)
    by_hand = paired(changed.loss[:, -1], plain.loss[:, -1])
    assert found.difference().mean == pytest.approx(by_hand.mean, rel=1e-6)
    assert found.difference().high == pytest.approx(by_hand.high, rel=1e-5)
    gap = (changed.loss - plain.loss)[:, -1]
    assert found.gaps().mean == pytest.approx((gap[:, of.TEST] - gap[:, of.TRAIN]).mean(), rel=1e-5)


def test_early_stopping_compares_one_run_with_itself() -> None:
    found = of.compared(BASE, "stopping", seeds=SEEDS)
    assert np.array_equal(found.plain.loss, found.changed.loss)
    assert np.array_equal(found.changed.chosen, found.plain.stop)
    stop = found.plain.stop
    assert np.array_equal(found.changed.scores()[1], found.plain.loss[1, stop[1]])
    off = of.compared(BASE, "stopping", 0.0, seeds=SEEDS[:1])
    assert np.array_equal(off.changed.chosen, off.plain.chosen)


@pytest.mark.parametrize("name", changes.CHANGES)
def test_a_dial_at_its_end_changes_nothing(name: str) -> None:
    change = changes.CHANGES[name]
    wording.assert_bilingual(change.title, change.notes, change.dial.doc)
    assert change.apply(BASE, change.without) == BASE
    assert change.stopped or change.apply(BASE, change.dial.default) != BASE
    change.apply(BASE, change.dial.default).points(0)


def test_decoupled_decay_is_the_twins() -> None:
    """One step of both from one place: apart by lr lambda theta, and by nothing else."""
    start = 3.0 * NET.start(1)
    setting = replace(BASE, recipe=Recipe("adam", {"lr": 0.01}, start=start))
    changed = changes.decayed(setting, 0.5)
    assert changed.recipe.optimizer == "adamw"
    plain, other = (run.theta[1] for run in train(NET, BASE.points(0), [setting.recipe, changed.recipe], 1))
    assert other - plain == pytest.approx(-0.01 * 0.5 * start, abs=2e-6)


def test_rules_have_twins_with_the_same_dials() -> None:
    for rule, hyper in (("momentum", {"lr": 0.1, "momentum": 0.8}), ("sgd", {"lr": 0.1})):
        found = changes.decayed(replace(BASE, recipe=Recipe(rule, hyper)), 0.5).recipe
        assert found.optimizer == "sgdw"
        assert found.hyper == {"lr": 0.1, "momentum": hyper.get("momentum", 0.0), "weight_decay": 0.5}
    with pytest.raises(ValueError, match="twin"):
        changes.decayed(replace(BASE, recipe=Recipe("adagrad")), 0.1)


def test_narrow_layers_keep_a_unit() -> None:
    assert changes.narrowed(BASE, 0.25).network.hidden == (3, 3)
    assert changes.narrowed(BASE, 0.01).network.hidden == (1, 1)


def test_unknown_changes_and_values_are_refused() -> None:
    with pytest.raises(ValueError, match="change"):
        of.compared(BASE, "prayer")
    with pytest.raises(HyperError):
        of.compared(BASE, "dropout", 1.0)


def test_work_is_told_and_can_be_given_up() -> None:
    heard = told()[1]
    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(1.0)
    stop = threading.Event()
    with pytest.raises(Cancelled):
        of.compared(BASE, "l2", seeds=SEEDS, cancel=stop, progress=lambda share: stop.set())


def test_a_large_network_learns_few_points_by_heart() -> None:
    """And what holds it back narrows the gap: stopping, penalties, jitter. Wrong labels do harm."""
    found = told()[0]
    gap, loss = found["plain"].gap().mean(), found["plain"].scores()[:, of.TEST].mean()
    assert gap > 0.5
    assert found["plain"].gap(where="stop").mean() < 0.5 * gap
    for name in ("l2", "l1", "jitter"):
        assert found[name].gap().mean() < 0.75 * gap
        assert found[name].scores()[:, of.TEST].mean() < loss - 0.2
    wrong = found["mislabeled"].scores("mistakes")[:, of.TEST]
    assert wrong.mean() > found["plain"].scores("mistakes")[:, of.TEST].mean() + 0.1


def test_penalties_on_sizes_empty_the_network() -> None:
    found = told()[0]
    assert found["l1"].zeros[:, -1].mean() > found["plain"].zeros[:, -1].mean() + 0.2


def test_bias_and_variance_are_those_of_known_predictions() -> None:
    """Answers b(x) off the truth with deviation s: estimates near b^2 and s^2; their sum is the error, exactly."""
    rng = np.random.default_rng(0)
    x = np.linspace(-1, 1, 50)
    truth = np.sin(3 * x)[:, None]
    given = truth + 0.3 * x[:, None] + 0.5 * rng.normal(size=(400, 6, 50, 1))
    found = bias.bias_variance(given, truth)
    assert found.bias.shape == (400,)
    assert found.bias + found.variance == pytest.approx(found.error, rel=1e-12)
    for ours, known in ((found.bias, (0.09 * x**2).mean()), (found.variance, 0.25)):
        assert abs(ours.mean() - known) < 4 * ours.std() / np.sqrt(400)


def test_predictions_are_of_new_points_each() -> None:
    setting, x = replace(BASE, steps=30), np.random.default_rng(0).normal(size=(9, 2))
    found = bias.predictions(setting, x, draws=2, repeats=2)
    assert found.shape == (2, 2, 9, 2)
    points = setting.points(3)
    theta = train(NET, points, [replace(setting.recipe, seed=3)], 30)[0].theta[-1]
    assert found[1, 1] == pytest.approx(answers(NET, points, theta, x)[0], abs=1e-6)
    assert np.ptp(found.reshape(4, -1), axis=0).min() > 0
