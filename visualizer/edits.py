"""What a user can do to a scenario: each edit is a pure function, and a session keeps what can be undone.

Edits come from the browser and are not trusted: a value that is impossible is answered by a sentence, and the scenario
stays as it was or takes the nearest possible value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from landscapes import CATALOGUE as LANDSCAPES
from landscapes._expression import LENGTH, FormulaError
from landscapes.formula import read as read_formula
from landscapes.noise import CATALOGUE as NOISES
from landscapes.painted import MOST_HILLS, NARROWEST, REACH, TALLEST
from optimizers import CATALOGUE
from optimizers import RULES as OPTIMIZERS
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer import own, wrapping
from visualizer.edit_parts import (
    Change,
    Edit,
    RefusedError,
    checked,
    free_color,
    of_run,
    place_of,
    require_room,
    slug_of,
    suited,
    with_dial,
)
from visualizer.scenario import (
    BUDGET,
    ROTATE,
    SEED,
    STEPS,
    STRETCH,
    TOLERANCE,
    Run,
    Scenario,
    bare,
    can_be_wrapped,
    shift_dials,
    smooth_dial,
    start_limits,
)
from visualizer.spec import Hyper, Text

CURVES = ("loss", "gradient", "rate", "momentum", "effective", "step")
LANGUAGES = ("en", "zh")
PLACING = ("rotate", "stretch", "shift")
FORMULA, PAINTED = LANDSCAPES["formula"], LANDSCAPES["painted"]
UNDO_DEPTH = 100
ONE_GESTURE = 1.5  # seconds: edits of the same dial closer together than this are undone together, e.g. by arrow keys
DRAGGED = {
    *("formula", "hill", "param", "rotate", "stretch", "shift", "smooth", "start", "steps", "seed", "tolerance"),
    *("noise_hyper", "run_hyper", "schedule_hyper", "wrapper_hyper"),
}


@dataclass(frozen=True)
class Session:
    """One visitor: the scenario, what can be undone, how it is looked at, and what is to be said.

    ``drawing`` asks for the drawing of a made surface's formula; ``typed`` is one that was typed just now. ``carried``
    says whether the start moves along when the surface is placed elsewhere, ``arrows`` whether the gradient field is
    shown; ``inspected`` is the point of the page whose curvature is shown, if any.
    """

    scenario: Scenario
    opened: Scenario
    undo: tuple[Scenario, ...] = ()
    redo: tuple[Scenario, ...] = ()
    curve: str = "loss"
    carried: bool = True
    arrows: bool = False
    inspected: tuple[float, float] | None = None
    lang: str = "en"
    lang_chosen: bool = False
    first: bool = False
    problems: tuple[Text, ...] = ()
    ack: int = 0
    gesture: tuple[Any, ...] = ()
    gesture_time: float = float("-inf")
    grid_sent: str = ""
    drawing: bool = False
    asked: Asked | None = None
    typed: Typed | None = None


@dataclass(frozen=True)
class Typed:
    """A formula as its user typed it, and what is wrong with it, if anything."""

    text: str
    wrong: FormulaError | None = None


@dataclass(frozen=True)
class Asked:
    """The run whose code the page wants to see: the one at ``place``, or (None) the optimizer as it would be added.

    ``run`` is None where there is no such run, or not any more.
    """

    optimizer: str
    place: int | None
    run: Run | None


def apply(session: Session, edit: Any, now: float) -> Session:
    """The session after an edit, whatever the edit holds. ``now`` is a clock in seconds."""
    if not isinstance(edit, Mapping):
        return session
    seq = edit.get("seq")
    if isinstance(seq, int) and not isinstance(seq, bool):
        session = replace(session, ack=seq)
    op = edit.get("op")
    if not isinstance(op, str):
        return session
    if op in VIEWS:
        return VIEWS[op](session, edit)
    if op not in CHANGES:
        return session
    notes: list[Text] = []
    try:
        if op in (*PLACING, "smooth") and session.scenario.surface.timed:
            raise RefusedError("Its second axis is time: it stays as it is.", "第二轴是时间\uff0c只能按原样绘制。")
        changed = CHANGES[op](session.scenario, edit, notes)
        if op in PLACING and not session.carried:
            changed = _start(changed, {"value": session.scenario.placed_start}, notes)
    except FormulaError as wrong:
        return replace(session, typed=Typed(str(edit.get("value"))[: 2 * LENGTH], wrong))
    except RefusedError as refusal:
        return replace(session, problems=(refusal.text,))
    except (ValueError, TypeError, KeyError, IndexError) as error:
        text = getattr(error, "text", None) or Text(f"That change is not possible: {error}", f"无法这样修改：{error}")
        return replace(session, problems=(text,))
    session = replace(session, problems=tuple(notes), first=False, typed=None)
    if op == "formula":
        session = replace(session, typed=Typed(str(edit.get("value"))))
    gesture = (op, edit.get("run"), edit.get("name") or edit.get("at"), edit.get("gesture"))
    return _remember(session, changed, gesture, now)


def _remember(session: Session, changed: Scenario, gesture: tuple[Any, ...], now: float) -> Session:
    if changed == session.scenario:
        return session
    same = gesture[:3] == session.gesture[:3] and gesture[0] in DRAGGED
    one_drag = gesture[3:] == session.gesture[3:] and gesture[3:] != (None,)
    going_on = same and (one_drag or now - session.gesture_time < ONE_GESTURE) and session.undo
    undo = session.undo if going_on else (*session.undo, session.scenario)[-UNDO_DEPTH:]
    return replace(session, scenario=changed, undo=undo, redo=(), gesture=gesture, gesture_time=now)


# ---- how the scenario is looked at -----------------------------------------------------------------------------------


def _undo(session: Session, edit: Edit) -> Session:
    if not session.undo:
        return session
    *undo, back = session.undo
    redo = (session.scenario, *session.redo)
    return replace(session, scenario=back, undo=tuple(undo), redo=redo, gesture=(), first=False, problems=())


def _redo(session: Session, edit: Edit) -> Session:
    if not session.redo:
        return session
    forward, *redo = session.redo
    undo = (*session.undo, session.scenario)
    return replace(session, scenario=forward, undo=undo, redo=tuple(redo), gesture=(), problems=())


def _reset(session: Session, edit: Edit) -> Session:
    return replace(_remember(session, session.opened, ("reset",), 0.0), problems=())


def _curve(session: Session, edit: Edit) -> Session:
    return replace(session, curve=edit["value"]) if edit.get("value") in CURVES else session


def _lang(session: Session, edit: Edit) -> Session:
    known = edit.get("value") in LANGUAGES
    return replace(session, lang=edit["value"], lang_chosen=True) if known else session


def _flag(name: str) -> Callable[[Session, Edit], Session]:
    def change(session: Session, edit: Edit) -> Session:
        changed: dict[str, Any] = {name: bool(edit.get("value"))}
        return replace(session, **changed)

    return change


def _inspect(session: Session, edit: Edit) -> Session:
    """Looks at a point of the page; at none for anything else."""
    value = edit.get("value")
    listed = value if isinstance(value, list | tuple) else ()
    if len(listed) == 2 and all(isinstance(v, int | float) and math.isfinite(v) and abs(v) < 1e9 for v in listed):
        value = listed
        return replace(session, inspected=(float(value[0]), float(value[1])))
    return replace(session, inspected=None)


def _snippets(session: Session, edit: Edit) -> Session:
    """Asks for the code of a run."""
    slug, place = str(edit.get("optimizer"))[:40], edit.get("run")
    run = None
    try:
        if place is None:
            run = wrapping.fresh(session.scenario, slug_of(CATALOGUE, {"value": slug}))
        else:
            place = place_of(session.scenario, edit)
            run = session.scenario.runs[place]
    except (ValueError, TypeError, KeyError, IndexError):
        place = None
    return replace(session, asked=Asked(slug, place, run))


VIEWS: dict[Any, Callable[[Session, Edit], Session]] = {
    "undo": _undo,
    "redo": _redo,
    "reset": _reset,
    "curve": _curve,
    "lang": _lang,
    "carried": _flag("carried"),
    "arrows": _flag("arrows"),
    "inspect": _inspect,
    "snippets": _snippets,
    "need_grid": lambda session, edit: replace(session, grid_sent=""),
    "drawing": lambda session, edit: replace(session, drawing=True),
    "dismiss": lambda session, edit: replace(session, problems=(), first=False),
}


# ---- changes of the scenario -----------------------------------------------------------------------------------------


def _landscape(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """Another surface, with its own start, steps and noise. A race that was only suggested gives way to the new one."""
    slug = slug_of(LANDSCAPES, edit)
    if slug == scenario.landscape:
        return scenario
    untouched = scenario.runs == Scenario.suggested(scenario.landscape).runs
    there = Scenario.suggested(slug) if untouched else Scenario(slug, runs=scenario.runs, seed=scenario.seed)
    return replace(there, budget=scenario.budget)


def _start(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """Places the start at a point of the page."""
    x0, x1, y0, y1 = start_limits(scenario.domain, scenario.stretch)
    value = edit.get("value")
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise RefusedError("A start is two numbers.", "起点需要两个数。")
    old = scenario.placed_start
    page = [checked(Hyper(name, name, 0.0), v, o, notes) for name, v, o in zip("xy", value, old, strict=True)]
    assert scenario.start is not None
    own = (page[0], scenario.start[1]) if scenario.surface.timed else scenario.placement.own(page)
    bounds = (("x", x0, x1), ("y", y0, y1))
    x, y = (
        checked(Hyper(name, name, min(max(0.0, low), high), least=low, most=high), v, s, notes)
        for (name, low, high), v, s in zip(bounds, own, scenario.start, strict=True)
    )
    return replace(scenario, start=(x, y))


def _field(name: str, hyper: Hyper) -> Change:
    def change(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
        return replace(scenario, **{name: checked(hyper, edit.get("value"), getattr(scenario, name), notes)})

    return change


def _stretch(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """The start stays where a start may lie: the less a surface is stretched, the less of it is in the picture."""
    value = checked(STRETCH, edit.get("value"), scenario.stretch, notes)
    x0, x1, y0, y1 = start_limits(scenario.domain, value)
    assert scenario.start is not None
    x, y = scenario.start
    return replace(scenario, stretch=value, start=(min(max(x, x0), x1), min(max(y, y0), y1)))


def _formula(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """Another formula, framed anew; a, b and c keep their values, and a race that somebody chose its optimizers.

    Raises ``FormulaError`` for a text that is none.
    """
    before = scenario if scenario.landscape == FORMULA.slug else Scenario(FORMULA.slug)
    text = read_formula(edit.get("value"))
    if scenario is before and text == scenario.params["formula"]:
        return scenario
    try:
        there = own.suggested(FORMULA.slug, {**before.params, "formula": text})
    except own.UndefinedError:
        told = Text("This formula has no finite value near the origin.", "这个公式在原点附近没有有限的值。")
        raise FormulaError(told, 0, len(str(edit.get("value")))) from None
    return _remade(scenario, there)


def _hill(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """Places the hill number ``at``, or one more, at [x, y, height, width] on the page; takes it away for None."""
    before = scenario if scenario.landscape == PAINTED.slug else Scenario(PAINTED.slug)
    hills, at, value = list(before.params["hills"]), edit.get("at"), edit.get("value")
    known = isinstance(at, int) and not isinstance(at, bool) and 0 <= at < len(hills)
    if at is not None and not known:
        raise RefusedError("That hill is gone.", "这座小山已不在。")
    if value is None:
        if len(hills) == 1:
            raise RefusedError("One hill has to stay.", "至少保留一座小山。")
        del hills[at or 0]
    else:
        x, y, height, width = (float(number) for number in value)
        x, y = before.placement.own((x, y))
        x, y = (float(f"{number:.10g}") for number in (x, y))  # what turning back leaves over
        hill = (x, y, min(max(height, -TALLEST), TALLEST), min(max(width, NARROWEST), REACH))
        if known:
            hills[at or 0] = hill
        elif len(hills) >= MOST_HILLS:
            raise RefusedError(f"There is room for {MOST_HILLS} hills.", f"最多 {MOST_HILLS} 座小山。")
        else:
            hills.append(hill)
    if scenario is before:
        return replace(scenario, params={**scenario.params, "hills": tuple(hills)})
    return _remade(scenario, Scenario.suggested(PAINTED.slug))


def _remade(scenario: Scenario, there: Scenario) -> Scenario:
    """The new surface; with the runs of the race so far, unless they are those that the surface so far suggests."""
    kept = replace(there, seed=scenario.seed, budget=scenario.budget)
    suggested = Scenario.suggested(scenario.landscape).runs
    if _but_for_rates(scenario.runs) == _but_for_rates(suggested):
        return kept
    return replace(kept, runs=scenario.runs)


def _but_for_rates(runs: Sequence[Run]) -> list[Run]:
    return [replace(run, hyper={**run.hyper, "lr": 0.0}) if "lr" in run.hyper else run for run in runs]


def _fit(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """Frames a formula anew, and changes nothing else."""
    if "window" not in scenario.params:
        return scenario
    window = own.framed(scenario.landscape, scenario.params)
    return _param(scenario, {"name": "window", "value": window}, notes)


def _smooth(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    value = checked(smooth_dial(scenario.surface, scenario.domain), edit.get("value"), scenario.smooth, notes)
    return replace(scenario, smooth=value)


def _shift(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """One coordinate of the shift: the edit's name is "shift_x" or "shift_y"."""
    dials = shift_dials(scenario.domain)
    old = {dial.name: value for dial, value in zip(dials, scenario.shift, strict=True)}
    new = with_dial(dials, edit, old, notes)
    return replace(scenario, shift=(new["shift_x"], new["shift_y"]))


def _param(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """A dial of the surface. Where it changes what is drawn, the start stays within it."""
    params = with_dial(scenario.surface.params, edit, scenario.params, notes)
    domain = scenario.surface.shape(params).domain
    if domain == scenario.domain:
        return replace(scenario, params=params)
    x0, x1, y0, y1 = start_limits(domain, scenario.stretch)
    assert scenario.start is not None
    x, y = scenario.start
    smooth = min(scenario.smooth, smooth_dial(scenario.surface, domain).most)
    return replace(scenario, params=params, start=(min(max(x, x0), x1), min(max(y, y0), y1)), smooth=smooth)


def _noise(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    slug = slug_of(NOISES, edit)
    if NOISES[slug].needs_data and scenario.surface.sample is None:
        title = scenario.surface.title
        raise RefusedError(f"{title} is no mean over data.", f"{title.zh}不是数据损失的平均。")
    return scenario if scenario.noise and scenario.noise[0] == slug else replace(scenario, noise=(slug, {}))


def _noise_hyper(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    assert scenario.noise is not None
    slug, values = scenario.noise
    return replace(scenario, noise=(slug, with_dial(NOISES[slug].hypers, edit, values, notes)))


def _suggested(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """The surface's own race, on the surface as it is now."""
    if scenario.surface.made:
        try:
            there = own.suggested(scenario.landscape, scenario.params)
        except own.UndefinedError:
            return scenario
        return replace(there, rotate=scenario.rotate, stretch=scenario.stretch, shift=scenario.shift)
    kept = {name: getattr(scenario, name) for name in ("params", "rotate", "stretch", "shift", "smooth")}
    return replace(Scenario.suggested(scenario.landscape), **kept)


# ---- changes of one run ----------------------------------------------------------------------------------------------


def _run_add(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    slug = slug_of(CATALOGUE, edit)
    require_room(scenario)
    run = wrapping.fresh(scenario, slug)
    return replace(scenario, runs=(*scenario.runs, replace(run, color=free_color(scenario))))


def _run_duplicate(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    place = place_of(scenario, edit)
    require_room(scenario)
    twin = replace(scenario.runs[place], color=free_color(scenario), visible=True)
    return replace(scenario, runs=(*scenario.runs[: place + 1], twin, *scenario.runs[place + 1 :]))


def _run_remove(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    place = place_of(scenario, edit)
    return replace(scenario, runs=(*scenario.runs[:place], *scenario.runs[place + 1 :]))


def _run_optimizer(scenario: Scenario, run: Run, edit: Edit, notes: list[Text]) -> Run:
    slug = slug_of(OPTIMIZERS, edit)
    if slug == run.optimizer:
        return run
    if run.wrappers and not can_be_wrapped(slug):
        notes.append(bare(slug))
        run = replace(run, wrappers={})
    return replace(run, optimizer=slug, hyper=suited(scenario, slug))


def _run_hyper(scenario: Scenario, run: Run, edit: Edit, notes: list[Text]) -> Run:
    return replace(run, hyper=with_dial(OPTIMIZERS[run.optimizer].hypers, edit, run.hyper, notes))


def _run_reset(scenario: Scenario, run: Run, edit: Edit, notes: list[Text]) -> Run:
    """One dial, or all of them, back to what a fresh run on this surface has."""
    fresh = Run(run.optimizer, suited(scenario, run.optimizer)).hyper
    name = edit.get("name")
    if name is None:
        plain: dict[str, dict[str, Any]] = {
            slug: {} for slug in run.wrappers
        }  # what is around a run is what it is; only its dials go back
        return replace(run, hyper=fresh, schedule=("constant", {}), wrappers=plain)
    return replace(run, hyper={**run.hyper, name: fresh[name]})


def _run_visible(scenario: Scenario, run: Run, edit: Edit, notes: list[Text]) -> Run:
    return replace(run, visible=bool(edit.get("value")))


def _run_schedule(scenario: Scenario, run: Run, edit: Edit, notes: list[Text]) -> Run:
    slug = slug_of(SCHEDULES, edit)
    return run if slug == run.schedule[0] else replace(run, schedule=(slug, {}))


def _schedule_hyper(scenario: Scenario, run: Run, edit: Edit, notes: list[Text]) -> Run:
    slug, values = run.schedule
    return replace(run, schedule=(slug, with_dial(SCHEDULES[slug].hypers, edit, values, notes)))


CHANGES: dict[Any, Change] = {
    "landscape": _landscape,
    "param": _param,
    "rotate": _field("rotate", ROTATE),
    "stretch": _stretch,
    "formula": _formula,
    "fit": _fit,
    "hill": _hill,
    "shift": _shift,
    "smooth": _smooth,
    "start": _start,
    "steps": _field("steps", STEPS),
    "seed": _field("seed", SEED),
    "tolerance": _field("tolerance", TOLERANCE),
    "budget": _field("budget", BUDGET),
    "log": lambda scenario, edit, notes: replace(scenario, log=bool(edit.get("value"))),
    "noise": _noise,
    "noise_hyper": _noise_hyper,
    "suggested": _suggested,
    "run_add": _run_add,
    "run_duplicate": _run_duplicate,
    "run_remove": _run_remove,
    "run_optimizer": of_run(_run_optimizer),
    "run_hyper": of_run(_run_hyper),
    "run_reset": of_run(_run_reset),
    "run_visible": of_run(_run_visible),
    "run_schedule": of_run(_run_schedule),
    "schedule_hyper": of_run(_schedule_hyper),
    "wrapper": of_run(wrapping.wrapper),
    "wrapper_hyper": of_run(wrapping.wrapper_hyper),
    "twin": wrapping.twin,
}
