"""Claims of textbooks measured over seeds on the study's data and shape, and what can be said of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from visualizer.maps import Part
from visualizer.networks.compare import MEASURES, Comparison
from visualizer.networks.data import sample
from visualizer.networks.intervals import Interval, paired, student
from visualizer.networks.progress import with_progress
from visualizer.networks.questions import QUESTIONS, Answer, Claim, Question, answered, judged, rank
from visualizer.networks.views._view import View, nobody
from visualizer.spec import Hyper, Text, Values

if TYPE_CHECKING:
    from visualizer.networks.study import Study

SEEDS = ("4", "8", "16", "32")
VALIDATING = range(1000, 1004)  # seeds that choose rates: none of those that are compared
DRAWN = ("train", "noise", "mislabeled")  # what the data have of the study's; each seed draws its own


def parts(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """A part of ``rates`` says which were chosen. Each part of a ``seed`` holds what its arms ended with, ``measured``
    f8 ``(arms, measures)``, and over the seeds so far their ``means`` and their ``differences`` from the first arm: f8
    ``(arms, measures, 3)``, the mean and the ends of its interval. The part of the ``verdict`` is the last.
    """
    question, seeds = QUESTIONS[values["question"]], range(int(values["seeds"]))
    network, data = study.network, {name: study.data[name] for name in DRAWN}
    yield _about(question, question.steps(sample(study.dataset, **data)), len(seeds), network.task), {}
    rows: list[np.ndarray] = []

    def work(tell: Callable[[Any], None]) -> Answer:
        return answered(
            question,
            network,
            study.dataset,
            seeds,
            VALIDATING,
            data=data,
            cancel=stop,
            progress=tell,
            chosen=lambda rates: tell(_rates(question, rates)),
            seen=lambda j, measured: tell((j, measured)),
        )

    done = 0.0
    for told in with_progress(work):
        if isinstance(told, Answer):
            yield _verdict(question, told.comparison), {}
        elif isinstance(told, dict):
            yield told, {}
        elif isinstance(told, tuple):
            seed, measured = told
            rows.append(measured)
            yield {"kind": "part", "of": "seed", "seed": seed, "done": done}, {"measured": measured} | _intervals(rows)
        else:
            done = told
            yield {"kind": "part", "of": "progress", "done": done}, {}


def _about(question: Question, steps: dict[str, int], seeds: int, task: str) -> dict[str, Any]:
    arms = [
        {
            "name": name,
            "title": arm.title.pair(),
            "steps": steps[name],
            "batch": arm.recipe.batch,
            "tuned": len(arm.rates),
        }
        for name, arm in question.arms.items()
    ]
    return {
        "kind": "claims",
        "asks": question.asks.pair(),
        "equal": question.equal.pair(),
        "claims": [_claim(claim) for claim in question.claims],
        "arms": arms,
        "measures": MEASURES,
        "seeds": seeds,
        "task": task,
        "validating": len(VALIDATING),
    }


def _claim(claim: Claim) -> dict[str, Any]:
    source = claim.source
    return {
        "words": claim.words.pair(),
        "source": source.citation,
        "year": source.year,
        "link": f"https://arxiv.org/abs/{source.arxiv}" if source.arxiv else "",
    }


def _rates(question: Question, rates: dict[str, float]) -> dict[str, Any]:
    """Which rates were chosen, and whether one is at an end of those that were tried: a better one may lie beyond."""
    tried = {name: question.arms[name].rates for name in rates}
    chosen = {
        name: {"lr": lr, "tried": tried[name], "end": lr in (min(tried[name]), max(tried[name]))}
        for name, lr in rates.items()
    }
    return {"kind": "part", "of": "rates", "rates": chosen}


def _intervals(rows: list[np.ndarray]) -> dict[str, np.ndarray]:
    every = np.array(rows)
    with np.errstate(invalid="ignore"):
        found = {"means": student(every), "differences": paired(every, every[:, :1])}
    return {name: np.stack([one.mean, one.low, one.high], axis=-1) for name, one in found.items()}


def _verdict(question: Question, comparison: Comparison) -> dict[str, Any]:
    """What is to be said of each claim; how many runs of each arm diverged."""
    claims = [
        [{**one.expected._asdict(), "found": one.found, **_interval(one.interval)} for one in verdicts]
        for verdicts in judged(question, comparison)
    ]
    both = np.isfinite(comparison.measured["sharpness"] + comparison.measured["gap"])
    correlated = _interval(rank(comparison)) | {"points": int(both.sum())}
    lost = [len(comparison.seeds) - int(comparison.of(name, "train_loss").n) for name in comparison.names]
    return {
        "kind": "part",
        "of": "verdict",
        "claims": claims,
        "rank": correlated,
        "lost": lost,
        "done": 1,
    }


def _interval(interval: Interval) -> dict[str, Any]:
    ends = {name: float(getattr(interval, name)) for name in ("mean", "low", "high")}
    return {name: end if np.isfinite(end) else None for name, end in ends.items()} | {"n": int(interval.n)}


CLAIMS = View(
    title=Text("Claims", "结论检验"),
    asks=Text(
        "What textbooks say of batch sizes, Adam and SAM, measured on these data and this shape.",
        "教科书关于批量、Adam 和 SAM 的说法\uff0c在这份数据和这个结构上实测。",
    ),
    order=70,
    parts=parts,
    hypers=(
        Hyper(
            "question",
            "",
            next(iter(QUESTIONS)),
            doc=Text("Which claim is measured.", "检验哪一个说法。"),
            kind="choice",
            choices=tuple(QUESTIONS),
            titles=tuple(question.title for question in QUESTIONS.values()),
        ),
        Hyper(
            "seeds",
            "n",
            "8",
            doc=Text(
                "Each seed draws other data, other weights and another order: more of them make intervals narrower.",
                "每个种子对应另一份数据、另一组初始权重和另一种次序\uff1b种子越多\uff0c区间越窄。",
            ),
            kind="choice",
            choices=SEEDS,
        ),
    ),
    of=nobody,
    matters=lambda study: replace(study, steps=1, data={name: study.data[name] for name in DRAWN}),
)
