"""A race as one script, with this lab, PyTorch or Optax: its runs one after another, then where each of them ended.

``paths`` maps a run's name to the points that it visits, ``(T + 1, 2)``, in the order of the race. Noise is drawn as
the lab draws it, rates are those that were recorded. What a library lacks is a plain loop, as on an optimizer's card. A
run that would take another path is not written: the script says so, and why, and prints no number for it. One whose
last digits grow until they are seen is called chaotic.
"""

from __future__ import annotations

from dataclasses import replace
from textwrap import fill

import numpy as np

from optimizers import RULES as OPTIMIZERS
from visualizer.export import noise
from visualizer.export.data import link
from visualizer.export.layout import WIDTH
from visualizer.export.own import HEAD, own
from visualizer.export.python import LIBRARIES, Told, left_out, pieces
from visualizer.export.templates import Script
from visualizer.race import is_cycled, momentum, race
from visualizer.scenario import Run, Scenario
from visualizer.simulate.rollout import Trajectory
from visualizer.spec import Text

NUDGE, SEEN = 1e-14, 1e-8  # how far a start is moved, and how far an end may move with it

_OWN_ENDS = """for name, run in runs.items():
    step = run.n_valid - 1
    x, y = run.xy[step].tolist()
    print(f"{name}: step {step}, x {x!r}, y {y!r}, loss {float(run.loss[step])!r}")
"""
_ENDS = """

{measure}def value(point):
    return float({loss})


def finite(point):
    return all(math.isfinite(number) for number in [*map(float, point), value(point)])


for name, path in paths.items():
    steps = [t for t, point in enumerate(path) if not finite(point)]
    step = min(steps, default=len(path)) - 1
    x, y = map(float, path[step])
    print(f"{{name}}: step {{step}}, x {{x!r}}, y {{y!r}}, loss {{value(path[step])!r}}")
"""
_LOSSES = {
    "torch": {"measure": "", "loss": "loss(torch.as_tensor(point))"},
    "optax": {"measure": "measure = jax.jit(loss)\n\n\n", "loss": "measure(jnp.asarray(point))"},
}
_UNWRAPPED = "gradient = here\n"  # SAM puts its own in the place of what the next runs use


def script(scenario: Scenario, language: str = "en", library: str = "") -> str:
    """The script with this lab, or with ``torch`` or ``optax``. Raises ``ValueError`` for another library."""
    if library and library not in LIBRARIES:
        raise ValueError(f"a script is for {', '.join(LIBRARIES)}, not {library}")
    return _with(scenario, language, library) if library else _own(scenario, language)


def _own(scenario: Scenario, language: str) -> str:
    said = Text("One for each run of the race.", "比赛中每个优化器一条。")
    parts = [f"# {link(scenario)}\n{HEAD}\nruns = {{}}  # {_in(said, language)}\n"]
    for number, run in enumerate(scenario.runs, 1):
        code = own(scenario, run).removeprefix(HEAD)
        code = code.replace("path = trajectory.xy", f"runs[{_key(number, run)}] = trajectory")
        parts.append(f"\n# {number}: {_in(run.title, language)}\n{code.lstrip()}")
    return "".join([*parts, f"\npaths = [run.xy for run in runs.values()]\n{_OWN_ENDS}"])


def _with(scenario: Scenario, language: str, library: str) -> str:
    """A library's script: what the runs share, once; then each of them."""
    made: list[tuple[str, Script | None]] = []
    runs = zip(scenario.runs, race(scenario), _drifts(scenario), strict=True)
    for number, (run, found, drift) in enumerate(runs, 1):
        made.append(_part(scenario, run, found, drift, number, language, library))
    scripts = [script for _, script in made if script]
    if not scripts:
        return f"# {link(scenario)}\n" + "".join(text for text, _ in made)
    imports = sorted({line for script in scripts for line in script.imports})
    shared = list(dict.fromkeys(piece for script in scripts for piece in script.shared))
    head = Script("", True, tuple(imports), (), "").head
    said = Text("The points of each run of the race.", "比赛中每个优化器走过的点。")
    begun = f"paths = {{}}  # {_in(said, language)}\n"
    top = "\n\n\n".join([f"# {link(scenario)}\n{head}", *shared, begun])
    return top + "".join(text for text, _ in made) + _ENDS.format(**_LOSSES[library])


def _part(
    scenario: Scenario, run: Run, found: Trajectory, drift: float, number: int, language: str, library: str
) -> tuple[str, Script | None]:
    """The statements of a run, and the pieces that they come from; None for one that is not written."""
    head = f"\n# {number}: {_in(run.title, language)}\n"
    told = _told(scenario, run, found, language, library)
    made = pieces(scenario, run, library, told)
    reasons = _reasons(scenario, run, made and made[1])
    if made is None or reasons:
        why = _in(Text(f"not written with {LIBRARIES[library]}", f"没有 {LIBRARIES[library]} 版本"), language)
        notes = "".join(_comment(_in(reason, language)) for reason in reasons)
        return f"{head}{notes}print({_quoted(f'{number} {run.title}: {why}')})\n", None
    script, kind = made
    notes = script.notes + "".join(_comment(_in(note, language)) for note in _notes(scenario, found, drift))
    other = " (SciPy: another path to the same end)" if kind == "scipy" else " (chaotic)" if drift > SEEN else ""
    after = _UNWRAPPED if "here = gradient" in script.body else ""
    head = "\n" * script.body.startswith("class ") + head  # as a formatter would
    return f"{head}{notes}{script.body}\n{after}paths[{_key(number, run, other)}] = path\n", script


def _told(scenario: Scenario, run: Run, found: Trajectory, language: str, library: str) -> Told:
    """As many steps as the run made, and its rates as they were recorded."""
    steps = found.n_valid - (found.stopped is None)
    rates, momenta = "", ("", "")
    if run.schedule[0] != "constant" and "lr" in run.hyper and steps:
        rates = _numbers(found.info.lr[:steps].tolist())
        name = OPTIMIZERS[run.optimizer].momentum_name
        if name and is_cycled(run):
            momenta = name, _numbers(momentum(run, scenario.steps or 0)[:steps].tolist())
    operator, code = noise.shaken(scenario)
    if run.optimizer == "sgld" and run.hyper["temperature"]:
        code = code or noise.generator(scenario)
    engine = "torch" if library == "torch" else "jax"
    return Told(language, steps, rates, momenta, engine, operator, code, whole=True)


def _numbers(values: list[float]) -> str:
    return fill(" ".join(map(repr, values)), WIDTH, break_on_hyphens=False)


def _reasons(scenario: Scenario, run: Run, kind: str | None) -> list[Text]:
    """Why a run's path cannot be had this way."""
    noisy = (scenario.noise or ("none", {}))[0]
    found = left_out(scenario, run, scheduled="lr" in run.hyper, noisy=noisy in noise.MODELS)
    if run.fork:
        found.append(Text("It continues another run.", "它接续另一条路径。"))
    if noisy != "none" and kind == "scipy":
        found.append(Text("Its line search does not bear noise.", "它的线搜索经不起噪声。"))
    if is_cycled(run) and OPTIMIZERS[run.optimizer].query:
        found.append(Text("Its point of the gradient does not cycle.", "它取梯度的点不随周期变化。"))
    if scenario.surface.matrix and run.optimizer == "muon":
        found.append(Text("Its points are matrices.", "它的点是矩阵。"))
    return found


def _notes(scenario: Scenario, found: Trajectory, drift: float) -> list[Text]:
    """What is to be known of a run that is shorter than the race, or whose end hangs on its last digits."""
    last, steps, notes = found.n_valid - 1, scenario.steps, []
    if found.stopped is not None:
        notes = [Text(f"Diverges: step {last} is the last that is finite.", f"发散\uff1a第 {last} 步是最后的有限值。")]
    elif scenario.budget == "evaluations":
        notes = [Text(f"{steps} evaluations are enough for {last} steps.", f"{steps} 次梯度计算够走 {last} 步。")]
    if drift > SEEN:
        chaotic = Text(
            f"Chaotic: from a start moved by {NUDGE:g} it ends {drift:.1g} away, and so may another library's.",
            f"混沌\uff1a起点移动 {NUDGE:g}\uff0c终点就相差 {drift:.1g}\uff1b换一个库也可能如此。",
        )
        notes.append(chaotic)
    return notes


def _drifts(scenario: Scenario) -> list[float]:
    """How far each run's last common point moves when the start does, by about what a rounding is; relative if large.

    Another library rounds otherwise at every step; this rounds once, and so tells of little more than the magnitude.
    """
    assert scenario.start is not None
    x0, x1, y0, y1 = scenario.domain
    (x, y), (middle, height) = scenario.start, ((x0 + x1) / 2, (y0 + y1) / 2)
    start = x + (NUDGE if x < middle else -NUDGE), y + (NUDGE if y < height else -NUDGE)
    pairs = zip(race(scenario), race(replace(scenario, start=start)), strict=True)
    return [_apart(one, other) for one, other in pairs]


def _apart(one: Trajectory, other: Trajectory) -> float:
    last = min(one.n_valid, other.n_valid) - 1
    ends = one.theta[last], other.theta[last]
    return float(np.abs(ends[0] - ends[1]).max() / max(1.0, np.abs(ends[0]).max())) if last >= 0 else 0.0


def _comment(text: str) -> str:
    return f"# {text}\n"


def _key(number: int, run: Run, more: str = "") -> str:
    return _quoted(f"{number} {run.title}{more}")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _in(text: Text, language: str) -> str:
    return text.pair()[language == "zh"]
