"""Maps against a peer: 512 x 512 starts x 500 Adam steps on Rosenbrock; a 64 x 64 sweep, and what else is promised.

The peer is ``jit(vmap(fori_loop))`` written for Adam on Rosenbrock alone, which ends with positions only. The
competitors take turns within one run, because a shared machine is noisy; medians and best times of the clock, and the
best of the processor, are printed. The compiler's flag of ``visualizer/backend.py`` makes the peer one kernel on one
thread; without it the peer is faster, so a process without it takes its turn too. Usage: ``python benchmarks/maps.py``.
"""

from __future__ import annotations

import contextlib
import functools
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SIDE, STEPS, RATE, ROUNDS = 512, 500, 0.05, 9
WINDOW = (-2.0, 2.0, -1.0, 3.0)


def peer() -> Callable[[], Any]:
    import jax
    import jax.numpy as jnp

    def adam(starts: Any) -> Any:
        def one(p: Any) -> Any:
            def step(_: Any, carry: Any) -> Any:
                p, m, v, b1, b2 = carry
                b1, b2 = b1 * np.float32(0.9), b2 * np.float32(0.999)
                g = jax.grad(lambda p: (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2)(p)
                m = np.float32(0.9) * m + np.float32(0.1) * g
                v = np.float32(0.999) * v + np.float32(0.001) * g * g
                p = p - np.float32(RATE) * (m / (1 - b1)) / (jnp.sqrt(v / (1 - b2)) + np.float32(1e-8))
                return p, m, v, b1, b2

            zero, unit = jnp.zeros_like(p), jnp.ones((), p.dtype)
            return jax.lax.fori_loop(0, STEPS, step, (p, zero, zero, unit, unit))[0]

        return jax.vmap(one)(starts)

    xs, ys = np.linspace(*WINDOW[:2], SIDE, dtype=np.float32), np.linspace(*WINDOW[2:], SIDE, dtype=np.float32)
    starts = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    program = jax.jit(adam)
    return lambda: np.asarray(program(starts))


def seconds(run: Callable[[], Any]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


@contextlib.contextmanager
def flagless() -> Iterator[Callable[[], tuple[float, float]]]:
    """Runs the peer once more, in a process without the flag; seconds of the clock and of the processor."""
    peer_alone = subprocess.Popen(
        [sys.executable, __file__, "--peer"],
        env={**os.environ, "XLA_FLAGS": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert peer_alone.stdin and peer_alone.stdout

    def turn() -> tuple[float, float]:
        print(file=peer_alone.stdin, flush=True)
        clock, processor = peer_alone.stdout.readline().split()
        return float(clock), float(processor)

    try:
        turn()  # compiles
        yield turn
    finally:
        peer_alone.stdin.close()
        peer_alone.wait()


def timed(run: Callable[[], Any]) -> tuple[float, float]:
    before = time.process_time()
    return seconds(run), time.process_time() - before


def take_turns(runs: dict[str, Callable[[], tuple[float, float]]]) -> dict[str, list[tuple[float, float]]]:
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            times[name].append(run())
    for name, spent in times.items():
        clocks, processors = zip(*spent, strict=True)
        median, best, own = (1e3 * part for part in (statistics.median(clocks), min(clocks), min(processors)))
        print(f"{name:28} median {median:8.1f} ms  best {best:8.1f} ms  processor time, best {own:8.1f} ms")
    return times


def main() -> None:
    if "--peer" in sys.argv:
        run = peer()
        for _ in sys.stdin:
            print(*timed(run), flush=True)
        return
    from visualizer import basins, sweep
    from visualizer.simulate import tiles

    grid = {"lr": np.geomspace(1e-5, 1e-1, 64), "momentum": np.linspace(0.0, 0.99, 64)}
    plan = basins("rosenbrock", "adam", WINDOW, (SIDE, SIDE), STEPS, {"lr": RATE})
    runs: dict[str, Callable[[], Any]] = {
        "basins 512 x 512 x 500": plan.whole,
        "jit(vmap(fori)), same flag": peer(),
        "sweep 64 x 64 x 500": lambda: sweep("rosenbrock", "momentum", grid, (-1.5, 2.0), STEPS),
        "first part of the map": lambda: next(iter(plan)),
    }
    for name, run in runs.items():
        print(f"{name:28} first call {seconds(run):7.3f} s")
    with flagless() as alone:
        turns = {name: functools.partial(timed, run) for name, run in runs.items()}
        times = take_turns({**turns, "jit(vmap(fori)), no flag": alone})
    ours, same, *_, without = ([clock for clock, _ in spent] for spent in times.values())
    for name, theirs in {"with the same flag": same, "without it": without}.items():
        median = statistics.median(ours) / statistics.median(theirs)
        print(f"ratio to the peer {name:18} medians {median:.2f}, best times {min(ours) / min(theirs):.2f}")

    cancel = threading.Event()
    long = basins("rosenbrock", "adam", WINDOW, (SIDE, SIDE), 1_000_000, cancel=cancel)

    def whole() -> None:
        with contextlib.suppress(tiles.Cancelled):
            long.whole()

    thread = threading.Thread(target=whole)
    thread.start()
    time.sleep(0.5)
    cancel.set()
    print(f"given up in                  {seconds(thread.join) * 1e3:.0f} ms")
    spent = seconds(basins("rosenbrock", "adam", WINDOW, (4096, 4096), 50, {"lr": RATE}).whole)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"4096 x 4096 x 50             {spent:.1f} s, at most {most:.0f} MB of this process in all")


if __name__ == "__main__":
    main()
