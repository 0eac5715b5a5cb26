"""Handwritten digits, 8 x 8 pixels."""

from functools import cache
from pathlib import Path

import numpy as np

from visualizer.networks.data._data import Dataset
from visualizer.spec import Source, Text

FILE = Path(__file__).with_name("_digits.npz")
COUNT = 1797


@cache
def known() -> tuple[np.ndarray, np.ndarray]:
    """All pixels ``(1797, 64)``, from 0 to 1, and digits ``(1797,)``."""
    with np.load(FILE) as stored:
        return stored["pixels"] / 16.0, stored["digit"].astype(int)


def draw(rng: np.random.Generator, n: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    pixels, digit = known()
    chosen = rng.permutation(COUNT)[:n]
    return pixels[chosen] + noise * rng.normal(size=(n, pixels.shape[1])), digit[chosen]


DIGITS = Dataset(
    title=Text("Digits", "手写数字"),
    order=60,
    source=Source("Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI, doi 10.24432/C50P49", 1998),
    notes=Text(
        "1,797 digits by 13 writers, 8 x 8 pixels of 17 greys (UCI's test set, CC BY 4.0). Real data, small enough "
        "to train on while one waits.",
        "13 人手写的 1797 个数字\uff0c8 x 8 像素\uff0c17 级灰度\uff08UCI 测试集\uff0cCC BY 4.0\uff09。"
        "真实数据\uff0c小到可以边等边训练。",
    ),
    inputs=64,
    outputs=10,
    draw=draw,
    noise=0.0,
    most_noise=0.5,
    window=(0.0, 8.0, 0.0, 8.0),
    train=600,
    test=1000,
    finite=COUNT,
)
