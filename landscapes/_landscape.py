"""What a surface is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from jax import Array

from visualizer.spec import Hyper, Hypers, Source, Text, Values

FAMILIES = {
    "saddle": Text("Saddles", "鞍面"),
    "bowl": Text("Bowls", "碗"),
    "valley": Text("Ravines and valleys", "峡谷"),
    "wells": Text("Several minima", "多个极小值"),
    "many": Text("Very many minima", "极多极小值"),
    "plateau": Text("Plateaus and cliffs", "平台与悬崖"),
    "kink": Text("Kinks", "不可微的尖点"),
    "data": Text("Losses of data", "数据损失"),
    "own": Text("Your own", "自己的曲面"),
}

MINIMUM, SADDLE, MAXIMUM = "minimum", "saddle", "maximum"

Params = Mapping[str, Any]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class StationaryPoint:
    """A certified point where the gradient vanishes: its place, its value, its kind by the Hessian's signs.

    ``best`` marks a global minimum. One that is not ``smooth`` lies on a kink or on the edge of the domain, where no
    gradient vanishes, or the Hessian says nothing there: its value is certified, and that nothing drawn is lower.
    """

    x: tuple[float, float]
    value: float
    kind: str
    best: bool = False
    smooth: bool = True


def minimum(x: float, y: float, value: float = 0.0, best: bool = False, smooth: bool = True) -> StationaryPoint:
    return StationaryPoint((x, y), value, MINIMUM, best, smooth)


def saddle(x: float, y: float, value: float = 0.0) -> StationaryPoint:
    return StationaryPoint((x, y), value, SADDLE)


def maximum(x: float, y: float, value: float = 0.0) -> StationaryPoint:
    return StationaryPoint((x, y), value, MAXIMUM)


class Shape(NamedTuple):
    """What depends on the parameters where the surface is the user's own: see ``Landscape``."""

    formula: str
    code: str
    domain: Box


@dataclass(frozen=True)
class Landscape:
    """A surface as data.

    ``f(theta, h)`` maps theta ``(2, ...lanes)``, or the pair of its rows, to losses ``(...lanes)``, elementwise in the
    lanes; ``h`` holds the parameters by name, traced. ``code`` says the same for a reader: Python statements, the last
    ``loss = ...``, of the numbers ``x`` and ``y`` and the parameters by name, with ``{np}`` for the array module
    (``{np}.cos(x)``) and ``math`` for constants. ``domain`` is the part that is drawn, (x_low, x_high, y_low, y_high);
    f is defined on the whole plane. ``points(params)`` are the certified stationary points for given parameters;
    ``all_minima`` says whether every minimum of the domain is among them, or only the notable ones. ``color_scale`` is
    ``linear`` or ``log`` (of f above its minimum). ``tolerance`` is the loss above the minimum below which a run counts
    as arrived.

    ``smoothed(theta, h)``, where there is a closed form, is f convolved with a Gaussian of standard deviation
    ``h.smooth`` in both coordinates: f itself at 0. Without it the engine sums over nodes. Where it is ``apart``, it is
    dear, or not f to the last digit at 0: there the engine takes f.

    A surface that is a mean over data says so: ``samples(h)`` is their number, ``sample(theta, h, i, shake)`` the loss
    of the i-th (0-based, traced), ``(...lanes)``, with its label shaken by that much. ``bounds`` is the feasible set, a
    box onto which every update is projected. ``matrix`` says that the point is the matrix [[x, y], [y, x]], for a rule
    to which that makes a difference. One that is ``timed`` is a sequence of losses of x alone, a datum each: the page
    draws the step upwards, in y's place, and nothing turns, moves or smooths it.

    A surface that its user makes is ``made``: its formula, code and domain are functions of the parameters, and its
    ``points`` are None, for they have to be found. ``shape(params)`` are the three for any surface. ``gradient(theta,
    h)``, where autodiff cannot run backwards through f, is the loss and its gradient.

    The rest is the surface's own race, drawn when it is chosen: ``start``, ``steps``, ``noise`` (slug, values), and
    ``race``, (optimizer slug, values) pairs. ``rates`` gives a learning rate that suits the surface for each kind of
    optimizer: a step per ``gradient``, for a ``velocity`` that accumulates, or of a ``distance``.
    """

    title: Text
    family: str
    order: int
    source: Source
    formula: str
    f: Callable[[Array, Values], Array]
    code: str
    domain: Box
    points: Callable[[Params], tuple[StationaryPoint, ...]] | None
    start: tuple[float, float]
    notes: Text
    race: tuple[tuple[str, Params], ...]
    rates: Params
    params: Hypers = ()
    all_minima: bool = True
    color_scale: str = "linear"
    tolerance: float = 1e-3
    steps: int = 200
    noise: tuple[str, Params] = ("none", MappingProxyType({}))
    gradient: Callable[[Array, Values], tuple[Array, Array]] | None = None
    smoothed: Callable[[Array, Values], Array] | None = None
    apart: bool = False
    samples: Callable[[Values], Any] | None = None
    sample: Callable[[Array, Values, Array, Array], Array] | None = None
    bounds: Box | None = None
    matrix: bool = False
    timed: bool = False
    made: Callable[[Params], Shape] | None = None
    slug: str = ""

    def shape(self, params: Params) -> Shape:
        """The formula, the code and the domain for these parameters."""
        return self.made(params) if self.made else Shape(self.formula, self.code, self.domain)

    @property
    def hypers(self) -> Hypers:
        """The parameters, under the name that every catalogue entry has for its dials."""
        return self.params


def parameter(
    name: str, symbol: str, default: float, low: float, high: float, doc: Text, scale: str = "linear", **limits: float
) -> Hyper:
    """A dial of a surface; ``least`` and ``most`` are its hard limits, the slider's ends if not given."""
    limits = {"least": low, "most": high, **limits}
    return Hyper(name, symbol, default, low, high, scale, doc, **limits)  # type: ignore[arg-type]
