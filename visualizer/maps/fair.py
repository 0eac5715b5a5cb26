"""Every run tuned with the same budget, then raced at its best, and what would turn the result over.

What is fair here, and said on the page:

- Every run gets the same number of trials (``simulate/tuning.py`` says how a trial is judged), over the same learning
  rates: from the lowest to the highest that any slider of the race reaches, evenly on a log scale, or drawn from there
  at random, with the same draws for all. All else stays as it is in the race. A schedule that has a peak of its own is
  tuned in that.
- With two dials, a run that has momentum, beta1 or the like (``charts.SECOND``, without what changes the loss itself)
  is tuned in that too, over its slider, with as many trials as the others: so with a coarser grid of rates.
- A run without a learning rate is raced as it is: one trial.
- Trials are run in single precision, the race at the best settings in double precision, as the page's. Where the two
  differ the best setting is said to be fragile: rounding decides there.
- With noise a trial is run with ``TUNING`` seeds, and the race at the best settings with ``TESTED`` others, which no
  setting was chosen by. All runs have the same seeds.

Then the same is asked again with other seeds, from other starts (at these settings), with half and twice the trials,
and with half and twice the steps (tuned anew). A winner is clear if it is more than ``tuning.LEVEL`` ahead, or with
noise if it is ahead in more of the seeds than chance would make it once in twenty times (a sign test).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from optimizers import RULES
from visualizer import scene
from visualizer.charts import LEAST_SHARE, SECOND, dials_of, with_values
from visualizer.maps._run import surroundings
from visualizer.maps._verdict import median, shares, verdict
from visualizer.scenario import Run, Scenario
from visualizer.simulate import tuning
from visualizer.simulate.job import job
from visualizer.simulate.tuning import Cancelled, Range, Tuned

TUNING, TESTED = 15, 65  # odd numbers, so that a median is one of them
STARTS = 64
FRAGILE = 0.1  # a best setting whose result in double precision differs by more from that in single precision
PEAKS = ("peak_value", "max_lr")  # of schedules, which go by these instead of lr where they are set


def tuned_dials(run: Run, two: bool) -> list[str]:
    """Which dials of a run are tuned; none where it has no learning rate."""
    known, (slug, own) = dials_of(run), run.schedule
    if "lr" not in known:
        return []
    peak = next((name for name in PEAKS if own.get(name) is not None), None)
    found = [f"{slug}.{peak}" if peak else "lr"]
    cycled = own.get("cycle_momentum")  # then the schedule sets it
    others = () if cycled or not two else (name for name in SECOND if name in known and name != "weight_decay")
    return [*found, *list(others)[:1]]


def plain(run: Run, two: bool) -> Run:
    """The run with its tuned dials at one end: the fair race does not depend on what they say."""
    known = dials_of(run)
    return with_values(run, {name: known[name].high for name in tuned_dials(run, two)})


def _ranges(runs: list[Run], two: bool) -> list[dict[str, Range]]:
    """What each run is searched over."""
    rates = [dials_of(run)["lr"] for run in runs if tuned_dials(run, two)]
    found = []
    for run in runs:
        own = {}
        for k, name in enumerate(tuned_dials(run, two)):
            if k == 0:
                own[name] = Range(min(dial.low for dial in rates), max(dial.high for dial in rates))
            else:
                dial = dials_of(run)[name]
                low = dial.low if dial.low > 0 or dial.scale == "log1m" else dial.high * LEAST_SHARE
                own[name] = Range(low, dial.high, dial.scale)
        found.append(own)
    return found


class Bench:
    """What all runs of a fair race have in common, and what is done with each."""

    def __init__(self, scenario: Scenario, runs: list[Run], stop: threading.Event) -> None:
        assert scenario.chart
        self.scenario, self.runs, self.stop = scenario, runs, stop
        self.search = scenario.chart.option("search")
        self.trials = int(scenario.chart.option("trials"))
        self.ranges = _ranges(runs, scenario.chart.option("dials") == "2")
        self.evaluations = scenario.budget == "evaluations"
        self.steps = scenario.steps or 1
        self.noisy = (scenario.noise or ("none",))[0] != "none" or any(run.optimizer == "sgld" for run in runs)
        every = [(scenario.seed + k) % 2**31 for k in range(TUNING + TESTED)]
        self.seeds = every[:TUNING] if self.noisy else every[:1]
        self.tested = every[TUNING:] if self.noisy else every[:1]
        known = scene.least_loss(scenario)
        self.certified = known is not None
        self.least: Any = known
        if known is None:  # the lowest that any trial of any run comes to
            self.least = min(self.tune(place).least for place in range(len(runs)))

    @property
    def tolerance(self) -> float:
        """As far as float32 can tell it."""
        return max(self.scenario.tolerance or 0.0, tuning.RESOLUTION * abs(self.least or 0.0))

    def engine(self, run: Run, steps: int) -> dict[str, Any]:
        """The arguments of a job."""
        around = surroundings(self.scenario, run) | {"budget": steps if self.evaluations else None}
        own = {"start": self.scenario.placed_start, "steps": steps, "hyper": run.hyper, "params": self.scenario.params}
        return {**own, **around}

    def tune(self, place: int, trials: int = 0, steps: int = 0) -> Tuned:
        run = self.runs[place]
        slug = run.schedule[0]
        ranges = {name.replace(f"{slug}.", "schedule."): own for name, own in self.ranges[place].items()}
        given = self.scenario.landscape, run.optimizer, ranges, trials or self.trials, self.search
        judged = {"least": self.least, "tolerance": self.tolerance, "cancel": self.stop}
        named = {**self.engine(run, steps or self.steps), **judged}
        return tuning.tuned(*given, seeds=self.seeds, draw=self.scenario.seed, **named)

    def values(self, place: int, found: Tuned) -> dict[str, float]:
        """The best of a search, by the names that the run's dials have."""
        return dict(zip(self.ranges[place], found.values.values(), strict=True))

    def race(self, place: int, found: Tuned, starts: np.ndarray | None = None) -> tuple[np.ndarray, int]:
        """A run at the best of a search, as long as the search's runs: its scores ``(S,)``, with each of the tested
        seeds, or with one from each of these starts, and how many evaluations it takes in the median.
        """
        run = with_values(self.runs[place], self.values(place, found))
        named = self.engine(run, found.limit)
        if starts is None:
            each = [{"seed": seed} for seed in self.tested]
        else:
            each = [{"seed": self.tested[k % len(self.tested)], "start": start} for k, start in enumerate(starts)]
        jobs = [job(self.scenario.landscape, run.optimizer, **{**named, **own}) for own in each]
        return tuning.raced(jobs, self.least, self.tolerance, self.evaluations, self.stop)

    def starts(self) -> np.ndarray:
        """Uniform over what the page draws; where the second axis is time, along the first. ``(STARTS, 2)``."""
        x0, x1, y0, y1 = self.scenario.window
        share = np.random.default_rng([self.scenario.seed, 1]).random((STARTS, 2))
        found = np.array([x0, y0]) + share * np.array([x1 - x0, y1 - y0])
        return np.where([True, not self.scenario.surface.timed], found, 0.0)

    def others(self) -> list[tuple[str, int]]:
        """The other budgets: how many trials, or steps, half and twice as many."""
        trials = [("trials", self.trials // 2), ("trials", 2 * self.trials)] if any(self.ranges) else []
        return [*trials, *[("steps", n) for n in (self.steps // 2, 2 * self.steps) if n]]


def fair_parts(
    scenario: Scenario, runs: list[Run], stop: threading.Event
) -> Iterator[tuple[dict[str, Any], Mapping[str, np.ndarray]]]:
    """A part for each run: its trials' values ``x`` and ``y`` and scores, ``(N,)``, and its row; then the verdict."""
    bench = Bench(scenario, runs, stop)
    yield _about(bench), {}
    try:
        yield from _raced(bench)
    except Cancelled:
        return
    yield {"kind": "whole"}, {}


def _about(bench: Bench) -> dict[str, Any]:
    return {
        "kind": "fair",
        "trials": bench.trials,
        "search": bench.search,
        "unit": bench.scenario.budget,
        "limit": bench.steps,
        "least": bench.least,
        "certified": bench.certified,
        "tolerance": bench.tolerance,
        "noisy": bench.noisy,
        "tuning": len(bench.seeds),
        "tested": len(bench.tested),
        "starts": STARTS,
        "shared": bench.evaluations and any(RULES[run.optimizer].second_order for run in bench.runs),
        "ranges": [[{"dial": name, **own._asdict()} for name, own in ranges.items()] for ranges in bench.ranges],
    }


def _raced(bench: Bench) -> Iterator[tuple[dict[str, Any], Mapping[str, np.ndarray]]]:
    places, others = range(len(bench.runs)), bench.others()
    rounds = 2 + len(others)
    best, scores = [], []
    for place in places:
        found = bench.tune(place)
        best.append(found)
        raced, spent = bench.race(place, found)
        scores.append(raced)
        columns = dict(zip("xy", found.dials.values(), strict=False))
        arrays = {name: column.astype("<f8") for name, column in [*columns.items(), ("score", found.score)]}
        yield _part(place, 1 / rounds, row={**_row(bench, place, found, raced), "spent": spent}), arrays
    starts, afar = bench.starts(), []
    for place in places:
        afar.append(bench.race(place, best[place], starts)[0])
        yield _part(place, 2 / rounds), {}
    told = []
    for k, (what, many) in enumerate(others):
        again = []
        for place in places:
            found = bench.tune(place, **{what: many})
            again.append(bench.race(place, found)[0])
            if k < len(others) - 1:
                yield _part(place, (3 + k) / rounds), {}
        told.append({"what": what, "many": many, **verdict(np.stack(again), many if what == "steps" else bench.steps)})
    every, away = np.stack(scores), np.stack(afar)
    about = {
        **verdict(every, bench.steps),
        "seeds": shares(every, bench.steps) if bench.noisy else None,
        "starts": shares(away, bench.steps),
        "others": told,
    }
    for place in places:
        yield _part(place, 1.0, **({} if place else {"verdict": about})), {}


def _part(place: int, done: float, **told: Any) -> dict[str, Any]:
    return {"kind": "part", "map": place, "done": done, **told}


def _row(bench: Bench, place: int, found: Tuned, scores: np.ndarray) -> dict[str, Any]:
    """What the table says of a run; ``steps`` is None where it does not arrive, ``gap`` where it diverges as well."""
    middle, both = float(median(scores[None])[0]), (found.score[found.best], scores[0])
    reckoned = bench.evaluations and RULES[bench.runs[place].optimizer].second_order  # then trials are not exact anyway
    names = dict(zip(found.dials, bench.ranges[place], strict=True))
    return {
        "values": bench.values(place, found),
        "trials": len(found.score),
        "score": middle if np.isfinite(middle) else None,
        "steps": int(tuning.steps_of(np.array(middle), bench.steps)) if middle < 0 else None,
        "gap": middle if 0 <= middle < np.inf else None,
        "twice": found.sensitivity,
        "edge": [names[name] for name in found.edge],
        "lost": float(found.lost.mean()),
        "fragile": not (bench.noisy or reckoned) and not bool(tuning.level(*both, bench.steps, FRAGILE)),
    }
