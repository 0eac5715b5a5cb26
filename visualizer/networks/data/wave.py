"""A noisy curve to fit: a sine that speeds up."""

import numpy as np

from visualizer.networks.architecture import VALUES
from visualizer.networks.data._data import Dataset
from visualizer.spec import Source, Text


def curve(x: np.ndarray) -> np.ndarray:
    """Without noise."""
    return np.sin(2.0 * x + x**2) * 0.8


def draw(rng: np.random.Generator, n: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    x = rng.uniform(-2, 2, (n, 1))
    return x, curve(x) + noise * rng.normal(size=(n, 1))


WAVE = Dataset(
    title=Text("Noisy curve", "带噪曲线"),
    order=50,
    source=Source("own", 2026),
    notes=Text(
        "Regression: sin(2x + x²) with noise, from few points. A network that is large enough goes through all of "
        "them; early stopping, penalties and dropout smooth it.",
        "回归\uff1a少量带噪的 sin(2x + x²) 样本。足够大的网络会穿过所有点\uff1b提前停止、惩罚项和 dropout 使它平滑。",
    ),
    inputs=1,
    outputs=1,
    draw=draw,
    noise=0.2,
    most_noise=0.6,
    window=(-2.3, 2.3, -1.8, 1.8),
    task=VALUES,
    truth=curve,
    train=40,
    test=400,
    steps=3000,
)
