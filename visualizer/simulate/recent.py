"""The trajectories of a moment ago: of a race whose one run was changed, that run alone is rolled out again.

A lecture's students open the same link, too: who comes while a run is under way waits for it. What is kept is what was
computed: a job says all that its run depends on.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future

from visualizer.simulate import forks
from visualizer.simulate.forks import Known, Place, lineage
from visualizer.simulate.job import Job
from visualizer.simulate.rollout import Trajectory, run_jobs

MOST_ROWS = 250_000  # 44 MB
MOST_PLACES = 300  # from which forks go on: a kilobyte each


class Kept(OrderedDict[Job, Trajectory]):
    """Trajectories of at most ``MOST_ROWS`` rows in all; the one that was asked for last comes last."""

    rows = 0

    def keep(self, job: Job, trajectory: Trajectory) -> None:
        self.rows += 0 if job in self else job.steps + 1
        self[job] = trajectory
        self.move_to_end(job)
        while self.rows > MOST_ROWS:
            self.rows -= self.popitem(last=False)[0].steps + 1


_guard = threading.Lock()  # sessions are threads
_counts = [0, 0]  # jobs that were asked for, and of these what was kept
_kept = Kept()
_places: OrderedDict[tuple[Job, int], Place] = OrderedDict()
_under_way: dict[Job, Future[Trajectory]] = {}


def counts() -> tuple[int, int]:
    """How many trajectories were asked for since the start, and how many of them were kept, or under way."""
    with _guard:
        return _counts[0], _counts[1]


def trajectories(jobs: Sequence[Job]) -> list[Trajectory]:
    """What ``run_jobs`` returns; a job that is asked for again is handed the same trajectory."""
    with _guard:
        found = {job: _kept[job] for job in lineage(jobs) if job in _kept}
        known = Known(found, dict(_places) if any(job.fork for job in jobs) else {})
        missing = [job for job in dict.fromkeys(jobs) if job not in found]
        theirs = {job: _under_way[job] for job in missing if job in _under_way}
        mine = {job: Future[Trajectory]() for job in missing if job not in theirs}
        _under_way.update(mine)
        _counts[0] += len(jobs)
        _counts[1] += sum(job not in mine for job in jobs)
    # One's own come first: nobody waits for somebody who waits.
    found |= (_rolled_out(mine, known) if mine else {}) | {job: run.result() for job, run in theirs.items()}
    _keep(found, {})
    return [found[job] for job in jobs]


def _rolled_out(mine: dict[Job, Future[Trajectory]], known: Known) -> dict[Job, Trajectory]:
    """The trajectories of these jobs, handed to all who wait for them; an error is everybody's."""
    try:
        made = dict(zip(mine, run_jobs(list(mine), None, known), strict=True))
        _keep(made, known.places)
        for job, future in mine.items():
            future.set_result(made[job])
        return made
    except BaseException as error:
        for future in mine.values():
            future.set_exception(error)
        raise
    finally:
        with _guard:
            for job in mine:
                del _under_way[job]


def begun(job: Job) -> Job:
    """A fork's job as the program takes it: from the step ``first`` on, at ``place``."""
    with _guard:
        known = Known({one: _kept[one] for one in lineage([job]) if one in _kept}, dict(_places))
    try:
        return forks.begun(job, known)
    except KeyError:  # what it begins with has been dropped
        known = Known({}, {})
        run_jobs([job], None, known)
        return forks.begun(job, known)


def _keep(found: dict[Job, Trajectory], places: dict[tuple[Job, int], Place]) -> None:
    with _guard:
        _places.update(places)
        while len(_places) > MOST_PLACES:
            _places.popitem(last=False)
        for job, trajectory in found.items():
            _kept.keep(job, trajectory)
