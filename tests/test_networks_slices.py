"""Losses on planes of parameters, against a forward pass in double precision that shares no code with ours."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from visualizer.networks import Architecture, planes, sample, slices
from visualizer.networks.data import Points
from visualizer.simulate.compiled import compiled_here
from visualizer.simulate.tiles import Cancelled

NETWORKS = {norm: Architecture(2, (6, 4), 2, norm=norm) for norm in ("none", "batch")}
POINTS = sample("moons", 150, 90, seed=1)
SIZE, WINDOW = (9, 7), (-1.0, 2.0, -0.5, 1.5)


def theta_of(network: Architecture, seed: int = 0) -> np.ndarray:
    return network.start(seed) + 0.3 * np.random.default_rng(seed).normal(size=network.size)


def plane_of(network: Architecture, seed: int = 0) -> planes.Plane:
    """Biases, gains and shifts move too."""
    rng = np.random.default_rng(seed)
    return planes.Plane(theta_of(network, seed), 0.4 * rng.normal(size=(2, network.size)))


def passed(theta: np.ndarray, points: Points, norm: str, factor: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Mean loss and share of mistakes, of training and test points: relu, widths 2-6-4-2."""
    h, at = points.x.astype(np.float64), 0

    def take(*shape: int) -> np.ndarray:
        nonlocal at
        size = int(np.prod(shape))
        at += size
        return theta[at - size : at].reshape(shape)

    for wide, out in ((2, 6), (6, 4), (4, 2)):
        h = h @ take(wide, out) + take(out)
        if out == 2:
            break
        if norm == "batch":
            own = h[: points.train]
            h = (h - own.mean(axis=0)) / np.sqrt(own.var(axis=0) + 1e-5) * take(out) + take(out)
        h = np.maximum(h, 0.0) * factor
    assert at == len(theta)
    loss = np.log(np.exp(h).sum(axis=1)) - h[np.arange(len(h)), points.y.argmax(axis=1)]
    wrong = h.argmax(axis=1) != points.y.argmax(axis=1)
    parts = slice(0, points.train), slice(points.train, points.train + points.test)
    return np.array([loss[part].mean() for part in parts]), np.array([wrong[part].mean() for part in parts])


@pytest.mark.parametrize("norm", NETWORKS)
def test_a_slice_has_the_losses_of_a_plain_forward_pass(norm: str) -> None:
    """Red with rows for columns, axes exchanged, test for training, or statistics of the test points."""
    plane = plane_of(NETWORKS[norm])
    found = slices.whole(NETWORKS[norm], POINTS, plane, WINDOW, SIZE)
    assert found.loss.shape == found.mistakes.shape == (7, 9, 2)
    xs, ys = np.linspace(-1.0, 2.0, 9), np.linspace(-0.5, 1.5, 7)
    for row, column in ((0, 0), (6, 8), (0, 8), (2, 3), (5, 1)):
        theta = plane.origin + xs[column] * plane.axes[0] + ys[row] * plane.axes[1]
        loss, wrong = passed(theta, POINTS, norm)
        np.testing.assert_allclose(found.loss[row, column], loss, rtol=2e-5)
        np.testing.assert_allclose(found.mistakes[row, column], wrong, atol=1e-6)


def test_the_factor_of_the_papers_dropout_weakens_every_hidden_layer() -> None:
    """Red if it were left out, or applied to the outputs as well."""
    plane = plane_of(NETWORKS["none"])
    found = slices.whole(NETWORKS["none"], POINTS, plane, (0.0, 0.0, 0.0, 0.0), (1, 1), factor=0.5)
    np.testing.assert_allclose(found.loss[0, 0], passed(plane.origin, POINTS, "none", 0.5)[0], rtol=2e-5)


def test_every_node_comes_once_the_coarse_ones_first() -> None:
    """Red if a round repeated what a coarser one had, or if a part were too large to be given up soon."""
    for nx, ny, most in ((101, 101, 80), (33, 5, 7), (1, 1, 4), (16, 17, 1000)):
        parts = list(slices.refined(nx, ny, most))
        rows, columns = (np.concatenate(both) for both in zip(*parts, strict=True))
        assert sorted(zip(rows.tolist(), columns.tolist(), strict=True)) == [
            (y, x) for y in range(ny) for x in range(nx)
        ]
        assert max(len(row) for row, _ in parts) <= most
        # The largest power of 2 (16 at most) that divides both.
        stride = np.gcd(np.gcd(rows, columns), 16)
        assert (np.diff(stride) <= 0).all()


def test_parts_make_up_the_whole_and_progress_rises_to_one() -> None:
    """Red if a part came with another's places, or if progress counted parts of unequal size alike."""
    network, plane, told = NETWORKS["none"], plane_of(NETWORKS["none"]), []
    whole = slices.whole(network, POINTS, plane, WINDOW, (40, 30))
    seen = 0
    for part in slices.surface(network, POINTS, plane, WINDOW, (40, 30), progress=told.append):
        seen += len(part.rows)
        assert part.done == pytest.approx(seen / 1200) == told[-1]
        np.testing.assert_array_equal(part.loss, whole.loss[part.rows, part.columns])
        np.testing.assert_array_equal(part.mistakes, whole.mistakes[part.rows, part.columns])
    assert told == sorted(told) and told[-1] == 1.0 and np.isfinite(whole.loss).all()


def test_it_can_be_given_up_within_a_tenth_of_a_second() -> None:
    """Red if the event were looked at between rounds only: this surface takes a minute."""
    network, cancel, raised = NETWORKS["none"], threading.Event(), []
    plane = plane_of(network)
    next(slices.surface(network, POINTS, plane, WINDOW, SIZE))  # compiled

    def work() -> None:
        try:
            slices.whole(network, POINTS, plane, WINDOW, (2500, 2500), cancel=cancel)
        except Cancelled as error:
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.3)
    assert thread.is_alive()
    began = time.perf_counter()
    cancel.set()
    thread.join()
    assert time.perf_counter() - began < 0.1
    assert raised


def test_nothing_is_compiled_for_another_plane_window_size_or_data() -> None:
    """Red if any of them were static. The first call alone may compile."""
    network = NETWORKS["none"]
    slices.whole(network, POINTS, plane_of(network), WINDOW, SIZE)
    slices.path(network, POINTS, plane_of(network), theta_of(network))
    before = list(compiled_here)
    other = sample("circles", 30, 200, noise=0.3, mislabeled=0.2, seed=5)
    plane = planes.random_directions(network, theta_of(network, 3), 4)
    slices.whole(network, other, plane, (-9.0, 9.0, 0.0, 0.1), (21, 4), factor=0.7)
    slices.path(network, other, plane, plane.points(np.random.default_rng(0).normal(size=(40, 2))), 0.7)
    slices.along(network, other, plane.origin, theta_of(network, 8), np.linspace(-1, 2, 50))
    assert compiled_here == before


@pytest.mark.parametrize("norm", NETWORKS)
def test_a_path_has_its_own_height_not_that_of_the_plane_below(norm: str) -> None:
    """Red if the loss of the projection were called the path's, or the distance forgotten."""
    network, plane = NETWORKS[norm], plane_of(NETWORKS[norm])
    rng = np.random.default_rng(7)
    thetas = (plane.origin + 0.3 * rng.normal(size=(5, network.size))).astype(np.float32)
    thetas[3] = np.nan
    found = slices.path(network, POINTS, plane, thetas)
    basis, _ = np.linalg.qr(plane.axes.T)
    for k in (0, 1, 2, 4):
        off = thetas[k].astype(np.float64) - plane.origin
        nearest = basis @ (basis.T @ off)
        assert found.distance[k] == pytest.approx(np.linalg.norm(off - nearest), rel=1e-6) and found.distance[k] > 0.5
        np.testing.assert_allclose(found.coordinates[k] @ plane.axes, nearest, atol=1e-9)
        np.testing.assert_allclose(found.own.loss[k], passed(thetas[k].astype(np.float64), POINTS, norm)[0], rtol=2e-5)
        expected = passed(plane.origin + nearest, POINTS, norm)
        np.testing.assert_allclose(found.projected.loss[k], expected[0], rtol=2e-5)
        np.testing.assert_allclose(found.projected.mistakes[k], expected[1], atol=1e-6)
        assert abs(found.own.loss[k] - found.projected.loss[k]).max() > 1e-3
    for column in (found.coordinates, found.distance[:, None], *found.own, *found.projected):
        assert np.isnan(column[3]).all() and np.isfinite(column[:3]).all()


def test_where_a_network_has_no_answers_it_has_no_scores() -> None:
    """Red if the share of mistakes were 0 there: no comparison with NaN holds."""
    plane = plane_of(NETWORKS["none"])
    found = slices.whole(NETWORKS["none"], POINTS, plane, (0.0, 1e30, 0.0, 0.0), (2, 1))
    assert np.isfinite(found.loss[0, 0]).all() and np.isfinite(found.mistakes[0, 0]).all()
    assert np.isnan(found.loss[0, 1]).all() and np.isnan(found.mistakes[0, 1]).all()


def test_a_line_has_the_losses_of_a_plain_forward_pass() -> None:
    """Red if it went from b to a, or stopped at the ends."""
    network = NETWORKS["none"]
    a, b = theta_of(network, 1), theta_of(network, 2)
    found = slices.along(network, POINTS, a, b, np.array([-0.5, 0.0, 0.3, 1.0, 1.5]))
    for loss, theta in zip(found.loss, (1.5 * a - 0.5 * b, a, 0.7 * a + 0.3 * b, b, 1.5 * b - 0.5 * a), strict=True):
        np.testing.assert_allclose(loss, passed(theta, POINTS, "none")[0], rtol=2e-5)


def test_an_impossible_window_is_refused_at_once() -> None:
    """Red if it were found out by a thread, or drawn as NaN."""
    network = NETWORKS["none"]
    for window, size in (((0.0, np.nan, 0.0, 1.0), (3, 3)), ((0.0, 1.0), (3, 3)), (WINDOW, (0, 3))):
        with pytest.raises(ValueError, match="a window is"):
            slices.surface(network, POINTS, plane_of(network), window, size)
