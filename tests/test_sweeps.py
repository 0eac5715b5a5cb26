"""Sweeps and basins: what they say of runs, in which order it comes, and how they are given up."""

from __future__ import annotations

import inspect
import threading
import time
from typing import Any

import numpy as np
import pytest

from landscapes import CATALOGUE as LANDSCAPES
from visualizer import basins, rollout, sweep
from visualizer.simulate import tiles
from visualizer.simulate.sweep import planned
from visualizer.simulate.tiles import CONVERGES, DIVERGES, OSCILLATES, Cancelled

BOWL: dict[str, Any] = {"kappa": 4.0, "theta_deg": 0.0, "lambda_min": 1.0}  # (x^2 + 4 y^2) / 2: L is 4


def test_gradient_descent_on_a_bowl_diverges_beyond_2_over_l() -> None:
    """Below 2 / L it converges, with y changing sign; a step of one length goes back and forth over the minimum."""
    rates = np.array([0.3, 0.49, 0.52, 0.6])
    found = sweep("ravine", "sgd", {"lr": rates}, (1.0, 1.0), 1000, params=BOWL)
    assert found.outcome[0].tolist() == [CONVERGES, CONVERGES, DIVERGES, DIVERGES]
    signs = sweep("ravine", "signsgd", {"lr": [0.3, 1e-4]}, (1.0, 1.0), 1000, params=BOWL)
    assert signs.outcome[0].tolist() == [OSCILLATES, CONVERGES], "between 0.1 and -0.2; still falling"


def test_the_boundary_of_heavy_ball_is_the_known_one() -> None:
    """Heavy ball is stable on a quadratic exactly below lr = 2 (1 + momentum) / L (Polyak)."""
    momenta, share = np.linspace(0.0, 0.9, 10), np.linspace(0.8, 1.2, 9)[[0, 1, 2, 3, 5, 6, 7, 8]]
    for k, momentum in enumerate(momenta):
        rates = share * 2.0 * (1.0 + momentum) / 4.0
        found = sweep("ravine", "momentum", {"lr": rates}, (1.0, 1.0), 3000, {"momentum": momentum}, params=BOWL)
        assert ((found.outcome[0] == CONVERGES) == (share < 1)).all(), (k, found.outcome)


def test_steady_noise_oscillates_and_fading_swings_converge() -> None:
    noisy = sweep(
        "ravine", "sgd", {"seed": np.arange(20)}, (1.0, 1.0), 400, {"lr": 0.1}, BOWL, noise=("gaussian", {"sigma": 5.0})
    )
    assert (noisy.outcome == OSCILLATES).mean() > 0.8  # the quarters' largest rises are alike, not equal
    swings = sweep("ravine", "momentum", {"lr": [0.01]}, (1.0, 1.0), 400, {"momentum": 0.95}, params=BOWL)
    assert swings.outcome[0, 0] == CONVERGES
    loss = rollout("ravine", "momentum", (1.0, 1.0), 400, {"lr": 0.01, "momentum": 0.95}, BOWL).loss
    assert (np.diff(loss[300:]) > 0).any(), "it does swing"


def test_arrived_is_the_first_step_within_the_tolerance() -> None:
    rates = [0.02, 0.1, 0.3]
    found = sweep("ravine", "sgd", {"lr": rates}, (1.0, 1.0), 300, params=BOWL, tolerance=1e-2)
    for k, lr in enumerate(rates):
        loss = rollout("ravine", "sgd", (1.0, 1.0), 300, {"lr": lr}, BOWL).loss
        assert found.arrived[0, k] == np.flatnonzero(loss <= 1e-2)[0]
    never = sweep("ravine", "sgd", {"lr": [1e-6]}, (1.0, 1.0), 300, params=BOWL, tolerance=1e-2)
    assert never.arrived[0, 0] == -1


def test_seeds_are_an_axis() -> None:
    found = sweep("ravine", "sgd", {"seed": [3, 8]}, (1.0, 1.0), 30, {"lr": 0.1}, BOWL, noise=("gaussian", {}))
    for k, seed in enumerate((3, 8)):
        theirs = rollout("ravine", "sgd", (1.0, 1.0), 30, {"lr": 0.1}, BOWL, noise=("gaussian", {}), seed=seed)
        np.testing.assert_allclose(found.theta[0, k], theirs.theta[-1], atol=1e-5)


def test_a_sweep_may_have_any_number_of_axes() -> None:
    """The first is the last of the arrays' axes."""
    axes = {"seed": [3, 8, 4], "lr": [0.05, 0.1], "momentum": [0.5, 0.9], "schedule.T_max": [20.0, 30.0]}
    given: dict[str, Any] = {"start": (1.0, 1.0), "steps": 30, "params": BOWL, "noise": ("gaussian", {})}
    found = sweep("ravine", "momentum", axes, schedule=("cosine", {}), **given)
    assert found.theta.shape == (2, 2, 2, 3, 2)
    for t, m, lr, seed in [(0, 0, 0, 1), (1, 0, 1, 2), (0, 1, 1, 0), (1, 1, 0, 2)]:
        own = {"lr": axes["lr"][lr], "momentum": axes["momentum"][m]}
        plan = ("cosine", {"T_max": axes["schedule.T_max"][t]})
        theirs = rollout("ravine", "momentum", hyper=own, schedule=plan, **given, seed=int(axes["seed"][seed]))
        np.testing.assert_allclose(found.theta[t, m, lr, seed], theirs.theta[-1], atol=1e-5)


def test_the_arguments_of_a_sweep_can_be_seen() -> None:
    assert [*inspect.signature(sweep).parameters] == [*inspect.signature(planned).parameters]


def test_dials_of_schedules_and_wrappers_are_axes() -> None:
    periods, lengths = np.array([2.0, 5.0]), np.array([10.0, 40.0])
    found = sweep(
        "himmelblau",
        "sgd",
        {"lookahead.k": periods, "schedule.T_max": lengths},
        steps=40,
        hyper={"lr": 0.01},
        schedule=("cosine", {}),
    )
    for row, length in enumerate(lengths):
        for column, period in enumerate(periods):
            hyper = {"inner": "sgd", "inner_hyperparameters": {"lr": 0.01}, "k": period}
            theirs = rollout("himmelblau", "lookahead", None, 40, hyper, schedule=("cosine", {"T_max": length}))
            np.testing.assert_allclose(found.theta[row, column], theirs.theta[-1], atol=1e-4)


@pytest.mark.parametrize(
    ("axes", "says"),
    [
        ({}, "has axes"),
        ({"lr": []}, "at least one value"),
        ({"speed": [1.0, 2.0]}, "speed"),
        ({"lr": [-1.0, 1.0]}, "lr cannot be"),
        ({"schedule.T_max": [1.0, 2.0]}, "without a schedule"),
        ({"seed": [0.5, 1.0]}, "seed"),
        ({"lookahead.k": [2.0, 2.5, 3.0]}, "k cannot be"),
    ],
    ids=str,
)
def test_wrong_axes_are_refused_with_a_sentence(axes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        sweep("rosenbrock", "adam", axes)


def test_basins_say_where_each_start_ends() -> None:
    """The ends of some starts, by their recorded runs, and rows are y, upwards."""
    surface, window = LANDSCAPES["himmelblau"], (-5.0, 5.0, -4.0, 4.0)
    found = basins("himmelblau", "sgd", window, (21, 17), 300, {"lr": 0.01}).whole()
    assert surface.points is not None
    known = np.array([point.x for point in surface.points({})])
    np.testing.assert_allclose(found.points, known)
    assert len(set(found.point.ravel().tolist())) >= 4
    for row, column in [(0, 0), (3, 18), (10, 4), (16, 20), (8, 11)]:
        start = np.linspace(-5, 5, 21)[column], np.linspace(-4, 4, 17)[row]
        theirs = rollout("himmelblau", "sgd", start, 300, {"lr": 0.01})
        far = np.hypot(*(theirs.theta[-1] - known).T)
        assert found.point[row, column] == (far.argmin() if far.min() <= found.near else -1), (row, column)
        np.testing.assert_allclose(found.loss[row, column], theirs.loss[-1], atol=1e-3)
        away = np.hypot(*(theirs.theta - theirs.theta[-1]).T)
        last = np.flatnonzero(away > found.near)[-1] + 1  # from here on it is near where it ends
        assert abs(found.steps[row, column] - last) <= 48, "seen every 16 steps, and near where it then was"


def test_basins_tell_the_diverged_and_the_lost() -> None:
    wild = basins("rosenbrock", "sgd", None, (8, 8), 50, {"lr": 1.0}).whole()
    assert (wild.point == -2).sum() > 50
    assert (wild.steps[wild.point < 0] == -1).all()
    assert np.isnan(wild.loss[wild.point == -2]).all()
    slow = basins("himmelblau", "sgd", None, (8, 8), 3, {"lr": 1e-5}).whole()
    assert (slow.point == -1).sum() > 60


@pytest.mark.parametrize("size", [(512, 512), (100, 37), (1, 1), (5, 300)])
def test_every_start_comes_once_and_a_coarse_picture_first(size: tuple[int, int]) -> None:
    seen, spread = np.zeros(size[::-1], int), 0
    for part in basins("himmelblau", "sgd", None, size, 1):
        seen[part.rows, part.columns] += 1
        if seen.sum() <= -(-size[0] // 16) * -(-size[1] // 16):
            spread = seen.sum()
            assert not ((part.rows % 16) | (part.columns % 16)).any()
    assert (seen == 1).all()
    assert spread
    assert part.done == 1.0


def test_a_rotated_surfaces_points_turn_with_it() -> None:
    plain = basins("himmelblau", "sgd", (-5, 5, -5, 5), (16, 16), 300, {"lr": 0.01}).whole()
    turned = basins("himmelblau", "sgd", (-5, 5, -5, 5), (16, 16), 300, {"lr": 0.01}, rotate=90.0).whole()
    np.testing.assert_array_equal(np.rot90(turned.point), plain.point)


def extremes() -> np.ndarray:
    """Where Rastrigin's slope along an axis, 2 x + 20 pi sin(2 pi x), is 0: its minima and maxima, by bisection."""

    def slope(x: np.ndarray) -> np.ndarray:
        return 2 * x + 20 * np.pi * np.sin(2 * np.pi * x)

    nodes = np.linspace(-6.1234, 6.1234, 2000)
    low, high = (nodes[k:][: len(nodes) - 1][slope(nodes[:-1]) * slope(nodes[1:]) < 0] for k in (0, 1))
    rising = slope(high) > 0
    for _ in range(60):
        middle = (low + high) / 2
        below = (slope(middle) > 0) != rising
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return low


def test_every_minimum_of_very_many_has_its_basin() -> None:
    """Small steps of descent along each axis end at the minimum between the two maxima around their start."""
    flat = extremes()
    minima, maxima = flat[1::2] if np.abs(flat[0]) > 6 else flat[::2], flat[::2] if np.abs(flat[0]) > 6 else flat[1::2]
    size = (48, 40)
    xs, ys = np.linspace(-5.0, 5.0, size[0]), np.linspace(-4.9, 5.1, size[1])
    found = basins("rastrigin", "sgd", (xs[0], xs[-1], ys[0], ys[-1]), size, 300, {"lr": 1e-3}).whole()
    for row, column in np.ndindex(size[1], size[0]):
        start = np.array([xs[column], ys[row]])
        if np.abs(maxima[:, None] - start).min() < 0.01:
            continue  # a float32 start so near to a ridge may cross it, or not leave it in time
        between = [minima[(minima > maxima[maxima < x].max()) & (minima < maxima[maxima > x].min())] for x in start]
        point = found.point[row, column]
        assert point >= 0, start
        np.testing.assert_allclose(found.points[point], np.ravel(between), atol=1e-9)


def test_where_no_point_is_certified_they_are_found() -> None:
    """Minima of (x^2 - 1)^2 + y^2 are at +-1; smoothed, at +-sqrt(1 - 3 s^2)."""
    wells = {"formula": "(x^2 - 1)^2 + y^2", "window": (-2.0, 2.0, -2.0, 2.0)}
    for smooth in (0.0, 0.3):
        found = basins("formula", "sgd", (-2, 2, -2, 2), (10, 9), 400, {"lr": 0.02}, wells, smooth=smooth).whole()
        ends = found.points[found.point]
        np.testing.assert_allclose(ends[:, 5:, 0], np.sqrt(1 - 3 * smooth**2), atol=1e-9)
        np.testing.assert_allclose(ends[:, :5, 0], -np.sqrt(1 - 3 * smooth**2), atol=1e-9)
        np.testing.assert_allclose(ends[..., 1], 0.0, atol=1e-9)
    found = basins("himmelblau", "sgd", None, (8, 8), 300, {"lr": 0.01}, smooth=0.1, points=[(3.0, 2.0)], near=0.3)
    assert (found.whole().point == 0).any()
    for known in (None, []):
        none = basins("monkey_saddle", "sgd", None, (8, 8), 30, {"lr": 0.01}, points=known).whole()
        assert set(np.unique(none.point)) <= {-1, -2}, "it has no minimum, and no pixel is at its saddle"


def test_a_map_that_is_given_up_frees_its_threads_within_a_tenth_of_a_second() -> None:
    cancel, failed = threading.Event(), []
    plan = basins("himmelblau", "adam", None, (512, 512), 200_000, {"lr": 0.01}, cancel=cancel)

    def work() -> None:
        try:
            plan.whole()
        except Cancelled as error:
            failed.append(error)

    basins("himmelblau", "adam", None, (64, 64), 50).whole()  # compiled before
    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.5)
    assert thread.is_alive(), "the map is long enough to be given up"
    cancel.set()
    began = time.perf_counter()
    thread.join()
    waited = [tiles._workers()[0].submit(time.perf_counter) for _ in range(tiles.threads())]
    spent = max(one.result() for one in waited) - began
    assert failed
    # The bar is a tenth of a second; a machine on which other tests run at the same time is given three.
    assert spent < 0.3


def test_an_iterator_that_is_closed_gives_the_rest_up() -> None:
    parts = iter(basins("himmelblau", "adam", None, (512, 512), 20_000))
    next(parts)
    parts.close()  # type: ignore[attr-defined]
    began = time.perf_counter()
    sweep("himmelblau", "adam", {"lr": [0.1]}, steps=1)
    assert time.perf_counter() - began < 1.0


def test_progress_ends_at_one() -> None:
    seen: list[float] = []
    sweep(
        "himmelblau", "adam", {"lr": np.linspace(0.01, 0.1, 100), "seed": np.arange(100)}, steps=1, progress=seen.append
    )
    assert seen == sorted(seen)
    assert len(seen) > 1
    assert seen[-1] == 1.0
