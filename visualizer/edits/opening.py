"""To open a link: in a session, where what was there can be had back; or for a file or a notebook."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from visualizer.edits.parts import Edit, RefusedError
from visualizer.edits.session import LANGUAGES
from visualizer.scenario import Scenario
from visualizer.spec import Text

LONGEST, MOST_FIELDS = 20_000, 200


def parameters(value: Any) -> dict[str, str]:
    """The parameters of a link, which follow its question mark; raises ``RefusedError`` for what is none."""
    if not isinstance(value, str) or len(value) > LONGEST:
        raise RefusedError("That is no link.", "这不是链接。")
    try:
        return dict(parse_qsl(value, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise RefusedError("That is no link.", "这不是链接。") from None


def open_link(scenario: Scenario, edit: Edit, notes: list[Text]) -> Scenario:
    """The race of the link ``value``, whatever was there."""
    found, problems = Scenario.from_query(parameters(edit.get("value")))
    notes.extend(problems)
    return found


def read(link: str, lang: str | None = None) -> tuple[Scenario, str]:
    """The scenario of a link, an address or its query, and its language unless ``lang`` is one.

    Raises ``ValueError`` for what the page would mend: nobody would see it said in a file.
    """
    asked = parameters(link.partition("?")[2] or link)
    if not asked:
        raise ValueError(f"{link[:80]!r} is no link")
    lang = lang or asked.get("lang")
    asked.pop("lang", None)
    scenario, problems = Scenario.from_query(asked)
    if problems:
        raise ValueError("\n".join(problems))
    return scenario, lang if lang in LANGUAGES else "en"
