"""The library's static part as plain data: what every optimizer's card says, its dials, its formulas drawn."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from landscapes import CATALOGUE as LANDSCAPES
from optimizers import CATALOGUE, FAMILIES, RULES, Optimizer, Wrapper
from optimizers._card import Card
from visualizer import cards, formula
from visualizer.catalogue import dial, prose
from visualizer.simulate import compiled
from visualizer.spec import Text


def authors(citation: str) -> str:
    """Who wrote it: a citation without the place of publication, which follows the last comma of each part."""
    return "; ".join(part.rpartition(", ")[0] or part for part in citation.split("; "))


def first_step(slug: str) -> tuple[str, float] | None:
    """The first step at default values: a factor, times lr ("rate") or times lr and the gradient ("gradient").

    None where neither describes it, and for what wraps another optimizer.
    """
    if slug not in RULES:
        return None
    step = cards.first_step(slug)
    return None if step.kind == cards.NEITHER else (step.kind, float(f"{step.factor:.3g}"))


def _pair(text: Text | None) -> list[str] | None:
    return prose(text) if text is not None else None


def _card(card: Card) -> dict[str, Any]:
    return {
        "mends": prose(card.mends),
        "breaks": prose(card.breaks),
        "use": prose(card.use),
        "avoid": prose(card.avoid),
        "memory": prose(card.memory) if isinstance(card.memory, Text) else card.memory,
        "cost": _pair(card.cost),
        "bound": card.bound.formula if card.bound else None,
        "stability": _pair(card.stability),
        "note": _pair(card.note),
    }


def _entry(entry: Optimizer | Wrapper) -> dict[str, Any]:
    source, card = entry.source, entry.card
    return {
        "slug": entry.slug,
        "title": entry.title.pair(),
        "family": entry.family,
        "year": source.year,
        "authors": authors(source.citation),
        "source": [source.citation, source.arxiv, source.place],
        "summary": prose(entry.summary),
        "formula": entry.formula,
        "follows": prose(entry.follows),
        "dials": [dial(hyper) for hyper in entry.hypers],
        "parents": list(card.parents) if card else [],
        "card": _card(card) if card else None,
    }


def texts() -> dict[str, Any]:
    """Everything but what is drawn and measured: ``families`` and ``entries``, both in the catalogue's order, and what
    the page does not yet know of the ``landscapes``.
    """
    return {
        "families": [{"slug": slug, "title": title.pair()} for slug, title in FAMILIES.items()],
        "entries": [_entry(entry) for entry in CATALOGUE.values()],
        "landscapes": {
            slug: {
                "source": [entry.source.citation, entry.source.year, entry.source.arxiv, entry.source.place],
                "all_minima": entry.all_minima,
            }
            for slug, entry in LANDSCAPES.items()
        },
    }


def _formulas(entries: Iterable[dict[str, Any]]) -> list[str]:
    """The LaTeX of every formula in the entries, each once."""
    found = [text for entry in entries for text in (entry["formula"], (entry["card"] or {}).get("bound")) if text]
    return list(dict.fromkeys([*found, *(entry.formula for entry in LANDSCAPES.values())]))


def as_json() -> dict[str, Any]:
    """``texts`` with its drawings: ``formulas`` maps LaTeX to lines [width, height, depth, viewBox, content], in em."""
    known = texts()
    for entry in known["entries"]:
        entry["first_step"] = first_step(entry["slug"])
    drawings = {tex: formula.draw(tex) for tex in _formulas(known["entries"])}
    glyphs = {name: text for drawing in drawings.values() for name, text in drawing.glyphs.items()}
    return known | {
        "formulas": {
            tex: [[line.width, line.height, line.depth, line.box, line.body] for line in drawing.lines]
            for tex, drawing in drawings.items()
        },
        "glyphs": "".join(glyphs.values()),
    }


def fingerprint() -> str:
    """What ``as_json`` depends on: it takes seconds, and a page's address must be known before it is done."""
    return f"{version('ziamath')} {compiled.fingerprint()} {texts()!r}"
