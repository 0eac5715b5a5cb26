"""Maps: what they say of a start or a setting is what that very run does, and they come once, coarse ones first."""

from __future__ import annotations

import http.client
import json
import struct
import threading
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

import numpy as np
import pytest

from visualizer import maps
from visualizer.charts import Axis, Chart
from visualizer.maps.grid import bound
from visualizer.scenario import Run, Scenario
from visualizer.simulate.rollout import rollout

HIMMELBLAU = Scenario(
    "himmelblau",
    runs=(Run("adam", {"lr": 0.1}), Run("momentum", {"lr": 0.005})),
    steps=300,
    chart=Chart("basins", (0, 1)),
)
HEAVY = Scenario(
    "ravine",
    {"kappa": 25.0},
    runs=(Run("momentum"),),
    steps=400,
    chart=Chart("grid", (0,), (Axis("lr", 0.001, 1.0), Axis("momentum", 0.0, 0.9))),
)


def computed(scenario: Scenario) -> tuple[dict[str, Any], dict[str, np.ndarray], list[dict[str, np.ndarray]]]:
    """The first header, its arrays, and for each map all of its arrays as ``(ny, nx)``."""
    asked = maps.request(scenario)
    assert asked
    parts = list(asked.parts(threading.Event()))
    (about, given), *middle, (end, _) = parts
    assert end == {"kind": "whole"}
    nx, ny = about["size"]
    found: list[dict[str, np.ndarray]] = []
    for place in range(1 + max(header["map"] for header, _ in middle)):
        own = [arrays for header, arrays in middle if header["map"] == place]
        pixels = np.concatenate([arrays["pixel"] for arrays in own])
        assert sorted(pixels) == list(range(nx * ny)), "each once"
        assert (pixels[: (nx // 16) * (ny // 16)] % 16 == 0).all(), "the coarse ones first"
        images = {}
        for name in own[0].keys() - {"pixel"}:
            image = np.zeros(nx * ny, own[0][name].dtype)
            image[pixels] = np.concatenate([arrays[name] for arrays in own])
            images[name] = image.reshape(ny, nx)
        found.append(images)
    return about, dict(given), found


def test_a_map_of_basins_says_where_the_runs_from_its_pixels_end() -> None:
    """Away from the edges of basins, where float32 and float64 may part."""
    about, _, both = computed(HIMMELBLAU)
    x0, x1, y0, y1 = about["window"]
    xs, ys = np.linspace(x0, x1, 512), np.linspace(y0, y1, 512)
    known = np.array([[point["x"], point["y"]] for point in about["points"]])
    rng = np.random.default_rng(0)
    for run, images in zip(HIMMELBLAU.runs, both, strict=True):
        checked = 0
        for row, column in rng.integers(2, 510, (60, 2)):
            near = images["point"][row - 2 : row + 3, column - 2 : column + 3]
            if len(set(near.ravel())) > 1:
                continue
            own = rollout("himmelblau", run.optimizer, (xs[column], ys[row]), 300, run.hyper)
            which = images["point"][row, column]
            if which < 0:
                assert (which == -2) == (own.stopped is not None)
                continue
            checked += 1
            apart = np.hypot(*(known - own.theta[-1]).T)
            assert apart.argmin() == which
            # Looked at every 16 steps, and where a quarter of the run begins.
            settled = int(images["steps"][row, column])
            seen = own.theta[[k for k in range(settled, 301) if k % 16 == 0 or k == settled]]
            assert np.hypot(*(seen - own.theta[settled]).T).max() <= 1.01 * about["near"]
        assert checked > 30


def test_a_map_of_two_dials_says_how_the_runs_with_its_values_end() -> None:
    _, given, (images,) = computed(HEAVY)
    rng = np.random.default_rng(1)
    for row, column in rng.integers(0, 256, (40, 2)):
        hyper = {"lr": given["x"][column], "momentum": given["y"][row]}
        own = rollout("ravine", "momentum", HEAVY.start, 400, hyper, {"kappa": 25.0})
        if own.stopped is not None or own.loss.max() > 1e30:  # beyond float32's numbers, before float64's
            assert images["outcome"][row, column] == 2
            continue
        assert images["loss"][row, column] == pytest.approx(own.loss[-1], rel=2e-2, abs=1e-9)
        touch = np.flatnonzero(own.loss <= HEAVY.tolerance)
        arrived = images["arrived"][row, column]
        assert (arrived == 65535) == (not len(touch))
        if len(touch):
            assert abs(int(arrived) - touch[0]) <= 1


def test_the_theorys_edge_parts_what_converges_from_what_diverges() -> None:
    """Heavy ball on a quadratic of curvatures 25 and 1: stable below lr = 2 (1 + momentum) / 25."""
    _, given, (images,) = computed(HEAVY)
    edge = given["bound"]
    np.testing.assert_allclose(edge[:, 0], 2 * (1 + edge[:, 1]) / 25, rtol=1e-9)
    lr, momentum = np.meshgrid(given["x"], given["y"])
    share = lr / (2 * (1 + momentum) / 25)
    assert (images["outcome"][share > 1.05] == 2).all()
    assert (images["outcome"][(share < 0.95) & (share > 0.2)] == 0).all()


def test_the_band_at_a_rate_is_that_of_the_runs_with_each_seed() -> None:
    noise = ("gaussian", {"sigma": 1.0})
    runs = (Run("momentum", {"lr": 0.01}), Run("adam", {"lr": 0.1}))
    chart = Chart("rates", (0, 1), (Axis("lr", 1e-3, 1.0),))
    asked = maps.request(Scenario("ravine", runs=runs, steps=40, noise=noise, seed=5, chart=chart))
    assert asked
    (about, given), *parts, (end, _) = asked.parts(threading.Event())
    assert (len(parts), end["kind"]) == (2, "whole")
    np.testing.assert_allclose(given["lr"], np.geomspace(1e-3, 1.0, 192))
    for place, k in ((0, 40), (1, 100), (0, 180)):
        header, arrays = parts[place]
        assert (header["map"], header["seeds"]) == (place, 33)
        hyper = {"lr": given["lr"][k]}
        own = [
            rollout("ravine", runs[place].optimizer, steps=40, hyper=hyper, noise=noise, seed=s) for s in range(5, 38)
        ]
        losses = sorted(one.loss[-1] if one.stopped is None and one.loss.max() < 1e30 else np.inf for one in own)
        wanted = [losses[int(np.ceil(33 * share)) - 1] for share in about["quantiles"]]
        seen = arrays["loss"][:, k]
        diverged = arrays["lost"][k]
        if diverged == 0:
            np.testing.assert_allclose(seen, wanted, rtol=1e-3)
        else:
            assert diverged == 1 and place == 0 and k == 180, "far beyond 2 (1 + 0.9) / 100"
            assert np.isinf(seen).all()


def test_slow_swings_do_not_diverge() -> None:
    """A full swing along the steep axis takes longer than a quarter of this run, which sees it rise only."""
    axes = (Axis("lr", 1e-5, 2e-5), Axis("momentum", 0.99, 0.999))
    _, _, (images,) = computed(Scenario("ravine", runs=(Run("momentum"),), steps=200, chart=Chart("grid", (0,), axes)))
    assert not (images["outcome"] == 2).any()


def test_where_the_theory_says_nothing_there_is_no_edge() -> None:
    axes = HEAVY.chart.axes if HEAVY.chart else ()
    adam = Run("adam")
    assert bound(replace(HEAVY, runs=(adam,)), adam, axes) is None
    scheduled = Run("momentum", schedule=("cosine", {}))
    assert bound(replace(HEAVY, runs=(scheduled,)), scheduled, axes) is None
    assert bound(HEAVY, HEAVY.runs[0], (Axis("momentum", 0.0, 0.9), Axis("dampening", 0.0, 0.5))) is None


def test_the_same_map_has_the_same_key() -> None:
    def key(scenario: Scenario) -> str:
        asked = maps.request(scenario)
        assert asked
        return asked.key

    first = key(HIMMELBLAU)
    other = replace(HIMMELBLAU.runs[0], color=5, visible=False)
    moved = replace(HIMMELBLAU, runs=(HIMMELBLAU.runs[1], other, Run("sgd")), chart=Chart("basins", (5, 1)))
    assert key(replace(moved, start=(1.0, 1.0), log=False)) == first
    assert key(replace(HIMMELBLAU, steps=301)) != first
    assert key(replace(HIMMELBLAU, chart=Chart("basins", (1, 0)))) != first
    assert key(replace(HEAVY, start=(1.0, 1.0))) != key(HEAVY), "a grid's runs begin there"
    turned = replace(HEAVY, runs=(Run("momentum", {"lr": 0.5, "momentum": 0.3}),))
    assert key(turned) == key(HEAVY), "what the dials along its axes say is nothing to it"
    assert key(replace(HEAVY, runs=(Run("momentum", {"dampening": 0.3}),))) != key(HEAVY)
    assert maps.request(replace(HIMMELBLAU, chart=None)) is None


def test_a_map_that_is_given_up_ends() -> None:
    asked = maps.request(HIMMELBLAU)
    assert asked
    stop = threading.Event()
    parts = asked.parts(stop)
    next(parts), next(parts)
    stop.set()
    assert {header["kind"] for header, _ in parts} <= {"part"}, "it never says that it is whole"


# ---- on the wire -----------------------------------------------------------------------------------------------------


def frames(url: str, query: str, name: str = "map") -> tuple[int, list[dict[str, Any]]]:
    host = urlsplit(url)
    connection = http.client.HTTPConnection(host.netloc, timeout=60)
    connection.request("GET", f"{host.path}/lab/{name}?{query}")
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    headers, at = [], 0
    while answer.status == 200 and at < len(content):
        (length,) = struct.unpack_from("<I", content, at)
        (size,) = struct.unpack_from("<I", content, at + 4)
        headers.append(json.loads(content[at + 8 : at + 8 + size]))
        at += 4 + length
    return answer.status, headers


@pytest.mark.parametrize("launcher", ["server", "uvicorn_server"])
def test_it_is_asked_for_by_its_link(launcher: str, request: pytest.FixtureRequest) -> None:
    url = str(request.getfixturevalue(launcher))
    small = replace(HIMMELBLAU, steps=10)
    status, found = frames(url, urlencode(small.to_query()))
    assert status == 200
    assert [found[0]["kind"], found[-1]["kind"]] == ["basins", "whole"]
    assert {header["kind"] for header in found[1:-1]} == {"part"}
    assert frames(url, "v=1&f=himmelblau") == (404, [])
    assert frames(url, "map=" + "x" * 30_000)[0] == 404
    status, found = frames(url, "v=1&net=xor&shape=hidden~4&steps=50&r1=adam", "net")
    assert status == 200
    kinds = [header.get("of", header["kind"]) for header in found if header.get("of") != "progress"]
    assert kinds == ["study", "curves", "answers", "answers", "whole"]  # at the end, which is painted at once; at all
    assert found[0]["parameters"] == 2 * 4 + 4 + 4 * 2 + 2
