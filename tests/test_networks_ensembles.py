"""Ensembles of networks, snapshots of one run, means of parameters, against NumPy in double precision."""

from __future__ import annotations

import threading
from functools import cache

import numpy as np
import pytest
from scipy import stats

from visualizer import schedule
from visualizer.networks import Architecture, Points, Recipe, Training, sample, train
from visualizer.networks import ensembles as of
from visualizer.networks.evaluate import answers, evaluate
from visualizer.networks.intervals import paired, student
from visualizer.simulate.tiles import Cancelled

NET = Architecture(2, (12, 12), 2, norm="batch")
CURVE = Architecture(1, (12,), 1, task="values")
RECIPE = Recipe("adam", {"lr": 0.02})
CYCLES = of.Cycles(4, 60)


@cache
def moons() -> Points:
    return sample("moons", 60, 190, noise=0.3)


@cache
def seeds() -> np.ndarray:
    return of.ends(train(NET, moons(), of.seeded(RECIPE, range(5)), 200, shown=1))


@cache
def turned() -> Training:
    return of.snapshots(NET, moons(), [RECIPE], CYCLES)[0]


def softmax(logits: np.ndarray) -> np.ndarray:
    e = np.exp(logits.astype(np.float64))
    return e / e.sum(axis=-1, keepdims=True)


def test_an_ensemble_averages_probabilities() -> None:
    """Red when logits are averaged, or the logarithms."""
    points = moons()
    p = softmax(answers(NET, points, seeds(), points.x[:250]))
    found = of.judged(NET, points, seeds())
    for k in range(1, 6):
        mean = p[:k].mean(axis=0)
        loss = -np.log(mean[points.y[:250] > 0])
        wrong = mean.argmax(axis=1) != points.y[:250].argmax(axis=1)
        for column, part in enumerate((slice(60), slice(60, 250))):
            assert found.first.loss[k - 1, column] == pytest.approx(loss[part].mean(), rel=1e-9)
            assert found.first.mistakes[k - 1, column] == pytest.approx(wrong[part].mean(), abs=1e-12)
    assert np.array_equal(found.whole.loss, found.first.loss[-1])


def test_members_are_scored_as_networks_are() -> None:
    ours, theirs = of.judged(NET, moons(), seeds()).members, evaluate(NET, moons(), seeds())
    assert ours.loss == pytest.approx(theirs.loss, rel=1e-4, abs=1e-6)
    assert ours.mistakes == pytest.approx(theirs.mistakes, abs=1e-6)


def test_an_ensemble_is_never_above_its_members_mean() -> None:
    """Jensen; also of networks that never learned, and of one network many times, where both are equal."""
    untrained = np.stack([4.0 * NET.start(seed) for seed in range(6)])
    for thetas in (seeds(), untrained):
        found = of.judged(NET, moons(), thetas)
        means = np.cumsum(found.members.loss, axis=0) / np.arange(1, len(thetas) + 1)[:, None]
        assert (found.first.loss <= means + 1e-12).all()
        assert (found.first.loss[-1] < means[-1] - 1e-3).all()
    same = of.judged(NET, moons(), np.stack([seeds()[0]] * 3))
    assert same.whole.loss == pytest.approx(same.members.loss[0], rel=1e-12)


def test_improbable_labels_have_a_finite_loss() -> None:
    """exp(-1000) is 0 in double precision; its logarithm must not be taken."""
    logs = of.mixtures(NET, np.array([[[1000.0, 0.0]], [[1000.0, 0.0]]]))
    assert logs[-1, 0].tolist() == [0.0, -1000.0]


def test_values_gain_what_members_vary() -> None:
    """Krogh and Vedelsby 1995: the members' mean squared error is the ensemble's plus their variance, exactly."""
    points = sample("wave", 40, 200)
    thetas = np.stack([CURVE.start(seed) for seed in range(5)])
    found = of.judged(CURVE, points, thetas)
    seen = of.disagreement(CURVE, points, thetas, points.x[:240])
    spread = np.array([seen.spread[:40].mean(), seen.spread[40:].mean()])
    assert found.members.loss.mean(axis=0) == pytest.approx(found.whole.loss + spread, rel=1e-9)
    given = answers(CURVE, points, thetas, points.x[:240]).astype(np.float64)
    assert seen.answer == pytest.approx(given.mean(axis=0), abs=1e-12)
    assert seen.pairs is None


def test_disagreement_counts_pairs_and_information() -> None:
    points, asked = moons(), np.random.default_rng(0).normal(size=(80, 2))
    seen = of.disagreement(NET, points, seeds(), asked)
    p = softmax(answers(NET, points, seeds(), asked))
    named = p.argmax(axis=2)
    pairs = [(named[i] != named[j]) for i in range(5) for j in range(i)]
    assert seen.pairs == pytest.approx(np.mean(pairs, axis=0), abs=1e-12)
    mean = p.mean(axis=0)
    kl = (p * (np.log(p) - np.log(mean))).sum(axis=2).mean(axis=0)  # the same information, as a divergence
    assert seen.spread == pytest.approx(kl, abs=1e-9)
    assert seen.answer == pytest.approx(mean, abs=1e-12)
    assert 0 < np.mean(seen.pairs) < 1


def test_a_snapshot_ensembles_members_are_at_the_ends_of_cycles() -> None:
    """The rate of the update before is the lowest of its cycle, that after it the highest; red when off by a step."""
    slug, dials = CYCLES.schedule
    rates = np.asarray(schedule(slug, {**dials, "lr": 0.02}, CYCLES.steps).lr)
    closed = 0.01 * (1 + np.cos(np.pi * (np.arange(240) % 60) / 60))
    assert rates == pytest.approx(closed, abs=1e-9)
    run = turned()
    members = CYCLES.members(run)
    for k, end in enumerate((60, 120, 180, 240)):
        assert end in run.at
        assert np.array_equal(members[k], run.theta[list(run.at).index(end)])
        assert closed[end - 1] == closed[end - 60 : end].min()
        assert closed[end % 240] == closed.max()
    straight = np.linalg.norm(np.diff(run.theta, axis=0), axis=1)
    before = [straight[list(run.at).index(end) - 1] for end in (60, 120, 180)]
    after = [straight[list(run.at).index(end)] for end in (60, 120, 180)]
    assert max(before) < 0.2 * min(after)


@pytest.mark.parametrize(("count", "length"), [(5, 400), (4, 499), (3, 7), (1, 1), (6, 333), (150, 2)])
def test_cycle_ends_are_among_the_snapshots(count: int, length: int) -> None:
    cycles = of.Cycles(count, length)
    stride = max(1, -(-cycles.steps // cycles.shown))  # what train makes of it
    assert length % stride == 0
    assert cycles.shown <= max(100, count)


def test_no_cycles_are_refused() -> None:
    with pytest.raises(ValueError, match="cycles"):
        of.Cycles(0, 10)


def test_weight_averaging_is_the_mean_of_the_tail() -> None:
    run = turned()
    late = run.theta[run.at >= 180].astype(np.float64)
    assert len(late) == sum(at >= 180 for at in run.at)
    assert np.array_equal(of.tail(run, 0.25), run.theta[-len(late) :])
    assert of.mean_weights(of.tail(run, 0.25)) == pytest.approx(late.sum(axis=0) / len(late), rel=1e-12)
    assert np.array_equal(of.tail(run, 0.0), run.theta[-1:])


@pytest.mark.parametrize("norm", ["batch", "layer"])
def test_permuted_units_are_the_same_function(norm: str) -> None:
    """Red when biases, gains or the next layer's inputs stay in the old order."""
    network = NET if norm == "batch" else Architecture(1, (12,), 1, norm="layer", task="values")
    points = moons() if norm == "batch" else sample("wave", 40, 200)
    theta = network.start(3) + 0.3 * np.random.default_rng(0).normal(size=network.size)
    other = of.permuted(network, theta, 1)
    assert np.abs(other - theta).max() > 0.1
    both = answers(network, points, np.stack([theta, other]), points.x[:100])
    assert both[1] == pytest.approx(both[0], abs=1e-4)


def test_the_mean_of_parameters_needs_one_order_of_units() -> None:
    """One run's snapshots can be averaged; independent networks, or one network and its permutation, can not."""
    path = evaluate(NET, moons(), of.mean_weights(of.tail(turned(), 0.25))).mistakes[0, 0]
    assert path < 0.12
    strangers = evaluate(NET, moons(), of.mean_weights(seeds())).mistakes[0, 0]
    twin = np.stack([of.permuted(NET, seeds()[0], seed) for seed in range(8)])
    twins = evaluate(NET, moons(), of.mean_weights(twin)).mistakes[0, 0]
    assert min(strangers, twins) > path + 0.05


def test_all_ways_are_measured_over_repeats() -> None:
    told: list[float] = []
    found = of.measured(
        NET,
        lambda seed: sample("moons", 60, 190, noise=0.3, seed=seed),
        RECIPE,
        members=3,
        steps=240,
        repeats=3,
        progress=told.append,
    )
    assert tuple(found) == of.WAYS
    assert all(scores.loss.shape == scores.mistakes.shape == (3, 2) for scores in found.values())
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    assert (found["ensemble"].loss <= found["single"].loss).all()
    assert found["weights"].mistakes[:, 0].mean() > found["single"].mistakes[:, 0].mean() + 0.05
    points = sample("moons", 60, 190, noise=0.3, seed=1)
    runs = train(NET, points, of.seeded(RECIPE, (3, 4, 5)), 240)
    assert found["ensemble"].loss[1] == pytest.approx(of.judged(NET, points, of.ends(runs)).whole.loss, rel=1e-9)


def test_measuring_can_be_given_up() -> None:
    stop = threading.Event()
    with pytest.raises(Cancelled):
        of.measured(
            NET, lambda seed: moons(), RECIPE, members=2, steps=240, cancel=stop, progress=lambda share: stop.set()
        )


def test_intervals_are_students() -> None:
    values = np.random.default_rng(0).normal(size=(7, 2))
    found = student(values)
    for column in range(2):
        low, high = stats.ttest_1samp(values[:, column], 0.0).confidence_interval(0.95)
        assert (found.low[column], found.high[column]) == pytest.approx((low, high), rel=1e-9)
    other = np.random.default_rng(1).normal(size=(7, 2))
    low, high = stats.ttest_rel(values[:, 0], other[:, 0]).confidence_interval(0.95)
    ours = paired(values, other)
    assert (ours.low[0], ours.high[0]) == pytest.approx((low, high), rel=1e-9)
    assert student(values[:1]).high[0] == np.inf
