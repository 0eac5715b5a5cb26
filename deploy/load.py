"""A lecture hall against one server: N students open the link, and then drag sliders. ``make load N=300``.

Speaks what a browser speaks: the page and the files that it names, compressed; Streamlit's websocket with the protobuf
messages of the installed package. A student comes at some moment of the first ``--join`` seconds; from then on an edit
follows every ``--every`` seconds on average, and each has to be answered with a new picture. Only this machine is ever
asked. Without ``--port`` a server of its own is started, and its processor time and memory are reported.

``--gate R`` also compares an edit with a script run of ``plain.py``, in turns, and ends with status 1 when it takes
more than R times the processor time, or when anything failed: seconds differ between machines, this does not.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from servers import processor, resident, served
from students import PATIENCE, Seen, Student

PLAIN = Path(__file__).parent / "plain.py"
ROUNDS, IN_A_ROUND = 7, 60  # of a comparison; the first round warms up


async def attend(student: Student, comes: float, begins: float, ends: float, every: float) -> None:
    """One student's hour: comes, waits until all have come, edits until the end."""
    await asyncio.sleep(max(0.0, comes - time.perf_counter()))
    try:
        link = await student.come()
        await asyncio.sleep(max(0.0, begins + student.random.uniform(0, every) - time.perf_counter()))
        while time.perf_counter() < ends:
            done = time.perf_counter()
            await student.edit(link)
            await asyncio.sleep(max(0.0, done + every * student.random.uniform(0.8, 1.2) - time.perf_counter()))
        await link.close()
    except Exception as error:  # whatever it was, it counts
        student.seen.failures.append(f"{type(error).__name__}: {error}"[:160])


async def hall(args: argparse.Namespace, port: int, pid: int | None) -> tuple[Seen, dict[str, float]]:
    """All of it; what was seen, and what it cost the server."""
    seen, now = Seen(), time.perf_counter()
    begins = now + args.join + args.settle
    ends = begins + args.seconds
    cost: dict[str, float] = {}
    held, used = (resident(pid), processor(pid)) if pid else (0.0, 0.0)
    students = [Student(number, port, seen) for number in range(args.n)]
    tasks = [
        asyncio.create_task(attend(one, now + args.join * k / args.n, begins, ends, args.every))
        for k, one in enumerate(students)
    ]
    await asyncio.sleep(begins - time.perf_counter())
    if pid:
        joined = processor(pid)
        cost |= {"joining_s": joined - used, "joined_mb": resident(pid), "before_mb": held}
    counted, peak = len(seen.edits), 0.0
    while time.perf_counter() < ends:
        await asyncio.sleep(min(1.0, max(0.05, ends - time.perf_counter())))
        peak = max(peak, resident(pid)) if pid else 0.0
    if pid:
        edits = max(1, len(seen.edits) - counted)
        cost |= {"edit_ms": 1000 * (processor(pid) - joined) / edits, "peak_mb": peak, "after_mb": resident(pid)}
    await asyncio.wait(tasks, timeout=PATIENCE)
    return seen, cost


async def compared(servers: Sequence[tuple[int, int]]) -> list[float]:
    """Processor milliseconds of an edit for each server (port and process), by one student each, in turns."""
    spent: list[list[float]] = [[] for _ in servers]
    seen = Seen()
    students = [Student(0, port, seen) for port, _ in servers]
    links = [await student.come() for student in students]
    for _ in range(ROUNDS):
        for (_, pid), student, link, found in zip(servers, students, links, spent, strict=True):
            before = processor(pid)
            for _ in range(IN_A_ROUND):
                await student.edit(link)
            found.append(1000 * (processor(pid) - before) / IN_A_ROUND)
    for link in links:
        await link.close()
    return [statistics.median(found[1:]) for found in spent]


# ---- what it was -----------------------------------------------------------------------------------------------------


def share(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")


def report(args: argparse.Namespace, seen: Seen, cost: dict[str, float]) -> None:
    def line(name: str, values: Sequence[float]) -> None:
        p50, p95, p99, top = (1000 * share(values, part) for part in (0.5, 0.95, 0.99, 1.0))
        print(f"{name:24} p50 {p50:8.1f}  p95 {p95:8.1f}  p99 {p99:8.1f}  max {top:8.1f} ms  ({len(values)})")

    print(f"{args.n} students, {args.join:g} s to come, an edit every {args.every:g} s for {args.seconds:g} s")
    line("first picture", seen.firsts)
    line("  of it the script run", seen.runs)
    line("edit", seen.edits)
    mean = sum(seen.wire) / max(1, len(seen.wire))
    print(f"a first visit's files {mean / 1e6:.2f} MB, a picture {share(seen.pictures, 0.5) / 1e3:.1f} kB (median)")
    if cost:
        visit = 1000 * cost["joining_s"] / args.n
        each = (cost["joined_mb"] - cost["before_mb"]) / args.n
        print(f"processor: {cost['edit_ms']:.1f} ms an edit, {visit:.1f} ms a first visit with its picture")
        print(
            f"memory: {cost['before_mb']:.0f} MB before, {cost['joined_mb']:.0f} when all had come "
            f"({each:.2f} a session), at most {cost['peak_mb']:.0f}, {cost['after_mb']:.0f} at the end"
        )
    print(f"failures: {len(seen.failures)}{''.join(f'{chr(10)}  {one}' for one in sorted(set(seen.failures))[:10])}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--join", type=float, default=30.0)
    parser.add_argument("--settle", type=float, default=3.0, help="seconds between the last join and the first edits")
    parser.add_argument("--every", type=float, default=5.0)
    parser.add_argument("--port", type=int, help="of a server on this machine that runs already")
    parser.add_argument("--pid", type=int, help="its process")
    parser.add_argument("--gate", type=float, help="how many times a plain page's processor time an edit may take")
    args = parser.parse_args()
    dear = False
    with served() if args.port is None else contextlib.nullcontext((args.port, args.pid)) as (port, pid):
        seen, cost = asyncio.run(hall(args, port, pid))
        report(args, seen, cost)
        if args.gate is not None and pid:
            with served(PLAIN) as plain:
                ours, theirs = asyncio.run(compared([(port, pid), plain]))
            dear = ours > args.gate * theirs
            print(f"an edit {ours:.1f} ms, a plain page's run {theirs:.1f} ms: {ours / theirs:.2f} times")
    return int(bool(seen.failures) or dear or not seen.edits)


if __name__ == "__main__":
    sys.exit(main())
