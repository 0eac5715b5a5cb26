"""The golden files: where they are, what they hold, what is not built yet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HOME = Path(__file__).parent / "golden"
DOCS: dict[str, dict[str, Any]] = {path.stem: json.loads(path.read_text()) for path in (HOME / "data").glob("*.json")}

# Slug -> why it is not in the catalogue yet. The one place: a golden is either tested or named here.
PENDING: dict[str, dict[str, str]] = json.loads((HOME / "pending.json").read_text())


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    """The files of a kind (trajectory, schedule, endpoint), by name."""
    return {name: doc for name, doc in sorted(DOCS.items()) if doc["kind"] == kind}


def slugs(kind: str) -> set[str]:
    return {doc["schedule" if kind == "schedule" else "optimizer"] for doc in of_kind(kind).values()}


def ready(kind: str) -> list[str]:
    """The names of a kind's files that are not pending: all of them are tested."""
    pending = PENDING["schedules" if kind == "schedule" else "optimizers"]
    key = "schedule" if kind == "schedule" else "optimizer"
    return [name for name, doc in of_kind(kind).items() if doc[key] not in pending]
