"""The trajectories of a moment ago: of a race whose one run was changed, that run alone is rolled out again.

A lecture's students open the same link, too. What is kept is what was computed: a job says all that its run depends on.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from visualizer.simulate.job import Job
from visualizer.simulate.rollout import Trajectory, run_jobs

MOST_ROWS = 250_000  # 44 MB

_guard = threading.Lock()  # sessions are threads
_kept: OrderedDict[Job, Trajectory] = OrderedDict()  # the one that was asked for last comes last


def trajectories(jobs: Sequence[Job]) -> list[Trajectory]:
    """What ``run_jobs`` returns; a job that is asked for again is handed the same trajectory."""
    with _guard:
        found = {job: _kept[job] for job in jobs if job in _kept}
    missing = [job for job in dict.fromkeys(jobs) if job not in found]
    if missing:
        found.update(zip(missing, run_jobs(missing), strict=True))
    _keep(found)
    return [found[job] for job in jobs]


def _keep(found: dict[Job, Trajectory]) -> None:
    with _guard:
        for job, trajectory in found.items():
            _kept[job] = trajectory
            _kept.move_to_end(job)
        rows = sum(job.steps + 1 for job in _kept)
        while rows > MOST_ROWS:
            job, _ = _kept.popitem(last=False)
            rows -= job.steps + 1
