"""What a user can do to a study: pure functions of a study and an edit that is not trusted, as ``visualizer.edits``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from optimizers import RULES, WRAPPERS
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer.edits import wrapping
from visualizer.edits.opening import parameters
from visualizer.edits.parts import Edit, RefusedError, checked, slug_of, with_dial
from visualizer.edits.session import LANGUAGES, UNDO_DEPTH, same_gesture
from visualizer.networks.data import CATALOGUE
from visualizer.networks.data._data import MOST
from visualizer.networks.link import CAN_LEARN, read
from visualizer.networks.study import LEARN, MOST_RUNS, RATES, SHAPE, STEPS, Learner, Study, data_dials
from visualizer.networks.views import CATALOGUE as VIEWS
from visualizer.scenario import Run
from visualizer.spec import Text

Change = Callable[[Study, Edit, list[Text]], Study]
DRAGGED = {
    "data",
    "shape",
    "steps",
    "learn",
    "learn_all",
    "run_hyper",
    "schedule_hyper",
    "wrapper_hyper",
    "view_option",
}


@dataclass(frozen=True)
class Desk:
    """One visitor's study, what can be undone, and what is to be said; see ``edits.Session``."""

    study: Study
    opened: Study
    undo: tuple[Study, ...] = ()
    redo: tuple[Study, ...] = ()
    lang: str = "en"
    lang_chosen: bool = False
    first: bool = False
    problems: tuple[Text, ...] = ()
    ack: int = 0
    gesture: tuple[Any, ...] = ()
    gesture_time: float = float("-inf")


def apply(desk: Desk, edit: Any, now: float) -> Desk:
    """The desk after an edit, whatever the edit holds. ``now`` is a clock in seconds."""
    if not isinstance(edit, Mapping):
        return desk
    seq, op = edit.get("seq"), edit.get("op")
    if isinstance(seq, int) and not isinstance(seq, bool):
        desk = replace(desk, ack=seq)
    if not isinstance(op, str):
        return desk
    if op in LOOKS:
        return LOOKS[op](desk, edit)
    if op not in CHANGES:
        return desk
    notes: list[Text] = []
    try:
        changed = CHANGES[op](desk.study, edit, notes)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        text = getattr(error, "text", None) or Text(f"That change is not possible: {error}", f"无法这样修改：{error}")
        return replace(desk, problems=(text,))
    gesture = (op, edit.get("run"), edit.get("name"), edit.get("gesture"))
    return remember(replace(desk, problems=tuple(notes), first=False), changed, gesture, now)


def remember(desk: Desk, changed: Study, gesture: tuple[Any, ...], now: float) -> Desk:
    """The desk with a changed study, which can be undone; a drag is undone as a whole."""
    if changed == desk.study:
        return desk
    known = desk.gesture, desk.gesture_time
    going_on = gesture[0] in DRAGGED and same_gesture(*known, gesture, now) and desk.undo
    undo = desk.undo if going_on else (*desk.undo, desk.study)[-UNDO_DEPTH:]
    return replace(desk, study=changed, undo=undo, redo=(), gesture=gesture, gesture_time=now)


# ---- the study -------------------------------------------------------------------------------------------------------


def _dataset(study: Study, edit: Edit, notes: list[Text]) -> Study:
    """Other data, as its own page shows them first; the networks and how they learn stay."""
    slug = slug_of(CATALOGUE, edit)
    return study if slug == study.dataset else replace(study, dataset=slug, data={})


def _data(study: Study, edit: Edit, notes: list[Text]) -> Study:
    return replace(study, data=with_dial(data_dials(study.entry).hypers, edit, study.data, notes))


def _shape(study: Study, edit: Edit, notes: list[Text]) -> Study:
    return replace(study, shape=with_dial(SHAPE.hypers, edit, study.shape, notes))


def _steps(study: Study, edit: Edit, notes: list[Text]) -> Study:
    return replace(study, steps=checked(STEPS, edit.get("value"), study.steps, notes))


def _view(study: Study, edit: Edit, notes: list[Text]) -> Study:
    """Another view, with the dials that it has at first."""
    slug = slug_of(VIEWS, edit)
    return study if slug == study.view[0] else replace(study, view=(slug, {}))


def _view_option(study: Study, edit: Edit, notes: list[Text]) -> Study:
    slug, values = study.view
    return replace(study, view=(slug, with_dial(VIEWS[slug].hypers, edit, values, notes)))


def _stability(study: Study, edit: Edit, notes: list[Text]) -> Study:
    """Gradient descent that rises to its edge of stability and stays, in the place of the learner that is looked at;
    beside it the same with batches of 8, which stays below. Others are hidden.

    Of seeds 0 to 3, shares of 2 / lr at the start were 0.23 to 0.30, medians of the second half 0.91 to 1.02; of seeds
    0 to 2 those with batches of 8 were 0.40 to 0.44.
    """
    others = [replace(one, run=replace(one.run, visible=False)) for one in study.learners]
    shown = replace(study, dataset="spirals", data={}, shape={"activation": "tanh"}, steps=1000, learners=tuple(others))
    place, run = study.place, Run("sgd", {"lr": 0.4})
    if place is None:
        shown, place = _beside(shown, 0, Learner(run, {"batch": MOST})), 0
    else:
        own = Learner(replace(run, color=study.looked), {"batch": MOST})
        shown = replace(shown, learners=(*others[:place], own, *others[place + 1 :]))
    both = _beside(shown, place + 1, Learner(run, {"batch": 8}))
    return replace(both, view=("sharpness", {}))


def _suggested(study: Study, edit: Edit, notes: list[Text]) -> Study:
    return replace(Study.suggested(study.dataset), view=study.view)


# ---- its learners ----------------------------------------------------------------------------------------------------


def fresh(slug: str) -> Run:
    """A newcomer, at a rate that suits such networks: a rule, or a wrapper with a rule inside."""
    wrappers: dict[str, dict[str, Any]] = {slug: {}} if slug in WRAPPERS else {}
    inner = wrapping.INSIDE.get(slug, wrapping.ANYTHING) if wrappers else slug
    rate = RATES.get(RULES[inner].units)
    return Run(inner, {} if rate is None else {"lr": rate}, wrappers=wrappers)


def _place(study: Study, edit: Edit) -> int:
    place = edit.get("run")
    if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(study.learners):
        raise RefusedError("That network is gone.", "该网络已不在。")
    return place


def _beside(study: Study, place: int, learner: Learner) -> Study:
    """One more learner at this place, shown, in a color of its own."""
    if len(study.learners) >= MOST_RUNS:
        raise RefusedError(f"At most {MOST_RUNS} networks learn at a time.", f"最多同时训练 {MOST_RUNS} 个网络。")
    used = {one.run.color for one in study.learners}
    color = next(color for color in range(MOST_RUNS) if color not in used)
    added = replace(learner, run=replace(learner.run, color=color, visible=True))
    return replace(study, learners=(*study.learners[:place], added, *study.learners[place:]))


def _add(study: Study, edit: Edit, notes: list[Text]) -> Study:
    return _beside(study, len(study.learners), Learner(fresh(slug_of({**CAN_LEARN, **WRAPPERS}, edit))))


def _duplicate(study: Study, edit: Edit, notes: list[Text]) -> Study:
    place = _place(study, edit)
    return _beside(study, place + 1, study.learners[place])


def _remove(study: Study, edit: Edit, notes: list[Text]) -> Study:
    place = _place(study, edit)
    return replace(study, learners=study.learners[:place] + study.learners[place + 1 :])


def _of_learner(change: Callable[[Learner, Edit, list[Text]], Learner]) -> Change:
    def changed(study: Study, edit: Edit, notes: list[Text]) -> Study:
        place, learners = _place(study, edit), list(study.learners)
        learners[place] = change(learners[place], edit, notes)
        return replace(study, learners=tuple(learners))

    return changed


def _of_run(change: Callable[[Run, Edit, list[Text]], Run]) -> Change:
    return _of_learner(lambda one, edit, notes: replace(one, run=change(one.run, edit, notes)))


def _optimizer(run: Run, edit: Edit, notes: list[Text]) -> Run:
    """Another rule, at its own rate; the schedule and what is around it stay."""
    new = fresh(slug_of(CAN_LEARN, edit))
    return run if new.optimizer == run.optimizer else replace(run, optimizer=new.optimizer, hyper=new.hyper)


def _hyper(run: Run, edit: Edit, notes: list[Text]) -> Run:
    return replace(run, hyper=with_dial(RULES[run.optimizer].hypers, edit, run.hyper, notes))


def _schedule(run: Run, edit: Edit, notes: list[Text]) -> Run:
    slug = slug_of(SCHEDULES, edit)
    return run if slug == run.schedule[0] else replace(run, schedule=(slug, {}))


def _schedule_hyper(run: Run, edit: Edit, notes: list[Text]) -> Run:
    slug, values = run.schedule
    return replace(run, schedule=(slug, with_dial(SCHEDULES[slug].hypers, edit, values, notes)))


def _learn(learner: Learner, edit: Edit, notes: list[Text]) -> Learner:
    return replace(learner, learn=with_dial(LEARN.hypers, edit, learner.learn, notes))


def _learn_all(study: Study, edit: Edit, notes: list[Text]) -> Study:
    """One dial of how they learn, for every network; a value that is mended is said once."""
    told: list[Text] = []
    learners = tuple(_learn(one, edit, told) for one in study.learners)
    notes.extend(dict.fromkeys(told))
    return replace(study, learners=learners)


def _open(study: Study, edit: Edit, notes: list[Text]) -> Study:
    """The study of the link ``value``, whatever was there."""
    found, problems = read(parameters(edit.get("value")))
    notes.extend(problems)
    return found


CHANGES: dict[str, Change] = {
    "open": _open,
    "dataset": _dataset,
    "data": _data,
    "shape": _shape,
    "steps": _steps,
    "suggested": _suggested,
    "stability": _stability,
    "view": _view,
    "view_option": _view_option,
    "run_add": _add,
    "run_duplicate": _duplicate,
    "run_remove": _remove,
    "learn": _of_learner(_learn),
    "learn_all": _learn_all,
    "run_optimizer": _of_run(_optimizer),
    "run_hyper": _of_run(_hyper),
    "run_visible": _of_run(lambda run, edit, notes: replace(run, visible=bool(edit.get("value")))),
    "run_schedule": _of_run(_schedule),
    "schedule_hyper": _of_run(_schedule_hyper),
    "wrapper": _of_run(wrapping.around),
    "wrapper_hyper": _of_run(wrapping.around_hyper),
}


# ---- how it is looked at, and back -----------------------------------------------------------------------------------


def _undo(desk: Desk, edit: Edit) -> Desk:
    if not desk.undo:
        return desk
    *undo, back = desk.undo
    return replace(desk, study=back, undo=tuple(undo), redo=(desk.study, *desk.redo), gesture=(), problems=())


def _redo(desk: Desk, edit: Edit) -> Desk:
    if not desk.redo:
        return desk
    forward, *redo = desk.redo
    return replace(desk, study=forward, undo=(*desk.undo, desk.study), redo=tuple(redo), gesture=(), problems=())


def _lang(desk: Desk, edit: Edit) -> Desk:
    known = edit.get("value") in LANGUAGES
    return replace(desk, lang=edit["value"], lang_chosen=True) if known else desk


def _look(desk: Desk, edit: Edit) -> Desk:
    """Shows what another learner answers: one may look around without anything to undo."""
    value = edit.get("value")
    if not isinstance(value, int) or value not in [one.run.color for one in desk.study.learners]:
        return desk
    return replace(desk, study=replace(desk.study, looked=int(value)), first=False)


LOOKS: dict[str, Callable[[Desk, Edit], Desk]] = {
    "undo": _undo,
    "redo": _redo,
    "reset": lambda desk, edit: replace(remember(desk, desk.opened, ("reset",), 0.0), problems=()),
    "lang": _lang,
    "look": _look,
    "dismiss": lambda desk, edit: replace(desk, problems=()),
}
