"""Several networks as one: seeds, snapshots of one run, and the mean of parameters, which is another thing.

An ensemble averages what its members answer: probabilities, not logits (Lakshminarayanan et al. 2017,
arXiv:1612.01474). The loss is convex in what is averaged, so that it is never above the members' mean.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from optimizers import RULES
from visualizer.networks.architecture import CLASSES, Architecture
from visualizer.networks.data import Points
from visualizer.networks.evaluate import Scores, answers, evaluate
from visualizer.networks.progress import Progress, by_seed, portion
from visualizer.networks.train import SHOWN, Recipe, Training, train
from visualizer.simulate.job import Named
from visualizer.simulate.schedules import schedule


class Judged(NamedTuple):
    """Of K ``members`` each alone, and of the ensembles of the ``first`` 1, 2, ..., K of them.

    All float64 ``(K, 2)``, training points in the first column; NaN from a member that diverged on.
    """

    members: Scores
    first: Scores

    @property
    def whole(self) -> Scores:
        """The ensemble's: ``(2,)``."""
        return Scores(self.first.loss[-1], self.first.mistakes[-1])


class Disagreement(NamedTuple):
    """How far members differ at G inputs.

    ``answer`` ``(G, outputs)``: averaged probabilities or values. ``spread`` ``(G,)``: by how much the members' mean
    loss would exceed the ensemble's, were its answer the truth: for classes the entropy of the mean less the mean
    entropy, in nats (Houlsby et al. 2011, arXiv:1112.5745), for values their variance. ``pairs`` ``(G,)``: the share of
    all pairs of members that name different classes; None for values.
    """

    answer: np.ndarray
    spread: np.ndarray
    pairs: np.ndarray | None


def judged(network: Architecture, points: Points, thetas: np.ndarray) -> Judged:
    """The scores of networks ``(K, P)`` and of their ensembles."""
    given = at_points(network, points, thetas)
    return Judged(scored(network, points, _known(network, given)), scored(network, points, mixtures(network, given)))


def at_points(network: Architecture, points: Points, thetas: np.ndarray) -> np.ndarray:
    """What networks ``(K, P)`` answer to training and test points: float64 ``(K, n, outputs)``."""
    return answers(network, points, thetas, points.x[: points.train + points.test]).astype(np.float64)


def circled(network: Architecture, points: Points, given: np.ndarray) -> Scores:
    """The scores of the ensembles of 1, 2, ..., K neighbours on a circle of K members, from each of these on: ``(K, K,
    2)``, by the first member and the size. ``given`` are those of ``at_points``. So no size depends on who comes first.
    """
    each = [scored(network, points, mixtures(network, np.roll(given, -k, axis=0))) for k in range(len(given))]
    return Scores(np.stack([one.loss for one in each]), np.stack([one.mistakes for one in each]))


def mixtures(network: Architecture, given: np.ndarray) -> np.ndarray:
    """What the ensembles of the first 1, 2, ..., K members say, of their answers ``(K, n, outputs)``; the same shape.

    For classes the logarithms of averaged probabilities, which stay finite where these are too small for a number.
    """
    count = np.arange(1.0, len(given) + 1.0)[:, None, None]
    if network.task != CLASSES:
        return np.cumsum(given, axis=0) / count
    return np.logaddexp.accumulate(_known(network, given), axis=0) - np.log(count)


def disagreement(network: Architecture, points: Points, thetas: np.ndarray, x: np.ndarray) -> Disagreement:
    """Where at least two networks ``(K, P)`` differ, at inputs ``(G, inputs)``."""
    return differing(network, answers(network, points, thetas, x).astype(np.float64))


def differing(network: Architecture, given: np.ndarray) -> Disagreement:
    """The same of answers ``(K, G, outputs)``."""
    if network.task != CLASSES:
        return Disagreement(given.mean(axis=0), given.var(axis=0).mean(axis=-1), None)
    logs, mean = _known(network, given), mixtures(network, given)[-1]
    spread = _entropy(mean) - _entropy(logs).mean(axis=0)
    votes = np.eye(network.outputs)[logs.argmax(axis=-1)].sum(axis=0)
    count = len(given)
    same = (votes * (votes - 1.0)).sum(axis=-1) / (count * (count - 1.0))
    return Disagreement(np.exp(mean), np.maximum(spread, 0.0), 1.0 - same)


def _known(network: Architecture, given: np.ndarray) -> np.ndarray:
    """The logarithms of probabilities, or the values as they are."""
    if network.task != CLASSES:
        return given
    shifted = given - given.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _entropy(logs: np.ndarray) -> np.ndarray:
    return -(np.exp(logs) * logs).sum(axis=-1)


def scored(network: Architecture, points: Points, known: np.ndarray) -> Scores:
    """Of values, or logarithms of probabilities, ``(K, n, outputs)`` at training and test points: ``(K, 2)``."""
    y = points.y[: points.train + points.test].astype(np.float64)
    if network.task == CLASSES:
        loss = -(known * y).sum(axis=-1)
        wrong = np.where(np.isnan(loss), np.nan, (known * y).sum(axis=-1) < known.max(axis=-1))
    else:
        loss = wrong = ((known - y) ** 2).mean(axis=-1)

    def both(each: np.ndarray) -> np.ndarray:
        test = each[:, points.train :].mean(axis=1) if points.test else np.zeros(len(each))
        return np.stack([each[:, : points.train].mean(axis=1), test], axis=1)

    return Scores(both(loss), both(wrong))


def seeded(recipe: Recipe, seeds: Sequence[int]) -> list[Recipe]:
    """The same recipe with other seeds: another start (unless it has one), another order of the data, other masks."""
    return [replace(recipe, seed=seed) for seed in seeds]


def ends(runs: Sequence[Training]) -> np.ndarray:
    """The last parameters of each run: ``(K, P)``."""
    return np.stack([run.theta[-1] for run in runs])


SHAPES = ("cosine", "triangle")


@dataclass(frozen=True)
class Cycles:
    """A snapshot ensemble's ``count`` cycles of ``length`` steps each (Huang et al. 2017, arXiv:1704.00109).

    In each the rate falls along half a cosine, from that of the recipe to almost 0; or it rises from 0 along one side
    of a triangle and falls along the other (Smith 2017, arXiv:1506.01186). At its end the network is kept.
    """

    count: int
    length: int
    shape: str = "cosine"

    def __post_init__(self) -> None:
        if self.count < 1 or self.length < 1:
            raise ValueError(f"there are no {self.count} cycles of {self.length} steps")
        if self.shape not in SHAPES:
            raise ValueError(f"a cycle's shape is one of {', '.join(SHAPES)}, not {self.shape!r}")

    @property
    def steps(self) -> int:
        return self.count * self.length

    @property
    def schedule(self) -> Named:
        if self.shape == "cosine":
            return "sgdr", {"T_0": self.length, "T_mult": 1, "eta_min": 0.0}
        up = max(1, self.length // 2)
        down = max(1, self.length - up)
        return "cyclic", {"base_lr": 0.0, "step_size_up": up, "step_size_down": down, "cycle_momentum": False}

    def rates(self, recipe: Recipe) -> np.ndarray:
        """The rates of all steps: ``(steps,)``."""
        slug, hyper = self.schedule
        return schedule(slug, {**hyper, "lr": base_rate(recipe)}, self.steps).lr

    @property
    def shown(self) -> int:
        """How many snapshots to ask ``train`` for so that the end of each cycle is one: no more than it gives anyway,
        unless there are more cycles.
        """
        whole = (stride for stride in range(1, self.length + 1) if self.length % stride == 0)
        return self.steps // next((stride for stride in whole if self.steps <= stride * SHOWN), self.length)

    def members(self, run: Training) -> np.ndarray:
        """The parameters at the end of each cycle: ``(count, P)``."""
        return run.theta[np.searchsorted(run.at, self.length * np.arange(1, self.count + 1))]


def base_rate(recipe: Recipe) -> float:
    """Its learning rate, before any schedule; that of its rule if it does not say."""
    usual = {hyper.name: hyper.default for hyper in RULES[recipe.optimizer].hypers}
    return float(recipe.hyper.get("lr", usual.get("lr", 1.0)))


def snapshots(
    network: Architecture,
    points: Points,
    recipes: Sequence[Recipe],
    cycles: Cycles,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> list[Training]:
    """Trains by each recipe in cycles: ``cycles.members`` of a run are its ensemble's."""
    turning = [replace(recipe, schedule=cycles.schedule) for recipe in recipes]
    return train(network, points, turning, cycles.steps, shown=cycles.shown, cancel=cancel, progress=progress)


def tail(run: Training, share: float = 0.25) -> np.ndarray:
    """The snapshots of the last ``share`` of a run's steps, the final one among them: ``(n, P)``."""
    return run.theta[run.at >= (1.0 - share) * run.at[-1]]


def mean_weights(thetas: np.ndarray) -> np.ndarray:
    """One network whose parameters are the mean of ``(K, P)``: float64 ``(P,)``.

    Of a run's ``tail``, stochastic weight averaging (Izmailov et al. 2018, arXiv:1803.05407). Batch normalization needs
    no update after it: its statistics are always those of the training points under the parameters at hand. Of
    independent networks it fails: their hidden units are in different orders, and so are those of ``permuted``.
    """
    return np.asarray(thetas, np.float64).mean(axis=0)


def permuted(network: Architecture, theta: np.ndarray, seed: int) -> np.ndarray:
    """The same function with the units of each hidden layer in another order: ``(P,)``."""
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(width) for width in network.hidden]
    found = np.array(theta)
    for part in network.parts:
        own = found[part.place].reshape(part.shape)
        if part.layer < len(orders):
            own = own[..., orders[part.layer]]
        if part.name == "weight" and part.layer > 0:
            own = own[orders[part.layer - 1]]
        found[part.place] = own.ravel()
    return found


def running(thetas: np.ndarray) -> np.ndarray:
    """The means of the first 1, 2, ..., K of ``(K, P)`` parameters: float64 ``(K, P)``."""
    return np.cumsum(thetas, axis=0, dtype=np.float64) / np.arange(1.0, len(thetas) + 1.0)[:, None]


def between(one: np.ndarray, other: np.ndarray, count: int) -> np.ndarray:
    """So many networks on the straight line from one ``(P,)`` to another, both included: ``(count, P)``."""
    share = np.linspace(0.0, 1.0, count)[:, None]
    return (1.0 - share) * np.asarray(one, np.float64) + share * np.asarray(other, np.float64)


WAYS = ("single", "ensemble", "short", "snapshots", "last", "swa", "weights")


def costs(members: int) -> dict[str, int]:
    """What each of ``WAYS`` takes to train, in trainings of one network."""
    return {way: members if way in ("ensemble", "weights") else 1 for way in WAYS}


def measured(
    network: Architecture,
    draw: Callable[[int], Points],
    recipe: Recipe,
    *,
    members: int = 5,
    steps: int = 2000,
    repeats: int = 8,
    share: float = 0.25,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> dict[str, Scores]:
    """What each of ``WAYS`` is worth, by ``repeats`` times new points ``draw(repeat)`` and new seeds, from the recipe's
    on: ``(repeats, 2)``.

    ``single``: a network, as the mean over all members; ``ensemble``: of as many independent seeds; ``short``: the same
    with the steps of one network shared out among them; ``snapshots``: of one run in as many cycles, and ``last`` its
    last member alone; ``swa``: the mean of parameters over the last ``share`` of a member's steps, as the mean over all
    members; ``weights``: the network whose parameters are the mean of all members'. ``intervals.paired`` compares two.
    """
    rows = list(each(network, draw, recipe, members, steps, range(repeats), share, cancel, progress))
    return {
        way: Scores(np.stack([row[way].loss for row in rows]), np.stack([row[way].mistakes for row in rows]))
        for way in WAYS
    }


def each(
    network: Architecture,
    draw: Callable[[int], Points],
    recipe: Recipe,
    members: int,
    steps: int,
    repeats: Sequence[int],
    share: float = 0.25,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Iterator[dict[str, Scores]]:
    """The rows of ``measured``, each ``(2,)``, repeat after repeat as soon as they are there, several at a time."""
    cycles = Cycles(members, max(1, steps // members))

    def one(repeat: int, told: Progress) -> dict[str, Scores]:
        points, first = draw(repeat), recipe.seed + repeat * members
        recipes = seeded(recipe, range(first, first + members))
        parts = [portion(told, k / (members + 2), 1 / (members + 2)) for k in range(members + 2)]
        long = portion(told, 0.0, members / (members + 2))
        runs = train(network, points, recipes, steps, progress=long)
        short = train(network, points, recipes, cycles.length, shown=1, progress=parts[-2])
        turned = snapshots(network, points, recipes[:1], cycles, progress=parts[-1])[0]
        return _ways(network, points, runs, short, cycles.members(turned), share)

    return by_seed(one, repeats, cancel, progress)


def _ways(
    network: Architecture,
    points: Points,
    runs: Sequence[Training],
    short: Sequence[Training],
    kept: np.ndarray,
    share: float,
) -> dict[str, Scores]:
    """One repeat of ``measured``: each ``(2,)``."""
    final = ends(runs)
    seeds, brief, turned = (judged(network, points, thetas) for thetas in (final, ends(short), kept))
    means = np.stack([mean_weights(tail(run, share)) for run in runs])
    swa, weights = evaluate(network, points, means), evaluate(network, points, mean_weights(final))
    return {
        "single": _mean(seeds.members),
        "ensemble": seeds.whole,
        "short": brief.whole,
        "snapshots": turned.whole,
        "last": Scores(turned.members.loss[-1], turned.members.mistakes[-1]),
        "swa": _mean(swa),
        "weights": _mean(weights),
    }


def _mean(scores: Scores) -> Scores:
    return Scores(scores.loss.mean(axis=0), scores.mistakes.mean(axis=0))
