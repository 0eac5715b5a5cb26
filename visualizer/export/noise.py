"""The lab's noise as the statements of a script: the same draws from the same seed, and so the very same path."""

from __future__ import annotations

from visualizer.export.layout import indented
from visualizer.scenario import Scenario
from visualizer.simulate.random import DRAWS, GOLDEN, SECOND

_GENERATOR = f'''def mix(word):
    """MurmurHash3's finalizer."""
    word = (word ^ (word >> 16)) * 0x85EBCA6B % 2**32
    word = (word ^ (word >> 13)) * 0xC2B2AE35 % 2**32
    return word ^ (word >> 16)


def normals(t, pair=0):
    """Two standard normal numbers for update t, those of the lab (Box and Muller)."""
    key = mix((seed * 0x{GOLDEN:X} + 0x{SECOND:X}) % 2**32)
    first = mix((key + ({DRAWS} * (t - 1) + pair) * 0x{GOLDEN:X}) % 2**32)
    second = mix(first ^ mix(key ^ 0x{SECOND:X}))
    radius = math.sqrt(-2 * math.log(((first >> 8) + 0.5) / 2**24))
    angle = 2 * math.pi * (second >> 8) / 2**24
    return radius * np.array([math.cos(angle), math.sin(angle)])'''

# What ``shake(t)`` returns after its dials are named, and how it is joined to the gradient.
MODELS = {
    "gaussian": ("+", "return sigma * normals(t)"),
    "multiplicative": ("*", "return 1 + sigma * normals(t)"),
    "anisotropic": (
        "+",
        """along, across = normals(t) * [sigma, sigma_across]
cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
return np.array([cos * along - sin * across, sin * along + cos * across])""",
    ),
    "student_t": (
        "+",
        """pair = normals(t)
square = pair @ pair
return sigma * math.sqrt(nu * math.expm1(square / nu) / square) * pair""",
    ),
}


def generator(scenario: Scenario) -> str:
    """``normals(t)``, from the scenario's seed."""
    return f"seed = {scenario.seed}\n\n\n{_GENERATOR}"


def shaken(scenario: Scenario) -> tuple[str, str]:
    """The operator that joins gradient and noise, and what defines ``shake(t)``; empty where there is none, or none
    that can be written.
    """
    slug, values = scenario.noise or ("none", {})
    if slug not in MODELS:
        return "", ""
    operator, body = MODELS[slug]
    dials = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    return operator, f"{generator(scenario)}\n\n\ndef shake(t):\n{indented(dials)}\n{indented(body)}"
