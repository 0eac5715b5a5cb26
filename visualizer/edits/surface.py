"""The edits of the surface: which, how it is made and placed, where the start is, and the noise of its gradients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from landscapes import CATALOGUE as LANDSCAPES
from landscapes._expression import FormulaError
from landscapes.formula import read as read_formula
from landscapes.noise import CATALOGUE as NOISES
from landscapes.painted import MOST_HILLS, NARROWEST, REACH, TALLEST
from visualizer import own
from visualizer.dials import ROTATE, STRETCH, shift_dials, smooth_dial, start_limits, within
from visualizer.edits.parts import Change, Edit, RefusedError, checked, field, slug_of, with_dial
from visualizer.scenario import Run, Scenario
from visualizer.spec import Hyper, Text

FORMULA, PAINTED = LANDSCAPES["formula"], LANDSCAPES["painted"]


def _landscape(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """Another surface, with its own start, steps and noise. A race that was only suggested gives way to the new one."""
    slug = slug_of(LANDSCAPES, edit)
    if slug == scenario.landscape:
        return scenario
    untouched = scenario.runs == Scenario.suggested(scenario.landscape).runs
    there = Scenario.suggested(slug) if untouched else Scenario(slug, runs=scenario.runs, seed=scenario.seed)
    return replace(there, budget=scenario.budget)


def start(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
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


def _stretch(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """The start stays where a start may lie: the less a surface is stretched, the less of it is in the picture."""
    value = checked(STRETCH, edit.get("value"), scenario.stretch, notes)
    assert scenario.start is not None
    return replace(scenario, stretch=value, start=within(scenario.start, start_limits(scenario.domain, value)))


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
    if scenario.landscape != PAINTED.slug:
        raise RefusedError("Only a painted surface has hills to move.", "只有手绘的曲面才有可移动的小山。")
    hills, at, value = list(scenario.params["hills"]), edit.get("at"), edit.get("value")
    known = isinstance(at, int) and not isinstance(at, bool) and 0 <= at < len(hills)
    if at is not None and not known:
        raise RefusedError("That hill is gone.", "这座小山已不在。")
    if value is None:
        if len(hills) == 1:
            raise RefusedError("One hill has to stay.", "至少保留一座小山。")
        del hills[at or 0]
    else:
        x, y, height, width = (float(number) for number in value)
        x, y = scenario.placement.own((x, y))
        x, y = (float(f"{number:.10g}") for number in (x, y))  # what turning back leaves over
        hill = (x, y, min(max(height, -TALLEST), TALLEST), min(max(width, NARROWEST), REACH))
        if known:
            hills[at or 0] = hill
        elif len(hills) >= MOST_HILLS:
            raise RefusedError(f"There is room for {MOST_HILLS} hills.", f"最多 {MOST_HILLS} 座小山。")
        else:
            hills.append(hill)
    return replace(scenario, params={**scenario.params, "hills": tuple(hills)})


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
    assert scenario.start is not None
    moved = within(scenario.start, start_limits(domain, scenario.stretch))
    smooth = min(scenario.smooth, smooth_dial(scenario.surface, domain).most)
    return replace(scenario, params=params, start=moved, smooth=smooth)


def _noise(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    slug = slug_of(NOISES, edit)
    if not NOISES[slug].fits(scenario.surface):
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


SURFACE: dict[str, Change] = {
    "landscape": _landscape,
    "param": _param,
    "rotate": field("rotate", ROTATE),
    "stretch": _stretch,
    "shift": _shift,
    "smooth": _smooth,
    "formula": _formula,
    "fit": _fit,
    "hill": _hill,
    "start": start,
    "noise": _noise,
    "noise_hyper": _noise_hyper,
    "suggested": _suggested,
}
