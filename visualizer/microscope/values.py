"""Arithmetic of what a rule's lines hold, float64: numbers, pairs and small matrices.

A number is a float, a vector of two a tuple of floats, anything else an array: for two numbers NumPy takes ten times as
long as Python, and a long run has a hundred thousand of them. Nothing raises: a division by zero and an overflow give
what NumPy gives.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

EPSILON = 2.0**-52
Value = Any  # float, bool, None, tuple[float, float], np.ndarray, or a list of these (L-BFGS' pairs)


def settled(value: Any) -> Value:
    """A value of NumPy's in the form that is used here."""
    array = np.asarray(value, np.float64)
    if array.ndim == 0:
        return float(array)
    return tuple(array.tolist()) if array.shape == (2,) else array


def binary(scalar: Callable[[float, float], float], array: Callable[..., Any]) -> Callable[[Value, Value], Value]:
    """An elementwise operation: ``scalar`` on two floats, ``array`` where that raises or an array takes part."""

    def apply(a: Value, b: Value) -> Value:
        try:
            if type(a) is float:
                if type(b) is float:
                    return scalar(a, b)
                if type(b) is tuple:
                    return scalar(a, b[0]), scalar(a, b[1])
            elif type(a) is tuple:
                if type(b) is float:
                    return scalar(a[0], b), scalar(a[1], b)
                if type(b) is tuple:
                    return scalar(a[0], b[0]), scalar(a[1], b[1])
        except ArithmeticError:
            pass
        return settled(array(np.asarray(a, np.float64), np.asarray(b, np.float64)))

    return apply


def unary(scalar: Callable[[float], float], array: Callable[..., Any]) -> Callable[[Value], Value]:
    """An elementwise function."""

    def apply(a: Value) -> Value:
        try:
            if type(a) is float:
                return scalar(a)
            if type(a) is tuple:
                return scalar(a[0]), scalar(a[1])
        except (ArithmeticError, ValueError):
            pass
        return settled(array(np.asarray(a, np.float64)))

    return apply


def _power(a: float, b: float) -> float:
    found = a**b
    return found if type(found) is float else math.nan  # Python's root of a negative number is complex


def _larger(a: float, b: float) -> float:
    return b if b > a or b != b else a  # a NaN wins, as with NumPy


def _smaller(a: float, b: float) -> float:
    return b if b < a or b != b else a


def _sign(a: float) -> float:
    return 1.0 if a > 0 else -1.0 if a < 0 else a * 0.0


add = binary(operator.add, np.add)
subtract = binary(operator.sub, np.subtract)
multiply = binary(operator.mul, np.multiply)
divide = binary(operator.truediv, np.divide)
power = binary(_power, np.power)
modulo = binary(operator.mod, np.mod)
maximum = binary(_larger, np.maximum)
minimum = binary(_smaller, np.minimum)
negative = unary(operator.neg, np.negative)
root = unary(math.sqrt, np.sqrt)
absolute = unary(abs, np.abs)
sign = unary(_sign, np.sign)


def square(a: Value) -> Value:
    return multiply(a, a)


def matmul(a: Value, b: Value) -> Value:
    if type(a) is tuple and type(b) is tuple:
        return a[0] * b[0] + a[1] * b[1]
    return settled(np.matmul(a, b))


def norm(a: Value) -> float:
    if type(a) is tuple:
        return math.sqrt(a[0] * a[0] + a[1] * a[1])
    return float(np.linalg.norm(a))


def clip(a: Value, low: Value, high: Value) -> Value:
    return minimum(maximum(a, low), high)


def where(condition: Value, yes: Value, no: Value) -> Value:
    return settled(np.where(np.asarray(condition, bool), yes, no))


def outer(a: Value, b: Value) -> Value:
    return np.outer(a, b)


def total(a: Value) -> Value:
    return a[0] + a[1] if type(a) is tuple else settled(np.sum(a))


def mean(a: Value) -> Value:
    return 0.5 * (a[0] + a[1]) if type(a) is tuple else settled(np.mean(a))


def mean_of_rows(a: Value) -> Value:
    return settled(np.mean(a, axis=0))


def largest(a: Value) -> Value:
    return _larger(*a) if type(a) is tuple else settled(np.max(a))


def transposed(a: Value) -> Value:
    return a if type(a) is tuple else np.transpose(a)


def diagonal(a: Value) -> Value:
    return settled(np.diag(a))


def eigenvalues(a: Value) -> Value:
    """Of a symmetric matrix, the lower one first."""
    return settled(np.linalg.eigvalsh(a))


def eigenvectors(a: Value) -> Value:
    """Of a symmetric matrix, as columns."""
    return np.linalg.eigh(a)[1]


def spectral(matrix: Value) -> Value:
    """A symmetric matrix with its eigenvalues replaced by their absolute values, as ``optimizers._plane.absolute``
    reckons it: where one of them vanishes, another order would leave an inverse that there is not.
    """
    (a, b), (_, c) = matrix.tolist()
    determinant, mean, half = a * c - b * b, 0.5 * (a + c), 0.5 * (a - c)
    if not determinant < 0:
        return -matrix if mean < 0 else matrix
    by = math.sqrt(half * half + b * b)
    cross = mean * b / by
    return np.array([[(mean * a - determinant) / by, cross], [cross, (mean * c - determinant) / by]])


def _scaled(matrix: Value) -> tuple[float, float, float, float, float]:
    """The entries of a symmetric matrix over the largest, that, and their determinant."""
    (a, b), (_, c) = matrix.tolist()
    size = max(abs(a), abs(c), abs(b)) or 1.0
    a, b, c = a / size, b / size, c / size
    return a, b, c, size, a * c - b * b


def singular(matrix: Value) -> bool:
    """Whether a symmetric matrix has no inverse, to rounding."""
    a, b, c, _, determinant = _scaled(matrix)
    return not abs(determinant) > 4.0 * EPSILON * (abs(a * c) + b * b)


def solve(matrix: Value, g: Value) -> Value:
    """The inverse of a symmetric matrix times ``g``.

    Cramer's rule in the order of ``optimizers._plane.solve``: at a matrix that is nearly singular another order, or
    LAPACK's elimination, would differ from the recorded step by more than is allowed.
    """
    a, b, c, size, determinant = _scaled(matrix)
    over = settled([c * g[0] - b * g[1], a * g[1] - b * g[0]])
    return divide(divide(over, determinant), size)


def compare(scalar: Callable[[Any, Any], bool], array: Callable[..., Any]) -> Callable[[Value, Value], Value]:
    def apply(a: Value, b: Value) -> Value:
        if type(a) is float and type(b) is float:
            return scalar(a, b)
        return settled(array(a, b))

    return apply
