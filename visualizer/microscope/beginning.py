"""Where a fork's own steps begin: what the engine gave it, by the names that the card's statements have for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from optimizers import RULES
from visualizer import race
from visualizer.microscope import values as v
from visualizer.scenario import Run, Scenario
from visualizer.simulate import carry
from visualizer.simulate.job import Job
from visualizer.simulate.rollout import Trajectory
from visualizer.simulate.tables import PLACE

# Fields of the engine's states that the statements call otherwise, the first of these names that they have.
CALLED = {
    "v_max": ("largest",),
    "mu_product": ("product",),
    "projected": ("average",),
    "sign": ("last",),
    "curvature": ("h",),
    "lr_max": ("top",),
    "weight_sum": ("total",),
    "theta": ("theta_old",),
    "g": ("g_old",),
    "failed": ("failed_old",),
    "known": ("known_old",),
    "b": ("m",),  # of the workbench
    "beside": ("largest", "mean"),
}
POWERS = {
    "beta1": ("beta1_power", "powers[0]"),
    "beta2": ("beta2_power", "powers[1]"),
    "beta3": ("powers[2]",),
    "momentum": ("momentum_power",),
}
# NAdam's factor on its momentum, now and after the next step.
FADING, FADING_NEXT = "0.96 ** (t * momentum_decay)", "0.96 ** ((t + 1) * momentum_decay)"


@dataclass(frozen=True)
class Beginning:
    """What a leg of a run begins with at step ``at``.

    ``age`` is the number of updates that the state's own count has had, ``born`` the step at which it began, and
    ``start`` the point there. ``fields`` are the engine's state, those that the fork was given: all else is fresh.
    ``counted`` are the updates of the state that were made, for a rule that passes over some. ``paid`` says whether
    the evaluation of the first point is paid for.
    """

    at: int = 0
    age: int = 0
    born: int = 0
    start: tuple[float, ...] = ()
    fields: dict[str, np.ndarray] = field(default_factory=dict)
    slow: tuple[float, ...] = ()
    counted: int = 0
    paid: bool = False

    def number(self, *names: str) -> float | None:
        """A number of the state by one of its names; None where it is fresh."""
        found = (self.fields[name] for name in names if name in self.fields)
        return next((float(one[0]) for one in found), None)

    def product(self, dial: str) -> float:
        """The running product of a decay rate."""
        found = self.number(*POWERS.get(dial, ()))
        return 1.0 if found is None else found


@dataclass(frozen=True)
class Leg:
    """The steps from ``beginning.at`` up to ``end`` that a run's trajectory owes to ``run``."""

    run: Run
    beginning: Beginning
    end: int


def legs(scenario: Scenario, place: int, trajectory: Trajectory) -> list[Leg]:
    """The legs of a run, in order: those of the runs that it continues, and its own, as far as they made a step."""
    chain = _chain(scenario, place, trajectory)
    steps = max(0, trajectory.n_valid - 1)
    ends = [*(beginning.at for _, beginning in chain[1:]), steps]
    found = [Leg(run, beginning, end) for (run, beginning), end in zip(chain, ends, strict=True)]
    return [leg for leg in found if leg.end > leg.beginning.at] or found[-1:]


def _chain(scenario: Scenario, place: int, trajectory: Trajectory) -> list[tuple[Run, Beginning]]:
    run, trunk = scenario.runs[place], scenario.trunk(place)
    if run.fork is None or trunk is None:
        return [(run, Beginning(start=tuple(trajectory.theta[0].tolist())))]
    job = race.begun(scenario, place)
    above = [one for one in _chain(scenario, trunk, trajectory) if one[1].at <= job.first]
    return [*above, (run, _begun(run, job, *above[-1], trajectory))]


def _begun(run: Run, job: Job, of: Run, before: Beginning, trajectory: Trajectory) -> Beginning:
    """The beginning of a fork, whose job is as the program took it, of a run with a beginning of its own."""
    assert run.fork
    at = job.first
    place, fields = _given(job)
    same = run.fork.carried and carry.same(of.optimizer, of.hyper, run.optimizer, run.hyper)
    aged = _aged(of, before, at)
    numbers = {name.rpartition(".")[2]: value for name, value in fields.items()}
    found = Beginning(
        at,
        age=aged if same else 0,
        born=before.born if same else at,
        start=job.numbers[:2],
        fields=numbers,
        slow=tuple(place["theta" if np.isnan(place["slow"]).any() else "slow"].tolist()),
        paid=same and at > 0,
    )
    counted = int(np.count_nonzero(trajectory.info.rate[at - found.age : at].any(axis=1)))
    if same:
        return replace(found, counted=counted)
    count = found.number("t")
    if count is not None:
        return replace(found, age=int(count))
    # Where the state holds no count, one that explains its products, or that it has begun, is as good as any.
    if found.number("begun") == 1.0:
        return replace(found, age=max(aged, 1))
    return replace(found, age=aged) if fields and _explains(run, found, aged) else found


def _given(job: Job) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The numbers of ``tables.PLACE``, and the fields of the state that are not fresh."""
    place, at = {}, 0
    for name, width in PLACE.items():
        place[name] = np.array(job.place[at : at + width])
        at += width
    fields = {}
    for name, size in carry.fields(job.rule):
        value = np.array(job.place[at : at + size])
        at += size
        if value.size and not np.isnan(value).any():
            fields[name] = value
    return place, fields


def _aged(run: Run, beginning: Beginning, at: int) -> int:
    """How many updates a leg's state has had at a later step, since it was made or Lookahead last made it anew."""
    around = run.wrappers.get("lookahead")
    if around and around["reset_state"]:
        last = at - at % int(around["k"])
        if last > beginning.at:
            return at - last
    return beginning.age + at - beginning.at


def _explains(run: Run, beginning: Beginning, age: int) -> bool:
    """Whether a rule asks for its count in powers alone, and these are what the products that it was given are."""
    card = RULES[run.optimizer].card
    assert card is not None
    step = card.told or card.statements(run.hyper)[1]
    powers = set(re.findall(r"\b(\w+)\*\*t\b", step))
    if FADING in step:
        step = step.replace(FADING, "").replace(FADING_NEXT, "")
        if not is_faded(beginning, run, age):
            return False
    others = re.sub(r"\b\w+\*\*t\b", "", step)
    return bool(powers) and not re.search(r"\bt\b", others) and all(is_power(beginning, run, p, age) for p in powers)


def is_power(beginning: Beginning, run: Run, dial: str, count: float) -> bool:
    """Whether a running product is the dial to the power of the count: no more than rounding lies between them."""
    return _same(beginning.product(dial), run.hyper[dial] ** count, count)


def is_faded(beginning: Beginning, run: Run, count: float) -> bool:
    """Whether NAdam's factor is what its dial makes of the count."""
    return _same(beginning.number("fade") or 1.0, 0.96 ** (count * run.hyper["momentum_decay"]), count)


def is_due(beginning: Beginning, run: Run) -> bool:
    """Whether Sophia's next look at the Hessian is when the count says."""
    return (beginning.number("left") or 0.0) == -beginning.age % run.hyper["update_interval"]


def _same(one: float, other: float, count: float) -> bool:
    return bool(np.isclose(one, other, rtol=1e-14 + count * v.EPSILON, atol=0.0))


def seeded(run: Run, beginning: Beginning, fresh: dict[str, Any]) -> dict[str, Any]:
    """The state of the statements, of which ``fresh`` is what it is without a past."""
    found: dict[str, Any] = {name: beginning.product(name[6:]) for name in fresh if name.startswith("faded_")}
    if "since" in fresh:
        found["since"] = float(beginning.age)
    if beginning.slow and "slow" in fresh:
        found["slow"] = beginning.slow
    for name, value in beginning.fields.items():
        called = next((one for one in (name, *CALLED.get(name, ())) if one in fresh), None)
        if name == "" and len(fresh.keys() - {"slow", "since"}) == 1:
            (called,) = fresh.keys() - {"slow", "since"}
        if called and np.shape(fresh[called] if fresh[called] is not None else value) in (value.shape, ()):
            found[called] = v.settled(value) if value.size > 1 else float(value[0])
    found |= SPECIAL.get(run.optimizer, lambda run, beginning: {})(run, beginning)
    if "n" in fresh and beginning.counted and isinstance(fresh["n"], float):
        found["n"] = float(beginning.counted)
    return found


def _none_yet(*names: str) -> Any:
    """Of a rule that knows nothing of a step before until it has begun."""
    return lambda run, one: {} if one.number("begun") == 1.0 else dict.fromkeys(names)


def _matrix(run: Run, one: Beginning) -> dict[str, Any]:
    found = [one.number(name) for name in ("xx", "xy", "xy", "yy")]
    return {} if None in found else {"B": np.array(found, np.float64).reshape(2, 2)}


def _pairs(run: Run, one: Beginning) -> dict[str, Any]:
    if "r" not in one.fields:
        return {}
    many = min(int(np.count_nonzero(one.fields["r"])), int(run.hyper["maxcor"]))
    return {f"{name}_old": list(map(tuple, one.fields[name].reshape(-1, 2)[:many].tolist())) for name in ("s", "y")}


def _velocities(run: Run, one: Beginning) -> dict[str, Any]:
    rows = [one.fields[name] for name in sorted(one.fields) if name.startswith("[")]
    return {"b": np.array(rows[: len(run.hyper["betas"])])} if rows else {}


SPECIAL: dict[str, Any] = {
    "adan": _none_yet("g_old"),
    "barzilai_borwein": _none_yet("theta_old", "g_old"),
    "bfgs": _matrix,
    "lbfgs": _pairs,
    "nonlinear_cg": lambda run, one: {"p": tuple((-one.fields["m"]).tolist())} if "m" in one.fields else {},
    "aggmo": _velocities,
    "swats": lambda run, one: {"ratio": one.number("ratio") or None},
}
