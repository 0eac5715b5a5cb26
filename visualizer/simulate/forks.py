"""Runs that continue others: each from the point of a step of its original, with the original's state or without.

A fork's rows up to that step are its original's. Where the original has fewer valid rows the fork begins at the last of
them; and where the original is a fork itself, and begins later, its own original is continued. The place at a step is
what a run has that stops there. Whatever goes by the step (schedule, noise, minibatches) goes on as if nothing had been
interrupted, and the evaluations are counted on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from visualizer.simulate import carry
from visualizer.simulate.job import Job
from visualizer.simulate.trajectory import Trajectory, continued

Place = tuple[float, ...]  # the numbers of ``tables.PLACE`` and the ravelled state


class Leg(NamedTuple):
    """What the program made of one job: its rows, and the place where it stopped."""

    trajectory: Trajectory
    place: np.ndarray


class Known(NamedTuple):
    """Trajectories by job, and the places that runs reach at a step."""

    trajectories: dict[Job, Trajectory]
    places: dict[tuple[Job, int], Place]


def lineage(jobs: Sequence[Job]) -> dict[Job, None]:
    """The jobs and the runs that they continue, each after its original."""
    found: dict[Job, None] = {}
    for job in jobs:
        above: list[Job] = [job]
        while (fork := above[-1].fork) and fork.of not in found:
            above.append(fork.of)
        found.update(dict.fromkeys(reversed(above)))
    return found


def follow(jobs: Sequence[Job], known: Known, run: Callable[[Sequence[Job]], list[Leg]]) -> None:
    """Adds the trajectories of all jobs to ``known``; ``run`` rolls out those whose beginning is known.

    Beside the originals, in the same call, the places where they are continued are looked for: so that a fork takes two
    calls, and of a fork whose dials are moved one. A third is needed where an original does not come that far.
    """
    waiting = [job for job in lineage(jobs) if job not in known.trajectories]
    while waiting:
        ready = [job for job in waiting if _begins(job, known)]
        stops = dict.fromkeys(stop for job in waiting if job not in ready for stop in _sought(job, known))
        legs = run([*(begun(job, known) for job in ready), *(_stopping(job, at, known) for job, at in stops)])
        for job, leg in zip(ready, legs, strict=False):
            known.trajectories[job] = _whole(job, leg.trajectory, known)
        for stop, leg in zip(stops, legs[len(ready) :], strict=True):
            known.places[stop] = tuple(leg.place.tolist())
        waiting = [job for job in waiting if job not in known.trajectories]


def _origin(job: Job, known: Known) -> tuple[Job, int] | None:
    """The run that a fork continues and the step, as far as it comes; None as long as that is not known."""
    assert job.fork
    of, at = job.fork.of, job.fork.at
    if of not in known.trajectories:
        return None
    at = max(0, min(at, known.trajectories[of].n_valid - 1))
    above = of.fork and _origin(of, known)
    while above and at < above[1]:
        of = above[0]
        above = of.fork and _origin(of, known)
    return of, at


def _begins(job: Job, known: Known) -> bool:
    """Whether it is known where a job begins."""
    return job.fork is None or _origin(job, known) in known.places


def _sought(job: Job, known: Known) -> Iterator[tuple[Job, int]]:
    """The stop from which a fork will go on: of an original that is not rolled out yet, as it is hoped for."""
    assert job.fork
    stop = _origin(job, known)
    if stop is None and job.fork.of.fork is None:
        stop = job.fork.of, min(job.fork.at, job.steps)
    if stop and stop not in known.places and _begins(stop[0], known):
        yield stop


def begun(job: Job, known: Known) -> Job:
    """The job as the program takes it: at the place where it begins. ``KeyError`` where that is not known."""
    if job.fork is None:
        return job
    origin = _origin(job, known)
    if origin is None:
        raise KeyError(job)
    of, at = origin
    start, place = carry.over(begun(of, known), known.places[origin], job, at)
    return replace(job, numbers=(*start, *job.numbers[2:]), fork=None, first=at, place=place)


def _stopping(job: Job, at: int, known: Known) -> Job:
    """The job up to the place of step ``at``."""
    return replace(begun(job, known), last=at - 1)


def _whole(job: Job, own: Trajectory, known: Known) -> Trajectory:
    """The trajectory of a fork, with the rows before it."""
    if job.fork is None:
        return own
    origin = _origin(job, known)
    assert origin
    return continued(known.trajectories[job.fork.of], origin[1], own)
