"""Transfer: what is made of points, which weights a target begins from, and what stays where it is."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import wording

from visualizer.networks import Architecture, Points, Recipe, sample, train
from visualizer.networks import transfer as of
from visualizer.networks.evaluate import evaluate
from visualizer.networks.intervals import paired
from visualizer.simulate.tiles import Cancelled
from visualizer.spec import Text

NET = Architecture(2, (12, 12), 2, norm="batch")
RECIPE = Recipe("adam", {"lr": 0.02})
NAMED = Text("", "")


def moons(seed: int, target: bool = False) -> Points:
    return sample("moons", 80, 170, noise=0.15, seed=2 * seed + target)


PAIR = of.Pair(NAMED, NAMED, "moons", moons, lambda seed: of.turned(moons(seed, True), 40.0))
PLAN = of.Plan(sizes=(6, 80), seeds=4, steps=120, taught=300, shown=6, recipe=RECIPE)


@cache
def told() -> tuple[of.Transferred, list[float]]:
    heard: list[float] = []
    return of.transferred(PAIR, NET, PLAN, progress=heard.append), heard


@cache
def digits() -> Points:
    return sample("digits", 400, 300)


def used(points: Points) -> int:
    return points.train + points.test


def test_turning_is_a_rotation() -> None:
    points = moons(0)
    found = of.turned(points, 90.0)
    assert found.x[:, 0] == pytest.approx(-points.x[:, 1], abs=1e-6)
    assert found.x[:, 1] == pytest.approx(points.x[:, 0], abs=1e-6)
    back = of.turned(of.turned(points, 40.0), -40.0)
    assert back.x == pytest.approx(points.x, abs=1e-6)
    assert np.array_equal(found.y, points.y)


def test_a_mirror_changes_left_and_right_of_each_digit() -> None:
    points = digits()
    found = of.mirrored(points)
    for place in (0, 5, 650):
        assert np.array_equal(found.x[place].reshape(8, 8), np.fliplr(points.x[place].reshape(8, 8)))
    assert np.array_equal(of.mirrored(found).x, points.x)


def test_noise_has_its_deviation_and_leaves_the_room_empty() -> None:
    points = digits()
    change = of.noisier(points, 0.4, 1).x - points.x
    assert not change[used(points) :].any()
    own = change[: used(points)]
    assert abs(own.std() - 0.4) < 4 * 0.4 / np.sqrt(2 * own.size)
    assert abs(own.mean()) < 4 * 0.4 / np.sqrt(own.size)


def test_classes_are_picked_and_counted_from_0() -> None:
    """Red when the digits' own labels stay, when training and test points mix, or when the order is not that given."""
    points, classes = digits(), (7, 5, 9)
    found = of.only(points, classes)
    names = points.y[: used(points)].argmax(axis=1)
    kept = [place for place in range(used(points)) if names[place] in classes]
    assert used(found) == len(kept)
    assert found.train == sum(place < 400 for place in kept)
    assert found.y.shape == (points.room, 3)
    for at, place in enumerate(kept):
        assert np.array_equal(found.x[at], points.x[place])
        assert found.y[at].tolist() == [float(names[place] == name) for name in classes]
    assert not found.y[len(kept) :].any()
    assert not found.x[len(kept) :].any()
    assert found.rows.sum(axis=1) == pytest.approx(1.0, abs=1e-5)


def test_disturbed_labels_stay_within_the_classes() -> None:
    points = sample("digits", 400, 300, mislabeled=0.5)
    found = of.only(points, range(5))
    assert (found.y[: used(found)].sum(axis=1) == 1).all()
    assert (found.y != found.clean).any()
    assert np.array_equal(found.y[found.train :], found.clean[found.train :])


def test_small_targets_are_the_beginning_of_large_ones() -> None:
    points = digits()
    small, rest = of.first(points, 30), of.later(points, 300)
    assert (small.train, small.test, rest.train, rest.test) == (30, 300, 100, 300)
    assert np.array_equal(small.x[:30], points.x[:30])
    assert np.array_equal(rest.x[:100], points.x[300:400])
    for part in (small, rest):
        assert np.array_equal(part.x[part.train : used(part)], points.x[400:700])
        assert np.array_equal(part.y[part.train : used(part)], points.y[400:700])
    with pytest.raises(ValueError, match="at least one"):
        of.later(points, 400)


def test_dealt_out_labels_say_nothing() -> None:
    """As many of each, and by chance right as often as a guess; each point keeps its input."""
    points = digits()
    found = of.relabeled(points, 0)
    n = used(points)
    assert np.array_equal(found.y[:n].sum(axis=0), points.y[:n].sum(axis=0))
    assert np.array_equal(found.x, points.x)
    hits = (found.y[:n] * points.y[:n]).sum()
    assert abs(hits - n * 0.1) < 4 * np.sqrt(n * 0.09)


@pytest.mark.parametrize("name", of.PAIRS)
def test_pairs_fit_one_network_and_share_no_point(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No target is tested, or trained, with what its source was taught; noise would hide it."""
    monkeypatch.setattr(of, "noisier", lambda points, sigma, seed: points)
    pair = of.PAIRS[name]
    wording.assert_bilingual(pair.title, pair.notes)
    source, target = pair.source(3), pair.target(3)
    network = pair.network()
    for points in (source, target):
        assert points.x.shape[1] == network.inputs
        assert points.y.shape[1] == network.outputs
        assert points.room == source.room
        assert points.test >= 300
    assert target.train >= max(of.Plan().sizes)
    unmade = {"digits_mirrored": of.mirrored, "moons_turned": lambda found: of.turned(found, -30.0)}
    same = unmade.get(name, lambda found: found)(target)
    seen = {row.tobytes() for row in source.x[: source.train].round(3)}
    shared = sum(row.tobytes() in seen for row in same.x[: used(same)].round(3))
    assert shared == 0


def test_a_source_begins_a_target_bit_for_bit() -> None:
    points = moons(0)
    source = train(NET, points, [RECIPE], 60, shown=2)[0].theta[-1]
    for kept in range(4):
        start = of.begun(NET, source, kept, 7)
        run = train(NET, points, [replace(RECIPE, seed=7, start=start)], 10, shown=2)[0]
        for part in NET.parts:
            theirs = source if part.layer < kept else NET.start(7).astype(np.float32)
            assert np.array_equal(run.theta[0][part.place], theirs[part.place])


@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_frozen_layers_stay_and_others_move(optimizer: str) -> None:
    """Decay, penalties and momentum included: not by a bit."""
    start = NET.start(5)
    recipe = Recipe(optimizer, {"lr": 0.02}, l1=0.01, l2=0.1, jitter=0.1, start=start, frozen=2)
    theta = train(NET, moons(0), [recipe], 40, shown=4)[0].theta
    for part in NET.parts:
        moved = (theta[1:, part.place] != theta[0, part.place]).any()
        assert moved == (part.layer >= 2), part


def test_curves_are_those_of_the_three_ways() -> None:
    found, heard = told()
    assert found.loss.shape == found.mistakes.shape == (3, 2, 4, 7, 2)
    assert found.at.tolist() == [0, 20, 40, 60, 80, 100, 120]
    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(1.0)
    source = train(NET, PAIR.source(2), [replace(RECIPE, seed=6)], 300, shown=1)[0].theta[-1]
    points = of.first(PAIR.target(2), 6)
    recipes = [replace(RECIPE, seed=2), *(replace(RECIPE, seed=2, start=source, frozen=layers) for layers in (0, 2))]
    for way, run in enumerate(train(NET, points, recipes, 120, shown=6)):
        scores = evaluate(NET, points, run.theta)
        assert found.loss[way, 0, 2] == pytest.approx(scores.loss, rel=1e-6)
        assert found.mistakes[way, 0, 2] == pytest.approx(scores.mistakes, abs=1e-7)
    assert found.taught[2] == pytest.approx(evaluate(NET, PAIR.source(2), source).mistakes[0], abs=1e-7)
    by_hand = paired(found.mistakes[0, 0, :, -1, 1], found.mistakes[1, 0, :, -1, 1])
    assert found.gain("tuned").mean[0] == pytest.approx(by_hand.mean)
    assert found.gain("tuned").low[0] == pytest.approx(by_hand.low)


def test_a_related_source_helps_where_the_target_is_small() -> None:
    """Six points of moons turned by 20 degrees: it begins far below guessing, and ends below a start from scratch."""
    pair = replace(PAIR, target=lambda seed: of.turned(moons(seed, True), 20.0))
    found = of.transferred(pair, NET, replace(PLAN, sizes=(6,), seeds=8)).mistakes[:, 0, :, :, 1].mean(axis=1)
    assert found[1, 0] < found[0, 0] - 0.2
    assert found[1, -1] < found[0, -1] - 0.03


def test_a_fresh_last_layer_is_neither_the_sources_nor_its_first() -> None:
    """The source's features grew up with their own last layer: where both have one seed, that is not a fresh one."""
    plan = replace(PLAN, sizes=(80,), seeds=2, steps=2, shown=1)
    found = of.transferred(replace(PAIR, fresh=True), NET, plan)
    for seed in range(2):
        recipe = replace(RECIPE, seed=2 + seed)
        theta = train(NET, PAIR.source(seed), [recipe], 300, shown=1)[0].theta[-1].copy()
        last = NET.trained(2) > 0
        theta[last] = NET.start(seed)[last]
        ours = found.loss[1:, 0, seed, 0]
        assert ours == pytest.approx(np.stack([evaluate(NET, PAIR.target(seed), theta).loss[0]] * 2), rel=1e-5)


def test_targets_that_are_too_small_are_refused_and_work_is_given_up() -> None:
    with pytest.raises(ValueError, match="80 points"):
        of.transferred(PAIR, NET, replace(PLAN, sizes=(81,)))
    stop = threading.Event()
    with pytest.raises(Cancelled):
        of.transferred(PAIR, NET, PLAN, cancel=stop, progress=lambda share: stop.set())
