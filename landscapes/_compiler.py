"""A formula's tree compiled: constants folded, what occurs twice computed once, results kept in few slots."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from landscapes import _machine as machine
from landscapes import _mistakes as mistakes
from landscapes._grammar import Node, fold
from landscapes._machine import CODES, CONSTANTS, RESULT, SLOTS, Program, instruction
from visualizer.spec import Text

EXPONENT = 1000  # the largest constant exponent
PRODUCTS = 32  # whole exponents up to this become products, faster than a power and as exact
LEAVES = {"x": machine.X, "y": machine.Y, "a": machine.A, "b": machine.B, "c": machine.C}
SAME_EITHER_WAY = ("add", "mul", "min", "max")

# What the operations are for numbers, as NumPy has them.
NUMBERS: dict[str, Callable[..., Any]] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "pow": np.power,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "min": np.minimum,
    "max": np.maximum,
    "sigmoid": lambda u: 1.0 / (1.0 + np.exp(-u)),
    "relu": lambda u: np.maximum(u, 0.0),
    **{name: getattr(np, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{name: getattr(np, name) for name in ("exp", "log", "log10", "sqrt", "abs", "sign")},
}


def computed(kind: str, *numbers: float) -> float:
    """An operation on numbers; never raises: 1/0 is infinity, 0/0 and log(-1) are NaN."""
    with np.errstate(all="ignore"):
        return float(NUMBERS[kind](*map(np.float64, numbers)))


class Value(NamedTuple):
    """A number, a name, or an operation on earlier values, given by their places in the list."""

    kind: str
    parts: tuple[int, ...] = ()
    number: float | None = None
    varies: bool = False  # with x or y


class Values:
    """The values that a formula computes, each once; without ``share``, operations that occur twice are two."""

    def __init__(self, share: bool) -> None:
        self.share = share
        self.all: list[Value] = []
        self.known: dict[Any, int] = {}

    def _add(self, key: Any, value: Value) -> int:
        if key not in self.known:
            self.known[key] = len(self.all)
            self.all.append(value)
        return self.known[key]

    def number(self, value: float) -> int:
        return self._add(value.hex(), Value("number", number=value))

    def operation(self, kind: str, *parts: int) -> int:
        numbers = [number for part in parts if (number := self.all[part].number) is not None]
        if len(numbers) == len(parts):
            return self.number(computed("pow" if kind == "pow_number" else kind, *numbers))
        parts = tuple(sorted(parts)) if kind in SAME_EITHER_WAY else parts
        varies = any(self.all[part].varies for part in parts)
        key = (kind, *parts) if self.share else len(self.all)
        return self._add(key, Value(kind, parts, varies=varies))

    def visit(self, node: Node, parts: list[int]) -> int:
        """The place of a node's value, given those of its parts."""
        if node.kind in LEAVES:
            return self._add(node.kind, Value(node.kind, varies=node.kind in "xy"))
        if node.kind in ("number", "pi", "e"):
            return self.number({"pi": math.pi, "e": math.e}.get(node.kind, node.value))
        return self._power(node, *parts) if node.kind == "pow" else self.operation(node.kind, *parts)

    def _power(self, node: Node, base: int, exponent: int) -> int:
        n = self.all[exponent].number
        if n is None:
            if node.parts[0].kind == "e":
                return self.operation("exp", exponent)
            return self.operation("pow" if self.all[exponent].varies else "pow_number", base, exponent)
        if abs(n) > EXPONENT:
            text = Text(f"This exponent is too large: at most {EXPONENT}.", f"这个指数太大\uff1a不能超过 {EXPONENT}。")
            raise mistakes.FormulaError(text, node.parts[1].at, 1)
        whole = n == math.floor(n) and 0 < abs(n) <= PRODUCTS
        if self.all[base].number is not None or not whole:
            return self.number(1.0) if n == 0 else self.operation("pow_number", base, exponent)
        product = self._product(base, int(abs(n)))
        return product if n > 0 else self.operation("div", self.number(1.0), product)

    def _product(self, base: int, n: int) -> int:
        """The n-th power by squaring."""
        if n == 1:
            return base
        half = self._product(base, n // 2)
        square = self.operation("mul", half, half)
        return self.operation("mul", square, base) if n % 2 else square


def compiled(tree: Node, length: int) -> Program:
    """The program of a tree; raises ``FormulaError`` over all ``length`` characters where it does not fit."""
    for share in (True, False):
        values = Values(share)
        root = fold(tree, values.visit)
        program = _scheduled(values.all, root)
        if program and len(program.codes) <= CODES:
            break
    else:
        raise mistakes.too_much(Text("has too many operations", "运算太多"), 0, length)
    if len(program.constants) > CONSTANTS:
        raise mistakes.too_much(Text(f"has more than {CONSTANTS} numbers", f"中的数超过 {CONSTANTS} 个"), 0, length)
    return program


def _scheduled(values: list[Value], root: int) -> Program | None:
    """The instructions for ``root``; None where the slots do not suffice."""
    order = _order(values, root)
    waiting = Counter(part for place in order for part in values[place].parts)
    slots = {place: LEAVES[value.kind] for place, value in enumerate(values) if value.kind in LEAVES}
    free = set(range(RESULT, SLOTS))
    constants: list[float] = []
    codes: list[int] = []

    def slot(place: int) -> tuple[int, int]:
        """Where an operand stands, and its index among the constants."""
        number = values[place].number
        if number is None:
            return slots[place], 0
        if number.hex() not in (known := [constant.hex() for constant in constants]):
            constants.append(number)
            return machine.CONSTANT, len(known)
        return machine.CONSTANT, known.index(number.hex())

    for place in order:
        parts = values[place].parts
        found = [slot(part) for part in parts]
        for part in set(parts):
            waiting[part] -= parts.count(part)
            if not waiting[part] and slots.get(part, 0) >= RESULT:
                free.add(slots[part])
        if not free:
            return None
        slots[place] = min(free)
        free.remove(slots[place])
        (first, k), (second, j) = (*found, (machine.CONSTANT, 0))[:2]
        codes.append(instruction(values[place].kind, first, second, slots[place], k or j))
    if not order:
        codes.append(instruction("move", slot(root)[0], machine.CONSTANT, RESULT))
    return Program(tuple(codes), tuple(constants))


def _order(values: list[Value], root: int) -> list[int]:
    """The operations, each after its parts, the part that needs more slots first (Sethi and Ullman 1970)."""
    needs: list[int] = []
    for value in values:
        own = sorted((needs[part] for part in value.parts), reverse=True)
        needs.append(max((need + i for i, need in enumerate(own)), default=0) or (1 if own else 0))
    order: dict[int, None] = {}
    waiting = [(root, False)]
    while waiting:
        place, ready = waiting.pop()
        if ready:
            order[place] = None
        elif values[place].parts and place not in order:
            waiting.append((place, True))
            waiting += [(part, False) for part in sorted(values[place].parts, key=lambda part: needs[part])]
    return list(order)
