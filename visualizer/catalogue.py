"""The catalogues as plain data, for the page: names, dials, thumbnails."""

from __future__ import annotations

import base64
import math
import re
from typing import Any

import numpy as np

from landscapes import CATALOGUE as LANDSCAPES
from landscapes import FAMILIES as LANDSCAPE_FAMILIES
from landscapes.noise import CATALOGUE as NOISES
from optimizers import FAMILIES, WRAPPERS, Optimizer, Wrapper
from optimizers import RULES as OPTIMIZERS
from optimizers.schedules import CATALOGUE as SCHEDULES
from visualizer import scene
from visualizer.dials import COMMON, placing_dials
from visualizer.scenario import Scenario, can_be_wrapped
from visualizer.spec import Hyper, Hypers, Text
from visualizer.twins import ANY, NO_DECAY_YET, name_of
from visualizer.workbench import APART

THUMB = 48

GREEK = {
    r"\alpha": "α",
    r"\beta": "β",
    r"\gamma": "γ",
    r"\delta": "δ",
    r"\epsilon": "ε",
    r"\eta": "η",
    r"\vartheta": "ϑ",
    r"\kappa": "κ",
    r"\lambda": "λ",
    r"\mu": "μ",
    r"\nu": "ν",
    r"\rho": "ρ",
    r"\sigma": "σ",
    r"\tau": "τ",
    r"\varphi": "φ",
    r"\chi": "χ",
    r"\Delta": "Δ",
    r"\psi": "ψ",
    r"\omega": "ω",
    r"\min": "min",
    r"\max": "max",
}


def symbol(latex: str) -> str:
    """A dial's symbol as HTML: Greek letters, upright words, and a subscript or superscript."""
    latex = re.sub(r"\\text\{([^{}]+)\}", r"\1", latex)
    for command, letter in GREEK.items():
        latex = latex.replace(command, letter)
    latex = re.sub(r"_\{?([^{}]+)\}?", r"<sub>\1</sub>", latex)
    return re.sub(r"\^\{?([^{}]+)\}?", r"<sup>\1</sup>", latex)


# What sources write in ASCII, as their code does, and a page in the letters of its formulas.
LETTERS = {name.lstrip("\\"): letter for name, letter in GREEK.items()} | {
    "lr": "η",
    "eps": "ε",
    "theta": "θ",
    "xi": "ξ",
    "pi": "π",
}
_LETTER = re.compile(rf"\b({'|'.join(sorted(set(LETTERS) - {'min', 'max'}))})([0-9]?)(?![\w*]*[=(])\b")
_ROOT = re.compile(r"\bsqrt\(([^\W_]+)\)")


def prose(text: Text) -> list[str]:
    """A text in both languages, in the letters of the formulas: ``lr / sqrt(V)`` is η / √V."""
    found = []
    for words in text.pair():
        words = _LETTER.sub(lambda m: LETTERS[m[1]] + m[2].translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")), words)
        found.append(_ROOT.sub(r"√\1", words).replace("sqrt(", "√("))
    return found


def _finite(number: float) -> float | None:
    """JSON has no infinity: no limit is null."""
    return number if math.isfinite(number) else None


def dial(hyper: Hyper) -> dict[str, Any]:
    return {
        "name": hyper.name,
        "symbol": symbol(hyper.symbol),
        "kind": hyper.kind,
        "default": hyper.default,
        "low": hyper.low,
        "high": hyper.high,
        "scale": hyper.scale,
        "doc": prose(hyper.doc),
        "choices": list(hyper.choices) or None,
        "titles": [title.pair() for title in hyper.titles] or None,
        "nullable": hyper.nullable,
        "least": _finite(hyper.least),
        "most": _finite(hyper.most),
    }


def _entry(title: Text, hypers: Hypers, **more: Any) -> dict[str, Any]:
    return {"title": title.pair(), "hypers": [dial(hyper) for hyper in hypers], **more}


def _method(entry: Optimizer | Wrapper) -> dict[str, Any]:
    return _entry(
        entry.title,
        entry.hypers,
        family=entry.family,
        year=entry.source.year,
        summary=prose(entry.summary),
        bare=entry.slug in OPTIMIZERS and not can_be_wrapped(entry.slug),
        apart=entry.slug in APART,
    )


def thumbnail(slug: str) -> str:
    """A surface as THUMB x THUMB bytes in base64, the lowest y first; each byte a level, evenly filled.

    Levels are ranks, so that a surface with a few high corners does not look flat.
    """
    heights = scene.surface(Scenario(slug)).heights
    picked = np.linspace(0, len(heights) - 1, THUMB).round().astype(int)
    small = heights[np.ix_(picked, picked)]
    ranks = np.searchsorted(np.sort(small, axis=None), small) / (small.size - 1)
    return base64.b64encode((ranks * 255).astype(np.uint8).tobytes()).decode()


def as_json() -> dict[str, Any]:
    """Everything that the page needs to know of the catalogues."""
    return {
        "optimizers": {slug: _method(entry) for slug, entry in OPTIMIZERS.items()},
        "wrappers": {slug: _method(entry) for slug, entry in WRAPPERS.items()},
        "families": [{"slug": slug, "title": title.pair()} for slug, title in FAMILIES.items()],
        "landscapes": {
            slug: {
                "title": entry.title.pair(),
                "family": entry.family,
                "formula": entry.formula,
                "notes": prose(entry.notes),
                "params": [dial(hyper) for hyper in entry.params],
                "dials": {hyper.name: dial(hyper) for hyper in placing_dials(entry, entry.domain)},
                "data": entry.sample is not None,
                "timed": entry.timed,
                "thumb": thumbnail(slug),
            }
            for slug, entry in LANDSCAPES.items()
        },
        "landscape_families": [{"slug": slug, "title": title.pair()} for slug, title in LANDSCAPE_FAMILIES.items()],
        "twins": {
            "own": {
                slug: [[name_of(twin), twin.title.pair()] for twin in entry.twins] for slug, entry in OPTIMIZERS.items()
            },
            "any": {name: title.pair() for name, title in ANY.items()},
            "no_decay_yet": NO_DECAY_YET.pair(),
        },
        "schedules": {slug: _entry(entry.title, entry.hypers) for slug, entry in SCHEDULES.items()},
        "noises": {
            slug: _entry(entry.title, entry.hypers, needs_data=entry.needs_data) for slug, entry in NOISES.items()
        },
        "common": {hyper.name: dial(hyper) for hyper in COMMON},
    }
