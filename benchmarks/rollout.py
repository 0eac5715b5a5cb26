"""The universal rollout against its peers: 8 optimizers x 500 recorded float64 steps on Rosenbrock.

Every competitor starts from the same point with the same hyperparameters. Optax records what the program records
(position, loss, gradient, both moments, step, decay, effective rate, rate), the loops position, loss and gradient only.
They take turns within one run, because a shared machine is noisy, and are printed as ratios of medians. Usage:
``python benchmarks/rollout.py``.
"""

from __future__ import annotations

import importlib.util
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

began = time.perf_counter()
from visualizer.simulate import compiled  # noqa: E402
from visualizer.simulate.job import job  # noqa: E402
from visualizer.simulate.rollout import rollout, run_jobs  # noqa: E402

STEPS, START, ROUNDS = 500, (-1.5, 2.0), 30
RATES = {
    "sgd": 5e-4,
    "momentum": 2e-4,
    "nesterov": 2e-4,
    "adagrad": 0.3,
    "rmsprop": 1e-2,
    "adam": 5e-2,
    "amsgrad": 5e-2,
    "adamw": 5e-2,
}


def ours() -> Callable[[], Any]:
    def run() -> Any:
        return run_jobs([job("rosenbrock", slug, START, STEPS, {"lr": lr}) for slug, lr in RATES.items()])

    return run


def program_only() -> Callable[[], Any]:
    """The compiled program with its arguments ready, and its results as NumPy arrays."""
    from visualizer.simulate.job import pack
    from visualizer.simulate.rollout import RUNS, SMALLEST, _build, _give_back, _spare

    batch = pack([job("rosenbrock", slug, START, STEPS, {"lr": lr}) for slug, lr in RATES.items()])
    program = compiled.program(*_build(("first", "classic"), SMALLEST, RUNS, 0))
    nothing = np.zeros((0, 2))

    def run() -> Any:
        buffer, ends = program(batch, nothing, _spare(SMALLEST))
        found = np.asarray(buffer), np.asarray(ends)
        _give_back(buffer)
        return found

    return run


def optax_scan() -> Callable[[], Any] | None:
    """Optax in ``lax.scan``, one program for each optimizer, at the same compiler flags."""
    if not importlib.util.find_spec("optax"):
        return None
    import jax
    import jax.numpy as jnp
    import optax

    rules = {
        "sgd": optax.sgd,
        "momentum": lambda lr: optax.sgd(lr, 0.9),
        "nesterov": lambda lr: optax.sgd(lr, 0.9, nesterov=True),
        "adagrad": optax.adagrad,
        "rmsprop": optax.rmsprop,
        "adam": optax.adam,
        "amsgrad": optax.amsgrad,
        "adamw": optax.adamw,
    }

    def loss(p: Any) -> Any:
        return (1.0 - p[0]) ** 2 + 100.0 * (p[1] - p[0] ** 2) ** 2

    def make(rule: Any) -> Any:
        def run(start: Any, lr: Any) -> Any:
            transform = rule(lr)

            def step(carry: Any, _: Any) -> Any:
                p, state = carry
                value, g = jax.value_and_grad(loss)(p)
                change, state = transform.update(g, state, p)
                moments = [leaf for leaf in jax.tree.leaves(state) if leaf.shape == p.shape][:2]
                moments += [jnp.zeros_like(p)] * (2 - len(moments))
                rate, decay = -change / moments[0], jnp.zeros_like(p)
                row = jnp.concatenate([p, value[None], g, *moments, change, decay, rate, lr[None]])
                return (p + change, state), row

            return jax.lax.scan(step, (start, transform.init(start)), length=STEPS)[1]

        return jax.jit(run)

    programs = {slug: make(rule) for slug, rule in rules.items()}
    start = jnp.array(START)
    return lambda: [np.asarray(programs[slug](start, jnp.float64(lr))) for slug, lr in RATES.items()]


def numpy_loop() -> Callable[[], Any]:
    """Adam in a plain NumPy loop, eight times."""

    def run() -> Any:
        paths = []
        for _ in RATES:
            p, m, v, path = np.array(START), np.zeros(2), np.zeros(2), []
            for t in range(1, STEPS + 1):
                across, along = p[1] - p[0] ** 2, 1.0 - p[0]
                g = np.array([-2.0 * along - 400.0 * p[0] * across, 200.0 * across])
                path.append((p, along**2 + 100.0 * across**2, g))
                m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
                p = p - 0.05 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
            paths.append(path)
        return paths

    return run


def numba_loop() -> Callable[[], Any] | None:
    """Adam with a gradient by hand, compiled by numba, eight times."""
    if not importlib.util.find_spec("numba"):
        return None
    import numba

    @numba.njit  # type: ignore[untyped-decorator]
    def run(rows: Any) -> Any:
        for k in range(rows.shape[0]):
            x, y, mx, my, vx, vy, power1, power2 = -1.5, 2.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0
            for t in range(rows.shape[1]):
                across, along = y - x * x, 1.0 - x
                gx, gy = -2.0 * along - 400.0 * x * across, 200.0 * across
                power1, power2 = power1 * 0.9, power2 * 0.999
                mx, my = 0.9 * mx + 0.1 * gx, 0.9 * my + 0.1 * gy
                vx, vy = 0.999 * vx + 0.001 * gx * gx, 0.999 * vy + 0.001 * gy * gy
                rows[k, t, 0], rows[k, t, 1], rows[k, t, 2] = x, y, along * along + 100.0 * across * across
                rows[k, t, 3], rows[k, t, 4] = gx, gy
                x -= 0.05 * mx / (1 - power1) / (np.sqrt(vx / (1 - power2)) + 1e-8)
                y -= 0.05 * my / (1 - power1) / (np.sqrt(vy / (1 - power2)) + 1e-8)
        return rows

    return lambda: run(np.empty((len(RATES), STEPS, 5)))


def torch_eager() -> Callable[[], Any] | None:
    if not importlib.util.find_spec("torch"):
        return None
    import torch

    rules = {
        "sgd": lambda p, lr: torch.optim.SGD(p, lr),
        "momentum": lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9),
        "nesterov": lambda p, lr: torch.optim.SGD(p, lr, momentum=0.9, nesterov=True),
        "adagrad": lambda p, lr: torch.optim.Adagrad(p, lr),
        "rmsprop": lambda p, lr: torch.optim.RMSprop(p, lr),
        "adam": lambda p, lr: torch.optim.Adam(p, lr),
        "amsgrad": lambda p, lr: torch.optim.Adam(p, lr, amsgrad=True),
        "adamw": lambda p, lr: torch.optim.AdamW(p, lr),
    }

    def run() -> Any:
        paths = []
        for slug, lr in RATES.items():
            p = torch.tensor(START, dtype=torch.float64, requires_grad=True)
            rule, path = rules[slug]([p], lr), []
            for _ in range(STEPS):
                rule.zero_grad()
                loss = (1.0 - p[0]) ** 2 + 100.0 * (p[1] - p[0] ** 2) ** 2
                loss.backward()
                assert p.grad is not None
                path.append((p.detach().numpy().copy(), loss.item(), p.grad.numpy().copy()))
                rule.step()
            paths.append(path)
        return paths

    return run


def main() -> None:
    rollout("rosenbrock", "adam", START, STEPS)
    print(f"import to first trajectory {time.perf_counter() - began:.2f} s; compiled here: {compiled.compiled_here}")
    competitors = {
        "program alone": program_only(),
        "ours, with packing and unpacking": ours(),
        "Optax in lax.scan": optax_scan(),
        "numba, gradient by hand": numba_loop(),
        "NumPy loop": numpy_loop(),
        "torch eager": torch_eager(),
    }
    for name, run in competitors.items():
        if run is None:
            print(f"{name}: not installed, left out")
        else:
            run()
    slow = {"NumPy loop": 3, "torch eager": 1}
    times: dict[str, list[float]] = {name: [] for name, run in competitors.items() if run}
    for turn in range(ROUNDS):
        for name, run in competitors.items():
            if run and turn < slow.get(name, ROUNDS):
                for _ in range(1 if name in slow else 10):
                    start = time.perf_counter()
                    run()
                    times[name].append(time.perf_counter() - start)
    base = statistics.median(times["program alone"])
    for name, found in times.items():
        median = statistics.median(found)
        per_step = median / len(RATES) / STEPS * 1e9
        print(f"{name:34} {median * 1e3:10.3f} ms {per_step:10.0f} ns/step {median / base:9.1f}x")


if __name__ == "__main__":
    main()
