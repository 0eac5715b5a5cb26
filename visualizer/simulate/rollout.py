"""Rollouts: from names and numbers to recorded trajectories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from visualizer.backend import jax
from visualizer.simulate import compiled, forks
from visualizer.simulate.forks import Known, Leg
from visualizer.simulate.groups import GROUPS, SURFACES
from visualizer.simulate.job import RUNS, Branch, Job, Named, blank, job, pack
from visualizer.simulate.program import ENDS, ROW, make_rollout
from visualizer.simulate.trajectory import Info, Trajectory, recorded

__all__ = ["Info", "Trajectory", "capacity", "rollout", "run_jobs", "warm"]

# One size for nearly all, since a buffer is used again and its length costs no run anything.
SMALLEST, GROWTH, LARGEST = 65_536, 8, 65_536 * 8**2
NOTHING = np.zeros((0, 2))


def rollout(
    landscape: str,
    optimizer: str,
    start: Sequence[float] | None = None,
    steps: int = 200,
    hyper: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    *,
    schedule: Named | None = None,
    noise: Named | None = None,
    seed: int = 0,
    normals: np.ndarray | None = None,
    rotate: float = 0.0,
    budget: int | None = None,
    stretch: float = 1.0,
    shift: Sequence[float] = (0.0, 0.0),
    smooth: float = 0.0,
    fork: Mapping[str, Any] | None = None,
) -> Trajectory:
    """Runs one optimizer on one surface and records everything.

    ``start`` is theta_0 = (x, y), the surface's own if not given; hyperparameters and parameters left out take their
    defaults. ``schedule`` and ``noise`` are (slug, values). ``normals`` ``(steps, 2)`` are standard normal draws to
    use in place of the seed's. ``smooth`` convolves the surface with a Gaussian of that standard deviation;
    ``stretch``, ``rotate`` (degrees) and ``shift`` then place it, not the start: see ``visualizer.plane.Placement``.
    ``budget`` caps the gradient evaluations: the run ends before the update that would exceed it, if not before.
    ``fork`` continues another run from one of its steps, ``{"optimizer": "adam", "hyper": {"lr": 0.05}, "at": 120}``:
    what is to be said of the other (``hyper``, ``schedule``, a ``fork`` of its own), ``at``, and whether its state is
    ``carried`` over (it is if that is not said): see ``simulate/carry.py``.

    Raises ``ValueError`` naming an unknown name and the known ones, or an impossible value.
    """
    if normals is not None and len(normals) < steps:
        raise ValueError(f"{steps} steps need as many pairs of normal draws, not {len(normals)}")
    placing: dict[str, Any] = {"rotate": rotate, "stretch": stretch, "shift": shift, "smooth": smooth}

    def made(optimizer: str, hyper: Any, schedule: Named | None, fork: Mapping[str, Any] | None) -> Job:
        branch = None
        if fork is not None:
            other = {"hyper": None, "schedule": None, "fork": None, "carried": True, **fork}
            if unknown := other.keys() - {"optimizer", "hyper", "schedule", "fork", "at", "carried"}:
                raise ValueError(f"a fork has no {', '.join(sorted(unknown))}")
            if missing := {"optimizer", "at"} - other.keys():
                raise ValueError(f"a fork needs {', '.join(sorted(missing))}")
            of = made(other["optimizer"], other["hyper"], other["schedule"], other["fork"])
            branch = Branch(of, other["at"], bool(other["carried"]))
        surface = landscape, optimizer, start, steps, hyper, params, schedule, noise, seed
        return job(*surface, **placing, budget=budget, fork=branch)

    return run_jobs([made(optimizer, hyper, schedule, fork)], normals)[0]


def run_jobs(jobs: Sequence[Job], normals: np.ndarray | None = None, known: Known | None = None) -> list[Trajectory]:
    """Rolls all jobs out, and the runs that they continue; the trajectories come in the jobs' order.

    ``known`` holds what need not be rolled out again, and then what was.
    """
    injected = NOTHING if normals is None else np.asarray(normals, np.float64).reshape(-1, 2)
    if not any(one.fork for one in jobs):
        return [leg.trajectory for leg in _run(jobs, injected)]
    known = known or Known({}, {})
    forks.follow(jobs, known, lambda legs: _run(legs, injected))
    return [known.trajectories[one] for one in jobs]


def _run(jobs: Sequence[Job], injected: np.ndarray) -> list[Leg]:
    """Rolls jobs out whose beginning is known, those of one group in one call of its program."""
    parts = [[k for k, one in enumerate(jobs) if one.group == group] for group in dict.fromkeys(j.group for j in jobs)]
    batches = [pack([jobs[k] for k in part]) for part in parts]
    sizes = [capacity(sum(jobs[k].rows for k in part)) for part in parts]
    builds = [
        _build(jobs[part[0]].group, size, len(batch.indices), len(injected))
        for part, size, batch in zip(parts, sizes, batches, strict=True)
    ]
    programs = compiled.programs(dict(builds))
    # All are under way before the first is waited for.
    results = [
        program(batch, injected, _spare(size)) for program, size, batch in zip(programs, sizes, batches, strict=True)
    ]
    found: dict[int, Leg] = {}
    for part, (buffer, ends) in zip(parts, results, strict=True):
        unpacked = _unpack([jobs[k] for k in part], np.asarray(buffer), np.asarray(ends))
        found.update(zip(part, unpacked, strict=True))
        _give_back(buffer)
    return [found[k] for k in range(len(jobs))]


def capacity(rows: int) -> int:
    """The smallest buffer that is offered, of at least ``rows`` rows: few sizes, so that few programs are compiled."""
    size = SMALLEST
    while size < rows:
        size *= GROWTH
    if size > LARGEST:
        raise ValueError(f"a race of {rows} rows is too long; at most {LARGEST} (steps times runs)")
    return size


_buffers: dict[int, list[Any]] = {}  # by size, those that nobody uses: to fill a new one takes a tenth of the time
MOST_SPARE, LARGEST_SPARE = 4, SMALLEST


def _spare(size: int) -> Any:
    """A buffer of ``size`` rows, whatever they hold. The program writes into this very one."""
    try:
        return _buffers[size].pop()
    except (KeyError, IndexError):
        return jax.device_put(np.empty((size, ROW)), may_alias=False)  # `zeros` would be a program to compile


def _give_back(buffer: Any) -> None:
    """Called when everything in it has been copied."""
    spare = _buffers.setdefault(len(buffer), [])
    if len(buffer) <= LARGEST_SPARE and len(spare) < MOST_SPARE:
        spare.append(buffer)


def _build(group: tuple[str, str], size: int, runs: int, injected: int) -> tuple[str, compiled.Build]:
    """The name of the program of a group of rules and one of surfaces for so many rows, and how it is built."""
    rules, surfaces = group

    def build() -> tuple[Any, tuple[Any, ...]]:
        program = jax.jit(make_rollout(GROUPS[rules], surfaces), donate_argnames="buffer")
        return program, (blank(runs, surfaces), np.zeros((injected, 2)), jax.numpy.zeros((size, ROW)))

    return f"rollout-{rules}-{surfaces}-{size}-{runs}-{injected}", build


def _unpack(jobs: Sequence[Job], buffer: np.ndarray, ends: np.ndarray) -> Iterable[Leg]:
    at = 0
    for k, (one, (n_valid, diverged)) in enumerate(zip(jobs, ends[: len(jobs), :ENDS].tolist(), strict=True)):
        rows = np.array(buffer[at : at + one.rows])
        at += one.rows
        yield Leg(recorded(one, rows, int(n_valid), bool(diverged)), ends[k, ENDS:])


def warm(rules: Iterable[str] = tuple(GROUPS), surfaces: Iterable[str] = tuple(SURFACES)) -> None:
    """Compiles, or loads, the programs of these groups at the usual size, as many at once as there are processors."""
    groups = [(one, other) for other in surfaces for one in rules]
    compiled.programs(dict(_build(group, SMALLEST, RUNS, 0) for group in groups))
