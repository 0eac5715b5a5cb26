"""To open a link within a session: what was there can be had back."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from visualizer.edits.parts import Edit, RefusedError
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
