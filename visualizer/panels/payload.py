"""What the browser is sent after every edit: one header and a few arrays."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from landscapes.formula import expression
from visualizer import charts, maps, race, scene
from visualizer.catalogue import dial
from visualizer.dials import placing_dials
from visualizer.edits import Session, Typed
from visualizer.formula import draw
from visualizer.panels import bench, quiz, step
from visualizer.scenario import Run, Scenario
from visualizer.simulate.rollout import Trajectory
from visualizer.twins import NO_DECAY_YET, offers, places
from visualizer.workbench import SLUG


@dataclass(frozen=True)
class Surface:
    """A surface ready to be sent: 16-bit heights and what the header says of them."""

    grid: np.ndarray
    header: dict[str, Any]
    height: dict[str, Any]


def surface(scenario: Scenario) -> Surface:
    drawn = scene.surface(scenario)
    grid, ends = scene.levels(drawn.heights)
    about = (
        scenario.landscape,
        sorted(scenario.params.items()),
        scenario.placement,
        scenario.smooth,
        scenario.window,
        scenario.log,
    )
    identity = hashlib.sha256(repr(about).encode()).hexdigest()[:16]
    ny, nx = grid.shape
    height = {"kind": "linear"} if drawn.eps is None else {"kind": "log", "shift": drawn.shift, "eps": drawn.eps}
    return Surface(grid, {"id": identity, "nx": nx, "ny": ny, **ends}, height)


def curve(name: str, scenario: Scenario, place: int, trajectories: Sequence[Trajectory]) -> np.ndarray:
    """A further curve of the run at ``place``, a row for each of its valid points; NaN where the last has no update."""
    info, valid = trajectories[place].info, trajectories[place].n_valid
    values = {
        "gradient": lambda: np.hypot(*info.g.T)[:, None],
        "rate": lambda: info.lr[:, None],
        "momentum": lambda: race.momenta(scenario, place, trajectories)[: len(info.lr), None],
        "effective": lambda: info.rate,
        "step": lambda: np.hypot(*(info.step + info.decay).T)[:, None],
    }[name]()
    return np.vstack([values, np.full((1, values.shape[1]), np.nan)])[:valid].astype("<f4")


def run_header(run: Run, title: tuple[str, str] | None = None) -> dict[str, Any]:
    """How a run is told to the page; by this title, if there is one."""
    slug, hyper = run.schedule
    return {
        "optimizer": run.optimizer,
        "title": title or run.title.pair(),
        "hyper": dict(run.hyper),
        "schedule": {"slug": slug, "hyper": dict(hyper)},
        "visible": run.visible,
        "color": run.color,
        "wrappers": {slug: dict(values) for slug, values in run.wrappers.items()},
    }


def _scenario(scenario: Scenario, title: tuple[str, str] | None) -> dict[str, Any]:
    """The scenario; all its runs by this title, if there is one."""
    assert scenario.noise is not None
    return {
        "landscape": scenario.landscape,
        "params": dict(scenario.params),
        "rotate": scenario.rotate,
        "stretch": scenario.stretch,
        "shift": list(scenario.shift),
        "smooth": scenario.smooth,
        "log": scenario.log,
        "start": list(scenario.placed_start),
        "steps": scenario.steps,
        "budget": scenario.budget,
        "seed": scenario.seed,
        "tolerance": scenario.tolerance,
        "noise": {"slug": scenario.noise[0], "hyper": dict(scenario.noise[1])},
        "runs": [run_header(run, title) for run in scenario.runs],
    }


def _brief(value: Any) -> Any:
    """A score as JSON can hold it, without infinity and NaN, to the digits that a board may show."""
    if not isinstance(value, float):
        return value
    return float(f"{value:.10g}") if math.isfinite(value) else None


_offered: dict[tuple[int, str], tuple[Run, list[Any]]] = {}  # the run keeps its id from being used again
MOST_OFFERED = 4096


def _offers(run: Run, lang: str) -> list[Any]:
    """The twins of a run: each its place among its optimizer's, or its name; with the reason against it, if there is
    one, 0 for the usual one. The browser has their titles. All but one run of a race are those of a moment ago.
    """
    key = (id(run), lang)
    if key not in _offered:
        if len(_offered) >= MOST_OFFERED:
            _offered.clear()
        own = places(run.optimizer)
        found: list[Any] = []
        for offer in offers(run):
            which = own.get(offer.name, offer.name)
            reason = 0 if offer.reason is NO_DECAY_YET else offer.reason and offer.reason.pair()[lang == "zh"]
            found.append(which if offer.reason is None else [which, reason])
        _offered[key] = run, found
    return _offered[key][1]


def _outcomes(scenario: Scenario, trajectories: Sequence[Trajectory], lang: str) -> list[dict[str, Any]]:
    """What became of each run. ``valid`` and ``stopped`` are ticks of the player's clock, as are ``parts``."""
    found = []
    parted = race.partings(scenario, trajectories)
    least = scene.least_loss(scenario)
    for place, (run, trajectory) in enumerate(zip(scenario.runs, trajectories, strict=True)):
        shown = len(race.ticks(scenario, trajectory))
        of = scenario.original(place)
        score = race.score(scenario, trajectory)
        # Of numbers that _brief has rounded it would be noise; where the lowest loss is 0, it is the loss.
        gap = {"gap": score.loss - least} if least else {}
        found.append(
            {
                "valid": shown,
                "stopped": None if trajectory.stopped is None else shown,
                "steps": max(0, trajectory.n_valid - 1),
                "score": {name: _brief(value) for name, value in (vars(score) | gap).items()},
                "offers": _offers(run, lang),
            }
            | ({} if of is None else {"twin": {"of": of, "parts": parted[place]}})
            | (_fork(scenario, place, trajectories) if run.fork else {})
            | ({"built": bench.told(run, trajectory)} if run.optimizer == SLUG else {})
        )
    return found


def _fork(scenario: Scenario, place: int, trajectories: Sequence[Trajectory]) -> dict[str, Any]:
    """Which run this one continues, from which step and tick, and what it takes over from there."""
    fork, trunk = scenario.runs[place].fork, scenario.trunk(place)
    if fork is None or trunk is None:
        return {}
    takes = [text.pair() for text in race.taken_over(scenario, place)]
    at = race.forked(scenario, place, trajectories) or 0
    tick = race.tick_at(scenario, trajectories[trunk], at)
    return {"fork": {"of": trunk, "at": at, "tick": tick, "carried": fork.carried, "takes": takes}}


ARROWS = 24  # arrows along each side of the gradient field


def _typed(typed: Typed) -> dict[str, Any]:
    """What was typed; of a text that is no formula, where it goes wrong and what could stand there."""
    wrong = typed.wrong
    if wrong is None:
        return {"text": typed.text, "wrong": None}
    told = {"at": wrong.at, "length": wrong.length, "text": wrong.text.pair(), "expected": wrong.expected.pair()}
    return {"text": typed.text, "wrong": told}


def _made(session: Session) -> dict[str, Any]:
    """Of a surface that its user makes: the formula, drawn if that was asked for, its letters, the dials' ranges."""
    scenario = session.scenario
    formula = scenario.surface.shape(scenario.params).formula
    drawing = draw(formula) if session.drawing else None
    return {
        "formula": formula,
        "drawing": drawing and [[line.width, line.height, line.depth, line.box, line.body] for line in drawing.lines],
        "glyphs": drawing and "".join(drawing.glyphs.values()),
        "names": expression(scenario.params).names if "formula" in scenario.params else [],
        "dials": {hyper.name: dial(hyper) for hyper in placing_dials(scenario.surface, scenario.domain)},
    }


def _chart(scenario: Scenario) -> dict[str, Any] | None:
    """What is mapped: the places of its runs; ``key`` changes when the map does. Of a grid its axes, and the names of
    the dials that they may have; of others what may be chosen.
    """
    asked, chart = maps.request(scenario), scenario.chart
    if asked is None or chart is None:
        return None
    places = [next(i for i, run in enumerate(scenario.runs) if run.color == slot) for slot in chart.runs]
    found: dict[str, Any] = {"kind": chart.kind, "runs": places, "key": asked.key}
    if chart.options:
        found["options"] = {
            name: {"value": value, "choices": charts.OPTIONS[chart.kind][name][0]} for name, value in chart.options
        }
    if chart.axes:
        known = charts.dials_of(scenario.runs[places[0]])
        found["axes"] = [
            dial(known[axis.dial]) | {"dial": axis.dial, "low": axis.low, "high": axis.high} for axis in chart.axes
        ]
        found["dials"] = list(known)
    return found


def _inspected(scenario: Scenario, point: tuple[float, float]) -> dict[str, Any]:
    """The surface at the inspected point; None for what is not finite, or has no meaning there."""
    seen = scene.inspect(scenario, point)
    return {
        "x": point[0],
        "y": point[1],
        "loss": _brief(seen.loss),
        "gradient": [_brief(value) for value in seen.gradient],
        "curvatures": [_brief(value) for value in seen.curvatures],
        "axes": [[_brief(value) for value in axis] for axis in seen.axes],
        "condition": _brief(seen.condition),
        "limit": _brief(seen.limit),
    }


def header(
    session: Session, rev: int, query: str, drawn: Surface, trajectories: Sequence[Trajectory]
) -> dict[str, Any]:
    scenario = session.scenario
    return {
        "rev": rev,
        "ack": session.ack,
        "lang": session.lang,
        "query": query,
        "first": session.first,
        "problems": [text.pair() for text in session.problems],
        "can": {
            "undo": bool(session.undo) and not session.quiz,
            "redo": bool(session.redo) and not session.quiz,
            "reset": scenario != session.opened and not session.quiz,
        },
        "scenario": _scenario(scenario, quiz.HIDDEN if session.quiz and session.quiz.guess is None else None),
        "window": list(scenario.window),
        "grid": drawn.header,
        "height": drawn.height,
        "points": [
            {"x": point.x[0], "y": point.x[1], "value": point.value, "kind": point.kind, "best": point.best}
            | ({} if point.smooth else {"smooth": False})
            for point in scene.points(scenario)
        ],
        "least": scene.least_loss(scenario),
        "runs": _outcomes(scenario, trajectories, session.lang),
        "curve": session.curve,
        "cycled": any(race.is_cycled(run) for run in scenario.runs),
        **_seldom(session),
        **_scope(session, trajectories),
    }


def _scope(session: Session, trajectories: Sequence[Trajectory]) -> dict[str, Any]:
    at = step.place(session)
    if at is None:
        return {}
    return {"scope": step.header(session.scenario, at, trajectories[at], session.rule, session.lines_sent)}


def _seldom(session: Session) -> dict[str, Any]:
    """What most headers do without."""
    scenario = session.scenario
    found = {
        "arrows": ARROWS if session.arrows else None,
        "typed": session.typed and _typed(session.typed),
        "carried": None if session.carried else False,
        "timed": scenario.surface.timed or None,
        "made": _made(session) if scenario.surface.made else None,
        "inspected": session.inspected and _inspected(scenario, session.inspected),
        "quiz": session.quiz and quiz.told(session.quiz),
        "chart": _chart(scenario),
    }
    return {name: value for name, value in found.items() if value is not None}


def arrays(session: Session, drawn: Surface, trajectories: Sequence[Trajectory]) -> dict[str, np.ndarray]:
    """What is shown of all runs, one after another, a row for each tick; the grid only if the browser lacks it."""
    found = {"path": np.zeros((0, 2), "<f4"), "loss": np.zeros(0, "<f4")}
    if trajectories:
        scenario = session.scenario
        rows = [race.ticks(scenario, one) for one in trajectories]
        runs = list(zip(trajectories, rows, strict=True))
        with np.errstate(over="ignore"):  # a path that runs away passes float32's range before float64's
            found = {
                "path": np.concatenate([race.drawn(scenario, one, shown) for one, shown in runs]).astype("<f4"),
                "loss": np.concatenate([one.loss[shown] for one, shown in runs]).astype("<f4"),
            }
            if session.curve != "loss":
                parts = (curve(session.curve, scenario, place, trajectories)[shown] for place, shown in enumerate(rows))
                found["curve"] = np.concatenate([*parts])
    if (at := step.place(session)) is not None:
        found |= step.arrays(session.scenario, at, trajectories[at], session.rule)
    if session.arrows:
        found["arrows"] = scene.field(session.scenario, ARROWS).astype("<f4")
    if session.grid_sent != drawn.header["id"]:
        found["grid"] = drawn.grid
    return found
