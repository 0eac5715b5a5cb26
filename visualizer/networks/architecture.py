"""What a multilayer perceptron is made of, and where each of its numbers lies in one vector of parameters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

ACTIVATIONS = ("relu", "tanh", "gelu", "linear")
NORMS = ("none", "batch", "layer")
CLASSES, VALUES = "classes", "values"
MOST_WIDTH, MOST_DEPTH = 128, 6
# The variance of a weight before training times the number of its inputs: He et al. 2015 (arXiv:1502.01852) for what
# sets half of its inputs to 0, LeCun et al. 1998 for the rest.
GAINS = {"relu": 2.0, "gelu": 2.0, "tanh": 1.0, "linear": 1.0}


class Part(NamedTuple):
    """One array of a layer: ``weight`` (inputs, outputs), ``bias``, ``gain`` or ``shift`` (outputs,)."""

    layer: int
    name: str
    at: int
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def place(self) -> slice:
        """Where it lies in the vector."""
        return slice(self.at, self.at + self.size)


@dataclass(frozen=True)
class Architecture:
    """A perceptron: ``inputs``, the widths of its ``hidden`` layers, ``outputs``.

    A hidden layer is linear, then normalized over the batch or the layer if ``norm`` says so, then bent by the
    ``activation``; dropout comes after that. The last layer is linear. For ``classes`` the outputs are logits and the
    loss is the cross-entropy, in nats; for ``values`` they are what is asked for and the loss is the mean of the
    squared error. Raises ``ValueError`` for what does not exist.
    """

    inputs: int
    hidden: tuple[int, ...]
    outputs: int
    activation: str = "relu"
    norm: str = "none"
    task: str = CLASSES

    def __post_init__(self) -> None:
        widths = (self.inputs, *self.hidden, self.outputs)
        if any(not 1 <= width <= MOST_WIDTH for width in widths) or len(self.hidden) > MOST_DEPTH:
            raise ValueError(
                f"a network has at most {MOST_DEPTH} hidden layers of 1 to {MOST_WIDTH} units, not {widths}"
            )
        known = {"activation": ACTIVATIONS, "norm": NORMS, "task": (CLASSES, VALUES)}
        for name, choices in known.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} is one of {', '.join(choices)}, not {getattr(self, name)!r}")

    @property
    def name(self) -> str:
        """What programs for it are called."""
        widths = "-".join(map(str, (self.inputs, *self.hidden, self.outputs)))
        return f"{widths}-{self.activation}-{self.norm}-{self.task}"

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """All arrays, layer by layer, in the order of the vector."""
        found: list[Part] = []
        at = 0
        widths = (self.inputs, *self.hidden, self.outputs)
        for layer, (wide, out) in enumerate(pairwise(widths)):
            shapes = {"weight": (wide, out), "bias": (out,)}
            if self.norm != "none" and layer < len(self.hidden):
                shapes |= {"gain": (out,), "shift": (out,)}
            for name, shape in shapes.items():
                found.append(Part(layer, name, at, shape))
                at += found[-1].size
        return tuple(found)

    @property
    def size(self) -> int:
        """How many parameters it has."""
        return self.parts[-1].at + self.parts[-1].size

    def marked(self, name: str = "weight") -> np.ndarray:
        """1 for the numbers of every part of this name, else 0; ``(size,)``."""
        found = np.zeros(self.size)
        for part in self.parts:
            found[part.place] = part.name == name
        return found

    def trained(self, frozen: int) -> np.ndarray:
        """0 for the numbers of the first ``frozen`` layers, else 1; ``(size,)``."""
        found = np.ones(self.size)
        for part in self.parts:
            found[part.place] = part.layer >= frozen
        return found

    def start(self, seed: int) -> np.ndarray:
        """Parameters before training, ``(size,)``: normal weights, gains of 1, and 0 for the rest."""
        found = np.zeros(self.size)
        rng = np.random.default_rng(seed)
        for part in self.parts:
            if part.name == "weight":
                gain = GAINS[self.activation] if part.layer < len(self.hidden) else 1.0
                found[part.place] = rng.normal(0.0, math.sqrt(gain / part.shape[0]), part.size)
            elif part.name == "gain":
                found[part.place] = 1.0
        return found

    def inside(self, host: Architecture) -> np.ndarray:
        """Where this network's numbers lie in the vector of a ``host`` that is as wide or wider: ``(size,)``.

        Its units are the host's first ones; the host answers what it does where all other numbers are 0 (unless layers
        are normalized, which takes the units that are off into account).
        """
        places = []
        for own, its in zip(self.parts, host.parts, strict=True):
            whole = np.arange(its.at, its.at + its.size).reshape(its.shape)
            places.append(whole[tuple(slice(side) for side in own.shape)].ravel())
        return np.concatenate(places)
