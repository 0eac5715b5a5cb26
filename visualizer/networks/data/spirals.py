"""Three spirals: the toy data of Stanford's CS231n."""

import numpy as np

from visualizer.networks.data._data import Dataset
from visualizer.spec import Source, Text

ARMS = 3


def draw(rng: np.random.Generator, n: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    kind = rng.permutation(np.arange(n) % ARMS)
    radius = rng.uniform(0, 1, n)
    angle = 4.0 * (kind + radius) + noise * rng.normal(size=n)
    return radius[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1), kind


SPIRALS = Dataset(
    title=Text("Spirals", "螺旋"),
    order=30,
    source=Source("Karpathy, CS231n, Putting it together: minimal neural network case study", 2015),
    notes=Text(
        "Three arms wound around each other; the noise is that of the angle. Many small steps of an adaptive rule, or "
        "a well-chosen rate, are needed.",
        "三条旋臂相互缠绕\uff0c噪声加在角度上。需要自适应方法走很多小步\uff0c或者选好学习率。",
    ),
    inputs=2,
    outputs=ARMS,
    draw=draw,
    noise=0.2,
    most_noise=0.6,
    window=(-1.2, 1.2, -1.2, 1.2),
)
