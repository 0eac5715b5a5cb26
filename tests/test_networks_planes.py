"""Planes in the space of parameters, against independent NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.networks import Architecture, planes

NETWORK = Architecture(3, (5, 4), 2, norm="layer")


def walks(seed: int = 0, counts: tuple[int, ...] = (30, 20), size: int = 200) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(count, size)).cumsum(axis=0) + 40.0 for count in counts]


@pytest.mark.parametrize("counts", [(30, 20), (90, 60)])  # those of few snapshots are found in another way
def test_principal_components_are_those_of_a_singular_value_decomposition(counts: tuple[int, int]) -> None:
    """Red without centering (all are 40 away from 0), with shares of lengths, or with components in rising order."""
    runs = walks(0, counts)
    plane = planes.principal(runs)
    pooled = np.concatenate(runs)
    centered = pooled - pooled.mean(axis=0)
    _, s, vt = np.linalg.svd(centered, full_matrices=False)
    cosines = (plane.axes * vt[:2]).sum(axis=1)
    np.testing.assert_allclose(np.abs(cosines), 1.0, atol=1e-12)
    assert plane.share is not None
    np.testing.assert_allclose(plane.share, s[:2] ** 2 / (s**2).sum(), rtol=1e-10)
    np.testing.assert_allclose(plane.origin, pooled.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(plane.coordinates(pooled), centered @ plane.axes.T, atol=1e-9)
    np.testing.assert_allclose(plane.distance(pooled), np.sqrt(((centered @ vt[2:].T) ** 2).sum(axis=1)), atol=1e-9)
    assert plane.kept(pooled) == pytest.approx(plane.share.sum(), rel=1e-10)
    many = planes.principal(walks(0, counts, 7))  # more snapshots than parameters
    _, s, vt = np.linalg.svd(np.concatenate(walks(0, counts, 7)) - many.origin)
    np.testing.assert_allclose(np.abs((many.axes * vt[:2]).sum(axis=1)), 1.0, atol=1e-12)


def test_the_first_run_goes_right_and_up_whatever_the_signs() -> None:
    """Red without a convention: the mirrored runs have the same components, with the same signs."""
    runs = walks()
    for those in (runs, [80.0 - run for run in runs], runs[::-1]):
        (x, y), *_ = np.diff(planes.principal(those).coordinates(those[0])[[0, -1]], axis=0)
        assert x > 0 and y > 0
    once, again = planes.principal(runs), planes.principal([run.copy() for run in runs])
    assert np.array_equal(once.axes, again.axes)
    for count in (41, 101):
        angle = np.linspace(0, 2 * np.pi, count)[:, None]  # a run that ends where it began, on an ellipse
        plane = planes.principal([np.c_[np.cos(angle), -3 * np.sin(angle), 0 * angle]])
        np.testing.assert_allclose(plane.axes, [[0, 1, 0], [1, 0, 0]], atol=1e-9)


def test_the_plane_passes_through_the_point_that_is_asked_for() -> None:
    """Red if the components were those about that point, or distances were from the plane through the mean."""
    runs = walks()
    final = runs[0][-1]
    mean, plane = planes.principal(runs), planes.principal(runs, final)
    assert np.array_equal(plane.axes, mean.axes)
    np.testing.assert_allclose(plane.coordinates(final), 0.0, atol=1e-12)
    assert plane.distance(final)[0] == 0.0 < mean.distance(final)[0]
    assert plane.kept(runs[1]) == pytest.approx(mean.kept(runs[1]))


def test_a_random_walk_has_the_shares_of_antognini_and_sohl_dickstein() -> None:
    """6 / (pi k)^2 for many dimensions, k = 1, 2: what the docstring warns of. Red with shares of lengths."""
    shares = [planes.principal(walks(seed, (300,), 4000)).share for seed in range(3)]
    np.testing.assert_allclose(np.mean(shares, axis=0), 6 / (np.pi * np.arange(1, 3)) ** 2, atol=0.01)


def test_snapshots_that_are_not_finite_are_left_out_and_have_no_place() -> None:
    """Red if one diverged run took the others along: one NaN makes all of a product NaN."""
    runs = walks()
    broken = runs[1].copy()
    broken[-1] = np.nan
    broken[-2, 3] = np.inf
    plane = planes.principal([runs[0], broken])
    expected = planes.principal([runs[0], runs[1][:-2]])
    np.testing.assert_allclose(plane.axes, expected.axes, atol=1e-12)
    for found in (plane.coordinates(broken), plane.distance(broken)[:, None]):
        assert np.isfinite(found[:-2]).all() and np.isnan(found[-2:]).all()
    assert plane.kept(broken) == pytest.approx(plane.kept(runs[1][:-2]))


def test_snapshots_on_a_line_or_a_point() -> None:
    """Red if rounding chose the second axis, or if nothing to see raised no error."""
    for count in (2, 9, 101):
        way = np.linspace(0, 1, count)[:, None] * np.arange(6.0) + 1.0
        plane = planes.principal([way])
        np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-12)
        np.testing.assert_allclose(plane.axes[0], np.arange(6.0) / np.sqrt(55), atol=1e-12)
        np.testing.assert_allclose(plane.share, [1.0, 0.0], atol=1e-12)
        np.testing.assert_allclose(plane.distance(way), 0.0, atol=1e-12)
    for still in ([np.ones((4, 6))], [np.full((3, 6), np.nan)], [way[:1]]):
        with pytest.raises(ValueError, match="snapshots that differ"):
            planes.principal(still)


def test_random_directions_have_the_norm_of_each_filter() -> None:
    """Red with rows for columns, with the norm of a whole layer, or with biases, gains or shifts that move."""
    theta = NETWORK.start(3) + np.random.default_rng(0).normal(size=NETWORK.size)
    plane = planes.random_directions(NETWORK, theta, 5)
    at = 0
    for inputs, outputs, normed in ((3, 5, True), (5, 4, True), (4, 2, False)):  # the layout, written again
        size = inputs * outputs
        weights = theta[at : at + size].reshape(inputs, outputs)
        for axis in plane.axes:
            own = axis[at : at + size].reshape(inputs, outputs)
            for unit in range(outputs):
                assert np.sqrt((own[:, unit] ** 2).sum()) == pytest.approx(np.sqrt((weights[:, unit] ** 2).sum()))
            assert not axis[at + size : at + size + outputs * (3 if normed else 1)].any()
        at += size + outputs * (3 if normed else 1)
    assert at == NETWORK.size
    assert np.array_equal(plane.origin, theta)
    assert np.array_equal(plane.axes, planes.random_directions(NETWORK, theta, 5).axes)
    assert not np.array_equal(plane.axes, planes.random_directions(NETWORK, theta, 6).axes)
    a, b = plane.axes
    assert plane.cosine == pytest.approx(a @ b / np.sqrt((a @ a) * (b @ b))) and plane.cosine != 0


def test_coordinates_for_axes_that_are_not_orthogonal_are_least_squares() -> None:
    """Red if coordinates were products with the axes, which is right for orthogonal axes of length 1 only."""
    rng = np.random.default_rng(1)
    axes = np.array([[3.0, 0.0, 0.0, 0.0], [4.0, 1.0, 0.0, 0.0]])
    plane = planes.Plane(np.arange(4.0), axes)
    points = plane.origin + np.array([[2.0, -1.0]]) @ axes + np.array([[0.0, 0.0, 3.0, 4.0]])
    np.testing.assert_allclose(plane.coordinates(points), [[2.0, -1.0]], atol=1e-12)
    np.testing.assert_allclose(plane.distance(points), [5.0], rtol=1e-14)
    np.testing.assert_allclose(plane.points(np.array([[2.0, -1.0]])) - plane.origin, [[2.0, -1.0, 0.0, 0.0]])
    assert plane.cosine == pytest.approx(4 / np.sqrt(17))
    skew = planes.Plane(rng.normal(size=50), rng.normal(size=(2, 50)) + 1.0)
    thetas = rng.normal(size=(6, 50))
    expected, residual, *_ = np.linalg.lstsq(skew.axes.T, (thetas - skew.origin).T, rcond=None)
    np.testing.assert_allclose(skew.coordinates(thetas), expected.T, atol=1e-12)
    np.testing.assert_allclose(skew.distance(thetas), np.sqrt(residual), rtol=1e-12)


def test_the_plane_through_three_solutions_contains_them() -> None:
    """Red with a second axis that was not made orthogonal, or with axes that are not of length 1."""
    three = np.random.default_rng(2).normal(size=(3, 80)) + np.arange(80)
    plane = planes.through(*three)
    at = plane.coordinates(three)
    np.testing.assert_allclose(plane.distance(three), 0.0, atol=1e-11)
    np.testing.assert_allclose(plane.points(at), three, atol=1e-11)
    np.testing.assert_allclose(at[0], 0.0, atol=1e-12)
    assert at[1, 0] > 0 and abs(at[1, 1]) < 1e-12 and at[2, 1] > 0
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-12)
    for i in range(3):
        far = np.linalg.norm(three[i] - three[i - 1])
        assert np.linalg.norm(at[i] - at[i - 1]) == pytest.approx(far, rel=1e-12)
    for c in (three[0], three[1], planes.line(three[0], three[1], np.array([1.7]))[0]):
        with pytest.raises(ValueError, match="three points on a line"):
            planes.through(three[0], three[1], c)
    with pytest.raises(ValueError, match="three points on a line"):
        planes.through(three[0], three[0], three[2])


def test_a_line_goes_through_both_ends_and_beyond() -> None:
    """Red if it were clipped to the segment, or if an end were only nearly the solution."""
    a, b = np.random.default_rng(3).normal(size=(2, 9))
    way = planes.line(a, b, np.array([-0.5, 0.0, 0.25, 1.0, 2.0]))
    assert np.array_equal(way[1], a) and np.array_equal(way[3], b)
    np.testing.assert_allclose(way, [a - (b - a) / 2, a, a + (b - a) / 4, b, b + (b - a)], atol=1e-14)


def test_a_window_holds_everything_with_room() -> None:
    """Red if the room were a share of each side: a path along an axis would have a window of no height."""
    assert planes.window(np.array([[0.0, 2.0], [10.0, 2.0], [np.nan, 99.0]]), 0.1) == (-1.0, 11.0, 1.0, 3.0)
    assert planes.window(np.array([[3.0, 4.0]])) == (2.0, 4.0, 3.0, 5.0)
    assert planes.window(np.full((2, 2), np.nan)) == (-1.0, 1.0, -1.0, 1.0)
