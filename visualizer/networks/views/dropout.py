"""Dropout of the network that is looked at: its masks, its losses, the ways of testing, averages and spread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from visualizer.maps import Part
from visualizer.networks.progress import waited
from visualizer.networks.recent import trained
from visualizer.networks.views._dropout_averages import averages, spreads
from visualizer.networks.views._dropout_steps import diagram, jitters
from visualizer.networks.views._dropout_ways import testing
from visualizer.networks.views._view import View, looked
from visualizer.spec import Hyper, Text, Values

if TYPE_CHECKING:
    from visualizer.networks.study import Study

PAGES = {
    "masks": Text("Masks", "掩码"),
    "loss": Text("Loss", "损失"),
    "testing": Text("Testing", "测试"),
    "average": Text("Average", "平均"),
    "spread": Text("Spread", "散布"),
}
USED = {"testing": "seeds", "spread": "masks"}


def parts(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """The first part says what is trained how; a ``begin`` of the page follows, and what its function yields. Nothing
    more where dropout is off, or where the network ``diverged``.
    """
    recipe, page = study.learners[0].recipe, values.show
    if not recipe.dropout:
        yield _about(study, page, False), {}
        return
    (run,) = yield from waited(partial(trained, study, stop), 0.0, 0.0)
    diverged = not np.isfinite(run.theta[-1]).all()
    yield _about(study, page, diverged), {}
    if diverged:
        return
    if page == "testing":
        yield from testing(study, values.seeds, stop)
    elif page == "spread":
        yield from spreads(study, run, values.masks, stop)
    else:
        yield from {"masks": diagram, "loss": jitters, "average": averages}[page](study, run, stop)


def _about(study: Study, page: str, diverged: bool) -> dict[str, Any]:
    network, recipe, points = study.network, study.learners[0].recipe, study.points
    return {
        "kind": "dropout",
        "page": page,
        "p": recipe.dropout,
        "diverged": bool(diverged),
        "inverted": recipe.inverted,
        "jitter": recipe.jitter,
        "batch": min(recipe.batch, points.train),
        "steps": study.steps,
        "inputs": network.inputs,
        "hidden": network.hidden,
        "outputs": network.outputs,
        "activation": network.activation,
        "norm": network.norm,
        "task": network.task,
        "window": study.entry.window,
        "train": points.train,
        "test": points.test,
    }


def fits(study: Study) -> Text | None:
    if study.place is None:
        return Text("No network is there to look at: add one.", "没有可查看的网络\uff1a请添加一个。")
    if not study.network.hidden:
        return Text(
            "This network has no hidden layer, and dropout drops hidden units: there is nothing to drop. Give it a "
            "hidden layer.",
            "该网络没有隐藏层\uff0c而 dropout 丢弃的正是隐藏单元\uff1a没有可丢弃的。请添加隐藏层。",
        )
    return None


DROPOUT = View(
    title=Text("Dropout", "Dropout"),
    asks=Text(
        "Which units each step leaves out, why testing uses them all, and what goes wrong otherwise.",
        "每一步丢弃哪些单元\uff0c测试时为何全部使用\uff0c否则会出什么问题。",
    ),
    order=30,
    parts=parts,
    hypers=(
        Hyper(
            "show",
            "",
            "masks",
            doc=Text("What is to be seen of dropout.", "看 dropout 的哪一方面。"),
            kind="choice",
            choices=tuple(PAGES),
            titles=tuple(PAGES.values()),
        ),
        Hyper(
            "seeds",
            "n",
            8,
            1,
            20,
            doc=Text(
                "Networks of each kind, each trained from its own seed.", "每种训练方式的网络个数\uff0c种子各不相同。"
            ),
            kind="int",
            least=1,
            most=30,
        ),
        Hyper(
            "masks",
            "M",
            128,
            16,
            1024,
            "log",
            doc=Text("Masks whose answers are compared.", "用来比较的掩码个数。"),
            kind="int",
            least=2,
            most=2000,
        ),
    ),
    of=looked,
    fits=fits,
    used=lambda study, values: [name for name in ("show", USED.get(values.show)) if name],
)
