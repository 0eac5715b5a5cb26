"""Small networks against PyTorch: 2-32-32-2 with dropout, twelve optimizers, 2000 minibatch steps each.

PyTorch runs eagerly, as its tutorials do, on as many threads as is fastest for it here; the same data, batch size and
rules. Both take turns within one run, because a shared machine is noisy. Without PyTorch its part is left out. Usage:
``python benchmarks/networks.py``.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

STEPS, BATCH, DROPOUT, RATE, ROUNDS = 2000, 32, 0.2, 0.01, 5
# Ours, PyTorch's, and what PyTorch's is told.
RULES: dict[str, tuple[str, dict[str, Any]]] = {
    "sgd": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "adagrad": ("Adagrad", {}),
    "adadelta": ("Adadelta", {}),
    "rmsprop": ("RMSprop", {}),
    "adam": ("Adam", {}),
    "adamw": ("AdamW", {}),
    "amsgrad": ("Adam", {"amsgrad": True}),
    "nadam": ("NAdam", {}),
    "radam": ("RAdam", {}),
    "adamax": ("Adamax", {}),
}


def ours() -> Callable[[], Any]:
    from visualizer.networks import Architecture, Recipe, sample, train

    network, points = Architecture(2, (32, 32), 2), sample("moons", 500, 500)
    recipes = [Recipe(slug, {"lr": RATE}, batch=BATCH, dropout=DROPOUT) for slug in RULES]
    return lambda: train(network, points, recipes, STEPS)


def torchs() -> Callable[[], Any] | None:
    try:
        import torch
    except ImportError:
        return None
    from visualizer.networks import sample

    points = sample("moons", 500, 500)
    x, y = torch.tensor(points.x[:500]), torch.tensor(points.y[:500].argmax(axis=1))
    torch.set_num_threads(1)  # two are slower on matrices of this size

    def run() -> None:
        for name, told in RULES.values():
            torch.manual_seed(0)
            layers = [torch.nn.Linear(2, 32), torch.nn.ReLU(), torch.nn.Dropout(DROPOUT), torch.nn.Linear(32, 32)]
            layers += [torch.nn.ReLU(), torch.nn.Dropout(DROPOUT), torch.nn.Linear(32, 2)]
            network = torch.nn.Sequential(*layers)
            rule = getattr(torch.optim, name)(network.parameters(), lr=RATE, **told)
            order = torch.randperm(500)
            for step in range(STEPS):
                at = step * BATCH % 500
                if at + BATCH > 500:
                    order, at = torch.randperm(500), 0
                rows = order[at : at + BATCH]
                rule.zero_grad()
                torch.nn.functional.cross_entropy(network(x[rows]), y[rows]).backward()
                rule.step()

    return run


def scores() -> Callable[[], Any]:
    from visualizer.networks import Architecture, Recipe, sample, train
    from visualizer.networks.evaluate import evaluate

    network, points = Architecture(2, (32, 32), 2), sample("moons", 500, 500)
    (run,) = train(network, points, [Recipe("adam", {"lr": RATE})], STEPS)
    return lambda: evaluate(network, points, run.theta)


def seconds(work: Callable[[], Any]) -> tuple[float, float]:
    wall, spent = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - spent


def main() -> None:
    rivals: dict[str, Callable[[], Any] | None] = {
        f"{len(RULES)} optimizers x {STEPS} steps": ours(),
        "train and test loss of 101 snapshots": scores(),
        "PyTorch, eager": torchs(),
    }
    known = {name: work for name, work in rivals.items() if work}
    for name, work in known.items():
        print(f"{name:40s} first call {seconds(work)[0]:8.3f} s")
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in known}
    for _ in range(ROUNDS):
        for name, work in known.items():
            rounds[name].append(seconds(work))
    medians = {}
    for name, measured in rounds.items():
        wall, spent = np.array(measured).T
        medians[name] = statistics.median(wall)
        print(f"{name:40s} median {medians[name]:8.3f} s  best {wall.min():8.3f} s  processor {spent.min():8.3f} s")
    if len(known) == len(rivals):
        first, *_, last = medians.values()
        print(f"PyTorch takes {last / first:.1f} times as long")
    else:
        print("PyTorch is not installed: pip install torch")


if __name__ == "__main__":
    main()
