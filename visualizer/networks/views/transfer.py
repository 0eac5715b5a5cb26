"""Weights that were trained for a related task, against a start from scratch: how many target examples it takes."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from visualizer.maps import Part
from visualizer.networks.advice import Advice, advice
from visualizer.networks.architecture import MOST_DEPTH, Architecture
from visualizer.networks.data import Points
from visualizer.networks.intervals import Interval, paired, student
from visualizer.networks.progress import Progress, Work, go_on, together, waited
from visualizer.networks.transfer import PAIRS, WAYS, Lesson, Pair, Plan, Transferred, gathered, lesson
from visualizer.networks.views._view import View, nobody
from visualizer.spec import Hyper, Text, Values

if TYPE_CHECKING:
    from visualizer.networks.study import Study

ABREAST = 2  # seeds at a time: a source's training is one run, which leaves the other processors idle
SHOWN = 150  # points of a plane in a picture of source or target


def parts(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """The first part has pictures of both tasks: ``source`` and ``target`` f4 ``(k, inputs)``, and their classes,
    ``source_kind`` and ``target_kind`` u1 ``(k,)``.

    Further ones, of ``seeds``, tell what the first ``n`` of them say: ``curves`` f4 ``(2, ways, sizes, S, 2, 3)`` of
    loss and mistakes, on training and test points, mean and interval; ``finals`` f4 ``(2, ways, sizes, n)`` on test
    points at the end; ``gains`` f4 ``(2, ways - 1, sizes, 3)``, by how much those of the other ways are below those
    from scratch; ``taught`` f4 ``(n, 2)``, the source's own mistakes.
    """
    pair, network, plan = _asked(study, values)
    yield _about(values, pair, network, plan), _pictures(pair)
    known: list[Lesson] = []
    with ThreadPoolExecutor(ABREAST, "lessons") as pool:
        for begin in range(0, plan.seeds, ABREAST):
            seeds = range(begin, min(begin + ABREAST, plan.seeds))
            share = len(seeds) / plan.seeds
            work = partial(_lessons, pool, pair, network, plan, seeds, stop)
            known += yield from waited(work, begin / plan.seeds, share)
            header = {"kind": "part", "of": "seeds", "n": len(known), "done": len(known) / plan.seeds}
            found = gathered(plan, known)
            yield header | {"advice": [_plain(one) for one in advice(pair.similar, found)]}, _numbers(found)


def _asked(study: Study, values: Values) -> tuple[Pair, Architecture, Plan]:
    """The study's network learns the pair's tasks."""
    pair, own = PAIRS[values["pair"]], study.network
    network = pair.network(own.hidden, own.activation, own.norm)
    frozen = max(0, len(network.hidden) + 1 - values["last"])
    return pair, network, Plan(seeds=int(values["seeds"]), steps=values["steps"], frozen=frozen)


def _lessons(
    pool: ThreadPoolExecutor,
    pair: Pair,
    network: Architecture,
    plan: Plan,
    seeds: range,
    stop: threading.Event,
    progress: Progress,
) -> list[Lesson]:
    """Those of a few seeds at the same time."""
    shares = dict.fromkeys(seeds, 0.0)
    given_up = threading.Event()

    def told(seed: int, share: float) -> None:
        shares[seed] = share
        progress(sum(shares.values()) / len(shares))
        go_on(given_up)

    calls = [partial(lesson, pair, network, plan, seed, Work(stop, partial(told, seed))) for seed in seeds]
    return list(together(pool, calls, given_up))


def _about(values: Values, pair: Pair, network: Architecture, plan: Plan) -> dict[str, Any]:
    return {
        "kind": "transfer",
        "pair": values["pair"],
        "notes": pair.notes.pair(),
        "similar": pair.similar,
        "digits": pair.digits,
        "plane": network.inputs == 2,
        "classes": network.outputs,
        "ways": WAYS,
        "sizes": plan.sizes,
        "widths": (network.inputs, *network.hidden, network.outputs),
        "activation": network.activation,
        "norm": network.norm,
        "parameters": network.size,
        "frozen": plan.frozen,
        "fresh": pair.fresh,
        "seeds": plan.seeds,
        "steps": plan.steps,
        "taught": plan.taught,
        "lr": plan.recipe.hyper["lr"],
        "at": np.append(np.arange(0, plan.steps, -(-plan.steps // plan.shown)), plan.steps).tolist(),
    }


def _pictures(pair: Pair) -> Mapping[str, np.ndarray]:
    """Points of the first seed's tasks; of digits the first of each class."""
    found = {}
    for name, points in {"source": pair.source(0), "target": pair.target(0)}.items():
        kept = _some(points)
        found[name] = points.x[kept].astype(np.float32)
        found[f"{name}_kind"] = points.y[kept].argmax(axis=1).astype(np.uint8)
    return found


def _some(points: Points) -> np.ndarray:
    if points.x.shape[1] == 2:
        return np.arange(min(SHOWN, points.train))
    kinds = points.y[: points.train].argmax(axis=1)
    return np.array([int(np.flatnonzero(kinds == kind)[0]) for kind in np.unique(kinds)])


def _numbers(found: Transferred) -> Mapping[str, np.ndarray]:
    scores = np.stack([found.loss, found.mistakes]).astype(np.float64)  # (2, ways, sizes, n, S, 2)
    finals = scores[..., -1, 1]
    gains = paired(np.moveaxis(finals[:, :1], -1, 0), np.moveaxis(finals[:, 1:], -1, 0))
    arrays = {"curves": _ends(student(np.moveaxis(scores, 3, 0))), "finals": finals, "gains": _ends(gains)}
    return {name: array.astype(np.float32) for name, array in (arrays | {"taught": found.taught}).items()}


def _ends(interval: Interval) -> np.ndarray:
    return np.stack([interval.mean, interval.low, interval.high], axis=-1)


def _plain(one: Advice) -> dict[str, Any]:
    """As JSON, which has no infinities: one seed has no interval."""
    margins = [
        {
            name: value if isinstance(value, str) or np.isfinite(value) else None
            for name, value in margin._asdict().items()
        }
        for margin in one.margins
    ]
    return one._asdict() | {"margins": margins}


def fits(study: Study) -> Text | None:
    if study.network.hidden:
        return None
    return Text(
        "Transfer passes on hidden layers, and this network has none: add one to its shape.",
        "迁移学习传递的是隐藏层\uff0c而这个网络没有隐藏层\uff1a请先添加一层。",
    )


TRANSFER = View(
    title=Text("Transfer", "迁移学习"),
    asks=Text(
        "Whether weights trained on a related task help, and for how many examples.",
        "用相关任务训练过的权重是否有帮助\uff0c目标样本多少时有帮助。",
    ),
    order=60,
    parts=parts,
    of=nobody,
    fits=fits,
    hypers=(
        Hyper(
            "pair",
            "",
            "moons_turned",
            doc=Text("What is learned first, and what then.", "先学什么\uff0c再学什么。"),
            kind="choice",
            choices=tuple(PAIRS),
            titles=tuple(pair.title for pair in PAIRS.values()),
        ),
        Hyper(
            "last",
            "",
            1,
            1,
            4,
            doc=Text(
                "Of the frozen way: so many of the last layers are trained, those before them stay the source's.",
                "\u201c冻结\u201d方式中训练最后多少层\uff1b之前的各层保持源任务的权重不变。",
            ),
            kind="int",
            least=1,
            most=MOST_DEPTH + 1,
        ),
        Hyper(
            "steps",
            "T",
            500,
            50,
            2000,
            "log",
            Text("Updates on the target.", "在目标任务上更新的步数。"),
            kind="int",
            least=20,
            most=5000,
        ),
        Hyper(
            "seeds",
            "n",
            "8",
            doc=Text(
                "Each has points, a source and initial weights of its own. More seeds, narrower intervals.",
                "每个种子有自己的数据、源网络和初始权重。种子越多\uff0c区间越窄。",
            ),
            kind="choice",
            choices=("2", "4", "8", "16"),
        ),
    ),
)
