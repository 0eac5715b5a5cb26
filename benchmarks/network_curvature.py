"""The sharpness of a network along its path: 101 snapshots, against SciPy's eigsh and whole Hessians; a comparison.

SciPy's Lanczos (ARPACK) has the same compiled products, one call each, and the same tolerance. The whole Hessian is
JAX's, in double precision, with NumPy's eigenvalues: of one snapshot, for it would take long; it is what both are held
to. All take turns within one run, because a shared machine is noisy. Usage: ``python benchmarks/network_curvature.py``.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse.linalg import LinearOperator, eigsh

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

ROUNDS = 5


def seconds(run: Callable[[], Any]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def main() -> None:
    from visualizer.backend import jax
    from visualizer.networks import Architecture, Recipe, sample, train
    from visualizer.networks.compare import compared
    from visualizer.networks.curvature import CLOSE, product, sharpness, top, trace
    from visualizer.networks.forward import losses, outputs

    for dataset, network in {"moons": Architecture(2, (32, 32), 2), "digits": Architecture(64, (32, 32), 10)}.items():
        points = sample(dataset)
        [run] = train(network, points, [Recipe("sgd", {"lr": 0.1})], 2000)

        def peer(k: int, network: Any = network, points: Any = points, run: Any = run) -> list[np.ndarray]:
            def one(theta: np.ndarray) -> np.ndarray:
                matrix = LinearOperator((network.size,) * 2, lambda v: product(network, points, theta, v.ravel())[1])
                return np.sort(eigsh(matrix, k, which="LA", tol=CLOSE, return_eigenvectors=False))[::-1]

            return [one(theta) for theta in run.theta]

        runs: dict[str, Callable[[], Any]] = {
            "1 eigenvalue": lambda n=network, p=points, r=run: sharpness(n, p, r.theta, 1),
            "3 eigenvalues": lambda n=network, p=points, r=run: sharpness(n, p, r.theta, 3),
            "3, each from nothing": lambda n=network, p=points, r=run: [top(n, p, theta, 3) for theta in r.theta],
            "3 by SciPy": lambda peer=peer: peer(3),
            "a trace, 32 products": lambda n=network, p=points, r=run: trace(n, p, r.theta[-1]),
        }
        print(f"{network.name}, {network.size} parameters, {points.train} training points, {len(run.at)} snapshots")
        first = {name: seconds(call) for name, call in runs.items()}
        times: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(ROUNDS):
            for name, call in runs.items():
                times[name].append(seconds(call))
        for name, spent in times.items():
            median, best = 1e3 * statistics.median(spent), 1e3 * min(spent)
            print(f"  {name:22} first call {first[name]:6.2f} s  median {median:8.1f} ms  best {best:8.1f} ms")

        x, y = (part[: points.train].astype(np.float64) for part in (points.x, points.y))
        rows = np.full(len(x), 1 / len(x))

        def loss(theta: Any, network: Any = network, x: Any = x, y: Any = y, rows: Any = rows) -> Any:
            return rows @ losses(network, outputs(network, theta, x, rows), y)

        if network.size < 2000:
            matrix = np.asarray(jax.jit(jax.hessian(loss))(run.theta[-1].astype(np.float64)))
            exact = np.linalg.eigvalsh(matrix)[::-1][:3]
            for name, found in {"ours": top(network, points, run.theta[-1]).values, "SciPy": peer(3)[-1]}.items():
                print(f"  {name:22} off by at most {np.abs(found - exact).max() / exact[0]:.1e} of the largest")

    network = Architecture(2, (32, 32), 2)
    momentum = {"lr": 0.03, "momentum": 0.9}
    recipes = {
        "none": Recipe("momentum", momentum),
        "sam": Recipe("momentum", momentum, wrappers={"sam": {"rho": 0.2}}),
    }
    spent = [seconds(lambda: compared(network, "moons", recipes, range(20), 1000)) for _ in range(ROUNDS)]
    print(f"SAM against none, 20 seeds x 1000 steps: median {statistics.median(spent):.2f} s, best {min(spent):.2f} s")


if __name__ == "__main__":
    main()
