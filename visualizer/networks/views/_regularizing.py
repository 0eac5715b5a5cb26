"""The modes of the view of regularization: one change, all of them, one swept, and what it does to bias and variance.

All of them train the learner that is looked at, and compare runs of the same seed: the first seed is the learner's own,
on the points of the study.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from visualizer.maps import Part
from visualizer.networks import bias, regularization
from visualizer.networks.architecture import CLASSES, VALUES
from visualizer.networks.changes import CHANGES, Setting, decays
from visualizer.networks.data import sample
from visualizer.networks.intervals import SURE, paired, student
from visualizer.networks.progress import streamed
from visualizer.networks.regularization import TEST, TRAIN, VALIDATION, Compared, Row, gathered, side_by_side, verdict
from visualizer.networks.views import _pictures as pictures
from visualizer.spec import HyperError, Text, Values

if TYPE_CHECKING:
    from visualizer.networks.study import Study

FRAMES = 25  # of the first seed's answers, besides the beginning
DRAWS = 20  # networks for bias and variance
TRUTH = 200  # inputs where the truth is known
SWEPT = 9  # strengths besides none
DECADES = 4  # of a strength on a scale of powers


def setting_of(study: Study) -> Setting:
    """How the only learner of a study learns; the seed of the points is as far from its seed as the study has it."""
    recipe, data = study.learners[0].recipe, study.data
    return Setting(
        study.network,
        recipe,
        study.dataset,
        data["train"],
        study.entry.test,
        data["noise"],
        data["mislabeled"],
        study.steps,
        ahead=data["draw"] - recipe.seed,
    )


def unfit(setting: Setting, change: str) -> Text | None:
    """Why a network cannot be changed so."""
    if change in ("dropout", "narrow") and not setting.network.hidden:
        return Text("This network has no hidden units.", "该网络没有隐藏单元。")
    if change == "decay" and decays(setting.recipe.optimizer) is None:
        return Text(
            f"{setting.recipe.optimizer} has no twin with decoupled decay: take AdamW's or SGDW's relatives, or L2.",
            f"{setting.recipe.optimizer} 没有解耦权重衰减的对应版本\uff1a请换用 Adam、SGD 一类\uff0c或改用 L2。",
        )
    return None


class Pair(NamedTuple):
    """A change, and the places of the settings without and with it."""

    change: str
    value: float
    without: int
    with_: int

    def compared(self, rows: Sequence[list[Row]]) -> Compared:
        plain, changed = (gathered([row[place] for row in rows]) for place in (self.without, self.with_))
        return side_by_side(plain, changed, CHANGES[self.change].stopped)


def pair_of(setting: Setting, change: str, value: float, settings: list[Setting]) -> Pair:
    """Adds what is not there yet to the settings."""
    entry = CHANGES[change]

    def place(one: Setting) -> int:
        if one not in settings:
            settings.append(one)
        return settings.index(one)

    plain = entry.left_out(setting)
    return Pair(change, value, place(plain), place(plain if entry.stopped else entry.apply(setting, value)))


def seeds_of(setting: Setting, count: int) -> range:
    return range(setting.recipe.seed, setting.recipe.seed + count)


def strength(change: str, values: Values) -> float:
    return 1.0 if CHANGES[change].stopped else float(values[change])


def refuse(why: Text | None) -> None:
    if why:
        raise HyperError(why)


def one(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """``seed`` parts hold ``loss``, ``mistakes`` f4 ``(2, S, 3)`` without and with the change on training, validation
    and test points, ``zeros`` f4 ``(2, S)``, the places ``stop`` of the lowest validation losses, and the ``table`` of
    all seeds so far. An ``answers`` part has the first seed's: ``without``, ``with`` ``(F, G, ...)``, and the
    ``classes`` u1 ``(2, train)`` that were learned.
    """
    setting, change = setting_of(study), values.change
    refuse(unfit(setting, change))
    settings: list[Setting] = []
    pair = pair_of(setting, change, strength(change, values), settings)
    seeds = seeds_of(setting, int(values.seeds))
    yield header(study, values, change=change, value=pair.value, seeds=len(seeds), first=seeds[0]), {}
    rows: list[list[Row]] = []
    for done, found in streamed(lambda told: regularization.each(settings, seeds, stop, told, seeds[:1])):
        if found is None:
            yield {"kind": "part", "of": "progress", "done": done}, {}
            continue
        rows.append(found)
        yield _seed(study, pair, rows, done)
        if len(rows) == 1 and pictures.nodes(study) is not None:
            yield _answers(study, settings, pair, rows[0], seeds[0])


def _seed(study: Study, pair: Pair, rows: Sequence[list[Row]], done: float) -> Part:
    last = [rows[-1][place] for place in (pair.without, pair.with_)]
    found = pair.compared(rows)
    said = {
        "kind": "part",
        "of": "seed",
        "place": len(rows) - 1,
        "done": done,
        "at": last[0].at.tolist(),
        "stop": [int(found.plain.stop[-1]), int(found.changed.stop[-1])],
        "table": table(found, study.entry.task),
    }
    arrays = {name: np.stack([getattr(row, name) for row in last]) for name in ("loss", "mistakes", "zeros")}
    return said, {name: array.astype(np.float32) for name, array in arrays.items()}


def table(found: Compared, task: str) -> list[dict[str, Any]]:
    """Rows of what there is without and with a change, and of the difference; what it means where that is plain."""
    both = (found.plain, found.changed)
    values: dict[str, list[np.ndarray]] = {
        "train": [one.scores()[:, TRAIN] for one in both],
        "test": [one.scores()[:, TEST] for one in both],
        "gap": [one.gap() for one in both],
    }
    if task == CLASSES:
        values["mistakes"] = [one.scores("mistakes")[:, TEST] for one in both]
    values["zeros"] = [one.scores("zeros") for one in both]
    return [
        {
            "name": name,
            "without": pictures.told(student(plain)),
            "with": pictures.told(student(changed)),
            "difference": pictures.told(paired(changed, plain)),
            "verdict": verdict(paired(changed, plain)),
        }
        for name, (plain, changed) in values.items()
    ]


def _answers(study: Study, settings: Sequence[Setting], pair: Pair, rows: Sequence[Row], seed: int) -> Part:
    x = pictures.nodes(study)
    assert x is not None
    arrays, classes = {}, []
    at = rows[0].at
    stop = regularization.best(rows[pair.with_].loss[:, VALIDATION]) if CHANGES[pair.change].stopped else None
    kept = np.unique(np.linspace(0, len(at) - 1, min(len(at), FRAMES + 1)).round().astype(int))
    kept = kept if stop is None else np.union1d(kept, stop)
    for name, place in (("without", pair.without), ("with", pair.with_)):
        setting, row, points = settings[place], rows[place], settings[place].points(seed)
        arrays[name] = pictures.pictures(setting.program, points, row.theta[kept], x)
        classes.append(points.y[: points.train].argmax(axis=1))
    arrays["classes"] = np.stack(classes).astype(np.uint8)
    said = {"kind": "part", "of": "answers", "at": at[kept].tolist(), "stop": None if stop is None else int(at[stop])}
    return said, arrays


def every(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """``changes`` parts hold the rows of all changes after so many seeds, and ``loss``, ``gap`` f4 ``(changes, n)``:
    each seed's difference.
    """
    setting = setting_of(study)
    refused = {change: why for change in CHANGES if (why := unfit(setting, change))}
    settings: list[Setting] = []
    fit = [change for change in CHANGES if change not in refused]
    pairs = [pair_of(setting, change, CHANGES[change].dial.default, settings) for change in fit]
    seeds = seeds_of(setting, int(values.seeds))
    said = {change: why.pair() for change, why in refused.items()}
    yield header(study, values, changes=fit, refused=said, seeds=len(seeds), first=seeds[0]), {}
    rows: list[list[Row]] = []
    for done, found in streamed(lambda told: regularization.each(settings, seeds, stop, told)):
        if found is None:
            yield {"kind": "part", "of": "progress", "done": done}, {}
            continue
        rows.append(found)
        compared = [pair.compared(rows) for pair in pairs]
        told = [_change(pair, one, study.entry.task) for pair, one in zip(pairs, compared, strict=True)]
        loss = [one.changed.scores()[:, TEST] - one.plain.scores()[:, TEST] for one in compared]
        gap = [one.changed.gap() - one.plain.gap() for one in compared]
        arrays = {"loss": np.array(loss, np.float32), "gap": np.array(gap, np.float32)}
        yield {"kind": "part", "of": "changes", "done": done, "n": len(rows), "rows": told}, arrays


def _change(pair: Pair, found: Compared, task: str) -> dict[str, Any]:
    """``joint`` intervals hold for all changes at once (Bonferroni): by them a change is said to help."""
    sure = 1 - (1 - SURE) / len(CHANGES)
    plain, changed = found.plain.scores()[:, TEST], found.changed.scores()[:, TEST]
    loss = paired(changed, plain, sure)
    rows = {row["name"]: row for row in table(found, task)}
    gaps = paired(found.changed.gap(), found.plain.gap(), sure)
    return {
        "change": pair.change,
        "value": pair.value,
        "loss": rows["test"]["difference"],
        "gap": rows["gap"]["difference"],
        "mistakes": rows["mistakes"]["difference"] if "mistakes" in rows else None,
        "joint": {"loss": pictures.told(loss), "gap": pictures.told(gaps)},
        "verdict": {"loss": verdict(loss), "gap": verdict(gaps)},
    }


def strengths(change: str) -> list[float]:
    """What a strength is swept over: none, and ``SWEPT`` more."""
    dial = CHANGES[change].dial
    if dial.scale == "log0":
        powers = np.geomspace(dial.high / 10**DECADES, dial.high, SWEPT)
        return [0.0, *(float(f"{value:.2g}") for value in powers)]
    return [float(f"{value:.3g}") for value in np.linspace(dial.low, dial.high, SWEPT + 1)]


def sweep(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """``strengths`` parts hold the loss after so many seeds, as intervals, at each of the header's ``strengths``; of
    early stopping at each step where it could stop, which is one run.
    """
    setting, change = setting_of(study), values.change
    refuse(unfit(setting, change))
    entry, seeds = CHANGES[change], seeds_of(setting, int(values.seeds))
    plain = entry.left_out(setting)
    swept = [] if entry.stopped else strengths(change)
    settings = [plain] if entry.stopped else [entry.apply(setting, value) for value in swept]
    about = {"change": change, "strengths": swept, "seeds": len(seeds), "first": seeds[0]}
    about |= {"none": len(swept) - 1 if entry.without else 0, "now": None if entry.stopped else values[change]}
    yield header(study, values, **about), {}
    rows: list[np.ndarray] = []
    for done, found in streamed(lambda told: regularization.each(settings, seeds, stop, told)):
        if found is None:
            yield {"kind": "part", "of": "progress", "done": done}, {}
            continue
        rows.append(found[0].loss if entry.stopped else np.stack([row.loss[-1] for row in found]))
        yield _strengths(np.stack(rows), found[0].at if entry.stopped else None, about["none"], done)


def _strengths(loss: np.ndarray, at: np.ndarray | None, none: int, done: float) -> Part:
    """Of losses ``(n, strengths, 3)``, or ``(n, S, 3)`` after the steps ``at``, the last of which is without it."""
    none = none if at is None else -1
    chosen = int(np.where(np.isfinite(mean := loss[:, :, VALIDATION].mean(axis=0)), mean, np.inf).argmin())
    best = paired(loss[:, chosen, TEST], loss[:, none, TEST])
    arrays = {name: np.array(student(loss[:, :, place])[:3], np.float32) for name, place in PARTS.items()}
    difference = paired(loss[:, :, TEST], loss[:, [none], TEST])
    arrays["difference"] = np.array(difference[:3], np.float32)
    said = {"n": len(loss), "chosen": chosen, "best": pictures.told(best), "verdict": verdict(best)}
    said |= {"at": None if at is None else at.tolist()}
    return {"kind": "part", "of": "strengths", "done": done, **said}, arrays


PARTS = {"train": TRAIN, "validation": VALIDATION, "test": TEST}


def spread(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """Bias and variance. The first part has ``x`` and ``truth`` f4 ``(G,)``; ``draw`` parts ``answers`` f4 ``(2, G)``
    of two networks, without and with the change, that saw the same points, and from the third on the ``table``.
    """
    setting, change = setting_of(study), values.change
    if study.entry.task != VALUES:
        refuse(
            Text(
                "Bias and variance take a truth that is known, and a curve to see them: choose the noisy curve.",
                "偏差与方差需要已知的真值\uff0c并在曲线上观察\uff1a请选择“带噪曲线”。",
            )
        )
    refuse(unfit(setting, change))
    entry = CHANGES[change]
    if entry.stopped:
        refuse(
            Text(
                "Early stopping is not among what is compared here: choose another change.",
                "此处不比较提前停止\uff1a请选择其他方法。",
            )
        )
    settings = [entry.left_out(setting), entry.apply(setting, strength(change, values))]
    seeds = seeds_of(setting, DRAWS)
    known = sample(study.dataset, TRUTH, 0, 0.0)
    order = np.argsort(known.x[:TRUTH, 0])
    x, truth = known.x[order].astype(np.float64), known.clean[order].astype(np.float64)
    about = {"change": change, "value": strength(change, values), "seeds": DRAWS, "first": seeds[0]}
    yield (
        header(study, values, **about, noise=study.data["noise"]),
        {"x": x[:, 0].astype(np.float32), "truth": truth[:, 0].astype(np.float32)},
    )
    given: list[np.ndarray] = []
    for done, found in streamed(lambda told: bias.each(settings, x, seeds, stop, told)):
        if found is None:
            yield {"kind": "part", "of": "progress", "done": done}, {}
            continue
        given.append(found)
        rows = parts_of(np.stack(given), truth) if len(given) > 2 else []
        said = {"kind": "part", "of": "draw", "done": done, "place": len(given) - 1, "table": rows}
        yield said, {"answers": found[:, :, 0].astype(np.float32)}


def parts_of(given: np.ndarray, truth: np.ndarray) -> list[dict[str, Any]]:
    """The rows of bias, variance and their sum, of answers ``(D, 2, G, outputs)`` of D networks without and with."""
    plain, changed = (bias.jackknifed(given[:, k], truth) for k in range(2))
    return [
        {
            "name": name,
            "without": pictures.told(student(getattr(plain, name))),
            "with": pictures.told(student(getattr(changed, name))),
            "difference": pictures.told(paired(getattr(changed, name), getattr(plain, name))),
            "verdict": verdict(paired(getattr(changed, name), getattr(plain, name))),
        }
        for name in ("bias", "variance", "error")
    ]


def header(study: Study, values: Values, **about: Any) -> dict[str, Any]:
    finite = study.entry.finite is not None
    return {"kind": "regularization", "mode": values.mode, "finite": finite, **pictures.about(study), **about}
