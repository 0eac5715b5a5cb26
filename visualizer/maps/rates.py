"""How a run ends at every learning rate: the loss over a range of rates, with the band of the seeds."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from visualizer import scene
from visualizer.charts import dials_of
from visualizer.charts import values as along
from visualizer.maps.grid import planned_for
from visualizer.scenario import Run, Scenario
from visualizer.simulate.tiles import DIVERGES, Cancelled

RATES = 192
SEEDS = 33  # of a run with noise; an odd number, so that the median is one of them
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


def rate_parts(
    scenario: Scenario, runs: list[Run], stop: threading.Event
) -> Iterator[tuple[dict[str, Any], Mapping[str, np.ndarray]]]:
    """A part for each run: quantiles of the final loss ``(5, RATES)``, and the share of seeds that diverged.

    A seed that diverged counts as infinite, so a quantile is where that share of all seeds has come, or better.
    """
    assert scenario.chart
    (axis,) = scenario.chart.axes
    noisy = scenario.noise is not None and scenario.noise[0] != "none"
    seeds = [
        (np.arange(scenario.seed, scenario.seed + SEEDS) % 2**31).tolist()
        if noisy or run.optimizer == "sgld"
        else [scenario.seed]
        for run in runs
    ]
    lr = along(axis, dials_of(runs[0])["lr"], RATES)
    about = {
        "kind": "rates",
        "size": (RATES, max(map(len, seeds))),
        "least": scene.least_loss(scenario),
        "tolerance": scenario.tolerance,
        "quantiles": QUANTILES,
    }
    yield about, {"lr": lr.astype("<f8")}
    try:
        for place, (run, own) in enumerate(zip(runs, seeds, strict=True)):
            found = planned_for(scenario, run, {"lr": lr, "seed": np.array(own, float)}, stop).whole()
            lost = found.outcome == DIVERGES
            loss = np.where(lost | ~np.isfinite(found.loss), np.inf, found.loss.astype(np.float64))
            with np.errstate(invalid="ignore"):
                bands = np.quantile(loss, QUANTILES, axis=0, method="inverted_cdf")
            arrays = {"loss": bands.astype("<f4"), "lost": lost.mean(axis=0).astype("<f4")}
            yield {"kind": "part", "map": place, "done": (place + 1) / len(runs), "seeds": len(own)}, arrays
    except Cancelled:
        return
    yield {"kind": "whole"}, {}
