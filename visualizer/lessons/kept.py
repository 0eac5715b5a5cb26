"""Lessons on disk, read and measured: what an image has read and measured when it was built is there at once in every
process of it.

The key covers the lesson, every source of ours and what compiled programs depend on; anything wrong with a file means
measuring again.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import platform
from functools import cache
from pathlib import Path
from typing import Any

from visualizer.lessons.lesson import Lesson
from visualizer.simulate.compiled import cache_directory, fingerprint, write_whole

MOST_FILES = 400


@cache
def _sources() -> str:
    """A hash of all modules that a lesson's text and numbers go through."""
    root, digest = Path(__file__).resolve().parents[2], hashlib.sha256()
    for top in ("optimizers", "landscapes", "visualizer"):
        for path in sorted((root / top).rglob("*.py")):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _file(name: str, *stands: str) -> Path | None:
    """Where something is kept that depends on these texts and on our sources; None where nothing is."""
    directory = cache_directory()
    key = hashlib.sha256("|".join((*stands, _sources())).encode()).hexdigest()[:24]
    return directory / "lessons" / name.format(key) if directory else None


def _read_file(path: str, text: str) -> Path | None:
    return _file("{}.lesson", path, text, platform.python_version())


def _measured_file(lesson: Lesson) -> Path | None:
    return _file(f"{lesson.lang}-{lesson.slug}-{{}}.json", lesson.digest, fingerprint("net"))


def _keep(file: Path, content: bytes) -> None:
    try:
        write_whole(file, content)
        older = sorted(file.parent.glob(f"*{file.suffix}"), key=lambda path: path.stat().st_mtime)
        for path in older[:-MOST_FILES]:
            path.unlink(missing_ok=True)
    except OSError:  # a read-only or full disk costs a later process its speed, nothing else
        return


def recall(path: str, text: str) -> Lesson | None:
    """The lesson that was read from this file with this text before; None where none was."""
    file = _read_file(path, text)
    try:
        found = pickle.loads(file.read_bytes()) if file else None  # noqa: S301  (our own file)
    except Exception:  # whatever is wrong with a cache file, reading the text anew is right
        return None
    return found if isinstance(found, Lesson) else None


def remember(path: str, text: str, lesson: Lesson) -> None:
    """Keeps what was read: most of the time that it takes goes into drawing formulas."""
    if file := _read_file(path, text):
        _keep(file, pickle.dumps(lesson))


def load(lesson: Lesson) -> dict[str, Any] | None:
    """What was measured of the lesson before; None where nothing was."""
    file = _measured_file(lesson)
    try:
        found = json.loads(file.read_bytes()) if file else None
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("slug") == lesson.slug else None


def save(lesson: Lesson, found: dict[str, Any]) -> None:
    """Keeps it; one whose numbers could not all be measured is tried again next time."""
    file = _measured_file(lesson)
    if file is None or found.get("problems"):
        return
    _keep(file, json.dumps(found, ensure_ascii=False).encode())
