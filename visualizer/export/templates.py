"""The frames of the scripts: what is put where.

A script is made in pieces, so that a run can stand by itself, and the runs of a race share what they have in common.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visualizer.export.layout import call, indented, lines, mapping

JAX = ("import jax", "import jax.numpy as jnp")
X64 = 'jax.config.update("jax_enable_x64", True)'
DOUBLE = "torch.set_default_dtype(torch.float64)"
# Optimizers that are told the loss beside the gradient, and those that search along a line.
OPTAX_VALUES = ("polyak_sgd", "lbfgs", "linesearch")


@dataclass(frozen=True)
class Parts:
    """What differs from script to script; ``surface`` is the body of ``loss(theta)``.

    ``rates`` are numbers with space between them, or empty; ``momenta`` the name of a momentum and its numbers.
    ``engine``, ``jax`` or ``torch``, differentiates in a plain loop. ``shaken`` is the operator that joins the gradient
    and ``shake(t)`` of update t, and ``noise`` what defines this; both empty without noise.
    """

    notes: str
    surface: str
    start: str
    steps: int
    rates: str = ""
    momenta: tuple[str, str] = ("", "")
    engine: str = "jax"
    shaken: str = ""
    noise: str = ""

    @property
    def loss(self) -> str:
        return f"def loss(theta):\n{indented(self.surface)}"

    @property
    def calculus(self) -> tuple[str, ...]:
        """``loss(theta)``, and ``gradient(theta)`` of and as NumPy arrays."""
        gradient = _GRADIENTS[self.engine]
        return self.loss, gradient + (f" {self.shaken} shake(t)" if self.shaken else "")

    def script(self, imports: tuple[str, ...], shared: tuple[str, ...], *body: str) -> Script:
        """The pieces put together, with the noise where there is any."""
        more = ("import numpy as np",) if self.noise else ()
        math = "math." in self.surface + self.noise
        shared = (*shared[:1], *(self.noise.split("\n\n\n") if self.noise else ()), *shared[1:])
        made = "\n".join(block for block in body if block)
        return Script(self.notes, math, tuple(sorted({*imports, *more})), shared, made)


@dataclass(frozen=True)
class Script:
    """``shared`` are the definitions that all runs on a surface have in common, ``body`` is a run with its ``path``."""

    notes: str
    math: bool
    imports: tuple[str, ...]
    shared: tuple[str, ...]
    body: str

    @property
    def head(self) -> str:
        """The imports, and that numbers are of double precision."""
        precision = [text for name, text in (("jax", X64), ("torch", DOUBLE)) if f"import {name}" in self.imports]
        return "\n".join([*(["import math", ""] if self.math else []), *self.imports, "", *precision])

    @property
    def code(self) -> str:
        """The script of one run."""
        return self.notes + "\n\n\n".join([self.head, *self.shared, self.body]) + "\n"


def numbers(name: str, values: str, array: str = "{}") -> str:
    """A list as a string of numbers: a formatter would give each its line in a list."""
    made = array.format(f"[float({name[:-1]}) for {name[:-1]} in {name}.split()]")
    return f'{name} = """\n{values}\n"""\n{name} = {made}' if values else ""


def torch(parts: Parts, expression: str, own: str = "") -> Script:
    """``own`` is the class that the expression makes an object of, where the library has none."""
    closure = "LBFGS(" in expression
    step = ["optimizer.zero_grad()", "loss(theta).backward()", "optimizer.step()"]
    if closure:
        step = ["optimizer.step(closure)"]
    elif parts.shaken:
        shake = "torch.from_numpy(shake(t + 1))"
        step.insert(2, f"theta.grad += {shake}" if parts.shaken == "+" else f"theta.grad *= {shake}")
    if parts.rates:
        step = ['optimizer.param_groups[0]["lr"] = rates[t]', *step]
    return parts.script(
        ("import torch",),
        (parts.loss,),
        own and own + "\n\n",
        f"theta = torch.tensor({parts.start}, requires_grad=True)",
        call("optimizer", expression),
        numbers("rates", parts.rates),
        _CLOSURE if closure else "",
        "path = [theta.tolist()]",
        f"for t in range({parts.steps}):",
        indented("\n".join([*step, "path.append(theta.tolist())"])),
    )


_GRADIENTS = {
    "jax": """slope = jax.jit(jax.grad(loss))


def gradient(theta):
    \"""JAX differentiates the surface; the rest is NumPy.\"""
    return np.asarray(slope(theta))""",
    "torch": """def gradient(theta):
    \"""PyTorch differentiates the surface; the rest is NumPy.\"""
    point = torch.tensor(theta, requires_grad=True)
    loss(point).backward()
    return point.grad.numpy()""",
}

_HESSIANS = {
    "jax": """curvature = jax.jit(jax.hessian(loss))


def hessian(theta):
    return np.asarray(curvature(theta))""",
    "torch": """def hessian(theta):
    return torch.autograd.functional.hessian(loss, torch.as_tensor(theta)).numpy()""",
}

_CLOSURE = """

def closure():
    optimizer.zero_grad()
    value = loss(theta)
    value.backward()
    return value

"""


def optax(parts: Parts, expression: str) -> Script:
    shaken = f" {parts.shaken} shaken" if parts.shaken else ""
    gradient = [f"gradient = jax.grad(loss)(theta){shaken}"]
    arguments = "gradient, state, theta"
    if any(name in expression for name in OPTAX_VALUES):
        gradient = ["value, gradient = jax.value_and_grad(loss)(theta)"]
        arguments = "\n    gradient, state, theta, value=value, grad=gradient, value_fn=loss\n"
    body = [
        *gradient,
        f"change, state = optimizer.update({arguments})",
        "return optax.apply_updates(theta, change), state",
    ]
    # Schedule-free methods keep the point where the gradient is taken; the point to use is another.
    point = "optax.contrib.schedule_free_eval_params(state, theta)" if "schedule_free" in expression else "theta"
    given = ", shake(t + 1)" if shaken else ""
    return parts.script(
        (*JAX, "import optax"),
        (parts.loss,),
        numbers("rates", parts.rates, "jnp.array({})"),
        call("optimizer", expression) + "\n\n",
        f"@jax.jit\ndef update(theta, state{', shaken' if shaken else ''}):",
        indented("\n".join(body)) + "\n\n",
        f"theta = jnp.array({parts.start})",
        "state = optimizer.init(theta)",
        "path = [theta]",
        f"for t in range({parts.steps}):",
        indented(f"theta, state = update(theta, state{given})\npath.append({point})"),
        "path = jnp.stack(path)",
    )


_MEASURED = {
    "jax": """value_and_slope = jax.jit(jax.value_and_grad(loss))


def measured(theta):
    value, slope = value_and_slope(theta)
    return float(value), np.asarray(slope)""",
    "torch": """def measured(theta):
    return float(loss(theta)), gradient(theta)""",
}


def scipy(parts: Parts, method: str, options: Mapping[str, Any]) -> Script:
    arguments = ["measured", "path[0]", "jac=True", "callback=path.append", f'method="{method}"']
    told = lines([*arguments, *mapping("options", options)])
    calculus = (parts.loss,) if parts.engine == "jax" else parts.calculus
    return parts.script(
        (*_engine(parts.engine), "import numpy as np", "import scipy"),
        (*calculus, _MEASURED[parts.engine]),
        f"path = [np.array({parts.start})]",
        f"found = scipy.optimize.minimize(\n{told}\n)",
        "path = np.array(path)",
    )


def _engine(name: str) -> tuple[str, ...]:
    return JAX if name == "jax" else ("import torch",)


def loop(parts: Parts, dials: str, before: str, step: str) -> Script:
    name, momenta = parts.momenta
    over = f"t in range(1, {parts.steps + 1})"
    if name:
        over = f"t, (lr, {name}) in enumerate(zip(rates, momenta), 1)"
    elif parts.rates:
        over = "t, lr in enumerate(rates, 1)"
    more = (_HESSIANS[parts.engine],) if "hessian(" in before + step else ()
    return parts.script(
        (*_engine(parts.engine), "import numpy as np"),
        (*parts.calculus, *more),
        dials,
        numbers("rates", parts.rates),
        numbers("momenta", momenta),
        f"theta = np.array({parts.start})",
        before.strip("\n") + ("\n\n" if before.rstrip("\n").split("\n")[-1].startswith(" ") else ""),
        "path = [theta]",
        f"for {over}:",
        indented(step + "\npath.append(theta)") if step.strip() else "",
        "path = np.array(path)",
    )
