"""What is said to help against overfitting, in the same run without and with it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from visualizer.maps import Part
from visualizer.networks.changes import CHANGES
from visualizer.networks.views import _regularizing as modes
from visualizer.networks.views._view import View, looked
from visualizer.spec import Hyper, Text, Values

if TYPE_CHECKING:
    from visualizer.networks.study import Study

MODES = {"one": modes.one, "all": modes.every, "sweep": modes.sweep, "bias": modes.spread}
SEEDS = ("1", "4", "8", "16")
STRENGTHS = {slug: replace(change.dial, name=slug) for slug, change in CHANGES.items() if not change.stopped}


def parts(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """See ``_regularizing``."""
    return MODES[values.mode](study, values, stop)


def nobody_learns(study: Study) -> Text | None:
    if study.place is not None:
        return None
    return Text("No network learns: add one.", "没有网络在学习\uff1a请添加一个。")


def used(study: Study, values: Values) -> Sequence[str]:
    own = [values.change] if values.change in STRENGTHS else []
    return {
        "one": ["mode", "change", *own, "seeds"],
        "all": ["mode", "seeds"],
        "sweep": ["mode", "change", "seeds"],
        "bias": ["mode", "change", *own],
    }[values.mode]


REGULARIZATION = View(
    title=Text("Regularization", "正则化"),
    asks=Text(
        "The same run with and without what is said to help against overfitting.",
        "同一次训练\uff0c用与不用某种抗过拟合的方法。",
    ),
    order=40,
    parts=parts,
    hypers=(
        Hyper(
            "mode",
            "m",
            "one",
            kind="choice",
            doc=Text("What is compared.", "比较什么。"),
            choices=tuple(MODES),
            titles=(
                Text("One change", "单项对比"),
                Text("All changes", "全部方法"),
                Text("Its strength", "强度曲线"),
                Text("Bias and variance", "偏差与方差"),
            ),
        ),
        Hyper(
            "change",
            "c",
            "l2",
            kind="choice",
            doc=Text("The one change between the two runs.", "两次训练之间唯一的差别。"),
            choices=tuple(CHANGES),
            titles=tuple(change.title for change in CHANGES.values()),
        ),
        *STRENGTHS.values(),
        Hyper(
            "seeds",
            "n",
            "8",
            kind="choice",
            doc=Text(
                "How often both are trained, each time with new points, another start and another order.",
                "各训练多少次\uff0c每次换新的数据、起点和次序。",
            ),
            choices=SEEDS,
        ),
    ),
    of=looked,
    fits=nobody_learns,
    used=used,
)
