"""What a network of digits looks for: its first weights, images that excite units most, and smooth against rough."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from visualizer.maps import Part
from visualizer.networks.evaluate import evaluate
from visualizer.networks.intervals import student
from visualizer.networks.pictures import (
    PIXELS,
    Maximal,
    Smoothing,
    bumps,
    excited,
    first_weights,
    joint_roughness,
    maximal,
    roughness,
    smoothing,
)
from visualizer.networks.progress import Progress, waited
from visualizer.networks.recent import trained
from visualizer.networks.smoothness import LITTLE, cost, verdict
from visualizer.networks.train import Training
from visualizer.networks.views._view import View, looked
from visualizer.spec import Hyper, Text, Values

if TYPE_CHECKING:
    from visualizer.networks.study import Study

DATASET = "digits"
FRAMES = 40  # of the weights, besides the first
TOP = 12  # test digits that excite a unit most
SAME = 0.01  # two maxima closer than this share of the larger are taken for one
PENALTIES = (0.0, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
BY_BATCH = Text(
    "Under batch normalization what a unit gets of one image depends on the other images of the batch: there is no "
    "image that excites it most. Choose another normalization.",
    "使用批归一化时\uff0c一个单元对某张图像的响应取决于同批的其他图像\uff0c因此不存在最能激发它的图像。请改用其他归一化。",
)
DIVERGED = Text("This network diverged: its last weights are no numbers.", "该网络已发散\uff0c最后的权重不是有效数值。")


def parts(study: Study, values: Values, stop: threading.Event) -> Iterator[Part]:
    """The first part says what is shown, or in ``none`` why there is nothing; see the functions below for the rest."""
    show, network, learner = values["show"], study.network, study.learners[0]
    header = {
        "kind": "weights",
        "show": show,
        "hidden": network.hidden,
        "outputs": network.outputs,
        "steps": study.steps,
        "none": None,
        "starts": int(values["starts"]),
        "penalty": values["penalty"],
        "penalties": PENALTIES,
        "little": LITTLE,
        "seeds": int(values["seeds"]),
        "seed": learner.learn["seed"],
    }
    if show == "smoothing":
        yield header, {}
        yield from _swept(study, int(values["seeds"]), stop)
        return
    run = (yield from waited(lambda progress: trained(study, stop, progress), 0.0, 0.3))[0]
    if show == "weights":
        yield header, {}
        yield _frames(study, run)
        return
    why = BY_BATCH if network.norm == "batch" else None if np.isfinite(run.theta[-1]).all() else DIVERGED
    yield header | {"none": why and why.pair()}, {}
    if not why:
        yield from _climbed(study, run.theta[-1], values, stop)


def _frames(study: Study, run: Training) -> Part:
    """First weights at the steps ``at``: ``weights`` f4 ``(F, units, 64)``, ``rough`` f4 ``(F, units + 1)``, that of
    each unit and of all taken together, ``mistakes`` f4 ``(F, 2)``; and of each unit the test digits that excite it
    most, ``top`` u2 ``(F, units, TOP)``, the strongest first, by number, and the sums ``drive`` that it gets of them.
    """
    network, points = study.network, study.points
    kept = np.unique(np.linspace(0, len(run.at) - 1, min(len(run.at), FRAMES + 1)).round().astype(int))
    images = np.stack([first_weights(network, theta) for theta in run.theta[kept]])
    rough = np.concatenate([roughness(images), joint_roughness(images)[:, None]], axis=1)
    flat, bias = images.reshape(*images.shape[:2], PIXELS), network.parts[1]
    x = points.x[points.train : points.train + points.test].astype(np.float32)
    sums = flat @ x.T + run.theta[kept][:, bias.place, None]
    top, drive = strongest(sums)
    top += np.uint16(points.train)
    header = {"kind": "part", "of": "frames", "at": run.at[kept].tolist(), "train": points.train, "done": 1.0}
    scores = evaluate(network, points, run.theta[kept]).mistakes
    found = {"weights": flat, "rough": rough, "mistakes": scores, "drive": drive}
    return header, {"top": top} | {name: array.astype(np.float32) for name, array in found.items()}


def strongest(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The places u2 of the largest sums along the last axis, the largest first, and those sums."""
    many = min(TOP, sums.shape[-1])
    some = np.argpartition(-sums, many - 1, axis=-1)[..., :many]
    order = np.take_along_axis(some, np.argsort(-np.take_along_axis(sums, some, -1), axis=-1), -1)
    return order.astype(np.uint16), np.take_along_axis(sums, order, -1)


def _climbed(study: Study, theta: np.ndarray, values: Values, stop: threading.Event) -> Iterator[Part]:
    """Parts of ``digits`` hold, of the units of a ``layer``, ``top`` u2 and ``drive`` f4 ``(units, TOP)``; those of
    ``images`` the best after each start: ``images`` f4 ``(units, 64)``, ``value`` f4 ``(units,)`` before the
    activation, ``rough`` f4 ``(units,)``, and ``same`` u1 ``(units,)``, how many of the ``starts`` came as high.
    """
    network, points, starts = study.network, study.points, int(values["starts"])
    sums = excited(network, theta, points.x[points.train : points.train + points.test])
    layers = [len(network.hidden), *range(len(network.hidden))]  # the classes first
    for layer in layers:
        top, drive = strongest(sums[layer].T)
        header = {"kind": "part", "of": "digits", "layer": layer}
        yield header, {"top": top + np.uint16(points.train), "drive": drive.astype(np.float32)}
    widths = (*network.hidden, network.outputs)
    total, done = sum(widths) * starts, 0
    known: dict[int, list[tuple[np.ndarray, np.ndarray]]] = {layer: [] for layer in layers}
    how = {"penalty": values["penalty"], "pixels": values["bounds"] == "pixels", "cancel": stop}
    for start in range(starts):
        for layer in layers:
            share = widths[layer] / total

            def climb(progress: Progress, layer: int = layer, start: int = start) -> Maximal:
                return maximal(network, theta, layer, seed=start, progress=progress, **how)

            found = yield from waited(climb, 0.3 + 0.7 * done, 0.7 * share)
            known[layer].append((found.images, found.value))
            done += share
            header = {"kind": "part", "of": "images", "layer": layer, "starts": start + 1, "done": 0.3 + 0.7 * done}
            yield header, best(known[layer], values["penalty"])


def best(climbs: Sequence[tuple[np.ndarray, np.ndarray]], penalty: float) -> Mapping[str, np.ndarray]:
    """Of several climbs, ``(units, 8, 8)`` and ``(units,)`` each, the one that is worth most, for each unit."""
    images, value = (np.stack(one) for one in zip(*climbs, strict=True))
    worth = value - penalty / 2 * bumps(images)
    chosen = worth.argmax(axis=0)
    units = np.arange(len(chosen))
    highest = worth[chosen, units]
    same = (worth >= highest - SAME * abs(highest)).sum(axis=0)
    found = images[chosen, units]
    arrays = {"images": found.reshape(len(found), PIXELS), "value": value[chosen, units], "rough": roughness(found)}
    return {"same": same.astype(np.uint8)} | {name: array.astype(np.float32) for name, array in arrays.items()}


def _swept(study: Study, seeds: int, stop: threading.Event) -> Iterator[Part]:
    """Parts tell what the first ``n`` seeds say of each penalty: ``mistakes`` and ``rough`` f4 ``(L, n)`` on test
    points, of the first weights; ``accuracy``, ``roughness`` f4 ``(L, 3)``, mean and interval, and ``cost`` f4 ``(L,
    3)``, by how much the mistakes are above those without a penalty; the first also ``pictures`` f4 ``(L, units, 64)``.
    """
    network, points, recipe = study.network, study.points, study.learners[0].recipe
    known: list[Smoothing] = []
    for k in range(seeds):

        def work(progress: Progress, seed: int = (recipe.seed + k) % 2**31) -> Smoothing:
            go = partial(smoothing, network, points, recipe, PENALTIES, [seed], study.steps)
            return go(cancel=stop, progress=progress)

        known.append((yield from waited(work, k / seeds, 1 / seeds)))
        mistakes = np.concatenate([one.mistakes[:, :, 1] for one in known], axis=1)
        rough = np.concatenate([one.rough for one in known], axis=1)
        arrays = {"mistakes": mistakes, "rough": rough} | _intervals(mistakes, rough)
        if not k:
            images = [first_weights(network, theta) for theta in known[0].theta[:, 0]]
            arrays["pictures"] = np.stack(images).reshape(len(PENALTIES), -1, PIXELS)
        header = {"kind": "part", "of": "seeds", "n": k + 1, "done": (k + 1) / seeds}
        plain = {name: array.astype(np.float32) for name, array in arrays.items()}
        yield header | {"verdict": verdict(mistakes, rough)}, plain


def _intervals(mistakes: np.ndarray, rough: np.ndarray) -> dict[str, np.ndarray]:
    every = {"accuracy": student(1 - mistakes.T), "roughness": student(rough.T), "cost": cost(mistakes)}
    return {name: np.stack([one.mean, one.low, one.high], axis=-1) for name, one in every.items()}


def fits(study: Study) -> Text | None:
    if study.network.inputs != PIXELS:
        return Text(
            "Weights are pictures where the inputs are: of all these data that is the digits.",
            "只有输入是图像时\uff0c权重才能画成图像\uff1a这里只有手写数字如此。",
        )
    if not study.learners:
        return Text("No network learns: add one.", "还没有网络在学习\uff1a请添加一个。")
    return None


def used(study: Study, values: Values) -> list[str]:
    own = {"weights": [], "maximal": ["penalty", "bounds", "starts"], "smoothing": ["seeds"]}
    return ["show", *own[values["show"]]]


WEIGHTS = View(
    title=Text("Weights", "权重图像"),
    asks=Text(
        "What the digits network looks for, and whether its weights have to be smooth.",
        "手写数字网络在寻找什么\uff0c权重是否必须平滑。",
    ),
    order=80,
    parts=parts,
    of=looked,
    fits=fits,
    used=used,
    dataset=DATASET,
    hypers=(
        Hyper(
            "show",
            "",
            "weights",
            doc=Text("What is drawn.", "画什么。"),
            kind="choice",
            choices=("weights", "maximal", "smoothing"),
            titles=(
                Text("First weights", "第一层权重"),
                Text("Images that excite a unit most", "最能激发单元的图像"),
                Text("Smooth against rough", "平滑与粗糙的比较"),
            ),
        ),
        Hyper(
            "penalty",
            r"\lambda_x",
            1.0,
            1e-3,
            10.0,
            "log0",
            Text(
                "Penalty on differences between neighboring pixels of the image; the weights stay.",
                "对图像相邻像素之差的惩罚\uff1b权重不变。",
            ),
            least=0.0,
            most=1000.0,
        ),
        Hyper(
            "bounds",
            "",
            "norm",
            doc=Text("Among which images.", "在哪些图像中寻找。"),
            kind="choice",
            choices=("norm", "pixels"),
            titles=(
                Text("As strong as a digit", "与数字图像同样强"),
                Text("Pixels from 0 to 1", "像素在 0 到 1 之间"),
            ),
        ),
        Hyper(
            "starts",
            "k",
            "4",
            doc=Text(
                "Climbs from noise; the highest is shown. What they find is a local maximum.",
                "从噪声出发的上升次数\uff0c显示其中最高的一次。得到的是局部极大值。",
            ),
            kind="choice",
            choices=("1", "2", "4", "8"),
        ),
        Hyper(
            "seeds",
            "n",
            "4",
            doc=Text(
                "Networks at each penalty; the first has the seed of the network looked at.",
                "每个惩罚值训练多少个网络\uff1b第一个用当前网络的种子。",
            ),
            kind="choice",
            choices=("2", "4", "8", "16"),
        ),
    ),
)
