"""A surface as the statements of a script."""

from __future__ import annotations

import re

from visualizer.plane import rotation
from visualizer.scenario import Scenario


def statements(scenario: Scenario, module: str, point: str = "theta") -> str:
    """The body of ``loss(theta)``: turned back, the parameters, the formula; ``module`` has its functions."""
    body = [f"x, y = {point}"]
    if any(scenario.shift):
        body.append("x, y = x - {!r}, y - {!r}".format(*scenario.shift))
    if scenario.rotate:
        cos, _, sin, _ = rotation(scenario.rotate)
        if scenario.rotate % 90.0 == 0:  # exact here, and not by way of pi
            body.append(f"cos, sin = {cos!r}, {sin!r}")
        else:
            body.append(f"turned = math.radians({scenario.rotate!r})")
            body.append("cos, sin = math.cos(turned), math.sin(turned)")
        body.append("x, y = cos * x + sin * y, cos * y - sin * x")
    if scenario.stretch != 1.0:
        body.append(f"y = math.sqrt({scenario.stretch!r}) * y")
    numbers = [hyper.name for hyper in scenario.surface.params if hyper.kind not in ("text", "list", "table")]
    body += [f"{name} = {scenario.params[name]!r}" for name in numbers]
    code = scenario.surface.shape(scenario.params).code.strip().replace("{np}", module)
    *before, last = re.split(r"^loss = ", code, flags=re.MULTILINE)
    return "\n".join([*body, "loss = ".join(before) + f"return {last}"])
