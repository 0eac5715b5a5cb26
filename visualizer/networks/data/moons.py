"""Two moons: two half circles, one in the hollow of the other."""

import numpy as np

from visualizer.networks.data._data import Dataset
from visualizer.spec import Source, Text


def draw(rng: np.random.Generator, n: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    kind = rng.permutation(np.arange(n) % 2)
    angle = rng.uniform(0, np.pi, n)
    x = np.where(kind, 0.5 - np.cos(angle), np.cos(angle) - 0.5)
    y = np.where(kind, 0.25 - np.sin(angle), np.sin(angle) - 0.25)
    return np.stack([x, y], axis=1) + noise * rng.normal(size=(n, 2)), kind


MOONS = Dataset(
    title=Text("Two moons", "双月"),
    order=10,
    source=Source("scikit-learn, make_moons; centred here", 2011, "1201.0490"),
    notes=Text(
        "No straight line separates them, a bent one does. With more noise they overlap, and a large network learns "
        "the noise by heart.",
        "直线分不开\uff0c弯曲的边界可以。噪声大时两类重叠\uff0c大网络会把噪声背下来。",
    ),
    inputs=2,
    outputs=2,
    draw=draw,
    noise=0.2,
    most_noise=0.6,
    window=(-2.4, 2.4, -1.7, 1.7),
)
