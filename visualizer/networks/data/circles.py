"""Two circles around the same centre."""

import numpy as np

from visualizer.networks.data._data import Dataset
from visualizer.spec import Source, Text


def draw(rng: np.random.Generator, n: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    kind = rng.permutation(np.arange(n) % 2)
    angle = rng.uniform(0, 2 * np.pi, n)
    radius = np.where(kind, 0.5, 1.0)
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return x + noise * rng.normal(size=(n, 2)), kind


CIRCLES = Dataset(
    title=Text("Circles", "同心圆"),
    order=20,
    source=Source("scikit-learn, make_circles, with a factor of 0.5", 2011, "1201.0490"),
    notes=Text(
        "One class surrounds the other: a network without a hidden layer does no better than guessing.",
        "一类包围另一类\uff1a没有隐藏层的网络只能靠猜。",
    ),
    inputs=2,
    outputs=2,
    draw=draw,
    noise=0.12,
    most_noise=0.5,
    window=(-1.7, 1.7, -1.7, 1.7),
)
