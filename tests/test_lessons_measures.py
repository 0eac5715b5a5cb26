"""What lessons measure, against plain loops and the published teaching figures; and how near a sketch is."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from visualizer.lessons import bench, sketch, stage
from visualizer.lessons.meaning import read
from visualizer.lessons.measures import NUMBER, TRUTH
from visualizer.lessons.mistakes import LessonError
from visualizer.lessons.numbers import interval_text, number_text
from visualizer.networks.data import sample
from visualizer.networks.evaluate import evaluate
from visualizer.networks.study import Study
from visualizer.networks.train import train
from visualizer.race import race
from visualizer.scenario import Scenario

VALLEY = "v=1&f=ravine~theta_deg~0&x=4&y=1.5&steps=3000&tol=1e-6"
QUERIES = {
    "valley": f"{VALLEY}&r1=sgd~lr~0.0195&r2=momentum~lr~0.01&r3=sgd~lr~0.0201&r4=nesterov~lr~0.01&r5=adam~lr~0.1",
    "short": "v=1&f=ravine~theta_deg~0~kappa~10&steps=40&tol=1e-3&r1=sgd~lr~0.15&r2=momentum~lr~0.02&r3=sgd~lr~0.3",
    "first": "v=1&f=saddle_floor&r1=sgd~lr~0.05&r2=momentum~lr~0.05&r3=rmsprop~lr~0.01&r4=adam~lr~0.05&steps=400",
    "noisy": "v=1&f=saddle_floor&y=0&r1=sgd~lr~0.05&r2=adam~lr~0.05&steps=400&noise=gaussian~sigma~0.1&seed=3",
    "placed": "v=1&f=ravine~theta_deg~0&r1=adam~lr~0.1&steps=50&stretch=4&dx=1&dy=-2&rot=30&x=3&y=1",
    "flat": "v=1&f=saddle&r1=sgd~lr~0.1&steps=50&x=1.5&y=0.001",
    "bowl": "v=1&f=bumpy_bowl&r1=sgd~lr~0.02&steps=300&x=2.3&y=-1.9&tol=0.01",
    "rate": "v=1&f=ravine~theta_deg~0~kappa~10&r1=sgd~~one_cycle&steps=100&tol=1e-3",
    "moons": "v=1&net=moons&r1=adam~lr~0.01&r2=sgd~lr~0.1~~learn~batch~16&steps=60",
}
PICTURES = {name: stage.read(query) for name, query in QUERIES.items()}
BENCH = bench.Bench(PICTURES)


def number(text: str) -> float:
    return BENCH.number(read(text, PICTURES, NUMBER))


def truth(text: str) -> bool:
    return BENCH.truth(read(text, PICTURES, TRUTH))


PUBLISHED = {
    "valley.r1.stays": 404,
    "valley.momentum.stays": 176,
    "valley.momentum.touch": 164,
    "valley.nesterov.stays": 129,
    "valley.r3.stays": math.inf,
    "valley.r3.diverges": math.inf,
    "first.sgd.first(abs(y) > 1)": 74,
    "first.momentum.first(abs(y) > 1)": 27,
    "first.rmsprop.first(abs(y) > 1)": 18,
    "first.adam.first(abs(y) > 1)": 20,
    "first@45.sgd.first(abs(y) > 1)": 74,
    "first@45.momentum.first(abs(y) > 1)": 27,
    "first@45.rmsprop.first(abs(y) > 1)": 186,
    "first@45.adam.first(abs(y) > 1)": 110,
    "2 / valley.L": 0.02,
    "valley.L / valley.mu": 100,
}


@pytest.mark.parametrize("text", PUBLISHED)
def test_published_figures(text: str) -> None:
    assert number(text) == pytest.approx(PUBLISHED[text], rel=1e-12)


def loop(lr: float, beta: float, steps: int = 40, kappa: float = 10.0) -> np.ndarray:
    """x, y, loss of heavy ball on the aligned ravine, row by row."""
    theta, v, rows = np.array([4.0, 1.5]), np.zeros(2), []
    bend = np.array([1.0, kappa])
    for _ in range(steps + 1):
        rows.append([*theta, 0.5 * float(bend @ theta**2)])
        v = beta * v + bend * theta
        theta = theta - lr * v
    return np.array(rows)


@pytest.mark.parametrize(("run", "lr", "beta"), [("r1", 0.15, 0.0), ("momentum", 0.02, 0.9), ("r3", 0.3, 0.0)])
def test_measures_of_a_run_are_those_of_a_plain_loop(run: str, lr: float, beta: float) -> None:
    x, y, loss = loop(lr, beta).T
    near = loss <= 1e-3
    away = np.flatnonzero(~near)
    expected = {
        "loss": loss[-1],
        "loss(7)": loss[7],
        "x": x[-1],
        "y(3)": y[3],
        "distance": math.hypot(x[-1], y[-1]),
        "length": float(np.hypot(np.diff(x), np.diff(y)).sum()),
        "touch": int(np.argmax(near)) if near.any() else math.inf,
        "stays": away[-1] + 1 if away[-1] < 40 else math.inf,
        "evaluations": 40,
        "least(x)": x.min(),
        "most(abs(y) - x / 2)": (np.abs(y) - x / 2).max(),
        "first(loss < 0.5 and not step < 5)": next((k for k in range(5, 41) if loss[k] < 0.5), math.inf),
        "crossings(y)": int((np.sign(y[1:]) != np.sign(y[:-1])).sum()),
        "lr": lr,
    }
    for measure, value in expected.items():
        assert number(f"short.{run}.{measure}") == pytest.approx(float(value), rel=1e-10, abs=1e-14), measure


def test_coordinates_are_the_surfaces_own() -> None:
    placed = PICTURES["placed"]
    assert isinstance(placed, Scenario)
    assert number("placed.adam.x(0)") == pytest.approx(3.0)
    assert number("placed.adam.y(0)") == pytest.approx(1.0)
    own = [placed.placement.own(point) for point in race(placed)[0].theta]
    assert number("placed.adam.x(20)") == pytest.approx(own[20][0])
    assert number("placed.adam.y(20)") == pytest.approx(own[20][1])
    assert number("valley@45.momentum.least(x)") == pytest.approx(number("valley.momentum.least(x)"))


def test_what_diverges_or_never_comes() -> None:
    far = bench.Bench({"s": stage.read("v=1&f=ravine~theta_deg~0&r1=sgd~lr~1&steps=400")})
    step = far.number(read("s.sgd.diverges", far.pictures, NUMBER))
    theta, steps = 1.5, 0
    while math.isfinite(theta * theta * 50) and math.isfinite(theta):
        theta, steps = theta - 100.0 * theta, steps + 1
    assert step == steps
    assert far.number(read("s.sgd.loss", far.pictures, NUMBER)) == math.inf
    assert far.truth(read("s.sgd.stays = never", far.pictures, TRUTH))
    with pytest.raises(LessonError):
        far.number(read("s.sgd.x(399)", far.pictures, NUMBER))
    with pytest.raises(LessonError):
        far.truth(read("s.sgd.stays - s.sgd.touch < 1", far.pictures, TRUTH))


def test_leaving_is_what_the_cloud_says() -> None:
    """Of the saddle's neighborhood: a tenth of the window's diagonal, along the direction that bends down."""
    radius = 0.1 * math.hypot(6, 6)
    first = PICTURES["first"]
    assert isinstance(first, Scenario)
    for place, trajectory in enumerate(race(first)):
        assert number(f"first.r{place + 1}.leaves") == int(np.argmax(np.abs(trajectory.theta[:, 1]) > radius))
    assert truth("first@45.sgd.leaves = first.sgd.leaves and first@45.adam.leaves > 3 * first.adam.leaves")


def test_what_cannot_be_measured_is_told() -> None:
    for text in (
        "flat.sgd.stays",
        "flat.sgd.distance",
        "flat.L",
        "short.r1.x(1.5)",
        "1 / 0 - 1 / 0",
        "rate.sgd.lr - 1 / 0 + 1 / 0",
    ):
        with pytest.raises(LessonError):
            number(text)


def test_seeds_and_starts() -> None:
    """Share and median over the scenario run again and again, as a loop does it."""
    noisy = PICTURES["noisy"]
    assert isinstance(noisy, Scenario)
    found = []
    for seed in range(3, 23):
        theta = race(Scenario.from_query({**noisy.to_query(), "seed": str(seed)})[0])[0].theta
        found.append(int(np.argmax(np.abs(theta[:, 1]) > 1)))
    exits = "noisy.sgd.first(abs(y) > 1)"
    assert number(f"median(20 seeds, {exits})") == sorted(found)[9]
    assert number(f"low(20 seeds, {exits})") == sorted(found)[5]
    assert number(f"high(20 seeds, {exits})") == sorted(found)[14]
    assert number(f"share(20 seeds, {exits} < 50)") == np.mean(np.array(found) < 50)
    draws = np.random.default_rng([0, 1]).random((30, 2)) * 10 - 5
    nearer = np.mean([0.5 * (x**2 * (1 - 0.15) ** 80 + 10 * y**2 * 0.5**80) < 1e-5 for x, y in draws])
    assert 0 < nearer < 1
    assert number("share(30 starts, short.r1.loss < 1e-5)") == nearer


def test_the_best_rate_is_the_best() -> None:
    """No rate of a finer scan stays sooner than by a step; the tuned run is what the scenario is at that rate."""
    rate = number("short.r1.best.lr")
    assert rate == pytest.approx(2 / 11, rel=0.05)  # 2 / (L + mu)
    stays = []
    for lr in np.linspace(0.1, 0.2, 201):
        away = np.flatnonzero(loop(float(lr), 0.0, 40)[:, 2] > 1e-3)
        stays.append(away[-1] + 1)
    assert number("short.r1.best.stays") <= min(stays) + 1
    away = np.flatnonzero(loop(rate, 0.0, 40)[:, 2] > 1e-3)
    assert number("short.r1.best.stays") == away[-1] + 1
    assert number("valley.momentum.best.stays") < 0.5 * number("valley.r1.best.stays")
    assert number("rate.sgd.best.stays") < 100  # the peak of its schedule is what is tuned
    assert number("noisy.sgd.best.loss") < -2


def test_networks() -> None:
    """At the last step, and with other seeds of data and training."""
    study = PICTURES["moons"]
    assert isinstance(study, Study)
    found = []
    for seed in range(3):
        points = sample("moons", study.data["train"], None, study.data["noise"], study.data["mislabeled"], seed)
        recipes = [replace(one.recipe, seed=seed) for one in study.learners]
        ends = [run.theta[-1] for run in train(study.network, points, recipes, 60)]
        found.append(evaluate(study.network, points, np.stack(ends)))
    assert number("moons.adam.test_loss") == pytest.approx(float(found[0].loss[0, 1]))
    assert number("moons.sgd.train_mistakes") == pytest.approx(float(found[0].mistakes[1, 0]))
    apart = sorted(float(one.loss[0, 1] - one.loss[1, 1]) for one in found)
    assert number("median(3 seeds, moons.adam.test_loss - moons.sgd.test_loss)") == pytest.approx(apart[1], abs=1e-6)
    assert number("moons.sgd.batch") == 16 and number("moons.steps") == 60


NUMBERS = [
    (404.0, "", "404", "404"),
    (12345.0, "", "12,345", "12345"),
    (0.03306, "", "0.0331", "0.0331"),
    (0.5, "", "0.5", "0.5"),
    (-0.0948, "", "−0.0948", "−0.0948"),
    (9.53e27, "", "9.53 × 10²⁷", "9.53 × 10²⁷"),
    (1234.56, "", "1235", "1235"),
    (2.0, ".2", "2.00", "2.00"),
    (-1e-18, ".2", "0.00", "0.00"),
    (0.934, "%", "93 %", "93%"),
    (0.9996, "%", "> 99.9 %", "> 99.9%"),
    (1.0, "%", "100 %", "100%"),
    (math.pi, "5", "3.1416", "3.1416"),
    (math.inf, "", "never", "从不"),
    (0.0, "3", "0", "0"),
]


@pytest.mark.parametrize(("value", "form", "en", "zh"), NUMBERS)
def test_numbers_are_printed(value: float, form: str, en: str, zh: str) -> None:
    assert (number_text(value, form, "en", True), number_text(value, form, "zh", True)) == (en, zh)


def test_intervals_and_infinite_losses_are_printed() -> None:
    assert interval_text((28.0, 26.0, math.inf), "en", True) == "28 (26 to never)"
    assert interval_text((28.0, 26.0, 31.0), "zh", True) == "28（26 至 31）"
    assert number_text(math.inf, "", "en") == "∞"


# ---- sketches --------------------------------------------------------------------------------------------------------

BOX = (-5.0, 5.0, -5.0, 5.0)
CURVE = np.stack([np.linspace(4, 0, 200), 3 * np.sin(np.linspace(0, 6, 200))], axis=-1)


def test_a_sketch_is_worth_what_it_comes_near() -> None:
    assert sketch.score(CURVE, CURVE, BOX) == 100
    assert sketch.score(CURVE[::17], CURVE, BOX) > 90  # fewer points
    assert sketch.score(CURVE[::-1], CURVE, BOX) < 40  # the wrong way around
    straight = sketch.score(CURVE[[0, -1]], CURVE, BOX)
    assert straight < 60
    assert (
        sketch.score(CURVE + np.array([0, 0.2]), CURVE, BOX) > sketch.score(CURVE + np.array([0, 0.6]), CURVE, BOX) > 0
    )
    assert sketch.score(CURVE + np.array([9, 9]), CURVE, BOX) == 0


def test_neither_the_pace_nor_the_place_of_the_window_counts() -> None:
    slow = np.repeat(CURVE, np.r_[np.full(100, 9), np.full(100, 1)], axis=0)
    assert sketch.score(slow, CURVE, BOX) >= 99
    moved = [sketch.score(k * CURVE[::30] + 7, k * CURVE + 7, [k * side + 7 for side in BOX]) for k in (1, 1e-3)]
    assert moved[0] == moved[1]


def test_a_sketch_of_a_path_that_leaves_counts_up_to_there() -> None:
    away = np.concatenate([CURVE, [[0, 1e9], [np.nan, np.nan]]])
    assert sketch.score(CURVE, away, BOX) == 100


@pytest.mark.parametrize("drawn", [[], [[np.nan, 0]], [[np.inf, 0]], [[1, 1]], [[1e300, -1e300]], np.zeros((9999, 2))])
def test_any_sketch_has_a_score(drawn: list[list[float]]) -> None:
    assert 0 <= sketch.score(np.array(drawn, float), CURVE, BOX) <= 100
    assert sketch.score(CURVE, CURVE[:1], BOX) < 100
    assert sketch.score(CURVE, CURVE[:0], BOX) == 0
