"""One change at a time to how a network is trained: what is said to help against overfitting, each with a dial."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optimizers import RULES
from optimizers._frame import DECOUPLED as OWN
from visualizer.networks.architecture import Architecture
from visualizer.networks.data import Points, sample
from visualizer.networks.train import Recipe
from visualizer.spec import Hyper, Text


@dataclass(frozen=True)
class Setting:
    """A network, its recipe, and what it is trained with: ``train`` points of a data set, ``other`` ones to look at.

    The points of a seed are drawn with a seed that is ``ahead`` of it. A narrow network may be trained as part of a
    wide ``host`` whose other units are off and stay so: no program is made for it.
    """

    network: Architecture
    recipe: Recipe
    dataset: str
    train: int
    other: int
    noise: float | None = None
    mislabeled: float = 0.0
    steps: int = 2000
    ahead: int = 0
    host: Architecture | None = None

    def points(self, seed: int) -> Points:
        return sample(self.dataset, self.train, self.other, self.noise, self.mislabeled, seed + self.ahead)

    @property
    def program(self) -> Architecture:
        """The network that is trained in its place."""
        return self.host or self.network

    @property
    def places(self) -> np.ndarray | slice:
        """Where its numbers lie among those of ``program``."""
        return self.network.inside(self.host) if self.host else slice(None)

    def seeded(self, seed: int) -> Recipe:
        """The recipe for ``program``, with this seed."""
        recipe = replace(self.recipe, seed=seed)
        if self.host is None:
            return recipe
        start, still = np.zeros(self.host.size), np.ones(self.host.size, bool)
        start[self.places] = self.network.start(seed)
        still[self.places] = False
        return replace(recipe, start=start, still=still)


Apply = Callable[[Setting, float], Setting]


@dataclass(frozen=True)
class Change:
    """One change to a setting, with its ``dial``; at ``without`` the dial changes nothing.

    What is ``stopped`` is the same run, of which early stopping chooses a snapshot.
    """

    title: Text
    notes: Text
    dial: Hyper
    apply: Apply
    without: float = 0.0
    stopped: bool = False

    def left_out(self, setting: Setting) -> Setting:
        """The setting without it, if it had it."""
        return self.apply(setting, self.without)


def _dial(name: str, symbol: str, default: float, high: float, doc: Text, scale: str = "log0", low: float = 0) -> Hyper:
    return Hyper(name, symbol, default, low, high, scale, doc, least=0.0, most=high)


def _recipe(name: str) -> Apply:
    def apply(setting: Setting, value: float) -> Setting:
        changed: dict[str, Any] = {name: value}
        return replace(setting, recipe=replace(setting.recipe, **changed))

    return apply


DECOUPLED = {"adam": "adamw", "adam_l2": "adamw", "sgd": "sgdw", "momentum": "sgdw"}


def decays(optimizer: str) -> str | None:
    """The rule with decoupled decay that is otherwise this one, often itself; None if there is none here."""
    return optimizer if RULES[optimizer].decay == OWN else DECOUPLED.get(optimizer)


def decayed(setting: Setting, value: float) -> Setting:
    """The rule's twin with decoupled decay, or, where that is 0, the rule without decay.

    Raises ``ValueError`` for a rule that has no twin here.
    """
    recipe = setting.recipe
    twin = decays(recipe.optimizer)
    if not value:
        has = recipe.hyper.get("weight_decay") or recipe.optimizer in (twin, "adam_l2")
        hyper = {**recipe.hyper, "weight_decay": 0.0} if has else recipe.hyper
        return replace(setting, recipe=replace(recipe, hyper=hyper))
    if twin is None:
        raise ValueError(f"{recipe.optimizer} has no twin with decoupled decay among {', '.join(DECOUPLED)}")
    hyper = {**recipe.hyper, "weight_decay": value}
    if recipe.optimizer == "sgd":
        hyper["momentum"] = 0.0
    return replace(setting, recipe=replace(recipe, optimizer=twin, hyper=hyper))


UNLIKE = ("sgld", "adafactor")  # rules that move numbers without a gradient, or ask how many numbers there are


def narrowed(setting: Setting, value: float) -> Setting:
    """Hidden layers of this share of their width, at least one unit; as part of the wide network, where it answers the
    same.
    """
    network = setting.network
    hidden = tuple(max(1, round(value * width)) for width in network.hidden)
    if hidden == network.hidden:
        return setting
    same = network.norm != "layer" and setting.recipe.optimizer not in UNLIKE
    return replace(setting, network=replace(network, hidden=hidden), host=setting.program if same else None)


CHANGES: dict[str, Change] = {
    "l2": Change(
        Text("L2", "L2 正则"),
        Text(
            "Half the sum of squared weights, times lambda, is added to the loss; its gradient goes through the rule.",
            "损失加上 λ/2 乘权重平方和\uff0c其梯度也经过优化器。",
        ),
        _dial("l2", r"\lambda_2", 0.01, 1.0, Text("Penalty on squares.", "平方惩罚系数。")),
        _recipe("l2"),
    ),
    "l1": Change(
        Text("L1", "L1 正则"),
        Text(
            "The sum of the weights' sizes, times lambda, is added to the loss: what is not needed goes to about 0.",
            "损失加上 λ 乘权重绝对值之和\uff1a用不着的权重趋近于 0。",
        ),
        _dial("l1", r"\lambda_1", 0.001, 0.1, Text("Penalty on sizes.", "绝对值惩罚系数。")),
        _recipe("l1"),
    ),
    "decay": Change(
        Text("Decoupled decay", "解耦权重衰减"),
        Text(
            "AdamW or SGDW: all parameters, biases too, shrink by lr lambda a step, past the rule's moments.",
            "AdamW 或 SGDW\uff1a所有参数\uff08包括偏置\uff09每步收缩 ηλ\uff0c不经过优化器的矩。",
        ),
        _dial("decay", r"\lambda", 0.3, 3.0, Text("Share that goes, times lr.", "收缩比例\uff0c乘学习率。")),
        decayed,
    ),
    "dropout": Change(
        Text("Dropout", "Dropout 随机失活"),
        Text(
            "Hidden units are off at random in training, on in testing.", "训练时随机关闭隐藏单元\uff0c测试时全部开启。"
        ),
        _dial("dropout", "p", 0.2, 0.9, Text("Probability that a unit is off.", "单元被关闭的概率。"), "linear"),
        _recipe("dropout"),
    ),
    "stopping": Change(
        Text("Early stopping", "提前停止"),
        Text(
            "The snapshot with the lowest loss on validation points, which are half of the points that are not trained "
            "with; the other half tests it.",
            "取验证损失最低的快照\uff1b验证点是未参与训练的点的一半\uff0c另一半用于测试。",
        ),
        Hyper("stopping", "s", 1.0, 0.0, 1.0, doc=Text("On or off.", "开或关。"), least=0.0, most=1.0),
        lambda setting, value: setting,
        stopped=True,
    ),
    "jitter": Change(
        Text("Jittered inputs", "输入抖动"),
        Text(
            "Each step sees its inputs with new noise: more data than there are.",
            "每步给输入加新的噪声\uff1a等于扩充数据。",
        ),
        _dial("jitter", r"\sigma_x", 0.2, 1.0, Text("Standard deviation of the noise.", "噪声标准差。"), "linear"),
        _recipe("jitter"),
    ),
    "mislabeled": Change(
        Text("Wrong labels", "错误标签"),
        Text(
            "A share of the training points has a wrong label, the same one in every step. Not a help, but what the "
            "others are to guard against.",
            "一部分训练点带有固定的错误标签。它不是帮手\uff0c而是其他方法要抵御的东西。",
        ),
        _dial("mislabeled", "q", 0.2, 0.5, Text("Share of wrong labels.", "错误标签的比例。"), "linear"),
        lambda setting, value: replace(setting, mislabeled=value),
    ),
    "narrow": Change(
        Text("Fewer units", "更少的单元"),
        Text("Narrower hidden layers: fewer parameters.", "更窄的隐藏层\uff1a更少的参数。"),
        _dial("narrow", "w", 0.25, 1.0, Text("Share of the width.", "宽度的比例。"), "linear", 0.05),
        narrowed,
        without=1.0,
    ),
}
