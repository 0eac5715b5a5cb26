"""Claims of textbooks as comparisons to be measured: who takes part, and what is held equal."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from visualizer.networks.architecture import Architecture
from visualizer.networks.compare import Comparison, compared, tuned
from visualizer.networks.data import Points, sample
from visualizer.networks.data._data import MOST
from visualizer.networks.train import Recipe
from visualizer.spec import Source, Text

EPOCHS, UPDATES, GRADIENTS = "epochs", "updates", "gradients"
ALL = MOST  # a batch that takes all training points


class Arm(NamedTuple):
    """One way to train; its learning rate is the best of ``rates``, if there are any."""

    title: Text
    recipe: Recipe
    rates: tuple[float, ...] = ()


@dataclass(frozen=True)
class Question:
    """``arms`` by name, the first of which is the reference; each has ``length`` of what ``counted`` says.

    Those are EPOCHS, UPDATES, or GRADIENTS (of batches: SAM takes two an update). Rates are chosen ``by`` the lowest
    mean of a measure over other seeds.
    """

    title: Text
    asks: Text
    equal: Text
    source: Source
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
) -> Answer:
    """Measures it. The seeds ``validating``, others than ``seeds``, choose the rates; needed where there are any."""
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
    found = compared(network, dataset, recipes, seeds, lengths, data=data, cancel=cancel, progress=part(work[-1]))
    return Answer(found, rates)


_BATCHES = {
    "small": Arm(Text("Batches of 8", "每批 8 个样本"), Recipe("sgd", {"lr": 0.1}, batch=8)),
    "large": Arm(Text("All points at once", "每步使用全部样本"), Recipe("sgd", {"lr": 0.1}, batch=ALL)),
}
_KESKAR = Source("Keskar et al., ICLR", 2017, "1609.04836")
_SAM = Source("Foret et al., ICLR", 2021, "2010.01412")
_MOMENTUM = Recipe("momentum", {"lr": 0.03, "momentum": 0.9})
_SHARP = {
    "none": Arm(Text("Without SAM", "不加 SAM"), _MOMENTUM),
    "sam": Arm(
        Text("With SAM, rho 0.2", "加 SAM\uff0cρ = 0.2"), dataclasses.replace(_MOMENTUM, wrappers={"sam": {"rho": 0.2}})
    ),
}

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
        source=_KESKAR,
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
        source=_KESKAR,
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
        source=Source("Wilson et al., NeurIPS", 2017, "1705.08292"),
        arms={
            "momentum": Arm(
                Text("Momentum 0.9", "动量 0.9"), Recipe("momentum", {"momentum": 0.9}), (0.003, 0.01, 0.03, 0.1, 0.3)
            ),
            "adam": Arm(Text("Adam", "Adam"), Recipe("adam"), (0.001, 0.003, 0.01, 0.03, 0.1)),
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
        source=_SAM,
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
        source=_SAM,
        arms=_SHARP,
        counted=GRADIENTS,
        length=2000,
    ),
}
