"""The golden files: where they are, and what they hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HOME = Path(__file__).parent / "golden"
DOCS: dict[str, dict[str, Any]] = {path.stem: json.loads(path.read_text()) for path in (HOME / "data").glob("*.json")}


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    """The files of a kind (trajectory, schedule, endpoint), by name."""
    return {name: doc for name, doc in sorted(DOCS.items()) if doc["kind"] == kind}


def slugs(kind: str) -> set[str]:
    return {doc["schedule" if kind == "schedule" else "optimizer"] for doc in of_kind(kind).values()}
