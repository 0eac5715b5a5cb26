"""Lanes against recorded runs: the same ends, run by run, whatever is around the rule."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pytest

from landscapes import CATALOGUE as LANDSCAPES
from landscapes.noise import CATALOGUE as NOISES
from optimizers import RULES
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer import basins, rollout, sweep
from visualizer.backend import jax
from visualizer.simulate import compiled
from visualizer.simulate.groups import CLASSIC, FIRST

STEPS = 20
# A float32 number is within 6e-8 of what it stands for. Each of some 20 operations of a step adds as much, and a step
# passes on what was wrong before, times what the surface's curvature makes of it: over 20 steps of a run that is not
# chaotic 1e-4 of the larger of 1 and the number is 80 times that, and a mistake in a rule is far larger.
NEAR = 1e-4


def compared(landscape: str, optimizer: str, steps: int = STEPS, near: float = NEAR, **given: Any) -> None:
    """Ends of two runs, of different rates, or of different seeds if they are ``alike``, with those of ``rollout``."""
    x, y = given.pop("start", LANDSCAPES[landscape].start)
    rates = np.array([1.0, 0.7]) * given.pop("lr", default_rate(landscape, optimizer))
    rated, alike = any(h.name == "lr" for h in RULES[optimizer].hypers), given.pop("alike", False)
    name = "lr" if rated and not alike else "seed"
    if rated and name == "seed":
        given["hyper"] = {"lr": float(rates[0])}
    axis = {name: rates if name == "lr" else np.array([0.0, 1.0])}
    ours = sweep(landscape, optimizer, axis, (x, y), steps, **given)
    wrappers = given.pop("wrappers", {})
    for k, value in enumerate(axis[name]):
        hyper = {**given.get("hyper", {}), **({"lr": float(value)} if name == "lr" else {})}
        slug, own = optimizer, hyper
        for wrapper, values in wrappers.items():
            inner = {"lookahead": "inner", "sam": "base"}[wrapper]
            slug, own = wrapper, {**values, inner: slug, f"{inner}_hyperparameters": own}
        rest = {key: value for key, value in given.items() if key not in ("hyper", "seed")}
        theirs = rollout(landscape, slug, (x, y), steps, own, seed=given.get("seed", 0) if name == "lr" else k, **rest)
        what = f"{landscape} {optimizer} {value}"
        end = theirs.n_valid - 1
        assert ours.n_valid[0, k] == theirs.n_valid, what
        size = max(1.0, float(np.abs(theirs.theta[: end + 1]).max()))
        np.testing.assert_allclose(ours.theta[0, k], theirs.theta[end], rtol=0, atol=near * size, err_msg=what)
        scale = max(1.0, float(np.abs(theirs.loss[: end + 1]).max()))
        np.testing.assert_allclose(ours.loss[0, k], theirs.loss[end], rtol=0, atol=near * scale, err_msg=what)
        np.testing.assert_allclose(
            ours.best[0, k], theirs.loss[: end + 1].min(), rtol=0, atol=near * scale, err_msg=what
        )
        assert ours.evaluations[0, k] == theirs.evaluations[end], what


def default_rate(landscape: str, optimizer: str) -> float:
    rates = LANDSCAPES[landscape].rates
    return float(rates.get(RULES[optimizer].units, 1.0))


# Whose next step depends on what rounding may turn: quotients of differences, steps that grow, and searches near a
# minimum. They are compared over the first steps only.
FEW = {"barzilai_borwein": 5, "prodigy": 6, "dadapt_adam": 6, "lbfgs": 5, "nonlinear_cg": 3, "gd_armijo": 10}
FEW |= {"levenberg_marquardt": 5, "sophia": 10}


@pytest.mark.parametrize("optimizer", list(RULES))
@pytest.mark.parametrize("landscape", ["rosenbrock", "himmelblau", "ravine"])
def test_every_rule_ends_where_its_recorded_run_does(optimizer: str, landscape: str) -> None:
    compared(landscape, optimizer, FEW.get(optimizer, STEPS))


@pytest.mark.parametrize("landscape", [slug for slug, entry in LANDSCAPES.items() if not entry.made])
def test_every_surface_is_the_recorded_runs(landscape: str) -> None:
    compared(landscape, "momentum", 8)


@pytest.mark.parametrize("optimizer", list(RULES))
def test_lanes_that_have_a_rules_numbers_in_common(optimizer: str) -> None:
    """Their program is another: what follows from the hyperparameters alone is computed once for all lanes."""
    compared("himmelblau", optimizer, FEW.get(optimizer, STEPS), alike=True)


@pytest.mark.parametrize(
    "landscape", [slug for slug, entry in LANDSCAPES.items() if not entry.made and not entry.sample]
)
def test_every_surface_placed(landscape: str) -> None:
    """One that is where it was is not placed at all: see ``Ground.loss_and_gradient``."""
    compared(landscape, "momentum", 8, rotate=20.0, stretch=1.5, shift=(0.1, -0.05))


@pytest.mark.parametrize("schedule", list(SCHEDULES))
def test_schedules(schedule: str) -> None:
    compared("himmelblau", "adam", 40, schedule=(schedule, {}))


@pytest.mark.parametrize("noise", list(NOISES))
def test_noise_and_batches_are_those_of_the_seed(noise: str) -> None:
    landscape = "least_squares" if NOISES[noise].needs_data else "himmelblau"
    compared(landscape, "momentum", noise=(noise, {}), seed=5)


@pytest.mark.parametrize(
    "given",
    [
        {"wrappers": {"lookahead": {}}},
        {"wrappers": {"sam": {}}},
        {"wrappers": {"lookahead": {}, "sam": {}}, "schedule": ("cosine", {}), "noise": ("gaussian", {})},
        {"rotate": 30.0, "stretch": 3.0, "shift": (0.5, -0.2)},
        {"smooth": 0.5},
        {"budget": 7},
        {"steps": 0},
    ],
    ids=str,
)
def test_what_is_around_a_rule(given: dict[str, Any]) -> None:
    compared("himmelblau", "adam", **given)


def test_a_search_stops_at_the_last_point_that_its_budget_pays_for() -> None:
    for budget in (0, 1, 9, 17):
        compared("himmelblau", "gd_armijo", 10, budget=budget)


def test_a_smoothed_surface_without_closed_form() -> None:
    compared("plateau_cliff", "sgd", 5, smooth=0.3)


def test_an_axis_is_its_hyperparameter() -> None:
    """Every lane of a grid is the run with those two values: rows are the second axis."""
    rates, betas = [0.01, 0.05, 0.2], [0.5, 0.95]
    ours = sweep("rosenbrock", "adam", {"lr": rates, "beta2": betas}, (-1.0, 1.5), 30)
    assert ours.loss.shape == (2, 3)
    for row, beta2 in enumerate(betas):
        for column, lr in enumerate(rates):
            theirs = rollout("rosenbrock", "adam", (-1.0, 1.5), 30, {"lr": lr, "beta2": beta2})
            np.testing.assert_allclose(ours.theta[row, column], theirs.theta[-1], atol=NEAR)


@pytest.mark.parametrize(
    ("landscape", "params"),
    [("formula", {"formula": "x^2 + 3*y^2 + sin(3*x)"}), ("painted", {}), ("painted", {"bowl": 2.0})],
)
def test_a_surface_that_its_user_makes(landscape: str, params: dict[str, Any]) -> None:
    compared(landscape, "momentum", start=(0.7, 0.4), lr=0.01, params=params)


def test_lanes_do_not_touch_each_other() -> None:
    """A run that diverges beside others, in the same chunk, leaves them bit for bit as they are alone."""
    rates = np.array([1e-3, 1.0, 5e-4])
    together = sweep("rosenbrock", "sgd", {"lr": rates}, steps=300)
    alone = sweep("rosenbrock", "sgd", {"lr": rates[2:]}, steps=300)
    assert together.n_valid.tolist()[0][1] < 20
    assert np.isnan(together.theta[0, 1]).all()
    np.testing.assert_array_equal(together.theta[0, 2], alone.theta[0, 0])


def test_slices_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is cut into slices of 16 steps is the run."""
    grid = {"lr": np.geomspace(1e-3, 1.0, 40)}
    given: dict[str, Any] = {"steps": 333, "schedule": ("reduce_on_plateau", {}), "noise": ("gaussian", {})}
    whole = sweep("himmelblau", "adam", grid, wrappers={"lookahead": {}}, **given)
    monkeypatch.setattr("visualizer.simulate.tiles.SLICE", 0.0)
    cut = sweep("himmelblau", "adam", grid, wrappers={"lookahead": {}}, **given)
    for name in ("theta", "loss", "best", "n_valid", "arrived", "settled", "evaluations", "outcome"):
        np.testing.assert_array_equal(getattr(cut, name), getattr(whole, name), err_msg=name)


def test_no_dial_recompiles(caplog: pytest.LogCaptureFixture) -> None:
    """One program, not a trace more, whatever the optimizer, surface, grid and number of steps."""
    rng = np.random.default_rng(2)
    sweep("himmelblau", "adam", {"lr": [0.1, 0.2]}, steps=3)
    sweep("himmelblau", "adam", {"lr": [0.1, 0.2]}, steps=3, schedule=("cosine", {}))
    basins("himmelblau", "adam", (-1, 1, -1, 1), (4, 4), 3).whole()  # its minima are looked for on a grid of heights
    before = set(compiled._programs)
    with jax.log_compiles(), caplog.at_level(logging.DEBUG, logger="jax"):
        jax.jit(lambda x: x + 2)(np.float64(rng.normal()))
        assert "Finished tracing" in caplog.text, "the log does show traces"
        caplog.clear()
        for _ in range(30):
            landscape, optimizer = str(rng.choice(CLASSIC)), str(rng.choice(FIRST))
            steps, sizes = int(rng.integers(0, 700)), rng.integers(1, 40, 2)
            axes = {"lr": rng.uniform(0, 1, sizes[0]), "seed": np.arange(sizes[1])}
            around: dict[str, Any] = {}
            if rng.random() < 0.5:
                around = {"schedule": (str(rng.choice(list(SCHEDULES))), {}), "noise": ("gaussian", {"sigma": 0.1})}
            sweep(landscape, optimizer, axes, rng.normal(size=2), steps, rotate=float(rng.uniform(0, 90)), **around)
            basins(landscape, optimizer, (-1, 1, -1, 1), tuple(int(n) for n in sizes), steps, **around).whole()
    assert "Finished tracing" not in caplog.text
    assert "Compiling" not in caplog.text
    assert set(compiled._programs) == before
