"""Claims of textbooks as comparisons to be measured: who takes part, and what is held equal."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from visualizer.networks.architecture import Architecture
from visualizer.networks.compare import Comparison, compared, tuned
from visualizer.networks.data import Points, sample
from visualizer.networks.data._data import MOST
from visualizer.networks.intervals import Interval, rank_correlation
from visualizer.networks.train import Recipe
from visualizer.spec import Source, Text

EPOCHS, UPDATES, GRADIENTS = "epochs", "updates", "gradients"
MORE, LESS, NO_MORE = "more", "less", "no_more"  # than the reference, or no more than it
HOLDS, AGAINST, OPEN = "holds", "against", "open"
RANK = "rank"  # in the place of a measure: the correlation of sharpness and gap over all arms
ALL = MOST  # a batch that takes all training points


class Arm(NamedTuple):
    """One way to train; its learning rate is the best of ``rates``, if there are any."""

    title: Text
    recipe: Recipe
    rates: tuple[float, ...] = ()


class Expected(NamedTuple):
    """What a claim says of an arm's ``measure``: MORE, LESS or NO_MORE than the reference's."""

    arm: str
    measure: str
    way: str


class Claim(NamedTuple):
    """A textbook's ``words``, and what follows from them for the arms."""

    words: Text
    source: Source
    expected: tuple[Expected, ...]


@dataclass(frozen=True)
class Question:
    """``arms`` by name, the first of which is the reference; each has ``length`` of what ``counted`` says.

    ``claims`` are held against what is measured. What is counted are EPOCHS, UPDATES, or GRADIENTS (of batches: SAM
    takes two an update). Rates are chosen ``by`` the lowest mean of a measure over other seeds.
    """

    title: Text
    asks: Text
    equal: Text
    claims: tuple[Claim, ...]
    arms: Mapping[str, Arm]
    counted: str
    length: int
    by: str = "test_loss"

    def steps(self, points: Points) -> dict[str, int]:
        """How many updates each arm makes."""
        found = {}
        for name, arm in self.arms.items():
            batch = min(arm.recipe.batch, points.train)
            an_epoch = -(-points.train // batch) if self.counted == EPOCHS else 1
            cost = 2 if self.counted == GRADIENTS and "sam" in (arm.recipe.wrappers or {}) else 1
            found[name] = self.length * an_epoch // cost
        return found


class Answer(NamedTuple):
    """The comparison, and the rate of each arm that had several to choose from."""

    comparison: Comparison
    rates: dict[str, float]


class Verdict(NamedTuple):
    """Whether what was ``expected`` HOLDS here, the measurements are AGAINST it, or that is OPEN with so many seeds.

    ``interval`` is that of the difference, or of the rank correlation.
    """

    expected: Expected
    found: str
    interval: Interval


def judged(question: Question, comparison: Comparison) -> list[list[Verdict]]:
    """Of each claim what is to be said of each thing that it expects; never more than an interval without 0 allows."""
    reference = next(iter(question.arms))

    def one(expected: Expected) -> Verdict:
        if expected.measure == RANK:
            interval = rank(comparison)
        else:
            interval = comparison.difference(expected.arm, reference, expected.measure)
        sign = int(interval.sign)
        wanted = 1 if expected.way == MORE else -1
        return Verdict(expected, OPEN if sign == 0 else HOLDS if sign == wanted else AGAINST, interval)

    return [[one(expected) for expected in claim.expected] for claim in question.claims]


def rank(comparison: Comparison) -> Interval:
    """The rank correlation of sharpness and gap over all arms and seeds."""
    return rank_correlation(comparison.measured["sharpness"], comparison.measured["gap"])


def answered(
    question: Question,
    network: Architecture,
    dataset: str,
    seeds: Sequence[int],
    validating: Sequence[int] = (),
    *,
    data: Mapping[str, Any] | None = None,
    cancel: threading.Event | None = None,
    progress: Callable[[float], None] | None = None,
    chosen: Callable[[dict[str, float]], None] | None = None,
    seen: Callable[[int, np.ndarray], None] | None = None,
) -> Answer:
    """Measures it. The seeds ``validating``, others than ``seeds``, choose the rates; needed where there are any.

    ``chosen`` is told the rates when they are; ``seen`` as by ``compared``.
    """
    if set(seeds) & set(validating):
        raise ValueError("rates are chosen with other seeds than those that are compared")
    choosing = [name for name, arm in question.arms.items() if arm.rates]
    if choosing and not validating:
        raise ValueError(f"the rates of {', '.join(choosing)} are chosen with seeds, and there are none")
    lengths = question.steps(sample(dataset, **(data or {})))
    work = [lengths[name] * len(question.arms[name].rates) * len(validating) for name in choosing]
    work.append(sum(lengths.values()) * len(seeds))
    done = 0

    def part(amount: int) -> Callable[[float], None] | None:
        start = done
        return (lambda share: progress((start + share * amount) / sum(work))) if progress else None

    recipes, rates = {name: arm.recipe for name, arm in question.arms.items()}, {}
    for name, amount in zip(choosing, work, strict=False):
        arm = question.arms[name]
        best = tuned(
            network,
            dataset,
            arm.recipe,
            arm.rates,
            validating,
            lengths[name],
            by=question.by,
            data=data,
            cancel=cancel,
            progress=part(amount),
        )
        done += amount
        rates[name] = best.lr
        recipes[name] = dataclasses.replace(arm.recipe, hyper={**arm.recipe.hyper, "lr": best.lr})
    if chosen:
        chosen(rates)
    told = part(work[-1])
    return Answer(
        compared(network, dataset, recipes, seeds, lengths, data=data, cancel=cancel, progress=told, seen=seen), rates
    )


def _arms(batches: Sequence[int]) -> dict[str, Arm]:
    """Gradient descent at the rate 0.1 with batches of these sizes."""
    titles = [
        Text("All points at once", "每步使用全部样本")
        if batch == ALL
        else Text(f"Batches of {batch}", f"每批 {batch} 个样本")
        for batch in batches
    ]
    names = ["large" if batch == ALL else f"batch_{batch}" for batch in batches]
    recipes = [Recipe("sgd", {"lr": 0.1}, batch=batch) for batch in batches]
    return {name: Arm(title, recipe) for name, title, recipe in zip(names, titles, recipes, strict=True)}


_BATCHES, _SIZES = _arms((8, ALL)), _arms((4, 8, 16, 32, 64, ALL))
_MOMENTUM = Recipe("momentum", {"lr": 0.03, "momentum": 0.9})
_SHARP = {
    "none": Arm(Text("No SAM", "不加 SAM"), _MOMENTUM),
    "sam": Arm(
        Text("SAM, rho 0.2", "SAM\uff0cρ = 0.2"), dataclasses.replace(_MOMENTUM, wrappers={"sam": {"rho": 0.2}})
    ),
}
_WAYS = {
    "momentum": Arm(Text("Momentum 0.9", "动量 0.9"), _MOMENTUM),
    "adam": Arm(Text("Adam", "Adam"), Recipe("adam", {"lr": 0.01})),
    "batch_8": _BATCHES["batch_8"],
    "large": _BATCHES["large"],
    "sam": Arm(Text("Momentum with SAM", "动量加 SAM"), _SHARP["sam"].recipe),
}

_KESKAR = Claim(
    Text(
        "Large-batch methods tend to converge to sharp minimizers of the training and testing functions - and as is "
        "well known, sharp minima lead to poorer generalization.",
        "大批量方法往往收敛到训练函数和测试函数的尖锐极小点\uff0c而众所周知\uff0c尖锐极小点的泛化较差。",
    ),
    Source("Keskar et al., ICLR", 2017, "1609.04836"),
    (Expected("large", "sharpness", MORE), Expected("large", "test_mistakes", MORE), Expected("large", "gap", MORE)),
)
_HOFFER = Claim(
    Text(
        "The ‘generalization gap’ stems from the relatively small number of updates rather than the batch size.",
        "\u2018泛化差距\u2019源于更新次数较少\uff0c而不是批量大小。",
    ),
    Source("Hoffer et al., NeurIPS", 2017, "1705.08741"),
    (Expected("large", "test_mistakes", NO_MORE), Expected("large", "test_loss", NO_MORE)),
)
_WILSON = Claim(
    Text(
        "The solutions found by adaptive methods generalize worse (often significantly worse) than SGD, even when "
        "these solutions have better training performance.",
        "自适应方法找到的解泛化比 SGD 差\uff08往往明显更差\uff09\uff0c即使它们在训练上表现更好。",
    ),
    Source("Wilson et al., NeurIPS", 2017, "1705.08292"),
    (Expected("adam", "test_mistakes", MORE), Expected("adam", "test_loss", MORE)),
)
_LEE = Source("Hung-yi Lee, lecture notes", 0)
_FAST = Claim(
    Text(
        "Adam is fast: sharp minimum, large generalization gap. SGDM is steady: flat minimum, small gap.",
        "Adam 快\uff1a极小点尖锐\uff0c泛化差距大。SGDM 稳\uff1a极小点平坦\uff0c泛化差距小。",
    ),
    _LEE,
    (Expected("adam", "sharpness", MORE), Expected("adam", "gap", MORE)),
)
_FORET = Claim(
    Text(
        "SAM seeks parameters that lie in neighborhoods having uniformly low loss, and improves model generalization.",
        "SAM 寻找整个邻域内损失都低的参数\uff0c并改善模型的泛化。",
    ),
    Source("Foret et al., ICLR", 2021, "2010.01412"),
    (Expected("sam", "sharpness", LESS), Expected("sam", "test_mistakes", LESS), Expected("sam", "gap", LESS)),
)
_FLAT = Claim(
    Text(
        "Sharp minimum, large generalization gap; flat minimum, small gap.",
        "极小点尖锐则泛化差距大\uff1b平坦则差距小。",
    ),
    _LEE,
    (Expected("", RANK, MORE),),
)

QUESTIONS = {
    "batch_epochs": Question(
        title=Text("Large against small batch, equal epochs", "大批量与小批量\uff1a轮数相同"),
        asks=Text(
            "Do large batches end in sharper minima, and generalize worse?",
            "大批量是否停在更尖锐的极小点\uff0c泛化更差\uff1f",
        ),
        equal=Text(
            "The rate 0.1 and 100 passes through the data; the large batch makes far fewer updates.",
            "学习率都是 0.1\uff0c都遍历数据 100 次\uff1b大批量的更新次数少得多。",
        ),
        claims=(_KESKAR,),
        arms=_BATCHES,
        counted=EPOCHS,
        length=100,
    ),
    "batch_updates": Question(
        title=Text("Large against small batch, equal updates", "大批量与小批量\uff1a更新次数相同"),
        asks=Text(
            "And if the large batch may make as many updates?", "如果大批量的更新次数也一样多\uff0c结果如何\uff1f"
        ),
        equal=Text(
            "The rate 0.1 and 2500 updates; the large batch sees far more data.",
            "学习率都是 0.1\uff0c都更新 2500 次\uff1b大批量看到的数据多得多。",
        ),
        claims=(_KESKAR, _HOFFER),
        arms=_BATCHES,
        counted=UPDATES,
        length=2500,
    ),
    "adam_momentum": Question(
        title=Text("Adam against SGD with momentum", "Adam 与带动量的 SGD"),
        asks=Text("Does Adam generalize worse?", "Adam 的泛化是否更差\uff1f"),
        equal=Text(
            "1000 updates with batches of 32; each at that of its 5 rates with the lowest test loss on other data.",
            "都更新 1000 次\uff0c每批 32 个\uff1b各自从 5 个学习率中取在另外的数据上测试损失最低的一个。",
        ),
        claims=(_WILSON, _FAST),
        arms={
            "momentum": Arm(
                Text("Momentum 0.9", "动量 0.9"), Recipe("momentum", {"momentum": 0.9}), (0.003, 0.01, 0.03, 0.1, 0.3)
            ),
            "adam": Arm(Text("Adam", "Adam"), Recipe("adam"), (0.0003, 0.001, 0.003, 0.01, 0.03)),
        },
        counted=UPDATES,
        length=1000,
    ),
    "sam_updates": Question(
        title=Text("SAM against none, equal updates", "有无 SAM\uff1a更新次数相同"),
        asks=Text("Does SAM find flatter minima that generalize better?", "SAM 是否找到更平坦、泛化更好的极小点\uff1f"),
        equal=Text(
            "Momentum 0.9 at the rate 0.03, 1000 updates; SAM takes twice the gradients.",
            "动量 0.9\uff0c学习率 0.03\uff0c都更新 1000 次\uff1bSAM 计算的梯度多一倍。",
        ),
        claims=(_FORET,),
        arms=_SHARP,
        counted=UPDATES,
        length=1000,
    ),
    "sam_gradients": Question(
        title=Text("SAM against none, equal gradients", "有无 SAM\uff1a梯度次数相同"),
        asks=Text("Is SAM worth its second gradient?", "SAM 的第二次梯度计算值得吗\uff1f"),
        equal=Text(
            "Momentum 0.9 at the rate 0.03, 2000 gradients: SAM makes half of the updates.",
            "动量 0.9\uff0c学习率 0.03\uff0c都计算 2000 次梯度\uff1aSAM 只更新一半的次数。",
        ),
        claims=(_FORET,),
        arms=_SHARP,
        counted=GRADIENTS,
        length=2000,
    ),
    "sizes_epochs": Question(
        title=Text("Batch sizes from 4 to all, equal epochs", "批量从 4 到全部\uff1a轮数相同"),
        asks=Text("How do sharpness and test loss depend on the batch size?", "尖锐度和测试损失如何随批量变化\uff1f"),
        equal=Text(
            "The rate 0.1 and 40 passes through the data: the larger the batch, the fewer the updates.",
            "学习率都是 0.1\uff0c都遍历数据 40 次\uff1a批量越大\uff0c更新越少。",
        ),
        claims=(_KESKAR,),
        arms=_SIZES,
        counted=EPOCHS,
        length=40,
    ),
    "sizes_updates": Question(
        title=Text("Batch sizes from 4 to all, equal updates", "批量从 4 到全部\uff1a更新次数相同"),
        asks=Text("And at equal updates?", "更新次数相同时又如何\uff1f"),
        equal=Text(
            "The rate 0.1 and 1000 updates: the larger the batch, the more data it sees.",
            "学习率都是 0.1\uff0c都更新 1000 次\uff1a批量越大\uff0c看到的数据越多。",
        ),
        claims=(_KESKAR, _HOFFER),
        arms=_SIZES,
        counted=UPDATES,
        length=1000,
    ),
    "flat": Question(
        title=Text("Sharpness against gap, five ways to train", "尖锐度与泛化差距\uff1a五种训练方式"),
        asks=Text(
            "Do sharp minima generalize worse, whoever finds them?", "无论由谁找到\uff0c尖锐极小点的泛化都更差吗\uff1f"
        ),
        equal=Text(
            "1000 updates, batches of 32 where nothing else is said; momentum at the rate 0.03, Adam at 0.01, "
            "gradient descent at 0.1.",
            "都更新 1000 次\uff0c未注明者每批 32 个\uff1b动量的学习率 0.03\uff0cAdam 0.01\uff0c其余 0.1。",
        ),
        claims=(_FLAT,),
        arms=_WAYS,
        counted=UPDATES,
        length=1000,
    ),
}
