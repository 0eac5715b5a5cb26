"""One compiled machine that runs any typed formula, its value and its slope: no formula ever compiles anything.

It computes with dual numbers: (value, d/dx, d/dy). Its memory has a few slots, first what a formula is made of, then
room for results. An instruction says which operation, the slots of its two operands, and the slot of its result, so
that a formula takes as many instructions as it has operations: numbers and names cost none.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

CODES, CONSTANTS = 128, 40  # the longest program, and its most constants
WIDTH = 1 + CODES + CONSTANTS
# Slot 0 stands for the instruction's constant; the results' slots follow on the parameters'.
CONSTANT, X, Y, A, B, C, RESULT = range(7)
SLOTS = 16
# An instruction is one number: the operation, two operands, the result's slot, the constant's index.
SHIFTS = (0, 6, 10, 14, 18)
MASKS = (63, 15, 15, 15, 63)


class Program(NamedTuple):
    """A formula compiled: what to do, and the numbers to do it with. The last instruction's slot is ``RESULT``."""

    codes: tuple[int, ...]
    constants: tuple[float, ...]


def instruction(operation: str, first: int, second: int, result: int, constant: int = 0) -> int:
    fields = (NAMES.index(operation), first, second, result, constant)
    return sum(field << shift for field, shift in zip(fields, SHIFTS, strict=True))


def encode(program: Program) -> list[float]:
    """The row of ``WIDTH`` numbers that the machine reads; all zeros is the formula 0."""
    codes, constants = list(map(float, program.codes)), list(program.constants)
    assert len(codes) <= CODES and len(constants) <= CONSTANTS
    return [float(len(codes)), *codes, *[0.0] * (CODES - len(codes)), *constants, *[0.0] * (CONSTANTS - len(constants))]


# The operations: (a, b) -> the value and its derivatives by a and by b, the last only where b is used. At a kink the
# derivative is the mean of both sides', and where it would be infinite although the value is finite, it is 0.
Operation = Callable[[Array, Array], tuple[Array, ...]]


def _where_not(zero: Array, u: Array, value: Callable[[Array], Array]) -> Array:
    """``value(u)``, and 0 where ``zero``, with no NaN in either's derivative."""
    return jnp.where(zero, 0.0, value(jnp.where(zero, 1.0, u)))


def _edge(a: Array) -> Array:
    """1 / sqrt(1 - a^2), and 0 at the ends."""
    left = (1.0 - a) * (1.0 + a)
    return _where_not(left == 0.0, left, lambda u: 1.0 / jnp.sqrt(u))


def _kink(one: Array, other: Array) -> Array:
    """The derivative by ``one`` of the larger of the two."""
    return jnp.where(one == other, 0.5, jnp.where(one > other, 1.0, 0.0))


def _sqrt(a: Array, b: Array) -> tuple[Array, ...]:
    return jnp.sqrt(a), _where_not(a == 0.0, a, lambda u: 0.5 / jnp.sqrt(u))


def _power_of_number(a: Array, b: Array) -> tuple[Array, ...]:
    """The power whose exponent does not depend on x and y."""
    b = lax.stop_gradient(b)
    flat = (b == 0.0) | ((a == 0.0) & (b < 1.0))
    return lax.pow(a, b), _where_not(flat, a, lambda u: b * lax.pow(u, b - 1.0))


def _power(a: Array, b: Array) -> tuple[Array, ...]:
    value, by_base = _power_of_number(a, b)
    return value, by_base, _where_not((a == 0.0) | (value == 0.0), a, lambda u: lax.pow(u, b) * jnp.log(u))


def _exp(a: Array, b: Array) -> tuple[Array, ...]:
    value = jnp.exp(a)
    return value, value


def _tan(a: Array, b: Array) -> tuple[Array, ...]:
    value = jnp.tan(a)
    return value, 1.0 + value * value


def _sigmoid(a: Array, b: Array) -> tuple[Array, ...]:
    value = lax.logistic(a)
    return value, value * lax.logistic(-a)


OPERATIONS: dict[str, Operation] = {
    "move": lambda a, b: (a, jnp.ones_like(a)),
    "add": lambda a, b: (a + b, jnp.ones_like(a), jnp.ones_like(a)),
    "sub": lambda a, b: (a - b, jnp.ones_like(a), -jnp.ones_like(a)),
    "mul": lambda a, b: (a * b, b, a),
    "div": lambda a, b: (a / b, 1.0 / b, -(a / b) / b),
    "neg": lambda a, b: (-a, -jnp.ones_like(a)),
    "pow_number": _power_of_number,
    "pow": _power,
    "sin": lambda a, b: (jnp.sin(a), jnp.cos(a)),
    "cos": lambda a, b: (jnp.cos(a), -jnp.sin(a)),
    "tan": _tan,
    "asin": lambda a, b: (jnp.arcsin(a), _edge(a)),
    "acos": lambda a, b: (jnp.arccos(a), -_edge(a)),
    "atan": lambda a, b: (jnp.arctan(a), 1.0 / (1.0 + a * a)),
    "sinh": lambda a, b: (jnp.sinh(a), jnp.cosh(a)),
    "cosh": lambda a, b: (jnp.cosh(a), jnp.sinh(a)),
    "tanh": lambda a, b: (jnp.tanh(a), 4.0 * lax.logistic(2.0 * a) * lax.logistic(-2.0 * a)),
    "exp": _exp,
    "log": lambda a, b: (jnp.log(a), 1.0 / a),
    "log10": lambda a, b: (jnp.log10(a), 1.0 / (a * math.log(10.0))),
    "sqrt": _sqrt,
    "abs": lambda a, b: (jnp.abs(a), jnp.sign(a)),
    "sign": lambda a, b: (jnp.sign(a), jnp.zeros_like(a)),
    "min": lambda a, b: (jnp.minimum(a, b), _kink(b, a), _kink(a, b)),
    "max": lambda a, b: (jnp.maximum(a, b), _kink(a, b), _kink(b, a)),
    "sigmoid": _sigmoid,
    "relu": lambda a, b: (jnp.maximum(a, 0.0), _kink(a, jnp.zeros_like(a))),
}
NAMES = tuple(OPERATIONS)


def run(row: Array, theta: Array, params: Array) -> tuple[Array, Array]:
    """The formula of ``row`` ``(WIDTH,)`` at theta ``(2, ...lanes)``: value ``(...lanes)``, slope ``(2, ...lanes)``.

    ``params`` are the numbers a, b, c. Everything is traced; ``jax.jvp`` gives the Hessian's columns.
    """
    if theta.ndim > 2:  # by rows, which stay in the processor's cache
        value, slope = lax.map(lambda part: run(row, part, params), jnp.moveaxis(theta, 1, 0))
        return value, jnp.moveaxis(slope, 1, 0)
    lanes = theta.shape[1:]
    zero, one = jnp.zeros((), theta.dtype), jnp.ones((), theta.dtype)
    branches = [_branch(operation) for operation in OPERATIONS.values()]

    def column(*parts: Array) -> Array:
        filled = [jnp.broadcast_to(part, lanes)[None] for part in parts]
        return jnp.concatenate([*filled, jnp.zeros((SLOTS - len(parts), *lanes), theta.dtype)])

    # Three arrays of slots, for values, d/dx and d/dy: one of triples takes a tenth longer.
    start = (column(zero, *theta, *params), column(zero, one), column(zero, zero, one))

    def step(i: Array, memory: tuple[Array, Array, Array]) -> tuple[Array, ...]:
        code = lax.dynamic_index_in_dim(row, i + 1, keepdims=False).astype(jnp.int32)
        operation, p, q, result, k = ((code >> shift) & mask for shift, mask in zip(SHIFTS, MASKS, strict=True))
        constant = lax.dynamic_index_in_dim(row, k + (1 + CODES), keepdims=False)
        a, a_x, a_y = (lax.dynamic_index_in_dim(part, p, keepdims=False) for part in memory)
        b, b_x, b_y = (lax.dynamic_index_in_dim(part, q, keepdims=False) for part in memory)
        a, b = jnp.where(p == CONSTANT, constant, a), jnp.where(q == CONSTANT, constant, b)
        value, by_a, by_b = lax.switch(operation, branches, a, b)
        dx, dy = (_times(by_a, own) + _times(by_b, other) for own, other in ((a_x, b_x), (a_y, b_y)))
        place = (result, *(jnp.int32(0) for _ in lanes))
        made = zip(memory, (value, dx, dy), strict=True)
        return tuple(lax.dynamic_update_slice(part, new[None], place) for part, new in made)

    value, dx, dy = lax.fori_loop(jnp.int32(0), row[0].astype(jnp.int32), step, start)
    return value[RESULT], jnp.stack([dx[RESULT], dy[RESULT]])


def _times(outer: Array, inner: Array) -> Array:
    """The chain rule's product, in which zero times infinity is zero: what does not move is not steep."""
    product = outer * inner
    return jnp.where(jnp.isnan(product) & ((outer == 0.0) | (inner == 0.0)), 0.0, product)


def _branch(operation: Operation) -> Callable[[Array, Array], tuple[Array, Array, Array]]:
    def branch(a: Array, b: Array) -> tuple[Array, Array, Array]:
        value, by_a, *by_b = operation(a, b)
        return value, by_a, by_b[0] if by_b else jnp.zeros_like(a)

    return branch
