"""Sharpness along the paths as it comes to a browser, and the edit that shows the edge of stability."""

from __future__ import annotations

import json
import threading
from typing import Any

import numpy as np
import pytest

from visualizer.networks import Architecture, sample, train
from visualizer.networks.curvature import Walk, coarse_first, product, sharpest, top
from visualizer.networks.edits import Desk, apply
from visualizer.networks.study import MOST_RUNS, Learner, Study
from visualizer.networks.viewing import places, refused, view_parts
from visualizer.networks.views.sharpness import PROBES
from visualizer.scenario import Run
from visualizer.simulate import compiled
from visualizer.simulate.tiles import Cancelled

WAVE = {"train": 40}
LINE = {"hidden": None, "activation": "linear"}  # the loss is a quadratic
FULL = {"batch": 2048}


def study(*learners: Learner, steps: int = 60, **values: Any) -> Study:
    return Study("wave", WAVE, LINE, steps, learners, view=("sharpness", values))


def parts(one: Study) -> list[tuple[dict[str, Any], dict[str, np.ndarray]]]:
    found = [(header, dict(arrays)) for header, arrays in view_parts(one.only(places(one)), threading.Event())]
    for header, arrays in found:
        json.dumps(header, allow_nan=False)
        assert all(array.dtype in (np.float64, np.uint16) for array in arrays.values())
    assert found[-1] == ({"kind": "whole"}, {})
    return [part for part in found if part[0].get("of") != "progress"]


def of(found: Any, what: str) -> list[tuple[dict[str, Any], dict[str, np.ndarray]]]:
    return [part for part in found if part[0].get("of") == what]


def gathered(found: Any, learner: int) -> np.ndarray:
    """The eigenvalues at all snapshots of a learner, ``(S, k)``."""
    own = [arrays for header, arrays in of(found, "values") if header["learner"] == learner]
    places = np.concatenate([arrays["place"] for arrays in own])
    assert sorted(places) == list(range(len(places)))
    return np.concatenate([arrays["value"] for arrays in own])[np.argsort(places)]


def closed_form(one: Study, l2: float = 0.0) -> np.ndarray:
    """The eigenvalues of the mean squared error of a line, falling; the penalty is one of the slope."""
    x = one.points.x[: one.points.train, 0].astype(np.float64)
    matrix = 2 * np.array([[np.mean(x * x), x.mean()], [x.mean(), 1.0]]) + np.diag([l2, 0.0])
    return np.linalg.eigvalsh(matrix)[::-1]


def test_eigenvalues_of_a_quadratic_and_the_edges_of_its_rules() -> None:
    """A third eigenvalue is not there; a learner that is not shown is not looked at."""
    hidden = Learner(Run("sgd", visible=False))
    cosine = Learner(Run("sgd", {"lr": 0.1}, schedule=("step", {"step_size": 30, "gamma": 0.5})), {**FULL, "l2": 0.3})
    one = study(Learner(Run("momentum", {"lr": 0.02, "momentum": 0.5})), hidden, cosine, k=3)
    found = parts(one)
    header = found[0][0]
    assert header["kind"] == "sharpness" and header["k"] == 2  # two parameters
    assert [(own["noise"], own["moves"], own["l2"]) for own in header["learners"]] == [
        ("batch", "", 0.0),
        ("", "schedule", 0.3),
    ]
    np.testing.assert_allclose(gathered(found, 0), np.tile(closed_form(one), (61, 1)), rtol=1e-4)
    np.testing.assert_allclose(gathered(found, 1), np.tile(closed_form(one, 0.3), (61, 1)), rtol=1e-4)
    (_, first), (_, second) = of(found, "edge")
    np.testing.assert_allclose(first["threshold"], 3.0 / 0.02)
    np.testing.assert_allclose(second["threshold"], [2 / 0.1] * 30 + [2 / 0.05] * 31)


def test_coarse_snapshots_come_first() -> None:
    assert coarse_first(9)[:5] == [0, 8, 4, 2, 6]
    for count in (0, 1, 2, 7, 101):
        assert sorted(coarse_first(count)) == list(range(count))
    found = parts(study(Learner(Run("sgd", {"lr": 0.01})), Learner(Run("adam"))))
    first = of(found, "values")[:2]
    assert [header["learner"] for header, _ in first] == [0, 1]
    assert [arrays["place"].tolist() for _, arrays in first] == [[0], [0]]
    shares = [header["done"] for header, _ in found if "done" in header]
    assert shares == sorted(shares) and shares[-1] == 1


def test_the_trace_has_its_penalty_and_an_error() -> None:
    one = study(Learner(Run("sgd", {"lr": 0.01}), {"l2": 0.3}))
    ((header, _),) = of(parts(one), "trace")
    assert header["probes"] == PROBES and header["error"] > 0
    assert abs(header["mean"] - closed_form(one, 0.3).sum()) < 4 * header["error"]


def test_the_share_of_adams_edge_is_of_the_preconditioned_sharpness() -> None:
    """In NumPy: v from the gradients along the way, eigenvalues of the divided matrix; SGD's is the plain one."""
    one = study(Learner(Run("adam", {"lr": 0.05}), FULL), Learner(Run("sgd", {"lr": 0.1}), FULL), measure="share")
    found = parts(one)
    assert [own["sharpness"] for own in found[0][0]["learners"]] == ["preconditioned", "plain"]
    assert not of(found, "trace")
    points, network = one.points, one.network
    [run] = train(network, points, [one.learners[0].recipe], 60)
    x = points.x[:40, 0].astype(np.float64)
    matrix, v, expected = 2 * np.array([[np.mean(x * x), x.mean()], [x.mean(), 1.0]]), np.zeros(2), []
    for t, theta in enumerate(run.theta, 1):
        g = product(network, points, theta, np.zeros(2))[0].astype(np.float64)
        v = 0.999 * v + 0.001 * g * g
        D = (np.sqrt(v / (1 - 0.999**t)) + 1e-8) * (1 - 0.9**t)
        expected.append(np.linalg.eigvals(matrix / D[:, None]).real.max())
    np.testing.assert_allclose(gathered(found, 0)[:, 0], expected, rtol=1e-3)
    np.testing.assert_allclose(gathered(found, 1)[:, 0], closed_form(one)[0], rtol=1e-4)
    np.testing.assert_allclose(of(found, "edge")[0][1]["threshold"], 38 / 0.05)


def test_plain_sharpness_has_no_edge_of_adam_and_a_rule_without_one_no_share() -> None:
    both = Learner(Run("adam")), Learner(Run("lion"))
    plain, share = (parts(study(*both, measure=measure)) for measure in ("plain", "share"))
    assert not of(plain, "edge")
    assert [len(gathered(plain, learner)) for learner in (0, 1)] == [61, 61]
    assert {header["learner"] for header, _ in of(share, "values")} == {0}
    assert [own["missing"] for own in share[0][0]["learners"]] == ["", "rule"]


def test_a_network_that_diverges_is_shown_as_far_as_it_goes() -> None:
    found = parts(study(Learner(Run("sgd", {"lr": 1e6}), FULL)))
    seen = np.isfinite(gathered(found, 0)[:, 0])
    assert seen[0] and not seen[-1] and not of(found, "trace")


def test_nobody_shown_is_refused() -> None:
    hidden = study(Learner(Run("sgd", visible=False)))
    assert refused(hidden) is not None and refused(study()) is not None
    assert refused(study(Learner(Run("sgd")))) is None


def test_it_can_be_given_up() -> None:
    one = Study("moons", learners=(Learner(Run("sgd")),), steps=500, view=("sharpness", {}))
    stop, kinds = threading.Event(), []
    for header, _ in view_parts(one, stop):
        kinds.append(header.get("of", header["kind"]))
        if header.get("of") == "values":
            stop.set()
    assert kinds.count("values") == 1 and "whole" not in kinds and "trace" not in kinds
    network, points = one.network, one.points
    stop = threading.Event()
    search = sharpest(network, points, [Walk(np.tile(network.start(0), (50, 1)))], cancel=stop)
    next(search)
    stop.set()
    with pytest.raises(Cancelled):
        list(search)


def test_neither_dials_nor_rates_compile_anything() -> None:
    one = Study("moons", steps=50, learners=(Learner(Run("sgd")), Learner(Run("adam"))), view=("sharpness", {}))
    parts(one)
    parts(Study(one.dataset, steps=50, learners=one.learners, view=("sharpness", {"measure": "share"})))
    before = list(compiled.compiled_here)
    others = (Learner(Run("sgd", {"lr": 0.3}), {"batch": 9}), Learner(Run("adam", {"lr": 0.1, "beta2": 0.9}), FULL))
    data = {"train": 190, "noise": 0.3}
    parts(Study("moons", data, steps=70, learners=others, view=("sharpness", {"measure": "share", "k": 3})))
    assert compiled.compiled_here == before


def stability(one: Study) -> Desk:
    return apply(Desk(one, one), {"op": "stability"}, 0.0)


def test_the_edge_is_shown_by_one_edit_that_one_undo_takes_back() -> None:
    begun = Study.suggested("wave")
    desk = stability(begun)
    descent, noisy, adam = desk.study.learners
    assert [one.run.optimizer for one in desk.study.learners] == ["sgd", "sgd", "adam"]
    assert descent.run.color == begun.looked == desk.study.looked and descent.run.hyper == noisy.run.hyper
    assert (descent.learn["batch"], noisy.learn["batch"]) == (2048, 8)
    assert [one.run.visible for one in desk.study.learners] == [True, True, False] and adam.run.color == 1
    assert desk.study.view[0] == "sharpness" and not desk.problems
    assert apply(desk, {"op": "undo"}, 1.0).study == begun
    assert [one.learn["batch"] for one in stability(Study("moons")).study.learners] == [2048, 8]  # nobody was there
    full = Study("moons", learners=(Learner(Run("sgd")),) * MOST_RUNS)
    assert stability(full).study == full and stability(full).problems


def test_what_that_edit_shows_is_there_to_be_seen() -> None:
    """Of seeds 0 to 3 the starts were at 0.23 to 0.30 of 2 / lr, medians of the second half at 0.91 to 1.02; with
    batches of 8, at 0.40 to 0.44.
    """
    shown = stability(Study.suggested()).study
    network, points = shown.network, shown.points
    runs = train(network, points, [one.recipe for one in shown.learners[:2]], shown.steps, shown=20)
    shares = [[top(network, points, theta, 1).values[0] * 0.4 / 2 for theta in run.theta] for run in runs]
    assert shares[0][0] < 0.4
    assert 0.9 < np.median(shares[0][10:]) < 1.1
    assert np.median(shares[1][10:]) < 0.7


def test_a_deep_network_is_searched_as_its_matrix_says() -> None:
    """Beyond quadratics: the path's eigenvalues are those of each place searched afresh."""
    network, points = Architecture(2, (6,), 2, "tanh"), sample("moons", 50, 20)
    [run] = train(network, points, [Learner(Run("momentum", {"lr": 0.1})).recipe], 100, shown=10)
    scales = np.random.default_rng(0).uniform(0.5, 2.0, run.theta.shape)
    walks = [Walk(run.theta, 0.1), Walk(run.theta, 0.0, scales)]
    for w, place, found in sharpest(network, points, walks, 2):
        scale = None if w == 0 else scales[place]
        afresh = top(network, points, run.theta[place], 2, l2=walks[w].l2, scale=scale)
        assert (np.abs(found.values - afresh.values) <= found.residuals + afresh.residuals).all()
