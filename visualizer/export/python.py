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
from visualizer.export import surface, templates
from visualizer.export.layout import literal
from visualizer.export.module import NAME, torch_class
from visualizer.export.own import own, trunk
from visualizer.export.templates import Script
from visualizer.scenario import Run, Scenario
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


@dataclass(frozen=True)
class Told:
    """What a script is told beside its run: in which language, for how many steps, and the rates of these.

    ``rates``, ``momenta``, ``engine``, ``shaken`` and ``noise`` are those of ``templates.Parts``. Where there are
    ``rates`` that the library would not follow, ``whole`` says that a plain loop takes its place; else they are left
    out. The generator's ``normals(t, 1)`` take the place of what the method draws itself.
    """

    language: str
    steps: int
    rates: str = ""
    momenta: tuple[str, str] = ("", "")
    engine: str = "jax"
    shaken: str = ""
    noise: str = ""
    whole: bool = False


def snippets(scenario: Scenario, run: Run, language: str = "en") -> dict[str, Snippet]:
    """The run as a script for ``descent_lab``, ``torch`` and ``optax``; comments in the page's language.

    A library whose form of the method the card does not know is left out.
    """
    found = {"descent_lab": Snippet(own(scenario, run), "library")}
    told = Told(language, scenario.steps or 0, _rates(scenario, run))
    for library in LIBRARIES:
        if made := pieces(scenario, run, library, told):
            found[library] = Snippet(made[0].code, made[1])
    return found


def pieces(scenario: Scenario, run: Run, library: str, told: Told) -> tuple[Script, str] | None:
    """The run's script for ``torch`` or ``optax``, and its ``Snippet.kind``; None where the card knows no form."""
    card = OPTIMIZERS[run.optimizer].card
    if card is None:
        return None
    missing = None if run.wrappers else missing_dials(run, getattr(card, library))
    scheduled = told.whole and not _follows(run, library, told)
    if missing == [] and not scheduled:
        return _library(scenario, run, card, library, told), "library"
    if card.written and library == "torch" and not run.wrappers and not scheduled:
        return _module(scenario, run, card, told), "module"
    if card.statements(run.hyper)[1]:
        first = _why_a_loop(run, card, library, missing, told)
        return _loop(scenario, run, card, first, told), "loop"
    return (_scipy(scenario, run, card, library, told), "scipy") if card.scipy else None


def _follows(run: Run, library: str, told: Told) -> bool:
    """Whether the library's own optimizer goes by the rates and momenta."""
    return not told.momenta[0] and not (told.rates and (library, run.optimizer) in SCHEDULE_BLIND)


def missing_dials(run: Run, expression: str) -> list[str] | None:
    """The dials that were moved and that a library's form does not have; None where it has no form at all."""
    if not expression:
        return None
    written = {name for _, name, _, _ in Formatter().parse(expression) if name}
    hypers = OPTIMIZERS[run.optimizer].hypers
    moved = [hyper.name for hyper in hypers if run.hyper[hyper.name] != hyper.parse(hyper.default)]
    return [name for name in moved if name not in written]


def _library(scenario: Scenario, run: Run, card: Card, library: str, told: Told) -> Script:
    """The library's own optimizer."""
    parts = _parts(scenario, run, library, [], told, (library, run.optimizer) not in SCHEDULE_BLIND)
    values = {name: repr(value) for name, value in run.hyper.items()}
    if parts.rates and library == "optax":
        values["lr"] = "lambda t: rates[t]"
    expression = getattr(card, library).format(**values)
    expression = re.sub(rf"^{re.escape(NO_DECAY)}(.*)\)$", r"\1", expression)
    return (templates.torch if library == "torch" else templates.optax)(parts, expression)


def _why_a_loop(run: Run, card: Card, library: str, missing: list[str] | None, told: Told) -> Text:
    title, name = OPTIMIZERS[run.optimizer].title, LIBRARIES[library]
    if run.wrappers:
        around = Text(
            " and ".join(WRAPPERS[slug].title for slug in run.wrappers),
            "、".join(WRAPPERS[slug].title.zh for slug in run.wrappers),
        )
        return Text(
            f"{around} around {title}: this is a plain loop in NumPy.",
            f"{around.zh} 包住 {title.zh}\uff1a这是用 NumPy 写的普通循环。",
        )
    if missing:
        dials = ", ".join(missing)
        return Text(
            f"{name}'s {title} has no {dials}: this is a plain loop in NumPy.",
            f"{name} 的 {title.zh} 没有 {dials}\uff1a这是用 NumPy 写的普通循环。",
        )
    if card.written:
        what = named(run.hyper).text
        return Text(f"{what} A plain loop in NumPy.", f"{what.zh}这是用 NumPy 写的普通循环。")
    if missing == [] and told.momenta[0]:
        return Text(
            "The schedule cycles the momentum, too: this is a plain loop in NumPy.",
            "调度也改变动量\uff1a这是用 NumPy 写的普通循环。",
        )
    if missing == []:
        return Text(
            f"{name}'s {title} does not follow this schedule: this is a plain loop in NumPy.",
            f"{name} 的 {title.zh} 不按这一调度走\uff1a这是用 NumPy 写的普通循环。",
        )
    return Text(
        f"{name} has no {title} of exactly this form: this is a plain loop in NumPy.",
        f"{name} 没有形式完全相同的 {title.zh}\uff1a这是用 NumPy 写的普通循环。",
    )


def _loop(scenario: Scenario, run: Run, card: Card, first: Text, told: Told) -> Script:
    """A plain loop of the card's statements; NumPy has no gradients, so another takes them."""
    parts = _parts(scenario, run, told.engine, [first], told)
    before, step, values = _statements(run, card)
    if "rng." in step and told.noise:
        before, step = "", step.replace("rng.standard_normal(2)", "normals(t, 1)")
    if told.momenta[0] and "beta1**t" in step:  # a bias correction is by the product of all that there were
        before, step = (
            f"{before}\npower = 1.0",
            "power = power * beta1\n" + step.strip("\n").replace("beta1**t", "power"),
        )
    dials = "\n".join(f"{name} = {literal(value)}" for name, value in values.items())
    return templates.loop(parts, dials, before, step)


def _module(scenario: Scenario, run: Run, card: Card, told: Told) -> Script:
    """An optimizer for PyTorch, written out; as a comment, what it is called."""
    before, step, values = _statements(run, card)
    given = ", ".join(f"{name}={value!r}" for name, value in values.items())
    written = torch_class(before, step, list(values))
    parts = _parts(scenario, run, "torch", [named(run.hyper).text], told)
    return templates.torch(parts, f"{NAME}([theta], {given})", written)


def _scipy(scenario: Scenario, run: Run, card: Card, library: str, told: Told) -> Script:
    """SciPy's optimizer, on the surface and its gradient."""
    title, name = OPTIMIZERS[run.optimizer].title, LIBRARIES[library]
    first = Text(
        f"{name} has no {title} of this form: this is SciPy's. It searches lines its own way: another path, one end.",
        f"{name} 没有这种形式的 {title.zh}\uff1a这里用 SciPy 的。线搜索方式不同\uff1a路径不同\uff0c终点相同。",
    )
    options = {**run.hyper, "maxiter": told.steps}
    return templates.scipy(_parts(scenario, run, told.engine, [first], told, False), card.scipy, options)


def _statements(run: Run, card: Card) -> tuple[str, str, dict[str, Any]]:
    """What a loop does before its first step and in each, wrappers around it; and the dials that this names."""
    before, step = card.statements(run.hyper)
    values = {name: value for name, value in run.hyper.items() if re.search(rf"\b{name}\b", f"{before}\n{step}")}
    if card.written:  # its choices are made; np.sign and np.clip are no dials
        values = {name: value for name, value in values.items() if isinstance(value, float)}
    for slug, given in run.wrappers.items():
        outer = WRAPPERS[slug].card
        assert outer is not None
        around = [outer.before, outer.step]
        for name in given:
            if not re.search(rf"\b{name}\b", "".join(around)):
                continue
            called = f"{slug}_{name}" if name in values else name  # RMSProp has an alpha of its own
            around = [re.sub(rf"\b{name}\b", called, text) for text in around]
            values[called] = given[name]
        before, step = "\n".join(filter(None, [before, around[0]])), around[1].replace("{inner}", step.strip("\n"))
    return before, step, values


def _parts(
    scenario: Scenario, run: Run, module: str, first: list[Text], told: Told, follows: bool = True
) -> templates.Parts:
    """What every script but the lab's own shares: comments, the surface, the start, the rates (if it ``follows``)."""
    rates = told.rates if follows else ""
    notes = first if told.whole else [*first, *_begun(scenario, run), *left_out(scenario, run, bool(rates))]
    x, y = scenario.placed_start
    # In a race of PyTorch's, plain loops ask for the loss of NumPy's points, too.
    point = "torch.as_tensor(theta)" if told.engine == "torch" else "theta"
    return templates.Parts(
        notes="".join(f"# {note if told.language == 'en' else note.zh}\n" for note in notes),
        surface=surface.statements(scenario, "torch" if module == "torch" else "jnp", point),
        start=f"[{x!r}, {y!r}]",
        steps=told.steps,
        rates=rates,
        momenta=told.momenta,
        engine=told.engine,
        shaken=told.shaken,
        noise=told.noise,
    )


def _rates(scenario: Scenario, run: Run) -> str:
    """The schedule's rates as numbers in a string; empty where the rate is constant or the list is no answer."""
    slug, values = run.schedule
    steps = scenario.steps or 0
    if slug == "constant" or not 0 < steps <= LONGEST:
        return ""
    if SCHEDULES[slug].forms[0].react or "lr" not in run.hyper:
        return ""
    rates = schedule(slug, {"lr": run.hyper["lr"], **values}, steps)
    if rates.momentum is not None:
        return ""
    return "\n".join(repr(float(rate)) for rate in rates.lr)


def _begun(scenario: Scenario, run: Run) -> list[Text]:
    """That a run continues another, of which its script knows nothing."""
    other = trunk(scenario, run)
    if other is None or run.fork is None:
        return []
    told = Text(
        f"Left out: {other.title} up to step {run.fork.at}, which this run continues; here it begins at the start.",
        f"未写出\uff1a它所接续的 {other.title.zh}\uff08到第 {run.fork.at} 步\uff09\uff0c这里从起点开始。",
    )
    return [told]


def left_out(scenario: Scenario, run: Run, scheduled: bool, noisy: bool = False) -> list[Text]:
    """What the page draws and the script does not have, by name; whether it has the schedule and the noise."""
    found = []
    if run.schedule[0] != "constant" and not scheduled:
        title = SCHEDULES[run.schedule[0]].title
        found.append(Text(f"Left out: the schedule ({title}).", f"未写出\uff1a学习率调度\uff08{title.zh}\uff09。"))
    if scenario.noise and scenario.noise[0] != "none" and not noisy:
        found.append(Text("Left out: the noise of the gradient.", "未写出\uff1a梯度噪声。"))
    if scenario.smooth:
        found.append(Text("Left out: the smoothing of the surface.", "未写出\uff1a曲面的平滑。"))
    if scenario.surface.bounds:
        found.append(Text("Left out: the projection onto the feasible set.", "未写出\uff1a到可行域的投影。"))
    if run.wrappers.get("lookahead", {}).get("reset_state"):
        found.append(Text("Left out: the reset of the inner state.", "未写出\uff1a内部状态的重置。"))
    return found
