"""A recorded run told again, line by line."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from optimizers import RULES
from visualizer.microscope.beginning import Leg, legs, seeded
from visualizer.microscope.expressions import Env
from visualizer.microscope.latex import latex
from visualizer.microscope.lines import Column, Line
from visualizer.microscope.program import Program
from visualizer.microscope.source import Source, _assigned, source
from visualizer.microscope.statements import calls, dotted, needed, read
from visualizer.microscope.symbols import INITIAL, indexed, state_symbol
from visualizer.microscope.tree import Builder, Part, Shape
from visualizer.race import is_cycled, momentum
from visualizer.scenario import Run, Scenario
from visualizer.simulate.local import MOST_POINTS, local
from visualizer.simulate.random import drawn
from visualizer.simulate.rollout import Trajectory

SGLD_DRAW = 1  # which pair of a step's draws the rule takes
NOWHERE = (np.nan, np.nan)
CONDITIONS = {"armijo": "loss", "curvature": "here"}  # on a length: what a claim that is one of them looks at


@dataclass(eq=False)
class Replay:
    """A leg's steps with every value. ``ends`` ``(T, 2)`` are the points that the lines recompute, row 0 for step
    ``first``; ``unknown`` says what could not be known (see ``layout``).
    """

    program: Program
    made: Source
    columns: dict[str, Column]
    ends: np.ndarray
    paths: list[int]
    unknown: tuple[str, ...]
    symbols: dict[str, str]
    noisy: bool
    run: Run
    first: int  # the step that row 0 is
    _slots: dict[Column, tuple[int, Shape]] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        return len(self.ends)

    @cached_property
    def patterns(self) -> tuple[list[list[Line]], np.ndarray]:
        """The sets of lines that steps ran, and which of them each step did ``(T,)``."""
        for line, _ in self.program.all_lines():
            line.hidden = line.hidden or line.guards
        places = {path: place for place, path in enumerate(dict.fromkeys(self.paths))}
        return [self.program.executed(path) for path in places], np.array([places[path] for path in self.paths], int)

    @cached_property
    def lines(self) -> list[tuple[Line, int]]:
        """Every line that some step ran, in the order of the text, with its depth."""
        ran = {id(line) for lines in self.patterns[0] for line in lines}
        return [(line, depth) for line, depth in self.program.all_lines() if id(line) in ran]

    @cached_property
    def layout(self) -> dict[str, Any]:
        """The lines as JSON: see the package's docstring."""
        builder = Builder(self._slot, self._symbol, self.program.known)
        builder.told = lambda node, line: self._told(node, line, builder)
        numbered = {id(line): at for at, (line, _) in enumerate(self.lines)}
        lines = [self._line(line, builder) | {"depth": depth} for line, depth in self.lines]
        return {
            "steps": self.steps,
            "slots": 1 + sum(_size(shape) for _, shape in self._slots.values()),
            "lines": lines,
            "patterns": [[numbered[id(line)] for line in pattern] for pattern in self.patterns[0]],
            "noisy": self.noisy,
            "unknown": list(self.unknown),
        }

    def table(self, first: int | None = None, count: int | None = None) -> np.ndarray:
        """The slots of steps ``first`` to ``first + count - 1``, float64 ``(count, slots)``; NaN where nothing was."""
        at = 0 if first is None else first - self.first
        return self._table[at : None if count is None else at + count]

    @cached_property
    def _table(self) -> np.ndarray:
        slots = self.layout["slots"]
        table = np.full((self.steps, slots), np.nan)
        table[:, 0] = self.patterns[1]
        for column, (at, shape) in self._slots.items():
            size = _size(shape)
            rows = np.arange(self.steps) if column.rows is None else np.array(column.rows, int)
            values = column.values[: len(rows)]
            if any(value is None for value in values):
                values = [np.full(shape, np.nan) if value is None else value for value in values]
            table[rows, at : at + size] = np.array(values, np.float64).reshape(-1, size)
        return table

    # ---- the pieces --------------------------------------------------------------------------------------------------

    def _slot(self, column: Column) -> tuple[int, Shape]:
        if column not in self._slots:
            at = 1 + sum(_size(shape) for _, shape in self._slots.values())
            value = next((value for value in column.values if value is not None), 0.0)
            self._slots[column] = at, np.shape(value)
        return self._slots[column]

    def _symbol(self, of: Column | str) -> str:
        if isinstance(of, str):
            name = of.removeprefix(INITIAL)
            symbol = self.symbols[name]
            return indexed(symbol, "0") if name != of else symbol
        name = of.name
        if name in self.columns:  # given for every step
            return self.symbols[name]
        return state_symbol(self.symbols[name.removesuffix("_old")], name, of.now)

    def _told(self, node: ast.expr, line: Line, builder: Builder) -> str:
        """What a value that the run tells is called."""
        if isinstance(node, ast.Subscript):
            at = ast.literal_eval(node.slice)
            if isinstance(node.value, ast.Call):
                (matrix,) = node.value.args
                return rf"\lambda_{{\min}}({latex(builder.build(matrix, line).tree)})"
            name = dotted(node.value)
            symbol = self.symbols[name.removesuffix("_old")]
            return f"{symbol}^{{({at + 1})}}" if name.endswith("_old") else rf"{symbol}_{{t,{at + 1}\cdot}}"
        assert isinstance(node, ast.Call)
        name = dotted(node.func)
        if name == "rng.standard_normal":
            return r"\mathcal{N}(0, I)"
        point = latex(builder.build(node.args[0], line).tree)
        sign = {"hessian": r"\nabla^2 f", "loss": "f"}.get(name, r"\nabla f")
        return rf"{sign}\left({point}\right)"

    def _line(self, line: Line, builder: Builder) -> dict[str, Any]:
        part = builder.build(line.value, line)
        found: dict[str, Any] = {"kind": line.kind, "name": line.target, "tree": part.tree}
        tex = latex(part.tree)
        if line.kind == "assign":
            target: Part = builder.column(line.result, self._symbol(line.result))
            drawn = any(
                isinstance(node, ast.Call) and dotted(node.func) == "rng.standard_normal"
                for node in ast.walk(line.value)
            )
            relation = r"\sim" if drawn else r"\leftarrow" if line.again else "="
            found |= {"target": target.tree, "relation": relation}
            tex = f"{target.tree['tex']} {relation} {tex}"
        else:
            found["truth"] = builder.column(line.result, "").tree["at"]
            if line.kind == "check" and isinstance(line.value, ast.Compare):
                says = [name for name, of in CONDITIONS.items() if calls(line.value, of)]
                found |= {"says": says[0]} if says else {}
        return found | {"tex": tex}


def _size(shape: Shape) -> int:
    return int(np.prod(shape))


class _World:
    """What the recorded leg tells its lines: see ``program.TOLD``."""

    def __init__(self, scenario: Scenario, leg: Leg, trajectory: Trajectory, uses: set[str]) -> None:
        at, end = leg.beginning.at, leg.end
        self.scenario, self.steps = scenario, end - at
        self.theta = list(map(tuple, trajectory.theta[at : end + 1].tolist()))
        self.losses = trajectory.loss[at : end + 1].tolist()
        self.gradients = list(map(tuple, trajectory.info.g[at:end].tolist()))
        self.noisy = bool(scenario.noise and scenario.noise[0] != "none")
        reported = [name for name, _ in RULES[leg.run.optimizer].report]
        points = trajectory.aux["y"][at:end] if "y" in reported and "y" in trajectory.aux else trajectory.theta[at:end]
        self.slopes: dict[Any, Any] = {}
        self.hessians: list[np.ndarray] = []
        if "here" in uses and not self.noisy:
            points = np.concatenate([points, trajectory.theta[end : end + 1]])  # where a line search ended
            found = self._local(points)
            self.slopes = dict(zip(map(tuple, points.tolist()), map(tuple, found[:, 1:3].tolist()), strict=True))
        if "hessian" in uses:
            bent = self._local(trajectory.theta[at:end])[:, [3, 4, 4, 5]]
            self.hessians = list(bent.reshape(-1, 2, 2))
        self.draws: list[tuple[float, float]] = []
        if "rng.standard_normal" in uses:
            self.draws = list(map(tuple, drawn(scenario.seed, end, SGLD_DRAW)[at:].tolist()))
        self.answers: dict[str, Callable[[int, Any], Any]] = {
            "gradient": lambda row, point: self.gradients[row],
            "hessian": lambda row, point: self.hessians[row],
            "rng.standard_normal": lambda row, point: self.draws[row],
            "loss": self.loss,
            "here": self.slope,
        }

    def __call__(self, name: str, env: Env, point: Any) -> Any:
        return self.answers[name](env["row"], point)

    def _recorded(self, row: int, point: Any) -> int | None:
        """The row whose point this is, to rounding: the step's own, or the next."""
        scale = 1e-14 * max(1.0, abs(point[0]), abs(point[1]))
        for at in (row, row + 1):
            if max(abs(point[0] - self.theta[at][0]), abs(point[1] - self.theta[at][1])) <= scale:
                return at
        return None

    def loss(self, row: int, point: Any) -> float:
        """Recorded where the point is one of the run's; else the surface's."""
        at = self._recorded(row, point)
        return float(self._local(np.array([point]))[0, 0]) if at is None else self.losses[at]

    def slope(self, row: int, point: Any) -> Any:
        """The surface's gradient without noise; unknown with noise, of which only the second gradient is recorded."""
        if self.noisy:
            return NOWHERE
        at = None if point in self.slopes else self._recorded(row, point)
        point = point if at is None else self.theta[at]
        if point not in self.slopes:
            self.slopes[point] = tuple(self._local(np.array([point]))[0, 1:3].tolist())
        return self.slopes[point]

    def _local(self, points: np.ndarray) -> np.ndarray:
        """Loss, gradient, Hessian (xx, xy, yy) at points, ``(K, 6)``."""
        if not len(points):
            return np.zeros((0, 6))
        one = self.scenario
        parts = [
            local(one.landscape, one.params, points[at : at + MOST_POINTS], one.placement, one.smooth)
            for at in range(0, len(points), MOST_POINTS)
        ]
        return np.concatenate([np.column_stack(part[1:]) for part in parts])


def replay(scenario: Scenario, place: int, trajectory: Trajectory) -> list[Replay]:
    """Tells the recorded run at a place of the scenario again: each step from the recorded point, its state from the
    steps before. A run that continues others has as many legs as there are rules that made its steps.

    A line search's length, draws and, on a noisy surface, gradients are those that were recorded.
    """
    return [_leg(scenario, leg, trajectory) for leg in legs(scenario, place, trajectory)]


def _leg(scenario: Scenario, leg: Leg, trajectory: Trajectory) -> Replay:
    run, beginning = leg.run, leg.beginning
    made = source(scenario, run, beginning)
    given = _given(scenario, leg, trajectory)
    moving = set(given)
    values = {name: value for name, value in made.values.items() if name not in moving}
    fresh = _begin(made, {**made.values, "theta": beginning.start})
    state = fresh | seeded(run, beginning, fresh)
    world = _World(scenario, leg, trajectory, _uses(made.step))
    if scenario.surface.bounds:
        low_x, high_x, low_y, high_y = scenario.surface.bounds
        values |= {"lowest": (low_x, low_y), "highest": (high_x, high_y)}
    changes = _assigned(made.step)
    fixed = {name: state[name] if name == "start" else value for name, value in fresh.items() if name not in changes}
    first = {INITIAL + name: value for name, value in fresh.items() if name in changes}
    known = {**values, **first, **fixed}
    columns = {name: Column(name, values=list(column)) for name, column in given.items()}
    decide = Program((), known, (), {}).decide
    columns["theta"] = Column("theta", now=False, values=world.theta)
    program = Program(
        needed(read(made.step, decide)), known, set(state) & changes, columns, bool(scenario.surface.matrix)
    )
    del columns["theta"]
    env: Env = {name: value for name, value in state.items() if name in changes} | {"told": world}
    ends, paths = [], []
    with np.errstate(all="ignore"):
        for row in range(world.steps):
            env["row"], env["theta"] = row, world.theta[row]
            for name, column in columns.items():
                env[name] = column.values[row]
            program.step(env)
            ends.append(env["theta"])
            paths.append(env["path"])
    symbols = dict(made.symbols) | {"t": "t"} | _moving_symbols(made, given)
    unknown = ("here",) if world.noisy and "sam" in run.wrappers else ()
    points = np.array(ends, np.float64).reshape(-1, 2)
    return Replay(program, made, columns, points, paths, unknown, symbols, world.noisy, run, beginning.at + 1)


def _uses(text: str) -> set[str]:
    return {dotted(node.func) for node in ast.walk(ast.parse(text.strip("\n"))) if isinstance(node, ast.Call)}


def _begin(made: Source, known: dict[str, Any]) -> dict[str, Any]:
    """The state before the first step."""
    decide = Program((), known, (), {}).decide
    program = Program(read(made.before.strip("\n"), decide), known, (), {})
    env: Env = {"row": 0}
    program.step(env)
    return {name: env[name] for name in _assigned(made.before)}


def _given(scenario: Scenario, leg: Leg, trajectory: Trajectory) -> dict[str, list[float]]:
    """What is known of every step: its number, the scheduled rate and momentum, what a line search found and tried."""
    run, at, end = leg.run, leg.beginning.at, leg.end
    rule = RULES[run.optimizer]
    found = {"t": np.arange(at + 1.0, end + 1)}
    if run.schedule[0] != "constant" and not rule.search:
        found["lr"] = trajectory.info.lr[at:end]
    if is_cycled(run) and rule.momentum_name:
        found[rule.momentum_name] = momentum(run, scenario.steps or 0)[at:end]
    if rule.search:
        spent = np.diff(trajectory.evaluations[at : end + 1])
        noisy = scenario.noise is not None and scenario.noise[0] != "none"
        found["length"] = trajectory.info.lr[at:end]
        # A step's own point is paid for by the step before, if there is one.
        own = np.arange(end - at) == (0 if not leg.beginning.paid else -1)
        found["tried"] = spent - (1.0 if noisy else own)
    return {name: column.tolist() for name, column in found.items()}


def _moving_symbols(made: Source, given: dict[str, list[float]]) -> dict[str, str]:
    """What a schedule changes has the step's index, and so has the length that a search found."""
    changing = ("lr", "length", "momentum", "beta1")
    return {name: indexed(made.symbols[name], "t") for name in given if name in changing}
