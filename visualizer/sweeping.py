"""Sweeps too large for a notebook: ``python -m visualizer.sweeping``, a thin layer over ``simulate/shards.py``."""

from __future__ import annotations

import argparse
import math
import re
import sys
import threading
import time
from collections.abc import Sequence
from urllib.parse import parse_qsl

import numpy as np

from visualizer.charts import Axis, dials_of, values
from visualizer.maps.grid import planned_for
from visualizer.scenario import Run, Scenario
from visualizer.simulate import hosts, shards
from visualizer.simulate.sweep import SEED
from visualizer.simulate.tiles import OUTCOMES

ABOUT = """Runs one optimizer over a grid of its dials, shard by shard, into a directory.

What is run is said by a link as the page gives it, or as short as "v=1&f=rosenbrock&r1=adam&steps=500". A sweep that
was stopped goes on when the same command is given again. Machines that see the same directory share the work, each
with a --share of its own; or, joined by DESCENT_LAB_HOSTS ("host:port,processes,index", or "auto" under Slurm and
Open MPI), without one."""
POINTS = 256  # along an axis that does not say how many


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser("python -m visualizer.sweeping", description=ABOUT)
    whole.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = whole.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="compute what is missing of a sweep")
    run.add_argument("link", help="the scenario: a link, or its query")
    run.add_argument("directory", help="where sweep.json and the shards are kept")
    run.add_argument("--run", type=int, default=1, metavar="K", help="which of the link's runs is swept (1)")
    run.add_argument(
        "--axis",
        action="append",
        default=[],
        metavar="DIAL[=LOW:HIGH[:COUNT]]",
        help="a dial of the run, spaced as its slider: lr=1e-4:1:1000, cosine.T_max; once for each axis, the one that "
        "varies fastest first (if there is none, those of the link's hyperparameter map)",
    )
    run.add_argument("--seeds", type=int, default=0, metavar="N", help="each point with N seeds, from the link's on")
    run.add_argument("--sum", action="store_true", help="keep of each point what its seeds have in common, not each")
    run.add_argument("--keep", default=",".join(shards.USUAL), help="what is kept of each run (%(default)s)")
    run.add_argument("--shard", type=int, default=shards.SHARD, metavar="RUNS", help="runs of a file (%(default)s)")
    run.add_argument("--share", type=_share, metavar="K/N", help="do the shards K, K + N, K + 2 N, ... (from 0) only")
    read = commands.add_parser("read", help="put the shards together as NAME.npy, and say what is in them")
    read.add_argument("directory")
    return whole


def main(given: Sequence[str] | None = None) -> int:
    """0 when all is done, 2 for what cannot be done, 130 when it was given up (Ctrl-C)."""
    asked = parser().parse_args(given)
    try:
        return run(asked) if asked.command == "run" else read(asked.directory)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ngiven up; the same command goes on from here", file=sys.stderr)
        return 130


def run(asked: argparse.Namespace) -> int:
    scenario, link = _scenario(asked.link)
    if not 1 <= asked.run <= len(scenario.runs):
        raise ValueError(f"the link has {len(scenario.runs)} runs, no run {asked.run}")
    one = scenario.runs[asked.run - 1]
    if one.fork:
        raise ValueError("a run that continues another cannot be swept")
    axes = _axes(asked.axis, scenario, one)
    if asked.seeds:
        axes = {SEED: np.arange(scenario.seed, scenario.seed + asked.seeds, dtype=float), **axes}
    elif asked.sum:
        raise ValueError("--sum needs --seeds")
    if asked.shard < 1:
        raise ValueError(f"a shard has a run or more, not {asked.shard}")
    plan = planned_for(scenario, one, axes, threading.Event())
    about = {"link": link, "run": asked.run}
    folder = shards.begun(asked.directory, plan, about, asked.keep.split(","), asked.shard, asked.sum)
    share = asked.share or hosts.place()
    todo, began, runs = folder.missing(share), time.monotonic(), 0
    mine = len(range(share[0], len(folder.points), share[1]))
    print(f"{plan.total} runs in {len(folder.points)} shards; share {share[0]}/{share[1]}: {len(todo)} of {mine} to do")
    for done, count in enumerate(shards.compute(folder, plan, share), 1):
        runs += count
        spent = time.monotonic() - began
        left = (len(todo) - done) / done * spent
        line = (
            f"{mine - len(todo) + done} of {mine} shards, {runs / spent:.3g} runs a second, {left / 3600:.2f} h to go"
        )
        print(line, end="\r" if sys.stdout.isatty() else "\n", flush=True)
    print(f"\nshare {share[0]}/{share[1]} is done")
    return 0


def read(directory: str) -> int:
    folder = shards.opened(directory)
    about, total = folder.about, math.prod(folder.shape)
    print(about["link"])
    for name, along in folder.axes.items():
        print(f"  {name}: {len(along)} values from {along.min():g} to {along.max():g}")
    print(f"{total} {'points' if about['summed'] else 'runs'}, {len(folder.missing())} shards missing")
    if folder.missing():
        return 0
    for name in about["fields"]:
        array = folder.array(name)
        print(f"{folder.directory / name}.npy: {array.dtype} {array.shape}")
        if name == "outcome":
            counts = [int(np.count_nonzero(array == k)) for k in range(len(OUTCOMES))]
            print("  " + ", ".join(f"{count} {what}" for count, what in zip(counts, OUTCOMES, strict=True)))
    return 0


def _scenario(link: str) -> tuple[Scenario, str]:
    """The scenario, and its link as this version writes it. What a page would mend is refused here."""
    scenario, problems = Scenario.from_query(dict(parse_qsl(link.partition("?")[2] or link)))
    if problems:
        raise ValueError(" ".join(problems))
    query = scenario.to_query()
    return scenario, "&".join(f"{key}={value}" for key, value in query.items())


def _axes(asked: Sequence[str], scenario: Scenario, one: Run) -> dict[str, np.ndarray]:
    known, found = dials_of(one), {}
    chart = scenario.chart.axes if scenario.chart and not asked else ()
    for axis, count in [*((axis, POINTS) for axis in chart), *map(_axis, asked)]:
        if axis.dial not in known:
            raise ValueError(f"{one.optimizer} has no {axis.dial}; known: {', '.join(known)}")
        along = values(axis, known[axis.dial], count)
        for wanted, end in ((axis.low, along[0]), (axis.high, along[-1])):
            if wanted is not None and not math.isclose(wanted, end, rel_tol=1e-6):
                raise ValueError(f"{axis.dial} cannot go from {axis.low:g} to {axis.high:g}")
        found[axis.dial] = along
    return found


def _axis(text: str) -> tuple[Axis, int]:
    number = r"([-+.\deE]+)"
    match = re.fullmatch(rf"([\w.]+)(?:={number}:{number}(?::(\d+))?)?", text)
    try:
        dial, *ends, count = match.groups() if match else ("", "x", "")
        low, high = (None if end is None else float(end) for end in ends)
        if int(count or POINTS) < 2:
            raise ValueError
        return Axis(dial, low, high), int(count or POINTS)
    except ValueError:
        raise ValueError(f"an axis is DIAL=LOW:HIGH:COUNT, of 2 values at least, not {text!r}") from None


def _share(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    if not match or int(match[1]) >= int(match[2]):
        raise argparse.ArgumentTypeError(f"a share is K/N with K from 0 to N - 1, not {text!r}")
    return int(match[1]), int(match[2])


if __name__ == "__main__":
    sys.exit(main())
