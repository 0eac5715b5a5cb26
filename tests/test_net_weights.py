"""The view of weights: pictures, what excites units and what smoothness costs, each against NumPy."""

from __future__ import annotations

import json
import threading
from typing import Any

import numpy as np
import pytest
import wording
from scipy import stats

from visualizer.networks.recent import trained
from visualizer.networks.smoothness import LITTLE, cost, verdict
from visualizer.networks.study import Learner, Study
from visualizer.networks.viewing import NothingToSeeError, request, view_parts
from visualizer.networks.views import CATALOGUE
from visualizer.networks.views.weights import PENALTIES, best, strongest
from visualizer.scenario import Run

Part = tuple[dict[str, Any], dict[str, np.ndarray]]
HIDDEN = (12, 9)


GONE = Run("sgd", {"lr": 1e5})  # it diverges: each step multiplies what the penalty pulls at


def study(norm: str = "none", run: Run = Run("adam", {"lr": 0.01}), steps: int = 150, **values: Any) -> Study:  # noqa: B008
    learner = Learner(run, {"seed": 3, "l2": 1.0 if run is GONE else 0.0})
    return Study(
        "digits", {"train": 200}, {"hidden": HIDDEN, "norm": norm}, steps, (learner,), view=("weights", values)
    )


def parts(one: Study) -> list[Part]:
    found = [(header, dict(arrays)) for header, arrays in view_parts(one, threading.Event())]
    for header, _ in found:
        json.dumps(header, allow_nan=False)
    assert found[-1][0] == {"kind": "whole"}
    return found


def of(found: list[Part], kind: str) -> list[Part]:
    return [part for part in found if part[0].get("of") == kind]


def layers(theta: np.ndarray, x: np.ndarray) -> list[np.ndarray]:
    """What all units get, by matrix products in double precision."""
    found, h, at = [], x.astype(float), 0
    for wide, out in ((64, 12), (12, 9), (9, 10)):
        weight = theta[at : at + wide * out].reshape(wide, out).astype(float)
        z = h @ weight + theta[at + wide * out : at + wide * out + out]
        found.append(z)
        h, at = np.maximum(z, 0), at + wide * out + out
    return found


def energy(image: np.ndarray) -> float:
    """Neighbor by neighbor."""
    image, total = image.reshape(8, 8).astype(float), 0.0
    for a in range(8):
        for b in range(8):
            total += (image[a, b] - image[a + 1, b]) ** 2 if a < 7 else 0.0
            total += (image[a, b] - image[a, b + 1]) ** 2 if b < 7 else 0.0
    return total


def test_first_weights_with_their_roughness_and_what_excites_them() -> None:
    one = study()
    ((header, arrays),) = of(parts(one), "frames")
    run = trained(one)[0]
    assert header["at"][0] == 0 and header["at"][-1] == 150 and len(header["at"]) == 41
    points = one.points
    for frame in (0, 17, 40):
        theta = run.theta[run.at.tolist().index(header["at"][frame])]
        weights = theta[: 64 * 12].reshape(64, 12).T
        np.testing.assert_array_equal(arrays["weights"][frame], weights)
        rough = [energy(image) / (image.astype(float) ** 2).sum() for image in weights]
        np.testing.assert_allclose(arrays["rough"][frame, :-1], rough, rtol=1e-5)
        whole = sum(energy(image) for image in weights) / (weights.astype(float) ** 2).sum()
        assert arrays["rough"][frame, -1] == pytest.approx(whole, rel=1e-5)
        sums = layers(theta, points.x[200:1200])[0]
        for unit in range(12):
            top = arrays["top"][frame, unit]
            np.testing.assert_allclose(arrays["drive"][frame, unit], np.sort(sums[:, unit])[::-1][:12], atol=1e-4)
            np.testing.assert_allclose(sums[top.astype(int) - 200, unit], arrays["drive"][frame, unit], atol=1e-4)
        right = layers(theta, points.x[:1200])[-1].argmax(axis=1) == points.y[:1200].argmax(axis=1)
        wrong = 1 - right[:200].mean(), 1 - right[200:].mean()
        np.testing.assert_allclose(arrays["mistakes"][frame], wrong, atol=2e-3)


@pytest.mark.parametrize("bounds", ["norm", "pixels"])
def test_images_have_the_values_that_are_said_and_are_the_best_of_their_starts(bounds: str) -> None:
    """By an independent forward pass. A further start may only raise what is worth most."""
    one = study(show="maximal", penalty=0.3, bounds=bounds, starts="2")
    found = parts(one)
    theta = trained(one)[0].theta[-1]
    images = of(found, "images")
    assert [(header["layer"], header["starts"]) for header, _ in images] == [
        (2, 1),
        (0, 1),
        (1, 1),
        (2, 2),
        (0, 2),
        (1, 2),
    ]
    for (_, early), (header, late) in zip(images[:3], images[3:], strict=True):
        sums = layers(theta, late["images"])[header["layer"]]
        np.testing.assert_allclose(late["value"], sums.diagonal(), rtol=1e-3, atol=1e-4)
        worth = [
            arrays["value"] - 0.15 * np.array([energy(image) for image in arrays["images"]]) for arrays in (early, late)
        ]
        assert (worth[1] >= worth[0] - 1e-3).all()
        assert set(late["same"].tolist()) <= {1, 2}
        if bounds == "norm":
            assert (np.linalg.norm(late["images"], axis=1) < 3.9001).all()
        else:
            assert late["images"].min() >= 0 and late["images"].max() <= 1
    for header, arrays in of(found, "digits"):
        sums = layers(theta, one.points.x[200:1200])[header["layer"]]
        np.testing.assert_allclose(arrays["drive"], -np.sort(-sums.T, axis=1)[:, :12], rtol=1e-3, atol=1e-3)


def test_the_best_of_several_climbs_is_worth_most_after_the_penalty() -> None:
    """The higher value is the rougher image, and loses."""
    flat, board = np.full((8, 8), 0.1), np.indices((8, 8)).sum(axis=0) % 2 * 1.0
    climbs = [(np.stack([flat, flat]), np.array([1.0, 1.0])), (np.stack([board, flat]), np.array([5.0, 1.005]))]
    rough = best(climbs, 0.0)
    assert rough["value"].tolist() == pytest.approx([5.0, 1.005])
    assert rough["same"].tolist() == [1, 2], "a hundredth apart is the same"
    smooth = best(climbs, 0.1)  # 112 differences of 1 cost 5.6
    assert smooth["value"].tolist() == pytest.approx([1.0, 1.005])
    np.testing.assert_allclose(smooth["images"][0], flat.ravel())


def test_the_strongest_are_in_order() -> None:
    sums = np.random.default_rng(0).normal(size=(3, 50))
    top, drive = strongest(sums)
    np.testing.assert_array_equal(drive, -np.sort(-sums, axis=1)[:, :12])
    np.testing.assert_array_equal(np.take_along_axis(sums, top.astype(int), 1), drive)
    assert strongest(sums[:, :5])[0].shape == (3, 5)


def test_the_sweep_tells_what_its_networks_say() -> None:
    found = parts(study(show="smoothing", seeds="2"))
    told = of(found, "seeds")
    assert [header["n"] for header, _ in told] == [1, 2]
    assert told[0][1]["pictures"].shape == (len(PENALTIES), 12, 64) and "pictures" not in told[1][1]
    header, arrays = told[1]
    assert header["verdict"] == verdict(*(arrays[name].astype(float) for name in ("mistakes", "rough"))) | {
        name: pytest.approx(value, rel=1e-4, abs=1e-6)
        for name, value in header["verdict"].items()
        if name.endswith(("cost", "falls"))
    }
    for k in range(len(PENALTIES)):
        image = told[0][1]["pictures"][k].astype(float)
        whole = sum(energy(one) for one in image) / (image**2).sum()
        assert arrays["rough"][k, 0] == pytest.approx(whole, rel=1e-4)
    alone = study()
    again = trained(alone)[0].theta[-1][: 64 * 12].reshape(64, 12).T
    np.testing.assert_array_equal(told[0][1]["pictures"][0], again)
    np.testing.assert_allclose(arrays["accuracy"][:, 0], 1 - arrays["mistakes"].mean(axis=1), atol=1e-6)
    assert (np.diff(arrays["roughness"][:, 0]) < 0).all()


SPREAD = np.array([0.001, -0.001, 0.0005, -0.0005])
START = np.array([0.03, 0.034, 0.028, 0.031])


def swept(*above: float, wild: int = -1) -> np.ndarray:
    """Mistakes of four seeds, so much above those of the first penalty; those of one place scatter widely."""
    rows = [START, *(START + more + SPREAD for more in above)]
    if wild >= 0:
        rows[wild] = rows[wild] + 40 * SPREAD
    return np.stack(rows)


ROUGH = np.array([3.0, 1.5, 1.0, 0.5])[:, None] * np.ones(4)


@pytest.mark.parametrize(
    ("mistakes", "free", "begins"),
    [
        (swept(0.0, 0.0, 0.0), 3, None),
        (swept(0.0, 0.002, 0.05), 1, 2),  # a fifth of a point is little, but beyond doubt
        (swept(0.0, 0.0, 0.05), 2, 3),
        (swept(0.0, 0.01, 0.05, wild=2), 1, 3),  # in between nothing can be told
        (swept(0.02, 0.03, 0.05), None, 1),
        (swept(-0.02, 0.0, 0.05), 2, 3),
        (swept(0.0, 0.0, 0.0, wild=3), 2, None),
    ],
)
def test_verdicts_on_smoothness(mistakes: np.ndarray, free: int | None, begins: int | None) -> None:
    found = verdict(mistakes, ROUGH)
    assert (found["free"], found["begins"]) == (free, begins)
    if free is not None:
        assert found["free_cost"][2] < LITTLE
        assert found["free_falls"] == pytest.approx([3.0 / ROUGH[free, 0]] * 3)


def test_costs_are_paired_and_one_seed_says_nothing() -> None:
    mistakes = swept(0.01, 0.02, 0.05)
    found = cost(mistakes)
    less = mistakes - mistakes[0]
    half = stats.t.ppf(0.975, 3) * less.std(axis=1, ddof=1) / 2
    np.testing.assert_allclose(found.high - found.mean, half, atol=1e-12)
    assert verdict(mistakes[:, :1], ROUGH[:, :1]) == {"begins": None, "free": None}
    gone = verdict(np.vstack([mistakes[:3], np.full((1, 4), np.nan)]), ROUGH)
    json.dumps(gone, allow_nan=False)


def test_what_has_no_pictures_says_so_in_both_languages() -> None:
    with pytest.raises(NothingToSeeError) as refused:
        list(view_parts(Study("moons", learners=(Learner(Run("adam")),), view=("weights", {})), threading.Event()))
    wording.assert_bilingual(refused.value.text)
    assert CATALOGUE["weights"].dataset == "digits"
    with pytest.raises(NothingToSeeError) as refused:
        list(view_parts(Study("digits", view=("weights", {})), threading.Event()))
    wording.assert_bilingual(refused.value.text)
    for odd in (study(norm="batch", show="maximal"), study(run=GONE, show="maximal")):
        header, _ = parts(odd)[-2]
        assert header["kind"] == "weights" and all(header["none"])
    ((_, arrays),) = of(parts(study(norm="batch")), "frames")
    assert arrays["weights"].shape[1:] == (12, 64)
    ((_, arrays),) = of(parts(study(run=GONE)), "frames")
    assert np.isfinite(arrays["weights"][0]).all() and not np.isfinite(arrays["weights"][-1]).all()


def test_dials_matter_where_they_are_used() -> None:
    assert request(study(penalty=0.2)).key == request(study()).key
    assert request(study(show="maximal", penalty=0.2)).key != request(study(show="maximal")).key


@pytest.mark.parametrize("show", ["maximal", "smoothing"])
def test_it_is_given_up_soon(show: str) -> None:
    stop, heard = threading.Event(), []
    for header, _ in view_parts(study(steps=5000, show=show, starts="8", seeds="16"), stop):
        heard.append(header)
        if header.get("done"):
            stop.set()
    assert heard[-1]["kind"] != "whole" and heard[-1]["done"] < 0.5
