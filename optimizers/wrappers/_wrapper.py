"""What a wrapper is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from optimizers._card import Card
from visualizer.spec import Hypers, Source, Text


@dataclass(frozen=True)
class Wrapper:
    """A method around another optimizer, as data: its rule is a stage of the program's loop (``simulate/program.py``).

    ``inner`` is the name under which libraries take the optimizer inside; its hyperparameters are then
    ``<inner>_hyperparameters``.
    """

    title: Text
    family: str
    order: int
    source: Source
    formula: str
    follows: Text
    summary: Text
    hypers: Hypers
    inner: str
    card: Card | None = None
    slug: str = ""


def unwrap(
    catalogue: dict[str, Wrapper], slug: str, hyper: Any
) -> tuple[str, dict[str, Any], dict[str, dict[str, Any]]]:
    """A wrapped optimizer taken apart: (inner slug, its hyperparameters, wrapper -> its hyperparameters).

    ``hyper`` of a wrapper holds the inner optimizer beside its own. Raises ``ValueError`` for one without, or for a
    wrapper inside itself.
    """
    found: dict[str, dict[str, Any]] = {}
    while slug in catalogue:
        wrapper = catalogue[slug]
        own = dict(hyper)
        if slug in found:
            raise ValueError(f"{slug} cannot wrap itself")
        inside = own.pop(wrapper.inner, None)
        hyper = own.pop(f"{wrapper.inner}_hyperparameters", {})
        if inside is None:
            raise ValueError(f"{slug} wraps another optimizer: name it as {wrapper.inner!r}")
        found[slug], slug = own, inside
    return slug, dict(hyper), found
