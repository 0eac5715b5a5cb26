"""A study: one value that describes a whole picture of networks, as ``scenario.py`` does for surfaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from visualizer.dials import SEED
from visualizer.networks.architecture import ACTIVATIONS, MOST_DEPTH, MOST_WIDTH, NORMS, Architecture
from visualizer.networks.data import CATALOGUE, Dataset, Points, sample
from visualizer.networks.data._data import MOST
from visualizer.networks.steps import SIDE
from visualizer.networks.train import MOST_STEPS, Recipe
from visualizer.networks.views import CATALOGUE as VIEWS
from visualizer.scenario import Named, Run, can_be_wrapped
from visualizer.spec import Hyper, Hypers, Text, complete, look_up

MOST_RUNS = 12
FIRST = "moons"
FIRST_VIEW = next(iter(VIEWS))
RATES = {
    "gradient": 0.1,
    "velocity": 0.03,
    "distance": 0.01,
}  # that suit these networks, by what a rule's rate measures


class Dials(NamedTuple):
    """Dials under a name, as links and edits want them."""

    hypers: Hypers


SHAPE = Dials(
    (
        Hyper(
            "hidden",
            "h",
            (32, 32),
            doc=Text("Units of each hidden layer, from the inputs on.", "各隐藏层的单元数\uff0c从输入一侧数起。"),
            kind="list",
            length=MOST_DEPTH,
            null=0.0,
            least=1,
            most=MOST_WIDTH,
        ),
        Hyper(
            "activation",
            r"\varphi",
            "relu",
            doc=Text("What bends a hidden unit's sum.", "隐藏单元的激活函数。"),
            kind="choice",
            choices=ACTIVATIONS,
            titles=(
                Text("ReLU", "ReLU"),
                Text("tanh", "tanh"),
                Text("GELU", "GELU"),
                Text("none (linear)", "无\uff08线性\uff09"),
            ),
        ),
        Hyper(
            "norm",
            "N",
            "none",
            doc=Text(
                "Normalization before the activation: over the batch, or over the layer.",
                "激活前的归一化\uff1a按批\uff0c或按层。",
            ),
            kind="choice",
            choices=NORMS,
            titles=(Text("none", "无"), Text("over the batch", "批归一化"), Text("over the layer", "层归一化")),
        ),
    )
)
STEPS = Hyper(
    "steps",
    "T",
    1000,
    50,
    5000,
    "log",
    Text("How many updates every network gets.", "每个网络更新的步数。"),
    kind="int",
    least=1,
    most=MOST_STEPS,
)
LEARN = Dials(
    (
        Hyper(
            "batch",
            "|B|",
            32,
            1,
            512,
            "log",
            Text("Data of a step; an epoch sees each once.", "每步的数据个数\uff1b一个轮次恰好看遍全部数据。"),
            kind="int",
            least=1,
            most=MOST,
        ),
        Hyper(
            "dropout",
            "p",
            0.0,
            0.0,
            0.9,
            doc=Text("Probability that a hidden unit is off in a step.", "每步中一个隐藏单元被关闭的概率。"),
            least=0.0,
            most=0.99,
        ),
        Hyper(
            "inverted",
            "1/q",
            True,
            doc=Text(
                "Scale the units that stay on by 1/(1 - p) in training, so that testing needs no change.",
                "训练时把保留的单元放大 1/(1 - p)\uff0c测试时就不必改动。",
            ),
            kind="bool",
        ),
        Hyper(
            "l1",
            r"\lambda_1",
            0.0,
            1e-6,
            0.1,
            "log0",
            Text("Penalty on the absolute weights.", "权重绝对值的惩罚\uff08L1\uff09。"),
            least=0.0,
            most=10.0,
        ),
        Hyper(
            "l2",
            r"\lambda_2",
            0.0,
            1e-5,
            1.0,
            "log0",
            Text("Penalty on the squared weights, in the gradient.", "权重平方的惩罚\uff08L2\uff09\uff0c加在梯度里。"),
            least=0.0,
            most=10.0,
        ),
        Hyper(
            "smooth",
            r"\lambda_s",
            0.0,
            1e-5,
            1.0,
            "log0",
            Text(
                "Penalty on rough weights of the first layer, seen as an image: digits only.",
                "第一层权重图像的粗糙度惩罚\uff1a仅用于手写数字。",
            ),
            least=0.0,
            most=10.0,
        ),
        Hyper(
            "jitter",
            r"\sigma_x",
            0.0,
            0.0,
            0.5,
            doc=Text("Noise on the inputs of every step: data augmentation.", "每步加在输入上的噪声\uff1a数据增强。"),
            least=0.0,
            most=10.0,
        ),
        replace(
            SEED, doc=Text("Weights before training, order of the data, masks.", "初始权重、数据次序与掩码的随机种子。")
        ),
    )
)


def data_dials(entry: Dataset) -> Dials:
    """The dials of what is drawn from a data set."""
    most = (entry.finite or MOST) - entry.test
    train = Hyper(
        "train",
        "n",
        entry.train,
        min(10, entry.train),
        most,
        "log",
        Text("Training points.", "训练数据的个数。"),
        kind="int",
        least=1,
        most=most,
    )
    noise = Hyper(
        "noise",
        r"\sigma",
        entry.noise,
        0.0,
        entry.most_noise,
        doc=Text("How far points stray.", "数据点的噪声。"),
        least=0.0,
        most=10.0 * entry.most_noise,
    )
    mislabeled = Hyper(
        "mislabeled",
        "q",
        0.0,
        0.0,
        0.5,
        doc=Text("Share of the training points with a wrong answer.", "答案错误的训练数据所占比例。"),
        least=0.0,
        most=1.0,
    )
    draw = replace(SEED, name="draw", symbol="d", doc=Text("Which points are drawn.", "抽取数据的随机种子。"))
    return Dials((train, noise, mislabeled, draw))


@dataclass(frozen=True)
class Learner:
    """One network in training: its optimizer, drawn as that of a race, and how it learns (``LEARN``)."""

    run: Run
    learn: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not can_be_wrapped(self.run.optimizer):
            raise ValueError(
                f"{self.run.optimizer} takes more than a gradient a step: networks need a first-order rule"
            )
        if self.run.fork or self.run.twin is not None:
            raise ValueError("a network continues no run, and is nobody's twin")
        object.__setattr__(self, "learn", complete(LEARN.hypers, self.learn, "learning"))

    @property
    def recipe(self) -> Recipe:
        return Recipe(self.run.optimizer, self.run.hyper, self.run.schedule, self.run.wrappers, **self.learn)


@dataclass(frozen=True)
class Study:
    """Data, a shape of network, and how several of that shape learn.

    ``data``, ``shape`` and the learners' values are completed with defaults; a learner's color of -1 takes its place.
    Where inputs are no images nobody's weights are to be smooth ones. ``looked`` is the color slot of the learner whose
    answers are shown: a slot stays with its learner. ``view`` is what is seen beside them.
    Raises ``ValueError`` on anything unknown or impossible.
    """

    dataset: str = FIRST
    data: Mapping[str, Any] = field(default_factory=dict)
    shape: Mapping[str, Any] = field(default_factory=dict)
    steps: int = STEPS.default
    learners: tuple[Learner, ...] = ()
    looked: int = 0
    view: Named = (FIRST_VIEW, MappingProxyType({}))

    def __post_init__(self) -> None:
        entry = look_up(CATALOGUE, self.dataset, "data set")
        object.__setattr__(self, "data", complete(data_dials(entry).hypers, self.data, self.dataset))
        object.__setattr__(self, "shape", complete(SHAPE.hypers, self.shape, "shape"))
        object.__setattr__(self, "steps", STEPS.parse(self.steps))
        if len(self.learners) > MOST_RUNS:
            raise ValueError(f"at most {MOST_RUNS} networks learn at a time, not {len(self.learners)}")
        object.__setattr__(self, "learners", tuple(self._fitting(one, k) for k, one in enumerate(self.learners)))
        slug, values = self.view
        object.__setattr__(self, "view", (slug, complete(look_up(VIEWS, slug, "view").hypers, values, slug)))
        slots = [one.run.color for one in self.learners]
        if self.looked not in slots:
            object.__setattr__(self, "looked", slots[0] if slots else 0)
        _ = self.network  # refuses what no network has

    def _fitting(self, learner: Learner, place: int) -> Learner:
        if self.entry.inputs != SIDE**2 and learner.learn["smooth"]:
            learner = replace(learner, learn={**learner.learn, "smooth": 0.0})
        return learner if learner.run.color >= 0 else replace(learner, run=replace(learner.run, color=place))

    @classmethod
    def suggested(cls, dataset: str = FIRST) -> Study:
        """The first picture of a data set: momentum and Adam at rates that suit such networks, for as many steps as it
        takes until they fit more than there is to learn.
        """
        rates = {"momentum": RATES["velocity"], "adam": RATES["distance"]}
        learners = tuple(Learner(Run(slug, {"lr": lr})) for slug, lr in rates.items())
        return cls(dataset, steps=look_up(CATALOGUE, dataset, "data set").steps, learners=learners)

    @property
    def place(self) -> int | None:
        """The place of the learner whose answers are shown; None where nobody learns."""
        return next((place for place, one in enumerate(self.learners) if one.run.color == self.looked), None)

    def only(self, places: Sequence[int]) -> Study:
        """The study of the learners at these places, in this order and however they are drawn."""
        learners = tuple(
            replace(self.learners[place], run=replace(self.learners[place].run, color=k, visible=True))
            for k, place in enumerate(places)
        )
        return replace(self, learners=learners, looked=0)

    @property
    def entry(self) -> Dataset:
        return CATALOGUE[self.dataset]

    @property
    def network(self) -> Architecture:
        """The architecture of all its networks."""
        hidden = tuple(int(width) for width in self.shape["hidden"] or ())
        entry = self.entry
        bends = self.shape["activation"], self.shape["norm"]
        return Architecture(entry.inputs, hidden, entry.outputs, *bends, task=entry.task)

    @property
    def points(self) -> Points:
        """The points that they learn from and are tested with."""
        data = self.data
        return sample(self.dataset, data["train"], None, data["noise"], data["mislabeled"], data["draw"])
