"""The frames of the scripts: what is put where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from visualizer.export.layout import call, indented, lines, mapping

X64 = 'jax.config.update("jax_enable_x64", True)'
# Optimizers that are told the loss beside the gradient, and those that search along a line.
OPTAX_VALUES = ("polyak_sgd", "lbfgs", "linesearch")


@dataclass(frozen=True)
class Parts:
    """What differs from script to script; ``surface`` is the body of ``loss(theta)``, ``rates`` one a line or empty."""

    notes: str
    surface: str
    start: str
    steps: int
    rates: str = ""

    @property
    def loss(self) -> str:
        return f"def loss(theta):\n{indented(self.surface)}\n"

    def head(self, *imports: str) -> str:
        first = "import math\n\n" if "math." in self.surface else ""
        return self.notes + first + "\n".join(imports)

    def listed(self, array: str = "{}") -> str:
        """The rates as a string of numbers: a formatter would give each its line in a list."""
        made = array.format("[float(rate) for rate in rates.split()]")
        return f'rates = """\n{self.rates}\n"""\nrates = {made}' if self.rates else ""


def _script(*blocks: str) -> str:
    return "\n".join(block for block in blocks if block) + "\n"


def torch(parts: Parts, expression: str, own: str = "") -> str:
    """``own`` is the class that the expression makes an object of, where the library has none."""
    closure = "LBFGS(" in expression
    step = ["optimizer.zero_grad()", "loss(theta).backward()", "optimizer.step()"]
    if closure:
        step = ["optimizer.step(closure)"]
    if parts.rates:
        step = ['optimizer.param_groups[0]["lr"] = rates[t]', *step]
    return _script(
        parts.head("import torch", "", "torch.set_default_dtype(torch.float64)\n\n"),
        parts.loss + "\n",
        own and own + "\n\n",
        f"theta = torch.tensor({parts.start}, requires_grad=True)",
        call("optimizer", expression),
        parts.listed(),
        _CLOSURE if closure else "",
        "path = [theta.tolist()]",
        f"for t in range({parts.steps}):",
        indented("\n".join([*step, "path.append(theta.tolist())"])),
    )


_HESSIAN = """curvature = jax.jit(jax.hessian(loss))


def hessian(theta):
    return np.asarray(curvature(theta))

"""

_CLOSURE = """

def closure():
    optimizer.zero_grad()
    value = loss(theta)
    value.backward()
    return value

"""


def optax(parts: Parts, expression: str) -> str:
    gradient = ["gradient = jax.grad(loss)(theta)"]
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
    return _script(
        parts.head("import jax", "import jax.numpy as jnp", "import optax", "", X64, "\n"),
        parts.loss + "\n",
        parts.listed("jnp.array({})"),
        call("optimizer", expression) + "\n\n",
        "@jax.jit\ndef update(theta, state):",
        indented("\n".join(body)) + "\n\n",
        f"theta = jnp.array({parts.start})",
        "state = optimizer.init(theta)",
        "path = [theta]",
        f"for t in range({parts.steps}):",
        indented(f"theta, state = update(theta, state)\npath.append({point})"),
        "path = jnp.stack(path)",
    )


def scipy(parts: Parts, method: str, options: Mapping[str, Any]) -> str:
    arguments = ["measured", "path[0]", "jac=True", "callback=path.append", f'method="{method}"']
    told = lines([*arguments, *mapping("options", options)])
    return _script(
        parts.head("import jax", "import jax.numpy as jnp", "import numpy as np", "import scipy", "", X64, "\n"),
        parts.loss + "\n",
        "value_and_slope = jax.jit(jax.value_and_grad(loss))\n\n",
        "def measured(theta):\n    value, slope = value_and_slope(theta)\n"
        "    return float(value), np.asarray(slope)\n\n",
        f"path = [np.array({parts.start})]",
        f"found = scipy.optimize.minimize(\n{told}\n)",
        "path = np.array(path)",
    )


def loop(parts: Parts, dials: str, before: str, step: str) -> str:
    over = "t, lr in enumerate(rates, 1)" if parts.rates else f"t in range(1, {parts.steps + 1})"
    return _script(
        parts.head("import jax", "import jax.numpy as jnp", "import numpy as np", "", X64, "\n"),
        parts.loss + "\n",
        "slope = jax.jit(jax.grad(loss))\n\n",
        'def gradient(theta):\n    """JAX differentiates the surface; the rest is NumPy."""\n'
        "    return np.asarray(slope(theta))\n\n",
        _HESSIAN if "hessian(" in before + step else "",
        dials,
        parts.listed(),
        f"theta = np.array({parts.start})",
        before.strip("\n") + ("\n\n" if before.rstrip("\n").split("\n")[-1].startswith(" ") else ""),
        "path = [theta]",
        f"for {over}:",
        indented(step + "\npath.append(theta)") if step.strip() else "",
        "path = np.array(path)",
    )
