"""All lessons: the project's own, and those of the folder that ``LESSONS_DIR`` names.

A folder holds ``en/`` and ``zh/``, or one of them, and there a Markdown file for each lesson. A file of ``LESSONS_DIR``
takes the place of one with its name. What cannot be read is told, and the others are there all the same.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from visualizer.lessons import kept
from visualizer.lessons.lesson import Lesson
from visualizer.lessons.mistakes import Mistake
from visualizer.lessons.reading import LESSON, LONGEST, read
from visualizer.spec import Text

LANGUAGES = ("en", "zh")
OWN = Path(__file__).resolve().parents[2] / "lessons"
VARIABLE = "LESSONS_DIR"
MOST_FILES = 500  # of a language


@dataclass(frozen=True)
class Broken:
    """A file that is no lesson, and why."""

    path: str
    lang: str
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True)
class Shelf:
    """The lessons by language and slug, in their order; and the files that could not be read."""

    lessons: Mapping[str, Mapping[str, Lesson]]
    broken: tuple[Broken, ...] = ()

    def find(self, slug: str, lang: str) -> Lesson | None:
        """The lesson in this language; in another where there is none."""
        return next((self.lessons[one][slug] for one in (lang, *LANGUAGES) if slug in self.lessons[one]), None)

    def contents(self, lang: str) -> list[Lesson]:
        """Every lesson once, in this language where it is written in it, by its order."""
        slugs = {slug for known in self.lessons.values() for slug in known}
        found = [lesson for slug in slugs if (lesson := self.find(slug, lang))]
        return sorted(found, key=lambda lesson: (lesson.order, lesson.slug))


def folders() -> list[Path]:
    """Where lessons are looked for; those of a later folder come first."""
    more = os.environ.get(VARIABLE, "")
    return [OWN, *([Path(more)] if more else [])]


def shelf(where: Sequence[Path] | None = None) -> Shelf:
    """All that is there now; a file is read again only when it has changed."""
    found: dict[str, dict[str, Lesson]] = {lang: {} for lang in LANGUAGES}
    broken: list[Broken] = []
    for folder in folders() if where is None else where:
        for lang in LANGUAGES:
            for path in _files(folder / lang):
                one = _read(path, lang)
                if isinstance(one, Lesson):
                    found[lang][one.slug] = one
                else:
                    broken.append(one)
    ordered = {
        lang: dict(sorted(known.items(), key=lambda item: (item[1].order, item[0]))) for lang, known in found.items()
    }
    return Shelf(ordered, tuple(broken))


def _files(folder: Path) -> Iterator[Path]:
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix == ".md" and path.is_file())
    except OSError:  # no such folder, or none that may be looked into
        return
    yield from found[:MOST_FILES]


_guard = threading.Lock()
_kept: dict[tuple[str, str], tuple[tuple[int, int], Lesson | Broken]] = {}


def _read(path: Path, lang: str) -> Lesson | Broken:
    """The lesson of a file, or why it is none."""
    try:
        about = path.stat()
    except OSError:
        return _unreadable(path, lang)
    seen, key = (about.st_mtime_ns, about.st_size), (str(path), lang)
    with _guard:
        known = _kept.get(key)
    if known and known[0] == seen:
        return known[1]
    made = _made(path, lang, about.st_size)
    with _guard:
        if len(_kept) > 4 * MOST_FILES:
            _kept.clear()
        _kept[key] = seen, made
    return made


def _made(path: Path, lang: str, size: int) -> Lesson | Broken:
    slug = path.stem
    if not LESSON.fullmatch(slug):
        told = Text(
            "A lesson's file is named with small letters, digits, - and _.",
            "课文的文件名由小写字母、数字、- 和 _ 组成。",
        )
        return Broken(str(path), lang, (Mistake(1, told),))
    if size > 4 * LONGEST:
        return Broken(str(path), lang, (Mistake(1, Text("This file is too long.", "文件太长。")),))
    try:
        raw = path.read_bytes()
    except OSError:
        return _unreadable(path, lang)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as wrong:
        line = raw.count(b"\n", 0, wrong.start) + 1
        return Broken(str(path), lang, (Mistake(line, Text("This is not UTF-8.", "这里不是 UTF-8。")),))
    if known := kept.recall(str(path), text):
        return known
    lesson, mistakes = read(text, slug, lang, str(path))
    if lesson:
        kept.remember(str(path), text, lesson)
    return lesson or Broken(str(path), lang, tuple(mistakes))


def _unreadable(path: Path, lang: str) -> Broken:
    return Broken(str(path), lang, (Mistake(1, Text("This file cannot be read.", "无法读取这个文件。")),))
