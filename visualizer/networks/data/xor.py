"""Exclusive or: the class is the sign of x times y."""

import numpy as np

from visualizer.networks.data._data import Dataset
from visualizer.spec import Source, Text


def draw(rng: np.random.Generator, n: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    x = rng.uniform(-1, 1, (n, 2))
    return x + noise * rng.normal(size=(n, 2)), (x[:, 0] * x[:, 1] < 0).astype(int)


XOR = Dataset(
    title=Text("Exclusive or", "异或"),
    order=40,
    source=Source("Minsky and Papert, Perceptrons", 1969),
    notes=Text(
        "The task that a network without a hidden layer cannot do. At all weights 0 it sits on a saddle.",
        "没有隐藏层的网络学不会的任务。权重全为 0 处是一个鞍点。",
    ),
    inputs=2,
    outputs=2,
    draw=draw,
    noise=0.05,
    most_noise=0.5,
    window=(-1.3, 1.3, -1.3, 1.3),
)
