"""What a run takes over from the one that it continues.

From the same optimizer, whatever its dials are now: everything. What a state only keeps of its dials (RAdam's rho,
AdaBound's base rate) follows the new ones; running products such as beta1^t go on with the new factor, as the average
does that they correct (PyTorch takes the new beta to the power of t).

From another optimizer: what means the same in both, as the tables below say, and all else begins afresh. An average of
gradients m and a velocity b are the same sum of fading gradients, times 1 - beta and times 1 - dampening: one is turned
into the other with the decay rate of the run that gathered it (where a schedule cycles that rate, the dial's). A sum
that comes without a running product, from a method that corrects no bias, counts as complete: its product is 0. At step
0 nothing has been gathered, so nothing is taken over.

Not carried: the state of an optimizer begins as at step 0, its counters and corrections too, at this point.

Either way the point, the evaluations and the step go on, and so does a schedule that watches the loss, with what it
remembers, if it is still the same schedule: its rate is as much below the base rate as it was. Lookahead's slow weights
are part of the state.

What an optimizer that its user built has gathered depends on its slots (``holds``): where they are others in the fork,
it is another optimizer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jax
import numpy as np

from optimizers._frame import Optimizer
from optimizers._slots import settled
from optimizers.schedules import FORMS
from optimizers.schedules.reduce_on_plateau import react as plateau
from visualizer.simulate.job import Job
from visualizer.simulate.states import leaves_of
from visualizer.simulate.tables import PLACE, WIDTHS
from visualizer.spec import Text, decode

# What a state may hold that means the same elsewhere.
MEAN, VELOCITY, SQUARES, LARGEST = "mean", "velocity", "squares", "largest"
FIRST_PRODUCT, SECOND_PRODUCT, BEGUN = "product of beta1", "product of beta2", "begun"
FADE, BOUND, AVERAGE = "fade", "bound", "average"

TITLES = {
    MEAN: Text("the average of the gradients", "梯度的滑动平均"),
    VELOCITY: Text("the velocity", "速度"),
    SQUARES: Text("the average of their squares", "梯度平方的滑动平均"),
    LARGEST: Text("its running maximum", "它的历史最大值"),
    FADE: Text("the momentum's own schedule", "动量自身的调度"),
    BOUND: Text("how far the bounds have closed", "上下界收拢的程度"),
    AVERAGE: Text("the base iterate and the weights of the average", "基点和平均的权重"),
}
EVERYTHING = Text("the whole state", "全部状态")
SLOW = Text("Lookahead's slow weights", "Lookahead 的慢权重")

_MEAN = {"m": MEAN, "beta1_power": FIRST_PRODUCT}
_SQUARES = {"v": SQUARES, "beta2_power": SECOND_PRODUCT}
_ADAM = _MEAN | _SQUARES
_LARGEST = {"v_max": LARGEST}
_AVERAGE = {f"average.{name}": AVERAGE for name in ("z", "t", "lr_max", "weight_sum")}
_VELOCITY = {"b": VELOCITY, "begun": BEGUN}
_BUILT = "built"
_BUILT_MEAN = {"b": MEAN, "momentum_power": FIRST_PRODUCT}
_BUILT_FIRST = {"ema": _BUILT_MEAN, "qh": _BUILT_MEAN, "heavy_ball": _VELOCITY, "nesterov": _VELOCITY}
_NADAM = {"m": MEAN, "mu_product": FIRST_PRODUCT, **_SQUARES, "fade": FADE}

#: By optimizer: the fields of its state that mean something elsewhere. Adam's are found inside its relatives' states.
HOLDS: Mapping[str, Mapping[str, str]] = {
    **dict.fromkeys(("adam", "adam_nobias", "adam_l2", "adamod", "qhadam", "lamb", "radam"), _ADAM),
    **dict.fromkeys(("adamw", "amsgrad", "padam", "swats"), _ADAM | _LARGEST),
    **dict.fromkeys(("adabound", "amsbound"), _ADAM | _LARGEST | {"t": BOUND}),
    **dict.fromkeys(("adabelief", "yogi", "adamax"), _MEAN),  # their V are no averages of squares
    **dict.fromkeys(("nadam", "nadamw"), _NADAM),
    "adan": {"m": MEAN, "powers[0]": FIRST_PRODUCT},
    "sophia": {"m": MEAN},
    **{slug: {"": MEAN} for slug in ("signum", "lion", "muon", "qhm")},
    **dict.fromkeys(("momentum", "sgdw"), _VELOCITY),
    "nesterov": {"": VELOCITY},
    **{slug: {"v": SQUARES} for slug in ("rmsprop", "adadelta")},
    "dadapt_adam": _SQUARES,
    "schedulefree_sgd": {name.removeprefix("average."): AVERAGE for name in _AVERAGE},
    "schedulefree_adamw": _SQUARES | _AVERAGE,
}


def holds(slug: str, hyper: Mapping[str, Any]) -> Mapping[str, str]:
    """``HOLDS``, also of a built optimizer, whose slots say what its buffers are.

    A buffer of gradients that were divided first, or that LARS has made longer or shorter, means nothing elsewhere; nor
    does a sum of squares, a fading maximum, or a surprise.
    """
    if slug != _BUILT:
        return HOLDS.get(slug, {})
    slots = settled(hyper)
    found: dict[str, str] = {}
    if slots["order"] != "after" and slots["trust"] != "lars":
        found |= _BUILT_FIRST.get(slots["phi"], {})
        if slots["psi"] == "belief" and found.get("b") == MEAN:
            found["beside"] = MEAN  # what a gradient surprises is this very average
    if slots["psi"] in ("ema", "max", "centered"):
        found |= _SQUARES
    return found | ({"beside": LARGEST} if slots["psi"] == "max" else {})


def same(slug: str, hyper: Mapping[str, Any], other: str, others: Mapping[str, Any]) -> bool:
    """Whether a state means the same in both throughout."""
    if slug != other or slug != _BUILT:
        return slug == other
    one, two = settled(hyper), settled(others)
    return (_buffer(one), one["psi"]) == (_buffer(two), two["psi"])


def _buffer(slots: Mapping[str, Any]) -> tuple[str, ...]:
    """What b is a sum of."""
    kind = {"qh": "ema", "nesterov": "heavy_ball"}.get(slots["phi"], slots["phi"])
    return (kind,) if kind == "none" else (kind, slots["order"], str(slots["trust"] == "lars"))


#: Where V's running product counts something else besides, V begins afresh with it.
ANEW = {"radam": (SQUARES, SECOND_PRODUCT), "swats": (SQUARES, SECOND_PRODUCT, LARGEST)}
#: The decay rate of the first moment, where it is not ``momentum`` or ``beta1``.
RATE = {"lion": "beta2"}
#: What a state only keeps of its dials.
DIALS = {
    "radam": ("rho_inf", "limit"),
    **dict.fromkeys(("nadam", "nadamw"), ("fade_factor",)),
    "prodigy": ("beta3",),
    "dadapt_adam": ("q",),
    **dict.fromkeys(("rprop", "adabound", "amsbound"), ("lr",)),
}


def over(of: Job, place: tuple[float, ...], job: Job, at: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Where a fork begins: the point for which its fresh state is made, and the numbers of ``tables.PLACE``.

    ``of`` is the run that it continues, as the program took it, and ``place`` where that is at step ``at``.
    """
    assert job.fork
    parts, from_ = {}, 0
    for name, width in PLACE.items():
        parts[name] = np.array(place[from_ : from_ + width])
        from_ += width
    state = np.array(place[from_:])
    alike, carried = same(of.rule.slug, _dials(of), job.rule.slug, _dials(job)), job.fork.carried
    if not (carried and of.part("lookahead")[0] > 0 and job.part("lookahead")[0] > 0):
        parts["slow"][:] = np.nan
    parts["memory"] = _memory(of, parts["memory"], job)
    if not carried:
        state[:] = np.nan
    elif alike:
        state = _with(job.rule, state, lambda name, value: np.nan if name in DIALS.get(job.rule.slug, ()) else value)
    else:
        state = _converted(of, state, job, at)
    # A state that a wrapper resets begins again where the state that is carried began.
    start = of.numbers[:2] if alike and carried else tuple(parts["theta"].tolist())
    return start, tuple(np.concatenate([*parts.values(), state]).tolist())


def kept(
    of: str, optimizer: str, lookahead: bool = False, hypers: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {})
) -> list[Text]:
    """What an optimizer takes over from another when its state is carried, in words: empty if nothing.

    ``lookahead`` says whether Lookahead is around both; ``hypers`` are the values of both, of which the slots matter.
    """
    slow = [SLOW] if lookahead else []
    if same(of, hypers[0], optimizer, hypers[1]):
        return [EVERYTHING, *slow]
    given = set(holds(of, hypers[0]).values())
    if given & {MEAN, VELOCITY}:
        given |= {MEAN, VELOCITY}
    taken = set(holds(optimizer, hypers[1]).values()) & given - set(ANEW.get(optimizer, ()))
    return [*(TITLES[what] for what in TITLES if what in taken), *slow]


def _memory(of: Job, memory: np.ndarray, job: Job) -> np.ndarray:
    """What a schedule that watches the loss remembers: its own, or nothing if it is another."""
    form = job.index("schedule")
    if of.index("schedule") != form:
        return np.full_like(memory, np.nan)
    before, now = of.part("schedule")[0], job.part("schedule")[0]
    if FORMS[form].react is plateau and before != now:  # the rate itself is remembered, not its share
        memory[0] = memory[0] * now / before if before else now
    return memory


def fields(rule: Optimizer) -> list[tuple[str, int]]:
    """The fields of a state in the order in which it is ravelled, and how many numbers each takes."""
    leaves, tree = leaves_of(rule, jax.ShapeDtypeStruct((2,), np.float64), WIDTHS["hyper"])
    named, _ = jax.tree_util.tree_flatten_with_path(jax.tree.unflatten(tree, leaves))
    return [(jax.tree_util.keystr(path).lstrip("."), leaf.size) for path, leaf in named]


def _with(rule: Optimizer, state: np.ndarray, value: Callable[[str, np.ndarray], Any]) -> np.ndarray:
    """A ravelled state of a rule with what ``value`` makes of each field."""
    state, at = state.copy(), 0
    for name, size in fields(rule):
        state[at : at + size] = value(name, state[at : at + size])
        at += size
    return state


def _dials(job: Job) -> dict[str, Any]:
    """The values of a job's optimizer, a choice by its name."""
    hypers = job.rule.hypers
    values = decode(hypers, job.part("hyper"))
    return {
        hyper.name: hyper.choices[int(values[hyper.name])] if hyper.kind == "choice" else values[hyper.name]
        for hyper in hypers
    }


def _meanings(job: Job) -> Callable[[str], str | None]:
    """What a field means elsewhere; those of Adam inside a relative's state go by their own names."""
    held = holds(job.rule.slug, _dials(job))
    return lambda name: held.get(name, held.get(name.rpartition(".")[2]))


def _converted(of: Job, state: np.ndarray, job: Job, at: int) -> np.ndarray:
    """The state of another optimizer as the fork's own, NaN for what begins afresh."""
    found: dict[str, Any] = {}
    given, taken = _meanings(of), _meanings(job)

    def gather(name: str, value: np.ndarray) -> np.ndarray:
        what = given(name)
        if what and at:
            found[name.rpartition(".")[2] if what == AVERAGE else what] = value.copy()
        return value

    _with(of.rule, state, gather)
    for what, product in ((MEAN, FIRST_PRODUCT), (SQUARES, SECOND_PRODUCT)):
        if what in found:
            found.setdefault(product, 0.0)
    _first_moment(of, job, found)
    for what in ANEW.get(job.rule.slug, ()):
        found.pop(what, None)

    def take(name: str, _: np.ndarray) -> Any:
        what = taken(name)
        return found.get(name.rpartition(".")[2] if what == AVERAGE else str(what), np.nan)

    size = sum(size for _, size in fields(job.rule))
    return _with(job.rule, np.full(size, np.nan), take)


def _first_moment(of: Job, job: Job, found: dict[str, Any]) -> None:
    """Adds the average to a velocity that was found, and the other way round."""
    if MEAN not in found and VELOCITY not in found:
        return
    dials, own = _dials(of), _dials(job)
    decay = dials[RATE.get(of.rule.slug, of.rule.momentum_name or "")]
    if MEAN in found:
        total = found[MEAN] / (1.0 - decay)
    else:
        share = 1.0 - dials.get("dampening", 0.0) if decay else 1.0
        if not share:  # of a velocity that takes in nothing new, no average is known
            del found[VELOCITY]
            return
        total = found[VELOCITY] / share
        found[MEAN] = (1.0 - decay) * total
        found.setdefault(FIRST_PRODUCT, 0.0)
    found[VELOCITY] = (1.0 - own.get("dampening", 0.0)) * total
    found[BEGUN] = 1.0
