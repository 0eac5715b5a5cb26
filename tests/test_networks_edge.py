"""Edges that move: with a scheduled rate, and under SAM with the gradient's length; what Adam divides by."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from visualizer.networks import Architecture, Points, Recipe, sample, train
from visualizer.networks.curvature import sharpness
from visualizer.networks.edge import edge, preconditioners, rates, sam_threshold, thresholds
from visualizer.simulate.schedules import schedule

LINE = Architecture(1, (), 1, "linear", task="values")
CURVE = Architecture(1, (8, 8), 1, "tanh", task="values")
STEPS = 120
PLATEAU = ("reduce_on_plateau", {"patience": 3, "factor": 0.5})


@pytest.fixture(scope="module")
def points() -> Points:
    return sample("wave", 40, 10)


def quadratic(points: Points) -> tuple[np.ndarray, np.ndarray]:
    """The Hessian of a line's mean squared error, and where it is least: normal equations."""
    x, y = (part[: points.train, 0].astype(np.float64) for part in (points.x, points.y))
    design = np.column_stack([x, np.ones_like(x)])
    return 2 * design.T @ design / len(x), np.linalg.lstsq(design, y, rcond=None)[0]


@pytest.mark.parametrize(
    ("share", "how"),
    [
        (1.1, {"schedule": ("step", {"step_size": 20, "gamma": 0.9})}),
        (1.1, {"schedule": ("cyclic", {"base_lr": 0.2, "max_lr": 1.1, "step_size_up": 15})}),
        (0.9, {"wrappers": {"sam": {"rho": 0.1}}}),
        (1.1, {"wrappers": {"sam": {"rho": 0.1}}, "schedule": ("step", {"step_size": 20, "gamma": 0.9})}),
    ],
    ids=["step", "cyclic", "SAM", "SAM with a schedule"],
)
def test_the_steepest_direction_grows_above_the_threshold_and_shrinks_below(
    points: Points, share: float, how: Any
) -> None:
    """Gradient descent on an exact quadratic: the next step lengthens a direction just where its curvature is above."""
    matrix, least = quadratic(points)
    values, vectors = np.linalg.eigh(matrix)
    largest, seen = values[-1], []
    for away in (0.2, 3.0):
        start = least + away * vectors[:, -1]
        recipe = Recipe("sgd", {"lr": share * 2 / largest}, batch=40, start=start, **how)
        [run] = train(LINE, points, [recipe], STEPS, shown=STEPS)
        along = np.abs((run.theta - least) @ vectors[:, -1])
        above = largest / thresholds(LINE, points, recipe, run)[:-1]
        clear = (np.abs(above - 1) > 2e-3) & (along[:-1] > 1e-3) & np.isfinite(along[1:])
        np.testing.assert_array_equal((along[1:] > along[:-1])[clear], (above > 1)[clear])
        seen += (above > 1)[clear].tolist()
    assert 5 < sum(seen) < len(seen) - 5


def test_under_sam_the_curvature_it_feels_is_at_the_bound() -> None:
    """Roots of rho / length x^2 + x = threshold, and the paper's formula for gradient descent."""
    rng = np.random.default_rng(0)
    for lr, rho, length in 10 ** rng.uniform(-2, 1, (20, 3)):
        found = float(sam_threshold(np.array(2 / lr), rho, np.array(length)))
        assert found == pytest.approx(max(np.roots([rho / length, 1.0, -2 / lr]).real))
        assert found == pytest.approx(length / (2 * rho) * (np.sqrt(1 + 8 * rho / (lr * length)) - 1))
    ends = sam_threshold(np.array([20.0, 20.0, np.inf]), 0.1, np.array([0.0, 1e12, 1.0]))
    assert ends.tolist() == [0.0, pytest.approx(20.0), np.inf]


@pytest.mark.parametrize(
    ("optimizer", "hyper"), [("sgd", {}), ("momentum", {"momentum": 0.8}), ("nesterov", {"momentum": 0.8})]
)
def test_sam_comes_to_rest_at_its_edge(points: Points, optimizer: str, hyper: dict[str, float]) -> None:
    """It ends in a cycle of two points, where the threshold is the curvature that it crosses."""
    largest = np.linalg.eigvalsh(quadratic(points)[0])[-1]
    recipe = Recipe(optimizer, {"lr": 0.1, **hyper}, batch=40, wrappers={"sam": {"rho": 0.05}})
    [run] = train(LINE, points, [recipe], 2000)
    assert thresholds(LINE, points, recipe, run)[-1] == pytest.approx(largest, rel=2e-3)


def test_a_network_under_sam_hovers_at_its_edge(points: Points) -> None:
    """Long and Bartlett 2023. 6 seeds' medians from step 1500 on: 0.96 to 1.10 of it, 0.14 to 0.31 of 2 / lr."""
    recipe = Recipe("sgd", {"lr": 0.1}, batch=40, wrappers={"sam": {"rho": 0.1}})
    [run] = train(CURVE, points, [recipe], 3000, shown=60)
    found = sharpness(CURVE, points, run.theta).values[30:, 0]
    assert 0.8 < np.median(found / thresholds(CURVE, points, recipe, run)[30:]) < 1.2
    assert np.median(found) < 0.5 * 2 / 0.1


def test_the_penalty_is_part_of_what_sam_climbs(points: Points) -> None:
    matrix, _ = quadratic(points)
    largest = np.linalg.eigvalsh(matrix + np.diag([0.5, 0.0]))[-1]  # of the slope alone
    recipe = Recipe("sgd", {"lr": 0.1}, batch=40, l2=0.5, wrappers={"sam": {"rho": 0.05}})
    [run] = train(LINE, points, [recipe], 2000)
    assert thresholds(LINE, points, recipe, run)[-1] == pytest.approx(largest, rel=2e-3)


@pytest.mark.parametrize("named", [PLATEAU, ("reduce_on_plateau", {"patience": 3, "rtol": 1e-3}), ("cosine", {})])
def test_rates_are_those_that_training_had(points: Points, named: Any) -> None:
    """Read off the steps: whatever the gradient, SignSGD moves every parameter by the rate."""
    recipe = Recipe("signsgd", {"lr": 0.01}, named, batch=16)
    [run] = train(CURVE, points, [recipe], 600, shown=600)
    seen = np.abs(np.diff(run.theta.astype(np.float64), axis=0)).max(axis=1)
    lr, momentum = rates(recipe, run.loss)
    np.testing.assert_allclose(lr, seen, rtol=1e-3, atol=1e-6)
    assert np.isnan(momentum).all() and len(np.unique(lr.round(9))) > 2


def test_a_plateau_lowers_the_rate_and_raises_the_threshold(points: Points) -> None:
    recipe = Recipe("sgd", {"lr": 0.3}, PLATEAU, batch=16)
    [run] = train(CURVE, points, [recipe], 700)
    found = thresholds(CURVE, points, recipe, run)
    assert found[0] == pytest.approx(2 / 0.3) and found[-1] > 2 * found[0]
    assert (np.diff(found) >= 0).all()


def test_a_momentum_that_cycles_moves_the_edge_too(points: Points) -> None:
    recipe = Recipe("momentum", {"lr": 0.05}, ("one_cycle", {}), batch=40)
    [run] = train(CURVE, points, [recipe], 200)
    known = schedule("one_cycle", {"lr": 0.05}, 200)
    assert known.momentum is not None and np.ptp(known.momentum) > 0.05
    at = np.minimum(run.at, 199)
    np.testing.assert_allclose(
        thresholds(CURVE, points, recipe, run), 2 * (1 + known.momentum[at]) / known.lr[at], rtol=1e-6
    )


def test_what_adam_divides_by_is_what_its_equations_say(points: Points) -> None:
    """In NumPy, from the gradients along the way: of all points, by the normal equations."""
    matrix, least = quadratic(points)
    recipe = Recipe("adam", {"lr": 0.02, "beta2": 0.99}, ("cosine", {}), batch=40)
    [run] = train(LINE, points, [recipe], 90, shown=90)
    v, expected = np.zeros(2), []
    for t, g in enumerate((run.theta - least) @ matrix, 1):
        v = 0.99 * v + 0.01 * g * g
        expected.append((np.sqrt(v / (1 - 0.99**t)) + 1e-8) * (1 - 0.9**t))
    at = [0, 1, 40, 90]  # the last: of a step that is not made
    found = preconditioners(LINE, points, recipe, 90, at)
    np.testing.assert_allclose(found, np.array(expected)[at], rtol=2e-4)
    assert edge(LINE, points, recipe) is not None
    with pytest.raises(ValueError, match="no preconditioner"):
        preconditioners(LINE, points, Recipe("sgd", batch=40), 90, at)
