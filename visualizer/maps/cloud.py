"""Many seeds of one run as a cloud over the surface, and what they say together."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from visualizer import scene
from visualizer.ensemble import escape
from visualizer.ensemble.gibbs import SHARES, Gibbs, formula, gibbs, temperature
from visualizer.ensemble.intervals import median, median_rank, wilson
from visualizer.maps import _spread as spreading
from visualizer.maps._run import surroundings
from visualizer.scenario import Run, Scenario
from visualizer.simulate import surface
from visualizer.simulate.cloud import Cloud, cloud
from visualizer.simulate.sweep import planned
from visualizer.simulate.tiles import Cancelled

SENT = 125  # frames that the page gets after the first; between two of them it draws points on the straight line
FAR, LOST = 65534, 65535  # a place that is too far away to be sent; a seed that has left the finite numbers
NEVER = 2**32 - 1  # the tick of a seed that has not left
FINE = 641  # of the grid that exp(-f/T) is summed over
DRAWN = 2  # every so manyth of its points are drawn

Parts = Iterator[tuple[dict[str, Any], Mapping[str, np.ndarray]]]


def cloud_parts(scenario: Scenario, runs: list[Run], stop: threading.Event) -> Parts:
    """The first header tells what is shown and how far a neighborhood reaches; then come, in parts named by ``of``:

    - ``cloud``: ``xy`` u2 ``(S, 2, n)``, shares of the header's ``box`` in 65533ths, or ``FAR``, ``LOST``; ``left`` u4,
      the tick at which each seed had left, ``end`` i2, near which point it ends; and the numbers of both;
    - ``density``: exp(-f/T), where there is such a temperature: ``inside`` u1, in how many of its regions a point lies;
    - ``spread``: how far the seeds spread in the last quarter about the minimum that most are near;
    - ``sweep``: the same from that minimum over learning rates, or batch sizes.
    """
    (run,) = runs
    assert scenario.chart
    n = int(scenario.chart.option("seeds"))
    place = Place(scenario)
    yield place.header(n), {}
    try:
        found = _cloud(scenario, run, n, stop)
        yield from _parts(scenario, run, found, place, stop)
    except Cancelled:
        return
    yield {"kind": "whole"}, {}


class Place:
    """The surface as the cloud's numbers need it: its points, their neighborhoods, where the run starts."""

    def __init__(self, scenario: Scenario) -> None:
        self.window = scenario.window
        self.points = () if scenario.surface.timed else scene.resting_points(scenario)
        self.reach = escape.radii(self.points, self.window)
        seen = [scene.inspect(scenario, point.x) for point in self.points]
        self.curvatures = [one.curvatures for one in seen]
        self.axes = [one.axes for one in seen]
        bends = [(one.curvatures[1], one.axes[1]) for one in seen]
        self.home = escape.home(self.points, self.reach, scenario.placed_start, bends)
        x0, x1, y0, y1 = self.window
        wide, high = (x1 - x0) / 2, (y1 - y0) / 2
        self.box = (x0 - wide, x1 + wide, y0 - high, y1 + high)

    def header(self, n: int) -> dict[str, Any]:
        """What JSON can hold of it."""
        named = [
            {"x": p.x[0], "y": p.x[1], "kind": p.kind, "radius": r}
            for p, r in zip(self.points, self.reach, strict=True)
        ]
        home = self.home and {key: getattr(self.home, key) for key in ("point", "kind", "radius", "at", "down")}
        return {"kind": "cloud", "seeds": n, "window": self.window, "box": self.box, "points": named, "home": home}


def _cloud(scenario: Scenario, run: Run, n: int, stop: threading.Event) -> Cloud:
    seeds = (scenario.seed + np.arange(n)) % 2**31
    steps = scenario.steps or 0
    plan = planned(
        scenario.landscape,
        run.optimizer,
        {"seed": seeds.astype(float)},
        scenario.placed_start,
        steps or 1,
        run.hyper,
        scenario.params,
        **surroundings(scenario, run),
        cancel=stop,
    )
    return cloud(plan, steps, scenario.budget == "evaluations", stop)


def _parts(scenario: Scenario, run: Run, found: Cloud, place: Place, stop: threading.Event) -> Parts:
    if not found.random:
        yield {"kind": "part", "map": 0, "done": 1.0, "of": "nothing"}, {}
        return
    theta = found.theta
    if scenario.surface.timed:
        theta = np.stack([theta[:, 0], np.broadcast_to(found.ticks[:, None], theta[:, 1].shape)], axis=1)
    end = escape.ends(theta[-1], place.points, place.reach, place.window)
    yield _positions(found, theta, end, place)
    known = [k for k, point in enumerate(place.points) if point.kind == "minimum"]
    density = None if scenario.surface.timed else _density(scenario, run, place, known)
    if density is not None:
        yield _compared(found, end, known, formula(run.optimizer, run.hyper), *density)
    smooth = [k for k in known if place.points[k].smooth]
    if not smooth:
        return
    most = max(smooth, key=lambda k: int((end == k).sum()))  # the first of several
    about = spreading.About(place.points[most].x, place.curvatures[most], place.axes[most])
    which = end == most if len(known) > 1 else end != escape.DIVERGED  # of one minimum, all are about it
    if which.sum() >= spreading.FEWEST:
        told = spreading.measured(scenario, run, found, which, about)
        yield {"kind": "part", "map": 0, "done": 0.6, "of": "spread", "point": most, **told}, {}
    swept = spreading.swept(scenario, run, about, stop)
    if swept is not None:
        told, arrays = swept
        yield {"kind": "part", "map": 0, "done": 1.0, "of": "sweep", "point": most, **told}, arrays


def _positions(
    found: Cloud, theta: np.ndarray, end: np.ndarray, place: Place
) -> tuple[dict[str, Any], Mapping[str, np.ndarray]]:
    n = len(end)
    every = max(1, -(-(len(found.ticks) - 1) // SENT))
    kept = [*range(0, len(found.ticks) - 1, every), len(found.ticks) - 1]
    x0, x1, y0, y1 = place.box
    low, size = np.array([x0, y0]).reshape(1, 2, 1), np.array([x1 - x0, y1 - y0]).reshape(1, 2, 1)
    share = (theta[kept] - low) / size
    lost = np.isnan(share).any(axis=1, keepdims=True)
    far = ((share < 0) | (share > 1)).any(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        xy = np.where(lost, LOST, np.where(far, FAR, np.rint(share * 65533))).astype("<u2")
    left = escape.first(place.home.left(theta)) if place.home else np.full(n, -1)
    when = np.where(left >= 0, found.ticks[left].astype(float), np.inf)
    told: dict[str, Any] = {
        "every": int(found.ticks[1] - found.ticks[0]) if len(found.ticks) > 1 else 1,
        "rank": median_rank(n),
        "escape": _shared(int(np.isfinite(when).sum()), n),
        "median": [value if np.isfinite(value) else None for value in median(when)],
        "ends": [{"point": int(k), **_shared(int((end == k).sum()), n)} for k in np.unique(end)],
    }
    hits = np.array([(when <= tick).sum() for tick in found.ticks])
    arrays = {
        "ticks": found.ticks[kept].astype("<u4"),
        "xy": xy,
        "left": np.where(left >= 0, when, NEVER).astype("<u4"),
        "end": end.astype("<i2"),
        "at": found.ticks.astype("<u4"),
        "share": np.stack([hits / n, *wilson(hits, n)]).astype("<f4"),
    }
    return {"kind": "part", "map": 0, "done": 0.4, "of": "cloud", **told}, arrays


def _shared(hits: int, n: int) -> dict[str, Any]:
    low, high = wilson(hits, n)
    return {"count": hits, "share": hits / n, "low": float(low), "high": float(high)}


def _density(scenario: Scenario, run: Run, place: Place, known: list[int]) -> tuple[Gibbs, np.ndarray] | None:
    """The density that theory has for the run, and the losses on the grid that it was summed over."""
    if run.wrappers or run.schedule[0] != "constant":
        return None
    heat = temperature(run.optimizer, run.hyper, scenario.noise or ("none", {}))
    if heat is None:
        return None
    losses = surface.losses(
        scenario.landscape, scenario.params, scenario.placement, scenario.window, scenario.smooth, FINE
    )
    discs = [(*place.points[k].x, float(place.reach[k])) for k in known]
    bends = [place.curvatures[k][0] for k in known]
    found = gibbs(losses, scenario.window, heat, discs, bends)
    return None if found is None else (found, losses[::DRAWN, ::DRAWN])


def _compared(
    found: Cloud, end: np.ndarray, known: list[int], law: str, density: Gibbs, losses: np.ndarray
) -> tuple[dict[str, Any], Mapping[str, np.ndarray]]:
    inside = np.sum([losses <= level for level in density.levels], axis=0)
    within = end > escape.OUTSIDE  # of the window, over which the density is normalized
    within &= end != escape.DIVERGED
    told = {
        "temperature": density.temperature,
        "formula": law,
        "masses": [{"point": k, "mass": float(mass)} for k, mass in zip(known, density.masses, strict=True)],
        "regions": [
            {"mass": share, **_shared(int((found.loss[-1][within] <= level).sum()), max(1, int(within.sum())))}
            for share, level in zip(SHARES, density.levels, strict=True)
        ],
        "within": int(within.sum()),
        "size": list(inside.shape[::-1]),
    }
    return {"kind": "part", "map": 0, "done": 0.5, "of": "density", **told}, {"inside": inside.astype("u1")}
