"""The machine that runs any typed formula against a program compiled for that formula alone.

Value and slope at a point, 100,000 times in a loop, and on a grid of 161 x 161; they take turns, and are printed as
ratios of medians. Usage: ``python benchmarks/formula.py``.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from landscapes._expression import parse
from landscapes._machine import encode, run
from visualizer.backend import jax

jnp, lax = jax.numpy, jax.lax
STEPS, GRID, ROUNDS = 100_000, 161, 9
START, PARAMS = np.array([-0.4, -0.6]), np.ones(3)
FORMULAS = {
    "Himmelblau": "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    "Ackley": "-20exp(-0.2sqrt((x^2 + y^2)/2)) - exp((cos(2pi*x) + cos(2pi*y))/2) + e + 20",
    "Levy N.13": "sin(3pi*x)^2 + (x - 1)^2*(1 + sin(3pi*y)^2) + (y - 1)^2*(1 + sin(2pi*y)^2)",
}
Surface = Callable[[Any, Any], tuple[Any, Any]]  # the row and theta -> value and slope


def alone(code: str) -> Surface:
    """The formula's own program: its Python differentiated and compiled."""
    source = compile(code.replace("{np}", "jnp"), "formula", "eval")
    scope = {"jnp": jnp, "math": __import__("math")}

    def both(row: Any, theta: Any) -> tuple[Any, Any]:
        value, pull = jax.vjp(lambda at: eval(source, {**scope, "x": at[0], "y": at[1]}), theta)
        return value, pull(jnp.ones_like(value))[0]

    return both


def looped(surface: Surface) -> Callable[[Any], Any]:
    def program(row: Any) -> Any:
        def step(i: Any, state: Any) -> Any:
            theta, total = state
            value, slope = surface(row, theta)
            theta = theta - 1e-4 * slope
            return jnp.where(jnp.abs(theta) > 4.0, 1.0, theta), total + value

        return lax.fori_loop(jnp.int32(0), jnp.int32(STEPS), step, (jnp.asarray(START), 0.0))

    return jax.jit(program)


def gridded(surface: Surface) -> Callable[[Any], Any]:
    axis = np.linspace(-5.0, 5.0, GRID)
    return jax.jit(lambda row: surface(row, jnp.stack(jnp.meshgrid(axis, axis))))


def seconds(programs: list[Callable[[Any], Any]], row: np.ndarray) -> list[float]:
    """Medians, taken in turns; the first call compiles."""
    times: list[list[float]] = [[] for _ in programs]
    for _ in range(ROUNDS + 1):
        for program, own in zip(programs, times, strict=True):
            began = time.perf_counter()
            jax.block_until_ready(program(row))
            own.append(time.perf_counter() - began)
    return [statistics.median(own[1:]) for own in times]


def main() -> None:
    print(f"{'formula':12} {'operations':>10} {'machine':>24} {'of its own':>12} {'ratio':>7}")
    for name, text in FORMULAS.items():
        made = parse(text)
        row, operations = np.array(encode(made.program)), len(made.program.codes)
        surfaces = [lambda row, theta: run(row, theta, PARAMS), alone(made.code)]
        ours, own = seconds([looped(surface) for surface in surfaces], row)
        each = ours / STEPS * 1e9
        print(f"{name:12} {operations:10} {each:9.0f} ns, {each / operations:4.1f} each", end="")
        print(f" {own / STEPS * 1e9:9.0f} ns {ours / own:7.1f}")
        ours, own = seconds([gridded(surface) for surface in surfaces], row)
        print(f"{'  on a grid':12} {'':10} {ours * 1e3:21.2f} ms {own * 1e3:9.2f} ms {ours / own:7.1f}")


if __name__ == "__main__":
    main()
