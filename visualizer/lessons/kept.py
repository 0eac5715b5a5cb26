"""Measured lessons on disk: what an image has measured when it was built opens at once in every process of it.

The key covers the lesson, every source of ours and what compiled programs depend on; anything wrong with a file means
measuring again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from visualizer.lessons.lesson import Lesson
from visualizer.simulate.compiled import cache_directory, fingerprint

MOST_FILES = 400


@cache
def _sources() -> str:
    """A hash of all modules that a lesson's text and numbers go through."""
    root, digest = Path(__file__).resolve().parents[2], hashlib.sha256()
    for top in ("optimizers", "landscapes", "visualizer"):
        for path in sorted((root / top).rglob("*.py")):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _file(lesson: Lesson) -> Path | None:
    directory = cache_directory()
    key = hashlib.sha256("|".join((lesson.digest, _sources(), fingerprint("net"))).encode()).hexdigest()[:24]
    return directory / "lessons" / f"{lesson.lang}-{lesson.slug}-{key}.json" if directory else None


def load(lesson: Lesson) -> dict[str, Any] | None:
    """What was measured of the lesson before; None where nothing was."""
    file = _file(lesson)
    try:
        found = json.loads(file.read_bytes()) if file else None
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("slug") == lesson.slug else None


def save(lesson: Lesson, found: dict[str, Any]) -> None:
    """Keeps it; one whose numbers could not all be measured is tried again next time."""
    file = _file(lesson)
    if file is None or found.get("problems"):
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as partial:
            partial.write(json.dumps(found, ensure_ascii=False).encode())
        os.replace(partial.name, file)  # atomic: another process sees the whole file or none
        older = sorted(file.parent.glob("*.json"), key=lambda path: path.stat().st_mtime)
        for path in older[:-MOST_FILES]:
            path.unlink(missing_ok=True)
    except OSError:  # a read-only or full disk costs a later process its speed, nothing else
        return
