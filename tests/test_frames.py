"""Lanes on their way, against recorded runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from visualizer import basins, rollout
from visualizer.simulate.frames import Frames, frames
from visualizer.simulate.lanes import SAME
from visualizer.simulate.sweep import planned
from visualizer.simulate.tiles import Field

STEPS = [0, 1, 2, 15, 16, 17, 40, 99, 150, 200, 300]  # runs have 200: beyond, they stay

START = (-1.2, 0.7)


def trajectory(optimizer: str, seed: int, wrappers: dict[str, Any] | None = None, **named: Any) -> Any:
    if wrappers:
        own = {"base": optimizer, "base_hyperparameters": named.get("hyper"), **wrappers["sam"]}
        optimizer, named["hyper"] = "sam", own
    return rollout("himmelblau", optimizer, start=START, steps=200, seed=seed, **named)


def joined(runs: Field, total: int) -> Frames:
    parts = list(frames(runs, total, STEPS))
    assert np.concatenate([lanes for lanes, _ in parts]).tolist() == list(range(total))
    return Frames(*(np.concatenate(arrays, axis=-1) for arrays in zip(*(found for _, found in parts), strict=True)))


def seen(total: int, *given: Any, **named: Any) -> Frames:
    return joined(planned(*given, **named).runs, total)


@pytest.mark.parametrize(
    ("optimizer", "named"),
    [
        ("momentum", {"hyper": {"lr": 0.001}}),
        ("adam", {"noise": ("gaussian", {"sigma": 0.1}), "hyper": {"lr": 0.02}}),
        ("adam", {"hyper": {}, "wrappers": {"sam": {"rho": 0.05}}}),
        ("sgd", {"hyper": {"lr": 0.001}, "wrappers": {"sam": {"rho": 0.05}}, "budget": 121}),
        ("gd_armijo", {"budget": 40}),
    ],
)
def test_a_frame_is_the_row_of_a_trajectory(optimizer: str, named: dict[str, Any]) -> None:
    """Seed by seed; ten frames off by one would show at once."""
    found = seen(5, "himmelblau", optimizer, {"seed": range(5)}, START, 200, **named)
    for seed in range(5):
        run = trajectory(optimizer, seed, **named)
        rows = np.minimum(STEPS, run.n_valid - 1)
        np.testing.assert_allclose(found.theta[:, :, seed], run.xy[rows], rtol=2e-3, atol=2e-3)
        np.testing.assert_allclose(found.loss[:, seed], run.loss[rows], rtol=5e-3, atol=2e-3)
        best = np.minimum.accumulate(run.loss)[rows]
        np.testing.assert_allclose(found.best[:, seed], best, rtol=5e-3, atol=2e-3)
        np.testing.assert_array_equal(found.evaluations[:, seed], run.evaluations[rows])


def test_what_diverged_stays_nan_and_keeps_its_best() -> None:
    found = seen(2, "ravine", "sgd", {"lr": [0.001, 10.0]}, (-1.0, 1.0), 200)
    assert np.isfinite(found.theta[:, :, 0]).all() and np.isfinite(found.loss[:, 0]).all()
    lost = np.isnan(found.loss[:, 1])
    assert lost[-1] and not lost[0] and (np.diff(lost.astype(int)) >= 0).all()
    assert (np.isnan(found.theta[:, :, 1]).all(axis=1) == lost).all()
    assert (found.best[:, 1] == found.loss[0, 1]).all(), "the start was the best"
    run = rollout("ravine", "sgd", start=(-1.0, 1.0), steps=200, hyper={"lr": 10.0})
    assert abs(int(found.evaluations[-1, 1]) - (run.n_valid - 1)) > 10, "float32 overflows sooner"


def test_many_parts_and_slices_change_nothing() -> None:
    plan = planned("rosenbrock", "adam", {"seed": range(9000)}, (-1.0, 1.0), 200, noise=("gaussian", {"sigma": 0.2}))
    whole = np.concatenate([found.theta for _, found in frames(plan.runs, 9000, STEPS)], axis=-1)
    slow = replace(plan.runs, pace=[16])
    again = np.concatenate([found.theta for _, found in frames(slow, 9000, STEPS)], axis=-1)
    np.testing.assert_array_equal(whole, again)
    few = planned("rosenbrock", "adam", {"seed": [4321]}, (-1.0, 1.0), 200, noise=("gaussian", {"sigma": 0.2}))
    alone = joined(few.runs, 1)
    np.testing.assert_array_equal(whole[:, :, 4321], alone.theta[:, :, 0])


def test_a_map_of_starts_is_the_same_in_slices() -> None:
    """What its lanes have in common, such as powers of beta, goes from slice to slice as well."""
    window = (-2.0, 2.0, -1.0, 3.0)
    runs = basins("rosenbrock", "adam", window, (30, 10), 200, {"lr": 0.05}).runs
    assert runs.kind == SAME
    whole, slow = (joined(one, 300) for one in (runs, replace(runs, pace=[16])))
    for one, other in zip(whole, slow, strict=True):
        np.testing.assert_array_equal(one, other)
    start = window[0] + 7 * 4 / 29, window[2] + 3 * 4 / 9
    run = rollout("rosenbrock", "adam", start=start, steps=200, hyper={"lr": 0.05})
    np.testing.assert_allclose(whole.theta[:, :, 3 * 30 + 7], run.xy[np.minimum(STEPS, 200)], atol=1e-3)
