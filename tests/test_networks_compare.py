"""Ways to train compared over seeds: the intervals against SciPy, the bookkeeping, and what the comparisons find."""

import threading

import numpy as np
import pytest
from scipy import stats

from visualizer.networks import Architecture, Recipe, sample, train
from visualizer.networks.compare import MEASURES, compared, tuned
from visualizer.networks.curvature import top
from visualizer.networks.evaluate import evaluate
from visualizer.networks.intervals import student
from visualizer.networks.questions import QUESTIONS, answered
from visualizer.simulate import compiled
from visualizer.simulate.tiles import Cancelled

SMALL = Architecture(2, (16,), 2)
MOONS = {"train": 100, "test": 150, "noise": 0.3}
TWO = {"sgd": Recipe("sgd", {"lr": 0.1}), "momentum": Recipe("momentum", {"lr": 0.1, "momentum": 0.9}, batch=16)}


@pytest.mark.parametrize(("n", "sure"), [(2, 0.95), (5, 0.95), (20, 0.99)])
def test_intervals_are_those_of_scipy(n: int, sure: float) -> None:
    values = np.random.default_rng(n).normal(3.0, 2.0, n)
    expected = stats.ttest_1samp(values, 0.0).confidence_interval(sure)
    found = student(values, sure)
    assert (found.low, found.high) == (pytest.approx(expected.low), pytest.approx(expected.high))
    assert found.n == n


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Of 2000 samples of 4; a normal quantile in Student's place would hold it in 85 %."""
    samples = np.random.default_rng(0).normal(1.0, 3.0, (2000, 4))
    held = sum(one.low <= 1.0 <= one.high for one in map(student, samples))
    assert stats.binomtest(held, 2000, 0.95).pvalue > 0.001


def test_intervals_leave_out_what_diverged_and_say_so() -> None:
    assert student(np.array([1.0, np.nan, 3.0, 2.0])) == student(np.array([1.0, 3.0, 2.0]))
    assert student(np.array([1.0, np.nan]))[1:] == (-np.inf, np.inf, 1)
    signs = [student(np.array([1.0, 1.1, 0.9]) * factor).sign for factor in (1, -1)]
    assert signs == [1, -1] and student(np.array([-1.0, 1.0, 0.5])).sign == 0


def test_what_is_measured_is_what_training_ends_with() -> None:
    shares: list[float] = []
    found = compared(SMALL, "moons", TWO, (3, 4), {"sgd": 60, "momentum": 90}, data=MOONS, progress=shares.append)
    assert found.steps == (60, 90) and found.names == tuple(TWO)
    for j, seed in enumerate(found.seeds):
        points = sample("moons", **MOONS, seed=seed)
        again = Recipe("momentum", {"lr": 0.1, "momentum": 0.9}, batch=16, seed=seed)
        theta = train(SMALL, points, [again], 90)[0].theta[-1]
        loss, mistakes = (part[0] for part in evaluate(SMALL, points, theta))
        expected = loss[0], loss[1], mistakes[1], loss[1] - loss[0], top(SMALL, points, theta, 1).values[0]
        got = [found.measured[measure][1, j] for measure in MEASURES]
        np.testing.assert_allclose(got, expected, rtol=1e-6)
    gaps = found.measured["gap"]
    assert found.difference("momentum", "sgd", "gap") == student(gaps[1] - gaps[0])
    assert found.of("sgd", "gap") == student(gaps[0])
    assert max(shares) == pytest.approx(1.0)


def test_recipes_meet_the_same_data_and_beginnings() -> None:
    """Equal recipes end equal, seed by seed, however far apart the seeds are."""
    found = compared(SMALL, "moons", {"a": TWO["sgd"], "b": TWO["sgd"]}, range(4), 50, data=MOONS, curved=False)
    assert found.difference("b", "a", "test_loss") == (0.0, 0.0, 0.0, 4)
    assert len(set(found.measured["test_loss"][0])) == 4


def test_data_are_drawn_afresh_or_not() -> None:
    """With a fixed start and all points in a batch, only the data can differ between seeds."""
    recipe = Recipe("sgd", {"lr": 0.1}, batch=1000, start=SMALL.start(0))
    for fresh, different in ((True, 3), (False, 1)):
        found = compared(SMALL, "moons", {"one": recipe}, range(3), 20, data=MOONS, fresh=fresh, curved=False)
        assert len(set(np.round(found.measured["test_loss"][0], 4))) == different


def test_a_run_that_diverges_is_no_number() -> None:
    recipes = {"wild": Recipe("sgd", start=1e30 * SMALL.start(0)), "calm": TWO["sgd"]}
    found = compared(SMALL, "moons", recipes, range(3), 100, data=MOONS)
    assert [found.of(name, measure).n for name in recipes for measure in MEASURES] == [0] * 5 + [3] * 5
    assert found.difference("wild", "calm", "train_loss").n == 0


def test_the_best_rate_is_that_of_the_lowest_mean() -> None:
    found = tuned(SMALL, "moons", TWO["sgd"], (1e-4, 0.3, 1e-3), (0, 1), 100, by="train_loss", data=MOONS)
    assert found.lr == 0.3 and found.means.argmin() == 1
    assert found.means[0] > found.means[2] > found.means[1]


def test_other_recipes_and_data_compile_nothing() -> None:
    compared(SMALL, "moons", TWO, (0,), 20, data=MOONS)
    before = list(compiled.compiled_here)
    others = {"a": Recipe("sgd", {"lr": 0.5}, batch=7, dropout=0.2), "b": Recipe("momentum", wrappers={"sam": {}})}
    compared(SMALL, "xor", others, (1, 2), 30, data={"train": 90, "test": 100})
    assert compiled.compiled_here == before


def test_a_comparison_can_be_given_up() -> None:
    cancel = threading.Event()
    with pytest.raises(Cancelled):
        compared(SMALL, "moons", TWO, range(8), 20_000, data=MOONS, cancel=cancel, progress=lambda share: cancel.set())


def test_questions_hold_equal_what_they_say() -> None:
    points = sample("moons", 100, 10)
    steps = {name: question.steps(points) for name, question in QUESTIONS.items()}
    assert steps["batch_epochs"] == {"batch_8": 1300, "large": 100}  # 13 batches of at most 8 an epoch
    assert steps["batch_updates"] == {"batch_8": 2500, "large": 2500}
    assert steps["sam_gradients"] == {"none": 2000, "sam": 1000}
    with pytest.raises(ValueError, match="other seeds"):
        answered(QUESTIONS["adam_momentum"], SMALL, "moons", (1, 2), (2, 3))
    with pytest.raises(ValueError, match="momentum, adam"):
        answered(QUESTIONS["adam_momentum"], SMALL, "moons", (1, 2))


@pytest.mark.parametrize("question", ["sam_updates", "sam_gradients"])
def test_sam_ends_flatter(question: str) -> None:
    """Held with 12 seeds on moons, spirals and digits, at 0.13 to 0.58 of it; with fewer mistakes on moons alone."""
    found, rates = answered(QUESTIONS[question], SMALL, "moons", range(6), data=MOONS)
    assert rates == {} and found.of("sam", "sharpness").n == 6
    assert found.difference("sam", "none", "sharpness").sign == -1


def test_large_batches_at_equal_epochs_have_only_learned_less() -> None:
    """More mistakes, as textbooks say, but the training loss is what is higher, and the gap smaller.

    So with 12 seeds on moons, spirals and digits, but that the gap's interval on spirals holds 0.
    """
    found, _ = answered(QUESTIONS["batch_epochs"], SMALL, "moons", range(200, 220), data=MOONS)
    signs = [found.difference("large", "batch_8", measure).sign for measure in ("train_loss", "test_mistakes", "gap")]
    assert signs == [1, 1, -1]


@pytest.mark.slow
def test_large_batches_at_equal_updates_end_sharper() -> None:
    """On all three sets; more mistakes for it on none."""
    found, _ = answered(QUESTIONS["batch_updates"], SMALL, "moons", range(200, 220), data=MOONS)
    assert found.difference("large", "batch_8", "sharpness").sign == 1
    assert found.difference("large", "batch_8", "test_mistakes").sign <= 0
