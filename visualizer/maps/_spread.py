"""The spread of seeds about a minimum: measured beside linear theory, and over learning rates or batch sizes."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from visualizer.charts import dials_of
from visualizer.ensemble import stationary
from visualizer.ensemble.intervals import Z
from visualizer.ensemble.stationary import Spread, noise_along, spread, variance
from visualizer.maps._run import surroundings
from visualizer.scenario import Run, Scenario
from visualizer.simulate.cloud import Cloud
from visualizer.simulate.frames import frames
from visualizer.simulate.sweep import Plan, planned
from visualizer.spec import Values

FEWEST = 30  # seeds near a minimum that a spread is taken of
RATES, SEEDS = 13, 256  # of a sweep; the middle rate is the run's own
LARGEST = 1e6  # what is spread farther has left every picture
REACH = 10.0  # from the run's rate to the lowest and to the highest
STEADY = 0.1  # of its variance, or 4 standard errors: by so much a quarter may differ from the one before it
PHASES = 40  # last steps that a batch size is judged by: the noise of an epoch's steps is not the same
LARGEST_BATCH = 128


@dataclass(frozen=True)
class About:
    """A minimum: where, its curvatures, the larger first, and their unit directions."""

    at: tuple[float, float]
    curvatures: tuple[float, float]
    axes: tuple[tuple[float, float], tuple[float, float]]


def measured(scenario: Scenario, run: Run, found: Cloud, which: np.ndarray, about: About) -> dict[str, Any]:
    """For these seeds and each direction: the deviation in the last quarter, and the limit of linear theory."""
    frames = len(found.ticks) - 1
    last, before = slice(frames - frames // 4, None), slice(frames - frames // 2, frames - frames // 4)
    told, steady = [], True
    for k, axis in zip(about.curvatures, about.axes, strict=True):
        seen = np.einsum("d,sdn->sn", axis, found.theta[:, :, which].astype(np.float64))
        own = spread(seen[last])
        if before.stop > before.start:
            error = (own.high**2 - own.value**2) / Z
            steady &= abs(own.value**2 - spread(seen[before]).value ** 2) <= max(4 * error, STEADY * own.value**2)
        limit = _theory(scenario, run, run.hyper.get("lr"), k, axis, None)
        told.append({"axis": axis, "curvature": k, **_said(own), "theory": limit})
    return {"seeds": int(which.sum()), "axes": told, "steady": bool(steady)}


def _said(own: Spread) -> dict[str, float | None]:
    return {name: value if np.isfinite(value) else None for name, value in own._asdict().items()}


def _theory(
    scenario: Scenario, run: Run, lr: float | None, k: float, axis: Sequence[float], steps: int | None
) -> float | None:
    """The standard deviation of linear theory; None where it says nothing."""
    sigma = noise_along(scenario.noise or ("none", {}), (axis[0], axis[1]))
    plain = run.schedule[0] == "constant" and not run.wrappers and run.optimizer in stationary.RULES
    if sigma is None or not plain or lr is None or not k > 0:
        return None
    found = variance(run.optimizer, run.hyper, lr, k, sigma, steps)
    return float(np.sqrt(found)) if np.isfinite(found) else None


def swept(
    scenario: Scenario, run: Run, about: About, stop: threading.Event
) -> tuple[dict[str, Any], Mapping[str, np.ndarray]] | None:
    """``SEEDS`` seeds from the minimum for each learning rate, or batch size, to the last step; None without a rate.

    Of rates it is the last step that counts, of batch sizes the mean over the last ``PHASES``.

    Arrays ``x`` ``(K,)``, ``seen`` ``(2, 3, K)``: the deviation along each axis, and its interval's ends, NaN where a
    seed left the finite numbers; ``theory`` ``(2, K)`` after as many steps, NaN where it says nothing.
    """
    if "lr" not in dials_of(run) or not run.hyper["lr"]:
        return None
    batches = scenario.noise is not None and scenario.noise[0] == "minibatch"
    x = _batches(scenario) if batches else _rates(run)
    thetas = _of_batches(scenario, run, about, x, stop) if batches else _of_rates(scenario, run, about, x, stop)
    seen, theory = np.full((2, 3, len(x)), np.nan), np.full((2, len(x)), np.nan)
    for j, (k, axis) in enumerate(zip(about.curvatures, about.axes, strict=True)):
        for i, value in enumerate(x):
            own = np.einsum("d,sdn->sn", axis, thetas[i])
            if np.isfinite(own).all():
                seen[j, :, i] = spread(own)
            if not batches:
                found = _theory(scenario, run, float(value), k, axis, scenario.steps or 1)
                theory[j, i] = np.nan if found is None or found > LARGEST else found
    told = {"over": "batch" if batches else "lr", "each": SEEDS, "axes": [list(axis) for axis in about.axes]}
    return told, {"x": x.astype("<f8"), "seen": seen.astype("<f4"), "theory": theory.astype("<f4")}


def _rates(run: Run) -> np.ndarray:
    dial, lr = dials_of(run)["lr"], run.hyper["lr"]
    return np.unique(np.clip(lr * np.geomspace(1 / REACH, REACH, RATES), max(dial.least, 1e-12), dial.most))


def _batches(scenario: Scenario) -> np.ndarray:
    """The sizes that divide the data: of others the last batch of an epoch, the rest, is smaller and noisier."""
    assert scenario.surface.samples
    n = int(scenario.surface.samples(Values(scenario.params)))
    return np.array([size for size in range(1, min(n, LARGEST_BATCH) + 1) if n % size == 0], float)


def _planned(scenario: Scenario, run: Run, about: About, axes: Mapping[str, np.ndarray], stop: threading.Event) -> Plan:
    """``SEEDS`` seeds of each value, from the minimum."""
    seeds = (scenario.seed + np.arange(SEEDS)) % 2**31
    return planned(
        scenario.landscape,
        run.optimizer,
        {**axes, "seed": seeds.astype(float)},
        about.at,
        scenario.steps or 1,
        run.hyper,
        scenario.params,
        **surroundings(scenario, run),
        cancel=stop,
    )


def _of_rates(scenario: Scenario, run: Run, about: About, rates: np.ndarray, stop: threading.Event) -> list[np.ndarray]:
    """Where the seeds of each rate are after the last step, ``(1, 2, SEEDS)`` each."""
    found = _planned(scenario, run, about, {"lr": rates}, stop).whole().theta.astype(np.float64)
    return [found[None, :, i].transpose(0, 2, 1) for i in range(len(rates))]


def _of_batches(
    scenario: Scenario, run: Run, about: About, sizes: np.ndarray, stop: threading.Event
) -> list[np.ndarray]:
    """Where the seeds of each batch size are in the last steps, ``(S, 2, SEEDS)`` each."""
    assert scenario.noise
    (slug, h), steps = scenario.noise, scenario.steps or 1
    last, found = [*range(max(0, steps - PHASES) + 1, steps + 1)], []
    for size in sizes:
        other = replace(scenario, noise=(slug, {**h, "batch": int(size)}))
        plan = _planned(other, run, about, {}, stop)
        seen = [part.theta for _, part in frames(plan.runs, SEEDS, [0, *last], stop)]
        found.append(np.concatenate(seen, axis=-1)[1:].astype(np.float64))
    return found
