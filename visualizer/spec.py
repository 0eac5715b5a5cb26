"""The vocabulary that optimizers, landscapes, schedules and noise models describe themselves in.

Standard library only: every other module may import this one, and this one imports none of them.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

SCALES = ("linear", "log", "log0", "log1m")
KINDS = ("float", "int", "bool", "choice", "list", "table", "text")


class Text(str):
    """A sentence in English (the string itself) and in Simplified Chinese (``.zh``)."""

    zh: str

    def __new__(cls, en: str, zh: str) -> Text:
        text = super().__new__(cls, en)
        text.zh = zh
        return text

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.zh

    def pair(self) -> list[str]:
        """``[english, chinese]``, as the browser takes it."""
        return [str(self), self.zh]


@dataclass(frozen=True)
class Source:
    """Where a method or a surface comes from: citation, year, arXiv id, place in it ("Algorithm 1")."""

    citation: str
    year: int
    arxiv: str = ""
    place: str = ""


class HyperError(ValueError):
    """A value that a hyperparameter cannot take; ``text`` says why in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass(frozen=True)
class Codec:
    """What a text means to the compiled program: ``parse`` gives its canonical form, or raises ``ValueError`` with a
    ``text`` that says why; ``encode`` gives the ``width`` numbers that stand for it.
    """

    parse: Callable[[Any], str]
    encode: Callable[[str], list[float]]
    width: int


@dataclass(frozen=True)
class Hyper:
    """One dial: a hyperparameter of an optimizer, a schedule, a noise model, or a parameter of a surface.

    From it follow the slider (``low`` to ``high`` on ``scale``), the symbol in formulas, the key in links and the
    row of numbers that the compiled program reads. ``least`` and ``most`` are the hard limits, inclusive, of what
    may be typed; the slider covers the part that teaches. ``kind``:

    - ``float``, ``int``, ``bool``;
    - ``choice``: one of ``choices``, encoded as its index; a reader is shown its place in ``titles``, if there are any;
    - ``list``: ``shortest`` to ``length`` floats, encoded as ``length`` numbers and a count;
    - ``table``: at most ``length`` mappings with the keys ``fields``, or their values, encoded row by row, and a count;
    - ``text``: what ``codec`` understands.

    ``null`` is the number that stands for ``None`` in the compiled program; a hyperparameter with a ``null`` is
    nullable. Scales: ``linear``; ``log``; ``log0``, logarithmic with an exact zero at the left end; ``log1m``, which
    moves log10(1 - value), the natural variable of a decay rate such as beta.
    """

    name: str
    symbol: str
    default: Any
    low: float = 0.0
    high: float = 1.0
    scale: str = "linear"
    doc: Text = Text("", "")  # noqa: RUF009  (a Text is immutable)
    kind: str = "float"
    choices: tuple[str, ...] = ()
    titles: tuple[Text, ...] = ()
    length: int = 1
    shortest: int = 1
    fields: tuple[str, ...] = ()
    null: float | None = None
    least: float = -math.inf
    most: float = math.inf
    codec: Codec | None = None

    def __post_init__(self) -> None:
        if self.scale not in SCALES or self.kind not in KINDS:
            raise ValueError(f"{self.name}: unknown scale {self.scale!r} or kind {self.kind!r}")
        self.parse(self.default)

    @property
    def nullable(self) -> bool:
        return self.null is not None

    @property
    def width(self) -> int:
        """How many numbers of the compiled program's row this hyperparameter takes."""
        if self.codec:
            return self.codec.width
        return {"list": self.length, "table": self.length * len(self.fields)}.get(self.kind, 0) + 1

    def parse(self, value: Any) -> Any:
        """The value in its own type, checked against the hard limits; raises ``HyperError`` with a sentence."""
        if value is None or (isinstance(value, str) and value == "none" and self.nullable):
            if self.nullable:
                return None
            raise self._wrong(value)
        if self.codec:
            return self._parse_text(self.codec, value)
        if self.kind == "bool":
            return self._parse_bool(value)
        if self.kind == "choice":
            if value not in self.choices:
                raise self._wrong(value, ", ".join(self.choices))
            return value
        if self.kind == "list":
            listed = isinstance(value, Sequence) and not isinstance(value, str)
            if not (listed and self.shortest <= len(value) <= self.length):
                many = str(self.length) if self.shortest == self.length else f"{self.shortest}..{self.length}"
                raise self._wrong(value, many)
            return tuple(self._parse_number(entry) for entry in value)
        if self.kind == "table":
            return self._parse_table(value)
        return self._parse_number(value)

    def _parse_table(self, value: Any) -> tuple[tuple[float, ...], ...]:
        rows = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
        listed = [[row.get(name) for name in self.fields] if isinstance(row, Mapping) else row for row in rows]
        whole = all(isinstance(row, list | tuple) and len(row) == len(self.fields) for row in listed)
        known = all(set(row) == set(self.fields) for row in rows if isinstance(row, Mapping))
        if not (0 < len(rows) <= self.length and whole and known):
            raise self._wrong(value, f"1..{self.length} x {{{', '.join(self.fields)}}}")
        return tuple(tuple(self._parse_number(entry) for entry in row) for row in listed)

    def _parse_text(self, codec: Codec, value: Any) -> str:
        try:
            return codec.parse(value)
        except ValueError as error:
            raise HyperError(getattr(error, "text", self._wrong(value).text)) from error

    def _parse_bool(self, value: Any) -> bool:
        if value in (True, 1, "1", "true"):
            return True
        if value in (False, 0, "0", "false"):
            return False
        raise self._wrong(value, "true, false")

    def _parse_number(self, value: Any) -> float | int:
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            raise self._wrong(value) from None
        possible = self.least <= number <= self.most and math.isfinite(number) and not isinstance(value, bool)
        if not possible or (self.kind == "int" and number != math.floor(number)):
            raise self._wrong(value, f"{self.least:.10g} .. {self.most:.10g}")
        return int(number) if self.kind == "int" else number

    def _wrong(self, value: Any, allowed: str = "") -> HyperError:
        shown = repr(value)[:40]
        more_en = f" (allowed: {allowed})" if allowed else ""
        more_zh = f"（允许：{allowed}）" if allowed else ""
        return HyperError(Text(f"{self.name} cannot be {shown}{more_en}", f"{self.name} 不能取 {shown}{more_zh}"))

    def encode(self, value: Any) -> list[float]:
        """The numbers that the compiled program reads for a parsed ``value``; ``width`` of them."""
        if value is None:
            assert self.null is not None
            return [self.null] * self.width
        if self.codec:
            return self.codec.encode(value)
        if self.kind == "choice":
            return [float(self.choices.index(value))]
        if self.kind == "list":
            return [*map(float, value), *[0.0] * (self.length - len(value)), float(len(value))]
        if self.kind == "table":
            numbers = [float(entry) for row in value for entry in row]
            return [*numbers, *[0.0] * (self.width - 1 - len(numbers)), float(len(value))]
        return [float(value)]

    def decode(self, row: Any, at: int) -> Any:
        """What a rule sees: a traced number, or for a list or table ``(numbers, count)``; ``row[at]`` is the first."""
        if self.codec:
            return row[at : at + self.width]
        if self.kind in ("list", "table"):
            return row[at : at + self.width - 1], row[at + self.width - 1]
        return row[at]


Hypers = tuple[Hyper, ...]


def look_up(catalogue: Mapping[str, Any], slug: str, what: str) -> Any:
    """The catalogue's entry, or a ``ValueError`` naming the unknown slug and the known ones."""
    if slug not in catalogue:
        raise ValueError(f"no {what} {slug!r}; there are {', '.join(catalogue)}")
    return catalogue[slug]


def complete(hypers: Hypers, given: Mapping[str, Any], owner: str) -> dict[str, Any]:
    """Every hyperparameter of ``hypers``, parsed: those ``given``, the rest at their defaults.

    Raises ``ValueError`` naming an unknown name and the known ones, or the value that was impossible.
    """
    known = [hyper.name for hyper in hypers]
    for name in given:
        if name not in known:
            raise ValueError(f"{owner} has no hyperparameter {name!r}; it has {', '.join(known) or 'none'}")
    return {hyper.name: hyper.parse(given.get(hyper.name, hyper.default)) for hyper in hypers}


def encode(hypers: Hypers, values: Mapping[str, Any], width: int = 0) -> list[float]:
    """The row of numbers that stands for ``values`` in the compiled program, padded with zeros to ``width``."""
    row = [number for hyper in hypers for number in hyper.encode(values[hyper.name])]
    return row + [0.0] * (width - len(row))


def decode(hypers: Hypers, row: Any) -> Values:
    """The named view of a row: what an update rule takes as ``h``. ``row`` has shape ``(width, ...lanes)``."""
    values, at = {}, 0
    for hyper in hypers:
        values[hyper.name] = hyper.decode(row, at)
        at += hyper.width
    return Values(values)


class Values(dict[str, Any]):
    """Hyperparameters by name, readable as attributes: ``h.lr``."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def row_width(catalogue: Mapping[str, Any]) -> int:
    """How many numbers the hungriest entry of a catalogue needs; at least one."""
    return max(1, *(sum(hyper.width for hyper in entry.hypers) for entry in catalogue.values()))


def collect(package: str, path: Sequence[str]) -> dict[str, Any]:
    """Slug -> constant, for every public module of ``package``: the file's name is the slug.

    Each module holds exactly one constant with a ``slug`` field of its own (``ADAM = Optimizer(...)`` in ``adam.py``);
    the field is filled in here. Order: by the constant's ``order``, then by slug. This is the only magic there is.
    """
    found = {}
    for info in pkgutil.iter_modules(list(path)):
        if info.name.startswith("_") or info.ispkg:
            continue
        module = importlib.import_module(f"{package}.{info.name}")
        constant = getattr(module, info.name.upper(), None)
        if constant is None:
            raise ImportError(f"{module.__name__} has no constant {info.name.upper()}")
        found[info.name] = replace(constant, slug=info.name)
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))
