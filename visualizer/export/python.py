"""A run as a short Python script: with this lab, with PyTorch, with Optax.

Every script stands by itself and ends with ``path``, the points that the run visits, ``(T + 1, 2)``. Where a library
has no such method, or lacks one of the dials that were moved, the script is a plain loop and its first line says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import Formatter
from typing import Any

from optimizers import RULES as OPTIMIZERS
from optimizers import WRAPPERS
from optimizers._card import Card
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer.export import templates
from visualizer.export.layout import lines, literal, mapping
from visualizer.export.module import NAME, torch_class
from visualizer.plane import rotation
from visualizer.scenario import Named, Run, Scenario
from visualizer.simulate.schedules import schedule
from visualizer.spec import Text
from visualizer.workbench import named

LIBRARIES = {"torch": "PyTorch", "optax": "Optax"}
NO_DECAY = "optax.chain(optax.add_decayed_weights(0.0), "  # says nothing, and hides what matters
LONGEST = 60  # rates that are written out; more would bury the script
# PyTorch's Rprop takes the rate for its first step and for nothing else; Optax' RMSProp multiplies by the rate before
# its momentum.
SCHEDULE_BLIND = {("torch", "rprop"), ("optax", "rmsprop")}


@dataclass(frozen=True)
class Snippet:
    """A complete script. ``kind`` is ``library`` where the library's own optimizer runs in it, ``loop`` where plain
    statements do, ``module`` where they are written as an optimizer of the library's kind, ``scipy`` where SciPy's
    optimizer stands in for the library's: another path to the same end.
    """

    code: str
    kind: str


def snippets(scenario: Scenario, run: Run, language: str = "en") -> dict[str, Snippet]:
    """The run as a script for ``descent_lab``, ``torch`` and ``optax``; comments in the page's language.

    A library whose form of the method the card does not know is left out.
    """
    found = {"descent_lab": Snippet(_own(scenario, run), "library")}
    card = OPTIMIZERS[run.optimizer].card
    if card is None:
        return found
    for library in LIBRARIES:
        missing = None if run.wrappers else missing_dials(run, getattr(card, library))
        if missing is None or missing:
            if card.written and library == "torch" and not run.wrappers:
                found[library] = Snippet(_module(scenario, run, card, language), "module")
            elif card.statements(run.hyper)[1]:
                found[library] = Snippet(_loop(scenario, run, card, library, missing or [], language), "loop")
            elif card.scipy:
                found[library] = Snippet(_scipy(scenario, run, card, library, language), "scipy")
        else:
            found[library] = Snippet(_library(scenario, run, card, library, language), "library")
    return found


def missing_dials(run: Run, expression: str) -> list[str] | None:
    """The dials that were moved and that a library's form does not have; None where it has no form at all."""
    if not expression:
        return None
    written = {name for _, name, _, _ in Formatter().parse(expression) if name}
    hypers = OPTIMIZERS[run.optimizer].hypers
    moved = [hyper.name for hyper in hypers if run.hyper[hyper.name] != hyper.parse(hyper.default)]
    return [name for name in moved if name not in written]


def _own(scenario: Scenario, run: Run) -> str:
    """The lab's own interface; it can say everything."""
    optimizer, hyper = _nested(run)
    arguments = [f'"{scenario.landscape}"', f'"{optimizer}"', f"start={scenario.placed_start!r}"]
    arguments += [f"steps={scenario.steps}", *mapping("hyper", hyper), *mapping("params", scenario.params)]
    if run.schedule[0] != "constant":
        arguments.append(f"schedule={_named(run.schedule)}")
    if scenario.noise and scenario.noise[0] != "none":
        arguments += [f"noise={_named(scenario.noise)}", f"seed={scenario.seed}"]
    for name, plain in (("rotate", 0.0), ("stretch", 1.0), ("shift", (0.0, 0.0)), ("smooth", 0.0)):
        if getattr(scenario, name) != plain:
            arguments.append(f"{name}={getattr(scenario, name)!r}")
    arguments += mapping("fork", _fork(scenario, run))
    made = lines(arguments)
    return f"from visualizer import rollout\n\ntrajectory = rollout(\n{made}\n)\npath = trajectory.xy\n"


def _nested(run: Run) -> tuple[str, dict[str, Any]]:
    """The run's optimizer with what is around it, as ``rollout`` takes them."""
    optimizer, hyper = run.optimizer, dict(run.hyper)
    for slug, values in run.wrappers.items():
        inner = WRAPPERS[slug].inner
        optimizer, hyper = slug, {**values, inner: optimizer, f"{inner}_hyperparameters": hyper}
    return optimizer, hyper


def _trunk(scenario: Scenario, run: Run) -> Run | None:
    """The run that this one continues."""
    return next((other for other in scenario.runs if run.fork and other.color == run.fork.of), None)


def _fork(scenario: Scenario, run: Run) -> dict[str, Any]:
    """What a run continues, as ``rollout`` takes it; empty for one that begins at the start."""
    trunk = _trunk(scenario, run)
    if trunk is None or run.fork is None:
        return {}
    optimizer, hyper = _nested(trunk)
    found: dict[str, Any] = {"optimizer": optimizer, "hyper": hyper, "at": run.fork.at, "carried": run.fork.carried}
    if trunk.schedule[0] != "constant":
        found["schedule"] = trunk.schedule
    if trunk.fork:
        found["fork"] = _fork(scenario, trunk)
    return found


def _named(named: Named) -> str:
    """A slug with its values, as an argument."""
    slug, values = named
    return f'("{slug}", {literal(values)})'


def _library(scenario: Scenario, run: Run, card: Card, library: str, language: str) -> str:
    """The library's own optimizer."""
    rates = _rates(scenario, run, library)
    values = {name: repr(value) for name, value in run.hyper.items()}
    if rates and library == "optax":
        values["lr"] = "lambda t: rates[t]"
    expression = getattr(card, library).format(**values)
    expression = re.sub(rf"^{re.escape(NO_DECAY)}(.*)\)$", r"\1", expression)
    frame = templates.torch if library == "torch" else templates.optax
    return frame(_parts(scenario, run, "torch" if library == "torch" else "jnp", rates, [], language), expression)


def _loop(scenario: Scenario, run: Run, card: Card, library: str, missing: list[str], language: str) -> str:
    """A plain loop of the card's statements; NumPy has no gradients, so JAX takes them."""
    title, name = OPTIMIZERS[run.optimizer].title, LIBRARIES[library]
    first = Text(
        f"{name} has no {title} of exactly this form: this is a plain loop in NumPy.",
        f"{name} 没有形式完全相同的 {title.zh}\uff1a这是用 NumPy 写的普通循环。",
    )
    if card.written:
        what = named(run.hyper).text
        first = Text(f"{what} A plain loop in NumPy.", f"{what.zh}这是用 NumPy 写的普通循环。")
    if missing:
        dials = ", ".join(missing)
        first = Text(
            f"{name}'s {title} has no {dials}: this is a plain loop in NumPy.",
            f"{name} 的 {title.zh} 没有 {dials}\uff1a这是用 NumPy 写的普通循环。",
        )
    if run.wrappers:
        around = Text(
            " and ".join(WRAPPERS[slug].title for slug in run.wrappers),
            "、".join(WRAPPERS[slug].title.zh for slug in run.wrappers),
        )
        first = Text(
            f"{around} around {title}: this is a plain loop in NumPy.",
            f"{around.zh} 包住 {title.zh}\uff1a这是用 NumPy 写的普通循环。",
        )
    parts = _parts(scenario, run, "jnp", _rates(scenario, run, ""), [first], language)
    before, step, values = _statements(run, card)
    dials = "\n".join(f"{name} = {literal(value)}" for name, value in values.items())
    return templates.loop(parts, dials, before, step)


def _module(scenario: Scenario, run: Run, card: Card, language: str) -> str:
    """An optimizer for PyTorch, written out; as a comment, what it is called."""
    rates = _rates(scenario, run, "torch")
    before, step, values = _statements(run, card)
    given = ", ".join(f"{name}={value!r}" for name, value in values.items())
    own = torch_class(before, step, list(values))
    parts = _parts(scenario, run, "torch", rates, [named(run.hyper).text], language)
    return templates.torch(parts, f"{NAME}([theta], {given})", own)


def _scipy(scenario: Scenario, run: Run, card: Card, library: str, language: str) -> str:
    """SciPy's optimizer, on the surface and its gradient by JAX."""
    title, name = OPTIMIZERS[run.optimizer].title, LIBRARIES[library]
    first = Text(
        f"{name} has no {title} of this form: this is SciPy's. It searches lines its own way: another path, one end.",
        f"{name} 没有这种形式的 {title.zh}\uff1a这里用 SciPy 的。线搜索方式不同\uff1a路径不同\uff0c终点相同。",
    )
    options = {**run.hyper, "maxiter": scenario.steps or 0}
    return templates.scipy(_parts(scenario, run, "jnp", "", [first], language), card.scipy, options)


def _statements(run: Run, card: Card) -> tuple[str, str, dict[str, Any]]:
    """What a loop does before its first step and in each, wrappers around it; and the dials that this names."""
    before, step = card.statements(run.hyper)
    values = {name: value for name, value in run.hyper.items() if re.search(rf"\b{name}\b", f"{before}\n{step}")}
    if card.written:  # its choices are made; np.sign and np.clip are no dials
        values = {name: value for name, value in values.items() if isinstance(value, float)}
    for slug, own in run.wrappers.items():
        outer = WRAPPERS[slug].card
        assert outer is not None
        around = [outer.before, outer.step]
        for name in own:
            if not re.search(rf"\b{name}\b", "".join(around)):
                continue
            called = f"{slug}_{name}" if name in values else name  # RMSProp has an alpha of its own
            around = [re.sub(rf"\b{name}\b", called, text) for text in around]
            values[called] = own[name]
        before, step = "\n".join(filter(None, [before, around[0]])), around[1].replace("{inner}", step.strip("\n"))
    return before, step, values


def _parts(scenario: Scenario, run: Run, module: str, rates: str, first: list[Text], language: str) -> templates.Parts:
    """What every script but the lab's own shares: comments, the surface, the start, the rates."""
    notes = [*first, *_left_out(scenario, run, rates)]
    x, y = scenario.placed_start
    return templates.Parts(
        notes="".join(f"# {note if language == 'en' else note.zh}\n" for note in notes),
        surface=_surface(scenario, module),
        start=f"[{x!r}, {y!r}]",
        steps=scenario.steps or 0,
        rates=rates,
    )


def _surface(scenario: Scenario, module: str) -> str:
    """The statements inside ``loss(theta)``: turned back, the parameters, the formula."""
    body = ["x, y = theta"]
    if any(scenario.shift):
        body.append("x, y = x - {!r}, y - {!r}".format(*scenario.shift))
    if scenario.rotate:
        cos, _, sin, _ = rotation(scenario.rotate)
        if scenario.rotate % 90.0 == 0:  # exact here, and not by way of pi
            body.append(f"cos, sin = {cos!r}, {sin!r}")
        else:
            body.append(f"turned = math.radians({scenario.rotate!r})")
            body.append("cos, sin = math.cos(turned), math.sin(turned)")
        body.append("x, y = cos * x + sin * y, cos * y - sin * x")
    if scenario.stretch != 1.0:
        body.append(f"y = math.sqrt({scenario.stretch!r}) * y")
    numbers = [hyper.name for hyper in scenario.surface.params if hyper.kind not in ("text", "list", "table")]
    body += [f"{name} = {scenario.params[name]!r}" for name in numbers]
    code = scenario.surface.shape(scenario.params).code.strip().replace("{np}", module)
    *before, last = re.split(r"^loss = ", code, flags=re.MULTILINE)
    return "\n".join([*body, "loss = ".join(before) + f"return {last}"])


def _rates(scenario: Scenario, run: Run, library: str) -> str:
    """The schedule's rates as numbers in a string; empty where the rate is constant or the list is no answer."""
    slug, values = run.schedule
    steps = scenario.steps or 0
    if slug == "constant" or (library, run.optimizer) in SCHEDULE_BLIND or not 0 < steps <= LONGEST:
        return ""
    if SCHEDULES[slug].forms[0].react or "lr" not in run.hyper:
        return ""
    rates = schedule(slug, {"lr": run.hyper["lr"], **values}, steps)
    if rates.momentum is not None:
        return ""
    return "\n".join(repr(float(rate)) for rate in rates.lr)


def _left_out(scenario: Scenario, run: Run, rates: str) -> list[Text]:
    """What the page draws and the script does not have, by name."""
    found = []
    trunk = _trunk(scenario, run)
    if trunk is not None and run.fork is not None:
        told = Text(
            f"Left out: {trunk.title} up to step {run.fork.at}, which this run continues; here it begins at the start.",
            f"未写出\uff1a它所接续的 {trunk.title.zh}\uff08到第 {run.fork.at} 步\uff09\uff0c这里从起点开始。",
        )
        found.append(told)
    if run.schedule[0] != "constant" and not rates:
        title = SCHEDULES[run.schedule[0]].title
        found.append(Text(f"Left out: the schedule ({title}).", f"未写出\uff1a学习率调度\uff08{title.zh}\uff09。"))
    if scenario.noise and scenario.noise[0] != "none":
        found.append(Text("Left out: the noise of the gradient.", "未写出\uff1a梯度噪声。"))
    if scenario.smooth:
        found.append(Text("Left out: the smoothing of the surface.", "未写出\uff1a曲面的平滑。"))
    if scenario.surface.bounds:
        found.append(Text("Left out: the projection onto the feasible set.", "未写出\uff1a到可行域的投影。"))
    if run.wrappers.get("lookahead", {}).get("reset_state"):
        found.append(Text("Left out: the reset of the inner state.", "未写出\uff1a内部状态的重置。"))
    return found
