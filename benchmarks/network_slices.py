"""A slice of a network's landscape, 101 x 101 nodes with 500 training and 500 test points of 2-32-32-2; and its path.

The peers are what one would write: NumPy, node by node in single precision (one row of the nodes, because it is slow),
and ``jit`` of ``lax.map`` over rows of nodes that are one ``vmap`` each. Both end with the losses only, where ours has
the mistakes too. All take turns within one run, because a shared machine is noisy. Usage:
``python benchmarks/network_slices.py``.
"""

from __future__ import annotations

import contextlib
import resource
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from visualizer.networks import Architecture, Recipe, planes, sample, slices, train  # noqa: E402

SIDE, ROUNDS, RUNS = 101, 5, 12
POINTS = sample("moons", 500, 500)
NETWORK = Architecture(2, (32, 32), 2)


def arrays(theta: Any) -> list[tuple[Any, Any]]:
    found, at = [], 0
    for wide, out in ((2, 32), (32, 32), (32, 2)):
        found.append((theta[at : at + wide * out].reshape(wide, out), theta[at + wide * out : at + (wide + 1) * out]))
        at += (wide + 1) * out
    return found


def forward(theta: Any, xp: Any) -> tuple[Any, Any]:
    """Mean losses of training and test points."""
    h = POINTS.x[:1000]
    for k, (weight, bias) in enumerate(arrays(theta)):
        h = h @ weight + bias
        h = xp.maximum(h, 0) if k < 2 else h
    h = h - h.max(axis=1, keepdims=True)
    loss = xp.log(xp.exp(h).sum(axis=1)) - (h * POINTS.y[:1000]).sum(axis=1)
    return loss[:500].mean(), loss[500:].mean()


def numpys(plane: planes.Plane, window: Any) -> Callable[[], Any]:
    origin, u, v = (part.astype(np.float32) for part in (plane.origin, *plane.axes))
    xs, ys = (np.linspace(*ends, SIDE, dtype=np.float32) for ends in (window[:2], window[2:]))
    return lambda: np.array([[forward(origin + x * u + y * v, np) for x in xs] for y in ys[:1]])


def mapped(plane: planes.Plane, window: Any) -> Callable[[], Any]:
    import jax
    import jax.numpy as jnp

    origin, u, v = (part.astype(np.float32) for part in (plane.origin, *plane.axes))
    xs, ys = (np.linspace(*ends, SIDE, dtype=np.float32) for ends in (window[:2], window[2:]))

    def all_(origin: Any, u: Any, v: Any, xs: Any, ys: Any) -> Any:
        row = jax.vmap(lambda x, y: jnp.stack(forward(origin + x * u + y * v, jnp)), (0, None))
        return jax.lax.map(lambda y: row(xs, y), ys)

    program = jax.jit(all_)
    return lambda: np.asarray(program(origin, u, v, xs, ys))


def seconds(work: Callable[[], Any]) -> tuple[float, float]:
    wall, spent = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - spent


def first_part(network: Architecture, plane: planes.Plane, window: Any) -> None:
    parts = slices.surface(network, POINTS, plane, window)
    next(parts)
    parts.close()


def given_up(plane: planes.Plane, window: Any) -> float:
    cancel = threading.Event()

    def work() -> None:
        with contextlib.suppress(slices.Cancelled):
            slices.whole(NETWORK, POINTS, plane, window, (2001, 2001), cancel=cancel)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.5)
    cancel.set()
    return seconds(thread.join)[0]


def resident() -> float:
    """Megabytes of this process, now: the peers have had the peak."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def main() -> None:
    rules = ("sgd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam", "adamw", "nadam", "radam")
    recipes = [Recipe(rule, {"lr": 0.01}, batch=32, seed=k) for k, rule in enumerate((*rules, "adam", "sgd"))]
    thetas = [run.theta for run in train(NETWORK, POINTS, recipes[:RUNS], 2000)]
    plane = planes.principal(thetas)
    window = planes.window(plane.coordinates(np.concatenate(thetas)))
    works: dict[str, Callable[[], Any]] = {
        f"slice {SIDE} x {SIDE}, {NETWORK.name}": lambda: slices.whole(NETWORK, POINTS, plane, window),
        "its first part": lambda: first_part(NETWORK, plane, window),
        "jit of lax.map of vmap, losses only": mapped(plane, window),
        "NumPy, losses only, one row of nodes": numpys(plane, window),
        f"principal components of {RUNS} x 101": lambda: planes.principal(thetas),
        "a path's height, 101 snapshots": lambda: slices.path(NETWORK, POINTS, plane, thetas[0]),
    }
    for changed in ({"activation": "gelu"}, {"activation": "tanh"}, {"norm": "batch"}, {"norm": "layer"}):
        other = Architecture(2, (32, 32), 2, **changed)
        around = planes.random_directions(other, other.start(0))
        works[f"slice {SIDE} x {SIDE}, {other.name}"] = lambda other=other, around=around: slices.whole(
            other, POINTS, around, (-1.0, 1.0, -1.0, 1.0)
        )
    for name, work in works.items():
        print(f"{name:44s} first call {seconds(work)[0]:8.3f} s")
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            rounds[name].append(seconds(work))
    for name, measured in rounds.items():
        wall, spent = 1e3 * np.array(measured).T
        median = statistics.median(wall)
        print(f"{name:44s} median {median:8.1f} ms  best {wall.min():8.1f} ms  processor {spent.min():8.1f} ms")
    print(f"given up in {given_up(plane, window) * 1e3:.0f} ms")
    before = resident()
    most = max(resident() for _ in slices.surface(NETWORK, POINTS, plane, window, (401, 401)))
    print(f"401 x 401 nodes: at most {most - before:.1f} MB more than before, part by part")


if __name__ == "__main__":
    main()
