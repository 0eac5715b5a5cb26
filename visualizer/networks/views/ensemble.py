"""Several networks as one: what their mean answers, and what it is worth."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from visualizer.maps import Part
from visualizer.networks.ensembles import SHAPES
from visualizer.networks.views import _ensembling as modes
from visualizer.networks.views._view import View, looked
from visualizer.networks.views.regularization import nobody_learns
from visualizer.spec import Hyper, Text, Values

if TYPE_CHECKING:
    from visualizer.networks.study import Study

KINDS = {
    "seeds": modes.seeds,
    "snapshots": modes.snapshots,
    "swa": modes.swa,
    "weights": modes.weights,
    "worth": modes.worth,
}
USED = {
    "seeds": ["kind", "members"],
    "snapshots": ["kind", "members", "shape"],
    "swa": ["kind", "tail"],
    "weights": ["kind", "members"],
    "worth": ["kind", "members", "repeats"],
}


def parts(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """See ``_ensembling``."""
    return KINDS[values.kind](study, values, stop)


def used(study: Study, values: Values) -> Sequence[str]:
    return USED[values.kind]


ENSEMBLE = View(
    title=Text("Ensembles", "集成"),
    asks=Text(
        "What several networks answer together, and what that is worth.", "多个网络合在一起的回答\uff0c以及它值多少。"
    ),
    order=50,
    parts=parts,
    hypers=(
        Hyper(
            "kind",
            "k",
            "seeds",
            kind="choice",
            doc=Text("Which networks are taken together, and how.", "合并哪些网络\uff0c怎样合并。"),
            choices=tuple(KINDS),
            titles=(
                Text("Seeds", "不同种子"),
                Text("Snapshots of one run", "一次训练的快照"),
                Text("Weight averaging (SWA)", "权重平均\uff08SWA\uff09"),
                Text("Mean of independent weights", "独立网络的权重平均"),
                Text("What each is worth", "各值多少"),
            ),
        ),
        Hyper(
            "members",
            "K",
            5,
            2,
            12,
            doc=Text("How many networks.", "网络的个数。"),
            kind="int",
            least=2,
            most=12,
        ),
        Hyper(
            "shape",
            "s",
            "cosine",
            kind="choice",
            doc=Text(
                "How the rate goes in a cycle: down half a cosine (Huang et al.), or up and down a triangle (Smith).",
                "每个周期内学习率的走法\uff1a沿半个余弦下降\uff08Huang 等\uff09\uff0c或沿三角形升降\uff08Smith\uff09。",
            ),
            choices=SHAPES,
            titles=(Text("Cosine", "余弦"), Text("Triangle", "三角")),
        ),
        Hyper(
            "tail",
            "q",
            0.25,
            0.05,
            0.75,
            doc=Text("The last share of the steps, which is averaged.", "取平均的最后一段步数占比。"),
            least=0.01,
            most=1.0,
        ),
        Hyper(
            "repeats",
            "n",
            "8",
            kind="choice",
            doc=Text(
                "How often all are trained, with new points and seeds.",
                "全部重复训练的次数\uff0c每次换新的数据与种子。",
            ),
            choices=("4", "8", "16"),
        ),
    ),
    of=looked,
    fits=nobody_learns,
    used=used,
)
