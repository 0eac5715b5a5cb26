"""What a sweep of 10^9 runs costs: Adam on Rosenbrock, 500 steps, float32; one process against two, a core each.

Each process computes shards as ``python -m visualizer.sweeping`` does, files included, on one processor, alone or
beside another: the rounds take turns, because a shared machine is noisy. The cost is projected from the processor time
that a run takes in a process beside another, the median of the rounds:

    core-hours = 10^9 runs x seconds of a core for a run / 3600

which is fair for other machines as far as their cores are like this one's: runs do not wait for each other, and shards
are whole files. Usage: ``python benchmarks/cluster.py``.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SIDE, STEPS, ROUNDS, RUNS = 724, 500, 5, 1e9
PRICES = 0.02, 0.05  # USD for an hour of a virtual processor: an assumption, not an offer


def worker(index: int, processes: int) -> None:
    """Computes its share of the shards of a directory at each line that comes in; says how long that took."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[index % len(cores)]})
    import numpy as np

    from visualizer.simulate import shards
    from visualizer.simulate.sweep import planned

    axes = {"lr": np.geomspace(1e-4, 1.0, SIDE), "beta1": 1 - np.geomspace(1.0, 0.01, SIDE)}
    plan = planned("rosenbrock", "adam", axes, steps=STEPS)
    with tempfile.TemporaryDirectory() as first:  # compiled before
        list(shards.compute(shards.begun(first, plan, {}), plan))
    for directory in sys.stdin:
        folder = shards.begun(directory.strip(), plan, {}, size=-(-(SIDE**2) // 16))
        began, before = time.perf_counter(), time.process_time()
        runs = sum(shards.compute(folder, plan, (index, processes)))
        print(json.dumps([runs, time.perf_counter() - began, time.process_time() - before]), flush=True)


def measured(workers: list[subprocess.Popen[str]]) -> list[list[float]]:
    """Of each: runs, seconds of the clock, and of the processor."""
    with tempfile.TemporaryDirectory() as directory:
        for one in workers:
            assert one.stdin
            one.stdin.write(directory + "\n")
            one.stdin.flush()
        return [json.loads(one.stdout.readline()) for one in workers if one.stdout]


def main() -> None:
    command = [sys.executable, __file__, "--worker"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    groups = {n: [subprocess.Popen([*command, str(k), str(n)], **pipes) for k in range(n)] for n in (1, 2)}
    for workers in groups.values():  # until all are compiled
        measured(workers)
    rates: dict[int, list[float]] = {n: [] for n in groups}
    cores: dict[int, list[float]] = {n: [] for n in groups}
    for _ in range(ROUNDS):
        for n, workers in groups.items():
            found = measured(workers)
            rates[n].append(sum(runs for runs, _, _ in found) / max(clock for _, clock, _ in found))
            cores[n].append(sum(spent for _, _, spent in found) / sum(runs for runs, _, _ in found))
    for workers in groups.values():
        for one in workers:
            assert one.stdin
            one.stdin.close()
            one.wait(30)
    for n in groups:
        rate, core = statistics.median(rates[n]), statistics.median(cores[n])
        runs = f"{rate / 1e3:7.1f} thousand runs/s, best {max(rates[n]) / 1e3:7.1f}"
        print(
            f"{n} x 1 core            {runs}; of a core {1e6 * core:.2f} us a run, {1e9 * core / STEPS:.2f} ns a step"
        )
    print(f"two against one       {statistics.median(b / a for a, b in zip(*rates.values(), strict=True)):.2f} times")
    hours = RUNS * statistics.median(cores[2]) / 3600
    low, high = (price * hours for price in PRICES)
    print(f"{RUNS:.0e} runs x {STEPS} steps  {hours:.2f} core-hours: USD {low:.3f} to {high:.3f},")
    print(
        f"                      assuming USD {PRICES[0]} to {PRICES[1]} for an hour of a core; start, queue, disk extra"
    )


if __name__ == "__main__":
    if "--worker" in sys.argv:
        worker(*map(int, sys.argv[2:4]))
    else:
        main()
