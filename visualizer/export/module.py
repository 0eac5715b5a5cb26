"""A card's statements as an optimizer that PyTorch can train a network with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from visualizer.export.layout import indented

NAME = "Built"
_HEAD = """class {name}(torch.optim.Optimizer):
    def __init__(self, params, **dials):
        super().__init__(params, dials)

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
"""


def torch_class(before: str, step: str, dials: Sequence[str]) -> str:
    """The class ``Built``, which takes its ``dials`` by name. A norm is that of one tensor of parameters, a layer."""
    begun = dict(line.split(" = ", 1) for line in before.splitlines())
    fresh = ['state["t"] = 0', *(f'state["{name}"] = {_torch(value)}' for name, value in begun.items())]
    body = [
        "theta, state = parameter, self.state[parameter]",
        "if not state:",
        indented("\n".join(fresh)),
        't = state["t"] + 1',
        *(f'{name} = state["{name}"]' for name in begun),
        _torch(step),
        "parameter.copy_(theta)",
        f"state.update({', '.join(f'{name}={name}' for name in ('t', *begun))})",
    ]
    group = [
        *(f'{name} = group["{name}"]' for name in dials),
        'for parameter in group["params"]:',
        indented("\n".join(body)),
    ]
    return _HEAD.format(name=NAME) + indented("\n".join(group), 3)


def _torch(code: str) -> str:
    code = code.replace("gradient(theta)", "parameter.grad")
    code = code.replace("np.zeros(2)", "torch.zeros_like(theta)")
    code = re.sub(r"np\.full\(2, (\w+)\)", r"torch.full_like(theta, \1)", code)
    return re.sub(r"\bnp\.", "torch.", code)
