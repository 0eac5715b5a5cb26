"""The landscape around paths, against forward passes and projections in NumPy that share no code with ours."""

from __future__ import annotations

import itertools
import json
import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from visualizer.networks import train
from visualizer.networks.data import Points
from visualizer.networks.evaluate import Scores
from visualizer.networks.study import Learner, Study
from visualizer.networks.viewing import NOBODY, NothingToSeeError, places, request, view_parts
from visualizer.networks.views import _lines, landscape
from visualizer.scenario import Run
from visualizer.spec import Values

STEPS = 120
LEARNERS = (
    Learner(Run("adam", {"lr": 0.02})),
    Learner(Run("sgd", {"lr": 0.1}), {"batch": 8}),
    Learner(Run("momentum", {"lr": 0.03}), {"seed": 3}),
)
WILD = Learner(Run("sgd", {"lr": 1e6}))

Found = list[tuple[dict[str, Any], dict[str, np.ndarray]]]


def study_of(by: str = "pca", learners: tuple[Learner, ...] = LEARNERS, dataset: str = "moons", **dials: Any) -> Study:
    view = "landscape", {"by": by, **dials}
    return Study(dataset, {"train": 60}, {"hidden": (8,)}, STEPS, learners, view=view)


def parts(study: Study) -> Found:
    found = [(header, dict(arrays)) for header, arrays in request(study).parts(threading.Event())]
    for header, _ in found:
        json.dumps(header, allow_nan=False)
    return [part for part in found if part[0].get("of") != "progress"]  # of those there are as many as time allows


def of(found: Found, kind: str) -> Found:
    return [part for part in found if part[0].get("of") == kind]


def ways(study: Study) -> list[np.ndarray]:
    runs = train(study.network, study.points, [one.recipe for one in study.learners], study.steps)
    return [run.theta.astype(np.float64) for run in runs]


def losses(theta: np.ndarray, points: Points) -> np.ndarray:
    """Of training and of test points: two moons, one hidden layer of 8 rectified units, in double precision."""
    w1, b1, w2, b2 = np.split(theta, [16, 24, 40])
    z = np.maximum(points.x @ w1.reshape(2, 8) + b1, 0) @ w2.reshape(8, 2) + b2
    each = np.log(np.exp(z).sum(axis=1)) - (z * points.y).sum(axis=1)
    return np.array([each[: points.train].mean(), each[points.train : points.train + points.test].mean()])


def lattice(found: Found) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The coordinates of columns and rows, and the losses on all nodes; each has to come once."""
    about = found[0][0]
    (x0, x1, y0, y1), (nx, ny) = about["window"], about["size"]
    loss = np.full((ny, nx, 2), np.nan)
    for _, nodes in of(found, "nodes"):
        at = nodes["rows"].astype(int), nodes["columns"].astype(int)
        assert np.isnan(loss[at]).all()
        loss[at] = nodes["loss"]
    return np.linspace(x0, x1, nx), np.linspace(y0, y1, ny), loss


@pytest.fixture(scope="module")
def principal() -> Found:
    return parts(study_of())


def test_the_plane_of_all_paths_is_that_of_their_singular_vectors(principal: Found) -> None:
    """Red with components of one run, about an end, or with shares of another sum."""
    every = ways(study_of())
    apart = np.concatenate(every)
    mean = apart.mean(axis=0)
    _, sizes, vectors = np.linalg.svd(apart - mean, full_matrices=False)
    np.testing.assert_allclose(principal[0][0]["share"], (sizes**2 / (sizes**2).sum())[:2], rtol=1e-6)
    basis = vectors[:2]
    for k, (header, way) in enumerate(of(principal, "way")):
        assert header["learner"] == k
        expected = (every[k] - mean) @ basis.T
        np.testing.assert_allclose(np.abs(way["coordinates"]), np.abs(expected), atol=1e-4)
        off = every[k] - mean - expected @ basis
        np.testing.assert_allclose(way["distance"], np.linalg.norm(off, axis=1), rtol=1e-4, atol=1e-5)
        own = every[k] - every[k].mean(axis=0)
        seen = ((own @ basis.T) ** 2).sum(axis=0) / (own**2).sum()
        np.testing.assert_allclose(header["along"], seen, rtol=1e-5)
        assert header["kept"] == pytest.approx(seen.sum(), rel=1e-5) and header["kept"] < 1


def test_heights_are_true_and_the_planes_are_beneath(principal: Found) -> None:
    """Red if a projection's loss were called the path's."""
    study = study_of()
    every = ways(study)
    apart = np.concatenate(every)
    mean = apart.mean(axis=0)
    basis = np.linalg.svd(apart - mean, full_matrices=False)[2][:2]
    for header, heights in of(principal, "heights"):
        theta = every[header["learner"]]
        for k in (0, 20, len(theta) - 1):
            np.testing.assert_allclose(heights["own"][k], losses(theta[k], study.points), rtol=1e-4)
            nearest = mean + (theta[k] - mean) @ basis.T @ basis
            np.testing.assert_allclose(heights["projected"][k], losses(nearest, study.points), rtol=1e-4)
        assert np.abs(heights["own"] - heights["projected"]).max() > 0.01


def test_a_square_of_nodes_around_all_paths(principal: Found) -> None:
    xs, ys, loss = lattice(principal)
    assert np.isfinite(loss).all() and loss.shape == (101, 101, 2)
    assert xs[-1] - xs[0] == pytest.approx(ys[-1] - ys[0])
    for _, way in of(principal, "way"):
        u, v = way["coordinates"].T
        assert xs[0] < u.min() and u.max() < xs[-1] and ys[0] < v.min() and v.max() < ys[-1]
    done = [header["done"] for header, _ in principal if "done" in header]
    assert done == sorted(done) and done[-1] == 1.0 and principal[-1][0] == {"kind": "whole"}


def test_the_first_picture_comes_before_the_true_heights(principal: Found) -> None:
    kinds = [header.get("of", header["kind"]) for header, _ in principal]
    assert [kind for kind, _ in itertools.groupby(kinds)][:4] == ["landscape", "way", "nodes", "heights"]


def test_random_directions_are_as_long_as_the_looked_ats_own_filters() -> None:
    """Red around another's end, with other numbers for a seed, or with rows for filters."""
    study = replace(study_of("random", seed=5, reach=0.5), looked=2)
    assert places(study) == [2, 0, 1]
    found = parts(study)
    about = found[0][0]
    end = ways(study)[2][-1]
    rng, axes = np.random.default_rng(5), np.zeros((2, len(end)))
    for axis in axes:
        for place, shape in ((slice(0, 16), (2, 8)), (slice(24, 40), (8, 2))):
            own, drawn = end[place].reshape(shape), rng.normal(size=shape)
            axis[place] = (drawn / np.linalg.norm(drawn, axis=0) * np.linalg.norm(own, axis=0)).ravel()
    assert about["window"] == (-0.5, 0.5, -0.5, 0.5) and about["ends"] == [0]
    cosine = axes[0] @ axes[1] / np.prod(np.linalg.norm(axes, axis=1))
    assert about["cosine"] == pytest.approx(cosine)
    np.testing.assert_allclose(about["unit"], np.linalg.norm(axes, axis=1))
    xs, ys, loss = lattice(found)
    for row, column in ((50, 50), (0, 100), (77, 13)):
        theta = end + xs[column] * axes[0] + ys[row] * axes[1]
        np.testing.assert_allclose(loss[row, column], losses(theta, study.points), rtol=1e-4)
    (first, way), *_ = of(found, "way")
    assert first["along"] is None and 0 < first["kept"] < 0.5  # hardly anything of a way is seen
    np.testing.assert_allclose(way["coordinates"][-1], 0, atol=1e-6)
    assert way["distance"][-1] == 0 < way["distance"][0]


def test_three_ends_lie_on_their_plane_at_their_true_distances() -> None:
    study = study_of("three")
    found = parts(study)
    assert found[0][0]["ends"] == [0, 1, 2] and found[0][0]["share"] is None
    ends = [way[-1] for way in ways(study)]
    spots = [way["coordinates"][-1] for _, way in of(found, "way")]
    for i, j in itertools.combinations(range(3), 2):
        assert np.linalg.norm(spots[i] - spots[j]) == pytest.approx(np.linalg.norm(ends[i] - ends[j]), rel=1e-5)
    assert [way["distance"][-1] for _, way in of(found, "way")] == [0, 0, 0]
    # A node as the sum of the three ends that its coordinates ask for.
    xs, ys, loss = lattice(found)
    (row, column), corners = (70, 33), np.array([[*spot, 1.0] for spot in spots], np.float64)
    weights = np.linalg.solve(corners.T, [xs[column], ys[row], 1.0])
    np.testing.assert_allclose(loss[row, column], losses(weights @ np.array(ends), study.points), rtol=2e-3)


def test_lines_go_from_the_looked_at_to_each_other_end() -> None:
    study = replace(study_of("line", room=0.5), looked=1)
    found = parts(study)
    ts, ends = found[0][1]["ts"], [way[-1] for way in ways(study)]
    assert (ts[0], ts[-1]) == (-0.5, 1.5) and 0 in ts and 1 in ts
    order = [1, 0, 2]
    for header, line in of(found, "line"):
        a, b = ends[1], ends[order[header["learner"]]]
        assert header["length"] == pytest.approx(np.linalg.norm(b - a))
        for k in (0, 50, 91, 150, 200):
            np.testing.assert_allclose(line["loss"][k], losses(a + ts[k] * (b - a), study.points), rtol=1e-4)
        inner = line["loss"][50:151].astype(float)
        t = np.linspace(0, 1, 101)[:, None]
        above = inner - (1 - t) * inner[0] - t * inner[-1]
        np.testing.assert_allclose(header["wall"], above.max(axis=0), atol=1e-6)
        np.testing.assert_allclose(header["stands"], above.argmax(axis=0) / 100, atol=1e-9)
    assert [header["learner"] for header, _ in of(found, "line")] == [1, 2]


def test_a_wall_is_measured_from_the_chord() -> None:
    """Of a bump 3 t (1 - t) above a slope; none where the losses sag; unknown where they are not finite."""
    ts = _lines.places(0.25)
    bump = 2 - ts + 3 * ts * (1 - ts)
    found = _lines.wall(ts, Scores(np.stack([bump, 2 - ts - ts * (1 - ts)], axis=1), np.zeros((len(ts), 2))))
    assert found[0] == pytest.approx([0.75, 0.0]) and found[1][0] == 0.5
    broken = Scores(np.stack([np.where(ts == 0.5, np.inf, bump), bump], axis=1), np.zeros((len(ts), 2)))
    assert _lines.wall(ts, broken)[0] == [None, pytest.approx(0.75)]


def test_a_network_that_diverged_is_left_out_and_said() -> None:
    """Red if it stretched the window, or if others changed their numbers."""
    found = parts(study_of("pca", (WILD, *LEARNERS[:2]), "wave"))
    assert found[0][0]["diverged"] == [0]
    assert [header["learner"] for header, _ in of(found, "way")] == [1, 2]
    assert np.isfinite(found[0][0]["window"]).all() and max(found[0][0]["window"]) < 100


@pytest.mark.parametrize(
    ("by", "learners", "said"),
    [
        ("three", LEARNERS[:2], landscape.MISSING["three"]),
        ("line", LEARNERS[:1], landscape.MISSING["line"]),
        ("three", (LEARNERS[0],) * 3, landscape.ALIKE),
        ("pca", (Learner(Run("sgd", {"lr": 0.0})),), landscape.STILL),
        ("random", (WILD,), landscape.NOBODY),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(by: str, learners: tuple[Learner, ...], said: str) -> None:
    with pytest.raises(landscape.NoSliceError) as refused:
        parts(study_of(by, learners, "wave"))
    assert refused.value.text == said and refused.value.text.zh


def test_a_view_of_nobody_says_so_before_anything_is_trained() -> None:
    with pytest.raises(NothingToSeeError) as refused:
        parts(study_of("pca", (), "wave"))
    assert refused.value.text == NOBODY and refused.value.text.zh


def test_hidden_networks_and_the_one_looked_at_count_only_where_they_matter() -> None:
    hidden = replace(LEARNERS[1], run=replace(LEARNERS[1].run, visible=False))
    learners = (LEARNERS[0], hidden, LEARNERS[2])
    study = study_of("pca", learners)
    assert places(study) == [0, 2]
    assert request(replace(study, looked=2)).key == request(study).key
    assert request(replace(study, view=("landscape", {"seed": 3}))).key == request(study).key
    assert request(replace(study, view=("landscape", {"room": 1.0}))).key != request(study).key
    around = study_of("random", learners)
    assert places(replace(around, looked=1)) == [1, 0, 2]  # also one that is not shown
    assert request(replace(around, looked=2)).key != request(around).key


def test_it_can_be_given_up_in_the_middle() -> None:
    stop, seen = threading.Event(), []
    for header, _ in view_parts(study_of(), stop):
        seen.append(header)
        if header.get("of") == "nodes":
            stop.set()
    assert seen[-1]["kind"] != "whole" and seen[-1].get("done", 0) < 1


def test_windows_hold_what_they_are_to_hold() -> None:
    spots = np.array([[0.0, 0.0], [4.0, 1.0]])
    assert landscape.window_of(Values({"by": "pca", "room": 0.25}), spots) == (-1.0, 5.0, -2.5, 3.5)
    assert landscape.window_of(Values({"by": "random", "reach": 2.0}), spots) == (-2.0, 2.0, -2.0, 2.0)
