"""Jobs: the names and values of a run, checked, and encoded as the numbers that the program reads."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from landscapes import CATALOGUE as LANDSCAPES
from landscapes.noise import CATALOGUE as NOISES
from optimizers import CATALOGUE as OPTIMIZERS
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer.plane import rotation
from visualizer.simulate.program import IDENTITY, INDICES, WIDTHS, Batch
from visualizer.spec import complete, encode, look_up

RUNS, GROWTH = 16, 4  # a batch is padded to 16 runs, or 64, ...: few sizes, so that few programs are compiled
MOST_STEPS = 4_000_000

Named = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Job:
    """What one run needs, all names checked: see ``job``."""

    indices: tuple[int, ...]
    numbers: tuple[float, ...]
    steps: int


def surface_affine(rotate: float) -> tuple[float, ...]:
    """The (A, b) of ``program.WIDTHS`` for a surface turned by ``rotate`` degrees about the origin."""
    return (*rotation(-rotate), 0.0, 0.0) if rotate else IDENTITY


def job(
    landscape: str,
    optimizer: str,
    start: Sequence[float] | None = None,
    steps: int = 200,
    hyper: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    schedule: Named | None = None,
    noise: Named | None = None,
    seed: int = 0,
    rotate: float = 0.0,
) -> Job:
    """Names and values checked and encoded for the program. Raises ``ValueError`` on anything unknown or impossible."""
    surface = look_up(LANDSCAPES, landscape, "landscape")
    rule = look_up(OPTIMIZERS, optimizer, "optimizer")
    schedule_slug, schedule_given = schedule or ("constant", {})
    noise_slug, noise_given = noise or ("none", {})
    plan, model = look_up(SCHEDULES, schedule_slug, "schedule"), look_up(NOISES, noise_slug, "noise model")
    steps = int(steps)
    if not 0 <= steps <= MOST_STEPS:
        raise ValueError(f"steps must be between 0 and {MOST_STEPS}, not {steps}")
    x, y = (float(value) for value in (surface.start if start is None else start))
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError(f"the start must be finite, not ({x}, {y})")
    values = complete(rule.hypers, hyper or {}, optimizer)
    schedule_given = dict(schedule_given)
    base = float(schedule_given.pop("lr", values.get("lr", 1.0)))
    numbers = (
        (x, y),
        surface_affine(rotate),
        encode(surface.params, complete(surface.params, params or {}, landscape), WIDTHS["params"]),
        encode(rule.hypers, values, WIDTHS["hyper"]),
        [base, *encode(plan.hypers, complete(plan.hypers, schedule_given, schedule_slug), WIDTHS["schedule"] - 1)],
        encode(model.hypers, complete(model.hypers, noise_given, noise_slug), WIDTHS["noise"]),
    )
    positions = {
        "landscape": list(LANDSCAPES).index(landscape),
        "optimizer": list(OPTIMIZERS).index(optimizer),
        "schedule": list(SCHEDULES).index(schedule_slug),
        "noise": list(NOISES).index(noise_slug),
        "steps": steps,
        "seed": int(seed) % 2**31,
    }
    return Job(tuple(positions[name] for name in INDICES), tuple(n for part in numbers for n in part), steps)


def pack(jobs: Sequence[Job]) -> Batch:
    """The jobs as arrays, padded to a few sizes."""
    size = RUNS
    while size < len(jobs):
        size *= GROWTH
    indices = np.zeros((size, len(INDICES)), np.int32)
    numbers = np.zeros((size, sum(WIDTHS.values())))
    for k, one in enumerate(jobs):
        indices[k], numbers[k] = one.indices, one.numbers
    return Batch(indices, numbers, np.int32(len(jobs)))
