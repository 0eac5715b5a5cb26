"""What the slots of ``built`` make: which method of the catalogue, and how a method is taken apart into slots.

``TABLE`` is the correspondence. A row says how the slots stand for a method and which value goes where; what it does
not name stands idle. The rest follows: ``built_from`` reads a row from right to left, ``named`` looks for the row that
gives these very slots back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from optimizers import RULES
from optimizers._slots import DEFAULTS, HYPERS, IDLE, settled
from visualizer.spec import HyperError, Text

Given = Mapping[str, Any]
SLUG = "built"
NEAR = 1e-14  # a quotient of two hyperparameters, multiplied back


@dataclass(frozen=True)
class Row:
    """A method, or one setting of its flags, as slots.

    ``slots`` are the choices; ``values`` a slot's number -> the method's name for it; ``flags`` what the method is set
    to. ``back`` makes the method's values of the slots', and ``forth`` the slots' of the method's, where these are not
    the same numbers under other names; ``fits`` says for which of the method's values that can be.
    """

    slug: str
    slots: Given
    values: Mapping[str, str] = field(default_factory=dict)
    flags: Given = field(default_factory=dict)
    forth: Callable[[Given], Given] = lambda h: {}
    back: Callable[[Given], Given] = lambda h: {}
    fits: Callable[[Given], bool] = lambda h: True

    def built(self, hyper: Given) -> dict[str, Any]:
        """The slots for the method's own values, everything idle said."""
        numbers = {slot: hyper[name] for slot, name in self.values.items()}
        return settled({**IDLE, **self.slots, **numbers, "lr": hyper["lr"], **self.forth(hyper)})

    def method(self, hyper: Given) -> dict[str, Any]:
        """The method's values for slots that may or may not be its own; what it cannot take stays at its default."""
        given = {"lr": hyper["lr"], **{name: hyper[slot] for slot, name in self.values.items()}}
        given |= {**self.back(hyper), **self.flags}
        return {own.name: _taken(own, given.get(own.name, own.default)) for own in RULES[self.slug].hypers}


def _taken(own: Any, value: Any) -> Any:
    try:
        return own.parse(value)
    except HyperError:
        return own.parse(own.default)


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _either(slug: str, slots: Given, values: Mapping[str, str]) -> tuple[Row, Row]:
    """A method whose flag couples or decouples its decay."""
    return (
        Row(slug, {**slots, "decay": "coupled"}, {**values, **L}, {"decoupled_weight_decay": False}),
        Row(slug, {**slots, "decay": "decoupled"}, {**values, **L}, {"decoupled_weight_decay": True}),
    )


L = _same("weight_decay")
MU = _same("momentum")
BETAS = {"momentum": "beta1", "beta2": "beta2"}
ADAM = {"phi": "ema", "psi": "ema", "correct_m": True, "correct_v": "moment"}
ADAM_VALUES = {**BETAS, **_same("eps")}
L2, BESIDE = {"decay": "coupled"}, {"decay": "decoupled"}
RMSPROP = {"phi": "heavy_ball", "order": "after", **L2}
RMSPROP_VALUES = {**MU, "beta2": "alpha", **_same("eps"), **L}
PADAM_VALUES = {**ADAM_VALUES, "power": "partial", **L}

# In this order where several fit: the plainest first.
TABLE = (
    Row("sgd", L2, L),
    Row("momentum", {"phi": "heavy_ball", **L2}, {**MU, **_same("dampening"), **L}),
    Row("nesterov", {"phi": "nesterov", **L2}, {**MU, **L}),
    *_either("qhm", {"phi": "qh"}, {**MU, **_same("nu")}),
    Row("sgdw", {"phi": "heavy_ball", **BESIDE}, {**MU, **_same("dampening"), **L}, {"nesterov": False}),
    Row("sgdw", {"phi": "nesterov", **BESIDE}, {**MU, **_same("dampening"), **L}, {"nesterov": True}),
    # lr_decay is a schedule, 1/(1 + gamma (t - 1)), and has no slot.
    Row("adagrad", {"psi": "sum", **L2}, {**_same("initial_accumulator_value", "eps"), **L}, {"lr_decay": 0.0}),
    Row("rmsprop", {**RMSPROP, "psi": "ema"}, RMSPROP_VALUES, {"centered": False}),
    Row("rmsprop", {**RMSPROP, "psi": "centered"}, RMSPROP_VALUES, {"centered": True}),
    Row("adam", ADAM, ADAM_VALUES),
    Row("adam_nobias", {"phi": "ema", "psi": "ema"}, ADAM_VALUES),
    Row("adamw", {**ADAM, **BESIDE}, {**ADAM_VALUES, **L}, {"amsgrad": False}),
    Row("adam_l2", {**ADAM, **L2}, {**ADAM_VALUES, **L}),
    Row("amsgrad", {**ADAM, "psi": "max", **L2}, {**ADAM_VALUES, **L}),
    Row("adamw", {**ADAM, "psi": "max", **BESIDE}, {**ADAM_VALUES, **L}, {"amsgrad": True}),
    Row("adamax", {"phi": "ema", "psi": "infinity", "correct_m": True, **L2}, {**ADAM_VALUES, **L}),
    *_either("qhadam", {**ADAM, "phi": "qh"}, {**ADAM_VALUES, "nu": "nu1", "nu2": "nu2"}),
    Row("adabelief", {**ADAM, "psi": "belief"}, {**ADAM_VALUES, **_same("eps_root")}),
    Row("padam", {**ADAM, "correct_v": "rate", **L2}, PADAM_VALUES, {"amsgrad": False}),
    Row("padam", {**ADAM, "psi": "max", "correct_v": "rate", **L2}, PADAM_VALUES, {"amsgrad": True}),
    Row("signsgd", {"sign": True}),
    Row("signum", {"phi": "ema", "sign": True, **BESIDE}, {**MU, **L}),
    # beta1 m + (1 - beta1) g of the old m is (1 - nu) g + nu m of the new one, nu = beta1 / beta2.
    Row(
        "lion",
        {"phi": "qh", "sign": True, **BESIDE},
        {"momentum": "beta2", **L},
        forth=lambda h: {"nu": h["beta1"] / h["beta2"] if h["beta2"] else 0.0},
        back=lambda h: {"beta1": float(f"{h['nu'] * h['momentum']:.15g}")},
        fits=lambda h: h["beta2"] > 0.0 and h["beta1"] <= 2.0 * h["beta2"],
    ),
    Row(
        "lars",
        {"phi": "heavy_ball", "trust": "lars", **L2},
        {**MU, **_same("dampening", "trust_coefficient"), **L},
        {"nesterov": False},
    ),
    Row(
        "lars",
        {"phi": "nesterov", "trust": "lars", **L2},
        {**MU, **_same("dampening", "trust_coefficient"), **L},
        {"nesterov": True},
    ),
    Row("lamb", {**ADAM, "trust": "lamb", **BESIDE}, {**ADAM_VALUES, **L}),
)
#: The methods that come apart into slots, for some of their values at least.
APART = {row.slug for row in TABLE}
CHOICES = [hyper.name for hyper in HYPERS if hyper.kind in ("choice", "bool")]
WORDS = {
    "phi": Text("the first moment", "一阶矩"),
    "correct_m": Text("the correction of the first moment", "一阶矩的偏差修正"),
    "sign": Text("the sign", "取符号"),
    "psi": Text("the second moment", "二阶矩"),
    "correct_v": Text("the correction of the second moment", "二阶矩的偏差修正"),
    "order": Text("the order", "先后"),
    "decay": Text("the weight decay", "权重衰减"),
    "trust": Text("the trust ratio", "信任比"),
    "clip": Text("the clipping", "裁剪"),
}
PARTS = [name for name in CHOICES if name != "clip"]  # any method may be given clipped gradients


@dataclass(frozen=True)
class Name:
    """What was built. ``slug`` and ``hyper`` are the method of the catalogue that it is, or that it is nearest to.

    ``differs`` names the slots in which it is not that method: none, and it is the method, to rounding; numbers alone
    or clipping, and it is of its family; a part, and the catalogue has none like it. ``also`` are further methods that
    are the same.
    """

    slug: str
    hyper: Given
    differs: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """``exact``, ``family`` or ``none``."""
        parts = [name for name in self.differs if name in PARTS]
        return "none" if parts else "family" if self.differs else "exact"

    @property
    def text(self) -> Text:
        title = RULES[self.slug].title
        parts = [name for name in self.differs if name in CHOICES]
        said = [WORDS.get(name, Text(name, name)) for name in (parts if self.kind == "none" else self.differs)]
        symbols, zh = ", ".join(said), "、".join(one.zh for one in said)
        if self.kind == "exact":
            return Text(f"This is {title}.", f"这就是 {title.zh}。")
        if self.kind == "family":
            return Text(f"This is {title}, but for {symbols}.", f"这是 {title.zh}\uff0c只有{zh}不同。")
        return Text(
            f"No method of this catalogue is put together like this. Nearest is {title}; it differs in {symbols}.",
            f"本目录中没有这样搭建的方法。最接近的是 {title.zh}\uff0c不同之处\uff1a{zh}。",
        )


def canonical(hyper: Given) -> dict[str, Any]:
    """The values as every other way to say the same is written: idle slots at rest, equal forms brought to one.

    Under a schedule that moves the momentum, sign's two equalities end.
    """
    h = settled(hyper)
    mu = h["momentum"]
    if h["phi"] == "qh" and h["nu"] == 1.0:
        h["phi"] = "ema"
    if h["sign"] and not h["dampening"]:
        # Their buffers are averages times 1/(1 - mu), which no sign sees.
        if h["phi"] == "heavy_ball":
            h["phi"] = "ema"
        elif h["phi"] == "nesterov":
            h.update(phi="qh", nu=mu)
    if h["sign"] and h["phi"] == "ema":
        h["correct_m"] = False
    plain = h["phi"] == h["psi"] == "none" and not h["sign"]
    if plain and h["decay"] == "decoupled" and h["trust"] != "lars":
        h["decay"] = "coupled"  # lr (g + lambda theta) either way
    return settled(h)


def differences(one: Given, other: Given) -> tuple[str, ...]:
    """The slots in which two optimizers differ, in the order of the slots."""
    a, b = canonical(one), canonical(other)
    return tuple(name for name in DEFAULTS if not _equal(a[name], b[name]))


def _equal(a: Any, b: Any) -> bool:
    return math.isclose(a, b, rel_tol=NEAR) if isinstance(a, float) else a == b


def named(hyper: Given) -> Name:
    """The method of the catalogue that the slots make, or the nearest: the fewest parts that differ, then numbers."""
    h = canonical(hyper)
    found = []
    for row in TABLE:
        method = row.method(h)
        found.append(Name(row.slug, method, differences(h, row.built(method))))
    best = min(found, key=lambda name: (_weight(name), len(name.differs)))
    same = {name.slug for name in found if not name.differs} - {best.slug} if not best.differs else set()
    return Name(best.slug, best.hyper, best.differs, tuple(slug for slug in RULES if slug in same))


def _weight(name: Name) -> int:
    """How much of it is another method: which way and how far count twice what is said about them."""
    return sum(1 + (slot in ("phi", "psi", "sign", "trust")) for slot in name.differs if slot in PARTS)


def built_from(slug: str, hyper: Given) -> dict[str, Any] | None:
    """The slots that make a run of the catalogue's method, or None where none do.

    What a slot leaves idle stands at its default, so that whoever fills the slot finds something in it.
    """
    rule = RULES[slug]
    whole = {own.name: own.parse(hyper.get(own.name, own.default)) for own in rule.hypers}
    for row in TABLE:
        if row.slug == slug and row.fits(whole) and all(whole[name] == value for name, value in row.flags.items()):
            made = row.built(whole)
            idle = {name: value for name, value in DEFAULTS.items() if settled({**made, name: value}) == made}
            return {**made, **idle}
    return None


def clipped(hyper: Given, g: np.ndarray) -> np.ndarray:
    """The share of each entry that clipping kept, shaped like the recorded gradients ``g (T, 2)``; 1 is not clipped.

    A rollout records the gradient before it is clipped, so this tells every clipped step.
    """
    at, kind = hyper["clip_at"], hyper["clip"]
    if kind == "none":
        return np.ones_like(g)
    size = np.abs(g) if kind == "value" else np.linalg.norm(g, axis=-1, keepdims=True) + np.zeros_like(g)
    return np.where(size > at, at / np.where(size > 0, size, 1.0), 1.0)
